package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kindred/classifier"
	"kindred/data/readable"
	"kindred/recommend/library"
)

func (a *app) fitCommand() *cobra.Command {
	var opt classifier.Options
	var topics, baseName, topicsBy, weighting string
	cmd := &cobra.Command{
		Use:   "fit",
		Short: "Learn a model from all papers",
		Long: `Learns vocabulary, latent space and topics from all papers in the data folder and makes the
result the current model. The same papers and flags give the same model, byte for byte. Topics continue
those of the previous model: papers keep their topics, new papers join them, and topics keep ids and
labels. --fresh forms topics anew and keeps the ids of those with the same papers. A running server
switches to the new model.`,
		Example: `  kindred fit
  kindred fit --topics 40`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := parseTopics(topics, &opt); err != nil {
				return usage(cmd, err)
			}
			switch baseName {
			case "default":
			case "none":
				opt.NoBase = true
			default:
				return usagef(cmd, "--base %q: want default or none", baseName)
			}
			if err := chooseStages(topicsBy, weighting, &opt); err != nil {
				return usage(cmd, err)
			}
			if opt.Dims < 0 {
				return usagef(cmd, "--dims %d: want 1 or more, or 0 for the default", opt.Dims)
			}
			return a.runFit(cmd.Context(), opt)
		},
	}
	cmd.Flags().StringVar(&topics, "topics", "auto", "number of topics, or auto")
	cmd.Flags().IntVar(&opt.Dims, "dims", 0, "latent dimensions learned from the papers (default 256)")
	cmd.Flags().BoolVar(&opt.FreshTopics, "fresh", false,
		"form the topics anew instead of continuing those of the previous model")
	cmd.Flags().BoolVar(&opt.NoMap, "no-map", false, "draw no map, which takes a third of the time")
	cmd.Flags().Uint64Var(&opt.Seed, "seed", 0, "seed of the random numbers")
	cmd.Flags().StringVar(&baseName, "base", "default",
		"the base model that supports small corpora: default or none")
	cmd.Flags().StringVar(&topicsBy, "topics-by", "kindred",
		"the method that forms the topics: kindred, or lda for the latent Dirichlet allocation of nlp (up to 10,000 papers)")
	cmd.Flags().StringVar(&weighting, "weighting", "kindred",
		"the weights of terms: kindred, or nlp-tfidf for the TfidfTransformer of nlp")
	return cmd
}

// chooseStages reads the values of --topics-by and --weighting.
func chooseStages(topicsBy, weighting string, opt *classifier.Options) error {
	switch topicsBy {
	case "kindred":
	case "lda":
		opt.TopicStage = classifier.LDA
	default:
		return fmt.Errorf("--topics-by %q: want kindred or lda", topicsBy)
	}
	switch weighting {
	case "kindred":
	case "nlp-tfidf":
		opt.Weighting = classifier.PlainTFIDF()
	default:
		return fmt.Errorf("--weighting %q: want kindred or nlp-tfidf", weighting)
	}
	return nil
}

// parseTopics reads the value of --topics.
func parseTopics(s string, opt *classifier.Options) error {
	if s == "auto" {
		opt.Topics = 0
		return nil
	}
	if _, err := fmt.Sscanf(s, "%d", &opt.Topics); err != nil || opt.Topics < 1 || fmt.Sprint(opt.Topics) != s {
		return fmt.Errorf("--topics %q: want auto, or 1 or more", s)
	}
	return nil
}

// fitReport describes a fit.
type fitReport struct {
	Version    string             `json:"version"`
	Docs       int                `json:"docs"`
	Terms      int                `json:"terms"`
	Dims       int                `json:"dims"`
	Topics     int                `json:"topics"`
	Explained  float64            `json:"explained"`   // share of the lexical variance that the latent space keeps
	BaseWeight float64            `json:"base_weight"` // of the base model in the latent view, 0 to 1
	Seconds    map[string]float64 `json:"seconds"`     // by stage, and in total
}

func (a *app) runFit(ctx context.Context, opt classifier.Options) (err error) {
	l, err := library.Open(ctx, a.folder(), library.Options{Log: a.warnings()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	m, report, err := a.timedFit(ctx, l, opt)
	if err != nil {
		return err
	}
	labels, err := a.labelsAfterFit(ctx, l, m)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(report)
	}
	a.printf("model %s: %d papers, %d terms, %d dimensions (%.0f %% of the variance), %d topics, in %.1f s\n",
		report.Version, report.Docs, report.Terms, report.Dims, 100*report.Explained, report.Topics, report.Seconds["total"])
	a.printf("topics: %s\n", readable.ClipWords(strings.Join(labels, " · "), 3*a.width()))
	return nil
}

// timedFit fits and measures the time of each stage.
func (a *app) timedFit(ctx context.Context, l *library.Library, opt classifier.Options) (*classifier.Model, fitReport, error) {
	p := a.progress(false)
	defer p.end()
	begun := time.Now()
	seconds := map[string]float64{}
	stage, since := "", begun
	opt.Progress = func(name string, done, total int) {
		if name != stage {
			if stage != "" {
				seconds[stage] = round3(time.Since(since))
			}
			stage, since = name, time.Now()
		}
		p.stages(name, done, total)
	}
	m, err := l.Fit(ctx, library.FitOptions{Options: opt, Waiting: func(holder string) {
		a.notef("kindred: another fit of %s is running (%s); waiting for it to end\n", a.data, holder)
	}})
	if err != nil {
		return nil, fitReport{}, err
	}
	if stage != "" {
		seconds[stage] = round3(time.Since(since))
	}
	seconds["total"] = round3(time.Since(begun))
	return m, fitReport{Version: m.Version(), Docs: m.Docs(), Terms: m.TermCount(), Dims: m.Dims(), Topics: len(m.Topics()),
		Explained: m.Explained(), BaseWeight: m.BaseWeight(), Seconds: seconds}, nil
}

// round3 returns a duration in seconds, rounded to the millisecond.
func round3(d time.Duration) float64 { return math.Round(d.Seconds()*1000) / 1000 }
