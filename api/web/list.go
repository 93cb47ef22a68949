package web

import (
	"net/url"
	"strings"

	"kindred/api/link"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend"
	"kindred/recommend/library"
)

// List is a page of a list of papers.
type List struct {
	*library.List
	Offset int    // papers before the page
	Next   string // cursor of the next page, "" at the end
	Form   Form
}

// Form is what the reader chose of the filters that pages offer, as it is written.
type Form struct {
	After     string
	Diversity string
}

// listView is a list of papers on a page.
type listView struct {
	Cards      []card
	Total      int
	More       bool // than Total
	First      int  // rank of the first card
	Empty      string
	DidYouMean string
	MeanPath   string
	Next, Back string
	Form       filterForm
	Missing    []string
}

// filterForm is a Form with the fields that its reader does not see.
type filterForm struct {
	Form
	Hidden []hidden
}

type hidden struct{ Name, Value string }

// list returns the form of a list for pages. seeds is the reader's list to which its cards' links add.
func (v View) list(l List, seeds link.Seeds) listView {
	out := listView{
		Total: l.Total, More: l.More, First: l.Offset + 1, Empty: emptyReason(l), DidYouMean: l.DidYouMean,
		Missing: l.Missing, Form: filterForm{Form: l.Form},
	}
	for i := range l.Items {
		out.Cards = append(out.Cards, cardOf(v.Snapshot, &l.Items[i], seeds))
	}
	if l.Next != "" {
		out.Next = pageAddress(v.URL, "cursor", l.Next)
	}
	if l.Offset > 0 {
		out.Back = pageAddress(v.URL, "cursor", "")
	}
	if l.DidYouMean != "" {
		out.MeanPath = pageAddress(v.URL, "q", l.DidYouMean, "cursor", "")
	}
	return out
}

// emptyReason says in words why a list is empty.
func emptyReason(l List) string {
	if len(l.Items) > 0 {
		return ""
	}
	switch l.Reason {
	case recommend.ReasonNoText:
		return "There is no text to go by: the paper has neither title nor abstract."
	case recommend.ReasonNoKnownTerms:
		return "None of these words occurs in the papers here."
	case recommend.ReasonBelowMinScore:
		return "There are papers that are somewhat alike, but none is good enough for the score you asked for."
	case recommend.ReasonFiltered:
		return "No paper is left after the filters."
	}
	if l.Offset > 0 {
		return "The list ends here."
	}
	return "Nothing was found."
}

// SearchTopics is how many topics the page of a search shows.
const SearchTopics = 6

// Search returns the page of a search for words, which may be none yet.
func (p *Pages) Search(v View, words string, list List) ([]byte, error) {
	title := "Search"
	var topics []*topic.Topic
	if words != "" {
		title = words + " – search"
		topics = v.SortedTopics(0, "size", strings.ToLower(words))
		topics = topics[:min(len(topics), SearchTopics)]
	}
	f := p.frame(v, title, "")
	f.Words, f.NoIndex = words, true
	if words != "" {
		f.Feeds = feeds("Papers about "+words, "/v1/search", url.Values{"q": {words}})
	}
	results := v.list(list, link.Seeds{})
	results.Form.Hidden = []hidden{{"q", words}}
	f.Data = struct {
		Words  string
		Topics []topicCard
		List   listView
	}{words, topicCards(v.Snapshot, topics), results}
	return p.render("search", f)
}

// Like returns the page of the papers like a pasted text, and of its topics.
func (p *Pages) Like(v View, text string, topics []library.TopicWeight, list *library.List) ([]byte, error) {
	f := p.frame(v, "Papers like your text", "")
	f.NoIndex = true
	f.Data = struct {
		Text   string
		Start  string // of the text
		Topics []weighted
		List   listView
	}{text, opening(text), weights(topics), v.list(List{List: list}, link.Seeds{})}
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

// Reader is the list that a reader collects. All of it is in the address, so it can be kept and sent, and the server
// knows nothing of who has it.
type Reader struct {
	Seeds              link.Seeds
	Positive, Negative []*data.Paper  // the papers of Seeds that are here
	Typed              string         // what the reader looks for
	Found              []library.Item // candidates for Typed
	List               List           // papers like the seeds
}

// readerView is what the page of a reader's list shows.
type readerView struct {
	Positive, Negative []seed
	Text               string
	Share              string // address of this list
	Exports            []Link
	List               listView
	Hidden             []hidden // the list, for the form that adds to it
	Found              []card
	Typed              string
}

// seed is a paper of the list, and the address of the list without it or with its sign turned.
type seed struct {
	card
	Remove, Turn string
}

// Reader returns the page of a reader's list.
func (p *Pages) Reader(v View, in Reader) ([]byte, error) {
	const api = "/v1/recommendations"
	f := p.frame(v, "Your list", "Papers you like and dislike, and what to read next.")
	f.NoIndex = true
	out := readerView{Text: in.Seeds.Text, Share: in.Seeds.Path(), Typed: in.Typed, List: v.list(in.List, in.Seeds)}
	for _, id := range in.Seeds.Positive {
		out.Hidden = append(out.Hidden, hidden{"positive", id})
	}
	for _, id := range in.Seeds.Negative {
		out.Hidden = append(out.Hidden, hidden{"negative", id})
	}
	out.List.Form.Hidden = out.Hidden
	seedOf := func(paper *data.Paper) (s seed, without link.Seeds) {
		without = in.Seeds.Without(paper.ID)
		return seed{card: cardOf(v.Snapshot, &library.Item{Paper: paper}, in.Seeds), Remove: without.Path()}, without
	}
	for _, paper := range in.Positive {
		s, without := seedOf(paper)
		s.Turn = without.Dislike(paper.ID).Path()
		out.Positive = append(out.Positive, s)
	}
	for _, paper := range in.Negative {
		s, without := seedOf(paper)
		s.Turn = without.Like(paper.ID).Path()
		out.Negative = append(out.Negative, s)
	}
	for i := range in.Found {
		c := cardOf(v.Snapshot, &in.Found[i], in.Seeds)
		c.Ranked = false
		out.Found = append(out.Found, c)
	}
	if len(in.Seeds.Positive) > 0 || in.Seeds.Text != "" {
		f.Feeds = feeds("Recommended papers", api, in.Seeds.Values())
		out.Exports = exports(api, in.Seeds.Values())
	}
	f.Data = out
	return p.render("list", f)
}
