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
	generalWeight = 0.7 // weight of the general vector, where the own vector has weight 1
	sharedWords   = 2   // least document frequency of a word, so that it relates documents
)

// small learns the topics of a small corpus: cells around centroids. The vector of a document joins the words it shares
// with others, weighted by their idf in papers at large, with its general vector.
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
	f.t.scorer.sharpness = calibrate(s.all(f.papers, f.in), agreement)
	return nil
}

// dropEmpty removes the cells without documents from a partition, and their pins.
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
	return sphericalKMeans(ctx, x, kmeansOptions{
		k: k, restarts: max(4, min(smallStarts, 3000/f.n)), iterations: smallRounds, seed: seed,
	})
}

// idf returns the inverse document frequency of each word in the documents and the background together.
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

// joined returns the vectors of all documents: the own part and the general part, each unit length and weighted, side
// by side; the whole is unit length.
func (f *fitting) joined(s *scorer) *vec.Dense {
	own, general := len(s.vocabulary), 0
	if f.in.General != nil {
		general = f.in.General.Cols
	}
	out := vec.NewDense(f.n, max(1, own+general)) // one dimension at least, for documents without words
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
