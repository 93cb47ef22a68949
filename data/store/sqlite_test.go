package store_test

import (
	"path/filepath"
	"testing"

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
