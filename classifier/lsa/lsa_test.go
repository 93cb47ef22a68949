package lsa

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"github.com/james-bowman/nlp"
	"gonum.org/v1/gonum/mat"

	"kindred/classifier/vec"
)

// matrix makes a sparse matrix with some structure and noise.
func matrix(rows, cols int, seed uint64) *vec.CSR {
	rng := rand.New(rand.NewPCG(seed, seed))
	m := &vec.CSR{Ptr: make([]int64, 1), Cols: cols}
	for r := range rows {
		var s vec.Sparse
		for c := range cols {
			if p := 0.05 + 0.5*float64(btoi(c%7 == r%7)); rng.Float64() < p {
				s.Index, s.Value = append(s.Index, uint32(c)), append(s.Value, float32(0.2+rng.Float64()))
			}
		}
		s.Normalize()
		m.Append(s)
	}
	return m
}

func columns(m *vec.CSR) vec.Columns { return vec.Columns{Documents: m} }

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func fit(t testing.TB, x *vec.CSR, opt Options) *Projection {
	t.Helper()
	p, err := Fit(context.Background(), x, nil, opt)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestAgainstExactSVD holds singular values and the space itself against nlp's TruncatedSVD, which is exact, both with
// fewer and with more documents than terms.
func TestAgainstExactSVD(t *testing.T) {
	for _, c := range []struct{ rows, cols int }{{60, 90}, {120, 50}} {
		const dims = 6
		x := matrix(c.rows, c.cols, 1)
		p := fit(t, x, Options{Dims: dims, Iterations: 30, Power: 1})
		exact := nlp.NewTruncatedSVD(dims)
		latent, err := exact.FitTransform(columns(x))
		if err != nil {
			t.Fatal(err)
		}
		for k := range dims {
			var squares float64
			for d := range c.rows {
				squares += latent.At(k, d) * latent.At(k, d)
			}
			if want := math.Sqrt(squares); math.Abs(p.Values[k]-want) > 1e-4*want {
				t.Errorf("%v: singular value %d is %v, exactly %v", c, k, p.Values[k], want)
			}
		}
		// Cosines of the angles between the two spaces of term vectors are the singular values of the product of their
		// bases.
		basis := mat.NewDense(c.cols, dims, nil)
		for r := range c.cols {
			for k, v := range p.Basis.Row(r) {
				basis.Set(r, k, float64(v))
			}
		}
		var product mat.Dense
		product.Mul(exact.Components.T(), basis)
		var svd mat.SVD
		if !svd.Factorize(&product, mat.SVDNone) {
			t.Fatal("no angles")
		}
		if cosines := svd.Values(nil); cosines[dims-1] < 0.999 || cosines[0] > 1.001 {
			t.Errorf("%v: cosines of the angles between the spaces %v", c, cosines)
		}
	}
}

func TestIdentities(t *testing.T) {
	x := matrix(150, 80, 2)
	few, more := fit(t, x, Options{Dims: 5}), fit(t, x, Options{Dims: 20})
	if !(0 < few.Explained && few.Explained < more.Explained && more.Explained <= 1) {
		t.Errorf("5 dimensions explain %v, 20 %v", few.Explained, more.Explained)
	}
	if !slices.IsSortedFunc(more.Values, func(a, b float64) int { return int(math.Copysign(1, b-a)) }) {
		t.Errorf("singular values %v", more.Values)
	}
	rows := more.Rows(x)
	dst := make([]float32, 20)
	for r := range x.Rows() {
		more.Project(dst, x.Row(r))
		if !slices.Equal(dst, rows.Row(r)) {
			t.Fatalf("row %d projected alone differs", r)
		}
		if n := vec.Norm(dst); math.Abs(float64(n)-1) > 1e-5 {
			t.Fatalf("row %d has length %v", r, n)
		}
	}
	for k := range 20 {
		var largest float32
		for r := range more.Basis.Rows() {
			if v := more.Basis.Row(r)[k]; abs(v) > abs(largest) {
				largest = v
			}
		}
		if largest < 0 {
			t.Errorf("dimension %d is upside down", k)
		}
	}
	whole := fit(t, x, Options{Dims: 500, Power: 1})
	if whole.Dims() != 80 || whole.Explained < 1-1e-6 {
		t.Errorf("%d dimensions explain %v", whole.Dims(), whole.Explained)
	}
}

// TestUnrelatedRowsStayUnrelated holds that rows without a common term have no common direction, however few they are:
// with a dimension fewer than rows, two rows would lie on one line.
func TestUnrelatedRowsStayUnrelated(t *testing.T) {
	for n := 2; n <= 6; n++ {
		x := &vec.CSR{Ptr: []int64{0}, Cols: 3 * n}
		for r := range n {
			x.Append(vec.Sparse{Index: []uint32{uint32(3 * r), uint32(3*r + 1), uint32(3*r + 2)}, Value: []float32{0.6, 0.6, 0.5 + 0.01*float32(r)}})
		}
		rows := fit(t, x, Options{Balance: 0.5}).Rows(x)
		for a := range n {
			for b := range a {
				if c := vec.Dot(rows.Row(a), rows.Row(b)); math.Abs(float64(c)) > 1e-3 {
					t.Errorf("%d rows: the cosine of rows %d and %d, which share nothing, is %v", n, a, b, c)
				}
			}
		}
	}
}

func TestBalanceAndSkip(t *testing.T) {
	x := matrix(150, 80, 3)
	p, all := fit(t, x, Options{Dims: 5, Skip: 1, Balance: 1}), fit(t, x, Options{Dims: 6})
	if p.Dims() != 5 || p.Basis.Cols != 5 || !slices.Equal(p.Values, all.Values[1:]) {
		t.Errorf("singular values %v, without the first of %v", p.Values, all.Values)
	}
	for r := range p.Basis.Rows() {
		if n := vec.Norm(p.Basis.Row(r)); math.Abs(float64(n)-1) > 1e-5 {
			t.Errorf("the vector of term %d has length %v", r, n)
		}
	}
}

func TestSampleStart(t *testing.T) {
	const rows = sampleDocs * minStride
	x := &vec.CSR{Ptr: make([]int64, 1), Cols: 300}
	rng := rand.New(rand.NewPCG(4, 4))
	for range rows {
		topic := rng.IntN(20)
		s := vec.NewSparse([]uint32{uint32(topic * 15), uint32(topic*15 + 1 + rng.IntN(14)), uint32(rng.IntN(300))}, []float32{1, 1, 0.3})
		s.Normalize()
		x.Append(s)
	}
	sampled := fit(t, x, Options{Dims: 20})
	plain, err := iterate(context.Background(), x, x.Transpose(), start(x.Cols, 36, 0), 8, 20)
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range sampled.Values {
		if math.Abs(v-plain.values[k]) > 0.01*plain.values[k] {
			t.Errorf("singular value %d is %v from a sample, %v without", k, v, plain.values[k])
		}
	}
}

func TestSameOnAnyNumberOfCores(t *testing.T) {
	x := matrix(3000, 120, 5)
	run := func(cores int) *Projection {
		before := runtime.GOMAXPROCS(cores)
		defer runtime.GOMAXPROCS(before)
		return fit(t, x, Options{Dims: 12, Seed: 9})
	}
	one, four := run(1), run(4)
	if !slices.Equal(one.Basis.Data, four.Basis.Data) || !slices.Equal(one.Values, four.Values) || one.Explained != four.Explained {
		t.Error("one core and four give different spaces")
	}
}

func TestOddMatrices(t *testing.T) {
	one := &vec.CSR{Ptr: []int64{0, 2}, Index: []uint32{0, 1}, Value: []float32{0.6, 0.8}, Cols: 2}
	if p := fit(t, one, Options{}); p.Dims() != 1 || math.Abs(p.Values[0]-1) > 1e-6 || math.Abs(p.Explained-1) > 1e-6 {
		t.Errorf("a single row gives %+v", p)
	}
	zeros := &vec.CSR{Ptr: []int64{0, 0, 0}, Cols: 3}
	if p := fit(t, zeros, Options{}); p.Dims() != 0 || p.Rows(zeros).Rows() != 0 {
		t.Errorf("rows of zeros give %+v", p)
	}
	same := &vec.CSR{Ptr: []int64{0, 1, 2, 3, 4}, Index: []uint32{1, 1, 1, 1}, Value: []float32{1, 1, 1, 1}, Cols: 5}
	if p := fit(t, same, Options{}); p.Dims() != 1 || math.Abs(p.Values[0]-2) > 1e-5 {
		t.Errorf("equal rows give %+v", p)
	}
	bad := &vec.CSR{Ptr: []int64{0, 1, 2}, Index: []uint32{0, 1}, Value: []float32{float32(math.NaN()), 1}, Cols: 2}
	if _, err := Fit(context.Background(), bad, nil, Options{}); err == nil {
		t.Error("a NaN is taken")
	}
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Fit(canceled, matrix(50, 40, 6), nil, Options{}); err == nil {
		t.Error("a canceled fit goes on")
	}
	for _, o := range []Options{{Dims: -1}, {Power: 9}, {Balance: 2}, {Skip: -1}} {
		if o.Validate() == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

func TestStage(t *testing.T) {
	x := columns(matrix(40, 30, 7))
	s := &Stage{Options: Options{Dims: 4}}
	if _, err := s.Transform(x); err == nil {
		t.Error("Transform before Fit")
	}
	a, err := s.FitTransform(x)
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.Transform(x)
	if err != nil || !mat.Equal(a, b) {
		t.Errorf("FitTransform and Transform differ, %v", err)
	}
	if dims, docs := a.Dims(); dims != 4 || docs != 40 {
		t.Errorf("%d×%d", dims, docs)
	}
	if _, err := s.Transform(columns(matrix(4, 5, 8))); err == nil {
		t.Error("a matrix of other terms is taken")
	}
}
