package eval

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kindred/classifier"
	"kindred/data"
	"kindred/data/store"
	"kindred/recommend"
	"kindred/recommend/library"
)

// BaseGain is what the base model gains on the draws of one size.
type BaseGain struct {
	Papers  int                 `json:"papers"`
	Draws   int                 `json:"draws"`
	Weight  float64             `json:"base_weight"` // of the base model in the latent view, mean
	With    map[string]float64  `json:"with"`        // mean of each measure
	Without map[string]float64  `json:"without"`
	Change  map[string]Interval `json:"change"` // 95 % interval of the mean of With − Without over draws
}

// BaseTrial says how small corpora are drawn.
type BaseTrial struct {
	Size   int // papers of a draw
	Draws  int
	Seed   uint64
	Random bool // draw all papers at random, not around queries
	// Progress, if set, is called after each draw.
	Progress func(done, total int)
}

// Lab draws small corpora from judged papers, to measure what the base model gives each of them.
type Lab struct {
	papers  []classifier.Document
	columns []store.Column
	row     map[string]int    // by canonical id
	qrels   Qrels             // by canonical id, of papers that are here
	texts   map[string]string // queries that are texts
}

// NewLab reads all papers of a store and resolves the names in the judgments. The error wraps
// [data.ErrNotFound] where no judgment is about papers of the store.
func NewLab(ctx context.Context, st store.Store, q Qrels, texts map[string]string) (*Lab, error) {
	b := &Lab{row: map[string]int{}, texts: texts, qrels: Qrels{Grades: map[string]map[string]float64{}}}
	for entry, err := range st.Since(ctx, 0) {
		if err != nil {
			return nil, err
		}
		if entry.Paper != nil {
			b.row[entry.ID] = len(b.papers)
			b.papers = append(b.papers, classifier.Document{ID: entry.ID, Text: entry.Paper.Text()})
			b.columns = append(b.columns, library.ColumnOf(entry))
		}
	}
	names, err := NewNamed(ctx, st, nil, q)
	if err != nil {
		return nil, err
	}
	b.judge(q, names)
	if len(b.qrels.Queries) == 0 {
		return nil, fmt.Errorf("%w: the judgments name no pair of papers of the library", data.ErrNotFound)
	}
	return b, nil
}

// judge keeps the judgments about papers that are here, by their canonical ids.
func (b *Lab) judge(q Qrels, names *Named) {
	for _, query := range q.Queries {
		id := names.id[query]
		if _, text := b.texts[query]; text {
			id = query
		}
		grades := map[string]float64{}
		for name, grade := range q.Grades[query] {
			doc := names.id[name]
			if _, here := b.row[doc]; here && doc != id {
				grades[doc] = grade
			}
		}
		if b.askable(id) && len(grades) > 0 && b.qrels.Grades[id] == nil {
			b.qrels.Queries = append(b.qrels.Queries, id)
			b.qrels.Grades[id] = grades
		}
	}
}

// Len returns the number of papers to draw from.
func (b *Lab) Len() int { return len(b.papers) }

// askable reports whether a query is a text or a paper that is here.
func (b *Lab) askable(query string) bool {
	if _, text := b.texts[query]; text {
		return true
	}
	_, here := b.row[query]
	return here
}

// Gain fits a model with the base model and one without to each draw, and compares their rankings. Draws
// without two papers that are judged together are left out; the error wraps [data.ErrNotFound] where all
// are.
func (b *Lab) Gain(ctx context.Context, trial BaseTrial) (BaseGain, error) {
	g := BaseGain{Papers: trial.Size, With: map[string]float64{}, Without: map[string]float64{}, Change: map[string]Interval{}}
	changes := map[string][]float64{}
	rng := rand.New(rand.NewPCG(trial.Seed, uint64(trial.Size)))
	for k := range trial.Draws {
		rows := b.draw(rng, trial.Size, trial.Random)
		judged := b.within(rows)
		if len(judged.Queries) == 0 {
			continue
		}
		with, weight, err := b.measure(ctx, rows, judged, classifier.Options{Topics: 1})
		if err != nil {
			return g, err
		}
		without, _, err := b.measure(ctx, rows, judged, classifier.Options{Topics: 1, NoBase: true})
		if err != nil {
			return g, err
		}
		g.Draws++
		g.Weight += weight
		for i, name := range Names {
			x, y := with.Values()[i], without.Values()[i]
			g.With[name] += x
			g.Without[name] += y
			changes[name] = append(changes[name], x-y)
		}
		if trial.Progress != nil {
			trial.Progress(k+1, trial.Draws)
		}
	}
	if g.Draws == 0 {
		return g, fmt.Errorf("%w: no draw of %d papers has two that are judged together", data.ErrNotFound, trial.Size)
	}
	g.Weight /= float64(g.Draws)
	for _, name := range Names {
		g.With[name] /= float64(g.Draws)
		g.Without[name] /= float64(g.Draws)
		g.Change[name] = normalInterval(changes[name])
	}
	return g, nil
}

// draw returns the rows of one small corpus, ascending. Unless it is random, queries with up to perQuery
// of their relevant papers each fill six tenths of it, and random papers the rest.
func (b *Lab) draw(rng *rand.Rand, size int, random bool) []int {
	const perQuery = 4
	taken := map[int]bool{}
	var rows []int
	take := func(row int) {
		if !taken[row] && len(rows) < size {
			taken[row] = true
			rows = append(rows, row)
		}
	}
	if !random {
		for _, q := range rng.Perm(len(b.qrels.Queries)) {
			if len(rows)*10 >= size*6 {
				break
			}
			query := b.qrels.Queries[q]
			relevant := b.relevant(query)
			if len(relevant) == 0 {
				continue
			}
			if _, text := b.texts[query]; !text {
				take(b.row[query])
			}
			for i, k := range rng.Perm(len(relevant)) {
				if i < perQuery {
					take(relevant[k])
				}
			}
		}
	}
	for _, row := range rng.Perm(len(b.papers)) {
		take(row)
	}
	slices.Sort(rows)
	return rows
}

// relevant returns the rows of the papers that are relevant to a query, ascending.
func (b *Lab) relevant(query string) []int {
	var rows []int
	for doc, grade := range b.qrels.Grades[query] {
		if grade >= 1 {
			rows = append(rows, b.row[doc])
		}
	}
	slices.Sort(rows)
	return rows
}

// within returns the judgments about papers in rows, without the queries to which all other papers are
// relevant.
func (b *Lab) within(rows []int) Qrels {
	in := make(map[string]bool, len(rows))
	for _, r := range rows {
		in[b.papers[r].ID] = true
	}
	q := Qrels{Grades: map[string]map[string]float64{}}
	for _, query := range b.qrels.Queries {
		if _, text := b.texts[query]; !text && !in[query] {
			continue
		}
		grades := map[string]float64{}
		for doc, grade := range b.qrels.Grades[query] {
			if in[doc] {
				grades[doc] = grade
			}
		}
		if len(grades) > 0 && len(grades) < len(rows)-1 {
			q.Queries = append(q.Queries, query)
			q.Grades[query] = grades
		}
	}
	return q
}

// measure fits a model to rows and measures its rankings. It also returns the weight of the base model.
func (b *Lab) measure(
	ctx context.Context, rows []int, q Qrels, opt classifier.Options,
) (m Measures, weight float64, err error) {
	columns := make([]store.Column, len(rows))
	docs := func(yield func(classifier.Document, error) bool) {
		for i, r := range rows {
			columns[i] = b.columns[r]
			if !yield(b.papers[r], nil) {
				return
			}
		}
	}
	model, err := classifier.Fit(ctx, docs, opt)
	if err != nil {
		return m, 0, err
	}
	index, err := library.NewIndex(model, slices.Values(columns))
	if err != nil {
		return m, 0, err
	}
	engine := recommend.NewEngine(index, model, nil)
	result, _, _, err := Ranking(ctx, engine, q, RankingOptions{Texts: b.texts})
	return result.Mean, model.BaseWeight(), err
}

// normalInterval returns the 95 % interval of the mean of values by its standard error.
func normalInterval(values []float64) Interval {
	n := float64(len(values))
	var sum, squares float64
	for _, v := range values {
		sum += v
	}
	mean := sum / n
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	half := 1.96 * math.Sqrt(squares/max(1, n-1)/n)
	return Interval{Low: mean - half, High: mean + half}
}

// Gains measures the base model on draws of each size that the papers suffice for. trial says how often corpora of up to
// 100 papers are drawn; the number falls with the square root of larger sizes.
func (b *Lab) Gains(ctx context.Context, sizes []int, trial BaseTrial, progress func(size, done, total int)) ([]BaseGain, error) {
	var gains []BaseGain
	for _, size := range sizes {
		if size > b.Len() {
			continue
		}
		t := trial
		t.Size = size
		t.Draws = max(1, int(float64(t.Draws)*min(1, 10/math.Sqrt(float64(size)))))
		t.Progress = func(done, total int) { progress(size, done, total) }
		gain, err := b.Gain(ctx, t)
		if err != nil {
			return nil, err
		}
		gains = append(gains, gain)
	}
	return gains, nil
}
