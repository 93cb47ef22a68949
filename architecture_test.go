package kindred_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// mostFiles is how many files a change of one kind may touch.
const mostFiles = 5

// TestArchitecture holds docs/architecture.md against the tree: it names every package, and the changes that it describes
// touch few files, each of which is there or is what the change adds.
func TestArchitecture(t *testing.T) {
	doc, err := os.ReadFile("docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for dir := range rules {
		if named := regexp.MustCompile("`" + regexp.QuoteMeta(dir) + "[`.]"); !named.Match(doc) {
			t.Errorf("docs/architecture.md does not name %s", dir)
		}
	}
	_, changes, ok := strings.Cut(string(doc), "## Where a change goes")
	if !ok {
		t.Fatal("docs/architecture.md does not say where changes go")
	}
	file := regexp.MustCompile("`([a-z]+/[a-zA-Z0-9_/]+\\.[a-z]+)`")
	rows := 0
	for line := range strings.Lines(changes) {
		change, files, ok := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		if !strings.HasPrefix(change, "a") || !ok {
			continue
		}
		rows++
		list := file.FindAllStringSubmatch(files, -1)
		if len(list) == 0 || len(list) > mostFiles {
			t.Errorf("%s touches %d files, want 1 to %d", change, len(list), mostFiles)
		}
		added := 0
		for _, f := range list {
			if _, err := os.Stat(f[1]); err != nil {
				added++
			}
		}
		if added == len(list) || !strings.Contains(change, "say") && added > 0 {
			t.Errorf("%s touches %d files that are not there", change, added)
		}
	}
	if rows < 5 {
		t.Errorf("%d changes are described, want 5 or more", rows)
	}
}
