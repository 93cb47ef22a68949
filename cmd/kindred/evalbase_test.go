package main

import (
	"encoding/json"
	"strings"
	"testing"

	"kindred/recommend/eval"
)

// TestEvalBase draws from the sample papers: the same draws every time, and no size beyond what there is.
func TestEvalBase(t *testing.T) {
	dir := t.TempDir()
	c := sampleCollection(t)
	ok(t, dir, "import", c.papers)
	args := []string{"eval", "base", "--json", "--qrels", c.sets[0].qrels, "--sizes", "40,100,1000", "--draws", "3"}
	out := ok(t, dir, args...)
	var gains []eval.BaseGain
	if err := json.Unmarshal([]byte(out), &gains); err != nil {
		t.Fatal(err)
	}
	if len(gains) != 2 || gains[0].Papers != 40 || gains[1].Papers != 100 {
		t.Fatalf("measured %+v", gains)
	}
	for _, g := range gains {
		change := g.With["map"] - g.Without["map"]
		if in := g.Change["map"]; g.Draws != 3 || g.Weight <= 0 || !(in.Low <= change && change <= in.High) {
			t.Errorf("%d papers: %+v", g.Papers, g)
		}
	}
	if again := ok(t, dir, args...); again != out {
		t.Errorf("the second time it says\n%s\nthe first time\n%s", again, out)
	}
	if random := ok(t, dir, append(args, "--random")...); random == out {
		t.Error("draws at random are those around the queries")
	}
	if seeded := ok(t, dir, append(args, "--seed", "2")...); seeded == out {
		t.Error("another seed draws the same papers")
	}
	if table := ok(t, dir, "eval", "base", "--qrels", c.sets[0].qrels, "--sizes", "40", "--draws", "1"); strings.Count(table, "\n") != 2 {
		t.Errorf("printed\n%s", table)
	}
}

// TestEvalBaseQueries asks with texts: none of them is a paper of a draw, each is asked wherever a paper it is about
// was drawn.
func TestEvalBaseQueries(t *testing.T) {
	dir := t.TempDir()
	c := sampleCollection(t)
	ok(t, dir, "import", c.papers)
	args := []string{"eval", "base", "--json", "--qrels", c.sets[1].qrels, "--sizes", "100", "--draws", "2"}
	var gains []eval.BaseGain
	if err := json.Unmarshal([]byte(ok(t, dir, append(args, "--queries", c.sets[1].queries)...)), &gains); err != nil {
		t.Fatal(err)
	}
	if len(gains) != 1 || gains[0].Draws != 2 || gains[0].With["ndcg@10"] <= 0.3 || gains[0].Without["ndcg@10"] <= 0.3 {
		t.Errorf("measured %+v", gains)
	}
	if r := kindred(t, dir, nil, args...); r.status != exitFailed || !strings.Contains(r.stderr, "no pair of papers") {
		t.Errorf("texts that are not given: status %d, %s", r.status, r.stderr)
	}
}

func TestEvalBaseRefuses(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "import", write(t, "papers.jsonl", threePapers))
	qrels := write(t, "judgments.tsv", "elsewhere:1\telsewhere:2\t1\n")
	for _, test := range []struct {
		args   []string
		status int
		says   string
	}{
		{nil, exitUsage, "--qrels FILE"},
		{[]string{"--qrels", qrels, "--draws", "0"}, exitUsage, "--draws 0"},
		{[]string{"--qrels", qrels, "--sizes", "30,2"}, exitUsage, "3 papers or more"},
		{[]string{"--qrels", qrels}, exitFailed, "no pair of papers of the library"},
		{[]string{"--qrels", qrels + ".not"}, exitFailed, qrels + ".not"},
	} {
		r := kindred(t, dir, strings.NewReader(""), append([]string{"eval", "base"}, test.args...)...)
		if r.status != test.status || !strings.Contains(r.stderr, test.says) {
			t.Errorf("%q: status %d, %s", test.args, r.status, r.stderr)
		}
	}
}

func TestEvalScores(t *testing.T) {
	dir := t.TempDir()
	c := sampleCollection(t)
	ok(t, dir, "import", c.papers)
	ok(t, dir, "fit")
	var cuts []eval.ScoreCut
	if err := json.Unmarshal([]byte(ok(t, dir, "eval", "scores", "--json", "--qrels", c.sets[1].qrels, "--queries", c.sets[1].queries)), &cuts); err != nil {
		t.Fatal(err)
	}
	for i, cut := range cuts {
		if i > 0 && (cut.Hits > cuts[i-1].Hits || cut.Recall > cuts[i-1].Recall || cut.Answered > cuts[i-1].Answered) {
			t.Errorf("a higher score keeps more: %+v after %+v", cut, cuts[i-1])
		}
	}
	if r := kindred(t, dir, nil, "eval", "scores"); r.status != exitUsage || !strings.Contains(r.stderr, "--qrels FILE") {
		t.Errorf("status %d: %s", r.status, r.stderr)
	}
}
