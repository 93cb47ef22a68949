// Package server runs a data folder as a server: the API and the pages, what follows other processes, sources that are
// due, issues of subscriptions, and the messages that wait. Another Go program starts with [Run] what kindred serve starts.
//
// What belongs here is which parts run, how they are joined, and in which order they start and end. What a part does
// belongs to it: routes to api, models and snapshots to recommend/library, messages to mail. Flags and printing belong to
// commands.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"kindred/api"
	"kindred/api/guard"
	"kindred/api/mcp"
	"kindred/data/fetch"
	"kindred/recommend/digest"
	"kindred/recommend/library"
)

// Timeouts of the server.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 2 * time.Minute
	shutdownTimeout   = 10 * time.Second
)

// digestInterval is how often a server looks whether an issue of a subscription is due.
const digestInterval = time.Minute

// Options steer [Run]. Sources must be set; the zero value of the rest is the default.
type Options struct {
	Addr   string // such as 127.0.0.1:8080; the port 0 is any free one
	Sample bool   // load the embedded sample papers where there are none
	// API has the settings of the site. Run sets what belongs to the library: its snapshots, writer, keys and sources.
	API     api.Config
	Version string // of the program, as assistants are told
	Sources *fetch.Client
	Mail    Messages
	Tracing bool // send a span of each request by OTLP, see [Tracer]
	Refits  library.Refits
	Log     *slog.Logger // nil discards it
	// Ready is called once, when the papers that are there can be asked for; nil for nothing.
	Ready func(l *library.Library, addr net.Addr, sample int)
}

// Run serves a data folder, which it makes where there is none, until ctx ends or a part of it fails. It returns once all
// parts have ended. A server that was stopped by ctx returns nil.
func Run(ctx context.Context, folder library.Folder, opt Options) (err error) {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	l, err := library.Open(ctx, folder, library.Options{Create: true, Log: opt.Log, Refits: opt.Refits})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if opt.Tracing {
		tracer, flush, err := Tracer(ctx, opt.Version)
		if err != nil {
			return err
		}
		defer func() {
			if err := flush(ctx); err != nil { // an absent collector is no failure of the server
				opt.Log.Warn("tracing", "err", err)
			}
		}()
		opt.API.Tracer = tracer
	}
	s := &server{l: l, opt: opt, sources: l.Sources(opt.Sources), failed: make(chan error, 2)}
	return s.run(ctx)
}

// server is a library with the parts that run beside it.
type server struct {
	l       *library.Library
	opt     Options
	sources *fetch.Sources
	empty   atomic.Bool // no papers were there when serving began
	failed  chan error  // takes the error of each part that ends the server
}

func (s *server) run(ctx context.Context) error {
	handler, err := s.handler(ctx)
	if err != nil {
		return err
	}
	listener, err := listen(s.opt.Addr)
	if err != nil {
		return err
	}
	web := &http.Server{Handler: handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, ErrorLog: slog.NewLogLogger(s.opt.Log.Handler(), slog.LevelWarn)}
	var unasked unasked
	unasked.watch(web)
	served := make(chan struct{})
	go func() {
		defer close(served)
		s.failed <- web.Serve(listener)
	}()
	// The address answers from here on, with 503 until papers are loaded.
	s.tellManager(daemon.SdNotifyReady)
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.work(ctx, listener.Addr())
	}()
	select {
	case <-ctx.Done():
	case err = <-s.failed:
	}
	stop()
	s.tellManager(daemon.SdNotifyStopping)
	quit, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	shutdown := unasked.end(quit, web, listener, served)
	<-done
	if errors.Is(err, context.Canceled) || errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, shutdown)
}

// handler returns what answers requests. A data folder that can only be read takes no changes.
func (s *server) handler(ctx context.Context) (http.Handler, error) {
	l, config := s.l, s.opt.API
	config.Current, config.Empty, config.ModelFailed, config.Log = l.Current, s.empty.Load, l.ModelFailed, s.opt.Log
	config.MCP = mcp.New(mcp.Options{Current: l.Current, Version: s.opt.Version, Log: slog.New(warnings{s.opt.Log.Handler()})}).Handler()
	if !l.Store().ReadOnly() {
		owner, err := l.Folder().OwnerKey()
		if err != nil {
			return nil, err
		}
		config.Writer, config.Curator, config.Keys = l, l, guard.NewKeys(l.Store()).WithOwner(owner)
		config.Sources, config.Subscriptions = s.sources, digest.NewSubscriptions(l.Store())
		config.Refit = func() bool { return l.RefitInBackground(ctx, "", nil) }
	}
	return api.New(config)
}

// work starts the library and runs what goes on beside requests until ctx ends.
func (s *server) work(ctx context.Context, addr net.Addr) {
	l := s.l
	sample, err := Start(ctx, l, s.opt.Sample)
	if err != nil {
		s.failed <- err
		return
	}
	s.empty.Store(l.Current() == nil)
	if s.opt.Ready != nil {
		s.opt.Ready(l, addr, sample)
	}
	var writers sync.WaitGroup
	if !l.Store().ReadOnly() {
		tick := time.NewTicker(digestInterval)
		defer tick.Stop()
		maker := digest.NewMaker(l, s.sources, s.opt.Log)
		courier := s.opt.Mail.Courier(l.Store(), strings.TrimSuffix(s.opt.API.BaseURL, "/"), s.opt.Log)
		writers.Go(func() { maker.Run(ctx, tick.C) })
		writers.Go(func() { courier.Run(ctx) })
		writers.Go(func() { l.FollowSources(ctx, s.sources) })
	}
	l.Watch(ctx)
	writers.Wait()
}

// Start makes a library answer, as [library.Library.Start] does. Where it has no paper, withSample has the embedded
// sample imported before; sample is their number.
func Start(ctx context.Context, l *library.Library, withSample bool) (sample int, err error) {
	if withSample {
		if sample, err = l.ImportSample(ctx); err != nil {
			return 0, fmt.Errorf("load the sample papers: %w", err)
		}
	}
	return sample, l.Start(ctx)
}

// warnings passes on warnings and errors alone.
type warnings struct{ slog.Handler }

// Enabled implements [slog.Handler].
func (w warnings) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && w.Handler.Enabled(ctx, level)
}

// WithAttrs implements [slog.Handler].
func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

// WithGroup implements [slog.Handler].
func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
