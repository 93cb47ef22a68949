package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// applicationID marks a SQLite file as ours ("kndr" in ASCII), so that another program's database is never written to.
const applicationID = 0x6b6e6472

// migrations bring a database from schema version i to i+1; they only ever go forward, and a published one never
// changes. PRAGMA user_version holds the version a file is at.
var migrations = []string{
	// seq is both the primary key and the append sequence: reading on from a number is one walk along the table. The
	// columns that filters look at are plain text, for reading with any SQLite tool; body is what record.go packs.
	`CREATE TABLE papers (
		seq          INTEGER PRIMARY KEY,
		id           TEXT NOT NULL UNIQUE,
		title_key    INTEGER,
		hash         BLOB NOT NULL,
		title        TEXT NOT NULL,
		authors      TEXT NOT NULL,
		published    TEXT NOT NULL,
		categories   TEXT NOT NULL,
		venue        TEXT NOT NULL,
		duplicate_of TEXT NOT NULL,
		body         BLOB NOT NULL
	);
	CREATE INDEX papers_title_key ON papers (title_key) WHERE title_key IS NOT NULL;
	CREATE INDEX papers_duplicate_of ON papers (duplicate_of) WHERE duplicate_of != '';
	CREATE TABLE aliases (alias TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
	CREATE INDEX aliases_id ON aliases (id);
	CREATE TABLE tombstones (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
	CREATE TABLE settings (bucket TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (bucket, key)) WITHOUT ROWID;`,

	// Logs, and counters that only ever rise. The topic edits were settings before, with their numbers as keys.
	`CREATE TABLE log (log TEXT NOT NULL, number INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (log, number)) WITHOUT ROWID;
	CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
	INSERT INTO log (log, number, value)
		SELECT bucket, CAST(key AS INTEGER), value FROM settings WHERE bucket = 'topic-edits';
	INSERT INTO counters (name, value)
		SELECT 'log:topic-edits', max(
			ifnull((SELECT max(number) FROM log), 0),
			ifnull((SELECT CAST(CAST(value AS TEXT) AS INTEGER) FROM settings WHERE bucket = 'topic-edits-last' AND key = 'number'), 0));
	DELETE FROM settings WHERE bucket IN ('topic-edits', 'topic-edits-last');
	INSERT INTO settings (bucket, key, value) VALUES ('store', 'identity', lower(hex(randomblob(16))));`,

	// When each paper came, which seq forgets as the paper changes. Of the papers that were there before, only the order
	// of their last changes is known: they count as the oldest.
	`ALTER TABLE papers ADD COLUMN added INTEGER NOT NULL DEFAULT 1;`,

	// The outbox: messages on their way, and what became of them. due is when a queued one may be sent, and when the
	// lease of one that is being sent runs out; all times are milliseconds of Unix time.
	`CREATE TABLE outbox (
		number    INTEGER PRIMARY KEY AUTOINCREMENT,
		key       TEXT NOT NULL UNIQUE,
		kind      TEXT NOT NULL,
		owner     TEXT NOT NULL,
		body      BLOB NOT NULL,
		state     TEXT NOT NULL,
		attempts  INTEGER NOT NULL,
		due       INTEGER NOT NULL,
		created   INTEGER NOT NULL,
		changed   INTEGER NOT NULL,
		error     TEXT NOT NULL,
		withdrawn TEXT NOT NULL
	);
	CREATE INDEX outbox_due ON outbox (due) WHERE state IN ('queued', 'sending');
	CREATE INDEX outbox_owner ON outbox (owner);`,
}

// errForeign is a database that some other program made.
var errForeign = errors.New("the file is a SQLite database of another program")

// errNewer is a database that a later release has migrated further than this one knows.
var errNewer = errors.New("the file was written by a newer release")

// migrate makes sure that db is ours and at the newest schema version, creating the tables in an empty file.
func migrate(ctx context.Context, db *sql.DB) error {
	version, err := schemaVersion(ctx, db)
	if err != nil || version == len(migrations) {
		return err
	}
	tx, err := db.BeginTx(ctx, nil) // takes the write lock at once: of two processes, the second waits here
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if version, err = schemaVersion(ctx, tx); err != nil {
		return err
	}
	for ; version < len(migrations); version++ {
		if _, err := tx.ExecContext(ctx, migrations[version]); err != nil {
			return fmt.Errorf("migrate to schema version %d: %w", version+1, err)
		}
	}
	for _, pragma := range []string{
		fmt.Sprintf("PRAGMA application_id = %d", applicationID),
		fmt.Sprintf("PRAGMA user_version = %d", version),
	} {
		if _, err := tx.ExecContext(ctx, pragma); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// querier is what *sql.DB and *sql.Tx share of reading one row.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// rowsQuerier is what *sql.DB and *sql.Tx share of reading many rows.
type rowsQuerier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// schemaVersion returns the version a file is at, 0 for an empty one. The error is errForeign or errNewer where the
// file must not be touched.
func schemaVersion(ctx context.Context, q querier) (int, error) {
	var app, version, tables int
	for _, read := range []struct {
		query string
		dest  *int
	}{
		{"PRAGMA application_id", &app},
		{"PRAGMA user_version", &version},
		{"SELECT count(*) FROM sqlite_master", &tables},
	} {
		if err := q.QueryRowContext(ctx, read.query).Scan(read.dest); err != nil {
			return 0, err
		}
	}
	switch {
	case app == 0 && version == 0 && tables == 0:
		return 0, nil
	case app != applicationID || version < 0:
		return 0, errForeign
	case version > len(migrations):
		return 0, fmt.Errorf("%w (schema version %d; this one knows up to %d)", errNewer, version, len(migrations))
	}
	return version, nil
}
