package fetch

import (
	"cmp"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"kindred/data"
	"kindred/data/readable"
)

// firstDays is how far back the first run of a source goes that announces papers by day, unless it is told.
const firstDays = 7

// oai harvests an archive by OAI-PMH 2.0 (http://www.openarchives.org/OAI/openarchivesprotocol.html).
type oai struct {
	c      *Client
	s      *Service
	base   string
	prefix string // of the metadata
	set    string // "" for all
	rests  string // why nothing comes at weekends
}

// arXivCategory is an archive or a class of arXiv, such as hep-th, cs and cs.CL.
var arXivCategory = regexp.MustCompile(`^([a-z]+(?:-[a-z]+)?)(?:\.([A-Za-z]{2}|[a-z]+(?:-[a-z]+)*))?$`)

// arXivGroups are the archives of arXiv that are groups of their own in OAI-PMH; the others belong to physics.
var arXivGroups = map[string]bool{"cs": true, "econ": true, "eess": true, "math": true, "q-bio": true, "q-fin": true, "stat": true}

// arXivSet returns the set of a category: cs:cs:CL for cs.CL, physics:hep-th for hep-th, cs for cs.
func arXivSet(category string) (string, error) {
	m := arXivCategory.FindStringSubmatch(category)
	if m == nil {
		return "", fmt.Errorf("%q is not a category of arXiv such as cs.CL, hep-th or stat", category)
	}
	archive, class := m[1], m[2]
	group := "physics"
	if arXivGroups[archive] {
		group = archive
	}
	switch {
	case class != "":
		return group + ":" + archive + ":" + class, nil
	case group == archive || archive == "physics":
		return archive, nil
	}
	return group + ":" + archive, nil
}

func openArXiv(c *Client, s *Service, rest string) (Source, error) {
	if err := one(rest, "the category"); err != nil {
		return nil, err
	}
	set, err := arXivSet(rest)
	if rest == "all" {
		set, err = "", nil
	}
	return &oai{c: c, s: s, base: c.at(s), prefix: "arXiv", set: set, rests: arXivRests}, err
}

func openOAI(c *Client, s *Service, rest string) (Source, error) {
	u, err := url.Parse(rest)
	if err != nil || u.Host == "" {
		return nil, errors.New("the address of the archive is missing, such as https://archive.example.org/oai")
	}
	opt, err := url.ParseQuery(u.Fragment)
	if err != nil {
		return nil, fmt.Errorf("after #: %w", err)
	}
	u.Fragment = ""
	src := &oai{c: c, s: s, base: u.String(), prefix: "oai_dc", set: opt.Get("set")}
	if p := opt.Get("prefix"); p != "" {
		src.prefix = p
	}
	for name := range opt {
		if name != "set" && name != "prefix" {
			return nil, fmt.Errorf("after # stands set=… or prefix=…, not %s", name)
		}
	}
	return src, nil
}

// oaiAnswer is what of an answer is not for the reader of its records.
type oaiAnswer struct {
	Date   string `xml:"responseDate"`
	Errors []struct {
		Code string `xml:"code,attr"`
		Text string `xml:",chardata"`
	} `xml:"error"`
	Headers []struct {
		Status string `xml:"status,attr"`
		ID     string `xml:"identifier"`
		Stamp  string `xml:"datestamp"`
	} `xml:"ListRecords>record>header"`
	Token *struct {
		Text string `xml:",chardata"`
	} `xml:"ListRecords>resumptionToken"`
}

// Next implements [Source]. High is the day from which the next run asks.
func (o *oai) Next(ctx context.Context, at Cursor) (*Page, error) {
	now := o.c.opt.Now()
	if at.Since == "" {
		at.Since = daysBefore(now, firstDays)
	}
	q := url.Values{"verb": {"ListRecords"}}
	if at.Token != "" {
		q.Set("resumptionToken", at.Token)
	} else {
		q.Set("metadataPrefix", o.prefix)
		q.Set("from", at.Since)
		if o.set != "" {
			q.Set("set", o.set)
		}
	}
	sep := "?"
	if strings.Contains(o.base, "?") {
		sep = "&"
	}
	address := o.base + sep + q.Encode()
	page := &Page{Next: at}
	var answered oaiAnswer
	_, err := o.c.get(ctx, request{url: address, gap: o.s.gap, check: func(a *answer) error {
		*page, answered = Page{Next: at}, oaiAnswer{}
		if err := complete(a.body); err != nil {
			return err
		}
		if err := xml.Unmarshal(a.body, &answered); err != nil {
			return err
		}
		if len(answered.Errors) > 0 {
			return o.refused(answered.Errors[0].Code, answered.Errors[0].Text, at)
		}
		if len(answered.Headers) == 0 && answered.Token == nil {
			return errors.New("it is no answer of OAI-PMH")
		}
		if len(answered.Headers) == 0 {
			return nil
		}
		return page.parse(address, a.body)
	}})
	if err != nil {
		return nil, err
	}
	page.Shared = o.s.Name != "arxiv" // of its own numbers alone arXiv may say that no paper has them any more
	for _, h := range answered.Headers {
		if d, err := data.ParseDate(strings.TrimSpace(h.Stamp)); err == nil {
			at.Newest = max(at.Newest, d.String())
		}
		if h.Status == "deleted" {
			page.Deleted = append(page.Deleted, data.CanonicalID(readable.OneLine(h.ID)))
		}
	}
	if at.Token == "" {
		// The clock of the archive counts, unless it is ahead: what comes between would never be asked for. A day is asked
		// twice, as records get the day of the archive's own place.
		at.High = day(now)
		if d, err := data.ParseDate(answered.Date); err == nil && !d.IsZero() {
			at.High = earlier(at.High, d.String())
		}
	}
	page.Next = at
	if answered.Token != nil {
		page.Next.Token = strings.TrimSpace(answered.Token.Text)
	} else {
		page.Next.Token = ""
	}
	if page.Next.Token == "" {
		page.Done = true
		page.Next = Cursor{Since: dayBefore(at.High)}
		if page.Next.Since < at.Since { // an archive whose clock is behind
			page.Next.Since = at.Since
		}
		page.Quiet = o.quiet(len(answered.Headers), at, now)
	}
	return page, nil
}

// announcedBy is the hour, UTC, by which the records of a day of announcements are there.
const announcedBy = 4

// quiet says why a run brought nothing new, if it did, whose last answer had so many records; "" where that is not known.
func (o *oai) quiet(records int, at Cursor, now time.Time) string {
	none := ""
	if records == 0 {
		none = fmt.Sprintf("the archive has no records since %s", at.Since)
	}
	rests := weekend(now, o.rests)
	if o.rests == "" || rests != "" || now.UTC().Hour() < announcedBy {
		return words(none, rests)
	}
	newest := cmp.Or(at.Newest, at.Since)
	if newest >= day(now) {
		return none
	}
	return fmt.Sprintf("arXiv announced nothing since %s, as on its holidays", newest)
}

// refused says what an error of the archive means.
func (o *oai) refused(code, text string, at Cursor) error {
	text = readable.OneLine(text)
	switch code {
	case "noRecordsMatch":
		return nil
	case "badResumptionToken":
		if at.Token != "" {
			return fmt.Errorf("%w (%s)", errStale, code)
		}
	}
	return &failure{
		reason: strings.TrimSuffix("the archive answered "+code+": "+text, ": "),
		remedy: "check the set and the prefix of the source",
	}
}

func dayBefore(d string) string {
	t, err := data.ParseDate(d)
	if err != nil {
		return d
	}
	return daysBefore(t.First(), 1)
}
