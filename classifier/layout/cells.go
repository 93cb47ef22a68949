package layout

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"kindred/classifier/vec"
)

// Constants of the cells.
const (
	flatCells   = 256 // cells up to which a row is compared with every centroid
	groupProbes = 4   // a row is compared with the centroids of one group in so many, the nearest
	trainRows   = 32  // mean number of rows that the centroid of a cell is learned from
	trainSteps  = 4
)

// cells are parts of the space of unit vectors, those nearest to a centroid each. Many centroids are themselves grouped
// into cells, so that finding those near to a row does not take a comparison with all of them.
type cells struct {
	centroids *vec.Dense
	groups    *cells // nil for few centroids
	members   [][]int32
}

// trainCells returns k cells, learned from a sample of the rows by spherical k-means (Dhillon and Modha, "Concept
// decompositions for large sparse text data using clustering", Machine Learning 42, 2001). A centroid that loses all its
// rows stays where it is.
func trainCells(ctx context.Context, x *vec.Dense, k int, rng *rand.Rand) (*cells, error) {
	k = max(1, k)
	drawn := rng.Perm(x.Rows())[:min(x.Rows(), k*trainRows)]
	slices.Sort(drawn[k:]) // the first k are random starts; the others are read in order
	rows := make([]int32, len(drawn))
	for i, r := range drawn {
		rows[i] = int32(r)
	}
	var sample vec.Dense
	gather(&sample, x, rows)
	c := &cells{centroids: vec.NewDense(k, x.Cols)}
	copy(c.centroids.Data, sample.Data)
	for range trainSteps {
		if err := c.group(ctx, rng); err != nil {
			return nil, err
		}
		c.move(&sample, c.nearest(&sample, 1).inverse(1, k))
	}
	return c, c.group(ctx, rng)
}

// group groups the centroids, where there are many.
func (c *cells) group(ctx context.Context, rng *rand.Rand) (err error) {
	k := c.centroids.Rows()
	if k <= flatCells {
		return ctx.Err()
	}
	groups := int(math.Sqrt(float64(k)))
	if c.groups, err = trainCells(ctx, c.centroids, groups, rng); err != nil {
		return err
	}
	c.members = c.groups.nearest(c.centroids, 1).inverse(1, groups)
	return nil
}

// move sets each centroid to the mean direction of its members among the rows of x.
func (c *cells) move(x *vec.Dense, members [][]int32) {
	vec.Parallel(len(members), 4, func(lo, hi int) {
		for k := lo; k < hi; k++ {
			if len(members[k]) == 0 {
				continue
			}
			row := c.centroids.Row(k)
			clear(row)
			for _, i := range members[k] {
				vec.Axpy(1, x.Row(int(i)), row)
			}
			vec.Normalize(row)
		}
	})
}

// nearest finds the k centroids nearest to each row of x. With groups it looks among those of the nearest groups alone.
func (c *cells) nearest(x *vec.Dense, k int) *neighbors {
	n := c.centroids.Rows()
	near := newNeighbors(x.Rows(), min(k, n))
	var s comparison
	if c.groups == nil {
		rows, all := upTo(x.Rows()), upTo(n)
		for part := range slices.Chunk(all, blockWidth) {
			s.compare(near, x, rows, c.centroids, part)
		}
		return near
	}
	groups := len(c.members)
	probed := c.groups.nearest(x, (groups+groupProbes-1)/groupProbes)
	for g, rows := range probed.inverse(probed.k, groups) {
		for part := range slices.Chunk(c.members[g], blockWidth) {
			s.compare(near, x, rows, c.centroids, part)
		}
	}
	return near
}
