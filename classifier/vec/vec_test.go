package vec

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"testing"
)

func random(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

func randomCSR(rng *rand.Rand, rows, cols int, share float64) *CSR {
	m := &CSR{Ptr: make([]int64, 1), Cols: cols}
	for range rows {
		var s Sparse
		for c := range cols {
			if rng.Float64() < share {
				s.Index, s.Value = append(s.Index, uint32(c)), append(s.Value, float32(rng.NormFloat64()))
			}
		}
		m.Append(s)
	}
	return m
}

func toDense(m *CSR) *Dense {
	d := NewDense(m.Rows(), m.Cols)
	for r := range m.Rows() {
		row := m.Row(r)
		for k, c := range row.Index {
			d.Data[r*m.Cols+int(c)] = row.Value[k]
		}
	}
	return d
}

func TestAxpy4EqualsPlainGo(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for n := range 70 {
		y, a := random(rng, n), [4]float32(random(rng, 4))
		x := [4][]float32{random(rng, n), random(rng, n), random(rng, n), random(rng, n)}
		want := slices.Clone(y)
		axpy4Go(want, &a, x[0], x[1], x[2], x[3])
		steps := slices.Clone(y)
		for k := range x {
			for i := range steps {
				steps[i] += float32(a[k] * x[k][i])
			}
		}
		axpy4(y, &a, x[0], x[1], x[2], x[3])
		if !slices.Equal(y, want) || !slices.Equal(steps, want) {
			t.Fatalf("length %d: the kernel gives %v, plain Go %v, one by one %v", n, y, want, steps)
		}
	}
}

func TestProducts(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for _, c := range []struct{ rows, inner, cols int }{{1, 1, 1}, {7, 3, 5}, {130, 41, 33}, {3000, 20, 18}} {
		a := randomCSR(rng, c.rows, c.inner, 0.3)
		b := &Dense{Data: random(rng, c.inner*c.cols), Cols: c.cols}
		full := toDense(a)
		sparse, dense := NewDense(c.rows, c.cols), NewDense(c.rows, c.cols)
		MulSparse(sparse, a, b)
		MulDense(dense, full, b)
		gram := Gram(dense)
		for r := range c.rows {
			for j := range c.cols {
				var want float64
				for k := range c.inner {
					want += float64(full.Data[r*c.inner+k]) * float64(b.Data[k*c.cols+j])
				}
				for _, got := range []float32{sparse.Row(r)[j], dense.Row(r)[j]} {
					if math.Abs(float64(got)-want) > 1e-4 {
						t.Fatalf("%v: product at %d, %d is %v, want %v", c, r, j, got, want)
					}
				}
			}
		}
		for i := range c.cols {
			for j := range c.cols {
				var want float64
				for r := range c.rows {
					want += float64(dense.Row(r)[i]) * float64(dense.Row(r)[j])
				}
				if got := gram[i*c.cols+j]; math.Abs(got-want) > 1e-4*(1+math.Abs(want)) {
					t.Fatalf("%v: Gram matrix at %d, %d is %v, want %v", c, i, j, got, want)
				}
			}
		}
	}
}

func TestProductsDoNotDependOnCores(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	a := randomCSR(rng, 5000, 60, 0.2)
	b := &Dense{Data: random(rng, 60*24), Cols: 24}
	run := func(cores int) ([]float32, []float64) {
		before := runtime.GOMAXPROCS(cores)
		defer runtime.GOMAXPROCS(before)
		d := NewDense(5000, 24)
		MulSparse(d, a, b)
		return d.Data, Gram(d)
	}
	d1, g1 := run(1)
	d4, g4 := run(4)
	if !slices.Equal(d1, d4) || !slices.Equal(g1, g4) {
		t.Error("one core and four give different bits")
	}
}

func TestTransposeTwice(t *testing.T) {
	m := randomCSR(rand.New(rand.NewPCG(4, 4)), 50, 31, 0.2)
	tt := m.Transpose().Transpose()
	if !slices.Equal(m.Ptr, tt.Ptr) || !slices.Equal(m.Index, tt.Index) || !slices.Equal(m.Value, tt.Value) || m.Cols != tt.Cols {
		t.Error("a matrix transposed twice is another")
	}
	if err := m.Validate(); err != nil {
		t.Error(err)
	}
}

func TestValidate(t *testing.T) {
	for name, m := range map[string]*CSR{
		"no rows":       {},
		"out of order":  {Ptr: []int64{0, 2}, Index: []uint32{1, 0}, Value: []float32{1, 1}, Cols: 2},
		"twice":         {Ptr: []int64{0, 2}, Index: []uint32{1, 1}, Value: []float32{1, 1}, Cols: 2},
		"out of bounds": {Ptr: []int64{0, 1}, Index: []uint32{2}, Value: []float32{1}, Cols: 2},
		"backwards":     {Ptr: []int64{0, 2, 1, 2}, Index: []uint32{0, 1}, Value: []float32{1, 1}, Cols: 2},
		"beyond":        {Ptr: []int64{0, 9, 2}, Index: []uint32{0, 1}, Value: []float32{1, 1}, Cols: 2},
		"short":         {Ptr: []int64{0, 2}, Index: []uint32{0}, Value: []float32{1}, Cols: 2},
	} {
		if m.Validate() == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestSparse(t *testing.T) {
	s := NewSparse([]uint32{5, 1, 5, 2, 2}, []float32{1, 2, 3, 4, -4})
	if !slices.Equal(s.Index, []uint32{1, 5}) || !slices.Equal(s.Value, []float32{2, 4}) {
		t.Errorf("%+v", s)
	}
	if s.At(5) != 4 || s.At(2) != 0 || s.Dot(s) != 20 {
		t.Errorf("entries of %+v", s)
	}
	if n := s.Normalize(); math.Abs(float64(n)-math.Sqrt(20)) > 1e-6 || math.Abs(float64(s.Dot(s))-1) > 1e-6 {
		t.Errorf("length %v, then %+v", n, s)
	}
	if zero := (Sparse{}); zero.Normalize() != 0 || zero.Dot(s) != 0 {
		t.Error("an empty vector has a length")
	}
}

func TestMatrixRoundTrip(t *testing.T) {
	m := randomCSR(rand.New(rand.NewPCG(5, 5)), 20, 12, 0.3)
	back := FromMatrix(Columns{m}.ToCSC())
	if !slices.Equal(m.Index, back.Index) || !slices.Equal(m.Value, back.Value) || !slices.Equal(m.Ptr, back.Ptr) {
		t.Error("a matrix changes on the way to nlp's form and back")
	}
}

func BenchmarkAxpy4(b *testing.B) {
	rng := rand.New(rand.NewPCG(6, 6))
	for _, n := range []int{16, 64, 272, 1024} {
		y, a := random(rng, n), &[4]float32{1e-9, 1e-9, 1e-9, 1e-9}
		x := [4][]float32{random(rng, n), random(rng, n), random(rng, n), random(rng, n)}
		b.Run("kernel/"+strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				axpy4(y, a, x[0], x[1], x[2], x[3])
			}
		})
		b.Run("plain/"+strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				axpy4Go(y, a, x[0], x[1], x[2], x[3])
			}
		})
		b.Run("gonum/"+strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				for k := range x {
					Axpy(a[k], x[k], y)
				}
			}
		})
	}
}
