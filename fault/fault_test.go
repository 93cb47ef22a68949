//go:build unix

package fault

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/edsrzf/mmap-go"
)

// cut maps a file and then cuts it short.
func cut(t *testing.T) mmap.MMap {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mapped")
	if err := os.WriteFile(path, make([]byte, 1<<16), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := mmap.Map(f, mmap.RDONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Unmap(); err != nil {
			t.Error(err)
		}
	})
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	return m
}

var sum byte

func TestGuard(t *testing.T) {
	m := cut(t)
	if err := Guard(func() error { sum += m[1<<15]; return nil }); !errors.Is(err, ErrCut) {
		t.Errorf("a read of what was cut off: %v", err)
	}
	other := errors.New("other")
	if err := Guard(func() error { return other }); err != other {
		t.Errorf("another error became %v", err)
	}
	defer func() {
		if v := recover(); v != "other" {
			t.Errorf("another panic became %v", v)
		}
	}()
	err := Guard(func() error { panic("other") })
	t.Errorf("a panic was swallowed: %v", err)
}

func TestCatcher(t *testing.T) {
	m := cut(t)
	err := Guard(func() error {
		var c Catcher
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() { c.Run(func() { sum += m[i<<12] }) })
		}
		wg.Wait()
		c.Rethrow()
		return nil
	})
	if !errors.Is(err, ErrCut) {
		t.Errorf("a fault in goroutines: %v", err)
	}
	var quiet Catcher
	quiet.Run(func() {})
	quiet.Rethrow()
}
