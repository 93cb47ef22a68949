package classifier

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"

	"kindred/classifier/base"
	"kindred/classifier/section"
	"kindred/classifier/text"
	"kindred/classifier/tfidf"
	"kindred/classifier/topic"
)

// Document is one text to learn from.
type Document struct{ ID, Text string }

// Options steer Fit. The zero value is the default, and is what was measured to be best.
type Options struct {
	Dims   int    // latent dimensions of the corpus's own space; 0 means lsa.DefaultDims
	Topics int    // number of topics; 0 chooses it from the data
	Seed   uint64 // of everything random
	NoBase bool   // do without the base model
	NoMap  bool   // draw no map
	Seq    int64  // store sequence of the last document, kept in the model
	// Previous is the model before this one, from whose topics this one's go on; with FreshTopics they are formed anew, and no more
	// than the ids are kept where the topics' papers overlap.
	Previous    *Model
	FreshTopics bool
	// Pinned are ids of topics of Previous's main level that are kept while they have papers, even by FreshTopics.
	Pinned []int
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

// fitGCPercent is how far the heap may grow, in percent of what is in use, before garbage is collected during a fit.
const fitGCPercent = 30

// Fit learns a model from documents, which it reads once and in order. The same documents and options give the same model,
// bit for bit, on any number of cores.
func Fit(ctx context.Context, docs iter.Seq2[Document, error], opt Options) (*Model, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	if opt.Progress == nil {
		opt.Progress = func(string, int, int) {}
	}
	// A fit holds few and large arrays without pointers. Collecting garbage early costs it next to nothing and saves a third
	// of its memory.
	defer debug.SetGCPercent(debug.SetGCPercent(fitGCPercent))
	m := newModel()
	var err error
	if m.analyzer, err = text.New(opt.Text); err != nil {
		return nil, err
	}
	corpus, err := text.Collect(ctx, m.analyzer, m.readIDs(docs), func(done int) { opt.Progress("read", done, 0) })
	if err != nil {
		return nil, err
	}
	if len(m.ids) == 0 {
		return nil, errors.New("classifier: there are no papers to learn from: import some first")
	}
	if m.base, err = chooseBase(opt, len(m.ids)); err != nil {
		return nil, err
	}
	m.about = about{Docs: len(m.ids), Seq: opt.Seq, Text: m.analyzer.Options()}
	if err := m.fitTerms(corpus, opt); err != nil {
		return nil, err
	}
	input, err := m.topicInput(ctx, corpus)
	if err != nil {
		return nil, err
	}
	corpus = nil
	if err := m.fitLatent(ctx, opt); err != nil {
		return nil, err
	}
	if err := m.fitTopics(ctx, input, opt); err != nil {
		return nil, err
	}
	if err := m.fitMap(ctx, opt); err != nil {
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

// fitTerms learns vocabulary and lexical vectors.
func (m *Model) fitTerms(corpus *text.Corpus, opt Options) error {
	opt.Progress("terms", 0, m.Docs())
	var prior *tfidf.Prior
	if m.base != nil {
		prior = m.base.Prior(priorDocs)
		if m.about.BaseWeight = latentShare * known(corpus, m.base); m.about.BaseWeight > 0 {
			m.about.BaseDims, prior.Extend = m.base.Dims(), true
		} else {
			m.base = nil // but for what it knows of how rare terms are
		}
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

// fitTopics forms the topics.
func (m *Model) fitTopics(ctx context.Context, in *topic.Input, opt Options) error {
	opt.Progress("topics", 0, m.Docs())
	in.IDs = m.ids
	if m.Docs() < topic.SmallCorpus {
		in.General = m.general(m.latent)
	}
	options := topic.Options{Topics: opt.Topics, Seed: opt.Seed, Fresh: opt.FreshTopics, Pinned: opt.Pinned, Fingerprint: m.fingerprint(in, opt)}
	if p := opt.Previous; p != nil {
		options.Previous = &topic.Earlier{Topics: p.topics, IDs: p.ids}
	}
	var err error
	if m.topics, err = topic.Fit(ctx, *in, options); err != nil {
		return err
	}
	if m.encoded, err = m.topics.MarshalBinary(); err != nil {
		return err
	}
	opt.Progress("topics", m.Docs(), m.Docs())
	return nil
}

// fingerprint names what topics are formed from: documents and options.
func (m *Model) fingerprint(in *topic.Input, opt Options) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %d %t %d\n%s\n%q", opt.Topics, opt.Seed, m.base != nil, m.TermCount(), m.vectorizer.Vocabulary.Data, m.ids)
	h.Write(section.Bytes(in.Words.Counts.Ptr))
	h.Write(section.Bytes(in.Words.Counts.Index))
	h.Write(section.Bytes(in.Words.Counts.Value))
	return hex.EncodeToString(h.Sum(nil)[:8])
}
