package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kindred/netguard"
)

// testClient returns a client whose clock moves only by waiting, and the waits.
func testClient(opt Options) (*Client, *[]time.Duration) {
	t := time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC)
	waits := &[]time.Duration{}
	opt.Now = func() time.Time { return t }
	opt.Sleep = func(ctx context.Context, d time.Duration) error {
		if d > 0 {
			t = t.Add(d)
			*waits = append(*waits, d)
		}
		return ctx.Err()
	}
	opt.Rand = func() float64 { return .5 }
	return NewClient(opt), waits
}

// TestGuard asks this machine by its name and by a redirect: a client that was not told to refuses both, at the first
// attempt.
func TestGuard(t *testing.T) {
	var hits atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
	defer inside.Close()
	for _, address := range []string{inside.URL, strings.Replace(inside.URL, "127.0.0.1", "localhost", 1)} {
		c, waits := testClient(Options{})
		_, err := c.get(t.Context(), request{url: address})
		if !errors.Is(err, netguard.ErrPrivate) || !strings.Contains(err.Error(), "--allow-private") || len(*waits) > 0 {
			t.Errorf("%s: %v after %v", address, err, *waits)
		}
	}
	if hits.Load() > 0 {
		t.Errorf("a machine inside was asked %d times", hits.Load())
	}
}

func TestRedirects(t *testing.T) {
	var got http.Header
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { got = r.Header.Clone() }))
	defer other.Close()
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/loop":
			http.Redirect(w, r, "/loop?and=on", http.StatusFound)
		case "/scheme":
			w.Header().Set("Location", "file:///etc/hosts")
			w.WriteHeader(http.StatusFound)
		default:
			http.Redirect(w, r, other.URL, http.StatusFound)
		}
	}))
	defer first.Close()
	c, _ := testClient(Options{AllowPrivate: true, Attempts: 1})
	keys := http.Header{"X-Api-Key": {"k1"}, "Zotero-Api-Key": {"k2"}, "Authorization": {"k3"}}
	if _, err := c.get(t.Context(), request{url: first.URL + "/over", secret: "api_key=k4", header: keys}); err != nil {
		t.Fatal(err)
	}
	for name, values := range got {
		for _, v := range values {
			if strings.Contains(v, "k1") || strings.Contains(v, "k2") || strings.Contains(v, "k3") || strings.Contains(v, "k4") {
				t.Errorf("another host got the key in %s: %s", name, v)
			}
		}
	}
	for _, path := range []string{"/loop", "/scheme"} {
		if _, err := c.get(t.Context(), request{url: first.URL + path}); err == nil || !strings.Contains(err.Error(), "redirect") {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestRetries counts attempts and waits.
func TestRetries(t *testing.T) {
	var hits int
	var header http.Header
	status := http.StatusServiceUnavailable
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits++
		for name, v := range header {
			w.Header()[name] = v
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	ask := func() (*Error, []time.Duration) {
		t.Helper()
		hits = 0
		c, waits := testClient(Options{AllowPrivate: true})
		_, err := c.get(t.Context(), request{url: server.URL, gap: time.Second, env: "KINDRED_X_KEY"})
		var e *Error
		if !errors.As(err, &e) {
			t.Fatalf("error %v", err)
		}
		return e, *waits
	}
	e, waits := ask()
	if want := "[2s 4s 8s 16s]"; hits != 5 || fmt.Sprint(waits) != want || e.Status != 503 {
		t.Errorf("%d attempts after %v, want 5 after %s: %v", hits, waits, want, e)
	}
	header = http.Header{"Retry-After": {"120"}}
	if _, waits = ask(); hits != 5 || fmt.Sprint(waits) != "[2m1s 2m1s 2m1s 2m1s]" {
		t.Errorf("Retry-After 120: %d attempts after %v", hits, waits)
	}
	// By the clock of the service, two minutes; by ours, seventy years.
	header = http.Header{"Retry-After": {"Wed, 11 Mar 2099 12:02:00 GMT"}, "Date": {"Wed, 11 Mar 2099 12:00:00 GMT"}}
	if _, waits = ask(); hits != 5 || fmt.Sprint(waits) != "[2m1s 2m1s 2m1s 2m1s]" {
		t.Errorf("a date: %d attempts after %v", hits, waits)
	}
	header = http.Header{"Retry-After": {"7200"}} // too long to wait for: a later run asks again
	if e, waits = ask(); hits != 1 || len(waits) > 0 || !e.Retry.Equal(time.Date(2026, 3, 11, 14, 0, 0, 0, time.UTC)) {
		t.Errorf("two hours: %d attempts after %v, to be asked again at %v", hits, waits, e.Retry)
	}
	header = nil
	for _, status = range []int{400, 401, 403, 404, 410} {
		if e, _ = ask(); hits != 1 || e.Remedy == "" {
			t.Errorf("%d: %d attempts, remedy %q", status, hits, e.Remedy)
		}
	}
}

// TestPace holds the gap between requests to one host, also those of different sources.
func TestPace(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	c, waits := testClient(Options{AllowPrivate: true})
	for range 3 {
		if _, err := c.get(t.Context(), request{url: server.URL, gap: 3 * time.Second}); err != nil {
			t.Fatal(err)
		}
	}
	if fmt.Sprint(*waits) != "[3s 3s]" {
		t.Errorf("waits %v", *waits)
	}
	if a, b := polite("export.arxiv.org"), polite("OAIPMH.arxiv.org"); a != b {
		t.Errorf("arXiv's hosts count apart: %s, %s", a, b)
	}
	if polite("notarxiv.org") == polite("arxiv.org") {
		t.Error("another host counts as arXiv's")
	}
}

func TestAgent(t *testing.T) {
	for contact, want := range map[string]string{
		"": "kindred/1.2", "a@example.org": "kindred/1.2 (mailto:a@example.org)", "https://example.org/\r\nX: y": "kindred/1.2 (https://example.org/ X: y)",
	} {
		c, _ := testClient(Options{Contact: contact, Version: "1.2"})
		if got := c.agent(); got != want {
			t.Errorf("contact %q: %q, want %q", contact, got, want)
		}
	}
}

// TestKeysAreNotShown has a service answer with the key it was sent: no error shows it.
func TestKeysAreNotShown(t *testing.T) {
	const key = "s3cr3t/k+y"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, "the key %s in %s is not valid", key, r.URL.RawQuery)
	}))
	c, _ := testClient(Options{AllowPrivate: true, Key: func(name string) string { return key }, Base: map[string]string{"openalex": server.URL, "zotero": server.URL}})
	ask := func(address string) {
		t.Helper()
		src, err := c.open(address)
		if err != nil {
			t.Fatal(err)
		}
		_, err = src.Next(t.Context(), Cursor{})
		if err == nil || strings.Contains(err.Error(), "s3cr3t") {
			t.Errorf("%s: %v", address, err)
		}
	}
	ask("openalex:a:b")
	ask("zotero:users/1")
	server.Close()
	ask("openalex:a:b")
}

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"feed:https://a.example/rss?token=abc&x=1":        "feed:https://a.example/rss?token=…&x=1",
		"feed:https://user:pass@a.example/rss":            "feed:https://…@a.example/rss",
		"oai:https://a.example/oai?apikey=abc#set=theses": "oai:https://a.example/oai?apikey=…#set=theses",
		"https://a.example/x?Api_Key=abc":                 "https://a.example/x?Api_Key=…",
		"arxiv:cs.CL":                                     "arxiv:cs.CL",
		"file:/home/me/refs.bib":                          "file:/home/me/refs.bib",
		"zotero:users/1":                                  "zotero:users/1",
	} {
		if got := Redact(in); got != want {
			t.Errorf("Redact(%q) = %q, want %q", in, got, want)
		}
	}
	if got := publicAddress("file:/home/me/refs.bib"); got != "file:refs.bib" {
		t.Errorf("publicAddress: %q", got)
	}
}

func TestArXivSets(t *testing.T) {
	for category, want := range map[string]string{
		"cs": "cs", "cs.CL": "cs:cs:CL", "hep-th": "physics:hep-th", "astro-ph.GA": "physics:astro-ph:GA", "math.AG": "math:math:AG", "physics": "physics",
		"physics.optics": "physics:physics:optics", "cond-mat.mes-hall": "physics:cond-mat:mes-hall", "q-bio.NC": "q-bio:q-bio:NC", "CS.cl": "", "cs CL": "",
	} {
		got, err := arXivSet(category)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v, want %q", category, got, err, want)
		}
	}
}

// TestAddresses has one address of each form that is wrong: the error says the right form.
func TestAddresses(t *testing.T) {
	for _, address := range []string{
		"", "nonsense:x", "https://a.example/rss", "dailypapers:x", "arxiv:", "arxiv:Machine Learning", "arxiv-search:", "arxiv-feed:", "arxiv-feed:cs.CL+",
		"oai:", "oai:archive", "oai:https://a.example/oai#form=x", "openalex:", "openalex:words", "semanticscholar:", "crossref:", "crossref:doi=x",
		"zotero:", "zotero:users/me", "zotero:users/1/collections/x", "openreview:", "openreview:https://openreview.net", "feed:", "feed:file:///etc/passwd", "file:",
	} {
		err := Check(address)
		if err == nil {
			t.Errorf("%q is taken", address)
			continue
		}
		name, _, _ := strings.Cut(address, ":")
		if !strings.Contains(err.Error(), name) || len(err.Error()) < 40 {
			t.Errorf("%q: %v", address, err)
		}
	}
	for _, s := range Services() {
		if s.Title == "" || s.Form == "" || s.Every < MinEvery || s.gap <= 0 {
			t.Errorf("service %+v is not whole", s)
		}
	}
}

func TestUsualGap(t *testing.T) {
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) // a Monday
	var arrivals []time.Time
	for d := range 12 {
		at := start.AddDate(0, 0, d)
		if at.Weekday() != time.Saturday && at.Weekday() != time.Sunday {
			arrivals = append(arrivals, at)
		}
	}
	last := arrivals[len(arrivals)-1] // Friday, after a weekend of three days
	for _, c := range []struct {
		after  time.Duration
		silent bool
	}{{24 * time.Hour, false}, {72 * time.Hour, false}, {107 * time.Hour, false}, {109 * time.Hour, true}} {
		gap, silent := usual(arrivals, last.Add(c.after))
		if gap != 24*time.Hour || silent != c.silent {
			t.Errorf("after %v: gap %v, silent %v", c.after, gap, silent)
		}
	}
	if gap, silent := usual(arrivals[:3], last.AddDate(1, 0, 0)); gap != 0 || silent {
		t.Errorf("two gaps are called usual: %v, %v", gap, silent)
	}
}
