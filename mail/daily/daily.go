// Package daily makes and sends one issue in one go, for those who run no server: a timer or a job calls it. It puts the
// parts together; how papers are chosen, letters look and messages travel belongs to those.
package daily

import (
	"context"
	"errors"
	"fmt"
	"time"

	"kindred/data"
	"kindred/data/fetch"
	"kindred/data/read"
	"kindred/data/store"
	"kindred/mail"
	"kindred/mail/outbox"
	"kindred/recommend/digest"
	"kindred/recommend/library"
)

// Options say what one run does.
type Options struct {
	// Subscription has the name, the mail address (none where nothing is to be sent), filters and favourites. It is kept
	// in the data folder by its name, with what it was sent.
	Subscription digest.Subscription
	Own          []*data.Paper // papers of the reader's library; none where it is in Zotero, which the subscription says
	Sources      []string      // services that are asked for new papers, such as arxiv:cs.CL
	// Client asks them, and reads the reader's library where it is in Zotero. What was read before counts where Zotero
	// cannot be read.
	Client  *fetch.Client
	Papers  []string // files and folders of new papers, as read.OpenAll takes them
	Reading read.Options
	// Rejected is called with each record of a file that cannot be used; it may be nil.
	Rejected func(file string, record *read.RecordError)
	// Waiting is called with who fits the data folder meanwhile. A model is fitted where there is none, or more papers came
	// since than it was learned from.
	Waiting func(holder string)
	Post    *mail.Post    // sends; nil where nothing is to be sent
	Wait    time.Duration // how long to try again a letter that is not taken at once
	Now     func() time.Time
}

// Report says what a run did.
type Report struct {
	Issue *digest.Issue `json:"issue"`
	Made  bool          `json:"made"` // the issue is recorded; a quiet one is only where it was asked for
	Mail  outbox.Report `json:"mail"`
}

// Run fetches, chooses, records and sends. The issue is recorded and its letter queued in one transaction: a run that is
// interrupted before that chooses again, and one that is interrupted after it leaves the letter to the next run. The
// report holds what was done until an error. Letters that wait in the data folder from earlier are sent too.
func Run(ctx context.Context, l *library.Library, opt Options) (*Report, error) {
	subs := digest.NewSubscriptions(l.Store())
	sub, err := subscribe(ctx, subs, &opt)
	if err != nil {
		return nil, err
	}
	if sub.Zotero != nil {
		if sub, err = subs.Renew(ctx, sub, opt.Client, opt.Now()); err != nil {
			return nil, err
		}
		if z := sub.Zotero; z.Failed != "" && sub.Own == 0 {
			return nil, fmt.Errorf("your Zotero library cannot be read: %s", z.Failed)
		}
	}
	if sub.State == digest.Stopped {
		return nil, fmt.Errorf("subscription %q is stopped: %s; kindred subscriptions confirm starts it again", sub.Name, sub.Stopped)
	}
	asked, err := collect(ctx, l, &opt)
	if err != nil {
		return nil, err
	}
	if err := ready(ctx, l, opt.Waiting); err != nil {
		return nil, err
	}
	maker := &digest.Maker{Subscriptions: subs, Snapshot: l.Current, Silence: silence(l.Sources(opt.Client), asked)}
	choice, err := maker.Preview(ctx, sub, opt.Now())
	if err != nil {
		return nil, err
	}
	r := &Report{Issue: choice.Issue}
	if r.Made, err = subs.Commit(ctx, sub, choice); err != nil || opt.Post == nil {
		return r, err
	}
	courier := &outbox.Courier{Outbox: l.Store(), Senders: map[string]outbox.Sender{digest.Mail: opt.Post}, Bounced: Bounced(subs), Now: opt.Now}
	return r, send(ctx, courier, l.Store(), opt, r)
}

// Bounced returns what stops a subscription whose address takes no letters.
func Bounced(subs *digest.Subscriptions) func(ctx context.Context, subscription, reason string) error {
	return func(ctx context.Context, subscription, reason string) error {
		_, err := subs.Stop(ctx, subscription, reason, time.Now())
		if errors.Is(err, digest.ErrNotFound) {
			return nil // removed since
		}
		return err
	}
}

// subscribe returns the subscription that is kept by the name, with what the run says of it now.
func subscribe(ctx context.Context, subs *digest.Subscriptions, opt *Options) (*digest.Subscription, error) {
	want := opt.Subscription
	known, err := subs.Named(ctx, want.Name)
	if errors.Is(err, digest.ErrNotFound) {
		want.Kind, want.State = digest.Library, digest.Confirmed // whoever runs it wants it
		return subs.Add(ctx, want, opt.Own, opt.Now())
	}
	if err != nil {
		return nil, err
	}
	if known.Kind != digest.Library || known.To.Mail != want.To.Mail {
		return nil, fmt.Errorf("subscription %q goes elsewhere: choose another --name: %w", known.Name, data.ErrInvalid)
	}
	own := opt.Own
	if want.Zotero != nil {
		own = nil // what was read of it stays
	}
	return subs.Replace(ctx, known.ID, own, opt.Now(), func(s *digest.Subscription) error {
		s.Follow(want.Zotero)
		s.Filter, s.Favourites, s.TellQuiet = want.Filter, want.Favourites, want.TellQuiet
		return nil
	})
}

// silence says why nothing came: as the services say that were asked, or where none was those that a server follows.
func silence(followed *fetch.Sources, asked []fetch.Status) func(ctx context.Context, now time.Time) string {
	if len(asked) == 0 {
		return followed.Silence
	}
	return func(_ context.Context, now time.Time) string { return fetch.Silence(asked, now) }
}

// collect stores the new papers of services and files. It returns how the services are.
func collect(ctx context.Context, l *library.Library, opt *Options) (asked []fetch.Status, err error) {
	sources := l.Sources(opt.Client)
	for _, address := range opt.Sources {
		status, err := sources.Once(ctx, address, "")
		if err != nil {
			return nil, fmt.Errorf("%s: %w", address, err)
		}
		asked = append(asked, status)
	}
	for _, name := range opt.Papers {
		for src, err := range read.OpenAll(name, opt.Reading) {
			if err != nil {
				return nil, err
			}
			rejected := func(e *read.RecordError) error {
				if opt.Rejected != nil {
					opt.Rejected(src.Name(), e)
				}
				return nil
			}
			if _, err := l.Import(ctx, src.Papers(), library.ImportOptions{Rejected: rejected}); err != nil {
				return nil, err
			}
		}
	}
	return asked, nil
}

// ready has a model answer that was learned from a fair part of the papers.
func ready(ctx context.Context, l *library.Library, waiting func(holder string)) error {
	err := l.Load(ctx)
	if err == nil {
		if s := l.Current(); s.Lag <= s.Model.Docs {
			return nil
		}
	} else if !errors.Is(err, library.ErrNoModel) {
		return err
	}
	m, err := l.Fit(ctx, library.FitOptions{Waiting: waiting})
	if err != nil {
		return err
	}
	return errors.Join(m.Close(), l.Load(ctx))
}

// send hands over what is due, and what is to be tried again within the time that is given for it.
func send(ctx context.Context, c *outbox.Courier, o store.Outbox, opt Options, r *Report) error {
	until := opt.Now().Add(opt.Wait)
	for {
		done, err := c.Drain(ctx)
		r.Mail.Sent, r.Mail.Failed, r.Mail.Later = r.Mail.Sent+done.Sent, r.Mail.Failed+done.Failed, done.Later
		if r.Mail.Errors = done.Errors; err != nil {
			return err
		}
		due, err := o.NextDue(ctx, digest.Mail)
		switch {
		case err != nil:
			return err
		case r.Mail.Failed > 0 && due.IsZero():
			return fmt.Errorf("%d letters were refused: %s", r.Mail.Failed, first(r.Mail.Errors))
		case due.IsZero():
			return nil
		case due.After(until):
			return fmt.Errorf("a letter waits until %s: %s; kindred mail send, or the next run, tries again", due.Format(time.RFC3339), first(r.Mail.Errors))
		}
		timer := time.NewTimer(due.Sub(opt.Now()))
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		}
	}
}

func first(list []string) string {
	if len(list) == 0 {
		return "an earlier attempt failed"
	}
	return list[0]
}
