package read

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"iter"
	"regexp"
	"strings"

	"kindred/data"
	"kindred/data/readable"
)

// arxivClass is a subject class of arXiv, such as cs.LG, hep-th or math.GT.
var arxivClass = regexp.MustCompile(`^[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]{2}|\.[a-z]+(?:-[a-z]+)+|\.[a-z]{3,})?$`)

// arxivClasses reports whether s is a list of arXiv subject classes parted by spaces.
func arxivClasses(s string) bool {
	words := strings.Fields(s)
	for _, w := range words {
		if !arxivClass.MatchString(w) || !strings.Contains(w, ".") && !data.IsArXivArchive(w) {
			return false
		}
	}
	return len(words) > 0
}

// matchArxivSnapshot accepts lines of the public metadata dump of arXiv.
func matchArxivSnapshot(h *head) bool {
	k := h.json.keys
	return k["authors_parsed"] != 0 || k["submitter"] != 0 && k["abstract"] != 0 || k["update_date"] != 0 && k["id"] != 0
}

// arxivSnapshot reads the public metadata dump of arXiv, one JSON object a line.
func arxivSnapshot(in *input) iter.Seq2[*data.Paper, error] { return in.jsonPapers(decodeSnapshot) }

func decodeSnapshot(b []byte) (*data.Paper, error) {
	var s struct {
		ID         textValue  `json:"id"`
		Title      string     `json:"title"`
		Abstract   string     `json:"abstract"`
		Authors    textList   `json:"authors"`
		Parsed     [][]string `json:"authors_parsed"`
		Categories textList   `json:"categories"`
		JournalRef string     `json:"journal-ref"`
		DOI        string     `json:"doi"`
		Updated    string     `json:"update_date"`
		Versions   []struct {
			Created string `json:"created"`
		} `json:"versions"`
	}
	if err := decodeJSON(b, &s); err != nil {
		return nil, err
	}
	p := &data.Paper{
		ID: string(s.ID), Title: s.Title, Abstract: s.Abstract, Authors: s.Authors,
		Published: firstDate(s.Updated), Venue: s.JournalRef, DOI: s.DOI,
	}
	if len(s.Versions) > 0 {
		p.Published = firstDate(s.Versions[0].Created, s.Updated)
	}
	if len(s.Parsed) > 0 {
		p.Authors = nil
		for _, n := range s.Parsed { // family, given, suffix
			if len(n) > 1 {
				n[0], n[1] = n[1], n[0]
			}
			p.Authors = append(p.Authors, strings.Join(n[:min(3, len(n))], " "))
		}
	} else if len(p.Authors) == 1 {
		p.Authors = splitNames(p.Authors[0])
	}
	setArXiv(p, string(s.ID))
	for _, c := range s.Categories {
		p.Categories = append(p.Categories, strings.Fields(c)...)
	}
	return p, nil
}

// setArXiv gives a paper of arXiv its id, number and address.
func setArXiv(p *data.Paper, id string) {
	if bare, ok := data.ArXivID(id); ok {
		p.ID, p.ArXiv, p.URL = "arxiv:"+bare, bare, "https://arxiv.org/abs/"+bare
	}
}

// rootElement returns the local name of the first element of an XML text, empty if it is none.
func rootElement(data []byte) string {
	for {
		data = bytes.TrimLeft(data, " \t\r\n")
		if len(data) < 2 || data[0] != '<' {
			return ""
		}
		if data[1] != '?' && data[1] != '!' {
			break
		}
		end := "?>"
		if bytes.HasPrefix(data, []byte("<!--")) {
			end = "-->"
		} else if data[1] == '!' {
			end = ">"
		}
		i := bytes.Index(data, []byte(end))
		if i < 0 {
			return ""
		}
		data = data[i+len(end):]
	}
	name := data[1:]
	if end := bytes.IndexAny(name, " \t\r\n/>"); end >= 0 {
		name = name[:end]
	}
	return string(name[bytes.LastIndexByte(name, ':')+1:])
}

func matchAtom(h *head) bool {
	root := rootElement(h.data)
	return root == "feed" || root == "entry"
}

func matchOAI(h *head) bool {
	switch rootElement(h.data) {
	case "OAI-PMH", "ListRecords", "GetRecord", "record", "records", "metadata", "arXiv", "arXivRaw":
		return true
	}
	return false
}

// arxivAtom reads the feeds of the arXiv API, several after one another too.
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

// arxivOAI reads answers of OAI-PMH, several after one another too, with records in the forms arXiv, arXivRaw and oai_dc.
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

// oaiError returns code and text of the error that an answer without records consists of.
func oaiError(data []byte) string {
	var a struct {
		Errors []struct {
			Code string `xml:"code,attr"`
			Text string `xml:",chardata"`
		} `xml:"error"`
	}
	if bytes.Contains(data, []byte("<record")) || decodeXML(data, &a) != nil || len(a.Errors) == 0 {
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

func decodeOAI(b []byte) (*data.Paper, error) {
	var r oaiRecord
	if err := decodeXML(b, &r); err != nil {
		return nil, err
	}
	switch {
	case r.Header.Status == "deleted":
		return nil, errors.New("the archive has deleted the record")
	case r.ArXiv != nil:
		return r.ArXiv.paper(r.Header.Datestamp), nil
	case r.Raw != nil:
		return r.Raw.paper(r.Header.Datestamp), nil
	case r.DC != nil:
		return r.DC.paper(r.Header.Identifier, r.Header.Datestamp), nil
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
	return nil, errors.New("no metadata in the form arXiv, arXivRaw or oai_dc")
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

// firstWord returns the first of several DOIs, which arXiv parts by spaces.
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
