package read_test

import (
	"errors"
	"testing"

	"kindred/data"
	"kindred/data/datatest"
	"kindred/data/read"
)

// BenchmarkJSONL reads 50,000 papers as JSON lines.
func BenchmarkJSONL(b *testing.B) {
	path := datatest.Shared(b, "data", "corpus", "corpus_50k.jsonl.gz")
	for b.Loop() {
		papers := 0
		s, err := read.Open(path, read.Options{})
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range s.Papers() {
			if err != nil && !errors.Is(err, data.ErrInvalid) {
				b.Fatal(err)
			}
			papers++
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(papers), "papers")
	}
}
