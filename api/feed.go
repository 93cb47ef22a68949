package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

	"kindred/data"
	"kindred/data/readable"
)

// feedKinds are the endings of feeds: Atom (RFC 4287), RSS 2.0 and JSON Feed 1.1.
var feedKinds = []string{"atom", "rss", "json"}

// feedEntry is one paper of a feed.
type feedEntry struct {
	id, title, page, source, abstract string
	authors                           []string
	categories                        []string
	published                         time.Time // zero where no date is known
	known                             string    // the year or month of publication, where no day is known
}

// feed answers with the first page of a list in one of the feed formats.
func (a *server) feed(kind string, list lister) handler {
	return func(r *request) (*reply, error) {
		l, err := list(r)
		if err != nil {
			return nil, err
		}
		f := a.feedOf(r, l)
		switch kind {
		case "atom":
			return f.atom()
		case "rss":
			return f.rss()
		}
		return f.json()
	}
}

// feedData is a feed before it takes one of the formats.
type feedData struct {
	title, site string
	self        string // address of this feed
	page        string // address of the page that shows the list
	next        string // address of the next page, "" at the end
	updated     time.Time
	entries     []feedEntry
}

func (a *server) feedOf(r *request, l *listing) *feedData {
	f := &feedData{title: l.title, site: a.cfg.Name, self: r.base + r.c.Request.URL.RequestURI(), page: r.base + l.html, updated: r.s.Model.FittedAt.UTC()}
	if c := l.page.next(len(l.items), l.total); c != "" {
		f.next = r.base + withCursor(r.c.Request.URL, c)
	}
	for i := range l.items {
		p := l.items[i].paper
		e := feedEntry{
			id: r.base + paperPath(p.ID), title: cmp.Or(plainXML(p.Title), "Untitled"), page: r.base + paperPath(p.ID), source: sourceURL(p), abstract: plainXML(p.Abstract),
			authors: plainAll(p.Authors), categories: plainAll(p.Categories), published: p.Published.First(),
		}
		if p.Published.Day == 0 {
			e.known = p.Published.String()
		}
		if e.published.After(f.updated) {
			f.updated = e.published
		}
		f.entries = append(f.entries, e)
	}
	return f
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  *atomPerson `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomPerson struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Updated    string         `xml:"updated"`
	Published  string         `xml:"published,omitempty"`
	Authors    []atomPerson   `xml:"author"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary,omitempty"`
	Known      string         `xml:"http://purl.org/dc/elements/1.1/ date,omitempty"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

func (f *feedData) atom() (*reply, error) {
	out := atomFeed{
		ID: f.self, Title: plainXML(f.title), Updated: f.updated.Format(time.RFC3339), Author: &atomPerson{plainXML(f.site)},
		Links: []atomLink{{Rel: "self", Type: "application/atom+xml", Href: f.self}, {Rel: "alternate", Type: "text/html", Href: f.page}},
	}
	if f.next != "" {
		out.Links = append(out.Links, atomLink{Rel: "next", Type: "application/atom+xml", Href: f.next})
	}
	for i := range f.entries {
		e := &f.entries[i]
		// An entry must say when it was updated; a paper without a date was, as far as is known, with the model.
		entry := atomEntry{ID: e.id, Title: e.title, Updated: f.updated.Format(time.RFC3339), Summary: e.abstract, Known: e.known, Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: e.page}}}
		if !e.published.IsZero() {
			entry.Published = e.published.Format(time.RFC3339)
			entry.Updated = entry.Published
		}
		if e.source != "" {
			entry.Links = append(entry.Links, atomLink{Rel: "related", Href: e.source})
		}
		for _, name := range e.authors {
			entry.Authors = append(entry.Authors, atomPerson{name})
		}
		for _, c := range e.categories {
			entry.Categories = append(entry.Categories, atomCategory{c})
		}
		out.Entries = append(out.Entries, entry)
	}
	return xmlReply("application/atom+xml; charset=utf-8", out)
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
	Known       string   `xml:"dc:date,omitempty"`
	Creators    []string `xml:"dc:creator"`
	Categories  []string `xml:"category"`
	Description string   `xml:"description,omitempty"`
}

type rssGUID struct {
	Permalink bool   `xml:"isPermaLink,attr"`
	Value     string `xml:",chardata"`
}

func (f *feedData) rss() (*reply, error) {
	out := rssFeed{
		Version: "2.0", AtomNS: "http://www.w3.org/2005/Atom", DCNS: "http://purl.org/dc/elements/1.1/",
		Channel: rssChannel{
			Title: plainXML(f.title), Link: f.page, Description: plainXML(f.title + ", from " + f.site), LastBuild: f.updated.Format(time.RFC1123Z),
			Generator: "Kindred", Self: []rssAtomLink{{"self", "application/rss+xml", f.self}},
		},
	}
	if f.next != "" {
		out.Channel.Self = append(out.Channel.Self, rssAtomLink{"next", "application/rss+xml", f.next})
	}
	for i := range f.entries {
		e := &f.entries[i]
		// Readers show titles and descriptions of RSS as HTML, so what is text must be escaped once for that, and once more
		// for XML by the encoder.
		item := rssItem{Title: escapeHTML(e.title), Link: e.page, GUID: rssGUID{true, e.id}, Known: e.known, Creators: e.authors, Categories: e.categories, Description: escapeHTML(e.abstract)}
		if !e.published.IsZero() {
			item.PubDate = e.published.Format(time.RFC1123Z)
		}
		out.Channel.Items = append(out.Channel.Items, item)
	}
	return xmlReply("application/rss+xml; charset=utf-8", out)
}

type jsonFeed struct {
	Version string         `json:"version"`
	Title   string         `json:"title"`
	Home    string         `json:"home_page_url"`
	Self    string         `json:"feed_url"`
	Next    string         `json:"next_url,omitempty"`
	Items   []jsonFeedItem `json:"items"`
}

type jsonFeedItem struct {
	ID        string           `json:"id"`
	URL       string           `json:"url"`
	External  string           `json:"external_url,omitempty"`
	Title     string           `json:"title"`
	Text      string           `json:"content_text"`
	Published string           `json:"date_published,omitempty"`
	Authors   []jsonFeedAuthor `json:"authors,omitempty"`
	Tags      []string         `json:"tags,omitempty"`
	Known     *jsonFeedKnown   `json:"_kindred,omitempty"`
}

// jsonFeedKnown is our extension of JSON Feed: a date as far as it is known, because the format asks for a time.
type jsonFeedKnown struct {
	Date string `json:"date"`
}

type jsonFeedAuthor struct {
	Name string `json:"name"`
}

func (f *feedData) json() (*reply, error) {
	out := jsonFeed{Version: "https://jsonfeed.org/version/1.1", Title: f.title, Home: f.page, Self: f.self, Next: f.next, Items: []jsonFeedItem{}}
	for i := range f.entries {
		e := &f.entries[i]
		// An item must have content; for a paper without an abstract that is its title.
		item := jsonFeedItem{ID: e.id, URL: e.page, External: e.source, Title: e.title, Text: cmp.Or(e.abstract, e.title), Tags: e.categories}
		if !e.published.IsZero() {
			item.Published = e.published.Format(time.RFC3339)
		}
		if e.known != "" {
			item.Known = &jsonFeedKnown{e.known}
		}
		for _, name := range e.authors {
			item.Authors = append(item.Authors, jsonFeedAuthor{name})
		}
		out.Items = append(out.Items, item)
	}
	body, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("encode feed: %w", err)
	}
	return &reply{typ: "application/feed+json; charset=utf-8", body: body}, nil
}

func xmlReply(typ string, v any) (*reply, error) {
	var buf bytes.Buffer
	buf.WriteString(xml.Header)
	if err := xml.NewEncoder(&buf).Encode(v); err != nil {
		return nil, fmt.Errorf("encode XML: %w", err)
	}
	buf.WriteByte('\n')
	return &reply{typ: typ, body: buf.Bytes()}, nil
}

// plainXML drops the control characters that XML 1.0 cannot hold, so that one paper's title cannot spoil a feed, and the
// space around the rest.
func plainXML(s string) string { return readable.PlainXML(s) }

// plainAll makes names plain, and leaves out those of which nothing remains: no feed takes an empty one.
func plainAll(names []string) []string {
	var out []string
	for _, name := range names {
		if name = plainXML(name); name != "" {
			out = append(out, name)
		}
	}
	return out
}

var htmlEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

func escapeHTML(s string) string { return htmlEscaper.Replace(s) }

// publishedLong writes a date for people: 12 June 2023, June 2023 or 2023.
func publishedLong(d data.Date) string {
	switch {
	case d.IsZero():
		return ""
	case d.Month == 0:
		return strconv.Itoa(d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%s %d", d.Month, d.Year)
	}
	return fmt.Sprintf("%d %s %d", d.Day, d.Month, d.Year)
}
