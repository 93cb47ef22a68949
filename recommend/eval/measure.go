package eval

import (
	"math"
	"slices"
)

// Measures are the ranking measures of one query, or their means over queries. All lie in [0,1].
type Measures struct {
	NDCG10      float64 `json:"ndcg@10"`
	NDCG20      float64 `json:"ndcg@20"`
	NDCGPercent float64 `json:"ndcg%20"` // nDCG at a fifth of the judged documents
	MAP         float64 `json:"map"`
	R10         float64 `json:"r@10"`
	R100        float64 `json:"r@100"`
	MRR         float64 `json:"mrr"`
}

// Names are the names of the measures, in the order of Values.
var Names = []string{"ndcg@10", "ndcg@20", "ndcg%20", "map", "r@10", "r@100", "mrr"}

// Values returns the measures in the order of Names.
func (m *Measures) Values() []float64 {
	return []float64{m.NDCG10, m.NDCG20, m.NDCGPercent, m.MAP, m.R10, m.R100, m.MRR}
}

// measuresOf is the inverse of Values.
func measuresOf(v []float64) Measures { return Measures{v[0], v[1], v[2], v[3], v[4], v[5], v[6]} }

// Options say how a run is scored. The zero Options score whole rankings and take grade 1 as relevant.
type Options struct {
	Pool     bool    // rank only the judged documents of each query
	Relevant float64 // lowest grade that counts for MAP, recall and MRR; 0 means 1
}

func (o Options) relevant() float64 {
	if o.Relevant == 0 {
		return 1
	}
	return o.Relevant
}

// Result holds the measures of a run. Queries without a relevant document measure nothing and are left
// out; queries that the run does not answer count 0.
type Result struct {
	Mean     Measures
	Queries  []string // those measured, in the order of the judgments
	PerQuery []Measures
}

// Score measures run against q.
func Score(q Qrels, run Run, opt Options) Result {
	var r Result
	for _, query := range q.Queries {
		judged := q.Grades[query]
		ranked := make([]string, 0, len(run[query]))
		for _, s := range run[query] {
			if _, in := judged[s.Doc]; s.Doc != query && (in || !opt.Pool) {
				ranked = append(ranked, s.Doc)
			}
		}
		if m, ok := measure(judged, ranked, opt.relevant()); ok {
			r.Queries = append(r.Queries, query)
			r.PerQuery = append(r.PerQuery, m)
		}
	}
	r.Mean = mean(r.PerQuery)
	return r
}

func mean(all []Measures) Measures {
	sums := make([]float64, len(Names))
	for i := range all {
		for k, v := range all[i].Values() {
			sums[k] += v
		}
	}
	for k := range sums {
		sums[k] /= float64(max(1, len(all)))
	}
	return measuresOf(sums)
}

// measure scores one ranking. It returns false when nothing judged is relevant.
//
// nDCG has gains 2^grade−1 and discounts log2(rank+1) (Burges et al. 2005) and an ideal ranking of all
// judged documents. Average precision divides by all relevant documents; recall at k by as many of them
// as k places can hold.
func measure(judged map[string]float64, ranked []string, relevant float64) (Measures, bool) {
	ideal := make([]float64, 0, len(judged))
	total := 0
	for _, g := range judged {
		ideal = append(ideal, g)
		if g >= relevant {
			total++
		}
	}
	if total == 0 {
		return Measures{}, false
	}
	slices.SortFunc(ideal, func(a, b float64) int { return int(sign(b - a)) })
	grades := make([]float64, len(ranked))
	for i, d := range ranked {
		grades[i] = judged[d]
	}
	var m Measures
	m.NDCG10 = dcg(grades, 10) / dcg(ideal, 10)
	m.NDCG20 = dcg(grades, 20) / dcg(ideal, 20)
	fifth := max(1, len(judged)/5)
	m.NDCGPercent = dcg(grades, fifth) / dcg(ideal, fifth)
	found := 0
	for i, g := range grades {
		if g < relevant {
			continue
		}
		found++
		m.MAP += float64(found) / float64(i+1)
		if found == 1 {
			m.MRR = 1 / float64(i+1)
		}
		if i < 10 {
			m.R10++
		}
		if i < 100 {
			m.R100++
		}
	}
	m.MAP /= float64(total)
	m.R10 /= float64(min(10, total))
	m.R100 /= float64(min(100, total))
	return m, true
}

// dcg is the discounted cumulated gain of the first k grades.
func dcg(grades []float64, k int) float64 {
	var sum float64
	for i, g := range grades[:min(k, len(grades))] {
		sum += (math.Exp2(g) - 1) / math.Log2(float64(i+2))
	}
	return sum
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}
