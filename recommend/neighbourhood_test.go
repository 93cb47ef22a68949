package recommend_test

import (
	"errors"
	"slices"
	"testing"

	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/recommendtest"
)

// TestNeighbourhood wants the hits of a recommendation, and edges that join mutual nearest neighbours: no paper has more
// than four, and each end is there.
func TestNeighbourhood(t *testing.T) {
	papers := corpus(200)
	e, _, _ := recommendtest.NewEngine(papers)
	n, err := e.Neighbourhood(t.Context(), "p:0003", 0)
	if err != nil {
		t.Fatal(err)
	}
	hits := ask(t, e, recommend.Query{Positive: []string{"p:0003"}, Limit: recommend.DefaultNeighbours}).Hits
	same := func(a, b recommend.Hit) bool { return a.ID == b.ID && a.Score == b.Score && a.Rank == b.Rank }
	if n.ID != "p:0003" || !slices.EqualFunc(n.Hits, hits, same) || len(hits) != 20 {
		t.Fatalf("%s has %v, want %v", n.ID, n.Hits, hits)
	}
	degree := map[int]int{}
	for i, edge := range n.Edges {
		if edge.A >= edge.B || edge.A < 0 || edge.B > len(hits) || edge.Score <= 0 || edge.Score > 1 {
			t.Errorf("edge %+v", edge)
		}
		if i > 0 && (edge.A < n.Edges[i-1].A || edge.A == n.Edges[i-1].A && edge.B <= n.Edges[i-1].B) {
			t.Errorf("edge %+v follows %+v", edge, n.Edges[i-1])
		}
		degree[edge.A]++
		degree[edge.B]++
	}
	for place, d := range degree {
		if d > 4 {
			t.Errorf("%d edges at %d", d, place)
		}
	}
	if len(n.Edges) == 0 {
		t.Error("no edges")
	}
}

// TestNeighbourhoodEdges compares the edges with the mutual nearest neighbours by the similarities of the index.
func TestNeighbourhoodEdges(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(200))
	n, err := e.Neighbourhood(t.Context(), "p:0010", 15)
	if err != nil {
		t.Fatal(err)
	}
	group := []string{"p:0010"}
	for _, h := range n.Hits {
		group = append(group, h.ID)
	}
	one := make([][]float32, len(group)) // with the first as the query
	rows := make([]int, len(group))
	for i, id := range group {
		rows[i], _ = e.Index().Row(id)
		if one[i], err = e.Index().Similarities(t.Context(), rows[i]); err != nil {
			t.Fatal(err)
		}
	}
	both := func(a, b int) float32 { return one[a][rows[b]] + one[b][rows[a]] }
	isNear := func(a, b int) bool { // b is among the four nearest to a
		nearer := 0
		for c := range group {
			if c != a && c != b && both(a, c) > both(a, b) {
				nearer++
			}
		}
		return nearer < 4
	}
	joined := map[[2]int]bool{}
	least := float32(1)
	for _, edge := range n.Edges {
		joined[[2]int{edge.A, edge.B}] = true
		least = min(least, both(edge.A, edge.B))
	}
	for a := range group {
		for b := a + 1; b < len(group); b++ {
			want := isNear(a, b) && isNear(b, a)
			if got := joined[[2]int{a, b}]; got && !want || want && !got && both(a, b) > least {
				t.Errorf("%d and %d: joined %v, want %v", a, b, got, want)
			}
		}
	}
}

// TestNeighbourhoodErrors wants unknown papers and wrong limits named by their kind.
func TestNeighbourhoodErrors(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(20))
	if _, err := e.Neighbourhood(t.Context(), "nobody", 0); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("an unknown paper: %v", err)
	}
	for _, limit := range []int{-1, recommend.MaxNeighbours + 1} {
		if _, err := e.Neighbourhood(t.Context(), "p:0003", limit); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
	if n, err := e.Neighbourhood(t.Context(), "p:0003", 1); err != nil || len(n.Hits) != 1 {
		t.Errorf("limit 1: %+v, %v", n, err)
	}
}
