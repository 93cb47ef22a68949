package classifier

import (
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/edsrzf/mmap-go"

	"kindred/classifier/base"
	"kindred/classifier/layout"
	"kindred/classifier/lsa"
	"kindred/classifier/text"
	"kindred/classifier/tfidf"
	"kindred/classifier/topic"
	"kindred/classifier/vec"
)

// ErrNoTerms is wrapped by errors for a text without a term that the model knows.
var ErrNoTerms = errors.New("no known terms")

// none marks a term without a row.
const none = math.MaxUint32

// Model is the result of a fit. It is immutable and safe for concurrent use. A model from Open reads its file in place:
// the model and every slice from it may be used by holders of a reference only, see Acquire.
type Model struct {
	about      about
	version    string
	vectorizer *tfidf.Vectorizer
	surfaces   text.Table
	ids        []string

	projection *lsa.Projection // latent space of the corpus itself
	ownRow     []uint32        // term → row of projection.Basis, or none
	base       *base.Model     // nil for none
	baseRow    []uint32        // term → term of base, or none; empty without base
	ownFactor  []float32       // see weighTerms
	baseFactor []float32

	lexical   *vec.CSR   // documents × terms
	postings  *vec.CSR   // terms × documents
	scale     []float32  // of each document, see LexicalScale
	latent    *vec.Dense // documents × dims
	codes     *vec.Codes // of latent; nil for few documents
	topics    *topic.Topics
	encoded   []byte      // topics as they are in the file
	layout    *layout.Map // nil for no map
	centroids subCentroids

	mapped     mmap.MMap // nil for a model that was not opened from a file
	references references
}

// about is the section of single values.
type about struct {
	Docs       int           `json:"docs"`
	Seq        int64         `json:"seq"`
	Terms      tfidf.Options `json:"terms"`
	LSA        lsa.Options   `json:"lsa"`
	MeanLength float64       `json:"mean_length"`
	OwnDims    int           `json:"own_dims"`
	Values     []float64     `json:"singular_values"`
	Explained  float64       `json:"explained"`
	BaseDims   int           `json:"base_dims"`
	BaseWeight float64       `json:"base_weight"`
	NoMap      bool          `json:"no_map,omitempty"`
	TopicStage string        `json:"topic_stage,omitempty"` // Go type of Options.TopicStage; "" for none
}

// Version returns the version of the model, a hash of its content. The same corpus and options give the same version.
func (m *Model) Version() string { return m.version }

// Seq returns the store sequence of the last document, as given to Fit.
func (m *Model) Seq() int64 { return m.about.Seq }

// Seed returns the seed of the random numbers, as given to Fit.
func (m *Model) Seed() uint64 { return m.about.LSA.Seed }

// Docs returns the number of documents.
func (m *Model) Docs() int { return m.about.Docs }

// TermCount returns the number of terms, those of the corpus and those of the base model. Terms have the numbers below
// it.
func (m *Model) TermCount() int { return m.vectorizer.Vocabulary.Len() }

// Dims returns the number of latent dimensions of the corpus and of the base model together.
func (m *Model) Dims() int { return m.about.OwnDims + m.about.BaseDims }

// Explained returns the share of the variance of the corpus, the squared length of all rows, that its own latent space
// keeps, in [0,1].
func (m *Model) Explained() float64 { return m.about.Explained }

// BaseWeight returns the weight of the base model in the latent view, in [0,1].
func (m *Model) BaseWeight() float64 { return m.about.BaseWeight }

// IDs returns the ids of the documents, in order. The caller must not change them.
func (m *Model) IDs() []string { return m.ids }

// Lexical returns the lexical vectors of the documents, documents × terms: unit rows, empty for documents without
// terms.
func (m *Model) Lexical() *vec.CSR { return m.lexical }

// Postings returns Lexical transposed, terms × documents.
func (m *Model) Postings() *vec.CSR { return m.postings }

// LexicalScale returns the factor of lexical products with each document when documents are ranked. It is about 1, and
// less for short documents, which plain cosine favours. See tfidf.Vectorizer.Pivot.
func (m *Model) LexicalScale() []float32 { return m.scale }

// Latent returns the latent vectors of the documents, documents × dims: unit rows, zero for documents without terms.
func (m *Model) Latent() *vec.Dense { return m.latent }

// Codes returns the codes of the latent vectors, nil for a model of fewer documents than are worth it.
func (m *Model) Codes() *vec.Codes { return m.codes }

// Lookup returns the term of a word, by the folding and stemming that documents are read with.
func (m *Model) Lookup(word string) (term uint32, ok bool) {
	for t := range (text.Analyzer{}).Terms(word) {
		if !t.Part {
			if ok {
				return 0, false // more than one word
			}
			if term, ok = m.vectorizer.Vocabulary.Lookup(t.Text); !ok {
				return 0, false
			}
		}
	}
	return term, ok
}

// Surface returns the surface form of a term that is most frequent in the corpus.
func (m *Model) Surface(term uint32) string { return m.surfaces.At(int(term)) }

// Terms yields the surface form of each single word of the corpus and the number of documents that have it, ordered by
// term.
func (m *Model) Terms() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for t, df := range m.vectorizer.DF {
			if df > 0 && !text.IsPair(m.vectorizer.Vocabulary.At(t)) && !yield(m.surfaces.At(t), int(df)) {
				return
			}
		}
	}
}

// Embed returns the two vectors of a text. A first line followed by more text is its title. The error wraps ErrNoTerms
// when no term of the text is known.
func (m *Model) Embed(s string) (vec.Views, error) {
	row := m.vectorizer.Counts(s)
	length := m.vectorizer.Weigh(row)
	if row.Len() == 0 {
		return vec.Views{}, fmt.Errorf("classifier: %w: no word of the text is in the %d papers that the model was fitted to", ErrNoTerms, m.Docs())
	}
	views := vec.Views{Lexical: row, Latent: make([]float32, m.Dims()), Scale: m.vectorizer.Pivot(length)}
	newProjector(m).project(views.Latent, row)
	return views, nil
}

// LatentShares returns, for every element of the lexical vector q, its signed contribution to the inner product of the
// latent vector of q with target. The contributions sum to the product.
func (m *Model) LatentShares(q vec.Sparse, target []float32) []float32 {
	p := newProjector(m)
	latent := make([]float32, m.Dims())
	own, general := p.project(latent, q)
	shares := make([]float32, q.Len())
	t1, t2 := target[:m.about.OwnDims], target[m.about.OwnDims:]
	for i, t := range q.Index {
		if r := m.ownRow[t]; r != none && own > 0 {
			shares[i] += own * q.Value[i] * m.ownFactor[t] * vec.Dot(m.projection.Basis.Row(int(r)), t1)
		}
		if c, row := p.baseVector(t, q.Value[i]); row != nil && general > 0 {
			shares[i] += general * c * vec.Dot(row, t2)
		}
	}
	return shares
}

// Topics returns the topics of the main level, largest first.
func (m *Model) Topics() []topic.Topic { return m.topics.List() }

// TopicsAt returns the topics of a level, topic.Fields, topic.Main or topic.Subtopics, largest first.
func (m *Model) TopicsAt(level int) []topic.Topic { return m.topics.Level(level) }

// TopicOf returns the topic of a document, by its number, and the share of the topic in the document, in (0,1]. For a
// document in no topic the id is 0, and the confidence is that of being in none.
func (m *Model) TopicOf(doc int) (id int, confidence float32) { return m.topics.Of(doc) }

// TopicsOf returns the topics that a document keeps, by its number, and their shares in it, heaviest first; see
// topic.Memberships. A document in no topic has none.
func (m *Model) TopicsOf(doc int) []topic.Score { return m.topics.Weights(doc) }

// TopicChanges returns the differences between the topics and those of the model before.
func (m *Model) TopicChanges() []topic.Change { return m.topics.Changes() }

// Classify returns the n topics with the largest shares in a text, best first. A text that is far from every topic has
// none, and other is how sure it is of that; it is 0 for a text with topics. The text of a document of the model gets the
// topic of that document, unless that is on the edge of having one: it is near to its topic by itself.
func (m *Model) Classify(s string, n int) (scores []topic.Score, other float32, err error) {
	v, err := m.Embed(s)
	if err != nil {
		return nil, 0, err
	}
	vectors := topic.Vectors{Space: v.Latent}
	if m.base != nil && m.Docs() < topic.SmallCorpus {
		vectors.General = m.general(&vec.Dense{Data: v.Latent, Cols: len(v.Latent)}).Row(0)
	}
	counts := tfidf.CountTerms(s, float64(m.topicTitleWeight()), m.vectorizer.Vocabulary.Lookup)
	if scores, other = m.topics.Nearest(counts, vectors, n); other > 0 {
		return nil, other, nil
	}
	return scores, 0, nil
}
