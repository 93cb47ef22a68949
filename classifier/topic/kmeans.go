package topic

import (
	"context"
	"math/rand/v2"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"kindred/classifier/vec"
)

// chunk is the number of rows that one task of a parallel pass takes. It is fixed, and partial sums are added chunk by
// chunk in order, so results do not depend on the number of cores.
const chunk = 512

// partition is a clustering of rows around unit centroids.
type partition struct {
	centroids *vec.Dense // k × dims, unit rows
	cell      []int32    // row → centroid
	cosine    []float32  // row → inner product with its centroid
	objective float64    // sum of cosines
}

// sphericalKMeans clusters the unit rows of x into k cells by maximising the sum of cosines to the cells' unit centroids
// (Dhillon and Modha, 2001). Seeding is k-means++ on the cosine distance (Arthur and Vassilvitskii, 2007) unless start
// holds centroids; the best of restarts runs is kept. An empty cell takes the row that fits its own cell worst.
func sphericalKMeans(ctx context.Context, x *vec.Dense, k, restarts, iterations int, seed uint64, start *vec.Dense) (*partition, error) {
	k = min(k, x.Rows())
	var best *partition
	for r := range max(1, restarts) {
		rng := rand.New(rand.NewPCG(seed, uint64(r)))
		c := start
		if c == nil {
			c = seedPlusPlus(x, k, rng)
		} else {
			c = &vec.Dense{Data: append([]float32(nil), start.Data...), Cols: start.Cols}
		}
		p, err := lloyd(ctx, x, c, iterations)
		if err != nil {
			return nil, err
		}
		if best == nil || p.objective > best.objective {
			best = p
		}
		if start != nil {
			break // every run would be the same
		}
	}
	return best, nil
}

// lloyd alternates assignment and centroid update until no row moves or iterations are used up.
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
		// The last thousandth of the rows keeps swapping between neighbours for long, to no visible end.
		if moved+repaired <= n/1000 {
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
	k := p.centroids.Rows()
	c := blas32.General{Rows: k, Cols: x.Cols, Stride: x.Cols, Data: p.centroids.Data}
	chunks := (x.Rows() + chunk - 1) / chunk
	moved := make([]int, chunks)
	inChunks(x.Rows(), func(lo, hi int) {
		dots := make([]float32, (hi-lo)*k)
		rows := blas32.General{Rows: hi - lo, Cols: x.Cols, Stride: x.Cols, Data: x.Data[lo*x.Cols : hi*x.Cols]}
		blas32.Gemm(blas.NoTrans, blas.Trans, 1, rows, c, 0, blas32.General{Rows: hi - lo, Cols: k, Stride: k, Data: dots})
		for i := lo; i < hi; i++ {
			row, at := dots[(i-lo)*k:(i-lo+1)*k], 0
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

// update moves every centroid to the direction of the sum of its rows and gives an empty cell the row that fits its own
// cell worst. It returns the number of cells repaired.
func (p *partition) update(x *vec.Dense) (repaired int) {
	k, d := p.centroids.Rows(), x.Cols
	sizes := make([]int, k)
	sums := make([]float64, k*d)
	members := p.members()
	parallel(k, func(j int) {
		sizes[j] = len(members[j])
		sum := sums[j*d : (j+1)*d]
		for _, i := range members[j] {
			for t, v := range x.Row(int(i)) {
				sum[t] += float64(v)
			}
		}
		c := p.centroids.Row(j)
		for t, v := range sum {
			c[t] = float32(v)
		}
		vec.Normalize(c)
	})
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

// members lists the rows of each cell in ascending order.
func (p *partition) members() [][]int32 {
	out := make([][]int32, p.centroids.Rows())
	for i, c := range p.cell {
		out[c] = append(out[c], int32(i))
	}
	return out
}

// seedPlusPlus draws k rows, each with probability proportional to its cosine distance from the nearest one drawn before.
func seedPlusPlus(x *vec.Dense, k int, rng *rand.Rand) *vec.Dense {
	n := x.Rows()
	c := vec.NewDense(k, x.Cols)
	dist := make([]float64, n)
	for i := range dist {
		dist[i] = 1
	}
	for j := range k {
		at := draw(dist, rng)
		copy(c.Row(j), x.Row(at))
		center := c.Row(j)
		inChunks(n, func(lo, hi int) {
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

// draw returns an index with probability proportional to its weight, any index when all weights are zero.
func draw(weights []float64, rng *rand.Rand) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	u := rng.Float64() * total
	for i, w := range weights {
		if u -= w; u < 0 && w > 0 {
			return i
		}
	}
	return rng.IntN(len(weights))
}

// inChunks calls f for consecutive ranges of chunk rows, several at a time.
func inChunks(n int, f func(lo, hi int)) {
	parallel((n+chunk-1)/chunk, func(c int) { f(c*chunk, min(n, (c+1)*chunk)) })
}

// parallel calls f(0) … f(n-1), several at a time.
func parallel(n int, f func(i int)) {
	var next sync.Mutex
	var wg sync.WaitGroup
	at := 0
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for {
				next.Lock()
				i := at
				at++
				next.Unlock()
				if i >= n {
					return
				}
				f(i)
			}
		})
	}
	wg.Wait()
}
