package classifier

import (
	"context"
	"strings"

	"kindred/classifier/text"
	"kindred/classifier/vec"
)

// labels are what topics may be named by: the terms of the corpus that more than one document has, and its phrases.
type labels struct {
	counts *vec.CSR // documents × labels: how often each stands in the document, title and body alike
	names  []string // surface form of each; phrases have spaces
}

// labels finds the labels of the corpus that m is being fitted to.
func (m *Model) labels(ctx context.Context, corpus *text.Corpus) (*labels, error) {
	phrases, err := text.LearnPhrases(ctx, corpus, text.PhraseOptions{})
	if err != nil {
		return nil, err
	}
	terms := m.vectorizer.Occurrences(corpus, 1)
	least := uint32(2)
	if m.Docs() < 10 {
		least = 1
	}
	l := &labels{counts: &vec.CSR{Ptr: make([]int64, 1, m.Docs()+1)}}
	number := make([]uint32, m.TermCount())
	for t, df := range m.vectorizer.DF {
		number[t] = none
		if name := m.Surface(uint32(t)); df >= least && !text.IsPair(name) && strings.ContainsFunc(name, notNumber) {
			number[t] = uint32(len(l.names))
			l.names = append(l.names, name)
		}
	}
	first := uint32(len(l.names))
	l.names = append(l.names, phrases.Names...)
	l.counts.Cols = len(l.names)
	var row vec.Sparse
	for d := range m.Docs() {
		row.Index, row.Value = row.Index[:0], row.Value[:0]
		words := terms.Row(d)
		for k, t := range words.Index {
			if number[t] != none {
				row.Index, row.Value = append(row.Index, number[t]), append(row.Value, words.Value[k])
			}
		}
		for k := phrases.Ptr[d]; k < phrases.Ptr[d+1]; k++ {
			row.Index, row.Value = append(row.Index, first+phrases.Index[k]), append(row.Value, float32(phrases.Counts[k]))
		}
		l.counts.Append(row)
	}
	return l, nil
}

func notNumber(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != '-' }
