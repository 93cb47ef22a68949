package read

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"golang.org/x/net/html"

	"kindred/data"
)

// maxPage is the longest page read, in bytes. Dates without a year, and data within an attribute, need the
// whole page at once.
const maxPage = 64 << 20

// matchDailyHTML accepts every HTML page. If the page has no papers, dailyHTML returns an error that says so.
func matchDailyHTML(h *head) bool {
	start := bytes.ToLower(h.data[:min(len(h.data), 512)])
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<body", "<div", "<main", "<section"} {
		if bytes.HasPrefix(start, []byte(tag)) {
			return true
		}
	}
	return bytes.HasPrefix(start, []byte("<")) && bytes.Contains(h.data, []byte("data-props="))
}

// dailyHTML reads the papers that a saved page carries as JSON in the attribute data-props of an element.
func dailyHTML(in *input) iter.Seq2[*data.Paper, error] {
	return func(yield func(*data.Paper, error) bool) {
		z := html.NewTokenizer(in.r)
		z.SetMaxBuf(maxPage)
		n, found := 0, false
		for {
			kind := z.Next()
			if kind == html.ErrorToken {
				break
			}
			line := in.line + 1
			in.line += bytes.Count(z.Raw(), []byte("\n"))
			if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
				continue
			}
			items, ok := dailyProps(z)
			found = found || ok
			for _, item := range items {
				n++
				p, err := decodeOne(in.name, &rawRecord{line: line, record: n, data: item}, decodeDaily)
				if !yield(p, err) {
					return
				}
			}
		}
		switch err := z.Err(); {
		case err != io.EOF:
			yield(nil, err)
		case !found:
			yield(nil, fmt.Errorf("%w: the HTML page carries no papers: looked for an element whose data-props attribute has "+
				"dailyPapers; save the page of https://huggingface.co/papers, or its text; of any other page download the list as "+
				"BibTeX, RIS or CSV, and a table that calls itself a workbook save as .xlsx", data.ErrInvalid))
		}
	}
}

// dailyProps returns the items in the data-props attribute of the current tag of z, and whether there are
// any.
func dailyProps(z *html.Tokenizer) (items []json.RawMessage, ok bool) {
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		if string(key) != "data-props" ||
			!bytes.Contains(value, []byte(`"paper`)) && !bytes.Contains(value, []byte(`"dailyPapers"`)) {
			continue
		}
		var props struct {
			DailyPapers []json.RawMessage `json:"dailyPapers"`
			Papers      []json.RawMessage `json:"papers"`
			Paper       json.RawMessage   `json:"paper"`
		}
		if json.Unmarshal(value, &props) != nil {
			continue
		}
		items = append(props.DailyPapers, props.Papers...)
		if len(props.Paper) > 0 && props.Paper[0] == '{' {
			items = append(items, props.Paper)
		}
		ok = ok || props.DailyPapers != nil || props.Papers != nil || len(items) > 0
	}
	return items, ok
}
