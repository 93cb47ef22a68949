// Package api serves a snapshot of papers over HTTP: a REST API, feeds, an embeddable widget and web pages. It is the only
// package that knows gin. Handlers read the request, ask the snapshot and return a reply or an error; one place each
// turns replies into bytes with validators, codings and cache rules, and errors into problems.
//
// The contract of the API is openapi.yaml, and a test holds every route against it.
package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"
	"go.opentelemetry.io/otel/propagation"
	oteltrace "go.opentelemetry.io/otel/trace"

	"kindred/api/web"
	"kindred/data"
	"kindred/data/store"
	"kindred/recommend/library"
)

// Writer changes the papers. A nil error means that the change is durable and that the next call of Config.Current
// returns a snapshot that has it.
type Writer interface {
	Put(ctx context.Context, papers []*data.Paper) (store.Counts, error)
	Delete(ctx context.Context, ids ...string) (int, error)
}

// Config is what a server needs. Zero values of optional fields mean the default that the field names.
type Config struct {
	// Current returns the snapshot to answer from, nil while none is loaded yet: then every answer that needs one is 503.
	Current func() *library.Snapshot
	// Empty reports, while there is no snapshot, whether none is on its way, because nobody has put papers here; nil means
	// never. Then the answers say so instead of asking for patience.
	Empty func() bool
	// Writer takes papers; nil refuses all writes.
	Writer Writer
	// Keys holds the API keys; nil means that there are none, and writes are taken from this machine only.
	Keys *Keys
	// Curator takes topic edits; nil answers 501.
	Curator Curator
	// Refit starts learning a new model in the background and reports whether it did: not when one is being learned
	// already. Nil answers 501.
	Refit func() (started bool)
	// MCP answers assistants at /mcp, behind the limits of the rest; nil leaves that address out.
	MCP http.Handler
	// Log takes one line a request and the causes of failures; nil discards them.
	Log *slog.Logger
	// BaseURL is where clients reach the server, such as https://papers.example.org, without a slash at the end; "" means
	// what the request says.
	BaseURL string
	// Name is what the site calls itself in pages and feeds; "" means Kindred.
	Name string
	// Build tells builds of the program apart in entity tags; "" is fine where there is one.
	Build string
	// AllowOrigins lists the origins whose pages may call the parts of the API that change something. Reading is open
	// to all.
	AllowOrigins []string
	// TrustedProxies lists addresses and prefixes whose X-Forwarded-For is believed; none by default.
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
		if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || strings.HasSuffix(c.BaseURL, "/") {
			return fmt.Errorf("api: base URL %q: want something like https://papers.example.org, without a slash at the end", c.BaseURL)
		}
	}
	for _, o := range c.AllowOrigins {
		if u, err := url.Parse(o); err != nil || u.Host == "" || u.Path != "" {
			return fmt.Errorf("api: allowed origin %q: want something like https://example.org", o)
		}
	}
	for _, p := range c.TrustedProxies {
		if _, err := netip.ParsePrefix(p); err != nil {
			if _, err := netip.ParseAddr(p); err != nil {
				return fmt.Errorf("api: trusted proxy %q: want an address or a prefix such as 10.0.0.0/8", p)
			}
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

// server holds what all requests share.
type server struct {
	cfg     Config
	cache   *cache
	metrics *metrics
	limits  *limiters
	pages   *web.Pages
	assets  map[string]*keptAsset
	spec    *spec
	clicks  *clicks
	held    held
	origins *http.CrossOriginProtection
	routes  []route
}

// New returns the handler of the whole site.
func New(cfg Config) (http.Handler, error) {
	s, err := newServer(cfg)
	if err != nil {
		return nil, err
	}
	return s.engine()
}

func newServer(cfg Config) (*server, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	s := &server{cfg: cfg, cache: newCache(max(0, cfg.CacheBytes)), limits: newLimiters(cfg), clicks: newClicks()}
	var err error
	if s.pages, err = web.Load(); err != nil {
		return nil, err
	}
	if s.spec, err = loadSpec(); err != nil {
		return nil, err
	}
	if s.origins, err = newOrigins(cfg); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	s.assets = newAssets(s.pages)
	s.metrics = newMetrics(s)
	s.routes = s.table()
	return s, nil
}

// engine mounts the routes on gin.
func (a *server) engine() (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.RedirectTrailingSlash = false
	e.HandleMethodNotAllowed = true
	if err := e.SetTrustedProxies(a.cfg.TrustedProxies); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	e.Use(a.observe)
	if a.cfg.Tracer != nil {
		e.Use(otelgin.Middleware("kindred", otelgin.WithTracerProvider(a.cfg.Tracer), otelgin.WithPropagators(propagation.TraceContext{})))
	}
	e.Use(a.recoverPanic, a.cors, a.limit)
	e.NoRoute(a.notFound)
	e.NoMethod(a.methodNotAllowed)
	mount(e, a.routes)
	return e, nil
}

// request is one request on its way through a handler.
type request struct {
	*params
	c *gin.Context
	s snapshot
	// first is the snapshot that the request began with and whose holder releases it; s may be replaced.
	first *library.Snapshot
	held  *held
	id    string // what {paper} or another name in the route's pattern stands for
	base  string // where the site is reached, for links that must be absolute
}

func (r *request) context() context.Context { return r.c.Request.Context() }

// handler answers one route from the request's snapshot.
type handler func(r *request) (*reply, error)

// read wraps a handler whose answer depends on nothing but the snapshot and the URL. It may be kept for age, here and
// by clients, and is identified by a strong entity tag that needs no answer to be computed: a client that has the
// current one gets 304 at the cost of a hash.
func (a *server) read(age time.Duration, h handler) func(*gin.Context, string) {
	keep := policy(age)
	return func(c *gin.Context, id string) {
		s := a.acquireFor(c.Request)
		if s == nil {
			a.fail(c, loading())
			return
		}
		defer release(s)
		key := cacheKey{a.base(c.Request), target(c.Request), acceptedCoding(c.Request.Header.Get("Accept-Encoding"))}
		if hit, ok := a.cached(snapshotKeyOf(s), key); ok {
			a.metrics.hit()
			hit.write(c)
			return
		}
		etag := etagOf(a.cfg.Build, s.Model.Version+"."+s.Revision, key.base+key.target)
		if match := c.Request.Header.Get("If-None-Match"); match != "" && match != "*" && etagMatches(match, etag) {
			h := c.Writer.Header()
			h.Set("Etag", `"`+etag+`"`)
			h.Set("Cache-Control", keep)
			h.Set("Vary", "Accept-Encoding")
			writeNotModified(c)
			return
		}
		a.metrics.miss()
		rep, err := a.compute(c, s, id, key.base, h)
		if err != nil {
			a.fail(c, err)
			return
		}
		plain := newAnswer(rep, etag, keep)
		if s != a.cfg.Current() { // the cache holds answers of the current snapshot alone
			if key.coding != codingNone {
				plain = plain.coded(key.coding)
			}
			plain.write(c)
			return
		}
		a.cache.put(snapshotKeyOf(s), key.plain(), plain)
		a.code(snapshotKeyOf(s), key, plain).write(c)
	}
}

// cached returns the kept answer in the key's coding. One that is kept plain only is coded, and kept so as well.
func (a *server) cached(of snapshotKey, key cacheKey) (*answer, bool) {
	if hit, ok := a.cache.get(of, key); ok || key.coding == codingNone {
		return hit, ok
	}
	plain, ok := a.cache.get(of, key.plain())
	if !ok {
		return nil, false
	}
	return a.code(of, key, plain), true
}

// code returns a plain answer in the key's coding, and keeps it so.
func (a *server) code(of snapshotKey, key cacheKey, plain *answer) *answer {
	if key.coding == codingNone {
		return plain
	}
	coded := plain.coded(key.coding)
	a.cache.put(of, key, coded)
	return coded
}

// target returns the path and query of a request as they were sent. A proxy may send a whole address instead, and a
// request that was made by hand nothing.
func target(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		return r.RequestURI
	}
	return r.URL.RequestURI()
}

// compute runs h under the time limit. The caller holds the snapshot, which may be nil.
func (a *server) compute(c *gin.Context, s *library.Snapshot, id, base string, h handler) (*reply, error) {
	ctx, cancel := context.WithTimeout(c.Request.Context(), a.cfg.Timeout)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	r := &request{c: c, s: snapshot{s}, first: s, held: &a.held, id: id, base: base}
	defer r.use(nil)
	var err error
	if r.params, err = parseQuery(c.Request.URL.RawQuery); err != nil {
		return nil, err
	}
	return h(r)
}

// learned wraps a handler that has nothing to answer with until a model is there.
func learned(h handler) handler {
	return func(r *request) (*reply, error) {
		if !r.s.Ready() {
			return nil, learning()
		}
		return h(r)
	}
}

// post wraps a handler that reads a body and is computed anew every time. It changes nothing.
func (a *server) post(h handler) func(*gin.Context, string) {
	return func(c *gin.Context, id string) {
		s := a.acquireFor(c.Request)
		if s == nil {
			a.fail(c, loading())
			return
		}
		defer release(s)
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, a.cfg.MaxBody)
		rep, err := a.compute(c, s, id, a.base(c.Request), h)
		if err != nil {
			a.fail(c, err)
			return
		}
		writeFresh(c, rep)
	}
}

// writeFresh answers with what must not be kept.
func writeFresh(c *gin.Context, rep *reply) {
	h := c.Writer.Header()
	h.Set("Cache-Control", "no-store")
	for name, v := range rep.header {
		h.Set(name, v)
	}
	status := rep.status
	if status == 0 {
		status = http.StatusOK
	}
	if coding := acceptedCoding(c.Request.Header.Get("Accept-Encoding")); coding != codingNone && len(rep.body) >= minCompressed {
		h.Add("Vary", "Accept-Encoding")
		h.Set("Content-Encoding", "gzip")
		c.Data(status, rep.typ, gzipped(rep.body))
		return
	}
	if status == http.StatusNoContent {
		c.Status(status)
		c.Writer.WriteHeaderNow()
		return
	}
	c.Data(status, rep.typ, rep.body)
}

// fail answers with what err means, as a page to those who asked for a page, and logs what is the server's own fault.
func (a *server) fail(c *gin.Context, err error) {
	p := problemOf(err)
	if p.Type == problemLoading && a.cfg.Empty != nil && a.cfg.Empty() {
		p = empty()
	}
	if p.cause != nil && p.Status != statusClientGone {
		a.cfg.Log.Error("request failed", "id", requestID(c), "method", c.Request.Method, "path", c.Request.URL.Path, "err", p.cause)
	}
	if isPage(c.Request.URL.Path) {
		a.errorPage(c, p)
		return
	}
	writeProblem(c, p)
}

// isPage reports whether a path belongs to the pages for people.
func isPage(path string) bool {
	for _, prefix := range []string{"/v1/", "/recommendations/", "/graph/", "/oembed", "/healthz", "/readyz", "/metrics", "/openapi", "/assets/", "/widget.", "/badge/", mcpPath} {
		if strings.HasPrefix(path, prefix) {
			return false
		}
	}
	return true
}

// base returns where the site is reached.
func (a *server) base(r *http.Request) string {
	if a.cfg.BaseURL != "" {
		return a.cfg.BaseURL
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (a *server) notFound(c *gin.Context) {
	a.fail(c, problem(http.StatusNotFound, "Nothing is at %s; "+docsHint+".", clip(c.Request.URL.Path, 200)))
}

func (a *server) methodNotAllowed(c *gin.Context) {
	a.fail(c, problem(http.StatusMethodNotAllowed, "%s is not possible here; possible: %s.", c.Request.Method, c.Writer.Header().Get("Allow")))
}
