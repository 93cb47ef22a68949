package recommend

import (
	"math"
	"math/rand/v2"
)

// Calibration. The same similarity is ordinary in a corpus of one field and outstanding in a corpus of all
// fields. A score is therefore standardised by the similarities of random pairs of papers. With their mean μ
// and standard deviation σ,
//
//	z = max(0, (s−μ)/σ),   score = h(z) / h((1−μ)/σ),   h(z) = z / (z + halfway)
//
// so that 0 is what two papers have in common by chance and 1 is the same text. Raw scores of four judged
// collections differ by a factor of two; calibrated, a typical relevant paper scores 0.5 to 0.6 and the nearest
// one 0.75 to 0.85.
const (
	// halfway is the z whose score is about one half.
	halfway = 4
	// randomPairs is the size of the sample. It gives σ to 2 %.
	randomPairs = 2000
	// minDeviation is a floor under σ, for corpora of a handful of papers.
	minDeviation = 0.02
)

// calibration maps raw scores to calibrated ones.
type calibration struct{ mean, deviation, top float64 }

// defaultCalibration is that of an index with too few papers for a sample: the middle of those measured.
var defaultCalibration = newCalibration(0.05, 0.04)

func newCalibration(mean, deviation float64) calibration {
	c := calibration{mean: mean, deviation: deviation}
	z := (1 - mean) / deviation
	c.top = z / (z + halfway)
	return c
}

// calibrated maps a score of the ranking function to [0,1]. It is monotonic.
func (c *calibration) calibrated(score float32) float32 {
	z := max(0, (float64(score)-c.mean)/c.deviation)
	return float32(min(1, z/(z+halfway)/c.top))
}

// calibrate measures μ and σ over random pairs of base rows, the same pairs every time. Later papers do not
// change them, so scores keep their meaning until the next fit.
func (ix *Index) calibrate() calibration {
	n := len(ix.base.ids)
	if n < 3 {
		return defaultCalibration
	}
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	var count, sum, squares float64
	for range randomPairs {
		a, b := rng.IntN(n), rng.IntN(n)
		x, y := ix.Views(a), ix.Views(b)
		if a == b || x.Lexical.Len() == 0 || y.Lexical.Len() == 0 {
			continue
		}
		s := float64(ix.similarity(x, y))
		count, sum, squares = count+1, sum+s, squares+s*s
	}
	if count < 3 {
		return defaultCalibration
	}
	mean := min(0.5, sum/count)
	return newCalibration(mean, max(minDeviation, math.Sqrt(max(0, squares/count-mean*mean))))
}
