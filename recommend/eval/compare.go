package eval

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"kindred/data"
)

// Draws of the bootstrap and of the randomisation test. Both are seeded, so a report is the same every time.
const (
	bootstrapDraws     = 2000
	randomisationDraws = 10000
)

// Interval is a 95 % confidence interval.
type Interval struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Intervals returns the confidence interval of each mean of r, in the order of Names: percentiles of the
// means of bootstrap samples of the queries (Efron 1979; for retrieval, Sakai 2006). Without queries all
// are zero.
func (r *Result) Intervals() []Interval {
	out := make([]Interval, len(Names))
	for k := range Names {
		values := make([]float64, len(r.PerQuery))
		for i := range r.PerQuery {
			values[i] = r.PerQuery[i].Values()[k]
		}
		out[k] = bootstrap(values)
	}
	return out
}

func bootstrap(values []float64) Interval {
	if len(values) == 0 {
		return Interval{}
	}
	rng := rand.New(rand.NewPCG(1, uint64(len(values))))
	means := make([]float64, bootstrapDraws)
	for d := range means {
		var sum float64
		for range values {
			sum += values[rng.IntN(len(values))]
		}
		means[d] = sum / float64(len(values))
	}
	slices.Sort(means)
	return Interval{means[bootstrapDraws*25/1000], means[bootstrapDraws*975/1000-1]}
}

// Comparison compares two runs on one measure, query by query.
type Comparison struct {
	Measure  string   `json:"measure"`
	Mean     float64  `json:"mean"`
	Against  float64  `json:"against"`
	Change   float64  `json:"change"` // Mean − Against
	Interval Interval `json:"interval"`
	Wins     int      `json:"wins"`
	Losses   int      `json:"losses"`
	P        float64  `json:"p"`
}

// Compare compares a with b on every measure, over the queries that both measured. Interval is the bootstrap
// interval of the change. P is the two-sided p of a paired randomisation test (Fisher 1935; Smucker,
// Allan and Carterette 2007): how often a change as large comes about when each query's two values are
// swapped by the toss of a coin. It fails when the two results share no query.
func Compare(a, b Result) ([]Comparison, error) {
	at := make(map[string]int, len(b.Queries))
	for i, q := range b.Queries {
		at[q] = i
	}
	var pairs [][2]int
	for i, q := range a.Queries {
		if k, ok := at[q]; ok {
			pairs = append(pairs, [2]int{i, k})
		}
	}
	if len(pairs) == 0 {
		return nil, fmt.Errorf("compare: %w: the runs share no judged query", data.ErrInvalid)
	}
	out := make([]Comparison, len(Names))
	for k, name := range Names {
		c := Comparison{Measure: name}
		changes := make([]float64, len(pairs))
		for i, p := range pairs {
			x, y := a.PerQuery[p[0]].Values()[k], b.PerQuery[p[1]].Values()[k]
			c.Mean += x / float64(len(pairs))
			c.Against += y / float64(len(pairs))
			changes[i] = x - y
			switch {
			case x > y:
				c.Wins++
			case x < y:
				c.Losses++
			}
		}
		c.Change = c.Mean - c.Against
		c.Interval = bootstrap(changes)
		c.P = randomisation(changes)
		out[k] = c
	}
	return out, nil
}

// randomisation returns the p of the sum of changes under random signs.
func randomisation(changes []float64) float64 {
	var seen float64
	changed := changes[:0:0]
	for _, c := range changes {
		if c != 0 {
			seen += c
			changed = append(changed, c)
		}
	}
	rng := rand.New(rand.NewPCG(2, uint64(len(changes))))
	const rounding = 1e-12
	extreme := 1 // the observed change is one of the outcomes
	for range randomisationDraws {
		var sum float64
		var coins uint64
		for i, c := range changed {
			if i%64 == 0 {
				coins = rng.Uint64()
			}
			if coins&1 == 0 {
				c = -c
			}
			coins >>= 1
			sum += c
		}
		if max(sum, -sum) >= max(seen, -seen)-rounding {
			extreme++
		}
	}
	return float64(extreme) / (randomisationDraws + 1)
}
