package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"sync"

	"kindred/api"
	"kindred/classifier"
	"kindred/classifier/topic"
	"kindred/classifier/vec"
	"kindred/data"
)

// before is what the model says of topics and papers.
func (e *edition) before() *api.Before {
	m, docs, columns := e.model, e.docs, e.columns
	rows := sync.OnceValue(func() map[string]int {
		out := make(map[string]int, len(columns))
		for i := range columns {
			out[columns[i].ID] = i
		}
		return out
	})
	return &api.Before{
		Topics: slices.Concat(m.TopicsAt(topic.Main), m.TopicsAt(topic.Fields), m.TopicsAt(topic.Subtopics)), Assigned: e.assigned,
		Weights: func(row int) []topic.Score {
			if f := docs[row].folded; f != nil {
				return f.weights
			}
			return m.TopicsOf(docs[row].number)
		},
		Vector: func(row int) []float32 {
			if f := docs[row].folded; f != nil {
				return f.latent
			}
			return m.Latent().Row(docs[row].number)
		},
		Row: func(id string) (int, bool) { row, ok := rows()[id]; return row, ok },
	}
}

// divide divides the papers that are in a topic now.
func (l *library) divide(ctx context.Context, id, parts int) ([]topic.Part, error) {
	e := l.current.Load()
	if e == nil {
		return nil, errNoModel
	}
	before := e.before()
	var docs []classifier.Document
	latent := vec.NewDense(0, e.model.Dims())
	for row, a := range e.assignedNow {
		if a.Topic != id {
			continue
		}
		p, err := l.store.Paper(ctx, e.columns[row].ID)
		if errors.Is(err, data.ErrNotFound) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, err
		}
		docs = append(docs, classifier.Document{ID: p.ID, Text: p.Text()})
		latent.Data = append(latent.Data, before.Vector(row)...)
	}
	var taken []string
	for i := range e.topics {
		if t := &e.topics[i]; t.ID != id && t.Parent != id { // their names become free
			taken = append(taken, t.Label)
		}
	}
	out, err := e.model.Divide(ctx, docs, latent, parts, taken)
	if errors.Is(err, topic.ErrIndivisible) {
		return nil, fmt.Errorf("%w: %w", data.ErrInvalid, err)
	}
	return out, err
}

// curator keeps the edits of topics; the next answer shows a new one.
func (l *library) curator() *api.EditLog {
	return api.NewEditLog(l.store, l.divide, func(ctx context.Context) error {
		l.changing.Lock()
		defer l.changing.Unlock()
		e := l.current.Load()
		if e == nil {
			return nil
		}
		next := *e
		return l.publish(ctx, &next)
	})
}

// editsName tells one state of the edits from all others.
func editsName(edits []api.Edit) string {
	h := fnv.New64a()
	for _, e := range edits {
		fmt.Fprintf(h, "%s %s %d %q %d %d;", e.ID, e.Kind, e.Topic, e.Label, e.Into, e.Parts)
	}
	return strconv.FormatUint(h.Sum64(), 36)
}
