package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"kindred/data"
)

// CopyTo writes a whole copy of the store as of one moment to a new file at path, with all that it holds: papers, logs,
// settings and its identity. It holds up neither readers nor writers. The copy is synced when it returns.
func (s *SQLite) CopyTo(ctx context.Context, path string) (err error) {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("copy to %s: %w: there is a file already", path, data.ErrInvalid)
	}
	// A connection of its own, since the readers' are query-only and the writer's is busy with writing.
	db, err := sql.Open("sqlite", dsn(s.path, "synchronous(FULL)"))
	if err != nil {
		return s.explain(err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return fmt.Errorf("copy to %s: %w", path, s.explain(err))
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// CheckPapers reads every paper and reports what is wrong with how they hang together: a body that does not unpack, an
// alias of a paper that is not there, another edition of one that is not there. It stops after ten faults.
func (s *SQLite) CheckPapers(ctx context.Context) error {
	const most = 10
	var faults []error
	for entry, err := range s.Since(ctx, 0) {
		if err != nil {
			return err
		}
		if entry.Paper != nil && entry.Paper.ID != entry.ID {
			faults = append(faults, fmt.Errorf("paper %s is stored as %s", entry.Paper.ID, entry.ID))
		}
	}
	for _, query := range []struct{ fault, sql string }{
		{"alias %s names a paper that is not there, %s", "SELECT alias, id FROM aliases WHERE id NOT IN (SELECT id FROM papers) LIMIT 10"},
		{"paper %s is deleted and there, as %s", "SELECT id, id FROM tombstones WHERE id IN (SELECT id FROM papers) LIMIT 10"},
	} {
		rows, err := s.read.QueryContext(ctx, query.sql)
		if err != nil {
			return s.explain(err)
		}
		for rows.Next() {
			var a, b string
			if err := rows.Scan(&a, &b); err != nil {
				return errors.Join(s.explain(err), rows.Close())
			}
			if len(faults) < most {
				faults = append(faults, fmt.Errorf(query.fault, a, b))
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return s.explain(err)
		}
	}
	return errors.Join(faults...)
}
