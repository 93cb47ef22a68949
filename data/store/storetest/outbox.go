package storetest

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"kindred/data"
	"kindred/data/store"
)

// OutboxStore is a store with an outbox.
type OutboxStore interface {
	store.Store
	store.Outbox
}

// TestOutbox runs the conformance test of store.Outbox. Each call of open returns an empty store of its own, which the
// test closes.
func TestOutbox(t *testing.T, open func(t *testing.T) OutboxStore) {
	for _, test := range []struct {
		name string
		run  func(*outbox)
	}{
		{"OnceByKey", (*outbox).onceByKey},
		{"OrderAndKinds", (*outbox).orderAndKinds},
		{"Lease", (*outbox).lease},
		{"Settle", (*outbox).settle},
		{"Withdraw", (*outbox).withdraw},
		{"ManyHolders", (*outbox).manyHolders},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			test.run(&outbox{T: t, OutboxStore: s, now: time.Now().Add(time.Second)})
		})
	}
}

// outbox is an outbox under test, with a clock that only the test moves.
type outbox struct {
	*testing.T
	OutboxStore
	now time.Time
}

func (o *outbox) queue(want int, messages ...store.Message) {
	o.Helper()
	if n, err := o.Queue(o.Context(), messages...); n != want || err != nil {
		o.Fatalf("Queue = %d, %v; want %d", n, err, want)
	}
}

// take leases the next mail for a minute and checks which it is, "" for none.
func (o *outbox) take(want string, kinds ...string) *store.Delivery {
	o.Helper()
	if len(kinds) == 0 {
		kinds = []string{"mail"}
	}
	d, err := o.Lease(o.Context(), o.now, o.now.Add(time.Minute), kinds...)
	if err != nil {
		o.Fatal(err)
	}
	switch {
	case d == nil && want != "":
		o.Fatalf("nothing is due, want %s", want)
	case d != nil && d.Key != want:
		o.Fatalf("%s is due, want %q", d.Key, want)
	}
	return d
}

func (o *outbox) end(d *store.Delivery, held bool, how store.Settlement) {
	o.Helper()
	if got, err := o.Settle(o.Context(), d, o.now, how); got != held || err != nil {
		o.Errorf("Settle %s as %s: %v, %v; want %v", d.Key, how.State, got, err, held)
	}
}

// lists checks the messages, newest first, as key, state and error.
func (o *outbox) lists(want ...string) {
	o.Helper()
	all, err := o.Deliveries(o.Context(), 100, store.Queued, store.Sending, store.Sent, store.Failed)
	if err != nil {
		o.Fatal(err)
	}
	var got []string
	for _, d := range all {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", d.Key, d.State, d.Error)))
	}
	if strings.Join(got, "; ") != strings.Join(want, "; ") {
		o.Errorf("deliveries %q, want %q", got, want)
	}
}

func mail(key string) store.Message {
	return store.Message{Key: key, Kind: "mail", Owner: "s1", Body: []byte("of " + key)}
}

func (o *outbox) onceByKey() {
	o.queue(2, mail("a"), mail("b"))
	o.queue(1, mail("a"), mail("c"), mail("c"))
	d := o.take("a")
	if string(d.Body) != "of a" || d.Owner != "s1" || d.Attempts != 1 || d.State != store.Sending {
		o.Errorf("leased %+v", d)
	}
	o.end(d, true, store.Settlement{State: store.Sent})
	o.queue(0, mail("a")) // also after it was sent
	o.lists("c queued", "b queued", "a sent")
	for _, bad := range []store.Message{{Key: "x"}, {Kind: "mail"}, {Key: "x", Kind: "mail", Body: make([]byte, store.MaxMessage+1)}} {
		if n, err := o.Queue(o.Context(), mail("d"), bad); n != 0 || !errors.Is(err, data.ErrInvalid) {
			o.Errorf("Queue of a bad message: %d, %v", n, err)
		}
	}
	o.lists("c queued", "b queued", "a sent") // nor was the good one before the bad one kept
}

func (o *outbox) orderAndKinds() {
	hook := store.Message{Key: "h", Kind: "webhook"}
	o.queue(3, hook, mail("a"), mail("b"))
	first := o.take("a")
	o.take("b")
	o.take("")
	o.take("h", "mail", "webhook")
	o.end(first, true, store.Settlement{State: store.Queued, Due: o.now.Add(time.Hour), Error: "not now"})
	o.take("")
	if due, err := o.NextDue(o.Context(), "mail"); err != nil || !due.Equal(o.now.Add(time.Minute).Truncate(time.Millisecond)) {
		o.Errorf("NextDue = %v, %v; want the end of the lease of b", due, err)
	}
	if due, err := o.NextDue(o.Context(), "none"); err != nil || !due.IsZero() {
		o.Errorf("NextDue of no message = %v, %v", due, err)
	}
	if d, err := o.Lease(o.Context(), o.now, o.now); d != nil || err != nil {
		o.Errorf("Lease of no kind = %v, %v", d, err)
	}
	o.now = o.now.Add(time.Hour)
	o.take("b") // its lease ran out before a was due again
	o.take("a")
}

func (o *outbox) lease() {
	o.queue(1, mail("a"))
	lost := o.take("a")
	o.take("")
	o.now = o.now.Add(2 * time.Minute) // its holder was killed
	second := o.take("a")
	if second.Attempts != 2 || string(second.Body) != "of a" {
		o.Errorf("leased again: %+v", second)
	}
	o.end(lost, false, store.Settlement{State: store.Failed, Error: "from the dead"})
	o.lists("a sending")
	o.end(second, true, store.Settlement{State: store.Sent})
	o.end(second, false, store.Settlement{State: store.Queued, Due: o.now})
	o.lists("a sent")
	o.take("")
}

func (o *outbox) settle() {
	o.queue(2, mail("a"), mail("b"))
	a, b := o.take("a"), o.take("b")
	o.end(a, true, store.Settlement{State: store.Queued, Due: o.now.Add(time.Minute), Error: "450 later"})
	o.end(b, true, store.Settlement{State: store.Failed, Error: "550 nobody"})
	o.lists("b failed 550 nobody", "a queued 450 later")
	if _, err := o.Settle(o.Context(), a, o.now, store.Settlement{State: "lost"}); !errors.Is(err, data.ErrInvalid) {
		o.Errorf("Settle in no known state: %v", err)
	}
	_, before, err := o.Revision(o.Context())
	if err != nil {
		o.Fatal(err)
	}
	o.now = o.now.Add(time.Minute)
	o.end(o.take("a"), true, store.Settlement{State: store.Sent})
	o.lists("b failed 550 nobody", "a sent")
	if _, after, err := o.Revision(o.Context()); after != before || err != nil {
		o.Errorf("the revision went from %d to %d, %v: no answer depends on the outbox", before, after, err)
	}
}

func (o *outbox) withdraw() {
	other := mail("other")
	other.Owner = "s2"
	o.queue(4, mail("a"), mail("b"), mail("c"), other)
	held, lost := o.take("a"), o.take("b")
	o.end(lost, true, store.Settlement{State: store.Queued, Due: o.now})
	if n, err := o.Withdraw(o.Context(), "s1", "unsubscribed", o.now); n != 3 || err != nil {
		o.Errorf("Withdraw = %d, %v; want 3", n, err)
	}
	o.lists("other queued", "c failed unsubscribed", "b failed unsubscribed", "a sending")
	o.end(held, true, store.Settlement{State: store.Queued, Due: o.now, Error: "450"})
	o.lists("other queued", "c failed unsubscribed", "b failed unsubscribed", "a failed unsubscribed")
	o.take("other")
	o.queue(1, mail("d"))
	o.take("d")
	if n, err := o.Withdraw(o.Context(), "s1", "", o.now); n != 1 || err != nil {
		o.Errorf("Withdraw = %d, %v; want 1", n, err)
	}
	o.now = o.now.Add(2 * time.Minute) // killed while it sent, and withdrawn meanwhile
	o.take("other")
	o.take("")
}

// manyHolders leases from many goroutines at once: each message is held by one of them.
func (o *outbox) manyHolders() {
	const messages, holders = 30, 5
	for n := range messages {
		o.queue(1, mail(fmt.Sprint("m", n)))
	}
	var mu sync.Mutex
	held := map[string]int{}
	var wg sync.WaitGroup
	for range holders {
		wg.Go(func() {
			for {
				d, err := o.Lease(o.Context(), o.now, o.now.Add(time.Minute), "mail")
				if err != nil {
					o.Errorf("Lease: %v", err)
				}
				if d == nil {
					return
				}
				mu.Lock()
				held[d.Key]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for key, n := range held {
		if n != 1 {
			o.Errorf("%s was leased %d times", key, n)
		}
	}
	if len(held) != messages {
		o.Errorf("%d messages were leased, want %d", len(held), messages)
	}
}
