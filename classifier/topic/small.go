package topic

import (
	"context"
	"math"
	"slices"

	"kindred/classifier/vec"
)

// Constants of the fit of a small corpus.
const (
	smallStarts   = 30
	smallRounds   = 50
	generalWeight = 0.7 // of the general vector beside the corpus's own
	sharedWords   = 2   // documents a word must stand in to relate them
)

// small learns the topics of a few documents: cells around centroids of the words they share, weighted by how rare
// these are in papers at large, beside their general vectors.
func (f *fitting) small(ctx context.Context) error {
	f.rows = spread(f.n, f.n)
	vocabulary := f.keepWords(sharedWords)
	f.papers = selectWords(f.in.Words.Counts, f.rows, vocabulary)
	s := scorer{vocabulary: vocabulary, idf: f.idf(vocabulary), sharpness: 1}
	f.space = f.joined(&s)
	cell, k := f.resume()
	var p *partition
	var err error
	if k > 0 {
		p, err = lloyd(ctx, f.space, centroidsOf(f.space, membersOf(cell, k)), 1)
	} else {
		p, err = f.smallBesidePins(ctx)
	}
	if err != nil {
		return err
	}
	f.dropEmpty(p)
	f.cell = p.cell
	s.split(p.centroids)
	f.t.scorer = s
	other, err := f.smallCells(ctx, f.space, f.want(), f.opt.Seed+1)
	if err != nil {
		return err
	}
	agreement := matched(p.cell, other.cell, p.centroids.Rows(), other.centroids.Rows())
	f.t.scorer.sharpness = calibrate(s.all(f.papers, f.in.General), agreement)
	return nil
}

// dropEmpty takes the cells without documents out of a partition, and out of the pins that go with it.
func (f *fitting) dropEmpty(p *partition) {
	cell, left := withoutEmpty(p.cell, p.centroids.Rows())
	if len(left) == p.centroids.Rows() {
		return
	}
	p.cell, p.centroids = cell, everyRow(p.centroids, left)
	if f.pins != nil {
		f.pins = pick(f.pins, left)
	}
}

// pick returns the elements of list at the given places.
func pick[T any](list []T, places []int) []T {
	out := make([]T, len(places))
	for i, p := range places {
		out[i] = list[p]
	}
	return out
}

func (f *fitting) smallCells(ctx context.Context, x *vec.Dense, k int, seed uint64) (*partition, error) {
	return sphericalKMeans(ctx, x, kmeansOptions{k: k, restarts: max(4, min(smallStarts, 3000/f.n)), iterations: smallRounds, seed: seed})
}

// idf returns the weight of each word: the logarithm of how rare it is in the documents and in papers at large.
func (f *fitting) idf(vocabulary []uint32) []float32 {
	df := make([]int, f.in.Words.Counts.Cols)
	for _, w := range f.in.Words.Counts.Index {
		df[w]++
	}
	out := make([]float32, len(vocabulary))
	for i, w := range vocabulary {
		docs, in := f.n, df[w]
		if f.in.Background != nil {
			docs, in = docs+f.in.BackgroundDocs, in+int(f.in.Background[w])
		}
		out[i] = float32(math.Log(float64(1+docs)/float64(1+in))) + 0.01
	}
	return out
}

// joined returns the vectors of all documents: the own part, unit length, beside the general part, the whole unit
// length.
func (f *fitting) joined(s *scorer) *vec.Dense {
	own, general := len(s.vocabulary), 0
	if f.in.General != nil {
		general = f.in.General.Cols
	}
	out := vec.NewDense(f.n, max(1, own+general)) // nothing tells documents without words apart
	for i := range f.n {
		row := out.Row(i)
		x := f.papers.Row(i)
		x.Value = slices.Clone(x.Value)
		s.weigh(x)
		for k, w := range x.Index {
			row[w] = x.Value[k]
		}
		if general > 0 {
			vec.Axpy(generalWeight, f.in.General.Row(i), row[own:])
		}
		vec.Normalize(row)
	}
	return out
}
