package eval

import (
	"math"
	"testing"
)

// TestCutScores holds the cuts against a count by hand.
func TestCutScores(t *testing.T) {
	q := Qrels{Queries: []string{"a", "b"}, Grades: map[string]map[string]float64{"a": {"x": 1, "y": 0, "z": 1}, "b": {"x": 2}}}
	run := Run{"a": {{Doc: "x", Score: 0.9}, {Doc: "y", Score: 0.5}, {Doc: "w", Score: 0.45}}, "b": {{Doc: "v", Score: 0.45}, {Doc: "x", Score: 0.1}}}
	want := map[float64]ScoreCut{
		0.2: {0.2, 2, 1.0 / 4, 1.0 / 3, 1},
		0.4: {0.4, 2, 1.0 / 4, 1.0 / 3, 1},
		0.5: {0.5, 1, 1.0 / 2, 1.0 / 3, 0.5},
		0.8: {0.8, 0.5, 1, 1.0 / 3, 0.5},
	}
	for _, got := range CutScores(q, run, q.Queries, 1) {
		w, asked := want[got.MinScore]
		if !asked {
			continue
		}
		delete(want, got.MinScore)
		for i, d := range []float64{got.Hits - w.Hits, got.Precision - w.Precision, got.Recall - w.Recall, got.Answered - w.Answered} {
			if math.Abs(d) > 1e-12 {
				t.Errorf("≥ %g: %+v, want %+v (figure %d)", got.MinScore, got, w, i)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("not measured: %v", want)
	}
}
