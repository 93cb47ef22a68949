package data

import "fmt"

// Bounds on the lists of one paper, in entries. A record with more is refused at every entrance, so that no
// record can hold up the only writer of the store.
const (
	// MaxAuthors leaves room for the longest list of authors known, which has 15,025 names (British Journal of
	// Surgery 108, 2021, 1056). Papers of large experiments in physics have 3,000 to 5,200.
	MaxAuthors    = 20_000
	MaxCategories = 1000
	MaxLabels     = 1000
	MaxKeywords   = 1000
	// MaxAliases also bounds the aliases that a paper gathers from all records merged into it.
	MaxAliases = 1000
)

// BoundError reports a list that is longer than its bound. It wraps [ErrInvalid].
type BoundError struct {
	Field string // as in the JSON of a Paper
	Count int    // entries found
	Max   int    // entries allowed
}

// Error implements error.
func (e *BoundError) Error() string {
	return fmt.Sprintf("%s has %d entries; at most %d are allowed: shorten the list", e.Field, e.Count, e.Max)
}

// Unwrap makes errors.Is(err, ErrInvalid) hold: the same record is refused again.
func (e *BoundError) Unwrap() error { return ErrInvalid }

// CheckBounds returns a *[BoundError] for the first list of p that is too long, nil if none is.
func (p *Paper) CheckBounds() error {
	for _, l := range []BoundError{
		{"authors", len(p.Authors), MaxAuthors},
		{"categories", len(p.Categories), MaxCategories},
		{"labels", len(p.Labels), MaxLabels},
		{"keywords", len(p.Keywords), MaxKeywords},
		{"aliases", len(p.Aliases), MaxAliases},
	} {
		if l.Count > l.Max {
			return &l
		}
	}
	return nil
}
