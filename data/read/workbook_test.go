package read

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"kindred/data"

	"github.com/xuri/excelize/v2"
)

// workbookOf returns a workbook with one sheet for each list of rows.
func workbookOf(t testing.TB, sheets ...[][]any) *excelize.File {
	t.Helper()
	f := excelize.NewFile()
	for n, rows := range sheets {
		name := fmt.Sprintf("Sheet%d", n+1)
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	return f
}

func bytesOf(t testing.TB, f *excelize.File) string {
	t.Helper()
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// zipOf returns a ZIP archive of parts, each a name and a text.
func zipOf(t testing.TB, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		p, err := w.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWorkbook(t *testing.T) {
	day := time.Date(2019, 3, 15, 0, 0, 0, 0, time.UTC)
	f := workbookOf(t,
		[][]any{{"Search of 2024"}, {"for", "barley"}},
		[][]any{
			{"Barley, exported"}, nil,
			{"Titel", "Autoren", "Datum", "Zusammenfassung", "DOI", "URL", "PubMed ID", "Rank"},
			{"Barley, \"yield\"", "Alder, Ida; Beech, Bob", day, "We measure\nbarley.", "DOI", "Link", 12345678, 1},
			{"River floods", "Cedar C.", day.AddDate(0, 0, -14), "NA", "10.1000/a2", "https://example.org/2", 1.2345678e15, 2},
			nil,
			{"Bird song", "", 2019, "", "", "", "NA", "", "beyond"},
			{"Old bricks", "", "03/25/2019"},
			{"", "Dogwood D."},
			{"Titel", "Autoren", "Datum", "Zusammenfassung", "DOI", "URL", "PubMed ID", "Rank"},
		},
		[][]any{{"Title", "Year"}, {"Glass bells", 2021}, {"Title", "Year"}, {"Tin drums", 2022}},
	)
	if err := f.SetCellHyperLink("Sheet3", "A2", "https://example.org/4", "External"); err != nil {
		t.Fatal(err)
	}
	for _, link := range [][2]string{{"E4", "https://doi.org/10.1000/a1"}, {"F4", "https://example.org/1"}} {
		if err := f.SetCellHyperLink("Sheet2", link[0], link[1], "External"); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellFormula("Sheet2", "F7", `HYPERLINK("https://example.org/3","here")`); err != nil {
		t.Fatal(err)
	}
	month := "mmm-yy"
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &month})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStyle("Sheet2", "C5", "C5", style); err != nil {
		t.Fatal(err)
	}
	text := bytesOf(t, f)
	want := []string{
		`doi:10.1000/a1 | Barley, "yield" | We measure barley. | 2019-03-15 | by Ida Alder; Bob Beech | at https://example.org/1 | also pmid:12345678`,
		"doi:10.1000/a2 | River floods |  | 2019-03 | by Cedar C. | at https://example.org/2 | also pmid:1234567800000000",
		data.TitleID("Bird song") + " | Bird song |  | 2019 | at https://example.org/3",
		data.TitleID("Old bricks") + " | Old bricks |  | 2019-03-25",
		"9:5 neither title nor abstract",
		data.TitleID("Glass bells") + " | Glass bells |  | 2021 | at https://example.org/4",
		data.TitleID("Tin drums") + " | Tin drums |  | 2022",
	}
	path := filepath.Join(t.TempDir(), "book")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, open := range map[string]func() (*Source, error){
		"stream": func() (*Source, error) { return NewSource("test", strings.NewReader(text), Options{}) },
		"gzip":   func() (*Source, error) { return NewSource("test", strings.NewReader(gzipped(t, text)), Options{}) },
		"file":   func() (*Source, error) { return Open(path, Options{}) },
	} {
		s, err := open()
		if err != nil {
			t.Fatal(name, err)
		}
		var got []string
		for p, err := range s.Papers() {
			rejected := new(RecordError)
			switch {
			case errors.As(err, &rejected):
				got = append(got, fmt.Sprintf("%d:%d %s", rejected.Line, rejected.Record, rejected.Reason))
			case err != nil:
				got = append(got, err.Error())
			default:
				got = append(got, describe(p))
			}
		}
		if s.Format() != workbookFormat || strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: %s:\n got %s\nwant %s", name, s.Format(), strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
		notes := fmt.Sprint(s.Notes())
		for _, note := range []string{
			"the sheet Sheet1 was left out: its columns are for, barley; none is a title or an abstract: rename one to title",
			"1 column not read: Rank; rename one to journal or keywords if it holds that", "Sheet2 has columns without a name", "the header is repeated",
		} {
			if !strings.Contains(notes, note) {
				t.Errorf("%s: notes are %s, want %q", name, notes, note)
			}
		}
		if name == "file" && (s.Offset() != s.Size() || s.Size() != int64(len(text))) {
			t.Errorf("%s: read %d of %d bytes", name, s.Offset(), s.Size())
		}
		if err := s.Close(); err != nil {
			t.Error(name, err)
		}
	}
}

func TestOtherZIPs(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	for name, c := range map[string]struct{ text, want string }{
		"Word":         {zipOf(t, "word/document.xml", "<a/>"), "is a Word document"},
		"OpenDocument": {zipOf(t, "content.xml", "<a/>", "META-INF/manifest.xml", "<a/>"), "save a spreadsheet as .xlsx or CSV"},
		"binary":       {zipOf(t, "xl/workbook.bin", "x"), ".xlsb"},
		"archive":      {zipOf(t, "papers.bib", "@misc{a}"), "each file is read by itself"},
		"broken":       {"PK\x03\x04....", "damaged ZIP archive"},
		"no parts":     {zipOf(t, "xl/workbook.xml", "<workbook/>"), "workbook"},
		"no XML":       {zipOf(t, "xl/workbook.xml", "x", "xl/worksheets/sheet1.xml", "<"), "workbook"},
		"no papers":    {bytesOf(t, workbookOf(t, [][]any{{"Name", "Size"}, {"a", 1}})), "with the columns Name, Size; none is a title or an abstract: rename one to title"},
		"empty":        {bytesOf(t, workbookOf(t, nil)), "whose sheets are empty"},
		"cut":          {bytesOf(t, workbookOf(t, [][]any{{"Title"}, {"Barley"}}))[:2000], "damaged ZIP archive or workbook"},
	} {
		s, err := NewSource("some-file", strings.NewReader(c.text), Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%s: %v, want mention of %q", name, err, c.want)
		}
		if err == nil {
			s.Close()
		}
	}
	left, err := filepath.Glob(filepath.Join(tmp, "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("temporary files are left: %v, %v", left, err)
	}
}

// TestCutSheet checks that a sheet which ends within its rows is no shorter sheet.
func TestCutSheet(t *testing.T) {
	whole := sheetOf(t, `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Title</t></is></c></row>`+
		`<row r="2"><c r="A2" t="inlineStr"><is><t>Barley</t></is></c></row></sheetData></worksheet>`, "")
	cut := sheetOf(t, `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Title</t></is></c></row>`+
		`<row r="2"><c r="A2" t="inlineStr"><is><t>Barley</t></is></c></row><row r="3"><c r="A3" t="inline`, "")
	if _, got := readText(t, whole); len(got) != 1 || !strings.Contains(got[0], "Barley") {
		t.Errorf("whole: got %q", got)
	}
	if _, got := readText(t, cut); len(got) == 0 || !strings.Contains(got[len(got)-1], "ends too early") {
		t.Errorf("cut: got %q", got)
	}
}

// sheetOf returns a workbook with one sheet and with the items of shared texts, given as XML.
func sheetOf(t testing.TB, sheet, texts string) string {
	t.Helper()
	const (
		office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
		list   = "http://schemas.openxmlformats.org/package/2006/relationships"
		rels   = `<Relationships xmlns="` + list + `"><Relationship Id="rId1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + office + `/sharedStrings" Target="sharedStrings.xml"/></Relationships>`
		book = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="` + office + `">` +
			`<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`
		types = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ` +
			`ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`
		root  = `<Relationships xmlns="` + list + `"><Relationship Id="rId1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`
		links = `<Relationships xmlns="` + list + `"><Relationship Id="rId1" Target="https://example.org"/></Relationships>`
	)
	return zipOf(t, "[Content_Types].xml", types, "_rels/.rels", root, "xl/workbook.xml", book, "xl/_rels/workbook.xml.rels", rels,
		"xl/worksheets/sheet1.xml", sheet, "xl/sharedStrings.xml",
		`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`+texts+`</sst>`, "xl/worksheets/_rels/sheet1.xml.rels", links)
}

// bigWorkbook writes a workbook of n papers.
func bigWorkbook(tb testing.TB, n int) string {
	tb.Helper()
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		tb.Fatal(err)
	}
	if err := w.SetRow("A1", []any{"Title", "Authors", "Year", "Abstract", "DOI"}); err != nil {
		tb.Fatal(err)
	}
	for i := range n {
		row := []any{fmt.Sprintf("Yield of field %d", i), "Alder, Ida; Beech, Bob", 1990 + i%30, strings.Repeat(fmt.Sprintf("We measure %d. ", i), 60), fmt.Sprintf("10.1000/f%d", i)}
		if err := w.SetRow(fmt.Sprintf("A%d", i+2), row); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	path := filepath.Join(tb.TempDir(), "big.xlsx")
	if err := f.SaveAs(path); err != nil {
		tb.Fatal(err)
	}
	if err := f.Close(); err != nil {
		tb.Fatal(err)
	}
	return path
}

// BenchmarkWorkbook reads a workbook of fifty thousand papers and reports the memory in use in the middle.
func BenchmarkWorkbook(b *testing.B) {
	path := bigWorkbook(b, 50000)
	for b.Loop() {
		s, err := Open(path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		papers := 0
		for _, err := range s.Papers() {
			if err != nil {
				b.Fatal(err)
			}
			if papers++; papers == 25000 {
				b.StopTimer()
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				b.ReportMetric(float64(m.HeapAlloc)/1e6, "MB")
				b.StartTimer()
			}
		}
		if papers != 50000 {
			b.Fatalf("%d papers", papers)
		}
		s.Close()
	}
}

// readWorkbook reads the workbook that an input holds.
func readWorkbook(in *input) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		var b bytes.Buffer
		if _, err := b.ReadFrom(in.r); err != nil {
			yield(nil, err)
			return
		}
		w, err := workbook("fuzz", bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			yield(nil, err)
			return
		}
		defer w.close()
		w.papers(in)(yield)
	}
}

// FuzzWorkbook reads archives with parts of workbooks that are broken.
func FuzzWorkbook(f *testing.F) {
	fuzzFormat(f, readWorkbook, bytesOf(f, workbookOf(f, [][]any{{"Title", "Year"}, {"Barley", 2019}})), zipOf(f, "xl/workbook.xml", "<workbook/>"))
}

// FuzzSheet reads workbooks whose sheet, texts and relations are anything.
func FuzzSheet(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Year</t></is></c></row><row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2"><v>43539</v></c></row></sheetData>`+
		`<hyperlinks><hyperlink ref="A2:B3" id="rId1"/></hyperlinks></worksheet>`, `<si><t>Title</t></si><si><r><t>Ma</t></r><r><t>ize</t></r></si>`)
	f.Add(`<worksheet><sheetData><row r="x"><c r="ZZZZZ9" t="s"><v>-1</v></c></row><row><c t="s"><v>99999999999</v></c><c t="e"><f>HYPERLINK("a")</f></c></row></sheetData></worksheet>`, `<si>`)
	f.Fuzz(func(t *testing.T, sheet, texts string) {
		text := sheetOf(t, sheet, texts)
		w, err := workbook("fuzz", strings.NewReader(text), int64(len(text)))
		if err != nil {
			return
		}
		defer w.close()
		for p, err := range w.papers(&input{name: "fuzz"}) {
			if err == nil && p == nil {
				t.Fatal("neither a paper nor an error")
			}
		}
	})
}
