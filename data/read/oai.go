package read

import (
	"bytes"
	"errors"
	"fmt"
	"iter"
	"strings"

	"kindred/data"
	"kindred/data/readable"
)

// matchOAI accepts answers of OAI-PMH and the elements within them from which saved records begin.
func matchOAI(h *head) bool {
	switch rootElement(h.data) {
	case "OAI-PMH", "ListRecords", "GetRecord", "record", "records", "metadata", "arXiv", "arXivRaw":
		return true
	}
	return false
}

// arxivOAI reads answers of OAI-PMH, one or several in one file, with records in the forms arXiv, arXivRaw and
// oai_dc.
func arxivOAI(in *input) iter.Seq2[*data.Paper, error] {
	element := "record"
	switch root := rootElement(in.head.data); root {
	case "arXiv", "arXivRaw", "metadata":
		element = root
	case "OAI-PMH":
		if reason := oaiError(in.head.data); reason != "" {
			return func(yield func(*data.Paper, error) bool) {
				if !strings.HasPrefix(reason, "noRecordsMatch") {
					yield(nil, fmt.Errorf("%w: the archive answered with an error: %s", data.ErrInvalid, reason))
				}
			}
		}
	}
	return in.decodeAll(in.xmlRecords(element), decodeOAI)
}

// oaiError returns code and text of the error in an answer without records, "" if it holds none.
func oaiError(text []byte) string {
	var a struct {
		Errors []struct {
			Code string `xml:"code,attr"`
			Text string `xml:",chardata"`
		} `xml:"error"`
	}
	if bytes.Contains(text, []byte("<record")) || decodeXML(text, &a) != nil || len(a.Errors) == 0 {
		return ""
	}
	return strings.TrimSuffix(a.Errors[0].Code+": "+readable.OneLine(a.Errors[0].Text), ": ")
}

// oaiRecord is a record of any of the forms; encoding/xml matches elements by their local names.
type oaiRecord struct {
	Header struct {
		Status     string `xml:"status,attr"`
		Identifier string `xml:"identifier"`
		Datestamp  string `xml:"datestamp"`
	} `xml:"header"`
	ArXiv *arxivRecord `xml:"metadata>arXiv"`
	Raw   *arxivRecord `xml:"metadata>arXivRaw"`
	DC    *dcRecord    `xml:"metadata>dc"`
	JATS  *jatsArticle `xml:"metadata>article"`
	MODS  *modsRecord  `xml:"metadata>mods"`
}

// arxivRecord holds the elements of the forms arXiv and arXivRaw.
type arxivRecord struct {
	ID      string `xml:"id"`
	Created string `xml:"created"`
	Authors struct {
		Text   string `xml:",chardata"` // arXivRaw
		Author []struct {
			Key       string `xml:"keyname"`
			Forenames string `xml:"forenames"`
			Suffix    string `xml:"suffix"`
		} `xml:"author"`
	} `xml:"authors"`
	Versions []struct {
		Date string `xml:"date"`
	} `xml:"version"`
	Title      string `xml:"title"`
	Categories string `xml:"categories"`
	Journal    string `xml:"journal-ref"`
	DOI        string `xml:"doi"`
	Abstract   string `xml:"abstract"`
}

// dcRecord holds the elements of Dublin Core.
type dcRecord struct {
	Titles       []string `xml:"title"`
	Creators     []string `xml:"creator"`
	Subjects     []string `xml:"subject"`
	Descriptions []string `xml:"description"`
	Dates        []string `xml:"date"`
	Identifiers  []string `xml:"identifier"`
	Sources      []string `xml:"source"`
}

// DeletedRecord is the reason of a [RecordError] for a record that its archive has deleted.
const DeletedRecord = "the archive has deleted the record"

func decodeOAI(b []byte) (*data.Paper, error) {
	var r oaiRecord
	if err := decodeXML(b, &r); err != nil {
		return nil, err
	}
	switch {
	case r.Header.Status == "deleted":
		return nil, errors.New(DeletedRecord)
	case r.ArXiv != nil:
		return r.ArXiv.paper(r.Header.Datestamp), nil
	case r.Raw != nil:
		return r.Raw.paper(r.Header.Datestamp), nil
	case r.DC != nil:
		return r.DC.paper(r.Header.Identifier, r.Header.Datestamp), nil
	case r.JATS != nil:
		return r.JATS.paper(), nil
	case r.MODS != nil:
		return r.MODS.paper(), nil
	}
	switch root := rootElement(b); root {
	case "arXiv", "arXivRaw":
		var a arxivRecord
		if err := decodeXML(b, &a); err != nil {
			return nil, err
		}
		return a.paper(""), nil
	case "metadata":
		return decodeOAI(append(append([]byte("<record>"), b...), "</record>"...))
	}
	return nil, errors.New("no metadata in the form arXiv, arXivRaw, oai_dc, JATS or MODS")
}

func (a *arxivRecord) paper(datestamp string) *data.Paper {
	p := &data.Paper{
		ID: a.ID, Title: a.Title, Abstract: a.Abstract, DOI: strings.TrimSpace(firstWord(a.DOI)), Venue: a.Journal,
		Categories: strings.Fields(a.Categories), Published: firstDate(a.Created),
	}
	if len(a.Versions) > 0 {
		p.Published = firstDate(a.Versions[0].Date)
	}
	if p.Published.IsZero() {
		p.Published = firstDate(datestamp)
	}
	for _, n := range a.Authors.Author {
		if name := readable.OneLine(n.Forenames + " " + n.Key + " " + n.Suffix); name != ":" {
			p.Authors = append(p.Authors, readable.Text(name))
		}
	}
	if len(p.Authors) == 0 {
		p.Authors = splitNames(readable.Text(a.Authors.Text))
	}
	setArXiv(p, a.ID)
	return p
}

// firstWord returns the first of several DOIs, which arXiv separates by spaces.
func firstWord(s string) string {
	for _, w := range strings.Fields(s) {
		return w
	}
	return ""
}

func (d *dcRecord) paper(identifier, datestamp string) *data.Paper {
	p := &data.Paper{Categories: d.Subjects, ID: identifier}
	if len(d.Titles) > 0 {
		p.Title = d.Titles[0]
	}
	if len(d.Descriptions) > 0 && !strings.HasPrefix(strings.TrimSpace(d.Descriptions[0]), "Comment:") {
		p.Abstract = d.Descriptions[0]
	}
	if len(d.Sources) > 0 {
		p.Venue = d.Sources[0]
	}
	for _, c := range d.Creators {
		p.Authors = append(p.Authors, data.GivenFirst(c))
	}
	for _, s := range d.Dates { // of its versions, of which the first counts
		if day := firstDate(s); !day.IsZero() && (p.Published.IsZero() || day.Compare(p.Published) < 0) {
			p.Published = day
		}
	}
	if p.Published.IsZero() {
		p.Published = firstDate(datestamp)
	}
	for _, id := range d.Identifiers {
		canonical := data.CanonicalID(id)
		if strings.Contains(id, "://") && p.URL == "" {
			p.URL = readable.OneLine(id)
		}
		if canonical != strings.TrimSpace(id) || strings.HasPrefix(canonical, "doi:") {
			p.Aliases = append(p.Aliases, canonical)
		}
	}
	setArXiv(p, p.ID)
	return p
}
