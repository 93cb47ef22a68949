package topic

import (
	"math"
	"slices"
	"strings"

	"kindred/classifier/vec"
)

// candidate is a word or phrase that may name a topic.
type candidate struct {
	text    string
	words   []string // in lower case, split at hyphens, plurals undone
	plain   bool     // one word of letters and digits alone: what terms are made of
	named   bool     // may stand in a label
	generic float64  // share of its words that tell nothing of a topic
	elseDF  float64  // share of papers elsewhere that have it
	df      int      // documents in scope that have it
	inTopic []int32  // of each topic: documents that have it
	inTitle []int32  // of each topic: documents that have it in the title
}

// scope is a set of documents divided in topics, and the candidates for naming these.
type scope struct {
	in    *Input
	docs  []int32 // ascending
	cell  []int32 // topic of each of docs
	sizes []int
	// Candidates by column of in.Words and in.Phrases, -1 for columns that are none.
	word, phrase []int32
	list         []candidate
}

// Limits of candidates.
const (
	maxWords     = 30_000
	maxPhrases   = 20_000
	commonTerm   = 0.3 // largest share of the documents that may have a term
	partOfPair   = 0.5 // share of a phrase's documents that a longer one must have to stand for it
	partOfWord   = 0.8 // the same for a single word
	phraseFactor = 0.3 // of the rarest word's share elsewhere, the share a phrase is taken to have
)

// minDocuments is the number of documents that a word or phrase must stand in to name anything in a corpus of n.
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

func newScope(in *Input, docs, cell []int32, k, least int) *scope {
	s := &scope{in: in, docs: docs, cell: cell, sizes: make([]int, k)}
	for _, c := range cell {
		s.sizes[c]++
	}
	wordDF, phraseDF := s.documentFrequencies(&in.Words), s.documentFrequencies(&in.Phrases)
	s.word = s.choose(wordDF, least, maxWords, func(w int) (candidate, bool) { return in.wordCandidate(w) })
	s.phrase = s.choose(phraseDF, least, maxPhrases, func(p int) (candidate, bool) { return in.phraseCandidate(p) })
	s.giveWay(phraseDF, wordDF)
	s.count(&in.Words, s.word)
	s.count(&in.Phrases, s.phrase)
	return s
}

func (s *scope) documentFrequencies(o *Occurrences) []int {
	df := make([]int, o.Counts.Cols)
	for _, d := range s.docs {
		for _, c := range o.Counts.Row(int(d)).Index {
			df[c]++
		}
	}
	return df
}

// choose adds the candidates among columns that stand in at least least documents, at most most of them: those in most
// documents.
func (s *scope) choose(df []int, least, most int, from func(column int) (candidate, bool)) []int32 {
	least = max(1, raised(df, least, most))
	number := make([]int32, len(df))
	for c, d := range df {
		number[c] = -1
		if d < least {
			continue
		}
		if cand, ok := from(c); ok {
			cand.df = d
			number[c] = int32(len(s.list))
			s.list = append(s.list, cand)
		}
	}
	return number
}

// raised returns the least document frequency, from least up, that at most most columns reach.
func raised(df []int, least, most int) int {
	const counted = 1000
	var reach [counted + 1]int // columns with each frequency, those beyond in the last
	for _, d := range df {
		reach[min(d, counted)]++
	}
	sum := 0
	for d := counted; d >= least; d-- {
		if sum += reach[d]; sum > most {
			return d + 1
		}
	}
	return least
}

// elsewhere is the share of papers elsewhere that have a word.
func (in *Input) elsewhere(w uint32) float64 {
	if in.Background == nil {
		return 0
	}
	return (float64(in.Background[w]) + 0.5) / float64(in.BackgroundDocs)
}

func (in *Input) wordCandidate(w int) (candidate, bool) {
	name := in.WordNames[w]
	lower := strings.ToLower(name)
	if len(lower) < 2 || !strings.ContainsFunc(lower, notNumber) || lower == "cid" {
		return candidate{}, false
	}
	generic := isGeneric(lower)
	c := candidate{text: name, words: stems(lower), elseDF: in.elsewhere(uint32(w)), named: !generic && !leading[lower] && !trailing[lower] && !isCode(lower)}
	c.plain = !generic && !strings.ContainsFunc(lower, notPlain)
	return c, c.plain || c.named
}

func (in *Input) phraseCandidate(p int) (candidate, bool) {
	name := in.PhraseNames[p]
	lower := strings.ToLower(name)
	parts := strings.Fields(lower)
	if len(parts) < 2 || leading[parts[0]] || trailing[parts[len(parts)-1]] || slices.Contains(parts, "cid") {
		return candidate{}, false
	}
	c := candidate{text: name, words: stems(lower), named: true}
	for _, w := range parts {
		if function[w] {
			return candidate{}, false
		}
		if isGeneric(w) {
			c.generic += 1 / float64(len(parts))
		}
	}
	rarest := 1.0
	for _, w := range in.PhraseWords[p] {
		rarest = min(rarest, in.elsewhere(w))
	}
	c.elseDF = phraseFactor * rarest
	return c, c.generic < 0.99
}

// isCode reports a letter with a number, such as A1: it may be anything.
func isCode(word string) bool {
	return word[0] >= 'a' && word[0] <= 'z' && !strings.ContainsFunc(word[1:], notNumber)
}

func notNumber(r rune) bool { return (r < '0' || r > '9') && r != '.' && r != '-' }

func notPlain(r rune) bool {
	return r == '-' || r == '+' || r == '#' || r == '.' || r == ',' || r == '\'' || r == '’'
}

// stems returns the words of a name in lower case, split at hyphens, without the plural s.
func stems(s string) []string {
	words := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '-' })
	for i, w := range words {
		if len(w) > 3 && !strings.HasSuffix(w, "ss") {
			words[i] = strings.TrimSuffix(w, "s")
		}
	}
	return words
}

// LabelWords returns the words of a label or a title in lower case, split at hyphens, without punctuation and the plural s.
func LabelWords(s string) []string {
	return stems(strings.ToLower(strings.Map(func(r rune) rune {
		if strings.ContainsRune(",;:.!?()[]\"'", r) {
			return ' '
		}
		return r
	}, s)))
}

// giveWay takes the names away that mostly stand within a longer one: "memory" in "long short-term memory". A name of three words is
// a piece of one of four, "multimodal large language", when two of its words mostly stand with another beyond it.
func (s *scope) giveWay(phraseDF, wordDF []int) {
	type pair [2]uint32
	pairs := map[pair]int32{}
	before, after := map[pair]int{}, map[pair]int{} // most documents that have a pair and one word before, or after it
	for p, i := range s.phrase {
		switch w := s.in.PhraseWords[p]; {
		case i >= 0 && len(w) == 2:
			pairs[pair{w[0], w[1]}] = i
		case len(w) == 3:
			after[pair{w[0], w[1]}] = max(after[pair{w[0], w[1]}], phraseDF[p])
			before[pair{w[1], w[2]}] = max(before[pair{w[1], w[2]}], phraseDF[p])
		}
	}
	within := func(w0, w1 uint32, longer map[pair]int) bool {
		i, ok := pairs[pair{w0, w1}]
		return ok && float64(longer[pair{w0, w1}]) >= partOfPair*float64(s.list[i].df)
	}
	for p, i := range s.phrase {
		if i < 0 || !s.list[i].named {
			continue
		}
		w, df := s.in.PhraseWords[p], float64(phraseDF[p])
		for k, word := range w {
			if j := s.word[word]; j >= 0 && df >= partOfWord*float64(wordDF[word]) {
				s.list[j].named = false
			}
			if len(w) > 2 && k > 0 {
				if j, ok := pairs[pair{w[k-1], word}]; ok && df >= partOfPair*float64(s.list[j].df) {
					s.list[j].named = false
				}
			}
		}
	}
	for p, i := range s.phrase {
		if w := s.in.PhraseWords[p]; i >= 0 && len(w) == 3 && (within(w[1], w[2], after) || within(w[0], w[1], before)) {
			s.list[i].named = false
		}
	}
}

// count fills inTopic and inTitle of the candidates that number names.
func (s *scope) count(o *Occurrences, number []int32) {
	k := len(s.sizes)
	for _, i := range number {
		if i >= 0 {
			c := &s.list[i]
			both := make([]int32, 2*k)
			c.inTopic, c.inTitle = both[:k:k], both[k:]
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

// likelihoodRatio is the signed root of the log-likelihood ratio of the counts of two kinds of documents (Dunning, 1993): a of
// the n inside have a candidate, b of the m outside. It is positive where it is more frequent inside.
func likelihoodRatio(a, n, b, m float64) float64 {
	all := n + m
	p := (a + b) / all
	term := func(x, expected float64) float64 {
		if x <= 0 || expected <= 0 {
			return 0
		}
		return x * math.Log(x/expected)
	}
	g := 2 * (term(a, n*p) + term(n-a, n*(1-p)) + term(b, m*p) + term(m-b, m*(1-p)))
	root := math.Sqrt(max(0, g))
	if a < n*p {
		return -root
	}
	return root
}

// owned is a candidate with its score in the topic where that is highest.
type owned struct {
	at    int32 // in scope.list
	score float64
}

// backgroundDocs is the number of papers elsewhere that stand beside the documents outside a topic: it tells the words of a topic
// from those of all papers where nearly all documents are on one thing.
const backgroundDocs = 500

// best returns the candidates of each topic, best first: each belongs to the topic alone in which value, given the ratio, is
// largest and positive.
func (s *scope) best(value func(c *candidate, topic int, ratio float64) float64) [][]owned {
	k := len(s.sizes)
	extra := 0.0
	if s.in.Background != nil {
		extra = backgroundDocs
	}
	top := make([]owned, len(s.list))
	owner := make([]int32, len(s.list))
	n := float64(len(s.docs))
	vec.Parallel(len(s.list), chunk, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			c := &s.list[i]
			owner[i] = -1
			all := float64(c.df) + extra*c.elseDF
			for t := range k {
				a, size := float64(c.inTopic[t]), float64(s.sizes[t])
				if a == 0 {
					continue
				}
				v := value(c, t, likelihoodRatio(a, size, all-a, n+extra-size))
				if v > 0 && (owner[i] < 0 || v > top[i].score) {
					owner[i], top[i] = int32(t), owned{int32(i), v}
				}
			}
		}
	})
	out := make([][]owned, k)
	for i, t := range owner {
		if t >= 0 {
			out[t] = append(out[t], top[i])
		}
	}
	for t := range out {
		slices.SortFunc(out[t], func(a, b owned) int {
			switch {
			case a.score != b.score && a.score > b.score:
				return -1
			case a.score != b.score:
				return 1
			}
			return strings.Compare(s.list[a.at].text, s.list[b.at].text)
		})
	}
	return out
}
