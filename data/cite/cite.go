// Package cite writes papers as references for other programs: BibTeX, RIS and CSL-JSON. Its functions are
// pure: papers in, bytes out. Reading these formats is the task of package data/read, media types and file
// names that of package api.
package cite

import (
	"strings"
	"unicode"

	"kindred/data"
)

// entryType returns the BibTeX entry type of a paper. A paper without a venue is taken for a preprint.
func entryType(p *data.Paper) string {
	venue := strings.ToLower(p.Venue)
	if venue == "" || strings.Contains(venue, "arxiv") {
		return "misc"
	}
	for _, word := range []string{"journal", "transactions", "review", "letters"} {
		if strings.Contains(venue, word) {
			return "article"
		}
	}
	return "inproceedings"
}

// splitName divides a name into family and given names as BibTeX does: at the comma if there is one, otherwise
// before the last word and the particles in front of it (van, de, …). A name of one word is a family name.
func splitName(name string) (family, given string) {
	name = strings.Join(strings.Fields(name), " ")
	if f, g, ok := strings.Cut(name, ","); ok {
		return strings.TrimSpace(f), strings.TrimSpace(g)
	}
	words := strings.Fields(name)
	if len(words) < 2 {
		return name, ""
	}
	start := len(words) - 1
	for start > 1 && unicode.IsLower([]rune(words[start-1])[0]) {
		start--
	}
	return strings.Join(words[start:], " "), strings.Join(words[:start], " ")
}
