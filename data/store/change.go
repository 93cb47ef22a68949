package store

import (
	"context"
	"database/sql"
)

// Changer makes several changes of settings, logs and the outbox as one.
type Changer interface {
	// Change calls f in a transaction that excludes all other writers, those of other processes too. What f changed is
	// durable when Change returns nil; an error of f, or the end of the process, leaves nothing of it. The Tx is of no
	// use after f has returned, and f must not write to the store by other means, because it would wait for itself.
	Change(ctx context.Context, f func(tx *Tx) error) error
}

// Tx is a transaction on settings, logs and the outbox. It sees its own changes.
type Tx struct {
	ctx     context.Context
	tx      *sql.Tx
	explain func(error) error // tells of the file
	changed bool              // something that answers depend on, which the outbox is not
}

// Change implements [Changer].
func (s *SQLite) Change(ctx context.Context, f func(tx *Tx) error) error {
	tx, err := s.begin(ctx) // immediate: it waits for the write lock before it reads
	if err != nil {
		return s.explain(err)
	}
	defer tx.Rollback()
	t := &Tx{ctx: ctx, tx: tx, explain: s.explain}
	if err := f(t); err != nil {
		return err
	}
	if t.changed {
		if _, err := tx.ExecContext(ctx, bumpRevision); err != nil {
			return s.explain(err)
		}
	}
	return s.explain(tx.Commit())
}

// Setting returns the value of key in bucket, nil if there is none.
func (t *Tx) Setting(bucket, key string) ([]byte, error) {
	value, err := setting(t.ctx, t.tx, bucket, key)
	return value, t.explain(err)
}

// SettingKeys returns the keys of bucket in ascending order.
func (t *Tx) SettingKeys(bucket string) ([]string, error) {
	keys, err := settingKeys(t.ctx, t.tx, bucket)
	return keys, t.explain(err)
}

// SetSetting stores a value; a nil value removes the key.
func (t *Tx) SetSetting(bucket, key string, value []byte) error {
	t.changed = true
	return t.explain(setSetting(t.ctx, t.tx, bucket, key, value))
}

// Entries returns the entries of a log in the order of their numbers.
func (t *Tx) Entries(log string) ([]LogEntry, error) {
	entries, err := logEntries(t.ctx, t.tx, log)
	return entries, t.explain(err)
}

// Append adds a value to a log and returns its number, which no entry of the log ever had.
func (t *Tx) Append(log string, value []byte) (int64, error) {
	number, err := t.next(log)
	if err != nil {
		return 0, err
	}
	if err := t.exec("INSERT INTO log (log, number, value) VALUES (?, ?, ?)", log, number, value); err != nil {
		return 0, err
	}
	return number, t.exec("INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
		logCounter(log), number)
}

// Remove removes the entry of a log with a number, if there is one.
func (t *Tx) Remove(log string, number int64) error {
	return t.exec("DELETE FROM log WHERE log = ? AND number = ?", log, number)
}

// Clear removes a log with all its entries. Its numbers are not given again.
func (t *Tx) Clear(log string) error { return t.exec("DELETE FROM log WHERE log = ?", log) }

// next returns the number of the next entry of a log.
func (t *Tx) next(log string) (number int64, err error) {
	err = t.tx.QueryRowContext(t.ctx, "SELECT ifnull((SELECT value FROM counters WHERE name = ?), 0) + 1", logCounter(log)).Scan(&number)
	return number, t.explain(err)
}

func (t *Tx) exec(query string, args ...any) error {
	t.changed = true
	_, err := t.tx.ExecContext(t.ctx, query, args...)
	return t.explain(err)
}
