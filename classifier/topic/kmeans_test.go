package topic

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/classifier/vec"
)

// unitRows returns n random unit rows, each of which occurs copies times in a row.
func unitRows(rng *rand.Rand, n, dims, copies int) *vec.Dense {
	x := vec.NewDense(n*copies, dims)
	for i := range n {
		row := x.Row(i * copies)
		for d := range row {
			row[d] = float32(rng.NormFloat64())
		}
		vec.Normalize(row)
		for c := 1; c < copies; c++ {
			copy(x.Row(i*copies+c), row)
		}
	}
	return x
}

// TestKMeansCells checks what every clustering must hold to: no cell is empty while there are enough different rows,
// each row is in a cell whose centroid is as near as any, and the objective is the sum of the rows' cosines.
func TestKMeansCells(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for trial := range 60 {
		n, k, copies := 1+rng.IntN(80), 1+rng.IntN(20), 1+rng.IntN(3)
		x := unitRows(rng, n, 2+rng.IntN(6), copies)
		opt := kmeansOptions{k: k, restarts: 2, iterations: 30, seed: uint64(trial)}
		p, err := sphericalKMeans(context.Background(), x, opt)
		if err != nil {
			t.Fatal(err)
		}
		for j, rows := range membersOf(p.cell, p.centroids.Rows()) {
			if len(rows) == 0 && k <= n {
				t.Errorf("trial %d: cell %d of %d is empty, with %d different rows", trial, j, k, n)
			}
		}
		sum := 0.0
		for i, c := range p.cell {
			own := vec.Dot(x.Row(i), p.centroids.Row(int(c)))
			sum += float64(own)
			for j := range p.centroids.Rows() {
				if d := vec.Dot(x.Row(i), p.centroids.Row(j)); d > own+1e-5 {
					t.Errorf("trial %d: row %d has cosine %v with its cell, and %v with cell %d", trial, i, own, d, j)
				}
			}
		}
		if math.Abs(sum-p.objective) > 1e-3 {
			t.Errorf("trial %d: objective %v, the cosines sum to %v", trial, p.objective, sum)
		}
	}
}

// TestEmptyCellsTakeRows starts from centroids that are all the same, so that all but one cell begin without rows.
func TestEmptyCellsTakeRows(t *testing.T) {
	x := unitRows(rand.New(rand.NewPCG(3, 9)), 50, 4, 1)
	for i, v := range x.Data {
		x.Data[i] = max(v, -v) // no row is further from another than from the zero vector
	}
	start := vec.NewDense(6, 4)
	for j := range 6 {
		copy(start.Row(j), x.Row(7))
	}
	p, err := lloyd(context.Background(), x, start, 30)
	if err != nil {
		t.Fatal(err)
	}
	for j, rows := range membersOf(p.cell, 6) {
		if len(rows) == 0 {
			t.Errorf("cell %d is empty", j)
		}
	}
}

// TestKMeansImproves wants no lower objective from more rounds or more starts.
func TestKMeansImproves(t *testing.T) {
	x := unitRows(rand.New(rand.NewPCG(4, 4)), 300, 5, 1)
	last := math.Inf(-1)
	for _, opt := range []kmeansOptions{
		{iterations: 1}, {iterations: 4}, {iterations: 40}, {iterations: 40, restarts: 8},
	} {
		opt.k = 9
		p, err := sphericalKMeans(context.Background(), x, opt)
		if err != nil {
			t.Fatal(err)
		}
		if p.objective < last {
			t.Errorf("%+v: objective %v, less than the %v before", opt, p.objective, last)
		}
		last = p.objective
	}
}

// TestKMeansTriesOnPart wants a clustering of all rows where the starts were tried on a part of them.
func TestKMeansTriesOnPart(t *testing.T) {
	x := unitRows(rand.New(rand.NewPCG(5, 5)), 3, 4, 400)
	p, err := sphericalKMeans(context.Background(), x, kmeansOptions{k: 3, restarts: 4, iterations: 20, trial: 60})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.cell) != 1200 || math.Abs(p.objective-1200) > 0.1 {
		t.Errorf("%d rows with objective %v, of three directions in three cells", len(p.cell), p.objective)
	}
}

func TestKMeansStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	x := unitRows(rand.New(rand.NewPCG(1, 1)), 20, 3, 1)
	if _, err := sphericalKMeans(ctx, x, kmeansOptions{k: 3, iterations: 5}); !errors.Is(err, context.Canceled) {
		t.Errorf("a clustering that was called off returns %v", err)
	}
}

func TestSpread(t *testing.T) {
	for n := range 40 {
		for m := range 50 {
			got := spread(n, m)
			if len(got) != min(n, m) || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
				t.Fatalf("%d of %d: %v", m, n, got)
			}
			if len(got) > 0 && (got[0] != 0 || got[len(got)-1] >= n || n-got[len(got)-1] > n/len(got)+1) {
				t.Fatalf("%d of %d: %v is not spread over all", m, n, got)
			}
		}
	}
}

// TestDraw wants indices as often as their weights say, and none of weight zero.
func TestDraw(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	weights := []float64{0, 1, 0, 0, 6, 3, 0}
	sums, total := make([]float64, len(weights)), 0.0
	for i, w := range weights {
		total += w
		sums[i] = total
	}
	const draws = 20_000
	count := make([]int, len(weights))
	for range draws {
		count[draw(sums, rng)]++
	}
	for i, w := range weights {
		if got, want := float64(count[i])/draws, w/total; math.Abs(got-want) > 0.015 || w == 0 && count[i] > 0 {
			t.Errorf("index %d is drawn in %.3f of the cases, want %.3f", i, got, want)
		}
	}
	if i := draw(make([]float64, 4), rng); i < 0 || i > 3 {
		t.Errorf("of weights that are all zero, index %d is drawn", i)
	}
}

// TestCentroids compares with the definition: the unit direction of the mean, zero for no rows.
func TestCentroids(t *testing.T) {
	x := unitRows(rand.New(rand.NewPCG(7, 7)), 12, 3, 1)
	got := centroidsOf(x, [][]int32{{1, 5, 7}, nil, {2}})
	want := make([]float32, 3)
	for _, i := range []int{1, 5, 7} {
		vec.Axpy(1, x.Row(i), want)
	}
	vec.Normalize(want)
	differ := func(a, b float32) bool { return math.Abs(float64(a-b)) > 1e-6 }
	for d := range want {
		if differ(got.Row(0)[d], want[d]) || got.Row(1)[d] != 0 || differ(got.Row(2)[d], x.Row(2)[d]) {
			t.Errorf("dimension %d: %v %v %v", d, got.Row(0)[d], got.Row(1)[d], got.Row(2)[d])
		}
	}
}

// TestWardAgainstDefinition compares with Ward's criterion by its definition: the two groups are joined whose joining
// raises the sum of squared distances from the means least.
func TestWardAgainstDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 8))
	for range 20 {
		n := 4 + rng.IntN(6)
		x := unitRows(rng, n, 3, 1)
		squares := func(rows []int) float64 {
			sum := 0.0
			for d := range x.Cols {
				mean := 0.0
				for _, r := range rows {
					mean += float64(x.Row(r)[d]) / float64(len(rows))
				}
				for _, r := range rows {
					sum += (float64(x.Row(r)[d]) - mean) * (float64(x.Row(r)[d]) - mean)
				}
			}
			return sum
		}
		groups := make([][]int, n)
		for i := range groups {
			groups[i] = []int{i}
		}
		for len(groups) > 3 {
			best, a, b := math.Inf(1), 0, 0
			for i := range groups {
				for j := range i {
					both := slices.Concat(groups[i], groups[j])
					if d := squares(both) - squares(groups[i]) - squares(groups[j]); d < best {
						best, a, b = d, j, i
					}
				}
			}
			groups[a] = append(groups[a], groups[b]...)
			groups = slices.Delete(groups, b, b+1)
		}
		got := ward(x, 3)
		for _, g := range groups {
			for _, r := range g {
				if got[r] != got[g[0]] {
					t.Fatalf("rows %d and %d are one group by definition, and not in %v", g[0], r, got)
				}
			}
		}
		if slices.Max(got) != 2 {
			t.Fatalf("groups %v, want three", got)
		}
	}
}
