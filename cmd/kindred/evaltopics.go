package main

import (
	"context"

	"github.com/spf13/cobra"

	"kindred/recommend/eval"
	"kindred/recommend/library"
)

func (a *app) evalTopicsCommand() *cobra.Command {
	stability := false
	cmd := &cobra.Command{
		Use:   "topics",
		Short: "Measure the topics of the current model",
		Long: `Measures the topics of the current model. Against the first labels of papers, if there are
any: V-measure and adjusted Rand index. By themselves: the mean normalised pointwise mutual information of
each topic's first ten terms over the fitted papers, the share of distinct terms among them, the share of
the words of labels that occur in a title of the topic's papers, and the mean share of a topic's papers
with a word of its label in the title.

Of the names of topics and of fields: the mean share of papers that have the name word for word; coverage,
the mean share of papers that have the name, one of its telling words or a synonym; the share of names that cover a quarter of their papers; distinctness, the
coverage in the own papers over its sum with the highest one in another topic; the share of names that
stand in a title of their papers; and word intrusion, how often the base model finds the term of another
topic among five of a topic's terms, by the seed of the model.

With --stability, four further fits measure what share of the papers keeps the id of its topic: with
another seed; when a tenth of the papers, every tenth, is added later; and when the topics are formed anew
from another seed. The papers that are added later do not count.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.runEvalTopics(cmd.Context(), stability) },
	}
	cmd.Flags().BoolVar(&stability, "stability", false,
		"also measure what share of the papers keeps its topic in further fits")
	return cmd
}

func (a *app) runEvalTopics(ctx context.Context, stability bool) error {
	return a.withLibrary(ctx, func(l *library.Library) error {
		report, err := eval.MeasureTopics(ctx, l)
		if err != nil {
			return err
		}
		if stability {
			p := a.progress(false)
			defer p.End()
			if report.Stability, err = eval.MeasureStability(ctx, l, p.Stages); err != nil {
				return err
			}
			p.End()
		}
		return show(a, report, nil, func() error { return a.out().TopicReport(report) })
	})
}
