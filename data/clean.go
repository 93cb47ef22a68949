package data

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// cleaned is a readable text and, where markup was undone to get it, the text as it was, on one line.
type cleaned struct{ text, original string }

// readable undoes the markup of s. Differences in white space alone are not kept as an original.
func readable(s string) cleaned {
	s = validUTF8(s)
	text := Readable(s)
	if text == s {
		return cleaned{text: text}
	}
	if was := strings.Join(strings.Fields(s), " "); was != text {
		return cleaned{text, was}
	}
	return cleaned{text: text}
}

// validUTF8 returns s with the bytes that are not UTF-8 read as Windows-1252, which is what they are in practice.
func validUTF8(s string) string {
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

// plainUnicode returns s in Unicode's composed form, with ligatures spelt, invisible and control characters gone, and every
// run of white space as one space, none at the ends.
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

// isInvisible reports characters that nobody sees. The joiners matter in scripts that come after Cyrillic and in emoji.
func isInvisible(r, prev rune) bool {
	switch r {
	case 0xad, 0x200b, 0x200e, 0x200f, 0x2060, 0xfeff, 0xfffe, 0xffff:
		return true
	case 0x200c, 0x200d:
		return prev < 0x590
	}
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// Readable returns s as a person reads it: markup undone, Unicode composed, on one line.
func Readable(s string) string { return plainUnicode(validUTF8(s)) }
