package store_test

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"kindred/data"
	"kindred/data/store"
)

// TestChangeIsOne wants all of a change or nothing, and that a change sees what it did.
func TestChangeIsOne(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "papers.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	refused := errors.New("refused")
	write := func(result error) error {
		return s.Change(t.Context(), func(tx *store.Tx) error {
			if err := tx.SetSetting("b", "k", []byte("v")); err != nil {
				return err
			}
			if _, err := tx.Append("l", []byte("e")); err != nil {
				return err
			}
			v, err := tx.Setting("b", "k")
			entries, err2 := tx.Entries("l")
			if string(v) != "v" || len(entries) != 1 || err != nil || err2 != nil {
				t.Errorf("the change sees %q and %d entries, %v %v", v, len(entries), err, err2)
			}
			return result
		})
	}
	if err := write(refused); err != refused {
		t.Errorf("error %v, want that of the change", err)
	}
	v, err := s.Setting(t.Context(), "b", "k")
	entries, err2 := s.Entries(t.Context(), "l")
	if v != nil || len(entries) != 0 || err != nil || err2 != nil {
		t.Errorf("a refused change left %q and %d entries, %v %v", v, len(entries), err, err2)
	}
	if err := write(nil); err != nil {
		t.Fatal(err)
	}
	if keys, err := s.SettingKeys(t.Context(), "b"); len(keys) != 1 || err != nil {
		t.Errorf("keys %v, %v", keys, err)
	}
}

// TestChangeOfTwoProcesses has two stores of one file count in one setting, and wants no count lost.
func TestChangeOfTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "papers.db")
	var group sync.WaitGroup
	const each = 20
	for range 2 {
		s, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		group.Go(func() {
			for range each {
				if err := s.Change(t.Context(), func(tx *store.Tx) error {
					v, err := tx.Setting("b", "k")
					if err != nil {
						return err
					}
					return tx.SetSetting("b", "k", append(v, 'x'))
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if v, err := s.Setting(t.Context(), "b", "k"); len(v) != 2*each || err != nil {
		t.Errorf("%d of %d changes are there, %v", len(v), 2*each, err)
	}
}

// TestAddedStays wants the number under which a paper came to stay as the paper changes, also where it gets another
// id, and a new one for a paper that was deleted and comes again.
func TestAddedStays(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "papers.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	put := func(p *data.Paper) {
		t.Helper()
		if _, err := s.Put(t.Context(), []*data.Paper{p}); err != nil {
			t.Fatal(err)
		}
	}
	added := func() (id string, added, seq int64) {
		t.Helper()
		for e, err := range s.Since(t.Context(), 0) {
			if err != nil {
				t.Fatal(err)
			}
			if e.Paper != nil && e.Paper.Title != "Ballast" {
				id, added, seq = e.ID, e.Added, e.Seq
			}
		}
		return id, added, seq
	}
	const title = "Grumbling turbines under uneven ballast of wet sand"
	put(&data.Paper{ID: "x:0", Title: "Ballast"})
	put(&data.Paper{ID: data.CanonicalID("title:" + title), Title: title, Authors: []string{"A. Blim"}, Published: data.Date{Year: 2024}})
	if _, came, seq := added(); came != 2 || seq != 2 {
		t.Fatalf("came at %d, seq %d, want 2", came, seq)
	}
	put(&data.Paper{ID: "x:1", Title: title, Authors: []string{"A. Blim"}, Published: data.Date{Year: 2024}, Upvotes: 3})
	put(&data.Paper{ID: "x:1", Title: title, Authors: []string{"A. Blim"}, Published: data.Date{Year: 2024}, Upvotes: 4})
	if id, came, seq := added(); came != 2 || seq < 4 || id != "x:1" {
		t.Errorf("after changes %s came at %d, seq %d, want x:1 at 2", id, came, seq)
	}
	if _, err := s.Delete(t.Context(), "x:1"); err != nil {
		t.Fatal(err)
	}
	put(&data.Paper{ID: "x:1", Title: title})
	if _, came, seq := added(); came != seq {
		t.Errorf("a paper that comes again came at %d, seq %d", came, seq)
	}
}
