package main

import (
	"testing"

	"kindred/recommend/library"
)

func TestFitFlags(t *testing.T) {
	before := library.Settings{Topics: 9, NoMap: true, Weighting: "nlp-tfidf"}
	for _, c := range []struct {
		args []string
		want library.Settings
		bad  bool
	}{
		{nil, before, false},
		{[]string{"--topics", "auto"}, library.Settings{NoMap: true, Weighting: "nlp-tfidf"}, false},
		{[]string{"--no-map=false", "--weighting", "kindred"}, library.Settings{Topics: 9}, false},
		{[]string{"--topics-by", "lda"}, library.Settings{Topics: 9, NoMap: true, Weighting: "nlp-tfidf", TopicsBy: "lda"}, false},
		{[]string{"--dims", "7", "--seed", "3", "--base", "none"},
			library.Settings{Topics: 9, Dims: 7, Seed: 3, NoBase: true, NoMap: true, Weighting: "nlp-tfidf"}, false},
		{[]string{"--topics", "4.5"}, before, true},
		{[]string{"--topics-by", "LDA"}, before, true},
		{[]string{"--weighting", "bm25"}, before, true},
		{[]string{"--base", "other"}, before, true},
		{[]string{"--dims", "-1"}, before, true},
	} {
		cmd := (&app{}).fitCommand()
		if err := cmd.ParseFlags(c.args); err != nil {
			t.Fatal(err)
		}
		f := fitFlags{
			topics: cmd.Flag("topics").Value.String(), base: cmd.Flag("base").Value.String(),
			topicsBy: cmd.Flag("topics-by").Value.String(), weighting: cmd.Flag("weighting").Value.String(),
		}
		f.dims, _ = cmd.Flags().GetInt("dims")
		f.seed, _ = cmd.Flags().GetUint64("seed")
		f.noMap, _ = cmd.Flags().GetBool("no-map")
		adjust, err := f.adjust(cmd.Flags().Changed)
		if (err != nil) != c.bad {
			t.Errorf("%q: %v", c.args, err)
		}
		if err != nil {
			continue
		}
		got := before
		if adjust(&got); got != c.want {
			t.Errorf("%q: %+v, want %+v", c.args, got, c.want)
		}
	}
}
