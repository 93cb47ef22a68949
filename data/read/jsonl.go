package read

import (
	"cmp"
	"encoding/json"
	"iter"
	"strings"

	"kindred/data"
)

// matchJSONL accepts JSON whose records have a title or an abstract. It is tried after the formats of
// particular services.
func matchJSONL(h *head) bool {
	k := h.json.keys
	return h.json.shape != notJSON &&
		(k["title"] != 0 || k["abstract"] != 0 || k["summary"] != 0 || h.json.empty())
}

// empty reports whether the JSON is an answer without records, which is valid.
func (h *jsonHead) empty() bool {
	return len(h.keys) == 0 && !h.cut && (h.shape == jsonArray || h.shape == jsonWrapped)
}

// jsonl reads papers in the form of this project, one JSON object a line or an array of them, with the fields
// of [data.Paper]. A title or an abstract is required. A list may be one string, a name an object with a
// name, the date a number. summary is read as abstract, date and year as published, alt_ids as aliases.
func jsonl(in *input) iter.Seq2[*data.Paper, error] {
	return in.jsonPapers(decodeJSONL)
}

// plainPaper is data.Paper as this project writes it, which decodes in one step.
type plainPaper struct {
	data.Paper
	AltIDs  []string `json:"alt_ids"`
	Summary string   `json:"summary"`
	Date    string   `json:"date"`
	Year    int      `json:"year"`
}

// loosePaper is data.Paper as others write it.
type loosePaper struct {
	ID          textValue      `json:"id"`
	Title       textValue      `json:"title"`
	Abstract    textValue      `json:"abstract"`
	Summary     textValue      `json:"summary"`
	Authors     textList       `json:"authors"`
	AuthorCount json.Number    `json:"author_count"`
	Published   textValue      `json:"published"`
	Date        textValue      `json:"date"`
	Year        textValue      `json:"year"`
	Venue       textValue      `json:"venue"`
	Categories  textList       `json:"categories"`
	Labels      textList       `json:"labels"`
	Keywords    textList       `json:"keywords"`
	URL         textValue      `json:"url"`
	DOI         textValue      `json:"doi"`
	ArXiv       textValue      `json:"arxiv"`
	Upvotes     textValue      `json:"upvotes"`
	Comments    textValue      `json:"comments"`
	Aliases     textList       `json:"aliases"`
	AltIDs      textList       `json:"alt_ids"`
	DuplicateOf string         `json:"duplicate_of"`
	Original    *data.Original `json:"original"`
}

func decodeJSONL(b []byte) (*data.Paper, error) {
	var plain plainPaper
	if json.Unmarshal(b, &plain) == nil {
		p := plain.Paper
		p.Abstract = cmp.Or(p.Abstract, plain.Summary)
		p.Aliases = append(p.Aliases, plain.AltIDs...)
		if p.Published.IsZero() {
			p.Published = firstDate(plain.Date)
		}
		if p.Published.IsZero() && plain.Year > 0 && plain.Year <= 9999 {
			p.Published.Year = plain.Year
		}
		return &p, nil
	}
	var l loosePaper
	if err := decodeJSON(b, &l); err != nil {
		return nil, err
	}
	return l.paper(), nil
}

func (l *loosePaper) paper() *data.Paper {
	p := &data.Paper{
		ID: string(l.ID), Title: string(l.Title), Abstract: cmp.Or(string(l.Abstract), string(l.Summary)),
		Authors: l.Authors, AuthorCount: wholeInt(string(l.AuthorCount)),
		Published: firstDate(string(l.Published), string(l.Date), string(l.Year)),
		Venue:     string(l.Venue), Categories: l.Categories, Labels: l.Labels, Keywords: l.Keywords,
		URL: string(l.URL), DOI: string(l.DOI), ArXiv: string(l.ArXiv),
		Upvotes: wholeInt(string(l.Upvotes)), Comments: wholeInt(string(l.Comments)),
		Aliases: append(l.Aliases, l.AltIDs...), DuplicateOf: l.DuplicateOf, Original: l.Original,
	}
	if len(p.Authors) == 1 {
		p.Authors = splitNames(p.Authors[0])
	}
	if len(p.Categories) == 1 && arxivClasses(p.Categories[0]) {
		p.Categories = strings.Fields(p.Categories[0])
	}
	return p
}
