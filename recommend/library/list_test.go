package library

import (
	"context"
	"errors"
	"testing"

	"kindred/classifier/curate"
	"kindred/data"
	"kindred/data/store"
	"kindred/recommend"
)

// paperMap is Papers in memory.
type paperMap map[string]*data.Paper

func (s paperMap) Paper(_ context.Context, id string) (*data.Paper, error) {
	if p, ok := s[id]; ok {
		return p, nil
	}
	return nil, data.ErrNotFound
}

func (s paperMap) Papers(_ context.Context, ids []string) ([]*data.Paper, error) {
	out := make([]*data.Paper, len(ids))
	for i, id := range ids {
		out[i] = s[id]
	}
	return out, nil
}

// fixedEngine is a Recommender that answers every query alike, and keeps the last limit.
type fixedEngine struct {
	answer recommend.Answer
	limit  int
	err    error
}

func (r *fixedEngine) Recommend(_ context.Context, q recommend.Query) (*recommend.Answer, error) {
	r.limit = q.Limit
	return &r.answer, r.err
}

func (r *fixedEngine) RecommendLibrary(_ context.Context, q recommend.LibraryQuery) (*recommend.LibraryAnswer, error) {
	r.limit = q.Limit
	return &recommend.LibraryAnswer{Answer: r.answer}, r.err
}

func (r *fixedEngine) Search(_ context.Context, q recommend.SearchQuery) (*recommend.Answer, error) {
	r.limit = q.Limit
	return &r.answer, r.err
}

func (r *fixedEngine) Neighbourhood(_ context.Context, id string, _ int) (*recommend.Neighbourhood, error) {
	return &recommend.Neighbourhood{ID: id, Hits: r.answer.Hits, Edges: []recommend.Edge{{A: 0, B: 1, Score: .5}, {A: 1, B: 2, Score: .4}, {A: 1, B: 3, Score: .3}}}, r.err
}

// TestLists wants papers joined with their places in a ranking, those that are gone left out, and paging to end where
// ranking does.
func TestLists(t *testing.T) {
	papers := paperMap{"blim": {ID: "blim"}, "zant": {ID: "zant"}}
	engine := &fixedEngine{answer: recommend.Answer{
		Hits: []recommend.Hit{
			{ID: "zant", Score: .5, Rank: 1, Topic: 3}, {ID: "gone", Score: .4, Rank: 2}, {ID: "blim", Score: .3, Rank: 3},
		},
		Total: recommend.MaxLimit + 1, Seeds: []string{"vorn"}, Missing: []string{"nobody"}, DidYouMean: "blim",
	}}
	s := &Snapshot{Papers: papers, Recommender: engine}
	for name, ask := range map[string]func(limit, offset int) (*List, error){
		"similar": func(limit, offset int) (*List, error) {
			return s.Similar(t.Context(), recommend.Query{Text: "blim", Limit: limit, Offset: offset})
		},
		"library": func(limit, offset int) (*List, error) {
			return s.ForReader(t.Context(), recommend.LibraryQuery{Papers: []string{"vorn"}, Limit: limit, Offset: offset})
		},
		"search": func(limit, offset int) (*List, error) {
			return s.Search(t.Context(), recommend.SearchQuery{Text: "blim", Limit: limit, Offset: offset})
		},
	} {
		l, err := ask(20, recommend.MaxLimit-5)
		if err != nil || len(l.Items) != 2 || engine.limit != 5 {
			t.Fatalf("%s: %+v, %v, with a limit of %d", name, l, err, engine.limit)
		}
		first, last := l.Items[0], l.Items[1]
		if first.Paper != papers["zant"] || !first.Ranked || first.Score != .5 || first.Topic != 3 || last.Rank != 3 {
			t.Errorf("%s: items %+v", name, l.Items)
		}
		if l.Total != recommend.MaxLimit || !l.More || l.DidYouMean != "blim" || len(l.Missing) != 1 {
			t.Errorf("%s: list %+v", name, l)
		}
		engine.limit = -1
		if l, err = ask(20, recommend.MaxLimit); err != nil || len(l.Items) > 0 || engine.limit != -1 {
			t.Errorf("%s: behind the end %+v, %v", name, l, err)
		}
		engine.err = data.ErrNotFound
		if _, err = ask(20, 0); !errors.Is(err, data.ErrNotFound) {
			t.Errorf("%s: error %v", name, err)
		}
		engine.err = nil
	}
}

// TestRowsAndStats wants papers of the catalog with their topics, and the span of their dates.
func TestRowsAndStats(t *testing.T) {
	rows := []Row{
		{
			Column: store.Column{ID: "blim", Published: data.Date{Year: 2020, Month: 5}},
			Topic:  curate.Assignment{Topic: 2, Confidence: .5},
		},
		{Column: store.Column{ID: "gone", Published: data.Date{Year: 2021}}},
		{Column: store.Column{ID: "zant"}},
	}
	s := &Snapshot{Papers: paperMap{"blim": {ID: "blim"}, "zant": {ID: "zant"}}, Catalog: NewCatalog(rows, nil), Lag: 1}
	items, err := s.Rows(t.Context(), []int32{2, 1, 0})
	if err != nil || len(items) != 2 || items[0].Paper.ID != "zant" || items[1].Topic != 2 {
		t.Errorf("items %+v, %v", items, err)
	}
	if got := s.Stats(); got.Papers != 3 || got.Lag != 1 || got.First != "2020-05" || got.Last != "2021" {
		t.Errorf("stats %+v", got)
	}
}
