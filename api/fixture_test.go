package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kindred/api/guard"
	"kindred/api/wire"
	"kindred/classifier"
	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/fetch"
	"kindred/data/read"
	"kindred/data/sample"
	"kindred/data/store"
	"kindred/recommend"
	"kindred/recommend/library"
	"kindred/recommend/recommendtest"
)

// nasty are titles that would be code if anything took them for it.
var nasty = []string{
	`<script>alert(1)</script> considered harmful for distillation`,
	`"><img src=x onerror=alert(1)> scaling laws`,
	`]]></title>{\bf braces} & 100% "quotes" of diffusion models \input{x}`,
	`javascript:alert(1) 'single' </textarea> language models`,
}

// samplePapers returns the embedded corpus, and papers made to hurt.
func samplePapers(tb testing.TB) []*data.Paper {
	tb.Helper()
	src, err := read.NewSource("sample", sample.Papers(), read.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	var papers []*data.Paper
	for p, err := range src.Papers() {
		if err != nil {
			tb.Fatal(err)
		}
		papers = append(papers, p)
	}
	for i, title := range nasty {
		papers = append(papers, &data.Paper{
			ID: fmt.Sprintf("doi:10.1000/nasty(%d)/<%d>", i, i), DOI: fmt.Sprintf("10.1000/nasty(%d)/<%d>", i, i), Title: title,
			Abstract: title + "\nWe study " + title, Authors: []string{title, "van der Berg, Anna", "José María Núñez"}, Venue: title,
			Categories: []string{title}, Keywords: []string{title}, URL: "javascript:alert(1)", Published: data.Date{Year: 2024, Month: 5, Day: 10 + i},
		})
	}
	return papers
}

// fakeClassifier gives every text the topics 1 to 3 by the length of its words: pointless, and always the same.
type fakeClassifier struct{ model *recommendtest.Model }

func (f fakeClassifier) Classify(text string, n int) ([]topic.Score, float32, error) {
	v, err := f.model.Embed(text)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %v", classifier.ErrNoTerms, err)
	}
	first := 1 + len(v.Lexical.Index)%3
	var out []topic.Score
	for i := range min(n, 3) {
		out = append(out, topic.Score{Topic: 1 + (first+i)%3, Weight: float32(3-i) / 6})
	}
	return out, 0, nil
}

// newSnapshot builds a snapshot of papers over the deterministic engine of package recommendtest.
func newSnapshot(tb testing.TB, papers []*data.Paper, revision string) *library.Snapshot {
	tb.Helper()
	engine, model, byID := recommendtest.NewEngine(papers)
	rows := make([]library.Row, len(papers))
	topics := []topic.Topic{
		{ID: 1, Label: "Language Models", Level: 0, Parent: 9, Description: "What predicts the next word.", Terms: []topic.Term{{Text: "language model", Weight: 1}, {Text: "gpt-4", Weight: .6}, {Text: nasty[0], Weight: .2}}},
		{ID: 2, Label: nasty[1], Level: 0, Parent: 9, Terms: []topic.Term{{Text: "scaling law", Weight: .9}}},
		{ID: 3, Label: "Vision", Level: 0},
		{ID: 9, Label: "Learning", Level: 1, Children: []int{1, 2}},
	}
	for i, p := range papers {
		rows[i].Column = store.Column{Seq: int64(i + 1), Added: int64(i + 1), ID: p.ID, Title: p.Title, Authors: p.Authors, Published: p.Published, Categories: p.Categories, Venue: p.Venue, DuplicateOf: p.DuplicateOf}
		t := 1 + i%3
		rows[i].Topic = curate.Assignment{Topic: t, Confidence: .75}
		topics[t-1].Size++
		if len(topics[t-1].Papers) < 4 {
			topics[t-1].Papers = append(topics[t-1].Papers, p.ID)
		}
	}
	topics[3].Size = topics[0].Size + topics[1].Size
	return &library.Snapshot{
		Model:    library.ModelInfo{Version: "feedfacecafe", FittedAt: time.Date(2024, 6, 1, 12, 0, 0, 0, time.UTC), Docs: len(papers), Dims: recommendtest.Dims, Terms: 1000},
		Revision: revision, Papers: byID, Recommender: engine, Classifier: fakeClassifier{model}, Topics: topics, Catalog: library.NewCatalog(rows, topics),
		Points: func() []library.Point {
			out := make([]library.Point, len(papers))
			for i, p := range papers {
				out[i] = library.Point{ID: p.ID, X: float32(i%17)/8 - 1, Y: float32(i%13)/6 - 1}
			}
			return out
		},
	}
}

// site is a server over papers in memory, with a writer that makes a new snapshot for every change.
type site struct {
	http.Handler
	server  *server
	current atomic.Pointer[library.Snapshot]

	mu      sync.Mutex
	tb      testing.TB
	papers  []*data.Paper
	writes  int
	refits  int
	edits   []curate.Edit
	numbers int64 // edits that were ever made
	failing error // of every change
}

func newSite(tb testing.TB, change func(*Config)) *site {
	tb.Helper()
	s := &site{tb: tb, papers: samplePapers(tb)}
	s.current.Store(newSnapshot(tb, s.papers, "0"))
	cfg := Config{
		Current: s.current.Load, Writer: s, Curator: s, Keys: guard.NewKeys(newSettings()).WithOwner(ownerSecret), Refit: func() bool { s.refits++; return s.refits == 1 },
		Sources: &fetch.Sources{Client: fetch.NewClient(fetch.Options{}), Store: sourceStore{newSettings()}},
		BaseURL: "https://papers.example.org", Rate: -1, CountClicks: true, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	if change != nil {
		change(&cfg)
	}
	srv, err := newServer(cfg)
	if err != nil {
		tb.Fatal(err)
	}
	s.server = srv
	if s.Handler, err = srv.engine(); err != nil {
		tb.Fatal(err)
	}
	return s
}

func (s *site) Put(_ context.Context, papers []*data.Paper) (store.Outcome, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing != nil {
		return store.Outcome{}, s.failing
	}
	var counts store.Outcome
	for _, p := range papers {
		counts.IDs = append(counts.IDs, p.ID)
		i := slices.IndexFunc(s.papers, func(q *data.Paper) bool { return q.ID == p.ID })
		switch {
		case i < 0:
			s.papers = append(s.papers, p)
			counts.Imported++
		case mustJSON(s.papers[i]) == mustJSON(p):
			counts.Unchanged++
		default:
			s.papers[i] = p
			counts.Updated++
		}
	}
	s.swap()
	return counts, nil
}

func (s *site) Delete(_ context.Context, ids ...string) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing != nil {
		return 0, s.failing
	}
	before := len(s.papers)
	s.papers = slices.DeleteFunc(s.papers, func(p *data.Paper) bool { return slices.Contains(ids, p.ID) })
	s.swap()
	return before - len(s.papers), nil
}

func (s *site) swap() {
	s.writes++
	snap := newSnapshot(s.tb, slices.Clone(s.papers), fmt.Sprint(s.writes))
	if len(s.edits) > 0 {
		snap = edited(snap, s.edits)
	}
	s.current.Store(snap)
}

func (s *site) Edits(context.Context) ([]curate.Edit, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.edits), nil
}

// Edit implements Curator. Papers are split by the parity of their rows, in halves alone.
func (s *site) Edit(_ context.Context, e curate.Edit) (curate.Edit, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing != nil {
		return e, s.failing
	}
	e, err := s.draft(e, s.numbers+1)
	if err != nil {
		return e, err
	}
	if old, same := curate.InForce(s.edits, &e); same {
		return old, nil
	}
	s.numbers++
	s.edits = append(s.edits, e)
	s.swap()
	return e, nil
}

// Preview implements Curator. It looks at the topics alone.
func (s *site) Preview(_ context.Context, e curate.Edit) (*library.Preview, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, err := s.draft(e, s.numbers+1)
	if err != nil {
		return nil, err
	}
	out := &library.Preview{Edit: e, Topics: []library.TopicPreview{}}
	snap := edited(newSnapshot(s.tb, slices.Clone(s.papers), "preview"), append(slices.Clone(s.edits), e))
	for _, t := range snap.Topics {
		was, _ := s.current.Load().Topic(t.ID)
		p := library.TopicPreview{TopicRef: library.TopicRef{ID: t.ID, Label: t.Label}, Level: t.Level, After: t.Size}
		if was != nil {
			p.Was, p.Before = was.Label, was.Size
		}
		if p.Before != p.After || p.Was != p.Label {
			out.Topics = append(out.Topics, p)
		}
	}
	return out, nil
}

// draft returns the edit with a number as it would be kept.
func (s *site) draft(e curate.Edit, number int64) (curate.Edit, error) {
	now := s.current.Load()
	if faults := e.Validate(now.Topics); faults != nil {
		return e, &library.EditError{Faults: faults}
	}
	e.ID, e.Made = curate.EditID(number), time.Date(2024, 6, 2, 0, 0, 0, 0, time.UTC)
	e.Was, e.IntoWas = now.Label(e.Topic), now.Label(e.Into)
	if e.Kind == curate.Move {
		row, ok := now.Catalog.Find(e.Paper)
		if !ok {
			return e, &library.EditError{Faults: []curate.Fault{{Field: "paper", Detail: "no paper here is " + e.Paper}}}
		}
		e.Was, e.Topic = now.Catalog.Row(row).Title, now.Catalog.Assignment(row).Topic
	}
	if e.Kind == curate.Split {
		if e.Parts != 2 {
			return e, &library.EditError{Faults: []curate.Fault{{Field: "topic", Detail: "only halves"}}}
		}
		e.Shares = []curate.Share{{ID: e.Topic, Label: "Even", Terms: []topic.Term{}}, {ID: curate.PartID(number, 1), Label: "Odd", Terms: []topic.Term{}}}
		for _, row := range now.Catalog.Members(e.Topic) {
			p := &e.Shares[row%2]
			p.Anchors = append(p.Anchors, now.Catalog.Row(int(row)).ID)
		}
	}
	return e, nil
}

func (s *site) Undo(_ context.Context, id string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing != nil {
		return false, s.failing
	}
	before := len(s.edits)
	s.edits = slices.DeleteFunc(s.edits, func(e curate.Edit) bool { return e.ID == id })
	s.swap()
	return len(s.edits) < before, nil
}

// parityVector is the latent vector of a row in a site whose topics are edited: its direction is the parity.
func parityVector(row int) []float32 { return []float32{float32(1 - row%2), float32(row % 2)} }

// edited returns snap with edits applied.
func edited(snap *library.Snapshot, edits []curate.Edit) *library.Snapshot {
	rows := make([]library.Row, snap.Catalog.Len())
	for i := range rows {
		rows[i] = *snap.Catalog.Row(i)
	}
	before := slices.Clone(rows)
	base := &curate.Base{
		Topics: snap.Topics, Row: snap.Catalog.Find, Vector: parityVector,
		Assigned: func(row int) curate.Assignment { return before[row].Topic },
	}
	curated := base.Apply(edits)
	weights := func(row int) []topic.Score {
		t := before[row].Topic.Topic
		return []topic.Score{{Topic: t, Weight: .5}, {Topic: t%3 + 1, Weight: .25}}
	}
	sizes := map[int]int{}
	column, parents := make([]recommend.RowTopic, len(rows)), map[int]int{}
	for i := range rows {
		vector := func() []float32 { return parityVector(i) }
		rows[i].Topic = curated.Assign(rows[i].ID, before[i].Topic, func() []topic.Score { return weights(i) }, vector)
		sizes[rows[i].Topic.Topic]++
		column[i].Topic = int32(rows[i].Topic.Topic)
	}
	for _, t := range curated.Topics {
		parents[t.ID] = t.Parent
	}
	next := newSnapshotLike(snap)
	next.Topics = curated.Sized(sizes)
	next.Catalog = library.NewCatalog(rows, next.Topics)
	next.Inapplicable = curated.Inapplicable
	next.Revision += mustJSON(edits)
	next.Classifier = curated.Classifier(snap.Classifier, func(string) ([]float32, error) { return parityVector(1), nil })
	next.Weights = func(row int) []topic.Score {
		return curated.PaperWeights(snap.Catalog.Row(row).ID, weights(row), func() []float32 { return parityVector(row) })
	}
	if e, ok := snap.Recommender.(*recommend.Engine); ok {
		next.Recommender = e.WithTopics(column, parents)
	}
	return next
}

// newSnapshotLike copies what is exported of s, so that nothing derived is shared.
func newSnapshotLike(s *library.Snapshot) *library.Snapshot {
	return &library.Snapshot{Model: s.Model, Revision: s.Revision, Papers: s.Papers, Recommender: s.Recommender, Classifier: s.Classifier, Topics: slices.Clone(s.Topics), Catalog: s.Catalog, Points: s.Points}
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// settings is a store.Settings in memory.
type settings struct {
	mu sync.Mutex
	m  map[string]map[string][]byte
}

// sourceStore keeps what is known of sources. No source is run here.
type sourceStore struct{ *settings }

func (sourceStore) Keep(context.Context, []*data.Paper, []string, string, string, func(fetch.Kept) ([]byte, error)) (fetch.Kept, error) {
	return fetch.Kept{}, errors.New("no source is run here")
}

func (sourceStore) Papers(context.Context, []string) ([]*data.Paper, error) { return nil, nil }

func (sourceStore) Lock(string) (func(), bool, error) { return func() {}, true, nil }

func newSettings() *settings { return &settings{m: make(map[string]map[string][]byte)} }

func (s *settings) Setting(_ context.Context, bucket, key string) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.m[bucket][key], nil
}

func (s *settings) SetSetting(_ context.Context, bucket, key string, value []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.m[bucket] == nil {
		s.m[bucket] = make(map[string][]byte)
	}
	if value == nil {
		delete(s.m[bucket], key)
		return nil
	}
	s.m[bucket][key] = value
	return nil
}

func (s *settings) SettingKeys(_ context.Context, bucket string) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var keys []string
	for k := range s.m[bucket] {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, cmp.Compare[string])
	return keys, nil
}

// ask sends a request from this machine. Headers are pairs of name and value.
// ownerSecret is the owner's key of a site.
var ownerSecret = "kindred_owner_" + strings.Repeat("0123", 16)

// ask sends a request from this machine, a change with the owner's key. headers are names and values; an empty value
// takes one away.
func (s *site) ask(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, "http://127.0.0.1:8080"+target, strings.NewReader(body))
	req.RemoteAddr = "127.0.0.1:40000"
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if method != http.MethodGet || strings.HasPrefix(target, "/v1/topics/edits") || strings.HasPrefix(target, "/v1/subscriptions") {
		req.Header.Set("X-API-Key", ownerSecret)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "RemoteAddr" {
			req.RemoteAddr = headers[i+1]
			continue
		}
		if headers[i] == "Host" {
			req.Host = headers[i+1]
			continue
		}
		if headers[i+1] == "" {
			req.Header.Del(headers[i])
			continue
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	return rec
}

func (s *site) get(target string, headers ...string) *httptest.ResponseRecorder {
	return s.ask(http.MethodGet, target, "", headers...)
}

// form sends a form as a page of the site does, without a key of its own.
func (s *site) form(target string, values url.Values, headers ...string) *httptest.ResponseRecorder {
	return s.ask(http.MethodPost, target, values.Encode(), append([]string{"X-API-Key", "", "Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

// answerOf decodes a list.
type answerOf struct {
	Data []struct {
		Paper struct {
			ID, Title, URL string
		}
		Score   *float32
		Rank    int
		Reasons []recommend.Reason
	}
	Meta  wire.Meta
	Links wire.Links
}

func decode[T any](tb testing.TB, rec *httptest.ResponseRecorder, want int) T {
	tb.Helper()
	var v T
	if rec.Code != want {
		tb.Fatalf("status %d, want %d: %s", rec.Code, want, rec.Body)
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &v); err != nil {
		tb.Fatalf("%v in %s", err, rec.Body)
	}
	return v
}
