package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"kindred/data"
)

// outcome is what Put did with one paper.
type outcome int

const (
	imported outcome = iota
	updated
	unchanged
	duplicate
)

// Put implements [Store]. A record describes a stored paper if
//   - one of its ids (its own, an alias, its DOI or its arXiv number) names the stored paper, or
//   - one of the two has only an id made from its title, and [data.SamePaper] holds.
//
// The record is then merged into the stored paper ([data.Paper.Merge]). An id made from a title gives way to a proper one
// and becomes an alias. Two papers with one title from different times get different ids. A paper with an id of its own that
// is another edition of a stored one is stored too, and names it in DuplicateOf.
//
// A paper with a list beyond its bound (data.MaxAliases and the others), by itself or by what it would be merged with, is
// refused with a *data.BoundError.
func (s *SQLite) Put(ctx context.Context, papers []*data.Paper) (Counts, error) {
	records, err := s.codec.records(papers)
	if err != nil {
		return Counts{}, err
	}
	var counts Counts
	err = s.update(ctx, func(w *writer) error {
		for _, r := range records {
			if err := ctx.Err(); err != nil {
				return err
			}
			what, err := w.put(r)
			if err != nil {
				return err
			}
			switch what {
			case imported:
				counts.Imported++
			case updated:
				counts.Updated++
			case unchanged:
				counts.Unchanged++
			case duplicate:
				counts.Duplicates++
			}
		}
		return nil
	})
	if err != nil {
		return Counts{}, err
	}
	return counts, nil
}

// Delete implements [Store]. Papers that pointed to a deleted one as its other editions point to the first of them, which
// takes its place.
func (s *SQLite) Delete(ctx context.Context, ids ...string) (int, error) {
	n := 0
	err := s.update(ctx, func(w *writer) error {
		for _, id := range ids {
			old, err := w.find(id)
			if err != nil {
				return err
			}
			if old == nil {
				continue
			}
			n++
			if err := w.remove(old); err != nil {
				return err
			}
			if err := w.relink(old.paper.ID, ""); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// update runs f in one transaction and returns after it is durable.
func (s *SQLite) update(ctx context.Context, f func(*writer) error) error {
	tx, err := s.begin(ctx)
	if err != nil {
		return s.explain(err)
	}
	defer tx.Rollback()
	// The transaction watches ctx and ends with it. The statements inside need not, each for itself.
	w := &writer{codec: s.codec, tx: tx, ctx: context.WithoutCancel(ctx), stmts: &s.stmts}
	if w.seq, err = w.lastSeq(); err != nil {
		return s.explain(err)
	}
	if err := f(w); err != nil {
		if ctx.Err() != nil {
			err = ctx.Err() // rather than that the transaction is gone
		}
		return s.explain(err)
	}
	return s.explain(tx.Commit())
}

// writer is one writing transaction.
type writer struct {
	codec *codec
	tx    *sql.Tx
	ctx   context.Context
	stmts *statements
	seq   int64 // the last number of the append sequence that was given out
}

// stored is a paper as the table has it.
type stored struct {
	seq   int64
	paper *data.Paper
}

// put stores one paper.
func (w *writer) put(r record) (outcome, error) {
	if known, err := w.known(r); known || err != nil {
		return unchanged, err
	}
	if data.TitleOnly(r.paper.ID) {
		other, err := w.namesake(r)
		if err != nil {
			return 0, err
		}
		if other != r.paper {
			r.paper = other // the body does not hold the id
			if known, err := w.known(r); known || err != nil {
				return unchanged, err
			}
		}
	}
	p := r.paper
	same, err := w.named(p)
	if err != nil {
		return 0, err
	}
	var first string
	if len(same) == 0 {
		if same, first, err = w.titled(p, r.title); err != nil {
			return 0, err
		}
	}
	if len(same) > 0 {
		return w.merge(r, same)
	}
	if first == "" {
		return imported, w.insert(r)
	}
	q := *p
	q.DuplicateOf = first
	r.paper = &q // DuplicateOf is a column: the body stays as it is
	return duplicate, w.insert(r)
}

// known reports whether the record that came last for a paper is this one.
func (w *writer) known(r record) (bool, error) {
	var hash []byte
	err := w.row(w.stmts.hash, r.paper.ID).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return bytes.Equal(hash, r.hash), err
}

// merge takes a record into the first of the stored papers it is one with, and the others as well.
func (w *writer) merge(r record, same []*stored) (outcome, error) {
	p, keep := r.paper, same[0].paper
	oldID, had := keep.ID, len(keep.Aliases)
	keep.AddAliases(p.ID) // one more name is no change in what the paper says
	what, news := unchanged, p
	if data.TitleOnly(p.ID) && !data.TitleOnly(oldID) {
		news = p.Supplement(keep)
	}
	if keep.Merge(news) {
		what = updated
	}
	ids := keep.IDs()
	var gone []string // ids that name no row of their own any more
	for _, other := range same[1:] {
		keep.Merge(other.paper.Supplement(keep))
		if err := keep.CheckBounds(); err != nil {
			return 0, fmt.Errorf("paper %s, which joins %s and %s: %w", p.ID, keep.ID, other.paper.ID, err)
		}
		ids, gone, what = append(ids, other.paper.IDs()...), append(gone, other.paper.ID), updated
		if err := w.remove(other); err != nil {
			return 0, err
		}
	}
	if keep.ID != oldID {
		gone = append(gone, oldID)
	}
	if keep.DuplicateOf == keep.ID || slices.Contains(gone, keep.DuplicateOf) {
		keep.DuplicateOf = ""
	}
	keep.AddAliases(ids...)
	if err := keep.CheckBounds(); err != nil {
		return 0, fmt.Errorf("paper %s, to be merged into %s: %w", p.ID, keep.ID, err)
	}
	if what == unchanged && len(keep.Aliases) == had {
		return what, nil
	}
	if keep.ID != oldID {
		if err := w.bury(oldID); err != nil {
			return 0, err
		}
	}
	if err := w.replace(same[0].seq, keep, r.hash); err != nil {
		return 0, err
	}
	for _, id := range gone {
		if err := w.relink(id, keep.ID); err != nil {
			return 0, err
		}
	}
	return what, nil
}

// replace writes p in place of the row at seq, under a new number of the sequence.
func (w *writer) replace(seq int64, p *data.Paper, hash []byte) error {
	r, err := w.codec.record(p)
	if err != nil {
		return err
	}
	r.hash = hash
	if _, err := w.exec(w.stmts.remove, seq); err != nil {
		return err
	}
	return w.insert(r)
}

// insert writes a record as a new row with the next number of the sequence.
func (w *writer) insert(r record) error {
	p := r.paper
	var key any // NULL keeps papers without a title out of the index
	if r.title != 0 {
		key = r.title
	}
	w.seq++
	if _, err := w.exec(w.stmts.insert, w.seq, p.ID, key, r.hash, p.Title, joinList(p.Authors), p.Published.String(),
		joinList(p.Categories), p.Venue, p.DuplicateOf, r.body); err != nil {
		return fmt.Errorf("paper %s: %w", p.ID, err)
	}
	if _, err := w.exec(w.stmts.unbury, p.ID); err != nil {
		return err
	}
	for _, name := range p.IDs() {
		if name == p.ID {
			continue
		}
		if _, err := w.exec(w.stmts.alias, name, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// remove takes a paper and its names out and leaves a tombstone.
func (w *writer) remove(old *stored) error {
	if _, err := w.exec(w.stmts.remove, old.seq); err != nil {
		return err
	}
	return w.bury(old.paper.ID)
}

// bury leaves a tombstone for an id that names no row of its own any more, and forgets its aliases.
func (w *writer) bury(id string) error {
	if _, err := w.exec(w.stmts.unalias, id); err != nil {
		return err
	}
	w.seq++
	_, err := w.exec(w.stmts.bury, w.seq, id)
	return err
}

// relink makes the papers that are other editions of id point to another paper; to "" means that the first of them takes
// the place of id. Each gets a new number of the sequence, for those who follow it.
func (w *writer) relink(id, to string) error {
	seqs, err := w.seqs(w.stmts.editions, id)
	if err != nil {
		return err
	}
	for _, seq := range seqs {
		old, hash, err := w.load(seq)
		if err != nil {
			return err
		}
		old.paper.DuplicateOf = to
		if to == old.paper.ID {
			old.paper.DuplicateOf = ""
		}
		if to == "" {
			to = old.paper.ID
		}
		if err := w.replace(seq, old.paper, hash); err != nil {
			return err
		}
	}
	return nil
}
