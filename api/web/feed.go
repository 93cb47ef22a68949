package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"kindred/api/link"
	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// FeedKinds are the endings of feeds: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1.
var FeedKinds = []string{"atom", "rss", "json"}

// feedTypes are the media types of the FeedKinds.
var feedTypes = map[string]string{
	"atom": "application/atom+xml", "rss": "application/rss+xml", "json": "application/feed+json",
}

// Feed is a list of papers before it takes one of the formats. Addresses are absolute.
type Feed struct {
	Title, Site string
	Base        string // where the site is reached
	Self        string // address of the feed
	Page        string // address of the page that shows the list
	Next        string // address of the next part of the feed, "" at the end
	Updated     time.Time
}

// feedFormat takes the entries of a feed one by one.
type feedFormat interface {
	add(e *feedEntry)
}

// feedEntry is one paper of a feed. Its text holds no control characters, which XML 1.0 has no place for.
type feedEntry struct {
	page, title, source, abstract string
	authors, categories           []string
	published                     time.Time // zero where no date is known
	known                         string    // the year or month of publication, where no day is known
}

// date writes the day on which the paper was published in a layout of package time, "" where no date is known.
func (e *feedEntry) date(layout string) string {
	if e.published.IsZero() {
		return ""
	}
	return e.published.Format(layout)
}

// Encode returns the feed of items in one of the FeedKinds, and its media type. Updated is the time of the model; the
// date of the newest paper takes its place where that is later.
func (f Feed) Encode(kind string, items []library.Item) (typ string, body []byte, err error) {
	for i := range items {
		if t := items[i].Paper.Published.First(); t.After(f.Updated) {
			f.Updated = t
		}
	}
	var out feedFormat
	switch kind {
	case "atom":
		out, typ = f.atom(), "application/atom+xml; charset=utf-8"
	case "rss":
		out, typ = f.rss(), "application/rss+xml; charset=utf-8"
	default:
		out, typ = f.json(), "application/feed+json; charset=utf-8"
	}
	for i := range items {
		out.add(f.entry(items[i].Paper))
	}
	if kind != "json" {
		body, err = encodeXML(out)
	} else if body, err = json.Marshal(out); err != nil {
		err = fmt.Errorf("encode feed: %w", err)
	}
	return typ, body, err
}

func (f *Feed) entry(p *data.Paper) *feedEntry {
	known := ""
	if p.Published.Day == 0 {
		known = p.Published.String()
	}
	return &feedEntry{
		page: f.Base + link.Paper(p.ID), title: cmp.Or(readable.PlainXML(p.Title), "Untitled"), source: p.SourceURL(),
		abstract: readable.PlainXML(p.Abstract), authors: plainAll(p.Authors), categories: plainAll(p.Categories),
		published: p.Published.First(), known: known,
	}
}

// plainAll makes names plain, and leaves out those of which nothing remains: no feed takes an empty one.
func plainAll(names []string) []string {
	var out []string
	for _, name := range names {
		if name = readable.PlainXML(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// AtomFeed is a feed as RFC 4287 has it.
type AtomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  *AtomPerson `xml:"author"`
	Links   []AtomLink  `xml:"link"`
	Entries []AtomEntry `xml:"entry"`
}

// AtomPerson is a person of Atom.
type AtomPerson struct {
	Name string `xml:"name"`
}

// AtomLink is a link of Atom.
type AtomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

// AtomEntry is an entry of Atom.
type AtomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Updated    string         `xml:"updated"`
	Published  string         `xml:"published,omitempty"`
	Authors    []AtomPerson   `xml:"author"`
	Links      []AtomLink     `xml:"link"`
	Categories []AtomCategory `xml:"category"`
	Summary    string         `xml:"summary,omitempty"`
	Content    *AtomText      `xml:"content"`
	Known      string         `xml:"http://purl.org/dc/elements/1.1/ date,omitempty"` // as far as it is known
}

// AtomCategory is a category of Atom.
type AtomCategory struct {
	Term string `xml:"term,attr"`
}

func (f *Feed) atom() *AtomFeed {
	const typ = "application/atom+xml"
	out := &AtomFeed{
		ID: f.Self, Title: readable.PlainXML(f.Title), Updated: f.Updated.Format(time.RFC3339),
		Author: &AtomPerson{readable.PlainXML(f.Site)},
		Links:  []AtomLink{{Rel: "self", Type: typ, Href: f.Self}, {Rel: "alternate", Type: "text/html", Href: f.Page}},
	}
	if f.Next != "" {
		out.Links = append(out.Links, AtomLink{Rel: "next", Type: typ, Href: f.Next})
	}
	return out
}

func (f *AtomFeed) add(e *feedEntry) {
	// An entry must say when it was updated; a paper without a date was, as far as is known, with the model.
	published := e.date(time.RFC3339)
	entry := AtomEntry{
		ID: e.page, Title: e.title, Updated: cmp.Or(published, f.Updated), Published: published, Summary: e.abstract,
		Known: e.known,
		Links: []AtomLink{{Rel: "alternate", Type: "text/html", Href: e.page}},
	}
	if e.source != "" {
		entry.Links = append(entry.Links, AtomLink{Rel: "related", Href: e.source})
	}
	for _, name := range e.authors {
		entry.Authors = append(entry.Authors, AtomPerson{name})
	}
	for _, c := range e.categories {
		entry.Categories = append(entry.Categories, AtomCategory{c})
	}
	f.Entries = append(f.Entries, entry)
}

type rssFeed struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	AtomNS  string     `xml:"xmlns:atom,attr"`
	DCNS    string     `xml:"xmlns:dc,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string        `xml:"title"`
	Link        string        `xml:"link"`
	Description string        `xml:"description"`
	LastBuild   string        `xml:"lastBuildDate"`
	Generator   string        `xml:"generator"`
	Self        []rssAtomLink `xml:"atom:link"`
	Items       []rssItem     `xml:"item"`
}

type rssAtomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type rssItem struct {
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	GUID        rssGUID  `xml:"guid"`
	PubDate     string   `xml:"pubDate,omitempty"`
	Known       string   `xml:"dc:date,omitempty"` // as far as it is known
	Creators    []string `xml:"dc:creator"`
	Categories  []string `xml:"category"`
	Description string   `xml:"description,omitempty"`
}

type rssGUID struct {
	Permalink bool   `xml:"isPermaLink,attr"`
	Value     string `xml:",chardata"`
}

func (f *Feed) rss() *rssFeed {
	const typ = "application/rss+xml"
	out := &rssFeed{
		Version: "2.0", AtomNS: "http://www.w3.org/2005/Atom", DCNS: "http://purl.org/dc/elements/1.1/",
		Channel: rssChannel{
			Title: readable.PlainXML(f.Title), Description: readable.PlainXML(f.Title + ", from " + f.Site),
			Link: f.Page, LastBuild: f.Updated.Format(time.RFC1123Z), Generator: "Kindred",
			Self: []rssAtomLink{{"self", typ, f.Self}},
		},
	}
	if f.Next != "" {
		out.Channel.Self = append(out.Channel.Self, rssAtomLink{"next", typ, f.Next})
	}
	return out
}

// add appends an entry. Readers show titles and descriptions of RSS as HTML, so what is text must be escaped once for
// that, and once more for XML by the encoder.
func (f *rssFeed) add(e *feedEntry) {
	f.Channel.Items = append(f.Channel.Items, rssItem{
		Title: htmlEscaper.Replace(e.title), Link: e.page, GUID: rssGUID{true, e.page}, PubDate: e.date(time.RFC1123Z),
		Known: e.known, Creators: e.authors, Categories: e.categories, Description: htmlEscaper.Replace(e.abstract),
	})
}

var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// JSONFeed is a feed as JSON Feed 1.1 has it.
type JSONFeed struct {
	Version string         `json:"version"`
	Title   string         `json:"title"`
	Home    string         `json:"home_page_url"`
	Self    string         `json:"feed_url"`
	Next    string         `json:"next_url,omitempty"`
	Items   []JSONFeedItem `json:"items"`
}

// JSONFeedItem is an entry of a JSONFeed.
type JSONFeedItem struct {
	ID        string           `json:"id"`
	URL       string           `json:"url"`
	External  string           `json:"external_url,omitempty"`
	Title     string           `json:"title"`
	Text      string           `json:"content_text"`
	Published string           `json:"date_published,omitempty"`
	Authors   []JSONFeedAuthor `json:"authors,omitempty"`
	Tags      []string         `json:"tags,omitempty"`
	Known     *JSONFeedKnown   `json:"_kindred,omitempty"`
}

// JSONFeedKnown is an extension of JSON Feed: a date as far as it is known, because the format asks for a time.
type JSONFeedKnown struct {
	Date string `json:"date"`
}

// JSONFeedAuthor is an author of an entry.
type JSONFeedAuthor struct {
	Name string `json:"name"`
}

func (f *Feed) json() *JSONFeed {
	return &JSONFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.Title, Home: f.Page, Self: f.Self, Next: f.Next,
		Items: []JSONFeedItem{},
	}
}

// add appends an entry. It must have content; for a paper without an abstract that is its title.
func (f *JSONFeed) add(e *feedEntry) {
	item := JSONFeedItem{
		ID: e.page, URL: e.page, External: e.source, Title: e.title, Text: cmp.Or(e.abstract, e.title),
		Published: e.date(time.RFC3339), Tags: e.categories,
	}
	if e.known != "" {
		item.Known = &JSONFeedKnown{e.known}
	}
	for _, name := range e.authors {
		item.Authors = append(item.Authors, JSONFeedAuthor{name})
	}
	f.Items = append(f.Items, item)
}

// encodeXML returns v as an XML document.
func encodeXML(v any) ([]byte, error) {
	var buf bytes.Buffer
	buf.WriteString(xml.Header)
	if err := xml.NewEncoder(&buf).Encode(v); err != nil {
		return nil, fmt.Errorf("encode XML: %w", err)
	}
	buf.WriteByte('\n')
	return buf.Bytes(), nil
}
