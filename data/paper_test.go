package data

import (
	"reflect"
	"strings"
	"testing"
)

func TestNormalize(t *testing.T) {
	for _, c := range []struct {
		name string
		in   Paper
		want Paper
	}{
		{"arXiv id", Paper{ID: "2306.05544v2", Title: " A\n T "}, Paper{ID: "arxiv:2306.05544", ArXiv: "2306.05544", Title: "A T"}},
		{"arXiv field", Paper{ArXiv: "arXiv:2306.05544", Title: "T"}, Paper{ID: "arxiv:2306.05544", ArXiv: "2306.05544", Title: "T"}},
		{"arXiv DOI", Paper{DOI: "10.48550/arXiv.2306.05544", Title: "T"}, Paper{ID: "arxiv:2306.05544", ArXiv: "2306.05544", Title: "T"}},
		{"both", Paper{ID: "2306.05544", DOI: "https://doi.org/10.1000/X", Title: "T"},
			Paper{ID: "arxiv:2306.05544", ArXiv: "2306.05544", DOI: "10.1000/x", Title: "T", Aliases: []string{"doi:10.1000/x"}}},
		{"own id", Paper{ID: "cacm:12", ArXiv: "2306.05544", Title: "T"},
			Paper{ID: "cacm:12", ArXiv: "2306.05544", Title: "T", Aliases: []string{"arxiv:2306.05544"}}},
		{"address only", Paper{URL: "https://aclanthology.org/P18-1001/", Title: "T"}, Paper{ID: "acl:P18-1001", URL: "https://aclanthology.org/P18-1001/", Title: "T"}},
		{"nonsense", Paper{ID: "x", DOI: "none", ArXiv: "none", Title: "T", Upvotes: -1}, Paper{ID: "x", Title: "T"}},
		{"lists", Paper{ID: "x", Title: "T", Authors: []string{" Ann  Ash", "", "Bo Birch", "Ann Ash"}, Labels: []string{"a", " a"}, AuthorCount: 3},
			Paper{ID: "x", Title: "T", Authors: []string{"Ann Ash", "Bo Birch", "Ann Ash"}, Labels: []string{"a"}}},
		{"authors twice over", Paper{ID: "x", Title: "T", Authors: []string{"Ann Ash", "Bo Birch", " Ann Ash", "Bo  Birch"}, AuthorCount: 4},
			Paper{ID: "x", Title: "T", Authors: []string{"Ann Ash", "Bo Birch"}}},
		{"one author, four times", Paper{ID: "x", Title: "T", Authors: []string{"Ann Ash", "Ann Ash", "Ann Ash", "Ann Ash"}},
			Paper{ID: "x", Title: "T", Authors: []string{"Ann Ash"}}},
		{"markup", Paper{ID: "x", Title: `\emph{T}`, Abstract: "Abstract: a &lt; b"},
			Paper{ID: "x", Title: "T", Abstract: "a < b", Original: &Original{Title: `\emph{T}`, Abstract: "Abstract: a &lt; b"}}},
		{"heading without a mark", Paper{ID: "x", Title: "T", Abstract: "Abstract Background: Ants dig."}, Paper{ID: "x", Title: "T", Abstract: "Background: Ants dig."}},
		{"heading twice", Paper{ID: "x", Title: "T", Abstract: "ABSTRACT. Abstract We dig."}, Paper{ID: "x", Title: "T", Abstract: "We dig."}},
		{"no heading", Paper{ID: "x", Title: "T", Abstract: "Abstract Meaning Representation digs."}, Paper{ID: "x", Title: "T", Abstract: "Abstract Meaning Representation digs."}},
		{"no title", Paper{Abstract: "Only this."}, Paper{ID: TitleID("Only this."), Abstract: "Only this."}},
		{"no letters", Paper{Title: "?!"}, Paper{ID: "title:?!", Title: "?!"}},
	} {
		p := c.in
		if err := p.Normalize(); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !reflect.DeepEqual(p, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, p, c.want)
		}
		checkPaper(t, &p)
	}
	a, b := Paper{Title: "Editorial", Abstract: "On spring."}, Paper{Title: "Editorial", Abstract: "On autumn."}
	if a.Normalize() != nil || b.Normalize() != nil || a.ID == b.ID {
		t.Errorf("two editorials have one id: %s and %s", a.ID, b.ID)
	}
	if err := (&Paper{ID: "x", Title: " \u200b", Abstract: "<p></p>"}).Normalize(); err == nil {
		t.Error("a paper without text is accepted")
	}
}

func TestMerge(t *testing.T) {
	day := func(s string) Date { d, _ := ParseDate(s); return d }
	for _, c := range []struct {
		name       string
		p, q, want Paper
		changed    bool
	}{
		{"nothing new", Paper{ID: "a", Title: "T", Venue: "V", Upvotes: 3}, Paper{ID: "a", Title: "T"}, Paper{ID: "a", Title: "T", Venue: "V", Upvotes: 3}, false},
		{"later wins", Paper{ID: "a", Title: "T", Authors: []string{"A"}, Upvotes: 3}, Paper{ID: "a", Title: "U", Authors: []string{"A", "B"}, Upvotes: 5},
			Paper{ID: "a", Title: "U", Authors: []string{"A", "B"}, Upvotes: 5}, true},
		{"lists unite", Paper{ID: "a", Labels: []string{"x", "y"}, Aliases: []string{"b"}}, Paper{ID: "c", Labels: []string{"y", "z"}, Aliases: []string{"a", "d"}},
			Paper{ID: "a", Labels: []string{"x", "y", "z"}, Aliases: []string{"b", "c", "d"}}, true},
		{"id from title gives way", Paper{ID: "title:1", Title: "T", AuthorCount: 2}, Paper{ID: "arxiv:1", Title: "T", ArXiv: "1", Authors: []string{"A", "B"}},
			Paper{ID: "arxiv:1", Title: "T", ArXiv: "1", Authors: []string{"A", "B"}, Aliases: []string{"title:1"}}, true},
		{"id from title comes later", Paper{ID: "arxiv:1", Title: "T"}, Paper{ID: "title:1", Title: "T"}, Paper{ID: "arxiv:1", Title: "T", Aliases: []string{"title:1"}}, true},
		{"less precise date", Paper{ID: "a", Published: day("2024-05-01")}, Paper{ID: "a", Published: day("2024")}, Paper{ID: "a", Published: day("2024-05-01")}, false},
		{"more precise date", Paper{ID: "a", Published: day("2024")}, Paper{ID: "a", Published: day("2024-05-01")}, Paper{ID: "a", Published: day("2024-05-01")}, true},
		{"abstract alone", Paper{ID: "doi:1", Title: "T", Aliases: []string{"s2:CorpusId:1"}}, Paper{ID: "s2:CorpusId:1", Abstract: "A", Original: &Original{Abstract: "$A$"}},
			Paper{ID: "doi:1", Title: "T", Abstract: "A", Aliases: []string{"s2:CorpusId:1"}, Original: &Original{Abstract: "$A$"}}, true},
		{"original follows its text", Paper{ID: "a", Title: "T", Original: &Original{Title: "$T$"}}, Paper{ID: "a", Title: "U"}, Paper{ID: "a", Title: "U"}, true},
		{"fewer authors counted than named", Paper{ID: "a", Authors: []string{"A", "B"}}, Paper{ID: "a", AuthorCount: 2}, Paper{ID: "a", Authors: []string{"A", "B"}}, false},
	} {
		p, q := c.p, c.q
		if changed := p.Merge(&q); changed != c.changed || !reflect.DeepEqual(p, c.want) {
			t.Errorf("%s: changed %v\n got %+v\nwant %+v", c.name, changed, p, c.want)
		}
		if !reflect.DeepEqual(q, c.q) {
			t.Errorf("%s: the record merged was changed: %+v", c.name, q)
		}
		if p.Merge(&q) {
			t.Errorf("%s: merging again changes something: %+v", c.name, p)
		}
	}
}

const (
	abstractA = "We study how memory of recent events shapes the choices that honey bees make between flowers of unequal reward, and we model it by a simple Markov chain fitted to field data."
	abstractB = "This survey compares compilers for array languages by the speed of the code they generate on twelve numerical kernels and by the effort that porting them took."
)

func TestSamePaper(t *testing.T) {
	year := func(y int) Date { return Date{Year: y} }
	for _, c := range []struct {
		name string
		a, b Paper
		want bool
	}{
		{"case and punctuation", Paper{Title: "On Honey Bees: A Model"}, Paper{Title: "On honey-bees — a model."}, true},
		{"spaces", Paper{Title: "On Honeybees: a Drop-out Model"}, Paper{Title: "On Honeybees: a Dropout Model"}, true},
		{"no title", Paper{Abstract: abstractA}, Paper{Abstract: abstractA}, false},
		{"years apart", Paper{Title: "On Honey Bees Again", Published: year(2001)}, Paper{Title: "On Honey Bees Again", Published: year(2004)}, false},
		{"preprint and proceedings", Paper{Title: "On Honey Bees Again", Published: year(2001), Authors: []string{"A. Ash", "Bo Birch"}},
			Paper{Title: "On Honey Bees Again", Published: year(2003), Authors: []string{"Birch, Bo"}}, true},
		{"other authors", Paper{Title: "On Honey Bees Again", Authors: []string{"A. Ash"}}, Paper{Title: "On Honey Bees Again", Authors: []string{"A. Birch"}}, false},
		{"names turned round", Paper{Title: "On Honey Bees Again", Authors: []string{"Wang Wei"}}, Paper{Title: "On Honey Bees Again", Authors: []string{"Wei Wang"}}, true},
		{"shared given name", Paper{Title: "On Honey Bees Again", Authors: []string{"Wei Wang"}}, Paper{Title: "On Honey Bees Again", Authors: []string{"Wei Li"}}, false},
		{"count fits", Paper{Title: "On Honey Bees Again", AuthorCount: 2}, Paper{Title: "On Honey Bees Again", Authors: []string{"A. Ash", "B. Birch"}}, true},
		{"count does not fit", Paper{Title: "On Honey Bees Again", AuthorCount: 9}, Paper{Title: "On Honey Bees Again", Authors: []string{"A. Ash", "B. Birch"}}, false},
		{"other abstract", Paper{Title: "On Honey Bees Again", Abstract: abstractA}, Paper{Title: "On Honey Bees Again", Abstract: abstractB}, false},
		{"remark in one journal", Paper{ID: "cacm:1", Title: "On Honey Bees Again", Venue: "CACM", Authors: []string{"A. Ash"}},
			Paper{ID: "cacm:2", Title: "On Honey Bees Again", Venue: "CACM", Authors: []string{"A. Ash"}}, false},
		{"one source, other venue", Paper{ID: "oa:1", Title: "On Honey Bees Again", Venue: "CACM", Authors: []string{"A. Ash"}},
			Paper{ID: "oa:2", Title: "On Honey Bees Again", Venue: "arXiv", Authors: []string{"A. Ash"}}, true},
		{"same abstract", Paper{Title: "On Honey Bees Again", Abstract: abstractA}, Paper{Title: "On Honey Bees Again", Abstract: abstractA + " More."}, true},
		{"generic title", Paper{Title: "Editorial"}, Paper{Title: "Editorial"}, false},
		{"short title", Paper{Title: "Honey Bees"}, Paper{Title: "Honey bees"}, false},
		{"generic title, same abstract", Paper{Title: "Editorial", Abstract: abstractA}, Paper{Title: "Editorial", Abstract: abstractA}, true},
		{"nearly the title", Paper{Title: "A Markov model of how the honey bees of a field choose among flowers"},
			Paper{Title: "The Markov model of how the honey bees of a field choose among flowers"}, false},
		{"nearly the title, same abstract", Paper{Title: "A Markov model of how the honey bees of a field choose among flowers", Abstract: abstractA},
			Paper{Title: "The Markov model of how the honey bees of a field choose among flowers", Abstract: abstractA}, true},
		{"parts", Paper{Title: "A Markov model of how the honey bees of a field choose among flowers, part I", Abstract: abstractA},
			Paper{Title: "A Markov model of how the honey bees of a field choose among flowers, part II", Abstract: abstractA}, false},
	} {
		if got := SamePaper(&c.a, &c.b); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if SamePaper(&c.a, &c.b) != SamePaper(&c.b, &c.a) {
			t.Errorf("%s: not symmetric", c.name)
		}
	}
}

// TestRejectedKeepsPlace checks that reasons name file, line and record.
func TestRejectedKeepsPlace(t *testing.T) {
	e := &RecordError{File: "f.jsonl", Line: 7, Record: 5, Reason: "why"}
	if got := e.Error(); got != "f.jsonl: line 7, record 5: why" {
		t.Errorf("Error() = %q", got)
	}
	r := rawRecord{line: 1, record: 1, data: []byte(strings.Repeat("x", 2*maxRaw))}
	if got := r.reject("f", "long"); len(got.Raw) != maxRaw {
		t.Errorf("%d bytes of the record are kept", len(got.Raw))
	}
}
