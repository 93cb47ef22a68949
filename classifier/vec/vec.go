// Package vec holds the vectors and matrices that the stages pass to each other, and the numeric kernels over them.
// Values are float32 and sums run in a fixed order. Shapes that do not fit panic, as in gonum.
package vec

import (
	"errors"
	"fmt"
	"math"
	"sort"
	"sync/atomic"

	"gonum.org/v1/gonum/blas/blas32"
)

// Sparse is a sparse vector: its element Index[i] is Value[i], and all others are 0. Indices are strictly ascending.
type Sparse struct {
	Index []uint32
	Value []float32
}

// Views are the two vectors of one text that an index ranks by: the lexical vector, sparse, with one element for each
// term, and the latent vector, dense. Each has unit length or is zero.
type Views struct {
	Lexical Sparse
	Latent  []float32
	// Scale is the factor of lexical products with this text where the text is a ranked document. It does not apply
	// where the text is the query.
	Scale float32
}

// Len returns the number of stored entries.
func (s Sparse) Len() int { return len(s.Index) }

// Dot returns the inner product of two sparse vectors.
func (s Sparse) Dot(t Sparse) float32 {
	var sum float32
	for i, j := 0, 0; i < len(s.Index) && j < len(t.Index); {
		switch a, b := s.Index[i], t.Index[j]; {
		case a == b:
			sum += s.Value[i] * t.Value[j]
			i++
			j++
		case a < b:
			i++
		default:
			j++
		}
	}
	return sum
}

// Normalize scales s to unit length in place and returns the length it had. A zero vector stays zero.
func (s Sparse) Normalize() float32 { return Normalize(s.Value) }

// At returns element i, which is 0 where none is stored.
func (s Sparse) At(i uint32) float32 {
	k := sort.Search(len(s.Index), func(k int) bool { return s.Index[k] >= i })
	if k < len(s.Index) && s.Index[k] == i {
		return s.Value[k]
	}
	return 0
}

// CSR is a sparse matrix in compressed rows: row r holds Index[Ptr[r]:Ptr[r+1]], ascending, and the same range of
// Value. len(Ptr) is the number of rows + 1.
type CSR struct {
	Ptr   []int64
	Index []uint32
	Value []float32
	Cols  int
}

// Rows returns the number of rows.
func (m *CSR) Rows() int { return max(0, len(m.Ptr)-1) }

// Row returns row r, which shares the memory of m.
func (m *CSR) Row(r int) Sparse {
	lo, hi := m.Ptr[r], m.Ptr[r+1]
	return Sparse{Index: m.Index[lo:hi:hi], Value: m.Value[lo:hi:hi]}
}

// Append adds a row. Its indices must be ascending and below Cols.
func (m *CSR) Append(s Sparse) {
	if len(m.Ptr) == 0 {
		m.Ptr = append(m.Ptr, 0)
	}
	m.Index = append(m.Index, s.Index...)
	m.Value = append(m.Value, s.Value...)
	m.Ptr = append(m.Ptr, int64(len(m.Index)))
}

// Transpose returns the transposed matrix. The indices of its rows are ascending as well.
func (m *CSR) Transpose() *CSR {
	t := &CSR{Ptr: make([]int64, m.Cols+1), Index: make([]uint32, len(m.Index)), Value: make([]float32, len(m.Value)), Cols: m.Rows()}
	for _, c := range m.Index {
		t.Ptr[c+1]++
	}
	for c := range m.Cols {
		t.Ptr[c+1] += t.Ptr[c]
	}
	next := append([]int64(nil), t.Ptr[:m.Cols]...)
	for r := range m.Rows() {
		for k := m.Ptr[r]; k < m.Ptr[r+1]; k++ {
			c := m.Index[k]
			t.Index[next[c]], t.Value[next[c]] = uint32(r), m.Value[k]
			next[c]++
		}
	}
	return t
}

// Dense is a row-major dense matrix: element (r, c) is Data[r*Cols+c].
type Dense struct {
	Data []float32
	Cols int
}

// NewDense returns a zero matrix, rows × cols.
func NewDense(rows, cols int) *Dense { return &Dense{Data: make([]float32, rows*cols), Cols: cols} }

// Rows returns the number of rows.
func (m *Dense) Rows() int {
	if m.Cols == 0 {
		return 0
	}
	return len(m.Data) / m.Cols
}

// Row returns row r, which shares the memory of m.
func (m *Dense) Row(r int) []float32 { return m.Data[r*m.Cols : (r+1)*m.Cols : (r+1)*m.Cols] }

// Dot returns the inner product of x and y, which have equal length.
//
//	for i := range x { sum += x[i] * y[i] }
func Dot(x, y []float32) float32 {
	if len(x) != len(y) {
		panic("vec: lengths differ")
	}
	if len(x) == 0 {
		return 0
	}
	return blas32.Dot(blas32.Vector{N: len(x), Inc: 1, Data: x}, blas32.Vector{N: len(y), Inc: 1, Data: y})
}

// Axpy adds a·x to y in place; both have equal length.
//
//	for i := range x { y[i] += a * x[i] }
func Axpy(a float32, x, y []float32) {
	if len(x) != len(y) {
		panic("vec: lengths differ")
	}
	if len(x) > 0 {
		blas32.Axpy(a, blas32.Vector{N: len(x), Inc: 1, Data: x}, blas32.Vector{N: len(y), Inc: 1, Data: y})
	}
}

// Scale multiplies x by a in place.
func Scale(a float32, x []float32) {
	for i := range x {
		x[i] *= a
	}
}

// Norm returns the Euclidean length of x, summed in float64.
func Norm(x []float32) float32 {
	var sum float64
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return float32(math.Sqrt(sum))
}

// Normalize scales x to unit length in place and returns the length it had. A zero vector stays zero.
func Normalize(x []float32) float32 {
	n := Norm(x)
	if n > 0 {
		Scale(1/n, x)
	}
	return n
}

// NewSparse returns the vector with the given elements, in any order. Elements of the same index are added in the order
// given, and zeros are dropped. It takes over and reorders the slices.
func NewSparse(index []uint32, value []float32) Sparse {
	s := Sparse{Index: index, Value: value}
	return s.compact()
}

// compact sorts the elements by index, adds those of the same index and drops zeros, in place.
func (s Sparse) compact() Sparse {
	if !sort.SliceIsSorted(s.Index, func(i, j int) bool { return s.Index[i] < s.Index[j] }) {
		sort.Stable(byIndex(s))
	}
	n := 0
	for i := 0; i < len(s.Index); {
		at, v := s.Index[i], s.Value[i]
		for i++; i < len(s.Index) && s.Index[i] == at; i++ {
			v += s.Value[i]
		}
		if v != 0 {
			s.Index[n], s.Value[n] = at, v
			n++
		}
	}
	return Sparse{Index: s.Index[:n], Value: s.Value[:n]}
}

type byIndex Sparse

func (s byIndex) Len() int           { return len(s.Index) }
func (s byIndex) Less(i, j int) bool { return s.Index[i] < s.Index[j] }
func (s byIndex) Swap(i, j int) {
	s.Index[i], s.Index[j] = s.Index[j], s.Index[i]
	s.Value[i], s.Value[j] = s.Value[j], s.Value[i]
}

// Validate reports a matrix whose parts do not fit each other, such as one read from a file.
func (m *CSR) Validate() error {
	if len(m.Ptr) == 0 || m.Ptr[0] != 0 || len(m.Index) != len(m.Value) || m.Ptr[len(m.Ptr)-1] != int64(len(m.Index)) {
		return errors.New("the rows of a sparse matrix do not fit its entries")
	}
	for r := range m.Rows() {
		if m.Ptr[r] > m.Ptr[r+1] {
			return fmt.Errorf("row %d of a sparse matrix ends before it begins", r)
		}
	}
	var bad atomic.Bool
	Parallel(m.Rows(), 4096, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			last := int64(-1)
			for _, c := range m.Index[m.Ptr[r]:m.Ptr[r+1]] {
				if int64(c) <= last || int64(c) >= int64(m.Cols) {
					bad.Store(true)
					return
				}
				last = int64(c)
			}
		}
	})
	if bad.Load() {
		return errors.New("a row of a sparse matrix is out of order or out of bounds")
	}
	return nil
}
