package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/data/datatest"
	"kindred/data/sample"
	"kindred/recommend/eval"
)

var update = flag.Bool("update", false, "write golden files anew")

// rankingGolden holds the measures of every judged collection, for review beside the change that moved them.
const rankingGolden = "../../testdata/ranking.txt"

// collection is papers with judgments on them. All files are paths.
type collection struct {
	name   string
	papers string
	sets   []judgedSet
}

// judgedSet is one file of judgments, with the texts of its queries where they are not papers.
type judgedSet struct {
	name, qrels, queries string
	every                int // measures each so-manieth query; 0 means all
}

// sharedCollections are the judged collections that stand beside the checkout, below data/judged.
var sharedCollections = []collection{
	{"cacm", "papers.jsonl.gz", []judgedSet{
		{name: "cacm_citations", qrels: "cacm_citations.tsv"},
		{name: "cacm_cocitation", qrels: "cacm_cocitation.tsv"},
		{name: "cacm_queries", qrels: "cacm_queries.tsv", queries: "cacm_queries.queries.tsv"},
	}},
	{"cora_cane", "papers.jsonl.gz", []judgedSet{
		{name: "cora_cane_citations", qrels: "cora_cane_citations.tsv"},
	}},
	{"cystic_fibrosis", "papers.jsonl.gz", []judgedSet{
		{name: "cystic_fibrosis_queries", qrels: "cystic_fibrosis_queries.tsv", queries: "cystic_fibrosis_queries.queries.tsv"},
	}},
	{"synergy", "papers.jsonl.gz", []judgedSet{
		{name: "synergy_citations", qrels: "synergy_citations.tsv", every: 4},
		{name: "synergy_included_p2p", qrels: "synergy_included_p2p_derived.tsv"},
	}},
}

// TestRanking holds what the default settings achieve on every judged collection against the golden file. A difference
// is no fault in itself: -update writes it down, and the review of the change sees what it costs and where. Collections
// that are absent are skipped, and keep their lines. The sample papers are always there.
func TestRanking(t *testing.T) {
	golden := readRankingGolden(t)
	check := func(t *testing.T, c collection) {
		dir := t.TempDir()
		ok(t, dir, "import", c.papers)
		ok(t, dir, "fit")
		for _, s := range c.sets {
			golden.compare(t, s.name, measureSet(t, dir, s))
		}
	}
	t.Run("sample", func(t *testing.T) { check(t, sampleCollection(t)) })
	for _, c := range sharedCollections {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() {
				t.Skip("takes half a minute")
			}
			c := c.below(datatest.Shared(t, "data", "judged", c.name))
			check(t, c)
		})
	}
	if *update {
		golden.write(t)
	}
}

// below returns c with its files in dir.
func (c collection) below(dir string) collection {
	c.papers = filepath.Join(dir, c.papers)
	sets := c.sets
	c.sets = nil
	for _, s := range sets {
		s.qrels = filepath.Join(dir, s.qrels)
		if s.queries != "" {
			s.queries = filepath.Join(dir, s.queries)
		}
		c.sets = append(c.sets, s)
	}
	return c
}

// sampleCollection writes the embedded papers and judgments to files.
func sampleCollection(t *testing.T) collection {
	file := func(name string, r io.Reader) string {
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return write(t, name, string(b))
	}
	return collection{"sample", file("papers.jsonl", sample.Papers()), []judgedSet{
		{name: "sample", qrels: file("judgments.tsv", sample.Judgments())},
		{name: "sample_queries", qrels: file("queries.judgments.tsv", sample.QueryJudgments()), queries: file("queries.tsv", sample.Queries())},
	}}
}

// measureSet runs the measurement of one set of judgments.
func measureSet(t *testing.T, dir string, s judgedSet) eval.RankingReport {
	t.Helper()
	qrels := s.qrels
	if s.every > 1 {
		qrels = everyNth(t, qrels, s.every)
	}
	args := []string{"eval", "ranking", "--json", "--qrels", qrels}
	if s.queries != "" {
		args = append(args, "--queries", s.queries)
	}
	var report eval.RankingReport
	if err := json.Unmarshal([]byte(ok(t, dir, args...)), &report); err != nil {
		t.Fatal(err)
	}
	if report.Queries == 0 || len(report.Missing) > 0 {
		t.Errorf("%s: %d queries measured, %d of them name no paper: %q", s.name, report.Queries, len(report.Missing), report.Missing)
	}
	return report
}

// everyNth writes the judgments of the first, the n+1st, … query of a file and returns the path.
func everyNth(t *testing.T, path string, n int) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	number := map[string]int{}
	var out strings.Builder
	for line := range strings.Lines(string(b)) {
		query, _, _ := strings.Cut(line, "\t")
		if _, seen := number[query]; !seen {
			number[query] = len(number)
		}
		if number[query]%n == 0 {
			out.WriteString(line)
		}
	}
	return write(t, filepath.Base(path), out.String())
}

// goldenLines are the lines of the golden file by the name of the set.
type goldenLines map[string][]string

// readRankingGolden reads the golden file; with -update there may be none.
func readRankingGolden(t *testing.T) goldenLines {
	b, err := os.ReadFile(rankingGolden)
	if err != nil && !(*update && os.IsNotExist(err)) {
		t.Fatal(err)
	}
	g := goldenLines{}
	for line := range strings.Lines(string(b)) {
		if fields := strings.Fields(line); len(fields) > 0 && fields[0] != "#" && fields[0] != "set" {
			g[fields[0]] = fields
		}
	}
	return g
}

// compare fails for every measure of a set that is not what the golden file says, and with -update notes it there.
func (g goldenLines) compare(t *testing.T, name string, r eval.RankingReport) {
	t.Helper()
	got := []string{name, fmt.Sprint(r.Queries)}
	for _, v := range r.Values() {
		got = append(got, fmt.Sprintf("%.4f", v))
	}
	old := g[name]
	g[name] = got
	switch {
	case *update:
	case len(old) != len(got):
		t.Errorf("%s: the golden file has %q for it, measured is %q: write it with -update", name, old, got)
	default:
		for i, column := range rankingColumns() {
			if old[i] != got[i] {
				t.Errorf("%-24s %-8s %s → %s", name, column, old[i], got[i])
			}
		}
	}
}

func rankingColumns() []string { return append([]string{"set", "queries"}, eval.Names...) }

// write writes the golden file, sets in their order here.
func (g goldenLines) write(t *testing.T) {
	var out bytes.Buffer
	out.WriteString("# What the default settings achieve on the judged collections: go test ./cmd/kindred -run TestRanking -update\n")
	line := func(fields []string) {
		fmt.Fprintf(&out, "%-24s %7s", fields[0], fields[1])
		for _, f := range fields[2:] {
			fmt.Fprintf(&out, "  %7s", f)
		}
		out.WriteByte('\n')
	}
	line(rankingColumns())
	names := []string{"sample", "sample_queries"}
	for _, c := range sharedCollections {
		for _, s := range c.sets {
			names = append(names, s.name)
		}
	}
	for _, name := range names {
		if g[name] != nil {
			line(g[name])
		}
	}
	if err := os.WriteFile(rankingGolden, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}
