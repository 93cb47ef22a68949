package data_test

import (
	"strings"
	"testing"

	"kindred/data"
)

// words returns an abstract of 24 distinct words that begin with a letter.
func words(letter string) string {
	var b strings.Builder
	for i := range 24 {
		b.WriteString(letter + strings.Repeat("x", i) + " ")
	}
	return b.String()
}

func TestSharesID(t *testing.T) {
	paper := func(title, authors, doi, abstract string) *data.Paper {
		p := &data.Paper{Title: title, DOI: doi, Abstract: abstract}
		if authors != "" {
			p.Authors = strings.Split(authors, "; ")
		}
		return p
	}
	const barley, birds = "Barley growth under clouds", "Calls of river frogs"
	for _, c := range []struct {
		what, id string
		a, b     *data.Paper
		want     bool
	}{
		{"row number, same title", "1", paper(barley, "", "", ""), paper(barley+"!", "", "", ""), true},
		{"row number, other title", "1", paper(barley, "", "", ""), paper(birds, "", "", ""), false},
		{"row number, other title of one author", "1", paper(barley, "A. Alder", "", ""), paper("Barley growth after floods", "A. Alder", "", ""), false},
		{"row number, other DOI", "1", paper(barley, "", "10.1000/a", ""), paper(barley, "", "10.1000/b", ""), false},
		{"row number, same DOI, other title by its author", "1", paper(barley, "Ann Alder", "10.1000/a", ""), paper("Corn when it is dry", "A. Alder", "10.1000/a", ""), true},
		{"row number, title changed, same abstract", "1", paper(barley, "", "", words("m")), paper(birds, "", "", words("m")), true},
		{"row number, other authors", "1", paper(barley, "A. Alder", "", ""), paper(barley, "B. Beech", "", ""), false},
		{"row number, a record without title", "1", paper("", "", "", words("m")), paper(barley, "", "", ""), true},
		{"arXiv, retitled by its author", "arxiv:2401.00001", paper(barley, "Ann Alder", "", ""), paper(birds, "A. Alder", "", ""), true},
		{"arXiv, nothing agrees", "arxiv:2401.00001", paper(barley, "Ann Alder", "", words("m")), paper(birds, "Bob Beech", "", words("b")), false},
		{"arXiv, one author, all else differs", "arxiv:2401.00001", paper(barley, "Ann Alder", "", words("m")), paper(birds, "Ann Alder", "", words("b")), false},
		{"arXiv, preprint and journal DOI", "arxiv:2401.00001", paper(barley, "Ann Alder", "10.1000/a", ""), paper(barley, "A. Alder", "10.1000/b", ""), true},
		{"PubMed, other DOI and title", "pmid:1", paper(barley, "", "10.1000/a", ""), paper(birds, "", "10.1000/b", ""), false},
		{"DOI of a volume", "doi:10.1000/v", paper(barley, "A. Alder", "10.1000/v", ""), paper(birds, "A. Alder", "10.1000/v", ""), false},
		{"DOI of a volume, short words in common", "doi:10.1000/v", paper("The art of the field", "", "10.1000/v", ""), paper("The song of the bird", "", "10.1000/v", ""), false},
		{"DOI, subtitle left out", "doi:10.1000/v", paper(barley, "A. Alder", "10.1000/v", ""), paper(barley+": a trial of ten years", "Alder, Ann", "10.1000/v", ""), true},
		{"DOI, half the title and other authors", "doi:10.1000/v", paper("Barley growth in Kenya", "A. Alder", "10.1000/v", ""), paper("Barley growth in Chile", "B. Beech", "10.1000/v", ""), false},
		{"the site's own scheme, title corrected", "blog:1", paper("Barly growth under clouds", "", "", ""), paper(barley, "", "", ""), true},
		{"title, book and review", "title:1", paper(barley, "A. Alder", "", ""), paper(barley, "B. Beech", "", ""), false},
		{"title, years apart", "title:1", &data.Paper{Title: barley, Published: data.Date{Year: 1990}}, &data.Paper{Title: barley, Published: data.Date{Year: 2020}}, false},
		{"title, two abstracts", "title:1", paper(barley, "", "", words("m")), paper(barley, "", "", words("b")), false},
		{"title, nothing else known", "title:1", paper(barley, "", "", ""), paper(barley, "A. Alder", "", words("m")), true},
	} {
		if data.SharesID(c.a, c.b, c.id) != c.want || data.SharesID(c.b, c.a, c.id) != c.want {
			t.Errorf("%s: not %v", c.what, c.want)
		}
	}
}

// TestIDsThatAreNone wants no id or alias of what programs write where they have none, and none that is not of its
// scheme's form.
func TestIDsThatAreNone(t *testing.T) {
	for _, c := range []struct {
		id      string
		aliases []string
		want    string
	}{
		{"NA", []string{"PMID:NA", "PMID:12x", "doi:none", "MAG:"}, data.TitleID("Barley")},
		{"PMID:NA", []string{"PMID:123"}, "pmid:123"},
		{"doi:null", []string{"own:1"}, "own:1"},
		{"arXiv:2401.00001v2", []string{"N/A", "own:none", "-"}, "arxiv:2401.00001"},
	} {
		p := &data.Paper{ID: c.id, Title: "Barley", Aliases: c.aliases}
		if err := p.Normalize(); err != nil {
			t.Fatal(err)
		}
		if p.ID != c.want {
			t.Errorf("id %q with %q becomes %q, want %q", c.id, c.aliases, p.ID, c.want)
		}
		for _, a := range p.Aliases {
			if strings.ContainsAny(a, " ") || strings.HasSuffix(strings.ToLower(a), "na") || strings.HasSuffix(a, "none") || strings.HasSuffix(a, "12x") {
				t.Errorf("id %q has the alias %q", c.id, a)
			}
		}
	}
}
