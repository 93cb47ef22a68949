package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"kindred/api"
	"kindred/recommend"
)

func (a *app) similarCommand() *cobra.Command {
	var f queryFlags
	var not []string
	var text string
	cmd := &cobra.Command{
		Use:   "similar [ID...]",
		Short: "Find papers similar to papers or to a text",
		Long: `Finds the papers most similar to one or several papers, or to a text such as the title and abstract of a draft.
An id may have any usual form: arxiv:2306.05544, 2306.05544v2, a DOI, or the URL of either.`,
		Example: `  kindred similar arxiv:2306.05544 --explain
  kindred similar 2306.05544 2106.09685 --not 1706.03762 --after 2023
  kindred similar --text draft.txt`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && text == "" {
				return usagef(cmd, "no seed: give ids of papers, or --text FILE")
			}
			q, err := f.parse()
			if err != nil {
				return usage(cmd, err)
			}
			q.Positive, q.Negative = canonicalIDs(args), canonicalIDs(not)
			if text != "" {
				if q.Text, err = a.text(text); err != nil {
					return err
				}
			}
			if err := q.Validate(); err != nil {
				return usage(cmd, err)
			}
			return a.runSimilar(cmd.Context(), q)
		},
	}
	f.add(cmd)
	cmd.Flags().StringSliceVar(&not, "not", nil, "ids of papers to move away from")
	cmd.Flags().StringVar(&text, "text", "", `a file with a text to compare with, "-" for the standard input`)
	return cmd
}

func (a *app) runSimilar(ctx context.Context, q recommend.Query) (err error) {
	l, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	answer, err := api.SimilarEnvelope(ctx, l.Current(), q)
	if err != nil {
		return advise(err)
	}
	if seeds := answer.Meta.Seeds; len(seeds) == 1 && strings.TrimSpace(q.Text) == "" {
		p, err := l.Current().Papers.Paper(ctx, seeds[0])
		if err != nil {
			return err
		}
		a.printf("Papers like %s (%s)\n", clipLine(p.Title, 120), p.ID)
	}
	return a.printRanking(answer)
}
