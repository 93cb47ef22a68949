package tfidf

import (
	"context"
	"errors"
	"slices"

	"github.com/james-bowman/nlp"
	"gonum.org/v1/gonum/mat"

	"kindred/classifier/text"
	"kindred/classifier/vec"
)

// Counter is the counting half of a Vectorizer as an nlp.Vectoriser: it gives how often each term stands in each document,
// terms × documents, an occurrence in the title counting TitleWeight times.
type Counter struct {
	Analyzer   *text.Analyzer
	Options    Options
	Vectorizer *Vectorizer // nil before Fit
	err        error
}

// Weighter is the weighing half of a Vectorizer as an nlp.Transformer: it takes counts to columns of unit length. Counts
// without a term give an empty column, never a NaN.
type Weighter struct {
	Options    Options
	Vectorizer *Vectorizer // nil before Fit; only its weights are used
	err        error
}

var (
	_ nlp.Vectoriser  = (*Counter)(nil)
	_ nlp.Transformer = (*Weighter)(nil)
)

// errNotFitted is what a stage of nlp's contract has to say when it is used too early.
var errNotFitted = errors.New("tfidf: Transform before Fit")

// Fit learns the vocabulary of the documents. nlp's contract has no place for an error, so Transform returns it.
func (c *Counter) Fit(docs ...string) nlp.Vectoriser {
	c.Vectorizer, c.err = nil, nil
	corpus, err := text.Collect(context.Background(), c.Analyzer, func(yield func(string, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}, nil)
	if err == nil {
		if !c.Options.NoPairs {
			corpus.AddPairs(DefaultPairMinDF(corpus.Docs()), DefaultMaxPairs)
		}
		c.Vectorizer, err = New(Count(corpus, 1, nil), nil, c.Options)
	}
	c.err = err
	return c
}

// Transform counts the terms of the documents.
func (c *Counter) Transform(docs ...string) (mat.Matrix, error) {
	if c.Vectorizer == nil {
		return nil, orNotFitted(c.err)
	}
	m := &vec.CSR{Ptr: make([]int64, 1, len(docs)+1), Cols: c.Vectorizer.Vocabulary.Len()}
	for _, d := range docs {
		m.Append(c.Vectorizer.Counts(c.Analyzer, d))
	}
	return vec.ToMatrix(m), nil
}

// FitTransform is Fit and then Transform.
func (c *Counter) FitTransform(docs ...string) (mat.Matrix, error) {
	return c.Fit(docs...).Transform(docs...)
}

// Fit learns the weights of the terms from counts, terms × documents.
func (w *Weighter) Fit(counts mat.Matrix) nlp.Transformer {
	w.err = w.Options.Validate()
	if w.err != nil {
		return w
	}
	rows := vec.FromMatrix(counts)
	v := &Vectorizer{Options: w.Options.withDefaults(rows.Rows()), Docs: rows.Rows(), DF: make([]uint32, rows.Cols), IDF: make([]float32, rows.Cols)}
	for i, t := range rows.Index {
		v.DF[t]++
		v.MeanCount += float64(rows.Value[i])
	}
	v.MeanCount /= float64(max(1, rows.Rows()))
	for t, df := range v.DF {
		v.IDF[t] = float32(idf("", float64(v.Docs), float64(df), nil))
	}
	w.Vectorizer = v
	return w
}

// Transform weighs counts, terms × documents.
func (w *Weighter) Transform(counts mat.Matrix) (mat.Matrix, error) {
	if w.Vectorizer == nil {
		return nil, orNotFitted(w.err)
	}
	rows := vec.FromMatrix(counts)
	if rows.Cols != len(w.Vectorizer.IDF) {
		return nil, errors.New("tfidf: the counts are of another vocabulary")
	}
	rows.Value = slices.Clone(rows.Value)
	for r := range rows.Rows() {
		w.Vectorizer.Weigh(rows.Row(r))
	}
	return vec.ToMatrix(rows), nil
}

// FitTransform is Fit and then Transform.
func (w *Weighter) FitTransform(counts mat.Matrix) (mat.Matrix, error) {
	return w.Fit(counts).Transform(counts)
}

func orNotFitted(err error) error {
	if err != nil {
		return err
	}
	return errNotFitted
}
