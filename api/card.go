package api

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend"
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
	Ranked   bool
	Percent  int // score in hundredths
	Topic    *topicLink
	Reasons  []chip
	More     string // address of the list with this paper as a seed as well
	Less     string // address of the list with this paper as an anti-seed as well
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

const (
	bylineAuthors = 3
	shownReasons  = 5
)

// card returns the form of an item for pages. seeds is the reader's list to which the card's links add, nil for an
// empty one.
func (s snapshot) card(it *item, seeds *recommend.Query) card {
	p := it.paper
	c := card{
		ID: p.ID, Title: p.Title, Spans: spans(p.Title, original(p).Title), Page: paperPath(p.ID), Source: sourceURL(p), Byline: byline(p.Authors, p.AuthorCount), Date: publishedLong(p.Published),
		ISO: p.Published.String(), Venue: p.Venue, Abstract: p.Abstract, Ranked: it.ranked, Percent: percent(it.score),
	}
	if label := s.Label(it.topic); label != "" {
		c.Topic = &topicLink{heading(label), topicPath(it.topic)}
	}
	c.Reasons = chips(it.reasons, it.score)
	if seeds == nil {
		seeds = &recommend.Query{}
	}
	more, less := *seeds, *seeds
	more.Positive = with(seeds.Positive, p.ID)
	less.Negative = with(seeds.Negative, p.ID)
	c.More, c.Less = listPath(more), listPath(less)
	return c
}

// spans splits a text at its formulas, for showing.
func spans(text, original string) []readable.Span {
	out := readable.Formulas(text, original)
	for i := range out {
		out[i].Text = raised(out[i].Text)
	}
	return out
}

var power = regexp.MustCompile(`[\pL\d)\]}]\^\d+(\.\d+)?`)

// superscripts are the digits as exponents.
var superscripts = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹")

// raised writes powers as print does: sources that drop the dollar signs of V$^2$ leave V^2.
func raised(text string) string {
	if !strings.Contains(text, "^") {
		return text
	}
	return power.ReplaceAllStringFunc(text, func(s string) string {
		base, exponent, _ := strings.Cut(s, "^")
		if len(exponent) > 2 { // not what people write as a power
			return s
		}
		return base + superscripts.Replace(exponent)
	})
}

// original returns the text of a paper before its markup was undone, empty where there was none.
func original(p *data.Paper) data.Original {
	if p.Original == nil {
		return data.Original{}
	}
	return *p.Original
}

func (s snapshot) cards(l *listing) []card {
	out := make([]card, len(l.items))
	for i := range l.items {
		out[i] = s.card(&l.items[i], nil)
	}
	return out
}

func with(ids []string, id string) []string {
	if slices.Contains(ids, id) {
		return ids
	}
	return append(slices.Clone(ids), id)
}

func without(ids []string, id string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(s string) bool { return s == id })
}

func listPath(q recommend.Query) string {
	v := seedQuery(q)
	if len(v) == 0 {
		return "/list"
	}
	return "/list?" + v.Encode()
}

// When returns the date that stands beside the venue: none where it is a year that the venue has in its name.
func (c card) When() string {
	if len(c.Date) == len("2006") && strings.Contains(c.Venue, c.Date) {
		return ""
	}
	return c.Date
}

// byline names up to three authors and how many are left, never one: that one is named. Where only their number is known it
// says that.
func byline(authors []string, count int) string {
	switch n := len(authors); {
	case n == 0 && count == 1:
		return "1 author"
	case n == 0 && count > 1:
		return strconv.Itoa(count) + " authors"
	case n <= bylineAuthors+1:
		return strings.Join(authors, ", ")
	default:
		return fmt.Sprintf("%s and\u00a0%d\u00a0more", strings.Join(authors[:bylineAuthors], ", "), n-bylineAuthors)
	}
}

// chips returns the terms that speak most for a hit. A word counts with the phrase or compound that has it.
func chips(reasons []recommend.Reason, score float32) []chip {
	if score <= 0 {
		return nil
	}
	var out []chip
	for _, re := range absorbed(reasons) {
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

// absorbed returns the reasons that have a term, largest first, words added to the first that holds them among others.
func absorbed(reasons []recommend.Reason) []recommend.Reason {
	words := func(term string) []string {
		return strings.FieldsFunc(strings.ToLower(term), func(r rune) bool { return r == ' ' || r == '-' })
	}
	var out, single []recommend.Reason
	for _, re := range reasons {
		switch {
		case re.Term == "":
		case len(words(re.Term)) > 1:
			out = append(out, re)
		default:
			single = append(single, re)
		}
	}
	phrases := len(out)
	for _, re := range single {
		at := slices.IndexFunc(out[:phrases], func(p recommend.Reason) bool { return slices.Contains(words(p.Term), strings.ToLower(re.Term)) })
		if at < 0 {
			out = append(out, re)
			continue
		}
		out[at].Share += re.Share
		out[at].Lexical += re.Lexical
		out[at].Latent += re.Latent
	}
	slices.SortStableFunc(out, func(x, y recommend.Reason) int { return cmp.Compare(y.Share, x.Share) })
	return out
}

// reasonLearning is why a list is empty while no model is there. It is shown on pages alone.
const reasonLearning = "learning"

// emptyReason says in words why a list is empty.
func emptyReason(l *listing) string {
	if len(l.items) > 0 {
		return ""
	}
	switch l.reason {
	case reasonLearning:
		return "Papers like this one are shown as soon as the collection has been analysed. That is under way."
	case recommend.ReasonNoText:
		return "There is no text to go by: the paper has neither title nor abstract."
	case recommend.ReasonNoKnownTerms:
		return "None of these words occurs in the papers here."
	case recommend.ReasonBelowMinScore:
		return "There are papers that are somewhat alike, but none is good enough for the score you asked for."
	case recommend.ReasonNoneAlike:
		return "No paper here is alike enough."
	case recommend.ReasonFiltered:
		return "No paper is left after the filters."
	}
	if l.page.offset > 0 {
		return "The list ends here."
	}
	return "Nothing was found."
}

// spark draws counts as the points of an SVG polyline, 100 wide and 24 high.
func spark(counts []int) string {
	if len(counts) < 2 {
		return ""
	}
	top := max(1, slices.Max(counts))
	var b strings.Builder
	for i, n := range counts {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%.1f,%.1f", 100*float64(i)/float64(len(counts)-1), 22.5-21*float64(n)/float64(top))
	}
	return b.String()
}

// pageAddress returns a page's address with some parameters of the present one replaced; an empty value removes one.
func pageAddress(u *url.URL, pairs ...string) string {
	q := u.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		} else {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return u.EscapedPath()
	}
	return u.EscapedPath() + "?" + q.Encode()
}
