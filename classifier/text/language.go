package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// languages is a set of languages, one bit each.
type languages uint16

// The languages whose function words are known. English is the default: its function words are never terms.
const (
	english languages = 1 << iota
	catalan
	danish
	dutch
	french
	german
	italian
	norwegian
	portuguese
	spanish
	swedish

	languageBits = 16
)

// leastFunctionWords is how many function words of a language show a text to be written in it. One alone may be a name
// or a term of English, as in "die casting", "de novo" and "Los Angeles". They are at least one word in
// maxPerFunctionWord: running text has twice as many.
const (
	leastFunctionWords = 2
	maxPerFunctionWord = 6
)

// functionWord returns the languages in which a folded word is a function word.
func functionWord(folded string) languages {
	if n := len(folded); n == 0 || n > maxFunctionWord || !functionKeys[functionKey(folded)] {
		return 0
	}
	return functionWords[folded]
}

// functionKey is a cheap hash of a word that is not empty. Nine in ten content words have none of the keys of
// functionKeys, and are not looked up.
func functionKey(folded string) int {
	n := len(folded)
	return (int(folded[0])*7 + int(folded[n-1])*131 + int(folded[n/2])*29 + n*1031) & (1<<14 - 1)
}

var functionKeys = func() (keys [1 << 14]bool) {
	for w := range functionWords {
		keys[functionKey(w)] = true
	}
	return keys
}()

// textLanguage returns the language that a text is written in, if that is not English: the one with most of its
// function words in the text, two different ones at least, and more than English has. Words of English do not count for
// another language (Grefenstette, "Comparing two language identification schemes", JADT 1995). More than one is
// returned where they have as many, as closely related ones do in a short text, and 0 where the text is English or
// cannot be told.
//
// The count needs no model and is asked for only where a text has a function word of another language.
// github.com/abadojack/whatlanggo takes 490 µs for an abstract, which is taken apart in 14, and adds 450 kB.
func textLanguage(s string) languages {
	var count [languageBits]int
	var first [languageBits]string
	var several languages
	words := 0
	scanNames(s, func(word string, _, _ bool) {
		words++
		if len(word) > maxFunctionWord || len(word) > 2 && acronym(word) {
			return
		}
		folded := Fold(word)
		if len(folded) < 2 { // a letter is a symbol as often as a word
			return
		}
		set := functionWord(folded)
		if set&english != 0 {
			set = english
		}
		for i := 0; set != 0; i, set = i+1, set>>1 {
			if set&1 == 0 {
				continue
			}
			count[i]++
			switch first[i] {
			case "":
				first[i] = folded
			case folded:
			default:
				several |= 1 << i
			}
		}
	}, func() bool { return false })
	best := max(count[0]+1, leastFunctionWords, (words+maxPerFunctionWord-1)/maxPerFunctionWord)
	var found languages
	for i := 1; i < languageBits; i++ {
		l := languages(1) << i
		switch {
		case several&l == 0 || count[i] < best:
		case count[i] > best:
			best, found = count[i], l
		default:
			found |= l
		}
	}
	return found
}

// acronym reports that a word is written in capitals of ASCII, as MIT and DES are.
func acronym(word string) bool {
	for i := range len(word) {
		if c := word[i]; c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}

// reading is a text that is being read. Its language is found out when it is first asked for.
type reading struct {
	text     string
	known    bool
	language languages
}

// stops reports that a word, a function word of the languages of set, is one in the text.
func (r *reading) stops(set languages) bool {
	if set&english != 0 {
		return true
	}
	if !r.known {
		r.known, r.language = true, textLanguage(r.text)
	}
	return set&r.language != 0
}

// maxFunctionWord is the length in bytes of the longest function word before it is folded, accents as marks of their
// own counted.
const maxFunctionWord = 32

// functionWords are the function words of all languages as [Fold] leaves them: articles, pronouns, prepositions,
// conjunctions, auxiliary verbs and the adverbs of grammar. They carry grammar, not content. The lists are our own:
// github.com/blevesearch/bleve, whose lists are the usual ones, brings eleven modules and 1.5 MB for them, and
// github.com/kljensen/snowball has none for German and Italian.
var functionWords = func() map[string]languages {
	m := make(map[string]languages)
	for l, words := range map[languages]string{
		english: englishWords, catalan: catalanWords, danish: danishWords, dutch: dutchWords, french: frenchWords, german: germanWords,
		italian: italianWords, norwegian: norwegianWords, portuguese: portugueseWords, spanish: spanishWords, swedish: swedishWords,
	} {
		for _, w := range strings.Fields(words) {
			m[Fold(w)] |= l
		}
	}
	return m
}()

// elisions are the words that French, Italian and Catalan write without their last vowel before another, with an
// apostrophe (l'étude, dell'opera, l'home), in lower case. Those of maybeNames begin names as well (M'Bala, N'Djamena).
// So does d' in English texts (d'Alembert), see scanNames.
var (
	elisions = []string{
		"l", "d", "c", "j", "m", "n", "s", "t", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "un", "dell", "nell", "all", "dall", "sull",
		"coll", "quell", "quest", "dov", "com", "cos", "anch", "senz", "gl",
	}
	maybeNames = []string{"c", "j", "m", "n", "s", "t"}
)

// maxElision is the length in bytes of the longest elision.
const maxElision = 6

// elides reports that before, a word up to its apostrophe, is an elision before the word that follows it.
func elides(before, after string) bool {
	if len(before) > maxElision {
		return false
	}
	lower := strings.ToLower(before)
	if !slices.Contains(elisions, lower) {
		return false
	}
	return lower == before || !slices.Contains(maybeNames, lower) || !capitalised(after)
}

// capitalised reports that s begins with a capital letter and goes on in small ones, as a name does.
func capitalised(s string) bool {
	first, n := utf8.DecodeRuneInString(s)
	second, _ := utf8.DecodeRuneInString(s[n:])
	return unicode.IsUpper(first) && unicode.IsLower(second)
}
