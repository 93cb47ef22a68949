package read

import (
	"cmp"
	"iter"

	"kindred/data"
)

// matchDailyAPI accepts the answers of the Daily Papers API: papers under a key of that name, or one paper by
// itself. This project's own answers have papers under that key, too, but other keys within.
func matchDailyAPI(h *head) bool {
	k := h.json.keys
	return k["paper"] == '{' && (k["paper.publishedAt"] != 0 || k["paper.summary"] != 0 || k["publishedAt"] != 0 || k["numComments"] != 0) ||
		k["publishedAt"] != 0 && k["summary"] != 0
}

// dailyAPI reads the answers of the Daily Papers API.
func dailyAPI(in *input) iter.Seq2[*data.Paper, error] { return in.jsonPapers(decodeDaily) }

// dailyPaper is the part of an item that is used. The fields beyond id, authors, dates, title and summary came
// over time.
type dailyPaper struct {
	ID      string `json:"id"`
	Authors []struct {
		Name   string `json:"name"`
		Hidden bool   `json:"hidden"`
	} `json:"authors"`
	PublishedAt string   `json:"publishedAt"`
	Title       string   `json:"title"`
	Summary     string   `json:"summary"`
	Upvotes     int      `json:"upvotes"`
	Keywords    []string `json:"ai_keywords"`
}

func decodeDaily(b []byte) (*data.Paper, error) {
	var item struct {
		Paper       *dailyPaper `json:"paper"`
		NumComments int         `json:"numComments"`
		dailyPaper
	}
	if err := decodeJSON(b, &item); err != nil {
		return nil, err
	}
	d := item.Paper
	if d == nil {
		d = &item.dailyPaper
	}
	p := &data.Paper{
		ID: d.ID, Title: cmp.Or(d.Title, item.Title), Abstract: cmp.Or(d.Summary, item.Summary),
		Published: firstDate(d.PublishedAt, item.PublishedAt), Upvotes: d.Upvotes, Comments: item.NumComments, Keywords: d.Keywords,
	}
	if d.ID != "" {
		p.URL = "https://huggingface.co/papers/" + d.ID
	}
	for _, a := range d.Authors {
		if !a.Hidden {
			p.Authors = append(p.Authors, a.Name)
		}
	}
	return p, nil
}
