package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"kindred/api/wire"
	"kindred/data/readable"
	"kindred/recommend"
	"kindred/recommend/library"
)

func (a *app) similarCommand() *cobra.Command {
	var f queryFlags
	var not []string
	var text string
	var lib libraryQuestion
	cmd := &cobra.Command{
		Use:   "similar [ID or TITLE...]",
		Short: "Find papers similar to papers or to a text",
		Long: `Finds the papers most similar to one or several papers, or to a text such as the title and
abstract of a draft. A paper is named by its title, in quotes, or by an id in any usual form:
arxiv:2306.05544, 2306.05544v2, a DOI, or an address at arXiv, doi.org, Hugging Face, Semantic Scholar,
OpenAlex, PubMed, the ACL Anthology or a publisher.

With --library the question is a reader's whole library, in any file that import reads. Its interests are found and take
turns in the answer, and no paper of the library is in it. Papers that are not here are compared by their text.`,
		Example: `  kindred similar arxiv:2306.05544 --explain
  kindred similar "Attention Is All You Need"
  kindred similar 2306.05544 2106.09685 --not 1706.03762 --after 2023
  kindred similar --text draft.txt
  kindred similar --library refs.bib --half-life 90`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && text == "" && lib.file == "" {
				return usagef(cmd, "no seed: give ids of papers, --text FILE or --library FILE")
			}
			q, err := f.parse()
			if err != nil {
				return usage(cmd, err)
			}
			if lib.file != "" || lib.halfLife != 0 {
				if err := lib.check(args, text, &q); err != nil {
					return usage(cmd, err)
				}
				q.Negative = not
				return a.runSimilarLibrary(cmd.Context(), lib, q)
			}
			q.Positive, q.Negative = args, not // resolved when the papers are there
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
	cmd.Flags().StringVar(&lib.file, "library", "", `a file with the papers of a reader, "-" for the standard input`)
	cmd.Flags().Float64Var(&lib.halfLife, "half-life", 0, "with --library: the age in days at which a paper counts half, 0 for regardless of age")
	cmd.Flags().StringVar(&text, "text", "", `a file with a text to compare with, "-" for the standard input`)
	return cmd
}

func (a *app) runSimilar(ctx context.Context, q recommend.Query) error {
	return a.withLibrary(ctx, func(l *library.Library) (err error) {
		if q.Positive, err = l.Current().ResolveIDs(ctx, q.Positive); err != nil {
			return advise(err)
		}
		if q.Negative, err = l.Current().ResolveIDs(ctx, q.Negative); err != nil {
			return advise(err)
		}
		answer, err := wire.Similar(ctx, l.Current(), q)
		if err != nil {
			return advise(err)
		}
		if seeds := answer.Meta.Seeds; len(seeds) == 1 && strings.TrimSpace(q.Text) == "" {
			p, err := l.Current().Papers.Paper(ctx, seeds[0])
			if err != nil {
				return err
			}
			a.printf("Papers like %s (%s)\n", readable.ClipWords(p.Title, 120), p.ID)
		}
		return a.printRanking(answer)
	})
}
