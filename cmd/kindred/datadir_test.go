package main

import (
	"errors"
	"io"
	"kindred/recommend/library"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCurrent(t *testing.T) {
	a := &app{stdout: io.Discard, stderr: io.Discard, data: filepath.Join(t.TempDir(), "a", "b")}
	if err := library.MakeDir(a.folder().Path(modelsDir)); err != nil {
		t.Fatal(err)
	}
	if _, err := a.folder().Current(); !errors.Is(err, library.ErrNoModel) || !strings.Contains(err.Error(), "kindred fit") {
		t.Errorf("without a model: %v", err)
	}
	if err := a.setCurrent("v1"); err == nil {
		t.Error("a model that is not there became the current one")
	}
	for _, version := range []string{"v1", "v2"} {
		if err := os.WriteFile(a.modelPath(version), []byte(version), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := a.setCurrent(version); err != nil {
			t.Fatal(err)
		}
		if got, err := a.folder().Current(); err != nil || got != a.modelPath(version) {
			t.Errorf("current = %q, %v; want %q", got, err, a.modelPath(version))
		}
	}
	if err := os.Remove(a.modelPath("v2")); err != nil {
		t.Fatal(err)
	}
	if _, err := a.folder().Current(); err == nil || !strings.Contains(err.Error(), "not there") {
		t.Errorf("with the model gone: %v", err)
	}
	for _, content := range []string{"", "\n", "../../etc/passwd", "x/v1.model", "v1", "..", "\x00.model"} {
		if err := os.WriteFile(a.folder().Path(currentFile), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if path, err := a.folder().Current(); err == nil || !strings.Contains(err.Error(), currentFile) {
			t.Errorf("CURRENT %q: %q, %v", content, path, err)
		}
	}
}

func TestDataFolderIsAFile(t *testing.T) {
	file := write(t, "file", "")
	r := kindred(t, file, strings.NewReader(threePapers), "import", "-")
	if r.status != exitFailed || !strings.Contains(r.stderr, "is a file") {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
	r = kindred(t, filepath.Join(file, "below"), strings.NewReader(threePapers), "import", "-")
	if r.status != exitFailed || !strings.Contains(r.stderr, file) {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
}
