package api

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// Answer is the body of an answer whose data has a known type: the value behind the JSON of the API as
// well as behind what the command line prints, be it text or JSON.
type Answer[T any] struct {
	Data  T     `json:"data"`
	Meta  Meta  `json:"meta"`
	Links Links `json:"links"`
}

// Envelope is the body of every JSON answer that is not an error.
type Envelope = Answer[any]

// reply answers with an envelope, whose links begin at the address that was asked.
func (r *request) reply(envelope any, links *Links) (*reply, error) {
	links.Self = r.c.Request.URL.RequestURI()
	return jsonReply(envelope)
}

// NotFoundError is an id that names no paper or no topic. It wraps [data.ErrNotFound].
type NotFoundError struct {
	Kind string // "paper" or "topic"
	ID   string // as it was asked for
}

func (e *NotFoundError) Error() string { return fmt.Sprintf("no %s has the id %s", e.Kind, e.ID) }

// Unwrap returns [data.ErrNotFound].
func (e *NotFoundError) Unwrap() error { return data.ErrNotFound }

// problem returns the error as an answer of the API.
func (e *NotFoundError) problem() *Problem {
	if e.Kind == "topic" {
		return noTopic(e.ID)
	}
	return noPaper(e.ID)
}

// Record returns the whole paper of an item.
func (it *Item) Record() *data.Paper { return it.Paper.paper }

// Record returns the whole paper.
func (p *PaperDetail) Record() *data.Paper { return p.paper }

// Topics returns the topics that have a fair share of the paper, heaviest first.
func (p *PaperDetail) Topics() []library.TopicWeight { return p.topics }

// Path returns the topics that the paper is in, from its field down to its subtopic.
func (p *PaperDetail) Path() []library.TopicRef { return p.path }

// SimilarEnvelope answers a query for similar papers: GET /v1/papers/{id}/similar and POST
// /v1/recommendations, without the cursor of a next page. Links.Self is the resource without parameters.
// A single seed that is unknown is a [*NotFoundError]; of several, all must be.
func SimilarEnvelope(ctx context.Context, s *library.Snapshot, q recommend.Query) (*Answer[[]Item], error) {
	l, err := snapshot{s}.recommend(ctx, q, page{limit: q.Limit, offset: q.Offset})
	if err != nil {
		return nil, err
	}
	self := "/v1/recommendations"
	if len(q.Positive) == 1 && len(q.Negative) == 0 && q.Text == "" && len(l.seeds) == 1 {
		self, l.html = apiPath(l.seeds[0])+"/similar", paperPath(l.seeds[0])
	} else {
		l.html = "/list?" + seedQuery(recommend.Query{Positive: q.Positive, Negative: q.Negative}).Encode()
	}
	return snapshot{s}.listEnvelope(l, listFields, self), nil
}

// SearchEnvelope answers a search: GET /v1/search, without the cursor of a next page.
func SearchEnvelope(ctx context.Context, s *library.Snapshot, q recommend.SearchQuery) (*Answer[[]Item], error) {
	l, err := snapshot{s}.search(ctx, q, page{limit: q.Limit, offset: q.Offset})
	if err != nil {
		return nil, err
	}
	return snapshot{s}.listEnvelope(l, listFields, "/v1/search?"+url.Values{"q": {q.Text}}.Encode()), nil
}

// recommend returns a page of the papers like the seeds of q.
func (s snapshot) recommend(ctx context.Context, q recommend.Query, pg page) (*listing, error) {
	q.Limit, q.Offset = pg.limit, pg.offset
	if pg.offset >= recommend.MaxLimit {
		return &listing{page: pg, total: pg.offset}, nil
	}
	q.Limit = min(q.Limit, recommend.MaxLimit-q.Offset)
	ans, err := s.Recommender.Recommend(ctx, q)
	if errors.Is(err, data.ErrNotFound) {
		return nil, &NotFoundError{"paper", strings.Join(q.Positive, ", nor ")}
	}
	if err != nil {
		return nil, fmt.Errorf("recommend: %w", err)
	}
	return s.listing(ctx, ans, pg)
}

// search returns a page of the papers that words are about.
func (s snapshot) search(ctx context.Context, q recommend.SearchQuery, pg page) (*listing, error) {
	q.Limit, q.Offset = pg.limit, pg.offset
	if pg.offset >= recommend.MaxLimit {
		return &listing{page: pg, total: pg.offset}, nil
	}
	q.Limit = min(q.Limit, recommend.MaxLimit-q.Offset)
	ans, err := s.Recommender.Search(ctx, q)
	if err != nil {
		return nil, err // it says that it is about a search
	}
	l, err := s.listing(ctx, ans, pg)
	if err != nil {
		return nil, err
	}
	l.title, l.html = "Papers about "+q.Text, "/search?"+url.Values{"q": {q.Text}}.Encode()
	return l, nil
}

// listing turns an answer of the recommender into a listing.
func (s snapshot) listing(ctx context.Context, ans *recommend.Answer, pg page) (*listing, error) {
	items, err := s.items(ctx, ans.Hits)
	if err != nil {
		return nil, err
	}
	// Paging ends at the deepest rank that a query may ask for.
	return &listing{
		items: items, total: min(ans.Total, recommend.MaxLimit), more: ans.Total > recommend.MaxLimit, page: pg,
		reason: ans.Reason, seeds: ans.Seeds, missing: ans.Missing, didYouMean: ans.DidYouMean,
	}, nil
}

// listEnvelope returns the JSON form of a listing.
func (s snapshot) listEnvelope(l *listing, fields uint32, self string) *Answer[[]Item] {
	out := make([]Item, len(l.items))
	for i := range l.items {
		out[i] = s.wire(&l.items[i], fields)
	}
	count := len(out)
	return &Answer[[]Item]{Data: out, Meta: Meta{
		Count: &count, Total: &l.total, Limit: l.page.limit, Reason: l.reason, Seeds: l.seeds, Missing: l.missing,
		DidYouMean: l.didYouMean, Model: &s.Model,
	}, Links: Links{Self: self, HTML: l.html}}
}

// PaperEnvelope answers with a paper and its topics: GET /v1/papers/{id}. The error is a
// [*NotFoundError] for an unknown id.
func PaperEnvelope(ctx context.Context, s *library.Snapshot, id string) (*Answer[PaperDetail], error) {
	p, err := snapshot{s}.paper(ctx, id)
	if err != nil {
		return nil, err
	}
	return snapshot{s}.paperEnvelope(p, allFields), nil
}

func (s snapshot) paperEnvelope(p *data.Paper, fields uint32) *Answer[PaperDetail] {
	detail := PaperDetail{view{p, fields}, s.TopicsOf(p), s.PathOf(p)}
	return &Answer[PaperDetail]{detail, Meta{Model: &s.Model}, Links{Self: apiPath(p.ID), HTML: paperPath(p.ID)}}
}

// paper returns the paper that an id in any of its usual forms names, or that an address or a title does.
func (s snapshot) paper(ctx context.Context, id string) (*data.Paper, error) {
	p, err := s.Papers.Paper(ctx, canonical(id))
	if errors.Is(err, data.ErrNotFound) {
		found, err := s.Resolve(ctx, canonical(id))
		if err == nil && found.Paper == nil {
			err = &NotFoundError{"paper", id}
		}
		return found.Paper, err
	}
	if err != nil {
		return nil, fmt.Errorf("paper %s: %w", canonical(id), err)
	}
	return p, nil
}

// TopicsEnvelope answers with the topics of a level, largest first: GET /v1/topics.
func TopicsEnvelope(ctx context.Context, s *library.Snapshot, level int) (*Answer[[]TopicView], error) {
	self := "/v1/topics?level=" + strconv.Itoa(level)
	return snapshot{s}.topicsEnvelope(ctx, s.SortedTopics(level, "size", ""), maxTopics, self)
}

func (s snapshot) topicsEnvelope(
	ctx context.Context, found []*topic.Topic, limit int, self string,
) (*Answer[[]TopicView], error) {
	total := len(found)
	out := make([]TopicView, 0, min(total, limit))
	for _, t := range found[:min(total, limit)] {
		v, err := s.topicView(ctx, t)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	count := len(out)
	meta := Meta{Count: &count, Total: &total, Limit: limit, Model: &s.Model}
	return &Answer[[]TopicView]{out, meta, Links{Self: self, HTML: "/topics"}}, nil
}

// TopicEnvelope answers with one topic: GET /v1/topics/{id}. The error is a [*NotFoundError] for an
// unknown id.
func TopicEnvelope(ctx context.Context, s *library.Snapshot, id int) (*Answer[TopicView], error) {
	t, ok := s.Topic(id)
	if !ok {
		return nil, &NotFoundError{"topic", strconv.Itoa(id)}
	}
	v, err := snapshot{s}.topicView(ctx, t)
	if err != nil {
		return nil, err
	}
	links := Links{Self: "/v1" + topicPath(id), HTML: topicPath(id)}
	return &Answer[TopicView]{v, Meta{Model: &s.Model}, links}, nil
}

// topicView returns the API's form of t, its representative papers by title.
func (s snapshot) topicView(ctx context.Context, t *topic.Topic) (TopicView, error) {
	out := TopicView{
		ID: t.ID, Label: t.Label, Terms: t.Terms, Size: t.Size, Description: t.Description, Level: t.Level,
		Papers: make([]library.PaperRef, 0, len(t.Papers)), Trend: s.Catalog.Trend(t.ID),
	}
	trend := s.TrendOf(t)
	out.Rise, out.Direction = round3(trend.Rise), trend.Direction
	if out.Terms == nil {
		out.Terms = []topic.Term{}
	}
	if label := s.Label(t.Parent); label != "" {
		out.Parent = &library.TopicRef{ID: t.Parent, Label: label}
	}
	for _, id := range t.Children {
		if label := s.Label(id); label != "" {
			out.Children = append(out.Children, library.TopicRef{ID: id, Label: label})
		}
	}
	for _, id := range t.Papers {
		if row, ok := s.Catalog.Find(id); ok {
			out.Papers = append(out.Papers, library.PaperRef{ID: id, Title: s.Catalog.Row(row).Title})
			continue
		}
		p, err := s.Papers.Paper(ctx, id)
		if errors.Is(err, data.ErrNotFound) {
			continue // removed since the fit
		}
		if err != nil {
			return out, fmt.Errorf("topic %d: paper %s: %w", t.ID, id, err)
		}
		out.Papers = append(out.Papers, library.PaperRef{ID: id, Title: p.Title})
	}
	return out, nil
}

// ChangesEnvelope answers with how the topics differ from those of the model before: GET /v1/topics/changes.
func ChangesEnvelope(s *library.Snapshot) *Answer[[]topic.Change] {
	out := s.NamedChanges()
	count := len(out)
	meta := Meta{Count: &count, Model: &s.Model}
	return &Answer[[]topic.Change]{out, meta, Links{Self: "/v1/topics/changes", HTML: "/topics"}}
}

// TrendsEnvelope answers with the topics of a level over time: GET /v1/topics/trends. Period is a key of
// [library.PeriodMonths], or empty for the one that suits the papers.
func TrendsEnvelope(s *library.Snapshot, period string, level int) *Answer[*library.Trends] {
	links := Links{Self: "/v1/topics/trends", HTML: "/topics?sort=rise"}
	return &Answer[*library.Trends]{s.Trends(period, level), Meta{Model: &s.Model}, links}
}

// ClassifyEnvelope answers with the topics of a text, at most limit, heaviest first: POST /v1/classify.
// The error wraps [classifier.ErrNoTerms] where the model knows none of the words.
func ClassifyEnvelope(s *library.Snapshot, text string, limit int) (*Answer[[]library.TopicWeight], error) {
	scores, err := s.Classifier.Classify(text, limit)
	if err != nil {
		return nil, fmt.Errorf("classify: %w", err)
	}
	out := s.TopicWeights(scores)
	count := len(out)
	meta := Meta{Count: &count, Model: &s.Model}
	return &Answer[[]library.TopicWeight]{out, meta, Links{Self: "/v1/classify"}}, nil
}

// Change is the body of an answer about a change, or about changes in force: it may come before there is
// a model.
type Change[T any] struct {
	Data T `json:"data"`
}

// EditsEnvelope answers with a curator's edits in force, oldest first: GET /v1/topics/edits. An edit
// that changes nothing in the snapshot, which may be nil, says why in Inapplicable.
func EditsEnvelope(ctx context.Context, s *library.Snapshot, c Curator) (*Change[[]curate.Edit], error) {
	edits, err := c.Edits(ctx)
	if err != nil {
		return nil, fmt.Errorf("topic edits: %w", err)
	}
	if edits == nil {
		edits = []curate.Edit{}
	}
	if s != nil {
		for i := range edits {
			edits[i].Inapplicable = s.Inapplicable[edits[i].ID]
		}
	}
	return &Change[[]curate.Edit]{edits}, nil
}
