package topic

import (
	"context"
	"math"
	"math/rand/v2"

	"kindred/classifier/vec"
)

// chunk is the number of rows that one task of a parallel pass takes.
const chunk = 512

// partition is a clustering of rows around unit centroids.
type partition struct {
	centroids *vec.Dense // k × dims, unit rows
	cell      []int32    // row → centroid
	cosine    []float32  // row → inner product with its centroid
	objective float64    // sum of cosines
}

// kmeansOptions are the options of sphericalKMeans.
type kmeansOptions struct {
	k, restarts, iterations int
	seed                    uint64
	trial                   int // rows that random starts are tried on; the best one continues with all rows
}

// sphericalKMeans clusters the unit rows of x into k cells by maximising the sum of cosines to the unit centroids of
// the cells (Dhillon and Modha, "Concept decompositions for large sparse text data using clustering", 2001). The seeds
// are drawn by greedy k-means++ on the cosine distance (Arthur and Vassilvitskii, "k-means++: the advantages of careful
// seeding", 2007). The best of the restarts is kept. An empty cell takes the row with the lowest cosine to its
// centroid.
func sphericalKMeans(ctx context.Context, x *vec.Dense, opt kmeansOptions) (*partition, error) {
	k := min(opt.k, x.Rows())
	y := x
	if opt.trial > 0 && x.Rows() > opt.trial {
		y = everyRow(x, spread(x.Rows(), opt.trial))
	}
	var best *partition
	for r := range max(1, opt.restarts) {
		rng := rand.New(rand.NewPCG(opt.seed, uint64(r)))
		p, err := lloyd(ctx, y, seedPlusPlus(y, k, rng), opt.iterations)
		if err != nil {
			return nil, err
		}
		if best == nil || p.objective > best.objective {
			best = p
		}
	}
	if y == x {
		return best, nil
	}
	return lloyd(ctx, x, best.centroids, opt.iterations)
}

// spread returns m of the numbers below n, evenly spaced and ascending, or all of them when m ≥ n.
func spread(n, m int) []int {
	m = min(n, m)
	out := make([]int, m)
	for i := range out {
		out[i] = int(int64(i) * int64(n) / int64(m))
	}
	return out
}

func everyRow(x *vec.Dense, rows []int) *vec.Dense {
	y := vec.NewDense(len(rows), x.Cols)
	for i, r := range rows {
		copy(y.Row(i), x.Row(r))
	}
	return y
}

// lloyd alternates assignment and update of centroids until at most one row in 2,000 moves, or iterations are used up.
func lloyd(ctx context.Context, x, centroids *vec.Dense, iterations int) (*partition, error) {
	n := x.Rows()
	p := &partition{centroids: centroids, cell: make([]int32, n), cosine: make([]float32, n)}
	for i := range p.cell {
		p.cell[i] = -1
	}
	for range max(1, iterations) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		moved := p.assign(x)
		repaired := p.update(x)
		// The last rows swap between near cells for many iterations, to no visible effect.
		if moved+repaired <= n/2000 {
			break
		}
	}
	p.assign(x)
	p.objective = 0
	for _, c := range p.cosine {
		p.objective += float64(c)
	}
	return p, nil
}

// assign moves every row to its nearest centroid, the lower index on ties, and returns how many rows moved.
func (p *partition) assign(x *vec.Dense) int {
	dots := vec.NewDense(x.Rows(), p.centroids.Rows())
	vec.MulDense(dots, x, p.centroids.Transpose())
	moved := make([]int, (x.Rows()+chunk-1)/chunk)
	vec.Parallel(x.Rows(), chunk, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row, at := dots.Row(i), 0
			for j, v := range row {
				if v > row[at] {
					at = j
				}
			}
			if p.cell[i] != int32(at) {
				moved[lo/chunk]++
			}
			p.cell[i], p.cosine[i] = int32(at), row[at]
		}
	})
	sum := 0
	for _, m := range moved {
		sum += m
	}
	return sum
}

// update sets every centroid to the direction of the sum of its rows. An empty cell takes the row with the lowest
// cosine to its centroid. It returns the number of cells that were empty.
func (p *partition) update(x *vec.Dense) (repaired int) {
	k := p.centroids.Rows()
	members := membersOf(p.cell, k)
	sizes := make([]int, k)
	for j, rows := range members {
		sizes[j] = len(rows)
	}
	p.centroids = centroidsOf(x, members)
	for j, size := range sizes {
		if size > 0 {
			continue
		}
		worst := -1
		for i, c := range p.cell {
			if sizes[c] > 1 && (worst < 0 || p.cosine[i] < p.cosine[worst]) {
				worst = i
			}
		}
		if worst < 0 {
			continue
		}
		sizes[p.cell[worst]]--
		sizes[j]++
		p.cell[worst], p.cosine[worst] = int32(j), 1
		copy(p.centroids.Row(j), x.Row(worst))
		repaired++
	}
	return repaired
}

// withoutEmpty renumbers the cells of rows so that none is empty, and returns the cells of k that are left. Cells are
// empty where there are fewer different rows than cells.
func withoutEmpty(cell []int32, k int) (renumbered []int32, left []int) {
	number := make([]int32, k)
	for j, rows := range membersOf(cell, k) {
		if len(rows) > 0 {
			number[j] = int32(len(left))
			left = append(left, j)
		}
	}
	renumbered = make([]int32, len(cell))
	for i, c := range cell {
		renumbered[i] = number[c]
	}
	return renumbered, left
}

// membersOf lists the rows of each of k cells in ascending order.
func membersOf(cell []int32, k int) [][]int32 {
	sizes := make([]int, k)
	for _, c := range cell {
		sizes[c]++
	}
	out := make([][]int32, k)
	for j := range out {
		out[j] = make([]int32, 0, sizes[j])
	}
	for i, c := range cell {
		out[c] = append(out[c], int32(i))
	}
	return out
}

// centroidsOf returns the unit directions of the sums of rows, and zero for a cell without rows.
func centroidsOf(x *vec.Dense, members [][]int32) *vec.Dense {
	out := vec.NewDense(len(members), x.Cols)
	vec.Parallel(len(members), 1, func(lo, hi int) {
		sum := make([]float64, x.Cols)
		for j := lo; j < hi; j++ {
			clear(sum)
			for _, i := range members[j] {
				for t, v := range x.Row(int(i)) {
					sum[t] += float64(v)
				}
			}
			c := out.Row(j)
			for t, v := range sum {
				c[t] = float32(v)
			}
			vec.Normalize(c)
		}
	})
	return out
}

// seedPlusPlus draws k rows as seeds. Each is the best of a few candidates, which are drawn with probability
// proportional to their cosine distance from the nearest earlier seed.
func seedPlusPlus(x *vec.Dense, k int, rng *rand.Rand) *vec.Dense {
	n := x.Rows()
	c := vec.NewDense(k, x.Cols)
	dist, sums := make([]float64, n), make([]float64, n)
	for i := range dist {
		dist[i] = 1
	}
	trials := 2 + int(math.Log(float64(k)))
	for j := range k {
		total := 0.0
		for i, d := range dist {
			total += d
			sums[i] = total
		}
		drawn := 1
		if j > 0 {
			drawn = trials
		}
		candidates := make([]int, drawn)
		for t := range candidates {
			candidates[t] = draw(sums, rng)
		}
		at := candidates[0]
		if drawn > 1 {
			at = bestSeed(x, dist, candidates)
		}
		center := x.Row(at)
		copy(c.Row(j), center)
		vec.Parallel(n, chunk, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				if d := max(0, 1-float64(vec.Dot(x.Row(i), center))); j == 0 || d < dist[i] {
					dist[i] = d
				}
			}
		})
		dist[at] = 0
	}
	return c
}

// bestSeed returns the candidate with which the sum of distances of the rows to their nearest seeds is smallest.
func bestSeed(x *vec.Dense, dist []float64, candidates []int) int {
	dots := vec.NewDense(x.Rows(), len(candidates))
	vec.MulDense(dots, x, everyRow(x, candidates).Transpose())
	left := make([]float64, len(candidates))
	for i, d := range dist {
		for t, v := range dots.Row(i) {
			left[t] += min(d, max(0, 1-float64(v)))
		}
	}
	best := 0
	for t, v := range left {
		if v < left[best] {
			best = t
		}
	}
	return candidates[best]
}

// draw returns an index with probability proportional to its weight. sums are the running sums of the weights. When all
// weights are zero, any index is returned.
func draw(sums []float64, rng *rand.Rand) int {
	total := sums[len(sums)-1]
	if total <= 0 {
		return rng.IntN(len(sums))
	}
	u := rng.Float64() * total
	lo, hi := 0, len(sums)-1
	for lo < hi {
		if mid := (lo + hi) / 2; sums[mid] > u {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
