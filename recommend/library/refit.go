package library

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"kindred/classifier"
	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/data/store"
	"kindred/fault"
)

// FitOptions steer [Library.Fit].
type FitOptions struct {
	classifier.Options
	// Waiting is called once with who it is, where another process holds the lock; Fit then waits. With a nil Waiting
	// it returns an error that wraps ErrFitting.
	Waiting func(holder string)
	// Adjust has the fit go on with the settings of the fit before, which it may change. They replace those fields of
	// Options. With a nil Adjust the fields of Options hold.
	Adjust func(*Settings)
	// Reason is why a server fits by itself; "" where somebody asked for the fit.
	Reason string
}

// AsBefore is the FitOptions.Adjust of a fit with the settings of the one before.
func AsBefore(*Settings) {}

// Fit learns a new model from all papers and makes it the current one, from which [Library.Refresh] answers. The
// present model answers until then. One fit of a data folder runs at a time, in whatever process. Where there are no
// papers, the error wraps ErrNoPapers. The caller closes the model.
func (l *Library) Fit(ctx context.Context, opt FitOptions) (*classifier.Model, error) {
	if l.store.ReadOnly() {
		return nil, fmt.Errorf("fit: %w: copy %s to where you may write", store.ErrReadOnly, l.folder)
	}
	unlock, err := l.folder.lock(ctx, opt.Waiting)
	if err != nil {
		return nil, err
	}
	defer unlock()
	stats, err := l.store.Stats(ctx)
	if err != nil {
		return nil, err
	}
	if stats.Papers == 0 {
		return nil, fmt.Errorf("%w in %s: import some first (kindred import FILE...)", ErrNoPapers, l.folder)
	}
	opt.Seq = stats.Seq
	settings, err := l.adjusted(&opt)
	if err != nil {
		return nil, err
	}
	previous, err := l.previous(ctx, &opt.Options)
	if err != nil {
		return nil, err
	}
	if previous != nil {
		defer previous.Close()
	}
	m, err := classifier.Fit(ctx, Documents(l.store.Since(ctx, 0), stats.Seq), opt.Options)
	if err != nil {
		return nil, err
	}
	if err := MakeDir(l.folder.Path(modelsDir)); err != nil {
		return nil, err
	}
	if err := m.Save(l.folder.Model(m.Version())); err != nil {
		return nil, err
	}
	id, err := l.store.Identity(ctx)
	if err != nil {
		return nil, err
	}
	o := origin{
		Database: id, Papers: stats.Papers, Seq: stats.Seq, Fitted: time.Now().UTC().Truncate(time.Second), Settings: &settings,
		Reason: opt.Reason,
	}
	if err := o.write(l.folder.Model(m.Version())); err != nil {
		return nil, err
	}
	if err := l.folder.setCurrent(m.Version()); err != nil {
		return nil, err
	}
	l.folder.removeOldModels()
	return m, nil
}

// adjusted returns the settings of a fit, after it set the options to them.
func (l *Library) adjusted(opt *FitOptions) (Settings, error) {
	if opt.Adjust == nil {
		return settingsOf(&opt.Options), nil
	}
	s, err := l.settings()
	if err != nil {
		return s, err
	}
	opt.Adjust(&s)
	if err := s.Validate(); err != nil {
		return s, err
	}
	s.apply(&opt.Options)
	return s, nil
}

// previous opens the present model, from whose topics those of the new one go on, and has its pinned topics kept. A
// model that is damaged, missing or of an older format is passed over: the new topics are then numbered anew, and the
// edits find theirs by papers. A model of a newer format is an error, since this release would replace what a newer one
// made.
func (l *Library) previous(ctx context.Context, opt *classifier.Options) (*classifier.Model, error) {
	path, err := l.folder.Current()
	if err != nil {
		return nil, nil //nolint:nilerr // nothing to go on from
	}
	m, err := classifier.Open(path)
	if errors.Is(err, classifier.ErrNewer) {
		return nil, err
	}
	if err != nil {
		l.log.Warn("the present model cannot be read; topics are numbered anew", "err", err)
		return nil, nil
	}
	edits, err := l.Edits(ctx)
	if err != nil {
		return nil, errors.Join(err, m.Close())
	}
	opt.Previous = m
	opt.Pinned = modelBase(m).Apply(edits).Pinned
	return m, nil
}

// Documents are the texts of the papers up to a sequence, in the order in which they came.
func Documents(entries iter.Seq2[store.Entry, error], until int64) iter.Seq2[classifier.Document, error] {
	return func(yield func(classifier.Document, error) bool) {
		for entry, err := range entries {
			if err != nil {
				yield(classifier.Document{}, err)
				return
			}
			if entry.Seq > until {
				return // came after the fit began; fold-in adds it
			}
			if entry.Paper != nil && !yield(classifier.Document{ID: entry.ID, Text: entry.Paper.Text()}, nil) {
				return
			}
		}
	}
}

// RefitInBackground starts a fit of this process with the settings of the fit before, and a refresh after it. It reports
// false where one runs already. reason is why the server fits by itself, "" where somebody asked for it. done is called
// when it has ended; it may be nil.
func (l *Library) RefitInBackground(ctx context.Context, reason string, done func(error)) bool {
	if l.fitting.Swap(true) {
		return false
	}
	l.refreshes.group.Go(func() {
		begun := time.Now()
		var m *classifier.Model
		err := fault.Guard(func() (err error) {
			m, err = l.Fit(ctx, FitOptions{
				Adjust: AsBefore, Reason: reason,
				Waiting: func(holder string) { l.log.Info("waiting for a fit to end", "holder", holder) },
			})
			return err
		})
		l.fitting.Store(false)
		if err == nil {
			l.log.Info("fitted", "model", m.Version(), "papers", m.Docs(), "reason", cmp.Or(reason, "asked for"), "seconds", time.Since(begun).Seconds())
			err = errors.Join(m.Close(), l.refreshAfterFit(ctx))
		}
		if err != nil && ctx.Err() == nil {
			l.log.Error("fit failed; what was served before is served on", "err", err)
		}
		if done != nil {
			done(err)
		}
	})
	return true
}

// refreshAfterFit goes over to the new model. A library that was closed meanwhile needs none.
func (l *Library) refreshAfterFit(ctx context.Context) error {
	if l.closed.Load() || ctx.Err() != nil {
		return nil
	}
	return l.refresh(ctx)
}

// Fitting reports whether a fit of this process runs.
func (l *Library) Fitting() bool { return l.fitting.Load() }

// modelBase returns what a model says of topics and of its own documents.
func modelBase(m *classifier.Model) *curate.Base {
	rows := make(map[string]int, m.Docs())
	for i, id := range m.IDs() {
		rows[id] = i
	}
	return &curate.Base{
		Topics: allTopics(m),
		Row:    func(id string) (int, bool) { row, ok := rows[id]; return row, ok },
		Assigned: func(row int) curate.Assignment {
			a := curate.Assignment{Sub: m.SubtopicOf(row)}
			a.Topic, a.Confidence = m.TopicOf(row)
			return a
		},
		Vector: func(row int) []float32 { return m.Latent().Row(row) },
	}
}

// allTopics returns the topics of all levels.
func allTopics(m *classifier.Model) []topic.Topic {
	return slices.Concat(m.TopicsAt(topic.Main), m.TopicsAt(topic.Fields), m.TopicsAt(topic.Subtopics))
}
