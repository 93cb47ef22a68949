package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"kindred/api/wire"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// filterFlags are the flags of every command that answers with papers.
type filterFlags struct{ after, before string }

func (f *filterFlags) add(flags *pflag.FlagSet, limit *int, topics *[]int, categories *[]string) {
	flags.IntVarP(limit, "limit", "n", recommend.DefaultLimit, "number of papers")
	flags.StringVar(&f.after, "after", "",
		"only papers published on or after a date: YYYY, YYYY-MM or YYYY-MM-DD")
	flags.StringVar(&f.before, "before", "", "only papers published on or before a date")
	flags.IntSliceVar(topics, "topic", nil, "only papers of these topics, by id")
	flags.StringSliceVar(categories, "category", nil, "only papers of these categories")
}

// dates reads the dates. An error names the flag.
func (f *filterFlags) dates(after, before *data.Date) (err error) {
	if *after, err = data.ParseDate(f.after); err != nil {
		return fmt.Errorf("--after: %w", err)
	}
	if *before, err = data.ParseDate(f.before); err != nil {
		return fmt.Errorf("--before: %w", err)
	}
	return nil
}

// queryFlags are the flags of every command that answers with a ranking of papers.
type queryFlags struct {
	filterFlags
	query recommend.Query
}

func (f *queryFlags) add(cmd *cobra.Command) {
	flags, q := cmd.Flags(), &f.query
	f.filterFlags.add(flags, &q.Limit, &q.Topics, &q.Categories)
	flags.Float32Var(&q.MinScore, "min-score", 0, "lowest score of a paper, 0 to 1")
	flags.Float32Var(&q.Diversity, "diversity", 0,
		"0 ranks by similarity alone, 1 by difference from the papers above")
	flags.BoolVar(&q.Explain, "explain", false, "print the terms behind each score")
	flags.IntSliceVar(&q.ExcludeTopics, "not-topic", nil, "no papers of these topics")
	flags.StringSliceVar(&q.Exclude, "exclude", nil, "ids of papers to leave out")
}

// parse checks the flags and returns the query without its seeds. An error names the flag.
func (f *queryFlags) parse() (recommend.Query, error) {
	q := f.query
	q.Exclude = wire.CanonicalIDs(q.Exclude)
	if err := f.dates(&q.After, &q.Before); err != nil {
		return q, err
	}
	switch {
	case !(q.MinScore >= 0 && q.MinScore <= 1):
		return q, fmt.Errorf("--min-score %v: want a number from 0 to 1", q.MinScore)
	case !(q.Diversity >= 0 && q.Diversity <= 1):
		return q, fmt.Errorf("--diversity %v: want a number from 0 to 1", q.Diversity)
	case len(q.Exclude) > recommend.MaxExclude:
		return q, fmt.Errorf("--exclude: %d ids, at most %d are allowed", len(q.Exclude), recommend.MaxExclude)
	}
	return q, checkLimit(q.Limit)
}

// checkLimit checks the value of --limit.
func checkLimit(n int) error {
	if n < 1 || n > recommend.MaxLimit {
		return fmt.Errorf("--limit %d: want 1 to %d", n, recommend.MaxLimit)
	}
	return nil
}

// advise adds to an error about an unknown id or title the command that finds the right one.
func advise(err error) error {
	var unknown *wire.NotFoundError
	named := errors.As(err, &unknown)
	switch {
	case !named && !errors.As(err, new(*library.TitleError)):
		return err
	case named && unknown.Kind == "topic":
		return fmt.Errorf("%w; kindred topics lists them", err)
	}
	return fmt.Errorf("%w; kindred search finds papers by words, and kindred similar --text FILE those like a title and abstract", err)
}

// printRanking prints ranked papers, and names the seeds that no paper has.
func (a *app) printRanking(answer *wire.Answer[[]wire.Item]) error {
	return show(a, answer, nil, func() error {
		for _, id := range answer.Meta.Missing {
			a.notef("kindred: no paper has the id %s\n", id)
		}
		return a.out().Ranking(answer)
	})
}

// joinWords undoes the splitting by the shell: of several arguments, one with spaces was quoted and is a
// phrase.
func joinWords(args []string) string {
	if len(args) == 1 {
		return args[0] // a whole query
	}
	words := slices.Clone(args)
	for i, w := range words {
		if strings.ContainsAny(w, " \t") && !strings.Contains(w, `"`) {
			words[i] = `"` + w + `"`
		}
	}
	return strings.Join(words, " ")
}
