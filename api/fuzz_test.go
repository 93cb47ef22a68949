package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kindred/api/cursor"
	"kindred/api/input"
	"kindred/api/problem"
)

// FuzzQuery asks lists with arbitrary queries: an answer or a problem that says where, never a failure.
func FuzzQuery(f *testing.F) {
	s := newSite(f, nil)
	for _, q := range []string{
		"", "limit=3", "limit=-1", "limit=99999999999999999999", "cursor=eyJtIjoiIn0", "fields=id,,title,%00", "topic=1,2,x", "min_score=NaN", "min_score=1e309", "diversity=0x1p-2", "published_after=2024-13",
		"q=%ff%fe", "q=title%3A%22", "q=-", "a=b;c=d", "%", "explain=TRUE", "positive=doi:10.1/a,b,arxiv:2306.05544", "category=cs.LG&category=cs.CL", "limit=1&limit=2",
	} {
		f.Add(uint8(0), q)
	}
	paths := []string{"/v1/papers", "/v1/papers/" + boot + "/similar", "/v1/search", "/v1/recommendations", "/v1/topics", "/v1/topics/1/papers", "/v1/search.atom", "/graph/v1/paper/search", "/search", "/list", "/oembed", "/widget"}
	f.Fuzz(func(t *testing.T, which uint8, query string) {
		req, err := http.NewRequest(http.MethodGet, "http://127.0.0.1:8080", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.URL.Path, req.URL.RawQuery, req.RemoteAddr = paths[int(which)%len(paths)], query, "127.0.0.1:1"
		checkSane(t, s, req)
	})
}

// FuzzPath asks for papers by arbitrary ids.
func FuzzPath(f *testing.F) {
	s := newSite(f, nil)
	for _, id := range []string{boot, "", "/", "//", "a%2Fb", "doi:10.1000/nasty(0)/<0>", "similar", "x/similar", "/similar", "https://arxiv.org/abs/2306.05544", "%zz", "..", "\x00", "é"} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		for _, prefix := range []string{"/v1/papers/", "/papers/", "/badge/", "/graph/v1/paper/", "/v1/topics/", "/sitemaps/", "/assets/"} {
			req, err := http.NewRequest(http.MethodGet, "http://127.0.0.1:8080/", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.URL.Path, req.RemoteAddr = prefix+id, "127.0.0.1:1"
			checkSane(t, s, req)
		}
	})
}

// FuzzBody posts arbitrary bodies.
func FuzzBody(f *testing.F) {
	s := newSite(f, nil)
	for _, b := range []string{`{}`, `[]`, `null`, `{"ids":[]}`, `{"positive":["` + boot + `"]}`, `{"text":"` + strings.Repeat("a", 300) + `"}`, `{"papers":[null]}`, `{"title":"\ud800"}`, `{"limit":1e400}`, `{"kind":"merge","topic":1,"into":1}`, "\xff"} {
		f.Add(uint8(0), b)
	}
	paths := []string{"/v1/recommendations", "/v1/papers/batch", "/v1/classify", "/recommendations/v1/papers", "/graph/v1/paper/batch", "/v1/topics/edits"}
	f.Fuzz(func(t *testing.T, which uint8, body string) {
		req, err := http.NewRequest(http.MethodPost, "http://127.0.0.1:8080"+paths[int(which)%len(paths)], strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.RemoteAddr = "127.0.0.1:1"
		req.Header.Set("Content-Type", "application/json")
		checkSane(t, s, req)
		if _, err := input.Papers(json.RawMessage(body)); err != nil && problem.Of(err).Status >= 500 {
			t.Errorf("papers %q: %v", body, err)
		}
	})
}

// FuzzCursor resumes from arbitrary cursors.
func FuzzCursor(f *testing.F) {
	bound := cursor.Cursor{Model: "m", Query: "q"}
	f.Add(cursor.Cursor{Model: "m", Query: "q", Offset: 10}.String())
	f.Add("e30")
	f.Fuzz(func(t *testing.T, raw string) {
		offset, p := resume(raw, bound)
		if p == nil && (offset <= 0 || cursor.Cursor{Model: "m", Query: "q", Offset: offset}.String() == "") {
			t.Errorf("%q resumes at %d", raw, offset)
		}
		if p != nil && len(p.Errors) == 0 {
			t.Errorf("%q is refused without a reason", raw)
		}
	})
}

func checkSane(t *testing.T, s *site, req *http.Request) {
	t.Helper()
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	if rec.Code >= 500 && rec.Code != 501 {
		t.Errorf("%s %s?%s: %d %s", req.Method, req.URL.Path, req.URL.RawQuery, rec.Code, rec.Body)
	}
	if typ := rec.Header().Get("Content-Type"); rec.Code >= 400 && typ != "application/problem+json" && typ != typeHTML {
		t.Errorf("%s %s: a %d of type %q", req.Method, req.URL.Path, rec.Code, typ)
	}
	if strings.HasPrefix(rec.Header().Get("Content-Type"), typeJSON) && !json.Valid(rec.Body.Bytes()) {
		t.Errorf("%s %s: not JSON: %s", req.Method, req.URL.Path, rec.Body)
	}
}
