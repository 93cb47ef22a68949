package main

import (
	"path/filepath"
	"strings"
	"testing"
)

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
