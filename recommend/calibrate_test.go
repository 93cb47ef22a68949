package recommend

import (
	"math"
	"testing"
)

func TestCalibration(t *testing.T) {
	for _, c := range []calibration{newCalibration(0.05, 0.04), newCalibration(0.1, 0.05), newCalibration(0, minDeviation), newCalibration(0.5, 0.3)} {
		last := float32(0)
		for s := float32(-1); s < 1.6; s += 0.001 {
			got := c.calibrated(s)
			if !(got >= last && got <= 1) {
				t.Fatalf("%+v: %v is shown as %v, after %v", c, s, got, last)
			}
			last = got
		}
		for s, want := range map[float64]float64{c.mean: 0, c.mean - 1: 0, 1: 1, 2: 1} {
			if got := c.calibrated(float32(s)); math.Abs(float64(got)-want) > 1e-4 {
				t.Errorf("%+v: %v is shown as %v, want %v", c, s, got, want)
			}
		}
		half := c.calibrated(float32(c.mean + halfway*c.deviation))
		if math.Abs(float64(half)-min(1, 0.5/c.top)) > 1e-5 {
			t.Errorf("%+v: %d deviations are shown as %v", c, halfway, half)
		}
	}
}

func TestCalibrationOfAnIndex(t *testing.T) {
	big, _ := randomIndex(t, 400)
	if c := big.calibration; c != big.calibrate() || !(c.mean > 0 && c.mean < 0.5) {
		t.Errorf("400 papers give %+v, then %+v", c, big.calibrate())
	}
	small, rng := randomIndex(t, 2)
	if small.With([]Item{{ID: "x", Views: randomViews(rng)}}, nil).calibration != small.calibration {
		t.Error("a later paper changes what scores mean")
	}
}

// TestFewPapersAreMeasuredByTheUsual holds that the fewer papers there are, the nearer to the usual is what they are
// measured by: the one pair of two papers is no measure of chance, however alike they are.
func TestFewPapersAreMeasuredByTheUsual(t *testing.T) {
	last := 0.0
	for _, n := range []int{1, 2, 5, 30, 400} {
		ix, _ := randomIndex(t, n)
		usualMean, _ := usual(ix.meanAlpha())
		off := math.Abs(ix.mean - usualMean)
		if off < last-0.005 {
			t.Errorf("the mean of %d papers lies %v from the usual, that of fewer %v", n, off, last)
		}
		if n <= 5 && off > 0.02 {
			t.Errorf("the mean of %d papers, %v, is far from the usual, %v", n, ix.mean, usualMean)
		}
		last = off
	}
	if last < 0.02 {
		t.Errorf("400 papers are measured by the usual, off by %v", last)
	}
}
