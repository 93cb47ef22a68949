package store

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/data"
)

// TestReadOnly reads a file as from a read-only medium: nothing is written, not even beside it.
func TestReadOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "papers.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), []*data.Paper{{ID: "a:1", Title: "Looms of the coast"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := openReadOnly(t.Context(), path); err == nil || !strings.Contains(err.Error(), "write-ahead log") {
		t.Errorf("with a log that was not merged: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := openReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if p, err := r.Paper(t.Context(), "a:1"); err != nil || p.Title != "Looms of the coast" || !r.ReadOnly() {
		t.Errorf("read %+v, %v", p, err)
	}
	if _, err := r.Put(t.Context(), []*data.Paper{{ID: "a:2", Title: "Tides"}}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a write: %v", err)
	}
	if _, err := r.Delete(t.Context(), "a:1"); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a deletion: %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if string(after) != string(before) || len(files) != 1 {
		t.Errorf("something was written: %d files", len(files))
	}
}
