package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"kindred/api/cached"
	"kindred/api/guard"
	"kindred/api/metrics"
	"kindred/api/web"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/gin/otelgin"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	oteltrace "go.opentelemetry.io/otel/trace"
)

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
	s := &server{
		cfg: cfg, secure: strings.HasPrefix(cfg.BaseURL, "https:"),
		cache: cached.NewCache(max(0, cfg.CacheBytes)), limits: guard.NewLimits(cfg.Rate, cfg.KeyRate, cfg.Burst), clicks: newClicks(),
	}
	var err error
	if s.pages, err = web.Load(cfg.Name); err != nil {
		return nil, err
	}
	if s.spec, err = loadSpec(); err != nil {
		return nil, err
	}
	if s.origins, err = guard.Origins(cfg.AllowOrigins, cfg.BaseURL); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	s.assets = newAssets(s.pages)
	s.metrics = metrics.New(cfg.Current, s.cache.Stats, cfg.Sources)
	s.sessions = guard.NewSessions(cfg.Keys, time.Now)
	s.closed = slices.Concat(s.writeRoutes(), s.subscriptionRoutes(), s.sourceRoutes(), s.mcpRoutes())
	s.routes = s.table()
	return s, nil
}

// engine mounts the routes on gin.
func (a *server) engine() (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.RedirectTrailingSlash = false
	e.HandleMethodNotAllowed = true
	e.RemoteIPHeaders = []string{"X-Forwarded-For"} // what the help of --trusted-proxy says, and nothing else
	if err := e.SetTrustedProxies(a.cfg.TrustedProxies); err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	e.Use(a.observe)
	if a.cfg.Tracer != nil {
		e.Use(otelgin.Middleware("kindred", otelgin.WithTracerProvider(a.cfg.Tracer), otelgin.WithPropagators(propagation.TraceContext{})), hidePath)
	}
	e.Use(a.recoverPanic, a.cors, a.limit)
	e.NoRoute(a.notFound)
	e.NoMethod(a.methodNotAllowed)
	mount(e, slices.Concat(a.routes, a.refusals(a.routes)))
	return e, nil
}

// table lists every route of the site. GET routes answer HEAD as well.
func (a *server) table() []route {
	const minute = time.Minute
	get := func(pattern string, age time.Duration, h handler) route {
		return route{http.MethodGet, pattern, a.read(age, h)}
	}
	post := func(pattern string, h handler) route { return route{http.MethodPost, pattern, a.post(h)} }
	routes := []route{
		get("/v1/papers", minute, a.jsonList(a.listedList)),
		get("/v1/papers/{paper}", minute, a.getPaper),
		get("/v1/papers/{paper}/similar", minute, a.jsonList(a.similarList)),
		get("/v1/papers/{paper}/neighbourhood", minute, learned(a.neighbourhood)),
		post("/v1/papers/batch", a.batch),
		get("/v1/recommendations", minute, a.jsonList(a.recommendationList)),
		post("/v1/recommendations", a.postRecommendations),
		get("/v1/search", minute, a.jsonList(a.searchList)),
		get("/v1/topics", minute, learned(a.listTopics)),
		get("/v1/topics/changes", minute, learned(a.topicChanges)),
		get("/v1/topics/trends", minute, learned(a.topicTrends)),
		get("/v1/topics/compare", minute, learned(a.compareTopics)),
		get("/v1/topics/{topic}", minute, learned(a.getTopic)),
		get("/v1/topics/{topic}/papers", minute, learned(a.jsonList(a.topicList))),
		post("/v1/classify", a.classify),
		get("/v1/stats", 0, a.stats),
		get("/v1/map", minute, learned(a.mapData)),
	}
	for _, kind := range web.FeedKinds {
		routes = append(routes,
			get("/v1/papers."+kind, 5*minute, a.feed(kind, a.listedList)),
			get("/v1/papers/{paper}/similar."+kind, 5*minute, a.feed(kind, a.similarList)),
			get("/v1/recommendations."+kind, 5*minute, a.feed(kind, a.recommendationList)),
			get("/v1/search."+kind, 5*minute, a.feed(kind, a.searchList)),
			get("/v1/topics/{topic}/papers."+kind, 5*minute, learned(a.feed(kind, a.topicList))),
		)
	}
	for _, kind := range exportKinds {
		routes = append(routes,
			get("/v1/papers/{paper}/export."+kind, 5*minute, a.exportPaper(kind)),
			get("/v1/topics/{topic}/papers/export."+kind, 5*minute, learned(a.exportList(kind, a.topicList))),
			get("/v1/recommendations/export."+kind, 5*minute, a.exportList(kind, a.recommendationList)),
		)
	}
	return slices.Concat(routes, a.closed, a.scholarRoutes(get, post), a.embedRoutes(get), a.pageRoutes(get), a.subscriptionPages(), a.operationRoutes())
}

// mount puts routes on gin. Routes whose pattern has {paper} share a catch-all at what stands before it, along with all
// others below that prefix, since gin's tree cannot hold both.
func mount(e *gin.Engine, routes []route) {
	type group struct{ method, prefix string }
	dispatchers := make(map[group]*dispatcher)
	var order []group
	for _, r := range routes {
		if prefix, suffix, ok := strings.Cut(r.pattern, paperName); ok {
			g := group{r.method, prefix}
			if dispatchers[g] == nil {
				dispatchers[g] = &dispatcher{prefix: prefix, exact: make(map[string]route)}
				order = append(order, g)
			}
			d := dispatchers[g]
			d.suffixes = append(d.suffixes, suffixRoute{suffix, r})
		}
	}
	for _, r := range routes {
		if strings.Contains(r.pattern, paperName) {
			continue
		}
		taken := false
		for g, d := range dispatchers {
			if rest, ok := strings.CutPrefix(r.pattern, g.prefix); ok && g.method == r.method && rest != "" {
				d.exact[rest] = r
				taken = true
			}
		}
		if !taken {
			handle(e, r.method, ginPattern(r.pattern), func(c *gin.Context) { run(c, r, segment(c)) })
		}
	}
	for _, g := range order {
		d := dispatchers[g]
		// The longest suffix wins: similar.json before nothing.
		slices.SortStableFunc(d.suffixes, func(x, y suffixRoute) int { return len(y.suffix) - len(x.suffix) })
		handle(e, g.method, g.prefix+"*rest", d.serve)
	}
}

func handle(e *gin.Engine, method, pattern string, h gin.HandlerFunc) {
	e.Handle(method, pattern, h)
	if method == http.MethodGet {
		e.Handle(http.MethodHead, pattern, h)
	}
}

// run serves r and leaves its pattern for logs and metrics.
func run(c *gin.Context, r route, id string) {
	traceOf(c).pattern = r.pattern
	if span := oteltrace.SpanFromContext(c.Request.Context()); span.IsRecording() {
		// gin knows only the catch-all that stands for the routes of papers.
		span.SetName(c.Request.Method + " " + r.pattern)
		span.SetAttributes(attribute.String("http.route", r.pattern))
	}
	r.serve(c, id)
}

// ginPattern writes {name} as :name.
func ginPattern(pattern string) string {
	return strings.NewReplacer("{", ":", "}", "").Replace(pattern)
}

// segment returns the one named segment of the path, if there is one.
func segment(c *gin.Context) string {
	if len(c.Params) == 0 {
		return ""
	}
	return c.Params[0].Value
}

// dispatcher serves all routes of one method below a prefix whose next part is a paper's id.
type dispatcher struct {
	prefix   string
	exact    map[string]route
	suffixes []suffixRoute
}

type suffixRoute struct {
	suffix string
	route  route
}

func (d *dispatcher) serve(c *gin.Context) {
	rest := strings.TrimPrefix(c.Request.URL.EscapedPath(), d.prefix)
	if r, ok := d.exact[rest]; ok {
		run(c, r, "")
		return
	}
	r, id := d.match(rest)
	run(c, r, id)
}

// match splits rest, still escaped, into a paper's id and the suffix of a route. An id that itself ends in a suffix is
// written with %2F for its slash.
func (d *dispatcher) match(rest string) (route, string) {
	for _, s := range d.suffixes {
		head, ok := strings.CutSuffix(rest, s.suffix)
		if !ok || head == "" {
			continue
		}
		id, err := url.PathUnescape(head)
		if err != nil { // net/http has parsed the path, so its escapes are sound; keep what was sent
			id = head
		}
		return s.route, id
	}
	return d.suffixes[len(d.suffixes)-1].route, ""
}
