package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// listing is a page of papers before it takes the form of JSON, a feed, an export or a web page.
type listing struct {
	title      string // what the list is, for feeds and pages
	html       string // path of the page that shows it
	items      []item
	total      int
	more       bool // than total: how many is not known
	page       page
	reason     string
	seeds      []string
	missing    []string
	didYouMean string
}

// item is a paper of a listing.
type item struct {
	paper      *data.Paper
	ranked     bool
	score      float32
	rank       int
	topic      int
	confidence float32
	reasons    []recommend.Reason
}

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
	env := r.s.listEnvelope(l, fields, r.c.Request.URL.RequestURI())
	env.Meta.NextCursor = l.page.next(len(env.Data), l.total)
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

// withCursor returns u with its cursor replaced.
func withCursor(u *url.URL, cursor string) string {
	q := u.Query()
	q.Set("cursor", cursor)
	return u.EscapedPath() + "?" + q.Encode()
}

// snapshot is a library's snapshot with the forms that the API gives its parts.
type snapshot struct{ *library.Snapshot }

// wire returns the JSON form of an item.
func (s snapshot) wire(it *item, fields uint32) Item {
	out := Item{Paper: view{it.paper, fields}, Rank: it.rank, Reasons: it.reasons}
	if it.ranked {
		out.Score = &it.score
	}
	if label := s.Label(it.topic); label != "" {
		out.Topic = &library.TopicRef{ID: it.topic, Label: label}
		if it.confidence > 0 {
			out.Confidence = &it.confidence
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
	return r.s.paper(r.context(), r.id)
}

// items returns the papers behind hits. A paper that was deleted meanwhile is left out.
func (s snapshot) items(ctx context.Context, hits []recommend.Hit) ([]item, error) {
	ids := make([]string, len(hits))
	for i := range hits {
		ids[i] = hits[i].ID
	}
	papers, err := s.Papers.Papers(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("papers of a ranking: %w", err)
	}
	out := make([]item, 0, len(hits))
	for i, p := range papers {
		if p != nil {
			h := &hits[i]
			out = append(out, item{paper: p, ranked: !h.Unscored, score: h.Score, rank: h.Rank, topic: h.Topic, reasons: h.Reasons})
		}
	}
	return out, nil
}

// rows returns the papers of catalog rows. A paper that was deleted meanwhile is left out.
func (s snapshot) rows(ctx context.Context, rows []int32) ([]item, error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = s.Catalog.Row(int(row)).ID
	}
	papers, err := s.Papers.Papers(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("papers of a list: %w", err)
	}
	out := make([]item, 0, len(rows))
	for i, p := range papers {
		if p != nil {
			as := s.Catalog.Assignment(int(rows[i]))
			out = append(out, item{paper: p, topic: as.Topic, confidence: as.Confidence})
		}
	}
	return out, nil
}

// cut returns the part of rows that a page shows.
func (pg page) cut(rows []int32) []int32 {
	lo := min(pg.offset, len(rows))
	return rows[lo:min(lo+pg.limit, len(rows))]
}
