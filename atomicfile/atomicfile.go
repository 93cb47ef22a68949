// Package atomicfile writes files that are there whole or not at all, also across a crash: aside, synced, and renamed.
//
// It is our own because no library was found that does so on Windows as well, keeps to the umask, and lets a writer
// give up: google/renameio does not build there, natefinch/atomic reads from a Reader, moby/sys/atomicwriter renames
// whatever was written.
package atomicfile

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// File is a file that is being written beside its path, under a hidden name that begins with its own.
type File struct {
	*os.File
	path string
	open bool
}

// Create begins a file. Before the umask it has the permissions perm. The caller calls Commit, and in any case Abandon.
func Create(path string, perm fs.FileMode) (*File, error) {
	for {
		aside := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+rand.Text())
		f, err := os.OpenFile(aside, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return &File{File: f, path: path, open: true}, nil
	}
}

// Commit syncs the file and gives it its path, in the place of a file that has it. After a crash the path leads to the
// old file or to the new one. What SyncDir does is left to the caller.
func (f *File) Commit() error {
	if !f.open {
		return fmt.Errorf("commit %s: %w", f.path, fs.ErrClosed)
	}
	f.open = false
	err := errors.Join(f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), f.path)
	}
	if err != nil {
		os.Remove(f.Name()) // it is of no use
	}
	return err
}

// Abandon removes what was written. It does nothing after Commit.
func (f *File) Abandon() {
	if f.open {
		f.open = false
		f.Close()
		os.Remove(f.Name()) // a file that stays costs space alone
	}
}

// WriteFile writes a file whole.
func WriteFile(path string, content []byte, perm fs.FileMode) error {
	f, err := Create(path, perm)
	if err != nil {
		return err
	}
	defer f.Abandon()
	if _, err := f.Write(content); err != nil {
		return err
	}
	return f.Commit()
}
