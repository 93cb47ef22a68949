package read

import (
	"iter"
	"regexp"
	"strings"

	"kindred/data"
)

// arxivClass is a subject class of arXiv, such as cs.LG, hep-th or math.GT.
var arxivClass = regexp.MustCompile(`^[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]{2}|\.[a-z]+(?:-[a-z]+)+|\.[a-z]{3,})?$`)

// arxivClasses reports whether s is a list of arXiv subject classes separated by spaces.
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
