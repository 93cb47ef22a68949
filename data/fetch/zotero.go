package fetch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"

	"kindred/data"
)

// zotero asks Zotero's API (version 3) for a library of a user or a group, or a collection of it.
type zotero struct {
	c       *Client
	s       *Service
	library string // users/ID or groups/ID
	within  string // the library or the collection
	key     string // "" for a library that anyone may read
}

var zoteroAddress = regexp.MustCompile(`^((?:users|groups)/\d+)(?:/collections/[A-Z0-9]{8})?$`)

func openZotero(c *Client, s *Service, rest string) (Source, error) {
	m := zoteroAddress.FindStringSubmatch(rest)
	if m == nil {
		return nil, fmt.Errorf("%q does not name a library: the number of a user stands at https://www.zotero.org/settings/keys, "+
			"that of a group in the address of its page", rest)
	}
	return &zotero{c, s, m[1], rest, c.key(s.Env)}, nil
}

// Holding is what a Zotero library, or a collection of it, holds.
type Holding struct {
	Papers   []*data.Paper
	Rejected int   // items that could not be used
	Version  int64 // of the library
}

// MaxHolding is how many papers of a library are read at most.
const MaxHolding = 5000

// Holding reads all that an address such as users/1/collections/ABCD2345 holds, with a key that opens it, "" for none. It
// is nil where the library is still of the version that is known. The error wraps [data.ErrInvalid] for an address that is
// none, and where there are more than [MaxHolding] papers.
func (c *Client) Holding(ctx context.Context, address, key string, known int64) (*Holding, error) {
	service, _, err := serviceOf("zotero:")
	if err != nil {
		return nil, err
	}
	src, err := openZotero(c, service, address)
	if err != nil {
		return nil, fmt.Errorf("Zotero: %w: %w", data.ErrInvalid, err)
	}
	z := src.(*zotero)
	z.key = c.secret(key)
	if known > 0 {
		switch page, err := z.Next(ctx, Cursor{Version: known}); {
		case err != nil:
			return nil, closed(err)
		case page.Done:
			return nil, nil
		}
	}
	for restarts := 0; ; restarts++ {
		h, err := z.all(ctx)
		if !errors.Is(err, errStale) || restarts == maxRestarts {
			return h, closed(err)
		}
	}
}

// closed gives the error of a library that is not opened the remedy of its reader, who knows no variables of a server.
func closed(err error) error {
	var e *Error
	if errors.As(err, &e) {
		switch e.Status {
		case http.StatusUnauthorized, http.StatusForbidden:
			e.Remedy = "give a key of Zotero's API that may read this library"
		case http.StatusNotFound:
			e.Remedy = "look at the number of the library and the key of the collection"
		}
	}
	return err
}

// all reads a library from its beginning.
func (z *zotero) all(ctx context.Context) (*Holding, error) {
	h := &Holding{}
	for at := (Cursor{}); ; {
		page, err := z.Next(ctx, at)
		if err != nil {
			return nil, err
		}
		for _, p := range page.Papers {
			if p.CheckBounds() != nil {
				h.Rejected++
				continue
			}
			h.Papers = append(h.Papers, p)
		}
		h.Rejected += len(page.Rejected)
		if len(h.Papers) > MaxHolding {
			return nil, fmt.Errorf("Zotero: %w: more than %d papers: choose a collection of them", data.ErrInvalid, MaxHolding)
		}
		if at = page.Next; page.Done {
			h.Version = at.Version
			return h, nil
		}
	}
}

const zoteroPage = 100

// deletions is the token of the last page of a run: which items are gone.
const deletions = "deleted"

// Next implements [Source]. Version is that of the library as of the last complete run, High that of the present run's
// first page.
func (z *zotero) Next(ctx context.Context, at Cursor) (*Page, error) {
	if at.Token == deletions {
		return z.deleted(ctx, at)
	}
	q := url.Values{
		"format": {"json"}, "limit": {strconv.Itoa(zoteroPage)}, "start": {strconv.Itoa(at.Offset)},
		"sort": {"dateAdded"}, "direction": {"asc"}, // what is added comes last, so that no page shifts
	}
	if at.Version > 0 {
		q.Set("since", strconv.FormatInt(at.Version, 10))
	}
	ask := z.ask(z.within + "/items/top?" + q.Encode())
	if at.Version > 0 && at.Offset == 0 {
		ask.header.Set("If-Modified-Since-Version", strconv.FormatInt(at.Version, 10))
	}
	page := &Page{}
	count, total, version := 0, 0, ""
	ask.check = func(a *answer) error {
		*page = Page{}
		var items []json.RawMessage
		if err := json.Unmarshal(a.body, &items); err != nil {
			return err
		}
		version = a.header.Get("Last-Modified-Version")
		if n, err := strconv.ParseInt(version, 10, 64); err != nil || n < at.Version {
			return fmt.Errorf("its header Last-Modified-Version %q is not the version of the library", version)
		}
		count = len(items)
		total, _ = strconv.Atoi(a.header.Get("Total-Results"))
		if count == 0 {
			return nil
		}
		return page.parse(ask.url, a.body)
	}
	a, err := z.c.get(ctx, ask)
	if err != nil {
		return nil, err
	}
	if a.same {
		at = at.first()
		return &Page{Next: at, Done: true, Quiet: "the library has not changed since the last run"}, nil
	}
	if at.Offset > 0 && version != at.High { // an item that was removed moves the others to earlier pages
		return nil, fmt.Errorf("%w: the library changed meanwhile", errStale)
	}
	at.High = version
	at.Offset += count
	if page.Next = at; count > 0 && at.Offset < total {
		return page, nil
	}
	if at.Version > 0 {
		page.Next.Token = deletions
		return page, nil
	}
	return z.end(page, at), nil
}

// end closes a run.
func (z *zotero) end(page *Page, at Cursor) *Page {
	page.Done = true
	version, _ := strconv.ParseInt(at.High, 10, 64) // it was checked
	page.Next = Cursor{Version: version}
	return page
}

// deleted asks which items are gone since the last run.
func (z *zotero) deleted(ctx context.Context, at Cursor) (*Page, error) {
	ask := z.ask(fmt.Sprintf("%s/deleted?since=%d", z.library, at.Version))
	page := &Page{Shared: true}
	ask.check = func(a *answer) error {
		var answered struct {
			Items *[]string `json:"items"`
		}
		if err := json.Unmarshal(a.body, &answered); err != nil {
			return err
		}
		if answered.Items == nil {
			return fmt.Errorf("it is no list of deleted items")
		}
		page.Deleted = nil
		for _, key := range *answered.Items {
			page.Deleted = append(page.Deleted, "zotero:"+key)
		}
		return nil
	}
	if _, err := z.c.get(ctx, ask); err != nil {
		return nil, err
	}
	return z.end(page, at), nil
}

func (z *zotero) ask(path string) request {
	q := request{
		url: z.c.at(z.s) + "/" + path, gap: z.s.gap, env: z.s.Env,
		header: http.Header{"Zotero-Api-Version": {"3"}},
	}
	if z.key != "" {
		q.header.Set("Zotero-Api-Key", z.key)
	}
	return q
}
