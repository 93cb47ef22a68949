package web

import (
	"fmt"
	"net/url"
	"regexp"
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
func (p *Pages) Search(v View, words string, unknown bool, list List) ([]byte, error) {
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
		f.Feeds = feeds("Papers about "+words, "/v1/search", url.Values{"q": {words}})
	}
	authors := v.authorsMeant(words)
	if len(authors) > 0 {
		list.List.DidYouMean = "" // the name is spelled as one is here
	}
	results := v.list(list)
	results.Form.Hidden = []hidden{{"q", words}}
	f.Data = struct {
		Words   string
		Unknown bool
		Topics  []topicCard
		Authors []topicLink
		Meant   []topicLink // other searches that the words may stand for
		List    listView
	}{words, unknown, topicCards(v.Snapshot, topics), authors, v.fieldsMeant(words), results}
	return p.render("search", f)
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
func (p *Pages) Like(v View, text string, topics []library.TopicWeight, other float32, list *library.List) ([]byte, error) {
	f := p.frame(v, "Papers like your text", "")
	f.NoIndex = true
	f.Data = struct {
		Text   string
		Start  string // of the text
		Keep   string // address of the reader's list with the text
		Topics []weighted
		Other  int // how sure it is that the text is in no topic, in per cent
		List   listView
	}{text, opening(text), v.List.Path(), weights(topics), percent(other), v.list(List{List: list})}
	return p.render("like", f)
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
