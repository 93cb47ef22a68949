package eval

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"kindred/data"
	"kindred/recommend/recommendtest"
)

// sections returns judgments in which papers of one section are relevant to each other, n sections of size papers.
func sections(n, size int) Qrels {
	var lines strings.Builder
	for s := range n {
		for i := range size {
			for k := range size {
				fmt.Fprintf(&lines, "s%d:%d\ts%d:%d\t1\n", s, i, s, k)
			}
		}
	}
	q, err := ReadQrels(strings.NewReader(lines.String()))
	if err != nil {
		panic(err)
	}
	return q
}

// TestGroups wants the sections as groups, each in one half.
func TestGroups(t *testing.T) {
	groups := Groups(sections(30, 5), 1)
	if len(groups) != 30 {
		t.Fatalf("%d groups of 30 sections", len(groups))
	}
	for _, g := range groups {
		if len(g) != 5 || g[0][:strings.Index(g[0], ":")] != g[4][:strings.Index(g[4], ":")] {
			t.Errorf("group %v is no section", g)
		}
	}
	first, second := Half(groups, 1), Half(groups, 2)
	if len(first)+len(second) != 30 || len(first) < 8 || len(second) < 8 {
		t.Errorf("halves of %d and %d groups", len(first), len(second))
	}
	if small := Groups(sections(3, leastGroup-1), 1); len(small) != 0 {
		t.Errorf("groups of fewer papers than a group has: %v", small)
	}
}

// TestDrawLibraries wants every group in one library of a draw, half of it in the library and half to be found.
func TestDrawLibraries(t *testing.T) {
	groups := Groups(sections(9, 5), 1)
	libraries := DrawLibraries(groups, 2, 1, 1)
	if len(libraries) != 4 {
		t.Fatalf("%d libraries of two of nine groups", len(libraries))
	}
	seen := map[string]bool{}
	for _, l := range libraries {
		if len(l.Papers) != 6 || len(l.Relevant) != 4 {
			t.Errorf("library %s has %d papers and wants %d", l.ID, len(l.Papers), len(l.Relevant))
		}
		for _, id := range slices.Concat(l.Papers, l.Relevant) {
			if seen[id] {
				t.Errorf("%s is in two places", id)
			}
			seen[id] = true
		}
	}
	var file bytes.Buffer
	if err := WriteLibraries(&file, libraries[:1]); err != nil || strings.Count(file.String(), "\thas\n") != 6 || strings.Count(file.String(), "\twants\n") != 4 {
		t.Errorf("written as %q, %v", file.String(), err)
	}
}

// TestRankLibraries wants every method to find the sections whose words a library has, and the comparison to name them.
func TestRankLibraries(t *testing.T) {
	var papers []*data.Paper
	for s := range 12 {
		for i := range 6 {
			text := fmt.Sprintf("blim%d vorn%d zant%d quop%d", s, s, s, i)
			papers = append(papers, &data.Paper{ID: fmt.Sprintf("s%d:%d", s, i), Title: text, Abstract: strings.Repeat(text+" ", 3)})
		}
	}
	e, _, store := recommendtest.NewEngine(papers)
	libraries := DrawLibraries(Groups(sections(12, 6), 1), 2, 1, 1)
	libraries = append(libraries, ReaderLibrary{ID: "unknown", Groups: 2, Papers: []string{"nobody"}, Relevant: []string{"s0:0"}})
	calls := 0
	runs, err := RankLibraries(t.Context(), e, store, libraries, func(_, total int) { calls++ })
	if err != nil {
		t.Fatal(err)
	}
	c, err := runs.Compare(libraries, 2)
	if err != nil || c.Libraries != 6 || calls != 6 {
		t.Fatalf("%+v, %v, after %d calls", c, err, calls)
	}
	for _, method := range LibraryMethods {
		if m := c.Methods[method]; m.NDCG10 < 0.9 {
			t.Errorf("%s: nDCG@10 %v of papers that share all of their words", method, m.NDCG10)
		}
	}
	if len(c.Against) != len(LibraryMethods)-1 {
		t.Errorf("compared against %v", c.Against)
	}
	if _, err := runs.Compare(libraries, 7); err == nil {
		t.Error("no error where there are no libraries")
	}
}
