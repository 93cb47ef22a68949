package digest

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// abbreviations end in a period within a sentence, in lower case and without it.
var abbreviations = map[string]bool{
	"e.g": true, "i.e": true, "al": true, "cf": true, "vs": true, "viz": true, "resp": true, "approx": true, "ca": true,
	"fig": true, "figs": true, "eq": true, "eqs": true, "sec": true, "secs": true, "tab": true, "ref": true, "refs": true,
	"ch": true, "vol": true, "pp": true, "dr": true, "prof": true, "mr": true, "mrs": true, "ms": true, "st": true,
	"inc": true, "ltd": true, "dept": true, "univ": true, "w.r.t": true, "a.k.a": true, "incl": true,
	"thm": true, "eds": true, "s.t": true,
}

// numbered are abbreviations only where a number follows: "No. 7", but "The answer is no."
var numbered = map[string]bool{"no": true, "nos": true, "art": true, "p": true}

// starters are words that often begin a sentence of an abstract. After a single letter they show that the sentence
// before them has ended: "vitamin C. We measure", but "J. Blim".
var starters = map[string]bool{
	"a": true, "an": true, "the": true, "we": true, "in": true, "this": true, "these": true, "our": true, "it": true,
	"however": true, "here": true, "to": true, "for": true, "using": true, "by": true, "results": true, "as": true,
	"although": true, "while": true, "with": true, "moreover": true, "furthermore": true, "finally": true, "first": true,
	"second": true, "on": true, "at": true, "if": true, "when": true, "there": true, "they": true, "that": true, "such": true,
	"both": true, "experiments": true, "then": true, "thus": true, "yet": true, "but": true, "and": true, "all": true,
	"each": true, "its": true, "their": true, "from": true, "based": true, "after": true, "because": true, "since": true,
}

// Sentences returns the first n sentences of a text as one line, the whole text where it has fewer.
func Sentences(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	for i, r := range text {
		if n > 0 && ends(text, i, r) {
			if n--; n == 0 {
				end := i + utf8.RuneLen(r)
				return text[:end+closing(text[end:])]
			}
		}
	}
	return text
}

// closing returns the number of bytes of quotes and brackets that a sentence ends with.
func closing(rest string) int {
	return len(rest) - len(strings.TrimLeft(rest, "\"'’”»)]"))
}

// ends reports whether the mark r at i ends a sentence of text, whose words stand one space apart.
func ends(text string, i int, r rune) bool {
	switch r {
	case '。', '！', '？':
		return true // no space follows
	case '.', '!', '?', '…':
	default:
		return false
	}
	rest := text[i+utf8.RuneLen(r):]  // behind a mark only: a byte that is no UTF-8 is read as a rune of three
	if strings.HasPrefix(rest, ".") { // the last of several counts
		return false
	}
	rest = rest[closing(rest):]
	if rest == "" {
		return true
	}
	rest, apart := strings.CutPrefix(rest, " ")
	if !apart { // a decimal point, a version, an address
		return false
	}
	next := strings.TrimLeft(rest, "\"'‘“«([¿¡")
	first, _ := utf8.DecodeRuneInString(next)
	if unicode.IsLower(first) || first == utf8.RuneError {
		return false
	}
	if r != '.' {
		return true
	}
	word := text[strings.LastIndexByte(text[:i], ' ')+1 : i]
	word = strings.TrimLeft(word, "\"'‘“«([")
	low := strings.ToLower(word)
	switch {
	case abbreviations[low]:
		return false
	case numbered[low]:
		return !unicode.IsDigit(first)
	case !initials(word):
		return true
	}
	following, _, _ := strings.Cut(next, " ")
	return starters[strings.ToLower(strings.TrimRight(following, ",;:"))]
}

// initials reports whether a word consists of single letters with periods between them, the last period aside: "J",
// "U.S".
func initials(word string) bool {
	return !slices.ContainsFunc(strings.Split(word, "."), func(part string) bool {
		r, size := utf8.DecodeRuneInString(part)
		return size != len(part) || !unicode.IsUpper(r)
	})
}
