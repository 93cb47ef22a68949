package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"kindred/api/wire"
	"kindred/recommend/library"
)

// compareCommand returns the command that compares two topics.
func (a *app) compareCommand() *cobra.Command {
	limit := wire.DefaultCompared
	cmd := &cobra.Command{
		Use:   "compare A B",
		Short: "Compare two topics",
		Long: `Compares two topics: how similar they are, the words that set them apart, the papers between them, and
how both went over time.

The similarity is the cosine of the mean vectors of both topics, each less the mean of all papers: 1 for the
same, 0 for topics that have no more in common than any two. The z of a word is the log-odds ratio of the
shares of papers that hold it, over its standard error: positive for words of A, negative for words of B.`,
		Example: "  kindred topics compare 3 7",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			var ids [2]int
			for i, arg := range args {
				id, err := topicNumber(arg)
				if err != nil {
					return usage(cmd, err)
				}
				ids[i] = id
			}
			if limit < 1 || limit > library.MaxCompared {
				return usage(cmd, fmt.Errorf("--limit %d: want 1 to %d", limit, library.MaxCompared))
			}
			return a.runCompare(cmd.Context(), ids[0], ids[1], limit)
		},
	}
	cmd.Flags().IntVarP(&limit, "limit", "n", limit, "number of words of each topic, and of papers between them")
	return cmd
}

func (a *app) runCompare(ctx context.Context, x, y, limit int) error {
	return a.withLibrary(ctx, func(l *library.Library) error {
		answer, err := wire.Compare(l.Current(), x, y, limit)
		return show(a, answer, advise(err), func() error { return a.out().Comparison(answer.Data) })
	})
}
