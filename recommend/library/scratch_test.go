package library

import (
	"os"
	"path/filepath"
	"testing"
)

// TestScratchOfTheDead leaves a folder as a killed backup does, and one of a backup that lives: the next backup removes
// the first alone.
func TestScratchOfTheDead(t *testing.T) {
	l := fitted(t, 20, 2)
	dir := t.TempDir()
	dead, err := newScratch(dir, backingMark)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dead.path, papersFile), []byte("half a copy"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := dead.lock.Unlock(); err != nil { // as the system does when a process ends
		t.Fatal(err)
	}
	living, err := newScratch(dir, ".other-")
	if err != nil {
		t.Fatal(err)
	}
	defer living.remove()
	alive := filepath.Join(dir, backingMark+"alive")
	if err := os.Rename(living.path, alive); err != nil {
		t.Fatal(err)
	}
	living.path = alive
	made := filepath.Join(dir, backingMark+"made") // its lock file is not there yet
	if err := os.Mkdir(made, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Folder().Backup(t.Context(), filepath.Join(dir, "backup")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{dead.path: false, alive: true, made: true, filepath.Join(dir, "backup"): true} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s is there: %v, want %v", filepath.Base(path), err == nil, want)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 3 {
		t.Errorf("left are %v, %v", entries, err)
	}
}
