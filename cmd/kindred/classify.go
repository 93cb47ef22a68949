package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"kindred/api/wire"
	"kindred/classifier"
	"kindred/recommend/eval"
	"kindred/recommend/library"
)

// defaultFolds is the number of parts of a cross-validation.
const defaultFolds = 5

// maxFolds is the largest number of parts of a cross-validation.
const maxFolds = 100

// classifyFlags are the flags of kindred classify.
type classifyFlags struct {
	text  string // file with the text to classify, "" for none
	folds string // number of folds, or a file of them
	limit int
	train bool
}

func (a *app) classifyCommand() *cobra.Command {
	var f classifyFlags
	cmd := &cobra.Command{
		Use:   "classify --text FILE | --train",
		Short: "Find the topics of a text, or learn the labels of papers",
		Long: `Finds the topics of a text. With --train it learns from the labelled papers instead, and
prints how well it predicts the first label of a paper from the other papers: cross-validated accuracy,
macro-F1 and a confusion matrix. With --train and --text it labels the text.`,
		Example: `  kindred classify --text draft.txt
  kindred classify --train
  kindred classify --train --text draft.txt`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.check(); err != nil {
				return usage(cmd, err)
			}
			return a.runClassify(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.text, "text", "", `the file with the text, "-" for the standard input`)
	flags.IntVarP(&f.limit, "limit", "n", 5, "number of topics or labels")
	flags.BoolVar(&f.train, "train", false, "learn from the papers that have labels")
	flags.StringVar(&f.folds, "folds", strconv.Itoa(defaultFolds),
		"folds of the cross-validation: their number, or a file of lines of paper id and fold, from 0")
	return cmd
}

// check checks the flags. An error names the flag.
func (f *classifyFlags) check() error {
	if f.text == "" && !f.train {
		return errors.New("no text: name its file with --text FILE")
	}
	if n, err := strconv.Atoi(f.folds); err == nil && (n < 2 || n > maxFolds) {
		return fmt.Errorf("--folds %d: want 2 to %d, or a file", n, maxFolds)
	}
	return checkLimit(f.limit)
}

func (a *app) runClassify(ctx context.Context, f classifyFlags) (err error) {
	text := ""
	if f.text != "" {
		if text, err = a.text(f.text); err != nil {
			return err
		}
	}
	return a.withLibrary(ctx, func(l *library.Library) error {
		switch {
		case f.train && f.text == "":
			return a.crossValidate(ctx, l, f.folds)
		case f.train:
			return a.labelText(ctx, l, text, f.limit)
		}
		answer, err := wire.Classify(l.Current(), text, f.limit)
		if errors.Is(err, classifier.ErrNoTerms) {
			return fmt.Errorf("the model knows no word of %s; a title or a few sentences in the language of the papers "+
				"work best", f.text)
		}
		return show(a, answer, err, func() error { return a.out().Weights(answer.Data, answer.Meta.Other) })
	})
}

// crossValidate prints how well the labels of papers are predicted.
func (a *app) crossValidate(ctx context.Context, l *library.Library, folds string) error {
	labelled, err := eval.ReadLabelled(ctx, l)
	if err != nil {
		return err
	}
	fold, err := readFolds(labelled, folds)
	if err != nil {
		return err
	}
	bar := a.progress(false)
	defer bar.End()
	report, err := labelled.CrossValidate(ctx, fold, func(done, total int) { bar.Stages("folds", done, total) })
	bar.End()
	return show(a, report, err, func() error { return a.out().Labels(report) })
}

// readFolds returns the fold of each labelled paper: of as many stratified folds, or from a file.
func readFolds(labelled *eval.Labelled, folds string) ([]int, error) {
	if n, err := strconv.Atoi(folds); err == nil {
		return classifier.Folds(labelled.ClassOf, n), nil
	}
	fold, err := readFrom(folds, labelled.ReadFolds)
	if err != nil {
		return nil, fmt.Errorf("--folds: want a number or a file: %w", err)
	}
	return fold, nil
}

// labelText prints the labels of one text, learned from all labelled papers.
func (a *app) labelText(ctx context.Context, l *library.Library, text string, limit int) error {
	labelled, err := eval.ReadLabelled(ctx, l)
	if err != nil {
		return err
	}
	scores, err := labelled.Label(ctx, text)
	if err != nil {
		return err
	}
	scores = scores[:min(limit, len(scores))]
	return show(a, scores, nil, func() error {
		return each(scores, func(s eval.ScoredLabel) error { return a.out().Line("%+.2f  %s", s.Score, s.Label) })
	})
}
