package main

import (
	"context"

	"github.com/spf13/cobra"

	"kindred/api/wire"
	"kindred/recommend"
	"kindred/recommend/library"
)

func (a *app) searchCommand() *cobra.Command {
	var f queryFlags
	var sources []string
	var linked, newest bool
	cmd := &cobra.Command{
		Use:   "search WORDS...",
		Short: "Find papers by words",
		Long: `Finds the papers that the words describe. A "quoted phrase" must occur as it is, title:word
and author:name search one field, and -word excludes papers.`,
		Example: `  kindred search contrastive loss for retrieval
  kindred search '"scaling laws" -vision author:kaplan'`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			f, err := f.parse()
			if err != nil {
				return usage(cmd, err)
			}
			q := recommend.SearchQuery{Text: joinWords(args), Limit: f.Limit, MinScore: f.MinScore,
				Diversity: f.Diversity, Explain: f.Explain, Newest: newest, Filter: f.Filter}
			if err := q.Validate(); err != nil {
				return usage(cmd, err)
			}
			return a.runSearch(cmd.Context(), q, sources, linked)
		},
	}
	f.add(cmd)
	cmd.Flags().StringSliceVar(&sources, "source", nil, "only papers from these sources, such as arxiv or icml")
	cmd.Flags().BoolVar(&linked, "linked", false, "only papers with an address where they can be read")
	cmd.Flags().BoolVar(&newest, "newest", false, "the newest papers that have all of the words, without scores")
	return cmd
}

func (a *app) runSearch(ctx context.Context, q recommend.SearchQuery, sources []string, linked bool) error {
	return a.withLibrary(ctx, func(l *library.Library) error {
		var err error
		if q.Pass, err = l.Current().From(ctx, sources, linked); err != nil {
			return err
		}
		answer, err := wire.Search(ctx, l.Current(), q)
		if err != nil {
			return err
		}
		return a.printRanking(answer)
	})
}
