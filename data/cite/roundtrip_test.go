package cite

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"

	"kindred/data"
	"kindred/data/read"
	"kindred/data/sample"
)

// oddPapers have what the formats must escape, abbreviate or have no field for.
func oddPapers(t *testing.T) []*data.Paper {
	var many []string
	for i := range 30 {
		many = append(many, string(rune('A'+i%26))+". "+string(rune('A'+i%26))+"rbor"+strings.Repeat("a", i/26))
	}
	papers := []*data.Paper{
		{Title: `Codes over {0,1} & 50% of {a: b} in C#_x^2 ~10 "quoted" $5 \input{x}`, Abstract: "One $5 line -- and -more-; a < b, AT&T, 1M~60M, x_i^2, O(n log n).\nTwo."},
		{Title: "Über die Höhe der Bäume—l’étude “d’une” naïve façade", Authors: []string{"Łukasz Žižek", "José María Núñez", "Anna van der Berg", "Plato"}},
		{Title: "有限元方法 в грунтах والتربة", Authors: []string{"张三", "Иван Петров"}, Venue: "计算力学学报", Keywords: []string{"有限元", "土"}},
		{Title: "No date at all"}, {Title: "A year", Published: data.Date{Year: 1987}}, {Title: "A month", Published: data.Date{Year: 1987, Month: 7}},
		{Title: "A day", Published: data.Date{Year: 1987, Month: 7, Day: 3}, Venue: "Journal of Days & Nights_1"},
		{Title: "Thirty authors", Authors: many}, {Title: "arXiv venue", Venue: "arXiv preprint"},
		{Title: "Suffixes", Authors: []string{"Martin King Jr.", "Michael von Hicks III", "G. S. Cargo III", "Smith J"}},
		{Title: "Organisations", Authors: []string{"Office of Barley, Soil and Rain", "World Barley Organization", "Town University, Department of Barley, Field", "Bread and Butter Ltd"}},
		{ID: "x1", Title: "An id without a scheme"}, {ID: "pmid:12345678", Title: "PubMed"}, {Title: "Several", DOI: "10.1000/a_b(1)<2>3;4-5", ArXiv: "2401.00001", Aliases: []string{"pmid:7", "pmc:PMC8"}},
		{ID: "openalex:W123456", Title: "OpenAlex"}, {ID: "acl:2020.acl-main.1", Title: "ACL"}, {ID: "s2:CorpusId:12", Title: "Semantic Scholar", URL: "https://example.org/a_b?c=d%20e&f=~g#h"},
		{ID: data.TitleID("Reprint") + "-1999", Title: "Reprint", Published: data.Date{Year: 1999}}, {Title: "Old", ArXiv: "hep-th/9901001"},
		{Title: "Keywords", Keywords: []string{"Fields, Dry", "barley 50% & more"}}, {ID: "an id {with} odd\\ characters%20#", Title: "Odd id"},
		{Title: "-- a dash first, ER  - and TY  - JOUR @article{x, title = {y}}", Abstract: "@misc{a, title={b}} ends with a brace }"},
	}
	for _, p := range papers {
		if err := p.Normalize(); err != nil {
			t.Fatal(err)
		}
	}
	return papers
}

// TestRoundTrip checks that what is written is read back to the same papers.
func TestRoundTrip(t *testing.T) {
	var papers []*data.Paper
	source, err := read.NewSource("sample", sample.Papers(), read.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for p, err := range source.Papers() {
		if err != nil {
			t.Fatal(err)
		}
		papers = append(papers, p)
	}
	papers = append(papers, oddPapers(t)...)
	for name, write := range map[string]func(io.Writer, []*data.Paper) error{"BibTeX": BibTeX, "RIS": RIS} {
		var buf bytes.Buffer
		if err := write(&buf, papers); err != nil {
			t.Fatal(err)
		}
		s, err := read.NewSource(name, &buf, read.Options{})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for got, err := range s.Papers() {
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if n < len(papers) {
				compare(t, name, got, papers[n])
			}
			n++
		}
		if n != len(papers) {
			t.Errorf("%s: %d papers, want %d", name, n, len(papers))
		}
		if notes := s.Notes(); len(notes) > 0 {
			t.Errorf("%s: notes %+v", name, notes)
		}
	}
}

func compare(t *testing.T, format string, got, want *data.Paper) {
	t.Helper()
	authors := make([]string, len(want.Authors))
	for i, a := range want.Authors {
		if authors[i] = a; !data.IsOrganisation(a) {
			authors[i] = data.GivenFirst(a)
		}
	}
	for _, f := range [][3]string{
		{"id", got.ID, want.ID}, {"title", got.Title, want.Title}, {"abstract", got.Abstract, want.Abstract}, {"venue", got.Venue, want.Venue},
		{"date", got.Published.String(), want.Published.String()}, {"doi", got.DOI, want.DOI}, {"arxiv", got.ArXiv, want.ArXiv},
		{"url", got.SourceURL(), want.SourceURL()}, {"authors", strings.Join(got.Authors, "|"), strings.Join(authors, "|")},
		{"keywords", strings.Join(got.Keywords, "|"), strings.Join(want.Keywords, "|")},
	} {
		if f[1] != f[2] {
			t.Errorf("%s of %s, %s:\n got %q\nwant %q", format, want.ID, f[0], f[1], f[2])
		}
	}
	for _, id := range want.Aliases {
		if !slices.Contains(got.IDs(), id) && (strings.HasPrefix(id, "pmid:") || strings.HasPrefix(id, "pmc:") || strings.HasPrefix(id, "doi:") || strings.HasPrefix(id, "arxiv:")) {
			t.Errorf("%s of %s: alias %s is lost", format, want.ID, id)
		}
	}
}
