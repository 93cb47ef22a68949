package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
	"go.opentelemetry.io/otel/trace"

	"kindred/api"
	"kindred/classifier/topic"
	"kindred/data/read"
	"kindred/data/sample"
	"kindred/recommend/library"
)

// How long the server waits.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 2 * time.Minute
	shutdownTimeout   = 10 * time.Second
)

type serveFlags struct {
	addr    string
	sample  bool
	baseURL string
	name    string
	origins []string
	proxies []string
	rate    float64
	clicks  bool
	tracing bool
}

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the API, the pages and the widget",
		Long: `Serves the API, the web pages and the widget. A model is fitted first where there are papers and none is there yet. Papers that
another process imports, and models that it fits, are taken up while serving.`,
		Example: `  kindred serve --sample
  kindred serve --addr :8080 --base-url https://papers.example.org`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runServe(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.addr, "addr", "127.0.0.1:8080", "the address to listen on")
	flags.BoolVar(&f.sample, "sample", false, "load the embedded sample papers if the data folder has none")
	flags.StringVar(&f.baseURL, "base-url", "", "where clients reach the server, such as https://papers.example.org")
	flags.StringVar(&f.name, "name", "", "what the site is called (default Kindred)")
	flags.StringSliceVar(&f.origins, "allow-origin", nil, "origins whose pages may change something; reading is open to all")
	flags.StringSliceVar(&f.proxies, "trusted-proxy", nil, "addresses or prefixes whose X-Forwarded-For is believed")
	flags.Float64Var(&f.rate, "rate", 0, "requests a second from one address, negative for no limit (default 50)")
	flags.BoolVar(&f.clicks, "count-clicks", false, "count click-throughs of the widget by paper, nothing about readers")
	flags.BoolVar(&f.tracing, "tracing", false, "send a span of every request to the OpenTelemetry collector that OTEL_EXPORTER_OTLP_ENDPOINT names")
	return cmd
}

func (a *app) runServe(ctx context.Context, f serveFlags) (err error) {
	log := slog.New(slog.NewTextHandler(a.stderr, nil))
	l, err := library.Open(ctx, a.folder(), library.Options{Create: true, Log: log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()

	var tracer trace.TracerProvider
	if f.tracing {
		provider, err := traceProvider(ctx)
		if err != nil {
			return err
		}
		defer func() {
			if err := flush(ctx, provider); err != nil { // a collector that is away is no failure of the server
				log.Warn("tracing", "err", err)
			}
		}()
		tracer = provider
	}
	var empty atomic.Bool // no papers were there when serving began
	handler, err := api.New(api.Config{
		Current: l.Current, Empty: empty.Load, Writer: l, Keys: api.NewKeys(l.Store()), Curator: l,
		Refit: func() bool { return l.RefitInBackground(ctx, nil) }, Log: log,
		BaseURL: strings.TrimSuffix(f.baseURL, "/"), Name: f.name, Build: build().Commit, AllowOrigins: f.origins,
		TrustedProxies: f.proxies, Rate: f.rate, CountClicks: f.clicks, Tracer: tracer,
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", f.addr)
	if err != nil {
		return fmt.Errorf("%w: another program may be listening there; choose another address (--addr)", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(listener) }()
	// The address answers from here on, with 503 until the model is there.
	ctx, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := a.prepare(ctx, l, f.sample); err != nil {
			failed <- err
			return
		}
		empty.Store(l.Current() == nil)
		a.announce(l, listener.Addr())
		l.Watch(ctx)
	}()
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	stop()
	quit, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	shutdown := server.Shutdown(quit)
	<-done
	if errors.Is(err, context.Canceled) || errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return errors.Join(err, shutdown)
}

// prepare loads the sample papers into an empty library, if it is asked to, and has the library answer.
func (a *app) prepare(ctx context.Context, l *library.Library, withSample bool) error {
	stats, err := l.Store().Stats(ctx)
	if err != nil {
		return err
	}
	if stats.Papers == 0 && withSample {
		n, err := putSample(ctx, l)
		if err != nil {
			return fmt.Errorf("load the sample papers: %w", err)
		}
		a.notef("Loaded %d sample papers.\n", n)
	}
	return l.Start(ctx)
}

// putSample stores the embedded sample papers and returns how many there are.
func putSample(ctx context.Context, l *library.Library) (int, error) {
	src, err := read.NewSource("sample", sample.Papers(), read.Options{})
	if err != nil {
		return 0, err
	}
	defer src.Close()
	counts, err := l.Import(ctx, src.Papers(), library.ImportOptions{})
	return counts.Papers(), err
}

// announce says where the server is.
func (a *app) announce(l *library.Library, addr net.Addr) {
	url := "http://" + addr.String()
	s := l.Current()
	switch {
	case s == nil:
		a.notef("Serving on %s, without papers yet: import some (kindred import FILE... --data %s) and fit (kindred fit --data %s).\n", url, a.data, a.data)
		return
	case !s.Ready():
		a.notef("Serving %d papers without a model (%s). Fitting one; recommendations come when it is there.\n", s.Catalog.Len(), s.Missing)
	default:
		a.notef("Serving %d papers in %d topics (model %s).\n", s.Catalog.Len(), len(s.SortedTopics(topic.Main, "size", "")), s.Model.Version)
	}
	a.notef("  Open %s/ in a browser; the API is documented at %s/docs. Stop with Ctrl-C.\n", url, url)
}
