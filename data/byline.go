package data

import (
	"fmt"
	"strconv"
	"strings"
)

// bylineAuthors is how many authors of a long list a byline names.
const bylineAuthors = 3

// Byline names up to three authors and how many are left, never one: that one is named. Where only their number is
// known it says that.
func Byline(authors []string, count int) string {
	switch n := len(authors); {
	case n == 0 && count == 1:
		return "1 author"
	case n == 0 && count > 1:
		return strconv.Itoa(count) + " authors"
	case n <= bylineAuthors+1:
		return strings.Join(authors, ", ")
	default:
		return fmt.Sprintf("%s and\u00a0%d\u00a0more", strings.Join(authors[:bylineAuthors], ", "), n-bylineAuthors)
	}
}
