package scholar

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// Limits of the service.
const (
	DefaultLimit   = 100  // papers of an answer by default, and at most those of a page of search results
	MaxRecommended = 500  // recommendations
	MaxPage        = 1000 // entries of the other lists
	MaxOffset      = 9999 // of the other lists
	MaxBatch       = 1000 // ids of authors at once
	MaxName        = 300  // bytes of a query for authors or titles

	completions = 10    // of a title
	maxPapers   = 10000 // that one answer about authors may hold
)

// Page returns a part of a list of total entries that begins at offset, and where the next part begins.
func Page(total, offset int, entries []Object) map[string]any {
	out := Part(total, offset, entries)
	out["total"] = total
	return out
}

// Part is Page for lists that do not tell their length.
func Part(total, offset int, entries []Object) map[string]any {
	out := map[string]any{"offset": offset, "data": entries}
	if next := offset + len(entries); len(entries) > 0 && next < total {
		out["next"] = next
	}
	return out
}

// Papers returns items with the fields that are asked for.
func (s Shape) Papers(items []library.Item, fields Fields) []Object {
	out := make([]Object, len(items))
	for i := range items {
		out[i] = s.Paper(&items[i], fields)
	}
	return out
}

// InVenues reports whether a venue is one of those that are asked for.
func InVenues(venue string, venues []string) bool {
	return slices.ContainsFunc(venues, func(v string) bool { return strings.EqualFold(v, venue) })
}

// passing returns the rows that pass the filters, newest first.
func (s Shape) passing(f recommend.Filter, venues []string) []int32 {
	c := s.Catalog
	rows := c.Between(c.Recent(), f.After, f.Before, f.Categories)
	if len(venues) > 0 {
		rows = slices.DeleteFunc(rows, func(row int32) bool { return !InVenues(c.Row(int(row)).Venue, venues) })
	}
	return rows
}

// BulkOrders are the orders of a bulk search. The service's third, by citations, is none that we could keep to.
var BulkOrders = []string{"paperId", "paperId:asc", "paperId:desc", "publicationDate", "publicationDate:asc", "publicationDate:desc"}

// Bulk returns the rows that pass the filters, in an order of BulkOrders.
func (s Shape) Bulk(order string, f recommend.Filter, venues []string) []int32 {
	rows := s.passing(f, venues)
	slices.SortFunc(rows, func(i, j int32) int {
		x, y := s.Catalog.Row(int(i)), s.Catalog.Row(int(j))
		return bulkCompare(order, x.ID, y.ID, x.Published, y.Published)
	})
	return rows
}

// SortBulk sorts items in an order of BulkOrders.
func SortBulk(items []library.Item, order string) {
	slices.SortStableFunc(items, func(x, y library.Item) int {
		return bulkCompare(order, x.Paper.ID, y.Paper.ID, x.Paper.Published, y.Paper.Published)
	})
}

// bulkCompare orders two papers. Those without a date come last in both directions.
func bulkCompare(order, xID, yID string, x, y data.Date) int {
	by, direction, _ := strings.Cut(order, ":")
	sign := 1
	if direction == "desc" {
		sign = -1
	}
	byID := strings.Compare(xID, yID)
	if by == "paperId" {
		return sign * byID
	}
	switch {
	case x.IsZero() != y.IsZero():
		if x.IsZero() {
			return 1
		}
		return -1
	default:
		return cmp.Or(sign*x.Compare(y), byID)
	}
}

// minMatch is the likeness of titles, in [0,1], from which one is taken for the other.
const minMatch = 0.5

// Match returns the row that passes the filters and whose title is nearest to words, and the likeness of both, in [0,1].
// The row is -1 where none is near.
func (s Shape) Match(words string, f recommend.Filter, venues []string) (row int32, likeness float64) {
	rows := s.passing(f, venues)
	for _, same := range s.Catalog.Titled(words) {
		if slices.Contains(rows, same) {
			return same, 1
		}
	}
	near, likeness := s.Catalog.Nearest(words, rows)
	if likeness < minMatch {
		return -1, 0
	}
	return int32(near), likeness
}

// Completion is a paper whose title a reader may be typing.
type Completion struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	AuthorsYear string `json:"authorsYear"`
}

// Complete returns the papers whose titles a reader may be typing.
func (s Shape) Complete(typed string) []Completion {
	out := []Completion{}
	for _, row := range s.Catalog.Complete(typed, completions) {
		p := s.Catalog.Row(int(row))
		out = append(out, Completion{p.ID, p.Title, authorsYear(p.Authors, p.Published.Year)})
	}
	return out
}

// authorsYear names a paper as texts do: "Doe et al., 2019".
func authorsYear(authors []string, year int) string {
	var parts []string
	if len(authors) > 0 {
		words := strings.Fields(data.GivenFirst(authors[0]))
		name := ""
		if len(words) > 0 {
			name = words[len(words)-1]
		}
		switch len(authors) {
		case 1:
		case 2:
			if second := strings.Fields(data.GivenFirst(authors[1])); len(second) > 0 {
				name += " & " + second[len(second)-1]
			}
		default:
			name += " et al."
		}
		parts = append(parts, name)
	}
	if year != 0 {
		parts = append(parts, strconv.Itoa(year))
	}
	return strings.Join(parts, ", ")
}

// AuthorsOf returns the authors of a paper in their order.
func (s Shape) AuthorsOf(p *data.Paper) []*library.Author {
	out := make([]*library.Author, len(p.Authors))
	for i, name := range p.Authors {
		out[i] = &library.Author{ID: library.AuthorID(name), Name: name}
		if found, ok := s.Catalog.Author(out[i].ID); ok {
			out[i].Rows = found.Rows
		}
	}
	return out
}

// TooManyError says that authors have more papers than one answer may hold.
type TooManyError struct{ Papers int }

func (e *TooManyError) Error() string {
	return fmt.Sprintf("Response would exceed maximum size: the authors have %d papers, and an answer holds %d.", e.Papers, maxPapers)
}

// Authors returns authors with the fields that are asked for, their papers among them. An author that is nil gives nil.
// The error is a [TooManyError] where that would be too many papers.
func (s Shape) Authors(ctx context.Context, authors []*library.Author, fields Fields) ([]Object, error) {
	var rows []int32
	if fields.Has("papers") {
		for _, a := range authors {
			if a != nil {
				rows = append(rows, a.Rows...)
			}
		}
		if len(rows) > maxPapers {
			return nil, &TooManyError{len(rows)}
		}
	}
	items, err := s.Rows(ctx, rows)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*library.Item, len(items))
	for i := range items {
		byID[items[i].Paper.ID] = &items[i]
	}
	paperFields := fields.Parts("papers").OrTitle()
	out := make([]Object, len(authors))
	for i, a := range authors {
		if a == nil {
			continue
		}
		out[i] = s.Author(a, fields)
		if !fields.Has("papers") {
			continue
		}
		papers := []Object{}
		for _, row := range a.Rows {
			if it := byID[s.Catalog.Row(int(row)).ID]; it != nil {
				papers = append(papers, s.Paper(it, paperFields))
			}
		}
		out[i]["papers"] = papers
	}
	return out, nil
}
