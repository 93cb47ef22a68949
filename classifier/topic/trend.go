package topic

import (
	"cmp"
	"math"
	"slices"
)

// Trend is the change over time of a topic's share of the papers.
type Trend struct {
	Shares []float64 `json:"shares"` // of the papers of each period, in [0,1], smoothed
	Rise   float64   `json:"rise"`   // share in the newest fifth of the periods over that in the others, smoothed
	Z      float64   `json:"z"`      // standard score of the trend, positive for a rise
	Q      float64   `json:"q"`      // expected share of false discoveries among the topics with a Q as low or lower
}

// Direction is 1 for a topic that rises, -1 for one that falls, and 0 where the trend is not significant at a false
// discovery rate of 5 %.
func (t *Trend) Direction() int {
	switch {
	case t.Q > falseAlarms || t.Z == 0:
		return 0
	case t.Z > 0:
		return 1
	}
	return -1
}

const (
	falseAlarms  = 0.05
	addedPapers  = 2   // papers of the mean share that are added to every period, for smoothing
	recentPeriod = 0.2 // share of the periods that counts as recent
)

// Trends returns the trend of each topic. counts[t] holds the papers of topic t in each period, oldest first, and all
// the papers of all topics. A trend is tested by the Cochran-Armitage test for a trend in proportions (Armitage, "Tests
// for linear trends in proportions and frequencies", 1955). Its variance is multiplied by the overdispersion of the
// counts around the line. Q is the false discovery rate of Benjamini and Hochberg ("Controlling the false discovery
// rate", 1995) over all topics. With fewer than three periods with papers there is no trend.
func Trends(counts [][]int, all []int) []Trend {
	out := make([]Trend, len(counts))
	p := make([]float64, len(counts))
	for t, c := range counts {
		out[t].Z = trendZ(c, all)
		out[t].Shares = smoothedShares(c, all)
		out[t].Rise = rise(c, all)
		p[t] = math.Erfc(math.Abs(out[t].Z) / math.Sqrt2)
	}
	for t, q := range falseDiscovery(p) {
		out[t].Q = q
	}
	return out
}

// trendZ returns the statistic of the test, a standard score.
func trendZ(counts, all []int) float64 {
	var n, x, nt, ntt float64
	periods := 0
	for i, a := range all {
		t := float64(i)
		n += float64(a)
		x += float64(counts[i])
		nt += float64(a) * t
		ntt += float64(a) * t * t
		if a > 0 {
			periods++
		}
	}
	if periods < 3 || x == 0 || x == n {
		return 0
	}
	p, mid := x/n, nt/n
	spread := ntt - nt*nt/n
	sum := 0.0
	for i, a := range all {
		sum += (float64(i) - mid) * (float64(counts[i]) - float64(a)*p)
	}
	slope := sum / spread
	excess := 0.0
	for i, a := range all {
		if a == 0 {
			continue
		}
		expected := float64(a) * min(max(p+slope*(float64(i)-mid), 0.1*p), 1)
		d := float64(counts[i]) - expected
		excess += d * d / max(1e-9, expected*(1-min(0.99, expected/float64(a))))
	}
	excess = max(1, excess/float64(periods-2))
	return sum / math.Sqrt(p*(1-p)*spread*excess)
}

// smoothedShares returns the share of each period, averaged with its neighbours at half weight and shrunk towards
// the mean share.
func smoothedShares(counts, all []int) []float64 {
	usual := usualShare(counts, all)
	out := make([]float64, len(all))
	for i := range all {
		x, n := addedPapers*usual, float64(addedPapers)
		for d := -1; d <= 1; d++ {
			if j := i + d; j >= 0 && j < len(all) {
				w := 1 / float64(1+d*d)
				x += w * float64(counts[j])
				n += w * float64(all[j])
			}
		}
		out[i] = x / n
	}
	return out
}

func usualShare(counts, all []int) float64 {
	x, n := 0, 0
	for i, a := range all {
		x += counts[i]
		n += a
	}
	return float64(x) / float64(max(1, n))
}

// rise returns the share of the newest periods divided by that of the periods before.
func rise(counts, all []int) float64 {
	usual := usualShare(counts, all)
	if usual == 0 {
		return 1
	}
	edge := len(all) - max(1, int(math.Round(recentPeriod*float64(len(all)))))
	added := addedPapers / usual // as many papers as hold addedPapers of the topic
	return (usualPart(counts[edge:], all[edge:], usual, added)) / usualPart(counts[:edge], all[:edge], usual, added)
}

func usualPart(counts, all []int, usual, added float64) float64 {
	x, n := 0.0, 0.0
	for i, a := range all {
		x += float64(counts[i])
		n += float64(a)
	}
	return (x + added*usual) / (n + added)
}

// falseDiscovery returns the q-values of the probabilities p, by the step-up method of Benjamini and Hochberg.
func falseDiscovery(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
	out := make([]float64, len(p))
	least := 1.0
	for at, i := range order {
		least = min(least, p[i]*float64(len(p))/float64(len(p)-at))
		out[i] = least
	}
	return out
}
