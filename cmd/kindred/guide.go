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
		title := func(id string) string {
			if row, ok := l.Current().Catalog.Find(id); ok {
				return l.Current().Catalog.Row(row).Title
			}
			return id
		}
		return show(a, topics, err, func() (err error) {
			for i := range topics {
				err = a.out().Guided(&topics[i], i < len(guides), limit, title)
			}
			return err
		})
	})
}
