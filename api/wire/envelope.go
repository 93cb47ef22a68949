// Package wire has the bodies of answers: what a snapshot says, in the shape that the HTTP API writes as JSON and that
// the command line prints, as JSON or as text. One function behind each answer keeps the two the same.
//
// What belongs here is the form of an answer, and asking the snapshot for what stands in it. What does not belong here:
// requests, their parameters and the cursors of lists (api), and anything that takes longer to find out than to ask a
// snapshot (recommend/library).
package wire

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"kindred/api/link"
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

// Similar answers a query for similar papers: GET /v1/papers/{id}/similar and POST
// /v1/recommendations, without the cursor of a next page. Links.Self is the resource without parameters.
// A single seed that is unknown is a [*NotFoundError]; of several, all must be.
func Similar(ctx context.Context, s *library.Snapshot, q recommend.Query) (*Answer[[]Item], error) {
	l, err := s.Similar(ctx, q)
	if errors.Is(err, data.ErrNotFound) {
		return nil, &NotFoundError{"paper", strings.Join(q.Positive, ", nor ")}
	}
	if err != nil {
		return nil, err
	}
	links := Links{Self: "/v1/recommendations", HTML: link.Seeds{Positive: q.Positive, Negative: q.Negative}.Path()}
	if len(q.Positive) == 1 && len(q.Negative) == 0 && q.Text == "" && len(l.Seeds) == 1 {
		links = Links{Self: link.PaperAPI(l.Seeds[0]) + "/similar", HTML: link.Paper(l.Seeds[0])}
	}
	return List(s, l, q.Limit, ListFields, links), nil
}

// Library answers a reader's library: POST /v1/recommendations with papers of a library, without the cursor of a next
// page. A library of which nothing is known is a [*NotFoundError].
func Library(ctx context.Context, s *library.Snapshot, q recommend.LibraryQuery) (*Answer[[]Item], error) {
	l, err := ForReader(ctx, s, q)
	if err != nil {
		return nil, err
	}
	return List(s, l, q.Limit, ListFields, Links{Self: "/v1/recommendations", HTML: "/"}), nil
}

// ForReader returns the papers that serve a reader's interests. A library of which nothing is known is a
// [*NotFoundError].
func ForReader(ctx context.Context, s *library.Snapshot, q recommend.LibraryQuery) (*library.List, error) {
	l, err := s.ForReader(ctx, q)
	if errors.Is(err, data.ErrNotFound) {
		return nil, &NotFoundError{"paper", strings.Join(q.Papers[:min(len(q.Papers), 10)], ", nor ")}
	}
	return l, err
}

// Search answers a search: GET /v1/search, without the cursor of a next page.
func Search(ctx context.Context, s *library.Snapshot, q recommend.SearchQuery) (*Answer[[]Item], error) {
	l, err := s.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	links := Links{Self: "/v1/search?" + url.Values{"q": {q.Text}}.Encode(), HTML: link.Search(q.Text)}
	return List(s, l, q.Limit, ListFields, links), nil
}

// Papers answers with a part of a listing: GET /v1/papers, without the cursor of a next page. Where none of the papers
// that a likeness goes by is known, it is a [*NotFoundError].
func Papers(ctx context.Context, s *library.Snapshot, q library.Listing) (*Answer[[]Item], error) {
	l, err := s.Listing(ctx, q)
	if errors.Is(err, data.ErrNotFound) {
		return nil, &NotFoundError{"paper", strings.Join(q.Positive, ", nor ")}
	}
	if err != nil {
		return nil, err
	}
	return List(s, l, q.Limit, ListFields, Links{Self: "/v1/papers", HTML: link.Papers(q.Span.Unit, q.Span.String())}), nil
}

// NeighbourhoodView is the neighbourhood of a paper as the API shows it.
type NeighbourhoodView struct {
	Paper  Item             `json:"paper"`
	Papers []Item           `json:"papers"` // the nearest, best first
	Edges  []recommend.Edge `json:"edges"`  // 0 is Paper, i the paper of rank i
}

// Neighbourhood answers with the papers nearest to one, at most limit, and which of them are near each other: GET
// /v1/papers/{id}/neighbourhood. The error is a [*NotFoundError] for an unknown id.
func Neighbourhood(ctx context.Context, s *library.Snapshot, id string, limit int, fields Fields) (*Answer[NeighbourhoodView], error) {
	p, err := FindPaper(ctx, s, id)
	if err != nil {
		return nil, err
	}
	n, err := s.Neighbourhood(ctx, p.ID, limit)
	if err != nil {
		return nil, err
	}
	out := NeighbourhoodView{Paper: newItem(s, &n.Center, fields), Papers: make([]Item, len(n.Items)), Edges: n.Edges}
	for i := range n.Items {
		out.Papers[i] = newItem(s, &n.Items[i], fields)
	}
	if out.Edges == nil {
		out.Edges = []recommend.Edge{}
	}
	count := len(out.Papers)
	links := Links{Self: link.Neighbourhood(p.ID), HTML: link.Paper(p.ID)}
	return &Answer[NeighbourhoodView]{out, Meta{Count: &count, Reason: n.Reason, Model: &s.Model}, links}, nil
}

// List answers with a part of a list, at most limit papers of it, each with the fields that are asked for.
func List(s *library.Snapshot, l *library.List, limit int, fields Fields, links Links) *Answer[[]Item] {
	out := make([]Item, len(l.Items))
	for i := range l.Items {
		out[i] = newItem(s, &l.Items[i], fields)
	}
	count := len(out)
	return &Answer[[]Item]{Data: out, Meta: Meta{
		Count: &count, Total: &l.Total, Limit: limit, Reason: l.Reason, Seeds: l.Seeds, Missing: l.Missing,
		DidYouMean: l.DidYouMean, Interests: l.Interests, Listing: l.Ordered, Model: &s.Model,
	}, Links: links}
}

// Paper answers with a paper and its topics: GET /v1/papers/{id}. The error is a
// [*NotFoundError] for an unknown id.
func Paper(ctx context.Context, s *library.Snapshot, id string) (*Answer[PaperDetail], error) {
	p, err := FindPaper(ctx, s, id)
	if err != nil {
		return nil, err
	}
	return Detail(s, p, AllFields), nil
}

// Detail answers with a paper that is at hand, as Paper does.
func Detail(s *library.Snapshot, p *data.Paper, fields Fields) *Answer[PaperDetail] {
	detail := PaperDetail{View{p, fields}, s.TopicsOf(p), s.PathOf(p)}
	meta := Meta{Model: &s.Model}
	if other := s.OtherOf(p); other > 0 {
		meta.Other = &other
	}
	return &Answer[PaperDetail]{detail, meta, Links{Self: link.PaperAPI(p.ID), HTML: link.Paper(p.ID)}}
}

// FindPaper returns the paper that an id in any of its usual forms names, or that an address or a title does.
func FindPaper(ctx context.Context, s *library.Snapshot, id string) (*data.Paper, error) {
	p, err := s.Papers.Paper(ctx, CanonicalID(id))
	if errors.Is(err, data.ErrNotFound) {
		found, err := s.Resolve(ctx, CanonicalID(id))
		if err == nil && found.Paper == nil {
			err = &NotFoundError{"paper", id}
		}
		return found.Paper, err
	}
	if err != nil {
		return nil, fmt.Errorf("paper %s: %w", CanonicalID(id), err)
	}
	return p, nil
}

// Topics answers with the topics of a level, largest first: GET /v1/topics.
func Topics(ctx context.Context, s *library.Snapshot, level int) (*Answer[[]TopicView], error) {
	self := "/v1/topics?level=" + strconv.Itoa(level)
	return TopicList(ctx, s, s.SortedTopics(level, "size", ""), MaxTopics, self)
}

// TopicList answers with the first of the topics that were found, at most limit.
func TopicList(
	ctx context.Context, s *library.Snapshot, found []*topic.Topic, limit int, self string,
) (*Answer[[]TopicView], error) {
	total := len(found)
	out := make([]TopicView, 0, min(total, limit))
	for _, t := range found[:min(total, limit)] {
		v, err := topicView(ctx, s, t)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	count := len(out)
	meta := Meta{Count: &count, Total: &total, Limit: limit, Model: &s.Model}
	return &Answer[[]TopicView]{out, meta, Links{Self: self, HTML: "/topics"}}, nil
}

// Topic answers with one topic: GET /v1/topics/{id}. The error is a [*NotFoundError] for an unknown id.
func Topic(ctx context.Context, s *library.Snapshot, id int) (*Answer[TopicView], error) {
	t, ok := s.Topic(id)
	if !ok {
		return nil, &NotFoundError{"topic", strconv.Itoa(id)}
	}
	v, err := topicView(ctx, s, t)
	if err != nil {
		return nil, err
	}
	links := Links{Self: link.TopicAPI(id), HTML: link.Topic(id)}
	return &Answer[TopicView]{v, Meta{Model: &s.Model}, links}, nil
}

// topicView returns the API's form of t, its representative papers by title.
func topicView(ctx context.Context, s *library.Snapshot, t *topic.Topic) (TopicView, error) {
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

// Changes answers with how the topics differ from those of the model before: GET /v1/topics/changes.
func Changes(s *library.Snapshot) *Answer[[]topic.Change] {
	out := s.NamedChanges()
	count := len(out)
	meta := Meta{Count: &count, Model: &s.Model}
	return &Answer[[]topic.Change]{out, meta, Links{Self: "/v1/topics/changes", HTML: "/topics"}}
}

// DefaultCompared is how many words of each topic, and papers between, a comparison has unless more are asked for.
const DefaultCompared = 12

// Trends answers with the topics of a level over time: GET /v1/topics/trends. Period is a key of
// [library.PeriodMonths], or empty for the one that suits the papers.
func Trends(s *library.Snapshot, period string, level int) *Answer[*library.Trends] {
	links := Links{Self: "/v1/topics/trends", HTML: "/topics?sort=rise"}
	return &Answer[*library.Trends]{s.Trends(period, level), Meta{Model: &s.Model}, links}
}

// Compare answers with what two topics have in common and what sets them apart: GET /v1/topics/compare. The error is a
// [*NotFoundError] for an unknown id, and wraps [library.ErrSameTopic] where one topic holds the other.
func Compare(s *library.Snapshot, a, b, limit int) (*Answer[*library.Comparison], error) {
	var sides [2]*topic.Topic
	for i, id := range []int{a, b} {
		t, ok := s.Topic(id)
		if !ok {
			return nil, &NotFoundError{"topic", strconv.Itoa(id)}
		}
		sides[i] = t
	}
	c, err := s.CompareTopics(sides[0], sides[1], limit)
	if err != nil {
		return nil, err
	}
	links := Links{Self: link.CompareAPI(a, b), HTML: link.Compare(a, b)}
	return &Answer[*library.Comparison]{c, Meta{Model: &s.Model}, links}, nil
}

// Classify answers with the topics of a text, at most limit, heaviest first: POST /v1/classify. A text that is far from
// every topic has none.
// The error wraps [classifier.ErrNoTerms] where the model knows none of the words.
func Classify(s *library.Snapshot, text string, limit int) (*Answer[[]library.TopicWeight], error) {
	scores, other, err := s.Classifier.Classify(text, limit)
	if err != nil {
		return nil, fmt.Errorf("classify: %w", err)
	}
	out := s.TopicWeights(scores)
	count := len(out)
	meta := Meta{Count: &count, Model: &s.Model}
	if other > 0 {
		meta.Other = &other
	}
	return &Answer[[]library.TopicWeight]{out, meta, Links{Self: "/v1/classify"}}, nil
}

// Change is the body of an answer about a change, or about changes in force: it may come before there is
// a model.
type Change[T any] struct {
	Data T `json:"data"`
}

// Curator keeps a curator's edits.
type Curator interface {
	// Edits returns the edits in force, oldest first.
	Edits(ctx context.Context) ([]curate.Edit, error)
}

// Edits answers with a curator's edits in force, oldest first: GET /v1/topics/edits. An edit that changes nothing in
// the snapshot, which may be nil, says why in Inapplicable.
func Edits(ctx context.Context, s *library.Snapshot, c Curator) (*Change[[]curate.Edit], error) {
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

func round3(v float64) float64 { return float64(int64(v*1000+0.5)) / 1000 }

// Levels names the levels of topics: in parameters, either the name or the number is written.
var Levels = map[string]int{"fields": topic.Fields, "topics": topic.Main, "subtopics": topic.Subtopics}

// MaxTopics is the most topics one answer lists: all of them, for any model that a person can browse.
const MaxTopics = 1000

// NotFoundError is an id that names no paper or no topic. It wraps [data.ErrNotFound].
type NotFoundError struct {
	Kind string // "paper" or "topic"
	ID   string // as it was asked for
}

func (e *NotFoundError) Error() string { return fmt.Sprintf("no %s has the id %s", e.Kind, e.ID) }

// Unwrap returns [data.ErrNotFound].
func (e *NotFoundError) Unwrap() error { return data.ErrNotFound }
