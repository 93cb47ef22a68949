// Package outbox sends what waits in the outbox of a store: it leases a message, gives it to the sender of its kind, and
// settles what became of it. When a message is tried again, and when it is given up, is decided here alone. How a message
// travels belongs to its sender, what it says to whoever queued it.
//
// A message is leased durably before it is sent, and settled right after it was taken. A process that ends in between
// leaves it leased: when the lease runs out it is sent again, under the same Message-ID or webhook-id. So a message is
// never lost, and reaches its reader twice only where the process ends, or the connection breaks, after the other side
// took the message and before this one knew. SMTP has no way to ask.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"kindred/data/store"
)

// Sender hands over messages of one kind.
type Sender interface {
	// Send hands over the message. It returns nil when the other side took it. A [Refusal] is final, an [Outage]
	// concerns all messages, and any other error this one for now.
	Send(ctx context.Context, d *store.Delivery) error
}

// Refusal is an error that another attempt will not mend.
type Refusal struct {
	Reason string
	Bounce bool // the reader's address takes no letters: the subscription is to be stopped
}

func (r *Refusal) Error() string { return r.Reason }

// Outage is an error that all messages of the kind would meet: no connection, no TLS, a wrong password.
type Outage struct{ Err error }

func (o *Outage) Error() string { return o.Err.Error() }
func (o *Outage) Unwrap() error { return o.Err }

// Later is an error of one message with the time that the other side asks to wait.
type Later struct {
	Err  error
	Wait time.Duration
}

func (l *Later) Error() string { return l.Err.Error() }
func (l *Later) Unwrap() error { return l.Err }

const (
	leaseTime  = 10 * time.Minute
	sendTime   = 3 * time.Minute // well below leaseTime: a lease never runs out while its holder lives and sends
	giveUp     = 3 * 24 * time.Hour
	pollEvery  = 2 * time.Second
	settleTime = 15 * time.Second
)

// backoff is the wait after each failed attempt; the last one repeats.
var backoff = []time.Duration{
	time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour,
}

// Courier sends the messages of an outbox. Any number of processes may run one on the same store.
type Courier struct {
	Outbox  store.Outbox
	Senders map[string]Sender // by kind of message
	// Bounced is called for a subscription whose address takes no letters, before that is recorded in the outbox. It
	// may be called twice for one subscription. Nil does nothing.
	Bounced func(ctx context.Context, subscription, reason string) error
	Log     *slog.Logger                      // nil discards
	Now     func() time.Time                  // nil is time.Now
	Jitter  func(time.Duration) time.Duration // spreads a wait; nil is by a quarter both ways

	outages map[string]*pause // by kind
}

// pause is how long a kind rests after outages in a row.
type pause struct {
	failures int
	until    time.Time
	err      error
}

// Report counts what a [Courier.Drain] did.
type Report struct {
	Sent   int      `json:"sent"`
	Later  int      `json:"later"`  // to be tried again
	Failed int      `json:"failed"` // for good
	Errors []string `json:"errors,omitempty"`
}

// Drain sends what is due, once, and returns when nothing is due any more. Its error is one of the store.
func (c *Courier) Drain(ctx context.Context) (r Report, err error) {
	for ctx.Err() == nil {
		state, err := c.step(ctx, &r)
		if err != nil || state == "" {
			return r, err
		}
	}
	return r, ctx.Err()
}

// Run sends messages as they become due until ctx ends. A message that is being sent then is brought to its end.
func (c *Courier) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if _, err := c.Drain(ctx); err != nil && ctx.Err() == nil {
			c.log().Error("sending letters and webhooks", "err", err)
		}
		timer.Reset(pollEvery)
	}
}

// step sends one message and returns what became of it, "" where none is due.
func (c *Courier) step(ctx context.Context, r *Report) (store.DeliveryState, error) {
	now := c.now()
	kinds := c.ready(now)
	due, err := c.Outbox.NextDue(ctx, kinds...) // reading alone: an idle courier must not hold up writers
	if err != nil || due.IsZero() || due.After(now) {
		return "", err
	}
	d, err := c.Outbox.Lease(ctx, now, now.Add(leaseTime), kinds...)
	if err != nil || d == nil {
		return "", err
	}
	sending, stop := context.WithTimeout(context.WithoutCancel(ctx), sendTime)
	defer stop()
	failed := c.Senders[d.Kind].Send(sending, d)
	how, err := c.outcome(sending, d, failed)
	if err != nil {
		return "", err // the lease runs out, and the message is tried again
	}
	settling, stop := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer stop()
	held, err := c.Outbox.Settle(settling, d, c.now(), how)
	if err != nil {
		return "", fmt.Errorf("record that %s is %s: %w", d.Key, how.State, err)
	}
	if !held {
		c.log().Warn("a lease ran out while its message was sent", "message", d.Key, "attempt", d.Attempts)
	}
	switch how.State {
	case store.Sent:
		r.Sent++
	case store.Failed:
		r.Failed++
	default:
		r.Later++
	}
	if how.Error != "" {
		c.log().Warn("message not sent", "message", d.Key, "kind", d.Kind, "attempt", d.Attempts, "state", how.State, "err", how.Error)
		if len(r.Errors) < 20 && !slices.Contains(r.Errors, how.Error) {
			r.Errors = append(r.Errors, how.Error)
		}
	}
	return how.State, nil
}

// outcome says how a lease ends whose message was sent with an error, nil for none.
func (c *Courier) outcome(ctx context.Context, d *store.Delivery, failed error) (store.Settlement, error) {
	var refusal *Refusal
	var outage *Outage
	var later *Later
	if !errors.As(failed, &outage) {
		delete(c.outages, d.Kind)
	}
	switch {
	case failed == nil:
		return store.Settlement{State: store.Sent}, nil
	case errors.As(failed, &refusal):
		if refusal.Bounce && c.Bounced != nil && d.Owner != "" {
			if err := c.Bounced(ctx, d.Owner, refusal.Reason); err != nil {
				return store.Settlement{}, fmt.Errorf("stop subscription %s, whose letters come back: %w", d.Owner, err)
			}
		}
		return store.Settlement{State: store.Failed, Error: refusal.Reason}, nil
	case c.now().Sub(d.Created) > giveUp:
		return store.Settlement{State: store.Failed, Error: fmt.Sprintf("given up after %d attempts: %v", d.Attempts, failed)}, nil
	}
	wait := c.wait(d.Attempts)
	if errors.As(failed, &outage) {
		wait = c.rest(d.Kind, outage)
	} else if errors.As(failed, &later) {
		wait = max(wait, min(later.Wait, 24*time.Hour))
	}
	return store.Settlement{State: store.Queued, Due: c.now().Add(wait), Error: failed.Error()}, nil
}

// wait returns the time to wait after so many failed attempts.
func (c *Courier) wait(attempts int) time.Duration {
	wait := backoff[min(max(attempts, 1), len(backoff))-1]
	if c.Jitter != nil {
		return c.Jitter(wait)
	}
	return time.Duration(float64(wait) * (0.75 + rand.Float64()/2))
}

// rest keeps a kind from being sent for a while, so that a wrong password is not tried with every letter.
func (c *Courier) rest(kind string, o *Outage) time.Duration {
	if c.outages == nil {
		c.outages = map[string]*pause{}
	}
	p := c.outages[kind]
	if p == nil {
		p = &pause{}
		c.outages[kind] = p
	}
	p.failures++
	wait := min(c.wait(p.failures), time.Hour)
	p.until, p.err = c.now().Add(wait), o.Err
	return wait
}

// ready returns the kinds that are not resting, in a fixed order.
func (c *Courier) ready(now time.Time) []string {
	var kinds []string
	for kind := range c.Senders {
		if p := c.outages[kind]; p == nil || !now.Before(p.until) {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

func (c *Courier) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

func (c *Courier) log() *slog.Logger {
	if c.Log != nil {
		return c.Log
	}
	return slog.New(slog.DiscardHandler)
}
