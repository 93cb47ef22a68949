package api

import (
	"testing"

	"kindred/recommend"
)

func TestChipsCountWordsWithTheirPhrases(t *testing.T) {
	reason := func(term string, share float32) recommend.Reason {
		return recommend.Reason{Term: term, Share: share, Lexical: share / 2, Latent: share / 2}
	}
	got := chips([]recommend.Reason{
		reason("teacher", 0.2), reason("Diffusion", 0.15), reason("diffusion models", 0.1), reason("models", 0.05), reason("pre-training", 0.04),
		reason("pre", 0.03), {Share: 0.23},
	}, 0.8)
	want := []chip{{Term: "diffusion models", Share: 38}, {Term: "teacher", Share: 25}, {Term: "pre-training", Share: 9}}
	if len(got) != len(want) {
		t.Fatalf("chips %+v", got)
	}
	for i, w := range want {
		if got[i].Term != w.Term || got[i].Share != w.Share || got[i].How == "" {
			t.Errorf("chip %d is %+v, want %+v", i, got[i], w)
		}
	}
	if got := chips([]recommend.Reason{reason("teacher", 0.2)}, 0); got != nil {
		t.Errorf("a score of nothing has reasons %+v", got)
	}
}
