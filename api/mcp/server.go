// Package mcp answers AI assistants over the Model Context Protocol (MCP): on a pair of streams, for a program that
// starts kindred itself, and over HTTP. It translates typed tools, instructions and resources to questions that a
// snapshot of package recommend/library answers, and its answers to structured content with a short text. It ranks and
// stores nothing itself, and changes nothing. Guarding the way over HTTP is the task of package api.
package mcp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"kindred/recommend/library"
)

// Options are what a server needs. Zero values of optional fields mean the default that the field names.
type Options struct {
	// Current returns the snapshot to answer from, nil while there is none.
	Current func() *library.Snapshot
	// Version is the release that the server says it is.
	Version string
	// Log takes failures of the server itself and of connections; nil discards them.
	Log *slog.Logger
	// Timeout bounds the time of one answer; 0 means 10 s.
	Timeout time.Duration
}

const defaultTimeout = 10 * time.Second

// Server answers assistants from the current snapshot of a library. It is safe for concurrent use.
type Server struct {
	opt      Options
	protocol *sdk.Server
}

// New returns a server with its tools and resources.
func New(opt Options) *Server {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Timeout == 0 {
		opt.Timeout = defaultTimeout
	}
	s := &Server{opt: opt}
	self := &sdk.Implementation{Name: "kindred", Title: "Kindred", Version: opt.Version}
	s.protocol = sdk.NewServer(self, &sdk.ServerOptions{Logger: opt.Log, Capabilities: &sdk.ServerCapabilities{
		Tools: &sdk.ToolCapabilities{}, Resources: &sdk.ResourceCapabilities{}, // which never change
	}})
	s.addTools()
	s.addResources()
	s.protocol.AddReceivingMiddleware(s.instruct, s.guard)
	return s
}

// Handler serves assistants over HTTP, the protocol's "streamable" transport: each POST is one message, and its answer
// is JSON. No session is kept, so that any server behind a load balancer can answer. The caller bounds the body.
func (s *Server) Handler() http.Handler {
	serve := func(*http.Request) *sdk.Server { return s.protocol }
	streamable := sdk.NewStreamableHTTPHandler(serve, &sdk.StreamableHTTPOptions{
		Stateless: true, JSONResponse: true, PropagateRequestCancellation: true, Logger: s.opt.Log, MaxRequestBodyBytes: -1,
		DisableLocalhostProtection: true, // package api knows which host names are the site's
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := bufio.NewReader(r.Body)
		if batched(body) { // rate limits count requests
			says := "Send one message at a time: the protocol has no batches since its revision 2025-06-18."
			http.Error(w, says, http.StatusBadRequest)
			return
		}
		r.Body = struct {
			io.Reader
			io.Closer
		}{body, r.Body}
		streamable.ServeHTTP(w, r)
	})
}

// batched reports whether a body is a JSON array. It reads past leading spaces.
func batched(body *bufio.Reader) bool {
	for {
		b, err := body.ReadByte()
		if err != nil {
			return false // what is wrong with the body, the next read says again
		}
		switch b {
		case ' ', '\t', '\r', '\n':
			continue
		}
		_ = body.UnreadByte() // a byte was read
		return b == '['
	}
}

// instruct gives an assistant that begins the instructions of the snapshot of this moment.
func (s *Server) instruct(next sdk.MethodHandler) sdk.MethodHandler {
	return func(ctx context.Context, method string, req sdk.Request) (sdk.Result, error) {
		res, err := next(ctx, method, req)
		switch r := res.(type) {
		case *sdk.InitializeResult:
			r.Instructions = s.instructions()
		case *sdk.DiscoverResult:
			r.Instructions = s.instructions()
		}
		return res, err
	}
}

// guard bounds the time of an answer, and turns a panic into an error of the one request.
func (s *Server) guard(next sdk.MethodHandler) sdk.MethodHandler {
	return func(ctx context.Context, method string, req sdk.Request) (res sdk.Result, err error) {
		defer func() {
			if v := recover(); v != nil {
				s.opt.Log.Error("request failed", "method", method, "err", fmt.Errorf("panic: %v\n%s", v, debug.Stack()))
				res, err = nil, errFailed
			}
		}()
		ctx, cancel := context.WithTimeout(ctx, s.opt.Timeout)
		defer cancel()
		return next(ctx, method, req)
	}
}

// errFailed is what an assistant is told of a fault of the server.
var errFailed = errors.New("the server failed; its log says why")

// acquire returns the current snapshot, acquired for the caller, nil while there is none.
func (s *Server) acquire() *library.Snapshot {
	for {
		snap := s.opt.Current()
		if snap == nil || snap.Acquire() {
			return snap
		}
	}
}

// with calls use with the current snapshot. The error is errEmpty where there is none.
func (s *Server) with(use func(snap *library.Snapshot) error) error {
	snap := s.acquire()
	if snap == nil {
		return errEmpty
	}
	defer func() { _ = snap.Release() }() // an unmapping that fails costs address space
	return use(snap)
}
