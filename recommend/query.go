package recommend

import (
	"cmp"
	"context"
	"fmt"
	"iter"

	"kindred/classifier/vec"
	"kindred/data"
)

// Model is the model that an index was built with. A *classifier.Model is one.
type Model interface {
	Embedder
	Vocabulary
}

// Embedder maps texts to vectors.
type Embedder interface {
	// Embed returns both views of text. It fails only when no term of text is known, and the error says so.
	Embed(text string) (vec.Views, error)
	// LatentShares returns, for every entry of the lexical vector q, its signed share of the inner product of
	// q's unit latent vector with target. The shares sum to that product.
	LatentShares(q vec.Sparse, target []float32) []float32
}

// Vocabulary knows the terms of a model.
type Vocabulary interface {
	// Lookup returns the term that a word matches, false when the model knows none.
	Lookup(word string) (term uint32, ok bool)
	// Surface returns the readable form of a term, never a stem.
	Surface(term uint32) string
	// Terms yields the terms in readable form with their document frequency.
	Terms() iter.Seq2[string, int]
}

// Papers finds papers by id. A store.Store is one.
type Papers interface {
	// Paper returns the paper with this id or alias. The error wraps [data.ErrNotFound] for an unknown id.
	Paper(ctx context.Context, id string) (*data.Paper, error)
}

// Query asks for papers like Positive (ids) and Text, and unlike Negative. At least one of Positive and Text is
// needed.
type Query struct {
	Positive []string // seed papers
	Negative []string // papers to move away from
	Text     string   // pasted text; a first line followed by more is read as a title

	Limit     int     // most hits returned; 0 means DefaultLimit, at most MaxLimit
	Offset    int     // hits skipped, for paging
	MinScore  float32 // in [0,1]; lower scores are dropped
	Diversity float32 // in [0,1]; 0 ranks by score alone, 1 by novelty alone (maximal marginal relevance)
	Explain   bool    // fill Hit.Reasons

	// KeepDuplicates turns off the removal of duplicates: other papers of the work of a seed or of a better hit
	// become hits. The seeds themselves never do. Judged collections need it, because they judge duplicates one
	// by one.
	KeepDuplicates bool
	// KeepUnlike turns off the removal of papers that are not alike: every paper that was ranked is a hit, down to
	// a score of 0. Measures of whole rankings need it.
	KeepUnlike bool

	Filter
}

// Filter is the predicate that hits must pass. It applies before the cut, so it never shortens an answer
// needlessly. The zero Filter passes everything.
type Filter struct {
	After         data.Date // published on or after; undated papers fail when After or Before is set
	Before        data.Date // published on or before
	Topics        []int     // only papers of these topics, of any level, or of topics below them
	ExcludeTopics []int     // no papers of these topics or of topics below them
	Categories    []string  // only papers with at least one of these; "cs" matches all that begin with "cs."
	Exclude       []string  // ids left out
	Only          []string  // only these ids, if any are given: reranks a given list, to its end

	// Pass, where it is set, says of an id whether its paper is wanted. The ranking ends where it does without it.
	Pass func(id string) bool
}

// Limits of a query. Every door to the engine, the command line as well as the HTTP API, has these and no others.
const (
	DefaultLimit = 10      // hits of an answer when Limit is 0
	MaxLimit     = 1000    // hits of an answer
	MaxSeeds     = 1000    // ids of Positive and Negative together: more than the whole library of a reader
	MaxExclude   = 1000    // ids of Filter.Exclude
	MaxText      = 1 << 20 // bytes of Query.Text: more than the full text of a paper
	MaxQuery     = 4096    // bytes of SearchQuery.Text
)

// Validate reports what is wrong with q in an error that wraps [data.ErrInvalid], nil if nothing is.
func (q *Query) Validate() error {
	switch {
	case len(q.Positive) == 0 && q.Text == "":
		return fmt.Errorf("query: %w: no seed: give ids of papers, or text", data.ErrInvalid)
	case len(q.Positive)+len(q.Negative) > MaxSeeds:
		return fmt.Errorf("query: %w: %d seeds, at most %d", data.ErrInvalid, len(q.Positive)+len(q.Negative), MaxSeeds)
	case len(q.Text) > MaxText:
		return fmt.Errorf("query: %w: text of %d bytes, at most %d", data.ErrInvalid, len(q.Text), MaxText)
	}
	return cmp.Or(q.Filter.validate(), validatePage(q.Limit, q.Offset, q.MinScore, q.Diversity))
}

func (f *Filter) validate() error {
	if len(f.Exclude) > MaxExclude {
		return fmt.Errorf("query: %w: %d ids to exclude, at most %d", data.ErrInvalid, len(f.Exclude), MaxExclude)
	}
	return nil
}

// validatePage checks the fields that all queries share. Its comparisons fail for NaN.
func validatePage(limit, offset int, minScore, diversity float32) error {
	switch {
	case limit < 0 || limit > MaxLimit:
		return fmt.Errorf("query: %w: limit %d, want 1 to %d, or 0 for %d", data.ErrInvalid, limit, MaxLimit, DefaultLimit)
	case offset < 0:
		return fmt.Errorf("query: %w: offset %d is negative", data.ErrInvalid, offset)
	case !(minScore >= 0 && minScore <= 1):
		return fmt.Errorf("query: %w: lowest score %v, want 0 to 1", data.ErrInvalid, minScore)
	case !(diversity >= 0 && diversity <= 1):
		return fmt.Errorf("query: %w: diversity %v, want 0 to 1", data.ErrInvalid, diversity)
	}
	return nil
}

// Hit is one paper of an answer. All of it is in the memory of the index.
type Hit struct {
	ID       string   `json:"id"`
	Row      int      `json:"-"`     // row of the index, which saves the caller a lookup by id
	Score    float32  `json:"score"` // in [0,1]: 0 is what papers have in common by chance, 1 the same text
	Rank     int      `json:"rank"`  // 1 for the first, counted over all pages
	Topic    int      `json:"topic"` // stable topic id, 0 for none; see [Index.WithTopics]
	Subtopic int      `json:"subtopic,omitempty"`
	Reasons  []Reason `json:"reasons,omitempty"`
	// Interest is the number of the interest that the hit serves, from 1 in the order of LibraryAnswer.Interests; 0 in
	// the answer to a [Query]. Near has the papers of the library that are nearest to the hit, nearest first.
	Interest int      `json:"interest,omitempty"`
	Near     []string `json:"near,omitempty"`
	// Unscored says that the paper was found by a filter or a field alone; Score is 0 then and says nothing.
	Unscored bool `json:"-"`
}

// Reason is the part of one term in the score of a hit. A term that is named stands in the hit and in a seed. The
// shares of a hit sum to its score; all that is not named, the long tail and the words that only one of both has,
// is one Reason with an empty Term.
type Reason struct {
	Term    string  `json:"term"`
	Share   float32 `json:"share"`   // lexical + latent part
	Lexical float32 `json:"lexical"` // of the term in both texts
	Latent  float32 `json:"latent"`  // of the term in the query and its meaning in the hit
}

// Reasons for an empty answer.
const (
	ReasonNoText        = "no_text"         // the seeds have no text
	ReasonNoKnownTerms  = "no_known_terms"  // the model knows no term of the text
	ReasonBelowMinScore = "below_min_score" // no hit scores as high
	ReasonFiltered      = "filtered"        // no hit passes the filter
	ReasonNoneAlike     = "none_alike"      // no paper is more alike than chance has it
)

// Answer is the ranked list for one query.
type Answer struct {
	Hits   []Hit
	Total  int      // hits regardless of Limit and Offset, at most those that were ranked
	Reason string   // why Total is 0, otherwise ""
	Seeds  []string // canonical ids of the seeds that were used
	// Missing lists ids of Positive and Negative that name no paper.
	Missing []string
	// DidYouMean is the search with its unknown words corrected, "" when there is no correction.
	DidYouMean string
}
