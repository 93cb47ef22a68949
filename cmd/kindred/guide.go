package main

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"kindred/classifier"
	"kindred/classifier/topic"
)

// exampleGuide is what --guide example names.
//
//go:embed example.guide
var exampleGuide string

// guidedPaper is a paper with how well it fits one named topic.
type guidedPaper struct {
	ID    string  `json:"id"`
	Fit   float32 `json:"fit"` // in (0,1), 0.5 being the least that counts
	Topic string  `json:"topic,omitempty"`
}

// guidedTopic is a named topic with its papers, best first; of the papers that fit none, their topic of the model.
type guidedTopic struct {
	Name   string        `json:"name"`
	Seeds  []string      `json:"seeds,omitempty"`
	Papers []guidedPaper `json:"papers"`
}

// readGuides reads the file that --guide names.
func (a *app) readGuides(name string) ([]topic.Guide, error) {
	text := exampleGuide
	if _, err := os.Stat(name); name != "example" || err == nil {
		if text, err = a.text(name); err != nil {
			return nil, err
		}
	}
	list, err := topic.ReadGuides(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("named topics %s: %w", name, err)
	}
	return list, nil
}

// runGuide sorts the fitted papers by named topics; the rest keep the model's.
func (a *app) runGuide(ctx context.Context, name string, limit int) (err error) {
	guides, err := a.readGuides(name)
	if err != nil {
		return err
	}
	l, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	m := l.Model()
	steered, err := m.Guide(guides)
	if err != nil {
		return err
	}
	topics := guided(m, guides, steered)
	if a.json {
		return a.printJSON(topics)
	}
	for i := range topics {
		t := &topics[i]
		a.printf("%6d  %s\n", len(t.Papers), t.Name)
		for _, p := range t.Papers[:min(limit, len(t.Papers))] {
			title := p.ID
			if paper, err := l.Store().Paper(ctx, p.ID); err == nil {
				title = paper.Title
			}
			if i < len(guides) {
				a.printf("        %.2f  %s\n", p.Fit, clipLine(title, max(40, a.width()-14)))
			} else {
				a.printf("              %s (%s)\n", clipLine(title, max(40, a.width()-14)), p.Topic)
			}
		}
	}
	return nil
}

// guided lists the papers of each named topic, and last those of none.
func guided(m *classifier.Model, guides []topic.Guide, s *topic.Steered) []guidedTopic {
	out := make([]guidedTopic, len(guides)+1)
	for i, g := range guides {
		out[i] = guidedTopic{Name: g.Name, Seeds: g.Seeds, Papers: []guidedPaper{}}
	}
	other := &out[len(guides)]
	*other = guidedTopic{Name: "other", Papers: []guidedPaper{}}
	labels := map[int]string{}
	for _, t := range m.Topics() {
		labels[t.ID] = t.Label
	}
	for d, id := range m.IDs() {
		if best := s.Best[d]; best >= 0 {
			out[best].Papers = append(out[best].Papers, guidedPaper{ID: id, Fit: s.Fit(d, best)})
			continue
		}
		own, _ := m.TopicOf(d)
		other.Papers = append(other.Papers, guidedPaper{ID: id, Topic: labels[own]})
	}
	for i := range out {
		slices.SortStableFunc(out[i].Papers, func(x, y guidedPaper) int {
			return cmp.Or(cmp.Compare(y.Fit, x.Fit), cmp.Compare(x.Topic, y.Topic))
		})
	}
	return out
}
