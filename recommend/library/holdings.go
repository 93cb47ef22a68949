package library

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"kindred/data"
)

// Holdings says what the library of a snapshot holds, and how much of it. Another edition of a listed paper is not
// counted.
type Holdings struct {
	Papers      int // papers
	Dated       int // papers with a date
	WithAuthors int // papers with the name of an author
	WithVenue   int // papers with a journal or a conference
	Classed     int // papers with a category of their source

	First, Last data.Date       // of all dates the earliest and the latest; zero without dates
	Categories  []CategoryCount // all of them, the most frequent first, ties by name
	Sources     []CategoryCount // all of them, see SourceOf, in the same order
}

// CategoryCount is a category of the papers' sources with the number of papers that have it.
type CategoryCount struct {
	Name   string `json:"name"`
	Papers int    `json:"papers"`
}

// holdingsCache keeps the holdings of a snapshot.
type holdingsCache struct {
	once sync.Once
	made Holdings
}

// Holdings returns what the library holds. It is computed once for a snapshot; the caller must not change it.
func (s *Snapshot) Holdings() *Holdings {
	s.holdings.once.Do(func() { s.holdings.made = s.Catalog.holdings() })
	return &s.holdings.made
}

func (c *Catalog) holdings() Holdings {
	var h Holdings
	named, from := make(map[string]int), make(map[string]int)
	for _, row := range c.Recent() {
		r := &c.rows[row]
		h.Papers++
		if d := c.Published(int(row)); !d.IsZero() {
			if h.Dated++; h.Dated == 1 || d.Compare(h.First) < 0 {
				h.First = d
			}
			if d.Compare(h.Last) > 0 {
				h.Last = d
			}
		}
		from[SourceOf(r.ID)]++
		if len(r.Authors) > 0 {
			h.WithAuthors++
		}
		if r.Venue != "" {
			h.WithVenue++
		}
		if len(r.Categories) > 0 {
			h.Classed++
		}
		for i, name := range r.Categories {
			if !slices.Contains(r.Categories[:i], name) {
				named[name]++
			}
		}
	}
	h.Categories, h.Sources = byCount(named), byCount(from)
	return h
}

// byCount returns names with their counts, the most frequent first, ties by name.
func byCount(named map[string]int) []CategoryCount {
	var out []CategoryCount
	for name, n := range named {
		out = append(out, CategoryCount{name, n})
	}
	slices.SortFunc(out, func(a, b CategoryCount) int {
		return cmp.Or(b.Papers-a.Papers, strings.Compare(a.Name, b.Name))
	})
	return out
}
