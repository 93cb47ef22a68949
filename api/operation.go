package api

import (
	"fmt"
	"net/http"

	"kindred/api/problem"

	"github.com/gin-gonic/gin"
)

// operationRoutes are for who runs the server: is it up, can it answer, how is it doing.
func (a *server) operationRoutes() []route {
	return []route{
		{http.MethodGet, "/healthz", a.healthz},
		{http.MethodGet, "/readyz", a.readyz},
		{http.MethodGet, "/metrics", func(c *gin.Context, _ string) { a.metrics.ServeHTTP(c.Writer, c.Request) }},
		{http.MethodGet, "/openapi.json", a.spec.serveJSON},
		{http.MethodGet, "/openapi.yaml", a.spec.serveYAML},
	}
}

// healthz says that the process answers, whatever is loaded.
func (a *server) healthz(c *gin.Context, _ string) {
	c.Header("Cache-Control", "no-store")
	c.JSON(http.StatusOK, gin.H{"status": "ok"})
}

// readyz says whether papers and a model are loaded. Papers without a model are not ready: they are listed and
// searched, but not recommended.
func (a *server) readyz(c *gin.Context, _ string) {
	s := a.cfg.Current()
	if s == nil {
		a.fail(c, problem.Loading())
		return
	}
	if !s.Ready() {
		p := problem.Learning()
		p.Detail += fmt.Sprintf(" %d papers are listed; %s.", s.Catalog.Len(), s.Missing)
		a.fail(c, p)
		return
	}
	c.Header("Cache-Control", "no-store")
	c.JSON(http.StatusOK, gin.H{"status": "ready", "model": s.Model.Version, "papers": s.Catalog.Len()})
}

func (a *server) stats(r *request) (*reply, error) {
	if err := r.Done(); err != nil {
		return nil, err
	}
	return r.single(r.s.Stats(), "/")
}
