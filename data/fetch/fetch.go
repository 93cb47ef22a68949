// Package fetch follows services that announce papers: it asks them page by page, stores each page together with the
// place to go on from, and says how each source is.
//
// What belongs here is what asking a service takes: addresses, pages and cursors, one file a service; the HTTP client
// beneath all of them (client.go), with its rates, retries and bounds; runs, their state and their schedule. What does
// not belong here: the formats of the answers, which package data/read reads, which record is which paper (package
// data), how papers are stored (the interface [Store] is all that this package knows), commands and pages.
package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"kindred/data"
	"kindred/data/read"
)

// Source is one address of a service. It is used by one goroutine at a time.
type Source interface {
	// Next asks for the page that a cursor stands before. An error leaves the cursor as it was, so that asking again goes
	// on where it ended. The error wraps errStale where the service no longer knows the cursor's token.
	Next(ctx context.Context, at Cursor) (*Page, error)
}

// Cursor is where a source goes on. It is stored as JSON. The zero value is the beginning.
type Cursor struct {
	Since   string               `json:"since,omitempty"`   // the day from which a run asks, inclusive
	Until   string               `json:"until,omitempty"`   // the day up to which the present run asks
	Token   string               `json:"token,omitempty"`   // the service's name of the next page; "" for the first page
	Offset  int                  `json:"offset,omitempty"`  // number of the next page or record, where pages are numbered
	High    string               `json:"high,omitempty"`    // what the present run learned for Since or Version of the next one
	Newest  string               `json:"newest,omitempty"`  // the latest day of the records of the present run
	Version int64                `json:"version,omitempty"` // of a Zotero library, as of the last complete run
	Known   map[string]Validator `json:"known,omitempty"`   // by address: what a conditional request sends
	Files   map[string]string    `json:"files,omitempty"`   // by path: size and time of change of files that were read
}

// first returns the cursor before the first page of its run.
func (c Cursor) first() Cursor {
	c.Token, c.Offset, c.High, c.Newest, c.Until = "", 0, "", "", ""
	return c
}

// sound reports whether a cursor that was read from a store can be gone on with.
func (c Cursor) sound() bool {
	if c.Since != "" {
		if _, err := time.Parse(time.DateOnly, c.Since); err != nil {
			return false
		}
	}
	return c.Offset >= 0 && c.Version >= 0
}

// started reports whether the cursor is within a run.
func (c Cursor) started() bool { return c.Token != "" || c.Offset > 0 }

// Page is what one answer of a service brought.
type Page struct {
	Papers   []*data.Paper
	Rejected []*read.RecordError // records that could not be used
	Notes    []read.Note         // what was passed over without being rejected
	Deleted  []string            // ids of papers that the service says are gone
	// Shared is set where a deletion is that of one list among others, as a reader's or an archive's: papers that others may
	// know stay.
	Shared bool
	Next   Cursor // before the next page, or before the next run where Done is set
	Done   bool   // this was the last page of the run
	Quiet  string // where nothing came: why, in words
}

// errStale is a cursor whose token the service no longer knows. The run begins again, and finds known papers unchanged.
var errStale = errors.New("the service no longer knows where the last page ended")

// parse reads the papers of an answer with the readers that files are read with.
func (p *Page) parse(name string, body []byte) error {
	return p.collect(read.OpenStream(name, bytes.NewReader(body), read.Options{}))
}

// collect reads the papers of all sources of one file.
func (p *Page) collect(sources func(func(*read.Source, error) bool)) error {
	for src, err := range sources {
		if err != nil {
			return err
		}
		for paper, err := range src.Papers() {
			var rejected *read.RecordError
			switch {
			case errors.As(err, &rejected):
				if rejected.Reason != read.DeletedRecord {
					p.Rejected = append(p.Rejected, rejected)
				}
			case err != nil:
				return err
			default:
				p.Papers = append(p.Papers, paper)
			}
		}
		p.Notes = append(p.Notes, src.Notes()...)
	}
	return nil
}

// day writes the day of t in UTC.
func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// begun returns the cursor of a page with the bounds of its run: since when it asks, and, on its first page, until when the
// next run need not ask.
func begun(at Cursor, now time.Time) Cursor {
	if at.Since == "" {
		at.Since = daysBefore(now, firstDays)
	}
	if !at.started() {
		at.High = day(now)
	}
	return at
}

// daysBefore returns the day that is n days before t.
func daysBefore(t time.Time, n int) string { return day(t.UTC().AddDate(0, 0, -n)) }

// earlier returns the earlier one of two days; "" stands for none.
func earlier(a, b string) string {
	if a == "" || b != "" && b < a {
		return b
	}
	return a
}

// complete reports an XML text that ends before its first element does.
func complete(text []byte) error {
	text = bytes.TrimSpace(text)
	root := text
	for bytes.HasPrefix(root, []byte("<?")) || bytes.HasPrefix(root, []byte("<!")) {
		end := bytes.IndexByte(root, '>')
		if bytes.HasPrefix(root, []byte("<!--")) {
			end = bytes.Index(root, []byte("-->"))
			if end >= 0 {
				end += 2
			}
		}
		if end < 0 {
			return io.ErrUnexpectedEOF
		}
		root = bytes.TrimSpace(root[end+1:])
	}
	if len(root) < 2 || root[0] != '<' {
		return errors.New("is not XML")
	}
	name := root[1:]
	if end := bytes.IndexAny(name, " \t\r\n/>"); end >= 0 {
		name = name[:end]
	}
	last := text[bytes.LastIndexByte(text, '<'):]
	if !bytes.HasSuffix(text, []byte(">")) || !bytes.HasPrefix(last, append([]byte("</"), name...)) && !bytes.HasPrefix(last, append([]byte("<"), name...)) {
		return fmt.Errorf("ends before </%s>: %w", name, io.ErrUnexpectedEOF)
	}
	return nil
}

// weekend says why a service that rests at weekends brought nothing; "" on other days.
func weekend(now time.Time, words string) string {
	switch now.UTC().Weekday() {
	case time.Saturday, time.Sunday:
		return words
	}
	return ""
}

const arXivRests = "arXiv announces nothing on Saturdays and Sundays"

// words joins what is not empty.
func words(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "; ")
}
