package cite

import (
	"encoding/json"
	"fmt"
	"io"

	"kindred/data"
)

// CSL writes the papers as one CSL-JSON array, in order. The only errors are those of w.
func CSL(w io.Writer, papers []*data.Paper) error {
	items := make([]cslItem, len(papers))
	for i, p := range papers {
		items[i] = cslOf(p)
	}
	b, err := json.MarshalIndent(items, "", "  ")
	if err != nil {
		return fmt.Errorf("encode CSL: %w", err)
	}
	_, err = w.Write(append(b, '\n'))
	return err
}

// cslItem is a paper in CSL-JSON, version 1.0.2 of its schema.
type cslItem struct {
	ID        string    `json:"id"`
	Type      string    `json:"type"`
	Title     string    `json:"title"`
	Author    []cslName `json:"author,omitempty"`
	Issued    *cslDate  `json:"issued,omitempty"`
	Container string    `json:"container-title,omitempty"`
	DOI       string    `json:"DOI,omitempty"`
	URL       string    `json:"URL,omitempty"`
	Abstract  string    `json:"abstract,omitempty"`
	Number    string    `json:"number,omitempty"`
}

// cslName is the name of a person in CSL-JSON.
type cslName struct {
	Family string `json:"family"`
	Given  string `json:"given,omitempty"`
	Suffix string `json:"suffix,omitempty"`
}

// cslDate is a date in CSL-JSON: one list of year, month and day, as far as they are known.
type cslDate struct {
	Parts [][]int `json:"date-parts"`
}

// cslOf returns p as a CSL item.
func cslOf(p *data.Paper) cslItem {
	kinds := map[string]string{"misc": "article", "article": "article-journal", "inproceedings": "paper-conference"}
	out := cslItem{
		ID: p.ID, Type: kinds[entryType(p)], Title: p.Title, Container: p.Venue, DOI: p.DOI, URL: p.SourceURL(), Abstract: p.Abstract,
	}
	for _, a := range p.Authors {
		family, given, suffix := splitName(a)
		out.Author = append(out.Author, cslName{family, given, suffix})
	}
	if d := p.Published; !d.IsZero() {
		parts := []int{d.Year}
		if d.Month != 0 {
			parts = append(parts, int(d.Month))
			if d.Day != 0 {
				parts = append(parts, d.Day)
			}
		}
		out.Issued = &cslDate{[][]int{parts}}
	}
	if p.ArXiv != "" {
		out.Number = "arXiv:" + p.ArXiv
	}
	return out
}
