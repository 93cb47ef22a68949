package topic

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"kindred/classifier/topic/naming"
	"kindred/classifier/vec"
)

// Part is one part of a divided topic.
type Part struct {
	Label       string
	Terms       []Term
	Description string
	Size        int
	// Anchors are the ids of the documents nearest to the centroid of the part, the nearest first. Their centroid
	// represents the part in the latent space of any model.
	Anchors []string
}

// Constants of a division.
const (
	MostParts     = 8  // largest number of parts
	anchorsKept   = 40 // of each part
	splitSeed     = 1  // fixed, so that a division is reproducible
	leastPerPart  = 4  // documents of the topic for each part
	splitRestarts = 10
)

// ErrIndivisible is wrapped by errors for topics that cannot be divided into so many parts.
var ErrIndivisible = errors.New("cannot be divided into so many parts")

// Divide divides the documents of a topic into parts by spherical k-means on their vectors, unit rows. Parts are sorted
// by size, the largest first. They are named against each other, with labels that are not in taken. The error wraps
// ErrIndivisible when the documents are too few or too similar.
func Divide(ctx context.Context, in Input, x *vec.Dense, parts int, taken []string) ([]Part, error) {
	if err := in.validate(); err != nil {
		return nil, err
	}
	n := len(in.IDs)
	if parts < 2 || parts > MostParts || n < leastPerPart*parts {
		return nil, fmt.Errorf("topic of %d papers %w: want 2 to %d parts with %d papers each",
			n, ErrIndivisible, MostParts, leastPerPart)
	}
	p, err := sphericalKMeans(ctx, x, kmeansOptions{
		k: parts, restarts: splitRestarts, iterations: subRounds, seed: splitSeed, trial: trialDocs,
	})
	if err != nil {
		return nil, err
	}
	anchors := make([][]int32, parts)
	for j, members := range membersOf(p.cell, parts) {
		slices.SortStableFunc(members, func(a, b int32) int { return cmp.Compare(p.cosine[b], p.cosine[a]) })
		anchors[j] = members[:min(len(members), anchorsKept)]
	}
	anchors = slices.DeleteFunc(anchors, func(list []int32) bool { return len(list) == 0 })
	if len(anchors) < parts {
		return nil, fmt.Errorf("topic %w: its papers are too similar for %d parts", ErrIndivisible, parts)
	}
	// A division is kept as its anchors, so that documents are assigned by these here too.
	cell := nearestOf(x, centroidsOf(x, anchors))
	sizes := make([]int, parts)
	for _, c := range cell {
		sizes[c]++
	}
	order := make([]int, parts)
	for j := range order {
		order[j] = j
	}
	slices.SortStableFunc(order, func(a, b int) int { return sizes[b] - sizes[a] })
	place := make([]int32, parts)
	for at, j := range order {
		place[j] = int32(at)
	}
	for i, c := range cell {
		cell[i] = place[c]
	}
	names := nameParts(&in, cell, parts, taken)
	out := make([]Part, parts)
	for at, j := range order {
		n := &names[at]
		out[at] = Part{Label: n.Label, Terms: n.Terms, Description: n.Description, Size: sizes[j]}
		for _, i := range anchors[j] {
			out[at].Anchors = append(out[at].Anchors, in.IDs[i])
		}
	}
	return out, nil
}

func nearestOf(x, centroids *vec.Dense) []int32 {
	p := partition{centroids: centroids, cell: slices.Repeat([]int32{-1}, x.Rows()), cosine: make([]float32, x.Rows())}
	p.assign(x)
	return p.cell
}

// nameParts names the parts of documents; cell is the part of each document.
func nameParts(in *Input, cell []int32, parts int, taken []string) []naming.Name {
	namer := naming.New(&in.Corpus, taken...)
	ids := make([]int, parts)
	for j := range ids {
		ids[j] = j + 1
	}
	return namer.Name(namer.Propose(consecutive(len(cell)), cell, parts, naming.Parts), ids, nil)
}

// consecutive returns the numbers below n.
func consecutive(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}
