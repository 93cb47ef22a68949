package library

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/store"
	"kindred/fault"
	"kindred/recommend"
)

// foldBatch is how many papers are folded in between two snapshots.
const foldBatch = 1024

// foldIn takes the next batch of what the store has after the state's sequence, and reports whether more is left. A
// paper can be recommended once it is folded in; no fit is needed. until is the sequence of the store.
func (l *Library) foldIn(ctx context.Context, until int64) (more bool, err error) {
	s := l.state
	if until == s.seq {
		return false, nil
	}
	var batch []store.Entry
	for entry, err := range l.store.Since(ctx, s.seq) {
		if err != nil {
			return false, err
		}
		if len(batch) == foldBatch {
			more = true
			break
		}
		batch = append(batch, entry)
	}
	views := s.fold(batch)
	l.take(batch, views)
	l.keepFolds(batch, views)
	if len(batch) > 0 {
		s.seq = batch[len(batch)-1].Seq
	}
	if !more {
		s.seq = max(s.seq, until)
	}
	return more, nil
}

// view is a paper as the model sees it. It is not changed after it was made.
type view struct {
	item   recommend.Item
	topic  curate.Assignment
	folded *folded
}

// fold computes the views of the papers of a batch, on all cores. The result of a deletion is the zero view.
func (s *state) fold(batch []store.Entry) []view {
	views := make([]view, len(batch))
	if s.model == nil {
		return views
	}
	var group sync.WaitGroup
	var caught fault.Catcher
	workers := min(runtime.GOMAXPROCS(0), len(batch))
	for w := range workers {
		group.Go(func() {
			caught.Run(func() {
				for i := w; i < len(batch); i += workers {
					if batch[i].Paper != nil {
						views[i] = s.viewOf(&batch[i])
					}
				}
			})
		})
	}
	group.Wait()
	caught.Rethrow()
	return views
}

// viewOf returns the view of the paper of an entry: from the fold file where it has it, else computed.
func (s *state) viewOf(e *store.Entry) view {
	if r, ok := s.folds[e.ID]; ok && r.seq == e.Seq {
		v := r.view
		v.item.Meta = recommend.MetaOf(e.Paper)
		return v
	}
	return s.view(e.Paper)
}

// keepFolds writes the views that the fold file does not have, if this process serves. A failure is logged; it costs
// time at the next start.
func (l *Library) keepFolds(batch []store.Entry, views []view) {
	s := l.state
	if s.model == nil || !l.serving || l.store.ReadOnly() {
		return
	}
	var records []foldRecord
	for i := range batch {
		if r, ok := s.folds[batch[i].ID]; batch[i].Paper != nil && (!ok || r.seq != batch[i].Seq) {
			records = append(records, foldRecord{batch[i].ID, batch[i].Seq, views[i]})
		}
	}
	if len(records) == 0 {
		return
	}
	if s.foldWriter == nil {
		w, err := openFolds(s.path, s.foldsWhole)
		if err != nil {
			l.log.Warn("folded papers are not kept; the next start computes them again", "err", err)
		}
		if w == nil {
			return
		}
		s.foldWriter = w
	}
	if err := s.foldWriter.write(records); err != nil {
		l.log.Warn("folded papers are not kept; the next start computes them again", "err", err)
	}
}

func (s *state) view(p *data.Paper) view {
	v := view{item: s.engine.Item(p)}
	v.folded = &folded{latent: v.item.Views.Latent, unknown: s.model.Unknown(p.Text())}
	scores, other, err := s.model.Classify(p.Text(), topic.MostShares)
	if err != nil || len(scores) == 0 { // no term of it is known to the model, or it is far from every topic
		v.topic.Confidence = other
		return v
	}
	v.topic = curate.Assignment{Topic: scores[0].Topic, Confidence: scores[0].Weight}
	v.topic.Sub = s.model.NearestSubtopic(v.topic.Topic, v.folded.latent)
	v.folded.weights = topic.Memberships(scores)
	return v
}

// take adds a batch to the rows and the index.
func (l *Library) take(batch []store.Entry, views []view) {
	s := l.state
	var added []recommend.Item
	var removed []string
	next := int32(0)
	if s.model != nil {
		next = int32(s.engine.Index().Rows())
	}
	if slices.ContainsFunc(batch, func(e store.Entry) bool { _, known := l.rowOf[e.ID]; return known }) {
		s.rows = slices.Clone(s.rows) // snapshots keep what they have
	}
	gone := map[int32]bool{}
	for i := range batch {
		s.stale = s.stale || s.evidence[batch[i].ID]
		at, known := l.rowOf[batch[i].ID]
		if known && s.model != nil {
			s.count(&s.rows[at], -1)
		}
		if batch[i].Paper == nil {
			removed = append(removed, batch[i].ID)
			if known {
				gone[at] = true
				delete(l.rowOf, batch[i].ID)
			}
			continue
		}
		row := Row{Column: ColumnOf(batch[i]), before: views[i].topic, index: next + int32(len(added)), folded: views[i].folded}
		added = append(added, views[i].item)
		if s.model != nil {
			s.assign(&row)
		}
		if known {
			s.rows[at] = row
			continue
		}
		l.rowOf[batch[i].ID] = int32(len(s.rows))
		s.rows = append(s.rows, row)
	}
	if len(gone) > 0 {
		l.drop(gone)
	}
	s.lag += len(added)
	if s.model != nil {
		s.engine = s.engine.With(added, removed)
	}
}

// drop takes rows out.
func (l *Library) drop(gone map[int32]bool) {
	s := l.state
	kept := make([]Row, 0, len(s.rows)-len(gone))
	for i := range s.rows {
		if gone[int32(i)] {
			continue
		}
		l.rowOf[s.rows[i].ID] = int32(len(kept))
		kept = append(kept, s.rows[i])
	}
	s.rows = kept
}

// ColumnOf returns the filterable part of the paper of an entry.
func ColumnOf(entry store.Entry) store.Column {
	p := entry.Paper
	return store.Column{
		Seq: entry.Seq, Added: entry.Added, ID: p.ID, Title: p.Title, Authors: p.Authors, Published: p.Published,
		Categories: p.Categories, Venue: p.Venue, DuplicateOf: p.DuplicateOf,
	}
}
