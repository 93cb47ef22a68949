package library

import (
	"context"
	"math"
	"time"

	"kindred/classifier"
)

// FitReport describes a fit.
type FitReport struct {
	Version    string             `json:"version"`
	Docs       int                `json:"docs"`
	Terms      int                `json:"terms"`
	Dims       int                `json:"dims"`
	Topics     int                `json:"topics"`
	Explained  float64            `json:"explained"`   // share of the lexical variance that the latent space keeps
	BaseWeight float64            `json:"base_weight"` // of the base model in the latent view, 0 to 1
	Settings   Settings           `json:"settings"`
	Seconds    map[string]float64 `json:"seconds"` // by stage, and in total
}

// FitReported is [Library.Fit] with a report of the model and of the time that each stage took.
func (l *Library) FitReported(ctx context.Context, opt FitOptions) (*classifier.Model, *FitReport, error) {
	clock := stageClock{begun: time.Now(), seconds: map[string]float64{}}
	progress, adjust := opt.Progress, opt.Adjust
	opt.Progress = func(stage string, done, total int) {
		clock.enter(stage)
		if progress != nil {
			progress(stage, done, total)
		}
	}
	r := &FitReport{Seconds: clock.seconds}
	if adjust != nil {
		opt.Adjust = func(s *Settings) {
			adjust(s)
			r.Settings = *s
		}
	}
	m, err := l.Fit(ctx, opt)
	if err != nil {
		return nil, nil, err
	}
	clock.enter("")
	clock.seconds["total"] = seconds(time.Since(clock.begun))
	r.Version, r.Docs, r.Terms, r.Dims = m.Version(), m.Docs(), m.TermCount(), m.Dims()
	r.Topics, r.Explained, r.BaseWeight = len(m.Topics()), m.Explained(), m.BaseWeight()
	return m, r, nil
}

// stageClock measures stages that follow each other.
type stageClock struct {
	begun, since time.Time
	stage        string // "" before the first
	seconds      map[string]float64
}

// enter ends the present stage where stage is another one.
func (c *stageClock) enter(stage string) {
	if stage == c.stage {
		return
	}
	if c.stage != "" {
		c.seconds[c.stage] = seconds(time.Since(c.since))
	}
	c.stage, c.since = stage, time.Now()
}

// seconds returns a duration in seconds, rounded to the millisecond.
func seconds(d time.Duration) float64 { return math.Round(d.Seconds()*1000) / 1000 }
