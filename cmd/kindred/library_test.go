package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"kindred/classifier"
	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/sample"
	"kindred/recommend"
	"kindred/recommend/library"
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

func openedLibrary(t *testing.T, dir string) *library.Library {
	t.Helper()
	a := &app{data: dir, stdout: io.Discard, stderr: io.Discard, getenv: os.Getenv}
	l, err := a.openLibrary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func first(t *testing.T, l *library.Library, id string) string {
	t.Helper()
	answer, err := l.Current().Engine().Recommend(t.Context(), recommend.Query{Positive: []string{id}, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(answer.Hits) == 0 {
		return ""
	}
	return answer.Hits[0].ID
}

// TestCommandsOnSample runs the commands a user begins with and looks at what they print.
func TestCommandsOnSample(t *testing.T) {
	dir := sampleFolder(t)
	draft := write(t, "draft.txt", "Distilling diffusion models\nA student learns to sample in one step from a diffusion teacher.")
	for _, test := range []struct{ args, says string }{
		{"similar arxiv:2306.05544 --explain", "because of"},
		{"similar https://arxiv.org/abs/2306.05544v2 -n 3", "Papers like BOOT"},
		{"similar --text " + draft, "istill"},
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

// TestNewPapersAreFoldedIn stores a paper after the fit: it is found at once, in this library and in one opened later, and
// is gone when it is deleted.
func TestNewPapersAreFoldedIn(t *testing.T) {
	dir := sampleFolder(t)
	l := openedLibrary(t, dir)
	boot, err := l.Store().Paper(t.Context(), "arxiv:2306.05544")
	if err != nil {
		t.Fatal(err)
	}
	before := first(t, l, boot.ID)
	p := &data.Paper{ID: "x:new", Title: "Bootstrapped distillation of denoising diffusion without data", Abstract: boot.Abstract + " The student is smaller."}
	if _, err := l.Put(t.Context(), []*data.Paper{p}); err != nil {
		t.Fatal(err)
	}
	if got := first(t, l, boot.ID); got != "x:new" {
		t.Errorf("the nearest paper is %s after a nearer one than %s was stored", got, before)
	}
	if got := first(t, openedLibrary(t, dir), boot.ID); got != "x:new" {
		t.Errorf("a library opened later answers %s", got)
	}
	snapshot := l.Current()
	if row, ok := snapshot.Catalog.Find("x:new"); !ok || snapshot.Catalog.Assignment(row).Topic == 0 || snapshot.Lag != 1 {
		t.Errorf("the new paper is not in the catalog, or without topic, or lag is %d", snapshot.Lag)
	}
	if _, err := l.Delete(t.Context(), "x:new"); err != nil {
		t.Fatal(err)
	}
	if got := first(t, l, boot.ID); got != before {
		t.Errorf("after the deletion the nearest paper is %s, want %s again", got, before)
	}
	if _, ok := l.Current().Catalog.Find("x:new"); ok {
		t.Error("the deleted paper is still listed")
	}
}

// TestRefitIsTakenUp fits in one place while another answers.
func TestRefitIsTakenUp(t *testing.T) {
	dir := sampleFolder(t)
	l := openedLibrary(t, dir)
	old := l.Current()
	ok(t, dir, "fit", "--topics", "5")
	if err := l.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := l.Current()
	if now.Model.Version == old.Model.Version || len(now.SortedTopics(topic.Main, "size", "")) != 5 {
		t.Errorf("model %s with %d topics is answered from, want another than %s, with 5", now.Model.Version, len(now.SortedTopics(topic.Main, "size", "")), old.Model.Version)
	}
	if first(t, l, "arxiv:2306.05544") == "" {
		t.Error("the new model answers nothing")
	}
	models, err := os.ReadDir(filepath.Join(dir, "models"))
	if err != nil || len(models) != 1 {
		t.Errorf("%d models are kept, %v; want 1", len(models), err)
	}
}

func TestFitIsReproducible(t *testing.T) {
	a, b := sampleFolder(t), sampleFolder(t)
	if x, y := modelBytes(t, a), modelBytes(t, b); !bytes.Equal(x, y) {
		t.Error("the same papers gave two models")
	}
}

func modelBytes(t *testing.T, dir string) []byte {
	t.Helper()
	path, err := library.Folder(dir).Current()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// fitKilledDir names the data folder for the process that TestFitKilled kills.
const fitKilledDir = "KINDRED_TEST_FIT_KILLED_DIR"

// TestFitChild is that process: it fits again and again, and tells when each fit is under way.
func TestFitChild(t *testing.T) {
	dir := os.Getenv(fitKilledDir)
	if dir == "" {
		t.Skip("runs as the child of TestFitKilled")
	}
	l := openedLibrary(t, dir)
	for seed := uint64(1); ; seed++ {
		opt := classifier.Options{Seed: seed, Progress: func(stage string, _, _ int) { fmt.Println(stage) }}
		if _, err := l.Fit(context.Background(), library.FitOptions{Options: opt}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFitKilled kills fits with SIGKILL at several moments: whatever was happening, a whole model is served afterwards and
// another fit succeeds.
func TestFitKilled(t *testing.T) {
	dir := sampleFolder(t)
	for lines := 1; lines <= 13; lines += 4 {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFitChild$")
		cmd.Env = append(os.Environ(), fitKilledDir+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		scanner := bufio.NewScanner(out)
		for range lines {
			if !scanner.Scan() {
				t.Fatal("the fits ended by themselves")
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil {
			t.Fatal("the child ended by itself")
		}
		l := openedLibrary(t, dir)
		if first(t, l, "arxiv:2306.05544") == "" {
			t.Errorf("killed after %d steps: nothing is answered", lines)
		}
		if err := l.Store().Check(t.Context()); err != nil {
			t.Errorf("killed after %d steps: %v", lines, err)
		}
	}
	ok(t, dir, "fit")
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

// TestEditsOutliveRefits renames and merges topics: the answers show it at once, and still do after a refit.
func TestEditsOutliveRefits(t *testing.T) {
	dir := sampleFolder(t)
	l := openedLibrary(t, dir)
	before := l.Current()
	first, second, third := before.Topics[0], before.Topics[1], before.Topics[2]
	for _, e := range []curate.Edit{
		{Kind: curate.Rename, Topic: first.ID, Label: "Reading matter"},
		{Kind: curate.Merge, Topic: third.ID, Into: second.ID},
	} {
		if _, err := l.Edit(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	check := func(when string, s *library.Snapshot) {
		t.Helper()
		labels := map[int]string{}
		for _, tp := range s.Topics {
			labels[tp.ID] = tp.Label
		}
		if labels[first.ID] != "Reading matter" || labels[third.ID] != "" || labels[second.ID] == "" {
			t.Errorf("%s the topics are %v", when, labels)
		}
	}
	check("after the edits", l.Current())
	if l.Current().Revision == before.Revision {
		t.Error("the revision did not change with the edits")
	}
	if out := ok(t, dir, "fit"); !strings.Contains(out, "Reading matter") || strings.Contains(out, first.Label+" ·") || strings.Contains(out, third.Label+" ·") {
		t.Errorf("kindred fit does not print the topics as they were edited (%q renamed, %q merged away):\n%s", first.Label, third.Label, out)
	}
	if err := l.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	check("after a refit", l.Current())
	if out := ok(t, dir, "topics"); !strings.Contains(out, "Reading matter") {
		t.Errorf("kindred topics does not show the new name:\n%s", out)
	}
}
