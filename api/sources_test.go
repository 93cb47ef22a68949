package api

import (
	"net/http"
	"strings"
	"testing"

	"kindred/data/fetch"
)

// TestSourcesOverHTTP wants a key for every change, no files of the server over HTTP, and no key of a service in any
// answer.
func TestSourcesOverHTTP(t *testing.T) {
	s := newSite(t, nil)
	add := func(body string, headers ...string) int {
		return s.ask("POST", "/v1/sources", body, headers...).Code
	}
	const feed = `{"address":"feed:https://tides.example.org/rss?token=s3cr3t","name":"tides"}`
	if code := add(feed, "X-API-Key", ""); code != http.StatusUnauthorized {
		t.Errorf("without a key: %d", code)
	}
	for _, address := range []string{"file:/etc/passwd", "File:relative", " file:/etc", "nonsense:x", "arxiv:"} {
		if code := add(`{"address":"` + address + `"}`); code != http.StatusBadRequest {
			t.Errorf("%q: %d", address, code)
		}
	}
	if code := add(feed); code != http.StatusOK {
		t.Errorf("with a key: %d", code)
	}
	for _, every := range []string{"1", "-300", "31622401", "9223372037", "9223372036854775807"} {
		if code := add(`{"address":"arxiv:cs","every_seconds":` + every + `}`); code != http.StatusBadRequest {
			t.Errorf("every %s seconds: %d", every, code)
		}
	}
	list := decode[struct{ Data []fetch.Status }](t, s.get("/v1/sources"), 200).Data
	if len(list) != 1 || list[0].Name != "tides" || list[0].Says == "" {
		t.Fatalf("sources %+v", list)
	}
	page, metrics := s.get("/sources").Body.String(), s.get("/metrics").Body.String()
	if !strings.Contains(page, list[0].Says) || !strings.Contains(metrics, `kindred_source_records_total{result="new",source="tides"} 0`) {
		t.Errorf("page:\n%s\nmetrics:\n%s", page, metrics)
	}
	if all := s.get("/v1/sources").Body.String() + page + metrics; strings.Contains(all, "s3cr3t") {
		t.Error("a key is shown")
	}
	s.current.Store(nil) // the page helps while nothing is loaded, too
	if rec := s.get("/sources"); rec.Code != 200 || !strings.Contains(rec.Body.String(), "tides") {
		t.Errorf("without papers: %d", rec.Code)
	}
}
