package readable

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// mayBeMojibake reports whether s holds a character that begins UTF-8 read as Windows-1252 (from U+00C2 to U+00EF) or
// as Windows-1251 (U+0420 or U+0421), before another one beyond ASCII.
func mayBeMojibake(s string) bool {
	for i := 0; i+2 < len(s); i++ {
		if c := s[i+1]; s[i] < utf8.RuneSelf || s[i+2] < utf8.RuneSelf {
			continue
		} else if s[i] == 0xc3 && c >= 0x82 && c <= 0xaf || s[i] == 0xd0 && (c == 0xa0 || c == 0xa1) {
			return true
		}
	}
	return false
}

// undoMojibake returns s with the text that was UTF-8 and was read as Windows-1252 or Windows-1251 put right: "GrÃ¶ÃŸe"
// is Größe. Where all characters beyond ASCII are such, they all are. Otherwise those are that begin with Â, Ã or â, as
// no word does that goes on with a sign: "Itâ€™s" beside a proper dash.
func undoMojibake(s string) string {
	if !mayBeMojibake(s) {
		return s
	}
	for _, page := range []*charmap.Charmap{charmap.Windows1252, charmap.Windows1251} {
		if mended, ok := misread(s, page, func(string) bool { return true }); ok {
			return mended
		}
	}
	mended, _ := misread(s, charmap.Windows1252, func(run string) bool {
		return strings.HasPrefix(run, "Ã") || strings.HasPrefix(run, "Â") || strings.HasPrefix(run, "â")
	})
	return mended
}

// misread reads the runs of characters beyond ASCII for which try holds as UTF-8 that was taken for page. all reports
// that each run of s was such. A no-break space among them may have become a plain one: beside other runs, "Ã " is à
// and "Â " a space.
func misread(s string, page *charmap.Charmap, try func(run string) bool) (mended string, all bool) {
	var b strings.Builder
	b.Grow(len(s))
	all = true
	some, spaces := false, false
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] >= utf8.RuneSelf {
			j++
		}
		if j == i {
			b.WriteByte(s[i])
			i++
			continue
		}
		run := s[i:j]
		raw, ok := encode(run, page)
		switch ok = ok && try(run) && utf8.Valid(raw); {
		case ok:
			b.Write(raw)
			some = true
		case (run == "Â" || run == "Ã") && (j == len(s) || s[j] == ' '):
			spaces = true
			if run == "Ã" {
				b.WriteString("à")
			}
			if j+1 < len(s) && s[j+1] == ' ' {
				j++ // the no-break space
			}
		default:
			b.WriteString(run)
			all = false
		}
		i = j
	}
	if spaces && !some {
		return s, false
	}
	return b.String(), all
}

// encode returns the bytes that were read as s by page. Control characters stand for the bytes that page has no
// character for.
func encode(s string, page *charmap.Charmap) ([]byte, bool) {
	out := make([]byte, 0, len(s))
	for _, r := range s {
		switch c, ok := page.EncodeRune(r); {
		case ok:
			out = append(out, c)
		case r >= 0x80 && r < 0xa0:
			out = append(out, byte(r))
		default:
			return nil, false
		}
	}
	return out, true
}

// glyphNumber matches what programs that read PDF files write for a character that a font has no name for.
var glyphNumber = regexp.MustCompile(`\(cid:\d{1,5}\)`)

// undoGlyphNumbers removes glyph numbers. Number 173 is a hyphen at the end of a line, of which the line break is left.
func undoGlyphNumbers(s string) string {
	if !strings.Contains(s, "(cid:") {
		return s
	}
	s = strings.NewReplacer("(cid:173)\n", "", "(cid:173) ", "").Replace(s)
	return glyphNumber.ReplaceAllString(s, "")
}
