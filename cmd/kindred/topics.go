package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kindred/classifier/topic"
)

func (a *app) topicsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "topics [ID]",
		Short: "List the topics, or show one",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id := 0
			if len(args) == 1 {
				var err error
				if id, err = strconv.Atoi(args[0]); err != nil || id < 1 {
					return usagef(cmd, "topic %q: want the number of a topic; kindred topics lists them", args[0])
				}
			}
			return a.runTopics(cmd.Context(), id)
		},
	}
}

func (a *app) runTopics(ctx context.Context, id int) (err error) {
	l, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if a.json {
		target := "/v1/topics"
		if id > 0 {
			target += "/" + strconv.Itoa(id)
		}
		return a.ask(ctx, l, http.MethodGet, target, nil)
	}
	e := l.current.Load()
	if id > 0 {
		for i := range e.topics {
			if e.topics[i].ID == id {
				return a.printTopic(ctx, l, &e.topics[i])
			}
		}
		return fmt.Errorf("there is no topic %d; kindred topics lists them", id)
	}
	for i := range e.topics {
		t := &e.topics[i]
		a.printf("%4d  %6d  %s\n", t.ID, t.Size, t.Label)
		a.printf("              %s\n", clipLine(termLine(t), max(40, a.width()-14)))
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

func (a *app) printTopic(ctx context.Context, l *library, t *topic.Topic) error {
	a.printf("%s (topic %d, %d papers)\n%s\n\nRepresentative papers\n", t.Label, t.ID, t.Size, termLine(t))
	for _, id := range t.Papers {
		p, err := l.store.Paper(ctx, id)
		if err != nil {
			continue // removed since the fit
		}
		a.printf("  %-10s  %s\n              %s\n", p.Published, clipLine(p.Title, max(40, a.width()-14)), p.ID)
	}
	return nil
}

func (a *app) classifyCommand() *cobra.Command {
	var text string
	var limit int
	cmd := &cobra.Command{
		Use:     "classify --text FILE",
		Short:   "Find the topics of a text",
		Example: `  kindred classify --text draft.txt`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case text == "":
				return usagef(cmd, "name the file with the text: --text FILE")
			case limit < 1:
				return usagef(cmd, "--limit %d: want 1 or more", limit)
			}
			return a.runClassify(cmd.Context(), text, limit)
		},
	}
	cmd.Flags().StringVar(&text, "text", "", `the file with the text, "-" for the standard input`)
	cmd.Flags().IntVarP(&limit, "limit", "n", 5, "how many topics")
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
	e := l.current.Load()
	scores, err := e.model.Classify(text, limit)
	if err != nil {
		return err
	}
	labels := map[int]string{}
	for _, t := range e.topics {
		labels[t.ID] = t.Label
	}
	for _, s := range scores {
		a.printf("%.2f  %4d  %s\n", s.Weight, s.Topic, labels[s.Topic])
	}
	return nil
}
