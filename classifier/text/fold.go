package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// unmarked spells out the letters that have no decomposition into a plain letter and a mark.
var unmarked = map[rune]string{
	'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i", 'ħ': "h", 'ŋ': "n",
}

// Fold returns the form of a word that is compared: lower-cased, without accents and apostrophes, ligatures and other
// compatibility forms spelled out (Unicode NFKD), every hyphen the plain one. Kana keep their voicing marks, which are
// no accents, and Hangul its syllables. German umlauts lose their dots as other letters do: ü is u and not ue, because
// a spelling with ue cannot be told from the many words that have those letters (neue, Quelle).
func Fold(word string) string {
	plain := true
	for i := range len(word) {
		if c := word[i]; c >= utf8.RuneSelf || 'A' <= c && c <= 'Z' || c == '\'' {
			plain = false
			break
		}
	}
	if plain {
		return word
	}
	var b strings.Builder
	b.Grow(len(word))
	compose := false
	for _, r := range norm.NFKD.String(word) {
		r = unicode.ToLower(r)
		switch {
		case r == '\u3099' || r == '\u309a' || unicode.Is(unicode.Hangul, r):
			compose = true
			b.WriteRune(r)
		case r == '\'' || r == '\u2019' || r == '\u00ad' || unicode.Is(unicode.Mn, r):
		case unicode.IsSpace(r): // some marks are spelled out as a space with a mark over it
		case r == '\u2010' || r == '\u2011':
			b.WriteByte('-')
		case unmarked[r] != "":
			b.WriteString(unmarked[r])
		default:
			b.WriteRune(r)
		}
	}
	if compose {
		return norm.NFC.String(b.String())
	}
	return b.String()
}

// splitCompound splits a word as written at its hyphens, whatever their form.
func splitCompound(word string) []string {
	return strings.FieldsFunc(word, func(r rune) bool { return r == '-' || r == '\u2010' || r == '\u2011' })
}
