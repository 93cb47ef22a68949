package main

import (
	"context"

	"github.com/spf13/cobra"

	"kindred/recommend/eval"
)

// thresholds are the scores that eval scores looks at.
var thresholds = []float64{0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8}

func (a *app) evalScoresCommand() *cobra.Command {
	var f evalFiles
	cmd := &cobra.Command{
		Use:   "scores --qrels FILE",
		Short: "Measure what a least score lets through",
		Long: `Asks for papers like each judged one, and prints for several least scores how many answers a query keeps, how many of them are
judged relevant, how many of all relevant papers they are, and how many queries keep an answer at all. What nobody judged counts as
not relevant. It helps to choose --min-score.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.qrels == "" {
				return usagef(cmd, "name the judgments: --qrels FILE")
			}
			return a.runEvalScores(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.qrels, "qrels", "", "the judgments")
	flags.StringVar(&f.queries, "queries", "", "texts of the queries, where they are not papers")
	flags.Float64Var(&f.opt.Relevant, "relevant", 1, "lowest grade that counts as relevant")
	return cmd
}

// scoreCut is what is left of all answers above a least score.
type scoreCut struct {
	MinScore  float64 `json:"min_score"`
	Hits      float64 `json:"hits"`      // a query, mean
	Precision float64 `json:"precision"` // relevant ones among all that are left
	Recall    float64 `json:"recall"`    // those left among all relevant ones
	Answered  float64 `json:"answered"`  // share of the queries that keep an answer
}

func (a *app) runEvalScores(ctx context.Context, f evalFiles) error {
	m, err := a.measure(ctx, f)
	if err != nil {
		return err
	}
	cuts := cutScores(m.qrels, m.run, m.result.Queries, f.opt.Relevant)
	if a.json {
		return a.printJSON(cuts)
	}
	a.printf("%d queries, the first %d answers of each\n", len(m.result.Queries), eval.Depth)
	a.printf("score   answers  precision  recall  queries answered\n")
	for _, c := range cuts {
		a.printf("≥ %.1f  %8.1f  %9.3f  %6.3f  %6.3f\n", c.MinScore, c.Hits, c.Precision, c.Recall, c.Answered)
	}
	return nil
}

// cutScores measures what each of thresholds leaves of run.
func cutScores(q eval.Qrels, run eval.Run, queries []string, relevant float64) []scoreCut {
	total := 0
	for _, query := range queries {
		for _, g := range q.Grades[query] {
			if g >= relevant {
				total++
			}
		}
	}
	cuts := make([]scoreCut, len(thresholds))
	for i, least := range thresholds {
		kept, found, answered := 0, 0, 0
		for _, query := range queries {
			before := kept
			for _, s := range run[query] {
				if s.Score < least {
					break
				}
				kept++
				if g, judged := q.Grades[query][s.Doc]; judged && g >= relevant {
					found++
				}
			}
			if kept > before {
				answered++
			}
		}
		n := float64(max(1, len(queries)))
		cuts[i] = scoreCut{
			MinScore: least, Hits: float64(kept) / n, Precision: float64(found) / float64(max(1, kept)),
			Recall: float64(found) / float64(max(1, total)), Answered: float64(answered) / n,
		}
	}
	return cuts
}
