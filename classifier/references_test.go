package classifier

import (
	"path/filepath"
	"sync"
	"testing"
)

func openedSmall(t *testing.T) *Model {
	t.Helper()
	path := filepath.Join(t.TempDir(), "m.model")
	if err := mustFit(t, small(), Options{Dims: 3, NoBase: true}).Save(path); err != nil {
		t.Fatal(err)
	}
	m, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestLastReleaseUnmaps(t *testing.T) {
	m := openedSmall(t)
	if !m.Acquire() {
		t.Fatal("no reference to an open model")
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatalf("a second Close: %v", err)
	}
	if m.mapped == nil {
		t.Fatal("Close unmaps a model that is still held")
	}
	if !m.Acquire() {
		t.Fatal("no further reference while one is held")
	}
	for range 2 {
		if err := m.Release(); err != nil {
			t.Fatal(err)
		}
	}
	if m.mapped != nil {
		t.Error("the last release leaves the file mapped")
	}
	if m.Acquire() {
		t.Error("a reference to a model that was released")
	}
	if m.Release() == nil {
		t.Error("one release too many is no error")
	}
	if m.Acquire() {
		t.Error("a release too many revives the model")
	}
}

func TestFittedModelIsCounted(t *testing.T) {
	m := mustFit(t, small(), Options{Dims: 3, NoBase: true})
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if m.Acquire() {
		t.Error("a reference to a fitted model that was closed")
	}
}

// TestReadersKeepTheModelMapped lets readers come and go while the owner closes. A reader that has a reference reads
// mapped memory, which ends the process if it is unmapped too early.
func TestReadersKeepTheModelMapped(t *testing.T) {
	m := openedSmall(t)
	want := m.Latent().Row(0)[0]
	const readers, rounds = 8, 500
	started := make(chan struct{}, readers)
	var group sync.WaitGroup
	for range readers {
		group.Go(func() {
			for i := range rounds {
				if !m.Acquire() {
					break
				}
				if got := m.Latent().Row(0)[0]; got != want {
					t.Errorf("read %v, want %v", got, want)
				}
				if err := m.Release(); err != nil {
					t.Error(err)
				}
				if i == 0 {
					started <- struct{}{}
				}
			}
		})
	}
	for range readers {
		<-started
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	group.Wait()
	if m.mapped != nil {
		t.Error("the file is mapped after the last release")
	}
	if m.Acquire() {
		t.Error("a reference to a model that was released")
	}
}
