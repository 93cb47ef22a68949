package library

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestCurrent(t *testing.T) {
	f := Folder(filepath.Join(t.TempDir(), "a", "b"))
	if err := MakeDir(f.Path(modelsDir)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Current(); !errors.Is(err, ErrNoModel) || !strings.Contains(err.Error(), "kindred fit") {
		t.Errorf("without a model: %v", err)
	}
	if err := f.setCurrent("v1"); err == nil {
		t.Error("a model that is not there became the current one")
	}
	for _, version := range []string{"v1", "v2"} {
		if err := os.WriteFile(f.Model(version), []byte(version), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := f.setCurrent(version); err != nil {
			t.Fatal(err)
		}
		if got, err := f.Current(); err != nil || got != f.Model(version) {
			t.Errorf("current = %q, %v; want %q", got, err, f.Model(version))
		}
	}
	if err := os.Remove(f.Model("v2")); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Current(); err == nil || !strings.Contains(err.Error(), "not there") {
		t.Errorf("with the model gone: %v", err)
	}
	for _, content := range []string{"", "\n", "../../etc/passwd", "x/v1.model", "v1", "..", "\x00.model"} {
		if err := os.WriteFile(f.Path(currentFile), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if path, err := f.Current(); err == nil || !strings.Contains(err.Error(), currentFile) {
			t.Errorf("CURRENT %q: %q, %v", content, path, err)
		}
	}
}

// TestOneOwnerKey has many processes make the key of a new folder at once: all go by the one that is in the file.
func TestOneOwnerKey(t *testing.T) {
	for range 20 {
		f := Folder(t.TempDir())
		keys := make([]string, 8)
		var group sync.WaitGroup
		for i := range keys {
			group.Go(func() {
				var err error
				if keys[i], err = f.OwnerKey(); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		kept, err := f.OwnerKey()
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range keys {
			if key != kept {
				t.Fatal("a process goes by a key that is not in the file")
			}
		}
		if entries, err := os.ReadDir(string(f)); err != nil || len(entries) != 1 {
			t.Fatalf("left are %v, %v", entries, err)
		}
	}
}
