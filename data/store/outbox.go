package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"kindred/data"
)

// Message is what is to be sent once. Body is opaque to the store: whoever sends the kind knows how to read it.
type Message struct {
	Key   string // names the message for good, such as subscription and issue number: the same key is queued once
	Kind  string // which sender takes it, such as "mail" or "webhook"
	Owner string // the subscription that it belongs to; see Withdraw
	Body  []byte // kept until it is sent or failed
}

// DeliveryState is where a message stands on its way.
type DeliveryState string

// The states of a message. It begins as Queued, and a lease makes it Sending. Settling a lease makes it Sent or Failed,
// which are final, or Queued again with a later time. A lease that ran out counts as Queued: its holder ended without
// saying whether the message went out.
const (
	Queued  DeliveryState = "queued"
	Sending DeliveryState = "sending"
	Sent    DeliveryState = "sent"
	Failed  DeliveryState = "failed"
)

// Delivery is a message with its state.
type Delivery struct {
	Message
	Number   int64 // in the order of queueing
	State    DeliveryState
	Attempts int       // leases so far, the present one among them
	Due      time.Time // Queued: when it may be sent; Sending: when the lease runs out
	Created  time.Time
	Changed  time.Time
	Error    string // what the last attempt failed with, empty where it did not
}

// Settlement says how a lease ended.
type Settlement struct {
	State DeliveryState // Sent, Failed or Queued
	Due   time.Time     // Queued: the time of the next attempt
	Error string
}

// Outbox is a queue of messages in the store: what was queued is durable, and one process at a time holds a message.
// Times are kept in milliseconds.
type Outbox interface {
	// Queue adds messages in one transaction and returns how many were new by their keys. [Tx.Queue] queues
	// together with other writes.
	Queue(ctx context.Context, messages ...Message) (int, error)
	// Lease takes the message of the kinds that has been due longest, marks it as Sending until a time, and counts an
	// attempt, all in one transaction: two processes never get the same one while a lease lasts. It returns nil where
	// none is due.
	Lease(ctx context.Context, now, until time.Time, kinds ...string) (*Delivery, error)
	// Settle records how the lease of d ended. It reports false and changes nothing where d is not held any more: its
	// lease ran out and another one began, or it was withdrawn.
	Settle(ctx context.Context, d *Delivery, now time.Time, how Settlement) (bool, error)
	// Withdraw makes the messages of an owner that are not sent yet Failed with a reason, and returns how many there
	// were. One that is being sent just then goes out, but no second time.
	Withdraw(ctx context.Context, owner, reason string, now time.Time) (int, error)
	// Deliveries returns the newest messages of the states, newest first, limit at most.
	Deliveries(ctx context.Context, limit int, states ...DeliveryState) ([]Delivery, error)
	// NextDue returns when the next message of the kinds is due, the zero time where none waits.
	NextDue(ctx context.Context, kinds ...string) (time.Time, error)
}

var _ Outbox = (*SQLite)(nil)

// MaxMessage bounds the body of a message, in bytes.
const MaxMessage = 4 << 20

// keptDeliveries is how long a message that was sent or failed is listed, and its key refused.
const keptDeliveries = 400 * 24 * time.Hour

const deliveryColumns = "number, key, kind, owner, state, attempts, due, created, changed, error"

// Queue implements [Outbox].
func (s *SQLite) Queue(ctx context.Context, messages ...Message) (n int, err error) {
	err = s.Change(ctx, func(t *Tx) error {
		n, err = t.Queue(messages...)
		return err
	})
	return n, err
}

// Queue is [Outbox.Queue] within a transaction.
func (t *Tx) Queue(messages ...Message) (n int, err error) {
	now := time.Now()
	_, err = t.count("DELETE FROM outbox WHERE state IN ('sent', 'failed') AND changed < ?", now.Add(-keptDeliveries).UnixMilli())
	if err != nil {
		return 0, err
	}
	for _, m := range messages {
		switch {
		case m.Key == "" || m.Kind == "":
			return 0, fmt.Errorf("queue: %w: a message needs a key and a kind", data.ErrInvalid)
		case len(m.Body) > MaxMessage:
			return 0, fmt.Errorf("queue %s: %w: %d bytes, at most %d are allowed", m.Key, data.ErrInvalid, len(m.Body), MaxMessage)
		}
		added, err := t.count(
			`INSERT INTO outbox (key, kind, owner, body, state, attempts, due, created, changed, error, withdrawn)
			 VALUES (?1, ?2, ?3, ?4, 'queued', 0, ?5, ?5, ?5, '', '') ON CONFLICT (key) DO NOTHING`,
			m.Key, m.Kind, m.Owner, append([]byte{}, m.Body...), now.UnixMilli())
		if err != nil {
			return 0, err
		}
		n += added
	}
	return n, nil
}

// Lease implements [Outbox].
func (s *SQLite) Lease(ctx context.Context, now, until time.Time, kinds ...string) (*Delivery, error) {
	var d *Delivery
	err := s.Change(ctx, func(t *Tx) error {
		row := t.tx.QueryRowContext(t.ctx,
			`UPDATE outbox SET state = 'sending', attempts = attempts + 1, due = ?, changed = ? WHERE number = (
				SELECT number FROM outbox WHERE state IN ('queued', 'sending') AND withdrawn = '' AND due <= ? AND `+among("kind", len(kinds))+`
				ORDER BY due, number LIMIT 1)
			 RETURNING `+deliveryColumns+", body",
			append([]any{until.UnixMilli(), now.UnixMilli(), now.UnixMilli()}, anys(kinds)...)...)
		var body []byte
		got, err := scanDelivery(row.Scan, &body)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		got.Body = body
		d = &got
		return t.explain(err)
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Settle implements [Outbox].
func (s *SQLite) Settle(ctx context.Context, d *Delivery, now time.Time, how Settlement) (held bool, err error) {
	switch how.State {
	case Sent, Failed, Queued:
	default:
		return false, fmt.Errorf("settle %s: %w: state %q", d.Key, data.ErrInvalid, how.State)
	}
	err = s.Change(ctx, func(t *Tx) error {
		n, err := t.count( // the attempt tells this lease from a later one
			`UPDATE outbox SET state = CASE WHEN ?1 = 'queued' AND withdrawn <> '' THEN 'failed' ELSE ?1 END,
				due = ?2, changed = ?3, error = CASE WHEN ?1 = 'queued' AND withdrawn <> '' THEN withdrawn ELSE ?4 END,
				body = CASE WHEN ?1 = 'queued' AND withdrawn = '' THEN body ELSE x'' END
			 WHERE number = ?5 AND state = 'sending' AND attempts = ?6`,
			string(how.State), how.Due.UnixMilli(), now.UnixMilli(), how.Error, d.Number, d.Attempts)
		held = n == 1
		return err
	})
	return held, err
}

// Withdraw implements [Outbox].
func (s *SQLite) Withdraw(ctx context.Context, owner, reason string, now time.Time) (n int, err error) {
	err = s.Change(ctx, func(t *Tx) error {
		n, err = t.Withdraw(owner, reason, now)
		return err
	})
	return n, err
}

// Withdraw is [Outbox.Withdraw] within a transaction.
func (t *Tx) Withdraw(owner, reason string, now time.Time) (int, error) {
	return t.count(
		`UPDATE outbox SET withdrawn = ?1, state = iif(over, 'failed', state), error = iif(over, ?1, error), body = iif(over, x'', body), changed = ?2
		 FROM (SELECT number AS n, state = 'queued' OR due <= ?2 AS over FROM outbox WHERE owner = ?3 AND state IN ('queued', 'sending'))
		 WHERE number = n`,
		cmp.Or(reason, "withdrawn"), now.UnixMilli(), owner)
}

// count makes a change of the outbox and returns of how many rows.
func (t *Tx) count(query string, args ...any) (int, error) {
	result, err := t.tx.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, t.explain(err)
	}
	n, err := result.RowsAffected()
	return int(n), t.explain(err)
}

// Deliveries implements [Outbox].
func (s *SQLite) Deliveries(ctx context.Context, limit int, states ...DeliveryState) ([]Delivery, error) {
	rows, err := s.read.QueryContext(ctx,
		"SELECT "+deliveryColumns+", body FROM outbox WHERE "+among("state", len(states))+" ORDER BY number DESC LIMIT ?",
		append(anys(states), limit)...)
	if err != nil {
		return nil, s.explain(err)
	}
	defer rows.Close()
	var out []Delivery
	for rows.Next() {
		var body []byte
		d, err := scanDelivery(rows.Scan, &body)
		if err != nil {
			return nil, s.explain(err)
		}
		d.Body = body
		out = append(out, d)
	}
	return out, s.explain(rows.Err())
}

// NextDue implements [Outbox].
func (s *SQLite) NextDue(ctx context.Context, kinds ...string) (time.Time, error) {
	var due sql.NullInt64
	err := s.read.QueryRowContext(ctx,
		"SELECT min(due) FROM outbox WHERE state IN ('queued', 'sending') AND withdrawn = '' AND "+among("kind", len(kinds)), anys(kinds)...).Scan(&due)
	if err != nil || !due.Valid {
		return time.Time{}, s.explain(err)
	}
	return time.UnixMilli(due.Int64), nil
}

// scanDelivery reads deliveryColumns, and behind them what more is wanted.
func scanDelivery(scan func(...any) error, more ...any) (d Delivery, err error) {
	var due, created, changed int64
	err = scan(append([]any{
		&d.Number, &d.Key, &d.Kind, &d.Owner, &d.State, &d.Attempts, &due, &created, &changed, &d.Error,
	}, more...)...)
	d.Due, d.Created, d.Changed = time.UnixMilli(due), time.UnixMilli(created), time.UnixMilli(changed)
	return d, err
}

// among is the condition that a column has one of n values; of no value nothing is.
func among(column string, n int) string {
	return column + " IN (" + strings.TrimSuffix(strings.Repeat("?, ", n), ", ") + ")"
}

func anys[T any](values []T) []any {
	out := make([]any, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}
