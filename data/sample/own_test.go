package sample

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/data/datatest"
)

// shared is the length in words of a run that no abstract here may have in common with the paper's own.
const shared = 7

// TestAbstractsAreOurs compares the abstracts with those the papers came with, as far as these are at hand.
func TestAbstractsAreOurs(t *testing.T) {
	theirs := map[string]string{} // by title
	pages, err := filepath.Glob(filepath.Join(datatest.Shared(t, "data", "seed"), "*.txt"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("no page in data/seed: %v", err)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		paragraphs := strings.Split(string(text), "\n\n")
		for i := 1; i < len(paragraphs); i++ {
			theirs[strings.TrimSpace(paragraphs[i-1])] = paragraphs[i]
		}
	}
	f, err := os.Open(datatest.Shared(t, "data", "corpus", "hf_daily_until_2025.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(bufio.NewReader(z)); dec.More(); {
		var p paper
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		theirs[p.Title] = p.Abstract
	}
	compared := 0
	for _, p := range load(t) {
		original, ok := theirs[p.Title]
		if !ok {
			continue
		}
		compared++
		runs := map[string]bool{}
		for _, run := range wordRuns(original) {
			runs[run] = true
		}
		for _, run := range wordRuns(p.Abstract) {
			if runs[run] {
				t.Errorf("%s: the abstract repeats %q", p.Title, run)
			}
		}
	}
	if compared < 200 {
		t.Errorf("only %d abstracts were compared", compared)
	}
}

// wordRuns returns every run of shared consecutive words of s, in lower case and without punctuation.
func wordRuns(s string) []string {
	words := strings.Fields(notWord.ReplaceAllString(strings.ToLower(s), " "))
	var all []string
	for i := 0; i+shared <= len(words); i++ {
		all = append(all, strings.Join(words[i:i+shared], " "))
	}
	return all
}
