package read

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"kindred/data/readable"
)

// magics are the first bytes of files that hold no records of papers, with what they are and what to do.
var magics = []struct{ magic, what string }{
	{"%PDF-", "a PDF document: export the references to it (BibTeX, RIS, CSV) from the program that keeps them"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
		"an old or encrypted Office file (.xls, .doc): save it as .xlsx without a password, or as CSV"},
	{"\x09\x08\x10\x00", "an old Excel file (.xls): save it as .xlsx or CSV"},
	{`{\rtf`, "a document in Rich Text Format: export the references as BibTeX, RIS or CSV"},
	{"SQLite format 3\x00", "an SQLite database, as Zotero keeps: export the library as CSV, BibTeX or RIS"},
	{"\x89PNG", "a picture (PNG)"}, {"\xff\xd8\xff", "a picture (JPEG)"}, {"GIF8", "a picture (GIF)"},
	{"II*\x00", "a picture (TIFF)"}, {"MM\x00*", "a picture (TIFF)"}, {"RIFF", "a picture or recording (RIFF)"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive: unpack it first"}, {"Rar!\x1a\x07", "a RAR archive: unpack it first"},
	{"%!PS", "a PostScript document: export the references to it as BibTeX, RIS or CSV"},
	{"\x7fELF", "a program"}, {"MZ", "a program"}, {"PAR1", "a Parquet file: write it as CSV or JSON lines"},
	{"ARROW1", "an Arrow file: write it as CSV or JSON lines"}, {"Obj\x01", "an Avro file: write it as JSON lines"},
}

// kindOf says what a file that begins with these bytes is, as far as its first bytes tell that it is no text; else "".
func kindOf(begin []byte) string {
	text := bytes.TrimLeft(begin, " \t\r\n")
	for _, m := range magics {
		// Where the first bytes are letters alone, a text may begin so.
		if bytes.HasPrefix(text, []byte(m.magic)) && (strings.IndexFunc(m.magic, notLetter) >= 0 || bytes.IndexByte(begin, 0) >= 0) {
			return m.what
		}
	}
	return ""
}

func notLetter(r rune) bool { return !(r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') }

// unknown says what a file in no known format looks like and, where that is certain, what to do about it.
func (h *head) unknown() (what string, certain bool) {
	if h.json.shape != notJSON {
		keys := slices.Sorted(maps.Keys(h.json.keys))
		if len(keys) == 0 {
			return "looks like JSON", false
		}
		return "looks like JSON with the keys " + listNames(keys) + "; none is title or abstract", false
	}
	if root := h.rootElement(); root != "" {
		return "looks like XML with the element " + shortened(root, 40), false
	}
	if columns := h.columns(); columns != nil {
		return "looks like a table with the columns " + noHeader(columns), true
	}
	if text := h.data[:min(len(h.data), 4096)]; bytes.IndexByte(text, 0) >= 0 || !mostlyText(text) {
		return "holds no text", false
	}
	return "looks like plain text", false
}

// rootElement returns the name of the first element of XML, empty if there is none.
func (h *head) rootElement() string {
	if h.data[0] != '<' {
		return ""
	}
	d := xml.NewDecoder(bytes.NewReader(h.data))
	d.Strict = false
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		if root, ok := token.(xml.StartElement); ok {
			return root.Name.Local
		}
	}
}

// mostlyText reports whether text is UTF-8, but for a rune that is cut at its end, without control characters.
func mostlyText(text []byte) bool {
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		cut := r == utf8.RuneError && size <= 1 && len(text) < utf8.UTFMax
		if r == utf8.RuneError && size <= 1 && !cut || r < ' ' && !strings.ContainsRune("\t\r\n\f\x1b", r) {
			return false
		}
		text = text[size:]
	}
	return true
}

// columns returns the names of the columns of what looks like a table, nil if it does not: a line whose cells are
// short, and a line after it with as many.
func (h *head) columns() []string {
	var best []string
	for _, comma := range separators {
		var previous []string
		left := maxBeforeHeader
		for line := range bytes.Lines(h.data) {
			if left--; left < 0 {
				break
			}
			reader := csv.NewReader(strings.NewReader(readable.UTF8(string(line[:min(len(line), maxHeader)]))))
			reader.Comma, reader.LazyQuotes = comma, true
			cells, err := reader.Read()
			if err != nil {
				continue // a blank line
			}
			if len(cells) == len(previous) && len(cells) > 1 && len(cells) > len(best) && areNames(previous) {
				best = previous
			}
			previous = cells
		}
	}
	return best
}

// areNames reports whether cells may be the names of columns: short, and no sentences.
func areNames(cells []string) bool {
	for _, c := range cells {
		if len(c) > 60 || len(strings.Fields(c)) > 4 || strings.HasSuffix(strings.TrimSpace(c), ".") {
			return false
		}
	}
	return true
}
