package cite

import (
	"fmt"
	"strings"

	"kindred/data"
	"kindred/data/readable"
)

// Tag is a meta element of a page.
type Tag struct{ Name, Content string }

// MetaTags returns the Highwire Press tags of a paper (citation_title and others), by which Zotero's button and Google
// Scholar know what a page is about. address is that of the page. Authors come in their order, one tag each; a date
// that is known to the month or the year is written so far, with slashes.
func MetaTags(p *data.Paper, address string) []Tag {
	var tags []Tag
	add := func(name, content string) {
		if content = readable.OneLine(content); content != "" {
			tags = append(tags, Tag{"citation_" + name, content})
		}
	}
	add("title", p.Title)
	for _, name := range p.Authors {
		add("author", name)
	}
	add("publication_date", strings.ReplaceAll(p.Published.String(), "-", "/"))
	switch entryType(p) {
	case "article":
		add("journal_title", p.Venue)
	case "inproceedings":
		add("conference_title", p.Venue)
	default:
		add("publisher", p.Venue) // a preprint
	}
	add("doi", p.DOI)
	if p.ArXiv != "" {
		add("arxiv_id", p.ArXiv)
		add("pdf_url", fmt.Sprintf("https://arxiv.org/pdf/%s", p.ArXiv))
	}
	add("keywords", strings.Join(p.Keywords, "; "))
	add("abstract", p.Abstract)
	add("abstract_html_url", address)
	return tags
}
