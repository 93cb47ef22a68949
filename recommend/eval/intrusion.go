package eval

import (
	"math/rand/v2"
	"slices"

	"kindred/classifier/base"
	"kindred/classifier/text"
	"kindred/classifier/vec"
)

// Word intrusion (Chang et al., "Reading tea leaves: how humans interpret topic models", 2009) with a model in place of
// people. A test shows intrusionTerms terms of a topic and one of another. The model takes that one for the intruder
// that has the least mean cosine with the others.
const (
	intrusionTerms = 5
	intrusionTests = 20 // of each topic
)

// Intrusion returns the share of tests in which the intruder is found. terms are those of each topic, best first, and
// vector returns the vector of a term, of unit length, or nil. The terms of a test are the best of its topic that have a
// vector. Its intruder is one of the best of another topic; topic and term are drawn by seed, and terms that the topic
// has itself are left out. It returns nil where no topic has enough terms or there is no other topic. Chance finds one
// in intrusionTerms + 1.
func Intrusion(terms [][]string, vector func(term string) []float32, seed uint64) *float64 {
	var best [][]string // of each topic with enough terms
	var whole [][]string
	for _, list := range terms {
		var known []string
		for _, t := range list {
			if vector(t) != nil && len(known) < intrusionTerms {
				known = append(known, t)
			}
		}
		if len(known) == intrusionTerms {
			best, whole = append(best, known), append(whole, list)
		}
	}
	rng := rand.New(rand.NewPCG(seed, uint64(len(best))))
	found, tests := 0, 0
	for t := range best {
		for range intrusionTests {
			if len(best) < 2 {
				return nil
			}
			o := rng.IntN(len(best) - 1)
			if o >= t {
				o++
			}
			intruder := best[o][rng.IntN(intrusionTerms)]
			if slices.Contains(whole[t], intruder) {
				continue
			}
			tests++
			if oddOne(best[t], intruder, vector) {
				found++
			}
		}
	}
	if tests == 0 {
		return nil
	}
	share := float64(found) / float64(tests)
	return &share
}

// oddOne reports whether the intruder has less in common with the terms than each of these with the rest.
func oddOne(terms []string, intruder string, vector func(string) []float32) bool {
	all := append(slices.Clone(terms), intruder)
	sums := make([]float32, len(all))
	for i := range all {
		for j := range i {
			cosine := vec.Dot(vector(all[i]), vector(all[j]))
			sums[i] += cosine
			sums[j] += cosine
		}
	}
	return sums[len(terms)] < slices.Min(sums[:len(terms)])
}

// wordVectors looks up words in the base model.
type wordVectors struct {
	model *base.Model
	of    map[string][]float32 // unit length, nil for an unknown word
}

// newWordVectors returns the vectors of the base model that ships. A program without one knows no word.
func newWordVectors() (*wordVectors, error) {
	m, err := base.Default()
	if err != nil {
		return nil, err
	}
	return &wordVectors{m, map[string][]float32{}}, nil
}

// vector returns the vector of a word of unit length, or nil for one that the base model does not know.
func (w *wordVectors) vector(word string) []float32 {
	if v, ok := w.of[word]; ok || w.model == nil {
		return v
	}
	var v []float32
	for t := range (text.Analyzer{}).Terms(word) {
		if id, ok := w.model.Vocabulary.Lookup(t.Text); ok && !t.Part {
			v = make([]float32, w.model.Dims())
			w.model.Vector(v, id)
			if vec.Normalize(v) == 0 {
				v = nil
			}
			break
		}
	}
	w.of[word] = v
	return v
}

// near reports whether a word is a synonym by one of some vectors.
func (w *wordVectors) near(word string, vectors [][]float32) bool {
	v := w.vector(word)
	return v != nil && slices.ContainsFunc(vectors, func(o []float32) bool { return vec.Dot(v, o) >= synonymCosine })
}
