package api

import (
	"testing"

	"kindred/classifier"
	"kindred/classifier/curate"
	"kindred/data/store"
	"kindred/recommend"
	"kindred/recommend/library"
	"kindred/recommend/recommendtest"
)

// fittedSnapshot learns a real model from the sample papers, so that pictures show what a user will see.
func fittedSnapshot(t *testing.T) *library.Snapshot {
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
	rows, topics := make([]library.Row, len(papers)), make([]recommend.RowTopic, len(papers))
	for i, p := range papers {
		rows[i].Column = store.Column{Seq: int64(i + 1), Added: int64(i + 1), ID: p.ID, Title: p.Title, Authors: p.Authors, Published: p.Published, Categories: p.Categories, Venue: p.Venue, DuplicateOf: p.DuplicateOf}
		id, confidence := model.TopicOf(i)
		rows[i].Topic = curate.Assignment{Topic: id, Confidence: confidence}
		topics[i].Topic = int32(id)
	}
	snap := &library.Snapshot{
		Model:  library.ModelInfo{Version: model.Version(), Docs: model.Docs(), Dims: model.Dims(), Terms: model.TermCount()},
		Papers: byID, Recommender: recommend.NewEngine(ix, model, byID).WithTopics(topics, nil), Classifier: model, Topics: model.Topics(), Catalog: library.NewCatalog(rows, model.Topics()),
		Views: ix.Views, Surface: model.Surface,
	}
	snap.Points = func() []library.Point {
		points := make([]library.Point, len(papers))
		for i, p := range papers {
			x, y, _ := model.PointOf(i)
			points[i] = library.Point{ID: p.ID, X: x, Y: y}
		}
		return points
	}
	return snap
}
