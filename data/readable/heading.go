package readable

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// TrimAbstract drops from s, a readable abstract, what is not of its text: the heading Abstract or Summary at its
// beginning, and copyright notices, see [TrimCopyright].
func TrimAbstract(s string) string {
	for {
		t := strings.TrimSpace(TrimCopyright(TrimAbstractHeading(s)))
		if t == s {
			return s
		}
		s = t
	}
}

// TrimAbstractHeading drops the word Abstract or Summary at the beginning of s where it is a heading and not part of
// the text.
func TrimAbstractHeading(s string) string {
	for {
		rest, ok := cutAbstractHeading(s)
		if !ok {
			return s
		}
		s = rest
	}
}

func cutAbstractHeading(s string) (rest string, ok bool) {
	for _, h := range []string{"Abstract", "ABSTRACT", "Summary", "SUMMARY"} {
		after, ok := strings.CutPrefix(s, h)
		if !ok {
			continue
		}
		for _, mark := range []string{": ", ". ", " — ", "—"} {
			if rest, ok := strings.CutPrefix(after, mark); ok {
				return rest, true
			}
		}
		if rest, ok := strings.CutPrefix(after, " "); ok && h[0] == 'A' {
			next, _, _ := strings.Cut(rest, " ")
			return rest, afterAbstract[strings.TrimRight(next, ":.,")]
		}
	}
	return s, false
}

// afterAbstract are the words that begin an abstract or its first section. Before one of them, "Abstract" is
// a heading. Before others it may be part of the text, as in Abstract Meaning Representation.
var afterAbstract = setOf("Abstract Aim Aims Background Context Importance Introduction Motivation Objective Objectives Purpose " +
	"Summary BACKGROUND CONTEXT INTRODUCTION OBJECTIVE OBJECTIVES PURPOSE A An At Despite Given Here In Recently The There This To We When With")

// Heading writes a label with a capital, as the start of a line deserves; names such as gpt-4 and mRNA stay.
func Heading(label string) string {
	word, _, _ := strings.Cut(label, " ")
	if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsDigit(r) || unicode.IsUpper(r) }) {
		return label
	}
	r, size := utf8.DecodeRuneInString(label)
	if r == utf8.RuneError {
		return label
	}
	return string(unicode.ToUpper(r)) + label[size:]
}
