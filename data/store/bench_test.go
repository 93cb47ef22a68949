package store_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"kindred/data"
	"kindred/data/datatest"
	"kindred/data/read"
	"kindred/data/store"
)

// corpus returns real papers.
func corpus(b *testing.B) []*data.Paper {
	b.Helper()
	src, err := read.Open(datatest.Shared(b, "data", "corpus", "corpus_10k.jsonl.gz"), read.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer src.Close()
	var papers []*data.Paper
	for p, err := range src.Papers() {
		if err != nil {
			b.Fatal(err)
		}
		papers = append(papers, p)
	}
	return papers
}

// putAll stores papers in batches of a thousand.
func putAll(b *testing.B, s store.Store, papers []*data.Paper) {
	b.Helper()
	for from := 0; from < len(papers); from += 1000 {
		if _, err := s.Put(b.Context(), papers[from:min(from+1000, len(papers))]); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPut stores ten thousand real papers, first into an empty store and then once more, unchanged.
func BenchmarkPut(b *testing.B) {
	papers := corpus(b)
	for _, again := range []bool{false, true} {
		b.Run(map[bool]string{false: "new", true: "unchanged"}[again], func(b *testing.B) {
			dir := b.TempDir()
			for n := 0; b.Loop(); n++ {
				b.StopTimer()
				s, err := store.Open(b.Context(), filepath.Join(dir, fmt.Sprint(n)))
				if err != nil {
					b.Fatal(err)
				}
				if again {
					putAll(b, s, papers)
				}
				b.StartTimer()
				putAll(b, s, papers)
				b.StopTimer()
				s.Close()
				b.StartTimer()
			}
			b.ReportMetric(float64(b.N*len(papers))/b.Elapsed().Seconds(), "papers/s")
		})
	}
}

// BenchmarkRead reads ten thousand real papers, in order and one by one.
func BenchmarkRead(b *testing.B) {
	papers := corpus(b)
	s := open(b)
	defer s.Close()
	putAll(b, s, papers)
	rate := func(b *testing.B, each int) {
		b.ReportMetric(float64(b.N*each)/b.Elapsed().Seconds(), "papers/s")
	}
	b.Run("Since", func(b *testing.B) {
		for b.Loop() {
			for _, err := range s.Since(b.Context(), 0) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		rate(b, len(papers))
	})
	b.Run("Columns", func(b *testing.B) {
		for b.Loop() {
			for _, err := range s.Columns(b.Context(), 0) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
		rate(b, len(papers))
	})
	b.Run("Paper", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			if _, err := s.Paper(b.Context(), papers[n%len(papers)].ID); err != nil {
				b.Fatal(err)
			}
		}
		rate(b, 1)
	})
}
