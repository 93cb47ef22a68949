package library

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"kindred/data"
	"kindred/data/fetch"
	"kindred/data/read"
	"kindred/data/store"
)

// sourcesDir is the folder of the locks of hosts that are being asked.
const sourcesDir = "sources"

// Sources returns the sources that the library follows, which are asked by a client. Records that cannot be used are
// added to rejected/<source>.rejected, as those of an import are.
func (l *Library) Sources(client *fetch.Client) *fetch.Sources {
	return &fetch.Sources{Client: client, Store: sourceStore{l}, Log: l.log, Rejected: l.reject}
}

// FollowSources runs the sources that are due until ctx ends. What they bring is folded in as it comes; a library that
// was empty begins to answer with the first run that brings papers.
func (l *Library) FollowSources(ctx context.Context, s *fetch.Sources) {
	s.Schedule(ctx, func(fetch.Status) {
		if l.Current() != nil || ctx.Err() != nil {
			return
		}
		if err := l.Start(ctx); err != nil {
			l.log.Error("the papers that were fetched are stored and do not show yet", "err", err)
		}
	})
}

// reject keeps a record that a source's papers were not made from.
func (l *Library) reject(source string, r *read.RecordError) error {
	dir := l.folder.Path("rejected")
	if err := MakeDir(dir); err != nil {
		return err
	}
	return read.AppendReject(filepath.Join(dir, fileName(source)+".rejected"), r)
}

// fileName returns a name that any file system takes.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '.' || r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			return r
		}
		return '_'
	}, s)
}

// sourceStore is the library as the sources know it: papers go the way of an import.
type sourceStore struct{ l *Library }

// Keep implements [fetch.Store].
func (s sourceStore) Keep(
	ctx context.Context, papers []*data.Paper, deleted []string, bucket, key string, state func(fetch.Kept) ([]byte, error),
) (fetch.Kept, error) {
	kept := func(out store.Outcome) fetch.Kept {
		return fetch.Kept{New: out.Imported + out.Duplicates, Updated: out.Updated, Unchanged: out.Unchanged, Deleted: out.Deleted}
	}
	out, err := s.l.store.Apply(ctx, store.Change{
		Papers: identified(papers), Delete: deleted,
		Settings: func(out store.Outcome) ([]store.SettingValue, error) {
			value, err := state(kept(out))
			return []store.SettingValue{{Bucket: bucket, Key: key, Value: value}}, err
		},
	})
	if err != nil {
		if !errors.Is(err, data.ErrInvalid) {
			err = fmt.Errorf("%w: %w", ErrNotStored, err)
		}
		return fetch.Kept{}, err
	}
	if s.l.Current() != nil && out.Imported+out.Duplicates+out.Updated+out.Deleted > 0 {
		err = s.l.show(ctx)
	}
	return kept(out), err
}

// Papers implements [fetch.Store].
func (s sourceStore) Papers(ctx context.Context, ids []string) ([]*data.Paper, error) {
	return s.l.store.Papers(ctx, ids)
}

// Setting implements [fetch.Store].
func (s sourceStore) Setting(ctx context.Context, bucket, key string) ([]byte, error) {
	return s.l.store.Setting(ctx, bucket, key)
}

// SetSetting implements [fetch.Store].
func (s sourceStore) SetSetting(ctx context.Context, bucket, key string, value []byte) error {
	return s.l.store.SetSetting(ctx, bucket, key, value)
}

// SettingKeys implements [fetch.Store].
func (s sourceStore) SettingKeys(ctx context.Context, bucket string) ([]string, error) {
	return s.l.store.SettingKeys(ctx, bucket)
}

// Lock implements [fetch.Store] with the operating system's lock of a file, which ends with the process.
func (s sourceStore) Lock(name string) (unlock func(), ok bool, err error) {
	if err := MakeDir(s.l.folder.Path(sourcesDir)); err != nil {
		return nil, false, err
	}
	path := s.l.folder.Path(sourcesDir, fileName(name)+".lock")
	lock := flock.New(path)
	if ok, err = lock.TryLock(); err != nil {
		return nil, false, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { _ = lock.Unlock() }, ok, nil
}

// ClientOptions returns the options of the client of sources from the environment: KINDRED_CONTACT says whom a service
// can reach, and each service has a variable for its key.
func ClientOptions(getenv func(string) string, version string) fetch.Options {
	return fetch.Options{Contact: getenv("KINDRED_CONTACT"), Version: version, Key: getenv}
}

var _ fetch.Store = sourceStore{}
