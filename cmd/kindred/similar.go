package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"kindred/recommend"
)

func (a *app) similarCommand() *cobra.Command {
	var f queryFlags
	var not []string
	var text string
	cmd := &cobra.Command{
		Use:   "similar [ID...]",
		Short: "Find the papers most like these",
		Long: `Finds the papers most like one or several papers, or like a text: a draft's title and abstract, say. Ids can be given in any
usual form: arxiv:2306.05544, 2306.05544v2, a DOI, a URL of either.`,
		Example: `  kindred similar arxiv:2306.05544 --explain
  kindred similar 2306.05544 2106.09685 --not 1706.03762 --after 2023
  kindred similar --text draft.txt`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && text == "" {
				return usagef(cmd, "nothing to compare with: give ids of papers, or --text")
			}
			filter, err := f.filter()
			if err != nil {
				return usage(cmd, err)
			}
			q := recommend.Query{Positive: canonicalIDs(args), Negative: canonicalIDs(not), Limit: f.limit, MinScore: f.minScore,
				Diversity: f.diversity, Explain: f.explain, Filter: filter}
			if text != "" {
				if q.Text, err = a.text(text, maxText); err != nil {
					return err
				}
			}
			if f.limit < 1 {
				return usagef(cmd, "--limit %d: want 1 or more", f.limit)
			}
			if err := q.Validate(); err != nil {
				return usage(cmd, err)
			}
			return a.runSimilar(cmd.Context(), q, &f)
		},
	}
	f.add(cmd)
	cmd.Flags().StringSliceVar(&not, "not", nil, "ids of papers to move away from")
	cmd.Flags().StringVar(&text, "text", "", `a file with a text to compare with, "-" for the standard input`)
	return cmd
}

func (a *app) runSimilar(ctx context.Context, q recommend.Query, f *queryFlags) (err error) {
	l, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if a.json {
		if len(q.Positive) == 1 && len(q.Negative) == 0 && q.Text == "" {
			return a.ask(ctx, l, http.MethodGet, "/v1/papers/"+url.PathEscape(q.Positive[0])+"/similar?"+f.values().Encode(), nil)
		}
		return a.ask(ctx, l, http.MethodPost, "/v1/recommendations?"+f.values().Encode(),
			map[string]any{"positive": q.Positive, "negative": q.Negative, "text": q.Text})
	}
	e := l.current.Load()
	answer, err := e.engine.Recommend(ctx, q)
	if err != nil {
		return err
	}
	if len(answer.Seeds) == 1 && q.Text == "" {
		p, err := l.store.Paper(ctx, answer.Seeds[0])
		if err != nil {
			return err
		}
		a.printf("Papers like %s (%s)\n", clipLine(p.Title, 120), p.ID)
	}
	return a.printAnswer(ctx, l, answer)
}

func (a *app) searchCommand() *cobra.Command {
	var f queryFlags
	cmd := &cobra.Command{
		Use:   "search WORDS...",
		Short: "Find the papers that words are about",
		Long: `Finds the papers that words are about. "quoted phrases" must stand as they are, title:word and author:name look in one field,
-word leaves papers out.`,
		Example: `  kindred search contrastive loss for retrieval
  kindred search '"scaling laws" -vision author:kaplan'`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			filter, err := f.filter()
			if err != nil {
				return usage(cmd, err)
			}
			if f.limit < 1 {
				return usagef(cmd, "--limit %d: want 1 or more", f.limit)
			}
			q := recommend.SearchQuery{Text: joinWords(args), Limit: f.limit, MinScore: f.minScore, Diversity: f.diversity, Explain: f.explain, Filter: filter}
			if err := q.Validate(); err != nil {
				return usage(cmd, err)
			}
			return a.runSearch(cmd.Context(), q, &f)
		},
	}
	f.add(cmd)
	return cmd
}

// joinWords puts back together what the shell took apart: an argument with spaces was quoted, and is one phrase, unless it
// is the only one and so a whole query.
func joinWords(args []string) string {
	if len(args) == 1 {
		return args[0]
	}
	text := ""
	for i, arg := range args {
		if i > 0 {
			text += " "
		}
		if strings.ContainsAny(arg, " \t") && !strings.Contains(arg, `"`) {
			arg = fmt.Sprintf("%q", arg)
		}
		text += arg
	}
	return text
}

func (a *app) runSearch(ctx context.Context, q recommend.SearchQuery, f *queryFlags) (err error) {
	l, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if a.json {
		v := f.values()
		v.Set("q", q.Text)
		return a.ask(ctx, l, http.MethodGet, "/v1/search?"+v.Encode(), nil)
	}
	e := l.current.Load()
	answer, err := e.engine.Search(ctx, q)
	if err != nil {
		return err
	}
	return a.printAnswer(ctx, l, answer)
}
