package printer

import (
	"fmt"
	"strings"

	"kindred/api/wire"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// Topics prints the topics of a level with their terms.
func (p *Printer) Topics(topics []wire.TopicView, level string) error {
	for _, t := range topics {
		p.printf("%4d  %6d  %s\n", t.ID, t.Size, t.Label)
		p.printf("%14s%s\n", "", p.clip(termLine(t.Terms), 14))
	}
	if len(topics) == 0 {
		p.printf("There are no %s: the papers are too few.\n", level)
	}
	return p.err
}

// PaperTopics prints the path of a paper through the levels, and the topics that have a fair share of it. other says how
// sure it is that the paper is in none; it is nil for one that is in a topic, or that no topic is known of.
func (p *Printer) PaperTopics(d *wire.PaperDetail, other *float32) error {
	p.printf("%s (%s)\n", readable.ClipWords(d.Record().Title, 120), d.Record().ID)
	switch {
	case len(d.Path()) > 0:
	case other != nil:
		return p.Weights(nil, other)
	default:
		p.printf("The paper has no topic.\n")
		return p.err
	}
	var path []string
	for _, t := range d.Path() {
		path = append(path, fmt.Sprintf("%s (%d)", t.Label, t.ID))
	}
	p.printf("%s\n", strings.Join(path, " > "))
	return p.Weights(d.Topics(), nil)
}

// Weights prints topics with their weights for one text, and how sure it is that the text is in none, where it is.
func (p *Printer) Weights(topics []library.TopicWeight, other *float32) error {
	if other != nil {
		p.printf("%.2f  in no topic: it is far from all\n", *other)
	}
	for _, t := range topics {
		p.printf("%.2f  %4d  %s\n", t.Weight, t.ID, t.Label)
	}
	return p.err
}

// Changes prints how the topics differ from those of the fit before.
func (p *Printer) Changes(changes []topic.Change) error {
	if len(changes) == 0 {
		p.printf("The topics are those of the fit before.\n")
	}
	for _, c := range changes {
		p.printf("%-7s %4d  %s", c.Kind, c.Topic, c.Label)
		switch c.Kind {
		case topic.Split:
			p.printf(", from %d %s", c.Other, c.With)
		case topic.Merged:
			p.printf(", into %d %s", c.Other, c.With)
		}
		p.printf(" (%d papers)\n", c.Papers)
	}
	return p.err
}

// Trends prints the topics, the fastest rising first, and the most typical recent papers of the
// rising ones.
func (p *Printer) Trends(r *library.Trends) error {
	if len(r.Papers) == 0 {
		p.printf("There are no trends: no paper has a date.\n")
		return nil
	}
	p.printf("%d periods of a %s from %s\n", len(r.Papers), r.Period, r.From)
	for _, t := range r.Topics {
		direction := map[int]string{1: "rising", -1: "falling"}[t.Direction]
		p.printf("%4d  x%-5.2f %-8s %s\n", t.ID, t.Rise, direction, t.Label)
		for _, recent := range t.Recent {
			p.printf("%22s%s\n", "", p.clip(recent.Title, 22))
		}
	}
	return p.err
}

// Topic prints a topic with its representative papers, whose dates published knows.
func (p *Printer) Topic(t *wire.TopicView, published func(id string) data.Date) error {
	p.printf("%s (topic %d, %d papers)\n%s\n\nRepresentative papers\n", t.Label, t.ID, t.Size, termLine(t.Terms))
	for _, ref := range t.Papers {
		p.printf("  %-10s  %s\n%14s%s\n", published(ref.ID), p.clip(ref.Title, 14), "", ref.ID)
	}
	return p.err
}

// Guided prints a topic that a person named, with the first limit of its papers and how well they fit; or, where it is not
// named, papers without a match and the topics that they have.
func (p *Printer) Guided(t *library.GuidedTopic, named bool, limit int, title func(id string) string) error {
	p.printf("%6d  %s\n", len(t.Papers), t.Name)
	for _, paper := range t.Papers[:min(limit, len(t.Papers))] {
		if named {
			p.printf("        %.2f  %s\n", paper.Fit, p.clip(title(paper.ID), 14))
		} else {
			p.printf("              %s (%s)\n", p.clip(title(paper.ID), 14), paper.Topic)
		}
	}
	return p.err
}

func termLine(terms []topic.Term) string {
	text := make([]string, len(terms))
	for i, term := range terms {
		text[i] = term.Text
	}
	return strings.Join(text, ", ")
}

// Comparison prints two topics side by side: their sizes, the words that set them apart, the papers between them, and
// their papers over time.
func (p *Printer) Comparison(c *library.Comparison) error {
	p.printf("A  %d %s (%d papers)\nB  %d %s (%d papers)\n", c.A.ID, c.A.Label, c.A.Size, c.B.ID, c.B.Label, c.B.Size)
	p.printf("similarity %.2f\n\n     z     A     B  word\n", c.Similarity)
	for _, w := range c.Words {
		p.printf("%+6.1f %5d %5d  %s\n", w.Z, w.A, w.B, w.Text)
	}
	if len(c.Between) > 0 {
		p.printf("\nPapers between them, with their cosines to A and to B\n")
	}
	for _, paper := range c.Between {
		p.printf("%.2f %.2f  %s\n%11s%s\n", paper.ToA, paper.ToB, p.clip(paper.Title, 11), "", paper.ID)
	}
	if n := len(c.All.Counts); n > 0 {
		p.printf("\nPapers a %s from %s: A, B, all\n", c.All.Unit, c.All.From)
		for i := range n {
			p.printf("%5d %5d %6d\n", c.A.Trend.Counts[i], c.B.Trend.Counts[i], c.All.Counts[i])
		}
	}
	return p.err
}
