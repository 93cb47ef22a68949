package layout

import (
	"context"
	"math"

	"kindred/classifier/vec"
)

// Constants of the descent, after Belkina et al. (2019) and Kobak and Berens (2019).
const (
	exactPoints       = 1024 // points up to which repulsion is summed over all pairs; the grid is inexact for few
	startSpread       = 1e-4 // standard deviation of the start
	earlyExaggeration = 12   // exaggeration in the first phase
	earlyShare        = 4    // the first phase is one in so many of the iterations
	momentum          = 0.8
	minGain           = 0.01
	maxStep           = 5 // of one point in one iteration
	descentChunk      = 1024
)

// descent is the state of the gradient descent that fits the map to the affinities.
type descent struct {
	p        *vec.CSR
	y        []float32 // positions, x and y in turn
	next     []float32
	velocity []float32
	gain     []float32
	push     []float32 // repulsion, for few points
	field    field
}

// descend minimises the Kullback-Leibler divergence of the affinities on the map from p, by gradient descent with
// momentum and gains. exaggeration is the factor on the attractive forces in the second phase: 1 is t-SNE, and more
// pulls groups together.
func descend(ctx context.Context, p *vec.CSR, start []float32, iterations int, exaggeration float64, progress func(done, total int)) ([]float32, error) {
	n := p.Rows()
	d := &descent{p: p, y: start, next: make([]float32, 2*n), velocity: make([]float32, 2*n), gain: make([]float32, 2*n), push: make([]float32, 2*n)}
	for i := range d.gain {
		d.gain[i] = 1
	}
	early := iterations / earlyShare
	for it := range iterations {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		by := exaggeration
		if it < early {
			by = max(earlyExaggeration, exaggeration)
		}
		if it == early {
			clear(d.velocity)
			for i := range d.gain {
				d.gain[i] = 1
			}
		}
		d.step(float32(by), float32(float64(n)/by))
		progress(it+1, iterations)
	}
	return d.y, nil
}

// step moves every point once. All points see the same positions, so that their order does not matter.
func (d *descent) step(exaggeration, rate float32) {
	n := len(d.y) / 2
	exact := n <= exactPoints
	var z float64
	if exact {
		z = exactField(d.push, d.y)
	} else {
		z = d.field.set(d.y)
	}
	norm := float32(1 / z)
	vec.Parallel(n, descentChunk, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			px, py := d.y[2*i], d.y[2*i+1]
			var ax, ay float32
			row := d.p.Row(i)
			for k, j := range row.Index {
				dx, dy := px-d.y[2*j], py-d.y[2*j+1]
				w := row.Value[k] / (1 + dx*dx + dy*dy)
				ax += w * dx
				ay += w * dy
			}
			fx, fy := d.push[2*i], d.push[2*i+1]
			if !exact {
				fx, fy = d.field.at(px, py)
			}
			sx := d.advance(2*i, exaggeration*ax-norm*fx, rate)
			sy := d.advance(2*i+1, exaggeration*ay-norm*fy, rate)
			if long := float32(math.Sqrt(float64(sx*sx + sy*sy))); long > maxStep {
				sx, sy = sx*maxStep/long, sy*maxStep/long
			}
			d.next[2*i], d.next[2*i+1] = px+sx, py+sy
		}
	})
	d.y, d.next = d.next, d.y
	center(d.y)
}

// advance returns the step of coordinate k down its gradient.
func (d *descent) advance(k int, gradient, rate float32) float32 {
	if (gradient > 0) != (d.velocity[k] > 0) {
		d.gain[k] += 0.2
	} else {
		d.gain[k] = max(minGain, d.gain[k]*0.8)
	}
	d.velocity[k] = momentum*d.velocity[k] - rate*d.gain[k]*gradient
	return d.velocity[k]
}

// center moves the mean of the points to 0.
func center(y []float32) {
	var x0, y0 float64
	for i := 0; i < len(y); i += 2 {
		x0 += float64(y[i])
		y0 += float64(y[i+1])
	}
	n := float64(len(y) / 2)
	mx, my := float32(x0/n), float32(y0/n)
	for i := 0; i < len(y); i += 2 {
		y[i] -= mx
		y[i+1] -= my
	}
}
