package api

import (
	"net/http"
	"net/url"

	"kindred/api/web"
	"kindred/data"
	"kindred/recommend/library"
)

// listing is a list before it takes the form of JSON, a feed, an export or a web page.
type listing struct {
	library.List
	title string // what the list is, for feeds and pages
	html  string // path of the page that shows it
	page  page
}

// item is a paper of a listing.
type item = library.Item

// lister makes one page of a list from a request. It reads its parameters and calls done before it does any work.
type lister func(r *request) (*listing, error)

// jsonList answers with a list in the envelope.
func (a *server) jsonList(list lister) handler {
	return func(r *request) (*reply, error) {
		fields := r.fields(listFields)
		l, err := list(r)
		if err != nil {
			return nil, err
		}
		return r.listReply(l, fields)
	}
}

// listReply encodes l, with a Link header to the next page.
func (r *request) listReply(l *listing, fields uint32) (*reply, error) {
	env := listEnvelope(r.s, l, fields, r.c.Request.URL.RequestURI())
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

// wire returns the JSON form of an item.
func wire(s *library.Snapshot, it *item, fields uint32) Item {
	out := Item{Paper: view{it.Paper, fields}, Rank: it.Rank, Reasons: it.Reasons}
	if it.Ranked {
		out.Score = &it.Score
	}
	if label := s.Label(it.Topic); label != "" {
		out.Topic = &library.TopicRef{ID: it.Topic, Label: label}
		if it.Confidence > 0 {
			out.Confidence = &it.Confidence
		}
	}
	return out
}

// single answers with a single value in the envelope.
func (r *request) single(v any, html string) (*reply, error) {
	return jsonReply(Envelope{Data: v, Meta: Meta{Model: &r.s.Model}, Links: Links{Self: r.c.Request.URL.RequestURI(), HTML: html}})
}

// paper returns the paper that the request's id names.
func (r *request) paper() (*data.Paper, error) {
	return findPaper(r.context(), r.s, r.id)
}

// cut returns the part of rows that a page shows.
func (pg page) cut(rows []int32) []int32 {
	lo := min(pg.offset, len(rows))
	return rows[lo:min(lo+pg.limit, len(rows))]
}
