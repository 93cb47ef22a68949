package eval

import (
	"context"
	"errors"
	"maps"
	"slices"

	"kindred/data"
	"kindred/recommend"
)

// Named is a [Ranker] in the names of judgments. Judgments name papers as their authors did, 2306.05544v2 or a DOI in
// capitals, and a ranker knows each paper by one canonical id. All names of one paper are answered in succession, so that a
// program that scores the run file by these names counts what is counted here.
type Named struct {
	ranker Ranker
	id     map[string]string   // canonical id by name
	names  map[string][]string // names by canonical id, in the order of the judgments
}

// NewNamed resolves all names in q, whose queries ranker is to answer. A name that papers does not know stays as it is.
func NewNamed(ctx context.Context, papers recommend.Papers, ranker Ranker, q Qrels) (*Named, error) {
	n := &Named{ranker: ranker, id: map[string]string{}, names: map[string][]string{}}
	for _, query := range q.Queries {
		for _, name := range append([]string{query}, slices.Sorted(maps.Keys(q.Grades[query]))...) {
			if err := n.resolve(ctx, papers, name); err != nil {
				return nil, err
			}
		}
	}
	return n, nil
}

func (n *Named) resolve(ctx context.Context, papers recommend.Papers, name string) error {
	if _, done := n.id[name]; done {
		return nil
	}
	id := name
	p, err := papers.Paper(ctx, data.CanonicalID(name))
	switch {
	case err == nil:
		id = p.ID
	case !errors.Is(err, data.ErrNotFound):
		return err
	}
	n.id[name] = id
	n.names[id] = append(n.names[id], name)
	return nil
}

// Recommend implements [Ranker]: it asks by canonical ids and answers with the names of the judgments.
func (n *Named) Recommend(ctx context.Context, q recommend.Query) (*recommend.Answer, error) {
	q.Positive, q.Only = n.ids(q.Positive), n.ids(q.Only)
	answer, err := n.ranker.Recommend(ctx, q)
	if err != nil {
		return nil, err
	}
	named := *answer
	named.Hits = make([]recommend.Hit, 0, len(answer.Hits))
	for _, h := range answer.Hits {
		names := n.names[h.ID]
		if names == nil {
			names = []string{h.ID}
		}
		for _, name := range names {
			h.ID = name
			named.Hits = append(named.Hits, h)
		}
	}
	return &named, nil
}

func (n *Named) ids(names []string) []string {
	if names == nil {
		return nil
	}
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = n.id[name]
	}
	return out
}
