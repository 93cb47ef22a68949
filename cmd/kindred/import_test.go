package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kindred/data/store"
	"kindred/recommend/library"
)

// killedDir names the data folder for the process that TestImportKilled kills.
const killedDir = "KINDRED_TEST_KILLED_DIR"

// TestImportChild is that process: it imports what comes on its standard input.
func TestImportChild(t *testing.T) {
	dir := os.Getenv(killedDir)
	if dir == "" {
		t.Skip("runs as the child of TestImportKilled")
	}
	if status := run(t.Context(), []string{"--data", dir, "import", "-"}, os.Stdin, os.Stdout, os.Stderr); status != exitOK {
		t.Fatalf("status %d", status)
	}
}

// numberedPapers returns JSON lines of so many papers.
func numberedPapers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"id":"x:%d","title":"On the number %d and its uses","abstract":"%s"}`+"\n", i, i, strings.Repeat("So much can be said of it. ", 24))
	}
	return b.String()
}

// TestImportKilled kills an import with SIGKILL in the middle of its input, and runs it again.
func TestImportKilled(t *testing.T) {
	const total = 12_000 // some eight megabytes: far more than pipes and buffers between the input and the store hold
	dir := filepath.Join(t.TempDir(), "data")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestImportChild$")
	cmd.Env = append(os.Environ(), killedDir+"="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Write([]byte(numberedPapers(total))); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil { // the input has not ended, so the import has not either
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the import ended by itself")
	}

	st, err := store.Open(t.Context(), filepath.Join(dir, "papers.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	stats, err := st.Stats(t.Context())
	kept := stats.Papers
	if err != nil || kept < library.ImportBatch || kept%library.ImportBatch != 0 {
		t.Fatalf("%d papers were kept, %v; want whole batches of %d", kept, err, library.ImportBatch)
	}
	var again library.ImportCounts
	out := ok(t, dir, "import", "--json", write(t, "all.jsonl", numberedPapers(total)))
	if err := json.Unmarshal([]byte(out), &again); err != nil {
		t.Fatal(err)
	}
	want := library.ImportCounts{Counts: store.Counts{Imported: total - kept, Unchanged: kept}}
	if again != want {
		t.Errorf("the import again: %v, want %v", again, want)
	}
	if stats, err = st.Stats(t.Context()); stats.Papers != total || err != nil {
		t.Errorf("in the end there are %d papers, %v; want %d", stats.Papers, err, total)
	}
}
