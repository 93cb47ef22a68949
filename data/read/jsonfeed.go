package read

import (
	"bytes"
	"iter"
	"net/url"
	"regexp"
	"strings"

	"kindred/data"
)

// matchJSONFeed accepts feeds of JSON Feed 1.0 and 1.1.
func matchJSONFeed(h *head) bool {
	return h.json.shape == jsonWrapped && bytes.Contains(h.data, []byte("jsonfeed.org/version/")) ||
		h.json.shape == jsonWrapped && bytes.Contains(h.data, []byte(`jsonfeed.org\/version\/`))
}

// jsonFeed reads the items of a JSON Feed.
func jsonFeed(in *input) iter.Seq2[*data.Paper, error] {
	own := ownPages(in.head.data)
	items := &service{complete: func(r jsonRecord, p *data.Paper) error {
		if id := own.paper(p.ID); id != "" {
			p.ID, p.URL = id, jsonTextOf(r, "externalurl")
			if p.Abstract == p.Title { // written because an item must have content
				p.Abstract = ""
			}
			if p.Title == "Untitled" && p.Abstract != "" {
				p.Title = ""
			}
			if v := r.get("kindred"); v != nil && v[0] == '{' {
				p.Published = dateOfText(jsonTextOf(newRecord(v, maxPath), "date"))
			}
			return nil
		}
		if external := jsonTextOf(r, "externalurl"); external != "" {
			p.URL = external
		}
		nameEntry(p)
		return nil
	}}
	return in.jsonPapers(func(b []byte) (*data.Paper, error) { return decodeLoose(b, items, nil) })
}

// nameEntry makes the id of a feed's entry an alias where it is an address and the entry leads to a paper that has
// an id: the same paper then has one name in all feeds.
func nameEntry(p *data.Paper) {
	if !strings.Contains(p.ID, "://") || data.CanonicalID(p.ID) != p.ID {
		return
	}
	for _, id := range append([]string{p.URL, "doi:" + p.DOI, "arxiv:" + p.ArXiv}, p.Aliases...) {
		if paperID.MatchString(data.CanonicalID(id)) {
			p.Aliases, p.ID = append(p.Aliases, p.ID), ""
			return
		}
	}
}

// paperID is an id that names a paper everywhere.
var paperID = regexp.MustCompile(`^(?:doi|arxiv|pmid|pmc|acl|openalex):.`)

// ownFeed finds the address of one of this project's feeds, which a feed itself says.
var ownFeed = regexp.MustCompile(`(https?://[^"'<>\s]+?)/v1/[^"'<>\s]*\.(?:atom|rss|json)\b`)

// pages is the address of the pages of a server of this project, "" where a feed does not come from one.
type pages string

// ownPages returns the pages that the entries of a feed of this project lead to.
func ownPages(text []byte) pages {
	if m := ownFeed.FindSubmatch(text); m != nil {
		return pages(m[1]) + "/papers/"
	}
	return ""
}

// paper returns the id of the paper that has a page at the address, "" for other addresses.
func (p pages) paper(address string) string {
	path, ok := strings.CutPrefix(strings.TrimSpace(address), string(p))
	if !ok || p == "" {
		return ""
	}
	id, err := url.PathUnescape(path)
	if err != nil {
		return ""
	}
	return id
}
