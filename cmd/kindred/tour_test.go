package main

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"kindred/data/sample"
)

// tourSite is where the tour has its server.
const tourSite = "http://127.0.0.1:8080"

// TestTour takes the tour of docs/tour.md: each command succeeds, each address leads to a page, each picture is there.
func TestTour(t *testing.T) {
	if testing.Short() {
		t.Skip("the tour takes its time")
	}
	docs, err := filepath.Abs("../../docs")
	if err != nil {
		t.Fatal(err)
	}
	tour, err := os.ReadFile(filepath.Join(docs, "tour.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := sampleFolder(t)
	url, stop := served(t)
	defer stop()
	awaitReady(t, url)
	t.Chdir(t.TempDir())
	papers, err := io.ReadAll(sample.Papers())
	if err != nil {
		t.Fatal(err)
	}
	fresh := write(t, "papers.jsonl", string(papers))
	addresses := regexp.MustCompile(`<(`+tourSite+`[^>]+)>`).FindAllStringSubmatch(string(tour), -1)
	pictures := regexp.MustCompile(`\]\(([a-z]+\.png)\)`).FindAllStringSubmatch(string(tour), -1)
	commands := regexp.MustCompile(`(?m)^(?:kindred|curl) .*$`).FindAllString(string(tour), -1)
	if len(addresses) < 9 || len(pictures) < 5 || len(commands) < 12 {
		t.Fatalf("%d addresses, %d pictures, %d commands: the tour is not read", len(addresses), len(pictures), len(commands))
	}
	for _, m := range addresses {
		getTour(t, strings.Replace(m[1], tourSite, url, 1))
	}
	for _, m := range pictures {
		if info, err := os.Stat(filepath.Join(docs, m[1])); err != nil || info.Size() > 200<<10 {
			t.Errorf("picture %s: %v, or it is larger than 200 KiB", m[1], err)
		}
	}
	for _, line := range commands {
		args := tourArgs(line)
		switch {
		case args[0] == "curl":
			body := getTour(t, strings.Replace(args[3], tourSite, url, 1))
			if err := os.WriteFile(args[2], body, 0o600); err != nil {
				t.Fatal(err)
			}
		case args[1] != "serve": // which runs already
			for i := range args {
				args[i] = strings.Replace(args[i], "data/sample/papers.jsonl", fresh, 1)
			}
			if out := ok(t, dir, args[1:]...); args[1] != "daily" && strings.TrimSpace(out) == "" {
				t.Errorf("%s prints nothing", line)
			}
		}
	}
	if issue, err := os.ReadFile("issue.html"); err != nil || !strings.Contains(string(issue), "/papers/") && !strings.Contains(string(issue), "arxiv.org") {
		t.Errorf("the issue: %v, %d bytes", err, len(issue))
	}
}

// getTour returns what an address of the tour answers with.
func getTour(t *testing.T, address string) []byte {
	t.Helper()
	res, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Errorf("%s: %d, %v", address, res.StatusCode, err)
	}
	return body
}

// tourArgs splits a command line of the tour, whose only quotes are double ones around an argument.
func tourArgs(line string) (args []string) {
	for _, m := range regexp.MustCompile(`"([^"]*)"|(\S+)`).FindAllStringSubmatch(line, -1) {
		args = append(args, m[1]+m[2])
	}
	return args
}
