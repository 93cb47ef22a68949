package recommend

import (
	"strings"
	"testing"
)

func TestPhraseOf(t *testing.T) {
	for terms, want := range map[string]string{
		"": "", "tide": "", "tide|moon": "", "tide|spring tide|moon": "spring tide", "tide|full moon": "", "tide|moon|moon tide|tide pool": "moon tide pool",
		"graph|graph neural|neural network|network": "graph neural network", "tide pool|pool": "tide pool", "Tide|tide-pool life": "tide-pool life",
	} {
		var list []string
		if terms != "" {
			list = strings.Split(terms, "|")
		}
		if got := phraseOf(list); got != want {
			t.Errorf("%s: %q, want %q", terms, got, want)
		}
	}
}
