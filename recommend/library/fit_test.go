package library_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"kindred/classifier"
	"kindred/classifier/topic"
	"kindred/recommend/library"
)

// TestRefitIsTakenUp fits in one library while another one answers.
func TestRefitIsTakenUp(t *testing.T) {
	l := sampleLibrary(t)
	old := l.Current().Model.Version
	fitAndLoad(t, open(t, l.Folder()), classifier.Options{Topics: 5})
	if err := l.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := l.Current()
	if n := len(now.SortedTopics(topic.Main, "size", "")); now.Model.Version == old || n != 5 {
		t.Errorf("model %s with %d topics answers, want another than %s, with 5", now.Model.Version, n, old)
	}
	if nearest(t, l, "arxiv:2306.05544") == "" {
		t.Error("the new model answers nothing")
	}
}

// TestFitIsReproducible fits the same papers twice: the files of the models are equal.
func TestFitIsReproducible(t *testing.T) {
	if testing.Short() {
		t.Skip("it fits twice")
	}
	a, b := sampleLibrary(t), sampleLibrary(t)
	if !bytes.Equal(modelBytes(t, a.Folder()), modelBytes(t, b.Folder())) {
		t.Error("the same papers gave two models")
	}
}

func modelBytes(t *testing.T, folder library.Folder) []byte {
	t.Helper()
	path, err := folder.Current()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fitKilledDir names the data folder for the process that TestFitKilled kills.
const fitKilledDir = "KINDRED_TEST_FIT_KILLED_DIR"

// TestFitKilledChild is that process: it fits again and again, and prints the stages.
func TestFitKilledChild(t *testing.T) {
	dir := os.Getenv(fitKilledDir)
	if dir == "" {
		t.Skip("runs as the child of TestFitKilled")
	}
	l := open(t, library.Folder(dir))
	for seed := uint64(1); ; seed++ {
		opt := classifier.Options{Seed: seed, Progress: func(stage string, _, _ int) { fmt.Println(stage) }}
		if _, err := l.Fit(context.Background(), library.FitOptions{Options: opt}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFitKilled kills fits with SIGKILL at several moments. Each time a whole model answers afterwards, and in the end
// another fit succeeds.
func TestFitKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("it fits again and again")
	}
	folder := sampleLibrary(t).Folder()
	for lines := 1; lines <= 13; lines += 4 {
		killFit(t, folder, lines)
		l := reopened(t, folder)
		if nearest(t, l, "arxiv:2306.05544") == "" {
			t.Errorf("killed after %d steps: nothing is answered", lines)
		}
		if err := l.Store().Check(t.Context()); err != nil {
			t.Errorf("killed after %d steps: %v", lines, err)
		}
	}
	fitAndLoad(t, open(t, folder), classifier.Options{})
}

// killFit starts the child and kills it after so many lines of progress.
func killFit(t *testing.T, folder library.Folder, lines int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFitKilledChild$")
	cmd.Env = append(os.Environ(), fitKilledDir+"="+string(folder))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	scanner := bufio.NewScanner(out)
	for range lines {
		if !scanner.Scan() {
			t.Fatal("the fits ended by themselves")
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Fatal("the child ended by itself")
	}
}
