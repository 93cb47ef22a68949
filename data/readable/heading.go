package readable

import "strings"

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
