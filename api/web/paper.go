package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"kindred/api/link"
	"kindred/data"
	"kindred/data/cite"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// paperView is what the page of a paper shows.
type paperView struct {
	Paper      card
	Authors    []Link
	Further    []Link          // authors beyond the first
	Count      int             // of authors, where they are not named
	Abstract   []readable.Span // split at its formulas
	Topics     []weighted
	Other      int         // how sure it is that the paper is in no topic, in per cent; 0 where it is in one
	Path       []topicLink // from field to subtopic
	Reading    []Link      // where it can be read, the best first
	Venue      string      // address of a search for what else appeared there
	Year       string      // address of a search for what else appeared in its year
	Map        bool        // there is one
	Categories []Link
	Keywords   []string
	Editions   []card // the paper this one is another edition of
	Exports    []Link
	List       listView
	Graph      *graphView // of its neighbourhood, nil for none
}

// learning says why nothing is like a paper yet.
const learning = "Papers like this one are shown as soon as the collection has been analysed. That is under way."

// Paper returns the page of a paper and of the papers like it. editions are papers that it is another edition of, and near
// is its neighbourhood, nil where it is not shown.
func (p *Pages) Paper(v View, paper *data.Paper, editions []*data.Paper, like List, near *library.Neighbourhood) ([]byte, error) {
	api := link.PaperAPI(paper.ID)
	f := p.frame(v, readable.Powers(paper.Title), readable.Clip(paper.Abstract, 200))
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
		Count: paper.AuthorCount, Reading: readingLinks(paper), Map: v.Points != nil, Keywords: paper.Keywords,
		Topics: weights(v.TopicsOf(paper)), Other: percent(v.OtherOf(paper)), Path: topicLinks(v.PathOf(paper)), Exports: exports(api, nil),
		List: v.list(like), Graph: v.graph(near),
	}
	if view.Graph != nil {
		f.Script = "graph.js"
	}
	if !v.Ready() {
		view.List.Empty = learning
	}
	for _, other := range editions {
		view.Editions = append(view.Editions, v.plainCard(other))
	}
	view.Authors, view.Further = authorLinks(paper.Authors)
	for _, c := range beyondVenue(paper) {
		view.Categories = append(view.Categories, Link{Title: c, Href: link.Search(fielded("cat", c))})
	}
	if paper.Venue != "" {
		view.Venue = link.Search(fielded("venue", paper.Venue))
	}
	if y := paper.Published.Year; y > 0 {
		view.Year = link.Search(fmt.Sprintf("year:%d", y))
	}
	f.Preview = preview(paper, p.site, v.Base, f.Canonical)
	f.Data = view
	return p.render("paper", f)
}

// fielded writes a search for a value in a field. The syntax has no way to write a quotation mark.
func fielded(field, value string) string {
	return field + `:"` + strings.ReplaceAll(value, `"`, " ") + `"`
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

// shownAuthors is how many authors the page of a paper names before the rest is folded away.
const shownAuthors = 10

// authorLinks returns links to the pages of authors, all of them where one more than the first would be left.
func authorLinks(names []string) (first, rest []Link) {
	links := make([]Link, len(names))
	for i, name := range names {
		links[i] = Link{Title: name, Href: link.Author(name)}
	}
	if len(links) <= shownAuthors+1 {
		return links, nil
	}
	return links[:shownAuthors], links[shownAuthors:]
}

// readingLinks returns where a paper can be read, or else where to look for it.
func readingLinks(p *data.Paper) []Link {
	var out []Link
	add := func(title, address string) {
		if !slices.ContainsFunc(out, func(l Link) bool { return l.Href == address }) {
			out = append(out, Link{Title: title, Href: address})
		}
	}
	if p.ArXiv != "" {
		add("arXiv", "https://arxiv.org/abs/"+p.ArXiv)
		add("PDF", "https://arxiv.org/pdf/"+p.ArXiv)
		add("HTML", "https://arxiv.org/html/"+p.ArXiv)
		add("Hugging Face", "https://huggingface.co/papers/"+p.ArXiv)
	}
	if p.DOI != "" {
		add("DOI", "https://doi.org/"+(&url.URL{Path: p.DOI}).EscapedPath())
	}
	if source := p.SourceURL(); source != "" {
		add("Source", source)
	}
	if out == nil {
		words := url.QueryEscape(p.Title)
		add("Look for it at Google Scholar", "https://scholar.google.com/scholar?q="+words)
		add("Semantic Scholar", "https://www.semanticscholar.org/search?q="+words)
		add("DBLP", "https://dblp.org/search?q="+words)
	}
	return out
}

// preview describes a paper to what shows a card for its address: the Open Graph protocol, which chats and social
// networks read.
func preview(p *data.Paper, site, base, address string) []cite.Tag {
	about := readable.OneLine(firstSentence(p.Abstract))
	if about == "" {
		about = data.Byline(p.Authors, p.AuthorCount)
	}
	return []cite.Tag{
		{Name: "og:type", Content: "article"}, {Name: "og:site_name", Content: site}, {Name: "og:title", Content: readable.OneLine(p.Title)},
		{Name: "og:description", Content: about}, {Name: "og:url", Content: address},
		{Name: "og:image", Content: base + "/assets/preview.png"}, {Name: "og:image:alt", Content: site}, {Name: "og:image:width", Content: "1200"}, {Name: "og:image:height", Content: "630"},
		{Name: "twitter:card", Content: "summary_large_image"},
	}
}
