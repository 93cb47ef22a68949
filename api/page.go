package api

import (
	"kindred/api/web"
	"kindred/recommend"
)

// pageReply returns a page as a reply, or the error of making it.
func pageReply(body []byte, err error) (*reply, error) {
	rep, err := made(typeHTML, body, err)
	if err == nil {
		rep.header = pageHeader()
	}
	return rep, err
}

// view returns what a page is made from.
func (r *request) view() web.View {
	return web.View{Snapshot: r.s, Base: r.base, URL: r.c.Request.URL, List: r.carried()}
}

// form reads the filters that pages offer.
func (r *request) form(q *recommend.Query) web.Form {
	q.After, q.Before = r.Date("published_after"), r.Date("published_before")
	q.Diversity = r.Fraction("diversity")
	return web.Form{After: q.After.String(), Before: q.Before.String(), Diversity: r.Values.Get("diversity")}
}

// pageLimit is how many papers a page lists.
const pageLimit = 20

// pageOf reads the cursor of a page, whose limit is fixed.
func (r *request) pageOf(scope string, limit int) page {
	r.Know("limit")
	pg := r.page(scope)
	pg.limit = limit
	return pg
}

// shown returns a list for a page.
func shown(l *listing, form web.Form) web.List {
	return web.List{List: &l.List, Offset: l.page.offset, Next: l.page.next(len(l.Items), l.Total), Form: form}
}
