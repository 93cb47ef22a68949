package api

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"kindred/api/cached"
	"kindred/api/cursor"
	"kindred/api/input"
	"kindred/api/problem"
	"kindred/api/wire"
	"kindred/recommend"
	"kindred/recommend/library"
)

// request is one request on its way through a handler.
type request struct {
	*input.Params
	c *gin.Context
	s *library.Snapshot
	// first is the snapshot that the request began with and whose holder releases it; s may be replaced.
	first *library.Snapshot
	held  *cursor.Held
	id    string // what {paper} or another name in the route's pattern stands for
	base  string // where the site is reached, for links that must be absolute
}

// body reads the body of a request that takes no parameters, or none but those that were read.
func (r *request) body(v any) error {
	if err := r.Done(); err != nil {
		return err
	}
	return input.JSON(r.c.Request, v)
}

// postForm is body for the fields of a form.
func (r *request) postForm() (url.Values, error) {
	if err := r.Done(); err != nil {
		return nil, err
	}
	if err := r.c.Request.ParseForm(); err != nil {
		return nil, problem.At("", "The form cannot be read: %v", err)
	}
	return r.c.Request.PostForm, nil
}

func (r *request) context() context.Context { return r.c.Request.Context() }

// handler answers one route from the request's snapshot.
type handler func(r *request) (*reply, error)

// read wraps a handler whose answer depends on nothing but the snapshot and the URL. It may be kept for age, here and
// by clients, and is identified by a strong entity tag that needs no answer to be computed: a client that has the
// current one gets 304 at the cost of a hash.
func (a *server) read(age time.Duration, h handler) func(*gin.Context, string) {
	keep := cached.Policy(age)
	return func(c *gin.Context, id string) {
		s := a.acquireFor(c.Request)
		if s == nil {
			a.fail(c, problem.Loading())
			return
		}
		defer cursor.Release(s)
		key := cached.Key{Base: a.base(c.Request), Target: target(c.Request), Coding: cached.Accepted(c.Request.Header.Get("Accept-Encoding"))}
		of := cached.Snapshot{Model: s.Model.Version, Revision: s.Revision}
		if hit, ok := a.kept(of, key); ok {
			a.metrics.Hit()
			hit.Write(c.Writer, c.Request)
			return
		}
		etag := cached.Tag(a.cfg.Build, s.Model.Version+"."+s.Revision, key.Base+key.Target)
		if match := c.Request.Header.Get("If-None-Match"); match != "" && match != "*" && cached.Matches(match, etag) {
			h := c.Writer.Header()
			h.Set("Etag", `"`+etag+`"`)
			h.Set("Cache-Control", keep)
			h.Set("Vary", "Accept-Encoding")
			c.Status(http.StatusNotModified)
			return
		}
		a.metrics.Miss()
		rep, err := a.compute(c, s, id, key.Base, h)
		if err != nil {
			a.fail(c, err)
			return
		}
		plain := rep.ready(etag, keep)
		if s != a.cfg.Current() { // the cache holds answers of the current snapshot alone
			if key.Coding != cached.None {
				plain = plain.Coded(key.Coding)
			}
			plain.Write(c.Writer, c.Request)
			return
		}
		a.cache.Put(of, key.Plain(), plain)
		a.code(of, key, plain).Write(c.Writer, c.Request)
	}
}

// kept returns the kept answer in the key's coding. One that is kept plain only is coded, and kept so as well.
func (a *server) kept(of cached.Snapshot, key cached.Key) (*cached.Answer, bool) {
	if hit, ok := a.cache.Get(of, key); ok || key.Coding == cached.None {
		return hit, ok
	}
	plain, ok := a.cache.Get(of, key.Plain())
	if !ok {
		return nil, false
	}
	return a.code(of, key, plain), true
}

// code returns a plain answer in the key's coding, and keeps it so.
func (a *server) code(of cached.Snapshot, key cached.Key, plain *cached.Answer) *cached.Answer {
	if key.Coding == cached.None {
		return plain
	}
	coded := plain.Coded(key.Coding)
	a.cache.Put(of, key, coded)
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
	r := &request{c: c, s: s, first: s, held: &a.held, id: id, base: base}
	defer r.use(nil)
	var err error
	if r.Params, err = input.Parse(c.Request.URL.RawQuery); err != nil {
		return nil, err
	}
	r.Strict = !isPage(c.Request.URL.Path)
	return h(r)
}

// learned wraps a handler that has nothing to answer with until a model is there.
func learned(h handler) handler {
	return func(r *request) (*reply, error) {
		if !r.s.Ready() {
			return nil, problem.Learning()
		}
		return h(r)
	}
}

// post wraps a handler that reads a body and is computed anew every time. It changes nothing.
func (a *server) post(h handler) func(*gin.Context, string) {
	return func(c *gin.Context, id string) {
		s := a.acquireFor(c.Request)
		if s == nil {
			a.fail(c, problem.Loading())
			return
		}
		defer cursor.Release(s)
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, a.cfg.MaxBody)
		rep, err := a.compute(c, s, id, a.base(c.Request), h)
		if err != nil {
			a.fail(c, err)
			return
		}
		writeFresh(c, rep)
	}
}

// fresh wraps a handler that is computed anew every time and needs no snapshot.
func (a *server) fresh(h handler) func(*gin.Context, string) {
	return func(c *gin.Context, id string) {
		s := a.acquire()
		defer cursor.Release(s)
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
	coding := cached.Accepted(c.Request.Header.Get("Accept-Encoding"))
	if coding != cached.None && len(rep.body) >= cached.MinCompressed {
		h.Add("Vary", "Accept-Encoding")
		h.Set("Content-Encoding", "gzip")
		c.Data(status, rep.typ, cached.Gzipped(rep.body))
		return
	}
	if status == http.StatusNoContent {
		c.Status(status)
		c.Writer.WriteHeaderNow()
		return
	}
	c.Data(status, rep.typ, rep.body)
}

// acquire returns the current snapshot, acquired for the caller, nil while there is none.
func (a *server) acquire() *library.Snapshot {
	for {
		s := a.cfg.Current()
		if s == nil || s.Acquire() {
			return s
		}
	}
}

// acquireFor returns the snapshot that a request is answered from: the one that its cursor refers to, if that is held,
// else the current one.
func (a *server) acquireFor(r *http.Request) *library.Snapshot {
	if strings.Contains(r.URL.RawQuery, "cursor=") {
		if c, ok := cursor.Parse(r.URL.Query().Get("cursor")); ok {
			if s := a.held.Find(c); s != nil {
				return s
			}
		}
	}
	return a.acquire()
}

// use answers the rest of the request from another snapshot, which is acquired.
func (r *request) use(s *library.Snapshot) {
	if r.s != r.first {
		cursor.Release(r.s)
	}
	r.s = s
}

// resumeAt answers the rest of the request from the snapshot that a cursor in its body refers to, if that is held.
func (r *request) resumeAt(raw string) {
	if c, ok := cursor.Parse(raw); ok {
		if s := r.held.Find(c); s != nil {
			r.use(s)
		}
	}
}

// page reads limit and cursor. scope holds what the cursor is bound to beside the parameters, such as the path.
func (r *request) page(scope string) page {
	pg := page{
		limit: r.Integer("limit", recommend.DefaultLimit, 1, recommend.MaxLimit),
		bound: r.bind(cursor.Fingerprint(scope, r.Values)), hold: r.hold,
	}
	raw := r.One("cursor")
	if raw == "" {
		return pg
	}
	offset, err := resume(raw, pg.bound)
	if err != nil && r.Cursor == nil {
		r.Cursor = err
	}
	pg.offset = offset
	return pg
}

// bind returns a cursor for the request's snapshot and a query.
func (r *request) bind(query string) cursor.Cursor {
	return cursor.Cursor{Model: r.s.Model.Version, Revision: r.s.Revision, Query: query}
}

// hold keeps the request's snapshot for the next page.
func (r *request) hold() { r.held.Keep(r.s) }

// durable returns a context that outlives a client who hangs up: a change that was asked for is carried out whole.
func (r *request) durable() context.Context { return context.WithoutCancel(r.context()) }

// write wraps a handler that changes something. It needs no snapshot: papers can be sent while none is loaded.
func (a *server) write(h handler) func(*gin.Context, string) {
	return func(c *gin.Context, id string) {
		if _, err := a.authorize(c, ""); err != nil {
			a.fail(c, err)
			return
		}
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, a.cfg.MaxBody)
		a.fresh(h)(c, id)
	}
}

// reply answers with an envelope, whose links begin at the address that was asked.
func (r *request) reply(envelope any, links *wire.Links) (*reply, error) {
	links.Self = r.c.Request.URL.RequestURI()
	return jsonReply(envelope)
}
