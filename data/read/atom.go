package read

import (
	"cmp"
	"fmt"
	"iter"
	"strings"

	"kindred/data"
	"kindred/data/readable"
)

// matchAtom accepts a feed of Atom or one entry of it.
func matchAtom(h *head) bool {
	root := rootElement(h.data)
	return root == "feed" || root == "entry"
}

// arxivAtom reads the feeds of the arXiv API, one or several in one file.
func arxivAtom(in *input) iter.Seq2[*data.Paper, error] {
	return in.decodeAll(in.xmlRecords("entry"), decodeAtom)
}

func decodeAtom(b []byte) (*data.Paper, error) {
	var e struct {
		ID        string `xml:"id"`
		Title     string `xml:"title"`
		Summary   string `xml:"summary"`
		Content   string `xml:"content"`
		Published string `xml:"published"`
		Updated   string `xml:"updated"`
		Authors   []struct {
			Name string `xml:"name"`
		} `xml:"author"`
		DOI      string `xml:"doi"`
		Journal  string `xml:"journal_ref"`
		Primary  term   `xml:"primary_category"`
		Category []term `xml:"category"`
		Links    []struct {
			Href string `xml:"href,attr"`
			Rel  string `xml:"rel,attr"`
		} `xml:"link"`
	}
	if err := decodeXML(b, &e); err != nil {
		return nil, err
	}
	if strings.Contains(e.ID, "arxiv.org/api/errors") {
		return nil, fmt.Errorf("the service answered with an error: %s", readable.OneLine(e.Summary))
	}
	p := &data.Paper{
		ID: e.ID, Title: e.Title, Abstract: cmp.Or(e.Summary, e.Content), Published: firstDate(e.Published, e.Updated),
		DOI: e.DOI, Venue: e.Journal,
	}
	for _, a := range e.Authors {
		p.Authors = append(p.Authors, a.Name)
	}
	for _, c := range append([]term{e.Primary}, e.Category...) { // classes of other schemes come as one list
		p.Categories = append(p.Categories, strings.FieldsFunc(c.Term, func(r rune) bool { return r == ';' || r == ',' })...)
	}
	for _, l := range e.Links {
		if l.Rel == "alternate" {
			p.URL = l.Href
		}
	}
	setArXiv(p, e.ID)
	return p, nil
}

// term is a category of an Atom entry.
type term struct {
	Term string `xml:"term,attr"`
}
