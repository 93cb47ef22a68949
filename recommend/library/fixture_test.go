package library

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"kindred/classifier"
	"kindred/data"
	"kindred/data/read"
	"kindred/data/sample"
)

// samplePapers returns the first n papers of the embedded corpus.
func samplePapers(tb testing.TB, n int) []*data.Paper {
	tb.Helper()
	src, err := read.NewSource("sample", sample.Papers(), read.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	var papers []*data.Paper
	for p, err := range src.Papers() {
		if err != nil {
			tb.Fatal(err)
		}
		if len(papers) < n {
			papers = append(papers, p)
		}
	}
	return papers
}

// manyPapers returns n papers that differ in a number alone.
func manyPapers(first, n int) []*data.Paper {
	papers := make([]*data.Paper, n)
	for i := range papers {
		papers[i] = &data.Paper{
			ID:       fmt.Sprintf("many:%d", first+i),
			Title:    fmt.Sprintf("Distillation of diffusion models, experiment %d", first+i),
			Abstract: "A student network learns from the denoising steps of its teacher, with fewer steps.",
		}
	}
	return papers
}

// opened opens a folder, creating it, and closes it at the end of the test.
func opened(tb testing.TB, folder Folder) *Library {
	tb.Helper()
	l, err := Open(tb.Context(), folder, Options{Create: true})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := l.Close(); err != nil {
			tb.Error(err)
		}
	})
	return l
}

// fitted returns a library of sample papers with a model of n topics that answers.
func fitted(tb testing.TB, papers, topics int) *Library {
	tb.Helper()
	l := opened(tb, Folder(tb.TempDir()))
	put(tb, l, samplePapers(tb, papers)...)
	fit(tb, l, classifier.Options{Topics: topics, NoMap: true})
	return l
}

func put(tb testing.TB, l *Library, papers ...*data.Paper) {
	tb.Helper()
	if _, err := l.Put(tb.Context(), papers); err != nil {
		tb.Fatal(err)
	}
}

func fit(tb testing.TB, l *Library, opt classifier.Options) {
	tb.Helper()
	m, err := l.Fit(tb.Context(), FitOptions{Options: opt})
	if err != nil {
		tb.Fatal(err)
	}
	if err := errors.Join(m.Close(), l.Refresh(tb.Context())); err != nil {
		tb.Fatal(err)
	}
}

// childVar names what a child process of a test does.
const childVar = "KINDRED_TEST_LIBRARY_CHILD"

// children are what child processes do in a data folder. They print a line for each thing that was acknowledged.
var children = map[string]func(ctx context.Context, l *Library) error{"edit": editChild, "fit": fitChild}

// TestChild is the body of child processes.
func TestChild(t *testing.T) {
	what, folder, ok := strings.Cut(os.Getenv(childVar), " ")
	if !ok {
		t.Skip("runs as a child of other tests")
	}
	l, err := Open(t.Context(), Folder(folder), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := children[what](t.Context(), l); err != nil {
		t.Fatal(err)
	}
}

// child is a running child process.
type child struct {
	cmd   *exec.Cmd
	lines *bufio.Scanner
}

func startChild(t *testing.T, what string, folder Folder) *child {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), childVar+"="+what+" "+string(folder))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return &child{cmd, bufio.NewScanner(out)}
}

// line returns the next acknowledgement, "" at the end.
func (c *child) line() string {
	for c.lines.Scan() {
		if text, ok := strings.CutPrefix(c.lines.Text(), "done "); ok {
			return text
		}
	}
	return ""
}
