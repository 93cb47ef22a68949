package recommend

import (
	"context"
	"fmt"
	"strings"

	"kindred/data"
)

// Engine answers queries from one index under one model. It is immutable and safe for concurrent use.
type Engine struct {
	index  *Index
	model  Model
	papers Papers
}

// NewEngine returns the engine over ix, whose rows hold views by m. papers has what the index lacks: papers
// that are not in it, aliases, and the text that a quoted phrase is checked against. It may be nil; then only
// ids of the index are known, and a phrase matches wherever its words occur.
func NewEngine(ix *Index, m Model, papers Papers) *Engine {
	return &Engine{index: ix, model: m, papers: papers}
}

// Index returns the index of the engine.
func (e *Engine) Index() *Index { return e.index }

// With returns the engine over Index().With(added, removed).
func (e *Engine) With(added []Item, removed []string) *Engine {
	next := *e
	next.index = e.index.With(added, removed)
	return &next
}

// WithTopics returns the engine over Index().WithTopics(rows, parents).
func (e *Engine) WithTopics(rows []RowTopic, parents map[int]int) *Engine {
	next := *e
	next.index = e.index.WithTopics(rows, parents)
	return &next
}

// Item projects a paper into the model. Once added to an index it can be recommended, without a new fit
// (fold-in). The views of a paper without a known term are zero; such a paper is never a hit.
func (e *Engine) Item(p *data.Paper) Item {
	it := Item{ID: p.ID, Meta: MetaOf(p)}
	if views, err := e.model.Embed(p.Text()); err == nil {
		it.Views = views
	}
	if len(it.Views.Latent) == 0 {
		it.Views.Latent = make([]float32, e.index.base.latent.Cols)
	}
	return it
}

// Recommend returns papers like the positive seeds and the text of q, and unlike its negative seeds. Ids that
// name no paper are listed in Answer.Missing; where they leave no positive seed, the error wraps
// [data.ErrNotFound]. The error of an invalid query wraps [data.ErrInvalid].
//
// A query takes these steps: seeds (seed.go), query vector (rank.go), filter (filter.go), ranking (rank.go,
// scan.go), calibration (calibrate.go), then the page with duplicates removed (page.go) and explained
// (explain.go). The store is read for seeds and excluded ids that the index does not hold, and never for a hit.
func (e *Engine) Recommend(ctx context.Context, q Query) (*Answer, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	answer := &Answer{}
	positive, err := e.seeds(ctx, q.Positive, answer)
	if err != nil {
		return nil, err
	}
	if len(positive) == 0 && q.Text == "" {
		return nil, fmt.Errorf("%w: %s", data.ErrNotFound, strings.Join(q.Positive, ", "))
	}
	if q.Text != "" {
		positive = append(positive, e.textSeed(q.Text))
	}
	negative, err := e.seeds(ctx, q.Negative, answer)
	if err != nil {
		return nil, err
	}
	known := viewsOf(positive)
	if len(known) == 0 {
		answer.Reason = unknownReason(positive)
		return answer, nil
	}
	query := e.index.buildQuery(known, viewsOf(negative), defaultParameters)
	err = e.answer(ctx, answer, query, request{
		limit: q.Limit, offset: q.Offset, minScore: q.MinScore, diversity: q.Diversity, explain: q.Explain,
		keepDuplicates: q.KeepDuplicates, keepUnlike: q.KeepUnlike, filter: q.Filter, seeds: append(positive, negative...),
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// request holds what remains of a query once its query vector is built.
type request struct {
	limit, offset           int
	minScore, diversity     float32
	explain, keepDuplicates bool
	keepUnlike              bool // hits whatever their score
	matched                 bool // must asks for words of the text, so what passes it is a hit whatever its score
	filter                  Filter
	seeds                   []seed
	must                    test                          // on a row, before the cut; nil for none
	verify                  func(id string) (bool, error) // on the text of a hit, after the cut; nil for none
}

// answer ranks the rows that pass the filter and writes the page that r asks for.
func (e *Engine) answer(ctx context.Context, answer *Answer, query *queryVector, r request) error {
	filter, err := e.rowFilter(ctx, &r.filter)
	if err != nil {
		return err
	}
	seedRows := map[int]bool{}
	for _, s := range r.seeds {
		if s.row >= 0 {
			seedRows[s.row] = true
		}
	}
	keep := func(row int) bool { return !seedRows[row] && filter(row) && (r.must == nil || r.must(row)) }
	avoid := func(row int) bool { return seedRows[row] || e.isDuplicate(row, r.seeds) }
	floor := float32(0)
	if len(r.filter.Only) > 0 || r.matched {
		floor = removedScore
	}
	ranked, err := e.index.rank(ctx, query, floor, keep, avoid)
	switch {
	case err != nil:
		return err
	case len(ranked.found) == 0 && ranked.matched:
		answer.Reason = ReasonFiltered
		return nil
	case len(ranked.found) == 0:
		answer.Reason = ReasonNoneAlike
		return nil
	}
	for i := range ranked.found {
		ranked.found[i].score = e.index.calibrated(ranked.found[i].score)
	}
	if len(r.filter.Only) == 0 && !r.keepUnlike && !r.matched {
		if ranked.found = e.index.alike(query, ranked.found); len(ranked.found) == 0 {
			answer.Reason = ReasonNoneAlike
			return nil
		}
	}
	return e.fill(answer, &ranked, &r)
}
