package api

import (
	"bytes"
	"html"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"kindred/mail"
	"kindred/recommend/digest"
)

var (
	hrefs   = regexp.MustCompile(`(?:href|action)="([^"]*)"`)
	textual = regexp.MustCompile(`https?://\S+`)
	hidden  = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// linksOf returns the addresses in a page or letter, each once.
func linksOf(page string) []string {
	found := map[string]bool{}
	for _, m := range hrefs.FindAllStringSubmatch(page, -1) {
		found[html.UnescapeString(m[1])] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// served is a running server with a subscription whose first issue was made, and the letter of it.
type served struct {
	*subscribed
	base         string
	logs         *bytes.Buffer
	spans        *tracetest.SpanRecorder
	letter       *mail.Letter
	confirmation *mail.Letter
}

func newServed(t *testing.T) *served {
	t.Helper()
	v := &served{logs: &bytes.Buffer{}, spans: tracetest.NewSpanRecorder()}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { v.ServeHTTP(w, r) }))
	v.base = "http://" + server.Listener.Addr().String()
	v.subscribed = newSubscribedWith(t, func(c *Config) {
		c.BaseURL, c.Log = v.base, slog.New(slog.NewTextHandler(v.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))
		c.Tracer = sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(v.spans))
	})
	server.Start()
	t.Cleanup(server.Close)
	pages := mail.Addresses{From: "papers@example.org", To: "zorb@example.org", Manage: v.base + v.page, Unsubscribe: v.base + v.page}
	asking := pages
	asking.Confirm = v.base + v.page + "?confirm=" + v.code()
	var err error
	if v.confirmation, err = mail.Confirmation(v.id, "Mornings", asking, time.Now()); err != nil {
		t.Fatal(err)
	}
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	choice, err := v.server.nextIssue(&request{c: c, s: v.current.Load()}, v.now())
	if err != nil {
		t.Fatal(err)
	}
	issue := choice.Issue.WithAddresses(IssueAddresses(v.base, v.token()))
	if v.letter, err = mail.Issue(issue, pages); err != nil {
		t.Fatal(err)
	}
	return v
}

// visit asks the running server for an address, as a browser does that was sent from another page.
func (v *served) visit(address string) (status int, body string) {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	return v.do(req)
}

func (v *served) send(address string, fields url.Values) (status int, body string) {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), http.MethodPost, address, strings.NewReader(fields.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.do(req)
}

func (v *served) do(req *http.Request) (int, string) {
	v.t.Helper()
	resp, err := http.DefaultClient.Do(req) // it follows the redirect after a form
	if err != nil {
		v.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

// TestLetterLinks follows every link of the letters and of the pages that they lead to, on a running server: the same in
// text and HTML, each answered, a vote by the one button of its page, an end by one POST.
func TestLetterLinks(t *testing.T) {
	v := newServed(t)
	inText := map[string]bool{}
	for _, m := range textual.FindAllString(v.letter.Text, -1) {
		inText[m] = true
	}
	links := linksOf(v.letter.HTML)
	if got := slices.Sorted(maps.Keys(inText)); !slices.Equal(got, links) {
		t.Errorf("links of the text\n%s\nand of the HTML\n%s", strings.Join(got, "\n"), strings.Join(links, "\n"))
	}
	votes, papers := 0, 0
	for _, l := range links {
		u, err := url.Parse(l)
		if err != nil || !strings.HasPrefix(l, v.base+"/") {
			continue // of publishers
		}
		status, body := v.visit(l)
		if status != 200 {
			t.Errorf("%s: %d", l, status)
		}
		if strings.HasPrefix(u.Path, "/papers/") {
			papers++
		}
		for vote, list := range map[string]func(*digest.Subscription) []string{
			"more": func(s *digest.Subscription) []string { return s.Seeds }, "less": func(s *digest.Subscription) []string { return s.Dislikes },
		} {
			id := u.Query().Get(vote)
			if id == "" {
				continue
			}
			votes++
			form, _, _ := strings.Cut(body[strings.Index(body, "<form class=\"edit\""):], "</form>")
			fields := url.Values{}
			for _, m := range hidden.FindAllStringSubmatch(form, -1) {
				fields.Set(m[1], html.UnescapeString(m[2]))
			}
			if status, _ := v.send(v.base+linksOf(form)[0], fields); status != 200 || !slices.Contains(list(v.now()), id) {
				t.Errorf("%s: %d after its form %v", l, status, fields)
			}
		}
	}
	if shown := len(v.now().Seeds) + len(v.now().Dislikes); votes < 4 || papers < 2 || votes != 2*papers || shown != papers+1 {
		t.Errorf("%d votes on %d papers, %d kept", votes, papers, shown)
	}
	_, page := v.visit(v.letter.Unsubscribe)
	for _, l := range linksOf(page) {
		if strings.HasPrefix(l, "/") {
			if status, _ := v.visit(v.base + l); status != 200 {
				t.Errorf("on the page: %s: %d", l, status)
			}
		}
	}
	confirm := linksOf(v.confirmation.HTML)
	if len(confirm) != 1 {
		t.Fatalf("links %v", confirm)
	}
	_, page = v.visit(confirm[0])
	_, code, _ := strings.Cut(page, `name="code" value="`)
	code, _, _ = strings.Cut(code, `"`)
	if status, _ := v.send(v.base+v.page, url.Values{"action": {"confirm"}, "code": {code}}); status != 200 || v.now().State != digest.Confirmed {
		t.Errorf("confirm: %d, %s", status, v.now().State)
	}
	if status, _ := v.send(v.letter.Unsubscribe, url.Values{"List-Unsubscribe": {"One-Click"}}); status != 200 || v.now().State != digest.Stopped {
		t.Errorf("one click: %d, %s", status, v.now().State)
	}
}

// TestSecretIsNotRecorded goes to right, wrong and failing addresses below that of a subscription, and wants no part of
// the secret in logs and spans, and no page that names its address to the next one.
func TestSecretIsNotRecorded(t *testing.T) {
	v := newServed(t)
	feed := strings.TrimSuffix(strings.TrimPrefix(v.feed, "/subscriptions/"), ".atom")
	visit := func() {
		for _, path := range []string{
			v.page, v.page + "?more=" + boot, v.page + "?more=nobody", v.page + "/nothing", v.page + "/", v.feed, v.feed + "/x", v.page + "?limit=x", "/subscriptions/" + feed,
		} {
			for _, method := range []string{"GET", "POST", "HEAD", "PUT", "DELETE"} {
				rec := v.ask(method, path, "action=zorb", "Accept", "text/html", "Content-Type", "application/x-www-form-urlencoded")
				if policy := rec.Header().Get("Referrer-Policy"); strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") && policy != "no-referrer" {
					t.Errorf("%s %s: %d with the policy %q", method, path, rec.Code, policy)
				}
			}
		}
		v.ask("GET", "/v1/subscriptions/"+v.id, "", "X-API-Key", v.token())
		v.ask("GET", "/v1/subscriptions/"+v.token(), "", "X-API-Key", v.token())
	}
	visit()
	if err := v.store.Close(); err != nil { // every question of a subscription fails from here on
		t.Fatal(err)
	}
	visit()
	if !strings.Contains(v.logs.String(), "request failed") {
		t.Error("no failure was logged")
	}
	var recorded strings.Builder
	recorded.WriteString(v.logs.String())
	for _, s := range v.spans.Ended() {
		recorded.WriteString(s.Name())
		for _, a := range s.Attributes() {
			recorded.WriteString(" " + string(a.Key) + "=" + a.Value.Emit())
		}
		for _, e := range s.Events() {
			recorded.WriteString(e.Name)
		}
	}
	for _, token := range []string{v.token(), feed} {
		_, secret, _ := strings.Cut(token, "-")
		if i := strings.Index(recorded.String(), secret[:12]); i >= 0 {
			t.Errorf("recorded: …%s", clip(recorded.String()[max(0, i-200):], 300))
		}
	}
}
