package printer

import (
	"strings"

	"kindred/data/fetch"
	"kindred/data/readable"
	"kindred/mail/outbox"
	"kindred/recommend/library"
)

// minute is how a time of day is written.
const minute = "2006-01-02 15:04"

// Fit prints what a fit made, with the labels of its topics.
func (p *Printer) Fit(r *library.FitReport, labels []string) error {
	p.printf("model %s: %d papers, %d terms, %d dimensions (%.0f %% of the variance), %d topics, in %.1f s\n",
		r.Version, r.Docs, r.Terms, r.Dims, 100*r.Explained, r.Topics, r.Seconds["total"])
	if r.Settings != (library.Settings{}) {
		p.printf("settings: %s\n", r.Settings)
	}
	p.printf("topics: %s\n", readable.ClipWords(strings.Join(labels, " · "), 3*Width(p.w)))
	return p.err
}

// Backup prints what a backup holds, and what was done with it.
func (p *Printer) Backup(b *library.Backup, done string) error {
	model := "no model"
	if b.Model != "" {
		model = "model " + b.Model
	}
	p.printf("%d papers and %s of %s, %.1f MB, %s\n", b.Papers, model, b.Created.Format(minute+" MST"), float64(b.Size())/1e6, done)
	return p.err
}

// Findings prints what a check found.
func (p *Printer) Findings(r *library.Report) error {
	for _, f := range r.Findings {
		if f.Remedy == "" {
			p.printf("%-7s %s\n", f.Part, f.What)
		} else {
			p.printf("%-7s FAULT %s: %s\n", f.Part, f.What, f.Remedy)
		}
	}
	return p.err
}

// Messages prints the letters and webhooks of an outbox.
func (p *Printer) Messages(messages []outbox.Message) error {
	if len(messages) == 0 {
		p.printf("No letters were queued yet.\n")
	}
	for _, m := range messages {
		p.printf("%-8s %s  %d attempts  %s\n", m.State, m.Changed.Format(minute), m.Attempts, p.clip(m.Key, 40))
		if !m.Due.IsZero() && m.Attempts > 0 {
			p.printf("         again at %s\n", m.Due.Format(minute))
		}
		if m.Error != "" {
			p.printf("         %s\n", p.clip(m.Error, 9))
		}
	}
	return p.err
}

// Sources prints how sources are that are followed.
func (p *Printer) Sources(list []fetch.Status) error {
	for i := range list {
		s := &list[i]
		p.printf("%s  %s (%s), every %v\n", s.Name, s.Address, s.Service, s.Every)
		if !s.Next.IsZero() {
			p.printf("  Due at %s.\n", s.Next.UTC().Format(minute+" UTC"))
		}
		p.source(s)
	}
	return p.err
}

// Fetched prints what a run of a source brought.
func (p *Printer) Fetched(s *fetch.Status) error {
	p.printf("%s (%s)\n", s.Address, s.Service)
	p.source(s)
	return p.err
}

func (p *Printer) source(s *fetch.Status) {
	p.printf("  %s\n", s.Says)
	for _, r := range s.Run.Reasons {
		p.printf("  skipped %d: %s\n", r.Count, p.clip(r.Text, 16))
	}
}
