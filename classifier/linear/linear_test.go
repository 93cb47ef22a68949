package linear

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"kindred/classifier/vec"
)

// classes makes rows of k classes: each class has features of its own among many.
func classes(n, k int, seed uint64) (*vec.CSR, []int) {
	rng := rand.New(rand.NewPCG(seed, 1))
	x, y := &vec.CSR{Ptr: []int64{0}, Cols: 10*k + 20}, make([]int, n)
	for i := range y {
		y[i] = i % k
		var row vec.Sparse
		for f := range x.Cols {
			share := 0.1
			if f/10 == y[i] {
				share = 0.5
			}
			if rng.Float64() < share {
				row.Index, row.Value = append(row.Index, uint32(f)), append(row.Value, 1)
			}
		}
		row.Normalize()
		x.Append(row)
	}
	return x, y
}

func TestTrainTellsClassesApart(t *testing.T) {
	x, y := classes(600, 4, 1)
	test, want := classes(300, 4, 2)
	c, err := Train(context.Background(), x, y, 4, Options{})
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for i, k := range want {
		if c.Classify(test.Row(i)) == k {
			right++
		}
	}
	if right < 270 {
		t.Errorf("%d of 300 unseen rows are told right", right)
	}
	before := runtime.GOMAXPROCS(1)
	again, err := Train(context.Background(), x, y, 4, Options{})
	runtime.GOMAXPROCS(before)
	if err != nil || !slices.Equal(c.weights.Data, again.weights.Data) {
		t.Errorf("one core gives other weights than many: %v", err)
	}
}

func TestGradientIsTheSlope(t *testing.T) {
	x, y := classes(40, 3, 3)
	rng := rand.New(rand.NewPCG(4, 4))
	w := make([]float64, x.Cols+1)
	for i := range w {
		w[i] = rng.NormFloat64()
	}
	_, g := objective(x, y, 1, 0.7, w, nil)
	g = slices.Clone(g)
	for i := range w {
		const h = 1e-6
		up, down := slices.Clone(w), slices.Clone(w)
		up[i], down[i] = w[i]+h, w[i]-h
		a, _ := objective(x, y, 1, 0.7, up, nil)
		b, _ := objective(x, y, 1, 0.7, down, nil)
		if slope := (a - b) / (2 * h); math.Abs(slope-g[i]) > 1e-4 {
			t.Errorf("weight %d: gradient %v, slope %v", i, g[i], slope)
		}
	}
}

func TestTrainEndsWhereTheGradientDoes(t *testing.T) {
	x, y := classes(200, 2, 5)
	w, err := separate(context.Background(), x, y, 0, Options{Cost: 0.3, Iterations: 300})
	if err != nil {
		t.Fatal(err)
	}
	v, g := objective(x, y, 0, 0.3, w, nil)
	for i, d := range g {
		if math.Abs(d) > 0.05 {
			t.Errorf("weight %d has gradient %v at the minimum %v", i, d, v)
		}
	}
}

func TestTrainRefusesWhatIsNoTrainingSet(t *testing.T) {
	x, y := classes(10, 2, 6)
	for name, f := range map[string]func() error{
		"rows":    func() error { _, err := Train(context.Background(), x, y[1:], 2, Options{}); return err },
		"class":   func() error { _, err := Train(context.Background(), x, y, 1, Options{}); return err },
		"options": func() error { _, err := Train(context.Background(), x, y, 2, Options{Cost: -1}); return err },
	} {
		if f() == nil {
			t.Errorf("%s: taken", name)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Train(ctx, x, y, 2, Options{}); err == nil {
		t.Error("training goes on after its context is done")
	}
}
