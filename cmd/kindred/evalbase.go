package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"kindred/data/store"
	"kindred/recommend/eval"
)

// baseFlags are the flags of kindred eval base.
type baseFlags struct {
	qrels, queries string
	sizes          []int
	trial          eval.BaseTrial
}

func (a *app) evalBaseCommand() *cobra.Command {
	var f baseFlags
	cmd := &cobra.Command{
		Use:   "base --qrels FILE",
		Short: "Measure what the base model gains on small corpora",
		Long: `Draws small corpora from the papers of the data folder, fits each with the base model and
without, and measures both against the judgments that remain. A draw takes queries with up to four of
their relevant papers each until they fill six tenths of it, and random papers for the rest; --random
takes all papers at random. With --queries the queries are texts: lines of query id and text.`,
		Hidden: true, // for those who change the ranking
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case f.trial.Draws < 1:
				return usagef(cmd, "--draws %d: want 1 or more", f.trial.Draws)
			case len(f.sizes) == 0 || slices.Min(f.sizes) < 3:
				return usagef(cmd, "--sizes %d: want 3 papers or more", f.sizes)
			}
			return a.runEvalBase(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	addQrels(cmd, &f.qrels)
	flags.StringVar(&f.queries, "queries", "", "texts of the queries, if they are not papers")
	flags.IntSliceVar(&f.sizes, "sizes", []int{30, 100, 300, 1000, 3000, 10000},
		"papers of a draw; sizes beyond the corpus are left out")
	flags.IntVar(&f.trial.Draws, "draws", 20,
		"draws of 100 papers or fewer; the number falls with the square root of larger sizes")
	flags.Uint64Var(&f.trial.Seed, "seed", 1, "seed of the draws")
	flags.BoolVar(&f.trial.Random, "random", false, "take all papers at random")
	return cmd
}

func (a *app) runEvalBase(ctx context.Context, f baseFlags) (err error) {
	qrels, texts, err := readJudgments(f.qrels, f.queries)
	if err != nil {
		return err
	}
	return a.withStore(ctx, func(st *store.SQLite) error {
		lab, err := eval.NewLab(ctx, st, qrels, texts)
		if err != nil {
			return err
		}
		p := a.progress(false)
		defer p.End()
		gains, err := lab.Gains(ctx, f.sizes, f.trial, func(size, done, total int) { p.Stages(fmt.Sprint(size, " papers"), done, total) })
		p.End()
		return show(a, gains, err, func() error { return a.out().BaseGains(gains) })
	})
}
