package main

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

	"github.com/spf13/cobra"
	"go.opentelemetry.io/otel/trace"

	"kindred/api"
	"kindred/api/guard"
	"kindred/api/mcp"
	"kindred/classifier/topic"
	"kindred/data/read"
	"kindred/data/sample"
	"kindred/mail"
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
	fetch   fetchFlags
	mail    smtpFlags
	smtp    *mail.SMTP // nil where letters are not sent

	refitHours  string
	refitMemory int64
	refitGap    time.Duration
}

// refits reads the flags that say when the server fits by itself.
func (f *serveFlags) refits() (library.Refits, error) {
	r := library.Refits{Memory: f.refitMemory << 20, Gap: f.refitGap}
	if f.refitMemory < 0 || f.refitGap < 0 {
		return r, errors.New("--refit-memory and --refit-gap must not be negative")
	}
	var err error
	if r.Enabled, r.From, r.To, err = library.ParseHours(f.refitHours); err != nil {
		return r, fmt.Errorf("--refit-hours %w", err)
	}
	return r, nil
}

func (a *app) serveCommand() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve the API, the pages and the widget",
		Long: `Serves the API, the web pages and the widget, and AI assistants at /mcp. Where papers have no model yet, one is fitted
while papers and searches are answered without it. A running server picks up the papers and models of
other processes. It fits anew by itself when papers drift away from the model; the log, /v1/stats and
/metrics say why.`,
		Example: `  kindred serve --sample
  kindred serve --addr :8080 --base-url https://papers.example.org`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			refits, err := f.refits()
			if err != nil {
				return usage(cmd, err)
			}
			if f.smtp, err = f.mail.optional(a, cmd); err != nil {
				return err
			}
			return a.runServe(cmd.Context(), f, refits)
		},
	}
	f.mail.add(a, cmd)
	f.mail.addHooks(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.addr, "addr", "127.0.0.1:8080", "the address to listen on")
	flags.BoolVar(&f.sample, "sample", false,
		"load the embedded sample papers if the data folder has no papers")
	flags.StringVar(&f.baseURL, "base-url", "",
		"public address of the server, such as https://papers.example.org")
	flags.StringVar(&f.name, "name", "", "name of the site (default Kindred)")
	flags.StringSliceVar(&f.origins, "allow-origin", nil,
		"origins whose pages may make changes; reading is open to all")
	flags.StringSliceVar(&f.proxies, "trusted-proxy", nil,
		"addresses or prefixes of proxies whose X-Forwarded-For, -Proto and -Host are believed")
	flags.Float64Var(&f.rate, "rate", 0,
		"requests a second from one address (default 50); negative for no limit")
	flags.BoolVar(&f.clicks, "count-clicks", false,
		"count clicks in the widget by paper; nothing about readers is kept")
	f.fetch.add(cmd)
	flags.BoolVar(&f.tracing, "tracing", false,
		"send a span of each request to the OpenTelemetry collector at OTEL_EXPORTER_OTLP_ENDPOINT")
	flags.StringVar(&f.refitHours, "refit-hours", "any",
		"hours of the day, local time, in which a fit may start because papers drifted away from the model: such as 22-6; any or never")
	flags.Int64Var(&f.refitMemory, "refit-memory", 0,
		"most memory in MiB that such a fit may take by estimate; 0 for no limit")
	flags.DurationVar(&f.refitGap, "refit-gap", 6*time.Hour, "least time between such a fit and the one before")
	return cmd
}

func (a *app) runServe(ctx context.Context, f serveFlags, refits library.Refits) (err error) {
	log := slog.New(slog.NewTextHandler(a.stderr, nil))
	l, err := library.Open(ctx, a.folder(), library.Options{Create: true, Log: log, Refits: refits})
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
			if err := flush(ctx, provider); err != nil { // an absent collector is no failure of the server
				log.Warn("tracing", "err", err)
			}
		}()
		tracer = provider
	}
	var empty atomic.Bool // no papers were there when serving began
	sources := l.Sources(a.client(f.fetch))
	config := api.Config{
		Current: l.Current, Empty: empty.Load, Log: log,
		ModelFailed: l.ModelFailed, BaseURL: strings.TrimSuffix(f.baseURL, "/"), Name: f.name, Build: build().Commit, AllowOrigins: f.origins,
		TrustedProxies: f.proxies, Rate: f.rate, CountClicks: f.clicks, Tracer: tracer,
		MCP: mcp.New(mcp.Options{Current: l.Current, Version: build().Version, Log: a.warnings()}).Handler(),
	}
	if !l.Store().ReadOnly() {
		owner, err := l.Folder().OwnerKey()
		if err != nil {
			return err
		}
		config.Writer, config.Curator, config.Keys = l, l, guard.NewKeys(l.Store()).WithOwner(owner)
		config.Sources, config.Subscriptions = sources, digest.NewSubscriptions(l.Store())
		config.Refit = func() bool { return l.RefitInBackground(ctx, "", nil) }
	}
	handler, err := api.New(config)
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
	// The address answers from here on, with 503 until papers are loaded.
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
		var writers sync.WaitGroup
		if !l.Store().ReadOnly() {
			tick := time.NewTicker(digestInterval)
			defer tick.Stop()
			maker := digest.NewMaker(l, sources, log)
			writers.Go(func() { maker.Run(ctx, tick.C) })
			writers.Go(func() { a.courier(l.Store(), f.smtp, &f.mail, strings.TrimSuffix(f.baseURL, "/"), log).Run(ctx) })
			writers.Go(func() { l.FollowSources(ctx, sources) })
		}
		l.Watch(ctx)
		writers.Wait()
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

// prepare imports the sample papers into an empty library, if withSample is set, and starts the library.
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

// putSample imports the embedded sample papers and returns their number.
func putSample(ctx context.Context, l *library.Library) (int, error) {
	src, err := read.NewSource("sample", sample.Papers(), read.Options{})
	if err != nil {
		return 0, err
	}
	defer src.Close()
	counts, err := l.Import(ctx, src.Papers(), library.ImportOptions{})
	return counts.Papers(), err
}

// announce prints the address and the state of the server.
func (a *app) announce(l *library.Library, addr net.Addr) {
	url := "http://" + addr.String()
	s := l.Current()
	switch {
	case s == nil:
		a.notef("Serving on %s. There are no papers yet: import some (kindred import FILE... --data %s) and fit a model "+
			"(kindred fit --data %s).\n", url, a.data, a.data)
		return
	case !s.Ready():
		a.notef("Serving %d papers without a model (%s). One is being fitted; recommendations follow.\n", s.Catalog.Len(), s.Missing)
	default:
		topics := s.SortedTopics(topic.Main, "size", "")
		a.notef("Serving %d papers in %d topics (model %s).\n", s.Catalog.Len(), len(topics), s.Model.Version)
	}
	a.notef("  Open %s/ in a browser; the API is documented at %s/docs. Stop with Ctrl-C.\n", url, url)
	if l.Store().ReadOnly() {
		a.notef("  The data folder can only be read: this server takes no changes.\n")
		return
	}
	// A log that others may read does not get the key, a terminal does.
	if key, err := l.Folder().OwnerKey(); err == nil && terminal(a.stderr) {
		a.notef("  Curate topics at %s/curate?key=%s\n", url, key)
		return
	}
	a.notef("  Changes over HTTP need a key: yours is printed by kindred key owner --data %s.\n", a.data)
}
