package api

import (
	"net/http"
	"testing"
)

func TestSmoke(t *testing.T) {
	s := newSite(t, nil)
	for _, path := range []string{"/", "/v1/papers", "/v1/papers/arxiv:2306.05544", "/v1/papers/arxiv:2306.05544/similar?explain=true", "/v1/search?q=distillation", "/v1/topics", "/v1/topics/1", "/v1/topics/9/papers", "/v1/stats", "/v1/map", "/healthz", "/readyz", "/metrics", "/openapi.json",
		"/search?q=scaling", "/papers/arxiv:2306.05544", "/topics", "/topics/1", "/topics/9", "/list", "/list?positive=arxiv:2306.05544", "/map", "/widget", "/docs", "/curate", "/robots.txt", "/sitemap.xml", "/sitemaps/papers-1.xml", "/embed/similar/arxiv:2306.05544", "/badge/arxiv:2306.05544.svg", "/widget.v1.js", "/favicon.svg", "/assets/style.css"} {
		if rec := s.get(path); rec.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
	}
}
