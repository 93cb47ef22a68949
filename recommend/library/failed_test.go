//go:build unix

package library

import (
	"errors"
	"os"
	"testing"

	"kindred/fault"
	"kindred/recommend"
)

// TestModelFileCutShort cuts the model file of a running library: requests fail, and the library fits another model.
func TestModelFileCutShort(t *testing.T) {
	l := fitted(t, 200, 4)
	l.serving = true
	path, err := l.Folder().Current()
	if err != nil {
		t.Fatal(err)
	}
	version := modelOf(t, l)
	if err := os.Truncate(path, 4096); err != nil {
		t.Fatal(err)
	}
	s := l.Current()
	err = fault.Guard(func() error {
		_, err := s.Recommender.Recommend(t.Context(), recommend.Query{Text: "diffusion models for images"})
		return err
	})
	if !errors.Is(err, fault.ErrCut) {
		t.Fatalf("a query of a model that was cut short: %v", err)
	}
	l.ModelFailed(err)
	l.refreshes.wait()
	if err := l.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	s = l.Current()
	if !s.Ready() || s.Lag != 0 || s.Fit.Reason == "" {
		t.Fatalf("model %q (before %q), lag %d, fit %+v", s.Model.Version, version, s.Lag, s.Fit)
	}
	answer, err := s.Recommender.Recommend(t.Context(), recommend.Query{Text: "diffusion models for images"})
	if err != nil || len(answer.Hits) == 0 {
		t.Errorf("the new model answers %+v, %v", answer, err)
	}
	if n := len(s.SortedTopics(0, "size", "")); n != 4 {
		t.Errorf("%d topics, want the 4 of the settings", n)
	}
	// Fold-in meets the fault, too.
	if path, err = l.Folder().Current(); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 4096); err != nil {
		t.Fatal(err)
	}
	put(t, l, manyPapers(0, 3)...)
	l.refreshes.wait()
	if err := l.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := l.Current(); !s.Ready() || s.Catalog.Len() != 203 {
		t.Errorf("after a fault in fold-in: ready %t, %d papers", s.Ready(), s.Catalog.Len())
	}
}
