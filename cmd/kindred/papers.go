package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"kindred/api/wire"
	"kindred/recommend/library"
)

// listingFlags are the flags of every command that lists papers.
type listingFlags struct {
	filterFlags
	q    library.Listing
	unit string // of the latest span that is asked for, "" for none
}

func (f *listingFlags) add(cmd *cobra.Command) {
	flags, q := cmd.Flags(), &f.q
	f.filterFlags.add(flags, &q.Limit, &q.Topics, &q.Categories)
	flags.StringSliceVar(&q.Sources, "source", nil, "only papers from these sources, such as arxiv or icml")
	flags.BoolVar(&q.Linked, "linked", false, "only papers with an address where they can be read")
}

// parse checks the flags and the span, if one is given. An error names the flag.
func (f *listingFlags) parse(args []string) error {
	if err := f.dates(&f.q.After, &f.q.Before); err != nil {
		return err
	}
	if len(args) > 0 {
		var err error
		if f.q.Span, f.unit, err = spanArgument(args[0]); err != nil {
			return err
		}
	}
	return checkLimit(f.q.Limit)
}

// spanArgument reads a span by its form, or the unit of the latest one.
func spanArgument(s string) (sp library.Span, unit string, err error) {
	if slices.Contains(library.SpanUnits, s) {
		return sp, s, nil
	}
	for _, unit := range library.SpanUnits {
		if sp, err = library.ParseSpan(unit, s); err == nil {
			return sp, "", nil
		}
	}
	return sp, "", fmt.Errorf("%q: want a day (2026-08-21), a week (2026-W34), a month (2026-08), or day, week or month for the latest", s)
}

func (a *app) papersCommand() *cobra.Command {
	var f listingFlags
	cmd := &cobra.Command{
		Use:   "papers [DAY, WEEK or MONTH]",
		Short: "List the papers, or those of a day, a week or a month",
		Long: `Lists papers, newest first. A day is written 2026-08-21, a week 2026-W34 (ISO 8601, from Monday), a month
2026-08; day, week and month alone are the latest with papers. Days are those of publication, in UTC. A paper
whose date is known to the year alone is in none of them.

--like orders by likeness to papers, as the pages order by a reader's list.`,
		Example: `  kindred papers
  kindred papers day
  kindred papers 2026-W34 --topic 12 --linked
  kindred papers month --like 2306.05544 --not 1706.03762`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.parse(args); err != nil {
				return usage(cmd, err)
			}
			switch {
			case len(f.q.Positive) > 0:
				f.q.Order = library.Likeness
			case len(f.q.Negative) > 0:
				return usagef(cmd, "--not needs --like")
			}
			return a.runPapers(cmd.Context(), &f)
		},
	}
	f.add(cmd)
	cmd.Flags().StringSliceVar(&f.q.Positive, "like", nil, "order by likeness to these papers, by their ids")
	cmd.Flags().StringSliceVar(&f.q.Negative, "not", nil, "with --like: ids of papers to move away from")
	return cmd
}

func (a *app) trendingCommand() *cobra.Command {
	var f listingFlags
	cmd := &cobra.Command{
		Use:   "trending [DAY, WEEK or MONTH]",
		Short: "List the papers that are most talked about",
		Long: `Lists the papers of the latest week with papers, or of another span, those that are most talked about first: by
upvotes / (1 + age in weeks). Papers without upvotes follow by their closeness to rising topics. The span is written
as for kindred papers; all is the 1,000 newest papers.`,
		Example: `  kindred trending
  kindred trending month -n 30
  kindred trending all --topic 12`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 0:
				args = []string{library.Week}
			case args[0] == "all":
				args = nil
			}
			if err := f.parse(args); err != nil {
				return usage(cmd, err)
			}
			f.q.Order = library.Trending
			return a.runPapers(cmd.Context(), &f)
		},
	}
	f.add(cmd)
	return cmd
}

func (a *app) runPapers(ctx context.Context, f *listingFlags) error {
	return a.withLibrary(ctx, func(l *library.Library) (err error) {
		s := l.Current()
		if f.unit != "" {
			var ok bool
			if f.q.Span, ok = s.Catalog.Latest(f.unit); !ok && f.unit != library.Week {
				return fmt.Errorf("no paper has a date that says its %s; kindred papers lists all", f.unit)
			}
		}
		if f.q.Positive, err = s.ResolveIDs(ctx, f.q.Positive); err != nil {
			return advise(err)
		}
		if f.q.Negative, err = s.ResolveIDs(ctx, f.q.Negative); err != nil {
			return advise(err)
		}
		answer, err := wire.Papers(ctx, s, f.q)
		return show(a, answer, advise(err), func() error { return a.out().Papers(answer, f.q.Span) })
	})
}
