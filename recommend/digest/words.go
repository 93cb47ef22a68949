package digest

import (
	"fmt"
	"strings"
)

// About says in words what a subscription asks for.
func (s *Subscription) About() string {
	switch s.Kind {
	case Library:
		if s.Zotero != nil && len(s.Seeds)+s.Own == 0 {
			return "papers like those of your Zotero library"
		}
		return "papers like " + count(len(s.Seeds)+s.Own, "paper") + " of yours"
	case Search:
		return "papers that a search for “" + s.Search + "” finds"
	case Topic:
		return "papers of " + count(len(s.Topics), "topic")
	case Authors:
		return "papers by " + strings.Join(s.Authors, ", ")
	}
	return "papers with the most upvotes"
}

// String says in words when issues come.
func (s *Schedule) String() string {
	switch s.Every {
	case ByCount:
		return "as soon as there are " + count(s.Count, "paper")
	case Weekly:
		return fmt.Sprintf("each %s%s at %s (%s)", strings.ToUpper(s.Day[:1]), s.Day[1:], s.At, s.Zone)
	}
	return fmt.Sprintf("each day at %s (%s)", s.At, s.Zone)
}
