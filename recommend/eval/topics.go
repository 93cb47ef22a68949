package eval

import (
	"iter"
	"math"
	"slices"
)

// table counts how often two labelings of the same things meet.
type table struct {
	n          float64
	rows, cols []float64
	cells      []cell
}

type cell struct {
	row, col int
	n        float64
}

// contingency returns the table of two labelings of equal length, in an order that follows from them alone.
func contingency(a, b []int) table {
	if len(a) != len(b) {
		panic("eval: labelings of different length")
	}
	rowOf, colOf := number(a), number(b)
	counts := map[[2]int]float64{}
	t := table{n: float64(len(a)), rows: make([]float64, len(rowOf)), cols: make([]float64, len(colOf))}
	for i := range a {
		r, c := rowOf[a[i]], colOf[b[i]]
		counts[[2]int{r, c}]++
		t.rows[r]++
		t.cols[c]++
	}
	for rc, n := range counts {
		t.cells = append(t.cells, cell{rc[0], rc[1], n})
	}
	slices.SortFunc(t.cells, func(x, y cell) int {
		if x.row != y.row {
			return x.row - y.row
		}
		return x.col - y.col
	})
	return t
}

// number gives the labels consecutive numbers in the order of their first appearance.
func number(labels []int) map[int]int {
	m := map[int]int{}
	for _, l := range labels {
		if _, ok := m[l]; !ok {
			m[l] = len(m)
		}
	}
	return m
}

// entropy of counts that sum to n, in nats.
func entropy(counts []float64, n float64) float64 {
	var h float64
	for _, c := range counts {
		if c > 0 {
			h -= c / n * math.Log(c/n)
		}
	}
	return h
}

func (t *table) mutual() float64 {
	var sum float64
	for _, c := range t.cells {
		sum += c.n / t.n * math.Log(c.n*t.n/(t.rows[c.row]*t.cols[c.col]))
	}
	return max(0, sum)
}

// VMeasure returns how far labels and clusters agree, in [0,1]: the harmonic mean of homogeneity and
// completeness (Rosenberg and Hirschberg 2007), which is also mutual information over the mean of both
// entropies. Both slices have a number for every paper.
func VMeasure(labels, clusters []int) float64 {
	if len(labels) == 0 {
		return 1
	}
	t := contingency(labels, clusters)
	sum := entropy(t.rows, t.n) + entropy(t.cols, t.n)
	if sum == 0 {
		return 1
	}
	return 2 * t.mutual() / sum
}

// AdjustedRand returns the Rand index of labels and clusters corrected for chance (Hubert and Arabie
// 1985): 1 for equal partitions, 0 on average for random ones, and down to −0.5.
func AdjustedRand(labels, clusters []int) float64 {
	t := contingency(labels, clusters)
	pairs := func(n float64) float64 { return n * (n - 1) / 2 }
	var both, rows, cols float64
	for _, c := range t.cells {
		both += pairs(c.n)
	}
	for _, n := range t.rows {
		rows += pairs(n)
	}
	for _, n := range t.cols {
		cols += pairs(n)
	}
	all := pairs(t.n)
	if all == 0 {
		return 1
	}
	expected, highest := rows*cols/all, (rows+cols)/2
	if highest == expected {
		return 1
	}
	return (both - expected) / (highest - expected)
}

// NPMI returns the mean, over topics, of the normalised pointwise mutual information of each pair of a
// topic's terms (Bouma 2009; as a measure of topics, Lau, Newman and Baldwin 2014), in [−1,1].
// Probabilities are shares of the documents that docs yields as their sets of terms. A pair that never
// meets counts −1, and so does a term that never occurs. Topics of fewer than two terms are left out.
func NPMI(topics [][]string, docs iter.Seq[[]string]) float64 {
	id := map[string]int{}
	for _, top := range topics {
		for _, w := range top {
			if _, ok := id[w]; !ok {
				id[w] = len(id)
			}
		}
	}
	single, pair := make([]float64, len(id)), map[[2]int]float64{}
	want := map[[2]int]bool{}
	for _, top := range topics {
		for i := range top {
			for j := range i {
				want[ordered(id[top[i]], id[top[j]])] = true
			}
		}
	}
	var n float64
	for doc := range docs {
		n++
		var present []int
		for _, w := range doc {
			if k, ok := id[w]; ok {
				present = append(present, k)
			}
		}
		slices.Sort(present)
		present = slices.Compact(present)
		for i, a := range present {
			single[a]++
			for _, b := range present[:i] {
				if key := ordered(a, b); want[key] {
					pair[key]++
				}
			}
		}
	}
	var sum, measured float64
	for _, top := range topics {
		if len(top) < 2 {
			continue
		}
		var topic, pairs float64
		for i := range top {
			for j := range i {
				a, b := id[top[i]], id[top[j]]
				topic += npmi(pair[ordered(a, b)], single[a], single[b], n)
				pairs++
			}
		}
		sum += topic / pairs
		measured++
	}
	return sum / max(1, measured)
}

func npmi(both, a, b, n float64) float64 {
	switch {
	case both == 0:
		return -1
	case both == n:
		return 1
	}
	return math.Log(both*n/(a*b)) / -math.Log(both/n)
}

func ordered(a, b int) [2]int { return [2]int{min(a, b), max(a, b)} }

// Diversity returns the share of distinct terms among the terms of all topics (Dieng, Ruiz and Blei
// 2020), in (0,1]; 1 for no terms.
func Diversity(topics [][]string) float64 {
	distinct, all := map[string]bool{}, 0
	for _, top := range topics {
		for _, w := range top {
			distinct[w] = true
			all++
		}
	}
	if all == 0 {
		return 1
	}
	return float64(len(distinct)) / float64(all)
}
