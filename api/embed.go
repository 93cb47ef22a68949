package api

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"kindred/api/cached"
	"kindred/api/web"
	"kindred/api/widget"
	"kindred/recommend"
)

// embedRoutes serve what other sites show: the widget's script, a frame, oEmbed and a badge.
func (a *server) embedRoutes(get func(string, time.Duration, handler) route) []route {
	routes := []route{
		{http.MethodGet, "/widget.v1.js", serveWidget},
		{http.MethodGet, "/widget.js", serveWidget},
		get("/embed/similar/{paper}", 5*time.Minute, a.embedPage),
		get("/oembed", 5*time.Minute, a.oembed),
		get("/badge/{paper}.svg", time.Hour, a.badge),
	}
	if a.cfg.CountClicks {
		routes = append(routes, route{http.MethodPost, "/v1/clicks", a.countClick}, get("/v1/clicks", 0, a.listClicks))
	}
	return routes
}

// serveWidget answers with the script. Its address names a version whose behaviour is kept, so that a page may pin the
// script by its hash (SRI) only where it pins the release as well.
func serveWidget(c *gin.Context, _ string) {
	h := c.Writer.Header()
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	answer := widgetAnswer()
	answer.Write(c.Writer, c.Request)
}

var widgetAnswer = sync.OnceValue(func() cached.Fixed {
	rep := &reply{typ: "text/javascript; charset=utf-8", body: widget.Script}
	return newFixed(rep, cached.Tag(string(widget.Script)), cached.Policy(time.Hour))
})

// embedPage is the frame for sites that allow no scripts: plain HTML, its links opening outside of it.
func (a *server) embedPage(r *request) (*reply, error) {
	limit := r.integer("limit", web.EmbedLimit, 1, web.MaxEmbedLimit)
	theme := r.choice("theme", web.WidgetThemes...)
	if err := r.asked(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	l, err := r.recommend(recommend.Query{Positive: []string{p.ID}, Explain: true}, page{limit: limit})
	if err != nil {
		return nil, err
	}
	rep, err := pageReply(a.pages.Embed(r.view(), theme, p, &l.List))
	if err != nil {
		return nil, err
	}
	rep.header["Content-Security-Policy"] = strings.Replace(pageCSP, "frame-ancestors 'self'", "frame-ancestors *", 1)
	delete(rep.header, "X-Frame-Options")
	return rep, nil
}

// oembed answers with the frame for one of our paper pages.
func (a *server) oembed(r *request) (*reply, error) {
	address := r.one("url")
	format := r.choice("format", "json", "xml")
	width := min(640, r.integer("maxwidth", 640, 1, 10000))
	height := min(420, r.integer("maxheight", 420, 1, 10000))
	if address == "" {
		r.fail("url", "url is missing; give the address of a paper's page on this site.")
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	rest, ok := strings.CutPrefix(address, r.base+"/papers/")
	if !ok {
		return nil, problem(http.StatusNotFound, "Only pages under %s/papers/ can be embedded.", r.base)
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	id, err := url.PathUnescape(rest)
	if err != nil {
		return nil, problem(http.StatusNotFound, "The address cannot be read: %v.", err)
	}
	r.id = id
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	out := web.NewOEmbed(p, a.cfg.Name, r.base, width, height)
	if format == "json" {
		return jsonReply(out)
	}
	body, err := out.XML()
	return made("text/xml; charset=utf-8", body, err)
}

// badge answers with an SVG for a README.
func (a *server) badge(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	l, err := r.recommend(recommend.Query{Positive: []string{p.ID}}, page{limit: recommend.DefaultLimit})
	if err != nil {
		return nil, err
	}
	style := map[string]string{"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
	return &reply{typ: "image/svg+xml", body: web.Badge(l.Items), header: style}, nil
}

// maxClick is the length in bytes of the longest id that a beacon may send.
const maxClick = 1024

// countClick takes a paper's id as the widget's beacon sends it: as text/plain, since beacons may send nothing else to
// a foreign origin.
func (a *server) countClick(c *gin.Context, _ string) {
	s := a.cfg.Current()
	if s == nil {
		a.fail(c, loading())
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxClick))
	if err != nil {
		a.fail(c, bodyError(err))
		return
	}
	id := canonical(strings.TrimSpace(string(body)))
	if _, ok := s.Catalog.Find(id); !ok {
		a.fail(c, noPaper(id))
		return
	}
	a.clicks.add(id)
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
}

func (a *server) listClicks(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	return r.single(a.clicks.all(), "")
}
