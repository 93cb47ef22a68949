package fetch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// openReview asks OpenReview (version 2 of its API) for the submissions to a venue.
type openReview struct {
	c     *Client
	s     *Service
	venue string
}

func openOpenReview(c *Client, s *Service, rest string) (Source, error) {
	if rest != "" && (strings.Contains(rest, "://") || strings.Contains(rest, " ")) {
		return nil, fmt.Errorf("%q is not the name of a venue such as ICLR.cc/2026/Conference", rest)
	}
	return &openReview{c, s, strings.Trim(rest, "/")}, one(rest, "the venue, such as ICLR.cc/2026/Conference")
}

const openReviewPage = 200

// Next implements [Source]. Each run goes through all submissions of the venue: they change until its end.
func (o *openReview) Next(ctx context.Context, at Cursor) (*Page, error) {
	q := url.Values{
		"invitation": {o.venue + "/-/Submission"}, "limit": {strconv.Itoa(openReviewPage)}, "offset": {strconv.Itoa(at.Offset)},
		"sort": {"number:asc"}, // what is new comes last
	}
	page, l, err := o.c.page(ctx, request{url: o.c.at(o.s) + "/notes?" + q.Encode(), gap: o.s.gap}, func(a *answer) (l list, err error) {
		var answered struct {
			Notes *[]json.RawMessage `json:"notes"`
			Count json.Number        `json:"count"`
		}
		if err := json.Unmarshal(a.body, &answered); err != nil {
			return l, err
		}
		if answered.Notes == nil {
			return l, errors.New("it is no list of submissions")
		}
		l.count = len(*answered.Notes)
		total, _ := strconv.Atoi(answered.Count.String())
		if l.count == 0 && at.Offset < total {
			return l, fmt.Errorf("it has none of the %d submissions from %d on", total, at.Offset)
		}
		return l, nil
	})
	if err != nil {
		return nil, err
	}
	at.Offset += l.count
	if page.Next = at; l.count == 0 {
		page.Done = true
		page.Next = Cursor{Since: at.Since}
		if at.Offset == 0 {
			page.Quiet = "the venue has no public submissions"
		}
	}
	return page, nil
}
