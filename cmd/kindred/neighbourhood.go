package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"kindred/api/wire"
	"kindred/data/readable"
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
		return show(a, answer, advise(err), func() error { return a.printNeighbourhood(answer) })
	})
}

func (a *app) printNeighbourhood(answer *wire.Answer[wire.NeighbourhoodView]) error {
	n := &answer.Data
	near := map[int][]string{}
	for _, e := range n.Edges {
		near[e.A] = append(near[e.A], fmt.Sprint(e.B))
		near[e.B] = append(near[e.B], fmt.Sprint(e.A))
	}
	print := func(place int, score, title string, item *wire.Item) {
		line := []string{item.Record().ID}
		if item.Topic != nil {
			line = append(line, item.Topic.Label)
		}
		if near[place] != nil {
			line = append(line, "near "+strings.Join(near[place], ", "))
		}
		a.printf("%3d  %4s  %-10s  %s\n%23s%s\n", place, score, item.Record().Published, a.clip(title, 24), "", strings.Join(line, "  ·  "))
	}
	print(0, "", n.Paper.Record().Title, &n.Paper)
	for i := range n.Papers {
		item := &n.Papers[i]
		print(i+1, fmt.Sprintf("%.2f", *item.Score), readable.OneLine(item.Record().Title), item)
	}
	if len(n.Papers) == 0 {
		a.printf("No papers: %s.\n", reasonText(answer.Meta.Reason))
	}
	return nil
}
