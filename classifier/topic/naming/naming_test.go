package naming

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestLikelihoodRatio(t *testing.T) {
	// Dunning's measure by hand: 2·Σ observed·ln(observed/expected) of the table 30 of 40 inside, 20 of 60 outside.
	want := 0.0
	for _, c := range [][2]float64{{30, 20}, {10, 20}, {20, 30}, {40, 30}} {
		want += 2 * c[0] * math.Log(c[0]/c[1])
	}
	if got := likelihoodRatio(30, 40, 20, 60); math.Abs(got-math.Sqrt(want)) > 1e-9 {
		t.Errorf("%v, want %v", got, math.Sqrt(want))
	}
	if got := likelihoodRatio(20, 60, 30, 40); got >= 0 {
		t.Errorf("a word rarer inside than outside has %v", got)
	}
	if got := likelihoodRatio(2, 4, 3, 6); math.Abs(got) > 1e-6 {
		t.Errorf("a word as frequent inside as outside has %v", got)
	}
}

func TestAlike(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"matrix", "matrices", true},
		{"sorting", "sort", true},
		{"recommendation", "recommender systems", true},
		{"LLMs", "large language models", true},
		{"MoE", "mixture-of-experts", true},
		{"GAN", "generative adversarial networks", true},
		{"language models", "language", true},
		{"interactive", "interface", false},
		{"object detection", "object recognition", false},
		{"web", "browser", false},
		{"RL", "image", false},
	} {
		a, b := stems(strings.ToLower(c.a)), stems(strings.ToLower(c.b))
		if alike(a, b) != c.want || alike(b, a) != c.want {
			t.Errorf("%q and %q: alike is not %v", c.a, c.b, c.want)
		}
	}
}

func TestWordsThatNameNothing(t *testing.T) {
	in := &Corpus{WordNames: []string{"A1", "tion", "des", "nous", "PubMed", "R2D2", "3D", "cartilage"}}
	for w, want := range []bool{false, false, false, false, false, true, true, true} {
		if c, _ := in.wordCandidate(w); c.named != want {
			t.Errorf("%q may name a topic: %v", in.WordNames[w], c.named)
		}
	}
	p := &Corpus{PhraseNames: []string{"dans les", "traitement de données", "knee cartilage"}}
	p.PhraseWords = make([][]uint32, len(p.PhraseNames))
	for i, want := range []bool{false, false, true} {
		if _, ok := p.phraseCandidate(i); ok != want {
			t.Errorf("%q may name a topic: %v", p.PhraseNames[i], ok)
		}
	}
}

func TestSpellings(t *testing.T) {
	s := newSpellings([]string{"language", "models", "LLMs", "Bayesian", "augmented"})
	for name, want := range map[string]string{
		"Large Language Models":       "Large language models",
		"LLMs":                        "LLMs",
		"Bayesian Language-Augmented": "Bayesian language-augmented",
	} {
		if got := s.write(name); got != want {
			t.Errorf("%q is written %q, want %q", name, got, want)
		}
	}
}

func TestIsGeneric(t *testing.T) {
	for word, want := range map[string]bool{
		"approach": true, "approaches": true, "evaluating": true, "improves": true, "used": true, "cohorts": true,
		"tion": true, "quickly": true, "class": true, "zwischen": true,
		"anomaly": false, "assembly": false, "diffusion": false, "glass": false,
	} {
		if isGeneric(word) != want {
			t.Errorf("%q is generic: %v, want %v", word, !want, want)
		}
	}
}

// pieceScope returns a scope with one candidate for each word and for each phrase of words, given how many documents
// have it.
func pieceScope(df map[string]int) *scope {
	s := &scope{in: &Corpus{}}
	column := map[string]uint32{} // of each word
	add := func(name string, d int) int32 {
		s.list = append(s.list, candidate{text: name, named: true, df: d})
		return int32(len(s.list) - 1)
	}
	for _, name := range slices.Sorted(maps.Keys(df)) {
		words := strings.Fields(name)
		if len(words) == 1 {
			column[name] = uint32(len(s.word))
			s.word = append(s.word, add(name, df[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(df)) {
		var columns []uint32
		for _, w := range strings.Fields(name) {
			if _, ok := column[w]; !ok {
				column[w] = uint32(len(s.word))
				s.word = append(s.word, -1)
			}
			columns = append(columns, column[w])
		}
		if len(columns) > 1 {
			s.in.PhraseWords = append(s.in.PhraseWords, columns)
			s.phrase = append(s.phrase, add(name, df[name]))
		}
	}
	return s
}

func TestDropPieces(t *testing.T) {
	for name, c := range map[string]struct {
		df   map[string]int
		want string
	}{
		"a word in a pair":               {map[string]int{"lo": 90, "mu": 100, "lo mu": 80}, "lo mu"},
		"words with a life of their own": {map[string]int{"lo": 101, "mu": 101, "lo mu": 80}, "lo, lo mu, mu"},
		"pairs in a triple": {
			map[string]int{"lo": 200, "mu": 200, "nu": 200, "lo mu": 100, "mu nu": 101, "lo mu nu": 50},
			"lo, lo mu nu, mu, mu nu, nu",
		},
		"a triple beside a name of four words": {
			map[string]int{"lo mu": 30, "mu nu": 80, "nu xi": 80, "lo mu nu": 30, "mu nu xi": 75}, "mu nu xi",
		},
		"both halves of a name of four words": {
			map[string]int{"lo mu": 40, "mu nu": 40, "nu xi": 40, "lo mu nu": 40, "mu nu xi": 40}, "",
		},
	} {
		s := pieceScope(c.df)
		s.dropPieces()
		var left []string
		for _, c := range s.list {
			if c.named {
				left = append(left, c.text)
			}
		}
		slices.Sort(left)
		if got := strings.Join(left, ", "); got != c.want {
			t.Errorf("%s: %s are left, want %s", name, got, c.want)
		}
	}
}
