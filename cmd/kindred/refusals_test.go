package main

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/recommend"
)

// TestRefusals gives each command what it cannot do. The error names it and the remedy, goes to the standard error
// alone, and leaves no file.
func TestRefusals(t *testing.T) {
	dir := sampleFolder(t)
	out := filepath.Join(t.TempDir(), "out")
	long := write(t, "long.txt", strings.Repeat("lorim munast ", recommend.MaxText/13+1))
	many := strings.Repeat("x:1,", recommend.MaxExclude) + "x:2"
	for _, test := range []struct {
		args   string
		status int
		says   string
	}{
		{"key", exitUsage, "needs a subcommand"},
		{"key add", exitUsage, "kindred key add --help"},
		{"key add two names", exitUsage, "kindred key add --help"},
		{"key revoke 99", exitFailed, "99"},
		{"key list all", exitUsage, "kindred key list --help"},
		{"topics rename 1", exitUsage, "kindred topics rename --help"},
		{"topics rename one Losses", exitUsage, `"one"`},
		{"topics rename -- -1 Losses", exitUsage, "want the number of a topic"},
		{"topics merge 1", exitUsage, "kindred topics merge --help"},
		{"topics merge 1 two", exitUsage, `"two"`},
		{"topics merge 99998 99999", exitFailed, "kindred topics lists them"},
		{"topics hide 99999", exitFailed, "kindred topics lists them"},
		{"topics pin 99999", exitFailed, "kindred topics lists them"},
		{"topics split 99999", exitFailed, "kindred topics lists them"},
		{"topics split 1 --parts many", exitUsage, "--parts"},
		{"topics undo", exitUsage, "kindred topics undo --help"},
		{"export vectors", exitUsage, "--out FILE"},
		{"export topics", exitUsage, "--out FILE"},
		{"export topics more --out " + out, exitUsage, "kindred export topics --help"},
		{"export papers --out " + filepath.Join(out, "below"), exitFailed, out},
		{"export vectors --out " + filepath.Join(out, "below"), exitFailed, out},
		{"export topics --out " + filepath.Join(out, "below"), exitFailed, out},
		{"fit more", exitUsage, "kindred fit --help"},
		{"fit --topics 0", exitUsage, "--topics"},
		{"fit --topics 7x", exitUsage, "--topics"},
		{"fit --topics-by LDA", exitUsage, "--topics-by"},
		{"fit --weighting bm25", exitUsage, "--weighting"},
		{"similar --text " + long, exitFailed, long},
		{"similar --text " + filepath.Dir(long), exitFailed, filepath.Dir(long)},
		{"similar arxiv:2306.05544 --exclude " + many, exitUsage, "--exclude"},
		{"similar arxiv:2306.05544 --min-score NaN", exitUsage, "--min-score"},
		{"similar arxiv:2306.05544 --min-score -0.1", exitUsage, "--min-score"},
		{"search", exitUsage, "kindred search --help"},
		{"classify --text nowhere.txt", exitFailed, "nowhere.txt"},
		{"classify --train", exitFailed, "label"},
		{"eval", exitUsage, "needs a subcommand"},
		{"eval scores", exitUsage, "--qrels"},
		{"eval base", exitUsage, "--qrels"},
		{"eval scores --qrels absent.tsv", exitFailed, "absent.tsv"},
		{"eval scores --qrels " + write(t, "bad.tsv", "one\n"), exitFailed, "line 1"},
		{"serve more", exitUsage, "kindred serve --help"},
	} {
		r := kindred(t, dir, strings.NewReader(""), strings.Fields(test.args)...)
		name := test.args[:min(len(test.args), 80)]
		if r.status != test.status || !strings.Contains(r.stderr, test.says) {
			t.Errorf("kindred %s: status %d, want %d and %q in\n%s", name, r.status, test.status, test.says, r.stderr)
		}
		if r.stdout != "" {
			t.Errorf("kindred %s prints %q beside the error", name, r.stdout)
		}
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Errorf("a refused export left %s: %v", out, err)
	}
}

// TestWithoutModel has papers and no model: each command that needs one says how to make it.
func TestWithoutModel(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "import", write(t, "papers.jsonl", threePapers))
	out := filepath.Join(t.TempDir(), "out")
	for _, args := range []string{
		"export vectors --out " + out, "export topics --out " + out, "similar x:1", "search lorim", "topics",
		"eval map",
	} {
		r := kindred(t, dir, strings.NewReader(""), strings.Fields(args)...)
		if r.status != exitFailed || !strings.Contains(r.stderr, "kindred fit") {
			t.Errorf("kindred %s: status %d, %s", args, r.status, r.stderr)
		}
	}
}

// TestKeys goes through the life of a key: it is printed once, listed without its secret, and gone when revoked.
func TestKeys(t *testing.T) {
	dir := t.TempDir()
	secret := strings.TrimSpace(ok(t, dir, "key", "add", "Lorim"))
	list := ok(t, dir, "key", "list")
	if len(secret) < 20 || !strings.Contains(list, "Lorim") || strings.Contains(list, secret) {
		t.Fatalf("secret %q, listed as\n%s", secret, list)
	}
	id := strings.Fields(list)[0]
	ok(t, dir, "key", "revoke", id)
	if left := ok(t, dir, "key", "list"); strings.Contains(left, "Lorim") {
		t.Errorf("a revoked key is listed:\n%s", left)
	}
	r := kindred(t, dir, strings.NewReader(""), "key", "revoke", id)
	if r.status != exitFailed || !strings.Contains(r.stderr, id) {
		t.Errorf("revoked twice: status %d, %s", r.status, r.stderr)
	}
}

// TestAddressInUse starts a server where another program listens.
func TestAddressInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := kindred(t, t.TempDir(), strings.NewReader(""), "serve", "--addr", l.Addr().String())
	if r.status != exitFailed || !strings.Contains(r.stderr, "choose another address (--addr)") {
		t.Errorf("status %d, %s", r.status, r.stderr)
	}
}
