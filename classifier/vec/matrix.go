package vec

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
)

// Rows that one call of a parallel kernel works on. They fix the order of every sum, whatever the number of cores.
const (
	sparseChunk = 64   // rows of a sparse product
	denseChunk  = 16   // rows of a dense product: their sums stay in the first-level cache
	gramChunk   = 64   // rows summed in float32 before they are added in float64
	gramParts   = 32   // independent float64 sums of a Gram matrix
	minGramPart = 1024 // rows below which a part is not worth having
)

// MulSparse sets dst to the product a·b, on all cores.
//
//	dst[r] = Σ_k a.Value[k] * b[a.Index[k]]   for k in row r, ascending
func MulSparse(dst *Dense, a *CSR, b *Dense) {
	if dst.Cols != b.Cols || dst.Rows() != a.Rows() || b.Rows() != a.Cols {
		panic("vec: shapes do not fit")
	}
	Parallel(a.Rows(), sparseChunk, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			Combine(dst.Row(r), a.Row(r), b)
		}
	})
}

// Combine sets dst to the sum of the rows of b that s names, each times its value.
//
//	dst = Σ_k s.Value[k] * b[s.Index[k]]
func Combine(dst []float32, s Sparse, b *Dense) {
	clear(dst)
	for k, i := range s.Index {
		Axpy(s.Value[k], b.Row(int(i)), dst)
	}
}

// MulDense sets dst to the product a·b, on all cores. dst may not share memory with a or b.
//
//	dst[r] = Σ_k a[r][k] * b[k]   k ascending
func MulDense(dst, a, b *Dense) {
	if dst.Cols != b.Cols || dst.Rows() != a.Rows() || b.Rows() != a.Cols {
		panic("vec: shapes do not fit")
	}
	Parallel(a.Rows(), denseChunk, func(lo, hi int) {
		clear(dst.Data[lo*dst.Cols : hi*dst.Cols])
		for k := range b.Rows() {
			bk := b.Row(k)
			for r := lo; r < hi; r++ {
				Axpy(a.Data[r*a.Cols+k], bk, dst.Row(r))
			}
		}
	})
}

// Gram returns the symmetric matrix aᵀ·a, row-major. Short runs of rows are summed in float32, the runs in float64.
//
//	g[i*cols+j] = Σ_r a[r][i] * a[r][j]
func Gram(a *Dense) []float64 {
	n, rows := a.Cols, a.Rows()
	parts := max(1, min(gramParts, rows/minGramPart))
	size := (rows + parts - 1) / parts
	sums := make([][]float64, parts)
	Parallel(rows, size, func(lo, hi int) {
		sum := make([]float64, n*n)
		c := blas32.Symmetric{N: n, Stride: n, Uplo: blas.Upper, Data: make([]float32, n*n)}
		for r := lo; r < hi; r += gramChunk {
			e := min(r+gramChunk, hi)
			blas32.Syrk(blas.Trans, 1, blas32.General{Rows: e - r, Cols: n, Stride: n, Data: a.Data[r*n : e*n]}, 0, c)
			for i := range n {
				for j := i; j < n; j++ {
					sum[i*n+j] += float64(c.Data[i*n+j])
				}
			}
		}
		sums[lo/size] = sum
	})
	g := make([]float64, n*n)
	for _, sum := range sums {
		for k, v := range sum {
			g[k] += v
		}
	}
	for i := range n {
		for j := range i {
			g[i*n+j] = g[j*n+i]
		}
	}
	return g
}
