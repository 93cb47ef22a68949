package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kindred/recommend/digest"
	"kindred/recommend/library"
)

func (a *app) digestCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "digest", Short: "Show and make the issues of subscriptions"}
	preview := &cobra.Command{
		Use: "preview NAME", Short: "Show what the next issue would be now", Args: cobra.ExactArgs(1),
		Long: `Shows what the next issue of a subscription would be now. Nothing is recorded and nothing is sent. --html and --text
write the two bodies of the letter that would be sent; --base-url is the server that its links lead to.`,
		Example: `  kindred digest preview mornings --html issue.html --text issue.txt`,
	}
	var bodies letterFiles
	bodies.add(preview)
	preview.RunE = func(cmd *cobra.Command, args []string) error { return a.runPreview(cmd.Context(), args[0], &bodies) }
	run := &cobra.Command{
		Use: "run", Short: "Make the issues that are due", Args: cobra.NoArgs,
		Long: `Makes the issues that are due, as a running server does, and queues their letters. It is for those who run no
server: a timer of the system calls it.`,
	}
	run.RunE = func(cmd *cobra.Command, _ []string) error { return a.runDue(cmd.Context()) }
	issues := &cobra.Command{Use: "issues NAME", Short: "Show the last issues, the newest first", Args: cobra.ExactArgs(1)}
	issues.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withSubscription(cmd.Context(), args[0], func(u *digest.Subscriptions, s *digest.Subscription) error {
			list, err := u.Issues(cmd.Context(), s.ID)
			return show(a, list, err, func() error { return each(list, a.out().Issue) })
		})
	}
	cmd.AddCommand(preview, run, issues, a.digestTestCommand())
	return cmd
}

// withMaker calls f with what makes issues of the data folder.
func (a *app) withMaker(ctx context.Context, f func(*digest.Maker) error) error {
	return a.withLibrary(ctx, func(l *library.Library) error {
		return f(digest.NewMaker(l, l.Sources(a.client(fetchFlags{})), a.warnings()))
	})
}

func (a *app) runPreview(ctx context.Context, name string, bodies *letterFiles) error {
	return a.withMaker(ctx, func(m *digest.Maker) error {
		s, err := m.Subscriptions.Named(ctx, name)
		if err != nil {
			return fmt.Errorf("%w; kindred subscriptions list shows them", err)
		}
		c, err := m.Preview(ctx, s, time.Now())
		if err != nil {
			return err
		}
		if err := bodies.write(ctx, m.Subscriptions, s, c.Issue); err != nil {
			return err
		}
		return show(a, c.Issue, nil, func() error { return a.out().Issue(c.Issue) })
	})
}

func (a *app) runDue(ctx context.Context) error {
	return a.withMaker(ctx, func(m *digest.Maker) error {
		made, err := m.MakeDue(ctx, time.Now())
		if a.json {
			err = errors.Join(a.printJSON(made), err)
		}
		for _, issue := range made {
			a.printf("%s: issue %d, %d papers\n", issue.Name, issue.Number, len(issue.IDs()))
		}
		if len(made) == 0 && err == nil {
			a.printf("Nothing is due.\n")
		}
		return err
	})
}
