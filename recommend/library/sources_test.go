package library

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kindred/data"
	"kindred/data/fetch"
)

// lines writes papers to a file that a source reads, and returns the address of the source.
func lines(t *testing.T, papers []*data.Paper) string {
	t.Helper()
	var text []byte
	for _, p := range papers {
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		text = append(append(text, b...), '\n')
	}
	path := filepath.Join(t.TempDir(), "papers.jsonl")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		t.Fatal(err)
	}
	return "file:" + path
}

// TestFetchedPapersAnswer has a source bring papers to a library that answers: they are in answers when the run ends.
func TestFetchedPapersAnswer(t *testing.T) {
	l := fitted(t, 200, 8)
	s := l.Sources(fetch.NewClient(fetch.Options{}))
	if _, err := s.Add(t.Context(), "tides", lines(t, manyPapers(0, 3)), 0, ""); err != nil {
		t.Fatal(err)
	}
	st, err := s.Run(t.Context(), "tides")
	if err != nil || st.Run.New != 3 {
		t.Fatalf("%+v, %v", st, err)
	}
	if err := l.Refresh(t.Context()); err != nil { // a write waits for patience alone
		t.Fatal(err)
	}
	if got := mostAlike(t, l, "many:0"); got != "many:1" && got != "many:2" {
		t.Errorf("most alike is %q", got)
	}
}

// TestFollowFromNothing follows a source with an empty library: it answers after the first run.
func TestFollowFromNothing(t *testing.T) {
	l := opened(t, Folder(t.TempDir()))
	if err := l.Start(t.Context()); err != nil || l.Current() != nil {
		t.Fatalf("an empty library answers: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	s := l.Sources(fetch.NewClient(fetch.Options{}))
	if _, err := s.Add(ctx, "tides", lines(t, samplePapers(t, 100)), 0, ""); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.FollowSources(ctx, s)
	}()
	for l.Current() == nil { // the deadline of the test bounds it
		time.Sleep(time.Millisecond)
	}
	stop()
	<-done
	if n := l.Current().Catalog.Len(); n != 100 {
		t.Errorf("%d papers answer", n)
	}
}
