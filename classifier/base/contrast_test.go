package base

import (
	"context"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"kindred/classifier/vec"
)

// synonyms makes papers whose titles and abstracts share no word: every subject has its own words for either.
func synonyms(papers, subjects int) pair {
	rng := rand.New(rand.NewPCG(7, 7))
	cols := 2 * subjects * 3
	p := pair{&vec.CSR{Ptr: []int64{0}, Cols: cols}, &vec.CSR{Ptr: []int64{0}, Cols: cols}}
	for i := range papers {
		s := uint32(i % subjects)
		words := func(base uint32) vec.Sparse {
			from := base + 3*s
			return vec.Sparse{Index: []uint32{from, from + 1, from + 2}, Value: []float32{1 + rng.Float32(), 1 + rng.Float32(), 1 + rng.Float32()}}
		}
		p.titles.Append(words(0))
		p.bodies.Append(words(uint32(3 * subjects)))
	}
	return p
}

func randomVectors(rows, cols int) *vec.Dense {
	rng := rand.New(rand.NewPCG(3, 3))
	m := vec.NewDense(rows, cols)
	for i := range m.Data {
		m.Data[i] = float32(rng.NormFloat64())
	}
	for r := range rows {
		vec.Normalize(m.Row(r))
	}
	return m
}

// The gradient that a step follows is the one of the loss: held against differences.
func TestContrastGradient(t *testing.T) {
	p := synonyms(12, 4)
	// A word on both sides makes the lexical part of the similarity differ from zero.
	p.titles.Index[0] = p.bodies.Index[0] % uint32(p.titles.Cols)
	slices.Sort(p.titles.Index[:3])
	v := randomVectors(p.titles.Cols, 5)
	ids := []int{0, 1, 2, 3, 5}
	b := p.batch(ids)
	b.differentiate(v)
	loss := func() float64 {
		c := p.batch(ids)
		c.differentiate(v)
		return c.loss
	}
	g, more := make([]float32, v.Cols), make([]float32, v.Cols)
	checked := 0
	for term := range v.Rows() {
		vec.Combine(g, b.titles.transposed.Row(term), b.titles.gradient)
		vec.Combine(more, b.bodies.transposed.Row(term), b.bodies.gradient)
		for k := range g {
			const h = 1e-2
			x := v.Row(term)[k]
			v.Row(term)[k] = x + h
			up := loss()
			v.Row(term)[k] = x - h
			down := loss()
			v.Row(term)[k] = x
			want, got := (up-down)/(2*h), float64(g[k]+more[k])
			if math.Abs(want-got) > 2e-3+0.02*math.Abs(want) {
				t.Errorf("term %d, dimension %d: gradient %v, by differences %v", term, k, got, want)
			}
			if want != 0 {
				checked++
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d entries of the gradient differ from zero", checked)
	}
}

// Words that only stand on either side of the same papers come to stand for the same.
func TestContrastLearnsSynonyms(t *testing.T) {
	const subjects = 16
	p := synonyms(subjects*40, subjects)
	v := randomVectors(p.titles.Cols, 12)
	own := func() (right int) {
		for s := range subjects {
			best, at := float32(-2), -1
			for other := range subjects {
				if c := vec.Dot(v.Row(3*s), v.Row(3*subjects+3*other)) / vec.Norm(v.Row(3*subjects+3*other)); c > best {
					best, at = c, other
				}
			}
			if at == s {
				right++
			}
		}
		return right
	}
	if n := own(); n > subjects/2 {
		t.Fatalf("%d of %d words know their synonyms before training", n, subjects)
	}
	if err := contrast(context.Background(), v, p, training{Batch: 16, Steps: 200, Rate: 0.05}); err != nil {
		t.Fatal(err)
	}
	if n := own(); n < subjects-1 {
		t.Errorf("%d of %d words know their synonyms", n, subjects)
	}
}

func TestContrastIsDeterministic(t *testing.T) {
	p := synonyms(160, 4)
	train := func(cores int) []float32 {
		before := runtime.GOMAXPROCS(cores)
		defer runtime.GOMAXPROCS(before)
		v := randomVectors(p.titles.Cols, 6)
		if err := contrast(context.Background(), v, p, training{Batch: 20, Steps: 30}); err != nil {
			t.Fatal(err)
		}
		return v.Data
	}
	one := train(1)
	for _, cores := range []int{2, 5} {
		if !slices.Equal(one, train(cores)) {
			t.Errorf("%d cores train other vectors than one", cores)
		}
	}
}

func TestContrastLeavesSmallCollectionsAlone(t *testing.T) {
	p := synonyms(40, 4)
	v := randomVectors(p.titles.Cols, 5)
	before := slices.Clone(v.Data)
	if err := contrast(context.Background(), v, p, training{}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(before, v.Data) {
		t.Error("forty papers were trained on")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := contrast(ctx, v, p, training{Batch: 4}); err == nil {
		t.Error("a cancelled training reports nothing")
	}
}
