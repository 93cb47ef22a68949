package topic

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"kindred/classifier/vec"
)

// Input is what topics are formed from: one row a document in each matrix.
type Input struct {
	IDs     []string   // document ids
	Vectors *vec.Dense // documents × dims, unit rows (zero for a document without known terms)
	Terms   *vec.CSR   // documents × label vocabulary: how often each label term stands in the document
	Names   []string   // surface form of each label term, phrases with spaces
}

// Options steer Fit; the zero value means defaults.
type Options struct {
	Topics   int      // number of topics; 0 chooses it from the data
	Seed     uint64   // of the random starts
	Restarts int      // random starts, the best kept; 0 means 4
	Previous *Earlier // an earlier fit, whose topic ids are kept where members overlap
}

// Validate reports options that cannot be meant.
func (o Options) Validate() error {
	if o.Topics < 0 || o.Restarts < 0 {
		return errors.New("topic: Topics and Restarts must not be negative")
	}
	return nil
}

// Topics is the immutable result of Fit.
type Topics struct {
	list       []Topic    // in the order of the centroids
	centroids  *vec.Dense // unit rows
	cell       []int32    // document → position in list
	confidence []float32  // document → share of its topic, in (0,1]
	sharpness  float32    // of the softmax over cosines that gives confidences
}

const (
	iterations      = 60
	termsShown      = 10
	papersShown     = 5
	defaultRestarts = 4
)

// Fit clusters the documents and names the clusters. Every document gets a topic. The result depends on the input and the
// options alone, not on the number of cores.
func Fit(ctx context.Context, in Input, opt Options) (*Topics, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	n := in.Vectors.Rows()
	if n == 0 || len(in.IDs) != n || in.Terms.Rows() != n {
		return nil, fmt.Errorf("topic: %d ids, %d vectors and %d rows of terms do not make a corpus", len(in.IDs), n, in.Terms.Rows())
	}
	k := opt.Topics
	if k == 0 {
		k = autoTopics(n)
	}
	restarts := opt.Restarts
	if restarts == 0 {
		restarts = defaultRestarts
	}
	p, err := sphericalKMeans(ctx, in.Vectors, k, restarts, iterations, opt.Seed, nil)
	if err != nil {
		return nil, err
	}
	t := &Topics{centroids: p.centroids, cell: p.cell, sharpness: sharpness(p), list: make([]Topic, p.centroids.Rows())}
	t.confidence = make([]float32, n)
	inChunks(n, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			t.confidence[i] = t.weights(in.Vectors.Row(i))[t.cell[i]]
		}
	})
	members := p.members()
	for c := range t.list {
		t.list[c] = Topic{ID: c + 1, Size: len(members[c]), Papers: representatives(in.IDs, members[c], p.cosine)}
	}
	if opt.Previous != nil {
		t.keepIDs(in.IDs, opt.Previous)
	}
	name(t.list, in, members)
	return t, nil
}

// autoTopics is the number of topics for n documents: about the square root for a page, some tens for a library.
func autoTopics(n int) int {
	return max(1, min(n, int(math.Round(1.6*math.Pow(float64(n), 0.36)))))
}

// representatives returns the ids of the members nearest to their centroid.
func representatives(ids []string, members []int32, cosine []float32) []string {
	near := slices.Clone(members)
	slices.SortFunc(near, func(a, b int32) int {
		return cmp.Or(cmp.Compare(cosine[b], cosine[a]), cmp.Compare(ids[a], ids[b]))
	})
	out := make([]string, 0, papersShown)
	for _, i := range near[:min(papersShown, len(near))] {
		out = append(out, ids[i])
	}
	return out
}
