package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"kindred/classifier/curate"
	"kindred/recommend/library"
)

// themes are papers of two kinds of robots and of language, so that two topics leave something to split.
var themes = []struct{ title, text string }{
	{"Grasping objects with a soft robot hand", "A robot hand with soft fingers grasps objects by force control of its fingers."},
	{"Walking of a legged robot", "A legged robot walks on rough terrain; its gait is stable on each leg."},
	{"Parsing sentences with a neural grammar", "A parser reads sentences of a treebank by a neural grammar of words."},
}

func themePapers(first, last, theme int) string {
	var b strings.Builder
	for i := first; i < last; i++ {
		th := themes[theme]
		fmt.Fprintf(&b, `{"id":"x:%d-%d","title":"%s %d","abstract":"%s Trial %d."}`+"\n", theme, i, th.title, i, th.text, i)
	}
	return b.String()
}

// paperTopics asks for the topics of a paper.
func paperTopics(t *testing.T, dir, id string) (topics []library.TopicWeight, path []library.TopicRef) {
	t.Helper()
	var answer struct {
		Data struct {
			Topics []library.TopicWeight
			Path   []library.TopicRef
		}
	}
	if err := json.Unmarshal([]byte(ok(t, dir, "topics", "--paper", id, "--json")), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Data.Topics, answer.Data.Path
}

func topicOfPaper(t *testing.T, dir, id string) int {
	t.Helper()
	if topics, _ := paperTopics(t, dir, id); len(topics) > 0 {
		return topics[0].ID
	}
	return 0
}

// TestCuratedTopicsOutliveFits makes every decision there is, each in a run of its own, and looks for them after fits.
func TestCuratedTopicsOutliveFits(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "import", write(t, "papers.jsonl", themePapers(0, 20, 0)+themePapers(0, 14, 1)+themePapers(0, 30, 2)))
	ok(t, dir, "fit", "--topics", "2")
	robots, language := topicOfPaper(t, dir, "x:0-3"), topicOfPaper(t, dir, "x:2-3")
	if robots == language || topicOfPaper(t, dir, "x:1-3") != robots {
		t.Fatalf("robots are in topics %d and %d, language in %d", robots, topicOfPaper(t, dir, "x:1-3"), language)
	}
	var edit struct{ Data curate.Edit }
	if err := json.Unmarshal([]byte(ok(t, dir, "topics", "split", fmt.Sprint(robots), "--json")), &edit); err != nil {
		t.Fatal(err)
	}
	if len(edit.Data.Shares) != 2 || edit.Data.Shares[0].ID != robots {
		t.Fatalf("split: %+v", edit)
	}
	legs := edit.Data.Shares[1].ID
	if label := strings.ToLower(edit.Data.Shares[1].Label); !strings.Contains(label, "leg") && !strings.Contains(label, "walk") {
		t.Errorf("the smaller part is called %q", label)
	}
	ok(t, dir, "topics", "rename", fmt.Sprint(legs), "Legs and", "gaits")
	ok(t, dir, "topics", "pin", fmt.Sprint(robots))
	// Papers that come later, and papers after fits that form the topics anew, go to the part that they are most like.
	check := func(when string) {
		t.Helper()
		for id, want := range map[string]int{"x:0-3": robots, "x:0-19": robots, "x:1-3": legs, "x:1-13": legs, "x:1-99": legs} {
			if got := topicOfPaper(t, dir, id); got != want {
				t.Errorf("%s, %s is in topic %d, want %d", when, id, got, want)
			}
		}
		if out := ok(t, dir, "topics"); !strings.Contains(out, "Legs and gaits") {
			t.Errorf("%s: %s", when, out)
		}
	}
	ok(t, dir, "import", write(t, "more.jsonl", themePapers(99, 100, 1)))
	check("before a fit")
	ok(t, dir, "fit", "--topics", "2")
	check("after a fit")
	ok(t, dir, "fit", "--topics", "3", "--fresh", "--seed", "9")
	check("after topics were formed anew")
	if out := ok(t, dir, "similar", "x:1-3", "--topic", fmt.Sprint(legs), "--limit", "30"); strings.Contains(out, "x:0-") || !strings.Contains(out, "x:1-") {
		t.Errorf("a filter on the part: %s", out)
	}

	grammar := topicOfPaper(t, dir, "x:2-3")
	ok(t, dir, "topics", "hide", fmt.Sprint(grammar))
	if got := topicOfPaper(t, dir, "x:2-3"); got == grammar {
		t.Errorf("a paper of the hidden topic is in it")
	}
	if out := ok(t, dir, "similar", "x:2-3"); !strings.Contains(out, "x:2-") {
		t.Errorf("papers of a hidden topic are not found: %s", out)
	}
	if out := ok(t, dir, "topics", "edits"); strings.Count(out, " is ") != 4 || strings.Contains(out, "no effect") {
		t.Errorf("edits in force: %s", out)
	}
	ok(t, dir, "topics", "undo", "4")
	ok(t, dir, "topics", "undo", "1")
	if out := ok(t, dir, "topics", "edits"); !strings.Contains(out, "no effect: There is no topic "+fmt.Sprint(legs)) {
		t.Errorf("the name of a part that is gone: %s", out)
	}
	if out := kindred(t, dir, strings.NewReader(""), "fit", "--topics", "3"); !strings.Contains(out.stderr, "no effect") {
		t.Errorf("the fit does not report the edit without effect: %s", out.stderr)
	}
	if topicOfPaper(t, dir, "x:2-3") != grammar || topicOfPaper(t, dir, "x:1-3") == legs {
		t.Error("undone edits still show")
	}
	for args, says := range map[string]string{
		"topics split 99": "no such topic", "topics split x": "want the number", "topics undo 77": "there is no edit 77", "topics merge 1 1": "not into itself", "topics move x:none 1": "no paper here",
		"topics hide 99 --preview": "no such topic",
		"topics hide 1 2":          "accepts 1 arg", "topics --level roots": "want fields", fmt.Sprintf("topics split %d --parts 8", grammar): "want 2 to 8 parts",
		"topics --paper x:none": "x:none",
	} {
		if r := kindred(t, dir, strings.NewReader(""), strings.Fields(args)...); r.status == exitOK || strings.Count(r.stdout+r.stderr, says) != 1 {
			t.Errorf("kindred %s: status %d, %s%s", args, r.status, r.stdout, r.stderr)
		}
	}
}

// TestMoveAndPreview previews a merge, moves a paper with a note, and looks for the paper after a fit and after undoing.
func TestMoveAndPreview(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "import", write(t, "papers.jsonl", themePapers(0, 20, 0)+themePapers(0, 30, 2)))
	ok(t, dir, "fit", "--topics", "2")
	robots, language := topicOfPaper(t, dir, "x:0-3"), topicOfPaper(t, dir, "x:2-3")
	var preview struct{ Data library.Preview }
	out := ok(t, dir, "topics", "merge", fmt.Sprint(robots), fmt.Sprint(language), "--preview", "--json")
	if err := json.Unmarshal([]byte(out), &preview); err != nil {
		t.Fatal(err)
	}
	got := map[int]library.TopicPreview{}
	for _, p := range preview.Data.Topics {
		got[p.ID] = p
	}
	if gone, grown := got[robots], got[language]; !gone.Gone || gone.Before != 20 || grown.Before != 30 || grown.After != 50 || len(grown.Papers) == 0 || !strings.HasPrefix(grown.Papers[0].ID, "x:0-") {
		t.Errorf("%+v", preview.Data.Topics)
	}
	if out := ok(t, dir, "topics", "split", fmt.Sprint(language), "--preview"); !strings.Contains(out, "30 papers, then") {
		t.Errorf("preview of a split: %s", out)
	}
	if out := ok(t, dir, "topics", "edits"); !strings.Contains(out, "no edits") || topicOfPaper(t, dir, "x:0-3") != robots {
		t.Errorf("a preview makes an edit: %s", out)
	}
	ok(t, dir, "topics", "move", "x:0-3", fmt.Sprint(language), "--note", "It talks.")
	check := func(when string, want int) {
		t.Helper()
		if got := topicOfPaper(t, dir, "x:0-3"); got != want {
			t.Errorf("%s, the paper is in topic %d, want %d", when, got, want)
		}
		if got := topicOfPaper(t, dir, "x:0-4"); got != robots {
			t.Errorf("%s, another paper is in topic %d, want %d", when, got, robots)
		}
	}
	check("moved", language)
	if out := ok(t, dir, "topics", "edits"); !strings.Contains(out, "Grasping objects with a soft robot hand 3” is moved to") || !strings.Contains(out, "It talks.") {
		t.Errorf("edits: %s", out)
	}
	ok(t, dir, "fit", "--topics", "2")
	check("after a fit", language)
	ok(t, dir, "topics", "undo", "1")
	check("undone", robots)
}
