package store

import (
	"context"
	"fmt"
)

// LogEntry is one value of a log.
type LogEntry struct {
	Number int64 // from 1; never given twice within a log
	Value  []byte
}

// Log keeps append-only lists of small values, such as a curator's decisions. Any number of processes may append at
// once.
type Log interface {
	// Append adds a value to a log. In one transaction that excludes all other writers it reads the entries of the log,
	// calls value with them and with a number that no entry ever had, removed ones among them, and keeps what value
	// returns. An error of value keeps nothing and is returned as it is. A nil value keeps nothing, and number is then
	// 0.
	Append(ctx context.Context, log string, value func(number int64, entries []LogEntry) ([]byte, error)) (number int64, err error)
	// Remove removes the entry with a number, and reports whether there was one. Its number is not given again.
	Remove(ctx context.Context, log string, number int64) (bool, error)
	// Entries returns the entries of a log in the order of their numbers.
	Entries(ctx context.Context, log string) ([]LogEntry, error)
}

// Append implements [Log].
func (s *SQLite) Append(ctx context.Context, log string, value func(int64, []LogEntry) ([]byte, error)) (int64, error) {
	var kept int64
	err := s.Change(ctx, func(tx *Tx) error {
		entries, err := tx.Entries(log)
		if err != nil {
			return err
		}
		number, err := tx.next(log)
		if err != nil {
			return err
		}
		b, err := value(number, entries)
		if err != nil || b == nil {
			return err
		}
		kept, err = tx.Append(log, b)
		return err
	})
	if err != nil {
		return 0, err
	}
	return kept, nil
}

// logCounter is the name of the counter that holds the highest number a log ever gave.
func logCounter(log string) string { return "log:" + log }

// bumpRevision counts a change of anything but papers, whose changes raise the sequence.
const bumpRevision = `INSERT INTO counters (name, value) VALUES ('revision', 1) ON CONFLICT DO UPDATE SET value = value + 1`

// Remove implements [Log].
func (s *SQLite) Remove(ctx context.Context, log string, number int64) (bool, error) {
	tx, err := s.begin(ctx)
	if err != nil {
		return false, s.explain(err)
	}
	defer tx.Rollback()
	result, err := tx.ExecContext(ctx, "DELETE FROM log WHERE log = ? AND number = ?", log, number)
	if err != nil {
		return false, s.explain(err)
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return false, s.explain(err)
	}
	if _, err := tx.ExecContext(ctx, bumpRevision); err != nil {
		return false, s.explain(err)
	}
	return true, s.explain(tx.Commit())
}

// Entries implements [Log].
func (s *SQLite) Entries(ctx context.Context, log string) ([]LogEntry, error) {
	entries, err := logEntries(ctx, s.read, log)
	return entries, s.explain(err)
}

func logEntries(ctx context.Context, q rowsQuerier, log string) ([]LogEntry, error) {
	rows, err := q.QueryContext(ctx, "SELECT number, value FROM log WHERE log = ? ORDER BY number", log)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var entries []LogEntry
	for rows.Next() {
		var e LogEntry
		if err := rows.Scan(&e.Number, &e.Value); err != nil {
			return nil, fmt.Errorf("log %s: %w", log, err)
		}
		entries = append(entries, e)
	}
	return entries, rows.Err()
}
