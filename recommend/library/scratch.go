package library

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// scratch is a folder that a command works in and removes. Its lock file is held as long as the command lives, so that
// the next one knows a folder whose command was killed, and removes it: such a folder may hold a copy of all papers.
type scratch struct {
	path string
	lock *flock.Flock
}

// newScratch makes a folder in dir whose name begins with prefix, and removes those that killed commands left there.
func newScratch(dir, prefix string) (*scratch, error) {
	if err := removeScratch(dir, prefix); err != nil {
		return nil, err
	}
	path, err := os.MkdirTemp(dir, prefix+"*")
	if err != nil {
		return nil, err
	}
	s := &scratch{path, flock.New(filepath.Join(path, lockFile))}
	if ok, err := s.lock.TryLock(); err != nil || !ok {
		return nil, errors.Join(fmt.Errorf("lock %s: another process has it: try again", s.lock.Path()), err, os.RemoveAll(path))
	}
	return s, nil
}

// removeScratch removes folders whose commands were killed. One that has no lock file yet is being made.
func removeScratch(dir, prefix string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.IsDir() || !strings.HasPrefix(e.Name(), prefix) {
			continue
		}
		path := filepath.Join(dir, e.Name())
		l := flock.New(filepath.Join(path, lockFile), flock.SetFlag(os.O_RDWR)) // without O_CREATE
		if free, err := l.TryLock(); err == nil && free {
			_ = l.Unlock()
			_ = os.RemoveAll(path) // a folder that stays costs space alone
		}
	}
	return nil
}

// release lets go of the folder, which is to get another name.
func (s *scratch) release() error { return errors.Join(s.lock.Unlock(), os.Remove(s.lock.Path())) }

// remove removes the folder, if it still has its name.
func (s *scratch) remove() error { return errors.Join(s.lock.Unlock(), os.RemoveAll(s.path)) }
