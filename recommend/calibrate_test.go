package recommend

import (
	"math"
	"testing"
)

func TestCalibration(t *testing.T) {
	for _, c := range []calibration{defaultCalibration, newCalibration(0.1, 0.05), newCalibration(0, minDeviation), newCalibration(0.5, 0.3)} {
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
	if c := big.calibration; c == defaultCalibration || c != big.calibrate() || !(c.mean > 0 && c.mean < 0.5) {
		t.Errorf("400 papers give %+v, then %+v", c, big.calibrate())
	}
	small, rng := randomIndex(t, 2)
	if small.calibration != defaultCalibration || small.With([]Item{{ID: "x", Views: randomViews(rng)}}, nil).calibration != defaultCalibration {
		t.Errorf("two papers give %+v", small.calibration)
	}
}
