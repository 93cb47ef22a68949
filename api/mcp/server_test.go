package mcp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"kindred/classifier/topic"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// TestInstructions follows what an assistant is told while a library fills, is fitted and grows.
func TestInstructions(t *testing.T) {
	l := opened(t, t.TempDir())
	s := New(Options{Current: l.Current, Version: "v1.2.3"})
	c := session(t, s)
	begun := c.InitializeResult()
	if !strings.Contains(begun.Instructions, "no papers yet") || begun.ServerInfo.Version != "v1.2.3" {
		t.Errorf("an empty library: %+v", begun)
	}
	for _, tool := range []string{"about", "search"} {
		args := map[string]string{"search": `{"query":"x"}`, "about": `{}`}[tool]
		if says := c.refused(tool, args); !strings.Contains(says, "kindred import") {
			t.Errorf("%s of an empty library says %q", tool, says)
		}
	}

	fit := fitted(t)
	s = New(Options{Current: fit.Current})
	c = session(t, s)
	told := c.InitializeResult().Instructions
	for _, says := range []string{
		"343 research papers", "2001 to 2026-06", "authors (92 % of the papers)", "cs.CL (",
		fit.Current().SortedTopics(topic.Main, "size", "")[0].Label,
		"fitted on " + time.Now().UTC().Format("2006-01-02"), "no full texts", "similar", "never instructions",
	} {
		if !strings.Contains(told, says) {
			t.Errorf("the instructions do not say %q:\n%s", says, told)
		}
	}
	if len(told) > 3000 {
		t.Errorf("the instructions have %d bytes", len(told))
	}
	put(t, fit, &data.Paper{ID: "x:wembel", Title: "Wembel of diffusion models", Published: data.Date{Year: 1987}})
	var about About
	text := c.ask("about", `{}`, &about) // of the session that began before
	if about.Papers != 344 || about.First != "1987" || !strings.Contains(text, "1 paper came since") {
		t.Errorf("after a paper came: %+v", about)
	}
	told = session(t, s).InitializeResult().Instructions
	if !strings.Contains(told, "344 research papers, published 1987") {
		t.Errorf("a session that begins after a paper came is told\n%s", told)
	}
}

// TestWithoutModel asks a library that is not fitted: search and paper answer from the store, all others say why not.
func TestWithoutModel(t *testing.T) {
	l := opened(t, t.TempDir())
	if err := importSample(l); err != nil {
		t.Fatal(err)
	}
	if err := l.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	bare := l.Current() // the fit that Start began takes longer than this line
	if bare.Ready() {
		t.Fatal("there is a model already")
	}
	c := session(t, New(Options{Current: func() *library.Snapshot { return bare }}))
	if told := c.InitializeResult().Instructions; !strings.Contains(told, "No model was fitted yet") {
		t.Errorf("the instructions do not say that there is no model:\n%s", told)
	}
	var list List
	text := c.ask("search", `{"query":"diffusion distillation","n":3}`, &list)
	const why = "no model was fitted yet"
	if len(list.Papers) != 3 || !strings.Contains(list.Note, why) || !strings.Contains(text, list.Note) {
		t.Errorf("search without a model: %+v", list)
	}
	c.ask("paper", fmt.Sprintf(`{"id":%q}`, boot), nil)
	for tool, args := range map[string]string{
		"similar": fmt.Sprintf(`{"ids":[%q]}`, boot), "topics": `{}`, "topic": `{"id":1}`, "trends": `{}`,
		"classify": `{"text":"diffusion"}`,
	} {
		for _, part := range []string{why, "kindred fit", "search"} {
			if says := c.refused(tool, args); !strings.Contains(says, part) {
				t.Errorf("%s without a model: %q is not in %q", tool, part, says)
			}
		}
	}
	if says := c.refused("search", `{"query":"diffusion","topic":[1]}`); !strings.Contains(says, "filter by topic") {
		t.Errorf("a topic without a model: %q", says)
	}
}

func TestResources(t *testing.T) {
	l := fitted(t)
	put(t, l, &data.Paper{ID: "doi:10.1000/a/b(1)", DOI: "10.1000/a/b(1)", Title: "Wembel of slashes"})
	c := session(t, New(Options{Current: l.Current}))
	for uri, says := range map[string]string{
		"kindred://papers/" + boot:                                        "BOOT: Data-free",
		"kindred://papers/arxiv%3A2306.05544":                             "BOOT: Data-free",
		"kindred://papers/doi:10.1000/a/b(1)":                             "Wembel of slashes",
		"kindred://papers/doi%3A10.1000%2Fa%2Fb%281%29":                   "Wembel of slashes",
		fmt.Sprintf("kindred://topics/%d", l.Current().TopicList()[0].ID): "Typical papers:",
		"kindred://about":                                                 "344 research papers",
	} {
		res, err := c.ReadResource(t.Context(), &sdk.ReadResourceParams{URI: uri})
		if err != nil {
			t.Errorf("%s: %v", uri, err)
			continue
		}
		if got := res.Contents[0]; !strings.Contains(got.Text, says) || got.MIMEType != textType {
			t.Errorf("%s: %q is not in\n%s", uri, says, got.Text)
		}
	}
	for uri, says := range map[string]string{
		"kindred://papers/nobody:1": "no paper \"nobody:1\"", "kindred://topics/999": "no topic has the number 999",
		"kindred://topics/x": `not by "x"`, "file:///etc/passwd": "not found",
	} {
		_, err := c.ReadResource(t.Context(), &sdk.ReadResourceParams{URI: uri})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", uri, err)
		}
	}
}

// troubled is a recommender in trouble.
type troubled struct {
	library.Recommender
	search func(ctx context.Context) (*recommend.Answer, error)
}

func (r troubled) Search(ctx context.Context, _ recommend.SearchQuery) (*recommend.Answer, error) {
	return r.search(ctx)
}

// noPapers has no papers.
type noPapers struct{}

func (noPapers) Paper(context.Context, string) (*data.Paper, error) { return nil, data.ErrNotFound }

func (noPapers) Papers(context.Context, []string) ([]*data.Paper, error) { return nil, nil }

// TestTrouble has one request panic, one fail and one take too long. Each ends in an error of that request, whose cause
// is in the log alone.
func TestTrouble(t *testing.T) {
	var search atomic.Pointer[func(context.Context) (*recommend.Answer, error)]
	snap := &library.Snapshot{
		Model: library.ModelInfo{Version: "v"}, Catalog: library.NewCatalog(nil, nil), Papers: noPapers{},
		Recommender: troubled{search: func(ctx context.Context) (*recommend.Answer, error) { return (*search.Load())(ctx) }},
	}
	var log bytes.Buffer
	s := New(Options{
		Current: func() *library.Snapshot { return snap }, Timeout: 50 * time.Millisecond,
		Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	c := session(t, s)
	for _, test := range []struct {
		does         func(context.Context) (*recommend.Answer, error)
		says, logged string
	}{
		{func(context.Context) (*recommend.Answer, error) { panic("wembel 1") }, errFailed.Error(), "wembel 1"},
		{func(context.Context) (*recommend.Answer, error) {
			return nil, errors.New("wembel 2")
		}, errFailed.Error(), "wembel 2"},
		{func(ctx context.Context) (*recommend.Answer, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, "search took longer than 50ms", ""},
		{func(context.Context) (*recommend.Answer, error) { return &recommend.Answer{}, nil }, "", ""},
	} {
		search.Store(&test.does)
		res, err := c.CallTool(t.Context(), &sdk.CallToolParams{Name: "search", Arguments: map[string]any{"query": "x"}})
		said := ""
		switch {
		case err != nil:
			said = err.Error()
		case res.IsError:
			said = textOf(res)
		}
		if !strings.Contains(said, test.says) || test.says == "" && said != "" || strings.Contains(said, "wembel") {
			t.Errorf("said %q, want %q", said, test.says)
		}
		if !strings.Contains(log.String(), test.logged) {
			t.Errorf("%q is not in the log\n%s", test.logged, log.String())
		}
	}
}

// messages are what a client sends: a handshake and calls with the numbers from 1 to n.
func messages(n int) string {
	var b strings.Builder
	b.WriteString(`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18",` +
		`"capabilities":{},"clientInfo":{"name":"t","version":"1"}}}` + "\n")
	b.WriteString(`{"jsonrpc":"2.0","method":"notifications/initialized"}` + "\n")
	for i := range n {
		fmt.Fprintf(&b, `{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"search",`+
			`"arguments":{"query":"diffusion","n":1}}}`+"\n", i+1)
	}
	return b.String()
}

// TestStream sends all messages at once and ends the input: every call is answered, and nothing else is written.
func TestStream(t *testing.T) {
	l := fitted(t)
	s := New(Options{Current: l.Current})
	for name, in := range map[string]io.Reader{
		"at once": strings.NewReader(messages(20)), "byte by byte": iotest.OneByteReader(strings.NewReader(messages(20))),
		"cut": strings.NewReader(messages(20) + `{"jsonrpc":"2.0","id":99,"meth`),
	} {
		var out bytes.Buffer
		if err := s.Run(t.Context(), in, &out); err != nil && name != "cut" {
			t.Errorf("%s: %v", name, err)
		}
		answered := map[int]bool{}
		for line := range strings.Lines(out.String()) {
			var msg struct {
				JSONRPC string
				ID      int
				Result  map[string]any
			}
			if err := json.Unmarshal([]byte(line), &msg); err != nil || msg.JSONRPC != "2.0" || msg.Result == nil {
				t.Fatalf("%s: %v: %s", name, err, line)
			}
			answered[msg.ID] = true
		}
		if len(answered) != 21 {
			t.Errorf("%s: %d of 21 calls are answered", name, len(answered))
		}
	}

	if err := s.Run(t.Context(), strings.NewReader("wembel\n"), io.Discard); err == nil {
		t.Error("a line that is no message is passed over")
	}
	ctx, cancel := context.WithCancel(t.Context())
	in, _ := io.Pipe() // never ends
	done := make(chan error)
	go func() { done <- s.Run(ctx, in, io.Discard) }()
	cancel()
	if err := <-done; err != nil {
		t.Errorf("canceled: %v", err)
	}
}

// TestHTTP asks over HTTP by the SDK's own client. Sessions are not kept, so any of two servers answers.
func TestHTTP(t *testing.T) {
	l := fitted(t)
	first, second := New(Options{Current: l.Current}).Handler(), New(Options{Current: l.Current}).Handler()
	var turn atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if turn.Add(1)%2 == 0 {
			first.ServeHTTP(w, r)
			return
		}
		second.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	c := connected(t, &sdk.StreamableClientTransport{Endpoint: server.URL})
	if told := c.InitializeResult().Instructions; !strings.Contains(told, "343 research papers") {
		t.Errorf("told %q", told)
	}
	var list List
	for range 3 {
		c.ask("similar", fmt.Sprintf(`{"ids":[%q],"n":2}`, boot), &list)
	}
	if len(list.Papers) != 2 {
		t.Errorf("%+v", list)
	}
	for body, status := range map[string]int{
		`{"jsonrpc":"2.0","id":1,"method":"ping"}`:                http.StatusOK,
		" \n[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]": http.StatusBadRequest,
		`{`: http.StatusBadRequest,
		``:  http.StatusBadRequest,
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Accept", "application/json, text/event-stream")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		said, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != status {
			t.Errorf("%q: status %d, want %d: %s", body, res.StatusCode, status, said)
		}
	}
}

// TestTools holds what assistants read of the tools: each is described, reads only, and has bounds.
func TestTools(t *testing.T) {
	l := opened(t, t.TempDir())
	c := session(t, New(Options{Current: l.Current}))
	list, err := c.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	size := 0
	for _, tool := range list.Tools {
		names[tool.Name] = true
		reads := tool.Annotations != nil && tool.Annotations.ReadOnlyHint
		if len(tool.Description) < 30 || strings.Contains(tool.Description, "\n") || !reads {
			t.Errorf("%s: %+v", tool.Name, tool)
		}
		var schema struct {
			Properties map[string]struct {
				Type        any
				Description string
				Maximum     *float64
				MaxLength   *int
				MaxItems    *int
				Enum        []string
			}
		}
		raw := encode(t, tool.InputSchema)
		size += len(raw) + len(tool.Description)
		decode(t, raw, &schema)
		for name, p := range schema.Properties {
			bounded := p.Type == "boolean" || p.Maximum != nil || p.MaxLength != nil || p.MaxItems != nil || p.Enum != nil
			if p.Description == "" || !bounded {
				t.Errorf("%s: %s has no description or no bound: %+v", tool.Name, name, p)
			}
		}
	}
	want := []string{"about", "classify", "for_library", "paper", "search", "similar", "topic", "topics", "trends"}
	if got := slices.Sorted(maps.Keys(names)); !slices.Equal(got, want) {
		t.Errorf("the tools are %v, want %v", got, want)
	}
	if size > 10_000 { // each assistant reads it all, every time
		t.Errorf("the tools have %d bytes of descriptions and schemas", size)
	}
}
