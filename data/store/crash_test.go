package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"kindred/data"
	"kindred/data/store"
)

// crashPath names the database for the process that TestKilledWriter kills.
const crashPath = "KINDRED_TEST_CRASH_PATH"

const crashBatch = 40

// crashPapers returns batch n: new papers, and an update of the first paper of all to what batch n says.
func crashPapers(n int) []*data.Paper {
	papers := []*data.Paper{{ID: "x:first", Title: "The paper that every batch updates", Comments: n + 1}}
	for i := range crashBatch {
		papers = append(papers, &data.Paper{
			ID: fmt.Sprintf("x:%d-%d", n, i), Title: fmt.Sprintf("Paper %d of batch %d", i, n), Abstract: strings.Repeat("What is said of it. ", 40),
		})
	}
	return papers
}

// TestCrashWriter is the process that is killed: it writes batches and says so on standard output after each.
func TestCrashWriter(t *testing.T) {
	path := os.Getenv(crashPath)
	if path == "" {
		t.Skip("runs as the child of TestKilledWriter")
	}
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	stats, err := s.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for n := stats.Papers / crashBatch; ; n++ {
		if _, err := s.Put(t.Context(), crashPapers(n)); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("acknowledged %d\n", n)
	}
}

func TestKilledWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "papers.db")
	acked := -1
	for round, after := range []int{1, 7, 30} { // killed early, and with a log of some length
		acked = writeUntilKilled(t, path, after)
		s, err := store.Open(t.Context(), path)
		if err != nil {
			t.Fatalf("round %d: reopen: %v", round, err)
		}
		checkAfterCrash(t, s, acked)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for n := range acked + 2 { // the same import again finishes it
		got, err := s.Put(t.Context(), crashPapers(n)[1:])
		if err != nil {
			t.Fatal(err)
		}
		if n <= acked && got.Counts != (store.Counts{Unchanged: crashBatch}) {
			t.Errorf("batch %d again: %+v, want all unchanged", n, got)
		}
	}
}

// writeUntilKilled runs the writer, kills it once it acknowledged so many batches, and returns the last it
// acknowledged.
func writeUntilKilled(t *testing.T, path string, batches int) int {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCrashWriter$", "-test.v")
	cmd.Env = append(os.Environ(), crashPath+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last, seen := -1, 0
	var other []string
	for lines := bufio.NewScanner(out); lines.Scan(); { // to the end: what it said before it died counts
		n, ok := strings.CutPrefix(lines.Text(), "acknowledged ")
		if !ok {
			other = append(other, lines.Text())
			continue
		}
		if last, err = strconv.Atoi(n); err != nil {
			t.Fatal(err)
		}
		if seen++; seen == batches {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || seen < batches {
		t.Fatalf("the writer ended by itself after %d batches: %v\n%s", seen, err, strings.Join(other, "\n"))
	}
	return last
}

// checkAfterCrash checks that every acknowledged batch is there once, and of a later one all or nothing.
func checkAfterCrash(t *testing.T, s *store.SQLite, acked int) {
	t.Helper()
	ctx := context.Background()
	if err := s.Check(ctx); err != nil {
		t.Fatalf("integrity: %v", err)
	}
	count := map[string]int{}
	for e, err := range s.Since(ctx, 0) {
		if err != nil {
			t.Fatal(err)
		}
		count[e.ID]++
		if count[e.ID] > 1 {
			t.Errorf("%s is there twice", e.ID)
		}
	}
	for n := range acked + 1 {
		for _, p := range crashPapers(n) {
			if count[p.ID] != 1 {
				t.Fatalf("%s of acknowledged batch %d is there %d times", p.ID, n, count[p.ID])
			}
		}
	}
	if (len(count)-1)%crashBatch != 0 {
		t.Errorf("%d papers: part of a batch was kept", len(count))
	}
	first, err := s.Paper(ctx, "x:first")
	if err != nil {
		t.Fatal(err)
	}
	if batches := (len(count) - 1) / crashBatch; first.Comments != batches {
		t.Errorf("the paper that every batch updates is at batch %d, the others at %d", first.Comments, batches)
	}
}
