package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"kindred/api/problem"
	"kindred/data"
	"kindred/data/fetch"
	"kindred/recommend/digest"
)

type subscriptionAnswer struct{ Data Subscription }

// token returns what manages the subscription of a site.
func (s *subscribed) token() string { return strings.TrimPrefix(s.page, "/subscriptions/") }

// TestSubscriptionRights wants every answer and change about a subscription closed to all but a key and the secret of
// its own address, and where its issues go to the key alone.
func TestSubscriptionRights(t *testing.T) {
	s := newSubscribed(t)
	other, err := s.subs.Add(t.Context(), digest.Subscription{Name: "Other", Kind: digest.Trending}, nil, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := s.subs.Token(t.Context(), other.ID)
	if err != nil {
		t.Fatal(err)
	}
	one := "/v1/subscriptions/" + s.id
	reading := strings.TrimSuffix(strings.TrimPrefix(s.feed, "/subscriptions/"), ".atom")
	for _, c := range []struct{ method, target, body string }{
		{"GET", "/v1/subscriptions", ""}, {"POST", "/v1/subscriptions", `{"name":"New","kind":"trending"}`},
		{"GET", one, ""}, {"PATCH", one, `{"name":"Changed"}`}, {"GET", one + "/issues", ""}, {"GET", one + "/preview", ""},
		{"POST", one + "/votes", `{"paper":"` + boot + `","vote":"less"}`}, {"DELETE", one, ""},
	} {
		for name, secret := range map[string]string{
			"nothing": "", "no key": "zorb", "the secret of another": foreign, "that of the feed": reading, "the id": s.id + "-", "half a secret": s.token()[:len(s.token())-1],
		} {
			before := mustJSON(s.now())
			if rec := s.ask(c.method, c.target, c.body, "X-API-Key", secret); rec.Code != http.StatusUnauthorized || mustJSON(s.now()) != before {
				t.Errorf("%s %s with %s: %d", c.method, c.target, name, rec.Code)
			}
		}
	}
	for _, target := range []string{"/v1/subscriptions", "/v1/subscriptions/" + other.ID} {
		if rec := s.get(target, "X-API-Key", s.token()); rec.Code != http.StatusUnauthorized {
			t.Errorf("%s with the secret of one: %d", target, rec.Code)
		}
	}
	bearer := []string{"X-API-Key", "", "Authorization", "Bearer " + s.token()}
	if got := decode[subscriptionAnswer](t, s.get(one, bearer...), 200).Data; got.ID != s.id || !strings.HasSuffix(got.Manage, s.page) {
		t.Errorf("%+v", got)
	}
	got := decode[subscriptionAnswer](t, s.ask("PATCH", one, `{"name":"Evenings","schedule":{"every":"weekly","zone":"Asia/Tokyo"},"seeds":["2306.00001v2"]}`, bearer...), 200).Data
	if d := s.now(); got.Name != "Evenings" || d.Schedule.Day != "monday" || !slices.Equal(d.Seeds, []string{"arxiv:2306.00001"}) || d.To.Mail != "zorb@example.org" {
		t.Errorf("%+v", d)
	}
	for _, to := range []string{`{"mail":"blim@example.org"}`, `{}`, `{"webhook":"https://example.org","secret":"0123456789abcdef"}`} {
		if rec := s.ask("PATCH", one, `{"to":`+to+`}`, bearer...); rec.Code != http.StatusForbidden || s.now().To.Mail != "zorb@example.org" || s.now().To.Webhook != "" {
			t.Errorf("a reader sends it to %s: %d", to, rec.Code)
		}
	}
	if rec := s.ask("POST", one+"/votes", `{"paper":"2306.05544v1","vote":"less"}`, bearer...); rec.Code != 200 || !slices.Equal(s.now().Dislikes, []string{boot}) {
		t.Errorf("vote: %d, %v", rec.Code, s.now().Dislikes)
	}
	if rec := s.ask("DELETE", one, "", bearer...); rec.Code != 200 {
		t.Errorf("DELETE: %d", rec.Code)
	}
	if rec := s.get(one, bearer...); rec.Code != http.StatusUnauthorized { // its secret opens nothing any more
		t.Errorf("after DELETE: %d", rec.Code)
	}
}

// TestConsentOverHTTP wants no way past the letter that asks for consent: not by a new subscription, a change or the
// secret of the address.
func TestConsentOverHTTP(t *testing.T) {
	s := newSubscribed(t)
	if rec := s.ask("POST", "/v1/subscriptions", `{"name":"Sure","kind":"trending","to":{"mail":"blim@example.org"},"state":"confirmed"}`); rec.Code != 400 {
		t.Errorf("confirmed from the beginning: %d", rec.Code)
	}
	added := decode[subscriptionAnswer](t, s.ask("POST", "/v1/subscriptions", `{"name":"Feed alone","kind":"trending"}`), 201).Data
	if added.State != digest.Confirmed || added.Next.IsZero() {
		t.Errorf("without a mail address: %+v", added)
	}
	one := "/v1/subscriptions/" + added.ID
	for _, body := range []string{
		`{"to":{"mail":"blim@example.org"},"state":"confirmed"}`, `{"state":"confirmed"}`, `{"state":"stopped"}`, `{"state":"confirmed"}`,
	} {
		got := decode[subscriptionAnswer](t, s.ask("PATCH", one, body), 200).Data
		if got.State == digest.Confirmed || got.Agreed != "" {
			t.Errorf("%s: %s", body, got.State)
		}
	}
	token := strings.TrimPrefix(added.Manage, "https://papers.example.org/subscriptions/")
	if got := decode[subscriptionAnswer](t, s.ask("PATCH", one, `{"state":"confirmed"}`, "X-API-Key", token), 200).Data; got.State != digest.Pending {
		t.Errorf("by its secret: %s", got.State)
	}
	if rec := s.post("/subscriptions/"+token, "action", "confirm"); rec.Code != 303 {
		t.Errorf("by its page: %d", rec.Code)
	}
	if got, err := s.subs.Get(t.Context(), added.ID); err != nil || got.State != digest.Pending {
		t.Errorf("by its page: %+v, %v", got, err)
	}
}

// TestSubscriptionFaults wants each fault named by a pointer into the body, and nothing stored.
func TestSubscriptionFaults(t *testing.T) {
	s := newSubscribed(t)
	before, _ := s.subs.List(t.Context())
	for body, want := range map[string]string{
		`{"kind":"trending"}`:                                                             "/name",
		`{"name":"Mornings <B>","kind":"trending"}`:                                       "/name",
		`{"name":"a","kind":"zorb"}`:                                                      "/kind",
		`{"name":"a","kind":"library"}`:                                                   "/seeds",
		`{"name":"a","kind":"library","bibliography":"?"}`:                                "/bibliography",
		`{"name":"a","kind":"search"}`:                                                    "/search",
		`{"name":"a","kind":"topic","topics":[0]}`:                                        "/topics",
		`{"name":"a","kind":"authors"}`:                                                   "/authors",
		`{"name":"a","kind":"trending","seeds":[""]}`:                                     "/seeds",
		`{"name":"a","kind":"trending","filter":{"must":["!"]}}`:                          "/filter/must",
		`{"name":"a","kind":"trending","filter":{"least_score":2}}`:                       "/filter/least_score",
		`{"name":"a","kind":"trending","filter":{"limit":-1}}`:                            "/filter/limit",
		`{"name":"a","kind":"trending","schedule":{"every":"x"}}`:                         "/schedule/every",
		`{"name":"a","kind":"trending","schedule":{"zone":"Mars"}}`:                       "/schedule/zone",
		`{"name":"a","kind":"trending","to":{"mail":"x"}}`:                                "/to/mail",
		`{"name":"a","kind":"trending","to":{"webhook":"ftp://x"}}`:                       "/to/webhook",
		`{"name":"a","kind":"trending","to":{"webhook":"http://x"}}`:                      "/to/secret",
		`{"name":"a","kind":"library","zotero":{"library":"me"}}`:                         "/zotero/library",
		`{"name":"a","kind":"library","zotero":{"library":"users/1","collection":"x"}}`:   "/zotero/collection",
		`{"name":"a","kind":"library","zotero":{"library":"users/1"},"bibliography":"x"}`: "/bibliography",
		`{"name":null,"kind":"trending"}`:                                                 "/name",
		`{"name":"a","kind":"trending","zorb":1}`:                                         "/zorb",
		`{"name":7,"kind":"trending"}`:                                                    "/name",
		`{"name":"a","kind":"trending","filter":[]}`:                                      "/filter",
	} {
		p := decode[problem.Problem](t, s.ask("POST", "/v1/subscriptions", body), 400)
		if !slices.ContainsFunc(p.Errors, func(e problem.Field) bool { return e.Pointer == want && e.Detail != "" }) {
			t.Errorf("%s: %+v, want %s", body, p.Errors, want)
		}
	}
	if rec := s.ask("PATCH", "/v1/subscriptions/"+s.id, `{"filter":{"limit":101},"kind":"search"}`); rec.Code != 400 || !strings.Contains(rec.Body.String(), "/filter/limit") || s.now().Kind != digest.Library {
		t.Errorf("PATCH: %d %s", rec.Code, rec.Body)
	}
	if rec := s.ask("POST", "/v1/subscriptions/"+s.id+"/votes", `{"paper":"","vote":"maybe"}`); rec.Code != 400 || !strings.Contains(rec.Body.String(), "/vote") || !strings.Contains(rec.Body.String(), "/paper") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if after, _ := s.subs.List(t.Context()); len(after) != len(before) {
		t.Errorf("%d subscriptions, there were %d", len(after), len(before))
	}
}

// TestSubscriptionFiles keeps the papers of a bibliography with a subscription, replaces them and takes them away, and
// keeps the secret of a webhook where none is sent.
func TestSubscriptionFiles(t *testing.T) {
	s := newSubscribed(t)
	const body = `{"name":"Files","kind":"library","bibliography":"@article{a, title={Tides of zorbs}}\n@article{b, title={Blims}, doi={10.1000/B}}\n@article{c, year=2020}",
		"to":{"webhook":"https://example.org/hook","secret":"0123456789abcdef"}}`
	rec := s.ask("POST", "/v1/subscriptions", body)
	got := decode[subscriptionAnswer](t, rec, 201).Data
	if got.Own != 2 || got.Rejected != 1 || strings.Contains(rec.Body.String(), "0123456789abcdef") || rec.Header().Get("Location") != "/v1/subscriptions/"+got.ID {
		t.Errorf("%s", rec.Body)
	}
	ids := func() (out []string) {
		own, err := s.subs.Own(t.Context(), got.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range own {
			out = append(out, p.ID)
		}
		return out
	}
	if have := ids(); !slices.Contains(have, "doi:10.1000/b") {
		t.Errorf("papers %v", have)
	}
	one := "/v1/subscriptions/" + got.ID
	s.ask("PATCH", one, `{"bibliography":"TY  - JOUR\nTI  - Only one\nER  - \n","to":{"webhook":"https://example.org/other"}}`)
	kept, err := s.subs.Get(t.Context(), got.ID)
	if err != nil || len(ids()) != 1 || kept.Own != 1 || kept.To.Secret != "0123456789abcdef" || kept.To.Webhook != "https://example.org/other" {
		t.Errorf("%v, %+v, %v", ids(), kept, err)
	}
	if rec := s.ask("PATCH", one, `{"bibliography":""}`); rec.Code != 400 {
		t.Errorf("a library without papers: %d", rec.Code)
	}
	if rec := s.ask("PATCH", one, `{"bibliography":"","kind":"trending"}`); rec.Code != 200 || len(ids()) != 0 {
		t.Errorf("taken away: %d, %v", rec.Code, ids())
	}
}

// TestZoteroOverHTTP keeps the key of a Zotero library out of answers, and what was read of it where it stays.
func TestZoteroOverHTTP(t *testing.T) {
	s := newSubscribed(t)
	rec := s.ask("POST", "/v1/subscriptions", `{"name":"Group","kind":"library","zotero":{"library":"https://www.zotero.org/groups/77/tides/collections/ABCD2345/items","key":"geheim"}}`)
	got := decode[subscriptionAnswer](t, rec, 201).Data
	if got.Zotero.Library != "groups/77" || got.Zotero.Collection != "ABCD2345" || strings.Contains(rec.Body.String(), "geheim") {
		t.Errorf("%s", rec.Body)
	}
	holding := collection{&fetch.Holding{Papers: []*data.Paper{{ID: "doi:10.1000/b", Title: "Blims"}}, Version: 7}}
	kept, err := s.subs.Get(t.Context(), got.ID)
	if err == nil {
		kept, err = s.subs.Renew(t.Context(), kept, holding, time.Now())
	}
	if err != nil || kept.Own != 1 || kept.Zotero.Key != "geheim" {
		t.Fatalf("%+v, %v", kept, err)
	}
	one := "/v1/subscriptions/" + got.ID
	for _, c := range []struct {
		body    string
		version int64
		key     string
	}{
		{`{"name":"Tides"}`, 7, "geheim"}, {`{"zotero":{"library":"groups/77","collection":"ABCD2345"}}`, 7, "geheim"},
		{`{"zotero":{"library":"groups/77"}}`, 0, "geheim"}, {`{"zotero":{"library":"users/1"}}`, 0, ""},
	} {
		rec := s.ask("PATCH", one, c.body)
		kept, err := s.subs.Get(t.Context(), got.ID)
		if rec.Code != 200 || err != nil || kept.Zotero.Version != c.version || kept.Zotero.Key != c.key || strings.Contains(rec.Body.String(), "geheim") {
			t.Errorf("%s: %d, %+v, %v", c.body, rec.Code, kept.Zotero, err)
		}
	}
	if rec := s.ask("PATCH", one, `{"zotero":{}}`); rec.Code != 200 { // what was read stays
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if kept, err := s.subs.Get(t.Context(), got.ID); err != nil || kept.Zotero != nil || kept.Own != 1 {
		t.Errorf("%+v, %v", kept, err)
	}
}

// collection is a Zotero library.
type collection struct{ holds *fetch.Holding }

func (c collection) Holding(context.Context, string, string, int64) (*fetch.Holding, error) {
	return c.holds, nil
}

// TestSubscriptionPages walks the list page by page while one of it goes, and wants each of the others once.
func TestSubscriptionPages(t *testing.T) {
	s := newSubscribed(t)
	want := []string{s.id}
	for i := range 7 {
		sub, err := s.subs.Add(t.Context(), digest.Subscription{Name: fmt.Sprint("N", i), Kind: digest.Trending}, nil, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, sub.ID)
	}
	var got []string
	after := ""
	for range len(want) {
		list := decode[struct {
			Data []Subscription
			Meta struct {
				Total int
				Next  string
			}
		}](t, s.get("/v1/subscriptions?limit=3&after="+after), 200)
		for _, d := range list.Data {
			got = append(got, d.ID)
		}
		if after = list.Meta.Next; after == "" {
			break
		}
		if err := s.subs.Remove(t.Context(), got[0]); err != nil && len(got) == 3 {
			t.Fatal(err)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if rec := s.get("/v1/subscriptions?after=nobody"); rec.Code != 400 {
		t.Errorf("after nobody: %d", rec.Code)
	}
}

// TestPreviewOverHTTP wants the issue that the next choice makes, and none recorded.
func TestPreviewOverHTTP(t *testing.T) {
	s := newSubscribed(t)
	issue := decode[struct{ Data digest.Issue }](t, s.get("/v1/subscriptions/"+s.id+"/preview"), 200).Data
	if ids := issue.IDs(); len(ids) == 0 || slices.Contains(ids, data.CanonicalID(boot)) || issue.Number != 1 {
		t.Errorf("%v", ids)
	}
	page := s.get(s.page).Body.String()
	for _, g := range issue.Groups {
		for _, pick := range g.Picks {
			if !strings.Contains(page, `href="/papers/`+pick.Paper.ID) {
				t.Errorf("%s is not on the page", pick.Paper.ID)
			}
		}
	}
	if !strings.Contains(page, "Near to your") {
		t.Error("the page does not say what the papers are near to")
	}
	if d := s.now(); d.Issued != 0 || !d.Last.IsZero() {
		t.Errorf("a preview was recorded: %+v", d)
	}
}
