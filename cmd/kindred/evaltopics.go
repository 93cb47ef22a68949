package main

import (
	"context"
	"errors"
	"iter"
	"math"
	"slices"

	"github.com/spf13/cobra"

	"kindred/classifier"
	"kindred/classifier/topic"
	"kindred/recommend/eval"
	"kindred/recommend/library"
)

func (a *app) evalTopicsCommand() *cobra.Command {
	stability := false
	cmd := &cobra.Command{
		Use:   "topics",
		Short: "Measure the topics of the current model",
		Long: `Measures the topics of the current model. Against the first label of each labelled paper: V-measure and adjusted Rand index.
By themselves: the mean normalised pointwise mutual information of each topic's first ten terms over the fitted papers, the share of
distinct terms among them, the share of the words of names that stand in a title of the topic's papers, and the mean share of a topic's
papers with a word of its name in the title. Without labelled papers the first two are left out.

With --stability, four fits more tell what share of the papers keeps the id of its topic: with another seed; when a tenth of the papers,
every tenth one, comes after the others; and when the topics are formed anew from another seed. The papers that come later do not count.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runEvalTopics(cmd.Context(), stability) },
	}
	cmd.Flags().BoolVar(&stability, "stability", false, "also measure what share of the papers keeps its topic in further fits")
	return cmd
}

// topicsReport is how good topics are. What cannot be measured, or was not, is nil.
type topicsReport struct {
	Topics    int      `json:"topics"`
	Papers    int      `json:"papers"`
	Labelled  int      `json:"labelled"`
	VMeasure  *float64 `json:"v_measure"`
	ARI       *float64 `json:"ari"`
	NPMI      float64  `json:"npmi"`
	Diversity float64  `json:"diversity"`
	// LabelWords is the share of the words of labels that stand in a title of the topic's papers; LabelTitles is the mean share of a
	// topic's papers that have one of them in the title.
	LabelWords  float64    `json:"label_words_in_titles"`
	LabelTitles float64    `json:"titles_with_label_words"`
	Stability   *stability `json:"stability,omitempty"`
}

// stability is the share of the papers that keep the id of their topic.
type stability struct {
	Seed  float64 `json:"other_seed"`        // the same papers, another seed
	Added float64 `json:"tenth_added"`       // a tenth of the papers comes later
	Fresh float64 `json:"fresh_other_seed"`  // topics formed anew from another seed, ids by matching
	Names float64 `json:"labels_other_seed"` // of the topics, those that keep their label too, with another seed
}

// termsMeasured is how many terms of each topic are measured.
const termsMeasured = 10

func (a *app) runEvalTopics(ctx context.Context, withStability bool) (err error) {
	l, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	m := l.Model()
	topics := m.Topics()
	report := topicsReport{Topics: len(topics), Papers: m.Docs()}
	var tops [][]string
	for _, t := range topics {
		var words []string
		for _, term := range t.Terms[:min(termsMeasured, len(t.Terms))] {
			words = append(words, term.Text)
		}
		tops = append(tops, words)
	}
	report.NPMI = eval.NPMI(tops, fittedTerms(m))
	report.Diversity = eval.Diversity(tops)
	report.LabelWords, report.LabelTitles = labelWords(l)
	labelled, err := readLabelled(ctx, l)
	if err != nil {
		return err
	}
	if report.Labelled = len(labelled.rows); report.Labelled > 0 {
		topics := make([]int, len(labelled.rows))
		for i, row := range labelled.rows {
			topics[i], _ = m.TopicOf(row)
		}
		v, ari := eval.VMeasure(labelled.classOf, topics), eval.AdjustedRand(labelled.classOf, topics)
		report.VMeasure, report.ARI = &v, &ari
	}
	if withStability {
		if report.Stability, err = a.measureStability(ctx, l); err != nil {
			return err
		}
	}
	if a.json {
		return a.printJSON(report)
	}
	a.printTopicsReport(&report)
	return nil
}

func (a *app) printTopicsReport(r *topicsReport) {
	a.printf("%d topics of %d papers, %d of them labelled\n", r.Topics, r.Papers, r.Labelled)
	if r.VMeasure != nil {
		a.printf("V-measure                %.4f\nARI                      %.4f\n", *r.VMeasure, *r.ARI)
	}
	a.printf("NPMI                     %.4f\ndiversity                %.4f\n", r.NPMI, r.Diversity)
	a.printf("label words in titles    %.4f\ntitles with label words  %.4f\n", r.LabelWords, r.LabelTitles)
	if s := r.Stability; s != nil {
		a.printf("papers that keep their topic\n  another seed           %.4f (labels %.4f)\n  a tenth added          %.4f\n  formed anew            %.4f\n", s.Seed, s.Names, s.Added, s.Fresh)
	}
}

// labelWords compares the words of labels with the titles of the topics' papers, plurals undone.
func labelWords(l *library.Library) (words, titles float64) {
	m, catalog := l.Model(), l.Current().Catalog
	title := make(map[string]string, catalog.Len())
	for i := range catalog.Len() {
		title[catalog.Row(i).ID] = catalog.Row(i).Title
	}
	of := map[int][]string{}
	for _, t := range m.Topics() {
		of[t.ID] = topic.LabelWords(t.Label)
	}
	met := map[int]map[string]bool{}
	papers, with := map[int]int{}, map[int]int{}
	for i, id := range m.IDs() {
		t, _ := m.TopicOf(i)
		papers[t]++
		if met[t] == nil {
			met[t] = map[string]bool{}
		}
		any := false
		for _, w := range topic.LabelWords(title[id]) {
			if slices.Contains(of[t], w) {
				met[t][w], any = true, true
			}
		}
		if any {
			with[t]++
		}
	}
	all, found := 0, 0
	for id, list := range of {
		all, found = all+len(list), found+len(met[id])
		titles += float64(with[id]) / float64(max(1, papers[id])) / float64(len(of))
	}
	return float64(found) / float64(max(1, all)), titles
}

// lastTenth says of a paper's number whether it comes later in the measurement.
func lastTenth(i int) bool { return i%10 == 9 }

// measureStability makes further models, which it does not keep.
func (a *app) measureStability(ctx context.Context, l *library.Library) (*stability, error) {
	m := l.Model()
	p := a.progress(false)
	defer p.end()
	fit := func(keep func(i int) bool, opt classifier.Options) (*classifier.Model, error) {
		opt.NoMap, opt.Topics, opt.NoBase, opt.Progress = true, len(m.Topics()), m.BaseWeight() == 0, p.stages
		number := map[string]int{}
		for i, id := range m.IDs() {
			number[id] = i
		}
		docs := func(yield func(classifier.Document, error) bool) {
			for d, err := range library.Documents(l.Store().Since(ctx, 0), math.MaxInt64) {
				i, ok := number[d.ID]
				if (err != nil || ok && keep(i)) && !yield(d, err) {
					return
				}
			}
		}
		return classifier.Fit(ctx, docs, opt)
	}
	all := func(int) bool { return true }
	seed := m.Seed() + 1
	other, err := fit(all, classifier.Options{Seed: seed, Previous: m})
	if err != nil {
		return nil, err
	}
	fresh, err := fit(all, classifier.Options{Seed: seed, Previous: m, FreshTopics: true})
	if err != nil {
		return nil, err
	}
	most, err := fit(func(i int) bool { return !lastTenth(i) }, classifier.Options{Seed: m.Seed()})
	if err != nil {
		return nil, err
	}
	added, err := fit(all, classifier.Options{Seed: m.Seed(), Previous: most})
	if err != nil {
		return nil, err
	}
	out := &stability{Seed: keptShare(m, other), Added: keptShare(most, added), Fresh: keptShare(m, fresh)}
	label := map[int]string{}
	for _, t := range m.Topics() {
		label[t.ID] = t.Label
	}
	named := 0
	for _, t := range other.Topics() {
		if label[t.ID] == t.Label {
			named++
		}
	}
	out.Names = float64(named) / float64(len(label))
	return out, nil
}

// keptShare is the share of the papers of a model that are in the topic of the same id in another.
func keptShare(before, after *classifier.Model) float64 {
	now := make(map[string]int, after.Docs())
	for i, id := range after.IDs() {
		now[id], _ = after.TopicOf(i)
	}
	kept := 0
	for i, id := range before.IDs() {
		if was, _ := before.TopicOf(i); was == now[id] {
			kept++
		}
	}
	return float64(kept) / float64(max(1, before.Docs()))
}

// fittedTerms yields the terms of every fitted paper in the surface forms that topics show.
func fittedTerms(m *classifier.Model) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		rows := m.Lexical()
		var words []string
		for i := range rows.Rows() {
			words = words[:0]
			for _, t := range rows.Row(i).Index {
				words = append(words, m.Surface(t))
			}
			if !yield(words) {
				return
			}
		}
	}
}
