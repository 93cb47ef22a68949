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

// bioRxiv asks the API of bioRxiv and medRxiv for the preprints of a range of days.
type bioRxiv struct {
	c        *Client
	s        *Service
	category string
}

func openBioRxiv(c *Client, s *Service, rest string) (Source, error) {
	return &bioRxiv{c, s, strings.ReplaceAll(rest, " ", "_")}, nil
}

// Next implements [Source].
func (b *bioRxiv) Next(ctx context.Context, at Cursor) (*Page, error) {
	now := b.c.opt.Now()
	if at.Since == "" {
		at.Since = daysBefore(now, firstDays)
	}
	if at.Until == "" {
		at.Until = day(now)
	}
	if at.Until < at.Since { // a day to come
		at.Until = at.Since
	}
	address := fmt.Sprintf("%s/details/%s/%s/%s/%d", b.c.at(b.s), b.s.Name, at.Since, at.Until, at.Offset)
	if b.category != "" {
		address += "?category=" + url.QueryEscape(b.category)
	}
	page := &Page{}
	got, total := 0, 0
	_, err := b.c.get(ctx, request{url: address, gap: b.s.gap, check: func(a *answer) error {
		*page = Page{}
		var answered struct {
			Messages []struct {
				Status string      `json:"status"`
				Total  json.Number `json:"total"`
			} `json:"messages"`
			Collection *[]json.RawMessage `json:"collection"`
		}
		if err := json.Unmarshal(a.body, &answered); err != nil {
			return err
		}
		if len(answered.Messages) == 0 || answered.Collection == nil {
			return errors.New("it is no list of preprints")
		}
		got, total = len(*answered.Collection), 0
		if status := answered.Messages[0].Status; status != "ok" && got == 0 {
			if strings.Contains(strings.ToLower(status), "no posts") || strings.Contains(strings.ToLower(status), "no papers") {
				return nil
			}
			return fmt.Errorf("it says %q", status)
		}
		total, _ = strconv.Atoi(answered.Messages[0].Total.String())
		if got == 0 {
			if at.Offset < total {
				return fmt.Errorf("it has none of the %d preprints from %d on", total, at.Offset)
			}
			return nil
		}
		return page.parse(address, a.body)
	}})
	if err != nil {
		return nil, err
	}
	at.Offset += got
	if page.Next = at; got == 0 || at.Offset >= total {
		page.Done = true
		page.Next = Cursor{Since: dayBefore(earlier(at.Until, day(now)))}
		page.Quiet = weekend(now, b.s.Title+" posts few preprints on Saturdays and Sundays")
		if got == 0 && at.Offset == 0 {
			page.Quiet = words(fmt.Sprintf("%s has no preprints from %s to %s", b.s.Title, at.Since, at.Until), page.Quiet)
		}
	}
	return page, nil
}
