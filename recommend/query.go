// Package recommend answers "papers like these": it ranks the papers of an [Index] by both views of their text, explains
// each hit, and keeps out what the asker did not want. It knows papers and vectors, not how vectors are learned: it asks
// an [Embedder] for that.
package recommend

import (
	"cmp"
	"context"
	"fmt"

	"kindred/classifier/vec"
	"kindred/data"
)

// ErrNotFound is returned when none of the seeds of a query names a paper. It is [data.ErrNotFound].
var ErrNotFound = data.ErrNotFound

// Embedder gives the vectors of a text under the model the index was built with. A *classifier.Model is one.
type Embedder interface {
	// Embed returns both views of text. It fails only when nothing in text is known, and the error says so.
	Embed(text string) (vec.Views, error)
	// Surface returns the readable form of a term: never a stem.
	Surface(term uint32) string
	// LatentShares returns, for every entry of the lexical vector q, its signed share of the inner product of q's unit latent
	// vector with target; the shares sum to that product.
	LatentShares(q vec.Sparse, target []float32) []float32
}

// Papers gives the papers behind ids. A store.Store is one.
type Papers interface {
	// Paper returns the paper that id names, itself or as an alias. The error wraps data.ErrNotFound for an unknown id.
	Paper(ctx context.Context, id string) (*data.Paper, error)
}

// Query asks for papers like Positive (ids) and Text, and unlike Negative. At least one of Positive and Text is needed.
type Query struct {
	Positive []string // seed papers
	Negative []string // papers to move away from
	Text     string   // pasted text; a first line followed by more is read as a title

	Limit     int     // most hits returned; 0 means 10, at most MaxLimit
	Offset    int     // hits skipped first, for paging
	MinScore  float32 // in [0,1]; hits that score lower are left out
	Diversity float32 // in [0,1]; 0 ranks by score alone, 1 by novelty alone (maximal marginal relevance)
	Explain   bool    // fill Hit.Reasons

	// KeepCopies answers other editions of the seeds and of better hits as well; the seeds themselves never are. Judged
	// collections are measured with it, for they judge editions one by one.
	KeepCopies bool

	Filter
}

// Filter says which papers may be answered. It is applied before the cut, so a filtered answer is as long as it can be.
// The zero Filter keeps everything.
type Filter struct {
	After         data.Date // published on or after; a paper without a date is left out when After or Before is set
	Before        data.Date // published on or before
	Topics        []int     // only papers of these topics, of any level, or of topics below them
	ExcludeTopics []int     // no papers of these topics or of topics below them
	Categories    []string  // only papers with at least one of these; "cs" stands for all that begin with "cs."
	Exclude       []string  // ids left out
	Only          []string  // only these ids, where any are given: ranks a list that is there already, to its end
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

// validatePage checks what every kind of query has. The comparisons are written so that a NaN fails them.
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

// Hit is one answered paper.
type Hit struct {
	ID      string   `json:"id"`
	Score   float32  `json:"score"` // in [0,1]: 0 is what papers have in common by chance, 1 the same text
	Rank    int      `json:"rank"`  // 1 for the first, counted over all pages
	Topic   int      `json:"topic"` // stable topic id
	Reasons []Reason `json:"reasons,omitempty"`
}

// Reason is one term's part in a hit's score. The shares of a hit sum to its score, the rest of the long tail being one
// Reason with an empty Term.
type Reason struct {
	Term    string  `json:"term"`
	Share   float32 `json:"share"`   // lexical + latent part
	Lexical float32 `json:"lexical"` // the term stands in both texts
	Latent  float32 `json:"latent"`  // the term stands in the query, its meaning in the hit
}

// Why an answer is empty.
const (
	ReasonNoText        = "no_text"         // the seeds have no text
	ReasonNoKnownTerms  = "no_known_terms"  // nothing in the text is known to the model
	ReasonBelowMinScore = "below_min_score" // there were hits, none good enough
	ReasonFiltered      = "filtered"        // the filters left nothing
)

// Answer is the ranked list for one query.
type Answer struct {
	Hits   []Hit
	Total  int      // hits there are before Limit and Offset, as far as they were ranked
	Reason string   // why Total is 0; "" when it is not
	Seeds  []string // canonical ids of the seeds that were used
	// Missing lists ids of Positive and Negative that name no paper.
	Missing []string
	// DidYouMean is a respelling of a search whose words are unknown; "" when there is none.
	DidYouMean string
}
