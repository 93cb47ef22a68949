package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/data/fetch"
)

const tidesFeed = `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Journal of Tides</title>
<item><title>Counting moths by lantern colour</title><guid>https://tides.example.org/1</guid><description>We count moths.</description></item>
<item><title>Slow gears for paper windmills</title><guid>https://tides.example.org/2</guid><description>Gears turn slowly.</description></item>
<item><guid>https://tides.example.org/3</guid></item></channel></rss>`

// TestSources follows a feed on the command line: text and JSON say the same, and no key is shown.
func TestSources(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("token") != "s3cr3t" || !strings.Contains(r.UserAgent(), "(mailto:tides@example.org)") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = w.Write([]byte(tidesFeed))
	}))
	defer server.Close()
	dir := filepath.Join(t.TempDir(), "data")
	address := "feed:" + server.URL + "/rss?token=s3cr3t"
	var printed strings.Builder
	say := func(want string, args ...string) string {
		t.Helper()
		out := ok(t, dir, args...)
		printed.WriteString(out)
		if !strings.Contains(out, want) {
			t.Errorf("kindred %s does not say %q:\n%s", strings.Join(args, " "), want, out)
		}
		return out
	}
	say("No source is followed", "sources", "list")
	say("It has not run yet.", "sources", "add", address, "--name", "tides", "--every", "2h")
	r := kindred(t, dir, nil, "sources", "run", "tides")
	if printed.WriteString(r.stdout + r.stderr); r.status != exitFailed || !strings.Contains(r.stderr, "--allow-private") {
		t.Errorf("a private address: status %d\n%s%s", r.status, r.stdout, r.stderr)
	}
	say("allow-private", "sources", "list")
	say("brought 2 new papers", "sources", "run", "tides", "--allow-private", "--contact", "tides@example.org")
	say("It is paused.", "sources", "pause", "tides")
	say("Due at", "sources", "resume", "tides")
	text := say("skipped 1: ", "sources", "list")
	var list []fetch.Status
	if err := json.Unmarshal([]byte(say("tides", "sources", "list", "--json")), &list); err != nil || len(list) != 1 {
		t.Fatalf("%d sources, %v", len(list), err)
	}
	st := list[0]
	if st.Run.New != 2 || st.Run.Skipped != 1 || st.Seconds != 7200 || !strings.Contains(text, st.Says) || !strings.Contains(text, st.Address) {
		t.Errorf("%+v, and as text\n%s", st, text)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "rejected", "tides.rejected")); err != nil || !strings.Contains(string(b), "tides.example.org/3") {
		t.Errorf("the rejected record is not kept: %s, %v", b, err)
	}
	say("tides is not followed any more", "sources", "remove", "tides")
	say("brought nothing new: what came was known: 2 papers", "fetch", address, "--allow-private", "--contact", "tides@example.org")
	say("Counting moths", "export", "papers", "--out", "-")
	if strings.Contains(printed.String(), "s3cr3t") {
		t.Errorf("a key is shown:\n%s", &printed)
	}
	for args, status := range map[string]int{
		"sources": exitUsage, "sources run nobody": exitFailed, "sources add nonsense:x": exitUsage, "sources add arxiv:cs --every 1s": exitUsage,
		"fetch": exitUsage, "fetch arxiv:": exitUsage, "fetch arxiv:cs --since soon": exitUsage, "fetch file:/no/such/file": exitFailed,
	} {
		if r := kindred(t, dir, nil, strings.Fields(args)...); r.status != status || r.stderr == "" {
			t.Errorf("kindred %s: status %d, want %d\n%s", args, r.status, status, r.stderr)
		}
	}
}
