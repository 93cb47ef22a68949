package base

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"

	"kindred/classifier/tfidf"
	"kindred/classifier/vec"
)

// training holds the parameters of contrast. The zero value holds those of the base model that ships.
type training struct {
	Batch int     // pairs a step; 0 means 1024
	Steps int     // 0 means 300, which pass a little more than once over the papers of the model that ships
	Rate  float64 // learning rate of Adam; 0 means 0.005
	Seed  uint64
}

const (
	latentPart  = 0.4 // γ, the weight of the latent cosine in the similarity; the lexical cosine has the rest
	temperature = 0.1 // τ
	warmUp      = 50  // steps over which the learning rate rises to Rate
	lastRate    = 0.1 // part of Rate that is left at the last step
	minTitle    = 2   // least number of terms of a title
	minBody     = 20  // least number of terms of an abstract
	minBatches  = 8   // least number of batches in a collection; a smaller one is not trained on
)

// pair holds the titles and the abstracts of papers, papers × terms. A term that occurs count times has the value (1 +
// ln count)·idf.
type pair struct{ titles, bodies *vec.CSR }

// pairs separates counts made with tfidf.TitleUnit into titles and abstracts. It leaves out papers whose title or
// abstract is too short.
func pairs(counts *vec.CSR, v *tfidf.Vectorizer) pair {
	p := pair{&vec.CSR{Ptr: []int64{0}, Cols: counts.Cols}, &vec.CSR{Ptr: []int64{0}, Cols: counts.Cols}}
	var title, body vec.Sparse
	add := func(to *vec.Sparse, term uint32, count float32) {
		if count > 0 {
			to.Index = append(to.Index, term)
			to.Value = append(to.Value, float32(1+math.Log(float64(count)))*weight(v.Docs, v.DF[term]))
		}
	}
	for d := range counts.Rows() {
		title.Index, title.Value, body.Index, body.Value = title.Index[:0], title.Value[:0], body.Index[:0], body.Value[:0]
		row := counts.Row(d)
		for k, t := range row.Index {
			inBody, inTitle := tfidf.SplitCount(row.Value[k])
			add(&title, t, inTitle)
			add(&body, t, inBody)
		}
		if title.Len() >= minTitle && body.Len() >= minBody {
			p.titles.Append(title)
			p.bodies.Append(body)
		}
	}
	return p
}

// contrast trains the term vectors V, terms × dimensions, in place, by contrastive learning. In a batch, every title
// has to find its own abstract among all abstracts, and every abstract its title. LSA learns from words that occur
// together; this training adds which words mean the same. The loss is InfoNCE in both directions (van den Oord, Li and
// Vinyals, "Representation learning with contrastive predictive coding", 2018) over the similarities
//
//	s(a,b) = [ γ·cos(a·V, b·V) + (1−γ)·cos(a, b) ] / τ
//
// The similarity contains the lexical cosine, as the ranking function does, so that the vectors need not learn what
// that knows. The optimiser is Adam (Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015).
// Collections of fewer than minBatches batches are not trained on.
func contrast(ctx context.Context, vectors *vec.Dense, p pair, opt training) error {
	opt.Batch, opt.Steps, opt.Rate = cmp.Or(opt.Batch, 1024), cmp.Or(opt.Steps, 300), cmp.Or(opt.Rate, 0.005)
	if p.titles.Rows() < minBatches*opt.Batch {
		return nil
	}
	rng := rand.New(rand.NewPCG(opt.Seed, 2))
	a := newAdam(vectors)
	var order []int
	for step := range opt.Steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if len(order) < opt.Batch {
			order = rng.Perm(p.titles.Rows())
		}
		b := p.batch(order[:opt.Batch])
		order = order[opt.Batch:]
		b.differentiate(vectors)
		done := float64(step+1) / float64(opt.Steps)
		a.step(b, opt.Rate*min(1, float64(step+1)/warmUp)*(1-(1-lastRate)*done))
	}
	return nil
}

// batch holds some pairs and the gradients of their loss.
type batch struct {
	titles, bodies half
	loss           float64
}

// half is one side of a batch of n pairs.
type half struct {
	rows       *vec.CSR   // n × terms
	transposed *vec.CSR   // terms × n
	latent     *vec.Dense // n × dimensions: rows·V, unit rows
	length     []float32  // of the latent rows before normalisation
	gradient   *vec.Dense // n × dimensions: of the loss with respect to the latent rows before normalisation
}

func (p pair) batch(ids []int) *batch {
	take := func(from *vec.CSR) half {
		rows := &vec.CSR{Ptr: []int64{0}, Cols: from.Cols}
		for _, id := range ids {
			rows.Append(from.Row(id))
		}
		return half{rows: rows, transposed: rows.Transpose()}
	}
	return &batch{titles: take(p.titles), bodies: take(p.bodies)}
}

// differentiate sets the loss and its gradients at the given term vectors.
func (b *batch) differentiate(vectors *vec.Dense) {
	b.titles.project(vectors)
	b.bodies.project(vectors)
	s := vec.NewDense(b.titles.rows.Rows(), b.bodies.rows.Rows())
	vec.MulDense(s, b.titles.latent, b.bodies.latent.Transpose())
	vec.Scale(latentPart, s.Data)
	b.addLexical(s)
	g := b.softmax(s)
	b.titles.gradient, b.bodies.gradient = vec.NewDense(s.Rows(), vectors.Cols), vec.NewDense(s.Rows(), vectors.Cols)
	vec.MulDense(b.titles.gradient, g, b.bodies.latent)
	vec.MulDense(b.bodies.gradient, g.Transpose(), b.titles.latent)
	b.titles.throughLength()
	b.bodies.throughLength()
}

func (h *half) project(vectors *vec.Dense) {
	h.latent = vec.NewDense(h.rows.Rows(), vectors.Cols)
	vec.MulSparse(h.latent, h.rows, vectors)
	h.length = make([]float32, h.rows.Rows())
	for i := range h.length {
		h.length[i] = vec.Normalize(h.latent.Row(i))
	}
}

// throughLength turns the gradient with respect to unit vectors into that with respect to the vectors before
// normalisation, by the chain rule.
func (h *half) throughLength() {
	for i, length := range h.length {
		g, u := h.gradient.Row(i), h.latent.Row(i)
		vec.Axpy(-vec.Dot(g, u), u, g)
		if length > 0 {
			vec.Scale(1/length, g)
		}
	}
}

// addLexical adds (1−γ) times the lexical cosines to s, titles × abstracts.
func (b *batch) addLexical(s *vec.Dense) {
	norms := make([]float32, b.bodies.rows.Rows())
	for j := range norms {
		norms[j] = vec.Norm(b.bodies.rows.Row(j).Value)
	}
	vec.Parallel(s.Rows(), 16, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			title, to := b.titles.rows.Row(i), s.Row(i)
			c := (1 - latentPart) / vec.Norm(title.Value)
			for k, t := range title.Index {
				with := b.bodies.transposed.Row(int(t))
				for n, j := range with.Index {
					to[j] += c * title.Value[k] * with.Value[n] / norms[j]
				}
			}
		}
	})
}

// softmax sets the loss of the similarities s, titles × abstracts, and returns its gradient with respect to the latent
// cosines.
func (b *batch) softmax(s *vec.Dense) *vec.Dense {
	n := s.Rows()
	vec.Scale(1/temperature, s.Data)
	across := probabilities(s)
	down := probabilities(s.Transpose()).Transpose()
	b.loss = 0
	scale := float32(latentPart / (temperature * 2 * float64(n)))
	for i := range n {
		b.loss -= math.Log(float64(across.Row(i)[i])) + math.Log(float64(down.Row(i)[i]))
		to := across.Row(i)
		for j, p := range down.Row(i) {
			to[j] += p
		}
		to[i] -= 2
		vec.Scale(scale, to)
	}
	b.loss /= 2 * float64(n)
	return across
}

// probabilities returns the softmax of every row of s. It multiplies by the reciprocal of the sum, where vec.Softmax
// divides. The results differ in the last bit, and the base model that ships was trained with these.
func probabilities(s *vec.Dense) *vec.Dense {
	out := vec.NewDense(s.Rows(), s.Cols)
	vec.Parallel(s.Rows(), 16, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			from, to := s.Row(i), out.Row(i)
			largest := from[0]
			for _, v := range from {
				largest = max(largest, v)
			}
			var sum float64
			for j, v := range from {
				e := math.Exp(float64(v - largest))
				sum += e
				to[j] = float32(e)
			}
			vec.Scale(float32(1/sum), to)
		}
	})
	return out
}

// adam is the state of the optimiser.
type adam struct {
	vectors        *vec.Dense
	first, second  *vec.Dense // moving averages of the gradient and of its square
	decay1, decay2 float64    // powers of the decay rates, which correct the bias of the averages
}

func newAdam(vectors *vec.Dense) *adam {
	return &adam{vectors, vec.NewDense(vectors.Rows(), vectors.Cols), vec.NewDense(vectors.Rows(), vectors.Cols), 1, 1}
}

// step moves the vectors against the gradient of b.
func (a *adam) step(b *batch, rate float64) {
	const keep1, keep2 = 0.9, 0.98
	a.decay1 *= keep1
	a.decay2 *= keep2
	move, spread := float32(rate/(1-a.decay1)), float32(1/math.Sqrt(1-a.decay2))
	vec.Parallel(a.vectors.Rows(), 256, func(lo, hi int) {
		g, more := make([]float32, a.vectors.Cols), make([]float32, a.vectors.Cols)
		for t := lo; t < hi; t++ {
			vec.Combine(g, b.titles.transposed.Row(t), b.titles.gradient)
			vec.Combine(more, b.bodies.transposed.Row(t), b.bodies.gradient)
			v, m1, m2 := a.vectors.Row(t), a.first.Row(t), a.second.Row(t)
			for k, x := range g {
				x += more[k]
				m1[k] = keep1*m1[k] + (1-keep1)*x
				m2[k] = keep2*m2[k] + (1-keep2)*x*x
				v[k] -= move * m1[k] / (spread*float32(math.Sqrt(float64(m2[k]))) + 1e-8)
			}
		}
	})
}
