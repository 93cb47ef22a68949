package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kindred/cmd/kindred/printer"
	"kindred/data"
	"kindred/data/read"
	"kindred/data/store"
	"kindred/recommend/digest"
)

func (a *app) subscriptionsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "subscriptions",
		Short: "Manage who gets which papers, when and where",
		Long: `A subscription gets the new papers that fit it: those like the papers of a library, those that a search
finds, those of topics or authors, or those with the most upvotes. kindred digest shows what comes of it.`,
	}
	list := &cobra.Command{Use: "list", Short: "List the subscriptions", Args: cobra.NoArgs}
	list.RunE = func(cmd *cobra.Command, _ []string) error {
		return a.withSubscriptions(cmd.Context(), func(u *digest.Subscriptions) error {
			all, err := u.List(cmd.Context())
			for i := range all {
				all[i] = all[i].Public()
			}
			return show(a, all, err, func() error { return a.out().Subscriptions(all) })
		})
	}
	remove := &cobra.Command{Use: "remove NAME", Short: "Remove a subscription and all that is kept of it", Args: cobra.ExactArgs(1)}
	remove.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withSubscription(cmd.Context(), args[0], func(u *digest.Subscriptions, s *digest.Subscription) error {
			err := u.Remove(cmd.Context(), s.ID)
			return a.say(map[string]bool{"removed": true}, err, "%s is removed.", s.Name)
		})
	}
	shown := &cobra.Command{Use: "show NAME", Short: "Show a subscription", Args: cobra.ExactArgs(1)}
	shown.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withSubscription(cmd.Context(), args[0], func(u *digest.Subscriptions, s *digest.Subscription) error {
			return a.showSubscription(cmd.Context(), u, s)
		})
	}
	cmd.AddCommand(a.addSubscriptionCommand(), list, shown,
		a.changeCommand("pause NAME", "Make no issues until it is resumed", func(s *digest.Subscription) { s.Paused = true }),
		a.changeCommand("resume NAME", "Make issues again", func(s *digest.Subscription) { s.Paused = false }),
		a.changeCommand("confirm NAME", "Say that the owner of its mail address wants it", func(s *digest.Subscription) {
			s.State, s.Stopped = digest.Confirmed, ""
		}), a.libraryCommand(), remove)
	return cmd
}

// withSubscriptions calls f with the subscriptions of the data folder.
func (a *app) withSubscriptions(ctx context.Context, f func(*digest.Subscriptions) error) error {
	return a.withNewStore(ctx, func(st *store.SQLite) error {
		return f(digest.NewSubscriptions(st))
	})
}

// withSubscription calls f with the subscription of a name or id.
func (a *app) withSubscription(ctx context.Context, name string, f func(*digest.Subscriptions, *digest.Subscription) error) error {
	return a.withSubscriptions(ctx, func(u *digest.Subscriptions) error {
		s, err := u.Named(ctx, name)
		if errors.Is(err, digest.ErrNotFound) {
			return fmt.Errorf("%w; kindred subscriptions list shows them", err)
		}
		if err != nil {
			return err
		}
		return f(u, s)
	})
}

// changeCommand is a command that changes a subscription and shows it.
func (a *app) changeCommand(use, short string, change func(*digest.Subscription)) *cobra.Command {
	cmd := &cobra.Command{Use: use, Short: short, Args: cobra.ExactArgs(1)}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withSubscription(cmd.Context(), args[0], func(u *digest.Subscriptions, s *digest.Subscription) error {
			s, err := u.Change(cmd.Context(), s.ID, time.Now(), func(s *digest.Subscription) error {
				change(s)
				return nil
			})
			if err != nil {
				return err
			}
			return a.showSubscription(cmd.Context(), u, s)
		})
	}
	return cmd
}

func (a *app) libraryCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use: "library NAME FILE...", Short: "Replace the library of a subscription", Args: cobra.MinimumNArgs(2),
		Long: `Replaces the papers that a subscription is ranked by with those of files, such as an export of a reference
manager. They are kept with the subscription and are not put among the papers of the data folder.`,
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return a.withSubscription(cmd.Context(), args[0], func(u *digest.Subscriptions, s *digest.Subscription) error {
			own, err := a.readLibrary(cmd.Context(), args[1:])
			if err != nil {
				return err
			}
			if s, err = u.SetOwn(cmd.Context(), s.ID, own, time.Now()); err != nil {
				return err
			}
			return a.showSubscription(cmd.Context(), u, s)
		})
	}
	return cmd
}

// readLibrary reads the papers of a reader's library from files, or from the standard input for "-".
func (a *app) readLibrary(ctx context.Context, files []string) ([]*data.Paper, error) {
	return digest.ReadFiles(ctx, files, read.Options{Stdin: a.stdin}, a.leftOut)
}

// leftOut names a record that cannot be used.
func (a *app) leftOut(file string, record *read.RecordError) {
	a.notef("%s: left out: %v\n", file, record)
}

// addFilter adds the flags of what an issue may hold.
func addFilter(f *pflag.FlagSet, s *digest.Subscription) {
	f.StringArrayVar(&s.Favourites, "favourite", nil, "an author whose papers come first")
	f.StringArrayVar(&s.Filter.Must, "must", nil, "a word or phrase that must occur")
	f.StringArrayVar(&s.Filter.MustNot, "must-not", nil, "a word or phrase that must not occur")
	f.StringSliceVar(&s.Filter.Categories, "category", nil, "only these categories; cs stands for all below it")
	f.Float64Var(&s.Filter.LeastScore, "least-score", 0, fmt.Sprintf("lowest likeness, 0 to 1 (default %.1f)", digest.DefaultLeast))
	f.IntVar(&s.Filter.Limit, "limit", 0, fmt.Sprintf("papers of an issue, at most (default %d)", digest.DefaultPicks))
	f.BoolVar(&s.TellQuiet, "tell-quiet", false, "send an issue also where there is nothing, and say why")
}

func (a *app) addSubscriptionCommand() *cobra.Command {
	var s digest.Subscription
	var files []string
	var trending, confirmed bool
	var zotero zoteroFlags
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add a subscription",
		Long: `Adds a subscription. What it asks for is given by one of --library, --zotero or --seed, --search, --topic, --author and
--trending. Its issues go to a mail address, to a webhook, or, without either, to a feed alone. A mail address is
asked for a confirmation first; --confirmed says that its owner has agreed.`,
		Example: `  kindred subscriptions add mornings --library refs.bib --mail me@example.org --confirmed --zone Europe/Berlin
  kindred subscriptions add robots --search "robot learning" --must-not survey --every weekly --day friday`,
		Args: cobra.ExactArgs(1),
	}
	f := cmd.Flags()
	f.StringArrayVar(&files, "library", nil, "a file of papers that you have, in any form that import reads; - for the standard input")
	zotero.add(f)
	f.StringSliceVar(&s.Seeds, "seed", nil, "ids of papers that you like")
	f.StringSliceVar(&s.Dislikes, "dislike", nil, "ids of papers that you do not")
	f.StringVar(&s.Search, "search", "", "a search, as in the search box")
	f.IntSliceVar(&s.Topics, "topic", nil, "numbers of topics")
	f.StringArrayVar(&s.Authors, "author", nil, "an author, as the name is written on papers")
	f.BoolVar(&trending, "trending", false, "the papers with the most upvotes")
	addFilter(f, &s)
	f.StringSliceVar(&s.Filter.Sources, "source", nil, "only papers whose id begins so (arxiv), or of this venue")
	f.StringVar(&s.Schedule.Every, "every", "", "daily, weekly or count (default daily)")
	f.StringVar(&s.Schedule.Day, "day", "", "day of a weekly issue (default monday)")
	f.IntVar(&s.Schedule.Count, "papers", 0, "with --every count: as soon as so many papers are there")
	f.StringVar(&s.Schedule.At, "at", "", "time of day (default "+digest.DefaultAt+")")
	f.StringVar(&s.Schedule.Zone, "zone", "", "time zone, such as Europe/Berlin (default UTC)")
	f.StringVar(&s.To.Mail, "mail", "", "mail address")
	f.StringVar(&s.To.Webhook, "webhook", "", "address that each issue is posted to")
	f.StringVar(&s.To.Secret, "secret", "", "what calls of the webhook are signed with")
	f.BoolVar(&confirmed, "confirmed", false, "the owner of the mail address has agreed")
	cmd.MarkFlagsMutuallyExclusive("library", "zotero", "search", "topic", "author", "trending")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		s.Name, s.Kind = args[0], digest.Library
		for kind, is := range map[string]bool{
			digest.Search: s.Search != "", digest.Topic: len(s.Topics) > 0, digest.Authors: len(s.Authors) > 0, digest.Trending: trending,
		} {
			if is {
				s.Kind = kind
			}
		}
		if confirmed {
			s.State = digest.Confirmed
		}
		var err error
		if s.Zotero, err = zotero.read(); err != nil {
			return err
		}
		return a.withSubscriptions(cmd.Context(), func(u *digest.Subscriptions) error {
			own, err := a.readLibrary(cmd.Context(), files)
			if err != nil {
				return err
			}
			added, err := u.Add(cmd.Context(), s, own, time.Now())
			if err != nil {
				return err
			}
			if added.Zotero != nil {
				if added, err = u.Renew(cmd.Context(), added, a.client(fetchFlags{}), time.Now()); err != nil {
					return err
				}
			}
			return a.showSubscription(cmd.Context(), u, added)
		})
	}
	return cmd
}

// showSubscription prints a subscription and the addresses that belong to it.
func (a *app) showSubscription(ctx context.Context, u *digest.Subscriptions, s *digest.Subscription) error {
	token, err := u.Token(ctx, s.ID)
	if err != nil {
		return err
	}
	feed, err := u.FeedToken(ctx, s.ID)
	if err != nil {
		return err
	}
	m := &printer.Managed{Subscription: s.Public(), Token: token, Feed: feed}
	if s.Active() {
		m.Next = s.Schedule.After(time.Now())
	}
	return show(a, m, nil, func() error { return a.out().Subscription(m) })
}
