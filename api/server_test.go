package api

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"kindred/api/link"
	"kindred/api/problem"
	"kindred/data"
	"kindred/recommend/library"
)

func TestIDForms(t *testing.T) {
	s := newSite(t, nil)
	for _, id := range []string{
		"arxiv:2306.05544", "2306.05544", "2306.05544v3", "ARXIV:2306.05544", "https://arxiv.org/abs/2306.05544v1", "https:/arxiv.org/abs/2306.05544", "arxiv.org/pdf/2306.05544",
		"https%3A%2F%2Farxiv.org%2Fabs%2F2306.05544", "10.48550/arXiv.2306.05544", "doi:10.48550%2FarXiv.2306.05544", "https://doi.org/10.48550/arxiv.2306.05544", "https://huggingface.co/papers/2306.05544",
	} {
		for _, suffix := range []string{"", "/similar", "/similar.atom", "/export.bib"} {
			if rec := s.get("/v1/papers/" + id + suffix); rec.Code != http.StatusOK {
				t.Errorf("%s%s: %d %s", id, suffix, rec.Code, clip(rec.Body.String(), 200))
			}
		}
		if rec := s.get("/papers/" + id); rec.Code != http.StatusOK {
			t.Errorf("page of %s: %d", id, rec.Code)
		}
	}
	// A DOI with everything that a DOI may hold, escaped or as browsers leave it.
	nasty := "doi:10.1000/nasty(0)/<0>"
	for _, path := range []string{"/v1/papers/" + url.PathEscape(nasty), "/v1/papers/doi:10.1000/nasty(0)/%3C0%3E", link.Paper(nasty), "/v1/papers/" + url.PathEscape(nasty) + "/similar"} {
		if rec := s.get(path); rec.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, rec.Code, clip(rec.Body.String(), 200))
		}
	}
}

// TestSearchBoxGoesToThePaper types ids, addresses and titles into the search box.
func TestSearchBoxGoesToThePaper(t *testing.T) {
	s := newSite(t, nil)
	title := s.papers[0].Title
	for _, c := range []struct{ typed, to string }{
		{"2306.05544v2", link.Paper(boot)},
		{"https://huggingface.co/papers/2306.05544", link.Paper(boot)},
		{"https://papers.example.org" + link.Paper(boot), link.Paper(boot)},
		{strings.ToUpper(title), link.Paper(s.papers[0].ID)},
	} {
		rec := s.get("/search?q=" + url.QueryEscape(c.typed))
		if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != c.to {
			t.Errorf("%s: %d to %q, want %q", c.typed, rec.Code, rec.Header().Get("Location"), c.to)
		}
		if rec := s.get("/search?published_after=2001&q=" + url.QueryEscape(c.typed)); rec.Code != http.StatusOK {
			t.Errorf("%s with a filter: %d", c.typed, rec.Code)
		}
	}
	if rec := s.get("/v1/papers/" + url.PathEscape(title)); rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), s.papers[0].ID) {
		t.Errorf("%s by its title: %d %s", s.papers[0].ID, rec.Code, rec.Body)
	}
	for _, typed := range []string{"2202.99999", "doi:10.5555/none", "https://nowhere.example/about"} {
		if rec := s.get("/search?q=" + url.QueryEscape(typed)); rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "No paper of this collection has this id") {
			t.Errorf("%s: %d, and not said to be unknown", typed, rec.Code)
		}
	}
	if body := s.get("/search?q=diffusion").Body.String(); strings.Contains(body, "has this id") {
		t.Error("a word is taken for an id")
	}
}

func TestEscapePathComesBack(t *testing.T) {
	for _, id := range []string{"doi:10.1000/xyz", "https://a.b/c", "doi:10.1/x/similar", "a/export.bib", "x y/ü?#%", "a/../b", "trail/", "/lead", "10.1/similar.json", "title:00"} {
		_, got := (&dispatcher{suffixes: []suffixRoute{{suffix: "/similar"}, {suffix: "/export.bib"}, {suffix: ""}}}).match(strings.TrimPrefix(link.PaperAPI(id), "/v1/papers/"))
		if got != id {
			t.Errorf("%q became %q by way of %s", id, got, link.PaperAPI(id))
		}
	}
}

func TestUnknownParameterListsValidOnes(t *testing.T) {
	s := newSite(t, nil)
	p := decode[problem.Problem](t, s.get("/v1/papers/"+boot+"/similar?limt=3&min_score=2&topic=x&fields=nope"), http.StatusBadRequest)
	var names []string
	for _, e := range p.Errors {
		names = append(names, e.Parameter)
		if e.Detail == "" {
			t.Errorf("%s without a detail", e.Parameter)
		}
	}
	slices.Sort(names)
	if want := []string{"fields", "limt", "min_score", "topic"}; !slices.Equal(names, want) {
		t.Errorf("errors about %v, want %v", names, want)
	}
	if i := slices.IndexFunc(p.Errors, func(e problem.Field) bool { return e.Parameter == "limt" }); !strings.Contains(p.Errors[i].Detail, "limit, min_score") {
		t.Errorf("detail %q does not list the valid names", p.Errors[i].Detail)
	}
	if !strings.HasPrefix(p.Instance, "urn:request:") {
		t.Errorf("instance %q", p.Instance)
	}
}

func TestBodyErrorsPointToTheField(t *testing.T) {
	s := newSite(t, nil)
	for body, want := range map[string]string{
		`{"positive":"x"}`:                        "/positive",
		`{"positive":[1]}`:                        "/positive",
		`{"positiv":["x"]}`:                       "/positiv",
		`{}`:                                      "/positive",
		`{"text":"distillation","limit":0.5}`:     "/limit",
		`{"text":"distillation","limit":1001}`:    "/limit",
		`{"text":"distillation","min_score":-1}`:  "/min_score",
		`{"text":"distillation","fields":["no"]}`: "/fields",
		`{"text":"distillation","cursor":"!"}`:    "/cursor",
		`{"text":"d","published_after":"soon"}`:   "/published_after",
		`{"text":"d"} {}`:                         "",
		`{"text":`:                                "",
		`[]`:                                      "",
	} {
		p := decode[problem.Problem](t, s.ask("POST", "/v1/recommendations", body), http.StatusBadRequest)
		if len(p.Errors) == 0 || !strings.HasPrefix(p.Errors[0].Pointer, want) || want == "" && p.Errors[0].Pointer != "" {
			t.Errorf("%s: errors %+v, want one at %q", body, p.Errors, want)
		}
	}
	p := decode[problem.Problem](t, s.ask("POST", "/v1/papers", `{"papers":[{"title":"fine"},{"title":""},{"titel":"x"}]}`), http.StatusBadRequest)
	if len(p.Errors) != 2 || p.Errors[0].Pointer != "/papers/1/title" || p.Errors[1].Pointer != "/papers/2/titel" {
		t.Errorf("errors %+v", p.Errors)
	}
	labels := `"l1"` + strings.Repeat(`,"l2"`, data.MaxLabels)
	p = decode[problem.Problem](t, s.ask("POST", "/v1/papers", `[{"title":"too many labels","labels":[`+labels+`]}]`), http.StatusBadRequest)
	if len(p.Errors) != 1 || p.Errors[0].Pointer != "/0/labels" || !strings.Contains(p.Errors[0].Detail, "1001 entries; at most 1000") {
		t.Errorf("a list beyond its bound: %+v", p.Errors)
	}
}

// TestPagesJoinUp reads a list page by page and whole, by cursor and by link, and wants the same papers.
func TestPagesJoinUp(t *testing.T) {
	s := newSite(t, nil)
	for _, list := range []string{"/v1/papers", "/v1/papers/" + boot + "/similar", "/v1/search?q=models", "/v1/topics/1/papers", "/v1/recommendations?positive=" + boot} {
		sep := "?"
		if strings.Contains(list, "?") {
			sep = "&"
		}
		whole := decode[answerOf](t, s.get(list+sep+"limit=60"), 200)
		var ids []string
		for _, it := range whole.Data {
			ids = append(ids, it.Paper.ID)
		}
		next := list + sep + "limit=20"
		var joined []string
		for range 3 {
			rec := s.get(next)
			a := decode[answerOf](t, rec, 200)
			for i, it := range a.Data {
				joined = append(joined, it.Paper.ID)
				if it.Score != nil && it.Rank != len(joined) {
					t.Errorf("%s: item %d has rank %d, want %d", next, i, it.Rank, len(joined))
				}
			}
			if a.Links.Next == "" {
				break
			}
			if link := rec.Header().Get("Link"); link != "<"+a.Links.Next+`>; rel="next"` {
				t.Errorf("Link %q, links.next %q", link, a.Links.Next)
			}
			next = a.Links.Next
		}
		if !slices.Equal(ids, joined) || len(ids) < 20 {
			t.Errorf("%s: in pages\n%v\nwhole\n%v", list, joined, ids)
		}
	}
}

func TestCursorIsBound(t *testing.T) {
	s := newSite(t, nil)
	a := decode[answerOf](t, s.get("/v1/search?q=models&limit=5"), 200)
	cur := url.QueryEscape(a.Meta.NextCursor)
	if rec := s.get("/v1/search?q=scaling&cursor=" + cur); rec.Code != http.StatusBadRequest {
		t.Errorf("cursor of another query: %d", rec.Code)
	}
	if rec := s.get("/v1/papers?cursor=" + cur); rec.Code != http.StatusBadRequest {
		t.Errorf("cursor of another list: %d", rec.Code)
	}
	if rec := s.get("/v1/search?q=models&cursor=garbage"); rec.Code != http.StatusBadRequest {
		t.Errorf("garbage: %d", rec.Code)
	}
	next := newSnapshotLike(s.current.Load())
	next.Model.Version = "0ther"
	s.current.Store(next)
	if got := decode[answerOf](t, s.get("/v1/search?q=models&cursor="+cur), http.StatusOK); got.Meta.Model.Version != "feedfacecafe" {
		t.Errorf("the second page is of model %s, the first was of feedfacecafe", got.Meta.Model.Version)
	}
}

func TestValidators(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{"/v1/papers/" + boot + "/similar", "/", "/papers/" + boot, "/v1/papers.atom", "/assets/style.css", "/widget.v1.js", "/openapi.json"} {
		first := s.get(path)
		tag := first.Header().Get("ETag")
		if tag == "" || strings.HasPrefix(tag, "W/") || first.Header().Get("Cache-Control") == "" {
			t.Errorf("%s: ETag %q, Cache-Control %q", path, tag, first.Header().Get("Cache-Control"))
		}
		for _, match := range []string{tag, `"x", ` + tag, "W/" + tag, "*"} {
			rec := s.get(path, "If-None-Match", match)
			if rec.Code != http.StatusNotModified || rec.Body.Len() != 0 || rec.Header().Get("ETag") != tag {
				t.Errorf("%s with %s: %d, %d bytes, ETag %s", path, match, rec.Code, rec.Body.Len(), rec.Header().Get("ETag"))
			}
		}
		if rec := s.get(path, "If-None-Match", `"x"`); rec.Code != http.StatusOK {
			t.Errorf("%s with another tag: %d", path, rec.Code)
		}
		head := s.ask(http.MethodHead, path, "")
		if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("Content-Length") != strconv.Itoa(first.Body.Len()) || head.Header().Get("ETag") != tag {
			t.Errorf("%s HEAD: %d, %d bytes, Content-Length %s", path, head.Code, head.Body.Len(), head.Header().Get("Content-Length"))
		}
	}
	// A tag is good before anything has been kept: another process may have given it.
	tag := s.get("/v1/stats").Header().Get("ETag")
	other := newSite(t, nil)
	if rec := other.get("/v1/stats", "If-None-Match", tag); rec.Code != http.StatusNotModified {
		t.Errorf("the same tag at another process: %d", rec.Code)
	}
}

func TestCodings(t *testing.T) {
	s := newSite(t, nil)
	path := "/v1/papers?limit=30"
	plain := s.get(path)
	for round := range 2 { // computed, then kept
		gz := s.get(path, "Accept-Encoding", "gzip, deflate")
		r, err := gzip.NewReader(gz.Body)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(body, plain.Body.Bytes()) {
			t.Errorf("round %d: gzip differs: %v", round, err)
		}
		zs := s.get(path, "Accept-Encoding", "gzip;q=0.9, zstd")
		d, err := zstd.NewReader(zs.Body)
		if err != nil {
			t.Fatal(err)
		}
		body, err = io.ReadAll(d)
		if err != nil || !bytes.Equal(body, plain.Body.Bytes()) || zs.Header().Get("Content-Encoding") != "zstd" {
			t.Errorf("round %d: zstd differs: %v", round, err)
		}
		tags := []string{plain.Header().Get("ETag"), gz.Header().Get("ETag"), zs.Header().Get("ETag")}
		slices.Sort(tags)
		if len(slices.Compact(tags)) != 3 {
			t.Errorf("codings share a strong tag: %v", tags)
		}
		if rec := s.get(path, "Accept-Encoding", "gzip", "If-None-Match", gz.Header().Get("ETag")); rec.Code != 304 || rec.Header().Get("Content-Length") != "" {
			t.Errorf("tag of the gzip form: %d", rec.Code)
		}
	}
	if vary := plain.Header().Get("Vary"); !strings.Contains(vary, "Accept-Encoding") {
		t.Errorf("Vary %q", vary)
	}
}

// TestWritesAreSeen writes papers and wants the next read to have them, kept answers notwithstanding.
func TestWritesAreSeen(t *testing.T) {
	s := newSite(t, nil)
	search := "/v1/search?q=zeugma"
	if a := decode[answerOf](t, s.get(search), 200); len(a.Data) != 0 || a.Meta.Reason == "" {
		t.Fatalf("before: %+v", a)
	}
	tag := s.get("/v1/stats").Header().Get("ETag")
	body := `{"id":"https://doi.org/10.1234/Zeugma","title":"Zeugma in distillation","abstract":"On zeugma."}`
	for i, want := range []string{"imported", "unchanged"} {
		got := decode[struct{ Data map[string]any }](t, s.ask("POST", "/v1/papers", body), 200).Data
		if got[want] != 1.0 || fmt.Sprint(got["ids"]) != "[doi:10.1234/zeugma]" {
			t.Errorf("write %d: %v", i+1, got)
		}
	}
	if a := decode[answerOf](t, s.get(search), 200); len(a.Data) == 0 || a.Data[0].Paper.ID != "doi:10.1234/zeugma" {
		t.Errorf("after: %+v", a.Data)
	}
	if rec := s.get("/v1/stats", "If-None-Match", tag); rec.Code != http.StatusOK {
		t.Errorf("the old tag still holds: %d", rec.Code)
	}
	if rec := s.get("/v1/papers/10.1234/zeugma"); rec.Code != 200 {
		t.Errorf("read: %d", rec.Code)
	}
	for i, want := range []float64{1, 0} {
		if got := decode[struct{ Data map[string]float64 }](t, s.ask("DELETE", "/v1/papers/10.1234/zeugma", ""), 200).Data["deleted"]; got != want {
			t.Errorf("delete %d: %v deleted, want %v", i+1, got, want)
		}
	}
	if rec := s.get("/v1/papers/10.1234/zeugma"); rec.Code != 404 {
		t.Errorf("read after delete: %d", rec.Code)
	}
}

// TestWhoMayWrite wants a key of every change, whatever a request says of where it comes from: to a proxy with one line
// of configuration every visitor has the address and the host of this machine.
func TestWhoMayWrite(t *testing.T) {
	s := newSite(t, nil)
	_, made, err := s.server.cfg.Keys.Add(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	session := signedIn(t, s, made)
	const none = ""
	for _, c := range []struct {
		name    string
		key     string
		headers []string
		want    int
	}{
		{"this machine", none, nil, 401},
		{"this machine by IPv6", none, []string{"RemoteAddr", "[::1]:5", "Host", "[::1]:8080"}, 401},
		{"this machine by name", none, []string{"Host", "localhost:8080"}, 401},
		{"another machine", none, []string{"RemoteAddr", "192.0.2.1:5"}, 401},
		{"through a proxy that says so", none, []string{"X-Forwarded-For", "127.0.0.1", "X-Real-IP", "127.0.0.1"}, 401},
		{"a page of this server without a key", none, []string{"Origin", "http://127.0.0.1:8080", "Sec-Fetch-Site", "same-origin"}, 401},
		{"the owner", ownerSecret, nil, 200},
		{"the owner from another machine", ownerSecret, []string{"RemoteAddr", "192.0.2.1:5"}, 200},
		{"a key that was made", made, []string{"RemoteAddr", "192.0.2.1:5"}, 200},
		{"a key as bearer token", none, []string{"Authorization", "Bearer " + made}, 200},
		{"a wrong key", "kindred_00000000_" + strings.Repeat("0", 64), nil, 401},
		{"a part of the owner's key", ownerSecret[:40], nil, 401},
		{"nonsense", "nonsense", nil, 401},
		{"a session of the curator's page, by a page of this server", none, []string{"Cookie", session, "Origin", "http://127.0.0.1:8080"}, 200},
		{"the session, by a page of another site", none, []string{"Cookie", session, "Origin", "https://evil.example"}, 401},
		{"the session, by a page of another site, as browsers tell", none, []string{"Cookie", session, "Sec-Fetch-Site", "cross-site"}, 401},
		{"the session, by whoever does not say", none, []string{"Cookie", session}, 401},
		{"the key itself as a session", none, []string{"Cookie", "kindred_session=" + made, "Sec-Fetch-Site", "same-origin"}, 401},
		{"no session", none, []string{"Cookie", "kindred_session=nonsense", "Sec-Fetch-Site", "same-origin"}, 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			rec := s.ask("POST", "/v1/papers", `{"title":"Who may write"}`, append([]string{"X-API-Key", c.key}, c.headers...)...)
			if rec.Code != c.want {
				t.Errorf("%d, want %d: %s", rec.Code, c.want, rec.Body)
			}
			if rec.Code == 401 && rec.Header().Get("WWW-Authenticate") == "" {
				t.Error("401 without WWW-Authenticate")
			}
		})
	}
	keyless := newSite(t, func(c *Config) { c.Keys = nil })
	if rec := keyless.ask("POST", "/v1/papers", `{"title":"Who may write"}`); rec.Code != 401 {
		t.Errorf("a server without keys: %d", rec.Code)
	}
}

// signedIn signs in with a key and returns the cookie as a browser sends it.
func signedIn(t *testing.T, s *site, key string) string {
	t.Helper()
	rec := s.form("/curate", url.Values{"key": {key}})
	cookie, _, _ := strings.Cut(rec.Header().Get("Set-Cookie"), ";")
	if rec.Code != http.StatusSeeOther || cookie == "" {
		t.Fatalf("sign in: %d %s", rec.Code, rec.Body)
	}
	return cookie
}

// TestSignIn opens the address that the server prints, and wants a cookie and an address without the key, and the
// session to end with a sign-out and with the key.
func TestSignIn(t *testing.T) {
	s := newSite(t, nil)
	rec := s.get("/curate?key=" + ownerSecret)
	cookie := rec.Header().Get("Set-Cookie")
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/curate" || strings.Contains(cookie, ownerSecret) {
		t.Fatalf("%d to %q, cookie %q", rec.Code, rec.Header().Get("Location"), cookie)
	}
	for _, want := range []string{"kindred_session=", "HttpOnly", "SameSite=Strict", "Path=/curate", "Secure"} {
		if !strings.Contains(cookie, want) { // the site's address is https
			t.Errorf("cookie %q lacks %s", cookie, want)
		}
	}
	asks := func(headers ...string) bool {
		return strings.Contains(s.get("/curate", headers...).Body.String(), `name="key"`)
	}
	session := signedIn(t, s, ownerSecret)
	if !asks() || asks("Cookie", session) {
		t.Error("the page asks for the key where it has it, or not where it has none")
	}
	if rec := s.form("/curate", url.Values{"topic": {"3"}, "paper": {""}, "key": {ownerSecret}}); rec.Header().Get("Location") != "/curate?topic=3" {
		t.Errorf("the form leads to %q", rec.Header().Get("Location"))
	}
	wrong := s.form("/curate", url.Values{"topic": {"3"}, "key": {"wrong"}})
	if body := wrong.Body.String(); wrong.Code != http.StatusUnauthorized || wrong.Header().Get("Set-Cookie") != "" || !strings.Contains(body, "This key is not valid.") || !strings.Contains(body, `name="topic" value="3"`) {
		t.Errorf("a wrong key: %d %s", wrong.Code, body)
	}
	if rec := s.get("/curate?key=wrong"); rec.Code != http.StatusUnauthorized || rec.Header().Get("Set-Cookie") != "" {
		t.Errorf("a wrong key in the address: %d, cookie %q", rec.Code, rec.Header().Get("Set-Cookie"))
	}
	if rec := s.form("/curate", url.Values{"topic": {"3"}, "kind": {"hide"}}); rec.Code != http.StatusUnauthorized || len(s.edits) > 0 {
		t.Errorf("an edit without a key: %d", rec.Code)
	}
	out := s.form("/curate", url.Values{"out": {"1"}}, "Cookie", session, "Sec-Fetch-Site", "same-origin")
	if out.Code != http.StatusSeeOther || !strings.Contains(out.Header().Get("Set-Cookie"), "Max-Age=0") || !asks("Cookie", session) {
		t.Errorf("signed out: %d, cookie %q", out.Code, out.Header().Get("Set-Cookie"))
	}
	key, secret, err := s.server.cfg.Keys.Add(t.Context(), "Blim")
	if err != nil {
		t.Fatal(err)
	}
	session = signedIn(t, s, secret)
	if err := s.server.cfg.Keys.Revoke(t.Context(), key.ID); err != nil || !asks("Cookie", session) {
		t.Errorf("the session of a key that was revoked is open still: %v", err)
	}
}

// TestTrustedProxy asks through proxies that are trusted and not, and compares what the links say.
func TestTrustedProxy(t *testing.T) {
	s := newSite(t, func(c *Config) { c.BaseURL, c.TrustedProxies = "", []string{"127.0.0.1", "10.0.0.0/8"} })
	says := []string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", "papers.example.org"}
	for _, c := range []struct {
		name, want string
		headers    []string
	}{
		{"trusted", "https://papers.example.org/", says},
		{"trusted, in a prefix", "https://papers.example.org/", append([]string{"RemoteAddr", "10.1.2.3:4"}, says...)},
		{"not trusted", "http://127.0.0.1:8080/", append([]string{"RemoteAddr", "192.0.2.1:5"}, says...)},
		{"no host at all", "https://127.0.0.1:8080/", []string{"X-Forwarded-Proto", "https", "X-Forwarded-Host", `x"><script>`}},
		{"no scheme at all", "http://papers.example.org/", []string{"X-Forwarded-Proto", "javascript", "X-Forwarded-Host", "papers.example.org"}},
	} {
		if body := s.get("/v1/papers.atom", c.headers...).Body.String(); !strings.Contains(body, `"`+c.want) {
			t.Errorf("%s: no link to %s in %.600s", c.name, c.want, body)
		}
	}
	// X-Real-IP is nobody's word: a client that sends it stays one client.
	limited := newSite(t, func(c *Config) { c.TrustedProxies, c.Rate, c.Burst = []string{"192.0.2.1"}, .001, 1 })
	for i, want := range []int{200, 429} {
		if rec := limited.get("/v1/stats", "RemoteAddr", "192.0.2.1:5", "X-Real-IP", fmt.Sprint("198.51.100.", i)); rec.Code != want {
			t.Errorf("request %d: %d, want %d", i, rec.Code, want)
		}
	}
	if h := s.get("/").Header(); h.Get("Strict-Transport-Security") != "" || h.Get("Permissions-Policy") == "" {
		t.Errorf("headers %v", h)
	}
	if h := newSite(t, nil).get("/").Header(); h.Get("Strict-Transport-Security") == "" {
		t.Error("a site with a public https address does not say so")
	}
}

func TestRateLimit(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Rate, c.Burst = 0.5, 3 })
	from := []string{"RemoteAddr", "203.0.113.5:1"}
	var last *httptest.ResponseRecorder
	for i := range 4 {
		last = s.get("/v1/stats", from...)
		if want := []int{200, 200, 200, 429}[i]; last.Code != want {
			t.Fatalf("request %d: %d, want %d", i+1, last.Code, want)
		}
		if h := last.Header().Get("RateLimit"); !regexp.MustCompile(`^"default";r=\d+;t=\d+$`).MatchString(h) {
			t.Errorf("RateLimit %q", h)
		}
	}
	if got := last.Header().Get("Retry-After"); got != "2" && got != "1" {
		t.Errorf("Retry-After %q at one request in two seconds", got)
	}
	if got := last.Header().Get("RateLimit-Policy"); got != `"default";q=3;w=6` {
		t.Errorf("RateLimit-Policy %q", got)
	}
	if rec := s.get("/v1/stats", "RemoteAddr", "203.0.113.6:1"); rec.Code != 200 {
		t.Errorf("another address: %d", rec.Code)
	}
	if rec := s.get("/v1/stats", "RemoteAddr", "[2001:db8::1]:1"); rec.Code != 200 {
		t.Errorf("IPv6: %d", rec.Code)
	}
	// A proxy on this machine may say nothing of its visitors, so that this machine has a limit too: that of a key.
	var local []int
	for range 100 {
		local = append(local, s.get("/v1/stats").Code)
	}
	if i := slices.Index(local, 429); i < 20 || slices.Contains(local[:20], 429) {
		t.Errorf("from this machine: %v", local)
	}
	_, secret, err := s.server.cfg.Keys.Add(t.Context(), "fast")
	if err != nil {
		t.Fatal(err)
	}
	if rec := s.get("/v1/stats", append(from, "X-API-Key", secret)...); rec.Code != 200 {
		t.Errorf("with a key: %d", rec.Code)
	}
	// A spoofed header of a client that is no trusted proxy makes no new client.
	if rec := s.get("/v1/stats", append(from, "X-Forwarded-For", "198.51.100.77")...); rec.Code != 429 {
		t.Errorf("a spoofed address is believed: %d", rec.Code)
	}
}

func TestCORS(t *testing.T) {
	s := newSite(t, func(c *Config) { c.AllowOrigins = []string{"https://ours.example"} })
	foreign := []string{"Origin", "https://foreign.example"}
	if h := s.get("/v1/stats", foreign...).Header(); h.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(h.Get("Access-Control-Expose-Headers"), "ETag") || h.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("read: %v", h)
	}
	cases := []struct {
		origin, method, path, want string
	}{
		{"https://foreign.example", "POST", "/v1/recommendations", "*"},
		{"https://foreign.example", "POST", "/v1/papers", ""},
		{"https://foreign.example", "DELETE", "/v1/papers/x", ""},
		{"https://ours.example", "POST", "/v1/papers", "https://ours.example"},
		{"https://ours.example", "DELETE", "/v1/papers/x", "https://ours.example"},
	}
	for _, c := range cases {
		rec := s.ask(http.MethodOptions, c.path, "", "Origin", c.origin, "Access-Control-Request-Method", c.method)
		if got := rec.Header().Get("Access-Control-Allow-Origin"); rec.Code != http.StatusNoContent || got != c.want {
			t.Errorf("%+v: %d, origin %q", c, rec.Code, got)
		}
		if c.want != "" && !strings.Contains(rec.Header().Get("Access-Control-Allow-Methods"), c.method) {
			t.Errorf("%+v: methods %q", c, rec.Header().Get("Access-Control-Allow-Methods"))
		}
	}
}

// TestOpenPosts lists what pages of any origin may POST to: questions, and the forms of pages, which carry what allows
// them. A route that is new is closed or belongs here.
func TestOpenPosts(t *testing.T) {
	s := newSite(t, func(c *Config) { c.MCP = http.NotFoundHandler() })
	open := []string{
		"/graph/v1/author/batch", "/graph/v1/paper/batch", "/like", "/list/import", "/recommendations/v1/papers", "/recommendations/v1/papers/", "/subscriptions/{token}",
		"/v1/classify", "/v1/clicks", "/v1/papers/batch", "/v1/recommendations",
	}
	var got []string
	for _, r := range s.server.routes {
		path := strings.NewReplacer("{", "", "}", "").Replace(r.pattern)
		rec := s.ask(http.MethodOptions, path, "", "Origin", "https://foreign.example", "Access-Control-Request-Method", r.method)
		allowed := rec.Header().Get("Access-Control-Allow-Origin") == "*"
		switch r.method {
		case http.MethodPost:
			if allowed {
				got = append(got, r.pattern)
			}
		case http.MethodGet:
			if !allowed {
				t.Errorf("GET %s is closed to pages of other origins", r.pattern)
			}
		default:
			if allowed {
				t.Errorf("%s %s is open to pages of other origins", r.method, r.pattern)
			}
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, open) {
		t.Errorf("open to POST from any origin:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(open, "\n"))
	}
}

// scholarAnswer is a paper in the shape of Semantic Scholar.
type scholarAnswer struct {
	PaperID string `json:"paperId"`
	Title   string
	Score   *float32
}

func TestScholarAliases(t *testing.T) {
	s := newSite(t, nil)
	ours := decode[answerOf](t, s.ask("POST", "/v1/recommendations", `{"positivePaperIds":["ARXIV:2306.05544"],"limit":5}`), 200)
	theirs := decode[struct{ RecommendedPapers []scholarAnswer }](t, s.get("/recommendations/v1/papers/forpaper/ARXIV:2306.05544?limit=5&fields=title,score,url"), 200)
	for i, p := range theirs.RecommendedPapers {
		if p.PaperID != ours.Data[i].Paper.ID || p.Title == "" || p.Score == nil {
			t.Errorf("paper %d: %+v, want %s", i, p, ours.Data[i].Paper.ID)
		}
		if p.PaperID == boot {
			t.Error("the paper itself is recommended")
		}
	}
	batch := decode[[]*scholarAnswer](t, s.ask("POST", "/graph/v1/paper/batch", `{"ids":["nobody","2306.05544","nobody"]}`), 200)
	if len(batch) != 3 || batch[0] != nil || batch[1] == nil || batch[1].PaperID != boot || batch[2] != nil {
		t.Errorf("batch %v", batch)
	}
}

// TestPanicIsOneRequests lets the recommender fail in every way and wants a clean 500 without the cause in it.
func TestPanicIsOneRequests(t *testing.T) {
	var log bytes.Buffer
	s := newSite(t, func(c *Config) { c.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
	snap := newSnapshotLike(s.current.Load())
	snap.Recommender = nil
	s.current.Store(snap)
	rec := s.get("/v1/papers/"+boot+"/similar", "X-Request-Id", "trace-1")
	p := decode[problem.Problem](t, rec, http.StatusInternalServerError)
	if strings.Contains(rec.Body.String(), "nil pointer") || p.Instance != "urn:request:trace-1" || rec.Header().Get("X-Request-Id") != "trace-1" {
		t.Errorf("%s", rec.Body)
	}
	if !strings.Contains(log.String(), "nil pointer") || !strings.Contains(log.String(), `"id":"trace-1"`) {
		t.Errorf("the log does not tell the cause: %s", log.String())
	}
	if rec := s.get("/v1/stats", "X-Request-Id", "bad id\n"); strings.ContainsAny(rec.Header().Get("X-Request-Id"), " \n") {
		t.Error("a request id that is unfit for logs is taken")
	}
}

func TestRequestLog(t *testing.T) {
	var log bytes.Buffer
	s := newSite(t, func(c *Config) { c.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
	rec := s.get("/v1/papers/" + boot + "/similar?limit=2")
	var line struct {
		Msg, ID, Method, Path, Route string
		Status, Bytes                int
		Took                         int64
	}
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if line.ID != rec.Header().Get("X-Request-Id") || line.Route != "/v1/papers/{paper}/similar" || line.Status != 200 || line.Bytes != rec.Body.Len() || line.Took <= 0 {
		t.Errorf("%+v", line)
	}
}

func TestLoading(t *testing.T) {
	s := newSite(t, nil)
	s.current.Store(nil)
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 503, "/v1/stats": 503, "/": 503, "/metrics": 200, "/widget.v1.js": 200} {
		rec := s.get(path)
		if rec.Code != want || want == 503 && rec.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d, Retry-After %q", path, rec.Code, rec.Header().Get("Retry-After"))
		}
	}
}

func TestConfigValidate(t *testing.T) {
	ok := Config{Current: func() *library.Snapshot { return nil }}
	if err := ok.Validate(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Config){
		"no Current": func(c *Config) { c.Current = nil }, "relative base": func(c *Config) { c.BaseURL = "papers.example.org" }, "slash": func(c *Config) { c.BaseURL = "https://x/" },
		"origin": func(c *Config) { c.AllowOrigins = []string{"*"} }, "proxy": func(c *Config) { c.TrustedProxies = []string{"here"} },
	} {
		bad := ok
		change(&bad)
		if _, err := New(bad); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestMetrics(t *testing.T) {
	s := newSite(t, nil)
	s.get("/v1/stats")
	s.get("/v1/stats")
	s.get("/no/such/page")
	body := s.get("/metrics").Body.String()
	for _, want := range []string{
		`kindred_http_requests_total{method="GET",route="/v1/stats",status="200"} 2`, `kindred_http_requests_total{method="any",route="none",status="404"} 1`,
		`kindred_model_info{reason="",version="feedfacecafe"} 1`, "kindred_index_papers " + strconv.Itoa(len(s.papers)), "kindred_fold_in_lag_papers 0", `kindred_cache_lookups_total{result="hit"} 1`, "kindred_http_request_seconds_bucket",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
}

func TestTrends(t *testing.T) {
	papers := []*data.Paper{}
	for i := range 40 {
		papers = append(papers, &data.Paper{ID: "p" + strconv.Itoa(i), Title: "t", Published: data.Date{Year: 2000 + i/4, Month: 6}})
	}
	c := newSnapshot(t, papers, "").Catalog
	all := c.Trend(library.AllTopics)
	if all.Unit != "year" || all.From != "2000" || len(all.Counts) != 10 || slices.Max(all.Counts) != 4 {
		t.Errorf("%+v", all)
	}
	sum := 0
	for _, topic := range []int{1, 2, 3} {
		for _, n := range c.Trend(topic).Counts {
			sum += n
		}
	}
	if sum != 40 {
		t.Errorf("topics have %d papers, want 40", sum)
	}
	if got, want := len(c.Members(9)), len(c.Members(1))+len(c.Members(2)); got != want {
		t.Errorf("a parent has %d papers, its children %d", got, want)
	}
	if c.Members(1)[0] != c.Recent()[slices.Index(c.Recent(), c.Members(1)[0])] {
		t.Error("orders differ")
	}
}

// TestRefusedBodies holds that a client that first sends a large body in full, as proxies do, reads why it was refused.
func TestRefusedBodies(t *testing.T) {
	s := newSite(t, nil)
	server := httptest.NewServer(s)
	defer server.Close()
	body := strings.Repeat(" ", 4<<20)
	for _, chunked := range []bool{false, true} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(server.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		head, sent := fmt.Sprintf("Content-Length: %d", len(body)), body
		if chunked {
			head, sent = "Transfer-Encoding: chunked", fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body)
		}
		if _, err := io.WriteString(conn, "POST /v1/papers HTTP/1.1\r\nHost: papers.example.org\r\nContent-Type: application/json\r\n"+head+"\r\n\r\n"+sent); err != nil {
			t.Errorf("chunked %v: the server stopped reading: %v", chunked, err)
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || res.StatusCode != http.StatusUnauthorized {
			t.Errorf("chunked %v: %v %v", chunked, res, err)
		}
		_ = conn.Close()
	}
}
