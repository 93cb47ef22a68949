package atomicfile

import (
	"errors"
	"io/fs"
	"os"
)

// Temp returns a temporary file of which nothing is left, however the process ends: its name is removed at once, where
// the system allows that of an open file (Windows does not). done closes the file, and removes the name elsewhere.
func Temp() (f *os.File, done func() error, err error) {
	f, err = os.CreateTemp("", "kindred-*")
	if err != nil {
		return nil, nil, err
	}
	_ = os.Remove(f.Name()) // done tries again
	return f, func() error {
		err := f.Close()
		if failed := os.Remove(f.Name()); failed != nil && !errors.Is(failed, fs.ErrNotExist) {
			err = errors.Join(err, failed)
		}
		return err
	}, nil
}
