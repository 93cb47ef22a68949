package api

import (
	"testing"

	"kindred/classifier"
	"kindred/data/store"
	"kindred/recommend"
	"kindred/recommend/recommendtest"
)

// fittedSnapshot learns a real model from the sample papers, so that pictures show what a user will see.
func fittedSnapshot(t *testing.T) *Snapshot {
	t.Helper()
	papers := samplePapers(t)
	model, err := classifier.Fit(t.Context(), func(yield func(classifier.Document, error) bool) {
		for _, p := range papers {
			if !yield(classifier.Document{ID: p.ID, Text: p.Text()}, nil) {
				return
			}
		}
	}, classifier.Options{})
	if err != nil {
		t.Fatal(err)
	}
	byID := recommendtest.Papers{}
	for _, p := range papers {
		byID[p.ID] = p
	}
	ix, err := recommend.NewIndex(recommend.Base{
		IDs: model.IDs(), Lexical: model.Lexical(), Postings: model.Postings(), Scale: model.LexicalScale(), Latent: model.Latent(),
		Meta: func(yield func(string, recommend.Meta) bool) {
			for _, p := range papers {
				if !yield(p.ID, recommend.MetaOf(p)) {
					return
				}
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	columns, assigned := make([]store.Column, len(papers)), make([]Assignment, len(papers))
	topics, parents := make([]recommend.RowTopic, len(papers)), map[int]int{}
	for _, t := range model.Topics() {
		parents[t.ID] = t.Parent
	}
	for i, p := range papers {
		columns[i] = store.Column{Seq: int64(i + 1), ID: p.ID, Title: p.Title, Authors: p.Authors, Published: p.Published, Categories: p.Categories, Venue: p.Venue, DuplicateOf: p.DuplicateOf}
		id, confidence := model.TopicOf(i)
		assigned[i] = Assignment{Topic: id, Confidence: confidence}
		topics[i].Topic = int32(id)
	}
	snap := &Snapshot{
		Model:  ModelInfo{Version: model.Version(), Docs: model.Docs(), Dims: model.Dims(), Terms: model.TermCount()},
		Papers: byID, Recommender: recommend.NewEngine(ix, model, byID).WithTopics(topics, parents), Classifier: model, Topics: model.Topics(), Catalog: NewCatalog(columns, assigned, model.Topics()),
	}
	snap.Points = func() []Point {
		points := make([]Point, len(papers))
		for i, p := range papers {
			x, y, _ := model.PointOf(i)
			points[i] = Point{ID: p.ID, X: x, Y: y}
		}
		return points
	}
	return snap
}
