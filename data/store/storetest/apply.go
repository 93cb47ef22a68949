package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"kindred/data"
	"kindred/data/store"
)

// SettingsStore is a store with settings.
type SettingsStore interface {
	store.Store
	store.Settings
}

// TestApply runs the conformance test of store.Apply on an empty store: papers, removals and settings are stored
// together or not at all.
func TestApply(t *testing.T, s SettingsStore) {
	ctx := t.Context()
	mark := func(value string) func(store.Outcome) ([]store.SettingValue, error) {
		return func(out store.Outcome) ([]store.SettingValue, error) {
			text := fmt.Sprintf("%s: %d new, %d deleted", value, out.Imported, out.Deleted)
			return []store.SettingValue{{Bucket: "marks", Key: "at", Value: []byte(text)}}, nil
		}
	}
	state := func(papers int, at string) {
		t.Helper()
		stats, err := s.Stats(ctx)
		if err != nil {
			t.Fatal(err)
		}
		value, err := s.Setting(ctx, "marks", "at")
		if err != nil {
			t.Fatal(err)
		}
		if stats.Papers != papers || string(value) != at {
			t.Errorf("%d papers and the mark %q, want %d and %q", stats.Papers, value, papers, at)
		}
	}
	apply := func(c store.Change) store.Outcome {
		t.Helper()
		out, err := s.Apply(ctx, c)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	out := apply(store.Change{Papers: numberedRange(1, 4), Settings: mark("first")})
	if out.Imported != 3 || len(out.IDs) != 3 || out.Deleted != 0 {
		t.Errorf("outcome %+v", out)
	}
	state(3, "first: 3 new, 0 deleted")

	out = apply(store.Change{Papers: numberedRange(3, 5), Delete: []string{numbered(1).ID, "x:unknown"}, Settings: mark("second")})
	if out.Imported != 1 || out.Unchanged != 1 || out.Deleted != 1 {
		t.Errorf("outcome %+v", out)
	}
	state(3, "second: 1 new, 1 deleted")
	if _, err := s.Paper(ctx, numbered(1).ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a paper that was removed: %v", err)
	}

	refused := errors.New("refused")
	_, err := s.Apply(ctx, store.Change{
		Papers: numberedRange(7, 9), Delete: []string{numbered(2).ID},
		Settings: func(store.Outcome) ([]store.SettingValue, error) { return nil, refused },
	})
	if !errors.Is(err, refused) {
		t.Errorf("error %v, want that of Settings", err)
	}
	state(3, "second: 1 new, 1 deleted")

	if _, err := s.Apply(ctx, store.Change{Papers: []*data.Paper{numbered(9), {Title: "No id"}}, Settings: mark("third")}); !errors.Is(err, data.ErrInvalid) {
		t.Errorf("a paper without an id: %v", err)
	}
	state(3, "second: 1 new, 1 deleted")

	canceled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Apply(canceled, store.Change{Papers: numberedRange(7, 9), Settings: mark("fourth")}); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	state(3, "second: 1 new, 1 deleted")

	_, before, err := s.Revision(ctx)
	if err != nil {
		t.Fatal(err)
	}
	apply(store.Change{Settings: func(store.Outcome) ([]store.SettingValue, error) {
		return []store.SettingValue{{Bucket: "marks", Key: "at"}}, nil // removes it
	}})
	state(3, "")
	if _, after, err := s.Revision(ctx); err != nil || after <= before {
		t.Errorf("revision %d after %d, %v: a change of a setting must raise it", after, before, err)
	}
}
