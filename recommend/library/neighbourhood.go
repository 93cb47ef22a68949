package library

import (
	"context"
	"fmt"

	"kindred/recommend"
)

// Neighbourhood is a paper with those nearest to it, and which of them are near each other.
type Neighbourhood struct {
	Center Item
	Items  []Item           // the nearest, best first
	Edges  []recommend.Edge // 0 is Center, i is Items[i-1]
	Reason string           // why Items is empty
}

// Neighbourhood returns the neighbourhood of a paper, at most limit papers beside it; 0 means
// [recommend.DefaultNeighbours]. A paper that was deleted meanwhile is left out with its edges.
func (s *Snapshot) Neighbourhood(ctx context.Context, id string, limit int) (*Neighbourhood, error) {
	found, err := s.Recommender.Neighbourhood(ctx, id, limit)
	if err != nil {
		return nil, fmt.Errorf("neighbourhood of %s: %w", id, err)
	}
	p, err := s.Papers.Paper(ctx, found.ID)
	if err != nil {
		return nil, fmt.Errorf("paper %s: %w", found.ID, err)
	}
	out := &Neighbourhood{Center: Item{Paper: p}, Reason: found.Reason}
	if row, ok := s.Catalog.Find(found.ID); ok {
		as := s.Catalog.Assignment(row)
		out.Center.Topic, out.Center.Confidence = as.Topic, as.Confidence
	}
	l, err := s.listOf(ctx, &recommend.Answer{Hits: found.Hits})
	if err != nil {
		return nil, err
	}
	out.Items = l.Items
	place := map[int]int{0: 0} // by rank
	for i := range out.Items {
		place[out.Items[i].Rank] = i + 1
	}
	for _, e := range found.Edges {
		a, there := place[e.A]
		b, also := place[e.B]
		if there && also {
			out.Edges = append(out.Edges, recommend.Edge{A: a, B: b, Score: e.Score})
		}
	}
	for i := range out.Items {
		out.Items[i].Rank = i + 1
	}
	return out, nil
}
