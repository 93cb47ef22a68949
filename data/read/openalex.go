package read

import (
	"cmp"
	"encoding/json"
	"errors"
	"iter"
	"sort"
	"strings"

	"kindred/data"
)

// matchOpenAlex accepts works of OpenAlex, whole or with selected fields.
func matchOpenAlex(h *head) bool {
	k := h.json.keys
	return k["abstract_inverted_index"] != 0 || k["authorships"] != 0 || k["display_name"] != 0 && k["id"] != 0
}

// openAlex reads works of OpenAlex: the snapshot's lines, a page of the API, or a single work.
func openAlex(in *input) iter.Seq2[*data.Paper, error] { return in.jsonPapers(decodeOpenAlex) }

// maxPositions is the largest word position accepted in an inverted abstract.
const maxPositions = 100_000

func decodeOpenAlex(b []byte) (*data.Paper, error) {
	var w struct {
		ID       string               `json:"id"`
		DOI      string               `json:"doi"`
		Title    string               `json:"title"`
		Display  string               `json:"display_name"`
		Date     string               `json:"publication_date"`
		Year     textValue            `json:"publication_year"`
		Abstract map[string][]int     `json:"abstract_inverted_index"`
		IDs      map[string]textValue `json:"ids"`
		Authors  []struct {
			Author struct {
				Name string `json:"display_name"`
			} `json:"author"`
			Raw string `json:"raw_author_name"`
		} `json:"authorships"`
		Primary  *openAlexLocation  `json:"primary_location"`
		Places   []openAlexLocation `json:"locations"`
		Host     *openAlexSource    `json:"host_venue"`
		Topics   []openAlexName     `json:"topics"`
		Concepts []openAlexName     `json:"concepts"`
		Keywords textList           `json:"keywords"`
	}
	if err := decodeJSON(b, &w); err != nil {
		return nil, err
	}
	p := &data.Paper{
		Title: cmp.Or(w.Title, w.Display), DOI: w.DOI, Published: firstDate(w.Date, string(w.Year)),
		Keywords: w.Keywords, Aliases: []string{w.ID},
	}
	var err error
	if p.Abstract, err = uninvert(w.Abstract); err != nil {
		return nil, err
	}
	for _, kind := range []string{"openalex", "doi", "pmid", "pmcid"} {
		if id := string(w.IDs[kind]); id != "" {
			p.Aliases = append(p.Aliases, id)
		}
	}
	if mag := string(w.IDs["mag"]); mag != "" {
		p.Aliases = append(p.Aliases, "mag:"+mag)
	}
	for _, a := range w.Authors {
		p.Authors = append(p.Authors, cmp.Or(a.Author.Name, a.Raw))
	}
	p.Venue, p.URL = openAlexPlace(w.Primary, w.Host)
	for _, l := range w.Places { // a preprint among the places where the work can be read
		if id, ok := data.ArXivID(l.Landing); ok && p.ArXiv == "" {
			p.ArXiv = id
		}
	}
	for _, t := range w.Topics {
		p.Categories = append(p.Categories, t.Name)
	}
	for _, c := range w.Concepts {
		if len(w.Topics) == 0 && c.Level <= 1 { // fields; the finer ones are guesses
			p.Categories = append(p.Categories, c.Name)
		}
	}
	return p, nil
}

type openAlexName struct {
	Name  string `json:"display_name"`
	Level int    `json:"level"`
}

type openAlexSource struct {
	Name string `json:"display_name"`
}

type openAlexLocation struct {
	Landing string          `json:"landing_page_url"`
	Source  *openAlexSource `json:"source"`
}

// openAlexPlace returns venue and address; older records have a host instead of a location.
func openAlexPlace(primary *openAlexLocation, host *openAlexSource) (venue, url string) {
	if host != nil {
		venue = host.Name
	}
	if primary != nil {
		url = primary.Landing
		if primary.Source != nil {
			venue = cmp.Or(primary.Source.Name, venue)
		}
	}
	return venue, url
}

// uninvert puts the words of an inverted abstract in their order.
func uninvert(index map[string][]int) (string, error) {
	type placed struct {
		at   int
		word string
	}
	var words []placed
	for word, places := range index {
		for _, at := range places {
			if at < 0 || at > maxPositions {
				return "", errors.New("abstract_inverted_index has a position out of range")
			}
			words = append(words, placed{at, word})
		}
	}
	sort.Slice(words, func(i, j int) bool {
		if words[i].at != words[j].at {
			return words[i].at < words[j].at
		}
		return words[i].word < words[j].word
	})
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(w.word)
	}
	return b.String(), nil
}

// UnmarshalJSON implements json.Unmarshaler. A location that is not an object, as in some old records, is
// skipped.
func (l *openAlexLocation) UnmarshalJSON(b []byte) error {
	type plain openAlexLocation
	if b[0] != '{' {
		return nil
	}
	return json.Unmarshal(b, (*plain)(l))
}
