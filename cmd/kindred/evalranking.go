package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"kindred/recommend/eval"
	"kindred/recommend/library"
)

// rankingFlags are the flags of measurements of rankings.
type rankingFlags struct {
	qrels, queries, run, against string
	opt                          eval.RankingOptions
}

func (f *rankingFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	addQrels(cmd, &f.qrels)
	flags.StringVar(&f.queries, "queries", "", "texts of the queries, if they are not papers")
	flags.Float64Var(&f.opt.Relevant, "relevant", 1, "lowest grade that counts as relevant")
}

func (a *app) evalRankingCommand() *cobra.Command {
	var f rankingFlags
	cmd := &cobra.Command{
		Use:   "ranking --qrels FILE",
		Short: "Measure similar papers against judgments",
		Long: `Asks for the papers similar to each judged one and measures the rankings against the
judgments: lines of query id, paper id and grade, separated by tabs. With --queries the queries are texts:
lines of query id and text. Prints nDCG@10, nDCG@20, nDCG at a fifth of the judged papers, MAP, recall at
10 and 100 (of as many as these can hold) and MRR, with 95 % bootstrap intervals.`,
		Example: `  kindred eval ranking --qrels judgments.tsv --run ours.run
  kindred eval ranking --qrels judgments.tsv --against before.run`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runEvalRanking(cmd.Context(), f) },
	}
	f.add(cmd)
	flags := cmd.Flags()
	flags.BoolVar(&f.opt.Pool, "pool", false, "rank only the judged papers of each query")
	flags.StringVar(&f.run, "run", "", "write the rankings to a TREC run file")
	flags.StringVar(&f.against, "against", "", "compare with the rankings of a TREC run file, query by query")
	return cmd
}

// measure asks every judged query and measures the rankings.
func (a *app) measure(ctx context.Context, f rankingFlags) (m *eval.Measurement, err error) {
	qrels, texts, err := readJudgments(f.qrels, f.queries)
	if err != nil {
		return nil, err
	}
	err = a.withLibrary(ctx, func(l *library.Library) error {
		p := a.progress(false)
		defer p.End()
		f.opt.Texts, f.opt.Progress = texts, func(done, total int) { p.Stages("queries", done, total) }
		m, err = eval.MeasureRanking(ctx, l, qrels, f.opt)
		return err
	})
	return m, err
}

func (a *app) runEvalRanking(ctx context.Context, f rankingFlags) error {
	m, err := a.measure(ctx, f)
	if err != nil {
		return err
	}
	if f.run != "" {
		write := func(w io.Writer) error { return eval.WriteRun(w, m.Run, "kindred") }
		if err := a.writeOut(f.run, write); err != nil {
			return err
		}
	}
	other, err := readRun(f.against)
	if err != nil {
		return err
	}
	report, err := m.Report(other)
	return show(a, report, err, func() error { return a.out().Measures(report) })
}
