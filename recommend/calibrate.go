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
	// minDeviation is a floor under σ.
	minDeviation = 0.02
	// priorPairs is the number of pairs that the usual μ and σ count for beside the pairs that a corpus has. A
	// handful of papers has too few to say what is chance: of three papers, two that are alike would be the chance
	// that they are measured by. Of 300 papers the corpus counts for 99 %.
	priorPairs = 400

	// leastScore is the lowest score of a hit: what is less is printed as 0.00.
	leastScore = 0.005
	// chanceDeviations is how many σ above μ a paper scores that shares no term with the query, to be a hit. Chance
	// alone gives many papers less.
	chanceDeviations = 1
)

// calibration maps raw scores to calibrated ones.
type calibration struct {
	mean, deviation, top float64
	few                  float64 // share of the usual in mean and deviation: near 1 for a handful of papers, 0 for many
}

// usual returns the usual μ and σ of texts whose latent view has the weight α. The products of random pairs have the
// mean 0.10 and the deviation 0.12 in the latent view, 0.02 and 0.03 in the lexical one: the middle of what was
// measured on three collections, each whole, on 100 and on 30 of its papers. The views agree, so deviations add.
func usual(alpha float64) (mean, deviation float64) {
	return 0.10*alpha + 0.02*(1-alpha), 0.12*alpha + 0.03*(1-alpha)
}

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

// calibrate measures μ and σ over random pairs of base rows, the same pairs every time, and draws them to the usual
// ones where pairs are few. Later papers do not change them, so scores keep their meaning until the next fit.
func (ix *Index) calibrate() calibration {
	n := len(ix.base.ids)
	usualMean, usualDeviation := usual(ix.meanAlpha())
	usualCalibration := newCalibration(usualMean, usualDeviation)
	usualCalibration.few = 1
	if n < 2 {
		return usualCalibration
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
	if count == 0 {
		return usualCalibration
	}
	mean := sum / count
	variance := max(0, squares/count-mean*mean)
	pairs := float64(n) * float64(n-1) / 2
	own := pairs / (pairs + priorPairs)
	mean = min(0.5, own*mean+(1-own)*usualMean)
	variance = own*variance + (1-own)*usualDeviation*usualDeviation
	c := newCalibration(mean, max(minDeviation, math.Sqrt(variance)))
	c.few = 1 - own
	return c
}

// meanAlpha returns the mean weight of the latent view over the base rows.
func (ix *Index) meanAlpha() float64 {
	var sum float64
	for i := range ix.base.weights {
		latent := float64(ix.base.weights[i].latent)
		sum += latent * latent
	}
	if n := len(ix.base.weights); n > 0 {
		return sum / float64(n)
	}
	return latentWeight
}

// alike returns the candidates, best first and with calibrated scores, that are hits: their score is seen, and those
// that share no term with the positive seeds of q stand out from chance.
func (ix *Index) alike(q *queryVector, found []candidate) []candidate {
	chance := ix.calibrated(float32(ix.mean + chanceDeviations*ix.deviation))
	n := 0
	for n < len(found) && found[n].score >= chance {
		n++
	}
	if n == len(found) {
		return found
	}
	asked := ix.sum(q.summands[:q.positive], q.parameters).lexical
	dense := ix.scratch.scatter(asked)
	defer ix.scratch.release(dense, asked)
	for _, c := range found[n:] {
		if s, r := ix.at(int(c.row)); c.score >= leastScore && dense.dot(s.lexical.Row(r)) > 0 {
			found[n] = c
			n++
		}
	}
	return found[:n]
}
