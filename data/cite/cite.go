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

// splitName divides a name into family name, given names and suffix (Jr., III) as BibTeX does: at the comma if there is one,
// otherwise before the last word and the particles in front of it (van, de, …). A name of one word, and that of an
// organisation, is a family name.
func splitName(name string) (family, given, suffix string) {
	name = strings.Join(strings.Fields(name), " ")
	if data.IsOrganisation(name) || strings.Count(name, ",") > 0 && data.GivenFirst(name) == name {
		return name, "", ""
	}
	if f, g, ok := strings.Cut(name, ","); ok && !strings.Contains(g, ",") && !data.IsNameSuffix(strings.TrimSpace(g)) {
		return strings.TrimSpace(f), strings.TrimSpace(g), ""
	}
	words := strings.Fields(data.GivenFirst(name))
	if n := len(words) - 1; n > 1 && data.IsNameSuffix(words[n]) {
		words, suffix = words[:n], words[n]
	}
	if len(words) < 2 {
		return name, "", ""
	}
	start := len(words) - 1
	for start > 1 && unicode.IsLower([]rune(words[start-1])[0]) {
		start--
	}
	return strings.Join(words[start:], " "), strings.Join(words[:start], " "), suffix
}

// ownID returns the id of a paper where the other fields of a reference do not tell it, otherwise "".
func ownID(p *data.Paper) string {
	told := data.Paper{Title: p.Title, Abstract: p.Abstract, DOI: p.DOI, ArXiv: p.ArXiv, URL: p.SourceURL()}
	pmid, pmc := pubMed(p)
	if pmid != "" {
		told.Aliases = append(told.Aliases, "pmid:"+pmid)
	}
	if pmc != "" {
		told.Aliases = append(told.Aliases, "pmc:"+pmc)
	}
	if err := told.Normalize(); err == nil && told.ID == p.ID {
		return ""
	}
	return p.ID
}

// pubMed returns the ids of a paper in PubMed and PubMed Central, "" for one it has not.
func pubMed(p *data.Paper) (pmid, pmc string) {
	for _, id := range p.IDs() {
		if after, ok := strings.CutPrefix(id, "pmid:"); ok && pmid == "" {
			pmid = after
		}
		if after, ok := strings.CutPrefix(id, "pmc:"); ok && pmc == "" {
			pmc = after
		}
	}
	return pmid, pmc
}
