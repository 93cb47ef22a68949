package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"kindred/recommend/eval"
)

func (a *app) evalCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Measure how good rankings, topics and the map are",
	}
	cmd.AddCommand(a.evalRankingCommand(), a.evalScoresCommand(), a.evalBaseCommand(), a.evalTopicsCommand(), a.evalMapCommand())
	return cmd
}

// evalFiles are what a measurement of rankings reads and writes.
type evalFiles struct {
	qrels, queries, run, against string
	opt                          eval.RankingOptions
}

func (a *app) evalRankingCommand() *cobra.Command {
	var f evalFiles
	cmd := &cobra.Command{
		Use:   "ranking --qrels FILE",
		Short: "Measure papers like a paper against judgments",
		Long: `Asks for papers like each judged one and measures the answers against the judgments: lines of query id, document id and
grade, separated by tabs. With --queries the queries are texts: lines of query id and text. Prints nDCG@10, nDCG@20, MAP, recall at
10 and 100 (out of as many as could be found) and MRR, with 95 % bootstrap intervals.`,
		Example: `  kindred eval ranking --qrels judgments.tsv --run ours.run
  kindred eval ranking --qrels judgments.tsv --against before.run`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.qrels == "" {
				return usagef(cmd, "name the judgments: --qrels FILE")
			}
			return a.runEvalRanking(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.qrels, "qrels", "", "the judgments")
	flags.StringVar(&f.queries, "queries", "", "texts of the queries, where they are not papers")
	flags.BoolVar(&f.opt.Pool, "pool", false, "rank only the judged documents of each query")
	flags.Float64Var(&f.opt.Relevant, "relevant", 1, "lowest grade that counts as relevant for MAP, recall and MRR")
	flags.StringVar(&f.run, "run", "", "write the rankings to a file, in the form of TREC runs")
	flags.StringVar(&f.against, "against", "", "compare query by query with the rankings of such a file")
	return cmd
}

// rankingReport is the figures of one measurement.
type rankingReport struct {
	Queries int `json:"queries"`
	eval.Measures
	Intervals map[string]eval.Interval `json:"intervals"` // 95 % bootstrap interval by measure
	Missing   []string                 `json:"missing,omitempty"`
	Against   []eval.Comparison        `json:"against,omitempty"`
}

// measured is what the judged queries were answered with, and how good that is.
type measured struct {
	qrels   eval.Qrels
	result  eval.Result
	run     eval.Run
	missing []string // queries about papers that are not here
}

// measure asks every judged query and holds the answers against the judgments.
func (a *app) measure(ctx context.Context, f evalFiles) (m *measured, err error) {
	m = &measured{}
	if m.qrels, err = readFrom(f.qrels, eval.ReadQrels); err != nil {
		return nil, err
	}
	if f.queries != "" {
		if f.opt.Texts, err = readFrom(f.queries, eval.ReadQueries); err != nil {
			return nil, err
		}
	}
	l, err := a.openLibrary(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	ranker, err := judgedBy(ctx, l.Store(), l.Current().Engine(), m.qrels)
	if err != nil {
		return nil, err
	}
	p := a.progress(false)
	defer p.end()
	f.opt.Progress = func(done, total int) { p.stages("queries", done, total) }
	m.result, m.run, m.missing, err = eval.Ranking(ctx, ranker, m.qrels, f.opt)
	return m, err
}

func (a *app) runEvalRanking(ctx context.Context, f evalFiles) error {
	m, err := a.measure(ctx, f)
	if err != nil {
		return err
	}
	if f.run != "" {
		write := func(w io.Writer) error { return eval.WriteRun(w, m.run, "kindred") }
		if err := a.writeOut(f.run, write); err != nil {
			return err
		}
	}
	report := rankingReport{Queries: len(m.result.Queries), Measures: m.result.Mean, Missing: m.missing, Intervals: map[string]eval.Interval{}}
	for i, interval := range m.result.Intervals() {
		report.Intervals[eval.Names[i]] = interval
	}
	if f.against != "" {
		other, err := readFrom(f.against, eval.ReadRun)
		if err != nil {
			return err
		}
		if report.Against, err = eval.Compare(m.result, eval.Score(m.qrels, other, f.opt.Options)); err != nil {
			return err
		}
	}
	if a.json {
		return a.printJSON(report)
	}
	return a.printRanking(&report)
}

// readFrom reads a whole file with read; the error names it.
func readFrom[T any](path string, read func(r io.Reader) (T, error)) (T, error) {
	f, err := os.Open(path)
	if err != nil {
		var none T
		return none, err
	}
	defer f.Close()
	v, err := read(f)
	if err != nil {
		return v, fmt.Errorf("%s: %w", path, err)
	}
	return v, nil
}

func (a *app) printRanking(r *rankingReport) error {
	a.printf("%d queries", r.Queries)
	if len(r.Missing) > 0 {
		a.printf(", %d of them about papers that are not here (%s)", len(r.Missing), clipLine(strings.Join(r.Missing, ", "), 60))
	}
	a.printf("\n")
	for i, v := range r.Values() {
		in := r.Intervals[eval.Names[i]]
		a.printf("%-8s  %.4f  [%.4f, %.4f]\n", eval.Names[i], v, in.Low, in.High)
	}
	if len(r.Against) > 0 {
		a.printf("\nagainst     here   there  change  95 %% interval     better/worse  p\n")
	}
	for _, c := range r.Against {
		a.printf("%-8s  %.4f  %.4f  %+.4f  [%+.4f, %+.4f]  %5d/%-5d  %.4f\n",
			c.Measure, c.Mean, c.Against, c.Change, c.Interval.Low, c.Interval.High, c.Wins, c.Losses, c.P)
	}
	return nil
}
