package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"kindred/data"
	"kindred/recommend"
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
	out := make([]Item, len(l.items))
	for i := range l.items {
		out[i] = r.s.wire(&l.items[i], fields)
	}
	count := len(out)
	env := Envelope{Data: out, Meta: Meta{
		Count: &count, Total: &l.total, Limit: l.page.limit, Reason: l.reason, Seeds: l.seeds, Missing: l.missing,
		DidYouMean: l.didYouMean, NextCursor: l.page.next(len(out), l.total), Model: &r.s.Model,
	}, Links: Links{Self: r.c.Request.URL.RequestURI(), HTML: l.html}}
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

// wire returns the JSON form of an item.
func (s *Snapshot) wire(it *item, fields uint32) Item {
	out := Item{Paper: view{it.paper, fields}, Rank: it.rank, Reasons: it.reasons}
	if it.ranked {
		out.Score = &it.score
	}
	if label := s.label(it.topic); label != "" {
		out.Topic = &TopicRef{it.topic, label}
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
	id := canonical(r.id)
	p, err := r.s.Papers.Paper(r.context(), id)
	if errors.Is(err, data.ErrNotFound) {
		return nil, noPaper(r.id)
	}
	if err != nil {
		return nil, fmt.Errorf("paper %s: %w", id, err)
	}
	return p, nil
}

// papers returns the papers behind hits; one that was deleted meanwhile is left out.
func (s *Snapshot) items(ctx context.Context, hits []recommend.Hit) ([]item, error) {
	out := make([]item, 0, len(hits))
	for _, h := range hits {
		p, err := s.Papers.Paper(ctx, h.ID)
		if errors.Is(err, data.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("paper %s: %w", h.ID, err)
		}
		out = append(out, item{paper: p, ranked: true, score: h.Score, rank: h.Rank, topic: h.Topic, reasons: h.Reasons})
	}
	return out, nil
}

// rows returns the papers of catalog rows.
func (s *Snapshot) rows(ctx context.Context, rows []int32) ([]item, error) {
	out := make([]item, 0, len(rows))
	for _, row := range rows {
		p, err := s.Papers.Paper(ctx, s.Catalog.columns[row].ID)
		if errors.Is(err, data.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("paper %s: %w", s.Catalog.columns[row].ID, err)
		}
		as := s.Catalog.Assignment(int(row))
		out = append(out, item{paper: p, topic: as.Topic, confidence: as.Confidence})
	}
	return out, nil
}

// cut returns the part of rows that a page shows.
func (pg page) cut(rows []int32) []int32 {
	lo := min(pg.offset, len(rows))
	return rows[lo:min(lo+pg.limit, len(rows))]
}

// listOf turns an answer of the recommender into a listing.
func (r *request) listOf(ans *recommend.Answer, pg page) (*listing, error) {
	items, err := r.s.items(r.context(), ans.Hits)
	if err != nil {
		return nil, err
	}
	// What lies beyond the deepest rank that a query may ask for is not there for paging.
	return &listing{
		items: items, total: min(ans.Total, recommend.MaxLimit), more: ans.Total > recommend.MaxLimit, page: pg, reason: ans.Reason, seeds: ans.Seeds,
		missing: ans.Missing, didYouMean: ans.DidYouMean,
	}, nil
}
