package main

import (
	"context"

	"github.com/spf13/cobra"
)

func (a *app) evalScoresCommand() *cobra.Command {
	var f rankingFlags
	cmd := &cobra.Command{
		Use:   "scores --qrels FILE",
		Short: "Measure what a lowest score lets through",
		Long: `Asks for the papers similar to each judged one. For several lowest scores it prints how many
answers a query keeps, how many of them are judged relevant, what share of all relevant papers they are,
and how many queries keep an answer. A paper that nobody judged counts as not relevant. The table helps to
choose --min-score.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runEvalScores(cmd.Context(), f) },
	}
	f.add(cmd)
	return cmd
}

func (a *app) runEvalScores(ctx context.Context, f rankingFlags) error {
	m, err := a.measure(ctx, f)
	if err != nil {
		return err
	}
	cuts := m.Cuts()
	return show(a, cuts, nil, func() error { return a.out().Cuts(len(m.Result.Queries), cuts) })
}
