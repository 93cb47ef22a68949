package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Classes of bytes. Bytes from 0x80 on are decoded first, and the rune has the class.
const (
	separator = iota
	space
	letter
	digit
	hyphen
	apostrophe
	point
	multibyte
)

var class = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c >= utf8.RuneSelf:
			t[c] = multibyte
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z':
			t[c] = letter
		case '0' <= c && c <= '9':
			t[c] = digit
		case c == '-':
			t[c] = hyphen
		case c == '\'':
			t[c] = apostrophe
		case c == '.' || c == ',':
			t[c] = point
		case c == ' ' || '\t' <= c && c <= '\r':
			t[c] = space
		}
	}
	return t
}()

// classAt returns the class of the character at s[i] and its width in bytes.
func classAt(s string, i int) (uint8, int) {
	if k := class[s[i]]; k != multibyte {
		return k, 1
	}
	r, w := utf8.DecodeRuneInString(s[i:])
	switch {
	case r == '\u2010' || r == '\u2011':
		return hyphen, w
	case r == '\u2019':
		return apostrophe, w
	case r == '\u00ad' || unicode.IsLetter(r) || unicode.In(r, unicode.Mn, unicode.Mc): // Mc: the vowels of Indic scripts
		return letter, w
	case unicode.IsDigit(r) || unicode.Is(unicode.No, r):
		return digit, w
	case unicode.IsSpace(r):
		return space, w
	}
	return separator, w
}

// titleEnd returns where the title of s ends: at the first line feed that has more text after it, else 0, for no title.
func titleEnd(s string) int {
	i := strings.IndexByte(s, '\n')
	if i < 0 || strings.TrimSpace(s[i:]) == "" {
		return 0
	}
	return i
}

// scan calls emit for every word of s in order. A word is a run of letters and digits, joined by single hyphens, by an
// apostrophe before a letter or by a point or comma between digits (gpt-4, k-means, don't, llama-3.1), with the "++" or
// "#" of a programming language (c++, c#); a closing 's is left off, and so is an elision (l'étude, dell'opera). title
// says that the word stands before the end of the title; apart says that more than space stands between it and the word
// before, so that no phrase spans the two. Scripts written without spaces give overlapping pairs of characters, and a
// character that stands alone.
func scan(s string, emit func(word string, title, apart bool)) {
	scanNames(s, emit, func() bool { return textLanguage(s) == 0 })
}

// scanNames is scan; names says whether d' before a capital letter begins a name, as it does in English. It is asked
// for only where that stands in s.
func scanNames(s string, emit func(word string, title, apart bool), names func() bool) {
	end := titleEnd(s)
	apart := true
	for i := 0; i < len(s); {
		k, w := classAt(s, i)
		if k != letter && k != digit {
			// A title's end and an empty line end a sentence; any other line feed is a wrapped line.
			if k != space || s[i] == '\n' && (i == end || i+1 < len(s) && s[i+1] == '\n') {
				apart = true
			}
			i += w
			continue
		}
		if k == letter && s[i] >= utf8.RuneSelf {
			if n := pair(s[i:]); n > 0 {
				emit(s[i:i+n], i < end, apart)
				apart = false
				if i += w; n > w && pair(s[i:]) == n-w { // the last of a run stands in the pair before
					i += n - w
				}
				continue
			}
		}
		stop, next := wordEnd(s, i)
		if stop == i { // an elision
			if s[i]|0x20 != 'd' || next > i+len("d\u2019") || !capitalised(s[next:]) || !names() {
				apart, i = true, next
				continue
			}
			stop, next = wordEnd(s, next)
		}
		emit(s[i:stop], i < end, apart)
		apart = next > stop
		i = next
	}
}

// wordEnd returns the end of the word that starts at i and where to go on reading: the two differ by a possessive 's.
// The end is i itself for an elision, which is no word.
func wordEnd(s string, i int) (stop, next int) {
	j := i
	last := uint8(separator)
	for j < len(s) {
		if k := class[s[j]]; k == letter || k == digit { // most of a text
			j++
			last = k
			continue
		}
		k, w := classAt(s, j)
		switch k {
		case letter:
			if j > i && s[j] >= utf8.RuneSelf && pair(s[j:]) > 0 {
				return j, j
			}
			j += w
		case digit:
			j += w
		case hyphen, point, apostrophe:
			if j+w >= len(s) {
				return j, j
			}
			after, aw := classAt(s, j+w)
			switch {
			case k == hyphen && (after == letter || after == digit):
			case k == point && last == digit && after == digit:
			case k == apostrophe && after == letter:
				if c := s[j+w] | 0x20; c == 's' && endsAt(s, j+w+aw) {
					return j, j + w + aw
				}
				if elides(s[i:j], s[j+w:]) {
					return i, j + w
				}
			default:
				return j, j
			}
			j += w
		default:
			return signs(s, i, j)
		}
		last = k
	}
	return j, j
}

// signs returns the end of a word that ends at j with the signs that names of programming languages have.
func signs(s string, i, j int) (stop, next int) {
	switch {
	case strings.HasPrefix(s[j:], "++") && class[s[j-1]] == letter && endsAt(s, j+2):
		j += 2
	case s[j] == '#' && j-i == 1 && class[s[i]] == letter && endsAt(s, j+1):
		j++
	}
	return j, j
}

// endsAt reports whether no word continues at s[j].
func endsAt(s string, j int) bool {
	if j >= len(s) {
		return true
	}
	k, _ := classAt(s, j)
	return k != letter && k != digit
}

// pair returns the length of the two characters s begins with, if both belong to a script written without spaces; of
// one if only the first does; and 0 if neither.
func pair(s string) int {
	r, w := utf8.DecodeRuneInString(s)
	if !Unspaced(r) {
		return 0
	}
	if t, v := utf8.DecodeRuneInString(s[w:]); Unspaced(t) {
		return w + v
	}
	return w
}

// Unspaced reports whether a character is of a script in which words are not parted by spaces: Chinese, Japanese, Thai.
func Unspaced(r rune) bool {
	// The mark of a long vowel belongs to two scripts and so to neither.
	return r >= '\u0e00' && (r == 'ー' || unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai))
}

// PartElisions returns s with a space after each elision, in place of its apostrophe. Its words are then those that
// terms are made of.
func PartElisions(s string) string {
	if !strings.ContainsAny(s, "'\u2019") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		k, w := classAt(s, i)
		if k != letter && k != digit {
			b.WriteString(s[i : i+w])
			i += w
			continue
		}
		stop, next := wordEnd(s, i)
		if stop == i {
			b.WriteByte(' ')
		} else {
			b.WriteString(s[i:next])
		}
		i = next
	}
	return b.String()
}
