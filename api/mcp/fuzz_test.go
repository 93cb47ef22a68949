package mcp

import (
	"testing"

	"kindred/recommend"
)

// FuzzArguments reads anything as the arguments of similar: what is taken keeps to every bound, and what is refused is
// refused in few words.
func FuzzArguments(f *testing.F) {
	for _, seed := range []string{
		`{}`, `null`, `{"ids":["x"],"n":5}`, `{"text":"a","offset":7,"reasons":true,"topic":[1,2]}`, `{"n":1e2}`, `{"n":-0}`,
		`{"min_score":1,"diversity":0.5,"category":["cs"]}`, `{"ids":[[]]}`, `{"published_after":"2020"}`, `{"N":3}`,
		`{"n":1,"n":500}`,
	} {
		f.Add([]byte(seed))
	}
	schema, err := argumentsOf[SimilarArgs](hits).Resolve(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var in SimilarArgs
		if err := readArguments(raw, schema, &in); err != nil {
			if len([]rune(err.Error())) > 300 {
				t.Errorf("%d characters: %v", len(err.Error()), err)
			}
			return
		}
		fraction := func(v float32) bool { return v >= 0 && v <= 1 }
		if in.N < 1 || in.N > maxHits || in.Offset < 0 || in.Offset >= recommend.MaxLimit || in.limit() < 1 ||
			!fraction(in.MinScore) || !fraction(in.Diversity) || len(in.IDs) > recommend.MaxSeeds {
			t.Errorf("%s is taken for %+v", raw, in)
		}
		for _, id := range in.Topic {
			if id < 1 {
				t.Errorf("%s is taken for %+v", raw, in)
			}
		}
	})
}
