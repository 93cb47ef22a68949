package readable

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// Undo returns s as [Text] does and, where markup was undone to get it, s as it was, on one line. A difference
// in white space alone is no reason to keep the original: it is empty then.
func Undo(s string) (text, original string) {
	s = UTF8(s)
	if text = Text(s); text == s {
		return text, ""
	}
	if was := strings.Join(strings.Fields(s), " "); was != text {
		return text, was
	}
	return text, ""
}

// UTF8 returns s with the bytes that are not valid UTF-8 decoded as Windows-1252, the encoding they come from
// in practice.
func UTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(s[i])
		}
		b.WriteRune(r)
		i += n
	}
	return b.String()
}

// plainUnicode returns s in Unicode Normalization Form C. Ligatures are spelt out, invisible and control
// characters dropped. Each run of white space becomes one space, and none is left at either end.
func plainUnicode(s string) string {
	if isOneLine(s) {
		return s
	}
	s = norm.NFC.String(s)
	var b strings.Builder
	b.Grow(len(s))
	space := true
	var prev rune
	for _, r := range s {
		if r >= 0x80 && r < 0xa0 { // C1 controls are Windows-1252 read as Latin-1
			r = charmap.Windows1252.DecodeByte(byte(r))
		}
		switch {
		case isSpace(r):
			if !space {
				b.WriteByte(' ')
			}
			space, prev = true, ' '
			continue
		case isInvisible(r, prev):
			continue
		case r >= 0xfb00 && r <= 0xfb06:
			b.WriteString([...]string{"ff", "fi", "fl", "ffi", "ffl", "st", "st"}[r-0xfb00])
		default:
			b.WriteRune(r)
		}
		space, prev = false, r
	}
	return strings.TrimSuffix(b.String(), " ")
}

func isSpace(r rune) bool {
	switch {
	case r < 0x20, r == ' ', r == 0x7f, r >= 0x80 && r <= 0xa0:
		return true
	case r >= 0x2000 && r <= 0x200a:
		return true
	}
	return r == 0x2028 || r == 0x2029 || r == 0x202f || r == 0x205f || r == 0x3000 || r == 0x1680
}

// isInvisible reports whether r is invisible after prev. Joiners are kept in emoji and in scripts with code
// points after Cyrillic, where they matter.
func isInvisible(r, prev rune) bool {
	switch r {
	case 0xad, 0x200b, 0x200e, 0x200f, 0x2060, 0xfeff, 0xfffe, 0xffff:
		return true
	case 0x200c, 0x200d:
		return prev < 0x590
	}
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// maxMarkup is the longest text, in bytes, whose markup is undone. No title or abstract comes near it.
const maxMarkup = 1 << 20

// maxPasses bounds how often markup may be hidden in markup, as in &amp;lt;b&amp;gt;.
const maxPasses = 8

// Text returns s as a person reads it, on one line. LaTeX is undone: commands, accents, quotation marks, and
// mathematics as far as one line can show it ($\mathcal{O}(T^{3/4})$ becomes O(T^(3/4))). So are the remains
// of LaTeX that some sites leave ("5.7\% rightarrow 25.4\%"), and HTML and JATS tags and entities. Unicode is
// composed, and freed of ligatures, soft hyphens and invisible characters. UTF-8 that was read as another
// encoding is put right, and glyph numbers of PDF files go. Other text is unchanged.
// Text(Text(s)) is Text(s).
// A text longer than 1 MiB keeps its markup.
func Text(s string) string {
	if isOneLine(s) && !hasMarkup(s) {
		return s
	}
	s = UTF8(s)
	for range maxPasses {
		if len(s) <= maxMarkup {
			break
		}
		s = plainUnicode(s)
	}
	if len(s) > maxMarkup {
		return s
	}
	for range 2 {
		for range maxPasses {
			t := readablePass(s)
			if t == s {
				return s
			}
			s = t
		}
		s = strings.Map(func(r rune) rune { // no text nests so deep: what is left of the markup says nothing
			if strings.ContainsRune("\\${}&<>~^`", r) {
				return ' '
			}
			return r
		}, s)
	}
	return plainUnicode(s)
}

func readablePass(s string) string {
	s = undoGlyphNumbers(undoMojibake(s))
	if strings.IndexByte(s, '\n') >= 0 {
		s = joinHyphens(s)
	}
	if strings.IndexByte(s, '<') >= 0 || strings.IndexByte(s, '&') >= 0 {
		s = undoHTML(s)
	}
	if hasMarkup(s) {
		s = undoLaTeX(s)
	}
	return plainUnicode(s)
}

// markupBytes has 1 for the bytes that begin markup, and 2 for those that end a word, dash or glyph number which may be
// a remainder of markup.
var markupBytes = [256]byte{
	'\\': 1, '$': 1, '{': 1, '&': 1, '<': 1, '~': 1, '`': 1, '-': 2, 'w': 2, 'y': 2, 'q': 2, 's': 2, ':': 2,
}

// hasMarkup reports whether s may hold markup. It may be wrong only by reporting true.
func hasMarkup(s string) bool {
	for i := 0; i < len(s); i++ {
		switch markupBytes[s[i]] {
		case 1:
			return true
		case 2:
			if markupEnds(s[:i+1]) {
				return true
			}
		}
	}
	return false
}

// markupEnds reports whether s ends with two dashes or a word that undoLaTeX may replace.
func markupEnds(s string) bool {
	switch s[len(s)-1] {
	case '-':
		return strings.HasSuffix(s, "--")
	case 'w':
		return strings.HasSuffix(s, "tarrow") || strings.HasSuffix(s, "parrow") || strings.HasSuffix(s, "wnarrow")
	case 'y':
		return strings.HasSuffix(s, "infty")
	case ':':
		return strings.HasSuffix(s, "(cid:")
	case 'q':
		return strings.HasSuffix(s, "leq") || strings.HasSuffix(s, "geq") || strings.HasSuffix(s, "neq")
	}
	return strings.HasSuffix(s, "times") && len(s) > 5 && isDigit(s[len(s)-6])
}

// joinHyphens removes line breaks after a hyphen within a word.
func joinHyphens(s string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, "-\n")
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		rest := strings.TrimLeft(s[i+2:], " \t")
		word := rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyz"))]
		b.WriteString(s[:i+1])
		if i == 0 || !isLetter(s[i-1]) || word == "" || word == "and" || word == "or" || word == "to" {
			b.WriteByte('\n')
		}
		s = rest
	}
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isWord reports whether c is a byte of a word: a letter, a digit, or part of a character beyond ASCII.
func isWord(c byte) bool { return isLetter(c) || isDigit(c) || c >= utf8.RuneSelf }

// OneLine returns s with every run of white space as one space and none at the ends.
func OneLine(s string) string {
	if isOneLine(s) {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}

func isOneLine(s string) bool {
	space := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c <= ' ' && (c != ' ' || space) || c >= utf8.RuneSelf {
			return false
		}
		space = c == ' '
	}
	return !space || s == ""
}

// PlainXML drops the characters that XML 1.0 cannot hold, which no reference format needs either, and the space
// around s.
func PlainXML(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r', r >= 0x20 && r <= 0xd7ff, r >= 0xe000 && r <= 0xfffd, r >= 0x10000:
			return r
		}
		return -1
	}, s))
}
