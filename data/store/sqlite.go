package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"syscall"

	"modernc.org/sqlite" // registers the driver "sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"kindred/data"
)

// SQLite keeps papers in one SQLite file with a write-ahead log beside it. It implements [Store] and [Settings].
//
// A write is acknowledged after its commit record is synced to the log (PRAGMA synchronous = FULL): a Put that returned
// nil survives the process being killed and the power going out, as far as the disk keeps its own promise to have
// written what it synced; a Put that did not return leaves nothing. Readers see the state at the start of their query
// and never wait for the writer. Writers of several processes take turns, each waiting up to ten seconds for the other.
type SQLite struct {
	path  string
	file  fs.FileInfo // of the file at path when it was opened
	codec *codec
	write *sql.DB // one connection: the writer of this process
	read  *sql.DB // query-only connections
	stmts statements

	readOnly bool // on a medium that cannot be written
}

var (
	_ Store    = (*SQLite)(nil)
	_ Settings = (*SQLite)(nil)
	_ Changer  = (*SQLite)(nil)
)

// Open opens the SQLite file at path, creating it (not its folder) where there is none and migrating an older one. The
// error names the path and what to do about it where the file is damaged, not SQLite, another program's, or newer. A
// file that cannot be written, such as one on a read-only medium, is opened for reading; see [SQLite.ReadOnly].
func Open(ctx context.Context, path string) (_ *SQLite, err error) {
	if err := openable(path); err != nil {
		return nil, err
	}
	if unwritable(path) {
		return openReadOnly(ctx, path)
	}
	s := &SQLite{path: path}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if s.codec, err = newCodec(); err != nil {
		return nil, err
	}
	if s.write, err = sql.Open("sqlite", dsn(path, "synchronous(FULL)", "cache_size(-65536)", "journal_size_limit(67108864)")); err != nil {
		return nil, s.explain(err)
	}
	s.write.SetMaxOpenConns(1)
	if err := migrate(ctx, s.write); err != nil {
		return nil, s.explain(err)
	}
	// Only now that the file is known to be ours: this one is kept in the file itself.
	var mode string
	if err := s.write.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return nil, s.explain(err)
	}
	if mode != "wal" {
		return nil, fmt.Errorf("open %s: its file system does not carry a write-ahead log (journal mode %s): keep the data folder on a local disk", path, mode)
	}
	if s.file, err = os.Stat(path); err != nil {
		return nil, fmt.Errorf("open %w", err)
	}
	if s.read, err = sql.Open("sqlite", dsn(path, "query_only(1)", "cache_size(-16384)")); err != nil {
		return nil, s.explain(err)
	}
	s.read.SetMaxIdleConns(8)
	if err := s.stmts.prepare(ctx, s.write, s.read); err != nil {
		return nil, s.explain(err)
	}
	return s, nil
}

// ErrReadOnly is wrapped by the errors of writes to a store that can only be read.
var ErrReadOnly = errors.New("the data folder can only be read")

// ReadOnly reports whether the store can only be read, because its file cannot be written. Its writes return an error
// that wraps ErrReadOnly.
func (s *SQLite) ReadOnly() bool { return s.readOnly }

// unwritable reports whether a file is there that this process may read and not write.
func unwritable(path string) bool {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		f.Close() // nothing was written
		return false
	}
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

// openReadOnly opens the file at path so that nothing is written, neither to it nor beside it. Nobody else may write to
// it meanwhile.
func openReadOnly(ctx context.Context, path string) (_ *SQLite, err error) {
	s := &SQLite{path: path, readOnly: true}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if s.file, err = os.Stat(path); err != nil {
		return nil, fmt.Errorf("open %w", err)
	}
	if wal, err := os.Stat(path + "-wal"); err == nil && wal.Size() > 0 {
		return nil, fmt.Errorf("open %s: its write-ahead log was not merged into it, and neither can be written: copy the folder to where you may write, or open it there once", path)
	}
	if s.codec, err = newCodec(); err != nil {
		return nil, err
	}
	if s.read, err = sql.Open("sqlite", dsn(path, "query_only(1)", "cache_size(-16384)")+"&mode=ro&immutable=1"); err != nil {
		return nil, s.explain(err)
	}
	s.read.SetMaxIdleConns(8)
	switch version, err := schemaVersion(ctx, s.read); {
	case err != nil:
		return nil, s.explain(err)
	case version != len(migrations):
		return nil, fmt.Errorf("open %s: it is of an older release and cannot be migrated where it is: copy the folder to where you may write", path)
	}
	return s, s.explain(s.stmts.prepare(ctx, s.read, s.read))
}

// errGone is a database file that is no longer at its path.
var errGone = errors.New("the file was removed or another one took its place while it was open")

// begin begins a writing transaction. It refuses one on a file that is no longer at its path: what it wrote would be
// lost.
func (s *SQLite) begin(ctx context.Context) (*sql.Tx, error) {
	if s.readOnly {
		return nil, ErrReadOnly
	}
	if now, err := os.Stat(s.path); err != nil || !os.SameFile(now, s.file) {
		return nil, errGone
	}
	return s.write.BeginTx(ctx, nil) // immediate: it waits for the write lock before it reads
}

// openable reports what SQLite would only call "unable to open database file".
func openable(path string) error {
	fi, err := os.Stat(path)
	switch {
	case err == nil && fi.IsDir():
		return fmt.Errorf("open %s: it is a folder, not a database file", path)
	case err == nil && !fi.Mode().IsRegular():
		return fmt.Errorf("open %s: it is not a regular file", path)
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Stat(filepath.Dir(path)); err != nil {
			return fmt.Errorf("open %s: its folder is not there: create it first: %w", path, err)
		}
		return nil
	case err != nil:
		return fmt.Errorf("open %w", err) // a *fs.PathError names the path
	}
	return nil
}

// dsn names the file for the driver, as a URI so that no character of the path is taken for an option.
func dsn(path string, pragmas ...string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	// busy_timeout comes first: the other pragmas may have to wait as well.
	q := url.Values{"_txlock": {"immediate"}, "_pragma": append([]string{"busy_timeout(10000)"}, pragmas...)}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: q.Encode()}
	return u.String()
}

// explain adds the path to an error of the database and, where there is one, the remedy.
func (s *SQLite) explain(err error) error {
	if err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, data.ErrInvalid) {
		return err
	}
	if full(err) {
		err = fmt.Errorf("%w: %w", ErrFull, err)
	}
	if remedy := remedy(err); remedy != "" {
		return fmt.Errorf("%s: %w: %s", s.path, err, remedy)
	}
	return fmt.Errorf("%s: %w", s.path, err)
}

// ErrFull is wrapped by errors of a disk without room. What was acknowledged before is safe, and reading goes on.
var ErrFull = errors.New("no room on the disk")

// full reports whether an error is that of a disk without room.
func full(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_FULL || errors.Is(err, syscall.ENOSPC)
}

// remedy returns what a person can do about a database error, "" where there is nothing special to say.
func remedy(err error) string {
	const restore = "restore the data folder from a backup, or move this file away and import the papers again"
	switch {
	case errors.Is(err, errForeign):
		return "choose another data folder, or move this file away"
	case errors.Is(err, errNewer):
		return "update kindred, or choose another data folder"
	case errors.Is(err, errRecord):
		return restore
	case errors.Is(err, ErrReadOnly):
		return "nothing was written; copy the folder to where you may write"
	case errors.Is(err, errGone):
		return "nothing was written; put the file back or restore it from a backup, then start again"
	}
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return ""
	}
	switch e.Code() & 0xff { // the low byte is the class, the rest says more
	case sqlite3.SQLITE_NOTADB:
		return "the file is not a SQLite database: choose another data folder, or move this file away"
	case sqlite3.SQLITE_CORRUPT:
		return "the database is damaged: " + restore
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return "another process is writing to it: wait for it to end, then try again"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_AUTH:
		return "make the file and its folder writable for this user"
	case sqlite3.SQLITE_FULL:
		return "the disk is full: make room, then try again; what was committed is safe"
	case sqlite3.SQLITE_IOERR:
		return "the disk or file system reports an error: check it, then try again"
	}
	return ""
}

// Check verifies the structure of the whole file, in time that grows with its size.
func (s *SQLite) Check(ctx context.Context) error {
	rows, err := s.read.QueryContext(ctx, "PRAGMA integrity_check(10)")
	if err != nil {
		return s.explain(err)
	}
	defer rows.Close()
	var faults []error
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return s.explain(err)
		}
		if line != "ok" {
			faults = append(faults, errors.New(line))
		}
	}
	if err := rows.Err(); err != nil {
		return s.explain(err)
	}
	return s.explain(errors.Join(faults...))
}

// Close releases the file; the write-ahead log is merged into it by the last one to close.
func (s *SQLite) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.codec != nil {
		s.codec.dec.Close()
	}
	return errors.Join(errs...)
}
