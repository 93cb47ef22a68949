package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/data"
	"kindred/data/store"
	"kindred/data/store/storetest"
)

// open opens a store in a folder of its own.
func open(t testing.TB) *store.SQLite {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "papers.db"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSQLite(t *testing.T) {
	storetest.TestStore(t, func(t *testing.T) store.Store { return open(t) })
}

func TestSQLiteSettings(t *testing.T) {
	s := open(t)
	defer s.Close()
	storetest.TestSettings(t, s)
}

func TestSQLiteApply(t *testing.T) {
	s := open(t)
	defer s.Close()
	storetest.TestApply(t, s)
}

func TestSQLiteLog(t *testing.T) {
	s := open(t)
	defer s.Close()
	storetest.TestLog(t, s)
}

// TestIdentity wants another identity in every database, and the same one after it was opened again.
func TestIdentity(t *testing.T) {
	path := filepath.Join(t.TempDir(), "papers.db")
	var ids []string
	for range 2 {
		s, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		id, err := s.Identity(t.Context())
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	other := open(t)
	defer other.Close()
	id, err := other.Identity(t.Context())
	if err != nil || len(id) < 32 || ids[0] != ids[1] || ids[0] == id {
		t.Errorf("identities %q and %q, %v", ids, id, err)
	}
}

// TestUnlinked removes the file of an open store: nothing is acknowledged into it.
func TestUnlinked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "papers.db")
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := os.Remove(path); err != nil {
		t.Skip("an open file cannot be removed here: ", err)
	}
	other, err := store.Open(t.Context(), path) // and another one takes its place
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	put := func() error {
		_, err := s.Put(t.Context(), []*data.Paper{{ID: "x:1", Title: "Lost"}})
		return err
	}
	for name, write := range map[string]func() error{
		"Put":        put,
		"SetSetting": func() error { return s.SetSetting(t.Context(), "b", "k", []byte("v")) },
		"Append": func() error {
			_, err := s.Append(t.Context(), "l", func(int64, []store.LogEntry) ([]byte, error) { return []byte("v"), nil })
			return err
		},
		"Remove": func() error { _, err := s.Remove(t.Context(), "l", 1); return err },
		"Delete": func() error { _, err := s.Delete(t.Context(), "x:1"); return err },
	} {
		if err := write(); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "backup") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
