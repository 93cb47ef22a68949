package read

import (
	"cmp"
	"errors"
	"iter"
	"strings"

	"kindred/data"
)

// matchSemanticScholar accepts records of the bulk data sets (papers, abstracts), of the Graph and
// Recommendations APIs, and of citations and references, which hold the paper one level down.
func matchSemanticScholar(h *head) bool {
	k := h.json.keys
	return k["corpusid"] != 0 || k["paperId"] != 0 || k["externalIds"] != 0 || k["ssId"] != 0 ||
		k["citedPaper"] == '{' || k["citingPaper"] == '{'
}

// isHash reports whether an id of a paper is one of Semantic Scholar's own.
func isHash(id string) bool { return strings.HasPrefix(data.CanonicalID(id), "s2:") }

// semanticScholar reads papers of Semantic Scholar. Its bulk data keep abstracts apart from papers. A record
// of the abstracts yields a paper with the id s2:CorpusId:N and the abstract only. A record of the papers has
// that id too, or has it as an alias next to an arXiv id or DOI. A store that merges by id and alias (see
// [data.Paper.Merge]) thus joins the two in either order.
func semanticScholar(in *input) iter.Seq2[*data.Paper, error] { return in.jsonPapers(decodeS2) }

// s2Paper has the fields of all the forms: bulk data have lower-case keys and APIs camel case.
type s2Paper struct {
	CorpusID  textValue            `json:"corpusid"`
	CorpusID2 textValue            `json:"corpusId"`
	PaperID   string               `json:"paperId"`
	SsID      string               `json:"ssId"`
	ArXivID   string               `json:"arXivId"`
	External  map[string]textValue `json:"externalids"` // externalIds as well: encoding/json ignores case
	URL       string               `json:"url"`
	Link      string               `json:"link"`
	Title     string               `json:"title"`
	Abstract  string               `json:"abstract"`
	Authors   textList             `json:"authors"`
	Venue     string               `json:"venue"`
	Year      textValue            `json:"year"`
	Date      string               `json:"publicationdate"`
	Journal   *struct {
		Name string `json:"name"`
	} `json:"journal"`
	Fields textList `json:"fieldsofstudy"`
	Models textList `json:"s2fieldsofstudy"`
	Cited  *s2Paper `json:"citedPaper"`
	Citing *s2Paper `json:"citingPaper"`
}

func decodeS2(b []byte) (*data.Paper, error) {
	var s s2Paper
	if err := decodeJSON(b, &s); err != nil {
		return nil, err
	}
	switch {
	case s.Cited != nil:
		return s.Cited.paper()
	case s.Citing != nil:
		return s.Citing.paper()
	}
	return s.paper()
}

func (s *s2Paper) paper() (*data.Paper, error) {
	p := &data.Paper{
		Title: s.Title, Abstract: s.Abstract, Authors: s.Authors, Published: firstDate(s.Date, string(s.Year)),
		Venue: s.Venue, Categories: append(s.Fields, s.Models...), URL: cmp.Or(s.URL, s.Link), ArXiv: s.ArXivID,
	}
	if s.Journal != nil {
		p.Venue = cmp.Or(p.Venue, strings.TrimSpace(s.Journal.Name))
	}
	for key, id := range s.External {
		switch {
		case id == "":
		case strings.EqualFold(key, "ArXiv"):
			p.ArXiv = cmp.Or(p.ArXiv, string(id))
		case strings.EqualFold(key, "DOI"):
			p.DOI = string(id)
		}
	}
	for _, key := range []string{"ACL", "PubMed", "PubMedCentral", "MAG", "CorpusId"} {
		id, scheme := string(s.External[key]), map[string]string{"PubMed": "PMID", "PubMedCentral": "PMCID"}[key]
		if id != "" {
			p.Aliases = append(p.Aliases, cmp.Or(scheme, key)+":"+id)
		}
	}
	if id := cmp.Or(string(s.CorpusID), string(s.CorpusID2)); id != "" {
		p.Aliases = append(p.Aliases, "CorpusId:"+id)
	}
	switch id := cmp.Or(s.PaperID, s.SsID); {
	case id == "":
	case isHash(id):
		p.Aliases = append(p.Aliases, "s2:"+id)
	default: // of a service that answers in this form, as this project does
		p.ID = id
	}
	if p.Title == "" && p.Abstract == "" && len(p.Aliases) > 0 {
		return nil, errors.New("neither title nor abstract: abstracts of the bulk data are in a data set of their own")
	}
	return p, nil
}
