package api

import (
	"errors"
	"net/url"
	"slices"
	"strings"

	"kindred/api/link"
	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend"
	"kindred/recommend/library"
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
	Exports    []feedLink
	List       listView
}

func (a *server) paperPage(r *request) (*reply, error) {
	q := recommend.Query{Explain: true}
	form := r.form(&q)
	pg := r.pageOf("similar " + canonical(r.id))
	pg.limit = recommend.DefaultLimit
	if err := r.done(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	q.Positive = []string{p.ID}
	l := &listing{List: library.List{Reason: reasonLearning}, page: pg}
	if r.s.Ready() {
		if l, err = r.recommend(q, pg); err != nil {
			return nil, err
		}
	}
	v := a.frame(r, raised(p.Title), clip(p.Abstract, 200))
	v.Canonical = r.base + link.Paper(p.ID)
	v.Feeds = feeds("Papers like "+p.Title, link.PaperAPI(p.ID)+"/similar", nil)
	query := url.Values{"url": {v.Canonical}}.Encode()
	v.OEmbed = []feedLink{{"Related papers", "application/json+oembed", r.base + "/oembed?" + query}, {"Related papers", "text/xml+oembed", r.base + "/oembed?format=xml&" + query}}
	v.LD = scholarlyArticle(p, v.Canonical)
	view := paperView{
		Paper: cardOf(r.s, &item{Paper: p}, link.Seeds{}), Abstract: spans(p.Abstract, original(p).Abstract),
		Authors: p.Authors, Count: p.AuthorCount, Categories: beyondVenue(p), Keywords: p.Keywords,
		Topics: weights(r.s.TopicsOf(p)), Path: topicLinks(r.s.PathOf(p)),
		Exports: []feedLink{{"BibTeX", "", link.PaperAPI(p.ID) + "/export.bib"}, {"RIS", "", link.PaperAPI(p.ID) + "/export.ris"}, {"CSL-JSON", "", link.PaperAPI(p.ID) + "/export.csl"}},
		List:    r.listView(l, link.Seeds{Positive: []string{p.ID}}),
	}
	view.List.Form = form
	if p.DuplicateOf != "" {
		other, err := r.s.Papers.Paper(r.context(), p.DuplicateOf)
		if err != nil && !errors.Is(err, data.ErrNotFound) {
			return nil, err
		}
		if err == nil {
			view.Editions = []card{cardOf(r.s, &item{Paper: other}, link.Seeds{})}
		}
	}
	v.Data = view
	return a.render("paper", v)
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
	ld := map[string]any{"@context": "https://schema.org", "@type": "ScholarlyArticle", "@id": address, "url": address, "name": p.Title, "headline": clip(p.Title, 110)}
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

// readerList is the list that a reader collects. All of it stands in the address, so it can be kept and sent, and the
// server knows nothing of who has it.
type readerList struct {
	Positive, Negative []seed
	Text               string
	Share              string // address of this list
	Exports            []feedLink
	List               listView
	Hidden             []hidden // the list, for the form that adds to it
	Found              []card   // candidates for what the reader typed
	Typed              string
}

// seed is a paper of the list, and the address of the list without it or with its sign turned.
type seed struct {
	card
	Remove, Turn string
}

// maxFound is how many papers are offered for what a reader typed.
const maxFound = 5

func (a *server) listPage(r *request) (*reply, error) {
	q := recommend.Query{Explain: true}
	q.Positive, q.Negative = canonicalIDs(r.ids("positive")), canonicalIDs(r.ids("negative"))
	q.Text = r.one("text")
	typed := r.one("add")
	form := r.form(&q)
	pg := r.pageOf("list")
	if len(q.Positive)+len(q.Negative) > recommend.MaxSeeds {
		r.fail("positive", "The list holds %d papers; at most %d are used.", len(q.Positive)+len(q.Negative), recommend.MaxSeeds)
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	v := a.frame(r, "Your list", "Papers you like and dislike, and what to read next.")
	v.NoIndex = true
	list := link.Seeds{Positive: q.Positive, Negative: q.Negative, Text: q.Text}
	out := readerList{Text: q.Text, Share: list.Path(), Typed: typed}
	for _, id := range q.Positive {
		out.Hidden = append(out.Hidden, hidden{"positive", id})
	}
	for _, id := range q.Negative {
		out.Hidden = append(out.Hidden, hidden{"negative", id})
	}
	form.Hidden = out.Hidden
	var err error
	if out.Positive, err = r.seeds(list, list.Positive, link.Seeds.Dislike); err != nil {
		return nil, err
	}
	if out.Negative, err = r.seeds(list, list.Negative, link.Seeds.Like); err != nil {
		return nil, err
	}
	if typed != "" {
		if out.Found, err = r.offers(typed, list); err != nil {
			return nil, err
		}
	}
	l := &listing{page: pg}
	if len(q.Positive) > 0 || q.Text != "" {
		if l, err = r.recommend(q, pg); err != nil {
			return nil, err
		}
		seeds := list.Values()
		v.Feeds = feeds("Recommended papers", "/v1/recommendations", seeds)
		for _, kind := range []feedLink{{"BibTeX", "", "bib"}, {"RIS", "", "ris"}, {"CSL-JSON", "", "csl"}} {
			out.Exports = append(out.Exports, feedLink{kind.Title, "", "/v1/recommendations/export." + kind.Href + "?" + seeds.Encode()})
		}
	}
	out.List = r.listView(l, list)
	out.List.Form = form
	v.Data = out
	return a.render("list", v)
}

// seeds returns the papers of one side of a list, which turn puts on the other; ids that name none are left out here
// and told of beside the list.
func (r *request) seeds(list link.Seeds, ids []string, turn func(link.Seeds, string) link.Seeds) ([]seed, error) {
	var out []seed
	for _, id := range ids {
		p, err := r.s.Papers.Paper(r.context(), id)
		if errors.Is(err, data.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		removed := list.Without(id)
		out = append(out, seed{cardOf(r.s, &item{Paper: p}, list), removed.Path(), turn(removed, id).Path()})
	}
	return out, nil
}

// offers returns the papers that a reader may mean: the one with the id, or those that a search finds.
func (r *request) offers(typed string, list link.Seeds) ([]card, error) {
	p, err := r.s.Papers.Paper(r.context(), canonical(typed))
	if err == nil {
		return []card{cardOf(r.s, &item{Paper: p}, list)}, nil
	}
	if !errors.Is(err, data.ErrNotFound) {
		return nil, err
	}
	l, err := r.find(clip(typed, recommend.MaxQuery), recommend.Query{}, page{limit: maxFound})
	if err != nil {
		return nil, err
	}
	var out []card
	for i := range l.Items {
		c := cardOf(r.s, &l.Items[i], list)
		c.Ranked = false
		out = append(out, c)
	}
	return out, nil
}
