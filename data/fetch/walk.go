package fetch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"kindred/data"
)

// list is an answer that lists records: how many, and where the next page begins.
type list struct {
	count int
	next  string
}

// page asks for an address, has what surrounds its records looked at, and reads the records. An answer without records
// is one without papers.
func (c *Client) page(ctx context.Context, q request, look func(*answer) (list, error)) (*Page, list, error) {
	page := &Page{}
	var l list
	q.check = func(a *answer) (err error) {
		*page = Page{}
		if l, err = look(a); err != nil || l.count == 0 {
			return err
		}
		return page.parse(Redact(q.url), a.body)
	}
	if _, err := c.get(ctx, q); err != nil {
		return nil, l, err
	}
	return page, l, nil
}

// stale makes an answer that refuses a page an errStale, where the page is not the first. Tokens of services end
// after a while.
func stale(err error, at Cursor) error {
	var e *Error
	if at.Token != "" && errors.As(err, &e) && (e.Status == http.StatusBadRequest || e.Status == http.StatusNotFound || e.Status == http.StatusGone) {
		return fmt.Errorf("%w: %w", errStale, err)
	}
	return err
}

// openAlex asks OpenAlex for the works that a filter names.
type openAlex struct {
	c      *Client
	s      *Service
	filter string
}

func openOpenAlex(c *Client, s *Service, rest string) (Source, error) {
	if rest != "" && !strings.Contains(rest, ":") {
		return nil, fmt.Errorf("%q is not a filter such as primary_location.source.id:S123456789", rest)
	}
	return &openAlex{c, s, rest}, one(rest, "the filter, such as primary_location.source.id:S123456789")
}

// indexed is how many days works may be known to a service after their date: so many are asked for again.
const indexed = 14

// Next implements [Source].
func (o *openAlex) Next(ctx context.Context, at Cursor) (*Page, error) {
	now := o.c.opt.Now()
	at = begun(at, now)
	q := url.Values{"filter": {o.filter + ",from_publication_date:" + at.Since}, "per-page": {"200"}, "cursor": {"*"}}
	if at.Token != "" {
		q.Set("cursor", at.Token)
	}
	if strings.Contains(o.c.opt.Contact, "@") {
		q.Set("mailto", o.c.opt.Contact)
	}
	ask := request{url: o.c.at(o.s) + "/works?" + q.Encode(), gap: o.s.gap, env: o.s.Env}
	if key := o.c.key(o.s.Env); key != "" {
		ask.secret = "api_key=" + url.QueryEscape(key)
	}
	page, l, err := o.c.page(ctx, ask, func(a *answer) (l list, err error) {
		var answered struct {
			Meta *struct {
				Next *string `json:"next_cursor"`
			} `json:"meta"`
			Results []json.RawMessage `json:"results"`
		}
		if err := json.Unmarshal(a.body, &answered); err != nil {
			return l, err
		}
		if answered.Meta == nil {
			return l, errors.New("it is no list of works")
		}
		if l.count = len(answered.Results); answered.Meta.Next != nil {
			l.next = *answered.Meta.Next
		}
		return l, nil
	})
	if err != nil {
		return nil, stale(err, at)
	}
	page.end(at, l, indexed)
	return page, nil
}

// end sets where a source goes on that names its next page: there, or where it has none, from some days before the run
// began.
func (p *Page) end(at Cursor, l list, overlap int) {
	if l.count > 0 && l.next != "" && l.next != at.Token {
		p.Next = at
		p.Next.Token = l.next
		return
	}
	p.Done = true
	d, err := data.ParseDate(at.High)
	p.Next = Cursor{Since: daysBefore(d.First(), overlap)}
	if err != nil || at.Since > p.Next.Since { // it was asked for a later day
		p.Next.Since = at.Since
	}
	if l.count == 0 && at.Token == "" {
		p.Quiet = "nothing is listed since " + at.Since
	}
}

// semanticScholar asks Semantic Scholar's bulk search.
type semanticScholar struct {
	c     *Client
	s     *Service
	query string
}

func openSemanticScholar(c *Client, s *Service, rest string) (Source, error) {
	return &semanticScholar{c, s, rest}, one(rest, "the query")
}

// semanticScholarFields are the fields of a paper that are read.
const semanticScholarFields = "title,abstract,authors,externalIds,publicationDate,year,venue,url,s2FieldsOfStudy"

// Next implements [Source].
func (s *semanticScholar) Next(ctx context.Context, at Cursor) (*Page, error) {
	now := s.c.opt.Now()
	at = begun(at, now)
	q := url.Values{"query": {s.query}, "fields": {semanticScholarFields}, "publicationDateOrYear": {at.Since + ":"}}
	if at.Token != "" {
		q.Set("token", at.Token)
	}
	ask := request{url: s.c.at(s.s) + "/graph/v1/paper/search/bulk?" + q.Encode(), gap: s.s.gap, env: s.s.Env}
	if key := s.c.key(s.s.Env); key != "" {
		ask.header = http.Header{"X-Api-Key": {key}}
	}
	page, l, err := s.c.page(ctx, ask, func(a *answer) (l list, err error) {
		var answered struct {
			Total *json.Number      `json:"total"`
			Token *string           `json:"token"`
			Data  []json.RawMessage `json:"data"`
		}
		if err := json.Unmarshal(a.body, &answered); err != nil {
			return l, err
		}
		if answered.Total == nil {
			return l, errors.New("it is no list of papers")
		}
		if l.count = len(answered.Data); answered.Token != nil {
			l.next = *answered.Token
		}
		return l, nil
	})
	if err != nil {
		return nil, stale(err, at)
	}
	page.end(at, l, indexed)
	return page, nil
}

// crossref asks Crossref for the works of journals, or for those that words find.
type crossref struct {
	c       *Client
	s       *Service
	filters []string
	query   string
}

func openCrossref(c *Client, s *Service, rest string) (Source, error) {
	src := &crossref{c: c, s: s}
	if err := one(rest, "issn=… or query=…"); err != nil {
		return nil, err
	}
	values, err := url.ParseQuery(rest)
	if err != nil {
		return nil, err
	}
	for name, list := range values {
		for _, v := range list {
			switch name {
			case "issn":
				for issn := range strings.SplitSeq(v, ",") {
					src.filters = append(src.filters, "issn:"+strings.TrimSpace(issn))
				}
			case "filter":
				src.filters = append(src.filters, v)
			case "query":
				src.query = v
			default:
				return nil, fmt.Errorf("issn=…, query=… or filter=… is expected, not %s", name)
			}
		}
	}
	return src, nil
}

const crossrefPage = 200

// Next implements [Source]. Crossref keeps a cursor for some minutes; after that the run begins again. It may keep the
// place of a cursor itself, under one name for all pages, and then an answer that was lost on the way is a page that was
// skipped. So Until holds how many works there are and Offset how many came: a run that ends with fewer begins again.
func (s *crossref) Next(ctx context.Context, at Cursor) (*Page, error) {
	now := s.c.opt.Now()
	at = begun(at, now)
	filters := append([]string{"from-update-date:" + at.Since}, s.filters...)
	q := url.Values{"filter": {strings.Join(filters, ",")}, "rows": {strconv.Itoa(crossrefPage)}, "cursor": {"*"}}
	if at.Token != "" {
		q.Set("cursor", at.Token)
	}
	if s.query != "" {
		q.Set("query", s.query)
	}
	if strings.Contains(s.c.opt.Contact, "@") {
		q.Set("mailto", s.c.opt.Contact)
	}
	total := 0
	page, l, err := s.c.page(ctx, request{url: s.c.at(s.s) + "/works?" + q.Encode(), gap: s.s.gap}, func(a *answer) (l list, err error) {
		var answered struct {
			Message *struct {
				Next  string            `json:"next-cursor"`
				Total int               `json:"total-results"`
				Items []json.RawMessage `json:"items"`
			} `json:"message"`
		}
		if err := json.Unmarshal(a.body, &answered); err != nil {
			return l, err
		}
		if answered.Message == nil {
			return l, errors.New("it is no list of works")
		}
		// The last page names a next one, too, which is empty. Cursors may repeat themselves.
		l.count, l.next = len(answered.Message.Items), answered.Message.Next
		total = answered.Message.Total
		return l, nil
	})
	if err != nil {
		return nil, stale(err, at)
	}
	if at.Token == "" {
		at.Until = strconv.Itoa(total)
	}
	at.Offset += l.count
	if l.count > 0 && l.next != "" {
		page.Next = at
		page.Next.Token = l.next
		return page, nil
	}
	if all, err := strconv.Atoi(at.Until); err == nil && at.Offset < all {
		return nil, fmt.Errorf("%w: %d of %d works came", errStale, at.Offset, all)
	}
	page.end(at, list{count: l.count}, 1)
	return page, nil
}
