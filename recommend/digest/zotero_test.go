package digest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"kindred/data"
	"kindred/data/fetch"
	"kindred/recommend/digest"
)

// shelf is a Zotero library.
type shelf struct {
	papers  []*data.Paper
	version int64
	failed  error
	asked   int
	whole   int // times that it was read whole
}

func (s *shelf) Holding(_ context.Context, address, key string, known int64) (*fetch.Holding, error) {
	s.asked++
	if s.failed != nil {
		return nil, s.failed
	}
	if address != "users/1/collections/ABCD2345" || key != "geheim" || known == s.version {
		return nil, nil
	}
	s.whole++
	return &fetch.Holding{Papers: s.papers, Version: s.version}, nil
}

// TestZoteroLibrary keeps the library of a digest as the Zotero collection is: read at once, before each issue and not
// more often than each hour, and kept where it cannot be read.
func TestZoteroLibrary(t *testing.T) {
	w := newWorld(t)
	s, err := w.subs.Add(t.Context(), digest.Subscription{
		Name: "Zorb", Kind: digest.Library, TellQuiet: true, Zotero: &digest.Zotero{Library: "users/1", Collection: "ABCD2345", Key: "geheim"},
	}, nil, now.Add(-48*time.Hour))
	w.check(err)
	from := &shelf{failed: errors.New("the service is down")}
	m := w.maker()
	m.Collections = from
	at := now
	due := func() *digest.Issue {
		t.Helper()
		made, err := m.MakeDue(t.Context(), at)
		w.check(err)
		if len(made) == 0 {
			return nil
		}
		return made[0]
	}
	if issue := due(); issue == nil || !strings.Contains(issue.Quiet, "your Zotero library could not be read: the service is down") {
		t.Fatalf("%+v", issue)
	}
	at = at.Add(30 * time.Minute)
	from.failed, from.papers, from.version = nil, papers(0, 0, 8), 5
	if due(); from.asked != 1 {
		t.Errorf("asked %d times within an hour", from.asked)
	}
	at = at.Add(time.Hour)
	if due(); w.get(s.ID).Own != 8 || w.get(s.ID).Zotero.Failed != "" {
		t.Fatalf("not read as soon as it can be: %+v", w.get(s.ID))
	}
	w.put(append(papers(0, 40, 45), papers(1, 40, 45)...)...)
	at = at.Add(24 * time.Hour)
	issue := due()
	if issue == nil || len(issue.IDs()) == 0 || !strings.HasPrefix(issue.IDs()[0], "t0:") || from.whole != 1 {
		t.Fatalf("read whole %d times, %+v", from.whole, issue)
	}
	from.papers, from.version = papers(1, 0, 8), 6 // the reader moved on
	w.put(append(papers(0, 45, 50), papers(1, 45, 50)...)...)
	at = at.Add(24 * time.Hour)
	if issue := due(); issue == nil || len(issue.IDs()) == 0 || !strings.HasPrefix(issue.IDs()[0], "t1:") {
		t.Errorf("%+v", issue)
	}
	from.failed = errors.New("the service is down again")
	w.put(papers(1, 50, 55)...)
	at = at.Add(24 * time.Hour)
	if issue := due(); issue == nil || len(issue.IDs()) == 0 || w.get(s.ID).Own != 8 || w.get(s.ID).Zotero.Failed == "" {
		t.Errorf("by what was read before: %+v", issue)
	}
	from.failed, from.papers, from.version = nil, nil, 7 // emptied by mistake
	at = at.Add(24 * time.Hour)
	if due(); w.get(s.ID).Own != 8 || !strings.Contains(w.get(s.ID).Zotero.Failed, "no paper") {
		t.Errorf("an empty collection: %+v", w.get(s.ID))
	}
	if w.get(s.ID).Public().Zotero.Key != "" || w.get(s.ID).Zotero.Key == "" {
		t.Error("the key is shown, or lost")
	}
	replaced, err := w.subs.SetOwn(t.Context(), s.ID, papers(2, 0, 4), at)
	w.check(err)
	if replaced.Zotero != nil || replaced.Own != 4 {
		t.Errorf("a file in its place: %+v", replaced)
	}
}
