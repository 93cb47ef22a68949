package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kindred/data/sample"
)

// sampleFolder is a data folder with the sample papers and a model.
func sampleFolder(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	papers, err := io.ReadAll(sample.Papers())
	if err != nil {
		t.Fatal(err)
	}
	ok(t, dir, "import", write(t, "sample.jsonl", string(papers)))
	ok(t, dir, "fit")
	return dir
}

// TestCommandsOnSample runs the commands a user begins with and looks at what they print.
func TestCommandsOnSample(t *testing.T) {
	dir := sampleFolder(t)
	draft := write(t, "draft.txt", "Distilling diffusion models\nA student learns to sample in one step from a diffusion teacher.")
	for _, test := range []struct{ args, says string }{
		{"similar arxiv:2306.05544 --explain", "because of"},
		{"similar https://arxiv.org/abs/2306.05544v2 -n 3", "Papers like BOOT"},
		{"similar --text " + draft, "istill"},
		{"similar https://huggingface.co/papers/2306.05544 -n 3", "Papers like BOOT"},
		{"search scaling laws", "caling"},
		{"topics", "diffusion"},
		{"classify --text " + draft, "0."},
		{"eval topics", "diversity"},
	} {
		if out := ok(t, dir, strings.Fields(test.args)...); !strings.Contains(out, test.says) {
			t.Errorf("kindred %s: %q is not in\n%s", test.args, test.says, out)
		}
	}
	for _, args := range []string{"similar arxiv:2306.05544 --json", "search diffusion --json", "topics --json", "topics 1 --json"} {
		var envelope struct {
			Data  json.RawMessage
			Meta  struct{ Model struct{ Version string } }
			Links struct{ Self string }
		}
		if err := json.Unmarshal([]byte(ok(t, dir, strings.Fields(args)...)), &envelope); err != nil {
			t.Fatalf("kindred %s: %v", args, err)
		}
		if envelope.Meta.Model.Version == "" || envelope.Links.Self == "" || len(envelope.Data) < 10 {
			t.Errorf("kindred %s: not the envelope of the API: %+v", args, envelope)
		}
	}
}

// TestSimilarByTitle names a paper by its title.
func TestSimilarByTitle(t *testing.T) {
	dir := sampleFolder(t)
	title := "boot: data-free distillation of denoising diffusion models with bootstrapping"
	if out := ok(t, dir, "similar", title, "-n", "3"); !strings.Contains(out, "(arxiv:2306.05544)") {
		t.Errorf("by its title: %s", out)
	}
	ok(t, dir, "import", write(t, "twins.jsonl", `{"id":"doi:10.5555/a","title":"On plinth nets","authors":["A. Quill"]}
{"id":"doi:10.5555/b","title":"On Plinth Nets","authors":["Z. Brix"],"published":"1999"}`))
	for _, c := range []struct{ title, says string }{
		{"data-free distillation of diffusion models with bootstrapping", `the nearest is "BOOT:`},
		{"zorp wobble glimmer", "kindred search"},
		{"On plinth nets", "doi:10.5555/b"},
	} {
		if r := kindred(t, dir, nil, "similar", c.title); r.status != exitFailed || !strings.Contains(r.stderr, c.says) {
			t.Errorf("%s: status %d, %q is not in %s", c.title, r.status, c.says, r.stderr)
		}
	}
}

func TestWrongQueries(t *testing.T) {
	dir := sampleFolder(t)
	for _, test := range []struct {
		args   string
		status int
		says   string
	}{
		{"similar", exitUsage, "no seed"},
		{"similar arxiv:0000.00000", exitFailed, "arxiv:0000.00000"},
		{"similar arxiv:0000.00000 --json", exitFailed, "arxiv:0000.00000"},
		{"similar arxiv:2306.05544 --after yesterday", exitUsage, "--after"},
		{"similar arxiv:2306.05544 -n 0", exitUsage, "--limit"},
		{"similar arxiv:2306.05544 --diversity 7", exitUsage, "diversity"},
		{"topics zero", exitUsage, "topic"},
		{"topics 99999", exitFailed, "99999"},
		{"fit --topics many", exitUsage, "--topics"},
		{"fit --base other", exitUsage, "--base"},
		{"classify", exitUsage, "--text"},
		{"eval ranking", exitUsage, "--qrels"},
		{"eval ranking --qrels absent.tsv", exitFailed, "absent.tsv"},
	} {
		r := kindred(t, dir, strings.NewReader(""), strings.Fields(test.args)...)
		if r.status != test.status || !strings.Contains(r.stderr, test.says) {
			t.Errorf("kindred %s: status %d, want %d; %q is not in\n%s", test.args, r.status, test.status, test.says, r.stderr)
		}
	}
	empty := filepath.Join(t.TempDir(), "none")
	if r := kindred(t, empty, strings.NewReader(""), "similar", "x:1"); r.status != exitFailed || !strings.Contains(r.stderr, "kindred import") {
		t.Errorf("without papers: status %d, %s", r.status, r.stderr)
	}
}

// served runs the server on an empty folder with the sample. stop ends it and returns its status.
func served(t *testing.T, args ...string) (url string, stop func() int) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	done := make(chan int, 1)
	args = append([]string{"--data", filepath.Join(t.TempDir(), "data"), "serve", "--sample", "--addr", "127.0.0.1:0"}, args...)
	go func() {
		status := run(ctx, args, strings.NewReader(""), io.Discard, writer)
		_ = writer.CloseWithError(errors.New("the server ended"))
		done <- status
	}()
	lines := bufio.NewScanner(reader)
	for url == "" && lines.Scan() {
		if _, after, found := strings.Cut(lines.Text(), "Open "); found {
			url, _, _ = strings.Cut(after, "/ ")
		}
	}
	if url == "" {
		cancel()
		t.Fatal("the server said no address")
	}
	go func() { _, _ = io.Copy(io.Discard, reader) }()
	return url, func() int {
		cancel()
		return <-done
	}
}

// awaitReady returns once the server has fitted its model: until then it answers from the store, and /readyz with 503.
func awaitReady(t *testing.T, url string) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		res, err := http.Get(url + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode == http.StatusOK {
			return
		}
		if res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" {
			t.Fatalf("GET /readyz: status %d, Retry-After %q", res.StatusCode, res.Header.Get("Retry-After"))
		}
		select {
		case <-tick.C:
		case <-t.Context().Done():
			t.Fatal("the server fits no model")
		}
	}
}

// TestServe starts the server, reads from it, and stops it.
func TestServe(t *testing.T) {
	url, stop := served(t)
	awaitReady(t, url)
	for path, says := range map[string]string{"/": "Papers like this one", "/v1/papers/arxiv:2306.05544/similar?limit=2": `"score"`, "/readyz": "", "/v1/topics": "diffusion"} {
		res, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), says) {
			t.Errorf("GET %s: status %d, %v; %q is not in its %d bytes", path, res.StatusCode, err, says, len(body))
		}
	}
	if status := stop(); status != exitOK {
		t.Errorf("the server ended with status %d", status)
	}
}

// TestTracing has a server send its spans to a collector, the last ones as it stops.
func TestTracing(t *testing.T) {
	var mu sync.Mutex
	var sent []byte
	collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("%s %s: %v", r.Method, r.URL, err)
		}
		mu.Lock()
		defer mu.Unlock()
		sent = append(sent, body...)
	}))
	defer collector.Close()
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	t.Setenv("OTEL_SERVICE_NAME", "reading-room")
	url, stop := served(t, "--tracing")
	res, err := http.Get(url + "/v1/topics")
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if status := stop(); status != exitOK {
		t.Errorf("the server ended with status %d", status)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, want := range []string{"GET /v1/topics", "reading-room"} {
		if !bytes.Contains(sent, []byte(want)) {
			t.Errorf("%q is not in the %d bytes that were sent", want, len(sent))
		}
	}
}

// TestTracingWithoutCollector has a server answer, and end well, while nobody takes its spans: its port refuses, or the
// collector is overloaded for longer than the server waits.
func TestTracingWithoutCollector(t *testing.T) {
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer busy.Close()
	away := httptest.NewServer(http.NotFoundHandler())
	away.Close()
	for name, endpoint := range map[string]string{"away": away.URL, "busy": busy.URL} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
			url, stop := served(t, "--tracing")
			awaitReady(t, url)
			res, err := http.Get(url + "/v1/topics")
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if res.StatusCode != http.StatusOK {
				t.Errorf("GET /v1/topics: status %d", res.StatusCode)
			}
			if status := stop(); status != exitOK {
				t.Errorf("the server ended with status %d", status)
			}
		})
	}
}
