package recommend

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"

	"kindred/classifier/vec"
	"kindred/data"
)

// Engine answers queries from one index under one model. It is immutable and safe for concurrent use.
type Engine struct {
	index    *Index
	embedder Embedder
	papers   Papers
}

// NewEngine returns the engine over ix, whose rows are views by e. papers gives what the index does not hold: the text of
// papers that are not in it, aliases, and the exact words that a search asks for. It may be nil; then only ids of the
// index are known and phrases are looked for word by word.
func NewEngine(ix *Index, e Embedder, papers Papers) *Engine {
	return &Engine{index: ix, embedder: e, papers: papers}
}

// Index returns the index the engine answers from.
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

// Item folds a paper into the model: it can be recommended as soon as it is added, without a new fit. A paper without a
// known term gets views of zeros: it is kept, and is never a hit.
func (e *Engine) Item(p *data.Paper) Item {
	it := Item{ID: p.ID, Meta: MetaOf(p)}
	if views, err := e.embedder.Embed(p.Text()); err == nil {
		it.Views = views
	}
	if len(it.Views.Latent) == 0 {
		it.Views.Latent = make([]float32, e.index.base.latent.Cols)
	}
	return it
}

// seed is one text that a query starts from.
type seed struct {
	id      string // empty for pasted text
	row     int    // -1 when it is not in the index
	edition edition
	noText  bool // nothing to read, as opposed to nothing known
}

// Recommend answers papers like the positive seeds and the text of q, and unlike its negative seeds. Seeds that name no
// paper are listed as missing; when that leaves no seed at all, the error wraps [ErrNotFound]. A query that is wrong in
// itself is an error that wraps [data.ErrInvalid].
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
		return nil, fmt.Errorf("%w: %s", ErrNotFound, strings.Join(q.Positive, ", "))
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
		answer.Reason = ReasonNoText
		for _, s := range positive {
			if !s.noText {
				answer.Reason = ReasonNoKnownTerms
			}
		}
		return answer, nil
	}
	err = e.answer(ctx, answer, e.index.aim(known, viewsOf(negative), standard), request{
		limit: q.Limit, offset: q.Offset, minScore: q.MinScore, diversity: q.Diversity, explain: q.Explain,
		keepCopies: q.KeepCopies, filter: q.Filter, seeds: append(positive, negative...),
	})
	if err != nil {
		return nil, err
	}
	return answer, nil
}

// seeds finds the papers of ids and notes in answer which were used and which are missing. An id given twice counts once.
func (e *Engine) seeds(ctx context.Context, ids []string, answer *Answer) ([]seed, error) {
	var found []seed
	used := map[string]bool{}
	for _, id := range ids {
		s, err := e.seed(ctx, id)
		if errors.Is(err, data.ErrNotFound) {
			answer.Missing = append(answer.Missing, id)
			continue
		}
		if err != nil {
			return nil, err
		}
		if !used[s.id] {
			used[s.id] = true
			found = append(found, s)
			answer.Seeds = append(answer.Seeds, s.id)
		}
	}
	return found, nil
}

// seed returns the views of the paper id: those of the index, or of its text when the index does not hold it.
func (e *Engine) seed(ctx context.Context, id string) (seed, error) {
	row, ok := e.index.Row(id)
	if ok && (e.papers == nil || !isZero(e.index.Views(row))) {
		return seed{id: id, row: row, edition: e.index.edition(row)}, nil
	}
	if e.papers == nil {
		return seed{}, fmt.Errorf("%q: %w", id, ErrNotFound)
	}
	p, err := e.papers.Paper(ctx, id)
	if err != nil {
		return seed{}, err
	}
	noText := strings.TrimSpace(p.Text()) == ""
	if row, ok = e.index.Row(p.ID); ok {
		return seed{id: p.ID, row: row, edition: e.index.edition(row), noText: noText}, nil
	}
	it := e.Item(p)
	return seed{id: p.ID, row: -1, edition: editionOf(&it), noText: noText}, nil
}

func (e *Engine) textSeed(text string) seed {
	s := seed{row: -1, noText: strings.TrimSpace(text) == ""}
	if views, err := e.embedder.Embed(text); err == nil {
		s.edition.views = views
	}
	return s
}

// viewsOf returns the views of the seeds in which anything is known.
func viewsOf(seeds []seed) []vec.Views {
	var known []vec.Views
	for _, s := range seeds {
		if !isZero(s.edition.views) {
			known = append(known, s.edition.views)
		}
	}
	return known
}

func isZero(v vec.Views) bool {
	for _, x := range v.Lexical.Value {
		if x != 0 {
			return false
		}
	}
	for _, x := range v.Latent {
		if x != 0 {
			return false
		}
	}
	return true
}

// request is what all kinds of query share once their target is known.
type request struct {
	limit, offset       int
	minScore, diversity float32
	explain, keepCopies bool
	filter              Filter
	seeds               []seed
	must                test                          // further one before the cut, nil for none
	verify              func(id string) (bool, error) // last test, on the text itself; nil for none
}

// answer ranks, cuts and explains.
func (e *Engine) answer(ctx context.Context, answer *Answer, t *target, r request) error {
	filter, err := e.keep(ctx, &r.filter)
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
	floor := float32(0)
	if len(r.filter.Only) > 0 {
		floor = gone
	}
	result, err := e.index.rank(ctx, t, floor, keep, func(row int) bool { return seedRows[row] || e.isCopy(row, r.seeds) })
	if err != nil {
		return err
	}
	found := result.found
	switch {
	case len(found) == 0 && result.matched:
		answer.Reason = ReasonFiltered
		return nil
	case len(found) == 0:
		answer.Reason = ReasonBelowMinScore
		return nil
	}
	for i := range found {
		found[i].score = e.index.shown(found[i].score)
	}
	return e.fill(answer, &result, &r)
}

// fill writes into answer the page of what was found that r asks for.
func (e *Engine) fill(answer *Answer, found *ranking, r *request) error {
	ranked := found.found
	ranked = ranked[:sort.Search(len(ranked), func(i int) bool { return ranked[i].score < r.minScore })]
	if len(ranked) == 0 {
		answer.Reason = ReasonBelowMinScore
		return nil
	}
	stream := &stream{engine: e, left: ranked, request: r}
	hits := e.page(stream, r)
	if r.verify != nil { // what is left cannot be counted without a look at it
		for ok := true; ok; {
			_, ok = stream.next()
		}
	}
	if stream.err != nil {
		return stream.err
	}
	answer.Total = stream.passed + len(stream.left)
	if answer.Total == 0 {
		answer.Reason = ReasonFiltered
	}
	for k := r.offset; k < len(hits); k++ {
		row := int(hits[k].row)
		h := Hit{ID: e.index.ID(row), Score: hits[k].score, Rank: k + 1, Topic: int(e.index.Topic(row).Topic)}
		if r.explain {
			h.Reasons = e.explain(found.target, row, h.Score)
		}
		answer.Hits = append(answer.Hits, h)
	}
	return nil
}

// page returns the hits up to the end of the page that r asks for.
func (e *Engine) page(s *stream, r *request) []candidate {
	limit := r.limit
	if limit == 0 {
		limit = DefaultLimit
	}
	if r.diversity > 0 {
		return e.index.diversify(s.next, r.offset+limit, max(diversityPool*limit, minDiversityPool), r.diversity)
	}
	var hits []candidate
	for len(hits) < r.offset+limit {
		c, ok := s.next()
		if !ok {
			break
		}
		hits = append(hits, c)
	}
	return hits
}

// The pool that diversity chooses from is diversityPool times the limit, and at least minDiversityPool: chosen from as
// many papers as are answered, it could do no more than reorder them.
const (
	diversityPool    = 5
	minDiversityPool = 50
)

// stream passes ranked candidates that are neither copies of a seed nor of one passed before, and that bear out what the
// search asked for. The work is done only for as many as are asked for.
type stream struct {
	engine  *Engine
	request *request
	left    []candidate
	works   works
	passed  int
	err     error
}

func (s *stream) next() (candidate, bool) {
	for len(s.left) > 0 && s.err == nil {
		c := s.left[0]
		s.left = s.left[1:]
		if !s.request.keepCopies && (s.engine.isCopy(int(c.row), s.request.seeds) || !s.works.add(s.engine.index.edition(int(c.row)))) {
			continue
		}
		if s.request.verify != nil {
			var ok bool
			if ok, s.err = s.request.verify(s.engine.index.ID(int(c.row))); !ok {
				continue
			}
		}
		s.passed++
		return c, true
	}
	return candidate{}, false
}

// isCopy reports whether row is another edition of a seed. Pasted text has no editions: the paper it is from is an answer.
func (e *Engine) isCopy(row int, seeds []seed) bool {
	ed := e.index.edition(row)
	for i := range seeds {
		if seeds[i].id != "" && sameWork(&seeds[i].edition, &ed) {
			return true
		}
	}
	return false
}
