package web

import (
	"bytes"
	"html"
	"regexp"
	"strings"

	"kindred/api/link"
)

// Without scripts nothing remembers a reader's list but the addresses of pages: each link and each form of a page that
// was asked for with a list leads on with it. Templates know nothing of that; their output is changed once it is made.
// Text of papers cannot hold the marks that are looked for, as its quotes are escaped.
var (
	pageLinks = regexp.MustCompile(` href="/(?:|search|map|docs|widget|curate|(?:papers|topics|authors|days|weeks|months)(?:/[^"?#]*)?)(?:[?#][^"]*)?"`)
	pageForms = regexp.MustCompile(`<form [^>]*action="/(?:search|topics|like)"[^>]*>|<form class="filters[^"]*" method="get"[^>]*>`)
)

// carry returns a page whose links and forms carry a list, written as parameters, to other pages.
func carry(page []byte, params string, list link.Seeds) []byte {
	page = pageLinks.ReplaceAllFunc(page, func(m []byte) []byte {
		address, anchor, anchored := strings.Cut(string(m[:len(m)-1]), "#")
		if strings.Contains(address, "positive=") || strings.Contains(address, "negative=") || strings.Contains(address, "text=") {
			return m // it is the address of this page with another cursor
		}
		mark := "?"
		if strings.Contains(address, "?") {
			mark = "&amp;"
		}
		address += mark + html.EscapeString(params)
		if anchored {
			address += "#" + anchor
		}
		return []byte(address + `"`)
	})
	var fields bytes.Buffer
	for _, h := range hiddenList(list) {
		fields.WriteString(`<input type="hidden" data-carry name="` + h.Name + `" value="` + html.EscapeString(h.Value) + `">`)
	}
	return pageForms.ReplaceAllFunc(page, func(m []byte) []byte {
		return append(m[:len(m):len(m)], fields.Bytes()...)
	})
}

// hiddenList is a list as the fields of a form.
func hiddenList(list link.Seeds) (out []hidden) {
	for _, id := range list.Positive {
		out = append(out, hidden{"positive", id})
	}
	for _, id := range list.Negative {
		out = append(out, hidden{"negative", id})
	}
	if list.Text != "" {
		out = append(out, hidden{"text", list.Text})
	}
	if list.Name != "" {
		out = append(out, hidden{"name", list.Name})
	}
	return out
}
