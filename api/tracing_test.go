package api

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// TestSpans looks at the spans of requests: named by their route, part of the caller's trace, failed where the server
// failed.
func TestSpans(t *testing.T) {
	spans := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans))
	s := newSite(t, func(c *Config) { c.Tracer = provider })
	const trace, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	ask := func(path string) sdktrace.ReadOnlySpan {
		t.Helper()
		before := len(spans.Ended())
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("traceparent", "00-"+trace+"-"+parent+"-01")
		s.ServeHTTP(httptest.NewRecorder(), r)
		ended := spans.Ended()
		if len(ended) != before+1 {
			t.Fatalf("GET %s made %d spans", path, len(ended)-before)
		}
		return ended[before]
	}
	attribute := func(span sdktrace.ReadOnlySpan, key string) string {
		for _, a := range span.Attributes() {
			if string(a.Key) == key {
				return a.Value.Emit()
			}
		}
		return ""
	}
	for path, want := range map[string]struct{ name, status string }{
		"/v1/papers/arxiv:2306.05544/similar?limit=2": {"GET /v1/papers/{paper}/similar", "200"},
		"/v1/papers/doi:10.1000/none":                 {"GET /v1/papers/{paper}", "404"},
		"/v1/topics?nonsense=1":                       {"GET /v1/topics", "400"},
	} {
		span := ask(path)
		if span.Name() != want.name || attribute(span, "http.response.status_code") != want.status || "GET "+attribute(span, "http.route") != want.name {
			t.Errorf("GET %s: span %q with %v", path, span.Name(), span.Attributes())
		}
		if span.SpanContext().TraceID().String() != trace || span.Parent().SpanID().String() != parent {
			t.Errorf("GET %s: trace %s, parent %s", path, span.SpanContext().TraceID(), span.Parent().SpanID())
		}
		if span.Status().Code == codes.Error {
			t.Errorf("GET %s: the caller's mistake is an error of the server: %v", path, span.Status())
		}
	}
	s.current.Store(nil)
	if span := ask("/v1/topics"); span.Status().Code != codes.Error || attribute(span, "http.response.status_code") != "503" {
		t.Errorf("while loading: %v %v", span.Status(), span.Attributes())
	}
}
