package library

import (
	"context"
	"errors"
	"time"

	"kindred/classifier"
)

// watchInterval is the time between looks at the data folder: what another process changes shows within a second.
const watchInterval = 500 * time.Millisecond

// Start makes the library answer: from its model, or, where that is missing, damaged or of an older format, from the
// store alone while a model is fitted in the background. A library without papers has no snapshot. The error wraps
// classifier.ErrNewer where a newer release made the model.
func (l *Library) Start(ctx context.Context) error {
	l.serving = true
	err := l.Load(ctx)
	if err == nil || !replaceable(err) {
		return err
	}
	stats, failed := l.store.Stats(ctx)
	if failed != nil || stats.Papers == 0 {
		return failed
	}
	l.log.Warn("no usable model: papers and searches are answered from the store, and a model is being fitted", "papers", stats.Papers, "err", err)
	if err := l.startBare(ctx, err); err != nil {
		return err
	}
	l.RefitInBackground(ctx, "", nil)
	return nil
}

// startBare makes a snapshot without a model.
func (l *Library) startBare(ctx context.Context, why error) error {
	l.changing.Lock()
	defer l.changing.Unlock()
	l.state, l.rowOf = &state{why: reason(why)}, map[string]int32{}
	return l.catchUp(ctx)
}

// reason says to anyone why a model cannot be used; the log has the error itself, which names files.
func reason(err error) string {
	switch {
	case errors.Is(err, classifier.ErrOutdated):
		return "the last model is of an older release"
	case errors.Is(err, classifier.ErrDamaged):
		return "the last model is damaged"
	case errors.Is(err, ErrNoModel):
		return "no model was fitted yet"
	}
	return "the last model is missing"
}

// Watch takes up what other processes change in the data folder, and has a model fitted where papers drift away from the
// present one (Options.Refits), until ctx ends.
func (l *Library) Watch(ctx context.Context) {
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	last := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := l.Refresh(ctx)
		if err == nil {
			l.refitIfDue(ctx)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err == nil, errors.Is(err, ErrNoModel), l.Fitting() && replaceable(err):
			last = ""
		case err.Error() != last:
			last = err.Error()
			l.log.Error("the data folder cannot be read; the last good state is served", "err", err)
		}
	}
}

func errorIsAny(err error, targets ...error) bool {
	for _, t := range targets {
		if errors.Is(err, t) {
			return true
		}
	}
	return false
}
