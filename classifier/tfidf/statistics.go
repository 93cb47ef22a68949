package tfidf

import (
	"cmp"
	"slices"

	"kindred/classifier/text"
)

// Statistics are the document frequencies that a vocabulary is chosen by.
type Statistics struct {
	Docs  int
	Terms []string // ascending
	DF    []uint32 // number of documents that have the term
}

// Count returns the statistics of a corpus. It leaves out a term of fewer than floor documents, unless prior, which may
// be nil, knows it.
func Count(c *text.Corpus, floor int, prior *Prior) *Statistics {
	terms := c.Terms()
	parts := make([][]uint32, text.Workers())
	c.Count(func(worker, _ int, counts *text.Counts) {
		if parts[worker] == nil {
			parts[worker] = make([]uint32, len(terms))
		}
		for _, t := range counts.Terms {
			parts[worker][t]++
		}
	})
	df := make([]uint32, len(terms))
	for _, p := range parts {
		for t, n := range p {
			df[t] += n
		}
	}
	var kept []uint32
	for t, n := range df {
		if int(n) >= floor || n > 0 && prior.Knows(terms[t]) {
			kept = append(kept, uint32(t))
		}
	}
	slices.SortFunc(kept, func(a, b uint32) int { return cmp.Compare(terms[a], terms[b]) })
	s := &Statistics{Docs: c.Docs()}
	for _, t := range kept {
		s.Terms, s.DF = append(s.Terms, terms[t]), append(s.DF, df[t])
	}
	return s
}
