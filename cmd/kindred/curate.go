package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kindred/classifier"
	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/recommend/library"
)

// editCommands are the curator's commands.
func (a *app) editCommands() []*cobra.Command {
	parts := 2
	one := func(kind, use, short, long string, args int, edit func(args []string) (curate.Edit, error)) *cobra.Command {
		return &cobra.Command{
			Use: use, Short: short, Long: long, Args: cobra.MinimumNArgs(args),
			RunE: func(cmd *cobra.Command, args []string) error {
				e, err := edit(args)
				if err != nil {
					return usage(cmd, err)
				}
				if e.Topic, err = topicNumber(args[0]); err != nil {
					return usage(cmd, err)
				}
				e.Kind = kind
				return a.runEdit(cmd.Context(), e)
			},
		}
	}
	alone := func(args []string) (curate.Edit, error) {
		if len(args) > 1 {
			return curate.Edit{}, fmt.Errorf("%q: name one topic", args[1])
		}
		return curate.Edit{}, nil
	}
	rename := one(curate.Rename, "rename ID LABEL", "Call a topic by another name", "Calls a topic by another name.", 2,
		func(args []string) (curate.Edit, error) { return curate.Edit{Label: strings.Join(args[1:], " ")}, nil })
	merge := one(curate.Merge, "merge ID INTO", "Put a topic's papers into another", "Puts a topic's papers into another of its level, and lets the topic go.", 2,
		func(args []string) (e curate.Edit, err error) {
			if len(args) > 2 {
				return e, fmt.Errorf("%q: name two topics", args[2])
			}
			e.Into, err = topicNumber(args[1])
			return e, err
		})
	split := one(curate.Split, "split ID", "Divide a topic", `Divides a topic into parts. The largest keeps its id. Papers that come later, and papers after later fits, go to the part that they
are most like.`, 1, func(args []string) (curate.Edit, error) {
		_, err := alone(args)
		return curate.Edit{Parts: parts}, err
	})
	split.Flags().IntVar(&parts, "parts", parts, "how many")
	hide := one(curate.Hide, "hide ID", "Take a topic from all lists", "Takes a topic from all lists. Its papers stay, in their next topic or in none.", 1, alone)
	pin := one(curate.Pin, "pin ID", "Keep a topic through fits", `Keeps a topic's id and name through fits, while it has papers, however the other topics are formed.`, 1, alone)
	undo := &cobra.Command{
		Use: "undo EDIT", Short: "Undo a curator's decision", Long: `Undoes a decision, by its number in the list of "kindred topics edits".`, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.runUndo(cmd.Context(), args[0]) },
	}
	edits := &cobra.Command{
		Use: "edits", Short: "List the curator's decisions", Long: "Lists the curator's decisions in force, oldest first, and which of them wait for a topic that is not there now.", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runEdits(cmd.Context()) },
	}
	return []*cobra.Command{rename, merge, split, hide, pin, edits, undo}
}

func topicNumber(s string) (int, error) {
	id, err := strconv.Atoi(s)
	if err != nil || id < 1 {
		return 0, fmt.Errorf("topic %q: want the number of a topic; kindred topics lists them", s)
	}
	return id, nil
}

func (a *app) runEdit(ctx context.Context, e curate.Edit) (err error) {
	l, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	body := map[string]any{"kind": e.Kind, "topic": e.Topic, "label": e.Label, "into": e.Into, "parts": e.Parts}
	if a.json {
		return a.ask(ctx, l, http.MethodPost, "/v1/topics/edits", body)
	}
	answer, err := request(l, ctx, http.MethodPost, "/v1/topics/edits", body)
	if err != nil {
		return err
	}
	var done struct{ Data curate.Edit }
	if err := json.Unmarshal(answer, &done); err != nil {
		return fmt.Errorf("answer to the edit: %w", err)
	}
	a.printf("%s (edit %s)\n", l.Current().EditText(done.Data), editNumber(done.Data.ID))
	for _, s := range done.Data.Shares {
		a.printf("%8d  %s\n", s.ID, s.Label)
	}
	return nil
}

// editNumber writes an edit's id without the zeros that keep its order.
func editNumber(id string) string { return strings.TrimLeft(id, "0") }

func (a *app) runUndo(ctx context.Context, id string) (err error) {
	l, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	found, err := l.Undo(ctx, id)
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("there is no edit %s; kindred topics edits lists them", editNumber(id))
	}
	if a.json {
		return a.printJSON(map[string]bool{"undone": true})
	}
	a.printf("undone\n")
	return nil
}

func (a *app) runEdits(ctx context.Context) (err error) {
	l, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if a.json {
		return a.ask(ctx, l, http.MethodGet, "/v1/topics/edits", nil)
	}
	edits, err := l.Edits(ctx)
	if err != nil {
		return err
	}
	if len(edits) == 0 {
		a.printf("there are none\n")
	}
	s := l.Current()
	for _, e := range edits {
		a.printf("%4s  %s\n", editNumber(e.ID), s.EditText(e))
		if why := s.Inapplicable[e.ID]; why != "" {
			a.printf("      waits: %s\n", why)
		}
	}
	return nil
}

// afterFit returns the names that the topics of a new model go by, largest topic first, and tells which of the curator's
// decisions wait for their topic.
func (a *app) afterFit(ctx context.Context, l *library.Library, m *classifier.Model) ([]string, error) {
	var labels []string
	edits, err := l.Edits(ctx)
	if err != nil {
		return nil, err
	}
	if len(edits) == 0 {
		for _, t := range m.Topics() {
			labels = append(labels, t.Label)
		}
		return labels, nil
	}
	if err := l.Refresh(ctx); err != nil {
		return nil, err
	}
	s := l.Current()
	for _, e := range edits {
		if why := s.Inapplicable[e.ID]; why != "" {
			a.notef("kindred: topic edit %s waits, %s: %s\n", editNumber(e.ID), s.EditText(e), why)
		}
	}
	for _, t := range s.SortedTopics(topic.Main, "size", "") {
		labels = append(labels, t.Label)
	}
	return labels, nil
}
