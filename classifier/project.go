package classifier

import (
	"math"

	"kindred/classifier/vec"
)

// projector computes the latent vectors of lexical vectors. The latent vector is
//
//	[ √(1−w)·z_own/|z_own| , √w·z_base/|z_base| ]
//
// scaled to unit length, with z_own = Σ_t x_t·(o_t/idf_t)·P_t over the corpus's own space and z_base = Σ_t
// x_t·(b_t/idf_t)·B_t over the base model's. Here x_t is the lexical weight of term t and idf_t the idf in it, o_t the
// idf in the corpus alone, and b_t the idf in the base model's corpus, reconciled with this one (tfidf.Reconcile). The
// inner product of two such vectors is the weighted sum of the cosines in both spaces. A projector belongs to one
// goroutine.
type projector struct {
	m       *Model
	vectors *vec.Dense // of the base model, decoded; nil to decode one row at a time
	row     []float32
}

func newProjector(m *Model) *projector {
	return &projector{m: m, row: make([]float32, m.about.BaseDims)}
}

// project sets dst to the latent vector of x. It returns the factors that the unscaled sums z_own and z_base were
// multiplied by.
func (p *projector) project(dst []float32, x vec.Sparse) (own, general float32) {
	m := p.m
	clear(dst)
	z1, z2 := dst[:m.about.OwnDims], dst[m.about.OwnDims:]
	for i, t := range x.Index {
		if r := m.ownRow[t]; r != none {
			vec.Axpy(x.Value[i]*m.ownFactor[t], m.projection.Basis.Row(int(r)), z1)
		}
		if c, row := p.baseVector(t, x.Value[i]); row != nil {
			vec.Axpy(c, row, z2)
		}
	}
	w := float32(m.about.BaseWeight)
	own = over(sqrt(1-w), vec.Norm(z1))
	general = over(sqrt(w), vec.Norm(z2))
	vec.Scale(own, z1)
	vec.Scale(general, z2)
	if n := vec.Normalize(dst); n > 0 {
		own, general = own/n, general/n
	}
	return own, general
}

// baseVector returns the vector of a term in the base model and its factor for a term of lexical weight x, or nil for a
// term without a vector.
func (p *projector) baseVector(term uint32, x float32) (c float32, row []float32) {
	m := p.m
	if m.about.BaseDims == 0 || m.baseRow[term] == none {
		return 0, nil
	}
	b := m.baseRow[term]
	if p.vectors != nil {
		row, c = p.vectors.Row(int(b)), m.base.Scale(b)
	} else {
		row, c = p.row, m.base.Vector(p.row, b)
	}
	return c * x * m.baseFactor[term], row
}

func over(a, b float32) float32 {
	if b == 0 {
		return 0
	}
	return a / b
}

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// project returns the latent vectors of all rows of x.
func (m *Model) project(x *vec.CSR) *vec.Dense {
	out := vec.NewDense(x.Rows(), m.Dims())
	var vectors *vec.Dense
	if m.about.BaseDims > 0 {
		vectors = m.base.Basis()
	}
	vec.Parallel(x.Rows(), 256, func(lo, hi int) {
		p := newProjector(m)
		p.vectors = vectors
		for r := lo; r < hi; r++ {
			p.project(out.Row(r), x.Row(r))
		}
	})
	return out
}
