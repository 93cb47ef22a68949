package read

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// TestLargeWindow refuses a file that would take a gigabyte to decompress, and says how to read it.
func TestLargeWindow(t *testing.T) {
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b, zstd.WithWindowSize(zstd.MaxWindowSize))
	if err != nil {
		t.Fatal(err)
	}
	// Flushing writes a frame header with the whole window, whatever the size of the content.
	line := `{"id":"x:1","title":"Barley growth under clouds"}` + "\n"
	for range 3 {
		if _, err := z.Write([]byte(strings.Repeat(line, 1000))); err != nil {
			t.Fatal(err)
		}
		if err := z.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = NewSource("huge.zst", &b, Options{})
	if err == nil || !strings.Contains(err.Error(), "--long") || !strings.HasPrefix(err.Error(), "huge.zst: ") {
		t.Errorf("%v", err)
	}
}

// TestRejectsAreBounded rejects more than the file may hold, and counts all.
func TestRejectsAreBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rejected")
	r := NewRejects(path)
	raw := bytes.Repeat([]byte("x"), maxRaw)
	const n = 2 * maxRejects / maxRaw
	for i := range n {
		if err := r.Add(&RecordError{File: "f", Line: i, Reason: "no", Raw: raw}); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Size() > maxRejects || info.Size() < maxRejects/2 || r.Count() != n {
		t.Errorf("%v, %v, %d counted", info.Size(), err, r.Count())
	}
}
