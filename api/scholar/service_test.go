package scholar

import (
	"net/http"
	"net/url"
	"testing"

	"kindred/api/problem"
)

// TestProblem answers with the statuses and members that the service's clients look for.
func TestProblem(t *testing.T) {
	for status, want := range map[int]int{400: 400, 404: 404, 410: 404, 413: 400, 415: 400, 422: 400, 429: 429, 500: 500, 503: 504} {
		p := problem.New(status, "what is wrong")
		out := Problem(p)
		if out.Status != want || out.ErrorText != "what is wrong" || out.Message != out.ErrorText {
			t.Errorf("%d: %+v, want %d", status, out, want)
		}
		if p.Status != status || p.Message != "" {
			t.Errorf("the problem itself became %+v", p)
		}
	}
	if out := Problem(problem.New(http.StatusNotFound, "")); out.ErrorText != "Not Found" {
		t.Errorf("without a detail: %q", out.ErrorText)
	}
}

func TestServes(t *testing.T) {
	for path, want := range map[string]bool{
		"/graph/v1/paper/x": true, "/recommendations/v1/papers": true, "/datasets/v1": true, "/v1/recommendations": false, "/graphs": false, "/": false,
	} {
		if got := Serves(path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
}

func TestWithoutPaging(t *testing.T) {
	in := url.Values{"query": {"moss"}, "token": {"x"}, "offset": {"5"}, "year": {"2016"}}
	if got := WithoutPaging(in).Encode(); got != "query=moss&year=2016" || len(in) != 4 {
		t.Errorf("%s of %v", got, in)
	}
}
