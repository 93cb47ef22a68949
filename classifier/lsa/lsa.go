// Package lsa finds the latent dimensions of a corpus: the truncated singular value decomposition of its matrix of
// weighted terms (Deerwester et al., "Indexing by latent semantic analysis", JASIS 41(6), 1990), computed by randomised
// subspace iteration on the sparse rows (Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review
// 53(2), 2011). The same rows and seed give the same bits on any number of cores.
package lsa

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"kindred/classifier/vec"
)

// Options are the options of Fit. The zero value is the default.
type Options struct {
	// Dims is the number of latent dimensions; 0 means DefaultDims. A corpus gives at most as many as it has
	// documents or terms.
	Dims       int `json:"dims,omitempty"`
	Oversample int `json:"oversample,omitempty"` // additional dimensions searched for; 0 means DefaultOversample
	Iterations int `json:"iterations,omitempty"` // of the subspace; 0 means DefaultIterations
	// Refinements is the number of iterations over a whole corpus that began with a sample; 0 means DefaultRefinements.
	Refinements int     `json:"refinements,omitempty"`
	Power       float64 `json:"power,omitempty"` // a document's coordinates are U·Σ^Power; 0 means DefaultPower
	Skip        int     `json:"skip,omitempty"`  // leading dimensions left out; the first is common to all documents
	// Balance is the power p of the balancing of terms: each term vector is divided by its length to the power p. 0
	// leaves the vectors as they are, 1 makes them unit length.
	Balance float64 `json:"balance,omitempty"`
	Seed    uint64  `json:"seed,omitempty"`
}

// Defaults of Options.
const (
	DefaultDims        = 256
	DefaultOversample  = 16
	DefaultIterations  = 6
	DefaultRefinements = 1
	DefaultPower       = 1.5
)

// Validate reports options out of their ranges.
func (o Options) Validate() error {
	switch {
	case o.Dims < 0 || o.Oversample < 0 || o.Iterations < 0 || o.Refinements < 0:
		return errors.New("lsa: Dims, Oversample, Iterations and Refinements must not be negative")
	case o.Skip < 0 || !(o.Balance >= 0 && o.Balance <= 1):
		return errors.New("lsa: Skip must not be negative, Balance between 0 and 1")
	case !(o.Power >= 0 && o.Power <= 4):
		return errors.New("lsa: Power must be between 0 and 4")
	}
	return nil
}

func (o Options) withDefaults() Options {
	o.Dims, o.Oversample = cmp.Or(o.Dims, DefaultDims), cmp.Or(o.Oversample, DefaultOversample)
	o.Iterations, o.Power = cmp.Or(o.Iterations, DefaultIterations), cmp.Or(o.Power, DefaultPower)
	o.Refinements = cmp.Or(o.Refinements, DefaultRefinements)
	return o
}

// Projection maps sparse rows into the latent space. It is immutable.
type Projection struct {
	Basis     *vec.Dense // terms × dims: V·Σ^(Power−1), with balanced rows; a document times it is U·Σ^Power
	Values    []float64  // singular values, descending
	Explained float64    // share of the variance, the squared length of all rows, in the space, in [0,1]
}

// Dims returns the number of latent dimensions; 0 for a matrix of zeros.
func (p *Projection) Dims() int { return len(p.Values) }

// Project sets dst, of length Dims, to the unit latent vector of a row, or to zero where the row is orthogonal to the
// space.
func (p *Projection) Project(dst []float32, row vec.Sparse) {
	vec.Combine(dst, row, p.Basis)
	vec.Normalize(dst)
}

// Rows returns the latent vector of every row of x.
func (p *Projection) Rows(x *vec.CSR) *vec.Dense {
	out := vec.NewDense(x.Rows(), p.Dims())
	if p.Dims() == 0 {
		return out
	}
	vec.MulSparse(out, x, p.Basis)
	vec.Parallel(out.Rows(), 256, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			vec.Normalize(out.Row(r))
		}
	})
	return out
}

// Fit finds the latent space of the rows of x, documents × terms. transposed is the transpose of x, or nil where the
// caller does not have it.
//
// The singular vectors are computed on the shorter side of x, by subspace iteration and a final Rayleigh-Ritz step. A
// large corpus starts from the space of a sample of its documents, so that few iterations over the whole are needed.
func Fit(ctx context.Context, x, transposed *vec.CSR, opt Options) (*Projection, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	opt = opt.withDefaults()
	smaller := min(x.Rows(), x.Cols)
	opt.Skip = min(opt.Skip, max(0, smaller-2))
	dims := min(opt.Dims+opt.Skip, smaller)
	total := squares(x.Value)
	if dims < 1 || total == 0 {
		return &Projection{Basis: &vec.Dense{}}, nil
	}
	if math.IsNaN(total) || math.IsInf(total, 0) {
		return nil, errors.New("lsa: the rows hold values that are not numbers")
	}
	if transposed == nil {
		transposed = x.Transpose()
	}
	width := min(dims+opt.Oversample, smaller)
	right, iterations := start(x.Cols, width, opt.Seed), opt.Iterations
	if stride := x.Rows() / sampleDocs; stride >= minStride && width < sampleDocs {
		sample := everyNth(x, stride)
		space, err := iterate(ctx, sample, sample.Transpose(), right, iterations, width)
		if err != nil {
			return nil, err
		}
		right, iterations = space.right, opt.Refinements
	}
	space, err := iterate(ctx, x, transposed, right, iterations, dims)
	if err != nil {
		return nil, err
	}
	p := &Projection{Basis: space.right, Values: space.values}
	var captured float64
	for _, v := range p.Values {
		captured += v * v
	}
	p.Explained = min(1, captured/total)
	p.shape(opt)
	return p, nil
}

// A corpus starts from a sample of about sampleDocs documents if that is at most one in minStride.
const (
	sampleDocs = 16_384
	minStride  = 3
)

// everyNth returns rows 0, n, 2n, … of x.
func everyNth(x *vec.CSR, n int) *vec.CSR {
	s := &vec.CSR{Cols: x.Cols}
	for r := 0; r < x.Rows(); r += n {
		s.Append(x.Row(r))
	}
	return s
}

// space is a truncated singular value decomposition without its left vectors.
type space struct {
	values []float64  // descending
	right  *vec.Dense // terms × values, orthonormal columns
}

// iterate finds the dims largest singular values of x and their right singular vectors. It makes the given number of
// iterations from the space that the columns of right span.
func iterate(ctx context.Context, x, transposed *vec.CSR, right *vec.Dense, iterations, dims int) (*space, error) {
	byDocs := x.Rows() <= x.Cols
	f, back := transposed, x
	y := right
	if byDocs {
		f, back = x, transposed
		y = vec.NewDense(x.Rows(), right.Cols)
		vec.MulSparse(y, x, right)
	}
	q, z := vec.NewDense(f.Rows(), y.Cols), vec.NewDense(f.Cols, y.Cols)
	for range iterations {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		orthonormalize(q, y)
		vec.MulSparse(z, back, q)
		vec.MulSparse(y, f, z)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	orthonormalize(q, y)
	vec.MulSparse(z, back, q)
	values, rotation, err := rayleighRitz(vec.Gram(q), vec.Gram(z), y.Cols, dims)
	if err != nil {
		return nil, err
	}
	out := &space{values: values}
	left := &vec.Dense{Data: y.Data[:y.Rows()*len(values)], Cols: len(values)} // y is not needed any more
	vec.MulDense(left, q, rotation)
	if !byDocs {
		out.right = left
		return out, nil
	}
	out.right = &vec.Dense{Data: z.Data[:z.Rows()*len(values)], Cols: len(values)}
	vec.MulSparse(out.right, back, left)
	for k, v := range values {
		for r := range out.right.Rows() {
			out.right.Data[r*len(values)+k] /= float32(v)
		}
	}
	return out, nil
}

// rayleighRitz makes the Rayleigh-Ritz step in the space that the columns of q span, where z = fᵀ·q, from their Gram
// matrices. It returns the singular values of f within the space, at most dims, and the matrix that maps q to the left
// singular vectors. q may be slightly off orthonormal, because its Gram matrix is part of the problem.
func rayleighRitz(qq, zz []float64, n, dims int) ([]float64, *vec.Dense, error) {
	root := inverseRoot(qq, n, 1e-5)
	var small, half mat.Dense
	half.Mul(mat.NewDense(n, n, zz), root)
	small.Mul(root.T(), &half)
	symmetric := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			symmetric.SetSym(i, j, (small.At(i, j)+small.At(j, i))/2)
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(symmetric, true) {
		return nil, nil, fmt.Errorf("lsa: the eigenvalues of a %d×%d matrix were not found", n, n)
	}
	lambda := eigen.Values(nil) // ascending
	var vectors, rotation mat.Dense
	eigen.VectorsTo(&vectors)
	rotation.Mul(root, &vectors)
	var values []float64
	for k := range dims {
		l := lambda[n-1-k]
		if l <= 1e-9*lambda[n-1] {
			break // the corpus has no further dimensions
		}
		values = append(values, math.Sqrt(l))
	}
	w := vec.NewDense(n, len(values))
	for k := range values {
		for i := range n {
			w.Data[i*w.Cols+k] = float32(rotation.At(i, n-1-k))
		}
	}
	return values, w, nil
}

// shape fixes the sign of every dimension, so that its element of largest magnitude is positive. It then scales the
// dimensions by their singular values, leaves out those to skip and balances the vectors of terms.
func (p *Projection) shape(opt Options) {
	width := p.Dims()
	skip := min(opt.Skip, max(0, width-1))
	largest := make([]float32, width)
	for r := range p.Basis.Rows() {
		for k, v := range p.Basis.Row(r) {
			if abs(v) > abs(largest[k]) {
				largest[k] = v
			}
		}
	}
	factor := make([]float32, width)
	for k := range factor {
		factor[k] = float32(math.Pow(p.Values[k], opt.Power-1))
		if largest[k] < 0 {
			factor[k] = -factor[k]
		}
	}
	out := p.Basis
	if skip > 0 {
		out = vec.NewDense(p.Basis.Rows(), width-skip)
	}
	vec.Parallel(out.Rows(), 1024, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			from, to := p.Basis.Row(r), out.Row(r)
			for k := range to {
				to[k] = from[k+skip] * factor[k+skip]
			}
			if n := vec.Norm(to); n > 0 && opt.Balance > 0 {
				vec.Scale(float32(math.Pow(float64(n), -opt.Balance)), to)
			}
		}
	})
	p.Basis, p.Values = out, p.Values[skip:]
}

func abs(x float32) float32 { return max(x, -x) }

// orthonormalize sets q to an orthonormal basis of the columns of y, by the Cholesky factor of their Gram matrix.
// Columns that are too close to linearly dependent for that are separated by the eigenvectors of the Gram matrix.
func orthonormalize(q, y *vec.Dense) {
	const worst = 1e9 // condition number
	n := y.Cols
	g := vec.Gram(y)
	var factor mat.Cholesky
	if factor.Factorize(mat.NewSymDense(n, g)) && factor.Cond() < worst {
		var upper, inverse mat.TriDense
		factor.UTo(&upper)
		if inverse.InverseTri(&upper) == nil {
			vec.MulDense(q, y, toDense(&inverse))
			return
		}
	}
	vec.MulDense(q, y, toDense(inverseRoot(g, n, 0)))
}

// inverseRoot returns a matrix R with Rᵀ·G·R = 1 for the symmetric matrix G: its eigenvectors divided by the square
// roots of their eigenvalues. Directions with less than floor times the largest eigenvalue are left out of R. With
// floor 0 all are kept whose eigenvalue is above rounding errors.
func inverseRoot(g []float64, n int, floor float64) *mat.Dense {
	var eigen mat.EigenSym
	out := mat.NewDense(n, n, nil)
	if !eigen.Factorize(mat.NewSymDense(n, g), true) {
		for i := range n {
			out.Set(i, i, 1) // the scale stays; the next step finds the same space
		}
		return out
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	lambda := eigen.Values(nil)
	largest := lambda[n-1]
	for j, l := range lambda {
		if l < floor*largest || largest <= 0 {
			continue
		}
		f := 1 / math.Sqrt(max(l, 1e-12*largest))
		for i := range n {
			out.Set(i, j, f*vectors.At(i, j))
		}
	}
	return out
}

func toDense(m mat.Matrix) *vec.Dense {
	r, c := m.Dims()
	out := vec.NewDense(r, c)
	for i := range r {
		for j := range c {
			out.Data[i*c+j] = float32(m.At(i, j))
		}
	}
	return out
}

// start returns a random matrix of independent signs. Each chunk of rows is drawn from a stream of its own, so that the
// number of cores does not matter.
func start(rows, cols int, seed uint64) *vec.Dense {
	m := vec.NewDense(rows, cols)
	vec.Parallel(rows, 1024, func(lo, hi int) {
		rng := rand.NewPCG(seed, uint64(lo))
		var bits uint64
		for i := lo * cols; i < hi*cols; i++ {
			if k := (i - lo*cols) % 64; k == 0 {
				bits = rng.Uint64()
			}
			m.Data[i] = float32(int(bits&1)*2 - 1)
			bits >>= 1
		}
	})
	return m
}

// squares returns the sum of squares of x.
func squares(x []float32) float64 {
	var sum float64
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum
}
