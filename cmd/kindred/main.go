// Command kindred reads papers, learns topics from them, and answers "papers like this one" on the command line and over
// HTTP. Each file here is one subcommand, but for app.go, which is what they share, datadir.go and progress.go.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Exit statuses.
const (
	exitOK     = 0
	exitFailed = 1 // it could not be done
	exitUsage  = 2 // it was asked for in a way that cannot be understood
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run executes one command line and returns its exit status. Canceling ctx interrupts it; what was committed stays.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: stdout, stderr: stderr, getenv: os.Getenv}
	root := a.root()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = errors.New("interrupted" + strings.TrimPrefix(err.Error(), context.Canceled.Error()))
	}
	fmt.Fprintf(stderr, "kindred: %v\n", err)
	var usage *usageError
	if errors.As(err, &usage) {
		fmt.Fprintf(stderr, "Run '%s --help' for how it is used.\n", usage.command)
		return exitUsage
	}
	return exitFailed
}

// root returns the command with all subcommands.
func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "kindred",
		Short: "Topics of research papers, and papers like this one",
		Long: `Kindred learns topics from the titles and abstracts of papers, and for a paper, several papers or any text finds the
papers most like it. Everything it keeps is in one data folder.`,
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
			return usage(cmd, errors.Join(cmd.ValidateRequiredFlags(), cmd.ValidateFlagGroups()))
		},
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(usage)
	flags := root.PersistentFlags()
	flags.StringVar(&a.data, "data", cmp.Or(a.getenv("KINDRED_DATA"), defaultData), "the data folder; the environment variable KINDRED_DATA sets another default")
	flags.BoolVar(&a.json, "json", false, "print JSON, for programs")
	root.AddCommand(a.commands()...)
	wrapArgs(root)
	return root
}

// commands returns the subcommands, each from its own file.
func (a *app) commands() []*cobra.Command {
	return []*cobra.Command{
		a.serveCommand(),
		a.importCommand(),
		a.fitCommand(),
		a.similarCommand(),
		a.searchCommand(),
		a.topicsCommand(),
		a.classifyCommand(),
		a.evalCommand(),
		a.keyCommand(),
		a.exportCommand(),
		a.baseCommand(),
		a.versionCommand(),
	}
}

// usageError is a command line that cannot be understood.
type usageError struct {
	command string // the command whose help tells how it is used
	err     error
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// usage marks an error as one in how cmd was called; nil stays nil.
func usage(cmd *cobra.Command, err error) error {
	if err == nil {
		return nil
	}
	return &usageError{command: cmd.CommandPath(), err: err}
}

// usagef returns an error in how cmd was called.
func usagef(cmd *cobra.Command, format string, args ...any) error {
	return usage(cmd, fmt.Errorf(format, args...))
}

// unknownCommand returns the usage error for a subcommand that there is not, with those that it may be a misspelling of.
func unknownCommand(cmd *cobra.Command, name string) error {
	cmd.SuggestionsMinimumDistance = 2 // letters that differ, at most
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		return usagef(cmd, "unknown command %q: is it %s?", name, strings.Join(near, " or "))
	}
	return usagef(cmd, "unknown command %q", name)
}

// wrapArgs makes the errors of every command's Args usage errors, and gives a command that only groups others one for a
// name it does not know.
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
