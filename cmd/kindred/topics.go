package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kindred/api"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/recommend/library"
)

// topicsFlags say what kindred topics lists.
type topicsFlags struct {
	id      int // of the one topic to show, 0 for all
	level   string
	paper   string // whose topics to show, "" for none
	changes bool
	trends  string // length of the periods, "" for no trends
	guide   string
	limit   int
}

func (a *app) topicsCommand() *cobra.Command {
	var f topicsFlags
	cmd := &cobra.Command{
		Use:   "topics [ID]",
		Short: "List the topics, or show one",
		Long: `Lists the topics of the current model, largest first: number, papers, name, terms. Topics nest: --level fields lists what joins
them, --level subtopics what divides them. --changes tells how they differ from those of the fit before. --guide sorts the papers by
topics that you name: a file of lines "name: seed, seed", seeds being words, phrases or ids of papers; --guide example shows
one. Papers that fit none keep their own topic. --trends tells which topics rise and fall beyond what chance would have.

The commands below are the curator's: what they decide is kept, applies at once, and outlives fits.`,
		Example: `  kindred topics --level fields
  kindred topics --changes
  kindred topics --trends quarter
  kindred topics --guide mine.txt
  kindred topics rename 12 "Loss functions"`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				var err error
				if f.id, err = strconv.Atoi(args[0]); err != nil || f.id < 1 {
					return usagef(cmd, "topic %q: want the number of a topic; kindred topics lists them", args[0])
				}
			}
			if f.level = levelName(f.level); f.level == "" {
				return usagef(cmd, "--level: want fields, topics or subtopics, or their numbers 1, 0, -1")
			}
			if f.trends != "" && !slices.Contains([]string{"month", "quarter", "year"}, f.trends) {
				return usagef(cmd, "--trends %q: want month, quarter or year", f.trends)
			}
			if f.limit < 0 {
				return usagef(cmd, "--limit %d: want 0 or more", f.limit)
			}
			return a.runTopics(cmd.Context(), f)
		},
	}
	cmd.Flags().StringVar(&f.level, "level", "topics", "which to list: fields, topics or subtopics, or their numbers 1, 0, -1")
	cmd.Flags().StringVar(&f.paper, "paper", "", "show the topics of a paper, by its id: its path and what each topic has of it")
	cmd.Flags().BoolVar(&f.changes, "changes", false, "list how the topics changed with the last fit")
	cmd.Flags().StringVar(&f.trends, "trends", "", "list which topics rise and fall, by month, quarter or year")
	cmd.Flags().StringVar(&f.guide, "guide", "", `sort the papers by the topics named in a file, "-" for the standard input`)
	cmd.Flags().IntVarP(&f.limit, "limit", "n", 5, "papers shown of each named topic")
	cmd.AddCommand(a.editCommands()...)
	return cmd
}

// levelName returns the name of a level given by name or number, "" for none.
func levelName(s string) string {
	for name, level := range api.Levels {
		if s == name || s == strconv.Itoa(level) {
			return name
		}
	}
	return ""
}

func (a *app) runTopics(ctx context.Context, f topicsFlags) (err error) {
	if f.guide != "" {
		return a.runGuide(ctx, f.guide, f.limit)
	}
	l, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	s := l.Current()
	switch {
	case f.paper != "" && a.json:
		return a.ask(ctx, l, http.MethodGet, "/v1/papers/"+url.PathEscape(data.CanonicalID(f.paper)), nil)
	case f.paper != "":
		return a.showPaperTopics(ctx, l, f.paper)
	case f.changes && a.json:
		return a.ask(ctx, l, http.MethodGet, "/v1/topics/changes", nil)
	case f.changes:
		a.printChanges(s)
		return nil
	case f.trends != "" && a.json:
		return a.ask(ctx, l, http.MethodGet, "/v1/topics/trends?period="+f.trends+"&level="+f.level, nil)
	case f.trends != "":
		return a.printTrends(s, f)
	case f.id > 0 && a.json:
		return a.ask(ctx, l, http.MethodGet, "/v1/topics/"+strconv.Itoa(f.id), nil)
	case f.id > 0:
		return a.showTopic(ctx, l, f.id)
	case a.json:
		return a.ask(ctx, l, http.MethodGet, "/v1/topics?level="+f.level, nil)
	}
	list := s.SortedTopics(api.Levels[f.level], "size", "")
	for _, t := range list {
		a.printf("%4d  %6d  %s\n", t.ID, t.Size, t.Label)
		a.printf("              %s\n", clipLine(termLine(t), max(40, a.width()-14)))
	}
	if len(list) == 0 {
		a.printf("there are no %s: the papers are too few\n", f.level)
	}
	return nil
}

func (a *app) showTopic(ctx context.Context, l *library.Library, id int) error {
	s := l.Current()
	if t, ok := s.Topic(id); ok {
		return a.printTopic(ctx, l, t)
	}
	return fmt.Errorf("there is no topic %d; kindred topics lists them", id)
}

// showPaperTopics prints the path of a paper and the topics that have a fair share of it.
func (a *app) showPaperTopics(ctx context.Context, l *library.Library, id string) error {
	answer, err := request(l, ctx, http.MethodGet, "/v1/papers/"+url.PathEscape(data.CanonicalID(id))+"?fields=title", nil)
	if err != nil {
		return err
	}
	var paper struct {
		Data struct {
			ID, Title string
			Topics    []library.TopicWeight
			Path      []library.TopicRef
		}
	}
	if err := json.Unmarshal(answer, &paper); err != nil {
		return fmt.Errorf("topics of %s: %w", id, err)
	}
	a.printf("%s (%s)\n", clipLine(paper.Data.Title, 120), paper.Data.ID)
	var path []string
	for _, t := range paper.Data.Path {
		path = append(path, fmt.Sprintf("%s (%d)", t.Label, t.ID))
	}
	if len(path) == 0 {
		a.printf("it is in no topic\n")
		return nil
	}
	a.printf("%s\n", strings.Join(path, " > "))
	for _, t := range paper.Data.Topics {
		a.printf("%.2f  %4d  %s\n", t.Weight, t.ID, t.Label)
	}
	return nil
}

func (a *app) printChanges(s *library.Snapshot) {
	changes := s.NamedChanges()
	if len(changes) == 0 {
		a.printf("the topics are those of the fit before\n")
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
}

// printTrends prints the topics that rise most first, with the best of the newest papers of those that rise beyond chance.
func (a *app) printTrends(s *library.Snapshot, f topicsFlags) error {
	r := s.Trends(f.trends, api.Levels[f.level])
	if len(r.Papers) == 0 {
		return fmt.Errorf("no paper has a date: there are no trends")
	}
	a.printf("%d periods of a %s from %s\n", len(r.Papers), r.Period, r.From)
	for _, t := range r.Topics {
		sign := map[int]string{1: "rising", -1: "falling", 0: ""}[t.Direction]
		a.printf("%4d  x%-5.2f %-8s %s\n", t.ID, t.Rise, sign, t.Label)
		for _, p := range t.Recent {
			a.printf("                      %s\n", clipLine(p.Title, max(40, a.width()-22)))
		}
	}
	return nil
}

func termLine(t *topic.Topic) string {
	var terms []string
	for _, term := range t.Terms {
		terms = append(terms, term.Text)
	}
	return strings.Join(terms, ", ")
}

func (a *app) printTopic(ctx context.Context, l *library.Library, t *topic.Topic) error {
	a.printf("%s (topic %d, %d papers)\n%s\n\nRepresentative papers\n", t.Label, t.ID, t.Size, termLine(t))
	for _, id := range t.Papers {
		p, err := l.Store().Paper(ctx, id)
		if err != nil {
			continue // removed since the fit
		}
		a.printf("  %-10s  %s\n              %s\n", p.Published, clipLine(p.Title, max(40, a.width()-14)), p.ID)
	}
	return nil
}

func (a *app) classifyCommand() *cobra.Command {
	var text, folds string
	var limit int
	var train bool
	cmd := &cobra.Command{
		Use:   "classify --text FILE | --train",
		Short: "Find the topics of a text, or learn the labels of papers",
		Long: `Finds the topics of a text. With --train it learns from the papers that have labels instead: it prints how well the first label
of each is told by what the other papers teach (cross-validated accuracy, macro-F1, a confusion table); with --text as well, it
labels the text.`,
		Example: `  kindred classify --text draft.txt
  kindred classify --train
  kindred classify --train --text draft.txt`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, notNumber := strconv.Atoi(folds)
			switch {
			case text == "" && !train:
				return usagef(cmd, "name the file with the text: --text FILE")
			case limit < 1:
				return usagef(cmd, "--limit %d: want 1 or more", limit)
			case notNumber == nil && (n < 2 || n > 100):
				return usagef(cmd, "--folds %d: want 2 to 100, or a file", n)
			case train:
				return a.runTrain(cmd.Context(), trainFlags{text: text, folds: folds, limit: limit})
			}
			return a.runClassify(cmd.Context(), text, limit)
		},
	}
	cmd.Flags().StringVar(&text, "text", "", `the file with the text, "-" for the standard input`)
	cmd.Flags().IntVarP(&limit, "limit", "n", 5, "how many topics or labels")
	cmd.Flags().BoolVar(&train, "train", false, "learn labels from the papers that have them")
	cmd.Flags().StringVar(&folds, "folds", strconv.Itoa(defaultFolds), "parts for cross-validation: a number, or a file of lines of paper id and part, from 0")
	return cmd
}

func (a *app) runClassify(ctx context.Context, name string, limit int) (err error) {
	text, err := a.text(name, maxText)
	if err != nil {
		return err
	}
	l, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if a.json {
		return a.ask(ctx, l, http.MethodPost, "/v1/classify", map[string]any{"text": text, "limit": limit})
	}
	s := l.Current()
	scores, err := s.Classifier.Classify(text, limit)
	if err != nil {
		return err
	}
	for _, score := range scores {
		a.printf("%.2f  %4d  %s\n", score.Weight, score.Topic, s.Label(score.Topic))
	}
	return nil
}
