// Package api serves a snapshot of papers over HTTP: a REST API, feeds, an embeddable widget and web pages. It is the
// only package that knows gin. Handlers read the request, ask the snapshot and return a reply or an error; one place
// each turns replies into bytes with validators, codings and cache rules, and errors into problems.
//
// What belongs here is what HTTP brings: routes, replies and cursors.
// What does not belong here: what a request says (api/input), the words of errors (api/problem), how pages and feeds look (api/web), the bodies of answers (api/wire) and their bytes (api/cached), who asks and may (api/guard), what is at which
// address (api/link), and what is known of papers and topics (recommend/library).
//
// Its files use each other one way: replies and errors, then what a server holds (server.go), then a request on its way
// (request.go), then handlers by subject, and at the top the table of routes (route.go), which also builds the server.
//
// The contract of the API is openapi.yaml, and a test holds every route against it.
package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	oteltrace "go.opentelemetry.io/otel/trace"

	"kindred/api/cached"
	"kindred/api/cursor"
	"kindred/api/guard"
	"kindred/api/metrics"
	"kindred/api/problem"
	"kindred/api/scholar"
	"kindred/api/web"
	"kindred/classifier/curate"
	"kindred/data"
	"kindred/data/fetch"
	"kindred/data/store"
	"kindred/recommend/digest"
	"kindred/recommend/library"
)

// Writer changes the papers. A nil error means that the change is durable and that the next call of Config.Current
// returns a snapshot that has it.
type Writer interface {
	Put(ctx context.Context, papers []*data.Paper) (store.Outcome, error)
	Delete(ctx context.Context, ids ...string) (int, error)
}

// Curator keeps and applies topic edits. Topics of snapshots that Config.Current returns after a call show its effect.
type Curator interface {
	// Edits returns the edits in force, oldest first.
	Edits(ctx context.Context) ([]curate.Edit, error)
	// Edit makes an edit and returns it with its id. One that decides nothing new returns the edit in force. One that
	// cannot be made is a [*library.EditError].
	Edit(ctx context.Context, e curate.Edit) (curate.Edit, error)
	// Preview returns what an edit would change, and makes nothing. Its errors are those of Edit.
	Preview(ctx context.Context, e curate.Edit) (*library.Preview, error)
	// Undo removes an edit, and reports whether there was one.
	Undo(ctx context.Context, id string) (bool, error)
}

// Sources follow services that announce papers.
type Sources interface {
	// List returns how each source is.
	List(ctx context.Context) ([]fetch.Status, error)
	// Add follows a source. The error wraps data.ErrInvalid or fetch.ErrExists.
	Add(ctx context.Context, name, address string, every time.Duration, since string) (fetch.Config, error)
	// Pause stops the runs of a source or goes on with them, Due makes one due at once, and Remove forgets it. The error
	// wraps fetch.ErrUnknown where there is none, and fetch.ErrBusy where one is running and must not be.
	Pause(ctx context.Context, name string, paused bool) (fetch.Config, error)
	Due(ctx context.Context, name string) error
	Remove(ctx context.Context, name string) error
	// Silence says why the sources brought nothing, a clause for readers; "" where they do not know.
	Silence(ctx context.Context, now time.Time) string
}

// Config is what a server needs. Zero values of optional fields mean the default that the field names.
type Config struct {
	// Current returns the snapshot to answer from, nil while none is loaded yet: then every answer that needs one is
	// 503.
	Current func() *library.Snapshot
	// Empty reports, while there is no snapshot, whether none is on its way, because nobody has put papers here; nil
	// means never. Then the answers say so instead of asking for patience.
	Empty func() bool
	// Writer takes papers; nil refuses all writes.
	Writer Writer
	// Keys holds the API keys, without which nothing is changed; nil means that there are none.
	Keys *guard.Keys
	// Curator takes topic edits; nil answers 501.
	Curator Curator
	// Subscriptions are those that readers manage by secret addresses; nil means that there are none.
	Subscriptions *digest.Subscriptions
	// Refit starts learning a new model in the background and reports whether it did: not when one is being learned
	// already. Nil answers 501.
	Refit func() (started bool)
	// Sources are the services that papers come from; nil answers 501.
	Sources Sources
	// ModelFailed is told when the file of the model cannot be read under a request, which fails then; nil for nobody.
	ModelFailed func(error)
	// MCP answers assistants at /mcp, behind the limits of the rest; nil leaves that address out.
	MCP http.Handler
	// Log takes one line a request and the causes of failures; nil discards them.
	Log *slog.Logger
	// BaseURL is where clients reach the server, such as https://papers.example.org, without a slash at the end; ""
	// means what the request says.
	BaseURL string
	// Name is what the site calls itself in pages and feeds; "" means Kindred.
	Name string
	// Build tells builds of the program apart in entity tags; "" is fine where there is one.
	Build string
	// AllowOrigins lists the origins whose pages may call the parts of the API that change something. Reading is open
	// to all.
	AllowOrigins []string
	// TrustedProxies lists addresses and prefixes of proxies that are believed: X-Forwarded-For says whom a request
	// counts for, X-Forwarded-Proto and X-Forwarded-Host where the site is reached if BaseURL does not. None by
	// default.
	TrustedProxies []string

	MaxBody     int64                    // bytes of a request body; 0 means 8 MiB
	CacheBytes  int64                    // bytes of encoded answers kept; 0 means 256 MiB, negative none
	Timeout     time.Duration            // of computing one answer; 0 means 10 s
	Rate        float64                  // requests a second that one address may make in the long run; 0 means 50, negative no limit
	Burst       int                      // requests at once; 0 means 4 seconds' worth
	KeyRate     float64                  // as Rate, for a request with a valid key; 0 means ten times Rate
	Tracer      oteltrace.TracerProvider // makes a span of every request; nil for none
	CountClicks bool                     // count click-throughs from the widget by paper, without anything about who clicked
}

const (
	defaultMaxBody    = 8 << 20
	defaultCacheBytes = 256 << 20
	defaultTimeout    = 10 * time.Second
	defaultRate       = 50
)

// Validate reports the first thing that is wrong with the configuration.
func (c *Config) Validate() error {
	if c.Current == nil {
		return errors.New("api: Config.Current is nil")
	}
	if c.BaseURL != "" {
		u, err := url.Parse(c.BaseURL)
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Path != "" { // pages link from the root
			return fmt.Errorf("api: base URL %q: want something like https://papers.example.org, without a path: the site needs a host of its own", c.BaseURL)
		}
	}
	for _, o := range c.AllowOrigins {
		if u, err := url.Parse(o); err != nil || u.Host == "" || u.Path != "" {
			return fmt.Errorf("api: allowed origin %q: want something like https://example.org", o)
		}
	}
	for _, p := range c.TrustedProxies {
		if _, err := guard.Prefix(p); err != nil {
			return fmt.Errorf("api: trusted proxy %q: want an address or a prefix such as 10.0.0.0/8", p)
		}
	}
	return nil
}

func (c Config) withDefaults() Config {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Name == "" {
		c.Name = "Kindred"
	}
	if c.MaxBody == 0 {
		c.MaxBody = defaultMaxBody
	}
	if c.CacheBytes == 0 {
		c.CacheBytes = defaultCacheBytes
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.Rate == 0 {
		c.Rate = defaultRate
	}
	if c.Burst == 0 {
		c.Burst = int(4*c.Rate) + 1
	}
	if c.KeyRate == 0 {
		c.KeyRate = 10 * c.Rate
	}
	return c
}

// route is one method and pattern. A name in braces stands for one segment of the path, but {paper} for everything up
// to what follows it: DOIs and URLs have slashes, and people paste them as they are.
type route struct {
	method  string
	pattern string
	serve   func(c *gin.Context, id string)
}

const paperName = "{paper}"

// server holds what all requests share.
type server struct {
	cfg      Config
	cache    *cached.Cache
	metrics  *metrics.Metrics
	limits   *guard.Limits
	pages    *web.Pages
	assets   map[string]*keptAsset
	spec     *spec
	clicks   *clicks
	held     cursor.Held
	origins  *http.CrossOriginProtection // of who asks at mcpPath
	sessions *guard.Sessions
	routes   []route
	closed   []route // those of routes that only the pages of Config.AllowOrigins may POST to
	secure   bool    // the public address is https
}

// fail answers with what err means, as a page to those who asked for a page, and logs what is the server's own fault.
func (a *server) fail(c *gin.Context, err error) {
	p := problem.Of(err)
	if p.Type == problem.TypeLoading && a.cfg.Empty != nil && a.cfg.Empty() {
		p = problem.Empty()
	}
	if p.Cause != nil && p.Status != problem.StatusClientGone {
		a.cfg.Log.Error("request failed", "id", requestID(c), "method", c.Request.Method, "path", loggedPath(c.Request.URL.Path), "err", p.Cause)
	}
	switch path := c.Request.URL.Path; {
	case scholar.Serves(path):
		writeProblem(c, scholar.Problem(p))
	case isPage(path):
		a.errorPage(c, p)
	default:
		writeProblem(c, p)
	}
}

// isPage reports whether a path belongs to the pages for people.
func isPage(path string) bool {
	if path == mcpPath {
		return false
	}
	for _, prefix := range []string{"/v1/", "/recommendations/", "/graph/", "/oembed", "/healthz", "/readyz", "/metrics", "/openapi", "/assets/", "/widget.", "/badge/"} {
		if strings.HasPrefix(path, prefix) {
			return false
		}
	}
	return true
}

// base returns where the site is reached: the public address, or what the request says.
func (a *server) base(r *http.Request) string {
	if a.cfg.BaseURL != "" {
		return a.cfg.BaseURL
	}
	return guard.Base(r, a.cfg.TrustedProxies)
}

func (a *server) notFound(c *gin.Context) {
	a.refuse(c, problem.Docs.Missing("Nothing is at %s", clip(c.Request.URL.Path, 200)))
}

func (a *server) methodNotAllowed(c *gin.Context) {
	if allowed := a.allow(c.Request.URL.EscapedPath()); allowed != "" {
		c.Writer.Header().Set("Allow", allowed)
	}
	p := problem.New(http.StatusMethodNotAllowed, "%s is not possible here; possible: %s.", c.Request.Method, c.Writer.Header().Get("Allow"))
	p.Page = "This address takes forms only; go back to the page with the form."
	a.refuse(c, p)
}

// pageCSP allows a page what it needs: our own files, and nothing inline.
const pageCSP = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"

func pageHeader() map[string]string {
	return map[string]string{
		"Content-Security-Policy": pageCSP, "Referrer-Policy": "same-origin", "X-Frame-Options": "SAMEORIGIN",
		"Cross-Origin-Opener-Policy": "same-origin", "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
	}
}

// errorPage tells a reader what is wrong. It must work while nothing is loaded, so it asks no snapshot.
func (a *server) errorPage(c *gin.Context, p *problem.Problem) {
	if strings.HasPrefix(c.Request.URL.Path, framePath) {
		a.frameError(c, p)
		return
	}
	var known *web.View
	if s := a.acquire(); s != nil {
		defer cursor.Release(s)
		known = &web.View{Snapshot: s, Base: a.base(c.Request), URL: c.Request.URL}
	}
	body, err := a.pages.Error(web.Problem{
		Path: c.Request.URL.Path, Known: known, Status: p.Status, Detail: cmp.Or(p.Page, p.Detail),
		Errors: pageErrors(p.Errors), Empty: p.Type == problem.TypeEmpty, Request: requestID(c),
	})
	if err != nil {
		a.cfg.Log.Error("error page", "id", requestID(c), "err", err)
		writeProblem(c, p)
		return
	}
	writePageProblem(c, p, pageHeader(), body)
}

// writePageProblem answers with the page that says what p means.
func writePageProblem(c *gin.Context, p *problem.Problem, header map[string]string, body []byte) {
	h := c.Writer.Header()
	for name, value := range header {
		h.Set(name, value)
	}
	if path := c.Request.URL.Path; loggedPath(path) != path {
		h.Set("Referrer-Policy", "no-referrer") // the address is a secret
	}
	h.Set("Cache-Control", "no-store")
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(p.RetryAfter.Seconds())))
	}
	c.Data(p.Status, typeHTML, body)
}

// pageErrors returns errs in the words of pages.
func pageErrors(errs []problem.Field) []string {
	out := make([]string, len(errs))
	for i := range errs {
		out[i] = cmp.Or(errs[i].Page, errs[i].Detail)
	}
	return out
}
