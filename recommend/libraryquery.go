package recommend

import (
	"cmp"
	"fmt"
	"math"
	"time"

	"kindred/data"
)

// LibraryQuery asks for papers that serve the interests of a reader, who is known by a library. At least one of
// Papers and Records is needed.
type LibraryQuery struct {
	Papers   []string      // ids of the reader's papers
	Records  []*data.Paper // papers of the reader that the index need not hold: compared by their text
	Negative []string      // papers to move away from; never a hit, and neither are their copies

	// HalfLife is the age in days at which a paper counts half as much as one of today: what is new comes first.
	// 0 ranks without regard to age. Undated papers count as if they were of one half-life.
	HalfLife float64
	Today    time.Time // the day from which ages count; the zero time is the present

	// Candidates, if set, is asked for the row of the index of each paper: only rows that it accepts are hits, such as
	// those that came after an earlier answer.
	Candidates func(row int) bool

	Limit          int     // most hits returned; 0 means DefaultLimit, at most MaxLimit
	Offset         int     // hits skipped, for paging
	MinScore       float32 // in [0,1]; lower scores are dropped
	Explain        bool    // fill Hit.Reasons
	KeepDuplicates bool    // as in Query
	KeepUnlike     bool    // as in Query

	Filter
}

// MaxLibrary is the largest number of papers of a LibraryQuery, ids, records and dislikes together.
const MaxLibrary = 2000

// Interest is one of the subjects of a library.
type Interest struct {
	Label  string   `json:"label"`  // the words that its papers share
	Topic  int      `json:"topic"`  // stable id of the topic of most of its papers, 0 where no topic has half of them
	Weight float32  `json:"weight"` // how much it matters to the reader; the weights of a library sum to 1
	Size   int      `json:"size"`   // number of its papers in the library
	Papers []string `json:"papers"` // ids of its most typical papers, at most five
}

// LibraryAnswer is the ranked list for a library. Hit.Interest says which interest each hit serves.
type LibraryAnswer struct {
	Answer
	Interests []Interest // the one that matters most first
}

// Validate reports what is wrong with q in an error that wraps [data.ErrInvalid], nil if nothing is.
func (q *LibraryQuery) Validate() error {
	n := len(q.Papers) + len(q.Records) + len(q.Negative)
	switch {
	case len(q.Papers)+len(q.Records) == 0:
		return fmt.Errorf("query: %w: an empty library: give ids of papers, or papers", data.ErrInvalid)
	case n > MaxLibrary:
		return fmt.Errorf("query: %w: a library of %d papers, at most %d", data.ErrInvalid, n, MaxLibrary)
	case !(q.HalfLife >= 0) || math.IsInf(q.HalfLife, 1):
		return fmt.Errorf("query: %w: half-life of %v days, want 0 or more", data.ErrInvalid, q.HalfLife)
	}
	return cmp.Or(q.Filter.validate(), validatePage(q.Limit, q.Offset, q.MinScore, 0))
}
