package layout

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"kindred/classifier/vec"
)

// groups returns n unit rows around as many directions as there are groups, in turn: row i belongs to group i % k. The
// rows of a group lie on a curve, so that they have an order to keep.
func groups(seed uint64, n, k, dims int, noise float64) *vec.Dense {
	rng := rand.New(rand.NewPCG(seed, 1))
	ends := vec.NewDense(2*k, dims)
	for i := range ends.Data {
		ends.Data[i] = float32(rng.NormFloat64())
	}
	x := vec.NewDense(n, dims)
	for i := range n {
		a, b, t := ends.Row(2*(i%k)), ends.Row(2*(i%k)+1), float32(rng.Float64())
		row := x.Row(i)
		for d := range row {
			row[d] = a[d] + t*b[d] + float32(noise*rng.NormFloat64())
		}
		vec.Normalize(row)
	}
	return x
}

func mustFit(t testing.TB, x *vec.Dense, opt Options) *Map {
	t.Helper()
	m, err := Fit(context.Background(), x, x.Rows(), opt)
	if err != nil {
		t.Fatal(err)
	}
	if i := slices.IndexFunc(m.Points(), func(v float32) bool { return !(v >= -1 && v <= 1) }); i >= 0 {
		t.Fatalf("paper %d lies at %v", i/2, m.Points()[i])
	}
	return m
}

// apart returns the share of papers whose nearest other paper on the map is of the same of k groups.
func apart(m *Map, k int) float64 {
	n := m.Docs()
	same := 0
	for i := range n {
		best, at := math.Inf(1), 0
		for j := range n {
			xi, yi := m.At(i)
			xj, yj := m.At(j)
			if d := math.Hypot(float64(xi-xj), float64(yi-yj)); j != i && d < best {
				best, at = d, j
			}
		}
		if i%k == at%k {
			same++
		}
	}
	return float64(same) / float64(n)
}

func TestGroupsStayApart(t *testing.T) {
	for _, c := range []struct{ n, k int }{{30, 2}, {200, 2}, {400, 2}, {900, 6}} { // by all pairs, and on the grid
		x := groups(7, c.n, c.k, 20, 0.1)
		m := mustFit(t, x, Options{Iterations: 250})
		if got := apart(m, c.k); got < 0.99 {
			t.Errorf("%d papers of %d groups: the nearest is of the same group for %.3f of them", c.n, c.k, got)
		}
	}
}

func TestQuality(t *testing.T) {
	x := groups(1, 1500, 5, 30, 0.15)
	m := mustFit(t, x, Options{})
	q := Measure(x, m.Points(), 15, 500)
	flat := principal(x, 1)
	p := Measure(x, flat, 15, 500)
	t.Logf("map %+v, two principal directions %+v", q, p)
	if q.Trust < 0.95 || q.Recall < 0.35 || q.Recall < 2*p.Recall {
		t.Errorf("map %+v, two principal directions %+v", q, p)
	}
}

func TestDoesNotDependOnCores(t *testing.T) {
	x := groups(2, exactRows+500, 20, 16, 0.2) // many enough for cells
	fit := func(cores int) *Map {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		return mustFit(t, x, Options{Iterations: 40, Seed: 3})
	}
	one, four := fit(1), fit(4)
	if !slices.Equal(one.points, four.points) || one.unit != four.unit {
		t.Error("one core and four draw different maps")
	}
	if other := mustFit(t, x, Options{Iterations: 40, Seed: 4}); slices.Equal(one.points, other.points) {
		t.Error("another seed draws the same map: the seed does nothing")
	}
}

func TestOrderOfPapersKeepsQuality(t *testing.T) {
	x := groups(3, 600, 4, 20, 0.15)
	order := rand.New(rand.NewPCG(5, 5)).Perm(x.Rows())
	y := vec.NewDense(x.Rows(), x.Cols)
	for i, from := range order {
		copy(y.Row(i), x.Row(from))
	}
	a := Measure(x, mustFit(t, x, Options{}).Points(), 15, 600)
	b := Measure(y, mustFit(t, y, Options{}).Points(), 15, 600)
	if math.Abs(a.Trust-b.Trust) > 0.02 || math.Abs(a.Recall-b.Recall) > 0.05 {
		t.Errorf("in one order %+v, in another %+v", a, b)
	}
}

func TestFewAndEqualPapers(t *testing.T) {
	for n := range 8 {
		for name, x := range map[string]*vec.Dense{"distinct": groups(4, n, 1, 6, 1), "unknown": vec.NewDense(n, 6)} {
			m, err := Fit(context.Background(), x, n, Options{})
			if err != nil || m.Docs() != n {
				t.Fatalf("%d %s papers: %v, %v", n, name, m, err)
			}
			for i := range n {
				for j := range i {
					xi, yi := m.At(i)
					xj, yj := m.At(j)
					if xi == xj && yi == yj {
						t.Errorf("papers %d and %d of %d %s ones lie on one another", i, j, n, name)
					}
				}
			}
		}
	}
	same := vec.NewDense(500, 4)
	for i := range same.Rows() {
		same.Row(i)[1] = 1
	}
	m := mustFit(t, same, Options{Iterations: 60})
	if x, y := m.At(3); x != x || y != y {
		t.Error("equal papers have no place")
	}
	none, err := Fit(context.Background(), &vec.Dense{}, 3, Options{})
	if err != nil || none.Docs() != 3 {
		t.Errorf("without dimensions: %v, %v", none, err)
	}
}

func TestUnknownPapersLieOnTheRim(t *testing.T) {
	x := groups(6, 300, 3, 12, 0.2)
	clear(x.Row(10))
	clear(x.Row(200))
	m := mustFit(t, x, Options{Iterations: 60})
	for i := range x.Rows() {
		px, py := m.At(i)
		r := math.Hypot(float64(px), float64(py))
		if unknown := i == 10 || i == 200; unknown != (r > body+0.01) {
			t.Errorf("paper %d lies %.3f from the middle", i, r)
		}
	}
}

func TestStart(t *testing.T) {
	x := groups(8, 500, 5, 20, 0.15)
	first := mustFit(t, x, Options{})
	turned := make([]float32, len(first.points)) // by a right angle: nothing but the start can tell
	for i := range first.Docs() {
		px, py := first.At(i)
		turned[2*i], turned[2*i+1] = -py, px
	}
	const fresh = 50 // papers that the earlier map does not have
	for i := range 2 * fresh {
		turned[i] = float32(math.NaN())
	}
	again := mustFit(t, x, Options{Start: turned})
	if c := likeness(again.points[2*fresh:], turned[2*fresh:]); c < 0.8 {
		t.Errorf("the map is like the one it starts from by %.3f", c)
	}
	if c := likeness(again.points[2*fresh:], first.points[2*fresh:]); c > 0.5 {
		t.Errorf("the map is like one turned by a right angle by %.3f", c)
	}
	if q, p := Measure(x, again.Points(), 15, 500), Measure(x, first.Points(), 15, 500); q.Recall < p.Recall-0.05 {
		t.Errorf("a map that starts from another keeps %+v, one that does not %+v", q, p)
	}
}

// likeness is the correlation of two lists of places.
func likeness(a, b []float32) float64 {
	var ab, aa, bb float64
	for i := range a {
		ab += float64(a[i]) * float64(b[i])
		aa += float64(a[i]) * float64(a[i])
		bb += float64(b[i]) * float64(b[i])
	}
	return ab / math.Sqrt(aa*bb)
}

func TestOptions(t *testing.T) {
	x := groups(9, 20, 2, 5, 0.1)
	for name, opt := range map[string]Options{
		"perplexity": {Perplexity: -1}, "not a number": {Perplexity: math.NaN()}, "iterations": {Iterations: -1}, "exaggeration": {Exaggeration: -2}, "start": {Start: make([]float32, 3)},
	} {
		if _, err := Fit(context.Background(), x, x.Rows(), opt); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := Fit(context.Background(), x, 3, Options{}); err == nil {
		t.Error("20 vectors taken for 3 papers")
	}
	ctx, cancel := context.WithCancel(context.Background())
	steps := 0
	_, err := Fit(ctx, x, x.Rows(), Options{Progress: func(done, total int) {
		if steps = done; done == 10 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || steps != 10 {
		t.Errorf("stopped after 10 iterations: %v after %d", err, steps)
	}
}
