package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"kindred/data"
	"kindred/data/fetch"
	"kindred/recommend/digest"
)

// mornings returns a running site with a subscription and sources, and its address. The papers have a real model.
func mornings(t *testing.T) (*subscribed, string) {
	t.Helper()
	var s *subscribed
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	s = newSubscribedWith(t, func(c *Config) { c.BaseURL = "" })
	s.current.Store(fittedSnapshot(t))
	sources := s.server.cfg.Sources.(*fetch.Sources)
	for name, address := range map[string]string{"tides": "feed:https://tides.example.org/rss?token=zorb", "language": "arxiv:cs.CL", "group": "zotero:groups/77"} {
		if _, err := sources.Add(t.Context(), name, address, 0, ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := sources.Pause(t.Context(), "group", true); err != nil {
		t.Fatal(err)
	}
	return s, server.URL
}

// stages are the states of a subscription whose pages differ, with what brings each about and what its address ends in.
func (s *subscribed) stages() []stage {
	change := func(f func(*digest.Subscription)) func() error {
		return func() error {
			_, err := s.subs.Change(s.t.Context(), s.id, time.Now(), func(d *digest.Subscription) error { f(d); return nil })
			return err
		}
	}
	nothing := func() error { return nil }
	issue := func() error {
		d := s.now()
		issue := &digest.Issue{Subscription: s.id, Number: 1, Name: d.Name, Time: time.Date(2031, 5, 9, 7, 0, 0, 0, time.UTC), Groups: []digest.Group{{
			Label: "Zorbs", Picks: []digest.Pick{{Paper: data.Paper{ID: boot, Title: "On <i>zorbs</i>"}}},
		}}}
		_, err := s.subs.Commit(s.t.Context(), d, &digest.Choice{Issue: issue, Seen: 0})
		return err
	}
	return []stage{
		{"asked", "", nothing}, {"invited", "?confirm=" + s.code(), nothing},
		{"on", "?done=You+get+the+next+issue+when+it+is+due.", func() error {
			_, err := s.subs.Confirm(s.t.Context(), s.id, s.code(), time.Now())
			return errors.Join(err, issue())
		}},
		{"more", "?more=" + boot, nothing}, {"less", "?less=" + boot, nothing}, {"wrong", "?wrong=every%3A+%22hourly%22+is+none+of+daily%2C+weekly%2C+count", nothing},
		{"paused", "", change(func(d *digest.Subscription) { d.Paused = true })},
		{"zotero", "", change(func(d *digest.Subscription) {
			d.Paused, d.Zotero = false, &digest.Zotero{Library: "users/1", Failed: "https://api.zotero.org/users/1/items/top: 403 Forbidden: give a key"}
		})},
		{"filtered", "", change(func(d *digest.Subscription) { d.Filter.Must = []string{"nothing has these words"} })},
		{"stopped", "", func() error {
			_, err := s.subs.Stop(s.t.Context(), s.id, "its address takes no letters", time.Now())
			return err
		}},
	}
}

type stage struct {
	name, query string
	reach       func() error
}

// TestSubscriptionInABrowser opens the page of a subscription in each of its states, and the page of sources, and wants no
// error, nothing small for a finger, nothing wider than a phone, and what axe wants. Pictures go where
// KINDRED_SCREENSHOTS says.
func TestSubscriptionInABrowser(t *testing.T) {
	ctx := browser(t)
	s, base := mornings(t)
	axe := axeSource(t)
	look := func(t *testing.T, name, address string) {
		b := newTab(t, ctx)
		b.see(390, 844, "light")
		b.run(chromedp.Navigate(address), chromedp.WaitVisible(css("h1")))
		if small := eval[string](b, smallTargets); small != "" {
			t.Errorf("small for a finger:\n%s", small)
		}
		b.see(360, 740, "light")
		if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > 360 {
			t.Errorf("%d pixels wide on a phone of 360", wide)
		}
		if size := len(eval[string](b, `document.documentElement.outerHTML`)); size > 30<<10 {
			t.Errorf("%d bytes", size)
		}
		accessible(b, axe)
		for _, w := range b.wrong() {
			t.Error(w)
		}
		s.picture(b, name)
	}
	for _, st := range s.stages() {
		if err := st.reach(); err != nil {
			t.Fatal(err)
		}
		t.Run(st.name, func(t *testing.T) { look(t, st.name, base+s.page+st.query) })
	}
	t.Run("sources", func(t *testing.T) { look(t, "sources", base+"/sources") })
}

// picture keeps a page as it looks on a phone and on a desk, in both schemes.
func (s *subscribed) picture(b *tab, name string) {
	s.t.Helper()
	dir := os.Getenv("KINDRED_SCREENSHOTS")
	if dir == "" {
		return
	}
	for _, width := range []int64{390, 1200} {
		for _, scheme := range []string{"light", "dark"} {
			b.see(width, 900, scheme)
			shot, err := chromedp.Run(b, chromedp.FullScreenshot(100))
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, fmt.Sprintf("subscription-%s-%d-%s.png", name, width, scheme)), shot, 0o644)
			}
			if err != nil {
				s.t.Fatal(err)
			}
		}
	}
}

// TestVoteInABrowser follows a vote's link as a person does, by a click on another site's page, and as a program that
// looks at mail does. The person's vote counts at once; the program's does not.
func TestVoteInABrowser(t *testing.T) {
	ctx := browser(t)
	s, base := mornings(t)
	other := s.papers[slices.IndexFunc(s.papers, func(p *data.Paper) bool { return p.ID != boot })].ID
	link := base + s.page + "?less=" + url.QueryEscape(other)
	mail := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Mail</title><a id="vote" href="%s">Less like this</a>`, link)
	}))
	t.Cleanup(mail.Close)
	b := newTab(t, ctx)
	b.run(chromedp.Navigate(mail.URL))
	eval[bool](b, fmt.Sprintf("(location.href = %q) !== ''", link)) // no click
	b.until(`document.querySelector('form.edit h2')`)
	if d := s.now(); len(d.Dislikes) != 0 {
		t.Errorf("a program voted: %v", d.Dislikes)
	}
	b.run(chromedp.Navigate(mail.URL), chromedp.Click(css("#vote")))
	b.until(`document.querySelector('.note.good')`)
	if d := s.now(); !slices.Contains(d.Dislikes, other) {
		t.Errorf("the person did not: %v", d.Dislikes)
	}
}
