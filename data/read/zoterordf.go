package read

import (
	"bytes"
	"cmp"
	"iter"
	"regexp"
	"strings"

	"kindred/data"
)

// zoteroElements are the resources of Zotero's RDF: items of all types that are texts, and what they are part of.
// Which of the two a resource is, its z:itemType says.
var zoteroElements = []string{
	"Article", "Book", "BookSection", "Thesis", "Letter", "Manuscript", "Document", "Report", "Patent", "Legislation",
	"Description", "Journal", "Periodical", "Series",
}

// maxWaitingRDF bounds the text of items that wait for what they are part of, in bytes.
const maxWaitingRDF = 64 << 20

// matchZoteroRDF accepts the RDF that Zotero exports.
func matchZoteroRDF(h *head) bool {
	return rootElement(h.data) == "RDF" && bytes.Contains(h.data, []byte("zotero.org/namespaces/export"))
}

// zoteroRDF reads the RDF that Zotero exports. A journal stands by itself, before or after its articles, which name
// it by its ISSN: items wait until the end of the file, or until maxWaitingRDF.
func zoteroRDF(in *input) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		wholes, named, shared := map[string]*rdfResource{}, map[string]bool{}, map[string]bool{}
		var waiting []rawRecord
		size, n := 0, 0
		flush := func(final error) bool {
			records := func(yield func(rawRecord, error) bool) {
				for _, r := range waiting {
					if !yield(r, nil) {
						return
					}
				}
				if final != nil {
					yield(rawRecord{}, final)
				}
			}
			for p, err := range in.decodeAll(records, func(b []byte) (*data.Paper, error) {
				return decodeRDF(b, wholes, shared)
			}) {
				if !yield(p, err) {
					return false
				}
			}
			waiting, size = nil, 0
			return true
		}
		for r, err := range in.xmlRecords(zoteroElements...) {
			if err != nil {
				flush(err)
				return
			}
			if !bytes.Contains(r.data, []byte("itemType>")) {
				if whole := new(rdfResource); decodeXML(r.data, whole) == nil && whole.About != "" {
					wholes[whole.About] = whole
				}
				continue
			}
			if m := rdfPartOf.FindSubmatch(r.data); m != nil {
				if whole := string(m[1]); named[whole] {
					shared[whole] = true
				} else {
					named[whole] = true
				}
			}
			n++
			r.record = n
			waiting, size = append(waiting, r), size+len(r.data)
			if size > maxWaitingRDF && !flush(nil) {
				return
			}
		}
		flush(nil)
	}
}

// rdfPartOf finds the name of what an item is part of.
var rdfPartOf = regexp.MustCompile(`isPartOf\s+rdf:resource="([^"]*)"`)

// rdfResource has the elements of a resource that are used; encoding/xml matches them by their local names.
type rdfResource struct {
	About   string      `xml:"about,attr"`
	Kind    string      `xml:"itemType"`
	Title   xmlText     `xml:"title"`
	Authors []rdfPerson `xml:"authors>Seq>li>Person"`
	Date    string      `xml:"date"`
	Text    xmlText     `xml:"abstract"`
	Notes   []string    `xml:"description"`
	IDs     []struct {
		Text string `xml:",chardata"`
		URI  string `xml:"URI>value"`
	} `xml:"identifier"`
	Subjects []struct {
		Text string `xml:",chardata"`
		Tag  string `xml:"AutomaticTag>value"`
	} `xml:"subject"`
	Conference string `xml:"presentedAt>Conference>title"`
	PartOf     []struct {
		Resource string       `xml:"resource,attr"`
		Journal  *rdfResource `xml:"Journal"`
		Book     *rdfResource `xml:"Book"`
		Series   *rdfResource `xml:"Series"`
		Other    *rdfResource `xml:"Periodical"`
	} `xml:"isPartOf"`
}

type rdfPerson struct {
	Surname string `xml:"surname"`
	Given   string `xml:"givenName"`
	First   string `xml:"givenname"`
}

// decodeRDF decodes an item. The DOI of an article stands with the issue that it is in, and is not its own where
// others are in the same.
func decodeRDF(b []byte, wholes map[string]*rdfResource, shared map[string]bool) (*data.Paper, error) {
	var r rdfResource
	if err := decodeXML(b, &r); err != nil {
		return nil, err
	}
	switch r.Kind {
	case "attachment", "note", "annotation":
		return nil, &skipped{"Zotero's attachments, notes and annotations are no papers and were passed over"}
	}
	p := &data.Paper{Title: string(r.Title), Abstract: known(string(r.Text)), Published: firstDate(r.Date), Venue: r.Conference}
	for _, a := range r.Authors {
		p.Authors = append(p.Authors, cmp.Or(a.Given, a.First)+" "+a.Surname)
	}
	for _, s := range r.Subjects {
		p.Keywords = append(p.Keywords, cmp.Or(strings.TrimSpace(s.Tag), strings.TrimSpace(s.Text)))
	}
	r.name(p)
	for _, part := range r.PartOf {
		for _, whole := range []*rdfResource{part.Journal, part.Book, part.Other, wholes[part.Resource]} {
			if whole == nil {
				continue
			}
			if p.Venue = cmp.Or(p.Venue, string(whole.Title)); !shared[part.Resource] {
				whole.name(p)
			}
		}
		if part.Series != nil {
			p.Venue = cmp.Or(p.Venue, string(part.Series.Title))
		}
	}
	for _, note := range r.Notes {
		extraIDs(p, note)
	}
	if strings.Contains(r.About, "://") && p.URL == "" {
		p.URL = r.About
	}
	return p, nil
}

// name adds the address and the DOI that a resource has among its identifiers.
func (r *rdfResource) name(p *data.Paper) {
	for _, id := range r.IDs {
		p.URL = cmp.Or(p.URL, strings.TrimSpace(id.URI))
		if doi, ok := strings.CutPrefix(strings.TrimSpace(id.Text), "DOI "); ok {
			p.DOI = cmp.Or(p.DOI, doi)
		}
	}
}
