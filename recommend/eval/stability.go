package eval

import (
	"context"
	"math"

	"kindred/classifier"
	"kindred/recommend/library"
)

// Stability is the share of the papers whose topic keeps its id in further fits, each in [0,1].
type Stability struct {
	Seed  float64 `json:"other_seed"`        // the same papers, another seed
	Added float64 `json:"tenth_added"`       // a tenth of the papers is added later; these do not count
	Fresh float64 `json:"fresh_other_seed"`  // topics formed anew from another seed, ids by overlap
	Names float64 `json:"labels_other_seed"` // of topics, not papers: the label stays, with another seed
}

// lastTenth reports whether the paper of a row is one of those added later: every tenth.
func lastTenth(row int) bool { return row%10 == 9 }

// MeasureStability fits four more models to the papers of a library's model and compares their topics with its own. The
// models are not kept. Progress, which may be nil, is that of the fits.
func MeasureStability(
	ctx context.Context, l *library.Library, progress func(stage string, done, total int),
) (*Stability, error) {
	m := l.Model()
	row := make(map[string]int, m.Docs())
	for i, id := range m.IDs() {
		row[id] = i
	}
	fit := func(keep func(row int) bool, opt classifier.Options) (*classifier.Model, error) {
		opt.NoMap, opt.Topics, opt.NoBase, opt.Progress = true, len(m.Topics()), m.BaseWeight() == 0, progress
		docs := func(yield func(classifier.Document, error) bool) {
			for d, err := range library.Documents(l.Store().Since(ctx, 0), math.MaxInt64) {
				i, fitted := row[d.ID]
				if (err != nil || fitted && keep(i)) && !yield(d, err) {
					return
				}
			}
		}
		return classifier.Fit(ctx, docs, opt)
	}
	all := func(int) bool { return true }
	other, err := fit(all, classifier.Options{Seed: m.Seed() + 1, Previous: m})
	if err != nil {
		return nil, err
	}
	fresh, err := fit(all, classifier.Options{Seed: m.Seed() + 1, Previous: m, FreshTopics: true})
	if err != nil {
		return nil, err
	}
	most, err := fit(func(row int) bool { return !lastTenth(row) }, classifier.Options{Seed: m.Seed()})
	if err != nil {
		return nil, err
	}
	added, err := fit(all, classifier.Options{Seed: m.Seed(), Previous: most})
	if err != nil {
		return nil, err
	}
	return &Stability{
		Seed: keptShare(m, other), Added: keptShare(most, added), Fresh: keptShare(m, fresh), Names: keptLabels(m, other),
	}, nil
}

// keptShare returns the share of the papers of a model that are in the topic of the same id in another.
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

// keptLabels returns the share of the topics of a model whose label is the same in another.
func keptLabels(before, after *classifier.Model) float64 {
	label := map[int]string{}
	for _, t := range before.Topics() {
		label[t.ID] = t.Label
	}
	kept := 0
	for _, t := range after.Topics() {
		if label[t.ID] == t.Label {
			kept++
		}
	}
	return float64(kept) / float64(max(1, len(label)))
}
