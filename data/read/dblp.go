package read

import (
	"bytes"
	"encoding/xml"
	"iter"
	"slices"
	"strings"

	"kindred/data"
)

// dblpElements are the records of DBLP's XML (https://dblp.org/xml/docu/dblpxml.pdf). A www record is the page of a
// person, unless its title says otherwise.
var dblpElements = []string{"article", "inproceedings", "proceedings", "book", "incollection", "phdthesis", "mastersthesis", "data", "www"}

// matchDBLP accepts DBLP's XML: the whole, the records of one person, or some by themselves.
func matchDBLP(h *head) bool {
	root := rootElement(h.data)
	return root == "dblp" || root == "dblpperson" || slices.Contains(dblpElements, root) && root != "data" &&
		bytes.Contains(h.data, []byte(`key="`)) && !matchJATS(h)
}

// dblp reads the records of DBLP.
func dblp(in *input) iter.Seq2[*data.Paper, error] {
	return in.decodeAll(in.xmlRecords(dblpElements...), decodeDBLP)
}

func decodeDBLP(b []byte) (*data.Paper, error) {
	var r struct {
		XMLName xml.Name
		Key     string    `xml:"key,attr"`
		Title   xmlText   `xml:"title"`
		Authors []xmlText `xml:"author"`
		Year    string    `xml:"year"`
		Month   string    `xml:"month"`
		Journal string    `xml:"journal"`
		Volume  string    `xml:"volume"`
		Book    string    `xml:"booktitle"`
		School  string    `xml:"school"`
		Places  []string  `xml:"ee"`
		URL     string    `xml:"url"`
	}
	if err := decodeXML(b, &r); err != nil {
		return nil, err
	}
	title := strings.TrimSpace(string(r.Title))
	if r.XMLName.Local == "www" && (title == "" || title == "Home Page") {
		return nil, &skipped{"DBLP's pages of persons are no papers and were passed over"}
	}
	p := &data.Paper{
		Title: strings.TrimSuffix(title, "."), Venue: firstText(xmlText(r.Journal), xmlText(r.Book), xmlText(r.School)),
		Published: withMonth(firstDate(r.Year), r.Month, ""),
	}
	for _, a := range r.Authors {
		p.Authors = append(p.Authors, dblpName(string(a)))
	}
	if number, ok := strings.CutPrefix(r.Volume, "abs/"); ok && r.Journal == "CoRR" {
		p.ArXiv = number
	}
	for _, place := range r.Places {
		switch id := data.CanonicalID(place); {
		case strings.HasPrefix(id, "doi:") || strings.HasPrefix(id, "arxiv:") || strings.HasPrefix(id, "acl:"):
			p.Aliases = append(p.Aliases, id)
		}
		if p.URL == "" {
			p.URL = place
		}
	}
	if r.Key != "" {
		p.Aliases = append(p.Aliases, "dblp:"+r.Key)
	}
	return p, nil
}
