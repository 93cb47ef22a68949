package vec

// Rows that one task of a parallel kernel works on. They fix the order of every sum, so that the result does not depend
// on the number of cores.
const (
	sparseChunk = 64   // rows of a sparse product
	denseChunk  = 16   // rows of a dense product, whose sums fit into the first-level cache
	gramChunk   = 32   // rows summed in float32 before the sum is added in float64
	gramParts   = 32   // independent float64 sums of a Gram matrix
	minGramPart = 1024 // least number of rows of a part
)

// MulSparse sets dst to the product a·b, on all cores. a is sparse, dst and b are dense.
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

// Combine sets dst to a linear combination of rows of b: the sum over the elements of s of the row of the same index
// times the value.
//
//	dst = Σ_k s.Value[k] * b[s.Index[k]]   k ascending
func Combine(dst []float32, s Sparse, b *Dense) {
	clear(dst)
	k := 0
	for ; k+4 <= len(s.Index); k += 4 {
		i := s.Index[k : k+4 : k+4]
		axpy4(dst, (*[4]float32)(s.Value[k:]), b.Row(int(i[0])), b.Row(int(i[1])), b.Row(int(i[2])), b.Row(int(i[3])))
	}
	for ; k < len(s.Index); k++ {
		Axpy(s.Value[k], b.Row(int(s.Index[k])), dst)
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
		k := 0
		for ; k+4 <= b.Rows(); k += 4 {
			b0, b1, b2, b3 := b.Row(k), b.Row(k+1), b.Row(k+2), b.Row(k+3)
			for r := lo; r < hi; r++ {
				axpy4(dst.Row(r), (*[4]float32)(a.Row(r)[k:]), b0, b1, b2, b3)
			}
		}
		for ; k < b.Rows(); k++ {
			for r := lo; r < hi; r++ {
				Axpy(a.Data[r*a.Cols+k], b.Row(k), dst.Row(r))
			}
		}
	})
}

// Gram returns the symmetric matrix aᵀ·a, row-major. Runs of 32 rows are summed in float32, and the runs in float64.
//
//	g[i*cols+j] = Σ_r a[r][i] * a[r][j]
func Gram(a *Dense) []float64 {
	n, rows := a.Cols, a.Rows()
	parts := max(1, min(gramParts, rows/minGramPart))
	size := (rows + parts - 1) / parts
	sums := make([][]float64, parts)
	Parallel(rows, size, func(lo, hi int) {
		sum, run := make([]float64, n*n), make([]float32, n*n)
		for r := lo; r < hi; r += gramChunk {
			gramRun(run, a, r, min(r+gramChunk, hi))
			for i := range n {
				to := sum[i*n+i : (i+1)*n]
				for j, v := range run[i*n+i : (i+1)*n] {
					to[j] += float64(v)
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

// gramRun sets the upper triangle of g to that of the Gram matrix of rows [lo,hi) of a.
func gramRun(g []float32, a *Dense, lo, hi int) {
	n := a.Cols
	clear(g)
	for i := range n {
		to := g[i*n+i : (i+1)*n]
		r := lo
		for ; r+4 <= hi; r += 4 {
			x0, x1, x2, x3 := a.Row(r)[i:], a.Row(r + 1)[i:], a.Row(r + 2)[i:], a.Row(r + 3)[i:]
			axpy4(to, &[4]float32{x0[0], x1[0], x2[0], x3[0]}, x0, x1, x2, x3)
		}
		for ; r < hi; r++ {
			x := a.Row(r)[i:]
			Axpy(x[0], x, to)
		}
	}
}
