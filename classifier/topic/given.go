package topic

import (
	"context"
	"fmt"
	"math"

	"kindred/classifier/vec"
)

// FitShares makes topics from given shares of topics in documents, documents × topics, rows that sum to 1. A document
// belongs to the topic of its largest share. A topic that is the largest of no document is left out. Names, terms,
// representative papers, fields, subtopics and ids are made as in Fit. Later texts are scored by the word distributions
// of the topics.
func FitShares(ctx context.Context, in Input, opt Options, shares *vec.Dense) (*Topics, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	if err := in.validate(); err != nil {
		return nil, err
	}
	if shares.Rows() != len(in.IDs) || shares.Cols < 1 {
		return nil, fmt.Errorf("topic: shares %d×%d for %d documents", shares.Rows(), shares.Cols, len(in.IDs))
	}
	t := &Topics{fingerprint: opt.Fingerprint}
	f := &fitting{in: &in, opt: opt, n: len(in.IDs), t: t}
	if err := f.given(ctx, shares); err != nil {
		return nil, err
	}
	if err := f.levels(ctx); err != nil {
		return nil, err
	}
	f.keepIDs()
	f.link()
	f.name()
	return t, ctx.Err()
}

// given sets scorer, cells, shares and the main level from the shares of documents.
func (f *fitting) given(ctx context.Context, shares *vec.Dense) error {
	f.rows = spread(f.n, f.n)
	vocabulary := f.keepWords(leastDocs)
	f.papers = selectWords(f.in.Words.Counts, f.rows, vocabulary)
	w := f.words().alone()
	if err := f.latent(ctx, w); err != nil {
		return err
	}
	shares, _ = withoutSmall(shares, 1, 1, func(int) bool { return false })
	m := &mixture{}
	m.learn(w, shares)
	t := f.t
	t.scorer = scorer{vocabulary: vocabulary, weights: m.logs, bias: m.prior, sharpness: 1}
	logs, confidence := vec.NewDense(f.n, shares.Cols), 0.0
	for i := range f.n {
		row := shares.Row(i)
		confidence += float64(row[argmax(row)])
		for j, v := range row {
			logs.Data[i*logs.Cols+j] = float32(math.Log(float64(v) + 1e-9))
		}
	}
	t.assign(logs)
	t.settle(nil) // each document is where it was put
	f.cell = t.cell
	m.scores(logs, w)
	t.scorer.sharpness = calibrate(logs, confidence/float64(f.n))
	members := membersOf(f.cell, shares.Cols)
	centroids := centroidsOf(f.space, members)
	t.list = make([]Topic, shares.Cols)
	for c := range t.list {
		t.list[c] = Topic{Size: len(members[c]), Papers: f.representatives(members[c], centroids.Row(c))}
	}
	return nil
}
