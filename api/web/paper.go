package web

import (
	"net/url"
	"slices"
	"strings"

	"kindred/api/link"
	"kindred/data"
	"kindred/data/cite"
	"kindred/data/readable"
)

// paperView is what the page of a paper shows.
type paperView struct {
	Paper      card
	Authors    []string
	Count      int             // of authors, where they are not named
	Abstract   []readable.Span // split at its formulas
	Topics     []weighted
	Path       []topicLink // from field to subtopic
	Categories []string
	Keywords   []string
	Editions   []card // the paper this one is another edition of
	Exports    []Link
	List       listView
}

// learning says why nothing is like a paper yet.
const learning = "Papers like this one are shown as soon as the collection has been analysed. That is under way."

// Paper returns the page of a paper and of the papers like it. editions are papers that it is another edition of.
func (p *Pages) Paper(v View, paper *data.Paper, editions []*data.Paper, like List) ([]byte, error) {
	api := link.PaperAPI(paper.ID)
	f := p.frame(v, raised(paper.Title), readable.Clip(paper.Abstract, 200))
	f.Canonical = v.Base + link.Paper(paper.ID)
	f.Feeds = feeds("Papers like "+paper.Title, api+"/similar", nil)
	query := url.Values{"url": {f.Canonical}}.Encode()
	f.OEmbed = []Link{
		{"Related papers", "application/json+oembed", v.Base + "/oembed?" + query},
		{"Related papers", "text/xml+oembed", v.Base + "/oembed?format=xml&" + query},
	}
	f.LD, f.Citation = scholarlyArticle(paper, f.Canonical), cite.MetaTags(paper, f.Canonical)
	view := paperView{
		Paper: v.plainCard(paper), Abstract: spans(paper.Abstract, original(paper).Abstract),
		Authors: paper.Authors, Count: paper.AuthorCount, Categories: beyondVenue(paper), Keywords: paper.Keywords,
		Topics: weights(v.TopicsOf(paper)), Path: topicLinks(v.PathOf(paper)), Exports: exports(api, nil),
		List: v.list(like),
	}
	if !v.Ready() {
		view.List.Empty = learning
	}
	for _, other := range editions {
		view.Editions = append(view.Editions, v.plainCard(other))
	}
	f.Data = view
	return p.render("paper", f)
}

// beyondVenue returns the categories that say more than the name of the venue does.
func beyondVenue(p *data.Paper) []string {
	venue := strings.Fields(strings.ToLower(p.Venue))
	return slices.DeleteFunc(slices.Clone(p.Categories), func(c string) bool {
		return slices.Contains(venue, strings.ToLower(c))
	})
}

// scholarlyArticle describes a paper in schema.org's words, for search engines.
func scholarlyArticle(p *data.Paper, address string) map[string]any {
	ld := map[string]any{
		"@context": "https://schema.org", "@type": "ScholarlyArticle", "@id": address, "url": address,
		"name": p.Title, "headline": readable.Clip(p.Title, 110),
	}
	if p.Abstract != "" {
		ld["abstract"] = p.Abstract
	}
	if !p.Published.IsZero() {
		ld["datePublished"] = p.Published.String()
	}
	var authors []map[string]string
	for _, name := range p.Authors {
		authors = append(authors, map[string]string{"@type": "Person", "name": name})
	}
	if authors != nil {
		ld["author"] = authors
	}
	if p.Venue != "" {
		ld["isPartOf"] = map[string]string{"@type": "CreativeWork", "name": p.Venue}
	}
	if len(p.Keywords) > 0 {
		ld["keywords"] = strings.Join(p.Keywords, ", ")
	}
	if p.DOI != "" {
		ld["identifier"] = map[string]string{"@type": "PropertyValue", "propertyID": "doi", "value": p.DOI}
	}
	if u := p.SourceURL(); u != "" {
		ld["sameAs"] = u
	}
	return ld
}
