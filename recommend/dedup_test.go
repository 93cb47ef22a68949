package recommend

import (
	"testing"

	"kindred/classifier/vec"
	"kindred/data"
)

func TestSameWork(t *testing.T) {
	text := func(shared, own, from int) vec.Views {
		var v vec.Views
		for i := range shared {
			v.Lexical.Index, v.Lexical.Value = append(v.Lexical.Index, uint32(i)), append(v.Lexical.Value, 1)
		}
		for i := range own {
			v.Lexical.Index, v.Lexical.Value = append(v.Lexical.Index, uint32(from+i)), append(v.Lexical.Value, 1)
		}
		v.Lexical.Normalize()
		return v
	}
	item := func(id, title, link string, year int, v vec.Views) *Item {
		return &Item{ID: id, Views: v, Meta: Meta{Title: title, DuplicateOf: link, Published: data.Date{Year: year}}}
	}
	const long = "A Study of Many Long Titles"
	for name, c := range map[string]struct {
		a, b *Item
		want bool
	}{
		"linked":                 {item("a", "One", "", 0, text(5, 9, 100)), item("b", "Two", "a", 0, text(0, 9, 200)), true},
		"both linked":            {item("a", "One", "x", 0, text(5, 9, 100)), item("b", "Two", "x", 0, text(0, 9, 200)), true},
		"strangers":              {item("a", "One", "", 0, text(20, 20, 100)), item("b", "Two", "", 0, text(20, 20, 200)), false},
		"title, related text":    {item("a", long, "", 2020, text(20, 20, 100)), item("b", "a study of MANY long-titles", "", 2022, text(20, 20, 200)), true},
		"title, years apart":     {item("a", long, "", 2010, text(20, 20, 100)), item("b", long, "", 2022, text(20, 20, 200)), false},
		"title, other text":      {item("a", long, "", 0, text(5, 35, 100)), item("b", long, "", 0, text(5, 35, 200)), false},
		"short title":            {item("a", "Erratum", "", 0, text(18, 22, 100)), item("b", "Erratum", "", 0, text(18, 22, 200)), false},
		"short title, same text": {item("a", "Erratum", "", 0, text(30, 10, 100)), item("b", "Erratum", "", 0, text(30, 10, 200)), true},
		"same text, other title": {item("a", "One", "", 0, text(40, 1, 100)), item("b", "Two", "", 0, text(40, 1, 200)), true},
		"titles of two parts":    {item("a", "One", "", 0, text(6, 0, 0)), item("b", "Two", "", 0, text(6, 0, 0)), false},
		"no text at all":         {item("a", "", "", 0, vec.Views{}), item("b", "", "", 0, vec.Views{}), false},
	} {
		a, b := workKeyOf(c.a), workKeyOf(c.b)
		if got := sameWork(&a, &b); got != c.want || sameWork(&b, &a) != got {
			t.Errorf("%s: %v, want %v both ways round", name, got, c.want)
		}
	}
}
