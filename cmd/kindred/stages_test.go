package main

import (
	"testing"

	"kindred/classifier"
)

func TestChooseStages(t *testing.T) {
	for _, c := range []struct {
		topics, weighting string
		lda, tfidf, bad   bool
	}{
		{"kindred", "kindred", false, false, false},
		{"lda", "kindred", true, false, false},
		{"kindred", "nlp-tfidf", false, true, false},
		{"LDA", "kindred", false, false, true},
		{"kindred", "bm25", false, false, true},
	} {
		var opt classifier.Options
		err := chooseStages(c.topics, c.weighting, &opt)
		if (err != nil) != c.bad || (opt.TopicStage != nil) != c.lda || (opt.Weighting != nil) != c.tfidf {
			t.Errorf("--topics-by %s --weighting %s: %+v, %v", c.topics, c.weighting, opt, err)
		}
	}
}
