package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strings"

	"kindred/data"
)

// lastSeq is the highest number of the sequence that was given out. Rows only leave for one with a higher number, a
// tombstone among them, so the highest is always there.
const lastSeq = `SELECT max(ifnull((SELECT max(seq) FROM papers), 0), ifnull((SELECT max(seq) FROM tombstones), 0))`

// The queries that follow the sequence. A deleted paper is a row without a body.
const (
	sinceQuery = "SELECT " + paperColumns + ` FROM papers WHERE seq > ?1
		UNION ALL SELECT seq, 0, id, '', '', '', '', '', '', NULL FROM tombstones WHERE seq > ?1 ORDER BY seq`
	columnsQuery = "SELECT seq, added, id, title, authors, published, categories, venue, duplicate_of FROM papers WHERE seq > ?1 ORDER BY seq"
)

// Paper implements [Store].
func (s *SQLite) Paper(ctx context.Context, id string) (*data.Paper, error) {
	var r row
	err := s.stmts.paper.QueryRowContext(ctx, id).Scan(r.dest()...)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, id)
	}
	if err != nil {
		return nil, s.explain(err)
	}
	p, err := s.codec.paper(&r)
	return p, s.explain(err)
}

// batchPapers is how many ids one statement of Papers names.
const batchPapers = 256

// Papers implements [Store].
func (s *SQLite) Papers(ctx context.Context, ids []string) ([]*data.Paper, error) {
	out := make([]*data.Paper, len(ids))
	for from := 0; from < len(ids); from += batchPapers {
		if err := s.papers(ctx, ids[from:min(len(ids), from+batchPapers)], out[from:]); err != nil {
			return nil, s.explain(err)
		}
	}
	return out, nil
}

// papers sets out[i] to the paper that ids[i] names, for all that are there.
func (s *SQLite) papers(ctx context.Context, ids []string, out []*data.Paper) error {
	places := make(map[string][]int, len(ids))
	args := make([]any, len(ids))
	for i, id := range ids {
		places[id] = append(places[id], i)
		args[i] = id
	}
	marks := strings.TrimSuffix(strings.Repeat("?,", len(ids)), ",")
	rows, err := s.read.QueryContext(ctx, "SELECT asked, "+paperColumns+" FROM (SELECT id AS asked, id AS named FROM papers WHERE id IN ("+marks+
		") UNION ALL SELECT alias, id FROM aliases WHERE alias IN ("+marks+")) JOIN papers ON id = named", append(args, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var asked string
		var r row
		if err := rows.Scan(append([]any{&asked}, r.dest()...)...); err != nil {
			return err
		}
		p, err := s.codec.paper(&r)
		if err != nil {
			return err
		}
		for _, i := range places[asked] {
			if out[i] == nil || p.ID == asked { // an id goes before an alias
				out[i] = p
			}
		}
	}
	return rows.Err()
}

// Since implements [Store]. All entries are of the moment it began, whatever is written meanwhile.
func (s *SQLite) Since(ctx context.Context, seq int64) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		walk(ctx, s, sinceQuery, seq, yield, func(rows *sql.Rows) (Entry, error) {
			var r row
			if err := rows.Scan(r.dest()...); err != nil || r.body == nil {
				return Entry{Seq: r.seq, ID: r.id}, err
			}
			p, err := s.codec.paper(&r)
			return Entry{Seq: r.seq, Added: r.added, ID: r.id, Paper: p}, err
		})
	}
}

// Columns implements [Store]. All columns are of the moment it began, whatever is written meanwhile.
func (s *SQLite) Columns(ctx context.Context, seq int64) iter.Seq2[Column, error] {
	return func(yield func(Column, error) bool) {
		words := interned{} // venues and classes are few, and who keeps columns keeps them all
		walk(ctx, s, columnsQuery, seq, yield, func(rows *sql.Rows) (Column, error) { return scanColumn(rows, words) })
	}
}

// Revision implements [Store]. Every change of papers raises the sequence and every other change a counter, so their
// sum rises with each.
func (s *SQLite) Revision(ctx context.Context) (seq, revision int64, err error) {
	var other int64
	err = s.read.QueryRowContext(ctx, "SELECT ("+lastSeq+"), ifnull((SELECT value FROM counters WHERE name = 'revision'), 0)").Scan(&seq, &other)
	return seq, seq + other, s.explain(err)
}

// Stats implements [Store].
func (s *SQLite) Stats(ctx context.Context) (Stats, error) {
	var st Stats
	err := s.read.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM papers), ("+lastSeq+")").Scan(&st.Papers, &st.Seq)
	return st, s.explain(err)
}

// walk yields what scan makes of the rows of a query, and the error that ended it, if one did.
func walk[T any](ctx context.Context, s *SQLite, query string, seq int64, yield func(T, error) bool, scan func(*sql.Rows) (T, error)) {
	fail := func(err error) {
		var zero T
		yield(zero, s.explain(err))
	}
	rows, err := s.read.QueryContext(ctx, query, seq)
	if err != nil {
		fail(err)
		return
	}
	defer rows.Close()
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			fail(err)
			return
		}
		if !yield(v, nil) {
			return
		}
	}
	if err := rows.Err(); err != nil {
		fail(err)
	}
}

// interned holds one copy of each string.
type interned map[string]string

func (in interned) string(s string) string {
	if old, ok := in[s]; ok {
		return old
	}
	in[s] = s
	return s
}

func scanColumn(rows *sql.Rows, words interned) (Column, error) {
	var col Column
	var authors, published, categories string
	err := rows.Scan(&col.Seq, &col.Added, &col.ID, &col.Title, &authors, &published, &categories, &col.Venue, &col.DuplicateOf)
	if err != nil {
		return Column{}, err
	}
	if col.Published, err = data.ParseDate(published); err != nil {
		return Column{}, fmt.Errorf("paper %s: %w: %w", col.ID, errRecord, err)
	}
	col.Authors, col.Categories, col.Venue = splitList(authors), splitList(categories), words.string(col.Venue)
	for i, c := range col.Categories {
		col.Categories[i] = words.string(c)
	}
	return col, nil
}
