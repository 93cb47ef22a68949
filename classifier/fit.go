package classifier

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"

	"github.com/james-bowman/nlp"

	"kindred/classifier/base"
	"kindred/classifier/section"
	"kindred/classifier/text"
	"kindred/classifier/tfidf"
	"kindred/classifier/topic"
	"kindred/classifier/vec"
)

// Document is one text to learn from.
type Document struct{ ID, Text string }

// Options are the options of Fit. The zero value is the default, which measured best.
type Options struct {
	Dims   int    // dimensions of the latent space of the corpus itself; 0 means lsa.DefaultDims
	Topics int    // number of topics; 0 chooses it from the data
	Seed   uint64 // of the random numbers
	NoBase bool   // do without the base model
	NoMap  bool   // compute no map
	Seq    int64  // store sequence of the last document, kept in the model
	// Previous is the model before this one. Topics start from its topics. With FreshTopics they are formed anew, and
	// take only ids from Previous where papers overlap.
	Previous    *Model
	FreshTopics bool
	// Pinned are ids of topics of the main level of Previous that are kept while they have papers, even with
	// FreshTopics.
	Pinned []int
	// Base is a base model to use in place of the one that ships; nil means the latter.
	Base *base.Model
	// Progress is called from time to time in the calling goroutine with the progress of a stage. total is 0 while it
	// is not known.
	Progress func(stage string, done, total int)

	// Weighting is an nlp.Transformer that weights counts, terms × documents, in place of tfidf.Weighter. It must
	// multiply each count by a weight of its term, as nlp.TfidfTransformer does. The model keeps the weights.
	Weighting nlp.Transformer
	// TopicStage returns an nlp.Transformer for a number of topics and a seed, such as LDA. It forms the topics in
	// place of topic.Fit: its FitTransform maps the counts of single words, words × documents, to the shares of topics,
	// topics × documents. It is used for at most maxForeignDocs documents.
	TopicStage func(topics int, seed uint64) nlp.Transformer

	Terms tfidf.Options
}

// Validate reports options out of their ranges.
func (o Options) Validate() error {
	if o.Dims < 0 || o.Topics < 0 {
		return errors.New("classifier: Dims and Topics must not be negative")
	}
	return o.Terms.Validate()
}

// fitGCPercent is the garbage collection target during a fit: the growth of the heap, in percent of the live heap,
// after which a collection starts.
const fitGCPercent = 30

// Fit learns a model from documents, which it reads once and in order. The same documents and options give the same
// model, byte for byte, on any number of cores.
func Fit(ctx context.Context, docs iter.Seq2[Document, error], opt Options) (*Model, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	if opt.Progress == nil {
		opt.Progress = func(string, int, int) {}
	}
	// A fit holds few and large arrays without pointers. Frequent collections cost it almost no time and save a third
	// of its memory.
	defer debug.SetGCPercent(debug.SetGCPercent(fitGCPercent))
	m := newModel()
	corpus, err := m.fitTerms(ctx, docs, opt)
	if err != nil {
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

// readIDs yields the texts of documents and keeps their ids.
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

// fitTerms learns vocabulary and lexical vectors, by the counting and the weighting stage.
func (m *Model) fitTerms(ctx context.Context, docs iter.Seq2[Document, error], opt Options) (*text.Corpus, error) {
	counter := &tfidf.Counter{Options: opt.Terms, Prior: func(corpus *text.Corpus) (*tfidf.Prior, error) {
		return m.prior(corpus, opt)
	}}
	counts, err := counter.FitTransformDocuments(ctx, m.readIDs(docs), func(done int) { opt.Progress("read", done, 0) })
	if err != nil {
		return nil, fmt.Errorf("classifier: %w", err)
	}
	weighter, weights, err := weigh(ctx, counter, counts, opt.Weighting)
	if err != nil {
		return nil, err
	}
	m.vectorizer, m.lexical = weighter.Vectorizer, vec.FromMatrix(weights)
	m.postings = m.lexical.Transpose()
	m.scale = make([]float32, m.Docs())
	for i, n := range weighter.Lengths() {
		m.scale[i] = m.vectorizer.Pivot(n)
	}
	m.about.Terms, m.about.MeanLength = m.vectorizer.Options, m.vectorizer.MeanLength
	corpus := counter.TakeCorpus()
	m.nameTerms(corpus)
	return corpus, nil
}

// prior chooses the base model once all documents are read, and returns its document frequencies as prior knowledge of
// terms.
func (m *Model) prior(corpus *text.Corpus, opt Options) (*tfidf.Prior, error) {
	if len(m.ids) == 0 {
		return nil, errors.New("there are no papers to learn from: import some first")
	}
	if opt.TopicStage != nil && len(m.ids) > maxForeignDocs {
		return nil, fmt.Errorf("%d papers are too many for another topic stage, which takes %d at most: form the topics by the default method",
			len(m.ids), maxForeignDocs)
	}
	m.about = about{Docs: len(m.ids), Seq: opt.Seq}
	opt.Progress("terms", 0, m.Docs())
	var err error
	if m.base, err = chooseBase(opt, m.Docs()); m.base == nil {
		return nil, err
	}
	prior := m.base.Prior(priorDocs)
	if m.about.BaseWeight = latentShare * known(corpus, m.base); m.about.BaseWeight > 0 {
		m.about.BaseDims, prior.Extend = m.base.Dims(), true
	} else {
		m.base = nil // it does not know the language of the corpus: only its document frequencies are used
	}
	return prior, nil
}

// nameTerms sets the surface forms of terms and their rows in the base model.
func (m *Model) nameTerms(corpus *text.Corpus) {
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
}

// fitTopics forms the topics.
func (m *Model) fitTopics(ctx context.Context, in *topic.Input, opt Options) error {
	opt.Progress("topics", 0, m.Docs())
	in.IDs = m.ids
	if m.Dims() > 0 {
		in.Space = m.latent
	}
	if m.Docs() < topic.SmallCorpus {
		in.General = m.general(m.latent)
	}
	options := topic.Options{Topics: opt.Topics, Seed: opt.Seed, Fresh: opt.FreshTopics || m.otherStage(opt), Pinned: opt.Pinned, Fingerprint: m.fingerprint(in, opt)}
	if p := opt.Previous; p != nil {
		options.Previous = &topic.Earlier{Topics: p.topics, IDs: p.ids}
	}
	var err error
	if opt.TopicStage != nil {
		m.topics, err = m.stagedTopics(ctx, in, opt, options)
	} else {
		m.topics, err = topic.Fit(ctx, *in, options)
	}
	if err != nil {
		return err
	}
	if m.encoded, err = m.topics.MarshalBinary(); err != nil {
		return err
	}
	opt.Progress("topics", m.Docs(), m.Docs())
	return nil
}

// otherStage reports whether the model before has topics of another method than this fit. The topics of this fit then
// do not start from them.
func (m *Model) otherStage(opt Options) bool {
	return opt.Previous != nil && opt.TopicStage == nil && opt.Previous.about.TopicStage != ""
}

// stagedTopics forms the topics by Options.TopicStage.
func (m *Model) stagedTopics(ctx context.Context, in *topic.Input, opt Options, options topic.Options) (*topic.Topics, error) {
	k := opt.Topics
	if k == 0 {
		k = topic.AutoTopics(m.Docs())
	}
	stage := opt.TopicStage(min(k, m.Docs()), opt.Seed)
	m.about.TopicStage = fmt.Sprintf("%T", stage)
	options.Fingerprint += m.about.TopicStage
	shares, err := topicShares(ctx, in, stage)
	if err != nil {
		return nil, err
	}
	return topic.FitShares(ctx, *in, options, shares)
}

// fingerprint identifies what topics are formed of: documents and options.
func (m *Model) fingerprint(in *topic.Input, opt Options) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %d %t %d\n%s\n%q", opt.Topics, opt.Seed, m.base != nil, m.TermCount(), m.vectorizer.Vocabulary.Data, m.ids)
	h.Write(section.Bytes(in.Words.Counts.Ptr))
	h.Write(section.Bytes(in.Words.Counts.Index))
	h.Write(section.Bytes(in.Words.Counts.Value))
	return hex.EncodeToString(h.Sum(nil)[:8])
}
