package main

import (
	"context"

	"github.com/spf13/cobra"

	"kindred/recommend/eval"
	"kindred/recommend/library"
)

func (a *app) evalMapCommand() *cobra.Command {
	var neighbors, sample int
	cmd := &cobra.Command{
		Use:   "map",
		Short: "Measure how well the map preserves neighbourhoods",
		Long: `Compares the nearest papers on the map with the nearest in latent space. Prints the
trustworthiness (1 if all neighbours on the map are near in latent space, about 0.5 by chance) and the
recall: the share of the nearest in latent space that are among the nearest on the map.`,
		Example: `  kindred eval map
  kindred eval map --neighbors 10 --json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case neighbors < 1:
				return usagef(cmd, "--neighbors %d: want 1 or more", neighbors)
			case sample < 1:
				return usagef(cmd, "--sample %d: want 1 or more", sample)
			}
			return a.runEvalMap(cmd.Context(), neighbors, sample)
		},
	}
	cmd.Flags().IntVar(&neighbors, "neighbors", 15, "number of nearest papers to compare")
	cmd.Flags().IntVar(&sample, "sample", 2000,
		"number of papers whose neighbourhoods are compared, evenly spread")
	return cmd
}

func (a *app) runEvalMap(ctx context.Context, neighbors, sample int) error {
	return a.withLibrary(ctx, func(l *library.Library) error {
		r, err := eval.MeasureMap(l.Model(), neighbors, sample)
		return show(a, r, err, func() error { return a.out().Map(r) })
	})
}
