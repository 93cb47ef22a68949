// Package text turns the text of a paper into terms: the units that papers are matched by. Terms keep what papers are
// about (gpt-4, k-means, 3d, cifar-100, o1, c++), drop function words, and fold case, accents and plurals away; the
// surface form, what stood on the page, is kept beside them, and is what people are shown. The package also learns the
// frequent phrases of a corpus, for names.
package text

import (
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/james-bowman/nlp"
)

// Limits of terms.
const (
	maxDigits = 4  // of a whole number that is a term by itself, so years are, and 512; digits within a word always count
	maxWord   = 64 // bytes; longer runs of letters are noise, such as keys and unbroken formulas
	maxParts  = 4  // of a compound that is a term; a longer one only gives its parts
)

// Term is one occurrence of a term.
type Term struct {
	Text     string // for matching: folded and stemmed
	Surface  string // as written
	Position int    // of the word in the text, counted from 0 with stop words; the parts of a compound share it
	Title    bool   // stands in the title
	Part     bool   // part of the compound given just before
	Apart    bool   // no phrase spans this word and the term before: punctuation, a stop word or the end of a sentence is between
}

// Analyzer splits text into terms. The zero value is ready, and safe for concurrent use. It is an nlp.Tokeniser, so
// that nlp's vectorisers can count the same terms.
type Analyzer struct{}

var _ nlp.Tokeniser = Analyzer{}

// Terms yields the terms of s in order. A first line that has more text after it is the title.
func (a Analyzer) Terms(s string) iter.Seq[Term] {
	return func(yield func(Term) bool) {
		position, stopped, pending := -1, false, true
		r := reading{text: s}
		scan(s, func(word string, title, apart bool) {
			position++
			pending = pending || apart
			if stopped {
				return
			}
			part := false
			a.expand(word, &r, func(term, surface string) {
				if !stopped && !yield(Term{term, surface, position, title, part, pending && !part}) {
					stopped = true
				}
				part = true
			})
			pending = !part
		})
	}
}

// ForEachIn calls f for every term of s in order.
func (a Analyzer) ForEachIn(s string, f func(token string)) {
	r := reading{text: s}
	scan(s, func(word string, _, _ bool) {
		a.expand(word, &r, func(term, _ string) { f(term) })
	})
}

// Tokenise returns the terms of s in order.
func (a Analyzer) Tokenise(s string) []string {
	var out []string
	a.ForEachIn(s, func(t string) { out = append(out, t) })
	return out
}

// expand calls f for every term that a word of the text stands for, with the term's own surface form: the word whole,
// then the parts of a compound. A stop word, a bare number and a single character stand for nothing. Without r,
// function words of other languages than English stand for themselves; so they do as parts of a compound.
func (a Analyzer) expand(word string, r *reading, f func(term, surface string)) {
	if len(word) > maxWord {
		return
	}
	folded := Fold(word)
	if !strings.Contains(folded, "-") {
		if a.content(folded, r) {
			term := stem(folded)
			if folded[0] >= utf8.RuneSelf && len(term) < len(folded) && strings.HasPrefix(word, term) {
				word = term // a Korean word is shown without its particle
			}
			f(term, word)
		}
		return
	}
	parts, written := splitCompound(folded), splitCompound(word)
	if len(parts) <= maxParts && !numeric(folded) {
		stems := make([]string, len(parts))
		for i, p := range parts {
			stems[i] = stem(p)
		}
		f(strings.Join(stems, "-"), word)
	}
	if len(written) != len(parts) {
		written = parts
	}
	for i, p := range parts {
		if a.content(p, nil) {
			f(stem(p), written[i])
		}
	}
}

// content reports that a folded word without hyphens is a term.
func (a Analyzer) content(folded string, r *reading) bool {
	switch {
	case len(folded) < 2 || len(folded) > maxWord:
		return false
	case numeric(folded):
		return len(folded) <= maxDigits && !strings.ContainsAny(folded, ".,")
	}
	if set := functionWord(folded); set != 0 && (set&english != 0 || r != nil && r.stops(set)) {
		return false
	}
	if folded[0] >= utf8.RuneSelf {
		// One letter of another alphabet is a symbol; one character of a script without spaces is a word.
		_, w := utf8.DecodeRuneInString(folded)
		if n := pair(folded); n > w {
			return !isGrammar(folded)
		} else if n > 0 {
			return true
		}
		return w < len(folded)
	}
	return true
}

// numeric reports that a word has nothing but digits, points, commas and hyphens.
func numeric(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && c != '.' && c != ',' && c != '-' {
			return false
		}
	}
	return true
}
