package web

import (
	"net/url"

	"kindred/api/link"
	"kindred/data"
	"kindred/data/cite"
	"kindred/recommend/library"
)

// View is what every page is made from: a snapshot, and where the reader is.
type View struct {
	*library.Snapshot
	Base string     // where the site is reached, for links that must be absolute; without a slash at the end
	URL  *url.URL   // address that was asked for
	List link.Seeds // the reader's, which the links of pages carry on
}

// frame is what every page needs around its own data.
type frame struct {
	Site        string
	Title       string
	Description string
	Here        string // path, for the navigation's current entry
	Canonical   string // address under which search engines should know the page
	Words       string // in the search box
	Feeds       []Link
	OEmbed      []Link
	LD          any // schema.org description, nil for none
	Citation    []cite.Tag
	Preview     []cite.Tag // what chats and social networks show of it (Open Graph)
	Script      string
	Widget      bool
	NoIndex     bool
	Learning    bool // no model is there yet
	Listing     bool // it is about days, or all papers
	Stats       library.Stats
	Since       string // dates of the first and last paper, for people
	Until       string
	List        link.Seeds // the reader's
	Data        any
}

// Link is another form of a page, or of what it shows.
type Link struct{ Title, Type, Href string }

func (p *Pages) frame(v View, title, description string) frame {
	stats := v.Stats()
	return frame{
		Site: p.site, Title: title, Description: description, Here: v.URL.Path, Canonical: v.Base + v.URL.EscapedPath(),
		List: v.List, Learning: !v.Ready(), Stats: stats, Since: dayText(stats.First), Until: dayText(stats.Last),
	}
}

// dayText writes a date of the API for people.
func dayText(date string) string {
	d, err := data.ParseDate(date)
	if err != nil {
		return date
	}
	return d.InWords()
}

// feeds lists the feeds of a list of the API, for discovery.
func feeds(title, path string, query url.Values) []Link {
	tail := ""
	if len(query) > 0 {
		tail = "?" + query.Encode()
	}
	return []Link{
		{title + " (Atom)", "application/atom+xml", path + ".atom" + tail},
		{title + " (RSS)", "application/rss+xml", path + ".rss" + tail},
		{title + " (JSON)", "application/feed+json", path + ".json" + tail},
	}
}

// exports lists the reference files of what is at a path of the API.
func exports(path string, query url.Values) []Link {
	tail := ""
	if len(query) > 0 {
		tail = "?" + query.Encode()
	}
	return []Link{
		{"BibTeX", "", path + "/export.bib" + tail},
		{"RIS", "", path + "/export.ris" + tail},
		{"CSL-JSON", "", path + "/export.csl" + tail},
	}
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
