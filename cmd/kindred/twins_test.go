package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"kindred/recommend"
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

// TestRankingsAlikeInBothForms asks each ranking twice: the text and the JSON name the same papers in the same order, with the
// same scores and topics.
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

// TestRefusalsAlikeInBothForms checks that a command line fails in the same words and with the same status in both forms.
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
