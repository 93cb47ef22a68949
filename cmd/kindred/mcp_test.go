package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// assistant is a session with kindred mcp.
type assistant struct {
	*sdk.ClientSession
	t      *testing.T
	ended  chan int
	stderr *bytes.Buffer // to be read when the session has ended
}

// assist runs kindred mcp on a folder and connects the protocol's own client to it.
func assist(t *testing.T, dir string, args ...string) *assistant {
	t.Helper()
	in, toServer := io.Pipe()
	fromServer, out := io.Pipe()
	a := &assistant{t: t, ended: make(chan int, 1), stderr: &bytes.Buffer{}}
	go func() {
		status := run(t.Context(), append([]string{"--data", dir, "mcp"}, args...), in, out, a.stderr)
		_ = out.Close()
		_ = in.Close()
		a.ended <- status
	}()
	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil)
	streams := &sdk.IOTransport{Reader: fromServer, Writer: toServer}
	var err error
	if a.ClientSession, err = client.Connect(t.Context(), streams, nil); err != nil {
		t.Fatal(err)
	}
	return a
}

// ask calls a tool and reads its structured content into out. It returns what a refusal says, "" for an answer.
func (a *assistant) ask(tool, args string, out any) (refusal string) {
	a.t.Helper()
	res, err := a.CallTool(a.t.Context(), &sdk.CallToolParams{Name: tool, Arguments: json.RawMessage(args)})
	if err != nil {
		a.t.Fatalf("%s %s: %v", tool, args, err)
	}
	if res.IsError {
		return res.Content[0].(*sdk.TextContent).Text
	}
	b, err := json.Marshal(res.StructuredContent)
	if err == nil {
		err = json.Unmarshal(b, out)
	}
	if err != nil {
		a.t.Fatal(err)
	}
	return ""
}

// end closes the input, and returns the status and the log of kindred mcp.
func (a *assistant) end() (status int, log string) {
	a.t.Helper()
	if err := a.Close(); err != nil {
		a.t.Error(err)
	}
	select {
	case status = <-a.ended:
	case <-time.After(20 * time.Second):
		a.t.Fatal("kindred mcp does not end with its input")
	}
	return status, a.stderr.String()
}

// eventually asks until done reports true; fault says what is wrong where it never does.
func eventually(t *testing.T, fault string, done func() bool) {
	t.Helper()
	tick, end := time.NewTicker(20*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatal(fault)
		}
	}
}

// mcpPapers is what is read of the answer of a tool.
type mcpPapers struct {
	Papers []struct{ ID string }
	Note   string
}

// TestMCP asks kindred mcp, and asks again after another process has changed the folder.
func TestMCP(t *testing.T) {
	dir := sampleFolder(t)
	a := assist(t, dir)
	var got mcpPapers
	if refusal := a.ask("similar", `{"ids":["arxiv:2306.05544"],"n":5}`, &got); refusal != "" {
		t.Fatal(refusal)
	}
	var want struct {
		Data []struct{ Paper struct{ ID string } }
	}
	if err := json.Unmarshal([]byte(ok(t, dir, "similar", "arxiv:2306.05544", "-n", "5", "--json")), &want); err != nil {
		t.Fatal(err)
	}
	for i, w := range want.Data {
		if i >= len(got.Papers) || got.Papers[i].ID != w.Paper.ID {
			t.Errorf("%+v, want %+v", got.Papers, want.Data)
		}
	}

	if refusal := a.ask("paper", `{"id":"x:wembel"}`, new(any)); !strings.Contains(refusal, "no paper") {
		t.Errorf("a paper to come: %q", refusal)
	}
	ok(t, dir, "import", write(t, "new.jsonl", `{"id":"x:wembel","title":"Wembel of diffusion models"}`))
	eventually(t, "a paper that another process imports does not show", func() bool {
		var paper struct{ Title string }
		return a.ask("paper", `{"id":"x:wembel"}`, &paper) == "" && paper.Title == "Wembel of diffusion models"
	})
	if refusal := a.ask("similar", `{"ids":["x:wembel"]}`, &got); refusal != "" || len(got.Papers) == 0 {
		t.Errorf("papers like one that another process imported: %q %+v", refusal, got)
	}
	if status, log := a.end(); status != exitOK || log != "" {
		t.Errorf("status %d, log %q", status, log)
	}
}

// TestMCPUnfitted begins without a model: search answers from the store, and similar when a model was fitted meanwhile.
func TestMCPUnfitted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	a := assist(t, dir, "--sample")
	var found mcpPapers
	if refusal := a.ask("search", `{"query":"diffusion"}`, &found); refusal != "" || len(found.Papers) == 0 {
		t.Errorf("search without a model: %q %+v", refusal, found)
	}
	eventually(t, "no model is fitted", func() bool {
		refusal := a.ask("similar", `{"ids":["arxiv:2306.05544"]}`, &found)
		if refusal != "" && !strings.Contains(refusal, "no model was fitted yet") {
			t.Fatal(refusal)
		}
		return refusal == ""
	})
	if status, log := a.end(); status != exitOK || !strings.Contains(log, "Loaded 343 sample papers") {
		t.Errorf("status %d, log %s", status, log)
	}

	unfitted := filepath.Join(t.TempDir(), "unfitted")
	b := assist(t, unfitted, "--sample") // ended while it fits
	if status, log := b.end(); status != exitOK {
		t.Errorf("ended while it fits: status %d, log %s", status, log)
	}
}

func TestMCPRefusals(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, test := range []struct {
		folder, in, says string
		status           int
	}{
		{filepath.Join(dir, "none"), "", "kindred import", exitFailed},
		{"none", "", filepath.Join(dir, "none") + ": give --data an absolute path", exitFailed},
	} {
		r := kindred(t, test.folder, strings.NewReader(test.in), "mcp")
		if r.status != test.status || r.stdout != "" || !strings.Contains(r.stderr, test.says) {
			t.Errorf("kindred mcp --data %s: status %d, %q, %s", test.folder, r.status, r.stdout, r.stderr)
		}
	}
	if r := kindred(t, dir, strings.NewReader(""), "mcp", "now"); r.status != exitUsage {
		t.Errorf("kindred mcp now: status %d, %s", r.status, r.stderr)
	}
	full := filepath.Join(dir, "full")
	ok(t, full, "import", write(t, "a.jsonl", `{"id":"x:1","title":"Wembel"}`))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	args := []string{"--data", full, "mcp"}
	if status := run(ctx, args, strings.NewReader(""), io.Discard, io.Discard); status > exitFailed {
		t.Errorf("canceled: status %d", status)
	}
	if r := kindred(t, full, strings.NewReader("wembel\n"), "mcp"); r.status != exitFailed || r.stdout != "" {
		t.Errorf("no message: status %d, %q", r.status, r.stdout)
	}
}

// mcpPython returns a Python that has the protocol's own client: that of KINDRED_PYTHON, or python3. Without one the
// test skips, or fails where KINDRED_REQUIRE_MCP_PYTHON is set.
func mcpPython(t *testing.T) string {
	t.Helper()
	python := os.Getenv("KINDRED_PYTHON")
	if python == "" {
		python = "python3"
	}
	err := exec.CommandContext(t.Context(), python, "-c", "from mcp import Client").Run()
	switch {
	case err == nil:
		return python
	case os.Getenv("KINDRED_REQUIRE_MCP_PYTHON") != "":
		t.Fatalf("%s has no package mcp, or an old one: %v", python, err)
	}
	t.Skipf("%s has no package mcp (pip install 'mcp>=2', and KINDRED_PYTHON names a Python that has it)", python)
	return ""
}

// servedBy starts the program as a server on a folder and returns its address. The end of the test ends it.
func servedBy(t *testing.T, binary, dir string) (url string) {
	t.Helper()
	cmd := exec.Command(binary, "serve", "--data", dir, "--addr", "127.0.0.1:0")
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		if _, after, found := strings.Cut(lines.Text(), "Open "); found {
			url, _, _ = strings.Cut(after, "/ ")
			break
		}
	}
	if url == "" {
		t.Fatal("the server said no address")
	}
	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(io.Discard, stderr)
	}()
	t.Cleanup(func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		<-drained
		if err := cmd.Wait(); err != nil {
			t.Errorf("the server ends with %v", err)
		}
	})
	return url
}

// TestMCPPython has the protocol's Python client ask the program as it is built, on a stream and over HTTP.
func TestMCPPython(t *testing.T) {
	python := mcpPython(t)
	dir := sampleFolder(t)
	binary := filepath.Join(t.TempDir(), "kindred")
	build := exec.CommandContext(t.Context(), "go", "build", "-tags", "nomsgpack", "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	url := servedBy(t, binary, dir)
	awaitReady(t, url)
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), python, "testdata/mcp_client.py", binary, dir, url+"/mcp")
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	var found map[string]struct {
		Version string
		Tools   []string
		Papers  int
		Similar []string
	}
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	one := found["stdio auto"]
	for _, name := range []string{"stdio auto", "stdio legacy", "http auto", "http legacy"} {
		got := found[name]
		t.Logf("%s: protocol %s, %d papers", name, got.Version, got.Papers)
		if got.Papers != 343 || !slices.Equal(got.Similar, one.Similar) || len(got.Similar) != 3 {
			t.Errorf("%s: %s", name, fmt.Sprint(got))
		}
		if len(got.Tools) == 0 || !slices.Equal(got.Tools, one.Tools) {
			t.Errorf("%s: the tools are %v, and by stdio auto %v", name, got.Tools, one.Tools)
		}
	}
	if one.Version == found["stdio legacy"].Version {
		t.Errorf("both eras speak %s", one.Version)
	}
}
