package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"kindred/data"
)

// change is what Put did with one paper.
type change int

const (
	imported change = iota
	updated
	unchanged
	duplicate
)

// Put implements [Store]. A record describes a stored paper if
//   - one of its ids (its own, an alias, its DOI or its arXiv number) names the stored paper and nothing else contradicts that
//     ([data.SharesID]), or
//   - one of the two has only an id made from its title, and [data.SamePaper] holds.
//
// The record is then merged into the stored paper ([data.Paper.Merge]). An id made from a title gives way to a proper
// one and becomes an alias. A record whose own id names another paper is stored by another of its ids, or by one made
// from its title. A paper with an id of its own that is another edition of a stored one is stored too, and names it in
// DuplicateOf.
//
// A paper with a list beyond its bound (data.MaxAliases and the others), by itself or by what it would be merged with,
// is refused with a *data.BoundError.
func (s *SQLite) Put(ctx context.Context, papers []*data.Paper) (Outcome, error) {
	return s.Apply(ctx, Change{Papers: papers})
}

// Apply implements [Store].
func (s *SQLite) Apply(ctx context.Context, c Change) (Outcome, error) {
	records, err := s.codec.records(c.Papers)
	if err != nil {
		return Outcome{}, err
	}
	out := Outcome{IDs: make([]string, 0, len(records))}
	err = s.update(ctx, func(w *writer) error {
		w.out = &out
		for _, r := range records {
			if err := ctx.Err(); err != nil {
				return err
			}
			id, what, err := w.put(r)
			if err != nil {
				return err
			}
			out.IDs = append(out.IDs, id)
			switch what {
			case imported:
				out.Imported++
			case updated:
				out.Updated++
			case unchanged:
				out.Unchanged++
			case duplicate:
				out.Duplicates++
			}
		}
		if out.Deleted, err = w.delete(c.Delete); err != nil || c.Settings == nil {
			return err
		}
		settings, err := c.Settings(out)
		if err != nil {
			return err
		}
		for _, v := range settings {
			if err := setSetting(w.ctx, w.tx, v.Bucket, v.Key, v.Value); err != nil {
				return err
			}
		}
		if len(settings) > 0 {
			_, err = w.tx.ExecContext(w.ctx, bumpRevision)
		}
		return err
	})
	if err != nil {
		return Outcome{}, err
	}
	return out, nil
}

// Delete implements [Store]. Papers that pointed to a deleted one as its other editions point to the first of them,
// which takes its place.
func (s *SQLite) Delete(ctx context.Context, ids ...string) (n int, err error) {
	err = s.update(ctx, func(w *writer) (err error) {
		n, err = w.delete(ids)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// delete removes the papers that ids name and returns how many there were.
func (w *writer) delete(ids []string) (n int, err error) {
	for _, id := range ids {
		old, err := w.find(id)
		if err != nil {
			return n, err
		}
		if old == nil {
			continue
		}
		n++
		if err := w.remove(old); err != nil {
			return n, err
		}
		if err := w.relink(old.paper.ID, ""); err != nil {
			return n, err
		}
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
	seq   int64    // the last number of the append sequence that was given out
	out   *Outcome // of the Put that this is
}

// stored is a paper as the table has it.
type stored struct {
	seq   int64
	added int64 // the number under which it came
	paper *data.Paper
}

// put stores one paper and returns the id that it is stored by.
func (w *writer) put(r record) (id string, what change, err error) {
	if known, err := w.known(r); known || err != nil {
		return r.paper.ID, unchanged, err
	}
	same, taken, err := w.named(r.paper)
	if err != nil {
		return "", 0, err
	}
	given := r.paper
	if len(taken) > 0 {
		known, err := w.apart(&r, &same, taken)
		if known || err != nil {
			return r.paper.ID, unchanged, err
		}
	}
	p := r.paper
	var first string
	if len(same) == 0 {
		if same, first, err = w.titled(p, r.title); err != nil {
			return "", 0, err
		}
	}
	switch {
	case len(same) > 0:
		if what, err = w.merge(r, same); err != nil {
			return "", 0, err
		}
		id = same[0].paper.ID
	case first == "":
		id, what, err = p.ID, imported, w.insert(r, 0)
	default:
		q := *p
		q.DuplicateOf = first
		r.paper = &q // DuplicateOf is a column: the body stays as it is
		id, what, err = p.ID, duplicate, w.insert(r, 0)
	}
	if other := taken[given.ID]; other != nil && what != unchanged && len(w.out.Apart) < maxNamed {
		w.out.Apart = append(w.out.Apart, Apart{ID: given.ID, Title: given.Title, Stored: id, Other: other.Title})
	}
	return id, what, err
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
func (w *writer) merge(r record, same []*stored) (change, error) {
	p, keep := r.paper, same[0].paper
	oldID, oldTitle, had := keep.ID, keep.Title, len(keep.Aliases)
	keep.AddAliases(p.ID) // one more name is no change in what the paper says
	what, news := unchanged, p
	if data.TitleOnly(p.ID) && !data.TitleOnly(oldID) {
		news = p.Supplement(keep)
	}
	if keep.Merge(news) {
		what = updated
	}
	ids, added := keep.IDs(), same[0].added
	var gone []string // ids that name no row of their own any more
	for _, other := range same[1:] {
		keep.Merge(other.paper.Supplement(keep))
		if err := keep.CheckBounds(); err != nil {
			return 0, fmt.Errorf("paper %s, which joins %s and %s: %w", p.ID, keep.ID, other.paper.ID, err)
		}
		ids, gone, what = append(ids, other.paper.IDs()...), append(gone, other.paper.ID), updated
		added = min(added, other.added)
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
	if !data.PlausibleTitles(oldTitle, keep.Title) && len(w.out.Retitled) < maxNamed {
		w.out.Retitled = append(w.out.Retitled, Retitled{ID: keep.ID, Old: oldTitle, New: keep.Title})
	}
	if keep.ID != oldID {
		if err := w.bury(oldID); err != nil {
			return 0, err
		}
	}
	if err := w.replace(same[0].seq, added, keep, r.hash); err != nil {
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
func (w *writer) replace(seq, added int64, p *data.Paper, hash []byte) error {
	r, err := w.codec.record(p)
	if err != nil {
		return err
	}
	r.hash = hash
	if _, err := w.exec(w.stmts.remove, seq); err != nil {
		return err
	}
	return w.insert(r, added)
}

// insert writes a record as a new row with the next number of the sequence. Added is the number under which its paper
// came, 0 for one that comes now.
func (w *writer) insert(r record, added int64) error {
	p := r.paper
	var key any // NULL keeps papers without a title out of the index
	if r.title != 0 {
		key = r.title
	}
	w.seq++
	if _, err := w.exec(w.stmts.insert, w.seq, cmp.Or(added, w.seq), p.ID, key, r.hash, p.Title, joinList(p.Authors), p.Published.String(),
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

// relink makes the papers that are other editions of id point to another paper; to "" means that the first of them
// takes the place of id. Each gets a new number of the sequence, for those who follow it.
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
		if err := w.replace(seq, old.added, old.paper, hash); err != nil {
			return err
		}
	}
	return nil
}
