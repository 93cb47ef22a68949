package api

import (
	"cmp"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"
	"go.opentelemetry.io/otel/attribute"
	oteltrace "go.opentelemetry.io/otel/trace"

	"kindred/api/guard"
	"kindred/api/problem"
	"kindred/fault"
)

// observe gives the request an id, and counts and logs it when it is done.
func (a *server) observe(c *gin.Context) {
	start := time.Now()
	id := c.Request.Header.Get("X-Request-Id")
	if !plainID(id) {
		id = strconv.FormatUint(rand.Uint64(), 36)
	}
	tr := &trace{ResponseWriter: c.Writer, id: [1]string{id}}
	c.Writer = tr
	h := tr.Header()
	h["X-Request-Id"] = tr.id[:]
	h["X-Content-Type-Options"] = noSniff
	if a.secure {
		h["Strict-Transport-Security"] = oneYear
	}
	body := c.Request.Body
	c.Next()
	a.drain(c, body)
	took := time.Since(start)
	status := tr.Status()
	a.metrics.Observe(c.Request.Method, tr.pattern, status, took)
	level := slog.LevelInfo
	if status >= 500 {
		level = slog.LevelError
	}
	ctx := c.Request.Context()
	if a.cfg.Log.Enabled(ctx, level) {
		a.cfg.Log.LogAttrs(ctx, level, "request", slog.String("id", id), slog.String("method", c.Request.Method), slog.String("path", loggedPath(c.Request.URL.Path)),
			slog.String("route", tr.pattern), slog.Int("status", status), slog.Int("bytes", max(0, tr.Size())), slog.Duration("took", took))
	}
}

// drain reads what is left of a body that was refused unread. A proxy that is still sending it when the connection ends
// would answer 502 instead of what was said. A client that waits for 100-continue sends nothing more.
func (a *server) drain(c *gin.Context, body io.Reader) {
	if c.Request.ProtoMajor != 1 || c.Request.ContentLength == 0 || c.Request.ContentLength > a.cfg.MaxBody || c.Request.Header.Get("Expect") != "" {
		return
	}
	_, _ = io.CopyN(io.Discard, body, a.cfg.MaxBody) // what fails here fails the client alone
}

// loggedPath returns a path without the secret of a subscription, which is in the address of its page and may by mistake
// stand in place of its id.
func loggedPath(path string) string {
	const page, api = "/subscriptions/", "/v1/subscriptions/"
	if strings.HasPrefix(path, page) {
		return page + "…"
	}
	if rest, ok := strings.CutPrefix(path, api); ok {
		if id, _, secret := strings.Cut(rest, "-"); secret {
			return api + id + "…"
		}
	}
	return path
}

// hidePath keeps the secret of a subscription's address out of the span of a request.
func hidePath(c *gin.Context) {
	if path := c.Request.URL.Path; loggedPath(path) != path {
		oteltrace.SpanFromContext(c.Request.Context()).SetAttributes(attribute.String("url.path", loggedPath(path)))
	}
	c.Next()
}

var (
	noSniff = []string{"nosniff"}
	oneYear = []string{"max-age=31536000"}
)

// plainID reports whether a client's request id is fit for a log line.
func plainID(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for _, r := range id {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.') {
			return false
		}
	}
	return true
}

// recoverPanic turns a panic into a 500, so that one bad request does not end the others.
func (a *server) recoverPanic(c *gin.Context) {
	defer fault.Panics()()
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if err := fault.Of(v); err != nil && a.cfg.ModelFailed != nil {
			a.cfg.ModelFailed(err)
			if !c.Writer.Written() {
				a.fail(c, problem.Unreadable(err))
				c.Abort()
				return
			}
		}
		if v == http.ErrAbortHandler {
			panic(v)
		}
		err := fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		if c.Writer.Written() {
			a.cfg.Log.Error("request failed", "id", requestID(c), "err", err)
			return
		}
		a.fail(c, err)
		c.Abort()
	}()
	c.Next()
}

const (
	exposed      = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
	readMethods  = "GET, HEAD, POST, OPTIONS"
	writeMethods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
)

// cors opens reading to the pages of every origin, without credentials, and writing to those of the allow-list. A
// preflight ends here.
func (a *server) cors(c *gin.Context) {
	origin := c.Request.Header.Get("Origin")
	preflight := c.Request.Method == http.MethodOptions
	if origin == "" && !preflight {
		// Caches must not hand an answer without the header to a page that needs it.
		c.Writer.Header()["Access-Control-Allow-Origin"] = anyOrigin
		return
	}
	method := c.Request.Method
	if preflight {
		method = c.Request.Header.Get("Access-Control-Request-Method")
	}
	h := c.Writer.Header()
	writing := a.isWrite(method, c.Request.URL.Path)
	listed := slices.Contains(a.cfg.AllowOrigins, origin)
	switch {
	case !writing:
		h["Access-Control-Allow-Origin"] = anyOrigin
	case listed:
		h.Set("Access-Control-Allow-Origin", origin)
		h.Add("Vary", "Origin")
	}
	h.Set("Access-Control-Expose-Headers", exposed)
	if !preflight {
		return
	}
	methods := readMethods
	if listed {
		methods = writeMethods
	}
	h.Set("Allow", cmp.Or(a.allow(c.Request.URL.EscapedPath()), methods))
	if origin != "" && (!writing || listed) {
		h.Set("Access-Control-Allow-Methods", methods)
		h.Set("Access-Control-Allow-Headers", "Content-Type, X-API-Key, Authorization, If-None-Match, X-Request-Id, Mcp-Protocol-Version, Mcp-Method, Mcp-Name")
		h.Set("Access-Control-Max-Age", "86400")
	}
	c.AbortWithStatus(http.StatusNoContent)
}

var anyOrigin = []string{"*"}

// isWrite reports whether a request changes something, or is closed to the pages of other origins as if it did. POST
// alone does not tell: questions with a body are asked by it.
func (a *server) isWrite(method, path string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, "":
		return false
	case http.MethodPost:
		return slices.ContainsFunc(a.closed, func(r route) bool { return r.method == method && r.matches(path) })
	}
	return true
}

// limit refuses a client that asks more often than it may.
func (a *server) limit(c *gin.Context) {
	if a.cfg.Rate < 0 {
		return
	}
	name, withKey := a.clientName(c)
	v := a.limits.Allow(name, time.Now(), withKey)
	v.Header(c.Writer.Header())
	if v.OK {
		return
	}
	p := &problem.Problem{
		Type: problem.TypeRate, Title: "Too many requests", Status: http.StatusTooManyRequests, RetryAfter: time.Duration(v.Wait()) * time.Second,
		Detail: fmt.Sprintf("At most %g requests a second and %d at once are answered; try again in %d s.", v.Rate, v.Burst, v.Wait()),
	}
	a.fail(c, p)
	c.Abort()
}

// clientName returns whom a request counts for, and whether it has the limit of a key. What seems to come from this
// machine counts together with that limit: a proxy that says nothing of its visitors looks the same.
func (a *server) clientName(c *gin.Context) (name string, withKey bool) {
	if secret := guard.Secret(c.Request); secret != "" && a.cfg.Keys != nil {
		if key, err := a.cfg.Keys.Check(c.Request.Context(), secret); err == nil {
			return "key " + key.ID, true
		}
	}
	if guard.FromThisMachine(c.Request) {
		return "this machine", true
	}
	return guard.ClientOf(c.ClientIP()), false
}
