package fetch

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"kindred/data"
)

// arXivPage is how many entries are asked for at once.
const arXivPage = 100

// arXivSearch asks arXiv's query API, what changed last first.
type arXivSearch struct {
	c     *Client
	s     *Service
	query string
}

func openArXivSearch(c *Client, s *Service, rest string) (Source, error) {
	return &arXivSearch{c, s, rest}, one(rest, "the query, such as cat:cs.CL AND abs:parsing")
}

// atomAnswer is what of an Atom feed is not for the reader of its entries.
type atomAnswer struct {
	Total   string `xml:"totalResults"`
	Entries []struct {
		ID      string `xml:"id"`
		Updated string `xml:"updated"`
	} `xml:"entry"`
}

// Next implements [Source]. A run ends with the first page on which an entry is older than Since. Papers that come while
// a run goes through its pages push others to later pages, where they are seen twice and none is missed.
func (s *arXivSearch) Next(ctx context.Context, at Cursor) (*Page, error) {
	now := s.c.opt.Now()
	at = begun(at, now)
	q := url.Values{
		"search_query": {s.query}, "start": {strconv.Itoa(at.Offset)}, "max_results": {strconv.Itoa(arXivPage)},
		"sortBy": {"lastUpdatedDate"}, "sortOrder": {"descending"},
	}
	address := s.c.at(s.s) + "?" + q.Encode()
	page := &Page{Next: at}
	var answered atomAnswer
	total := 0
	_, err := s.c.get(ctx, request{url: address, gap: s.s.gap, check: func(a *answer) error {
		*page, answered = Page{Next: at}, atomAnswer{}
		if err := complete(a.body); err != nil {
			return err
		}
		if err := xml.Unmarshal(a.body, &answered); err != nil {
			return err
		}
		n, err := strconv.Atoi(strings.TrimSpace(answered.Total))
		if err != nil {
			return errors.New("it does not say how many entries there are")
		}
		if total = n; len(answered.Entries) == 0 {
			if at.Offset < total { // it happens
				return fmt.Errorf("it has none of the %d entries from %d on", total, at.Offset)
			}
			return nil
		}
		if strings.Contains(answered.Entries[0].ID, "/api/errors") {
			return &failure{reason: "arXiv does not understand the query", remedy: "see https://info.arxiv.org/help/api for its form"}
		}
		return page.parse(address, a.body)
	}})
	if err != nil {
		return nil, err
	}
	old := false
	for _, e := range answered.Entries {
		if d, err := data.ParseDate(e.Updated); err == nil && !d.IsZero() && d.String() < at.Since {
			old = true
		}
	}
	at.Offset += len(answered.Entries)
	if page.Next = at; old || len(answered.Entries) == 0 || at.Offset >= total {
		page.Done = true
		page.Next = Cursor{Since: dayBefore(at.High)}
		page.Quiet = weekend(now, arXivRests)
	}
	return page, nil
}
