package classifier

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"kindred/classifier/base"
	"kindred/classifier/lsa"
	"kindred/classifier/text"
	"kindred/classifier/tfidf"
	"kindred/classifier/topic"
	"kindred/classifier/vec"
)

// Document is one text to learn from.
type Document struct{ ID, Text string }

// Options steer Fit. The zero value is the default, and is what was measured to be best.
type Options struct {
	Dims   int    // latent dimensions of the corpus's own space; 0 means lsa.DefaultDims
	Topics int    // number of topics; 0 chooses it from the data
	Seed   uint64 // of everything random
	NoBase bool   // do without the base model
	Seq    int64  // store sequence of the last document, kept in the model
	// Previous is the model before this one, whose topic ids are kept where the topics' papers overlap.
	Previous *Model
	// Base is the base model to use in place of the one that ships; nil means that one.
	Base *base.Model
	// Progress is told now and then how far a stage is, from the calling goroutine; total is 0 while it is not known.
	Progress func(stage string, done, total int)

	Text  text.Options
	Terms tfidf.Options
}

// Validate reports options that cannot be meant.
func (o Options) Validate() error {
	if o.Dims < 0 || o.Topics < 0 {
		return errors.New("classifier: Dims and Topics must not be negative")
	}
	if err := o.Text.Validate(); err != nil {
		return err
	}
	return o.Terms.Validate()
}

// Constants of the rule that blends the corpus's own latent space with the base model's: see baseWeight.
const (
	baseDocs      = 1000 // documents a corpus has when both spaces weigh the same
	minBaseWeight = 0.02 // below it the base model is left out
	minLatentDF   = 2    // documents a term must stand in to shape the own latent space
	priorDocs     = 1000 // documents that the base model's knowledge of terms counts for
)

// ownSpace are the constants of the corpus's own latent space.
var ownSpace = lsa.Options{Power: 1.5, Balance: 0.5}

// baseWeight is the weight of the base model in the latent view of a corpus of docs documents: a page of papers leans on it
// wholly, a large corpus hardly.
func baseWeight(docs int) float64 {
	if w := baseDocs / (baseDocs + float64(docs)); w >= minBaseWeight {
		return w
	}
	return 0
}

// Fit learns a model from documents, which it reads once and in order. The same documents and options give the same model,
// bit for bit, on any number of cores.
func Fit(ctx context.Context, docs iter.Seq2[Document, error], opt Options) (*Model, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	if opt.Progress == nil {
		opt.Progress = func(string, int, int) {}
	}
	m := &Model{}
	var err error
	if m.analyzer, err = text.New(opt.Text); err != nil {
		return nil, err
	}
	if m.base, err = chooseBase(opt); err != nil {
		return nil, err
	}
	corpus, err := text.Collect(ctx, m.analyzer, m.readIDs(docs), func(done int) { opt.Progress("read", done, 0) })
	if err != nil {
		return nil, err
	}
	if len(m.ids) == 0 {
		return nil, errors.New("classifier: there are no papers to learn from: import some first")
	}
	m.about = about{Docs: len(m.ids), Seq: opt.Seq, Text: m.analyzer.Options()}
	if err := m.fitTerms(corpus, opt); err != nil {
		return nil, err
	}
	labels, err := m.labels(ctx, corpus)
	if err != nil {
		return nil, err
	}
	corpus = nil
	if err := m.fitLatent(ctx, opt); err != nil {
		return nil, err
	}
	if err := m.fitTopics(ctx, labels, opt); err != nil {
		return nil, err
	}
	if m.version, err = m.hash(); err != nil {
		return nil, err
	}
	return m, nil
}

// readIDs hands on the texts of documents and keeps their ids.
func (m *Model) readIDs(docs iter.Seq2[Document, error]) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for d, err := range docs {
			if err == nil {
				m.ids = append(m.ids, d.ID)
			}
			if !yield(d.Text, err) {
				return
			}
		}
	}
}

func chooseBase(opt Options) (*base.Model, error) {
	if opt.NoBase {
		return nil, nil
	}
	if opt.Base != nil {
		return opt.Base, nil
	}
	return base.Default()
}

// fitTerms learns vocabulary and lexical vectors.
func (m *Model) fitTerms(corpus *text.Corpus, opt Options) error {
	opt.Progress("terms", 0, m.Docs())
	w := baseWeight(m.Docs())
	if w == 0 {
		m.base = nil
	}
	var prior *tfidf.Prior
	if m.base != nil {
		prior = m.base.Prior(priorDocs)
		m.about.BaseDims, m.about.BaseWeight = m.base.Dims(), w
	}
	floor := opt.Terms.MinDF
	if floor == 0 {
		floor = tfidf.DefaultMinDF(m.Docs())
	}
	if !opt.Terms.NoPairs {
		corpus.AddPairs(tfidf.DefaultPairMinDF(m.Docs()), tfidf.DefaultMaxPairs)
	}
	var err error
	if m.vectorizer, err = tfidf.New(tfidf.Count(corpus, floor, prior), prior, opt.Terms); err != nil {
		return fmt.Errorf("classifier: %w", err)
	}
	var lengths []float32
	m.lexical, lengths = m.vectorizer.Matrix(corpus)
	m.postings = m.lexical.Transpose()
	m.scale = make([]float32, len(lengths))
	for i, n := range lengths {
		m.scale[i] = m.vectorizer.Pivot(n)
	}
	m.about.Terms, m.about.MeanCount, m.about.MeanLength = m.vectorizer.Options, m.vectorizer.MeanCount, m.vectorizer.MeanLength

	surfaces := m.vectorizer.Vocabulary.Surfaces(corpus)
	if m.base != nil {
		m.baseRow = make([]uint32, m.TermCount())
		for t := range m.baseRow {
			m.baseRow[t] = none
			if b, ok := m.base.Vocabulary.Lookup(m.vectorizer.Vocabulary.At(t)); ok {
				m.baseRow[t] = b
				if m.vectorizer.DF[t] == 0 {
					surfaces[t] = m.base.Surfaces.At(int(b))
				}
			}
		}
	}
	m.surfaces = text.NewTable(surfaces)
	return nil
}

// fitLatent learns the corpus's own latent space and places the documents.
func (m *Model) fitLatent(ctx context.Context, opt Options) error {
	opt.Progress("latent", 0, m.Docs())
	x, transposed := m.latentRows()
	options := ownSpace
	options.Dims, options.Seed = opt.Dims, opt.Seed
	var err error
	if m.projection, err = lsa.Fit(ctx, x, transposed, options); err != nil {
		return err
	}
	m.about.LSA, m.about.OwnDims = options, m.projection.Dims()
	m.about.Values, m.about.Explained = m.projection.Values, m.projection.Explained
	m.latent = m.project(m.lexical)
	return ctx.Err()
}

// latentRows returns the lexical vectors over the terms that stand in enough documents to relate them, with its transpose,
// and numbers those terms in ownRow.
func (m *Model) latentRows() (x, transposed *vec.CSR) {
	least := uint32(minLatentDF)
	if slices.Max(m.vectorizer.DF) < least {
		least = 1 // nothing is shared: every document is a dimension of its own
	}
	m.ownRow = make([]uint32, m.TermCount())
	n := uint32(0)
	transposed = &vec.CSR{Ptr: make([]int64, 1), Cols: m.Docs()}
	for t, df := range m.vectorizer.DF {
		m.ownRow[t] = none
		if df >= least && !text.IsPair(m.vectorizer.Vocabulary.At(t)) {
			m.ownRow[t] = n
			n++
		}
	}
	for t, r := range m.ownRow {
		if r != none {
			transposed.Append(m.postings.Row(t))
		}
	}
	return transposed.Transpose(), transposed
}

// fitTopics forms the topics.
func (m *Model) fitTopics(ctx context.Context, names *labels, opt Options) error {
	opt.Progress("topics", 0, m.Docs())
	options := topic.Options{Topics: opt.Topics, Seed: opt.Seed}
	if p := opt.Previous; p != nil {
		options.Previous = &topic.Earlier{Topics: p.topics, IDs: p.ids}
	}
	var err error
	m.topics, err = topic.Fit(ctx, topic.Input{IDs: m.ids, Vectors: m.latent, Terms: names.counts, Names: names.names}, options)
	if err != nil {
		return err
	}
	if m.encoded, err = m.topics.MarshalBinary(); err != nil {
		return err
	}
	opt.Progress("topics", m.Docs(), m.Docs())
	return nil
}
