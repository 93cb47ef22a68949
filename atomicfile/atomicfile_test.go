package atomicfile_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"kindred/atomicfile"
)

// TestWholeOrNot writes a file, gives one up, and fails to write one, and looks at what is there each time.
func TestWholeOrNot(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	is := func(want string, names int) {
		t.Helper()
		b, err := os.ReadFile(path)
		if err != nil || string(b) != want {
			t.Errorf("the file holds %q, %v; want %q", b, err, want)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != names {
			t.Errorf("%d entries in the folder, %v; want %d", len(entries), err, names)
		}
	}
	if err := atomicfile.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	f, err := atomicfile.Create(path, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("new"); err != nil {
		t.Fatal(err)
	}
	is("old", 2)
	f.Abandon()
	f.Abandon()
	is("old", 1)
	if err := f.Commit(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a file that was given up is committed: %v", err)
	}
	if f, err = atomicfile.Create(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("new"); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
	f.Abandon()
	is("new", 1)
	if err := atomicfile.WriteFile(filepath.Join(dir, "none", "file"), nil, 0o644); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file in a folder that is not there: %v", err)
	}
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := atomicfile.WriteFile(filepath.Join(dir, "taken"), []byte("x"), 0o644); err == nil {
		t.Error("a file takes the place of a folder")
	}
	is("new", 2) // the file and the folder: nothing is left of what failed
	if err := atomicfile.SyncDir(dir); err != nil {
		t.Error(err)
	}
}

// TestTemp checks that a temporary file can be written and read, and that nothing is left of it.
func TestTemp(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	f, done, err := atomicfile.Temp()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("tides"); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 && runtime.GOOS != "windows" {
		t.Errorf("while it is open there are %v, %v", left, err)
	}
	text := make([]byte, 5)
	if _, err := f.ReadAt(text, 0); err != nil || string(text) != "tides" {
		t.Errorf("it holds %q, %v", text, err)
	}
	if err := done(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}
