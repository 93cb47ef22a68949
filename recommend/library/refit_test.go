package library

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"kindred/classifier"
)

// TestFitsAtOnce fits one data folder from two processes and this one again and again, and wants CURRENT to name a
// model that can be opened, always.
func TestFitsAtOnce(t *testing.T) {
	l := fitted(t, 40, 2)
	others := []*child{startChild(t, "fit", l.Folder()), startChild(t, "fit", l.Folder())}
	for i := range fitsPerChild {
		waited := ""
		m, err := l.Fit(t.Context(), FitOptions{
			Options: classifier.Options{Seed: uint64(i), NoMap: true}, Waiting: func(holder string) { waited = holder },
		})
		if err != nil {
			t.Fatal(err)
		}
		if waited != "" && !strings.Contains(waited, "process") {
			t.Errorf("the holder of the lock is %q", waited)
		}
		if err := errors.Join(m.Close(), l.Refresh(t.Context())); err != nil {
			t.Fatalf("after fit %d: %v", i, err)
		}
	}
	for _, c := range others {
		for c.line() != "" {
		}
		if err := c.cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	path, err := l.Folder().Current()
	if err != nil {
		t.Fatal(err)
	}
	m, err := classifier.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Error(err)
	}
}

const fitsPerChild = 6

func fitChild(ctx context.Context, l *Library) error {
	for i := range fitsPerChild {
		m, err := l.Fit(ctx, FitOptions{Options: classifier.Options{Seed: uint64(100 + i), NoMap: true}, Waiting: func(string) {}})
		if err != nil {
			return err
		}
		if err := m.Close(); err != nil {
			return err
		}
		fmt.Println("done", i)
	}
	return nil
}

// TestFitRefusesToWait fits while the lock is held.
func TestFitRefusesToWait(t *testing.T) {
	l := fitted(t, 40, 2)
	unlock, err := l.Folder().lock(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if _, err := l.Fit(t.Context(), FitOptions{}); !errors.Is(err, ErrFitting) || !strings.Contains(err.Error(), "process ") {
		t.Errorf("while another fit runs: %v", err)
	}
}

// TestModelOutlivesItsSnapshot holds a snapshot while its model is replaced and removed, and reads vectors from it.
func TestModelOutlivesItsSnapshot(t *testing.T) {
	l := fitted(t, 60, 3)
	old := l.Current()
	if !old.Acquire() {
		t.Fatal("the current snapshot cannot be acquired")
	}
	fit(t, l, classifier.Options{Seed: 9, NoMap: true})
	sum := float32(0)
	for row := range old.model.Docs() {
		for _, x := range old.model.Latent().Row(row) {
			sum += x * x
		}
	}
	if sum < 1 {
		t.Errorf("the vectors of the replaced model sum to %v", sum)
	}
	if err := old.Release(); err != nil {
		t.Error(err)
	}
	if old.Acquire() {
		t.Error("a snapshot whose model has gone can be acquired")
	}
}
