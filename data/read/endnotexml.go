package read

import (
	"bytes"
	"encoding/xml"
	"iter"
	"strings"

	"kindred/data"
)

// matchEndNoteXML accepts the XML that EndNote, Zotero and Mendeley write for EndNote.
func matchEndNoteXML(h *head) bool {
	switch rootElement(h.data) {
	case "xml", "records", "record":
		return bytes.Contains(h.data, []byte("<ref-type"))
	}
	return false
}

// endNoteXML reads the XML of EndNote, in which a text may be divided by style elements.
func endNoteXML(in *input) iter.Seq2[*data.Paper, error] {
	return in.decodeAll(in.xmlRecords("record"), decodeEndNote)
}

// styledText is a text with style elements in it.
type styledText string

// UnmarshalXML implements xml.Unmarshaler. Digits in superscript become an exponent.
func (s *styledText) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var b strings.Builder
	var raised []bool
	for depth := 1; depth > 0; {
		t, err := d.Token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			up := false
			for _, a := range t.Attr {
				up = up || a.Name.Local == "face" && strings.Contains(a.Value, "superscript")
			}
			raised = append(raised, up)
		case xml.EndElement:
			if depth--; len(raised) > 0 {
				raised = raised[:len(raised)-1]
			}
		case xml.CharData:
			if n := len(raised); n > 0 && raised[n-1] && len(t) > 0 && strings.Trim(string(t), "0123456789+-−") == "" {
				b.WriteByte('^')
			}
			b.Write(t)
		}
	}
	*s = styledText(known(b.String()))
	return nil
}

// plainTexts returns texts as strings.
func plainTexts(list []styledText) []string {
	out := make([]string, 0, len(list))
	for _, s := range list {
		if s != "" {
			out = append(out, string(s))
		}
	}
	return out
}

func decodeEndNote(b []byte) (*data.Paper, error) {
	var r struct {
		Authors   []styledText `xml:"contributors>authors>author"`
		Title     styledText   `xml:"titles>title"`
		Secondary styledText   `xml:"titles>secondary-title"`
		Alternate styledText   `xml:"titles>alt-title"`
		Journal   styledText   `xml:"periodical>full-title"`
		Year      styledText   `xml:"dates>year"`
		Dates     []styledText `xml:"dates>pub-dates>date"`
		Keywords  []styledText `xml:"keywords>keyword"`
		Abstract  styledText   `xml:"abstract"`
		DOI       styledText   `xml:"electronic-resource-num"`
		Accession styledText   `xml:"accession-num"`
		Database  styledText   `xml:"remote-database-name"`
		Provider  styledText   `xml:"remote-database-provider"`
		Custom2   styledText   `xml:"custom2"`
		URLs      []styledText `xml:"urls>related-urls>url"`
		WebURLs   []styledText `xml:"urls>web-urls>url"`
		Notes     styledText   `xml:"notes"`
	}
	if err := decodeXML(b, &r); err != nil {
		return nil, err
	}
	p := &data.Paper{
		Title: string(r.Title), Abstract: string(r.Abstract), DOI: firstDOI(string(r.DOI)), Keywords: tagKeywords(plainTexts(r.Keywords)),
		URL: firstURL(append(plainTexts(r.URLs), plainTexts(r.WebURLs)...)...),
	}
	for _, s := range []styledText{r.Journal, r.Secondary, r.Alternate} {
		if p.Venue == "" {
			p.Venue = string(s)
		}
	}
	for _, a := range plainTexts(r.Authors) {
		p.Authors = append(p.Authors, personNames(a)...)
	}
	p.Published = partedDate(string(r.Year), "", "")
	for _, s := range plainTexts(r.Dates) {
		if d := looseDate(s); !d.IsZero() {
			p.Published = finer(p.Published, d)
		} else if p.Published.Month == 0 {
			p.Published = partedDate(string(r.Year), s, "")
		}
	}
	p.ArXiv = arxivNamed(p.Venue, string(r.Accession), string(r.Notes))
	if pubMed.MatchString(string(r.Database+" "+r.Provider)) || strings.Contains(p.URL, "pubmed") {
		addPubMed(p, string(r.Accession), string(r.Custom2))
	}
	return p, nil
}
