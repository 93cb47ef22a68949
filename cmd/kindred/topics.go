package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"kindred/api/wire"
	"kindred/data"
	"kindred/recommend/library"
)

// topicsFlags are the flags of kindred topics.
type topicsFlags struct {
	id      int // topic to show, 0 for all
	level   string
	paper   string // id of the paper whose topics to show, "" for none
	changes bool
	trends  string // length of a period, "" for no trends
	guide   string // file of named topics, "" for none
	limit   int
}

func (a *app) topicsCommand() *cobra.Command {
	var f topicsFlags
	cmd := &cobra.Command{
		Use:   "topics [ID]",
		Short: "List the topics, or show one",
		Long: `Lists the topics of the current model, largest first: id, number of papers, label, terms.
Topics form a hierarchy: --level fields lists the level above, --level subtopics the level below.
--changes compares them with the fit before. --trends lists the topics that rise or fall more than chance
explains.

--guide sorts the papers into topics that you name in a file of lines "name: seed, seed". A seed is a
word, a phrase or the id of a paper; --guide example uses a built-in file. Papers that match no named
topic keep their own.

The subcommands are for curators. An edit shows at once and survives fits.`,
		Example: `  kindred topics --level fields
  kindred topics --changes
  kindred topics --trends quarter
  kindred topics --guide mine.txt
  kindred topics rename 12 "Loss functions"`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := f.check(args); err != nil {
				return usage(cmd, err)
			}
			if f.guide != "" {
				return a.runGuide(cmd.Context(), f.guide, f.limit)
			}
			return a.runTopics(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.level, "level", "topics",
		"level to list: fields, topics or subtopics, or its number 1, 0 or -1")
	flags.StringVar(&f.paper, "paper", "",
		"show the topics of a paper, by its id: the path to it, and the weight of each topic")
	flags.BoolVar(&f.changes, "changes", false, "list how the topics changed with the last fit")
	flags.StringVar(&f.trends, "trends", "", "list rising and falling topics, by month, quarter or year")
	flags.StringVar(&f.guide, "guide", "",
		`sort the papers into the topics named in a file, "-" for the standard input`)
	flags.IntVarP(&f.limit, "limit", "n", 5, "number of papers printed under each named topic")
	cmd.AddCommand(a.compareCommand())
	cmd.AddCommand(a.editCommands()...)
	return cmd
}

// check checks the flags and reads the id of the one topic to show. An error names the flag.
func (f *topicsFlags) check(args []string) (err error) {
	if len(args) == 1 {
		if f.id, err = topicNumber(args[0]); err != nil {
			return err
		}
	}
	if levelName(f.level) == "" {
		return fmt.Errorf("--level %q: want fields, topics or subtopics, or its number 1, 0 or -1", f.level)
	}
	if _, known := library.PeriodMonths[f.trends]; f.trends != "" && !known {
		return fmt.Errorf("--trends %q: want month, quarter or year", f.trends)
	}
	if f.limit < 0 {
		return fmt.Errorf("--limit %d: want 0 or more", f.limit)
	}
	return nil
}

// levelName returns the name of a level that is given by its name or number, "" for an unknown one.
func levelName(s string) string {
	for name, level := range wire.Levels {
		if s == name || s == strconv.Itoa(level) {
			return name
		}
	}
	return ""
}

func (a *app) runTopics(ctx context.Context, f topicsFlags) error {
	return a.withLibrary(ctx, func(l *library.Library) error {
		s, level := l.Current(), levelName(f.level)
		switch {
		case f.paper != "":
			answer, err := wire.Paper(ctx, s, f.paper)
			return show(a, answer, advise(err), func() error { return a.out().PaperTopics(&answer.Data, answer.Meta.Other) })
		case f.changes:
			answer := wire.Changes(s)
			return show(a, answer, nil, func() error { return a.out().Changes(answer.Data) })
		case f.trends != "":
			answer := wire.Trends(s, f.trends, wire.Levels[level])
			return show(a, answer, nil, func() error { return a.out().Trends(answer.Data) })
		case f.id > 0:
			answer, err := wire.Topic(ctx, s, f.id)
			return show(a, answer, advise(err), func() error {
				return a.out().Topic(&answer.Data, func(id string) data.Date {
					p, err := s.Papers.Paper(ctx, id)
					if err != nil {
						return data.Date{} // removed meanwhile
					}
					return p.Published
				})
			})
		}
		answer, err := wire.Topics(ctx, s, wire.Levels[level])
		return show(a, answer, err, func() error { return a.out().Topics(answer.Data, level) })
	})
}
