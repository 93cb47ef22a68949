package naming

import (
	"slices"
	"strings"
)

// candidate is a word or phrase that may name a topic.
type candidate struct {
	text    string
	words   []string // stems
	parts   []uint32 // of a phrase, its words as columns of Corpus.Words
	plain   bool     // a single word of letters and digits alone, which may be a term
	named   bool     // may stand in a label
	generic float64  // share of its words that are generic
	elseDF  float64  // share of papers elsewhere that have it
	df      int      // documents in scope that have it
	inTopic []int32  // documents of each topic that have it
	inTitle []int32  // documents of each topic that have it in the title
}

// scope is a set of documents divided in topics, and the candidates for the names of these.
type scope struct {
	in    *Corpus
	docs  []int32 // ascending
	cell  []int32 // topic of each of docs
	sizes []int   // documents of each topic
	list  []candidate
	// word and phrase are the candidate in list of each column of in.Words and in.Phrases, -1 for a column that is
	// none.
	word, phrase []int32
}

// Limits of candidates.
const (
	maxWords     = 30_000
	maxPhrases   = 20_000
	phraseFactor = 0.3 // a phrase is taken to be in this part of the papers elsewhere that have its rarest word
)

// minDocuments is the number of documents, of n, in which a word or phrase must occur to name anything.
func minDocuments(n int) int {
	switch {
	case n < 10:
		return 1
	case n < 1000:
		return 2
	case n < 3000:
		return 3
	}
	return 5
}

func newScope(in *Corpus, docs, cell []int32, topics int) *scope {
	s := &scope{in: in, docs: docs, cell: cell, sizes: make([]int, topics)}
	for _, c := range cell {
		s.sizes[c]++
	}
	wordDF, phraseDF := s.documentFrequencies(&in.Words), s.documentFrequencies(&in.Phrases)
	s.word = s.choose(wordDF, maxWords, in.wordCandidate)
	s.phrase = s.choose(phraseDF, maxPhrases, in.phraseCandidate)
	s.dropPieces()
	s.count(&in.Words, s.word)
	s.count(&in.Phrases, s.phrase)
	return s
}

// documentFrequencies returns the number of documents in scope that have each column.
func (s *scope) documentFrequencies(o *Occurrences) []int {
	df := make([]int, o.Counts.Cols)
	for _, d := range s.docs {
		for _, c := range o.Counts.Row(int(d)).Index {
			df[c]++
		}
	}
	return df
}

// choose adds the columns that may be candidates and occur in enough documents: at most `most` of them, those in most
// documents. It returns the candidate of each column, -1 for none.
func (s *scope) choose(df []int, most int, from func(column int) (candidate, bool)) []int32 {
	least := max(1, raised(df, minDocuments(len(s.docs)), most))
	number := make([]int32, len(df))
	for column, d := range df {
		number[column] = -1
		if d < least {
			continue
		}
		if c, ok := from(column); ok {
			c.df = d
			number[column] = int32(len(s.list))
			s.list = append(s.list, c)
		}
	}
	return number
}

// raised returns the least document frequency, from least up, that at most most columns reach.
func raised(df []int, least, most int) int {
	const counted = 1000
	var columns [counted + 1]int // by document frequency; the last counts all higher ones
	for _, d := range df {
		columns[min(d, counted)]++
	}
	sum := 0
	for d := counted; d >= least; d-- {
		if sum += columns[d]; sum > most {
			return d + 1
		}
	}
	return least
}

// elsewhere is the share of papers elsewhere that have a word, 0 where that is not known.
func (c *Corpus) elsewhere(word uint32) float64 {
	if c.Background == nil {
		return 0
	}
	return (float64(c.Background[word]) + 0.5) / float64(c.BackgroundDocs)
}

// wordCandidate returns the candidate of a column of Words, and whether it may be one.
func (c *Corpus) wordCandidate(column int) (candidate, bool) {
	name := c.WordNames[column]
	lower := strings.ToLower(name)
	if len(lower) < 2 || !strings.ContainsFunc(lower, notNumber) || lower == "cid" {
		return candidate{}, false
	}
	generic := isGeneric(lower)
	out := candidate{text: name, words: stems(lower), elseDF: c.elsewhere(uint32(column))}
	out.named = !generic && !leading[lower] && !trailing[lower] && !isCode(lower)
	out.plain = !generic && !isCode(lower) && !strings.ContainsFunc(lower, notPlain)
	return out, out.plain || out.named
}

// phraseCandidate returns the candidate of a column of Phrases, and whether it may be one.
func (c *Corpus) phraseCandidate(column int) (candidate, bool) {
	name := c.PhraseNames[column]
	lower := strings.ToLower(name)
	parts := strings.Fields(lower)
	if len(parts) < 2 || leading[parts[0]] || trailing[parts[len(parts)-1]] || slices.Contains(parts, "cid") {
		return candidate{}, false
	}
	out := candidate{text: name, words: stems(lower), parts: c.PhraseWords[column], named: true}
	for _, w := range parts {
		if function[w] {
			return candidate{}, false
		}
		if isGeneric(w) {
			out.generic += 1 / float64(len(parts))
		}
	}
	rarest := 1.0
	for _, w := range c.PhraseWords[column] {
		rarest = min(rarest, c.elsewhere(w))
	}
	out.elseDF = phraseFactor * rarest
	return out, out.generic < 0.99
}

// isCode reports a letter with a number, such as A1, or a number with a letter, such as 7B, which may mean anything. The
// dimensions and the generations of mobile networks, such as 3D and 5G, are none.
func isCode(word string) bool {
	first, last := word[0], word[len(word)-1]
	switch {
	case first >= 'a' && first <= 'z':
		return !strings.ContainsFunc(word[1:], notNumber)
	case last == 'd' || last == 'g':
		return len(word) > 2
	}
	return last >= 'a' && last <= 'z' && !strings.ContainsFunc(word[:len(word)-1], notNumber)
}

func notNumber(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != '-' }

func notPlain(r rune) bool { return strings.ContainsRune("-+#.,'’", r) }

// count sets inTopic and inTitle of the candidates in number, which gives the candidate of each column of o.
func (s *scope) count(o *Occurrences, number []int32) {
	k := len(s.sizes)
	for _, i := range number {
		if i >= 0 {
			both := make([]int32, 2*k)
			s.list[i].inTopic, s.list[i].inTitle = both[:k:k], both[k:]
		}
	}
	for i, d := range s.docs {
		lo, hi := o.Counts.Ptr[d], o.Counts.Ptr[d+1]
		for at := lo; at < hi; at++ {
			n := number[o.Counts.Index[at]]
			if n < 0 {
				continue
			}
			s.list[n].inTopic[s.cell[i]]++
			if o.InTitle[at] {
				s.list[n].inTitle[s.cell[i]]++
			}
		}
	}
}
