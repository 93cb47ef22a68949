package fetch

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"time"

	"kindred/data/readable"
)

// dailyMonth is how many days of Daily Papers are asked again with each run: their upvotes and comments still change.
const dailyMonth = 31

// dailyPage is the most papers that one answer holds. An answer may hold fewer, so the last one is one without any.
const dailyPage = 100

// daily asks Daily Papers, day by day.
type daily struct {
	c *Client
	s *Service
}

func openDaily(c *Client, s *Service, rest string) (Source, error) { return &daily{c, s}, none(rest) }

// firstDaily is a day before which no lists are.
const firstDaily = "2023-05-01"

// Next implements [Source]. Until is the day that is asked for, High the last one of the run, Token the digest of the
// page before.
func (d *daily) Next(ctx context.Context, at Cursor) (*Page, error) {
	now := d.c.opt.Now()
	if !at.started() && at.Until == "" {
		at.High = day(now)
		at.Until = max(earlier(daysBefore(now, dailyMonth), at.Since), firstDaily)
	}
	if nextDay(at.Until) <= at.Until {
		return nil, fmt.Errorf("%w: %q is no day", errStale, readable.Clip(at.Until, 20))
	}
	address := fmt.Sprintf("%s/api/daily_papers?date=%s&limit=%d&p=%d", d.c.at(d.s), at.Until, dailyPage, at.Offset)
	page := &Page{Next: at}
	digest := ""
	_, err := d.c.get(ctx, request{url: address, gap: d.s.gap, check: func(a *answer) error {
		page.Papers, page.Rejected, page.Notes = nil, nil, nil
		var items []json.RawMessage
		if err := json.Unmarshal(a.body, &items); err != nil {
			return err
		}
		if len(items) == 0 {
			return nil
		}
		h := fnv.New64a()
		h.Write(a.body)
		digest = fmt.Sprintf("%x", h.Sum64())
		return page.parse(address, a.body)
	}})
	if err != nil {
		return nil, err
	}
	if digest != "" && digest != at.Token {
		page.Next.Offset, page.Next.Token = at.Offset+1, digest
		return page, nil
	}
	if digest != "" { // the same page again: the service does not number its pages
		page.Papers, page.Rejected, page.Notes = nil, nil, nil
	}
	page.Next.Offset, page.Next.Token = 0, ""
	if at.Until < earlier(at.High, day(now)) {
		page.Next.Until = nextDay(at.Until)
		return page, nil
	}
	page.Done = true
	page.Next = Cursor{Since: at.High}
	page.Quiet = weekend(now, "Daily Papers lists few papers or none on Saturdays and Sundays")
	return page, nil
}

func nextDay(d string) string {
	t, err := time.Parse(time.DateOnly, d)
	if err != nil {
		return d
	}
	return day(t.AddDate(0, 0, 1))
}
