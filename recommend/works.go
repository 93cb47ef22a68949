package recommend

import (
	"context"
	"errors"

	"kindred/classifier/vec"
	"kindred/data"
)

// WithPapers returns the engine with other papers behind the ids that its index does not hold, such as those of a
// reader who keeps them elsewhere. It shares the index.
func (e *Engine) WithPapers(papers Papers) *Engine {
	next := *e
	next.papers = papers
	return &next
}

// Views returns both views of a paper: those of the index where it holds the paper's id, else those of its text. They
// are zero where the model knows no term of it, and must not be changed.
func (e *Engine) Views(p *data.Paper) vec.Views {
	if row, ok := e.index.Row(p.ID); ok {
		return e.index.Views(row)
	}
	return e.Item(p).Views
}

// Likeness returns how alike two texts are, in [0,1] and on the scale of [Hit.Score], by the ranking function without
// feedback and without length normalisation. It is symmetric.
func (e *Engine) Likeness(a, b vec.Views) float32 {
	return e.index.calibrated(e.index.likeness(&workKey{views: a}, &workKey{views: b}))
}

// Works is a set of papers of which no two are of one work: see sameWork.
type Works struct {
	engine *Engine
	dedup  dedup
}

// Works returns a set with the works of the papers that ids name. Ids that name no paper are ignored.
func (e *Engine) Works(ctx context.Context, ids []string) (*Works, error) {
	w := &Works{engine: e}
	for _, id := range ids {
		s, err := e.seed(ctx, id)
		if errors.Is(err, data.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		w.dedup.seen = append(w.dedup.seen, s.key)
	}
	return w, nil
}

// Add adds the paper of a row and reports whether no paper of its work was there.
func (w *Works) Add(row int) bool { return w.dedup.add(w.engine.index.workKey(row)) }
