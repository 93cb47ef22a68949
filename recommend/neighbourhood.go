package recommend

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"kindred/classifier/vec"
	"kindred/data"
)

// Limits of a neighbourhood.
const (
	DefaultNeighbours = 20 // hits where Limit is 0
	MaxNeighbours     = 50 // pairs grow with the square
)

// mutualNeighbours is k of the mutual nearest neighbours that make an edge.
const mutualNeighbours = 4

// Neighbourhood is a paper with those nearest to it, and which of them are near each other.
type Neighbourhood struct {
	ID     string // canonical id of the paper
	Hits   []Hit  // the nearest, best first, as Recommend ranks them
	Edges  []Edge
	Reason string // why Hits is empty, as in [Answer]
}

// Edge joins two papers of a neighbourhood that are near each other. A and B are their places: 0 is the paper itself, i
// the hit of rank i. A < B.
type Edge struct {
	A     int     `json:"a"`
	B     int     `json:"b"`
	Score float32 `json:"score"` // their similarity, in [0,1] as scores of hits are
}

// Neighbourhood returns the papers nearest to one, at most limit, and the edges among all of them. An edge joins mutual
// nearest neighbours (Brito, Chavez, Quiroz and Yukich, "Connectivity of the mutual k-nearest-neighbor graph", 1997):
// each of two papers is among the k = 4 of the neighbourhood that are nearest to the other, and their similarity is not
// what chance has it. The similarity of a pair is the mean of that of either as the query, calibrated as scores are. The
// errors are those of Recommend.
func (e *Engine) Neighbourhood(ctx context.Context, id string, limit int) (*Neighbourhood, error) {
	if limit < 0 || limit > MaxNeighbours {
		return nil, fmt.Errorf("neighbourhood: %w: limit %d, want 1 to %d, or 0 for %d", data.ErrInvalid, limit, MaxNeighbours, DefaultNeighbours)
	}
	answer, err := e.Recommend(ctx, Query{Positive: []string{id}, Limit: cmp.Or(limit, DefaultNeighbours)})
	if err != nil {
		return nil, err
	}
	center, err := e.seed(ctx, id)
	if err != nil {
		return nil, err
	}
	group := []vec.Views{center.key.views}
	for i := range answer.Hits {
		group = append(group, e.index.Views(answer.Hits[i].Row))
	}
	return &Neighbourhood{ID: center.id, Hits: answer.Hits, Edges: e.index.edges(group), Reason: answer.Reason}, nil
}

// edges returns the pairs of a group that are mutual nearest neighbours, in the order of A and then of B.
func (ix *Index) edges(group []vec.Views) []Edge {
	n := len(group)
	score := make([][]float32, n)
	for a := range score {
		score[a] = make([]float32, n)
	}
	for a := range n {
		for b := a + 1; b < n; b++ {
			s := ix.calibrated((ix.similarity(group[a], group[b]) + ix.similarity(group[b], group[a])) / 2)
			score[a][b], score[b][a] = s, s
		}
	}
	near := make([][]int, n) // the nearest of each, ties by place
	for a := range near {
		others := slices.DeleteFunc(numbers(n), func(b int) bool { return b == a })
		slices.SortStableFunc(others, func(x, y int) int { return cmp.Compare(score[a][y], score[a][x]) })
		near[a] = others[:min(mutualNeighbours, len(others))]
	}
	least := max(ix.calibrated(float32(ix.mean+chanceDeviations*ix.deviation)), leastScore)
	var out []Edge
	for a := range n {
		for b := a + 1; b < n; b++ {
			if score[a][b] >= least && slices.Contains(near[a], b) && slices.Contains(near[b], a) {
				out = append(out, Edge{a, b, score[a][b]})
			}
		}
	}
	return out
}
