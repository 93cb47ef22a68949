package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/data/datatest"
	"kindred/recommend/library"
)

// result is what one command line did.
type result struct {
	status         int
	stdout, stderr string
}

// kindred runs a command line, its data folder being dir.
func kindred(t *testing.T, dir string, stdin io.Reader, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), append([]string{"--data", dir}, args...), stdin, &stdout, &stderr)
	return result{status, stdout.String(), stderr.String()}
}

// ok runs a command line that must succeed, and returns what it printed.
func ok(t *testing.T, dir string, args ...string) string {
	t.Helper()
	r := kindred(t, dir, strings.NewReader(""), args...)
	if r.status != exitOK {
		t.Fatalf("kindred %s: status %d\n%s%s", strings.Join(args, " "), r.status, r.stdout, r.stderr)
	}
	return r.stdout
}

// write writes a file into a folder of its own and returns its path.
func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestStatus(t *testing.T) {
	text := write(t, "notes.xyz", "neither papers nor anything else that is known")
	for _, test := range []struct {
		args   string
		status int
		says   string // on either stream
	}{
		{"", exitOK, "Usage:"},
		{"--help", exitOK, "Usage:"},
		{"import --help", exitOK, "Daily Papers"},
		{"version", exitOK, "kindred "},
		{"version extra", exitUsage, "kindred version --help"},
		{"completion bash", exitOK, "bash completion"},
		{"verson", exitUsage, "is it version?"},
		{"--nonsense", exitUsage, "unknown flag"},
		{"import", exitUsage, "kindred import --help"},
		{"import --year x f", exitUsage, "invalid argument"},
		{"import --year 10000 f", exitUsage, "10000"},
		{"import /no/such/file", exitFailed, "/no/such/file"},
		{"import " + text, exitFailed, text},
		{"export", exitUsage, "needs a subcommand"},
		{"export paper --out x", exitUsage, "is it papers?"},
		{"export papers", exitUsage, "--out FILE"},
		{"export papers --out -", exitFailed, "kindred import FILE"},
	} {
		t.Run(test.args, func(t *testing.T) {
			r := kindred(t, filepath.Join(t.TempDir(), "data"), strings.NewReader(""), strings.Fields(test.args)...)
			if r.status != test.status {
				t.Errorf("status %d, want %d", r.status, test.status)
			}
			if !strings.Contains(r.stdout+r.stderr, test.says) {
				t.Errorf("it does not say %q:\n%s%s", test.says, r.stdout, r.stderr)
			}
			if r.status != exitOK && r.stdout != "" && test.args != "import "+text && !strings.HasPrefix(test.args, "import /") {
				t.Errorf("the error shows on standard output:\n%s", r.stdout)
			}
		})
	}
}

func TestDataFromEnvironment(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "elsewhere")
	t.Setenv("KINDRED_DATA", dir)
	var stdout, stderr bytes.Buffer
	status := run(t.Context(), []string{"import", "-"}, strings.NewReader(threePapers), &stdout, &stderr)
	if status != exitOK {
		t.Fatalf("status %d: %s", status, &stderr)
	}
	if _, err := os.Stat(filepath.Join(dir, "papers.db")); err != nil {
		t.Error(err)
	}
}

const threePapers = `{"id":"x:1","title":"One paper among three","abstract":"It is the first.","published":"2024-05"}
{"id":"x:2","title":"Another paper among three","authors":["A. Author"]}
{"id":"arxiv:2306.05544v2","title":"A third paper <b>&amp;</b> no more","categories":["cs.LG"]}
`

func TestImport(t *testing.T) {
	dir := t.TempDir()
	file := write(t, "papers.jsonl", threePapers+`{"id":"x:4"}`+"\nnot JSON\n")
	want := func(args []string, want library.ImportCounts) {
		t.Helper()
		var got library.ImportCounts
		if err := json.Unmarshal([]byte(ok(t, dir, append([]string{"import", "--json"}, args...)...)), &got); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("import %q = %v, want %v", args, got, want)
		}
	}
	counts := func(imported, updated, unchanged, duplicates, rejected int) (c library.ImportCounts) {
		c.Imported, c.Updated, c.Unchanged, c.Duplicates, c.Rejected = imported, updated, unchanged, duplicates, rejected
		return c
	}
	want([]string{file}, counts(3, 0, 0, 0, 2))
	rejected, err := os.ReadFile(filepath.Join(dir, "rejected", "papers.jsonl.rejected"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{file, `"line":4`, `"line":5`, `"reason":"`, "not JSON"} {
		if !strings.Contains(string(rejected), s) {
			t.Errorf("the rejected records do not say %q:\n%s", s, rejected)
		}
	}
	again := write(t, "papers.jsonl", strings.Replace(threePapers, "the first", "still the first", 1)+
		`{"id":"arxiv:2401.00001","title":"Another paper among three","authors":["B. Author","A. Author"]}`+"\n")
	want([]string{file, again}, counts(0, 1, 5, 1, 2))
	if _, err := os.Stat(filepath.Join(dir, "rejected", "papers.jsonl.2.rejected")); err == nil {
		t.Error("a file without rejected records left a file of them")
	}
	want([]string{again}, counts(0, 0, 4, 0, 0))
	if _, err := os.Stat(filepath.Join(dir, "rejected", "papers.jsonl.rejected")); err == nil {
		t.Error("the rejected records of an earlier import are still there")
	}
	if out := ok(t, dir, "import", again); !strings.Contains(out, "4 unchanged") || !strings.Contains(out, again) {
		t.Errorf("printed %q", out)
	}
}

// TestImportGoesOn checks that one bad file does not keep the others out.
func TestImportGoesOn(t *testing.T) {
	dir := t.TempDir()
	bad, good := write(t, "bad.xyz", "nothing that is known\n"), write(t, "good.jsonl", threePapers)
	r := kindred(t, dir, nil, "import", bad, "/no/such/file", good)
	if r.status != exitFailed || !strings.Contains(r.stderr, bad) || !strings.Contains(r.stderr, "/no/such/file") {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
	if !strings.Contains(r.stdout, "3 imported") {
		t.Errorf("the good file was not imported: %s", r.stdout)
	}
}

// TestImportInterrupted cancels an import whose input does not end.
func TestImportInterrupted(t *testing.T) {
	dir := t.TempDir()
	pr, pw := io.Pipe()
	defer pw.Close()
	ctx, cancel := context.WithCancel(t.Context())
	var stdout, stderr bytes.Buffer
	status := make(chan int)
	go func() { status <- run(ctx, []string{"--data", dir, "import", "-"}, pr, &stdout, &stderr) }()
	if _, err := io.WriteString(pw, strings.Repeat(threePapers, 2*library.ImportBatch)); err != nil {
		t.Fatal(err)
	}
	cancel() // all was read but for what is on the way, and more could come
	if got := <-status; got != exitFailed {
		t.Errorf("status %d", got)
	}
	if !strings.Contains(stderr.String(), "interrupted") || !strings.Contains(stderr.String(), "run the same command again") {
		t.Errorf("it says %q", stderr.String())
	}
	if out := ok(t, dir, "import", write(t, "again.jsonl", threePapers)); !strings.Contains(out, "0 updated") {
		t.Errorf("after the interruption: %s", out)
	}
	if n := strings.Count(ok(t, dir, "export", "papers", "--out", "-"), "\n"); n != 3 {
		t.Errorf("%d papers, want 3", n)
	}
}

func TestExportPapers(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	ok(t, first, "import", write(t, "papers.jsonl", threePapers))
	want := ok(t, first, "export", "papers", "--out", "-")
	if strings.Count(want, "\n") != 3 || strings.Contains(want, `\u0026`) {
		t.Errorf("exported\n%s", want)
	}
	for _, name := range []string{"papers.jsonl", "papers.jsonl.gz", "papers.jsonl.zst"} {
		out := filepath.Join(t.TempDir(), name)
		if said := ok(t, first, "export", "papers", "--out", out); !strings.Contains(said, "3 papers") {
			t.Errorf("it says %q", said)
		}
		ok(t, second, "import", out)
		if got := ok(t, second, "export", "papers", "--out", "-"); got != want {
			t.Errorf("%s: read back\n%s\nwant\n%s", name, got, want)
		}
	}
	out := filepath.Join(t.TempDir(), "papers.jsonl")
	if said := ok(t, first, "export", "papers", "--json", "--out", out); !json.Valid([]byte(said)) {
		t.Errorf("with --json it says %q", said)
	}
	if r := kindred(t, first, nil, "export", "papers", "--out", filepath.Join(out, "below-a-file")); r.status != exitFailed || !strings.Contains(r.stderr, "below-a-file") {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
}

func TestVersion(t *testing.T) {
	var v buildInfo
	if err := json.Unmarshal([]byte(ok(t, t.TempDir(), "version", "--json")), &v); err != nil {
		t.Fatal(err)
	}
	if v.Version == "" || !strings.HasPrefix(v.Go, "go1.") || !strings.Contains(v.Platform, "/") {
		t.Errorf("version %+v", v)
	}
}

// TestImportSeed imports the page the project starts from, and a file with more of the world.
func TestImportSeed(t *testing.T) {
	seed := datatest.Shared(t, "data", "seed", "000_788545b6d144696c.txt")
	corpus := datatest.Shared(t, "data", "corpus", "corpus_2k.jsonl.gz")
	dir := t.TempDir()
	if out := ok(t, dir, "import", seed); !strings.Contains(out, "26 imported, 0 updated, 0 unchanged, 0 duplicates, 0 rejected") {
		t.Errorf("seed: %s", out)
	}
	if out := ok(t, dir, "import", seed, corpus); !strings.Contains(out, "26 unchanged") || !strings.Contains(out, " 0 rejected\n") {
		t.Errorf("seed and corpus: %s", out)
	}
	exported := filepath.Join(t.TempDir(), "all.jsonl.zst")
	ok(t, dir, "export", "papers", "--out", exported)
	if out := ok(t, dir, "import", exported); !strings.Contains(out, "0 imported, 0 updated") {
		t.Errorf("what was exported: %s", out)
	}
}
