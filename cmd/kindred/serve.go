package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kindred/classifier/topic"
	"kindred/cmd/kindred/printer"
	"kindred/recommend/library"
	"kindred/server"
)

type serveFlags struct {
	server  server.Options
	fetch   fetchFlags
	mail    letterFlags
	baseURL string

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
			opt := f.server
			var err error
			if opt.Refits, err = f.refits(); err != nil {
				return usage(cmd, err)
			}
			if opt.Mail, err = f.mail.messages(cmd); errors.Is(err, errNoPassword) {
				a.notef("Letters wait until the server is started again: %v\n", err) // everything else works without them
			} else if err != nil {
				return err
			}
			opt.Version, opt.API.Build, opt.API.BaseURL = build().Version, build().Commit, strings.TrimSuffix(f.baseURL, "/")
			opt.Sources, opt.Log, opt.Ready = a.client(f.fetch), slog.New(slog.NewTextHandler(a.stderr, nil)), a.announce
			return server.Run(cmd.Context(), a.folder(), opt)
		},
	}
	f.mail.add(cmd)
	f.mail.addHooks(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.server.Addr, "addr", "127.0.0.1:8080", "the address to listen on")
	flags.BoolVar(&f.server.Sample, "sample", false,
		"load the embedded sample papers if the data folder has no papers")
	flags.StringVar(&f.baseURL, "base-url", "",
		"public address of the server, such as https://papers.example.org")
	flags.StringVar(&f.server.API.Name, "name", "", "name of the site (default Kindred)")
	flags.StringSliceVar(&f.server.API.AllowOrigins, "allow-origin", nil,
		"origins whose pages may make changes; reading is open to all")
	flags.StringSliceVar(&f.server.API.TrustedProxies, "trusted-proxy", nil,
		"addresses or prefixes of proxies whose X-Forwarded-For, -Proto and -Host are believed")
	flags.Float64Var(&f.server.API.Rate, "rate", 0,
		"requests a second from one address (default 50); negative for no limit")
	flags.BoolVar(&f.server.API.CountClicks, "count-clicks", false,
		"count clicks in the widget by paper; nothing about readers is kept")
	f.fetch.add(cmd)
	flags.BoolVar(&f.server.Tracing, "tracing", false,
		"send a span of each request to the OpenTelemetry collector at OTEL_EXPORTER_OTLP_ENDPOINT")
	flags.StringVar(&f.refitHours, "refit-hours", "any",
		"hours of the day, local time, in which a fit may start because papers drifted away from the model: such as 22-6; any or never")
	flags.Int64Var(&f.refitMemory, "refit-memory", 0,
		"most memory in MiB that such a fit may take by estimate; 0 for no limit")
	flags.DurationVar(&f.refitGap, "refit-gap", 6*time.Hour, "least time between such a fit and the one before")
	return cmd
}

// announce prints the address and the state of the server.
func (a *app) announce(l *library.Library, addr net.Addr, sample int) {
	if sample > 0 {
		a.notef("Loaded %d sample papers.\n", sample)
	}
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
	if key, err := l.Folder().OwnerKey(); err == nil && printer.Terminal(a.stderr) {
		a.notef("  Curate topics at %s/curate?key=%s\n", url, key)
		return
	}
	a.notef("  Changes over HTTP need a key: yours is printed by kindred key owner --data %s.\n", a.data)
}
