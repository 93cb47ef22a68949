package naming

// A name is a piece of a longer one when at least this part of its documents have the longer one.
const (
	wordInPhrase = 0.8
	pairInTriple = 0.5
)

// dropPieces keeps the candidates out of labels that are mostly pieces of longer names. Phrases have two or three
// words.
//
//   - A word is a piece of a phrase: "memory" of "short-term memory".
//   - A pair is a piece of a triple: "language models" of "large language models".
//   - A triple is a piece of a name of four words, which is no candidate itself: "multimodal large language" of
//     "multimodal large language models". It shows in the pair that it ends in, "large language", when that is a piece
//     of a triple with a word after it; or in the pair that it begins with, when that is a piece of a triple with a
//     word before it. Both halves of such a name may go: "Markov chain Monte" and "chain Monte Carlo".
//
// Phrases take their turns in the order of their words. A pair that turned out to be a piece before its turn makes
// pieces of no words.
func (s *scope) dropPieces() {
	pairs := s.pairs()
	before, after := map[pair]bool{}, map[pair]bool{} // pieces of a triple with a word before the pair, after it
	for p, i := range s.phrase {
		if i < 0 || !s.list[i].named {
			continue
		}
		words := s.in.PhraseWords[p]
		for _, w := range words {
			s.drop(s.word[w], i, wordInPhrase)
		}
		if len(words) == 3 {
			first, last := pair(words[:2]), pair(words[1:])
			after[first] = s.drop(pairs.candidate(first), i, pairInTriple) || after[first]
			before[last] = s.drop(pairs.candidate(last), i, pairInTriple) || before[last]
		}
	}
	for p, i := range s.phrase {
		words := s.in.PhraseWords[p]
		if i >= 0 && len(words) == 3 && (before[pair(words[:2])] || after[pair(words[1:])]) {
			s.list[i].named = false
		}
	}
}

// drop keeps a candidate out of labels if it is a piece of another one, and reports whether it is: at least the share
// least of its documents have the other one. A candidate of -1 is none, and no piece.
func (s *scope) drop(i, longer int32, least float64) bool {
	if i < 0 || float64(s.list[longer].df) < least*float64(s.list[i].df) {
		return false
	}
	s.list[i].named = false
	return true
}

// pair is two words that follow each other, as columns of Corpus.Words.
type pair [2]uint32

// pairs gives the candidate of each pair.
type pairs map[pair]int32

func (s *scope) pairs() pairs {
	out := pairs{}
	for p, i := range s.phrase {
		if words := s.in.PhraseWords[p]; i >= 0 && len(words) == 2 {
			out[pair(words)] = i
		}
	}
	return out
}

// candidate returns the candidate of a pair, -1 for none.
func (p pairs) candidate(words pair) int32 {
	if i, ok := p[words]; ok {
		return i
	}
	return -1
}
