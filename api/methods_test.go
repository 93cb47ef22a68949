package api

import (
	"net/http"
	"strings"
	"testing"

	"kindred/api/problem"
)

// TestUnknownAddresses asks for addresses that there are not, as programs and as browsers ask.
func TestUnknownAddresses(t *testing.T) {
	s := newSite(t, nil)
	const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, c := range []struct{ path, accept, typ string }{
		{"/nothing", "", "application/problem+json"},
		{"/nothing", "*/*", "application/problem+json"},
		{"/nothing", "application/json", "application/problem+json"},
		{"/nothing", "text/html;q=0", "application/problem+json"},
		{"/nothing", browser, typeHTML},
		{"/v1/nothing", browser, typeHTML},
		{"/v1/nothing", "", "application/problem+json"},
		{"/graph/v1/nothing", browser, "application/problem+json"},
	} {
		rec := s.get(c.path, "Accept", c.accept)
		if rec.Code != http.StatusNotFound || rec.Header().Get("Content-Type") != c.typ {
			t.Errorf("%s, Accept %q: %d, %s", c.path, c.accept, rec.Code, rec.Header().Get("Content-Type"))
		}
		if !strings.Contains(strings.Join(rec.Header().Values("Vary"), ","), "Accept") {
			t.Errorf("%s: Vary %q", c.path, rec.Header().Values("Vary"))
		}
	}
	if rec := s.ask(http.MethodPost, "/topics", "", "Accept", browser); rec.Code != http.StatusMethodNotAllowed || rec.Header().Get("Content-Type") != typeHTML {
		t.Errorf("a method that a page does not take: %d, %s", rec.Code, rec.Header().Get("Content-Type"))
	}
	scholar := decode[map[string]any](t, s.get("/graph/v1/snippet/search?query=x"), http.StatusNotFound)
	if scholar["error"] == nil || scholar["message"] == nil {
		t.Errorf("no error or message for Semantic Scholar's clients: %v", scholar)
	}
	if p := decode[map[string]any](t, s.get("/v1/nothing"), http.StatusNotFound); p["error"] != nil {
		t.Errorf("members of Semantic Scholar's clients where they do not ask: %v", p)
	}
}

// TestMethods holds the header Allow of refusals and of OPTIONS against the routes.
func TestMethods(t *testing.T) {
	s := newSite(t, nil)
	for _, c := range []struct{ method, path, allow string }{
		{"PUT", "/v1/papers", "GET, HEAD, POST, OPTIONS"},
		{"DELETE", "/v1/papers/" + boot + "/similar", "GET, HEAD, OPTIONS"},
		{"DELETE", "/v1/papers/doi:10.1/x/export.bib", "GET, HEAD, OPTIONS"},
		{"PUT", "/v1/papers/doi:10.1/x", "DELETE, GET, HEAD, OPTIONS"},
		{"GET", "/v1/papers/batch", "POST, OPTIONS"},
		{"GET", "/graph/v1/paper/batch", "POST, OPTIONS"},
		{"GET", "/graph/v1/author/batch", "POST, OPTIONS"},
		{"GET", "/v1/refit", "POST, OPTIONS"},
		{"POST", "/v1/topics/1", "GET, HEAD, OPTIONS"},
		{"POST", "/topics", "GET, HEAD, OPTIONS"},
	} {
		rec := s.ask(c.method, c.path, "")
		if rec.Code != http.StatusMethodNotAllowed || rec.Header().Get("Allow") != c.allow || rec.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d, Allow %q, want %q", c.method, c.path, rec.Code, rec.Header().Get("Allow"), c.allow)
		}
		rec = s.ask("OPTIONS", c.path, "")
		if rec.Code != http.StatusNoContent || rec.Header().Get("Allow") != c.allow {
			t.Errorf("OPTIONS %s: %d, Allow %q, want %q", c.path, rec.Code, rec.Header().Get("Allow"), c.allow)
		}
	}
}

// TestNulls sends null where a value is wanted.
func TestNulls(t *testing.T) {
	s := newSite(t, nil)
	for _, c := range []struct{ path, body, pointer string }{
		{"/v1/papers/batch", `{"ids":["` + boot + `",null]}`, "/ids/1"},
		{"/v1/recommendations", `{"text":null,"positive":["` + boot + `"]}`, "/text"},
		{"/graph/v1/paper/batch", `{"ids":[null]}`, "/ids/0"},
		{"/recommendations/v1/papers", `{"positivePaperIds":["` + boot + `"],"negativePaperIds":[null]}`, "/negativePaperIds/0"},
		{"/v1/papers", `[{"title":"Zorp","authors":["Ada",null]}]`, "/0/authors/1"},
		{"/v1/papers", `{"papers":[{"title":"Zorp","upvotes":9007199254740992}]}`, "/papers/0/upvotes"},
	} {
		p := decode[problem.Problem](t, s.ask("POST", c.path, c.body), http.StatusBadRequest)
		if len(p.Errors) != 1 || p.Errors[0].Pointer != c.pointer {
			t.Errorf("%s %s: %+v", c.path, c.body, p)
		}
	}
	for _, c := range []struct{ path, body string }{
		{"/v1/papers", `{"title":"Zorp plinth nets","abstract":null,"doi":null,"authors":null}`},
		{"/recommendations/v1/papers", `{"positivePaperIds":["` + boot + `"],"negativePaperIds":null}`},
	} {
		if rec := s.ask("POST", c.path, c.body); rec.Code != http.StatusOK {
			t.Errorf("%s %s: %d %s", c.path, c.body, rec.Code, rec.Body)
		}
	}
}

// TestEmptyParameters gives parameters without a value: to the API that is no number, while forms of pages send them.
func TestEmptyParameters(t *testing.T) {
	s := newSite(t, nil)
	for _, query := range []string{"limit=", "min_score=", "explain=", "explain=1"} {
		decode[problem.Problem](t, s.get("/v1/papers/"+boot+"/similar?"+query), http.StatusBadRequest)
	}
	for _, path := range []string{"/v1/topics?level=", "/v1/topics?sort=", "/v1/topics/trends?period="} {
		decode[problem.Problem](t, s.get(path), http.StatusBadRequest)
	}
	if rec := s.get("/search?q=distillation&published_after=&diversity="); rec.Code != http.StatusOK {
		t.Errorf("a form with empty fields: %d", rec.Code)
	}
}
