package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// maxText is the most bytes of text that a query reads.
const maxText = 1 << 20

// queryFlags are the flags of every command that answers with papers.
type queryFlags struct {
	limit         int
	minScore      float32
	diversity     float32
	explain       bool
	after, before string
	topics        []int
	notTopics     []int
	categories    []string
	exclude       []string
}

func (f *queryFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.IntVarP(&f.limit, "limit", "n", recommend.DefaultLimit, "how many papers")
	flags.Float32Var(&f.minScore, "min-score", 0, "leave out papers that score lower, 0 to 1")
	flags.Float32Var(&f.diversity, "diversity", 0, "0 for the most alike, up to 1 for the least alike among each other")
	flags.BoolVar(&f.explain, "explain", false, "say why each paper is there")
	flags.StringVar(&f.after, "after", "", "only papers published on or after a date: YYYY, YYYY-MM or YYYY-MM-DD")
	flags.StringVar(&f.before, "before", "", "only papers published on or before a date")
	flags.IntSliceVar(&f.topics, "topic", nil, "only papers of these topics, by id")
	flags.IntSliceVar(&f.notTopics, "not-topic", nil, "no papers of these topics")
	flags.StringSliceVar(&f.categories, "category", nil, "only papers of these categories")
	flags.StringSliceVar(&f.exclude, "exclude", nil, "ids of papers to leave out")
}

// filter returns the filter that the flags ask for.
func (f *queryFlags) filter() (recommend.Filter, error) {
	out := recommend.Filter{Topics: f.topics, ExcludeTopics: f.notTopics, Categories: f.categories, Exclude: canonicalIDs(f.exclude)}
	var err error
	if out.After, err = data.ParseDate(f.after); err != nil {
		return out, fmt.Errorf("--after: %w", err)
	}
	if out.Before, err = data.ParseDate(f.before); err != nil {
		return out, fmt.Errorf("--before: %w", err)
	}
	return out, nil
}

// values are the same wishes as parameters of the HTTP API.
func (f *queryFlags) values() url.Values {
	v := url.Values{"limit": {strconv.Itoa(f.limit)}}
	set := func(name, value string, given bool) {
		if given {
			v.Set(name, value)
		}
	}
	set("min_score", strconv.FormatFloat(float64(f.minScore), 'g', -1, 32), f.minScore != 0)
	set("diversity", strconv.FormatFloat(float64(f.diversity), 'g', -1, 32), f.diversity != 0)
	set("explain", "true", f.explain)
	set("published_after", f.after, f.after != "")
	set("published_before", f.before, f.before != "")
	set("topic", joinInts(f.topics), len(f.topics) > 0)
	set("exclude_topic", joinInts(f.notTopics), len(f.notTopics) > 0)
	set("category", strings.Join(f.categories, ","), len(f.categories) > 0)
	set("exclude", strings.Join(f.exclude, ","), len(f.exclude) > 0)
	return v
}

func joinInts(list []int) string {
	text := make([]string, len(list))
	for i, v := range list {
		text[i] = strconv.Itoa(v)
	}
	return strings.Join(text, ",")
}

func canonicalIDs(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = data.CanonicalID(id)
	}
	return out
}

// printAnswer prints ranked papers for people: score, date, title, id, and with reasons the terms that brought each there.
func (a *app) printAnswer(ctx context.Context, l *library.Library, answer *recommend.Answer) error {
	for _, id := range answer.Missing {
		a.notef("kindred: no paper is called %s\n", id)
	}
	if answer.DidYouMean != "" {
		a.printf("Did you mean: %s\n", answer.DidYouMean)
	}
	if len(answer.Hits) == 0 {
		a.printf("No papers: %s.\n", reasonText(answer.Reason))
		return nil
	}
	s := l.Current()
	labels := map[int]string{}
	for _, t := range s.Topics {
		labels[t.ID] = t.Label
	}
	for _, h := range answer.Hits {
		p, err := l.Store().Paper(ctx, h.ID)
		if err != nil {
			return err
		}
		a.printf("%3d  %.2f  %-10s  %s\n", h.Rank, h.Score, p.Published, clipLine(p.Title, max(40, a.width()-24)))
		line := p.ID
		if row, ok := s.Catalog.Find(h.ID); ok {
			if label := labels[s.Catalog.Assignment(row).Topic]; label != "" {
				line += "  ·  " + label
			}
		}
		a.printf("                       %s\n", line)
		if why := reasonsLine(h.Reasons); why != "" {
			a.printf("                       because of %s\n", why)
		}
	}
	return nil
}

// reasonsLine lists the terms of a hit with their share of its score in per cent.
func reasonsLine(reasons []recommend.Reason) string {
	total := float32(0)
	for _, r := range reasons {
		total += r.Share
	}
	var parts []string
	for _, r := range reasons {
		if r.Term != "" && total > 0 {
			parts = append(parts, fmt.Sprintf("%s %.0f %%", r.Term, 100*r.Share/total))
		}
	}
	return strings.Join(parts, ", ")
}

func reasonText(reason string) string {
	switch reason {
	case recommend.ReasonNoText:
		return "the seed has neither title nor abstract"
	case recommend.ReasonNoKnownTerms:
		return "none of its words is known to the model"
	case recommend.ReasonBelowMinScore:
		return "none is alike enough"
	case recommend.ReasonFiltered:
		return "none passes the filters"
	}
	return "none is alike"
}
