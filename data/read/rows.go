package read

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"kindred/data"
	"kindred/data/readable"
)

// decodeCSV returns the paper of a record of a table. The error says why the record is no row of it.
func (t *table) decodeCSV(b []byte) (*data.Paper, error) {
	text := readable.UTF8(string(b))
	row, err := t.cells(text)
	if err != nil {
		return nil, errors.New("not a row of the table: " + err.Error())
	}
	if n := len(t.names); len(row) != n || t.contradicts(row) >= 0 {
		if row, err = t.fit(text, row); err != nil {
			return nil, err
		}
	}
	return t.paper(row), nil
}

// cells returns the cells of a record as encoding/csv reads it with LazyQuotes.
func (t *table) cells(text string) ([]string, error) {
	in := rowReaders.Get().(*rowReader)
	defer rowReaders.Put(in)
	in.text.Reset(text)
	in.buf.Reset(&in.text)
	r := csv.NewReader(in.buf)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = t.comma, true, -1
	return r.Read()
}

// rowReader is a buffer as csv.NewReader takes it without making one of its own.
type rowReader struct {
	text strings.Reader
	buf  *bufio.Reader
}

var rowReaders = sync.Pool{New: func() any { return &rowReader{buf: bufio.NewReaderSize(nil, 4096)} }}

// paper returns the paper of a row.
func (t *table) paper(row []string) *data.Paper {
	for _, i := range t.unread {
		if i < len(row) && row[i] != "" && !t.filled[i].Load() {
			t.filled[i].Store(true)
		}
	}
	cell := func(field string) string {
		for _, i := range t.columns[field] {
			if i < len(row) {
				if s := known(row[i]); s != "" {
					return plainCell(s, field == "url" || field == "doi")
				}
			}
		}
		return ""
	}
	p := &data.Paper{
		ID: cell("id"), Title: cell("title"), Abstract: cell("abstract"), Authors: t.authors(cell("authors")),
		AuthorCount: wholeInt(cell("author_count")), Published: t.date(row), Venue: cell("venue"),
		Categories: splitList(cell("categories")), Labels: splitList(cell("labels")), Keywords: splitList(cell("keywords")),
		URL: cell("url"), DOI: cell("doi"), ArXiv: cell("arxiv"),
		Upvotes: wholeInt(cell("upvotes")), Comments: wholeInt(cell("comments")),
	}
	if len(p.Categories) == 1 && arxivClasses(p.Categories[0]) {
		p.Categories = strings.Fields(p.Categories[0])
	}
	if url, _, several := strings.Cut(p.URL, ";"); several && strings.Contains(p.URL, "; http") {
		p.URL = url
	}
	for _, s := range identifierSchemes {
		if value := cell(s.field); value != "" {
			if id := schemeID(s.scheme, value); id != "" {
				p.Aliases = append(p.Aliases, id)
			} else {
				t.notes.add("a value of the column %s that is no %s was left out", t.names[t.columns[s.field][0]], s.name)
			}
		}
	}
	return p
}

// identifierSchemes are the identifiers that have columns of their own, without the scheme.
var identifierSchemes = []struct{ field, scheme, name string }{
	{"pmid", "pmid:", "PubMed id"}, {"pmcid", "pmc:", "PubMed Central id"}, {"corpusid", "s2:CorpusId:", "corpus id"},
	{"mag", "mag:", "Microsoft Academic id"},
}

// schemeID returns the canonical id of a scheme whose ids are numbers, empty if value is none.
func schemeID(scheme, value string) string {
	value = strings.TrimSuffix(value, ".0") // as pandas writes numbers of a column with gaps
	id := data.CanonicalID(value)
	if !strings.HasPrefix(id, scheme) {
		id = data.CanonicalID(scheme + value)
	}
	number, ok := strings.CutPrefix(id, scheme)
	if number = strings.TrimPrefix(number, "PMC"); !ok || number == "" || strings.Trim(number, "0123456789") != "" {
		return ""
	}
	if strings.Trim(number, "0") == "" {
		return ""
	}
	return id
}

// hyperlink is a cell of a spreadsheet with the address of a link, and mostly its text.
var hyperlink = regexp.MustCompile(`(?is)^=\s*HYPERLINK\(\s*"([^"]*)"\s*(?:[,;]\s*"([^"]*)"\s*)?\)$`)

// plainCell returns the text of a cell that holds a formula of a spreadsheet: of ="text" the text, of a link its
// address or its text. Other cells it returns as they are.
func plainCell(s string, address bool) string {
	if s[0] != '=' {
		return s
	}
	if m := hyperlink.FindStringSubmatch(s); m != nil {
		if address || m[2] == "" {
			return m[1]
		}
		return m[2]
	}
	if len(s) > 3 && s[1] == '"' && s[len(s)-1] == '"' {
		return strings.ReplaceAll(s[2:len(s)-1], `""`, `"`)
	}
	return s
}

// authors returns the names in a cell, given names first.
func (t *table) authors(cell string) []string {
	if t.joined && !strings.ContainsAny(cell, ",;|") {
		cell = partNames(cell)
	}
	names := splitNames(cell)
	for i, a := range names {
		names[i] = data.GivenFirst(a)
	}
	return names
}

// partNames puts semicolons between names that were written without anything between them: "Ida AlderBob Beech". A
// capital within a word begins a name unless the word begins like "McDonald".
func partNames(s string) string {
	var b strings.Builder
	word, prev := 0, rune(0)
	for i, r := range s {
		if unicode.IsUpper(r) && (unicode.IsLower(prev) || prev == '.') && !nameStart[s[word:i]] {
			b.WriteString("; ")
			word = i
		}
		if !unicode.IsLetter(r) {
			word = i + len(string(r))
		}
		b.WriteRune(r)
		prev = r
	}
	return b.String()
}

// nameStart are the beginnings of family names that a capital follows.
var nameStart = map[string]bool{
	"Mc": true, "Mac": true, "De": true, "Di": true, "Du": true, "Da": true, "Del": true, "Della": true, "Le": true,
	"La": true, "Van": true, "Von": true, "Fitz": true, "Ter": true, "Ten": true, "El": true, "Al": true, "Ó": true,
}

// date returns the date of a row: that of the first column with one, made more exact by others of the same year.
func (t *table) date(row []string) data.Date {
	cell := func(i int) string {
		if i >= len(row) {
			return ""
		}
		return readable.OneLine(known(row[i]))
	}
	first := func(field string) string {
		for _, i := range t.columns[field] {
			if s := cell(i); s != "" {
				return s
			}
		}
		return ""
	}
	year := 0
	if t.columns["year"] != nil {
		year = writtenDate(first("year"), 0).Year
	}
	best := data.Date{}
	for _, i := range t.columns["published"] {
		s := cell(i)
		if s == "" {
			continue
		}
		d := firstDate(s)
		if d.IsZero() {
			d = writtenDate(s, year)
		}
		sameMonth := d.Month == best.Month && best.Day == 0 && d.Day != 0
		if best.IsZero() || d.Year == best.Year && (best.Month == 0 || sameMonth) {
			best = d
		}
	}
	if best.IsZero() {
		best.Year = year
	}
	if best.Month != 0 || best.Year == 0 {
		return best
	}
	month := first("month")
	if m, err := strconv.Atoi(strings.TrimSuffix(month, ".0")); err == nil {
		d, _ := strconv.Atoi(strings.TrimSuffix(first("day"), ".0"))
		return certainDate(best.Year, m, d)
	}
	if month != "" {
		if d := writtenDate(month+" "+first("day"), best.Year); d.Year == best.Year {
			return d
		}
	}
	return best
}

// The forms that the values of some columns have.
var (
	doiForm    = regexp.MustCompile(`^(?:doi:?\s*|https?://(?:dx\.)?doi\.org/)?10\.\d{4,9}/\S+$`)
	yearInCell = regexp.MustCompile(`^(?:1[5-9]|20)\d\d$`)
	addressed  = regexp.MustCompile(`(?i)^(?:https?|ftp)://\S|^www\.\S|^=`)
	number     = regexp.MustCompile(`^[\d.,]+$`)
)

// undated are the words that stand for the date of what has none yet, or for part of it.
var undated = regexp.MustCompile(`(?i)press|forthcoming|accepted|submitted|appear|print|online|publi|progress|` +
	`preparation|review|undated|no date|n\. ?d|s\. ?[dfa]|o\. ?j|draft|early|spring|summer|autumn|fall|winter`)

// isSentence reports whether s is long, or has three words, or two and a full stop.
func isSentence(s string) bool {
	words := strings.Count(strings.TrimSpace(s), " ") + 1
	return len(s) > longestOdd || words > 2 || words == 2 && strings.HasSuffix(s, ".")
}

// isDOI reports whether s is a DOI or the address of one.
func isDOI(s string) bool {
	return (s[0] == '1' || s[0] == 'd' || s[0] == 'h') && len(s) < 300 && doiForm.MatchString(s)
}

// longestOdd is the length up to which a text is taken for an odd value ("forthcoming") and not for one of another
// column.
const longestOdd = 24

// contradicts returns a column whose value shows that the row does not fit the header, -1 if there is none: a text
// where a date belongs, a DOI where a name belongs.
func (t *table) contradicts(row []string) int {
	if t.solid {
		return -1
	}
	year := false // whether a column of text is a year
	for _, k := range t.kinds {
		if k.column >= len(row) {
			continue
		}
		s := strings.TrimSpace(row[k.column])
		switch {
		case s == "":
		case k.kind.impossible(s):
			return k.column
		case k.kind == textKind:
			year = year || len(s) == 4 && yearInCell.MatchString(s)
		}
	}
	if !year {
		return -1
	}
	for _, k := range t.kinds { // there must be a date as well
		if k.kind == dateKind && k.column < len(row) && known(row[k.column]) != "" && firstDate(row[k.column]).IsZero() {
			return k.column
		}
	}
	return -1
}

// kind is the kind of value that a column has.
type kind int

const (
	textKind kind = iota
	dateKind
	doiKind
	numberKind
	addressKind
)

var kindsOfFields = map[string]kind{
	"title": textKind, "abstract": textKind, "venue": textKind, "authors": textKind,
	"published": dateKind, "year": dateKind, "doi": doiKind, "pmid": numberKind, "url": addressKind,
}

// columnKind is a column with the kind of its values.
type columnKind struct {
	column int
	kind   kind
}

// setKinds finds the columns whose values have a form.
func (t *table) setKinds() {
	for field, kind := range kindsOfFields {
		for _, i := range t.columns[field] {
			if k := (columnKind{i, kind}); !slices.Contains(t.kinds, k) {
				t.kinds = append(t.kinds, k)
			}
		}
	}
	slices.SortFunc(t.kinds, func(a, b columnKind) int { return a.column - b.column })
}

// impossible reports whether s cannot be a value of this kind, but is one of another.
func (k kind) impossible(s string) bool {
	long := len(s) > longestOdd
	switch k {
	case textKind:
		return isDOI(s)
	case dateKind:
		return isDOI(s) || (long || strings.Contains(s, " ")) && isSentence(s) && firstDate(s).IsZero() &&
			!undated.MatchString(s)
	case doiKind:
		return !strings.Contains(s, "10.") && (long && strings.Contains(s, " ") || yearInCell.MatchString(s))
	case numberKind:
		return isDOI(s) || long && strings.Contains(s, " ")
	default:
		return long && strings.Count(s, " ") > 3 && !addressed.MatchString(s)
	}
}

// certain reports whether s is a value of this kind and of no other.
func (k kind) certain(s string) bool {
	switch k {
	case dateKind:
		return !firstDate(s).IsZero() && len(s) <= longestOdd
	case doiKind:
		return isDOI(s)
	case numberKind:
		return number.MatchString(s)
	case addressKind:
		return addressed.MatchString(s)
	}
	return false
}

// confirms reports whether every value of a row that has a form is of the form of its column, and how many are.
func (t *table) confirms(row []string) (ok bool, values int) {
	for _, k := range t.kinds {
		if k.column >= len(row) {
			continue
		}
		s := known(row[k.column])
		switch {
		case s == "":
		case k.kind.impossible(s), k.kind != textKind && !k.kind.certain(s):
			return false, 0
		case k.kind != textKind:
			values++
		}
	}
	return true, values
}

// separatorNames are the words for separators in messages.
var separatorNames = map[rune]string{'\t': "tab", ',': "comma", ';': "semicolon", '|': "bar"}

func (t *table) separator() string {
	if name, ok := separatorNames[t.comma]; ok {
		return name
	}
	return strconv.QuoteRune(t.comma)
}

// fit returns the cells of a record whose row does not have the width of the header or contradicts it. Where only one
// reading of quotes and separators fits, it returns that. The error says what does not fit.
func (t *table) fit(text string, row []string) ([]string, error) {
	width := len(t.names)
	for len(row) > width && strings.TrimSpace(row[len(row)-1]) == "" {
		row = row[:len(row)-1] // separators at the end of the line
	}
	odd := t.contradicts(row)
	if len(row) <= width && odd < 0 && (len(row) == width || !strings.Contains(text, `"`) || t.strict(text)) {
		return row, nil // empty cells at the end may be left out
	}
	if t.solid {
		return row[:min(len(row), width)], nil
	}
	if mended := t.mended(text, row); mended != nil {
		if slices.Equal(mended, row[1:]) {
			t.notes.add("a row begins with a number for which the header has no name: left out")
		} else {
			t.notes.add("a row with a quote or %s out of place was read in the one way that fits the header", t.separator())
		}
		return mended, nil
	}
	switch {
	case len(row) > width:
		return nil, fmt.Errorf("%d cells where the header has %d: a %s outside quotes?", len(row), width, t.separator())
	case odd >= 0:
		return nil, fmt.Errorf("the column %s has %q: a %s or a quote out of place?",
			t.names[odd], shortened(row[odd], 40), t.separator())
	}
	return nil, fmt.Errorf("%d cells where the header has %d: a quote within quotes that is not doubled?", len(row), width)
}

// strict reports whether a record is well-formed after RFC 4180.
func (t *table) strict(text string) bool {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord = t.comma, -1
	_, err := r.Read()
	return err == nil
}

// mends reports whether a line that is no row can be read as one in exactly one way.
func (t *table) mends(line []byte) bool {
	text := readable.UTF8(string(line))
	row, err := t.cells(text)
	return err == nil && t.mended(text, row) != nil
}

// beginsRow reports whether a line within what looks like a quoted cell is a row of the table beyond doubt, or begins
// with a quote as rows do.
func (t *table) beginsRow(r rawRecord) bool {
	line := r.data
	if len(line) > 1 && line[0] == '"' && line[1] != byte(t.comma) && !strings.ContainsRune("\"\r\n", rune(line[1])) {
		return true
	}
	if cells, open := scanCells(line, byte(t.comma), false); open || cells != len(t.names) {
		return false
	}
	row, err := t.cells(readable.UTF8(string(line)))
	if err != nil || len(row) != len(t.names) {
		return false
	}
	ok, values := t.confirms(row)
	return ok && values > 0
}

// mended returns the one way to read a record so that it fits the header, nil if there is none or more than one.
func (t *table) mended(text string, row []string) []string {
	text = strings.TrimRight(text, "\r\n")
	var found [][]string
	for _, reading := range t.readings(text) {
		same := func(f []string) bool { return slices.Equal(f, reading) }
		if ok, _ := t.confirms(reading); ok && !slices.ContainsFunc(found, same) {
			found = append(found, reading)
		}
	}
	if len(found) == 0 {
		found = append(t.joinings(text), t.withoutFirst(row)...)
	}
	if len(found) == 1 {
		return found[0]
	}
	return nil
}

// withoutFirst returns the row without its first cell, as R writes the numbers of rows without a name for their column.
func (t *table) withoutFirst(row []string) [][]string {
	if len(row) != len(t.names)+1 {
		return nil
	}
	if _, err := strconv.Atoi(row[0]); err != nil {
		return nil
	}
	if ok, values := t.confirms(row[1:]); !ok || values == 0 {
		return nil
	}
	return [][]string{row[1:]}
}

// joinings returns the row in which cells are joined that a separator with a space after it, or one within a number,
// parts outside quotes. Programs write no space after a separator, and people write one after a comma. The row must
// have the width of the header, or less where empty cells at the end were left out, and values that have a form must
// have that of their column.
func (t *table) joinings(text string) [][]string {
	if t.comma == '\t' || bytes.Contains(t.header, []byte(string(t.comma)+" ")) {
		return nil
	}
	row, joined, afterQuote := []string(nil), 0, false
	for i := 0; i <= len(text); {
		end, cell := len(text), ""
		quoted := i < len(text) && text[i] == '"'
		if quoted {
			if end = quoteEnd(text, i, byte(t.comma)); end < 0 {
				return nil
			}
			cell = unescaped(text[i+1 : end-1])
		} else {
			if n := strings.IndexRune(text[i:], t.comma); n >= 0 {
				end = i + n
			}
			cell = text[i:end]
		}
		if last := len(row) - 1; last >= 0 && !quoted && !afterQuote && partOf(row[last], cell) {
			row[last] += string(t.comma) + cell
			joined++
		} else {
			row = append(row, cell)
		}
		i, afterQuote = end+1, quoted
	}
	if ok, values := t.confirms(row); joined == 0 || len(row) > len(t.names) || !ok || values == 0 {
		return nil
	}
	if len(row) < len(t.names) && len(row)+joined > len(t.names) { // too many cells, and then too few
		return nil
	}
	return [][]string{row}
}

// thousands are three digits at the beginning of a cell.
var thousands = regexp.MustCompile(`^\d{3}(?:\D|$)`)

// partOf reports whether next looks like the rest of a sentence or number that cell begins.
func partOf(cell, next string) bool {
	if cell == "" || next == "" {
		return false
	}
	if next[0] == ' ' {
		return strings.TrimSpace(next) != ""
	}
	last := cell[len(cell)-1]
	return last >= '0' && last <= '9' && len(cell) > 4 && strings.Contains(cell, " ") && thousands.MatchString(next)
}

// quoteEnd returns the position after the quote that closes the cell which begins at i, -1 if none does.
func quoteEnd(text string, i int, comma byte) int {
	for i++; i < len(text); i++ {
		if text[i] != '"' {
			continue
		}
		if i+1 == len(text) || text[i+1] == comma {
			return i + 1
		}
		if text[i+1] == '"' {
			i++
		}
	}
	return -1
}

func unescaped(cell string) string { return strings.ReplaceAll(cell, `""`, `"`) }

// maxReadings bounds the readings of one record that are compared. A record with more is not mended.
const maxReadings = 64

// readings returns the ways to read a record as a row of the width of the header. A cell in quotes may end at any quote
// before a separator, whatever the number of quotes before it; a cell may begin with a quote that opens nothing. Of a
// record whose quotes are well-formed there is one way, which is none of these.
func (t *table) readings(text string) [][]string {
	if !strings.Contains(text, `"`) || len(text) > maxRaw || t.strict(text) {
		return nil
	}
	s := &readingSearch{text: text, comma: byte(t.comma), width: len(t.names), can: map[[2]int]bool{}}
	for e := 1; e <= len(text); e++ {
		if text[e-1] == '"' && (e == len(text) || text[e] == s.comma) {
			s.closing = append(s.closing, e)
		}
	}
	if s.possible(0, s.width) {
		s.collect(0, nil)
	}
	if len(s.found) >= maxReadings || len(s.can) >= maxStates {
		return nil
	}
	return s.found
}

// readingSearch looks for the ways to read a record.
type readingSearch struct {
	text    string
	comma   byte
	width   int
	closing []int           // the positions after quotes that may close a cell
	can     map[[2]int]bool // whether the text from a position can be read as so many cells
	found   [][]string
}

// maxStates bounds the work of a search.
const maxStates = 4000

// ends returns the positions after which a cell that begins at i may end, and whether the cell is in quotes then.
func (s *readingSearch) ends(i int) (ends []int, quoted []bool) {
	next := len(s.text)
	if n := strings.IndexByte(s.text[i:], s.comma); n >= 0 {
		next = i + n
	}
	if i >= len(s.text) || s.text[i] != '"' {
		if cell := s.text[i:next]; strings.HasSuffix(cell, `"`) && strings.Count(cell, `"`)%2 == 1 {
			return nil, nil
		}
		return []int{next}, []bool{false}
	}
	from, _ := slices.BinarySearch(s.closing, i+2)
	for _, e := range s.closing[from:] {
		ends, quoted = append(ends, e), append(quoted, true)
	}
	if next == i+1 || s.text[next-1] != '"' {
		ends, quoted = append(ends, next), append(quoted, false)
	}
	return ends, quoted
}

// possible reports whether the text from i can be read as exactly cells cells.
func (s *readingSearch) possible(i, cells int) bool {
	if cells == 0 || i > len(s.text) {
		return cells == 0 && i > len(s.text)
	}
	key := [2]int{i, cells}
	can, done := s.can[key]
	if done || len(s.can) >= maxStates {
		return can
	}
	ends, _ := s.ends(i)
	for _, e := range ends {
		if s.possible(e+1, cells-1) {
			can = true
			break
		}
	}
	s.can[key] = can
	return can
}

// collect adds the readings that begin with row and go on at i.
func (s *readingSearch) collect(i int, row []string) {
	if len(s.found) >= maxReadings {
		return
	}
	if len(row) == s.width {
		s.found = append(s.found, slices.Clone(row))
		return
	}
	ends, quoted := s.ends(i)
	for n, e := range ends {
		if !s.possible(e+1, s.width-len(row)-1) {
			continue
		}
		cell := s.text[i:e]
		if quoted[n] {
			cell = unescaped(cell[1 : len(cell)-1])
		}
		s.collect(e+1, append(row, cell))
	}
}
