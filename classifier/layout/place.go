package layout

import (
	"kindred/classifier/vec"
)

// Constants of placing.
const (
	placeNeighbors  = 15 // nearest papers that place a new one
	placePerplexity = 5
	placeSteps      = 50
)

// Place returns the position on the map of a new paper with the unit vector v. x holds the rows that the map was
// computed from. No other paper moves. ok is false when no row is similar to v at all, as for a zero vector; Rim has a
// position for the paper then.
//
// The position is where the gradient of the attractive part of the divergence that Fit minimises is zero for the paper.
// It is a weighted mean of the positions of the nearest neighbours, in which outliers hardly count. Repulsion is
// ignored.
func (m *Map) Place(x *vec.Dense, v []float32) (px, py float32, ok bool) {
	if len(v) != x.Cols || x.Rows() != len(m.points)/2 {
		panic("layout: shapes do not fit")
	}
	if len(v) == 0 || vec.Norm(v) == 0 {
		return 0, 0, false
	}
	rows, cosines := nearestTo(x, v, min(placeNeighbors, x.Rows()))
	if len(rows) == 0 {
		return 0, 0, false
	}
	weights := make([]float32, len(rows))
	shares(weights, cosines, max(1, min(placePerplexity, float64(len(rows)-1)/neighborsPerPerplexity)))
	best := float32(-1)
	for _, i := range rows {
		x0, y0 := m.At(int(i))
		if _, _, weight := m.toward(x0, y0, rows, weights); weight > best {
			best, px, py = weight, x0, y0
		}
	}
	for range placeSteps {
		px, py, _ = m.toward(px, py, rows, weights)
	}
	return px, py, true
}

// toward returns the mean of the positions of rows, weighted by weights times the kernel of the map around (px, py),
// and the sum of these products.
func (m *Map) toward(px, py float32, rows []int32, weights []float32) (tx, ty, weight float32) {
	for k, i := range rows {
		x, y := m.At(int(i))
		dx, dy := (px-x)/m.unit, (py-y)/m.unit
		w := weights[k] / (1 + dx*dx + dy*dy)
		tx += w * x
		ty += w * y
		weight += w
	}
	if weight == 0 {
		return px, py, 0
	}
	return tx / weight, ty / weight, weight
}
