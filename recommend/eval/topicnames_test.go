package eval

import (
	"math"
	"testing"

	"kindred/classifier/topic"
	"kindred/classifier/vec"
)

// TestNamesByHand measures two labels whose words are in papers that can be counted.
func TestNamesByHand(t *testing.T) {
	words := func(w ...string) []string { return w }
	papers := []namedPaper{
		{words("kiln", "firing"), words("kiln", "firing", "of", "clay"), 0}, // word for word
		{words("clay"), words("clay", "in", "a", "kiln"), 0},                // by a telling word
		{words("clay"), words("clay", "and", "glaze"), 0},                   // not
		{words("sail"), words("firing", "of", "sail"), 1},
		{words("mast"), words("sail", "and", "mast"), 1},
		{words("mast"), words("kiln", "mast"), 1},
	}
	topics := []topic.Topic{{ID: 4, Label: "Kiln firing"}, {ID: 9, Label: "sails, rigging"}}
	near := func(got, want float64, what string) {
		t.Helper()
		if math.Abs(got-want) > 1e-9 {
			t.Errorf("%s is %v, not %v", what, got, want)
		}
	}
	// "kiln" is twice as frequent in the first topic, "firing" is not; "sail" is in two of three of the second.
	r := measureNames(topics, papers, &wordVectors{of: map[string][]float32{}}, 1)
	near(r.Verbatim, (1.0/3+2.0/3)/2, "verbatim")
	near(r.Coverage, (2.0/3+2.0/3)/2, "coverage")
	near(r.Covering, 1, "covering")
	near(r.Distinctness, (2.0/3+1)/2, "distinctness")
	near(r.InTitles, 2.0/3, "in titles")
	if r.Intrusion != nil {
		t.Errorf("intrusion of topics without terms is %v", *r.Intrusion)
	}
	glaze := &wordVectors{of: map[string][]float32{"kiln": {1, 0}, "glaze": {0.8, 0.6}, "mast": {0.9, 0.4}}}
	// A word near to a telling one counts if it is telling itself: "glaze" is, "mast" is not.
	near(measureNames(topics, papers, glaze, 1).Coverage, (1+2.0/3)/2, "coverage with a synonym")
	if r := measureNames(nil, nil, glaze, 1); r.Coverage != 0 || r.Intrusion != nil {
		t.Errorf("no topics measure %+v", r)
	}
}

// TestIntrusion finds the intruder of topics whose terms lie apart, and not where vectors tell nothing.
func TestIntrusion(t *testing.T) {
	terms := [][]string{{"a1", "a2", "a3", "a4", "a5", "a6"}, {"b1", "b2", "b3", "b4", "b5"}, {"c1", "x", "y", "z"}}
	apart := func(term string) []float32 {
		v := []float32{0.1, 0.1, 0.01 * float32(term[len(term)-1])}
		v[map[byte]int{'a': 0, 'b': 1}[term[0]]] = 2
		vec.Normalize(v)
		return v
	}
	if got := Intrusion(terms, apart, 7); got == nil || *got != 1 {
		t.Errorf("topics that lie apart: %v", got)
	}
	if got := Intrusion(terms, func(string) []float32 { return []float32{1} }, 7); got == nil || *got != 0 {
		t.Errorf("vectors that are all the same: %v", got)
	}
	for name, bad := range map[string][][]string{"one topic": terms[:1], "few terms": terms[2:], "none": nil} {
		if got := Intrusion(bad, apart, 7); got != nil {
			t.Errorf("%s: %v", name, *got)
		}
	}
	if got := Intrusion(terms, func(string) []float32 { return nil }, 7); got != nil {
		t.Errorf("unknown words: %v", *got)
	}
	half := func(term string) []float32 {
		if term == "b1" || term == "b2" {
			return apart("a1")
		}
		return apart(term)
	}
	one, two := Intrusion(terms, half, 7), Intrusion(terms, half, 7)
	if *one != *two || *one <= 0 || *one >= 1 {
		t.Errorf("the same seed gives %v and %v", *one, *two)
	}
}
