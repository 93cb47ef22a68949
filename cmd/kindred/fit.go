package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"kindred/classifier"
	"kindred/recommend/library"
)

// fitFlags are the flags of fit. One that is not given leaves the setting of the fit before.
type fitFlags struct {
	topics, base, topicsBy, weighting string
	dims                              int
	seed                              uint64
	noMap, fresh                      bool
}

func (a *app) fitCommand() *cobra.Command {
	var f fitFlags
	cmd := &cobra.Command{
		Use:   "fit",
		Short: "Learn a model from all papers",
		Long: `Learns vocabulary, latent space and topics from all papers in the data folder and makes the
result the current model. The same papers and settings give the same model, byte for byte. Topics continue
those of the previous model: papers keep their topics, new papers join them, and topics keep ids and
labels. --fresh forms topics anew and keeps the ids of those with the same papers. A running server
switches to the new model.

The settings, which are all flags but --fresh, are kept in the data folder. A later fit goes on with those
for which it has no flag, and so does a server that fits. Give a flag its default value to end that, such as
--topics auto or --no-map=false.`,
		Example: `  kindred fit
  kindred fit --topics 40`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			adjust, err := f.adjust(cmd.Flags().Changed)
			if err != nil {
				return usage(cmd, err)
			}
			return a.runFit(cmd.Context(), library.FitOptions{Options: classifier.Options{FreshTopics: f.fresh}, Adjust: adjust})
		},
	}
	cmd.Flags().StringVar(&f.topics, "topics", "auto", "number of topics, or auto")
	cmd.Flags().IntVar(&f.dims, "dims", 0, "latent dimensions learned from the papers (default 256)")
	cmd.Flags().BoolVar(&f.fresh, "fresh", false,
		"form the topics anew instead of continuing those of the previous model")
	cmd.Flags().BoolVar(&f.noMap, "no-map", false, "draw no map, which takes a third of the time")
	cmd.Flags().Uint64Var(&f.seed, "seed", 0, "seed of the random numbers")
	cmd.Flags().StringVar(&f.base, "base", "default",
		"the base model that supports small corpora: default or none")
	cmd.Flags().StringVar(&f.topicsBy, "topics-by", "kindred",
		"the method that forms the topics: kindred, or lda for the latent Dirichlet allocation of nlp (up to 10,000 papers)")
	cmd.Flags().StringVar(&f.weighting, "weighting", "kindred",
		"the weights of terms: kindred, or nlp-tfidf for the TfidfTransformer of nlp")
	return cmd
}

// adjust reads the flags and returns what changes the settings of the fit before to those that were given.
func (f *fitFlags) adjust(given func(flag string) bool) (func(*library.Settings), error) {
	var to library.Settings
	if f.topics != "auto" {
		n, err := strconv.Atoi(f.topics)
		if err != nil || n < 1 || strconv.Itoa(n) != f.topics {
			return nil, fmt.Errorf("--topics %q: want auto, or 1 or more", f.topics)
		}
		to.Topics = n
	}
	if f.base != "default" && f.base != "none" {
		return nil, fmt.Errorf("--base %q: want default or none", f.base)
	}
	if f.dims < 0 {
		return nil, fmt.Errorf("--dims %d: want 1 or more, or 0 for the default", f.dims)
	}
	var err error
	if to.TopicsBy, err = method("topics-by", f.topicsBy, "lda"); err != nil {
		return nil, err
	}
	if to.Weighting, err = method("weighting", f.weighting, "nlp-tfidf"); err != nil {
		return nil, err
	}
	to.Dims, to.Seed, to.NoBase, to.NoMap = f.dims, f.seed, f.base == "none", f.noMap
	return func(s *library.Settings) {
		set(given("topics"), &s.Topics, to.Topics)
		set(given("dims"), &s.Dims, to.Dims)
		set(given("seed"), &s.Seed, to.Seed)
		set(given("base"), &s.NoBase, to.NoBase)
		set(given("no-map"), &s.NoMap, to.NoMap)
		set(given("topics-by"), &s.TopicsBy, to.TopicsBy)
		set(given("weighting"), &s.Weighting, to.Weighting)
	}, nil
}

// set sets a setting to a value that was given.
func set[T any](given bool, setting *T, to T) {
	if given {
		*setting = to
	}
}

// method reads the value of a flag for the method of a stage: kindred, which is "", or the other one.
func method(flag, value, other string) (string, error) {
	switch value {
	case "kindred":
		return "", nil
	case other:
		return other, nil
	}
	return "", fmt.Errorf("--%s %q: want kindred or %s", flag, value, other)
}

func (a *app) runFit(ctx context.Context, opt library.FitOptions) error {
	return a.withOpen(ctx, library.Options{}, func(l *library.Library) error {
		p := a.progress(false)
		defer p.End()
		opt.Progress, opt.Waiting = p.Stages, a.waiting
		m, report, err := l.FitReported(ctx, opt)
		if err != nil {
			return err
		}
		p.End()
		return closing(m, func(m *classifier.Model) error { return a.printFit(ctx, l, m, report) })
	})
}

// waiting says that a fit waits for another one.
func (a *app) waiting(holder string) {
	a.notef("kindred: another fit of %s is running (%s); waiting for it to end\n", a.data, holder)
}

func (a *app) printFit(ctx context.Context, l *library.Library, m *classifier.Model, r *library.FitReport) error {
	labels, err := a.labelsAfterFit(ctx, l, m)
	return show(a, r, err, func() error { return a.out().Fit(r, labels) })
}
