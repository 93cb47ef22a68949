package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// healthTimeout bounds how long a server is waited for.
const healthTimeout = 5 * time.Second

func (a *app) healthCommand() *cobra.Command {
	var url string
	var ready bool
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask a running server whether it answers",
		Long: `Asks a running server at /healthz whether it answers, or with --ready at /readyz whether papers and a model are
loaded. Prints what it says. The status is 0 if it does, and 1 if not: for containers and scripts.`,
		Example: `  kindred health
  kindred health --ready --url http://127.0.0.1:9000`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runHealth(cmd.Context(), url, ready) },
	}
	cmd.Flags().StringVar(&url, "url", "http://127.0.0.1:8080", "where the server is")
	cmd.Flags().BoolVar(&ready, "ready", false, "ask for papers and a model as well")
	return cmd
}

func (a *app) runHealth(ctx context.Context, url string, ready bool) error {
	ctx, cancel := context.WithTimeout(ctx, healthTimeout)
	defer cancel()
	path := "/healthz"
	if ready {
		path = "/readyz"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(url, "/")+path, nil)
	if err != nil {
		return fmt.Errorf("--url: %w", err)
	}
	res, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req) // no proxy: the server is near
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s: %s", req.URL, res.Status, strings.TrimSpace(string(body)))
	}
	if a.json {
		return a.printJSON(map[string]any{"url": req.URL.String(), "status": res.StatusCode})
	}
	a.printf("%s\n", strings.TrimSpace(string(body)))
	return nil
}
