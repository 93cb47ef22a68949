package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kindred/cmd/kindred/printer"
	"kindred/recommend"
	"kindred/recommend/library"
)

// answeredJSON decodes what a command prints with --json.
func answeredJSON[T any](t *testing.T, dir string, args ...string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(ok(t, dir, append(args, "--json")...)), &v); err != nil {
		t.Fatalf("kindred %s --json: %v", strings.Join(args, " "), err)
	}
	return v
}

// rankedJSON is what the tests read of the JSON form of a ranking.
type rankedJSON struct {
	Data []struct {
		Paper struct{ ID, Title string }
		Score float64
		Rank  int
		Topic struct{ Label string }
	}
	Meta struct {
		Count, Limit   int
		Seeds, Missing []string
		Reason         string
		Model          struct{ Version string }
	}
	Links struct{ Self string }
}

// rankedText is the line of a paper and the line below it in the text form of a ranking.
var rankedText = regexp.MustCompile(`(?m)^ *(\d+)  (\d\.\d\d)  \S* +.*\n +(\S+)(?:  ·  (.*))?$`)

// TestRankingsAlikeInBothForms asks each ranking twice: the text and the JSON name the same papers in the same order,
// with the same scores and topics.
func TestRankingsAlikeInBothForms(t *testing.T) {
	dir := sampleFolder(t)
	draft := write(t, "draft.txt", "Distilling diffusion models\nA student learns to sample in one step from a diffusion teacher.")
	for name, args := range map[string][]string{
		"one seed":        {"similar", "arxiv:2306.05544"},
		"seed as a URL":   {"similar", "https://arxiv.org/abs/2306.05544v2", "-n", "3"},
		"several seeds":   {"similar", "arxiv:2306.05544", "arxiv:2405.17399", "-n", "7"},
		"negative seed":   {"similar", "arxiv:2306.05544", "--not", "arxiv:2405.17399"},
		"text":            {"similar", "--text", draft},
		"text and seed":   {"similar", "arxiv:2306.05544", "--text", draft, "--diversity", "0.4"},
		"beyond 100":      {"similar", "arxiv:2306.05544", "-n", "150"},
		"filters":         {"similar", "--text", draft, "--after", "2023", "--exclude", "arxiv:2306.05544", "--min-score", "0.05"},
		"search":          {"search", "diffusion", "models", "-n", "5"},
		"search, phrase":  {"search", `"language models"`},
		"search, unknown": {"search", "qwzxvbnm"},
		"no word known":   {"similar", "--text", write(t, "unknown.txt", "Qwzxvbnm plokij")},
	} {
		t.Run(name, func(t *testing.T) {
			text := ok(t, dir, args...)
			form := answeredJSON[rankedJSON](t, dir, args...)
			var fromText, fromJSON []string
			for _, m := range rankedText.FindAllStringSubmatch(text, -1) {
				fromText = append(fromText, strings.Join(m[1:], " "))
			}
			for _, h := range form.Data {
				fromJSON = append(fromJSON, fmt.Sprintf("%d %.2f %s %s", h.Rank, h.Score, h.Paper.ID, h.Topic.Label))
			}
			if !slices.Equal(fromText, fromJSON) {
				t.Errorf("text:\n%s\nJSON:\n%s", strings.Join(fromText, "\n"), strings.Join(fromJSON, "\n"))
			}
			if form.Meta.Count != len(form.Data) || form.Meta.Model.Version == "" || form.Links.Self == "" {
				t.Errorf("envelope: %+v", form.Meta)
			}
			if none := len(form.Data) == 0; none != strings.Contains(text, "No papers") || none != (form.Meta.Reason != "") {
				t.Errorf("reason %q, text %s", form.Meta.Reason, text)
			}
		})
	}
}

// TestMissingSeedsInBothForms has one of two seeds unknown: both forms name it, and answer from the other.
func TestMissingSeedsInBothForms(t *testing.T) {
	dir := sampleFolder(t)
	args := []string{"similar", "arxiv:2306.05544", "arxiv:0000.00000"}
	form := answeredJSON[rankedJSON](t, dir, args...)
	if !slices.Equal(form.Meta.Missing, []string{"arxiv:0000.00000"}) || len(form.Data) == 0 {
		t.Errorf("JSON: missing %q", form.Meta.Missing)
	}
	if r := kindred(t, dir, nil, args...); r.status != exitOK || !strings.Contains(r.stderr, "no paper has the id arxiv:0000.00000") {
		t.Errorf("text: status %d, %s", r.status, r.stderr)
	}
}

// TestRefusalsAlikeInBothForms checks that a command line fails in the same words and with the same status in both
// forms.
func TestRefusalsAlikeInBothForms(t *testing.T) {
	dir := sampleFolder(t)
	draft := write(t, "draft.txt", "Distilling diffusion models")
	above := strconv.Itoa(recommend.MaxLimit + 1)
	for _, test := range []struct {
		args, says string
		status     int
	}{
		{"similar arxiv:2306.05544 -n " + above, "--limit", exitUsage},
		{"similar arxiv:2306.05544 -n 0", "--limit", exitUsage},
		{"similar --text " + draft + " -n " + above, "--limit", exitUsage},
		{"search diffusion -n " + above, "--limit", exitUsage},
		{"classify --text " + draft + " -n " + above, "--limit", exitUsage},
		{"similar arxiv:2306.05544 --min-score 2", "--min-score", exitUsage},
		{"similar arxiv:2306.05544 --diversity -1", "--diversity", exitUsage},
		{"similar arxiv:2306.05544 --before soon", "--before", exitUsage},
		{"search diffusion --after soon", "--after", exitUsage},
		{"search --min-score 7 diffusion", "--min-score", exitUsage},
		{"similar arxiv:0000.00000", "arxiv:0000.00000; kindred search finds papers by words", exitFailed},
		{"similar arxiv:0000.00000 arxiv:0000.00001", "arxiv:0000.00001; kindred search finds papers by words", exitFailed},
		{"topics --paper arxiv:0000.00000", "arxiv:0000.00000; kindred search finds papers by words", exitFailed},
		{"topics 99999", "99999; kindred topics lists them", exitFailed},
		{"topics rename 99999 Losses", "kindred topics lists them", exitFailed},
		{"topics undo 99", "kindred topics edits lists them", exitFailed},
		{"topics --trends week", "--trends", exitUsage},
		{"topics --level roots", "--level", exitUsage},
		{"topics -n -1", "--limit", exitUsage},
		{"classify --train --folds 1", "--folds", exitUsage},
		{"classify --text " + write(t, "unknown.txt", "Qwzxvbnm plokij"), "no word", exitFailed},
		{"fit --topics many", "--topics", exitUsage},
		{"fit --dims -1", "--dims", exitUsage},
		{"fit --base other", "--base", exitUsage},
		{"eval map --neighbors 0", "--neighbors", exitUsage},
		{"eval map --sample 0", "--sample", exitUsage},
		{"eval base --qrels x --draws 0", "--draws", exitUsage},
		{"eval base --qrels x --sizes 2", "--sizes", exitUsage},
		{"export vectors --out -", "--out", exitUsage},
	} {
		text := kindred(t, dir, strings.NewReader(""), strings.Fields(test.args)...)
		form := kindred(t, dir, strings.NewReader(""), append(strings.Fields(test.args), "--json")...)
		if text.status != test.status || !strings.Contains(text.stderr, test.says) || strings.Contains(text.stderr, "/v1/") {
			t.Errorf("kindred %s: status %d, want %d; want %q in\n%s", test.args, text.status, test.status, test.says, text.stderr)
		}
		if form != text {
			t.Errorf("kindred %s: with --json status %d, %q; without %d, %q", test.args, form.status, form.stderr, text.status, text.stderr)
		}
		if text.stdout != "" {
			t.Errorf("kindred %s prints %q beside the error", test.args, text.stdout)
		}
	}
}

// TestTopicsAlikeInBothForms compares the two forms of everything that lists topics.
func TestTopicsAlikeInBothForms(t *testing.T) {
	dir := labelledLibrary(t)
	has := func(args []string, wanted ...string) {
		t.Helper()
		text := ok(t, dir, args...)
		for _, w := range wanted {
			if !strings.Contains(text, w) {
				t.Errorf("kindred %s: the JSON has %q, which is not in\n%s", strings.Join(args, " "), w, text)
			}
		}
	}
	type named struct {
		ID     int
		Label  string
		Size   int
		Terms  []struct{ Term string }
		Papers []struct{ ID, Title string } `json:"representative_papers"`
		Weight float64
	}
	type many struct{ Data []named }
	type one struct{ Data named }

	list := answeredJSON[many](t, dir, "topics")
	if len(list.Data) != 2 {
		t.Fatalf("%d topics, want 2", len(list.Data))
	}
	for _, n := range list.Data {
		has([]string{"topics"}, fmt.Sprintf("%4d  %6d  %s\n", n.ID, n.Size, n.Label))
		for _, term := range n.Terms {
			has([]string{"topics", strconv.Itoa(n.ID)}, term.Term)
		}
		args := []string{"topics", strconv.Itoa(n.ID)}
		single := answeredJSON[one](t, dir, args...)
		if single.Data.Label != n.Label || len(single.Data.Papers) == 0 {
			t.Errorf("topic %d: %+v", n.ID, single.Data)
		}
		has(args, fmt.Sprintf("%s (topic %d, %d papers)", n.Label, n.ID, n.Size))
		for _, p := range single.Data.Papers {
			has(args, p.ID, p.Title)
		}
	}
	if text := ok(t, dir, "topics"); strings.Count(text, "\n") != 4 {
		t.Errorf("want two lines for each of two topics:\n%s", text)
	}

	paper := answeredJSON[struct {
		Data struct {
			ID, Title    string
			Topics, Path []named
		}
	}](t, dir, "topics", "--paper", "x:1")
	if len(paper.Data.Topics) == 0 || len(paper.Data.Path) == 0 {
		t.Fatalf("topics of a paper: %+v", paper)
	}
	has([]string{"topics", "--paper", "x:1"}, paper.Data.Title+" (x:1)", fmt.Sprintf("(%d)", paper.Data.Path[0].ID))
	for _, n := range paper.Data.Topics {
		has([]string{"topics", "--paper", "x:1"}, fmt.Sprintf("%.2f  %4d  %s", n.Weight, n.ID, n.Label))
	}

	draft := write(t, "draft.txt", "Fingers of a soft hand\nWe grasp objects by force.")
	classes := answeredJSON[many](t, dir, "classify", "--text", draft)
	if len(classes.Data) == 0 {
		t.Fatal("the draft has no topic")
	}
	for _, n := range classes.Data {
		has([]string{"classify", "--text", draft}, fmt.Sprintf("%.2f  %4d  %s", n.Weight, n.ID, n.Label))
	}

	trends := answeredJSON[struct {
		Data struct {
			Period, From string
			Papers       []int
			Topics       []struct {
				ID    int
				Label string
				Rise  float64
			}
		}
	}](t, dir, "topics", "--trends", "year")
	has([]string{"topics", "--trends", "year"}, fmt.Sprintf("%d periods of a year from %s", len(trends.Data.Papers), trends.Data.From))
	for _, n := range trends.Data.Topics {
		has([]string{"topics", "--trends", "year"}, fmt.Sprintf("%4d  x%-5.2f", n.ID, n.Rise), n.Label)
	}

	guide := []string{"topics", "--guide", write(t, "mine.txt", "hands: robot hand, grasp\ngrammar: parser, treebank\n"), "-n", "40"}
	for _, g := range answeredJSON[[]library.GuidedTopic](t, dir, guide...) {
		has(guide, fmt.Sprintf("%6d  %s\n", len(g.Papers), g.Name))
		for _, p := range g.Papers {
			has(guide, fmt.Sprintf("%.2f  ", p.Fit))
		}
	}
}

// TestEditsAlikeInBothForms makes, lists and undoes edits in both forms.
func TestEditsAlikeInBothForms(t *testing.T) {
	dir := labelledLibrary(t)
	type edit struct {
		Data struct{ ID, Kind, Label string }
	}
	ids := []string{}
	for _, n := range answeredJSON[struct{ Data []struct{ ID int } }](t, dir, "topics").Data {
		ids = append(ids, strconv.Itoa(n.ID))
	}
	if text := ok(t, dir, "topics", "edits"); text != "There are no edits.\n" {
		t.Errorf("edits of a new folder: %s", text)
	}
	made := answeredJSON[edit](t, dir, "topics", "rename", ids[0], "Left", "hand")
	if made.Data.Kind != "rename" || made.Data.Label != "Left hand" || printer.EditNumber(made.Data.ID) != "1" {
		t.Errorf("the edit in JSON: %+v", made)
	}
	if text := ok(t, dir, "topics", "rename", ids[1], "Right hand"); !strings.Contains(text, "“Right hand” (edit 2)") {
		t.Errorf("the edit as text: %s", text)
	}
	list := answeredJSON[struct{ Data []struct{ ID, Label string } }](t, dir, "topics", "edits")
	text := ok(t, dir, "topics", "edits")
	if len(list.Data) != 2 || strings.Count(text, " is called ") != 2 { // a line more each where the user has a name
		t.Fatalf("edits: %+v\n%s", list, text)
	}
	for _, e := range list.Data {
		if !strings.Contains(text, fmt.Sprintf("%4s  ", printer.EditNumber(e.ID))) || !strings.Contains(text, "“"+e.Label+"”") {
			t.Errorf("edit %+v is not in\n%s", e, text)
		}
	}
	if undone := answeredJSON[map[string]bool](t, dir, "topics", "undo", "1"); !undone["undone"] {
		t.Errorf("undo in JSON: %v", undone)
	}
	if text := ok(t, dir, "topics", "undo", "2"); !strings.Contains(text, "2") {
		t.Errorf("undo as text: %s", text)
	}
	if list := answeredJSON[struct{ Data []any }](t, dir, "topics", "edits"); list.Data == nil || len(list.Data) != 0 {
		t.Errorf("edits after all are undone: %+v", list)
	}
}

// TestTwoCommandsAtOnce runs imports and edits of one folder at the same time: all succeed, and none is lost.
func TestTwoCommandsAtOnce(t *testing.T) {
	dir := labelledLibrary(t)
	id := strconv.Itoa(answeredJSON[struct{ Data []struct{ ID int } }](t, dir, "topics").Data[0].ID)
	lines := [][]string{
		{"import", write(t, "robots.jsonl", themePapers(0, 20, 0))},
		{"import", write(t, "legs.jsonl", themePapers(0, 20, 1))},
		{"topics", "rename", id, "Chosen name"},
		{"topics", "pin", id},
	}
	results := make(chan result, len(lines))
	for _, args := range lines {
		go func() { results <- kindred(t, dir, strings.NewReader(""), args...) }()
	}
	for range lines {
		if r := <-results; r.status != exitOK {
			t.Errorf("status %d: %s%s", r.status, r.stdout, r.stderr)
		}
	}
	if n := strings.Count(ok(t, dir, "export", "papers", "--out", "-"), "\n"); n != 100 {
		t.Errorf("%d papers, want 100", n)
	}
	if text := ok(t, dir, "topics", "edits"); strings.Count(text, "is pinned") != 1 || strings.Count(text, "is called “Chosen name”") != 1 {
		t.Errorf("edits in force:\n%s", text)
	}
}
