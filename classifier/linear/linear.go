// Package linear classifies rows of features by linear support vector machines, one for each class against all others.
package linear

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/optimize"

	"kindred/classifier/vec"
)

// Options are the options of Train. The zero value is the default.
type Options struct {
	// Cost is the penalty C of an error relative to the squared length of the weights; 0 means DefaultCost.
	Cost float64
	// Iterations is the most steps of the optimiser for one class; 0 means DefaultIterations.
	Iterations int
}

// Defaults of Options.
const (
	DefaultCost       = 0.3
	DefaultIterations = 120
)

// Validate reports options out of their ranges.
func (o Options) Validate() error {
	if !(o.Cost >= 0) || o.Iterations < 0 {
		return errors.New("linear: Cost and Iterations must not be negative")
	}
	return nil
}

// Classifier holds the weights of all classes. It is immutable.
type Classifier struct {
	weights *vec.Dense // features × classes
	bias    []float32
}

// Train learns from rows of features and the class of each, from 0 to classes−1. For every class it minimises
//
//	½·|w|² + ½·b² + C·Σ max(0, 1 − y·(w·x + b))²
//
// with y = 1 for the rows of the class and −1 for others (Chang, Hsieh and Lin, "Coordinate descent method for
// large-scale L2-loss linear support vector machines", 2008), by L-BFGS. The result does not depend on the number of
// cores.
func Train(ctx context.Context, x *vec.CSR, y []int, classes int, opt Options) (*Classifier, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	if x.Rows() != len(y) || len(y) == 0 || classes < 1 {
		return nil, fmt.Errorf("linear: %d rows and classes of %d rows", x.Rows(), len(y))
	}
	if opt.Cost == 0 {
		opt.Cost = DefaultCost
	}
	if opt.Iterations == 0 {
		opt.Iterations = DefaultIterations
	}
	for _, c := range y {
		if c < 0 || c >= classes {
			return nil, fmt.Errorf("linear: there is no class %d of %d", c, classes)
		}
	}
	c := &Classifier{weights: vec.NewDense(x.Cols, classes), bias: make([]float32, classes)}
	failed := make([]error, classes)
	vec.Parallel(classes, 1, func(k, _ int) {
		w, err := separate(ctx, x, y, k, opt)
		if err != nil {
			failed[k] = err
			return
		}
		for f := range x.Cols {
			c.weights.Data[f*classes+k] = float32(w[f])
		}
		c.bias[k] = float32(w[x.Cols])
	})
	return c, errors.Join(failed...)
}

// separate returns the weights w of class k, followed by the bias b.
func separate(ctx context.Context, x *vec.CSR, y []int, k int, opt Options) ([]float64, error) {
	var at, gradient []float64 // the point of the last evaluation, and the gradient there
	var value float64
	ask := func(w []float64) {
		if at != nil && slices.Equal(at, w) {
			return
		}
		at = append(at[:0], w...)
		value, gradient = objective(x, y, k, opt.Cost, w, gradient)
	}
	p := optimize.Problem{
		Func: func(w []float64) float64 { ask(w); return value },
		Grad: func(g, w []float64) { ask(w); copy(g, gradient) },
		Status: func() (optimize.Status, error) {
			if err := ctx.Err(); err != nil {
				return optimize.Failure, err
			}
			return optimize.NotTerminated, nil
		},
	}
	settings := &optimize.Settings{
		GradientThreshold: 1e-3, MajorIterations: opt.Iterations, Concurrent: 1,
		Converger: &optimize.FunctionConverge{Relative: 1e-5, Iterations: 4},
	}
	result, err := optimize.Minimize(p, make([]float64, x.Cols+1), settings, &optimize.LBFGS{Store: 8})
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if result == nil {
		return nil, fmt.Errorf("linear: class %d: %w", k, err)
	}
	return result.X, nil // a line search that fails at the limits of precision is at the minimum
}

// objective returns the function that Train minimises for class k, at w, and its gradient, in the memory of g.
func objective(x *vec.CSR, y []int, k int, cost float64, w, g []float64) (float64, []float64) {
	g = append(g[:0], w...)
	sum := 0.0
	for _, v := range w {
		sum += v * v / 2
	}
	b := len(w) - 1
	for i, c := range y {
		side := -1.0
		if c == k {
			side = 1
		}
		row := x.Row(i)
		f := w[b]
		for j, t := range row.Index {
			f += w[t] * float64(row.Value[j])
		}
		short := 1 - side*f
		if short <= 0 {
			continue
		}
		sum += cost * short * short
		step := -2 * cost * short * side
		g[b] += step
		for j, t := range row.Index {
			g[t] += step * float64(row.Value[j])
		}
	}
	return sum, g
}

// Scores sets dst, one value for each class, to the decision values w·x + b of a row. They are positive on the side of
// the class.
func (c *Classifier) Scores(dst []float32, row vec.Sparse) {
	vec.Combine(dst, row, c.weights)
	for k, b := range c.bias {
		dst[k] += b
	}
}

// Classes returns the number of classes.
func (c *Classifier) Classes() int { return len(c.bias) }

// Classify returns the class of a row.
func (c *Classifier) Classify(row vec.Sparse) int {
	scores := make([]float32, c.Classes())
	c.Scores(scores, row)
	best := 0
	for k, v := range scores {
		if v > scores[best] {
			best = k
		}
	}
	return best
}
