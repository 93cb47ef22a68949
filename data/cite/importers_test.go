package cite

import (
	"bytes"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"kindred/data"
)

// written returns the odd papers in a format.
func written(t *testing.T, write func(io.Writer, []*data.Paper) error) (text string, papers int) {
	t.Helper()
	odd := oddPapers(t)
	var b bytes.Buffer
	if err := write(&b, odd); err != nil {
		t.Fatal(err)
	}
	return b.String(), len(odd)
}

// The rules of RIS by which Zotero's translator and JabRef's importer take lines apart.
var (
	risLine = regexp.MustCompile(`^[A-Z][A-Z0-9]  - `)
	risDate = regexp.MustCompile(`^\d{4}(/\d\d(/\d\d)?)?/*$`)
	risYear = regexp.MustCompile(`^\d{4}(///)?$`)
)

// TestRISForImporters holds what is written against what Zotero and JabRef ask of a RIS file: every line has a tag, a record begins
// with TY and a type that both know and ends with ER, one author a line with the family name first, dates with slashes.
func TestRISForImporters(t *testing.T) {
	text, papers := written(t, RIS)
	open, records := false, 0
	for n, line := range strings.Split(strings.TrimRight(text, "\r\n"), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if line == "" && !open {
			continue
		}
		if !risLine.MatchString(line + " ") {
			t.Errorf("line %d %q has no tag", n+1, line)
			continue
		}
		tag, value := line[:2], strings.TrimSpace(line[5:])
		switch {
		case tag == "TY":
			if open || !slices.Contains([]string{"JOUR", "CONF", "CPAPER", "GEN", "RPRT", "UNPB", "MGZN", "CHAP", "BOOK"}, value) {
				t.Errorf("line %d %q begins a record within one, or of no known type", n+1, line)
			}
			open = true
		case tag == "ER":
			if !open || value != "" {
				t.Errorf("line %d %q ends nothing", n+1, line)
			}
			open, records = false, records+1
		case !open || value == "":
			t.Errorf("line %d %q is outside a record or empty", n+1, line)
		case tag == "AU" && strings.Count(value, ",") > 2 && !strings.Contains(value, ",,"): // EndNote doubles the commas of an organisation
			t.Errorf("line %d %q holds more than one author", n+1, line)
		case tag == "DA" && !risDate.MatchString(value), tag == "PY" && !risYear.MatchString(value):
			t.Errorf("line %d %q is no date of RIS", n+1, line)
		}
	}
	if open || records != papers {
		t.Errorf("%d records of %d papers, the last one open: %v", records, papers, open)
	}
}

// bibEntry begins an entry with a citation key that BibTeX, Biber, JabRef and Zotero take.
var bibEntry = regexp.MustCompile(`^@([a-z]+)\{([A-Za-z0-9][A-Za-z0-9:._/+-]*),$`)

// TestBibTeXForImporters holds what is written against what importers ask of BibTeX: known types, keys of ASCII that occur once,
// one field a line, braces that balance within each value.
func TestBibTeXForImporters(t *testing.T) {
	text, papers := written(t, BibTeX)
	keys := map[string]bool{}
	for n, line := range strings.Split(text, "\n") {
		switch {
		case strings.HasPrefix(line, "@"):
			m := bibEntry.FindStringSubmatch(line)
			if m == nil || keys[m[2]] || !slices.Contains([]string{"article", "inproceedings", "misc", "techreport", "unpublished"}, m[1]) {
				t.Errorf("line %d %q is no beginning of an entry, or has a key again", n+1, line)
				continue
			}
			keys[m[2]] = true
		case line == "" || line == "}":
		default:
			depth := 0
			for i := 0; i < len(line); i++ {
				switch line[i] {
				case '\\':
					i++
				case '{':
					depth++
				case '}':
					depth--
				}
				if depth < 0 {
					break
				}
			}
			if depth != 0 || !strings.Contains(line, " = ") {
				t.Errorf("line %d %q is no field, or its braces do not balance", n+1, line)
			}
		}
	}
	if len(keys) != papers {
		t.Errorf("%d entries of %d papers", len(keys), papers)
	}
}

// TestCSLForImporters holds what is written against the schema of CSL-JSON, by which Zotero reads it: an id and a known type in
// each item, people with a family name or a literal one, dates as lists of whole numbers.
func TestCSLForImporters(t *testing.T) {
	text, papers := written(t, CSL)
	var items []struct {
		ID     string
		Type   string
		Author []struct{ Family, Given, Literal string }
		Issued *struct {
			Parts [][]int `json:"date-parts"`
		}
	}
	if err := json.Unmarshal([]byte(text), &items); err != nil || len(items) != papers {
		t.Fatalf("%d items of %d papers, %v", len(items), papers, err)
	}
	for _, it := range items {
		if it.ID == "" || !slices.Contains([]string{"article", "article-journal", "paper-conference", "document", "report", "manuscript"}, it.Type) {
			t.Errorf("item %q of type %q", it.ID, it.Type)
		}
		for _, a := range it.Author {
			if (a.Family == "") == (a.Literal == "") {
				t.Errorf("item %q: author %+v", it.ID, a)
			}
		}
		if it.Issued != nil && (len(it.Issued.Parts) != 1 || len(it.Issued.Parts[0]) < 1 || len(it.Issued.Parts[0]) > 3) {
			t.Errorf("item %q: issued %v", it.ID, it.Issued.Parts)
		}
	}
}
