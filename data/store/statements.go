package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"kindred/data"
)

// paperColumns are the columns that make a paper, in the order scanPaper reads them.
const paperColumns = "seq, added, id, title, authors, published, categories, venue, duplicate_of, body"

// named is the sequence number of the paper that an id names, itself or as an alias.
const named = `SELECT seq FROM papers WHERE id = ?1
	UNION ALL SELECT p.seq FROM aliases a JOIN papers p ON p.id = a.id WHERE a.alias = ?1 LIMIT 1`

// statements are the prepared queries: those of the writer, and paper for readers.
type statements struct {
	hash, named, load, titled, editions          *sql.Stmt
	insert, remove, alias, unalias, bury, unbury *sql.Stmt
	last                                         *sql.Stmt
	paper                                        *sql.Stmt
}

// prepare compiles the statements; they are closed with their database.
func (st *statements) prepare(ctx context.Context, write, read *sql.DB) error {
	for _, p := range []struct {
		dest  **sql.Stmt
		db    *sql.DB
		query string
	}{
		{&st.hash, write, "SELECT hash FROM papers WHERE id = ?"},
		{&st.named, write, named},
		{&st.load, write, "SELECT hash, " + paperColumns + " FROM papers WHERE seq = ?"},
		{&st.titled, write, "SELECT seq FROM papers WHERE title_key = ? ORDER BY seq"},
		{&st.editions, write, "SELECT seq FROM papers WHERE duplicate_of = ? AND duplicate_of != '' ORDER BY seq"},
		{&st.insert, write, `INSERT INTO papers (seq, added, id, title_key, hash, title, authors, published, categories, venue, duplicate_of, body)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&st.remove, write, "DELETE FROM papers WHERE seq = ?"},
		{&st.alias, write, "INSERT OR IGNORE INTO aliases (alias, id) VALUES (?, ?)"},
		{&st.unalias, write, "DELETE FROM aliases WHERE id = ?"},
		{&st.bury, write, "INSERT OR REPLACE INTO tombstones (seq, id) VALUES (?, ?)"},
		{&st.unbury, write, "DELETE FROM tombstones WHERE id = ?"},
		{&st.last, write, lastSeq},
		{&st.paper, read, "SELECT " + paperColumns + " FROM papers WHERE seq = (" + named + ")"},
	} {
		stmt, err := p.db.PrepareContext(ctx, p.query)
		if err != nil {
			return err
		}
		*p.dest = stmt
	}
	return nil
}

func (w *writer) row(stmt *sql.Stmt, args ...any) *sql.Row {
	return w.tx.StmtContext(w.ctx, stmt).QueryRowContext(w.ctx, args...)
}

func (w *writer) exec(stmt *sql.Stmt, args ...any) (sql.Result, error) {
	return w.tx.StmtContext(w.ctx, stmt).ExecContext(w.ctx, args...)
}

// seqs returns the sequence numbers that a query yields.
func (w *writer) seqs(stmt *sql.Stmt, args ...any) ([]int64, error) {
	rows, err := w.tx.StmtContext(w.ctx, stmt).QueryContext(w.ctx, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var seq int64
		if err := rows.Scan(&seq); err != nil {
			return nil, err
		}
		out = append(out, seq)
	}
	return out, rows.Err()
}

// find returns the stored paper that id names, nil for none.
func (w *writer) find(id string) (*stored, error) {
	var seq int64
	err := w.row(w.stmts.named, id).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	old, _, err := w.load(seq)
	return old, err
}

// load returns the paper at seq and the digest of the record it came from.
func (w *writer) load(seq int64) (*stored, []byte, error) {
	var hash []byte
	var r row
	if err := w.row(w.stmts.load, seq).Scan(append([]any{&hash}, r.dest()...)...); err != nil {
		return nil, nil, err
	}
	p, err := w.codec.paper(&r)
	return &stored{seq: seq, added: r.added, paper: p}, hash, err
}

func (w *writer) lastSeq() (seq int64, err error) {
	err = w.row(w.stmts.last).Scan(&seq)
	return seq, err
}

// row is a row of papers as paperColumns read it.
type row struct {
	seq, added                                                  int64
	id, title, authors, published, categories, venue, duplicate string
	body                                                        []byte
}

// dest returns where to scan paperColumns to.
func (r *row) dest() []any {
	return []any{&r.seq, &r.added, &r.id, &r.title, &r.authors, &r.published, &r.categories, &r.venue, &r.duplicate, &r.body}
}

// paper unpacks a row.
func (c *codec) paper(r *row) (*data.Paper, error) {
	p := &data.Paper{
		ID: r.id, Title: r.title, Authors: splitList(r.authors), Categories: splitList(r.categories), Venue: r.venue, DuplicateOf: r.duplicate,
	}
	if err := c.unpack(r.body, p); err != nil {
		return nil, fmt.Errorf("paper %s: %w", r.id, err)
	}
	var err error
	if p.Published, err = data.ParseDate(r.published); err != nil {
		return nil, fmt.Errorf("paper %s: %w: %w", r.id, errRecord, err)
	}
	return p, nil
}
