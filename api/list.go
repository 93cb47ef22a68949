package api

import (
	"net/http"
	"net/url"

	"kindred/api/web"
	"kindred/api/wire"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// listing is a list before it takes the form of JSON, a feed, an export or a web page.
type listing struct {
	library.List
	title string // what the list is, for feeds and pages
	html  string // path of the page that shows it
	page  page

	rejected int // records of a bibliography that cannot be used
}

// item is a paper of a listing.
type item = library.Item

// lister makes one page of a list from a request. It reads its parameters and calls done before it does any work.
type lister func(r *request) (*listing, error)

// jsonList answers with a list in the envelope.
func (a *server) jsonList(list lister) handler {
	return func(r *request) (*reply, error) {
		fields := r.Fields(wire.ListFields)
		l, err := list(r)
		if err != nil {
			return nil, err
		}
		return r.listReply(l, fields)
	}
}

// listReply encodes l, with a Link header to the next page.
func (r *request) listReply(l *listing, fields wire.Fields) (*reply, error) {
	env := wire.List(r.s, &l.List, l.page.limit, fields, wire.Links{Self: r.c.Request.URL.RequestURI(), HTML: l.html})
	env.Meta.Rejected = l.rejected
	env.Meta.NextCursor = l.page.next(len(env.Data), l.Total)
	var header map[string]string
	if env.Meta.NextCursor != "" && r.c.Request.Method != http.MethodPost {
		env.Links.Next = withCursor(r.c.Request.URL, env.Meta.NextCursor)
		header = map[string]string{"Link": "<" + env.Links.Next + `>; rel="next"`}
	}
	rep, err := jsonReply(env)
	if err != nil {
		return nil, err
	}
	rep.header = header
	return rep, nil
}

// feed answers with the first page of a list in one of the feed formats.
func (a *server) feed(kind string, list lister) handler {
	return func(r *request) (*reply, error) {
		l, err := list(r)
		if err != nil {
			return nil, err
		}
		f := web.Feed{
			Title: l.title, Site: a.cfg.Name, Base: r.base, Self: r.base + r.c.Request.URL.RequestURI(),
			Page: r.base + l.html, Updated: r.s.Model.FittedAt.UTC(),
		}
		if c := l.page.next(len(l.Items), l.Total); c != "" {
			f.Next = r.base + withCursor(r.c.Request.URL, c)
		}
		typ, body, err := f.Encode(kind, l.Items)
		return made(typ, body, err)
	}
}

// withCursor returns u with its cursor replaced.
func withCursor(u *url.URL, cursor string) string {
	q := u.Query()
	q.Set("cursor", cursor)
	return u.EscapedPath() + "?" + q.Encode()
}

// single answers with a single value in the envelope.
func (r *request) single(v any, html string) (*reply, error) {
	env := wire.Envelope{Data: v, Meta: wire.Meta{Model: &r.s.Model}, Links: wire.Links{HTML: html}}
	return r.reply(&env, &env.Links)
}

// paper returns the paper that the request's id names.
func (r *request) paper() (*data.Paper, error) {
	return findPaper(r.context(), r.s, r.id)
}

// Ids as clients write them.
var (
	findPaper    = wire.FindPaper
	canonical    = wire.CanonicalID
	canonicalIDs = wire.CanonicalIDs
)

func (r *request) rowList(title, html string, rows []int32, pg page) (*listing, error) {
	items, err := r.s.Rows(r.context(), pg.cut(rows))
	if err != nil {
		return nil, err
	}
	l := &listing{List: library.List{Items: items, Total: len(rows)}, title: title, html: html, page: pg}
	if len(rows) == 0 {
		l.Reason = recommend.ReasonFiltered
	}
	return l, nil
}
