package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestStrangerIsInNoTopic folds in a paper on another subject than all others, and asks every door for its topic, before
// a fit and after it.
func TestStrangerIsInNoTopic(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "import", write(t, "papers.jsonl", themePapers(0, 20, 0)+themePapers(0, 30, 2)))
	ok(t, dir, "fit", "--topics", "2")
	const text = "Monetary policy and the inflation of consumer prices\nCentral banks set the interest rate, and households expect prices."
	stranger := `{"id":"x:bank","title":"` + strings.Replace(text, "\n", `","abstract":"`, 1) + `"}` + "\n"
	ok(t, dir, "import", write(t, "stranger.jsonl", stranger))
	draft := write(t, "draft.txt", text)
	type answer struct {
		Data json.RawMessage
		Meta struct{ Other float32 }
	}
	asked := func(args ...string) (a answer) {
		t.Helper()
		if err := json.Unmarshal([]byte(ok(t, dir, append(args, "--json")...)), &a); err != nil {
			t.Fatal(err)
		}
		return a
	}
	check := func(when string) {
		t.Helper()
		if a := asked("topics", "--paper", "x:bank"); a.Meta.Other < 0.5 || !strings.Contains(string(a.Data), `"path":[]`) &&
			!strings.Contains(string(a.Data), `"path": []`) {
			t.Errorf("%s the stranger is in a topic: other %v, %s", when, a.Meta.Other, a.Data)
		}
		if out := ok(t, dir, "topics", "--paper", "x:bank"); !strings.Contains(out, "in no topic") {
			t.Errorf("%s its topics are\n%s", when, out)
		}
		if a := asked("topics", "--paper", "x:2-3"); a.Meta.Other != 0 {
			t.Errorf("%s a paper like others is in no topic by %v", when, a.Meta.Other)
		}
	}
	check("before a fit")
	if a := asked("classify", "--text", draft); a.Meta.Other < 0.5 || string(a.Data) != "[]" {
		t.Errorf("the text of the stranger: other %v, %s", a.Meta.Other, a.Data)
	}
	if out := ok(t, dir, "classify", "--text", draft); !strings.Contains(out, "in no topic") {
		t.Errorf("the text of the stranger:\n%s", out)
	}
	ok(t, dir, "fit", "--topics", "2")
	check("after a fit")
	found := false
	for line := range strings.Lines(ok(t, dir, "export", "topics", "--out", "-")) {
		found = found || strings.Contains(line, `"x:bank","topic":null,"confidence":0.`)
	}
	if !found {
		t.Error("the export does not say that the stranger is in no topic")
	}
}
