// Package layout computes the map of a corpus: a position in the plane for every paper, such that papers that are near
// in latent space are near on the map. The method is t-SNE (van der Maaten and Hinton, "Visualizing data using t-SNE",
// JMLR 9, 2008) over approximate nearest neighbours, with repulsion computed on a grid. New papers are placed among the
// others, which do not move.
package layout

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kindred/classifier/vec"
)

// Options are the options of Fit. The zero value is the default.
type Options struct {
	Perplexity   float64 // effective number of neighbours that attract a paper; 0 means DefaultPerplexity
	Iterations   int     // of the descent; 0 means DefaultIterations
	Exaggeration float64 // factor on the attractive forces, in [0,100]; 0 means 1, plain t-SNE
	Seed         uint64  // of the random numbers
	// Start holds the positions of the papers on an earlier map, documents × 2, NaN for those it did not have. The new
	// map is arranged like it. nil starts from the two principal directions of the vectors.
	Start []float32
	// Progress is called in the calling goroutine with the number of iterations done; nil for none.
	Progress func(done, total int)
}

// Defaults, measured in docs/map.md.
const (
	DefaultPerplexity = 15
	DefaultIterations = 350
)

// Validate reports options out of their ranges.
func (o Options) Validate() error {
	if !(o.Perplexity >= 0) || o.Perplexity > 100 || o.Iterations < 0 || !(o.Exaggeration >= 0) || o.Exaggeration > 100 {
		return errors.New("layout: Perplexity and Exaggeration must lie in [0,100], and Iterations must not be negative")
	}
	return nil
}

// Map is the immutable result of Fit.
type Map struct {
	points []float32 // documents × 2, in [-1,1]
	unit   float32   // width of the kernel, in the units of the map
}

const (
	neighborsPerPerplexity = 2    // the third neighbour a unit of perplexity, which is usual, hardly attracts
	leastPerplexity        = 2    // with less, two papers may attract each other alone
	body                   = 0.97 // radius of the disc of the papers with a vector; the others are on the rim
)

// Fit computes the map of n papers from the rows of x, n × dims: unit vectors, or zero for papers without a vector.
// With no dims, no paper has one. The result depends on x and the options alone, not on the number of cores.
func Fit(ctx context.Context, x *vec.Dense, n int, opt Options) (*Map, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	if opt.Progress == nil {
		opt.Progress = func(int, int) {}
	}
	if opt.Perplexity == 0 {
		opt.Perplexity = DefaultPerplexity
	}
	if opt.Iterations == 0 {
		opt.Iterations = DefaultIterations
	}
	if opt.Exaggeration == 0 {
		opt.Exaggeration = 1
	}
	if x.Cols > 0 && x.Rows() != n || opt.Start != nil && len(opt.Start) != 2*n {
		return nil, fmt.Errorf("layout: %d vectors and %d start positions for %d papers", x.Rows(), len(opt.Start)/2, n)
	}
	m := &Map{points: make([]float32, 2*n), unit: 1}
	known := make([]int32, 0, n)
	for i := range n {
		if x.Cols > 0 && vec.Norm(x.Row(i)) > 0 {
			known = append(known, int32(i))
			continue
		}
		m.points[2*i], m.points[2*i+1] = Rim(i)
	}
	if len(known) < 2 {
		return m, nil // a single paper is in the centre
	}
	rows := x
	if len(known) < n {
		rows = &vec.Dense{}
		gather(rows, x, known)
		if opt.Start != nil {
			start := make([]float32, 0, 2*len(known))
			for _, i := range known {
				start = append(start, opt.Start[2*i], opt.Start[2*i+1])
			}
			opt.Start = start
		}
	}
	places, err := draw(ctx, rows, opt)
	if err != nil {
		return nil, err
	}
	m.unit = normalize(places)
	for k, i := range known {
		m.points[2*i], m.points[2*i+1] = places[2*k], places[2*k+1]
	}
	return m, nil
}

// draw returns the positions of the rows of x, at least two, in units of the kernel.
func draw(ctx context.Context, x *vec.Dense, opt Options) ([]float32, error) {
	n := x.Rows()
	perplexity := max(leastPerplexity, min(opt.Perplexity, float64(n-1)/neighborsPerPerplexity))
	b, err := nearest(ctx, x, min(n-1, int(math.Ceil(neighborsPerPerplexity*perplexity))), opt.Seed)
	if err != nil {
		return nil, err
	}
	start := principal(x, opt.Seed)
	if opt.Start != nil {
		resume(start, opt.Start, b)
	}
	return descend(ctx, affinities(b, n, perplexity), start, opt.Iterations, opt.Exaggeration, opt.Progress)
}

// Constants of the start.
const (
	principalRows  = 4096 // rows that the principal directions are computed from
	principalSteps = 40
	jitter         = 0.01 // random part of the start, which separates equal rows
)

// principal returns the start: the coordinates of the rows of x along their two principal directions, with standard
// deviation startSpread.
func principal(x *vec.Dense, seed uint64) []float32 {
	n, d := x.Rows(), x.Cols
	rng := rand.New(rand.NewPCG(seed, 0x7374617274))
	stride := (n + principalRows - 1) / principalRows
	mean := make([]float64, d)
	count := 0
	for i := 0; i < n; i += stride {
		count++
		for t, v := range x.Row(i) {
			mean[t] += float64(v)
		}
	}
	middle := make([]float32, d)
	for t := range mean {
		middle[t] = float32(mean[t] / float64(count))
	}
	y := make([]float32, 2*n)
	var first []float32
	for axis := range 2 {
		v := direction(x, middle, first, stride, rng)
		first = v
		shift := vec.Dot(middle, v)
		var sum float64
		for i := range n {
			c := vec.Dot(x.Row(i), v) - shift
			y[2*i+axis] = c
			sum += float64(c) * float64(c)
		}
		scale := startSpread / math.Sqrt(sum/float64(n)+1e-12)
		for i := range n {
			y[2*i+axis] = float32(scale*float64(y[2*i+axis]) + jitter*startSpread*rng.NormFloat64())
		}
	}
	return y
}

// resume sets the start y to the earlier positions of the points that have one. A new point starts among its nearest
// neighbours. Nothing changes when fewer than two points have one.
func resume(y, before []float32, b *neighbors) {
	at := func(i int) bool { return before[2*i] == before[2*i] && before[2*i+1] == before[2*i+1] }
	var known int
	var sum, squares [2]float64
	for i := range len(y) / 2 {
		if at(i) {
			known++
			for axis := range 2 {
				v := float64(before[2*i+axis])
				sum[axis] += v
				squares[axis] += v * v
			}
		}
	}
	count := float64(known)
	spread := 0.0
	for axis := range 2 {
		sum[axis] /= max(1, count)
		spread += squares[axis]/max(1, count) - sum[axis]*sum[axis]
	}
	if known < 2 || !(spread > 0) {
		return
	}
	scale := startSpread / math.Sqrt(spread/2)
	for i := range len(y) / 2 {
		from := []int32{int32(i)}
		if !at(i) {
			rows, _ := b.of(i)
			from = slices.DeleteFunc(slices.Clone(rows), func(j int32) bool { return j < 0 || !at(int(j)) })
		}
		if len(from) == 0 {
			continue
		}
		for axis := range 2 {
			var v float64
			for _, j := range from {
				v += float64(before[2*int(j)+axis]) - sum[axis]
			}
			y[2*i+axis] = float32(jitter*float64(y[2*i+axis]) + scale*v/float64(len(from)))
		}
	}
}

// direction returns the first principal direction of every stride-th row of x, by power iteration. It is orthogonal to
// another direction where one is given.
func direction(x *vec.Dense, mean, other []float32, stride int, rng *rand.Rand) []float32 {
	v := make([]float32, x.Cols)
	for t := range v {
		v[t] = float32(rng.NormFloat64())
	}
	next := make([]float32, x.Cols)
	for range principalSteps {
		if other != nil {
			vec.Axpy(-vec.Dot(v, other), other, v)
		}
		vec.Normalize(v)
		clear(next)
		shift := vec.Dot(mean, v)
		var sum float32
		for i := 0; i < x.Rows(); i += stride {
			c := vec.Dot(x.Row(i), v) - shift
			vec.Axpy(c, x.Row(i), next)
			sum += c
		}
		vec.Axpy(-sum, mean, next)
		if vec.Norm(next) == 0 {
			break // the rows do not vary, so that any direction will do
		}
		v, next = next, v
	}
	if other != nil {
		vec.Axpy(-vec.Dot(v, other), other, v)
	}
	vec.Normalize(v)
	return v
}

// normalize scales the positions into the disc of radius body around 0 and returns the factor.
func normalize(places []float32) float32 {
	low, high := [2]float32{places[0], places[1]}, [2]float32{places[0], places[1]}
	for i, v := range places {
		low[i%2], high[i%2] = min(low[i%2], v), max(high[i%2], v)
	}
	far := 0.0
	for i := 0; i < len(places); i += 2 {
		places[i] -= (low[0] + high[0]) / 2
		places[i+1] -= (low[1] + high[1]) / 2
		far = max(far, math.Hypot(float64(places[i]), float64(places[i+1])))
	}
	if far == 0 {
		return 1
	}
	scale := float32(body / far)
	vec.Scale(scale, places)
	return scale
}

// Rim returns the position of a paper without a vector, by its number: on the rim, away from others.
func Rim(i int) (x, y float32) {
	const golden = 2.399963229728653 // radians, the golden angle: multiples of it are spread evenly
	sin, cos := math.Sincos(math.Mod(float64(i)*golden, 2*math.Pi))
	return float32(cos), float32(sin)
}

// Points returns the positions of all papers, documents × 2: x and y in turn, each in [-1,1]. The caller must not
// change them.
func (m *Map) Points() []float32 { return m.points }

// At returns the position of paper i.
func (m *Map) At(i int) (x, y float32) { return m.points[2*i], m.points[2*i+1] }
