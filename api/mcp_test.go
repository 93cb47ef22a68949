package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"kindred/api/mcp"
)

// withMCP answers assistants from the snapshots of the site.
func withMCP(t *testing.T, change func(*Config)) *site {
	return newSite(t, func(c *Config) {
		c.MCP = mcp.New(mcp.Options{Current: c.Current}).Handler()
		if change != nil {
			change(c)
		}
	})
}

const ping = `{"jsonrpc":"2.0","id":1,"method":"ping"}`

func sendMCP(s *site, body string, headers ...string) *httptest.ResponseRecorder {
	headers = append([]string{"Accept", "application/json, text/event-stream"}, headers...)
	return s.ask(http.MethodPost, "/mcp", body, headers...)
}

// TestMCP asks through the whole server, as an assistant does.
func TestMCP(t *testing.T) {
	s := withMCP(t, nil)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil)
	c, err := client.Connect(t.Context(), &sdk.StreamableClientTransport{Endpoint: server.URL + "/mcp"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	want := s.get("/v1/papers/" + boot + "/similar?limit=3").Body.String()
	args := map[string]any{"ids": []string{boot}, "n": 3}
	res, err := c.CallTool(t.Context(), &sdk.CallToolParams{Name: "similar", Arguments: args})
	if err != nil || res.IsError {
		t.Fatalf("%v: %+v", err, res)
	}
	papers := res.StructuredContent.(map[string]any)["papers"].([]any)
	at := 0
	for _, p := range papers {
		id := p.(map[string]any)["id"].(string)
		i := strings.Index(want[at:], fmt.Sprintf("%q", id))
		if i < 0 {
			t.Errorf("%s is not where the REST API has it:\n%s", id, want)
			continue
		}
		at += i
	}
	if len(papers) != 3 {
		t.Errorf("%d papers", len(papers))
	}
}

// TestMCPGuards holds the way to assistants against what the rest of the server refuses, and against pages of others.
func TestMCPGuards(t *testing.T) {
	local := []string{"RemoteAddr", "127.0.0.1:4711", "Host", "localhost:8080"}
	remote := []string{"RemoteAddr", "203.0.113.7:1000"}
	plain := func(c *Config) { c.BaseURL = "" }
	listed := func(c *Config) { c.AllowOrigins = []string{"https://ours.example"} }
	for _, test := range []struct {
		name    string
		change  func(*Config)
		headers []string
		status  int
	}{
		{"from this machine", plain, local, 200},
		{"from another", plain, remote, 200},
		{"host of the base URL", nil, append(local, "Host", "papers.example.org"), 200},
		{"rebound host", plain, append(local, "Host", "evil.example:8080"), 403},
		{"rebound host with its origin", plain, append(local, "Host", "evil.example", "Origin", "http://evil.example"), 403},
		{"any host through a proxy", plain, append(local, "Host", "papers.example", "X-Forwarded-For", "203.0.113.7"), 200},
		{"foreign origin", plain, append(local, "Origin", "https://evil.example"), 403},
		{"foreign origin from afar", nil, append(remote, "Origin", "https://evil.example"), 403},
		{"foreign page", plain, append(local, "Sec-Fetch-Site", "cross-site"), 403},
		{"own origin", plain, append(local, "Origin", "http://localhost:8080"), 200},
		{"origin of the base URL", nil, append(local, "Origin", "https://papers.example.org"), 200},
		{"listed origin", listed, append(remote, "Origin", "https://ours.example"), 200},
	} {
		rec := sendMCP(withMCP(t, test.change), ping, test.headers...)
		if rec.Code != test.status {
			t.Errorf("%s: status %d, want %d: %s", test.name, rec.Code, test.status, rec.Body)
		}
		h := rec.Header()
		if test.status == 403 && h.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %v", test.name, h)
		}
		if slices.Contains(test.headers, "Origin") && h.Get("Access-Control-Allow-Origin") == "*" {
			t.Errorf("%s: open to all origins: %v", test.name, h)
		}
	}

	small := withMCP(t, func(c *Config) { c.MaxBody = 100 })
	large := `{"jsonrpc":"2.0","id":1,"method":"` + strings.Repeat("x", 100) + `"}`
	if rec := sendMCP(small, large); rec.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a large body: status %d: %s", rec.Code, rec.Body)
	}
	limited := withMCP(t, func(c *Config) { c.Rate, c.Burst = 0.001, 1 })
	for i, status := range []int{200, 429} {
		if rec := sendMCP(limited, ping, remote...); rec.Code != status {
			t.Errorf("request %d of a limited client: status %d, want %d", i+1, rec.Code, status)
		}
	}
	s := withMCP(t, nil)
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		rec := s.ask(method, "/mcp", "")
		h := rec.Header()
		told := h.Get("Allow") != "" && h.Get("Content-Type") == "application/problem+json"
		if rec.Code != http.StatusMethodNotAllowed || !told {
			t.Errorf("%s /mcp: status %d, %v", method, rec.Code, h)
		}
	}
	if rec := sendMCP(newSite(t, nil), ping); rec.Code != http.StatusNotFound {
		t.Errorf("without assistants: status %d", rec.Code)
	}
	for origin, open := range map[string]bool{"https://ours.example": true, "https://evil.example": false} {
		asks := []string{"Origin", origin, "Access-Control-Request-Method", "POST"}
		h := withMCP(t, listed).ask(http.MethodOptions, "/mcp", "", asks...).Header()
		allowed := strings.Contains(h.Get("Access-Control-Allow-Headers"), "Mcp-Protocol-Version")
		if (h.Get("Access-Control-Allow-Origin") == origin) != open || allowed != open {
			t.Errorf("preflight of %s: %v", origin, h)
		}
	}
}
