// Package lsa finds the latent dimensions of a corpus: the truncated singular value decomposition of its matrix of weighted
// terms (Deerwester et al., "Indexing by latent semantic analysis", JASIS 41(6), 1990), computed by randomised subspace
// iteration on the sparse rows (Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review 53(2), 2011).
// The same rows and seed give the same bits on any number of cores.
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

// Options steer Fit. The zero value is the default.
type Options struct {
	Dims       int     `json:"dims,omitempty"`       // latent dimensions; 0 means DefaultDims. A corpus gives at most one fewer than it has documents or terms, and one at least
	Oversample int     `json:"oversample,omitempty"` // further dimensions searched for and dropped; 0 means DefaultOversample
	Iterations int     `json:"iterations,omitempty"` // of the subspace; 0 means DefaultIterations
	Power      float64 `json:"power,omitempty"`      // a document's coordinates are U·Σ^Power; 0 means DefaultPower
	Seed       uint64  `json:"seed,omitempty"`
}

// Defaults of Options.
const (
	DefaultDims       = 256
	DefaultOversample = 16
	DefaultIterations = 2
	DefaultPower      = 1.5
)

// Validate reports options that cannot be meant.
func (o Options) Validate() error {
	switch {
	case o.Dims < 0 || o.Oversample < 0 || o.Iterations < 0:
		return errors.New("lsa: Dims, Oversample and Iterations must not be negative")
	case !(o.Power >= 0 && o.Power <= 4):
		return errors.New("lsa: Power must be between 0 and 4")
	}
	return nil
}

func (o Options) withDefaults() Options {
	o.Dims, o.Oversample = cmp.Or(o.Dims, DefaultDims), cmp.Or(o.Oversample, DefaultOversample)
	o.Iterations, o.Power = cmp.Or(o.Iterations, DefaultIterations), cmp.Or(o.Power, DefaultPower)
	return o
}

// Projection takes sparse rows into the latent space. It is immutable.
type Projection struct {
	Basis     *vec.Dense // terms × dims: V·Σ^(Power−1), so that a row times it is U·Σ^Power
	Values    []float64  // singular values, descending
	Explained float64    // share of the squared length of all rows that lies in the space, in [0,1]
}

// Dims returns the number of latent dimensions; 0 for a matrix of zeros.
func (p *Projection) Dims() int { return len(p.Values) }

// Project sets dst, of length Dims, to the unit latent vector of a row; to zero when the row has no part in the space.
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

// Fit finds the space of the rows of x, documents × terms. transposed is x transposed, for a caller that has it; nil makes it.
func Fit(ctx context.Context, x, transposed *vec.CSR, opt Options) (*Projection, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	opt = opt.withDefaults()
	smaller := min(x.Rows(), x.Cols)
	dims := min(opt.Dims, max(1, smaller-1))
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
	q := start(x.Cols, width, opt.Seed)
	y := vec.NewDense(x.Rows(), width)
	z := vec.NewDense(x.Cols, width)
	for range opt.Iterations {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		vec.MulSparse(y, x, q)
		vec.MulSparse(z, transposed, y)
		vec.MulDense(q, z, toDense(inverseRoot(vec.Gram(z), width, 0)))
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	vec.MulSparse(y, x, q)
	return rayleighRitz(q, y, z, dims, total, opt.Power)
}

// rayleighRitz solves the small problem in the space that q spans, where y = x·q: the singular values and right singular
// vectors of x within it. q need only be nearly orthonormal, because its own Gram matrix is taken into account. z is
// overwritten.
func rayleighRitz(q, y, z *vec.Dense, dims int, total, power float64) (*Projection, error) {
	n := q.Cols
	root := inverseRoot(vec.Gram(q), n, 1e-5)
	var small, half mat.Dense
	half.Mul(mat.NewDense(n, n, vec.Gram(y)), root)
	small.Mul(root.T(), &half)
	symmetric := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			symmetric.SetSym(i, j, (small.At(i, j)+small.At(j, i))/2)
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(symmetric, true) {
		return nil, fmt.Errorf("lsa: the eigenvalues of a %d×%d matrix were not found", n, n)
	}
	lambda := eigen.Values(nil) // ascending
	var vectors, rotation mat.Dense
	eigen.VectorsTo(&vectors)
	rotation.Mul(root, &vectors)

	p := &Projection{}
	var captured float64
	for k := range dims {
		l := lambda[n-1-k]
		if l <= 1e-10*lambda[n-1] {
			break // the corpus has no further dimensions
		}
		p.Values = append(p.Values, math.Sqrt(l))
		captured += l
	}
	dims = len(p.Values)
	p.Explained = min(1, captured/total)
	w := vec.NewDense(n, dims)
	for k := range dims {
		for i := range n {
			w.Data[i*dims+k] = float32(rotation.At(i, n-1-k))
		}
	}
	p.Basis = &vec.Dense{Data: z.Data[: q.Rows()*dims : q.Rows()*dims], Cols: dims}
	vec.MulDense(p.Basis, q, w)
	p.orient(power)
	return p, nil
}

// orient fixes the sign of every dimension, so that its entry of largest magnitude is positive, and scales it.
func (p *Projection) orient(power float64) {
	dims := p.Dims()
	largest := make([]float32, dims)
	for r := range p.Basis.Rows() {
		for k, v := range p.Basis.Row(r) {
			if abs(v) > abs(largest[k]) {
				largest[k] = v
			}
		}
	}
	factor := make([]float32, dims)
	for k := range factor {
		factor[k] = float32(math.Pow(p.Values[k], power-1))
		if largest[k] < 0 {
			factor[k] = -factor[k]
		}
	}
	vec.Parallel(p.Basis.Rows(), 1024, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			for k, f := range factor {
				p.Basis.Data[r*dims+k] *= f
			}
		}
	})
}

func abs(x float32) float32 { return max(x, -x) }

// inverseRoot returns a matrix R with Rᵀ·G·R = 1 for the symmetric G: the eigenvectors over the roots of their
// eigenvalues. Directions with less than floor of the largest eigenvalue are left out of R; with floor 0 they are kept, as
// far as rounding lets them be told from nothing.
func inverseRoot(g []float64, n int, floor float64) *mat.Dense {
	var eigen mat.EigenSym
	out := mat.NewDense(n, n, nil)
	if !eigen.Factorize(mat.NewSymDense(n, g), true) {
		for i := range n {
			out.Set(i, i, 1) // the scale is kept; the next step finds the same space
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

func toDense(m *mat.Dense) *vec.Dense {
	r, c := m.Dims()
	out := vec.NewDense(r, c)
	for i := range r {
		for j := range c {
			out.Data[i*c+j] = float32(m.At(i, j))
		}
	}
	return out
}

// start returns a random matrix of independent signs, each chunk of rows drawn from its own stream.
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
