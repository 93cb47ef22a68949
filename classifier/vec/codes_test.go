package vec

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func randomDense(rng *rand.Rand, rows, cols int) *Dense {
	m := NewDense(rows, cols)
	for i := range m.Data {
		m.Data[i] = float32(rng.NormFloat64())
	}
	for r := range rows {
		Normalize(m.Row(r))
	}
	return m
}

// TestCodesStayWithinTheirBound compares products of codes with those of the rows, of rows and queries of any length
// and shape.
func TestCodesStayWithinTheirBound(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, cols := range []int{1, 7, 31, 32, 33, 100, 256, 1024} {
		m := randomDense(rng, 300, cols)
		clear(m.Row(0))
		Scale(1e-20, m.Row(1))
		Scale(37, m.Row(2))
		clear(m.Row(3)[1:]) // one great element
		codes := Quantize(m)
		for n := range 20 {
			q := randomDense(rng, 1, cols).Row(0)
			switch n {
			case 0:
				clear(q)
			case 1:
				Scale(1e6, q)
			case 2:
				clear(q[1:])
			case 3:
				copy(q, m.Row(5)) // the greatest product there is
			}
			query := codes.Query(q)
			got := make([]float32, m.Rows())
			codes.Dot(got, query, 0)
			var mean float64
			for r, approximate := range got {
				off := math.Abs(float64(approximate) - float64(Dot(q, m.Row(r))))
				if bound := codes.Bound(query, r); off > float64(bound) || math.IsNaN(off) {
					t.Fatalf("%d columns, query %d, row %d: off by %g, the bound is %g", cols, n, r, off, bound)
				}
				mean += float64(codes.Bound(query, r)) / float64(len(got))
			}
			if n > 3 && mean > 0.02 {
				t.Errorf("%d columns: the bound is %g on the mean", cols, mean)
			}
			part := make([]float32, 10)
			if codes.Dot(part, query, 290); !slices.Equal(part, got[290:]) {
				t.Errorf("%d columns: the product of a row depends on where the scan begins", cols)
			}
		}
	}
}

// FuzzDotCodes wants the same sums of the kernel and of plain Go.
func FuzzDotCodes(f *testing.F) {
	f.Add([]byte{127, 129, 3}, []byte{255, 127, 1, 128}, 2)
	f.Fuzz(func(t *testing.T, a, b []byte, blocks int) {
		n := codeWidth * max(1, min(blocks, 8))
		q, codes := make([]int16, n), make([]int8, 3*n)
		for i := range codes {
			if len(a) > 0 {
				codes[i] = max(-127, int8(a[i%len(a)]))
			}
		}
		for i := range q {
			if len(b) > 1 {
				q[i] = max(-32767, int16(b[2*i%len(b)])<<8|int16(b[(2*i+1)%len(b)]))
			}
		}
		got, want := make([]int32, 3), make([]int32, 3)
		dotCodes(got, codes, q)
		dotCodesGo(want, codes, q)
		if !slices.Equal(got, want) {
			t.Fatalf("%d columns: %v, want %v", n, got, want)
		}
	})
}

// BenchmarkScan reads 100,000 rows of 256 columns: as they are, by codes, and by codes in plain Go.
func BenchmarkScan(b *testing.B) {
	const rows, cols = 100_000, 256
	rng := rand.New(rand.NewPCG(1, 2))
	m := randomDense(rng, rows, cols)
	codes := Quantize(m)
	q := m.Row(7)
	query, out, sums := codes.Query(q), make([]float32, rows), make([]int32, rows)
	for _, c := range []struct {
		name  string
		bytes int
		run   func()
	}{
		{"rows", 4, func() {
			for r := range rows {
				out[r] = Dot(q, m.Row(r))
			}
		}},
		{"codes", 1, func() { codes.Dot(out, query, 0) }},
		{"plain codes", 1, func() { dotCodesGo(sums, codes.Data, query.codes) }},
	} {
		b.Run(fmt.Sprintf("%s", c.name), func(b *testing.B) {
			b.SetBytes(int64(c.bytes * rows * cols))
			for b.Loop() {
				c.run()
			}
		})
	}
	b.Run("quantize", func(b *testing.B) {
		b.SetBytes(4 * rows * cols)
		for b.Loop() {
			Quantize(m)
		}
	})
}
