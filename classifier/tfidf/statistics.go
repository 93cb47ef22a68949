package tfidf

import (
	"slices"

	"kindred/classifier/text"
)

// Statistics are what a vocabulary and its weights are made from: how many documents there are and how often each term
// stands in them. Those of two disjoint parts of a corpus merge into those of the whole.
type Statistics struct {
	Docs  int
	Terms []string // ascending
	DF    []uint32 // documents that have the term
	Body  []uint64 // occurrences outside titles
	Title []uint64 // occurrences in titles
}

// Count takes the statistics of a corpus, leaving out terms in fewer than floor documents unless prior, which may be nil,
// knows them. A part that is to be merged with others needs floor 1.
func Count(c *text.Corpus, floor int, prior *Prior) *Statistics {
	terms := c.Terms()
	type sums struct {
		df          []uint32
		body, title []uint64
	}
	parts := make([]sums, text.Workers())
	c.Count(func(worker, _ int, counts *text.Counts) {
		p := &parts[worker]
		if p.df == nil {
			p.df, p.body, p.title = make([]uint32, len(terms)), make([]uint64, len(terms)), make([]uint64, len(terms))
		}
		for i, t := range counts.Terms {
			p.df[t]++
			p.body[t] += uint64(counts.Body[i])
			p.title[t] += uint64(counts.Title[i])
		}
	})
	var all sums
	for _, p := range parts {
		if all.df == nil {
			all = p
			continue
		}
		for t := range p.df {
			all.df[t] += p.df[t]
			all.body[t] += p.body[t]
			all.title[t] += p.title[t]
		}
	}
	var kept []uint32
	for t := range all.df {
		if n := int(all.df[t]); n >= floor || n > 0 && prior.Knows(terms[t]) {
			kept = append(kept, uint32(t))
		}
	}
	slices.SortFunc(kept, func(a, b uint32) int { return compareStrings(terms[a], terms[b]) })
	s := &Statistics{Docs: c.Docs()}
	for _, t := range kept {
		s.add(terms[t], all.df[t], all.body[t], all.title[t])
	}
	return s
}

func compareStrings(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func (s *Statistics) add(term string, df uint32, body, title uint64) {
	s.Terms = append(s.Terms, term)
	s.DF = append(s.DF, df)
	s.Body = append(s.Body, body)
	s.Title = append(s.Title, title)
}

// Merge returns the statistics of two disjoint sets of documents together.
func (s *Statistics) Merge(t *Statistics) *Statistics {
	out := &Statistics{Docs: s.Docs + t.Docs}
	i, j := 0, 0
	for i < len(s.Terms) || j < len(t.Terms) {
		switch {
		case j == len(t.Terms) || i < len(s.Terms) && s.Terms[i] < t.Terms[j]:
			out.add(s.Terms[i], s.DF[i], s.Body[i], s.Title[i])
			i++
		case i == len(s.Terms) || t.Terms[j] < s.Terms[i]:
			out.add(t.Terms[j], t.DF[j], t.Body[j], t.Title[j])
			j++
		default:
			out.add(s.Terms[i], s.DF[i]+t.DF[j], s.Body[i]+t.Body[j], s.Title[i]+t.Title[j])
			i++
			j++
		}
	}
	return out
}
