package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kindred/data"
	"kindred/data/fetch"
	"kindred/recommend/library"
)

// fetchFlags are the flags of what asks services.
type fetchFlags struct {
	contact string
	private bool
}

func (f *fetchFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.contact, "contact", "",
		"a mail address or page by which services can reach you; the environment variable KINDRED_CONTACT sets another default")
	flags.BoolVar(&f.private, "allow-private", false, "let sources lead to private addresses, and go through the proxy of the environment")
}

// client returns the client of sources.
func (a *app) client(f fetchFlags) *fetch.Client {
	opt := library.ClientOptions(os.Getenv, build().Version)
	if f.contact != "" {
		opt.Contact = f.contact
	}
	opt.AllowPrivate = f.private
	return fetch.NewClient(opt)
}

// withSources opens the data folder for a function that works with its sources.
func (a *app) withSources(ctx context.Context, f fetchFlags, do func(*fetch.Sources) error) error {
	return a.withOpen(ctx, library.Options{Create: true}, func(l *library.Library) error {
		return do(l.Sources(a.client(f)))
	})
}

func (a *app) fetchCommand() *cobra.Command {
	var f fetchFlags
	var since string
	cmd := &cobra.Command{
		Use:   "fetch SOURCE",
		Short: "Fetch papers from a service once",
		Long: `Fetches the papers of a service once, without following it. A run that is interrupted keeps what it has
stored, and the same command goes on with it. Without --since, the first run begins some days back and a
later one where the last ended. SOURCE is one of
` + forms(),
		Example: `  kindred fetch arxiv:cs.CL --since 2026-01-01
  kindred fetch crossref:issn=2041-1723
  kindred fetch feed:https://journal.example.org/rss`,
		Args: cobra.ExactArgs(1),
	}
	cmd.Flags().StringVar(&since, "since", "", "the day to begin with, such as 2026-01-31")
	f.add(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := fetch.Check(args[0]); err != nil {
			return usage(cmd, err)
		}
		return a.withSources(cmd.Context(), f, func(s *fetch.Sources) error {
			return wrongly(cmd, a.fetched(s, func() (fetch.Status, error) { return s.Once(cmd.Context(), args[0], since) }))
		})
	}
	return cmd
}

// wrongly marks an error of what was typed as one of the command line.
func wrongly(cmd *cobra.Command, err error) error {
	if errors.Is(err, data.ErrInvalid) {
		return usage(cmd, err)
	}
	return err
}

// forms lists the forms of addresses.
func forms() string {
	var b strings.Builder
	for _, s := range fetch.Services() {
		fmt.Fprintf(&b, "  %-50s %s\n", s.Form, s.Title)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// fetched runs a source and prints what happened.
func (a *app) fetched(s *fetch.Sources, run func() (fetch.Status, error)) error {
	bar := a.progress(false)
	defer bar.End()
	s.Progress = func(c fetch.Counts) { bar.Set("papers", int64(c.Got), -1) }
	status, err := run()
	bar.End()
	if status.Name == "" {
		return err
	}
	return errors.Join(err, show(a, status, nil, func() error { return a.out().Fetched(&status) }))
}

func (a *app) sourcesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sources",
		Short: "Follow services that announce papers",
		Long: `Follows services: kindred serve runs each source when it is due. See docs/sources.md for what to write for
each service, and which environment variables hold keys.`,
	}
	var f fetchFlags
	var name, since string
	var every time.Duration
	add := &cobra.Command{
		Use: "add SOURCE", Short: "Follow a source", Args: cobra.ExactArgs(1),
		Long: "Follows a source. SOURCE is one of\n" + forms(),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withSources(cmd.Context(), f, func(s *fetch.Sources) error {
				c, err := s.Add(cmd.Context(), name, args[0], every, since)
				if err != nil {
					return wrongly(cmd, err)
				}
				return a.listSources(cmd.Context(), s, c.Name)
			})
		},
	}
	add.Flags().StringVar(&name, "name", "", "its name (default: made from the address)")
	add.Flags().DurationVar(&every, "every", 0, "the time between two runs, such as 6h (default: that of the service)")
	add.Flags().StringVar(&since, "since", "", "the day to begin with, such as 2026-01-31")
	list := &cobra.Command{
		Use: "list", Short: "Say how each source is", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withSources(cmd.Context(), f, func(s *fetch.Sources) error { return a.listSources(cmd.Context(), s, "") })
		},
	}
	named := func(use, short string, do func(ctx context.Context, s *fetch.Sources, name string) error) *cobra.Command {
		c := &cobra.Command{Use: use + " NAME", Short: short, Args: cobra.ExactArgs(1)}
		c.RunE = func(cmd *cobra.Command, args []string) error {
			return a.withSources(cmd.Context(), f, func(s *fetch.Sources) error { return do(cmd.Context(), s, args[0]) })
		}
		return c
	}
	pause := func(paused bool) func(context.Context, *fetch.Sources, string) error {
		return func(ctx context.Context, s *fetch.Sources, name string) error {
			if _, err := s.Pause(ctx, name, paused); err != nil {
				return err
			}
			return a.listSources(ctx, s, name)
		}
	}
	run := named("run", "Run a source now", func(ctx context.Context, s *fetch.Sources, name string) error {
		return a.fetched(s, func() (fetch.Status, error) { return s.Run(ctx, name) })
	})
	f.add(run)
	cmd.AddCommand(add, list, run,
		named("pause", "Stop the runs of a source", pause(true)),
		named("resume", "Go on with the runs of a source", pause(false)),
		named("remove", "Forget a source; its papers stay", func(ctx context.Context, s *fetch.Sources, name string) error {
			if err := s.Remove(ctx, name); err != nil {
				return err
			}
			return a.say(map[string]string{"removed": name}, nil, "%s is not followed any more.", name)
		}))
	return cmd
}

// listSources prints the source with a name, or all for "".
func (a *app) listSources(ctx context.Context, s *fetch.Sources, name string) error {
	list, err := s.List(ctx)
	if err != nil {
		return err
	}
	shown := make([]fetch.Status, 0, len(list))
	for _, st := range list {
		if name == "" || st.Name == name {
			shown = append(shown, st)
		}
	}
	return show(a, shown, nil, func() error {
		if len(list) == 0 {
			a.printf("No source is followed. Add one: kindred sources add arxiv:cs.CL\n")
		}
		return a.out().Sources(shown)
	})
}
