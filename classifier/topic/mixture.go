package topic

import (
	"context"
	"math"

	"kindred/classifier/vec"
)

// mixture is a mixture of multinomial distributions over words, with one component for each topic (Nigam et al., "Text
// classification from labeled and unlabeled documents using EM", 2000). It gives the likelihood of any text in each
// topic. The words of a paper are not independent, so that the log-likelihood of the words is multiplied by
// evidenceShare.
type mixture struct {
	logs  *vec.Dense // words × topics: natural logarithm of the probability of the word in the topic
	prior []float32  // natural logarithm of the topic's share of the papers
}

const (
	evidenceShare = 0.5
	smoothing     = 0.3 // added to the count of every word in every topic
)

// dampened is the weight of a word that occurs count times in a paper, 1 + ln count.
func dampened(count float32) float32 { return 1 + float32(math.Log(float64(count))) }

// learn sets the mixture from papers and the shares of topics in them, papers × topics. byWord is the transpose of the
// dampened counts, words × papers.
func (m *mixture) learn(byWord *vec.CSR, shares *vec.Dense) {
	k := shares.Cols
	if m.logs == nil || m.logs.Cols != k {
		m.logs = vec.NewDense(byWord.Rows(), k)
	}
	vec.MulSparse(m.logs, byWord, shares)
	total := make([]float64, k)
	for w := range m.logs.Rows() {
		for j, v := range m.logs.Row(w) {
			total[j] += float64(v) + smoothing
		}
	}
	vec.Parallel(m.logs.Rows(), chunk, func(lo, hi int) {
		for w := lo; w < hi; w++ {
			row := m.logs.Row(w)
			for j, v := range row {
				row[j] = float32(math.Log((float64(v) + smoothing) / total[j]))
			}
		}
	})
	mass := columnSums(shares)
	m.prior = make([]float32, k)
	for j := range m.prior {
		m.prior[j] = float32(math.Log(mass[j]/float64(shares.Rows()) + 1e-9))
	}
}

func columnSums(m *vec.Dense) []float64 {
	out := make([]float64, m.Cols)
	for r := range m.Rows() {
		for j, v := range m.Row(r) {
			out[j] += float64(v)
		}
	}
	return out
}

// scores sets dst, papers × topics, to the log-likelihoods of papers, up to a constant for each paper. papers holds
// dampened counts, papers × words.
func (m *mixture) scores(dst *vec.Dense, papers *vec.CSR) {
	vec.MulSparse(dst, papers, m.logs)
	vec.Parallel(dst.Rows(), chunk, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			m.finish(dst.Row(r))
		}
	})
}

// finish turns the sums of the logarithms of words into scores.
func (m *mixture) finish(row []float32) {
	for j, v := range row {
		row[j] = evidenceShare*v + m.prior[j]
	}
}

// argmax returns the index of the largest value, the lowest on ties.
func argmax(row []float32) int {
	at := 0
	for j, v := range row {
		if v > row[at] {
			at = j
		}
	}
	return at
}

// expect sets shares to the probabilities of the topics of each paper.
func (m *mixture) expect(shares *vec.Dense, papers *vec.CSR) {
	m.scores(shares, papers)
	vec.Parallel(shares.Rows(), chunk, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			vec.Softmax(shares.Row(r), 1)
		}
	})
}

// words holds the dampened word counts of papers in both orientations.
type words struct {
	papers *vec.CSR // papers × words
	byWord *vec.CSR // words × papers
}

// improve runs rounds of expectation maximisation. It changes shares, and returns the mixture that its last round
// learned.
func improve(ctx context.Context, w *words, shares *vec.Dense, rounds int) (*mixture, error) {
	m := &mixture{}
	for range rounds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m.learn(w.byWord, shares)
		m.expect(shares, w.papers)
	}
	return m, nil
}

// oneHot returns shares of 1 for the cell of each row.
func oneHot(cell []int32, k int) *vec.Dense {
	out := vec.NewDense(len(cell), k)
	for i, c := range cell {
		out.Data[i*k+int(c)] = 1
	}
	return out
}

// hard returns the topic with the largest share of each row.
func hard(shares *vec.Dense) []int32 {
	out := make([]int32, shares.Rows())
	vec.Parallel(len(out), chunk, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			out[r] = int32(argmax(shares.Row(r)))
		}
	})
	return out
}

// Up to eachMerge topics, rounds of expectation maximisation follow every merge. With more topics they cost more than
// they improve.
const (
	eachMerge   = 15
	mergeRounds = 2
)

// mergeTo joins topics, two at a time, until k are left. It joins the pair with the lowest cost: the Jensen-Shannon
// divergence of the word distributions, weighted by mass, times the square root of the joint mass, so that small topics
// join first (information bottleneck: Slonim and Tishby, "Agglomerative information bottleneck", 1999).
func mergeTo(ctx context.Context, w *words, shares *vec.Dense, k int) (*vec.Dense, error) {
	if shares.Cols <= k {
		return shares, nil
	}
	d := newDistances(w, shares)
	for len(d.counts) > k {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		i, j := d.nearest()
		shares = joinColumns(shares, i, j)
		if k > eachMerge {
			d.join(i, j)
			continue
		}
		if _, err := improve(ctx, w, shares, mergeRounds); err != nil {
			return nil, err
		}
		d = newDistances(w, shares)
	}
	return shares, nil
}

// joinColumns returns m with column j added to column i and left out. i is less than j.
func joinColumns(m *vec.Dense, i, j int) *vec.Dense {
	out := vec.NewDense(m.Rows(), m.Cols-1)
	for r := range m.Rows() {
		from, to := m.Row(r), out.Row(r)
		copy(to, from[:j])
		copy(to[j:], from[j+1:])
		to[i] += from[j]
	}
	return out
}

// distances holds the word distributions of topics and the costs of joining them.
type distances struct {
	counts  [][]float64 // of each topic, by word
	mass    []float64
	entropy []float64
	cost    [][]float64 // of joining topic i with j < i
}

func newDistances(w *words, shares *vec.Dense) *distances {
	k := shares.Cols
	m := vec.NewDense(w.byWord.Rows(), k)
	vec.MulSparse(m, w.byWord, shares)
	d := &distances{
		counts: make([][]float64, k), mass: make([]float64, k), entropy: make([]float64, k), cost: make([][]float64, k),
	}
	vec.Parallel(k, 1, func(j, _ int) {
		c := make([]float64, m.Rows())
		for w := range c {
			c[w] = float64(m.Data[w*k+j]) + smoothing
		}
		d.counts[j] = c
		d.measure(j)
	})
	vec.Parallel(k, 1, func(i, _ int) {
		d.cost[i] = make([]float64, i)
		for j := range i {
			d.cost[i][j] = d.joint(i, j)
		}
	})
	return d
}

// measure sets mass and entropy of topic j from its counts.
func (d *distances) measure(j int) {
	sum, plogp := 0.0, 0.0
	for _, c := range d.counts[j] {
		sum += c
		plogp += c * math.Log(c)
	}
	d.mass[j], d.entropy[j] = sum, math.Log(sum)-plogp/sum
}

// joint returns the cost of joining two topics.
func (d *distances) joint(i, j int) float64 {
	a, b := d.mass[i], d.mass[j]
	x, y := d.counts[i], d.counts[j]
	plogp := 0.0
	for w, c := range x {
		s := c + y[w]
		plogp += s * math.Log(s)
	}
	h := math.Log(a+b) - plogp/(a+b)
	return (h - (a*d.entropy[i]+b*d.entropy[j])/(a+b)) * math.Sqrt(a+b)
}

// nearest returns the pair with the lowest cost, i < j, the first on ties.
func (d *distances) nearest() (i, j int) {
	i, j = 0, 1
	for a := range d.cost {
		for b, c := range d.cost[a] {
			if c < d.cost[j][i] {
				i, j = b, a
			}
		}
	}
	return i, j
}

// join adds topic j to topic i and removes it. i is less than j.
func (d *distances) join(i, j int) {
	for w, c := range d.counts[j] {
		d.counts[i][w] += c - smoothing
	}
	d.counts = append(d.counts[:j], d.counts[j+1:]...)
	d.mass = append(d.mass[:j], d.mass[j+1:]...)
	d.entropy = append(d.entropy[:j], d.entropy[j+1:]...)
	d.cost = append(d.cost[:j], d.cost[j+1:]...)
	for a := j; a < len(d.cost); a++ {
		d.cost[a] = append(d.cost[a][:j], d.cost[a][j+1:]...)
	}
	d.measure(i)
	vec.Parallel(len(d.counts), 1, func(a, _ int) {
		switch {
		case a > i:
			d.cost[a][i] = d.joint(a, i)
		case a < i:
			d.cost[i][a] = d.joint(i, a)
		}
	})
}
