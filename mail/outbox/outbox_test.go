package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"kindred/data/store"
	"kindred/mail/outbox"
)

// harness is a courier on a store with a clock that only the test moves, and a sender that does as it is told.
type harness struct {
	*testing.T
	*outbox.Courier
	store   *store.SQLite
	now     time.Time
	answer  func(key string) error
	sent    []string // keys that were handed over, whatever came of it
	stopped []string // subscriptions
}

func (h *harness) Send(_ context.Context, d *store.Delivery) error {
	h.sent = append(h.sent, d.Key)
	return h.answer(d.Key)
}

func open(t *testing.T) *store.SQLite {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "papers.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func start(t *testing.T) *harness {
	h := &harness{T: t, store: open(t), now: time.Now().Add(time.Second), answer: func(string) error { return nil }}
	h.Courier = &outbox.Courier{
		Outbox: h.store, Senders: map[string]outbox.Sender{"mail": h}, Now: func() time.Time { return h.now },
		Jitter: func(d time.Duration) time.Duration { return d },
		Bounced: func(_ context.Context, subscription, reason string) error {
			h.stopped = append(h.stopped, subscription+": "+reason)
			_, err := h.store.Withdraw(t.Context(), subscription, "its letters come back", h.now)
			return err
		},
	}
	return h
}

func (h *harness) queue(keys ...string) {
	h.Helper()
	for _, key := range keys {
		if _, err := h.store.Queue(h.Context(), store.Message{Key: key, Kind: "mail", Owner: "of " + key[:1], Body: []byte("x")}); err != nil {
			h.Fatal(err)
		}
	}
}

// drain sends what is due and checks what was handed over and what became of it.
func (h *harness) drain(handed string, want outbox.Report) {
	h.Helper()
	h.sent = nil
	got, err := h.Drain(h.Context())
	if err != nil {
		h.Fatal(err)
	}
	if s := strings.Join(h.sent, " "); s != handed || got.Sent != want.Sent || got.Later != want.Later || got.Failed != want.Failed {
		h.Errorf("handed over %q with %+v, want %q with %+v", s, got, handed, want)
	}
}

func TestSentOnce(t *testing.T) {
	h := start(t)
	h.queue("a1", "b1", "a1")
	h.drain("a1 b1", outbox.Report{Sent: 2})
	h.queue("a1")
	h.drain("", outbox.Report{})
}

func TestTriedAgain(t *testing.T) {
	h := start(t)
	h.answer = func(key string) error {
		if key == "a1" {
			return errors.New("450 later")
		}
		return nil
	}
	h.queue("a1", "b1")
	h.drain("a1 b1", outbox.Report{Sent: 1, Later: 1})
	h.drain("", outbox.Report{})
	var waits []string
	for range 10 {
		due, err := h.store.NextDue(t.Context(), "mail")
		if err != nil {
			t.Fatal(err)
		}
		waits = append(waits, due.Sub(h.now).Round(time.Second).String())
		h.now = due.Add(-time.Second)
		h.drain("", outbox.Report{})
		h.now = due
		h.drain("a1", outbox.Report{Later: 1})
	}
	if got, want := strings.Join(waits, " "), "1m0s 5m0s 15m0s 30m0s 1h0m0s 2h0m0s 4h0m0s 6h0m0s 6h0m0s 6h0m0s"; got != want {
		t.Errorf("waits %s, want %s", got, want)
	}
	h.now = h.now.Add(72 * time.Hour)
	h.drain("a1", outbox.Report{Failed: 1})
	failed, err := h.store.Deliveries(t.Context(), 10, store.Failed)
	if err != nil || len(failed) != 1 || !strings.Contains(failed[0].Error, "given up") || !strings.Contains(failed[0].Error, "450 later") {
		t.Errorf("%+v, %v", failed, err)
	}
}

// TestBounce wants the subscription stopped whose address takes no letters, and its other letters held back.
func TestBounce(t *testing.T) {
	h := start(t)
	h.answer = func(key string) error {
		switch key {
		case "a1":
			return &outbox.Refusal{Reason: "550 no such user", Bounce: true}
		case "b1":
			return fmt.Errorf("at the end: %w", &outbox.Refusal{Reason: "554 spam"})
		}
		return nil
	}
	h.queue("a1", "a2", "b1", "b2")
	h.drain("a1 b1 b2", outbox.Report{Sent: 1, Failed: 2})
	if got := strings.Join(h.stopped, "; "); got != "of a: 550 no such user" {
		t.Errorf("stopped %q", got)
	}
}

// TestBounceNotRecorded wants a letter kept whose subscription could not be stopped, and the stop tried again.
func TestBounceNotRecorded(t *testing.T) {
	h := start(t)
	h.answer = func(string) error { return &outbox.Refusal{Reason: "550", Bounce: true} }
	works := h.Bounced
	h.Bounced = func(context.Context, string, string) error { return errors.New("disk full") }
	h.queue("a1")
	if _, err := h.Drain(t.Context()); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("Drain: %v", err)
	}
	h.Bounced = works
	h.now = h.now.Add(time.Hour) // the lease ran out
	h.drain("a1", outbox.Report{Failed: 1})
	if len(h.stopped) != 1 {
		t.Errorf("stopped %q", h.stopped)
	}
}

// TestOutage wants one letter tried where none can be sent, and all of them later.
func TestOutage(t *testing.T) {
	h := start(t)
	down := true
	h.answer = func(string) error {
		if down {
			return &outbox.Outage{Err: errors.New("wrong password")}
		}
		return nil
	}
	h.queue("a1", "b1", "c1")
	h.drain("a1", outbox.Report{Later: 1})
	h.now = h.now.Add(59 * time.Second)
	h.drain("", outbox.Report{})
	h.now = h.now.Add(time.Second)
	h.drain("b1", outbox.Report{Later: 1}) // after a minute one is tried, and then none for five
	h.now = h.now.Add(4 * time.Minute)
	h.drain("", outbox.Report{})
	down = false
	h.now = h.now.Add(time.Minute)
	h.drain("c1 a1 b1", outbox.Report{Sent: 3})
}

func TestAskedToWait(t *testing.T) {
	h := start(t)
	h.answer = func(string) error { return &outbox.Later{Err: errors.New("429"), Wait: time.Hour} }
	h.queue("a1")
	h.drain("a1", outbox.Report{Later: 1})
	if due, err := h.store.NextDue(t.Context(), "mail"); err != nil || due.Sub(h.now).Round(time.Second) != time.Hour {
		t.Errorf("due in %v, %v; want an hour", due.Sub(h.now), err)
	}
}

// TestUnsubscribed wants no letter sent that was withdrawn.
func TestUnsubscribed(t *testing.T) {
	h := start(t)
	h.queue("a1", "b1")
	if n, err := h.store.Withdraw(t.Context(), "of a", "unsubscribed", h.now); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	h.drain("b1", outbox.Report{Sent: 1})
}

// TestRunEndsItsLetter cancels a courier while it sends: the letter is brought to its end and recorded.
func TestRunEndsItsLetter(t *testing.T) {
	s := open(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		sender := senderFunc(func(ctx context.Context, _ *store.Delivery) error {
			cancel()
			time.Sleep(time.Minute)
			return ctx.Err()
		})
		c := &outbox.Courier{Outbox: s, Senders: map[string]outbox.Sender{"mail": sender}}
		if _, err := s.Queue(context.Background(), store.Message{Key: "a", Kind: "mail"}); err != nil {
			t.Fatal(err)
		}
		c.Run(ctx)
		if sent, err := s.Deliveries(context.Background(), 10, store.Sent); len(sent) != 1 || err != nil {
			t.Errorf("%v, %v", sent, err)
		}
	})
}

type senderFunc func(context.Context, *store.Delivery) error

func (f senderFunc) Send(ctx context.Context, d *store.Delivery) error { return f(ctx, d) }
