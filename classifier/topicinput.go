package classifier

import (
	"context"
	"unicode/utf8"

	"kindred/classifier/text"
	"kindred/classifier/tfidf"
	"kindred/classifier/topic"
	"kindred/classifier/topic/naming"
	"kindred/classifier/vec"
)

// Limits of the phrases that may name a topic. Their least association is lower than that of phrases in general,
// because a name is also chosen by how specific it is to the topic.
const (
	labelNPMI    = 0.2
	labelPhrases = 60_000
)

// topicInput returns the words and phrases that topics are formed of and named by, without ids and general vectors.
// corpus is the corpus that m was fitted to, or a part of it.
func (m *Model) topicInput(ctx context.Context, corpus *text.Corpus) (*topic.Input, error) {
	in := &topic.Input{Corpus: naming.Corpus{Words: m.occurrences(corpus), WordNames: make([]string, m.TermCount())}}
	for t := range in.WordNames {
		if !text.IsPair(m.vectorizer.Vocabulary.At(t)) && m.vectorizer.DF[t] > 0 {
			in.WordNames[t] = m.Surface(uint32(t))
		}
	}
	m.nameOnce(in.WordNames)
	least := 2
	if corpus.Docs() >= 10_000 {
		least = 5
	} else if corpus.Docs() >= 1000 {
		least = 3
	}
	phrases, err := text.LearnPhrases(ctx, corpus, text.PhraseOptions{MinDocs: least, MinNPMI: labelNPMI, Max: labelPhrases})
	if err != nil {
		return nil, err
	}
	in.PhraseNames, in.PhraseWords = phrases.Names, make([][]uint32, len(phrases.Names))
	for p, terms := range phrases.Terms {
		for _, t := range terms {
			if id, ok := m.vectorizer.Vocabulary.Lookup(t); ok {
				in.PhraseWords[p] = append(in.PhraseWords[p], id)
			}
		}
	}
	in.Phrases = naming.Occurrences{InTitle: phrases.InTitle,
		Counts: &vec.CSR{Ptr: phrases.Ptr, Index: phrases.Index, Value: make([]float32, len(phrases.Index)), Cols: len(phrases.Names)}}
	for k, n := range phrases.Counts {
		in.Phrases.Counts.Value[k] = float32(n)
	}
	if m.base != nil {
		in.BackgroundDocs, in.Background = m.base.Docs, make([]uint32, m.TermCount())
		for t, b := range m.baseRow {
			if b != none {
				in.Background[t] = m.base.DF[b]
			}
		}
	}
	return in, nil
}

// nameOnce leaves a name to one of the terms that share it, the one in most documents: pairs of characters of one word
// do.
func (m *Model) nameOnce(names []string) {
	best := make(map[string]int)
	for t, name := range names {
		if first, _ := utf8.DecodeRuneInString(name); !text.Unspaced(first) {
			continue
		}
		other, shared := best[name]
		switch {
		case !shared:
			best[name] = t
		case m.vectorizer.DF[t] > m.vectorizer.DF[other]:
			best[name], names[other] = t, ""
		default:
			names[t] = ""
		}
	}
}

// topicTitleWeight returns the weight of an occurrence in the title for topics, where one in the body has weight 1.
func (m *Model) topicTitleWeight() float32 {
	if m.Docs() < topic.SmallCorpus {
		return 2
	}
	return 1
}

// occurrences counts the single words of every document.
func (m *Model) occurrences(corpus *text.Corpus) naming.Occurrences {
	all := m.vectorizer.Occurrences(corpus, tfidf.TitleUnit)
	weight := m.topicTitleWeight()
	single := make([]bool, m.TermCount())
	for t := range single {
		single[t] = !text.IsPair(m.vectorizer.Vocabulary.At(t))
	}
	out := naming.Occurrences{Counts: &vec.CSR{Ptr: make([]int64, len(all.Ptr)), Cols: all.Cols}}
	at := 0
	for d := range all.Rows() {
		for k := all.Ptr[d]; k < all.Ptr[d+1]; k++ {
			if t := all.Index[k]; single[t] {
				body, title := tfidf.SplitCount(all.Value[k])
				all.Index[at], all.Value[at] = t, body+weight*title
				out.InTitle = append(out.InTitle, title > 0)
				at++
			}
		}
		out.Counts.Ptr[d+1] = int64(at)
	}
	out.Counts.Index, out.Counts.Value = all.Index[:at], all.Value[:at]
	return out
}

// general returns the part of the base model in latent vectors, in rows of unit length or zero. It is nil without a
// base model.
func (m *Model) general(latent *vec.Dense) *vec.Dense {
	if m.base == nil {
		return nil
	}
	out := vec.NewDense(latent.Rows(), m.about.BaseDims)
	for i := range out.Rows() {
		copy(out.Row(i), latent.Row(i)[m.about.OwnDims:])
		vec.Normalize(out.Row(i))
	}
	return out
}
