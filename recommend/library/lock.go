package library

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// ErrFitting is returned by a fit that does not wait while another one runs.
var ErrFitting = errors.New("another fit is running")

// lockRetry is the time between attempts to get the lock of a data folder.
const lockRetry = 50 * time.Millisecond

// lock takes the lock that a fit holds from reading the present model until old models are removed. The operating
// system releases it when the process ends, however it ends. Where another process holds the lock, lock waits, after
// calling waiting once with who that is; with a nil waiting it returns an error that wraps ErrFitting.
func (f Folder) lock(ctx context.Context, waiting func(holder string)) (unlock func(), err error) {
	l := flock.New(f.Path(lockFile))
	ok, err := l.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", f.Path(lockFile), err)
	}
	if !ok {
		holder := f.lockHolder()
		if waiting == nil {
			return nil, fmt.Errorf("%w: %s holds %s", ErrFitting, holder, f.Path(lockFile))
		}
		waiting(holder)
		if _, err := l.TryLockContext(ctx, lockRetry); err != nil {
			return nil, fmt.Errorf("wait for %s, which %s holds: %w", f.Path(lockFile), holder, err)
		}
	}
	// The content is for people: it says who holds the lock. The lock itself is the operating system's.
	note := fmt.Sprintf("process %d since %s\n", os.Getpid(), time.Now().UTC().Format(time.RFC3339))
	if err := os.WriteFile(f.Path(lockFile), []byte(note), 0o644); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", f.Path(lockFile), err), l.Unlock())
	}
	return func() { _ = l.Unlock() }, nil
}

// lockHolder says who wrote the lock file last.
func (f Folder) lockHolder() string {
	b, err := os.ReadFile(f.Path(lockFile))
	if s := strings.TrimSpace(string(b)); err == nil && strings.HasPrefix(s, "process ") {
		return s
	}
	return "another process"
}
