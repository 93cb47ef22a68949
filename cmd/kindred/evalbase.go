package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/spf13/cobra"

	"kindred/classifier"
	"kindred/data"
	"kindred/data/store"
	"kindred/recommend"
	"kindred/recommend/eval"
	"kindred/recommend/library"
)

// baseTrial is a measurement of what the base model gives corpora of some sizes.
type baseTrial struct {
	qrels, queries string
	sizes          []int
	draws          int
	seed           uint64
	random         bool
}

func (a *app) evalBaseCommand() *cobra.Command {
	var trial baseTrial
	cmd := &cobra.Command{
		Use:   "base --qrels FILE",
		Short: "Measure what the base model gives small corpora",
		Long: `Draws small corpora from the papers of the data folder, learns a model of each with the base model and one without, and
measures both against the judgments that are left. A draw takes queries with up to four of their relevant papers each until six
tenths of it are full, and any other papers for the rest; with --random all papers are taken at random. With --queries the
queries are texts: lines of query id and text.`,
		Hidden: true, // for who changes the ranking, not for who runs it
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case trial.qrels == "":
				return usagef(cmd, "name the judgments: --qrels FILE")
			case trial.draws < 1:
				return usagef(cmd, "--draws %d: want 1 or more", trial.draws)
			case len(trial.sizes) == 0 || slices.Min(trial.sizes) < 3:
				return usagef(cmd, "--sizes %d: want 3 papers or more", trial.sizes)
			}
			return a.runEvalBase(cmd.Context(), trial)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&trial.qrels, "qrels", "", "the judgments: lines of query, paper and grade")
	flags.StringVar(&trial.queries, "queries", "", "texts of the queries, where they are not papers")
	flags.IntSliceVar(&trial.sizes, "sizes", []int{30, 100, 300, 1000, 3000, 10000}, "papers of a draw; sizes beyond the corpus are left out")
	flags.IntVar(&trial.draws, "draws", 20, "draws of 100 papers or fewer; larger ones are drawn less often, in inverse proportion to the root of their size")
	flags.Uint64Var(&trial.seed, "seed", 1, "seed of the draws")
	flags.BoolVar(&trial.random, "random", false, "take all papers at random")
	return cmd
}

// baseGain is what was measured on the draws of one size. Changes are with the base model less without.
type baseGain struct {
	Papers  int                      `json:"papers"`
	Draws   int                      `json:"draws"`
	Weight  float64                  `json:"base_weight"` // of the base model in the latent view, mean
	With    map[string]float64       `json:"with"`
	Without map[string]float64       `json:"without"`
	Change  map[string]eval.Interval `json:"change"` // 95 % interval of the mean over draws
}

// baseMeasures are the measures that are reported.
var baseMeasures = []string{"ndcg@10", "map"}

func (a *app) runEvalBase(ctx context.Context, trial baseTrial) (err error) {
	qrels, err := readFrom(trial.qrels, eval.ReadQrels)
	if err != nil {
		return err
	}
	var texts map[string]string
	if trial.queries != "" {
		if texts, err = readFrom(trial.queries, eval.ReadQueries); err != nil {
			return err
		}
	}
	st, err := a.folder().OpenStore(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	lab, err := newLab(ctx, st, qrels, texts)
	if err != nil {
		return err
	}
	p := a.progress(false)
	defer p.end()
	var gains []baseGain
	for _, size := range trial.sizes {
		if size > len(lab.papers) {
			continue
		}
		draws := max(1, int(float64(trial.draws)*min(1, 10/math.Sqrt(float64(size)))))
		gain, err := lab.gain(ctx, trial, size, draws, func(done int) { p.stages(fmt.Sprint(size, " papers"), done, draws) })
		if err != nil {
			return err
		}
		gains = append(gains, gain)
	}
	p.end()
	if a.json {
		return a.printJSON(gains)
	}
	a.printf("papers  draws  weight   nDCG@10  without  change [95 %%]                MAP  without  change [95 %%]\n")
	for _, g := range gains {
		a.printf("%6d  %5d  %6.3f", g.Papers, g.Draws, g.Weight)
		for _, m := range baseMeasures {
			a.printf("   %7.4f  %7.4f  %+.4f [%+.4f, %+.4f]", g.With[m], g.Without[m], g.With[m]-g.Without[m], g.Change[m].Low, g.Change[m].High)
		}
		a.printf("\n")
	}
	return nil
}

// lab holds judged papers to draw small corpora from.
type lab struct {
	papers  []classifier.Document
	columns []store.Column
	row     map[string]int
	qrels   eval.Qrels        // by canonical id, without papers that are not here
	texts   map[string]string // of queries that are not papers
}

// newLab reads all papers and resolves the judgments' names.
func newLab(ctx context.Context, st store.Store, q eval.Qrels, texts map[string]string) (*lab, error) {
	b := &lab{row: map[string]int{}, texts: texts, qrels: eval.Qrels{Grades: map[string]map[string]float64{}}}
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
	names, err := judgedBy(ctx, st, nil, q)
	if err != nil {
		return nil, err
	}
	for _, query := range q.Queries {
		grades := map[string]float64{}
		id := names.id[query]
		if _, text := texts[query]; text {
			id = query
		}
		for doc, grade := range q.Grades[query] {
			if _, here := b.row[names.id[doc]]; here && names.id[doc] != id {
				grades[names.id[doc]] = grade
			}
		}
		if b.askable(id) && len(grades) > 0 && b.qrels.Grades[id] == nil {
			b.qrels.Queries = append(b.qrels.Queries, id)
			b.qrels.Grades[id] = grades
		}
	}
	if len(b.qrels.Queries) == 0 {
		return nil, fmt.Errorf("%w: the judgments name no pair of papers that are in the data folder", data.ErrNotFound)
	}
	return b, nil
}

// askable reports whether a query is a text or a paper that is here.
func (b *lab) askable(query string) bool {
	if _, text := b.texts[query]; text {
		return true
	}
	_, here := b.row[query]
	return here
}

// gain measures the draws of one size.
func (b *lab) gain(ctx context.Context, trial baseTrial, size, draws int, progress func(done int)) (baseGain, error) {
	g := baseGain{Papers: size, With: map[string]float64{}, Without: map[string]float64{}, Change: map[string]eval.Interval{}}
	changes := map[string][]float64{}
	rng := rand.New(rand.NewPCG(trial.seed, uint64(size)))
	for k := range draws {
		rows := b.draw(rng, size, trial.random)
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
		for i, name := range eval.Names {
			x, y := with.Values()[i], without.Values()[i]
			g.With[name] += x
			g.Without[name] += y
			changes[name] = append(changes[name], x-y)
		}
		progress(k + 1)
	}
	if g.Draws == 0 {
		return g, fmt.Errorf("%w: no draw of %d papers has two that are judged together", data.ErrNotFound, size)
	}
	g.Weight /= float64(g.Draws)
	for _, name := range eval.Names {
		g.With[name] /= float64(g.Draws)
		g.Without[name] /= float64(g.Draws)
		g.Change[name] = normalInterval(changes[name])
	}
	return g, nil
}

// draw returns the rows of one small corpus, ascending.
func (b *lab) draw(rng *rand.Rand, size int, random bool) []int {
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
			var relevant []int
			for doc, grade := range b.qrels.Grades[query] {
				if grade >= 1 {
					relevant = append(relevant, b.row[doc])
				}
			}
			slices.Sort(relevant)
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

// within returns the judgments whose two papers are both in rows, without queries that all other papers are relevant to.
func (b *lab) within(rows []int) eval.Qrels {
	in := make(map[string]bool, len(rows))
	for _, r := range rows {
		in[b.papers[r].ID] = true
	}
	q := eval.Qrels{Grades: map[string]map[string]float64{}}
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

// measure fits a model to rows and measures its answers.
func (b *lab) measure(ctx context.Context, rows []int, q eval.Qrels, opt classifier.Options) (m eval.Measures, weight float64, err error) {
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
	index, err := library.NewIndex(model, columns)
	if err != nil {
		return m, 0, err
	}
	result, _, _, err := eval.Ranking(ctx, recommend.NewEngine(index, model, nil), q, eval.RankingOptions{Texts: b.texts})
	return result.Mean, model.BaseWeight(), err
}

// normalInterval returns the 95 % interval of the mean of values by their standard error.
func normalInterval(values []float64) eval.Interval {
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
	return eval.Interval{Low: mean - half, High: mean + half}
}
