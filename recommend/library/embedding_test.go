package library

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"kindred/data/sample"
)

// TestEmbedding compiles and runs the program of docs/embedding.md.
func TestEmbedding(t *testing.T) {
	if testing.Short() {
		t.Skip("it compiles a program")
	}
	doc, err := os.ReadFile("../../docs/embedding.md")
	if err != nil {
		t.Fatal(err)
	}
	_, program, _ := strings.Cut(string(doc), "```go\n")
	program, _, ok := strings.Cut(program, "```")
	if !ok {
		t.Fatal("docs/embedding.md has no program")
	}
	dir := t.TempDir()
	papers, err := io.ReadAll(sample.Papers())
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"main.go": []byte(program), "papers.jsonl": papers} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run := func(name string, args ...string) string {
		t.Helper()
		out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		return string(out)
	}
	binary := filepath.Join(dir, "program")
	run("go", "build", "-o", binary, filepath.Join(dir, "main.go"))
	out := run(binary, filepath.Join(dir, "data"), filepath.Join(dir, "papers.jsonl"), "arxiv:2306.05544")
	if lines := strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 6 || !strings.Contains(lines[0], "papers, 0 rejected") {
		t.Errorf("the program prints\n%s", out)
	}
}
