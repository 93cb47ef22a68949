package main

import (
	"context"
	"errors"
	"maps"
	"slices"

	"kindred/data"
	"kindred/data/store"
	"kindred/recommend"
	"kindred/recommend/eval"
)

// judged answers queries in the words of a file of judgments. Judgments name papers as their makers did, 2306.05544v2 or a
// DOI in capitals; the library knows each by one canonical id. Several names of one paper are answered side by side, so
// that whoever scores the run file by these names counts what is counted here.
type judged struct {
	ranker eval.Ranker
	id     map[string]string   // name → canonical id
	names  map[string][]string // canonical id → names, in the order of the judgments' queries and grades
}

// judgedBy resolves all names in q, whose queries ranker is to answer.
func judgedBy(ctx context.Context, st store.Store, ranker eval.Ranker, q eval.Qrels) (*judged, error) {
	j := &judged{ranker: ranker, id: map[string]string{}, names: map[string][]string{}}
	note := func(name string) error {
		if _, done := j.id[name]; done {
			return nil
		}
		p, err := st.Paper(ctx, data.CanonicalID(name))
		id := name
		switch {
		case err == nil:
			id = p.ID
		case !errors.Is(err, store.ErrNotFound):
			return err
		}
		j.id[name] = id
		j.names[id] = append(j.names[id], name)
		return nil
	}
	for _, query := range q.Queries {
		if err := note(query); err != nil {
			return nil, err
		}
		for _, doc := range slices.Sorted(maps.Keys(q.Grades[query])) {
			if err := note(doc); err != nil {
				return nil, err
			}
		}
	}
	return j, nil
}

// Recommend asks for papers by their canonical ids and answers with the names of the judgments.
func (j *judged) Recommend(ctx context.Context, q recommend.Query) (*recommend.Answer, error) {
	q.Positive, q.Only = j.ids(q.Positive), j.ids(q.Only)
	answer, err := j.ranker.Recommend(ctx, q)
	if err != nil {
		return nil, err
	}
	named := *answer
	named.Hits = make([]recommend.Hit, 0, len(answer.Hits))
	for _, h := range answer.Hits {
		names := j.names[h.ID]
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

func (j *judged) ids(names []string) []string {
	if names == nil {
		return nil
	}
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = j.id[name]
	}
	return out
}
