package library

import (
	"slices"
	"testing"

	"kindred/data"
	"kindred/data/store"
)

// TestHoldings counts what the papers of a catalog have, leaves other editions out, and finds the span of the dates.
func TestHoldings(t *testing.T) {
	row := func(c store.Column) Row { return Row{Column: c} }
	s := &Snapshot{Catalog: NewCatalog([]Row{
		row(store.Column{
			ID: "a", Authors: []string{"Quib, Ada"}, Published: data.Date{Year: 2019}, Categories: []string{"zb", "ya", "zb"},
		}),
		row(store.Column{ID: "b", Published: data.Date{Year: 2023, Month: 4}, Venue: "Wembel", Categories: []string{"ya"}}),
		row(store.Column{ID: "c", Categories: []string{"ab"}}),
		row(store.Column{ID: "d", Published: data.Date{Year: 2030}, Venue: "Wembel", DuplicateOf: "b"}),
	}, nil)}
	h := s.Holdings()
	if h.Papers != 3 || h.Dated != 2 || h.WithAuthors != 1 || h.WithVenue != 1 || h.Classed != 3 {
		t.Errorf("counts %+v", *h)
	}
	if h.First != (data.Date{Year: 2019}) || h.Last != (data.Date{Year: 2023, Month: 4}) {
		t.Errorf("from %s to %s", h.First, h.Last)
	}
	if want := []CategoryCount{{"ya", 2}, {"ab", 1}, {"zb", 1}}; !slices.Equal(h.Categories, want) {
		t.Errorf("categories %v, want %v", h.Categories, want)
	}
	if s.Holdings() != h {
		t.Error("computed twice")
	}
	if empty := (&Snapshot{Catalog: NewCatalog(nil, nil)}).Holdings(); empty.Papers != 0 || !empty.First.IsZero() {
		t.Errorf("of nothing: %+v", *empty)
	}
}
