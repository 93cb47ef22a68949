package metrics_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kindred/api/metrics"
	"kindred/data/fetch"
	"kindred/recommend/library"
)

// fakeSources is a list of sources, or the failure to list them.
type fakeSources struct {
	list []fetch.Status
	err  error
}

// List implements metrics.Sources.
func (f fakeSources) List(context.Context) ([]fetch.Status, error) { return f.list, f.err }

// scrape returns the status and the lines that a server shows.
func scrape(m *metrics.Metrics) (status int, body string) {
	w := httptest.NewRecorder()
	m.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Code, w.Body.String()
}

// TestMetrics counts answers and look-ups, and reads them with the state of a library and of a source.
func TestMetrics(t *testing.T) {
	var current *library.Snapshot
	kept := func() (int, int64) { return 2, 4096 }
	sources := fakeSources{list: []fetch.Status{{Name: "tides"}}}
	m := metrics.New(func() *library.Snapshot { return current }, kept, sources)
	if _, body := scrape(m); !strings.Contains(body, "kindred_ready 0\n") || strings.Contains(body, "kindred_model_info{") {
		t.Errorf("without a snapshot\n%s", body)
	}
	current = &library.Snapshot{Catalog: &library.Catalog{}, Lag: 7}
	current.Model.Version, current.Fit.Reason = "feed", "drift"
	for range 3 {
		m.Observe(http.MethodGet, "/v1/papers", http.StatusOK, time.Millisecond)
	}
	m.Observe(http.MethodPost, "", http.StatusNotFound, time.Millisecond)
	m.Observe("SCAN", "", http.StatusNotFound, time.Millisecond)
	m.Hit()
	m.Miss()
	m.Miss()
	status, body := scrape(m)
	if status != http.StatusOK {
		t.Fatalf("status %d: %s", status, body)
	}
	for _, line := range []string{
		"kindred_ready 1", "kindred_fold_in_lag_papers 7", "kindred_cache_bytes 4096",
		`kindred_model_info{reason="drift",version="feed"} 1`,
		`kindred_http_requests_total{method="GET",route="/v1/papers",status="200"} 3`,
		`kindred_http_requests_total{method="any",route="none",status="404"} 2`, // of any method: scanners make no series
		`kindred_cache_lookups_total{result="hit"} 1`, `kindred_cache_lookups_total{result="miss"} 2`,
		`kindred_source_records_total{result="new",source="tides"} 0`, `kindred_source_last_run_seconds{source="tides"} 0`,
	} {
		if !strings.Contains(body, line+"\n") {
			t.Errorf("%s is not in\n%s", line, body)
		}
	}
}

// TestSourcesThatCannotBeListed must not hide as sources that are well.
func TestSourcesThatCannotBeListed(t *testing.T) {
	m := metrics.New(func() *library.Snapshot { return nil }, func() (int, int64) { return 0, 0 }, fakeSources{err: errors.New("no disk")})
	if status, body := scrape(m); status != http.StatusInternalServerError || !strings.Contains(body, "no disk") {
		t.Errorf("%d %s", status, body)
	}
}
