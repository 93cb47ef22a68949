package cite

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"kindred/data"
	"kindred/data/read"
)

// papers have names and titles that could break out of their fields.
var papers = []*data.Paper{
	{ID: "doi:10.1000/a_b", DOI: "10.1000/a_b", Title: "Costs of 50% & {more} in C# \\input{x}", Abstract: "One $5 line.\nTwo lines.",
		Authors: []string{"José María Núñez", "Anna van der Berg", "Plato"}, Published: data.Date{Year: 2024, Month: 5, Day: 13},
		Venue: "Journal of Tests", Keywords: []string{"tests\r\nER  - ", "costs"}},
	{ID: "arxiv:2306.05544", ArXiv: "2306.05544", Title: "Costs again", Authors: []string{"José María Núñez"}, Published: data.Date{Year: 2024}},
	{ID: "arxiv:2306.05545", ArXiv: "2306.05545", Title: "Costs once more", Authors: []string{"José María Núñez"}, Published: data.Date{Year: 2024}},
}

// TestBibTeXIsReadBack checks that our own reader finds the papers that were written.
func TestBibTeXIsReadBack(t *testing.T) {
	var buf bytes.Buffer
	if err := BibTeX(&buf, papers); err != nil {
		t.Fatal(err)
	}
	for _, start := range []string{"@article{nez2024costs,", "@misc{nez2024costs-2,", "@misc{nez2024costs-3,"} {
		if !strings.Contains(buf.String(), start) {
			t.Errorf("no entry begins %q in\n%s", start, &buf)
		}
	}
	src, err := read.NewSource("export.bib", &buf, read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	i := 0
	for p, err := range src.Papers() {
		if err != nil {
			t.Fatal(err)
		}
		want := *papers[i]
		if err := want.Normalize(); err != nil {
			t.Fatal(err)
		}
		if p.ID != want.ID || p.DOI != want.DOI || p.Venue != want.Venue || !slices.Equal(p.Authors, want.Authors) || p.Published.Year != 2024 {
			t.Errorf("paper %d is read back as\n%+v\nwant\n%+v", i, p, want)
		}
		i++
	}
	if i != len(papers) {
		t.Errorf("%d papers are read back, want %d", i, len(papers))
	}
}

// TestRISLines checks that no value can begin a line of its own.
func TestRISLines(t *testing.T) {
	var buf bytes.Buffer
	if err := RIS(&buf, papers); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count("\r\n"+buf.String(), "\r\nER  - "); n != len(papers) {
		t.Errorf("%d ends of records, want %d", n, len(papers))
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(buf.String(), "\r\n"), "\r\n") {
		if line != "" && (len(line) < 6 || line[2:6] != "  - ") {
			t.Errorf("line %q has no tag", line)
		}
	}
}

func TestCSL(t *testing.T) {
	var buf bytes.Buffer
	if err := CSL(&buf, papers); err != nil {
		t.Fatal(err)
	}
	var items []cslItem
	if err := json.Unmarshal(buf.Bytes(), &items); err != nil || len(items) != len(papers) {
		t.Fatalf("%d items, %v", len(items), err)
	}
	first := items[0]
	if first.Type != "article-journal" || first.Author[1] != (cslName{"van der Berg", "Anna", ""}) || !slices.Equal(first.Issued.Parts[0], []int{2024, 5, 13}) {
		t.Errorf("%+v", first)
	}
	if items[1].Number != "arXiv:2306.05544" || items[1].URL != "https://arxiv.org/abs/2306.05544" {
		t.Errorf("%+v", items[1])
	}
}

func TestSplitName(t *testing.T) {
	for name, want := range map[string][3]string{
		"Ida Lovelace": {"Lovelace", "Ida"}, "Ludwig van Beethoven": {"van Beethoven", "Ludwig"}, "van der Berg, Anna": {"van der Berg", "Anna"},
		"Plato": {"Plato"}, "": {}, " Jean  de  la Fontaine ": {"de la Fontaine", "Jean"}, "de Finetti": {"Finetti", "de"},
		"Martin King Jr.": {"King", "Martin", "Jr."}, "King, Jr., Martin": {"King", "Martin", "Jr."}, "Michael von Hicks III": {"von Hicks", "Michael", "III"},
		"Office of Barley, Soil and Rain": {"Office of Barley, Soil and Rain"}, "World Barley Organization": {"World Barley Organization"},
	} {
		if f, g, s := splitName(name); [3]string{f, g, s} != want {
			t.Errorf("%q: %q, %q, %q", name, f, g, s)
		}
	}
}

// full is a writer without space.
type full struct{}

var errFull = errors.New("no space left")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteErrors(t *testing.T) {
	if BibTeX(full{}, papers) != errFull || RIS(full{}, papers) != errFull || CSL(full{}, papers) != errFull {
		t.Error("an error of the writer is lost")
	}
}
