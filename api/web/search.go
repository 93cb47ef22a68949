package web

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kindred/api/link"
	"kindred/classifier/topic"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// searchTopics is how many topics the page of a search shows.
const searchTopics = 6

// Search returns the page of a search for words, which may be none yet. unknown says that they are an id that no paper
// has.
func (p *Pages) Search(v View, words string, unknown bool, in Listing) ([]byte, error) {
	list := in.List
	title := "Search"
	var topics []*topic.Topic
	if words != "" {
		title = words + " – search"
		topics = v.SortedTopics(0, "size", strings.ToLower(words))
		topics = topics[:min(len(topics), searchTopics)]
	}
	f := p.frame(v, title, "")
	f.Words, f.NoIndex, f.Script = words, true, "keys.js"
	if words != "" {
		f.Feeds = v.searchFeeds(words)
	}
	authors := v.authorsMeant(words)
	if len(authors) > 0 {
		list.List.DidYouMean = "" // the name is spelled as one is here
	}
	results := v.results(list, in)
	f.Data = struct {
		Words   string
		Unknown bool
		Topics  []topicCard
		Authors []topicLink
		Meant   []topicLink // other searches that the words may stand for
		Newest  bool        // only papers that have all words, newest first
		List    listingView
	}{words, unknown, topicCards(v.Snapshot, topics), authors, v.fieldsMeant(words), in.Query.Order == library.Newest, results}
	return p.render("search", f)
}

// results returns what a page shows of papers that were found.
func (v View) results(list List, in Listing) listingView {
	out := listingView{Dense: in.View == Dense, List: v.list(list), Orders: v.orderTabs(in), Views: v.viewTabs(in), Filters: v.listingFilters(in)}
	out.rows(in)
	return out
}

// searchFeeds are the feeds of a search. They tell of the newest papers that have its words: a feed in the order of
// likeness would be silent about a paper that is less like them than ten others.
func (v View) searchFeeds(words string) []Link {
	q := v.asked()
	q.Set("q", words)
	q.Set("order", library.Newest)
	return feeds("New papers with “"+words+"”", "/v1/search", q)
}

// Limits of what a search offers beside its results.
const (
	searchAuthors   = 4
	mostAuthorWords = 5 // of a name
)

// authorsMeant returns the authors whose names have all the words of a search.
func (v View) authorsMeant(words string) []topicLink {
	if n := len(strings.Fields(words)); n == 0 || n > mostAuthorWords || strings.ContainsAny(words, `":`) {
		return nil
	}
	found := v.Catalog.AuthorsNamed(words)
	var out []topicLink
	for _, a := range found[:min(len(found), searchAuthors)] {
		out = append(out, topicLink{fmt.Sprintf("%s (%d)", a.Name, len(a.Rows)), link.Author(a.Name)})
	}
	return out
}

// yearForm matches a year that papers may be of.
var yearForm = regexp.MustCompile(`^(19|20)\d\d$`)

// fieldsMeant returns searches for the papers of a year or of a venue, where words are one.
func (v View) fieldsMeant(words string) []topicLink {
	var out []topicLink
	if yearForm.MatchString(words) {
		out = append(out, topicLink{"All papers of " + words, link.Search("year:" + words)})
	}
	if venue, n := v.Catalog.AppearedAt(words); n > 0 {
		out = append(out, topicLink{fmt.Sprintf("All papers that appeared at %s (%s)", venue, count(n)), link.Search(fielded("venue", venue))})
	}
	return out
}

// Like returns the page of the papers like a pasted text, and of its topics. The text is that of v.List, so that what is
// added from the page joins it.
func (p *Pages) Like(v View, text string, topics []library.TopicWeight, other float32, in Listing) ([]byte, error) {
	f := p.frame(v, "Papers like your text", "")
	f.NoIndex = true
	results := v.results(in.List, in)
	results.Filters.Post = "/like"
	chosen := append([]hidden{{"text", text}}, in.fields()...)
	results.Filters.Hidden = []hidden{{"text", text}}
	if in.View != Views[0] {
		results.Filters.Hidden = append(results.Filters.Hidden, hidden{"view", in.View})
	}
	var next, first []hidden
	if in.List.Next != "" {
		next = append(slices.Clone(chosen), hidden{"cursor", in.List.Next})
	}
	if in.List.Offset > 0 {
		first = chosen
	}
	f.Data = struct {
		Text   string
		Start  string // of the text
		Keep   string // address of the reader's list with the text
		Topics []weighted
		Other  int // how sure it is that the text is in no topic, in per cent
		List   listingView
		Next   []hidden // fields that ask for the next page, none at the end
		First  []hidden // fields that ask for the first page, none on it
	}{text, opening(text), v.List.Path(), weights(topics), percent(other), results, next, first}
	return p.render("like", f)
}

// fields returns the filters and the view of a listing as the fields of a form.
func (in Listing) fields() []hidden {
	q := in.Query
	var topics []string
	for _, t := range q.Topics {
		topics = append(topics, strconv.Itoa(t))
	}
	linked, view := "", in.View
	if q.Linked {
		linked = "true"
	}
	if view == Views[0] {
		view = ""
	}
	all := []hidden{
		{"topic", strings.Join(topics, ",")}, {"category", strings.Join(q.Categories, ",")}, {"source", strings.Join(q.Sources, ",")},
		{"linked", linked}, {"published_after", q.After.String()}, {"published_before", q.Before.String()}, {"view", view},
	}
	return slices.DeleteFunc(all, func(h hidden) bool { return h.Value == "" })
}

// likeQuoted is how many bytes of a pasted text stand above its results; all of it is in the form below them.
const likeQuoted = 360

// opening returns the first words of a text.
func opening(text string) string {
	short := readable.Clip(text, likeQuoted)
	if i := strings.LastIndexByte(short, ' '); short != text && i > likeQuoted/2 {
		short = short[:i] + " …"
	}
	return short
}
