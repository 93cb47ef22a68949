package recommend

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"kindred/classifier/vec"
	"kindred/data"
)

// seed is one text that a query starts from: a paper or pasted text.
type seed struct {
	id     string // "" for pasted text
	row    int    // -1 for a text that is not in the index
	key    workKey
	noText bool // the text is blank, as opposed to unknown to the model
}

// seeds resolves ids and notes in answer which were used and which name no paper. An id given twice counts once.
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

// seed resolves one id. The views come from the index where it holds the paper. The store is read for an id
// that the index does not hold, and for a paper with zero views, to learn whether it has any text.
func (e *Engine) seed(ctx context.Context, id string) (seed, error) {
	row, ok := e.index.Row(id)
	if ok && (e.papers == nil || !isZero(e.index.Views(row))) {
		return seed{id: id, row: row, key: e.index.workKey(row)}, nil
	}
	if e.papers == nil {
		return seed{}, fmt.Errorf("%q: %w", id, data.ErrNotFound)
	}
	p, err := e.papers.Paper(ctx, id)
	if err != nil {
		return seed{}, err
	}
	noText := strings.TrimSpace(p.Text()) == ""
	if row, ok = e.index.Row(p.ID); ok {
		return seed{id: p.ID, row: row, key: e.index.workKey(row), noText: noText}, nil
	}
	it := e.Item(p)
	return seed{id: p.ID, row: -1, key: workKeyOf(&it), noText: noText}, nil
}

// textSeed returns the seed of pasted text. Its views are zero where no term is known.
func (e *Engine) textSeed(text string) seed {
	s := seed{row: -1, noText: strings.TrimSpace(text) == ""}
	if views, err := e.model.Embed(text); err == nil {
		s.key.views = views
	}
	return s
}

// viewsOf returns the views of the seeds that have any known term.
func viewsOf(seeds []seed) []vec.Views {
	var known []vec.Views
	for _, s := range seeds {
		if !isZero(s.key.views) {
			known = append(known, s.key.views)
		}
	}
	return known
}

// unknownReason returns why no seed has a known term: all are blank, or some have text that the model does not
// know.
func unknownReason(seeds []seed) string {
	for _, s := range seeds {
		if !s.noText {
			return ReasonNoKnownTerms
		}
	}
	return ReasonNoText
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
