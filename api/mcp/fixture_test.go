package mcp

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"kindred/classifier"
	"kindred/data"
	"kindred/data/read"
	"kindred/data/readable"
	"kindred/data/sample"
	"kindred/recommend/library"
)

const boot = "arxiv:2306.05544" // a paper of the sample

// open opens the library of a folder, creating it.
func open(folder string) (*library.Library, error) {
	return library.Open(context.Background(), library.Folder(folder), library.Options{Create: true})
}

// opened opens the library of a folder and closes it at the end of the test.
func opened(t *testing.T, folder string) *library.Library {
	t.Helper()
	l, err := open(folder)
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

// importSample imports the sample papers.
func importSample(l *library.Library) error {
	src, err := read.NewSource("sample", sample.Papers(), read.Options{})
	if err != nil {
		return err
	}
	_, err = l.Import(context.Background(), src.Papers(), library.ImportOptions{})
	return err
}

// folder is a data folder with the sample papers and a model, made once and not to be written to.
var folder = sync.OnceValues(func() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "kindred-mcp"); err != nil {
		return dir, err
	}
	l, err := open(dir)
	if err != nil {
		return dir, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if err := importSample(l); err != nil {
		return dir, err
	}
	m, err := l.Fit(context.Background(), library.FitOptions{Options: classifier.Options{NoMap: true}})
	if err != nil {
		return dir, err
	}
	return dir, m.Close()
})

func TestMain(m *testing.M) {
	status := m.Run()
	if dir, _ := folder(); dir != "" {
		_ = os.RemoveAll(dir)
	}
	os.Exit(status)
}

// fitted returns a library of its own with the sample papers and a model that answers.
func fitted(t *testing.T) *library.Library {
	t.Helper()
	from, err := folder()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	l := opened(t, dir)
	if err := l.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l
}

// session connects the SDK's own client to a server in memory.
func session(t *testing.T, s *Server) *client {
	t.Helper()
	here, there := sdk.NewInMemoryTransports()
	if _, err := s.protocol.Connect(t.Context(), there, nil); err != nil {
		t.Fatal(err)
	}
	return connected(t, here)
}

// client is a session of the SDK's client that knows the schemas of the tools.
type client struct {
	*sdk.ClientSession
	t       *testing.T
	schemas map[string]*jsonschema.Resolved // of answers, by tool
}

func connected(t *testing.T, transport sdk.Transport) *client {
	t.Helper()
	cs, err := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil).Connect(t.Context(), transport, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cs.Close() })
	tools, err := cs.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &client{ClientSession: cs, t: t, schemas: map[string]*jsonschema.Resolved{}}
	for _, tool := range tools.Tools {
		var schema jsonschema.Schema
		decode(t, encode(t, tool.OutputSchema), &schema)
		if c.schemas[tool.Name], err = schema.Resolve(nil); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// ask calls a tool, holds its structured content against the tool's schema, reads it into out, and returns the text.
func (c *client) ask(tool, args string, out any) string {
	c.t.Helper()
	res := c.call(tool, args)
	if res.IsError {
		c.t.Fatalf("%s %s: %s", tool, args, textOf(res))
	}
	raw := encode(c.t, res.StructuredContent)
	var value any
	decode(c.t, raw, &value)
	if err := c.schemas[tool].Validate(value); err != nil {
		c.t.Errorf("%s %s: the answer is against its schema: %v\n%s", tool, args, err, raw)
	}
	if out != nil {
		decode(c.t, raw, out)
	}
	return textOf(res)
}

// refused calls a tool that must refuse, and returns what it says.
func (c *client) refused(tool, args string) string {
	c.t.Helper()
	res := c.call(tool, args)
	if !res.IsError {
		c.t.Errorf("%s %s is answered: %s", tool, args, readable.ClipWords(textOf(res), 200))
	}
	return textOf(res)
}

func (c *client) call(tool, args string) *sdk.CallToolResult {
	c.t.Helper()
	res, err := c.CallTool(c.t.Context(), &sdk.CallToolParams{Name: tool, Arguments: json.RawMessage(args)})
	if err != nil {
		c.t.Fatalf("%s %s: %v", tool, args, err)
	}
	return res
}

func textOf(res *sdk.CallToolResult) string {
	var all []string
	for _, c := range res.Content {
		if text, ok := c.(*sdk.TextContent); ok {
			all = append(all, text.Text)
		}
	}
	return strings.Join(all, "\n")
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decode(t *testing.T, b []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%v: %s", err, b)
	}
}

// put stores papers and waits until they show.
func put(t *testing.T, l *library.Library, papers ...*data.Paper) {
	t.Helper()
	if _, err := l.Put(t.Context(), papers); err != nil {
		t.Fatal(err)
	}
	if err := l.Refresh(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
}
