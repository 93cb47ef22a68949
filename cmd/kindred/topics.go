package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kindred/api/wire"
	"kindred/classifier/topic"
	"kindred/data/readable"
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
			return show(a, answer, advise(err), func() error { return a.printPaperTopics(&answer.Data, answer.Meta.Other) })
		case f.changes:
			answer := wire.Changes(s)
			return show(a, answer, nil, func() error { return a.printChanges(answer.Data) })
		case f.trends != "":
			answer := wire.Trends(s, f.trends, wire.Levels[level])
			return show(a, answer, nil, func() error { return a.printTrends(answer.Data) })
		case f.id > 0:
			answer, err := wire.Topic(ctx, s, f.id)
			return show(a, answer, advise(err), func() error { return a.printTopic(ctx, s, &answer.Data) })
		}
		answer, err := wire.Topics(ctx, s, wire.Levels[level])
		return show(a, answer, err, func() error { return a.printTopics(answer.Data, level) })
	})
}

func (a *app) printTopics(topics []wire.TopicView, level string) error {
	for _, t := range topics {
		a.printf("%4d  %6d  %s\n", t.ID, t.Size, t.Label)
		a.printf("%14s%s\n", "", a.clip(termLine(t.Terms), 14))
	}
	if len(topics) == 0 {
		a.printf("There are no %s: the papers are too few.\n", level)
	}
	return nil
}

// printPaperTopics prints the path of a paper through the levels, and the topics that have a fair share
// of it.
func (a *app) printPaperTopics(p *wire.PaperDetail, other *float32) error {
	a.printf("%s (%s)\n", readable.ClipWords(p.Record().Title, 120), p.Record().ID)
	if len(p.Path()) == 0 {
		if other != nil {
			a.printf("%.2f  in no topic: it is far from all\n", *other)
		} else {
			a.printf("The paper has no topic.\n")
		}
		return nil
	}
	var path []string
	for _, t := range p.Path() {
		path = append(path, fmt.Sprintf("%s (%d)", t.Label, t.ID))
	}
	a.printf("%s\n", strings.Join(path, " > "))
	a.printWeights(p.Topics())
	return nil
}

// printWeights prints topics with their weights for one text.
func (a *app) printWeights(topics []library.TopicWeight) {
	for _, t := range topics {
		a.printf("%.2f  %4d  %s\n", t.Weight, t.ID, t.Label)
	}
}

func (a *app) printChanges(changes []topic.Change) error {
	if len(changes) == 0 {
		a.printf("The topics are those of the fit before.\n")
	}
	for _, c := range changes {
		a.printf("%-7s %4d  %s", c.Kind, c.Topic, c.Label)
		switch c.Kind {
		case topic.Split:
			a.printf(", from %d %s", c.Other, c.With)
		case topic.Merged:
			a.printf(", into %d %s", c.Other, c.With)
		}
		a.printf(" (%d papers)\n", c.Papers)
	}
	return nil
}

// printTrends prints the topics, the fastest rising first, and the most typical recent papers of the
// rising ones.
func (a *app) printTrends(r *library.Trends) error {
	if len(r.Papers) == 0 {
		a.printf("There are no trends: no paper has a date.\n")
		return nil
	}
	a.printf("%d periods of a %s from %s\n", len(r.Papers), r.Period, r.From)
	for _, t := range r.Topics {
		direction := map[int]string{1: "rising", -1: "falling"}[t.Direction]
		a.printf("%4d  x%-5.2f %-8s %s\n", t.ID, t.Rise, direction, t.Label)
		for _, p := range t.Recent {
			a.printf("%22s%s\n", "", a.clip(p.Title, 22))
		}
	}
	return nil
}

func (a *app) printTopic(ctx context.Context, s *library.Snapshot, t *wire.TopicView) error {
	a.printf("%s (topic %d, %d papers)\n%s\n\nRepresentative papers\n", t.Label, t.ID, t.Size, termLine(t.Terms))
	for _, ref := range t.Papers {
		p, err := s.Papers.Paper(ctx, ref.ID)
		if err != nil {
			return err
		}
		a.printf("  %-10s  %s\n%14s%s\n", p.Published, a.clip(ref.Title, 14), "", ref.ID)
	}
	return nil
}

func termLine(terms []topic.Term) string {
	text := make([]string, len(terms))
	for i, term := range terms {
		text[i] = term.Text
	}
	return strings.Join(text, ", ")
}
