package data_test

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kindred/data"
	"kindred/data/datatest"
	"kindred/data/read"
)

var duplicates = flag.Int("duplicates", 0, "print this many pairs of each kind that SamePaper finds in the real corpora, to be read")

// TestDuplicatesOfCorpus finds the editions of one paper in the real corpora, and prints a sample by which to
// judge the precision of SamePaper: go test ./data -run DuplicatesOfCorpus -duplicates 40 -v.
func TestDuplicatesOfCorpus(t *testing.T) {
	if *duplicates <= 0 {
		t.Skip("takes a minute: ask for it with -duplicates 40")
	}
	groups, seen := map[string][]*data.Paper{}, map[string]bool{}
	for _, file := range []string{"hf_daily_until_2025.jsonl.gz", "corpus_large.jsonl.zst"} {
		s, err := read.Open(datatest.Shared(t, "data", "corpus", file), read.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for p, err := range s.Papers() {
			if errors.As(err, new(*read.RecordError)) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			words := strings.Fields(data.NormalizeTitle(p.Title))
			n := len(words)
			if n < 4 || seen[p.ID] {
				continue
			}
			seen[p.ID] = true
			for _, key := range []string{"begins " + strings.Join(words[:4], " "), "ends " + strings.Join(words[n-4:], " ")} {
				groups[key] = append(groups[key], p)
			}
		}
	}
	keys := make([]string, 0, len(groups))
	for key, papers := range groups {
		if len(papers) > 1 && len(papers) <= 60 { // beyond, a phrase and no title
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var equal, near []string
	asked, equalTitles := map[string]bool{}, 0
	for _, key := range keys {
		for i, a := range groups[key] {
			for _, b := range groups[key][i+1:] {
				pair := a.ID + " " + b.ID
				if asked[pair] {
					continue
				}
				asked[pair] = true
				same := data.NormalizeTitle(a.Title) == data.NormalizeTitle(b.Title)
				if same {
					equalTitles++
				}
				if !data.SamePaper(a, b) {
					continue
				}
				if text := describePair(a, b); same {
					equal = append(equal, text)
				} else {
					near = append(near, text)
				}
			}
		}
	}
	t.Logf("%d pairs with one title, %d of them one paper; %d pairs with titles nearly the same are one paper", equalTitles, len(equal), len(near))
	for _, list := range [][]string{equal, near} {
		for i := 0; i < len(list); i += max(1, len(list) / *duplicates) {
			t.Log(list[i])
		}
	}
}

func describePair(a, b *data.Paper) string {
	var out strings.Builder
	for _, p := range []*data.Paper{a, b} {
		fmt.Fprintf(&out, "\n%s [%s %s %s] %.60q %.100q", p.Title, p.ID, p.Published, p.Venue, p.Authors, p.Abstract)
	}
	return out.String()
}
