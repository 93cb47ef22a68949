package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"kindred/api"
	"kindred/recommend/library"
)

// ask answers one request of the HTTP API in this process and prints the answer's JSON: what a program reads from the
// command line is what it would read from the server. A problem becomes an error.
func (a *app) ask(ctx context.Context, l *library.Library, method, target string, body any) error {
	answer, err := request(l, ctx, method, target, body)
	if err != nil {
		return err
	}
	var indented bytes.Buffer
	if err := json.Indent(&indented, bytes.TrimSpace(answer), "", "  "); err != nil {
		return fmt.Errorf("answer of %s: %w", target, err)
	}
	indented.WriteByte('\n')
	_, err = a.stdout.Write(indented.Bytes())
	return err
}

// request answers one request of the HTTP API in this process.
func request(l *library.Library, ctx context.Context, method, target string, body any) ([]byte, error) {
	handler, err := api.New(api.Config{Current: l.Current, Curator: l, BaseURL: "http://localhost", CacheBytes: -1, Rate: -1})
	if err != nil {
		return nil, err
	}
	var payload bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&payload).Encode(body); err != nil {
			return nil, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://localhost"+target, &payload)
	if err != nil {
		return nil, err
	}
	req.RemoteAddr = "127.0.0.1:0"
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	rec := &recorder{header: http.Header{}, status: http.StatusOK}
	handler.ServeHTTP(rec, req)
	if rec.status >= 400 {
		return nil, problemError(rec)
	}
	return rec.body.Bytes(), nil
}

// hints says of the command line what the API's errors say of its paths.
var hints = strings.NewReplacer(api.TopicsHint, "kindred topics lists them", api.SearchHint, "kindred search finds papers by words")

// problemError is the error that a problem document tells of.
func problemError(rec *recorder) error {
	var p api.Problem
	if err := json.Unmarshal(rec.body.Bytes(), &p); err != nil {
		return fmt.Errorf("%s", http.StatusText(rec.status))
	}
	var text []string
	if len(p.Errors) == 0 || !strings.Contains(p.Detail, p.Errors[0].Detail) { // else the errors say it all
		text = append(text, strings.TrimSuffix(p.Detail, "."))
	}
	for _, f := range p.Errors {
		text = append(text, strings.TrimSuffix(f.Detail, "."))
	}
	return fmt.Errorf("%s", hints.Replace(strings.Trim(strings.Join(text, "; "), "; ")))
}

// recorder is an http.ResponseWriter into memory.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(status int)      { r.status = status }
func (r *recorder) Write(b []byte) (int, error) { return r.body.Write(b) }
