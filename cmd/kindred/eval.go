package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"kindred/recommend/eval"
)

func (a *app) evalCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Measure rankings, topics and the map",
	}
	cmd.AddCommand(a.evalRankingCommand(), a.evalScoresCommand(), a.evalBaseCommand(), a.evalLibraryCommand(),
		a.evalTopicsCommand(), a.evalMapCommand(), a.evalDigestCommand())
	return cmd
}

// addQrels adds the flag of the judgments, which must be given.
func addQrels(cmd *cobra.Command, qrels *string) {
	cmd.Flags().StringVar(qrels, "qrels", "", "the judgments: lines of query, paper and grade")
	require(cmd, func() error {
		if *qrels == "" {
			return errors.New("no judgments: name their file with --qrels FILE")
		}
		return nil
	})
}

// readJudgments reads a file of judgments and, if it is named, one of the texts of their queries.
func readJudgments(qrels, queries string) (q eval.Qrels, texts map[string]string, err error) {
	if q, err = readFrom(qrels, eval.ReadQrels); err != nil || queries == "" {
		return q, nil, err
	}
	texts, err = readFrom(queries, eval.ReadQueries)
	return q, texts, err
}

// readRun reads the rankings of a TREC run file, nil for no name.
func readRun(path string) (eval.Run, error) {
	if path == "" {
		return nil, nil
	}
	return readFrom(path, eval.ReadRun)
}

// readFrom reads a whole file with read. The error names the file.
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
