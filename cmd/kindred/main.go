// Command kindred reads papers, learns topics from them, and answers "papers like this one" on the
// command line and over HTTP. This package parses flags and prints. Each subcommand has a file; they
// share app.go (streams, and the open data folder), query.go (flags of rankings) and eval.go (files of
// judgments). How answers look as text belongs to printer, and what a command computes to the packages
// below: server, api, recommend, recommend/library, recommend/eval.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"kindred/cmd/kindred/config"
	"kindred/fault"
)

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1 // the command failed
	exitUsage  = 2 // the command line is wrong
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run executes one command line and returns its exit status. Canceling ctx interrupts it; committed
// changes stay.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr}
	root := a.root()
	root.SetArgs(args)
	err := fault.Guard(func() error { return root.ExecuteContext(ctx) })
	if err == nil || errors.Is(err, errPrinted) {
		return exitOK
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = errors.New("interrupted" + strings.TrimPrefix(err.Error(), context.Canceled.Error()))
	}
	fmt.Fprintf(stderr, "kindred: %v\n", err)
	var usage *usageError
	if errors.As(err, &usage) {
		fmt.Fprintf(stderr, "Run '%s --help' for usage.\n", usage.command)
		return exitUsage
	}
	return exitFailed
}

// errPrinted ends a command that only printed its settings.
var errPrinted = errors.New("settings printed")

// printSettings prints the settings of a command as lines of a configuration file.
func (a *app) printSettings(settings []config.Setting) error {
	return show(a, settings, nil, func() error {
		return each(settings, func(s config.Setting) error { return a.out().Line("%s", s) })
	})
}

// root returns the command with all subcommands.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "kindred",
		Short: "Topics of research papers, and similar papers",
		Long: `Kindred learns topics from the titles and abstracts of papers, and finds the papers most
similar to a paper, to several papers or to a text. All its files are in one data folder.

Every flag can be set in three ways; the first that is there holds: on the command line, in the environment
(KINDRED_SERVE_ADDR for --addr of serve), and in a file of TOML (--config FILE, addr under [serve]).`,
		Example: `  kindred serve --sample            # try it with the embedded sample papers
  kindred import papers.jsonl.gz    # or with your own
  kindred fit
  kindred similar arxiv:2306.05544 --explain`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			settings, print, err := config.Apply(cmd, os.Environ())
			if err != nil {
				return usage(cmd, err)
			}
			if print {
				if err := a.printSettings(settings); err != nil {
					return err
				}
				return errPrinted
			}
			return usage(cmd, errors.Join(cmd.ValidateRequiredFlags(), cmd.ValidateFlagGroups()))
		},
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(usage)
	flags := root.PersistentFlags()
	flags.StringVar(&a.data, "data", defaultData, "the data folder")
	flags.BoolVar(&a.json, "json", false, "print JSON, for programs")
	config.AddFlags(root)
	root.AddCommand(a.commands()...)
	wrapArgs(root)
	return root
}

// commands returns the subcommands.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.serveCommand(),
		a.mcpCommand(),
		a.importCommand(),
		a.fetchCommand(),
		a.sourcesCommand(),
		a.fitCommand(),
		a.similarCommand(),
		a.searchCommand(),
		a.papersCommand(),
		a.trendingCommand(),
		a.neighbourhoodCommand(),
		a.topicsCommand(),
		a.classifyCommand(),
		a.evalCommand(),
		a.keyCommand(),
		a.subscriptionsCommand(),
		a.digestCommand(),
		a.mailCommand(),
		a.dailyCommand(),
		a.exportCommand(),
		a.backupCommand(),
		a.restoreCommand(),
		a.checkCommand(),
		a.healthCommand(),
		a.baseCommand(),
		a.versionCommand(),
	}
}

// usageError is an error in the command line.
type usageError struct {
	command string // whose help shows the usage
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// usage marks an error as one of the command line of cmd; nil stays nil.
func usage(cmd *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	return &usageError{command: cmd.CommandPath(), err: err}
}

// usagef returns an error in the command line of cmd.
func usagef(cmd *cobra.Command, format string, args ...any) error {
	return usage(cmd, fmt.Errorf(format, args...))
}

// require has a command check its flags with f before it runs. What f returns is an error in the command line.
func require(cmd *cobra.Command, f func() error) {
	before := cmd.PreRunE
	cmd.PreRunE = func(cmd *cobra.Command, args []string) error {
		if before != nil {
			if err := before(cmd, args); err != nil {
				return err
			}
		}
		return usage(cmd, f())
	}
}

// unknownCommand returns the usage error for an unknown subcommand, with the similar names.
func unknownCommand(cmd *cobra.Command, name string) error {
	cmd.SuggestionsMinimumDistance = 2 // letters that differ, at most
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		return usagef(cmd, "unknown command %q: is it %s?", name, strings.Join(near, " or "))
	}
	return usagef(cmd, "unknown command %q", name)
}

// wrapArgs turns the errors of every command's Args into usage errors. A command that only groups
// subcommands gets a usage error for an unknown one.
func wrapArgs(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		if check := sub.Args; check != nil {
			sub.Args = func(cmd *cobra.Command, args []string) error { return usage(cmd, check(cmd, args)) }
		}
		if sub.HasSubCommands() && !sub.Runnable() {
			sub.Args = cobra.ArbitraryArgs
			sub.FParseErrWhitelist.UnknownFlags = true // they are of the subcommand that it should have been
			sub.RunE = func(cmd *cobra.Command, args []string) error {
				if len(args) == 0 {
					return usagef(cmd, "%s needs a subcommand", cmd.CommandPath())
				}
				return unknownCommand(cmd, args[0])
			}
		}
		wrapArgs(sub)
	}
}
