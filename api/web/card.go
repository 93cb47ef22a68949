package web

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"kindred/api/link"
	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend"
	"kindred/recommend/library"
)

// card is a paper as pages show it. Its text is plain; templates escape it.
type card struct {
	ID       string
	Title    string
	Spans    []readable.Span // the title, split at its formulas
	Page     string
	Source   string
	Byline   string // authors, shortened
	Date     string
	ISO      string // the date for machines
	Venue    string
	Abstract string
	First    string // sentence of the abstract, shortened
	Votes    string // upvotes, "" for none
	Comments string // how many comments there are, "" for none
	Ranked   bool
	Percent  int // score in hundredths
	Topic    *topicLink
	Reasons  []chip
	More     string // address of the reader's list with this paper as a seed as well
	Less     string // address of the reader's list with this paper as an anti-seed as well
	Drop     string // address of the reader's list without this paper
	Listed   bool   // it is on the reader's list
}

// topicLink is a topic as pages link to it.
type topicLink struct {
	Label string
	Page  string
}

// chip is one reason: a term, and its share of the score in hundredths of it.
type chip struct {
	Term  string
	Share int
	How   string // said in words, for a tooltip and a screen reader
}

const shownReasons = 5

// card returns the form of an item for pages. Its links add to the reader's list.
func (v View) card(it *library.Item) card {
	p, s, seeds := it.Paper, v.Snapshot, v.List
	c := card{
		ID: p.ID, Title: p.Title, Spans: spans(p.Title, original(p).Title), Page: link.Paper(p.ID),
		Source: p.SourceURL(), Byline: data.Byline(p.Authors, p.AuthorCount), Date: p.Published.InWords(), ISO: p.Published.String(),
		Venue: p.Venue, Abstract: p.Abstract, First: readable.Powers(firstSentence(p.Abstract)), Ranked: it.Ranked, Percent: percent(it.Score),
		Reasons: chips(it.Reasons, it.Score), More: seeds.Like(p.ID).Path(), Less: seeds.Dislike(p.ID).Path(),
		Drop: seeds.Without(p.ID).Path(), Listed: seeds.Has(p.ID),
	}
	if p.Upvotes > 0 {
		c.Votes = count(p.Upvotes)
	}
	switch {
	case p.Comments == 1:
		c.Comments = "1 comment"
	case p.Comments > 1:
		c.Comments = count(p.Comments) + " comments"
	}
	if label := s.Label(it.Topic); label != "" {
		c.Topic = &topicLink{readable.Heading(label), link.Topic(it.Topic)}
	}
	return c
}

// plainCard returns the form of a paper that is in no list of results.
func (v View) plainCard(p *data.Paper) card { return v.card(&library.Item{Paper: p}) }

// cards returns the forms of items.
func (v View) cards(items []library.Item) []card {
	out := make([]card, len(items))
	for i := range items {
		out[i] = v.card(&items[i])
	}
	return out
}

// spans splits a text at its formulas, for showing.
func spans(text, original string) []readable.Span {
	out := readable.Formulas(text, original)
	for i := range out {
		out[i].Text = readable.Powers(out[i].Text)
	}
	return out
}

// original returns the text of a paper before its markup was undone, empty where there was none.
func original(p *data.Paper) data.Original {
	if p.Original == nil {
		return data.Original{}
	}
	return *p.Original
}

// When returns the date that stands beside the venue: none where it is a year that the venue has in its name.
func (c card) When() string {
	if len(c.Date) == len("2006") && strings.Contains(c.Venue, c.Date) {
		return ""
	}
	return c.Date
}

// chips returns the terms that speak most for a hit. A word counts with the phrase or compound that has it.
func chips(reasons []recommend.Reason, score float32) []chip {
	if score <= 0 {
		return nil
	}
	var out []chip
	for _, re := range recommend.Absorbed(reasons) {
		c := chip{Term: re.Term, Share: percent(re.Share / score)}
		if c.Share <= 0 || len(out) == shownReasons {
			break
		}
		if re.Lexical > 0 {
			c.How = fmt.Sprintf("in both texts, %d%% of the score", c.Share)
		} else {
			c.How = fmt.Sprintf("close in meaning, %d%% of the score", c.Share)
		}
		out = append(out, c)
	}
	return out
}

// Bounds of a first sentence in bytes: what is shorter takes in the next one, what is longer is cut at a word.
const (
	leastSentence = 60
	mostSentence  = 220
)

// sentenceEnd is a full stop, or another mark that ends sentences, before a word with a capital. A single letter before
// it, or an abbreviation such as et al., ends none.
var sentenceEnd = regexp.MustCompile(`[\pL\d)\]”"]{2}[.!?](?: +[\p{Lu}\d“"(]|$)|[。！？]`)

// firstSentence returns how an abstract begins.
func firstSentence(abstract string) string {
	text := strings.Join(strings.Fields(abstract), " ")
	for _, at := range sentenceEnd.FindAllStringIndex(text, -1) {
		end := at[0]
		for !strings.ContainsRune(".!?。！？", rune(text[end])) && text[end] < 0x80 {
			end++
		}
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
		if end > mostSentence {
			break
		}
		if end >= leastSentence && !strings.HasSuffix(text[:end], " al.") && !strings.HasSuffix(text[:end], " vs.") {
			return text[:end]
		}
	}
	short := readable.Clip(text, mostSentence)
	if i := strings.LastIndexByte(short, ' '); short != text && i > 0 {
		short = short[:i] + " …"
	}
	return short
}
