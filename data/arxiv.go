package data

import (
	"regexp"
	"strings"
)

// arxivClass is a subject class of arXiv, such as cs.LG, hep-th or math.GT.
var arxivClass = regexp.MustCompile(`^[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]{2}|\.[a-z]+(?:-[a-z]+)+|\.[a-z]{3,})?$`)

// arxivClasses reports whether s is a list of arXiv subject classes parted by spaces.
func arxivClasses(s string) bool {
	words := strings.Fields(s)
	for _, w := range words {
		if !arxivClass.MatchString(w) || !strings.Contains(w, ".") && !arxivArchives[w] {
			return false
		}
	}
	return len(words) > 0
}
