package recommend

import (
	"context"
	"errors"
	"slices"

	"kindred/data"
)

// rowFilter returns the predicate of f on rows. A date that is known to the month or the year passes if any of
// its days lies in the range.
func (e *Engine) rowFilter(ctx context.Context, f *Filter) (func(row int) bool, error) {
	ix := e.index
	excluded, err := e.rowSet(ctx, f.Exclude)
	if err != nil {
		return nil, err
	}
	only, err := e.rowSet(ctx, f.Only)
	if err != nil {
		return nil, err
	}
	after, _ := dayRange(f.After)
	_, before := dayRange(f.Before)
	categories := make([]uint32, len(f.Categories))
	for i, name := range f.Categories {
		categories[i] = hashWord(foldCategory(name))
	}
	topics, excludedTopics := ix.topics.subtree(f.Topics), ix.topics.subtree(f.ExcludeTopics)
	return func(row int) bool {
		s, r := ix.at(row)
		switch {
		case (after > 0 || before > 0) && s.first[r] == 0,
			after > 0 && s.last[r] < after,
			before > 0 && s.first[r] > before,
			len(f.Topics) > 0 && !ix.topics.in(topics, row),
			ix.topics.in(excludedTopics, row),
			len(categories) > 0 && !containsAny(s.categories.row(r), categories),
			len(f.Only) > 0 && !only[row],
			f.Pass != nil && !f.Pass(s.ids[r]),
			excluded[row]:
			return false
		}
		return true
	}, nil
}

func containsAny(list, wanted []uint32) bool {
	for _, w := range wanted {
		if slices.Contains(list, w) {
			return true
		}
	}
	return false
}

// rowSet returns the rows of ids and aliases. Ids that name no paper of the index are ignored. The store is
// read for ids that the index does not hold.
func (e *Engine) rowSet(ctx context.Context, ids []string) (map[int]bool, error) {
	set := make(map[int]bool, len(ids))
	for _, id := range ids {
		row, ok := e.index.Row(id)
		if !ok && e.papers != nil {
			p, err := e.papers.Paper(ctx, id)
			if errors.Is(err, data.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			row, ok = e.index.Row(p.ID)
		}
		if ok {
			set[row] = true
		}
	}
	return set, nil
}
