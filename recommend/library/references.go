package library

import (
	"cmp"
	"context"
	"fmt"
	"io"

	"kindred/data"
	"kindred/data/read"
)

// References are the papers that a file of references names.
type References struct {
	Found    []*data.Paper // papers of the library, each once, in the order of the file
	Missing  []*data.Paper // references that no paper of the library is
	Rejected int           // records that could not be used
}

// MaxReferences is how many records of a file are looked up.
const MaxReferences = 5000

// References reads a file of any format that [read.NewSource] knows, such as BibTeX or RIS, and looks up its records as
// [Snapshot.Know] does. It stores nothing. A file that cannot be read is an error that wraps [data.ErrInvalid].
func (s *Snapshot) References(ctx context.Context, name string, file io.Reader) (*References, error) {
	src, err := read.NewSource(name, file, read.Options{})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", data.ErrInvalid, err)
	}
	defer src.Close()
	papers, rejected, err := readUpTo(src.Papers(), MaxReferences)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", data.ErrInvalid, err)
	}
	out := &References{Rejected: rejected}
	seen := make(map[string]bool)
	for _, p := range identified(papers) {
		here, err := s.known(ctx, p)
		switch {
		case err != nil:
			return nil, err
		case here == nil:
			out.Missing = append(out.Missing, p)
		case !seen[here.ID]:
			seen[here.ID] = true
			out.Found = append(out.Found, here)
		}
	}
	return out, nil
}

// ReferenceName is what a reference is called where it is missing: its title, or its id.
func ReferenceName(p *data.Paper) string { return cmp.Or(p.Title, p.ID) }
