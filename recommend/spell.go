package recommend

import (
	"iter"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Words of fewer than spellable letters are not corrected: too many terms are near them. From longWord letters
// on, an edit distance of two is allowed instead of one.
const (
	spellable = 4
	longWord  = 8
	// maxRespelled is the number of words of one search that are compared with all terms.
	maxRespelled = 5
)

// respell returns text with unknown words replaced by the terms they misspell, "" when nothing is replaced. A
// word that occurs in a title is known, whether or not it is a term.
func (e *Engine) respell(text string, clauses []clause) string {
	var out strings.Builder
	done, tried := 0, 0
	for _, c := range clauses {
		if c.field != fieldText && c.field != fieldTitle {
			continue
		}
		for at := c.at; at < c.end; {
			word := trimWord(nextWord(text[at:c.end]))
			if word == "" {
				break
			}
			start := at + strings.Index(text[at:c.end], word)
			at = start + len(word)
			if tried == maxRespelled || e.isKnown(word) {
				continue
			}
			tried++
			if near := correct(e.model.Terms(), strings.ToLower(word)); near != "" {
				out.WriteString(text[done:start])
				out.WriteString(near)
				done = at
			}
		}
	}
	if done == 0 {
		return ""
	}
	return out.String() + text[done:]
}

// nextWord returns the first run of s that is not white space.
func nextWord(s string) string {
	if f := strings.Fields(s); len(f) > 0 {
		return f[0]
	}
	return ""
}

// trimWord returns w without surrounding punctuation.
func trimWord(w string) string {
	return strings.TrimFunc(w, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '+' && r != '#'
	})
}

// isKnown reports whether a word, or each of its parts, is a term or occurs in a title.
func (e *Engine) isKnown(word string) bool {
	if _, ok := e.model.Lookup(word); ok || utf8.RuneCountInString(word) < spellable || strings.ContainsFunc(word, isRunning) {
		return true // a run of characters may be any number of words
	}
	for _, part := range TextWords(word) {
		if _, ok := e.model.Lookup(part); ok || utf8.RuneCountInString(part) < spellable {
			continue
		}
		h := hashWord(part)
		if !slices.Contains(e.index.base.titleWords.values, h) && !slices.Contains(e.index.delta.titleWords.values, h) {
			return false
		}
	}
	return true
}

// correct returns the term that word most likely misspells, "" when none is within the allowed edit distance.
// The order is by distance, then an equal first letter, then document frequency, then the alphabet. terms
// yields readable terms with their document frequency.
func correct(terms iter.Seq2[string, int], word string) string {
	w := []rune(word)
	if len(w) < spellable || slices.ContainsFunc(w, unicode.IsDigit) {
		return ""
	}
	allowed := 1
	if len(w) >= longWord {
		allowed = 2
	}
	best, bestRank := "", [3]int{allowed + 1}
	var table distanceTable
	for term, frequency := range terms {
		if n := len(term); n < len(w)-allowed || n > utf8.UTFMax*(len(w)+allowed) || strings.ContainsRune(term, ' ') {
			continue
		}
		t := []rune(strings.ToLower(term))
		d := table.distance(w, t, allowed)
		// The readable form of a term may be its plural: a misspelt "model" is compared with "model", not only
		// "models".
		if one := singular(term); d > 1 && w[len(w)-1] != 's' && one != term {
			if d1 := table.distance(w, t[:len(t)-1], allowed); d1 < d {
				term, t, d = one, t[:len(t)-1], d1
			}
		}
		if d > allowed {
			continue
		}
		rank := [3]int{d, 0, -frequency}
		if t[0] != w[0] {
			rank[1] = 1
		}
		if c := slices.Compare(rank[:], bestRank[:]); c < 0 || c == 0 && term < best {
			best, bestRank = term, rank
		}
	}
	return best
}

// singular returns term without the s of a plural.
func singular(term string) string {
	for _, end := range []string{"ss", "is", "us"} {
		if strings.HasSuffix(term, end) {
			return term
		}
	}
	return strings.TrimSuffix(term, "s")
}

// distanceTable is the working memory of distance, reused from call to call.
type distanceTable struct{ rows [3][]int }

// distance returns the optimal string alignment distance of a and b (Damerau 1964): the number of insertions,
// deletions, substitutions and transpositions of adjacent letters. Beyond allowed it stops early and returns a
// larger number. No library is used: matchr.OSA has no such limit and takes three times as long for all terms of
// a model, and it counts a transposition of the first two letters as two edits.
func (t *distanceTable) distance(a, b []rune, allowed int) int {
	if len(b) > len(a)+allowed || len(a) > len(b)+allowed {
		return allowed + 1
	}
	for i := range t.rows {
		t.rows[i] = slices.Grow(t.rows[i][:0], len(b)+1)[:len(b)+1]
	}
	before, last, row := t.rows[0], t.rows[1], t.rows[2]
	for j := range row {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > allowed {
			return allowed + 1
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
