package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/cmd/kindred/printer"
	"kindred/recommend/digest"
)

// TestFirstDigest goes the way of a new reader: papers, a library in a file, a subscription, its first issue.
func TestFirstDigest(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "import", write(t, "papers.jsonl", themePapers(0, 20, 0)+themePapers(0, 20, 2)))
	ok(t, dir, "fit")
	mine := write(t, "mine.bib", "@article{a, title={Grasping cups with a soft robot hand}, abstract={A robot hand with soft fingers grasps cups.}}\n"+
		"@article{b, title={Force control of robot fingers}}\n")
	var s printer.Managed
	if err := json.Unmarshal([]byte(ok(t, dir, "subscriptions", "add", "mornings", "--library", mine, "--limit", "3", "--json")), &s); err != nil {
		t.Fatal(err)
	}
	if s.Own != 2 || s.State != digest.Confirmed || s.Token == "" || s.Feed == s.Token || s.Next.IsZero() {
		t.Errorf("%+v", s)
	}
	text := ok(t, dir, "digest", "preview", "Mornings")
	if strings.Count(text, "x:0-") != 3 || strings.Contains(text, "x:2-") || !strings.Contains(text, "near yours: Grasping cups") {
		t.Errorf("the preview is\n%s", text)
	}
	html, plain := filepath.Join(dir, "issue.html"), filepath.Join(dir, "issue.txt")
	ok(t, dir, "digest", "preview", "mornings", "--html", html, "--text", plain, "--base-url", "https://papers.example.org/")
	for _, name := range []string{html, plain} {
		b, err := os.ReadFile(name)
		if err != nil || strings.Count(string(b), "https://papers.example.org/papers/x:0-") < 3 || !strings.Contains(string(b), "Near to your “Grasping cups") ||
			!strings.Contains(string(b), "https://papers.example.org/subscriptions/"+s.Token) {
			t.Errorf("%s, %v:\n%s", name, err, b)
		}
	}
	ok(t, dir, "digest", "preview", "mornings", "--html", html)
	if b, err := os.ReadFile(html); err != nil || strings.Contains(string(b), s.Token) {
		t.Errorf("links to a server that nobody named, %v", err)
	}
	if text := ok(t, dir, "digest", "run"); text != "Nothing is due.\n" {
		t.Errorf("run: %s", text)
	}
	if text := ok(t, dir, "subscriptions", "pause", s.ID); !strings.Contains(text, "paused") {
		t.Errorf("pause: %s", text)
	}
	if text := ok(t, dir, "subscriptions", "library", "mornings", mine, mine); !strings.Contains(text, "papers like 2 papers of yours") {
		t.Errorf("library: %s", text)
	}
	if text := ok(t, dir, "subscriptions", "list"); !strings.Contains(text, s.ID) || !strings.Contains(text, "mornings") {
		t.Errorf("list: %s", text)
	}
	for _, wrong := range [][]string{
		{"subscriptions", "add", "x"}, {"subscriptions", "add", "mornings", "--search", "robots"}, {"subscriptions", "show", "nobody"},
		{"subscriptions", "add", "y", "--zotero", "users/me"}, {"subscriptions", "add", "y", "--zotero", "users/1", "--zotero-key-file", "/nowhere"},
		{"subscriptions", "add", "y", "--search", "robots", "--trending"}, {"digest", "preview", "nobody"},
		{"subscriptions", "add", "z", "--library", write(t, "none.bib", "@comment{none}\n")},
	} {
		if r := kindred(t, dir, nil, wrong...); r.status == 0 || r.stderr == "" {
			t.Errorf("%v: status %d, %q", wrong, r.status, r.stderr)
		}
	}
	ok(t, dir, "subscriptions", "remove", "mornings")
	if text := ok(t, dir, "subscriptions", "list"); strings.Contains(text, s.ID) {
		t.Errorf("after removing: %s", text)
	}
}
