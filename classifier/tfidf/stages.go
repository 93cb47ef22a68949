package tfidf

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/james-bowman/nlp"
	"gonum.org/v1/gonum/mat"

	"kindred/classifier/text"
	"kindred/classifier/vec"
)

// Counter is an nlp.Vectoriser that counts terms: single words, the parts of compounds and frequent pairs of words. Its
// matrices are terms × documents. An occurrence in the title counts Options.TitleWeight times.
type Counter struct {
	Options Options
	// Prior returns prior knowledge of terms, nil for none. A nil Prior means none. A fit calls it once, when the
	// vocabulary has the single words of the documents and no pairs yet.
	Prior func(*text.Corpus) (*Prior, error)
	// Vocabulary numbers the rows of the matrices; nil before a fit.
	Vocabulary *Vocabulary

	prior  *Prior       // of the last fit
	corpus *text.Corpus // of FitTransformDocuments
	err    error
}

// Weighter is an nlp.Transformer that turns counts, terms × documents, into weights: columns of unit length. A document
// without terms has an empty column.
type Weighter struct {
	Options Options
	// Vocabulary names the rows of the counts. With a nil Vocabulary all rows are single words and Prior is not used.
	Vocabulary *Vocabulary
	Prior      *Prior
	Vectorizer *Vectorizer // nil before a fit

	lengths []float32 // of the columns of FitTransform, before normalisation
	err     error
}

var (
	_ nlp.Vectoriser  = (*Counter)(nil)
	_ nlp.Transformer = (*Weighter)(nil)
)

// errNotFitted is the error of a stage whose Transform is called before Fit.
var errNotFitted = errors.New("tfidf: Transform before Fit")

// Fit learns the vocabulary of the documents. The contract of nlp has no error here; Transform returns it.
func (c *Counter) Fit(docs ...string) nlp.Vectoriser {
	c.err = c.fit(context.Background(), each(docs), nil)
	c.corpus = nil
	return c
}

// Transform counts the terms of the documents.
func (c *Counter) Transform(docs ...string) (mat.Matrix, error) {
	if c.Vocabulary == nil {
		return nil, orNotFitted(c.err)
	}
	m := &vec.CSR{Ptr: make([]int64, 1, len(docs)+1), Cols: c.Vocabulary.Len()}
	titleWeight := c.Options.withDefaults(0).TitleWeight
	for _, d := range docs {
		m.Append(CountTerms(d, titleWeight, c.Vocabulary.Lookup))
	}
	return vec.Columns{Documents: m}, nil
}

// FitTransform is Fit and then Transform.
func (c *Counter) FitTransform(docs ...string) (mat.Matrix, error) {
	defer func() { c.corpus = nil }()
	return c.FitTransformDocuments(context.Background(), each(docs), nil)
}

// FitTransformDocuments is FitTransform for documents that are read one at a time. It stops at the first error of docs
// and when ctx is done. progress, which may be nil, is called from time to time with the number of documents read. The
// counter keeps the corpus for TakeCorpus.
func (c *Counter) FitTransformDocuments(ctx context.Context, docs iter.Seq2[string, error], progress func(done int)) (mat.Matrix, error) {
	if c.err = c.fit(ctx, docs, progress); c.err != nil {
		return nil, c.err
	}
	return vec.Columns{Documents: occurrences(c.corpus, c.Vocabulary, c.Options.withDefaults(0).TitleWeight)}, nil
}

func (c *Counter) fit(ctx context.Context, docs iter.Seq2[string, error], progress func(done int)) error {
	c.Vocabulary, c.prior = nil, nil
	if err := c.Options.Validate(); err != nil {
		return err
	}
	corpus, err := text.Collect(ctx, text.Analyzer{}, docs, progress)
	if err != nil {
		return err
	}
	if c.Prior != nil {
		if c.prior, err = c.Prior(corpus); err != nil {
			return err
		}
	}
	opt := c.Options.withDefaults(corpus.Docs())
	if !opt.NoPairs {
		corpus.AddPairs(DefaultPairMinDF(corpus.Docs()), DefaultMaxPairs)
	}
	if c.Vocabulary, err = chooseVocabulary(Count(corpus, opt.MinDF, c.prior), c.prior, opt); err != nil {
		return err
	}
	c.corpus = corpus
	return nil
}

// TakeCorpus returns the documents of the last FitTransformDocuments. The counter keeps them no longer: a second call
// returns nil.
func (c *Counter) TakeCorpus() *text.Corpus {
	corpus := c.corpus
	c.corpus = nil
	return corpus
}

// Weighter returns an unfitted weighter for the counts of a fitted counter.
func (c *Counter) Weighter() *Weighter {
	return &Weighter{Options: c.Options, Vocabulary: c.Vocabulary, Prior: c.prior}
}

func each(docs []string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

// Fit learns the weights of the terms from counts, terms × documents.
func (w *Weighter) Fit(counts mat.Matrix) nlp.Transformer {
	w.Vectorizer = nil
	rows := vec.FromMatrix(counts)
	if w.err = w.Options.Validate(); w.err != nil {
		return w
	}
	if w.Vocabulary != nil && w.Vocabulary.Len() != rows.Cols {
		w.err = fmt.Errorf("tfidf: counts of %d terms for a vocabulary of %d", rows.Cols, w.Vocabulary.Len())
		return w
	}
	w.Vectorizer = weigh(rows, w.Vocabulary, w.Prior, w.Options.withDefaults(rows.Rows()))
	return w
}

// Transform weighs counts, terms × documents.
func (w *Weighter) Transform(counts mat.Matrix) (mat.Matrix, error) {
	rows, _, err := w.transform(counts)
	if err != nil {
		return nil, err
	}
	return vec.Columns{Documents: rows}, nil
}

// FitTransform is Fit and then Transform.
func (w *Weighter) FitTransform(counts mat.Matrix) (mat.Matrix, error) {
	w.Fit(counts)
	rows, lengths, err := w.transform(counts)
	if err != nil {
		return nil, err
	}
	w.lengths, w.Vectorizer.MeanLength = lengths, meanPositive(lengths)
	return vec.Columns{Documents: rows}, nil
}

// Lengths returns the length that each column had in the last FitTransform before normalisation.
func (w *Weighter) Lengths() []float32 { return w.lengths }

func (w *Weighter) transform(counts mat.Matrix) (*vec.CSR, []float32, error) {
	if w.Vectorizer == nil {
		return nil, nil, orNotFitted(w.err)
	}
	rows := vec.FromMatrix(counts)
	if rows.Cols != len(w.Vectorizer.IDF) {
		return nil, nil, errors.New("tfidf: the counts are of another vocabulary")
	}
	out, lengths := w.Vectorizer.weighRows(rows)
	return out, lengths, nil
}

// Adopt takes over the weights of another weighting stage, which was fitted to counts and returned weighted for them.
// The stage must multiply each count by a weight of its term that is not negative, as the TfidfTransformer of nlp does.
// The weights are read from its Transform of the identity matrix and compared with weighted. The adopted weights are
// kept without the stage, so that a model file can hold them. Columns are made unit length.
func (w *Weighter) Adopt(stage nlp.Transformer, counts, weighted mat.Matrix) (mat.Matrix, error) {
	rows := vec.FromMatrix(counts)
	image, err := stage.Transform(vec.Columns{Documents: identity(rows.Cols)})
	if err != nil {
		return nil, err
	}
	if r, c := image.Dims(); r != rows.Cols || c != rows.Cols {
		return nil, fmt.Errorf("tfidf: it maps %d terms to a matrix %d×%d, not to one weight each", rows.Cols, r, c)
	}
	opt := w.Options.withDefaults(rows.Rows())
	opt.Weighting = Linear
	v := weigh(rows, w.Vocabulary, nil, opt)
	if v.IDF, err = diagonal(vec.FromMatrix(image)); err != nil {
		return nil, err
	}
	if err := v.explains(rows, vec.FromMatrix(weighted)); err != nil {
		return nil, err
	}
	out, lengths := v.weighRows(rows)
	v.MeanLength = meanPositive(lengths)
	w.Vectorizer, w.lengths = v, lengths
	return vec.Columns{Documents: out}, nil
}

func identity(n int) *vec.CSR {
	m := &vec.CSR{Ptr: make([]int64, n+1), Index: make([]uint32, n), Value: make([]float32, n), Cols: n}
	for i := range n {
		m.Ptr[i+1], m.Index[i], m.Value[i] = int64(i+1), uint32(i), 1
	}
	return m
}

// diagonal returns the diagonal of a square matrix that has nothing beside it.
func diagonal(m *vec.CSR) ([]float32, error) {
	out := make([]float32, m.Cols)
	for r := range m.Rows() {
		row := m.Row(r)
		for k, t := range row.Index {
			if v := row.Value[k]; int(t) != r || !(v >= 0) || math.IsInf(float64(v), 0) {
				return nil, errors.New("tfidf: it does not multiply each count by a weight of its term that is 0 or more")
			}
			out[t] = row.Value[k]
		}
	}
	return out, nil
}

// explains reports weights that are not the counts times v.IDF, to a part in 10,000.
func (v *Vectorizer) explains(counts, weighted *vec.CSR) error {
	if weighted.Rows() != counts.Rows() || weighted.Cols != counts.Cols {
		return fmt.Errorf("tfidf: it maps counts %d×%d to weights %d×%d", counts.Cols, counts.Rows(), weighted.Cols, weighted.Rows())
	}
	for d := range counts.Rows() {
		row, got := counts.Row(d), weighted.Row(d)
		for k, t := range row.Index {
			want := float64(row.Value[k] * v.IDF[t])
			if math.Abs(want-float64(got.At(t))) > 1e-4*math.Abs(want) {
				return errors.New("tfidf: its weights are not the counts times a weight of each term")
			}
		}
	}
	return nil
}

// weighRows returns the weights of counts, documents × terms, as unit rows, and the lengths of the rows before
// normalisation.
func (v *Vectorizer) weighRows(counts *vec.CSR) (rows *vec.CSR, lengths []float32) {
	rows = &vec.CSR{Ptr: counts.Ptr, Index: counts.Index, Value: slices.Clone(counts.Value), Cols: counts.Cols}
	lengths = make([]float32, rows.Rows())
	vec.Parallel(rows.Rows(), 256, func(lo, hi int) {
		for d := lo; d < hi; d++ {
			lengths[d] = v.Weigh(rows.Row(d))
		}
	})
	return rows, lengths
}

func orNotFitted(err error) error {
	if err != nil {
		return err
	}
	return errNotFitted
}
