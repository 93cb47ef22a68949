package digest

import (
	"slices"
	"strings"

	"kindred/data"
	"kindred/data/store"
	"kindred/recommend"
	"kindred/recommend/library"
)

// filter is a [Filter] made ready.
type filter struct {
	*Filter
	must, mustNot []string // words, folded, with a space before and after each
}

func newFilter(f *Filter) *filter {
	out := &filter{Filter: f}
	for _, w := range f.Must {
		out.must = append(out.must, spaced(w))
	}
	for _, w := range f.MustNot {
		out.mustNot = append(out.mustNot, spaced(w))
	}
	return out
}

// spaced returns the words of a text as a search folds them, with a space before and after each, so that a phrase is
// found by its words and not within others.
func spaced(text string) string { return " " + strings.Join(recommend.TextWords(text), " ") + " " }

// words reports whether the text of papers is looked at.
func (f *filter) words() bool { return len(f.must)+len(f.mustNot) > 0 }

// text reports whether the text of a paper passes.
func (f *filter) text(p *data.Paper) bool {
	text := spaced(p.Text())
	in := func(phrase string) bool { return strings.Contains(text, phrase) }
	return !slices.ContainsFunc(f.mustNot, in) && !slices.ContainsFunc(f.must, func(phrase string) bool { return !in(phrase) })
}

// column reports whether what is known of a paper besides its text passes.
func (f *filter) column(c *store.Column) bool {
	if len(f.Categories) > 0 && !slices.ContainsFunc(f.Categories, func(want string) bool { return library.InCategory(c.Categories, want) }) {
		return false
	}
	scheme, _, _ := strings.Cut(c.ID, ":")
	return len(f.Sources) == 0 || slices.ContainsFunc(f.Sources, func(want string) bool {
		return strings.EqualFold(want, scheme) || strings.EqualFold(want, c.Venue)
	})
}
