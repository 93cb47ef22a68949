package api

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"kindred/api/web"
	"kindred/data"
	"kindred/data/store"
	"kindred/recommend/digest"
)

// subscribed is a site with a subscription that waits for its confirmation, and the addresses that belong to it.
type subscribed struct {
	*site
	t          *testing.T
	subs       *digest.Subscriptions
	store      *store.SQLite
	id         string
	page, feed string
}

func newSubscribed(t *testing.T) *subscribed {
	t.Helper()
	return newSubscribedWith(t, func(*Config) {})
}

func newSubscribedWith(t *testing.T, change func(*Config)) *subscribed {
	t.Helper()
	st, err := store.Open(t.Context(), t.TempDir()+"/papers.db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	s := &subscribed{t: t, subs: digest.NewSubscriptions(st), store: st}
	s.site = newSite(t, func(c *Config) {
		c.Subscriptions = s.subs
		change(c)
	})
	sub, err := s.subs.Add(t.Context(), digest.Subscription{
		Name: "Mornings <b>", Kind: digest.Library, Seeds: []string{boot}, To: digest.Destination{Mail: "zorb@example.org"},
	}, nil, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	token, err := s.subs.Token(t.Context(), sub.ID)
	feed, err2 := s.subs.FeedToken(t.Context(), sub.ID)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	s.id, s.page, s.feed = sub.ID, "/subscriptions/"+token, "/subscriptions/"+feed+".atom"
	return s
}

// now returns the subscription as it is stored.
func (s *subscribed) now() *digest.Subscription {
	s.t.Helper()
	sub, err := s.subs.Get(s.t.Context(), s.id)
	if err != nil {
		s.t.Fatal(err)
	}
	return sub
}

// code returns the code of the letter that asks for a confirmation.
func (s *subscribed) code() string {
	s.t.Helper()
	waiting, err := s.store.Deliveries(s.t.Context(), 1, store.Queued)
	if err != nil || len(waiting) == 0 {
		s.t.Fatal(len(waiting), err)
	}
	var l digest.Letter
	if err := json.Unmarshal(waiting[0].Body, &l); err != nil || l.Code == "" {
		s.t.Fatal(l, err)
	}
	return l.Code
}

// post sends a form without a key, as mail programs and readers do.
func (s *subscribed) post(target string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return s.ask("POST", target, form.Encode(), "X-API-Key", "", "Content-Type", "application/x-www-form-urlencoded")
}

// TestLinksChangeNothing follows every link that a letter may have, and wants the subscription as it was: programs that
// look for dangerous mail do that.
func TestLinksChangeNothing(t *testing.T) {
	s := newSubscribed(t)
	before := mustJSON(s.now())
	for _, query := range []string{"", "?more=" + boot, "?less=" + boot, "?done=stop"} {
		rec := s.get(s.page+query, "Accept", "text/html")
		if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "<form") {
			t.Errorf("%s: %d", query, rec.Code)
		}
		if strings.Contains(rec.Body.String(), "Mornings <b>") || rec.Header().Get("Referrer-Policy") != "no-referrer" || rec.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: a page that shows too much, or may be kept", query)
		}
	}
	if after := mustJSON(s.now()); after != before {
		t.Errorf("a link changed the subscription:\n%s\n%s", before, after)
	}
}

// TestForms does all that the page of a subscription offers.
func TestForms(t *testing.T) {
	s := newSubscribed(t)
	step := func(want string, check func(*digest.Subscription) bool, fields ...string) {
		t.Helper()
		rec := s.post(s.page, fields...)
		to := rec.Header().Get("Location")
		if rec.Code != http.StatusSeeOther || !strings.HasPrefix(to, s.page+"?"+want) {
			t.Errorf("%v: %d to %q", fields, rec.Code, to)
			return
		}
		if page := s.get(to); page.Code != http.StatusOK {
			t.Errorf("%v: the page after it is %d", fields, page.Code)
		}
		if !check(s.now()) {
			t.Errorf("%v: %+v", fields, s.now())
		}
	}
	step("done=", func(d *digest.Subscription) bool { return d.State == digest.Pending }, "action", "confirm")
	step("done=", func(d *digest.Subscription) bool { return d.State == digest.Pending }, "action", "confirm", "code", "zorb")
	step("done=", func(d *digest.Subscription) bool { return d.Active() }, "action", "confirm", "code", s.code())
	step("done=", func(d *digest.Subscription) bool { return d.Paused }, "action", "pause")
	step("done=", func(d *digest.Subscription) bool { return !d.Paused }, "action", "resume")
	step("done=", func(d *digest.Subscription) bool { return len(d.Dislikes) == 1 }, "action", "less", "paper", "arxiv:2306.00001")
	step("done=", func(d *digest.Subscription) bool { return len(d.Seeds) == 2 && len(d.Dislikes) == 0 }, "action", "more", "paper", "2306.00001v2")
	step("done=", func(d *digest.Subscription) bool {
		return d.Name == "Evenings" && d.Schedule.At == "18:30" && d.Schedule.Zone == "Europe/Rome" && len(d.Filter.MustNot) == 2 && d.TellQuiet && d.Filter.Limit == 7
	}, "action", "change", "name", "Evenings", "every", "weekly", "day", "friday", "at", "18:30", "zone", "Europe/Rome", "limit", "7", "must_not", "survey\r\nzorb glow\r\n", "tell_quiet", "on")
	step("wrong=", func(d *digest.Subscription) bool { return d.Name == "Evenings" }, "action", "change", "name", "Nights", "every", "hourly")
	step("done=", func(d *digest.Subscription) bool { return d.State == digest.Stopped && d.Stopped != "" }, "action", "stop")
	step("done=", func(d *digest.Subscription) bool { return d.Active() }, "action", "confirm")
	// One click of a mail program (RFC 8058), also without a snapshot and behind a link of a letter.
	s.current.Store(nil)
	if rec := s.post(s.page+"?more=x", "List-Unsubscribe", "One-Click"); rec.Code != http.StatusOK || s.now().State != digest.Stopped {
		t.Errorf("one click: %d, %s", rec.Code, s.now().State)
	}
	for _, fields := range [][]string{{"action", "zorb"}, {}, {"action", "more"}} {
		if rec := s.post(s.page, fields...); rec.Code != http.StatusBadRequest {
			t.Errorf("%v: %d", fields, rec.Code)
		}
	}
}

// TestSubscriptionSecret wants nothing at addresses that are not quite right, and no change by the address of the feed.
func TestSubscriptionSecret(t *testing.T) {
	s := newSubscribed(t)
	reading := strings.TrimSuffix(s.feed, ".atom")
	for _, target := range []string{s.page[:len(s.page)-1], s.page + "x", "/subscriptions/" + s.id, reading} {
		if rec := s.get(target); rec.Code != http.StatusNotFound {
			t.Errorf("GET %s: %d", target, rec.Code)
		}
		if rec := s.post(target, "action", "confirm"); rec.Code != http.StatusNotFound || s.now().State != digest.Pending {
			t.Errorf("POST %s: %d", target, rec.Code)
		}
	}
	if rec := newSite(t, nil).get(s.page); rec.Code != http.StatusNotFound {
		t.Errorf("a site without subscriptions: %d", rec.Code)
	}
	if got := loggedPath(s.page); strings.Contains(got, s.id) {
		t.Errorf("the log has %s", got)
	}
}

// TestDigestFeed reads the issues of a subscription as Atom.
func TestDigestFeed(t *testing.T) {
	s := newSubscribed(t)
	if _, err := s.subs.Confirm(t.Context(), s.id, s.code(), time.Now()); err != nil {
		t.Fatal(err)
	}
	for n := range digest.KeptIssues + 2 {
		sub := s.now()
		issue := &digest.Issue{Subscription: s.id, Number: n + 1, Name: sub.Name, Time: time.Date(2031, 5, 9+n, 7, 0, 0, 0, time.UTC), Groups: []digest.Group{{
			Label: "Zorbs & blims", Picks: []digest.Pick{{Paper: data.Paper{ID: boot, Title: "On <i>zorbs</i>\x00"}, Summary: "They glow."}},
		}}}
		if made, err := s.subs.Commit(t.Context(), sub, &digest.Choice{Issue: issue}); err != nil || !made {
			t.Fatal(made, err)
		}
	}
	rec := s.get(s.feed)
	var feed web.AtomFeed
	if err := xml.Unmarshal(rec.Body.Bytes(), &feed); err != nil || rec.Code != http.StatusOK {
		t.Fatalf("%d, %v", rec.Code, err)
	}
	if len(feed.Entries) != digest.KeptIssues || !strings.Contains(feed.Entries[0].Title, "9 June 2031") {
		t.Errorf("%d entries, the first %q", len(feed.Entries), feed.Entries[0].Title)
	}
	html := feed.Entries[0].Content.Text
	if !strings.Contains(html, "On &lt;i&gt;zorbs&lt;/i&gt;") || !strings.Contains(html, `href="https://papers.example.org/papers/`+boot) {
		t.Errorf("content %s", html)
	}
	token := strings.TrimPrefix(s.page, "/subscriptions/")
	if strings.Contains(rec.Body.String(), token) {
		t.Error("the feed holds the address that manages the subscription")
	}
	addresses := IssueAddresses("https://papers.example.org", token)
	if got, want := addresses.Less("doi:10.1/a&b"), "https://papers.example.org"+s.page+"?less=doi%3A10.1%2Fa%26b"; got != want {
		t.Errorf("address %s, want %s", got, want)
	}
}
