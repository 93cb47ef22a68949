package data_test

import (
	"slices"
	"testing"

	"kindred/data"
)

func TestIdentify(t *testing.T) {
	const title = "On the Dance of Honey Bees"
	day := func(s string) data.Date { d, _ := data.ParseDate(s); return d }
	byTitle := data.TitleID("Known by its Title")
	authority := data.NewAuthority([]*data.Paper{
		{ID: "arxiv:2306.05544", ArXiv: "2306.05544", DOI: "10.1000/bees", Title: title, Published: day("2023-06-08")},
		{ID: byTitle + "x", Title: "Known by its Title", Published: day("2023")},
	})
	for _, c := range []struct {
		name  string
		paper data.Paper
		id    string
	}{
		{"known", data.Paper{Title: "On the dance of honey-bees.", Published: day("2023-06-08")}, "arxiv:2306.05544"},
		{"known, less precise", data.Paper{Title: title, Published: day("2023")}, "arxiv:2306.05544"},
		{"another year", data.Paper{Title: title, Published: day("2019-06-08")}, data.TitleID(title)},
		{"no date", data.Paper{Title: title}, data.TitleID(title)},
		{"another title", data.Paper{Title: "On Wasps", Published: day("2023")}, data.TitleID("On Wasps")},
		{"an id of its own", data.Paper{ID: "cacm:1", Title: title, Published: day("2023")}, "cacm:1"},
		{"known by its title alone", data.Paper{Title: "Known by its Title", Published: day("2023")}, byTitle},
	} {
		p := c.paper
		if err := p.Normalize(); err != nil {
			t.Fatal(err)
		}
		given := p.ID
		authority.Identify([]*data.Paper{&p})
		if p.ID != c.id {
			t.Errorf("%s: id %s, want %s", c.name, p.ID, c.id)
		}
		if p.ID != given && (p.ArXiv != "2306.05544" || p.DOI != "10.1000/bees" || !slices.Equal(p.Aliases, []string{given})) {
			t.Errorf("%s: arXiv %q, DOI %q, aliases %q", c.name, p.ArXiv, p.DOI, p.Aliases)
		}
	}
}

func TestPlausibleTitles(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"Attention is all you need", "Attention Is All You Need.", true},
		{"Deep residual learning", "Deep Residual Learning for Image Recognition", true},
		{"", "Anything", true},
		{"Parsing without trees", "Scaling laws of language models", false},
	} {
		if data.PlausibleTitles(c.a, c.b) != c.want || data.PlausibleTitles(c.b, c.a) != c.want {
			t.Errorf("PlausibleTitles(%q, %q) is not %v", c.a, c.b, c.want)
		}
	}
}
