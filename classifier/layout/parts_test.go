package layout

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"kindred/classifier/vec"
)

func TestFieldEqualsAllPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct{ spread, tolerance float64 }{{1e-4, 0.1}, {0.5, 0.02}, {3, 0.1}, {20, 0.1}} {
		spread := c.spread
		y := make([]float32, 2*1500)
		for i := range y {
			y[i] = float32(spread * rng.NormFloat64())
		}
		force := make([]float32, len(y))
		want := exactField(force, y)
		var f field
		if z := f.set(y); math.Abs(z-want) > 0.01*want {
			t.Errorf("spread %v: the sum over all pairs is %v on the grid, %v one by one", spread, z, want)
		}
		var off, all float64
		for i := 0; i < len(y); i += 2 {
			fx, fy := f.at(y[i], y[i+1])
			off += math.Pow(float64(fx-force[i]), 2) + math.Pow(float64(fy-force[i+1]), 2)
			all += math.Pow(float64(force[i]), 2) + math.Pow(float64(force[i+1]), 2)
		}
		if math.Sqrt(off/all) > c.tolerance {
			t.Errorf("spread %v: forces on the grid are off by %.4f", spread, math.Sqrt(off/all))
		}
	}
}

// TestSumOfFewPairs looks at maps on which points hardly have neighbours: what each point has of itself in the sum is
// then many times the sum itself.
func TestSumOfFewPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for _, spread := range []float64{5, 20, 60} {
		y := make([]float32, 2*300)
		for i := range y {
			y[i] = float32(spread * rng.NormFloat64())
		}
		want := exactField(make([]float32, len(y)), y)
		var f field
		if z := f.set(y); math.Abs(z-want) > 0.03*want {
			t.Errorf("spread %v: the sum over all pairs is %v on the grid, %v one by one", spread, z, want)
		}
	}
}

func TestFieldOfAWideMap(t *testing.T) {
	y := []float32{0, 0, 5000, 0, 0, 5000, 5000, 5000, 5000.5, 5000}
	var f field
	f.set(y) // with a coarser grid, but within it
	if fx, fy := f.at(0, 0); fx != fx || fy != fy {
		t.Error("no force at the corner of a wide map")
	}
}

func TestNeighborsAreExactForFew(t *testing.T) {
	x := groups(11, 700, 5, 12, 0.3)
	b, err := nearest(context.Background(), x, 10, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < x.Rows(); i += 37 {
		if got, want := sorted(b, i), sortedExact(x, i, 10); !slices.Equal(got, want) {
			t.Errorf("row %d: %v, want %v", i, got, want)
		}
	}
}

func sorted(b *neighbors, i int) []int32 {
	rows, _ := b.of(i)
	return slices.Sorted(slices.Values(rows))
}

func sortedExact(x *vec.Dense, i, k int) []int32 {
	cosines := make([]float32, x.Rows())
	for j := range cosines {
		cosines[j] = vec.Dot(x.Row(i), x.Row(j))
	}
	return slices.Sorted(slices.Values(first(cosines, i, k)))
}

func TestNeighborsOfMany(t *testing.T) {
	x := groups(12, exactRows+2000, 40, 24, 0.3)
	b, err := nearest(context.Background(), x, 20, 0)
	if err != nil {
		t.Fatal(err)
	}
	found, asked := 0, 0
	for i := 0; i < x.Rows(); i += 61 {
		got := sorted(b, i)
		if len(slices.Compact(got)) != 20 || slices.Contains(got, int32(i)) {
			t.Fatalf("neighbours of row %d: %v", i, got)
		}
		for _, j := range sortedExact(x, i, 20) {
			asked++
			if slices.Contains(got, j) {
				found++
			}
		}
	}
	if share := float64(found) / float64(asked); share < 0.95 {
		t.Errorf("%.3f of the nearest are found", share)
	}
}

func TestAffinities(t *testing.T) {
	x := groups(13, 500, 5, 12, 0.3)
	const perplexity = 8
	b, err := nearest(context.Background(), x, 24, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := affinities(b, x.Rows(), perplexity)
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	back := p.Transpose()
	for i := range p.Rows() {
		if row := p.Row(i); !slices.Equal(row.Index, back.Row(i).Index) {
			t.Fatalf("row %d is not its column", i)
		}
		for k, v := range p.Row(i).Value {
			sum += float64(v)
			if math.Abs(float64(v-back.Row(i).Value[k])) > 1e-9 {
				t.Fatalf("row %d is not its column", i)
			}
		}
	}
	if math.Abs(sum-1) > 1e-4 {
		t.Errorf("affinities sum to %v", sum)
	}
	for i := range 50 {
		_, cosines := b.of(i)
		out := make([]float32, len(cosines))
		shares(out, cosines, perplexity)
		entropy := 0.0
		for _, v := range out {
			if v > 0 {
				entropy -= float64(v) * math.Log(float64(v))
			}
		}
		if math.Abs(math.Exp(entropy)-perplexity) > 0.01 || !slices.IsSortedFunc(out, func(a, b float32) int { return cmp.Compare(b, a) }) {
			t.Fatalf("row %d: %v is of perplexity %v", i, out, math.Exp(entropy))
		}
	}
}

func TestSharesOfEqualNeighbors(t *testing.T) {
	for _, perplexity := range []float64{1, 2, 30} {
		out := make([]float32, 4)
		shares(out, []float32{0.5, 0.5, 0.5, 0.5}, perplexity)
		if !slices.Equal(out, []float32{0.25, 0.25, 0.25, 0.25}) {
			t.Errorf("perplexity %v: %v", perplexity, out)
		}
	}
}

func TestPlace(t *testing.T) {
	x := groups(14, 1200, 6, 20, 0.15)
	const fitted = 1000
	old := &vec.Dense{Data: x.Data[:fitted*x.Cols], Cols: x.Cols}
	m := mustFit(t, old, Options{})
	before := slices.Clone(m.points)
	all := slices.Clone(m.points)
	for i := fitted; i < x.Rows(); i++ {
		px, py, ok := m.Place(old, x.Row(i))
		if !ok || !(px >= -1 && px <= 1 && py >= -1 && py <= 1) {
			t.Fatalf("paper %d lies at %v, %v", i, px, py)
		}
		all = append(all, px, py)
	}
	if !slices.Equal(before, m.points) {
		t.Error("placing moved a paper")
	}
	if got := apart(&Map{points: all}, 6); got < 0.99 {
		t.Errorf("with placed papers the nearest is of the same group for %.3f", got)
	}
	// A paper of the map, placed anew, lands near where it is.
	near := 0
	for i := 0; i < fitted; i += 10 {
		px, py, _ := m.Place(old, old.Row(i))
		x0, y0 := m.At(i)
		if math.Hypot(float64(px-x0), float64(py-y0)) < 0.1 {
			near++
		}
	}
	if near < 95 {
		t.Errorf("%d of 100 papers are placed near where they are", near)
	}
	if _, _, ok := m.Place(old, make([]float32, x.Cols)); ok {
		t.Error("a paper of which nothing is known has a place")
	}
}

func TestMeasure(t *testing.T) {
	// Points on a quarter of the circle, and the same as their own map: nothing is lost.
	const n = 60
	x := vec.NewDense(n, 2)
	for i := range n {
		sin, cos := math.Sincos(float64(i*i) / (n * n) * math.Pi / 2)
		x.Row(i)[0], x.Row(i)[1] = float32(cos), float32(sin)
	}
	if q := Measure(x, x.Data, 5, n); q.Trust < 0.9999 || q.Recall < 0.999 {
		t.Errorf("the identity: %+v", q)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	shuffled := make([]float32, 2*n)
	for i := range shuffled {
		shuffled[i] = rng.Float32()
	}
	if q := Measure(x, shuffled, 5, n); q.Trust > 0.65 || q.Trust < 0.35 || q.Recall > 0.25 {
		t.Errorf("chance: %+v", q)
	}
	if q := Measure(x, x.Data, 5, 7); q.Trust < 0.9999 {
		t.Errorf("a sample of the identity: %+v", q)
	}
	if q := Measure(vec.NewDense(2, 2), make([]float32, 4), 5, 9); q != (Quality{1, 1}) {
		t.Errorf("two papers: %+v", q)
	}
}

func TestEncoding(t *testing.T) {
	m := mustFit(t, groups(15, 40, 2, 6, 0.2), Options{Iterations: 20})
	b, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var back Map
	if err := back.UnmarshalBinary(b); err != nil || !slices.Equal(back.points, m.points) || back.unit != m.unit {
		t.Errorf("decoded %v, %v", back, err)
	}
	for name, damage := range map[string]func([]byte) []byte{
		"empty":        func([]byte) []byte { return nil },
		"short":        func(b []byte) []byte { return b[:len(b)-1] },
		"long":         func(b []byte) []byte { return append(b, 0) },
		"version":      func(b []byte) []byte { b[0]++; return b },
		"count":        func(b []byte) []byte { b[7] = 0xff; return b },
		"kernel":       func(b []byte) []byte { clear(b[8:12]); return b },
		"off the map":  func(b []byte) []byte { b[15] = 0x7f; return b },
		"not a number": func(b []byte) []byte { copy(b[12:], "\xff\xff\xff\xff"); return b },
	} {
		if err := new(Map).UnmarshalBinary(damage(slices.Clone(b))); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	b, err := (&Map{points: []float32{0, 1, -1, 0.5}, unit: 0.1}).MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		var m Map
		if m.UnmarshalBinary(b) != nil {
			return
		}
		if again, err := m.MarshalBinary(); err != nil || !slices.Equal(again, b) {
			t.Errorf("%x decodes and encodes as %x, %v", b, again, err)
		}
	})
}

func BenchmarkField(b *testing.B) {
	rng := rand.New(rand.NewPCG(2, 2))
	for _, n := range []int{256, 1000, 4000, 16000} {
		y := make([]float32, 2*n)
		for i := range y {
			y[i] = float32(0.3 * math.Sqrt(float64(n)) * rng.NormFloat64())
		}
		force := make([]float32, len(y))
		var f field
		b.Run("grid/"+strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				f.set(y)
				for i := 0; i < len(y); i += 2 {
					force[i], force[i+1] = f.at(y[i], y[i+1])
				}
			}
		})
		if n <= 4000 {
			b.Run("pairs/"+strconv.Itoa(n), func(b *testing.B) {
				for b.Loop() {
					exactField(force, y)
				}
			})
		}
	}
}

// TestFieldOfManyDoesNotDependOnCores has points enough to be spread in parts.
func TestFieldOfManyDoesNotDependOnCores(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	y := make([]float32, 2*(partPoints+3))
	for i := range y {
		y[i] = float32(20 * rng.NormFloat64())
	}
	sum := func(cores int) (float64, []float64) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		var f field
		return f.set(y), f.potential
	}
	one, oneField := sum(1)
	four, fourField := sum(4)
	if one != four || !slices.Equal(oneField, fourField) {
		t.Errorf("one core sums %v, four %v", one, four)
	}
	var whole field
	whole.fit(y)
	whole.mass = slices.Clone(whole.mass)
	clear(whole.mass)
	whole.spreadPart(whole.mass, y)
	parts := whole.mass
	whole.mass = make([]float64, len(parts))
	whole.spread(y)
	for i, v := range whole.mass {
		if math.Abs(v-parts[i]) > 1e-9 {
			t.Fatalf("node %d has the mass %v in parts, %v in one", i, v, parts[i])
		}
	}
}

func TestGroupedCells(t *testing.T) {
	x := groups(21, 20*(flatCells+50), 60, 24, 0.3)
	train := func(cores int) *cells {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		c, err := trainCells(context.Background(), x, flatCells+50, rand.New(rand.NewPCG(1, 1)))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := train(4)
	if c.groups == nil || c.groups.groups != nil {
		t.Fatal("the centroids are not grouped once")
	}
	if !slices.Equal(c.centroids.Data, train(1).centroids.Data) {
		t.Error("one core and four learn different cells")
	}
	near := c.nearest(x, 1)
	flat := (&cells{centroids: c.centroids}).nearest(x, 1)
	same := 0
	for i, j := range near.row {
		if j == flat.row[i] {
			same++
		}
	}
	if share := float64(same) / float64(x.Rows()); share < 0.95 {
		t.Errorf("%.3f of the rows are put into the nearest cell", share)
	}
}
