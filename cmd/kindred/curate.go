package main

import (
	"context"
	"fmt"
	"os/user"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kindred/api/wire"
	"kindred/classifier"
	"kindred/classifier/curate"
	"kindred/cmd/kindred/printer"
	"kindred/recommend/library"
)

// editCommand describes a command that makes an edit. The first argument of each is the id of a topic, or that of a paper
// for a move.
type editCommand struct {
	kind, use, short, long string
	args                   cobra.PositionalArgs
	fill                   func(e *curate.Edit, args []string) error // args without the first; may be nil
	flags                  func(cmd *cobra.Command)                  // may be nil
}

// editCommands returns the commands for curators.
func (a *app) editCommands() []*cobra.Command {
	parts := 0
	table := []editCommand{{
		kind: curate.Rename, use: "rename ID LABEL", short: "Give a topic another label",
		long: "Gives a topic another label.",
		args: cobra.MinimumNArgs(2),
		fill: func(e *curate.Edit, args []string) error {
			e.Label = strings.Join(args, " ")
			return nil
		},
	}, {
		kind: curate.Merge, use: "merge ID INTO", short: "Merge a topic into another",
		long: "Moves the papers of a topic into another topic of its level, and removes it.",
		args: cobra.ExactArgs(2),
		fill: func(e *curate.Edit, args []string) (err error) {
			e.Into, err = topicNumber(args[0])
			return err
		},
	}, {
		kind: curate.Split, use: "split ID", short: "Split a topic",
		long: `Splits a topic into parts. The largest part keeps the id. Papers that are added later, and all
papers after later fits, go to the part they resemble most.`,
		args: cobra.ExactArgs(1),
		fill: func(e *curate.Edit, _ []string) error {
			e.Parts = parts
			return nil
		},
		flags: func(cmd *cobra.Command) { cmd.Flags().IntVar(&parts, "parts", 2, "number of parts") },
	}, {
		kind: curate.Move, use: "move PAPER INTO", short: "Move one paper to another topic",
		long: `Moves one paper, named by its id, address or title, to a topic or a subtopic. It stays there through fits
for as long as the topic is found again.`,
		args: cobra.ExactArgs(2),
		fill: func(e *curate.Edit, args []string) (err error) {
			e.Into, err = topicNumber(args[0])
			return err
		},
	}, {
		kind: curate.Hide, use: "hide ID", short: "Hide a topic",
		long: "Removes a topic from all lists. Its papers stay, in their next topic or in none.",
		args: cobra.ExactArgs(1),
	}, {
		kind: curate.Pin, use: "pin ID", short: "Keep a topic through fits",
		long: "Keeps the id and label of a topic through fits for as long as it has papers.",
		args: cobra.ExactArgs(1),
	}}
	commands := []*cobra.Command{{
		Use: "edits", Short: "List the edits in force", Args: cobra.NoArgs,
		Long: "Lists the edits in force, oldest first: what, when, by whom and why, and the reason why one has no effect at present.",
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runEdits(cmd.Context()) },
	}, {
		Use: "undo EDIT", Short: "Undo an edit", Args: cobra.ExactArgs(1),
		Long: `Undoes an edit, by its number in the list of "kindred topics edits".`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.runUndo(cmd.Context(), args[0]) },
	}}
	for _, e := range table {
		commands = append(commands, a.editCommand(e))
	}
	return commands
}

func (a *app) editCommand(c editCommand) *cobra.Command {
	cmd := &cobra.Command{Use: c.use, Short: c.short, Long: c.long, Args: c.args}
	note, preview := "", false
	cmd.Flags().StringVar(&note, "note", "", "why, for those who look at the edits later")
	cmd.Flags().BoolVar(&preview, "preview", false, "show what it would change, and change nothing")
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		e := curate.Edit{Kind: c.kind, Note: note, By: userName()}
		if c.kind == curate.Move {
			e.Paper = args[0]
		} else {
			e.Topic, err = topicNumber(args[0])
		}
		if err == nil && c.fill != nil {
			err = c.fill(&e, args[1:])
		}
		if err != nil {
			return usage(cmd, err)
		}
		if preview {
			return a.previewEdit(cmd.Context(), e)
		}
		return a.runEdit(cmd.Context(), e)
	}
	if c.flags != nil {
		c.flags(cmd)
	}
	return cmd
}

// topicNumber reads the id of a topic.
func topicNumber(s string) (int, error) {
	id, err := strconv.Atoi(s)
	if err != nil || id < 1 {
		return 0, fmt.Errorf("topic %q: want the number of a topic; kindred topics lists them", s)
	}
	return id, nil
}

// userName returns the name of who runs the program, "" where the system does not say.
func userName() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

func (a *app) previewEdit(ctx context.Context, e curate.Edit) error {
	return a.withLibrary(ctx, func(l *library.Library) error {
		out, err := l.Preview(ctx, e)
		if err != nil {
			return err
		}
		return show(a, wire.Change[*library.Preview]{Data: out}, nil, func() error {
			return a.out().Preview(out, l.Current().EditText(out.Edit))
		})
	})
}

func (a *app) runEdit(ctx context.Context, e curate.Edit) error {
	return a.withLibrary(ctx, func(l *library.Library) error {
		made, err := l.Edit(ctx, e)
		if _, there := l.Current().Topic(e.Topic); err != nil && !there && e.Kind != curate.Move {
			return fmt.Errorf("%w; kindred topics lists them", err)
		}
		return show(a, wire.Change[curate.Edit]{Data: made}, err, func() error {
			return a.out().Edited(&made, l.Current().EditText(made))
		})
	})
}

func (a *app) runUndo(ctx context.Context, id string) error {
	return a.withLibrary(ctx, func(l *library.Library) error {
		found, err := l.Undo(ctx, id)
		if err == nil && !found {
			err = fmt.Errorf("there is no edit %s; kindred topics edits lists them", printer.EditNumber(id))
		}
		return a.say(map[string]bool{"undone": true}, err, "Edit %s is undone.", printer.EditNumber(id))
	})
}

func (a *app) runEdits(ctx context.Context) error {
	return a.withLibrary(ctx, func(l *library.Library) error {
		answer, err := wire.Edits(ctx, l.Current(), l)
		return show(a, answer, err, func() error { return a.out().Edits(answer.Data, l.Current().EditText) })
	})
}

// labelsAfterFit returns the labels of the topics of a new model as the curator's edits have them, largest topic first.
// It reports the edits without effect.
func (a *app) labelsAfterFit(ctx context.Context, l *library.Library, m *classifier.Model) ([]string, error) {
	labels, idle, err := l.LabelsAfterFit(ctx, m)
	for _, e := range idle {
		a.notef("kindred: topic edit %s has no effect, %s: %s\n", printer.EditNumber(e.ID), l.Current().EditText(e), e.Inapplicable)
	}
	return labels, err
}
