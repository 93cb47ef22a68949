package text

import (
	"strings"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
)

// Stemming says how far the inflected forms of a word are taken for one term.
type Stemming int

// Levels of stemming.
const (
	StemDefault  Stemming = iota // StemPlural
	StemNone                     // every form is its own term
	StemPlural                   // plurals only: the S stemmer of Harman, "How effective is suffixing?", JASIS 42(1), 1991, with -xes, -ches, -shes
	StemSnowball                 // the English Snowball stemmer: Porter, "Snowball: a language for stemming algorithms", 2001
)

// stem returns the stem of a folded word. Words with other characters than a to z are names of things and stay whole.
func (s Stemming) stem(word string) string {
	if s == StemNone || len(word) < 4 {
		return word
	}
	for i := range len(word) {
		if c := word[i]; c < 'a' || c > 'z' {
			return word
		}
	}
	if s == StemSnowball {
		env := snowballstem.NewEnv(word)
		english.Stem(env)
		return env.Current()
	}
	return singular(word)
}

// singular takes the plural ending from an English word of at least four letters.
func singular(word string) string {
	if word[len(word)-1] != 's' {
		return word
	}
	switch word[len(word)-2:] {
	case "ss", "us", "is":
		return word
	}
	if strings.HasSuffix(word, "ies") && len(word) > 4 {
		return word[:len(word)-3] + "y"
	}
	for _, ending := range []string{"sses", "shes", "ches", "xes", "zes"} {
		if strings.HasSuffix(word, ending) {
			return word[:len(word)-2]
		}
	}
	return word[:len(word)-1]
}
