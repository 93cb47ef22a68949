package read

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"iter"
	"regexp"
	"strings"

	"kindred/data"
	"kindred/data/readable"
)

// matchAtom accepts a feed of Atom (RFC 4287) that is about papers of arXiv, or one entry of it.
func matchAtom(h *head) bool {
	return isAtom(h) && bytes.Contains(bytes.ToLower(h.data), []byte("arxiv.org"))
}

// matchOtherAtom accepts any other feed of Atom or one entry of it.
func matchOtherAtom(h *head) bool { return isAtom(h) && !matchAtom(h) }

func isAtom(h *head) bool {
	root := rootElement(h.data)
	return root == "feed" || root == "entry"
}

// arxivAtom reads the feeds of the arXiv API and arXiv's daily feeds, one or several in one file.
func arxivAtom(in *input) iter.Seq2[*data.Paper, error] { return atom(in) }

// atom reads feeds of Atom, one or several in one file: the answers of the arXiv API, arXiv's daily feeds, those of
// this project and of others.
func atom(in *input) iter.Seq2[*data.Paper, error] {
	own := ownPages(in.head.data)
	return in.decodeAll(in.xmlRecords("entry"), func(b []byte) (*data.Paper, error) { return decodeEntry(b, own) })
}

// matchRSS accepts feeds of RSS 2.0 and its predecessors, and of RSS 1.0, which is RDF.
func matchRSS(h *head) bool {
	root := rootElement(h.data)
	return root == "rss" || root == "RDF" && (strings.Contains(string(h.data), "purl.org/rss/") || strings.Contains(string(h.data), "<item"))
}

// rss reads feeds of RSS, one or several in one file.
func rss(in *input) iter.Seq2[*data.Paper, error] {
	own := ownPages(in.head.data)
	return in.decodeAll(in.xmlRecords("item"), func(b []byte) (*data.Paper, error) { return decodeEntry(b, own) })
}

// feedEntry is an entry of Atom or an item of RSS; encoding/xml matches elements by their local names. The
// elements of Dublin Core, PRISM and arXiv are those that services add.
type feedEntry struct {
	About       string    `xml:"about,attr"` // RSS 1.0
	ID          string    `xml:"id"`
	GUID        string    `xml:"guid"`
	Titles      []xmlText `xml:"title"`
	Summaries   []xmlText `xml:"summary"`
	Description []xmlText `xml:"description"`
	Encoded     []xmlText `xml:"encoded"`
	Contents    []xmlText `xml:"content"`
	Published   string    `xml:"published"`
	PubDate     string    `xml:"pubDate"`
	PubDates    []string  `xml:"publicationDate"`
	Dates       []string  `xml:"date"`
	Updated     string    `xml:"updated"`
	Authors     []struct {
		Name string `xml:"name"`
		Text string `xml:",chardata"`
	} `xml:"author"`
	Creators    []xmlText `xml:"creator"`
	DOI         string    `xml:"doi"`
	DailyDOI    string    `xml:"DOI"` // arXiv's daily feeds
	Identifiers []string  `xml:"identifier"`
	Journal     string    `xml:"journal_ref"`
	Reference   string    `xml:"journal_reference"` // arXiv's daily feeds
	Publication string    `xml:"publicationName"`
	Source      string    `xml:"dc source"` // the prefix, as the record stands alone
	Primary     term      `xml:"primary_category"`
	Category    []term    `xml:"category"`
	Subjects    []string  `xml:"subject"`
	Links       []struct {
		Href string `xml:"href,attr"`
		Rel  string `xml:"rel,attr"`
		Text string `xml:",chardata"`
	} `xml:"link"`
}

// term is a category: of Atom in an attribute, of RSS in the text.
type term struct {
	Term string `xml:"term,attr"`
	Text string `xml:",chardata"`
}

func decodeEntry(b []byte, own pages) (*data.Paper, error) {
	var e feedEntry
	if err := decodeXML(b, &e); err != nil {
		return nil, err
	}
	id := firstText(xmlText(e.ID), xmlText(e.GUID), xmlText(e.About))
	abstract := firstText(append(append(append(e.Summaries, e.Description...), e.Contents...), e.Encoded...)...)
	if strings.Contains(id, "arxiv.org/api/errors") {
		return nil, fmt.Errorf("the service answered with an error: %s", readable.OneLine(abstract))
	}
	p := &data.Paper{
		ID: id, Title: firstText(e.Titles...), Abstract: withoutAnnounce(abstract), DOI: cmp.Or(e.DOI, e.DailyDOI),
		Venue:     firstText(xmlText(e.Journal), xmlText(e.Reference), xmlText(e.Publication), xmlText(e.Source)),
		Published: firstDate(append([]string{e.Published, e.PubDate}, append(append(e.Dates, e.PubDates...), e.Updated)...)...),
		Authors:   e.people(),
	}
	related := ""
	for _, l := range e.Links {
		switch {
		case l.Rel == "alternate":
			p.URL = l.Href
		case l.Rel == "related" && related == "":
			related = l.Href
		case p.URL == "" && (l.Rel == "" || l.Rel == "self"):
			p.URL = firstText(xmlText(l.Href), xmlText(l.Text))
		}
	}
	for _, id := range e.Identifiers {
		if canonical := data.CanonicalID(id); canonical != strings.TrimSpace(id) || strings.HasPrefix(canonical, "doi:") {
			p.Aliases = append(p.Aliases, canonical)
		}
	}
	for _, c := range append([]term{e.Primary}, e.Category...) { // classes of other schemes come as one list
		text := firstText(xmlText(c.Term), xmlText(c.Text))
		p.Categories = append(p.Categories, strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' })...)
	}
	p.Categories = append(p.Categories, e.Subjects...)
	if own.complete(p, &e, related) {
		return p, nil
	}
	if m := arxivTitle.FindStringSubmatchIndex(p.Title); m != nil {
		p.ArXiv, p.Title = p.Title[m[2]:m[3]], p.Title[:m[0]]
	}
	setArXiv(p, p.ID)
	nameEntry(p)
	return p, nil
}

// complete sets what this project's own feeds say in their way, and reports whether the entry is from one: its id is
// the address of the paper's page, the address of the paper is related, and the day of publication is written as a
// time though it may not be known.
func (own pages) complete(p *data.Paper, e *feedEntry, related string) bool {
	id := own.paper(p.ID)
	if id == "" {
		return false
	}
	p.ID, p.URL = id, related
	p.Categories = nil
	for _, c := range e.Category {
		p.Categories = append(p.Categories, firstText(xmlText(c.Term), xmlText(c.Text)))
	}
	if p.Title == "Untitled" && p.Abstract != "" {
		p.Title = ""
	}
	if e.GUID != "" { // RSS holds HTML
		p.Title, p.Abstract = html.UnescapeString(p.Title), html.UnescapeString(p.Abstract)
	}
	if len(e.Dates) > 0 {
		p.Published = firstDate(e.Dates[0])
	} else {
		p.Published = firstDate(e.Published, e.PubDate)
	}
	return true
}

var (
	// announced is the line that arXiv's daily feeds put before an abstract.
	announced = regexp.MustCompile(`^\s*arXiv:\S+\s+Announce Type:\s*\S+\s+(?:Abstract:\s*)?`)
	// arxivTitle is what arXiv's feeds put after a title, until 2024.
	arxivTitle = regexp.MustCompile(`\.?\s*\(arXiv:(\S+?)(?:v\d+)?(?:\s+\[[^\]]*\])?(?:\s+[A-Z ]+)?\)\s*$`)
	// affiliation is what follows a name in parentheses, and a tag of HTML around one.
	affiliation = regexp.MustCompile(`\s*\([^()]*\)|<[^<>]*>`)
	// mailAuthor is the author of an item of RSS 2.0: an address and, in parentheses, the name.
	mailAuthor = regexp.MustCompile(`^\S+@\S+\s*\((.+)\)$`)
)

// withoutAnnounce returns an abstract without the line that arXiv puts before it.
func withoutAnnounce(s string) string { return s[len(announced.FindString(s)):] }

// people returns the authors of an entry. Services write one element for each, or all in one.
func (e *feedEntry) people() (names []string) {
	for _, a := range e.Authors {
		name := strings.TrimSpace(firstText(xmlText(a.Name), xmlText(a.Text)))
		if m := mailAuthor.FindStringSubmatch(name); m != nil {
			name = m[1]
		}
		names = append(names, name)
	}
	if len(e.Creators) > 0 {
		names = names[:0]
		for _, c := range e.Creators {
			name := string(c)
			for range 3 { // affiliations may have parentheses themselves
				name = affiliation.ReplaceAllString(name, "")
			}
			names = append(names, name)
		}
		if len(names) > 1 {
			for i, name := range names {
				names[i] = data.GivenFirst(name)
			}
		}
	}
	if len(names) == 1 {
		return splitNames(names[0])
	}
	return names
}
