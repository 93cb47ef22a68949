package layout

import (
	"math"
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
)

// gridSizes are the sides of a padded grid. They are products of small factors, which the Fourier transform is fast
// for, and are far enough apart that a growing map seldom changes its grid.
var gridSizes = []int{64, 80, 96, 120, 144, 180, 216, 256, 300, 360, 432, 512, 600, 720, 864, 1024, 1200, 1440, 1728, maxNodes}

// field computes the repulsion between all points at once. Their mass is spread on a grid by cubic B-splines and
// convolved with the kernels by Fourier transform, and the result is interpolated at the points by the same splines.
// The method is that of Linderman, Rachh, Hoskins, Steinerberger and Kluger ("Fast interpolation-based t-SNE", Nature
// Methods 16, 2019), with splines in place of piecewise polynomials. The kernels are corrected for the smoothing by the
// splines, as in particle–mesh methods. The time is proportional to the number of points and of nodes.
type field struct {
	size   int // of the padded grid, along one side
	kernel float64
	force  []complex128  // transform of the kernel x/(1+r²)² + i·y/(1+r²)², size × size, by column
	total  []float64     // transform of the kernel 1/(1+r²), by column
	near   [4][4]float64 // that kernel after the splines, by distance in nodes along y and x
	plans  *sync.Pool

	used    int          // nodes in use along one side
	x0, y0  float32      // position of node 0
	h       float32      // distance of nodes
	mass    []float64    // used × used
	columns []complex128 // size × used: transformed along x
	out     []complex128 // used × used: force along x and y
	sums    []float64    // by column
	self    float64      // part of the sum over pairs that pairs a point with itself
}

type plan struct {
	fft     *fourier.CmplxFFT
	in, out []complex128
}

// set spreads the points y, x and y in turn, and computes the field. It returns Σ_i Σ_{j≠i} 1/(1+|y_i−y_j|²).
func (f *field) set(y []float32) float64 {
	f.fit(y)
	f.spread(y)
	u, n := f.used, f.size
	vec.Parallel(u, gridChunk, func(lo, hi int) {
		p := f.plans.Get().(*plan)
		defer f.plans.Put(p)
		for r := lo; r < hi; r++ {
			clear(p.in[u:])
			for c, v := range f.mass[r*u : (r+1)*u] {
				p.in[c] = complex(v, 0)
			}
			p.fft.Coefficients(p.out, p.in)
			for k, v := range p.out {
				f.columns[k*u+r] = v
			}
		}
	})
	vec.Parallel(n, gridChunk, func(lo, hi int) {
		p := f.plans.Get().(*plan)
		defer f.plans.Put(p)
		for k := lo; k < hi; k++ {
			clear(p.in[u:])
			column := f.columns[k*u : (k+1)*u]
			copy(p.in, column)
			p.fft.Coefficients(p.out, p.in)
			sum := 0.0
			force, total := f.force[k*n:(k+1)*n], f.total[k*n:(k+1)*n]
			for l, v := range p.out {
				sum += (real(v)*real(v) + imag(v)*imag(v)) * total[l]
				p.out[l] = v * force[l]
			}
			f.sums[k] = sum
			p.fft.Sequence(p.in, p.out)
			copy(column, p.in)
		}
	})
	vec.Parallel(u, gridChunk, func(lo, hi int) {
		p := f.plans.Get().(*plan)
		defer f.plans.Put(p)
		for r := lo; r < hi; r++ {
			for k := range p.in {
				p.in[k] = f.columns[k*u+r]
			}
			p.fft.Sequence(p.out, p.in)
			copy(f.out[r*u:(r+1)*u], p.out)
		}
	})
	sum := 0.0
	for _, s := range f.sums {
		sum += s
	}
	cells := float64(n) * float64(n)
	return max(sum/cells-f.self, math.SmallestNonzeroFloat32)
}

// at returns Σ_j (p−y_j)/(1+|p−y_j|²)² for a position p on the map.
func (f *field) at(px, py float32) (fx, fy float32) {
	c, wx := f.spline(px - f.x0)
	r, wy := f.spline(py - f.y0)
	var sum complex128
	for i, v := range wy {
		line := f.out[(r+i)*f.used+c:][:4]
		sum += complex(v, 0) * (complex(wx[0], 0)*line[0] + complex(wx[1], 0)*line[1] + complex(wx[2], 0)*line[2] + complex(wx[3], 0)*line[3])
	}
	cells := float64(f.size) * float64(f.size)
	return float32(real(sum) / cells), float32(imag(sum) / cells)
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
	if cap(f.mass) < cells {
		f.mass, f.out = make([]float64, cells), make([]complex128, cells)
	}
	f.mass, f.out = f.mass[:cells], f.out[:cells]
	f.columns = f.columns[:f.used*size]
}

// prepare computes the transforms of the kernels for a padded grid.
func (f *field) prepare(size int, h float64) {
	f.size, f.kernel = size, h
	f.force, f.total = make([]complex128, size*size), make([]float64, size*size)
	f.columns, f.sums = make([]complex128, size*size/2), make([]float64, size)
	f.plans = &sync.Pool{New: func() any {
		return &plan{fft: fourier.NewCmplxFFT(size), in: make([]complex128, size), out: make([]complex128, size)}
	}}
	potential := make([]complex128, size*size)
	for r := range size {
		for c := range size {
			x, y := h*float64(wrap(c, size)), h*float64(wrap(r, size))
			k := 1 / (1 + x*x + y*y)
			potential[r*size+c] = complex(k, 0)
			f.force[r*size+c] = complex(x*k*k, y*k*k)
		}
	}
	f.transform(potential)
	f.transform(f.force)
	smooth := make([]float64, size)
	for k := range smooth {
		b := (4 + 2*math.Cos(2*math.Pi*float64(k)/float64(size))) / 6
		smooth[k] = 1 / (b * b)
	}
	for k := range size {
		for l := range size {
			s := smooth[k] * smooth[l]
			f.total[k*size+l] = real(potential[k*size+l]) * s
			f.force[k*size+l] *= complex(s, 0)
		}
	}
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
				line += f.total[k*n+l] * cosine[k*dx%n]
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

// transform replaces a square by its two-dimensional Fourier transform, transposed.
func (f *field) transform(a []complex128) {
	n := f.size
	lines := func() {
		vec.Parallel(n, gridChunk, func(lo, hi int) {
			p := f.plans.Get().(*plan)
			defer f.plans.Put(p)
			for r := lo; r < hi; r++ {
				p.fft.Coefficients(p.out, a[r*n:(r+1)*n])
				copy(a[r*n:], p.out)
			}
		})
	}
	lines()
	for r := range n {
		for c := range r {
			a[r*n+c], a[c*n+r] = a[c*n+r], a[r*n+c]
		}
	}
	lines()
}

// wrap returns the signed distance of node i from node 0 on a periodic line.
func wrap(i, size int) int {
	if i > size/2 {
		return i - size
	}
	return i
}

// spread adds the mass of the points to the grid, in the order of the points, because another order would round
// differently.
func (f *field) spread(y []float32) {
	clear(f.mass)
	f.self = 0
	for i := 0; i < len(y); i += 2 {
		c, wx := f.spline(y[i] - f.x0)
		r, wy := f.spline(y[i+1] - f.y0)
		for k, v := range wy {
			line := f.mass[(r+k)*f.used+c:][:4]
			line[0] += v * wx[0]
			line[1] += v * wx[1]
			line[2] += v * wx[2]
			line[3] += v * wx[3]
		}
		rx, ry := correlate(wx), correlate(wy)
		for dy, v := range ry {
			own := &f.near[dy]
			f.self += v * (rx[0]*own[0] + rx[1]*own[1] + rx[2]*own[2] + rx[3]*own[3])
		}
	}
}

// spline returns the first of the four nodes around a position d from node 0, and the weights of the cubic B-spline at
// them.
func (f *field) spline(d float32) (first int, w [4]float64) {
	at := float64(d / f.h)
	first = min(max(int(at), 1), f.used-3)
	t := at - float64(first)
	s := 1 - t
	w[0] = s * s * s / 6
	w[3] = t * t * t / 6
	w[1] = (4 - 6*t*t + 3*t*t*t) / 6
	w[2] = 1 - w[0] - w[1] - w[3]
	return first - 1, w
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
