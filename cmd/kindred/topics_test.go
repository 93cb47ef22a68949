package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"kindred/data/datatest"
	"kindred/recommend/eval"
	"kindred/recommend/library"
)

// labelledLibrary is a data folder with a fitted model over papers of two labels, years apart.
func labelledLibrary(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for i := range 60 {
		title, label := "Grasping objects with a soft robot hand", "robots"
		text := "A robot hand grasps an object by force control of soft fingers."
		if i%2 == 1 {
			title, label = "Parsing sentences with a neural grammar", "language"
			text = "A parser reads sentences of a treebank by a neural grammar of words."
		}
		fmt.Fprintf(&b, `{"id":"x:%d","title":"%s %d","abstract":"%s Trial %d.","published":"20%02d-05-01","labels":[%q]}`+"\n", i, title, i, text, i, 10+i/6, label)
	}
	dir := t.TempDir()
	ok(t, dir, "import", write(t, "papers.jsonl", b.String()))
	ok(t, dir, "fit", "--topics", "2")
	return dir
}

func TestTopicsOfLabelledPapers(t *testing.T) {
	dir := labelledLibrary(t)

	var report eval.LabelReport
	if err := json.Unmarshal([]byte(ok(t, dir, "classify", "--train", "--json")), &report); err != nil {
		t.Fatal(err)
	}
	if report.Papers != 60 || report.Folds != 5 || report.Accuracy < 0.99 || report.MacroF1 < 0.99 || len(report.Confusion) != 2 {
		t.Errorf("labels: %+v", report)
	}
	draft := write(t, "draft.txt", "Fingers of a soft hand\nWe grasp objects by force.")
	if out := ok(t, dir, "classify", "--train", "--text", draft); !strings.Contains(strings.SplitN(out, "\n", 2)[0], "robots") {
		t.Errorf("the label of a draft on hands: %s", out)
	}
	if out := ok(t, dir, "classify", "--train"); !strings.Contains(out, "macro-F1") {
		t.Errorf("no macro-F1 in %s", out)
	}

	guide := write(t, "mine.txt", "hands: robot hand, grasp\ngrammar: parser, treebank\n")
	var guides []library.GuidedTopic
	if err := json.Unmarshal([]byte(ok(t, dir, "topics", "--guide", guide, "--json")), &guides); err != nil {
		t.Fatal(err)
	}
	if len(guides) != 3 || len(guides[0].Papers) != 30 || len(guides[1].Papers) != 30 || guides[2].Name != "other" {
		t.Errorf("named topics: %+v", guides)
	}

	var trends struct{ Data library.Trends }
	if err := json.Unmarshal([]byte(ok(t, dir, "topics", "--trends", "year", "--json")), &trends); err != nil {
		t.Fatal(err)
	}
	if len(trends.Data.Papers) != 10 || trends.Data.Papers[0] != 6 || len(trends.Data.Topics) != 2 || trends.Data.Topics[0].Direction != 0 {
		t.Errorf("trends: %+v", trends)
	}
	if out := ok(t, dir, "topics", "--changes"); !strings.Contains(out, "are those of the fit before") {
		t.Errorf("changes of a first fit: %s", out)
	}
	if out := ok(t, dir, "topics", "--level", "subtopics", "--json"); !json.Valid([]byte(out)) {
		t.Errorf("subtopics: %s", out)
	}
	ok(t, dir, "fit", "--fresh", "--topics", "2", "--seed", "4")
}

func TestTopicsRefusals(t *testing.T) {
	dir := labelledLibrary(t)
	for args, says := range map[string]string{
		"topics --level roots":                                   "want fields, topics or subtopics",
		"topics --trends week":                                   "want month, quarter or year",
		"topics --guide " + write(t, "g", ""):                    "there is no topic",
		"topics --guide nowhere.txt":                             "nowhere.txt",
		"topics 99":                                              "no topic has the id 99",
		"classify --train --folds 1":                             "want 2 to 100",
		"classify --train --folds nowhere":                       "nowhere",
		"classify --train --folds " + write(t, "f", "x:1 one\n"): "line 1",
	} {
		r := kindred(t, dir, strings.NewReader(""), strings.Fields(args)...)
		if r.status == exitOK || !strings.Contains(r.stdout+r.stderr, says) {
			t.Errorf("kindred %s: status %d, %s%s", args, r.status, r.stdout, r.stderr)
		}
	}
}

// TestNamedTopicsOfTheSeedPage holds what the example of named topics finds on the page that the project starts from.
func TestNamedTopicsOfTheSeedPage(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "import", datatest.Shared(t, "data", "seed", "000_788545b6d144696c.txt"))
	ok(t, dir, "fit")
	out := ok(t, dir, "topics", "--guide", "example", "--limit", "30")
	for name, title := range map[string]string{
		"losses": "Cross-Entropy Loss Functions", "distillation": "Dual-Head Knowledge Distillation",
		"scaling laws": "Unraveling the Mystery of Scaling Laws", "bootstrapping": "Bootstrapping SparseFormers",
	} {
		_, under, found := strings.Cut(out, "  "+name+"\n")
		if !found {
			t.Fatalf("no topic %s in\n%s", name, out)
		}
		if first := strings.SplitN(under, "\n      ", 3); !strings.Contains(strings.Join(first[:min(2, len(first))], ""), title) {
			t.Errorf("%s: the first papers are not %q:\n%s", name, title, under)
		}
	}
}

// TestErrorsNameCommands has errors that the API words send people to commands, not to paths.
func TestErrorsNameCommands(t *testing.T) {
	dir := sampleFolder(t)
	for args, want := range map[string]string{
		"topics rename 99999 Losses": "kindred topics lists them",
		"topics 99999 --json":        "kindred topics lists them",
		"topics --paper nobody":      "kindred search finds papers by words",
	} {
		r := kindred(t, dir, strings.NewReader(""), strings.Fields(args)...)
		if r.status != exitFailed || !strings.Contains(r.stderr, want) || strings.Contains(r.stderr, "/v1/") {
			t.Errorf("kindred %s: status %d, %s", args, r.status, r.stderr)
		}
	}
}
