package data_test

import (
	"reflect"
	"testing"

	"kindred/data"
	"kindred/data/datatest"
)

func TestNormalize(t *testing.T) {
	for _, c := range []struct {
		name string
		in   data.Paper
		want data.Paper
	}{
		{"arXiv id", data.Paper{ID: "2306.05544v2", Title: " A\n T "}, data.Paper{ID: "arxiv:2306.05544", ArXiv: "2306.05544", Title: "A T"}},
		{"arXiv field", data.Paper{ArXiv: "arXiv:2306.05544", Title: "T"}, data.Paper{ID: "arxiv:2306.05544", ArXiv: "2306.05544", Title: "T"}},
		{"arXiv DOI", data.Paper{DOI: "10.48550/arXiv.2306.05544", Title: "T"}, data.Paper{ID: "arxiv:2306.05544", ArXiv: "2306.05544", Title: "T"}},
		{"both", data.Paper{ID: "2306.05544", DOI: "https://doi.org/10.1000/X", Title: "T"},
			data.Paper{ID: "arxiv:2306.05544", ArXiv: "2306.05544", DOI: "10.1000/x", Title: "T", Aliases: []string{"doi:10.1000/x"}}},
		{"own id", data.Paper{ID: "cacm:12", ArXiv: "2306.05544", Title: "T"},
			data.Paper{ID: "cacm:12", ArXiv: "2306.05544", Title: "T", Aliases: []string{"arxiv:2306.05544"}}},
		{"address only", data.Paper{URL: "https://aclanthology.org/P18-1001/", Title: "T"}, data.Paper{ID: "acl:P18-1001", URL: "https://aclanthology.org/P18-1001/", Title: "T"}},
		{"nonsense", data.Paper{ID: "x", DOI: "none", ArXiv: "none", Title: "T", Upvotes: -1}, data.Paper{ID: "x", Title: "T"}},
		{"lists", data.Paper{ID: "x", Title: "T", Authors: []string{" Ann  Ash", "", "Bo Beech", "Ann Ash"}, Labels: []string{"a", " a"}, AuthorCount: 3},
			data.Paper{ID: "x", Title: "T", Authors: []string{"Ann Ash", "Bo Beech", "Ann Ash"}, Labels: []string{"a"}}},
		{"authors twice over", data.Paper{ID: "x", Title: "T", Authors: []string{"Ann Ash", "Bo Beech", " Ann Ash", "Bo  Beech"}, AuthorCount: 4},
			data.Paper{ID: "x", Title: "T", Authors: []string{"Ann Ash", "Bo Beech"}}},
		{"one author, four times", data.Paper{ID: "x", Title: "T", Authors: []string{"Ann Ash", "Ann Ash", "Ann Ash", "Ann Ash"}},
			data.Paper{ID: "x", Title: "T", Authors: []string{"Ann Ash"}}},
		{"markup", data.Paper{ID: "x", Title: `\emph{T}`, Abstract: "Abstract: a &lt; b"},
			data.Paper{ID: "x", Title: "T", Abstract: "a < b", Original: &data.Original{Title: `\emph{T}`, Abstract: "Abstract: a &lt; b"}}},
		{"heading without a mark", data.Paper{ID: "x", Title: "T", Abstract: "Abstract Background: Ants dig."}, data.Paper{ID: "x", Title: "T", Abstract: "Background: Ants dig."}},
		{"heading twice", data.Paper{ID: "x", Title: "T", Abstract: "ABSTRACT. Abstract We dig."}, data.Paper{ID: "x", Title: "T", Abstract: "We dig."}},
		{"no heading", data.Paper{ID: "x", Title: "T", Abstract: "Abstract Meaning Representation digs."}, data.Paper{ID: "x", Title: "T", Abstract: "Abstract Meaning Representation digs."}},
		{"copyright notice", data.Paper{ID: "x", Title: "T", Abstract: "Ants dig.  © 2019 Ant Union."},
			data.Paper{ID: "x", Title: "T", Abstract: "Ants dig.", Original: &data.Original{Abstract: "Ants dig. © 2019 Ant Union."}}},
		{"copyright notice and markup", data.Paper{ID: "x", Title: "T", Abstract: "Ants &amp; bees. &copy; 2019 Ant Union."},
			data.Paper{ID: "x", Title: "T", Abstract: "Ants & bees.", Original: &data.Original{Abstract: "Ants &amp; bees. &copy; 2019 Ant Union."}}},
		{"nothing but a notice", data.Paper{ID: "x", Title: "T", Abstract: "© 2019 Ant Union."}, data.Paper{ID: "x", Title: "T", Original: &data.Original{Abstract: "© 2019 Ant Union."}}},
		{"no title", data.Paper{Abstract: "Only this."}, data.Paper{ID: data.TitleID("Only this."), Abstract: "Only this."}},
		{"no letters", data.Paper{Title: "?!"}, data.Paper{ID: "title:?!", Title: "?!"}},
	} {
		p := c.in
		if err := p.Normalize(); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !reflect.DeepEqual(p, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, p, c.want)
		}
		datatest.CheckNormal(t, &p)
	}
	a, b := data.Paper{Title: "Editorial", Abstract: "On spring."}, data.Paper{Title: "Editorial", Abstract: "On autumn."}
	if a.Normalize() != nil || b.Normalize() != nil || a.ID == b.ID {
		t.Errorf("two editorials have one id: %s and %s", a.ID, b.ID)
	}
	if err := (&data.Paper{ID: "x", Title: " \u200b", Abstract: "<p></p>"}).Normalize(); err == nil {
		t.Error("a paper without text is accepted")
	}
}

func TestMerge(t *testing.T) {
	day := func(s string) data.Date { d, _ := data.ParseDate(s); return d }
	for _, c := range []struct {
		name       string
		p, q, want data.Paper
		changed    bool
	}{
		{"nothing new", data.Paper{ID: "a", Title: "T", Venue: "V", Upvotes: 3}, data.Paper{ID: "a", Title: "T"}, data.Paper{ID: "a", Title: "T", Venue: "V", Upvotes: 3}, false},
		{"later wins", data.Paper{ID: "a", Title: "T", Authors: []string{"A"}, Upvotes: 3}, data.Paper{ID: "a", Title: "U", Authors: []string{"A", "B"}, Upvotes: 5},
			data.Paper{ID: "a", Title: "U", Authors: []string{"A", "B"}, Upvotes: 5}, true},
		{"lists unite", data.Paper{ID: "a", Labels: []string{"x", "y"}, Aliases: []string{"b"}}, data.Paper{ID: "c", Labels: []string{"y", "z"}, Aliases: []string{"a", "d"}},
			data.Paper{ID: "a", Labels: []string{"x", "y", "z"}, Aliases: []string{"b", "c", "d"}}, true},
		{"id from title gives way", data.Paper{ID: "title:1", Title: "T", AuthorCount: 2}, data.Paper{ID: "arxiv:1", Title: "T", ArXiv: "1", Authors: []string{"A", "B"}},
			data.Paper{ID: "arxiv:1", Title: "T", ArXiv: "1", Authors: []string{"A", "B"}, Aliases: []string{"title:1"}}, true},
		{"id from title comes later", data.Paper{ID: "arxiv:1", Title: "T"}, data.Paper{ID: "title:1", Title: "T"}, data.Paper{ID: "arxiv:1", Title: "T", Aliases: []string{"title:1"}}, true},
		{"less precise date", data.Paper{ID: "a", Published: day("2024-05-01")}, data.Paper{ID: "a", Published: day("2024")}, data.Paper{ID: "a", Published: day("2024-05-01")}, false},
		{"more precise date", data.Paper{ID: "a", Published: day("2024")}, data.Paper{ID: "a", Published: day("2024-05-01")}, data.Paper{ID: "a", Published: day("2024-05-01")}, true},
		{"abstract alone", data.Paper{ID: "doi:1", Title: "T", Aliases: []string{"s2:CorpusId:1"}}, data.Paper{ID: "s2:CorpusId:1", Abstract: "A", Original: &data.Original{Abstract: "$A$"}},
			data.Paper{ID: "doi:1", Title: "T", Abstract: "A", Aliases: []string{"s2:CorpusId:1"}, Original: &data.Original{Abstract: "$A$"}}, true},
		{"original follows its text", data.Paper{ID: "a", Title: "T", Original: &data.Original{Title: "$T$"}}, data.Paper{ID: "a", Title: "U"}, data.Paper{ID: "a", Title: "U"}, true},
		{"fewer authors counted than named", data.Paper{ID: "a", Authors: []string{"A", "B"}}, data.Paper{ID: "a", AuthorCount: 2}, data.Paper{ID: "a", Authors: []string{"A", "B"}}, false},
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
	year := func(y int) data.Date { return data.Date{Year: y} }
	for _, c := range []struct {
		name string
		a, b data.Paper
		want bool
	}{
		{"case and punctuation", data.Paper{Title: "On Honey Bees: A Model"}, data.Paper{Title: "On honey-bees — a model."}, true},
		{"spaces", data.Paper{Title: "On Honeybees: a Drop-out Model"}, data.Paper{Title: "On Honeybees: a Dropout Model"}, true},
		{"no title", data.Paper{Abstract: abstractA}, data.Paper{Abstract: abstractA}, false},
		{"years apart", data.Paper{Title: "On Honey Bees Again", Published: year(2001)}, data.Paper{Title: "On Honey Bees Again", Published: year(2004)}, false},
		{"preprint and proceedings", data.Paper{Title: "On Honey Bees Again", Published: year(2001), Authors: []string{"A. Ash", "Bo Beech"}},
			data.Paper{Title: "On Honey Bees Again", Published: year(2003), Authors: []string{"Beech, Bo"}}, true},
		{"other authors", data.Paper{Title: "On Honey Bees Again", Authors: []string{"A. Ash"}}, data.Paper{Title: "On Honey Bees Again", Authors: []string{"A. Beech"}}, false},
		{"names turned round", data.Paper{Title: "On Honey Bees Again", Authors: []string{"Wang Wei"}}, data.Paper{Title: "On Honey Bees Again", Authors: []string{"Wei Wang"}}, true},
		{"shared given name", data.Paper{Title: "On Honey Bees Again", Authors: []string{"Wei Wang"}}, data.Paper{Title: "On Honey Bees Again", Authors: []string{"Wei Li"}}, false},
		{"count fits", data.Paper{Title: "On Honey Bees Again", AuthorCount: 2}, data.Paper{Title: "On Honey Bees Again", Authors: []string{"A. Ash", "B. Beech"}}, true},
		{"count does not fit", data.Paper{Title: "On Honey Bees Again", AuthorCount: 9}, data.Paper{Title: "On Honey Bees Again", Authors: []string{"A. Ash", "B. Beech"}}, false},
		{"other abstract", data.Paper{Title: "On Honey Bees Again", Abstract: abstractA}, data.Paper{Title: "On Honey Bees Again", Abstract: abstractB}, false},
		{"remark in one journal", data.Paper{ID: "cacm:1", Title: "On Honey Bees Again", Venue: "CACM", Authors: []string{"A. Ash"}},
			data.Paper{ID: "cacm:2", Title: "On Honey Bees Again", Venue: "CACM", Authors: []string{"A. Ash"}}, false},
		{"one source, other venue", data.Paper{ID: "oa:1", Title: "On Honey Bees Again", Venue: "CACM", Authors: []string{"A. Ash"}},
			data.Paper{ID: "oa:2", Title: "On Honey Bees Again", Venue: "arXiv", Authors: []string{"A. Ash"}}, true},
		{"same abstract", data.Paper{Title: "On Honey Bees Again", Abstract: abstractA}, data.Paper{Title: "On Honey Bees Again", Abstract: abstractA + " More."}, true},
		{"generic title", data.Paper{Title: "Editorial"}, data.Paper{Title: "Editorial"}, false},
		{"short title", data.Paper{Title: "Honey Bees"}, data.Paper{Title: "Honey bees"}, false},
		{"generic title, same abstract", data.Paper{Title: "Editorial", Abstract: abstractA}, data.Paper{Title: "Editorial", Abstract: abstractA}, true},
		{"nearly the title", data.Paper{Title: "A Markov model of how the honey bees of a field choose among flowers"},
			data.Paper{Title: "The Markov model of how the honey bees of a field choose among flowers"}, false},
		{"nearly the title, same abstract", data.Paper{Title: "A Markov model of how the honey bees of a field choose among flowers", Abstract: abstractA},
			data.Paper{Title: "The Markov model of how the honey bees of a field choose among flowers", Abstract: abstractA}, true},
		{"parts", data.Paper{Title: "A Markov model of how the honey bees of a field choose among flowers, part I", Abstract: abstractA},
			data.Paper{Title: "A Markov model of how the honey bees of a field choose among flowers, part II", Abstract: abstractA}, false},
	} {
		if got := data.SamePaper(&c.a, &c.b); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		if data.SamePaper(&c.a, &c.b) != data.SamePaper(&c.b, &c.a) {
			t.Errorf("%s: not symmetric", c.name)
		}
	}
}
