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
//
// Words that differ may mean the same. Where papers have vectors in the latent view, the score of a paper also has the
// cosine of its vector with the centroid of the topic, times spaceWeight: the log-likelihood of a von Mises-Fisher
// distribution (Banerjee et al., "Clustering on the unit hypersphere using von Mises-Fisher distributions", 2005).
type mixture struct {
	logs      *vec.Dense // words × topics: natural logarithm of the probability of the word in the topic
	prior     []float32  // natural logarithm of the topic's share of the papers
	centroids *vec.Dense // topics × dimensions, unit rows; nil without vectors
}

const (
	evidenceShare = 0.5
	smoothing     = 0.3 // added to the count of every word in every topic
	spaceWeight   = 100
	fairShare     = 1e-3 // shares below it do not move a centroid
)

// dampened is the weight of a word that occurs count times in a paper, 1 + ln count.
func dampened(count float32) float32 { return 1 + float32(math.Log(float64(count))) }

// learn sets the mixture from papers and the shares of topics in them, papers × topics.
func (m *mixture) learn(w *words, shares *vec.Dense) {
	k := shares.Cols
	if m.logs == nil || m.logs.Cols != k {
		m.logs = vec.NewDense(w.byWord.Rows(), k)
	}
	vec.MulSparse(m.logs, w.byWord, shares)
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
	m.centroids = w.centroids(shares)
}

// centroids returns the mean directions of the vectors of papers, weighted by the shares of topics in them, topics ×
// dimensions. It is nil without vectors.
func (w *words) centroids(shares *vec.Dense) *vec.Dense {
	if w.space == nil {
		return nil
	}
	out := vec.NewDense(shares.Cols, w.space.Cols)
	vec.Parallel(shares.Cols, 1, func(lo, hi int) {
		for j := lo; j < hi; j++ {
			centroid := out.Row(j)
			for r := range shares.Rows() {
				if v := shares.Data[r*shares.Cols+j]; v >= fairShare {
					vec.Axpy(v, w.vector(r), centroid)
				}
			}
			vec.Normalize(centroid)
		}
	})
	return out
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

// scores sets dst, papers × topics, to the log-likelihoods of papers, up to a constant for each paper.
func (m *mixture) scores(dst *vec.Dense, w *words) {
	vec.MulSparse(dst, w.papers, m.logs)
	vec.Parallel(dst.Rows(), chunk, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			finish(dst.Row(r), m.prior)
			if w.space != nil {
				addCosines(dst.Row(r), w.vector(r), m.centroids)
			}
		}
	})
}

// finish turns the sums of the logarithms of words into scores.
func finish(row, prior []float32) {
	for j, v := range row {
		row[j] = evidenceShare*v + prior[j]
	}
}

// addCosines adds to scores what the vector of a paper says of its topics. Without centroids it says nothing.
func addCosines(scores, vector []float32, centroids *vec.Dense) {
	if centroids == nil || len(vector) == 0 || len(vector) != centroids.Cols {
		return
	}
	for j := range scores {
		scores[j] += spaceWeight * vec.Dot(vector, centroids.Row(j))
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
func (m *mixture) expect(shares *vec.Dense, w *words) {
	m.scores(shares, w)
	vec.Parallel(shares.Rows(), chunk, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			vec.Softmax(shares.Row(r), 1)
		}
	})
}

// words holds the dampened word counts of papers in both orientations, and the papers' vectors in the latent view.
type words struct {
	papers *vec.CSR   // papers × words
	byWord *vec.CSR   // words × papers
	space  *vec.Dense // documents × dimensions, unit rows or zero; nil for none
	rows   []int      // of each paper: its row in space; nil where these are the same
}

// vector returns the vector of paper r.
func (w *words) vector(r int) []float32 {
	if w.rows != nil {
		r = w.rows[r]
	}
	return w.space.Row(r)
}

// alone returns the words without vectors.
func (w *words) alone() *words { return &words{papers: w.papers, byWord: w.byWord} }

// some returns the words and vectors of some papers.
func (w *words) some(rows []int) *words {
	if len(rows) == w.papers.Rows() {
		return w
	}
	p := &vec.CSR{Ptr: make([]int64, 1, len(rows)+1), Cols: w.papers.Cols}
	out := &words{papers: p, space: w.space, rows: make([]int, len(rows))}
	for i, r := range rows {
		p.Append(w.papers.Row(r))
		out.rows[i] = r
		if w.rows != nil {
			out.rows[i] = w.rows[r]
		}
	}
	out.byWord = p.Transpose()
	return out
}

// improve runs rounds of expectation maximisation. It changes shares, and returns the mixture that its last round
// learned.
func improve(ctx context.Context, w *words, shares *vec.Dense, rounds int) (*mixture, error) {
	m := &mixture{}
	for range rounds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m.learn(w, shares)
		m.expect(shares, w)
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
