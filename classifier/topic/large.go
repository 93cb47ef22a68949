package topic

import (
	"cmp"
	"context"
	"math"
	"slices"

	"kindred/classifier/lsa"
	"kindred/classifier/vec"
)

// Constants of the fit of a corpus of at least SmallCorpus documents. docs/topics.md has the trials behind them.
const (
	leastDocs    = 3      // least document frequency of a word that topics are formed by
	idfPower     = 1.5    // power of the idf in the vectors that are clustered
	latentDims   = 80     // dimensions of these vectors
	latentRounds = 3      // subspace iterations of their LSA
	overCluster  = 1.2    // cells for each topic; the nearest cells are joined
	restarts     = 12     // random starts of the clustering, with up to eachMerge topics
	startsMany   = 5      // random starts with more topics, where the starts differ less
	trialDocs    = 10_000 // documents that the starts are tried on
	smallTopic   = 20     // a topic below one part in so many of the mean size is dropped
	startDocs    = 20_000 // documents that topics are first formed of
	cellRounds   = 40     // largest number of iterations of the clustering
	firstRounds  = 8      // iterations of expectation maximisation before cells are joined
	lastRounds   = 8      // iterations after that
	warmRounds   = 4      // iterations from topics that are known
)

// large learns the topics of a large corpus. They start as cells of its own latent space, and are refined as a mixture
// of word distributions.
func (f *fitting) large(ctx context.Context) error {
	f.rows = f.withPinned(spread(f.n, sampled), func(r int) int { return r }, f.n)
	vocabulary := f.keepWords(leastDocs)
	f.papers = selectWords(f.in.Words.Counts, spread(f.n, f.n), vocabulary)
	w := f.words()
	if err := f.latent(ctx, w); err != nil {
		return err
	}
	shares, rounds, err := f.start(ctx, w)
	if err != nil {
		return err
	}
	m, err := improve(ctx, w, shares, rounds)
	if err != nil {
		return err
	}
	if m, shares, err = f.dropSmall(ctx, w, m, shares); err != nil {
		return err
	}
	f.cell = hard(shares)
	f.t.scorer = scorer{vocabulary: vocabulary, weights: m.logs, bias: m.prior, space: m.centroids, sharpness: 1}
	agreement, err := f.agreement(ctx, w, shares.Cols)
	if err != nil {
		return err
	}
	m.scores(shares, w)
	f.t.scorer.sharpness = calibrate(shares, agreement)
	return nil
}

// words returns the words and vectors of the rows.
func (f *fitting) words() *words {
	w := &words{papers: f.papers, space: f.in.Space}
	if len(f.rows) < f.n {
		return w.some(f.rows)
	}
	w.byWord = f.papers.Transpose()
	return w
}

// selectWords returns rows of counts with the words of an ascending vocabulary alone. Words are numbered by the
// vocabulary, and counts dampened.
func selectWords(counts *vec.CSR, rows []int, vocabulary []uint32) *vec.CSR {
	number := make([]int32, counts.Cols)
	for i := range number {
		number[i] = -1
	}
	for i, w := range vocabulary {
		number[w] = int32(i)
	}
	out := &vec.CSR{Ptr: make([]int64, len(rows)+1), Cols: len(vocabulary)}
	for i, r := range rows {
		out.Ptr[i+1] = out.Ptr[i]
		for _, w := range counts.Row(r).Index {
			if number[w] >= 0 {
				out.Ptr[i+1]++
			}
		}
	}
	out.Index, out.Value = make([]uint32, out.Ptr[len(rows)]), make([]float32, out.Ptr[len(rows)])
	vec.Parallel(len(rows), chunk, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			from, at := counts.Row(rows[i]), out.Ptr[i]
			for k, w := range from.Index {
				if number[w] >= 0 {
					out.Index[at], out.Value[at] = uint32(number[w]), dampened(from.Value[k])
					at++
				}
			}
		}
	})
	return out
}

// latent sets f.space, the rows in the latent space of the corpus itself.
func (f *fitting) latent(ctx context.Context, w *words) error {
	n := float64(len(f.rows))
	weight := make([]float32, w.byWord.Rows())
	for t := range weight {
		df := float64(w.byWord.Ptr[t+1] - w.byWord.Ptr[t])
		weight[t] = float32(math.Pow(math.Log((1+n)/(1+df))+1, idfPower))
	}
	x := &vec.CSR{Ptr: w.papers.Ptr, Index: w.papers.Index, Value: slices.Clone(w.papers.Value), Cols: w.papers.Cols}
	vec.Parallel(x.Rows(), chunk, func(lo, hi int) {
		for r := lo; r < hi; r++ {
			weighed(x.Row(r), weight)
		}
	})
	p, err := lsa.Fit(ctx, x, nil, lsa.Options{Dims: latentDims, Power: 1, Iterations: latentRounds, Seed: f.opt.Seed})
	if err != nil {
		return err
	}
	if p.Dims() == 0 {
		f.space = vec.NewDense(len(f.rows), 1) // no two documents share a word
		f.place = func([]float32, vec.Sparse) {}
		return nil
	}
	f.space = p.Rows(x)
	f.place = func(dst []float32, row vec.Sparse) {
		row.Value = slices.Clone(row.Value)
		weighed(row, weight)
		p.Project(dst, row)
	}
	return nil
}

// placer sets dst to the vector of a document, given its dampened counts.
type placer func(dst []float32, row vec.Sparse)

// weighed multiplies a row by the weights of its words and makes it unit length.
func weighed(row vec.Sparse, weight []float32) {
	for k, w := range row.Index {
		row.Value[k] *= weight[w]
	}
	row.Normalize()
}

// start returns the shares that expectation maximisation starts from, and the number of iterations it needs.
func (f *fitting) start(ctx context.Context, w *words) (*vec.Dense, int, error) {
	if cell, k := f.resume(); k > 0 {
		return oneHot(cell, k), warmRounds, nil
	}
	some := f.withPinned(spread(len(f.rows), startDocs), func(i int) int { return f.rows[i] }, len(f.rows))
	sw := w.some(some)
	shares, err := f.coldBesidePins(ctx, sw, some)
	if err != nil || len(some) == len(f.rows) {
		return shares, lastRounds, err
	}
	m := &mixture{}
	m.learn(sw, shares)
	all := vec.NewDense(len(f.rows), shares.Cols)
	m.expect(all, w)
	return all, warmRounds, nil
}

// cold forms k topics without an earlier fit, and returns their shares in the rows of x.
func cold(ctx context.Context, x *vec.Dense, w *words, k, restarts int, seed uint64) (*vec.Dense, error) {
	if k > eachMerge {
		restarts = min(restarts, startsMany)
	}
	cells := min(int(math.Ceil(overCluster*float64(k))), max(k, x.Rows()/2))
	p, err := sphericalKMeans(ctx, x, kmeansOptions{
		k: cells, restarts: restarts, iterations: cellRounds, seed: seed, trial: trialDocs,
	})
	if err != nil {
		return nil, err
	}
	w = w.alone() // with vectors the topics are no better, and every merge takes longer
	shares := oneHot(p.cell, p.centroids.Rows())
	if _, err := improve(ctx, w, shares, firstRounds); err != nil {
		return nil, err
	}
	large, _ := withoutSmall(shares, x.Rows()/(smallTopic*k), k, func(int) bool { return false })
	return mergeTo(ctx, w, large, k)
}

// withoutSmall returns shares without small columns, those that are the largest of fewer than `least` rows. The
// smallest goes first, and `keep` columns stay. A column that is the largest of no row goes in any case; other pinned
// columns stay. It also returns the columns that are left.
func withoutSmall(shares *vec.Dense, least, keep int, pinned func(column int) bool) (*vec.Dense, []int) {
	sizes := make([]int, shares.Cols)
	for _, c := range hard(shares) {
		sizes[c]++
	}
	order := make([]int, len(sizes))
	for j := range order {
		order[j] = j
	}
	rank := func(j int) int {
		if sizes[j] > 0 && pinned(j) {
			return math.MaxInt
		}
		return sizes[j]
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rank(a), rank(b)) })
	gone := 0
	for gone < len(order) && (rank(order[gone]) == 0 || rank(order[gone]) < least && len(order)-gone > keep) {
		gone++
	}
	left := order[gone:]
	slices.Sort(left)
	return someColumns(shares, left), left
}

func someColumns(shares *vec.Dense, columns []int) *vec.Dense {
	out := vec.NewDense(shares.Rows(), len(columns))
	for r := range shares.Rows() {
		from, to := shares.Row(r), out.Row(r)
		for i, j := range columns {
			to[i] = from[j]
		}
	}
	return out
}

// dropSmall drops topics without documents, which expectation maximisation may leave. Where the number of topics was
// chosen automatically, it also drops very small ones.
func (f *fitting) dropSmall(
	ctx context.Context, w *words, m *mixture, shares *vec.Dense,
) (*mixture, *vec.Dense, error) {
	least := 1
	if f.opt.Topics == 0 {
		least = max(3, len(f.rows)/(smallTopic*shares.Cols))
	}
	for {
		left, columns := withoutSmall(shares, least, 1, func(c int) bool { return f.pins != nil && f.pins[c] >= 0 })
		if left.Cols == shares.Cols {
			return m, shares, nil
		}
		shares = left
		if f.pins != nil {
			f.pins = pick(f.pins, columns)
		}
		var err error
		if m, err = improve(ctx, w, shares, 1); err != nil {
			return nil, nil, err
		}
	}
}
