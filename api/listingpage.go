package api

import (
	"errors"
	"net/http"
	"time"

	"kindred/api/link"
	"kindred/api/problem"
	"kindred/api/web"
	"kindred/classifier"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// listingRoutes serve the papers of days, weeks and months, and all of them.
func (a *server) listingRoutes(get func(string, time.Duration, handler) route) []route {
	routes := []route{get("/papers", 0, a.papersPage)}
	for _, unit := range library.SpanUnits {
		path := link.Papers(unit, "")
		routes = append(routes, get(path[:len(path)-1], 0, latestPage(unit)), get(path, 0, latestPage(unit)), get(path+"{span}", 0, a.spanPage(unit)))
	}
	return routes
}

// latestPage sends a reader on to the newest span of a unit that has papers, or to all papers where no date says enough.
func latestPage(unit string) handler {
	return func(r *request) (*reply, error) {
		sp, _ := r.s.Catalog.Latest(unit)
		to := link.Papers(sp.Unit, sp.String())
		if q := r.c.Request.URL.RawQuery; q != "" {
			to += "?" + q
		}
		return redirect(to), nil
	}
}

// spanPage shows the papers of a span, those that are most talked about first unless another order is asked for.
func (a *server) spanPage(unit string) handler {
	return func(r *request) (*reply, error) {
		sp, err := library.ParseSpan(unit, r.id)
		if err != nil {
			p := problem.New(http.StatusNotFound, "%q is no %s of the calendar; write it as in %s.", clip(r.id, 40), unit, link.Papers(unit, spanExamples[unit]))
			return nil, p
		}
		return a.listingPage(r, sp, library.Trending)
	}
}

func (a *server) papersPage(r *request) (*reply, error) {
	return a.listingPage(r, library.Span{}, library.Newest)
}

// listingPage shows a listing, in the order that the address asks for.
func (a *server) listingPage(r *request, sp library.Span, order string) (*reply, error) {
	asked := r.One("order")
	q := r.listingQuery()
	if asked == "" {
		q.Order = order
	}
	q.Span, q.Explain = sp, q.Order == library.Likeness
	view := r.Choice("view", web.Views...)
	pg := r.pageOf("listing "+sp.String()+" "+q.Order, web.PageOf(view))
	if err := r.asked(); err != nil {
		return nil, err
	}
	l, err := r.pageListing(q, pg)
	if err != nil {
		return nil, err
	}
	topics, err := r.s.ListingTopics(r.context(), q)
	if err != nil {
		return nil, err
	}
	return pageReply(a.pages.Listing(r.view(), web.Listing{Query: q, Usual: order, View: view, List: shown(l, web.Form{}), Topics: topics}))
}

// pageListing returns the part of a listing that a page shows: nothing where it is ordered by a list that says nothing.
func (r *request) pageListing(q library.Listing, pg page) (*listing, error) {
	empty := &listing{page: pg}
	if q.Order != library.Likeness {
		return r.listed(q, pg)
	}
	known, err := r.present(q.Positive...)
	if err != nil || !r.s.Ready() || len(known) == 0 && q.Text == "" {
		return empty, err
	}
	q.Positive = ids(known)
	q.Limit, q.Offset = pg.limit, pg.offset
	found, err := r.s.Listing(r.context(), q)
	switch {
	case errors.Is(err, classifier.ErrNoTerms), errors.Is(err, data.ErrNotFound):
		empty.Reason = recommend.ReasonNoKnownTerms
		return empty, nil
	case err != nil:
		return nil, err
	}
	return &listing{List: *found, page: pg}, nil
}

func ids(papers []*data.Paper) []string {
	out := make([]string, len(papers))
	for i, p := range papers {
		out[i] = p.ID
	}
	return out
}
