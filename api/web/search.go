package web

import (
	"net/url"
	"strings"

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
	results := v.list(list)
	results.Form.Hidden = []hidden{{"q", words}}
	f.Data = struct {
		Words   string
		Unknown bool
		Topics  []topicCard
		List    listView
	}{words, unknown, topicCards(v.Snapshot, topics), results}
	return p.render("search", f)
}

// Like returns the page of the papers like a pasted text, and of its topics. The text is that of v.List, so that what is
// added from the page joins it.
func (p *Pages) Like(v View, text string, topics []library.TopicWeight, list *library.List) ([]byte, error) {
	f := p.frame(v, "Papers like your text", "")
	f.NoIndex = true
	f.Data = struct {
		Text   string
		Start  string // of the text
		Keep   string // address of the reader's list with the text
		Topics []weighted
		List   listView
	}{text, opening(text), v.List.Path(), weights(topics), v.list(List{List: list})}
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
