package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"kindred/data"
	"kindred/data/read"
	"kindred/recommend"
)

// ForReader returns a page of the papers that serve the interests of a reader's library, with these interests. Paging
// ends as in [Snapshot.Similar]. The error wraps [data.ErrNotFound] where no paper of q is known.
func (s *Snapshot) ForReader(ctx context.Context, q recommend.LibraryQuery) (*List, error) {
	if q.Offset >= recommend.MaxLimit {
		return &List{Total: q.Offset}, nil
	}
	q.Limit = min(q.Limit, recommend.MaxLimit-q.Offset)
	ans, err := s.Recommender.RecommendLibrary(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("recommend: %w", err)
	}
	l, err := s.listOf(ctx, &ans.Answer)
	if err != nil {
		return nil, err
	}
	l.Interests = ans.Interests
	return l, nil
}

// Since returns the test of the index's rows that only papers stored after a sequence number pass, for
// [recommend.LibraryQuery.Candidates].
func (s *Snapshot) Since(seq int64) func(row int) bool {
	late := map[int]bool{}
	for i := range s.Catalog.rows {
		if r := &s.Catalog.rows[i]; r.Seq > seq {
			late[int(r.index)] = true
		}
	}
	return func(row int) bool { return late[row] }
}

// ReadBibliography is [ReadLibrary] for the text of a file in any format that an import reads; name stands for it in
// errors.
func ReadBibliography(name string, r io.Reader) (papers []*data.Paper, rejected int, err error) {
	src, err := read.NewSource(name, r, read.Options{})
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	return ReadLibrary(src.Papers())
}

// ReadLibrary reads the papers of a reader's library from a source, such as a [read.Source] of a bibliography. Records
// that cannot be used are counted in rejected. An error of the source wraps what it says; more than
// [recommend.MaxLibrary] papers and a source without one are errors that wrap [data.ErrInvalid].
func ReadLibrary(source iter.Seq2[*data.Paper, error]) (papers []*data.Paper, rejected int, err error) {
	papers, rejected, err = readUpTo(source, recommend.MaxLibrary)
	if err == nil && len(papers) == 0 {
		err = fmt.Errorf("library: %w: no paper in it can be used (%d records rejected)", data.ErrInvalid, rejected)
	}
	return papers, rejected, err
}

// readUpTo reads papers, at most so many, and counts the records that cannot be used.
func readUpTo(source iter.Seq2[*data.Paper, error], most int) (papers []*data.Paper, rejected int, err error) {
	for p, err := range source {
		var unusable *read.RecordError
		switch {
		case errors.As(err, &unusable):
			rejected++
		case err != nil:
			return nil, rejected, err
		case len(papers) == most:
			return nil, rejected, fmt.Errorf("%w: more than %d papers; send them in parts", data.ErrInvalid, most)
		default:
			papers = append(papers, p)
		}
	}
	return papers, rejected, nil
}

// Know parts the papers of a reader's library into those that are here, by their ids here, and others, which are
// compared by their text. A paper is here if one of its identifiers names a paper, or if its title is that of one paper
// alone.
func (s *Snapshot) Know(ctx context.Context, papers []*data.Paper) (ids []string, others []*data.Paper, err error) {
	for _, p := range identified(papers) {
		here, err := s.known(ctx, p)
		switch {
		case err != nil:
			return nil, nil, err
		case here != nil:
			ids = append(ids, here.ID)
		default:
			others = append(others, p)
		}
	}
	return ids, others, nil
}

// known returns the paper of the library that a record is, nil for one that is not here.
func (s *Snapshot) known(ctx context.Context, p *data.Paper) (*data.Paper, error) {
	forms := p.IDs()
	if rows := s.Catalog.Titled(p.Title); len(rows) == 1 && data.DatesAgree(s.Catalog.Row(int(rows[0])).Published, p.Published) {
		forms = append(forms, s.Catalog.Row(int(rows[0])).ID)
	}
	for _, id := range forms {
		here, err := s.Papers.Paper(ctx, id)
		if err == nil {
			return here, nil
		}
		if !errors.Is(err, data.ErrNotFound) {
			return nil, fmt.Errorf("paper %s: %w", id, err)
		}
	}
	return nil, nil
}
