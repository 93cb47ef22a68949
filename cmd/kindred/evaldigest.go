package main

import (
	"context"

	"github.com/spf13/cobra"

	"kindred/recommend/eval"
	"kindred/recommend/library"
)

func (a *app) evalDigestCommand() *cobra.Command {
	var qrels string
	var trial eval.DigestTrial
	cmd := &cobra.Command{
		Use:   "digest --qrels FILE",
		Short: "Measure what a digest finds of what its reader wants",
		Long: `Takes papers that are judged relevant to each other for the section of a reading list. A reader has half
of the papers of some sections; a day has the other halves, and other papers. Prints how many of these halves
are among the first ten papers of the day, as a digest ranks them and by the mean vector of the reader's papers.`,
		Example: `  kindred eval digest --qrels judgments.tsv
  kindred eval digest --qrels judgments.tsv --sections 3`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case trial.Sections < 1 || trial.Others < 1 || trial.Least < 2:
				return usagef(cmd, "--sections and --others want 1 or more, --least 2 or more")
			}
			return a.runEvalDigest(cmd.Context(), qrels, trial)
		},
	}
	flags := cmd.Flags()
	addQrels(cmd, &qrels)
	flags.IntVar(&trial.Sections, "sections", 1, "sections of a reader")
	flags.IntVar(&trial.Least, "least", 8, "papers of a section, at least")
	flags.IntVar(&trial.Others, "others", 500, "other papers of a day")
	flags.Uint64Var(&trial.Seed, "seed", 1, "the seed of the random draws")
	return cmd
}

func (a *app) runEvalDigest(ctx context.Context, qrels string, trial eval.DigestTrial) (err error) {
	q, _, err := readJudgments(qrels, "")
	if err != nil {
		return err
	}
	return a.withLibrary(ctx, func(l *library.Library) error {
		r, err := eval.MeasureDigest(ctx, l, q, trial)
		return show(a, r, err, func() error { return a.out().Digest(r) })
	})
}
