package fetch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// feed asks for one feed, whole: RSS, Atom or JSON Feed.
type feed struct {
	c       *Client
	s       *Service
	address string
	rests   string
}

func openFeed(c *Client, s *Service, rest string) (Source, error) {
	u, err := url.Parse(rest)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("the address of the feed is missing, such as https://journal.example.org/rss")
	}
	return &feed{c: c, s: s, address: rest}, nil
}

func openArXivFeed(c *Client, s *Service, rest string) (Source, error) {
	if err := one(rest, "the category"); err != nil {
		return nil, err
	}
	for category := range strings.SplitSeq(rest, "+") {
		if _, err := arXivSet(category); err != nil {
			return nil, err
		}
	}
	return &feed{c: c, s: s, address: c.at(s) + "/atom/" + rest, rests: arXivRests}, nil
}

// Next implements [Source].
func (f *feed) Next(ctx context.Context, at Cursor) (*Page, error) {
	page := &Page{}
	a, err := f.c.get(ctx, request{url: f.address, gap: f.s.gap, known: at.Known["feed"], check: func(a *answer) error {
		*page = Page{}
		empty, err := emptyFeed(a.body)
		if err != nil || empty {
			return err
		}
		return page.parse(Redact(f.address), a.body)
	}})
	if err != nil {
		return nil, err
	}
	page.Done, page.Next = true, Cursor{Since: at.Since, Known: map[string]Validator{"feed": a.known}}
	rests := weekend(f.c.opt.Now(), f.rests)
	switch {
	case a.same:
		page.Quiet = words("the feed has not changed since the last run", rests)
	case len(page.Papers)+len(page.Rejected) == 0 && f.rests != "" && rests == "":
		page.Quiet = "arXiv announced nothing that day, as on its holidays"
	case len(page.Papers)+len(page.Rejected) == 0:
		page.Quiet = words("the feed is empty", rests)
	default:
		page.Quiet = rests
	}
	return page, nil
}

// emptyFeed reports whether a feed has no entries. The error says why a text is no whole feed.
func emptyFeed(text []byte) (bool, error) {
	text = bytes.TrimSpace(text)
	if bytes.HasPrefix(text, []byte("{")) {
		var f struct {
			Items *[]json.RawMessage `json:"items"`
		}
		if err := json.Unmarshal(text, &f); err != nil {
			return false, err
		}
		if f.Items == nil {
			return false, errors.New("it is no JSON Feed")
		}
		return len(*f.Items) == 0, nil
	}
	if err := complete(text); err != nil {
		return false, fmt.Errorf("it is no feed: %w", err)
	}
	lower := bytes.ToLower(text[:min(len(text), 4096)])
	if bytes.Contains(lower, []byte("<html")) {
		return false, errors.New("it is a web page, not a feed")
	}
	return !bytes.Contains(text, []byte("<item")) && !bytes.Contains(text, []byte("<entry")), nil
}
