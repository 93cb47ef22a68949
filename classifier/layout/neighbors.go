package layout

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"kindred/classifier/vec"
)

// Constants of the search for nearest neighbours.
const (
	exactRows  = 4000 // rows up to which every pair is compared
	blockWidth = 256  // rows that one product compares with all others; their sums fit into the cache
	queryRows  = 8192 // rows that one product compares with the same others, so that their copy stays small
	cellRows   = 128  // mean number of rows of a cell
	probes     = 8    // cells that each row is compared with
	refineWith = 10   // neighbours whose neighbours are compared in a refining step
	rowChunk   = 64   // rows that one task of a parallel pass takes
)

// neighbors holds the k nearest other rows of each of n rows, the most similar first, the lower row on ties.
type neighbors struct {
	k      int
	row    []int32   // n × k; −1 beyond what was found
	cosine []float32 // n × k; −Inf beyond what was found
}

func newNeighbors(n, k int) *neighbors {
	b := &neighbors{k: k, row: make([]int32, n*k), cosine: make([]float32, n*k)}
	for i := range b.row {
		b.row[i], b.cosine[i] = -1, float32(math.Inf(-1))
	}
	return b
}

// of returns the neighbours of row i, which share the memory of b.
func (b *neighbors) of(i int) (rows []int32, cosines []float32) {
	return b.row[i*b.k : (i+1)*b.k], b.cosine[i*b.k : (i+1)*b.k]
}

// inverse returns, for each of n others, the rows that have it among their first k neighbours, ascending.
func (b *neighbors) inverse(k, n int) [][]int32 {
	out := make([][]int32, n)
	for i := range len(b.row) / b.k {
		rows, _ := b.of(i)
		for _, j := range rows[:k] {
			if j >= 0 {
				out[j] = append(out[j], int32(i))
			}
		}
	}
	return out
}

// offer makes j a neighbour of i if it is among the k nearest so far. A pair must be offered once only.
func (b *neighbors) offer(i, j int32, c float32) {
	rows, cosines := b.of(int(i))
	at := b.k - 1
	if c < cosines[at] || c == cosines[at] && j > rows[at] {
		return
	}
	for ; at > 0 && (c > cosines[at-1] || c == cosines[at-1] && j < rows[at-1]); at-- {
		rows[at], cosines[at] = rows[at-1], cosines[at-1]
	}
	rows[at], cosines[at] = j, c
}

// nearest finds the k nearest rows of each unit row of x by cosine. The search is exact for few rows. Many rows are
// compared within the cells nearest to them, and then with the neighbours of their neighbours.
func nearest(ctx context.Context, x *vec.Dense, k int, seed uint64) (*neighbors, error) {
	n := x.Rows()
	b := newNeighbors(n, k)
	if n <= exactRows {
		all := upTo(n)
		var s comparison
		for lo := 0; lo < n; lo += blockWidth {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			s.compare(b, x, all, x, all[lo:min(n, lo+blockWidth)])
		}
		return b, nil
	}
	if err := searchCells(ctx, b, x, seed); err != nil {
		return nil, err
	}
	return refine(ctx, b, x)
}

// comparison holds the matrices of repeated products, so that they are allocated once.
type comparison struct {
	queries, candidates, dots vec.Dense
}

// compare offers the candidates among the rows of y to the queries among the rows of x. A row of x is not offered to
// itself.
func (s *comparison) compare(b *neighbors, x *vec.Dense, queries []int32, y *vec.Dense, candidates []int32) {
	m := len(candidates)
	shape(&s.candidates, y.Cols, m)
	vec.Parallel(m, rowChunk, func(lo, hi int) {
		for c := lo; c < hi; c++ {
			for t, v := range y.Row(int(candidates[c])) {
				s.candidates.Data[t*m+c] = v
			}
		}
	})
	for part := range slices.Chunk(queries, queryRows) {
		gather(&s.queries, x, part)
		shape(&s.dots, len(part), m)
		vec.MulDense(&s.dots, &s.queries, &s.candidates)
		vec.Parallel(len(part), rowChunk, func(lo, hi int) {
			for q := lo; q < hi; q++ {
				i := part[q]
				for c, v := range s.dots.Row(q) {
					if j := candidates[c]; j != i || x != y {
						b.offer(i, j, v)
					}
				}
			}
		})
	}
}

// gather sets dst to the listed rows of x.
func gather(dst, x *vec.Dense, rows []int32) {
	shape(dst, len(rows), x.Cols)
	vec.Parallel(len(rows), rowChunk, func(lo, hi int) {
		for q := lo; q < hi; q++ {
			copy(dst.Row(q), x.Row(int(rows[q])))
		}
	})
}

// shape sets the size of m and reuses its memory. The values are undefined.
func shape(m *vec.Dense, rows, cols int) {
	m.Data, m.Cols = slices.Grow(m.Data[:0], rows*cols)[:rows*cols], cols
}

// upTo returns the numbers from 0 to n−1.
func upTo(n int) []int32 {
	all := make([]int32, n)
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

// searchCells compares each row with the members of the cells whose centroids are nearest to it. It is the inverted
// file of Sivic and Zisserman ("Video Google", ICCV 2003) over the cells of spherical k-means.
func searchCells(ctx context.Context, b *neighbors, x *vec.Dense, seed uint64) error {
	c, err := trainCells(ctx, x, x.Rows()/cellRows, rand.New(rand.NewPCG(seed, 0x63656c6c)))
	if err != nil {
		return err
	}
	near := c.nearest(x, probes)
	members := near.inverse(1, c.centroids.Rows())
	visitors := near.inverse(near.k, c.centroids.Rows())
	var s comparison
	for c := range members {
		if err := ctx.Err(); err != nil {
			return err
		}
		for part := range slices.Chunk(members[c], blockWidth) {
			s.compare(b, x, visitors[c], x, part)
		}
	}
	return nil
}

// refine compares each row with the neighbours of its neighbours, since a neighbour of a neighbour is likely to be near
// (NN-descent: Dong, Moses and Li, "Efficient k-nearest neighbor graph construction for generic similarity measures",
// WWW 2011). It reads one generation and writes the next, so that the order does not matter.
func refine(ctx context.Context, b *neighbors, x *vec.Dense) (*neighbors, error) {
	next := &neighbors{k: b.k, row: slices.Clone(b.row), cosine: slices.Clone(b.cosine)}
	with := min(refineWith, b.k)
	vec.Parallel(x.Rows(), rowChunk, func(lo, hi int) {
		if ctx.Err() != nil {
			return
		}
		seen := make([]int32, 0, with*with)
		for i := lo; i < hi; i++ {
			seen = seen[:0]
			rows, _ := b.of(i)
			for _, j := range rows[:with] {
				if j >= 0 {
					of, _ := b.of(int(j))
					seen = append(seen, of[:with]...)
				}
			}
			slices.Sort(seen)
			for _, j := range slices.Compact(seen) {
				if j >= 0 && int(j) != i && !slices.Contains(rows, j) {
					next.offer(int32(i), j, vec.Dot(x.Row(i), x.Row(int(j))))
				}
			}
		}
	})
	return next, ctx.Err()
}

// nearestTo returns the k rows of x nearest to the unit vector v, the most similar first, the lower row on ties.
func nearestTo(x *vec.Dense, v []float32, k int) (rows []int32, cosines []float32) {
	parts := (x.Rows() + placeChunk - 1) / placeChunk
	found := newNeighbors(parts, k)
	vec.Parallel(x.Rows(), placeChunk, func(lo, hi int) {
		for j := lo; j < hi; j++ {
			if c := vec.Dot(v, x.Row(j)); c > 0 {
				found.offer(int32(lo/placeChunk), int32(j), c)
			}
		}
	})
	type hit struct {
		row    int32
		cosine float32
	}
	var hits []hit
	for i, j := range found.row {
		if j >= 0 {
			hits = append(hits, hit{j, found.cosine[i]})
		}
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Or(cmp.Compare(b.cosine, a.cosine), cmp.Compare(a.row, b.row)) })
	for _, h := range hits[:min(k, len(hits))] {
		rows, cosines = append(rows, h.row), append(cosines, h.cosine)
	}
	return rows, cosines
}

// placeChunk is the number of rows that one task of a search for one vector takes.
const placeChunk = 8192
