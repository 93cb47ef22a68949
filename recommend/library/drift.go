package library

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"kindred/classifier/topic"
)

// Drift says how the papers that came after the fit differ from those that the model was learned from. Shares lie in
// [0,1]. Those "at the fit" are measured the same way on a sample of the papers of the fit.
type Drift struct {
	Papers       int     `json:"papers"`         // that came after the fit and are in topics
	Unknown      float32 `json:"unknown"`        // mean share of words that the model does not know
	UnknownAtFit float32 `json:"unknown_at_fit"` //
	Far          float32 `json:"far"`            // share of papers further from their topic than 95 % of those at the fit
	Outside      float32 `json:"outside"`        // share of papers in no topic: far from all, or without a word that is known
	OutsideAtFit float32 `json:"outside_at_fit"` //
	Due          string  `json:"due,omitempty"`  // why a fit is due, "" where none is
}

// Reasons for which a fit is due.
const (
	DueGrowth  = "growth"        // many papers came
	DueWords   = "unknown words" // they use words that the model does not know
	DueFar     = "far papers"    // many are far from their topic
	DueOutside = "no topic"      // many are in no topic
)

// Bounds from which a fit is due.
const (
	driftPapers  = 100 // fewer papers are no evidence
	driftGrowth  = 0.2 // of the papers of the fit
	driftWords   = 0.03
	driftFar     = 0.25 // where 0.05 is usual
	driftOutside = 0.05
)

// due returns why a fit is due for a model of docs papers.
func (d *Drift) due(docs int) string {
	switch {
	case d.Papers < driftPapers:
		return ""
	case d.Unknown >= d.UnknownAtFit+driftWords:
		return DueWords
	case d.Outside >= d.OutsideAtFit+driftOutside:
		return DueOutside
	case d.Far >= driftFar:
		return DueFar
	case float64(d.Papers) >= driftGrowth*float64(docs):
		return DueGrowth
	}
	return ""
}

// driftSample is how many papers of the fit are measured.
const driftSample = 400

// baseline is what the papers of the fit measure.
type baseline struct {
	unknown, outside float32
	far              float32 // confidence below which a paper is far from its topic
}

// measureBaseline measures a sample of the papers of the fit in the way that fold-in measures those that come after it.
func (l *Library) measureBaseline(ctx context.Context) (*baseline, error) {
	m := l.state.model
	step := max(1, m.Docs()/driftSample)
	var ids []string
	for doc := 0; doc < m.Docs(); doc += step {
		ids = append(ids, m.IDs()[doc])
	}
	papers, err := l.store.Papers(ctx, ids)
	if err != nil {
		return nil, err
	}
	b, n := &baseline{}, 0
	var confidences []float32
	for _, p := range papers {
		if p == nil {
			continue // deleted since
		}
		n++
		b.unknown += m.Unknown(p.Text())
		if scores, _, err := m.Classify(p.Text(), topic.MostShares); err == nil && len(scores) > 0 {
			confidences = append(confidences, scores[0].Weight)
		} else {
			b.outside++
		}
	}
	if n > 0 {
		b.unknown /= float32(n)
		b.outside /= float32(n)
	}
	if len(confidences) > 0 {
		slices.Sort(confidences)
		b.far = confidences[len(confidences)/20]
	}
	return b, nil
}

// updateDrift measures the papers that came after the fit. A process that does not serve measures nothing.
func (l *Library) updateDrift(ctx context.Context) {
	s := l.state
	if s.model == nil || !l.serving || s.lag < driftPapers {
		return
	}
	if s.baseline == nil {
		b, err := l.measureBaseline(ctx)
		if err != nil {
			l.log.Warn("it cannot be told how far papers are from the model", "err", err)
			return
		}
		s.baseline = b
	}
	d := Drift{UnknownAtFit: s.baseline.unknown, OutsideAtFit: s.baseline.outside}
	for i := range s.rows {
		r := &s.rows[i]
		if r.folded == nil {
			continue
		}
		d.Papers++
		d.Unknown += r.folded.unknown
		switch {
		case r.before.Topic == 0:
			d.Outside++
		case r.before.Confidence < s.baseline.far:
			d.Far++
		}
	}
	if n := float32(d.Papers); n > 0 {
		d.Unknown /= n
		d.Outside /= n
		d.Far /= n
	}
	d.Due = d.due(s.model.Docs())
	s.drift = d
}

// Refits says when a server fits by itself because papers drift away from the model. The zero value never does.
type Refits struct {
	Enabled bool
	// From and To are the hours of the day, local time, between which such a fit may start: from From until before To.
	// Equal ones mean any hour.
	From, To int
	// Memory is the most memory in bytes that a fit may need by estimate; 0 means any.
	Memory int64
	// Gap is the least time after the fit before, and after the last attempt.
	Gap time.Duration
}

// ParseHours reads hours of the day: "any", "never", or two such as "22-6".
func ParseHours(s string) (enabled bool, from, to int, err error) {
	switch s {
	case "any":
		return true, 0, 0, nil
	case "never":
		return false, 0, 0, nil
	}
	a, b, _ := strings.Cut(s, "-")
	from, err1 := strconv.Atoi(a)
	to, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil || from < 0 || from > 23 || to < 0 || to > 24 || from == to {
		return false, 0, 0, fmt.Errorf("%q: want any, never, or two hours such as 22-6", s)
	}
	return true, from, to, nil
}

// FitMemory estimates the memory in bytes that a fit of a number of papers takes; docs/operations.md has the
// measurements.
func FitMemory(papers int) int64 { return 150<<20 + int64(papers)*12_000 }

// held returns why a fit that is due must wait, "" where it may start. last is the later of the fit before and the last
// attempt.
func (r *Refits) held(now, last time.Time, papers int) string {
	need := FitMemory(papers)
	switch hour := now.Hour(); {
	case r.From < r.To && (hour < r.From || hour >= r.To), r.From > r.To && hour < r.From && hour >= r.To:
		return fmt.Sprintf("fits start between %d and %d o'clock", r.From, r.To)
	case r.Memory > 0 && need > r.Memory:
		return fmt.Sprintf("a fit of %d papers takes some %d MiB, and %d MiB are allowed", papers, need>>20, r.Memory>>20)
	case now.Sub(last) < r.Gap:
		return fmt.Sprintf("the last fit was less than %s ago", r.Gap)
	}
	return ""
}

// refitIfDue starts a fit in the background where one is due and may start. Only Watch calls it.
func (l *Library) refitIfDue(ctx context.Context) {
	s := l.Current()
	if !l.refits.Enabled || l.store.ReadOnly() || s == nil || !s.Ready() || l.Fitting() {
		return
	}
	reason, held := s.Drift.Due, ""
	if reason != "" {
		now, last := l.now(), s.Model.FittedAt
		if l.attempt.After(last) {
			last = l.attempt
		}
		held = l.refits.held(now, last, s.Catalog.Len())
		if held == "" {
			l.attempt = now
			if l.RefitInBackground(ctx, reason, nil) {
				l.log.Info("fitting anew", "reason", reason, "papers", s.Drift.Papers, "unknown", s.Drift.Unknown, "far", s.Drift.Far, "outside", s.Drift.Outside)
			}
		}
	}
	if held != "" && held != l.held {
		l.log.Info("a fit is due and waits", "reason", reason, "why", held)
	}
	l.held = held
}
