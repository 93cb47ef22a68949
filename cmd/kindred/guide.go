package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"strings"

	"kindred/classifier/topic"
	"kindred/recommend/library"
)

// exampleGuide is the file of --guide example.
//
//go:embed example.guide
var exampleGuide string

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

// runGuide sorts the fitted papers into named topics.
func (a *app) runGuide(ctx context.Context, name string, limit int) (err error) {
	guides, err := a.readGuides(name)
	if err != nil {
		return err
	}
	return a.withLibrary(ctx, func(l *library.Library) error {
		topics, err := library.Guided(l.Model(), guides)
		return show(a, topics, err, func() error {
			for i := range topics {
				a.printGuided(l.Current(), &topics[i], i < len(guides), limit)
			}
			return nil
		})
	})
}

// printGuided prints a topic with the first of its papers; those of a named one with how well they fit.
func (a *app) printGuided(s *library.Snapshot, t *library.GuidedTopic, named bool, limit int) {
	a.printf("%6d  %s\n", len(t.Papers), t.Name)
	for _, p := range t.Papers[:min(limit, len(t.Papers))] {
		title := p.ID
		if row, ok := s.Catalog.Find(p.ID); ok {
			title = s.Catalog.Row(row).Title
		}
		if named {
			a.printf("        %.2f  %s\n", p.Fit, a.clip(title, 14))
		} else {
			a.printf("              %s (%s)\n", a.clip(title, 14), p.Topic)
		}
	}
}
