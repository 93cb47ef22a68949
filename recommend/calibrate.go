package recommend

import (
	"math"
	"math/rand/v2"
)

// The similarity of two papers of one field in a corpus of that field is ordinary; in a corpus of all fields it is not.
// Scores are therefore shown by how far they stand out from those of papers taken at random. With mean μ and standard
// deviation σ of the similarity of random pairs,
//
//	z = max(0, (s−μ)/σ),   shown = h(z) / h((1−μ)/σ),   h(z) = z / (z + halfway)
//
// so that 0 is what two papers have in common by chance and 1 is the same text. On four judged collections whose plain
// scores differ by a factor of two, a typical relevant paper is shown as 0.5 to 0.6 and the nearest one as 0.75 to 0.85.
const (
	// halfway is the z that is shown as about one half.
	halfway = 4
	// randomPairs is the size of the sample: σ is then known to 2 %.
	randomPairs = 2000
	// leastDeviation keeps a handful of papers from making every difference look large.
	leastDeviation = 0.02
)

// calibration holds what turns a score into the one that is shown.
type calibration struct{ mean, deviation, top float64 }

// typical is the calibration of an index with too few papers to take pairs of: the middle of those measured.
var typical = newCalibration(0.05, 0.04)

func newCalibration(mean, deviation float64) calibration {
	c := calibration{mean: mean, deviation: deviation}
	z := (1 - mean) / deviation
	c.top = z / (z + halfway)
	return c
}

// shown returns the score that is shown for a score of the ranking function, in [0,1] and never falling as that one rises.
func (c *calibration) shown(score float32) float32 {
	z := max(0, (float64(score)-c.mean)/c.deviation)
	return float32(min(1, z/(z+halfway)/c.top))
}

// calibrate measures μ and σ over random pairs of base rows, the same ones every time. Later papers do not change them:
// scores keep their meaning until the next model.
func (ix *Index) calibrate() calibration {
	n := len(ix.base.ids)
	if n < 3 {
		return typical
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
		return typical
	}
	mean := min(0.5, sum/count)
	return newCalibration(mean, max(leastDeviation, math.Sqrt(max(0, squares/count-mean*mean))))
}
