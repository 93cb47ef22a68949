package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"kindred/data"
	"kindred/data/store"
)

// LogStore is a store with a log.
type LogStore interface {
	store.Store
	store.Log
}

// TestLog runs the conformance test of store.Log and of Revision on an empty store.
func TestLog(t *testing.T, s LogStore) {
	ctx := t.Context()
	add := func(log, value string) int64 {
		t.Helper()
		n, err := s.Append(ctx, log, func(int64, []store.LogEntry) ([]byte, error) { return []byte(value), nil })
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	entries := func(log string) string {
		t.Helper()
		list, err := s.Entries(ctx, log)
		if err != nil {
			t.Fatal(err)
		}
		var text []string
		for _, e := range list {
			text = append(text, fmt.Sprintf("%d=%s", e.Number, e.Value))
		}
		return strings.Join(text, " ")
	}
	if first, second, other := add("a", "one"), add("a", "two"), add("b", "uno"); first != 1 || second != 2 || other != 1 {
		t.Errorf("numbers %d, %d and %d of another log", first, second, other)
	}
	if found, err := s.Remove(ctx, "a", 2); !found || err != nil {
		t.Errorf("Remove: %v, %v", found, err)
	}
	if found, err := s.Remove(ctx, "a", 2); found || err != nil {
		t.Errorf("Remove again: %v, %v", found, err)
	}
	if n := add("a", "three"); n != 3 {
		t.Errorf("the number of a removed entry is given again: %d", n)
	}
	if got := entries("a"); got != "1=one 3=three" {
		t.Errorf("entries %q", got)
	}
	refused := errors.New("refused")
	n, err := s.Append(ctx, "a", func(number int64, list []store.LogEntry) ([]byte, error) {
		if number != 4 || len(list) != 2 || string(list[1].Value) != "three" {
			t.Errorf("Append gives number %d and %v", number, list)
		}
		return nil, refused
	})
	if !errors.Is(err, refused) || n != 0 {
		t.Errorf("a refused value: %d, %v", n, err)
	}
	if n, err := s.Append(ctx, "a", func(int64, []store.LogEntry) ([]byte, error) { return nil, nil }); n != 0 || err != nil {
		t.Errorf("no value: %d, %v", n, err)
	}
	if got := entries("a") + entries("none"); got != "1=one 3=three" {
		t.Errorf("entries %q", got)
	}
	manyAppends(t, s)
	revisions(t, s)
}

// manyAppends appends from many goroutines at once.
func manyAppends(t *testing.T, s LogStore) {
	const writers, each = 6, 10
	numbers := make(chan int64, writers*each)
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for range each {
				n, err := s.Append(t.Context(), "many", func(n int64, list []store.LogEntry) ([]byte, error) {
					return fmt.Appendf(nil, "after %d", len(list)), nil
				})
				if err != nil {
					t.Error(err)
				}
				numbers <- n
			}
		})
	}
	group.Wait()
	close(numbers)
	seen := slices.Sorted(func(yield func(int64) bool) {
		for n := range numbers {
			if !yield(n) {
				return
			}
		}
	})
	if len(slices.Compact(seen)) != writers*each {
		t.Errorf("numbers %v", seen)
	}
	list, err := s.Entries(t.Context(), "many")
	if err != nil || len(list) != writers*each {
		t.Fatalf("%d entries, %v", len(list), err)
	}
	for i, e := range list {
		if want := fmt.Sprint("after ", i); string(e.Value) != want {
			t.Errorf("entry %d is %q, want %q", e.Number, e.Value, want)
		}
	}
}

// revisions wants another revision after every change and the same after none.
func revisions(t *testing.T, s LogStore) {
	ctx := t.Context()
	_, last, err := s.Revision(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p := &data.Paper{ID: "x:1", Title: "A paper that changes"}
	for _, step := range []struct {
		what    string
		change  func() error
		changes bool
	}{
		{"a new paper", func() error { _, err := s.Put(ctx, []*data.Paper{p}); return err }, true},
		{"the same paper", func() error { _, err := s.Put(ctx, []*data.Paper{p}); return err }, false},
		{"an entry", func() error {
			_, err := s.Append(ctx, "r", func(int64, []store.LogEntry) ([]byte, error) { return []byte("x"), nil })
			return err
		}, true},
		{"an entry removed", func() error { _, err := s.Remove(ctx, "r", 1); return err }, true},
		{"no entry removed", func() error { _, err := s.Remove(ctx, "r", 1); return err }, false},
		{"a paper deleted", func() error { _, err := s.Delete(ctx, "x:1"); return err }, true},
		{"no paper deleted", func() error { _, err := s.Delete(ctx, "x:1"); return err }, false},
	} {
		if err := step.change(); err != nil {
			t.Fatal(err)
		}
		_, now, err := s.Revision(ctx)
		if err != nil || now < last || (now != last) != step.changes {
			t.Errorf("%s: revision %d after %d, %v", step.what, now, last, err)
		}
		last = now
	}
}

// batch reads papers by their ids and aliases, unknown ones and one id twice among them.
func (h *harness) batch() {
	var ids []string
	var all []*data.Paper
	for i := range 600 {
		all = append(all, &data.Paper{ID: fmt.Sprintf("x:%d", i), Title: fmt.Sprintf("Batch %d of many", i), Aliases: []string{fmt.Sprintf("y:%d", i)}})
		ids = append(ids, all[i].ID)
	}
	if _, err := h.Put(h.Context(), all); err != nil {
		h.Fatal(err)
	}
	ids = append(ids, "y:3", "z:none", "x:5")
	slices.Reverse(ids)
	papers, err := h.Papers(h.Context(), ids)
	if err != nil || len(papers) != len(ids) {
		h.Fatalf("%d papers of %d ids, %v", len(papers), len(ids), err)
	}
	for i, id := range ids {
		want := strings.Replace(id, "y:", "x:", 1)
		switch p := papers[i]; {
		case id == "z:none" && p != nil, id != "z:none" && (p == nil || p.ID != want):
			h.Errorf("place %d of %s has %v", i, id, p)
		}
	}
	if none, err := h.Papers(h.Context(), nil); len(none) != 0 || err != nil {
		h.Errorf("no ids: %v, %v", none, err)
	}
}
