package digest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"kindred/data/fetch"
	"kindred/recommend/library"
)

// Maker makes the issues of a library's subscriptions when they are due. Any number of processes may have one on one
// data folder.
type Maker struct {
	Subscriptions *Subscriptions
	Snapshot      func() *library.Snapshot // nil while there is none
	// Silence says why the sources brought nothing, "" where it does not know; nil never knows.
	Silence func(ctx context.Context, now time.Time) string
	// Collections reads the libraries of readers who keep theirs in Zotero; nil leaves them as they were read last.
	Collections Collections
	Log         *slog.Logger

	tried map[string]int64 // sequence number at which an issue by count last waited, by subscription
}

// NewMaker returns a maker of a library's issues that knows what its sources say, and reads Zotero by their client.
func NewMaker(l *library.Library, sources *fetch.Sources, log *slog.Logger) *Maker {
	return &Maker{
		Subscriptions: NewSubscriptions(l.Store()), Snapshot: l.Current, Silence: sources.Silence, Collections: sources.Client, Log: log,
	}
}

// Run makes what is due, at once and at each tick, until ctx ends. What fails is logged and due again at the next tick. A
// process that never lives to see a tick makes issues all the same.
func (m *Maker) Run(ctx context.Context, ticks <-chan time.Time) {
	for now := time.Now(); ; {
		if _, err := m.MakeDue(ctx, now); err != nil && ctx.Err() == nil {
			m.Log.Error("digest", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case now = <-ticks:
		}
	}
}

// MakeDue makes the issues that are due and returns them. One that fails does not keep the others; the errors are
// joined. Without a model nothing is made yet, which is no error.
func (m *Maker) MakeDue(ctx context.Context, now time.Time) ([]*Issue, error) {
	all, err := m.Subscriptions.List(ctx)
	if err != nil {
		return nil, err
	}
	if err := m.renew(ctx, all, now); err != nil { // before a snapshot is held
		return nil, err
	}
	s := m.Snapshot()
	if s == nil || !s.Acquire() {
		return nil, nil
	}
	defer s.Release()
	if !s.Ready() {
		return nil, nil
	}
	if all, err = m.Subscriptions.List(ctx); err != nil {
		return nil, err
	}
	if m.tried == nil {
		m.tried = map[string]int64{}
	}
	var made []*Issue
	var errs []error
	for _, sub := range Due(all, now) {
		if sub.Schedule.Every == ByCount && m.tried[sub.ID] == s.Seq {
			continue // nothing came since
		}
		issue, err := m.make(ctx, s, sub, now)
		switch {
		case errors.Is(err, ErrMade): // by another process
		case err != nil:
			errs = append(errs, fmt.Errorf("subscription %s: %w", sub.ID, err))
		case issue != nil:
			made = append(made, issue)
			fallthrough
		default:
			m.tried[sub.ID] = s.Seq
		}
	}
	return made, errors.Join(errs...)
}

// make makes the issue of a subscription that is due, nil where there is nothing to send.
func (m *Maker) make(ctx context.Context, s *library.Snapshot, sub *Subscription, now time.Time) (*Issue, error) {
	c, err := m.choose(ctx, s, sub, now)
	if err != nil {
		return nil, err
	}
	made, err := m.Subscriptions.Commit(ctx, sub, c)
	if err != nil || !made {
		return nil, err
	}
	return c.Issue, nil
}

// Preview returns what the next issue of a subscription would be now. Nothing is recorded. The error wraps
// [library.ErrNoModel] where there is no model.
func (m *Maker) Preview(ctx context.Context, sub *Subscription, now time.Time) (*Choice, error) {
	s := m.Snapshot()
	if s == nil || !s.Acquire() {
		return nil, library.ErrNoModel
	}
	defer s.Release()
	return m.choose(ctx, s, sub, now)
}

func (m *Maker) choose(ctx context.Context, s *library.Snapshot, sub *Subscription, now time.Time) (*Choice, error) {
	own, err := m.Subscriptions.Own(ctx, sub.ID)
	if err != nil {
		return nil, err
	}
	sent, err := m.Subscriptions.Sent(ctx, sub.ID)
	if err != nil {
		return nil, err
	}
	if zone, err := time.LoadLocation(sub.Schedule.Zone); err == nil {
		now = now.In(zone)
	}
	in := Input{Subscription: sub, Own: own, Sent: sent, Now: now}
	if m.Silence != nil {
		in.Silence = m.Silence(ctx, now)
	}
	return Choose(ctx, s, in)
}
