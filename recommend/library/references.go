package library

import (
	"cmp"
	"context"
	"errors"
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

// References reads a file of any format that [read.NewSource] knows, such as BibTeX or RIS, and looks up its records by
// their ids and by their titles. It stores nothing. A file that cannot be read is an error that wraps
// [data.ErrInvalid].
func (s *Snapshot) References(ctx context.Context, name string, file io.Reader) (*References, error) {
	src, err := read.NewSource(name, file, read.Options{})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", data.ErrInvalid, err)
	}
	defer src.Close()
	out := &References{}
	seen := make(map[string]bool)
	records := 0
	for p, err := range src.Papers() {
		if records++; records > MaxReferences {
			return nil, fmt.Errorf("%s: %w: it has more than %d records; send it in parts", name, data.ErrInvalid, MaxReferences)
		}
		var rejected *read.RecordError
		switch {
		case errors.As(err, &rejected):
			out.Rejected++
			continue
		case err != nil:
			return nil, fmt.Errorf("%w: %w", data.ErrInvalid, err)
		}
		found, err := s.referred(ctx, p)
		switch {
		case err != nil:
			return nil, err
		case found == nil:
			out.Missing = append(out.Missing, p)
		case !seen[found.ID]:
			seen[found.ID] = true
			out.Found = append(out.Found, found)
		}
	}
	return out, nil
}

// referred returns the paper of the library that a record is, nil for none.
func (s *Snapshot) referred(ctx context.Context, p *data.Paper) (*data.Paper, error) {
	forms := append([]string{p.ID}, p.Aliases...)
	if p.ArXiv != "" {
		forms = append(forms, "arxiv:"+p.ArXiv)
	}
	if p.DOI != "" {
		forms = append(forms, "doi:"+p.DOI)
	}
	for _, form := range append(forms, p.Title) {
		r, err := s.Resolve(ctx, form)
		if err != nil || r.Paper != nil {
			return r.Paper, err
		}
	}
	return nil, nil
}

// ReferenceName is what a reference is called where it is missing: its title, or its id.
func ReferenceName(p *data.Paper) string { return cmp.Or(p.Title, p.ID) }
