package layout

import (
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/dsp/fourier"

	"kindred/classifier/vec"
)

// Constants of the grid on which repulsion is computed.
const (
	spacing   = 0.6  // between nodes, in units of the kernel; a finer grid drew no better map of thousands of papers
	finer     = 4    // factor on the resolution of a small map, whose points are at the centre of the kernel
	minNodes  = 60   // of one side of the map, below which the grid is finer
	maxNodes  = 1920 // of one side of the padded grid; larger maps get a coarser one
	margin    = 16   // nodes between the map and its periodic image
	gridChunk = 8    // lines of the grid that one task takes

	partPoints  = 16384 // points from which on they are spread in parts
	spreadParts = 4
	sumChunk    = 16384 // nodes whose mass one task sums
)

// gridSizes are the sides of a padded grid. They are products of small factors, which the Fourier transform is fast
// for, and are far enough apart that a growing map seldom changes its grid.
var gridSizes = []int{64, 80, 96, 120, 144, 180, 216, 256, 300, 360, 432, 512, 600, 720, 864, 1024, 1200, 1440, 1728, maxNodes}

// field computes the repulsion between all points at once. Their mass is spread on a grid by cubic B-splines and
// convolved with the kernel by Fourier transform. The result is the potential Σ_j 1/(1+|p−y_j|²), whose gradient gives
// the forces: that of the same splines through its values at the nodes. The method is that of Linderman, Rachh, Hoskins,
// Steinerberger and Kluger ("Fast interpolation-based t-SNE", Nature Methods 16, 2019), with splines in place of
// piecewise polynomials, and with one potential in place of three or four. The kernel is corrected for the smoothing by
// the splines, as in particle–mesh methods. The time is proportional to the number of points and of nodes.
type field struct {
	size   int // of the padded grid, along one side
	kernel float64
	total  []float64     // transform of the kernel 1/(1+r²), by column, size/2+1 × size
	near   [4][4]float64 // that kernel after the splines, by distance in nodes along y and x
	plans  *sync.Pool

	used      int          // nodes in use along one side
	x0, y0    float32      // position of node 0
	h         float32      // distance of nodes
	mass      []float64    // used × used
	parts     []float64    // spreadParts × used × used: mass of a part of the points each
	columns   []complex128 // size/2+1 × used: transformed along x
	potential []float64    // used × used
	sums      []float64    // by line
	self      float64      // part of the sum over pairs that pairs a point with itself
}

type plan struct {
	real    *fourier.FFT
	fft     *fourier.CmplxFFT
	line    []float64
	half    []complex128 // transform of a line of real numbers
	in, out []complex128
}

// set spreads the points y, x and y in turn, and computes the field. It returns Σ_i Σ_{j≠i} 1/(1+|y_i−y_j|²).
func (f *field) set(y []float32) float64 {
	f.fit(y)
	f.spread(y)
	u, n := f.used, f.size
	f.lines(u, func(p *plan, r int) {
		clear(p.line[copy(p.line, f.mass[r*u:(r+1)*u]):])
		for k, v := range p.real.Coefficients(p.half, p.line) {
			f.columns[k*u+r] = v
		}
	})
	f.lines(n/2+1, func(p *plan, k int) {
		column := f.columns[k*u : (k+1)*u]
		clear(p.in[copy(p.in, column):])
		p.fft.Coefficients(p.out, p.in)
		for l, t := range f.total[k*n : (k+1)*n] {
			p.out[l] *= complex(t, 0)
		}
		copy(column, p.fft.Sequence(p.in, p.out))
	})
	cells := float64(n) * float64(n)
	f.lines(u, func(p *plan, r int) {
		for k := range p.half {
			p.half[k] = f.columns[k*u+r]
		}
		out, sum := f.potential[r*u:(r+1)*u], 0.0
		p.real.Sequence(p.line, p.half)
		for c, m := range f.mass[r*u : (r+1)*u] {
			out[c] = p.line[c] / cells
			sum += m * out[c]
		}
		f.sums[r] = sum
	})
	sum := 0.0
	for _, s := range f.sums[:u] {
		sum += s
	}
	return max(sum-f.self, math.SmallestNonzeroFloat32)
}

// lines calls do for each of n lines of the grid, on all cores.
func (f *field) lines(n int, do func(p *plan, line int)) {
	vec.Parallel(n, gridChunk, func(lo, hi int) {
		p := f.plans.Get().(*plan)
		defer f.plans.Put(p)
		for line := lo; line < hi; line++ {
			do(p, line)
		}
	})
}

// at returns Σ_j (p−y_j)/(1+|p−y_j|²)² for a position p on the map: half of the gradient of the potential, downwards.
func (f *field) at(px, py float32) (fx, fy float32) {
	c, tx := f.node(px - f.x0)
	r, ty := f.node(py - f.y0)
	wx, wy, sx, sy := spline(tx), spline(ty), slopes(tx), slopes(ty)
	var dx, dy float64
	for i, v := range wy {
		line := f.potential[(r+i)*f.used+c:][:4]
		dx += v * (sx[0]*line[0] + sx[1]*line[1] + sx[2]*line[2] + sx[3]*line[3])
		dy += sy[i] * (wx[0]*line[0] + wx[1]*line[1] + wx[2]*line[2] + wx[3]*line[3])
	}
	scale := -0.5 / float64(f.h)
	return float32(scale * dx), float32(scale * dy)
}

// fit places the grid over the points.
func (f *field) fit(y []float32) {
	lowX, highX, lowY, highY := y[0], y[0], y[1], y[1]
	for i := 0; i < len(y); i += 2 {
		lowX, highX = min(lowX, y[i]), max(highX, y[i])
		lowY, highY = min(lowY, y[i+1]), max(highY, y[i+1])
	}
	span := float64(max(highX-lowX, highY-lowY))
	h := spacing
	for h > spacing/finer && span/h < minNodes/2 {
		h /= 2
	}
	const nodes = (maxNodes - margin) / 2
	if span/h > nodes-5 {
		h = span / (nodes - 5)
	}
	f.used = int(span/h) + 5
	f.h = float32(h)
	f.x0, f.y0 = lowX-f.h, lowY-f.h
	size := 0
	for size = range gridSizes {
		if gridSizes[size] >= 2*f.used+margin {
			break
		}
	}
	if size = gridSizes[size]; size != f.size || h != f.kernel {
		f.prepare(size, h)
	}
	cells := f.used * f.used
	f.mass, f.potential = slices.Grow(f.mass[:0], cells)[:cells], slices.Grow(f.potential[:0], cells)[:cells]
	f.columns = f.columns[:f.used*(size/2+1)]
}

// prepare computes the transform of the kernel for a padded grid.
func (f *field) prepare(size int, h float64) {
	half := size/2 + 1
	f.size, f.kernel = size, h
	f.total = make([]float64, half*size)
	f.columns, f.sums = make([]complex128, half*size/2), make([]float64, size)
	f.plans = &sync.Pool{New: func() any {
		return &plan{
			real: fourier.NewFFT(size), line: make([]float64, size), half: make([]complex128, half),
			fft: fourier.NewCmplxFFT(size), in: make([]complex128, size), out: make([]complex128, size),
		}
	}}
	smooth := make([]float64, size)
	for k := range smooth {
		b := (4 + 2*math.Cos(2*math.Pi*float64(k)/float64(size))) / 6
		smooth[k] = 1 / (b * b)
	}
	rows := make([]complex128, half*size)
	f.lines(size, func(p *plan, r int) {
		y := h * float64(wrap(r, size))
		for c := range p.line {
			x := h * float64(wrap(c, size))
			p.line[c] = 1 / (1 + x*x + y*y)
		}
		for k, v := range p.real.Coefficients(p.half, p.line) {
			rows[k*size+r] = v
		}
	})
	f.lines(half, func(p *plan, k int) {
		for l, v := range p.fft.Coefficients(p.out, rows[k*size:(k+1)*size]) {
			f.total[k*size+l] = real(v) * smooth[k] * smooth[l] // the kernel is even, and its transform real
		}
	})
	f.prepareSelf()
}

// prepareSelf computes near: the inverse transform of total, at the distances between two nodes that one point is
// spread over.
func (f *field) prepareSelf() {
	n := f.size
	cosine := make([]float64, n)
	for k := range cosine {
		cosine[k] = math.Cos(2 * math.Pi * float64(k) / float64(n))
	}
	for dx := range 4 {
		var sum [4]float64
		for l := range n {
			var line float64
			for k := range n {
				line += f.total[min(k, n-k)*n+l] * cosine[k*dx%n]
			}
			for dy := range sum {
				sum[dy] += line * cosine[l*dy%n]
			}
		}
		for dy, v := range sum {
			f.near[dy][dx] = v / float64(n*n)
		}
	}
}

// correlate returns the sums of products of the weights that are 0 to 3 nodes apart. Those that are apart count twice,
// once in each direction.
func correlate(w [4]float64) (r [4]float64) {
	for i, a := range w {
		for k, b := range w[i:] {
			if k == 0 {
				r[0] += a * b
			} else {
				r[k] += 2 * a * b
			}
		}
	}
	return r
}

// wrap returns the signed distance of node i from node 0 on a periodic line.
func wrap(i, size int) int {
	if i > size/2 {
		return i - size
	}
	return i
}

// spread adds the mass of the points to the grid. Many points are spread in parts, onto a grid each. The parts and the
// order within them are fixed, because another order would round differently.
func (f *field) spread(y []float32) {
	clear(f.mass)
	if len(y)/2 < partPoints {
		f.self = f.spreadPart(f.mass, y)
		return
	}
	var selves [spreadParts]float64
	size := 2 * (len(y)/2/spreadParts + 1)
	f.parts = slices.Grow(f.parts[:0], spreadParts*len(f.mass))[:spreadParts*len(f.mass)]
	vec.Parallel(len(y), size, func(lo, hi int) {
		k := lo / size
		grid := f.parts[k*len(f.mass) : (k+1)*len(f.mass)]
		clear(grid)
		selves[k] = f.spreadPart(grid, y[lo:hi])
	})
	vec.Parallel(len(f.mass), sumChunk, func(lo, hi int) {
		for k := range spreadParts {
			part := f.parts[k*len(f.mass)+lo : k*len(f.mass)+hi]
			for i, v := range part {
				f.mass[lo+i] += v
			}
		}
	})
	f.self = 0
	for _, v := range selves {
		f.self += v
	}
}

// spreadPart adds the mass of the points y to a grid, and returns their part of self.
func (f *field) spreadPart(grid []float64, y []float32) (self float64) {
	for i := 0; i < len(y); i += 2 {
		c, tx := f.node(y[i] - f.x0)
		r, ty := f.node(y[i+1] - f.y0)
		wx, wy := spline(tx), spline(ty)
		for k, v := range wy {
			line := grid[(r+k)*f.used+c:][:4]
			line[0] += v * wx[0]
			line[1] += v * wx[1]
			line[2] += v * wx[2]
			line[3] += v * wx[3]
		}
		rx, ry := correlate(wx), correlate(wy)
		for dy, v := range ry {
			own := &f.near[dy]
			self += v * (rx[0]*own[0] + rx[1]*own[1] + rx[2]*own[2] + rx[3]*own[3])
		}
	}
	return self
}

// node returns the first of the four nodes around a position d from node 0, and how far the position is between the
// second and the third, in [0,1].
func (f *field) node(d float32) (first int, t float64) {
	at := float64(d / f.h)
	first = min(max(int(at), 1), f.used-3)
	return first - 1, at - float64(first)
}

// spline returns the weights of the cubic B-spline at the four nodes around a position.
func spline(t float64) (w [4]float64) {
	s := 1 - t
	w[0] = s * s * s / 6
	w[3] = t * t * t / 6
	w[1] = (4 - 6*t*t + 3*t*t*t) / 6
	w[2] = 1 - w[0] - w[1] - w[3]
	return w
}

// slopes returns the derivatives of the weights of spline.
func slopes(t float64) (w [4]float64) {
	s := 1 - t
	w[0] = -s * s / 2
	w[3] = t * t / 2
	w[1] = t * (1.5*t - 2)
	w[2] = -w[0] - w[1] - w[3]
	return w
}

// exactField is field by its definition, for few points. It sets force to Σ_j (y_i−y_j)/(1+|y_i−y_j|²)² and returns Σ_i
// Σ_{j≠i} 1/(1+|y_i−y_j|²).
func exactField(force, y []float32) float64 {
	n := len(y) / 2
	sums := make([]float64, n)
	vec.Parallel(n, rowChunk, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			var sum, fx, fy float64
			for j := range n {
				if j == i {
					continue
				}
				dx, dy := float64(y[2*i]-y[2*j]), float64(y[2*i+1]-y[2*j+1])
				k := 1 / (1 + dx*dx + dy*dy)
				sum += k
				fx += dx * k * k
				fy += dy * k * k
			}
			sums[i], force[2*i], force[2*i+1] = sum, float32(fx), float32(fy)
		}
	})
	total := 0.0
	for _, s := range sums {
		total += s
	}
	return max(total, math.SmallestNonzeroFloat32)
}
