package mcp

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// named returns the id of the paper that an argument names by an id, an address or its title. What names no paper comes
// back as an id, for the answer to tell of; a title of several papers is an error.
func named(ctx context.Context, s *library.Snapshot, arg string) (string, error) {
	arg = strings.TrimPrefix(strings.TrimSpace(arg), paperAddress)
	id := data.CanonicalID(arg)
	if _, listed := s.Catalog.Find(id); listed {
		return id, nil
	}
	meant, err := s.Resolve(ctx, arg)
	switch {
	case err != nil:
		return "", err
	case meant.Paper != nil:
		return meant.Paper.ID, nil
	case meant.ID != "":
		return meant.ID, nil
	}
	if same := s.Catalog.Titled(arg); len(same) > 1 {
		ids := make([]string, len(same))
		for i, row := range same {
			ids[i] = s.Catalog.Row(int(row)).ID
		}
		return "", tell(fmt.Errorf("%d papers have the title %q: name one by its id: %s",
			len(same), readable.ClipWords(arg, 120), readable.ClipWords(strings.Join(ids, ", "), 400)))
	}
	return id, nil
}

// allNamed is named for a list.
func allNamed(ctx context.Context, s *library.Snapshot, args []string) ([]string, error) {
	out := make([]string, len(args))
	for i, arg := range args {
		var err error
		if out[i], err = named(ctx, s, arg); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// likelyTitle is the share of words in common, in [0,1], from which a title is offered for one that no paper has.
const likelyTitle = 0.4

// noPaper says that what papers were named by names none, and offers the paper whose title is like the first.
func noPaper(s *library.Snapshot, args ...string) error {
	says := fmt.Sprintf("this library has no paper %s: find one by words of the title with search, or give the paper's "+
		"title and abstract to similar as text", readable.ClipWords(quoted(args), 300))
	if len(args) > 0 {
		if row, likeness := s.Catalog.Nearest(args[0], s.Catalog.Recent()); likeness >= likelyTitle {
			near := s.Catalog.Row(row)
			says += fmt.Sprintf("; the nearest title is %q (%s)", readable.ClipWords(near.Title, 120), near.ID)
		}
	}
	return errors.New(says)
}
