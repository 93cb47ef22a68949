package api

import (
	"errors"
	"strings"

	"kindred/api/input"
	"kindred/api/link"
	"kindred/api/problem"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// searchList lists the papers that words are about.
func (a *server) searchList(r *request) (*listing, error) {
	words := r.One("q")
	q := r.Query()
	from := r.listingOrigin()
	newest := r.Choice("order", searchOrders...) == library.Newest
	pg := r.page("search")
	switch {
	case input.Blank(words):
		r.Fail("q", "q is missing; give the words to search for.")
	case len(words) > recommend.MaxQuery:
		r.Fail("q", "q has %d bytes; at most %d are allowed. "+
			"To find papers like a longer text, POST it to /v1/recommendations.", len(words), recommend.MaxQuery)
	}
	if err := r.Done(); err != nil {
		return nil, err
	}
	if err := r.sift(&q.Filter, from); err != nil {
		return nil, err
	}
	return r.find(words, q, newest, pg)
}

// searchOrders are the orders of a search, the first of them the default.
var searchOrders = []string{library.Likeness, library.Newest}

// listingOrigin reads where papers are to come from.
func (r *request) listingOrigin() library.Listing {
	return library.Listing{Sources: r.List("source"), Linked: r.Boolean("linked")}
}

// sift adds to a filter where papers are to come from.
func (r *request) sift(f *recommend.Filter, from library.Listing) (err error) {
	f.Pass, err = r.s.From(r.context(), from.Sources, from.Linked)
	return err
}

// meant returns what a reader who typed words into the search box means. No id and no title is as long as a search may
// be, and a quoted phrase is to be searched for.
func (r *request) meant(words string) (library.Resolution, error) {
	if len(words) > recommend.MaxQuery || strings.HasPrefix(words, `"`) {
		return library.Resolution{}, nil
	}
	return r.s.Resolve(r.context(), words)
}

// find asks the recommender for a page of what words are about, or of the newest papers that have them.
func (r *request) find(words string, q recommend.Query, newest bool, pg page) (*listing, error) {
	found, err := r.s.Search(r.context(), recommend.SearchQuery{
		Text: words, Limit: pg.limit, Offset: pg.offset,
		MinScore: q.MinScore, Diversity: q.Diversity, Explain: q.Explain, Newest: newest, Filter: q.Filter,
	})
	if errors.Is(err, data.ErrInvalid) {
		return nil, problem.Invalid(problem.Field{Parameter: "q", Detail: err.Error(), Page: "There is no word to search for. Write one or more, or a value after the colon, as in author:name."})
	}
	if err != nil {
		return nil, err
	}
	return &listing{List: *found, page: pg, title: "Papers about " + words, html: link.Search(words)}, nil
}
