package read

import (
	"bytes"
	"iter"
	"strings"

	"kindred/data"
)

// matchJATS accepts articles in JATS (Journal Article Tag Suite, ANSI/NISO Z39.96), one or many.
func matchJATS(h *head) bool {
	switch rootElement(h.data) {
	case "article", "articles", "pmc-articleset":
		return bytes.Contains(h.data, []byte("<front")) || bytes.Contains(h.data, []byte("<article-meta")) ||
			bytes.Contains(h.data, []byte("article-type="))
	case "front", "article-meta":
		return true
	}
	return false
}

// jats reads the front matter of articles in JATS, as PubMed Central and publishers give them.
func jats(in *input) iter.Seq2[*data.Paper, error] {
	name := "article"
	if root := rootElement(in.head.data); root == "front" || root == "article-meta" {
		name = root
	}
	return in.decodeAll(in.xmlRecords(name), func(b []byte) (*data.Paper, error) {
		var a jatsArticle
		var err error
		switch name {
		case "article":
			err = decodeXML(b, &a)
		case "front":
			err = decodeXML(b, &a.Front)
		default:
			err = decodeXML(b, &a.Front.Meta)
		}
		if err != nil {
			return nil, err
		}
		return a.paper(), nil
	})
}

// jatsArticle has the elements of the front matter that are used.
type jatsArticle struct {
	Front struct {
		Journal    []string `xml:"journal-meta>journal-title-group>journal-title"`
		OldJournal []string `xml:"journal-meta>journal-title"`
		Meta       struct {
			IDs []struct {
				Kind string `xml:"pub-id-type,attr"`
				ID   string `xml:",chardata"`
			} `xml:"article-id"`
			Title    xmlText       `xml:"title-group>article-title"`
			Subtitle xmlText       `xml:"title-group>subtitle"`
			Groups   []jatsContrib `xml:"contrib-group>contrib"`
			Dates    []struct {
				Kind  string `xml:"pub-type,attr"`
				Kind2 string `xml:"date-type,attr"`
				ISO   string `xml:"iso-8601-date,attr"`
				Year  string `xml:"year"`
				Month string `xml:"month"`
				Day   string `xml:"day"`
			} `xml:"pub-date"`
			Abstracts []xmlPart `xml:"abstract"`
			Keywords  []xmlText `xml:"kwd-group>kwd"`
			Subjects  []xmlPart `xml:"article-categories>subj-group"`
		} `xml:"article-meta"`
	} `xml:"front"`
}

// jatsContrib is one who contributed to an article.
type jatsContrib struct {
	Kind string      `xml:"contrib-type,attr"`
	Name jatsName    `xml:"name"`
	Alt  []jatsName  `xml:"name-alternatives>name"`
	Text jatsWritten `xml:"string-name"`
	Coll xmlText     `xml:"collab"`
}

type jatsName struct {
	Surname string `xml:"surname"`
	Given   string `xml:"given-names"`
	Suffix  string `xml:"suffix"`
}

// jatsWritten is a name that may be divided, and may be not.
type jatsWritten struct {
	jatsName
	Text string `xml:",chardata"`
}

func (n jatsName) String() string {
	if n.Surname == "" {
		return ""
	}
	return strings.Join([]string{n.Given, n.Surname, n.Suffix}, " ")
}

func (a *jatsArticle) paper() *data.Paper {
	m := &a.Front.Meta
	p := &data.Paper{Title: firstText(m.Title)}
	if sub := firstText(m.Subtitle); sub != "" && p.Title != "" {
		p.Title += ": " + sub
	}
	for _, j := range append(a.Front.Journal, a.Front.OldJournal...) {
		if p.Venue == "" {
			p.Venue = j
		}
	}
	for _, c := range m.Groups {
		if c.Kind != "" && c.Kind != "author" {
			continue
		}
		name := c.Name.String()
		if len(c.Alt) > 0 && name == "" {
			name = c.Alt[0].String()
		}
		if name == "" {
			name = c.Text.String()
		}
		if name == "" {
			name = data.GivenFirst(c.Text.Text)
		}
		if name == "" {
			name, _, _ = strings.Cut(strings.TrimSpace(string(c.Coll)), "\n") // the members of a group follow its name
		}
		p.Authors = append(p.Authors, name)
	}
	for _, ab := range m.Abstracts {
		if text := firstText(ab.text); text != "" && (p.Abstract == "" || ab.kind == "") {
			p.Abstract = text
			if ab.kind == "" { // others are for tables of contents, or pictures
				break
			}
		}
	}
	for _, d := range m.Dates { // on paper, online, of the collection: the first counts
		day := withMonth(firstDate(d.Year), d.Month, d.Day)
		if iso := firstDate(d.ISO); !iso.IsZero() {
			day = iso
		}
		switch kind := d.Kind + d.Kind2; {
		case day.IsZero() || strings.Contains(kind, "submitted") || strings.Contains(kind, "release") || strings.Contains(kind, "retract"):
		case p.Published.IsZero() || p.Published.Year == day.Year && p.Published.Month == 0:
			p.Published = day
		case day.Month != 0 && day.Compare(p.Published) < 0 || day.Year < p.Published.Year:
			p.Published = day
		}
	}
	for _, k := range m.Keywords {
		p.Keywords = append(p.Keywords, string(k))
	}
	for _, s := range m.Subjects {
		if s.kind != "heading" { // the kind of article
			p.Categories = append(p.Categories, string(s.text))
		}
	}
	for _, id := range m.IDs {
		if scheme := idSchemes[strings.ToLower(id.Kind)]; scheme != "" && strings.TrimSpace(id.ID) != "" {
			p.Aliases = append(p.Aliases, scheme+strings.TrimSpace(id.ID))
		}
	}
	return p
}
