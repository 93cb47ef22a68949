package read

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"kindred/atomicfile"
	"kindred/data"

	"github.com/xuri/excelize/v2"
)

// Bounds of a workbook. A worksheet has at most 1,048,576 rows, so that larger files hold something else than papers.
const (
	maxWorkbook   = 1 << 30   // bytes of the file
	maxUnpacked   = 8 << 30   // bytes of all its parts unpacked
	maxOtherParts = 256 << 20 // bytes unpacked of the parts that are kept in memory: pictures, styles
	partInMemory  = 16 << 20  // a worksheet or table of texts with more bytes is unpacked to a temporary file
	maxLinks      = 1 << 20   // links of a worksheet
)

const workbookFormat = "Excel workbook (.xlsx)"

// openZIP opens what a ZIP archive is: a workbook, or, with errZIP, an archive of files. file is what newSource was
// given.
func (s *Source) openZIP(file io.Reader) (*Source, error) {
	r, size, err := s.randomAccess(file)
	if err == nil {
		s.archive, err = zip.NewReader(r, size)
		if err != nil {
			err = fmt.Errorf("%s: %w: is a damaged ZIP archive or workbook: %w", s.in.name, data.ErrInvalid, err)
		}
	}
	if err == nil && !isWorkbook(s.archive) {
		what := otherZIP(s.archive)
		if what == "" {
			return s, errZIP
		}
		err = fmt.Errorf("%s: %w: is %s", s.in.name, data.ErrInvalid, what)
	}
	var w *workbookFile
	if err == nil {
		w, err = workbook(s.in.name, r, size)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	s.closers = append([]func() error{w.close}, s.closers...) // before the file that it reads
	if any(file) == any(r) {
		s.counted.n.Store(size) // the library has read it
	}
	s.format = &format{name: workbookFormat, read: w.papers}
	return s, nil
}

// randomAccess returns the uncompressed bytes for reading at any position: file itself where it is one on disk that is
// not compressed, otherwise a temporary copy, which closing the source removes. A ZIP archive has its table at its end.
func (s *Source) randomAccess(file io.Reader) (io.ReaderAt, int64, error) {
	if f, ok := file.(*os.File); ok {
		info, err := f.Stat()
		var begin [4]byte
		if err == nil && info.Mode().IsRegular() {
			if _, err := f.ReadAt(begin[:], 0); err == nil && isZIP(begin[:]) {
				return f, info.Size(), nil
			}
		}
	}
	tmp, done, err := atomicfile.Temp()
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", s.in.name, err)
	}
	s.closers = append(s.closers, done)
	size, err := io.Copy(tmp, io.LimitReader(s.plain, maxSpool+1))
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", s.in.name, err)
	}
	if size > maxSpool {
		return nil, 0, fmt.Errorf("%s: %w: is larger than %d GB: unpack it first", s.in.name, data.ErrInvalid, maxSpool>>30)
	}
	return tmp, size, nil
}

// workbookFile is an Excel workbook (Office Open XML, ECMA-376) whose rows are read as a stream.
type workbookFile struct {
	zip   *zip.Reader
	book  *excelize.File
	epoch bool // days are counted from 1904, as on early Macintoshes
}

// isWorkbook reports whether a ZIP archive is an Excel workbook.
func isWorkbook(archive *zip.Reader) bool { return part(archive, "xl/workbook.xml") != nil }

// part returns a part of an archive, nil if it has none of that name.
func part(archive *zip.Reader, name string) *zip.File {
	for _, f := range archive.File {
		if strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), name) {
			return f
		}
	}
	return nil
}

// workbook opens the Excel workbook that r holds in size bytes; name stands for it in errors. The caller closes it.
func workbook(name string, r io.ReaderAt, size int64) (*workbookFile, error) {
	if size > maxWorkbook {
		return nil, fmt.Errorf("%s: %w: is a workbook larger than %d GB: save it as CSV", name, data.ErrInvalid, maxWorkbook>>30)
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: is a damaged workbook: %w", name, data.ErrInvalid, err)
	}
	var all, other uint64
	for _, f := range archive.File {
		all += min(f.UncompressedSize64, math.MaxUint32*16)
		base := strings.ToLower(f.Name)
		if !strings.Contains(base, "worksheets/") && !strings.HasSuffix(base, "sharedstrings.xml") {
			other += min(f.UncompressedSize64, math.MaxUint32*16)
		}
	}
	if all > maxUnpacked || other > maxOtherParts {
		return nil, fmt.Errorf("%s: %w: is a workbook that unpacks to %d MB: save the sheet with the papers as CSV",
			name, data.ErrInvalid, all>>20)
	}
	w := &workbookFile{zip: archive}
	if w.book, err = readBook(r, size); err != nil {
		return nil, fmt.Errorf("%s: %w: is a workbook that cannot be read: %w: save it anew, or as CSV",
			name, data.ErrInvalid, err)
	}
	if props, err := w.book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		w.epoch = *props.Date1904
	}
	if err := w.check(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w: is a workbook %w", name, data.ErrInvalid, err), w.close())
	}
	return w, nil
}

// check looks for a sheet with a header. The error says what was seen instead.
func (w *workbookFile) check() error {
	var columns []string
	for _, name := range w.book.GetSheetList() {
		s, err := w.openSheet(name)
		if err != nil {
			return fmt.Errorf("whose sheet %s cannot be read: %w: save it anew, or as CSV", name, err)
		}
		s.close()
		if s.table != nil {
			return nil
		}
		if len(columns) == 0 {
			columns = s.columns()
		}
	}
	if len(columns) == 0 {
		return errors.New("whose sheets are empty")
	}
	return errors.New("with the columns " + noHeader(columns))
}

// readBook opens a workbook with excelize.
func readBook(r io.ReaderAt, size int64) (book *excelize.File, err error) {
	defer orBroken(&err)
	opt := excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: partInMemory, RawCellValue: true}
	if f, ok := r.(*os.File); ok { // by its name, excelize does not keep the file in memory
		if book, err = excelize.OpenFile(f.Name(), opt); err == nil {
			return book, nil
		}
	}
	return excelize.OpenReader(io.NewSectionReader(r, 0, size), opt)
}

// orBroken turns a panic into an error. excelize trusts the parts of a workbook.
func orBroken(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("broken part: %v", p)
	}
}

func (w *workbookFile) close() error { return w.book.Close() }

// otherZIP says which document a ZIP archive is and what to do about it, "" for an archive of files.
func otherZIP(archive *zip.Reader) string {
	switch {
	case part(archive, "word/document.xml") != nil:
		return "a Word document: export the references from the program that keeps them"
	case part(archive, "ppt/presentation.xml") != nil:
		return "a presentation: export the references from the program that keeps them"
	case part(archive, "xl/workbook.bin") != nil:
		return "a binary Excel workbook (.xlsb): save it as .xlsx or CSV"
	case part(archive, "content.xml") != nil && part(archive, "META-INF/manifest.xml") != nil:
		return "an OpenDocument file: save a spreadsheet as .xlsx or CSV"
	case part(archive, "META-INF/container.xml") != nil:
		return "an electronic book (EPUB)"
	}
	return ""
}

// papers reads the papers of all visible sheets that have a header.
func (w *workbookFile) papers(in *input) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		records := 0
		for _, name := range w.book.GetSheetList() {
			visible, err := w.book.GetSheetVisible(name)
			if err == nil && !visible {
				in.notes.add("the hidden sheet %s was left out: unhide it if it holds papers", shortened(name, 40))
				continue
			}
			sheet, err := w.openSheet(name)
			if err != nil {
				yield(nil, fmt.Errorf("sheet %s: %w", name, err))
				return
			}
			if sheet.table == nil {
				if columns := sheet.columns(); len(columns) > 0 {
					in.notes.add("the sheet %s was left out: its columns are %s", shortened(name, 40), noHeader(columns))
				}
				sheet.close()
				continue
			}
			sheet.records = &records
			cut := false
			if sheet.links, cut, err = w.linksOf(name); err != nil {
				sheet.close()
				yield(nil, fmt.Errorf("sheet %s: %w", name, err))
				return
			}
			sheet.takeLinks()
			more := true
			for p, err := range in.tablePapers(sheet.table, sheet.rows(in), sheet.table.decodeCSV) {
				if more = yield(p, err); !more {
					break
				}
			}
			sheet.close()
			if more && cut { // excelize takes the end of the part for that of the rows
				yield(nil, io.ErrUnexpectedEOF)
			}
			if !more || cut {
				return
			}
		}
	}
}

// sheet is a worksheet that is read row by row.
type sheet struct {
	book    *workbookFile
	name    string
	raw     *excelize.Rows // the cells as they are stored
	shown   *excelize.Rows // the cells as Excel shows them, nil if no date needs them
	row     int            // the number of the row read last
	ahead   []sheetRow     // rows read while looking for the header
	table   *table
	header  []string          // the names of the columns in the sheet
	links   map[[2]int]string // the addresses of cells that are links, by row and column from 1
	records *int              // rows yielded so far, of all sheets
}

// sheetRow is a row that is not empty.
type sheetRow struct {
	number int
	cells  []string
	shown  []string
}

// openSheet begins to read a sheet and looks for its header.
func (w *workbookFile) openSheet(name string) (s *sheet, err error) {
	defer orBroken(&err)
	s = &sheet{book: w, name: name}
	if s.raw, err = w.book.Rows(name); err != nil {
		return nil, err
	}
	for len(s.ahead) < maxBeforeHeader {
		r, ok, err := s.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		s.ahead = append(s.ahead, r)
	}
	s.findHeader()
	if s.table != nil && slices.ContainsFunc(s.ahead, s.hasDay) {
		if err := s.showDates(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// showDates begins the sheet anew, so that every row is also read as Excel shows it: a day that is shown as "Mar-19" is
// a month.
func (s *sheet) showDates() (err error) {
	if s.shown, err = s.book.book.Rows(s.name); err != nil {
		return err
	}
	for i := range s.ahead {
		for n := 1; i > 0 && n < s.ahead[i].number-s.ahead[i-1].number || i == 0 && n < s.ahead[i].number; n++ {
			s.nextShown()
		}
		s.ahead[i].shown = s.nextShown()
	}
	return nil
}

func (s *sheet) nextShown() []string {
	if !s.shown.Next() {
		return nil
	}
	cells, err := s.shown.Columns(excelize.Options{RawCellValue: false})
	if err != nil {
		return nil
	}
	return cells
}

func (s *sheet) close() {
	s.raw.Close()
	if s.shown != nil {
		s.shown.Close()
	}
}

// next returns the next row that is not empty.
func (s *sheet) next() (r sheetRow, ok bool, err error) {
	defer orBroken(&err)
	for s.raw.Next() {
		s.row++
		cells, err := s.raw.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return r, false, fmt.Errorf("row %d: %w", s.row, err)
		}
		r = sheetRow{number: s.row, cells: cells[:min(len(cells), maxColumns)]}
		if s.shown != nil {
			r.shown = s.nextShown()
		}
		if slices.ContainsFunc(r.cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			return r, true, nil
		}
	}
	return r, false, s.raw.Error()
}

// findHeader finds the header among the rows read ahead: the one whose titles or abstracts the next row fills, then the
// one with the most columns that are understood. It drops it and what is before it.
func (s *sheet) findHeader() {
	best := 0
	end := 0
	for i, r := range s.ahead {
		names := make([]string, len(r.cells))
		long := false
		for n, c := range r.cells {
			names[n] = strings.TrimSpace(c)
			long = long || len(names[n]) > maxColumnName
		}
		t := newTable(names)
		if long || t == nil {
			continue
		}
		score := t.understood()
		last, fits := i+1 == len(s.ahead), false
		if !last {
			next := s.ahead[i+1].cells
			for _, c := range slices.Concat(t.columns["title"], t.columns["abstract"]) {
				fits = fits || c < len(next) && next[c] != ""
			}
		}
		if i > 0 && !fits && (score < 2 || !last) {
			continue
		}
		if fits {
			score += maxColumns
		}
		if score > best {
			t.comma, t.solid = ',', true
			s.table, best, end = t, score, i+1
		}
	}
	if s.table != nil {
		s.ahead = s.ahead[end:]
	}
}

// columns returns the cells of the row that is most likely the header of a sheet without a known one: the first of the
// widest.
func (s *sheet) columns() []string {
	var widest []string
	for _, r := range s.ahead {
		if len(r.cells) > len(widest) {
			widest = r.cells
		}
	}
	return widest
}

// rows yields the rows after the header as records of a table with commas.
func (s *sheet) rows(in *input) iter.Seq2[rawRecord, error] {
	return func(yield func(rawRecord, error) bool) {
		for {
			var r sheetRow
			ok := len(s.ahead) > 0
			if ok {
				r, s.ahead = s.ahead[0], s.ahead[1:]
			} else {
				var err error
				if r, ok, err = s.next(); err != nil {
					yield(rawRecord{}, err)
					return
				}
			}
			if !ok {
				return
			}
			if slices.Equal(r.cells, s.header) {
				in.notes.add("the header is repeated among the rows, as in tables that were joined")
				continue
			}
			*s.records++
			in.line = r.number
			record := rawRecord{line: r.number, record: *s.records, data: s.encode(in, &r)}
			if len(record.data) > maxRecord {
				record.reason = fmt.Sprintf("row longer than %d MB", maxRecord>>20)
			}
			if !yield(record, nil) {
				return
			}
		}
	}
}

// takeLinks adds a column of addresses for the links of titles where the sheet has none.
func (s *sheet) takeLinks() {
	s.header = slices.Clone(s.table.names)
	if len(s.links) > 0 && s.table.columns["url"] == nil {
		s.table.columns["url"] = []int{len(s.table.names)}
		s.table.names = append(s.table.names, "")
	}
}

// encode returns a row as a line of CSV, with dates and links written out.
func (s *sheet) encode(in *input, r *sheetRow) []byte {
	t := s.table
	if n := len(s.header); len(r.cells) > n {
		if slices.ContainsFunc(r.cells[n:], func(c string) bool { return c != "" }) {
			in.notes.add("the sheet %s has columns without a name, which were not read", shortened(s.name, 40))
		}
		r.cells = r.cells[:n]
	}
	for i, c := range r.cells {
		r.cells[i] = plainNumber(c)
	}
	for _, i := range t.columns["published"] {
		if i < len(r.cells) {
			shown := ""
			if i < len(r.shown) {
				shown = r.shown[i]
			}
			r.cells[i] = s.day(r.cells[i], shown)
		}
	}
	s.link(r)
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(r.cells) // a buffer takes everything
	w.Flush()
	return b.Bytes()
}

// plainNumber returns a whole number that is stored with an exponent ("1.2345678E7") in digits, any other text as it
// is.
func plainNumber(s string) string {
	if len(s) < 3 || len(s) > 24 || s[0] < '0' || s[0] > '9' || !strings.ContainsAny(s, "eE") {
		return s
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v != math.Trunc(v) || math.Abs(v) >= 1<<53 {
		return s
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// The days that a number in a column of dates may be: from 1927 to 2118, so that no year, 201903 or 20190315 is one.
const (
	firstDay = 10000
	lastDay  = 80000
)

// hasDay reports whether a row has a day as Excel stores it.
func (s *sheet) hasDay(r sheetRow) bool {
	return slices.ContainsFunc(s.table.columns["published"], func(i int) bool {
		return i < len(r.cells) && s.day(r.cells[i], "") != r.cells[i]
	})
}

// day returns the date that the number of a day is, and any other text as it is. shown is how Excel shows the cell,
// which may be less than the day.
func (s *sheet) day(cell, shown string) string {
	v, err := strconv.ParseFloat(cell, 64)
	if err != nil || !(v >= firstDay && v < lastDay) {
		return cell
	}
	at, err := excelize.ExcelDateToTime(v, s.book.epoch)
	if err != nil {
		return cell
	}
	d := data.DateOf(at)
	if as := writtenDate(strings.TrimSpace(shown), 0); d.Day == 1 && as.Day == 0 && as.Year == d.Year {
		if d.Day = 0; as.Month == 0 && d.Month == 1 && yearInCell.MatchString(shown) {
			d.Month = 0
		}
	}
	return d.String()
}

// link puts the addresses of links into the columns of addresses and DOIs where the text has none. The link of a title
// is an address of the paper.
func (s *sheet) link(r *sheetRow) {
	if len(s.links) == 0 {
		return
	}
	for _, field := range []string{"url", "doi"} {
		for _, i := range s.table.columns[field] {
			address := s.links[[2]int{r.number, i + 1}]
			if titles := s.table.columns["title"]; address == "" && field == "url" && titles != nil {
				address = s.links[[2]int{r.number, titles[0] + 1}]
			}
			if address == "" || i < len(r.cells) && (addressed.MatchString(r.cells[i]) || strings.HasPrefix(r.cells[i], "10.")) {
				continue
			}
			for len(r.cells) <= i {
				r.cells = append(r.cells, "")
			}
			r.cells[i] = address
		}
	}
}

// linksOf returns the links of a sheet, and whether it is cut off within its rows. Links are those that are attached to
// cells, and formulas with HYPERLINK. excelize gives them only with the whole sheet in memory.
func (w *workbookFile) linksOf(name string) (links map[[2]int]string, cut bool, err error) {
	file := w.sheetPart(name)
	if file == nil {
		return nil, false, nil
	}
	seen, err := contains(file, "</sheetData>", "sheetData/>", ":sheetData", "hyperlink ", "HYPERLINK(")
	if err != nil {
		return nil, false, err
	}
	cut = !seen[0] && !seen[1] && !seen[2]
	if !seen[3] && !seen[4] {
		return nil, cut, nil
	}
	targets := w.relations(file.Name)
	r, err := file.Open()
	if err != nil {
		return nil, cut, err
	}
	defer r.Close()
	links = map[[2]int]string{}
	cell, formula := [2]int{}, false
	for d := xml.NewDecoder(r); len(links) < maxLinks; {
		token, err := d.Token()
		if err != nil {
			break // the end, or a fault up to which rows are read
		}
		switch e := token.(type) {
		case xml.StartElement:
			formula = e.Name.Local == "f"
			switch e.Name.Local {
			case "c":
				cell = cellAt(attribute(e, "r"))
			case "hyperlink":
				if address := targets[attribute(e, "id")]; address != "" {
					links[cellAt(attribute(e, "ref"))] = address
				}
			}
		case xml.CharData:
			if !formula {
				continue
			}
			if m := hyperlink.FindStringSubmatch("=" + strings.TrimSpace(string(e))); m != nil {
				links[cell] = m[1]
			}
		case xml.EndElement:
			formula = false
		}
	}
	return links, cut, nil
}

// cellAt returns row and column, from 1, of a reference such as "B7", or of the first cell of a range.
func cellAt(ref string) [2]int {
	ref, _, _ = strings.Cut(ref, ":")
	column, row, err := excelize.CellNameToCoordinates(ref)
	if err != nil {
		return [2]int{}
	}
	return [2]int{row, column}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// sheetPart returns the part of a sheet by its name, nil if it is not found.
func (w *workbookFile) sheetPart(name string) *zip.File {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"` // of the name space of relationships
		} `xml:"sheets>sheet"`
	}
	if err := decodePart(part(w.zip, "xl/workbook.xml"), &book); err != nil {
		return nil
	}
	targets := w.relations("xl/workbook.xml")
	for _, s := range book.Sheets {
		if target := targets[s.ID]; s.Name == name && target != "" {
			if !strings.HasPrefix(target, "/") {
				target = path.Join("xl", target)
			}
			return part(w.zip, strings.TrimPrefix(target, "/"))
		}
	}
	return nil
}

// relations returns the targets of what a part refers to, by their ids.
func (w *workbookFile) relations(name string) map[string]string {
	var list struct {
		Relations []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	targets := map[string]string{}
	if err := decodePart(part(w.zip, path.Join(path.Dir(name), "_rels", path.Base(name)+".rels")), &list); err != nil {
		return targets
	}
	for _, r := range list.Relations {
		targets[r.ID] = r.Target
	}
	return targets
}

// decodePart decodes the XML of a part, of which at most maxOtherParts bytes are read.
func decodePart(file *zip.File, to any) error {
	if file == nil {
		return os.ErrNotExist
	}
	r, err := file.Open()
	if err != nil {
		return err
	}
	return errors.Join(xml.NewDecoder(io.LimitReader(r, maxOtherParts)).Decode(to), r.Close())
}

// contains reports of each of the texts, which are shorter than a line, whether a part contains it.
func contains(file *zip.File, texts ...string) ([]bool, error) {
	r, err := file.Open()
	if err != nil {
		return nil, err
	}
	found := make([]bool, len(texts))
	defer r.Close()
	const overlap = 64
	buf := make([]byte, overlap+64<<10)
	for kept := 0; ; {
		n, err := r.Read(buf[kept:])
		seen := buf[:kept+n]
		for i, text := range texts {
			found[i] = found[i] || bytes.Contains(seen, []byte(text))
		}
		if err == io.EOF {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		kept = copy(buf, seen[max(0, len(seen)-overlap):])
	}
}

// noHeader lists the columns of a table none of which is a title or an abstract, and says what to do.
func noHeader(columns []string) string {
	names := slices.DeleteFunc(slices.Clone(columns), func(c string) bool { return strings.TrimSpace(c) == "" })
	return listNames(names) + "; none is a title or an abstract: rename one to title"
}
