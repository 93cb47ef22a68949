package main

import (
	"context"

	"github.com/spf13/cobra"

	"kindred/api/wire"
	"kindred/recommend"
	"kindred/recommend/library"
)

func (a *app) neighbourhoodCommand() *cobra.Command {
	limit := recommend.DefaultNeighbours
	cmd := &cobra.Command{
		Use:     "neighbourhood ID",
		Aliases: []string{"neighborhood"},
		Short:   "Show the papers nearest to one, and which of them are near each other",
		Long: `Lists the papers nearest to one, and after "near" those of the list that each is near. Two papers are near each
other when each is among the four of the list that are nearest to the other; 0 is the paper itself.`,
		Example: `  kindred neighbourhood 2306.05544
  kindred neighbourhood "Attention Is All You Need" -n 10`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 1 || limit > recommend.MaxNeighbours {
				return usagef(cmd, "--limit %d: want 1 to %d", limit, recommend.MaxNeighbours)
			}
			return a.runNeighbourhood(cmd.Context(), args[0], limit)
		},
	}
	cmd.Flags().IntVarP(&limit, "limit", "n", limit, "number of papers")
	return cmd
}

func (a *app) runNeighbourhood(ctx context.Context, name string, limit int) error {
	return a.withLibrary(ctx, func(l *library.Library) error {
		answer, err := wire.Neighbourhood(ctx, l.Current(), name, limit, wire.ListFields)
		return show(a, answer, advise(err), func() error { return a.out().Neighbourhood(answer) })
	})
}
