package api

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"kindred/api/cached"
	"kindred/api/input"
	"kindred/api/problem"
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
	words, err := widget.Load()
	if err != nil {
		panic(err) // the table is part of the program
	}
	script, err := words.Script()
	if err != nil {
		panic(err)
	}
	rep := &reply{typ: "text/javascript; charset=utf-8", body: script}
	return newFixed(rep, cached.Tag(string(script)), cached.Policy(time.Hour))
})

// framePath begins the addresses of what other sites show in a frame.
const framePath = "/embed/"

// embedPage is the frame for sites that allow no scripts: plain HTML, its links opening outside of it.
func (a *server) embedPage(r *request) (*reply, error) {
	limit := r.Integer("limit", web.EmbedLimit, 1, web.MaxEmbedLimit)
	in := web.Frame{Theme: r.Choice("theme", web.WidgetThemes...), Lang: widget.Language(r.One("lang"))}
	r.Choice("empty", web.WidgetEmpty...) // of errors
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
	rep, err := pageReply(a.pages.Embed(r.view(), in, p, l.Items))
	if err != nil {
		return nil, err
	}
	rep.header = frameHeader()
	return rep, nil
}

// frameHeader is pageHeader for what any site may show in a frame.
func frameHeader() map[string]string {
	h := pageHeader()
	h["Content-Security-Policy"] = strings.Replace(pageCSP, "frame-ancestors 'self'", "frame-ancestors *", 1)
	delete(h, "X-Frame-Options")
	return h
}

// frameError tells the readers of another site in a few words why its frame has no papers, or leaves it blank if the
// site wants that.
func (a *server) frameError(c *gin.Context, p *problem.Problem) {
	in := web.Frame{Theme: web.WidgetThemes[0], Lang: widget.Language(c.Query("lang")), Blank: c.Query("empty") == web.EmptyNothing}
	if theme := c.Query("theme"); slices.Contains(web.WidgetThemes, theme) {
		in.Theme = theme
	}
	id := ""
	if rest, ok := strings.CutPrefix(c.Request.URL.Path, framePath+"similar/"); ok {
		id = rest
	}
	body, err := a.pages.EmbedProblem(in, p.Status, id)
	if err != nil {
		a.cfg.Log.Error("frame of an error", "id", requestID(c), "err", err)
		writeProblem(c, p)
		return
	}
	writePageProblem(c, p, frameHeader(), body)
}

// oembed answers with the frame for one of our paper pages.
func (a *server) oembed(r *request) (*reply, error) {
	address := r.One("url")
	format := r.Choice("format", "json", "xml")
	width := min(640, r.Integer("maxwidth", 640, 1, 10000))
	height := min(420, r.Integer("maxheight", 420, 1, 10000))
	if address == "" {
		r.Fail("url", "url is missing; give the address of a paper's page on this site.")
	}
	if err := r.Done(); err != nil {
		return nil, err
	}
	rest, ok := strings.CutPrefix(address, r.base+"/papers/")
	if !ok {
		return nil, problem.New(http.StatusNotFound, "Only pages under %s/papers/ can be embedded.", r.base)
	}
	if i := strings.IndexAny(rest, "?#"); i >= 0 {
		rest = rest[:i]
	}
	id, err := url.PathUnescape(rest)
	if err != nil {
		return nil, problem.New(http.StatusNotFound, "The address cannot be read: %v.", err)
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

// badge answers with an SVG for a README. An error would be a broken image there, so a paper that is not here has a
// badge as well.
func (a *server) badge(r *request) (*reply, error) {
	lang := widget.Language(r.One("lang"))
	if err := r.Done(); err != nil {
		return nil, err
	}
	related := 0
	p, err := r.paper()
	if err == nil {
		var l *listing
		if l, err = r.recommend(recommend.Query{Positive: []string{p.ID}}, page{limit: recommend.DefaultLimit}); err == nil {
			related = len(l.Items)
		}
	}
	if err != nil && problemStatus(err) != http.StatusNotFound {
		return nil, err
	}
	style := map[string]string{"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}
	return &reply{typ: "image/svg+xml", body: a.pages.Badge(lang, related), header: style}, nil
}

// maxClick is the length in bytes of the longest id that a beacon may send.
const maxClick = 1024

// countClick takes a paper's id as the widget's beacon sends it: as text/plain, since beacons may send nothing else to
// a foreign origin.
func (a *server) countClick(c *gin.Context, _ string) {
	s := a.cfg.Current()
	if s == nil {
		a.fail(c, problem.Loading())
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxClick))
	if err != nil {
		a.fail(c, input.BodyError(err))
		return
	}
	id := canonical(strings.TrimSpace(string(body)))
	if _, ok := s.Catalog.Find(id); !ok {
		a.fail(c, problem.NoPaper(id))
		return
	}
	a.clicks.add(id)
	c.Status(http.StatusNoContent)
	c.Writer.WriteHeaderNow()
}

func (a *server) listClicks(r *request) (*reply, error) {
	if err := r.Done(); err != nil {
		return nil, err
	}
	return r.single(a.clicks.all(), "")
}
