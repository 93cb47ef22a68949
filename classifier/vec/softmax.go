package vec

import "math"

// Softmax replaces row by exp(sharpness·row) divided by its sum. sharpness must be positive and row not empty. The
// maximum is subtracted first, so that no exponential overflows.
func Softmax(row []float32, sharpness float32) {
	best := row[0]
	for _, v := range row {
		if v > best {
			best = v
		}
	}
	sum := 0.0
	for j, v := range row {
		e := math.Exp(float64(sharpness * (v - best)))
		row[j] = float32(e)
		sum += e
	}
	for j := range row {
		row[j] = float32(float64(row[j]) / sum)
	}
}

// Transpose returns m with rows and columns exchanged.
func (m *Dense) Transpose() *Dense {
	t := NewDense(m.Cols, m.Rows())
	for r := range m.Rows() {
		for c, v := range m.Row(r) {
			t.Data[c*t.Cols+r] = v
		}
	}
	return t
}
