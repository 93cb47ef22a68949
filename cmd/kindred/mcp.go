package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"kindred/api/mcp"
	"kindred/recommend/library"
	"kindred/server"
)

func (a *app) mcpCommand() *cobra.Command {
	var withSample bool
	cmd := &cobra.Command{
		Use:   "mcp",
		Short: "Answer an AI assistant over the Model Context Protocol (MCP)",
		Long: `Answers an AI assistant over the Model Context Protocol: messages on the standard input, answers on
the standard output, the log on the standard error stream. It is started by the assistant, whose
configuration names this command and the data folder, and ends when the assistant closes the input. What
other processes import or fit shows at once. A running server (kindred serve) answers at /mcp as well.`,
		Example: `  kindred mcp --data /home/ada/papers
  kindred mcp --data /home/ada/papers --sample

  In the configuration of an assistant:
  {"mcpServers": {"kindred": {"command": "kindred", "args": ["mcp", "--data", "/home/ada/papers"]}}}`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runMCP(cmd.Context(), withSample) },
	}
	cmd.Flags().BoolVar(&withSample, "sample", false, "load the embedded sample papers if the data folder has no papers")
	return cmd
}

func (a *app) runMCP(ctx context.Context, withSample bool) (err error) {
	log := a.warnings()
	l, err := library.Open(ctx, a.folder(), library.Options{Create: withSample, Log: log})
	if errors.Is(err, library.ErrNoPapers) && !filepath.IsAbs(a.data) {
		if abs, failed := filepath.Abs(a.data); failed == nil { // assistants start programs in a folder of their own
			err = fmt.Errorf("%w; the folder is %s: give --data an absolute path", err, abs)
		}
	}
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var watching sync.WaitGroup
	defer func() {
		stop()
		watching.Wait()
		err = errors.Join(err, l.Close())
	}()
	sample, err := server.Start(ctx, l, withSample)
	if err != nil {
		return err
	}
	if sample > 0 {
		a.notef("Loaded %d sample papers.\n", sample)
	}
	watching.Go(func() { l.Watch(ctx) })
	if f, ok := a.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		a.notef("An assistant starts this command and talks to it; kindred mcp --help says how. Ctrl-D ends it.\n")
	}
	return mcp.New(mcp.Options{Current: l.Current, Version: build().Version, Log: log}).Run(ctx, a.stdin, a.stdout)
}
