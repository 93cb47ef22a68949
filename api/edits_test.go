package api

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"kindred/data"
)

// TestEditLog merges and renames topics over HTTP, and wants lists, filters, classification and undo to follow.
func TestEditLog(t *testing.T) {
	set := newSettings()
	var s *site
	show := func(context.Context) error {
		before := newSnapshot(t, s.papers, "")
		edits, err := NewEditLog(set, nil).Edits(t.Context())
		if err != nil {
			return err
		}
		topics, assigned, merged := Edited(before.Topics, before.Catalog.assigned, edits)
		before.Topics, before.Merged, before.Catalog = topics, merged, NewCatalog(before.Catalog.columns, assigned, topics)
		before.Revision = mustJSON(edits)
		s.current.Store(before)
		return nil
	}
	log := NewEditLog(set, show)
	s = newSite(t, func(c *Config) { c.Curator = log })
	all := s.current.Load().Catalog
	want := len(all.Members(1)) + len(all.Members(3))
	for _, body := range []string{`{"kind":"merge","topic":3,"into":1}`, `{"kind":"merge","topic":3,"into":1}`, `{"kind":"rename","topic":1,"label":"Language and Vision"}`, `{"kind":"pin","topic":2}`} {
		rec := s.ask("POST", "/v1/topics/edits", body)
		if rec.Code != 200 && !strings.Contains(rec.Body.String(), "no such topic") {
			t.Fatalf("%s: %d %s", body, rec.Code, rec.Body)
		}
	}
	edits, err := log.Edits(t.Context())
	if err != nil || len(edits) != 3 || edits[0].Kind != EditMerge {
		t.Fatalf("%+v %v", edits, err)
	}
	if got := decode[answerOf](t, s.get("/v1/topics/1/papers"), 200); *got.Meta.Total != want {
		t.Errorf("the merged topic has %d papers, want %d", *got.Meta.Total, want)
	}
	if rec := s.get("/v1/topics/3"); rec.Code != 404 {
		t.Errorf("the topic that was merged away: %d", rec.Code)
	}
	hits := decode[struct {
		Data []topicOnly
		Meta Meta
	}](t, s.get("/v1/papers/"+boot+"/similar?limit=50&topic=1"), 200)
	if one := max(len(all.Members(1)), len(all.Members(3))); *hits.Meta.Total <= one {
		t.Errorf("a filter on the merged topic keeps %d, no more than one of the two had (%d)", *hits.Meta.Total, one)
	}
	for _, it := range hits.Data {
		if it.Topic == nil || it.Topic.ID != 1 || it.Topic.Label != "Language and Vision" {
			t.Fatalf("%+v", it.Topic)
		}
	}
	weights := decode[struct{ Data []TopicWeight }](t, s.ask("POST", "/v1/classify", `{"text":"language models","limit":3}`), 200).Data
	if len(weights) != 2 || slices.ContainsFunc(weights, func(w TopicWeight) bool { return w.ID == 3 }) {
		t.Errorf("%+v", weights)
	}
	if page := s.get("/curate").Body.String(); strings.Contains(page, "<h2>Split</h2>") || !strings.Contains(page, "<h2>Merge</h2>") {
		t.Error("the page offers what cannot be done, or not what can")
	}
	for _, e := range edits {
		s.ask("DELETE", "/v1/topics/edits/"+e.ID, "")
	}
	if rec := s.get("/v1/topics/3"); rec.Code != 200 {
		t.Errorf("after undoing: %d", rec.Code)
	}
	if _, err := log.Apply(t.Context(), Edit{Kind: EditSplit, Topic: 1, Parts: 2}); !errors.Is(err, data.ErrInvalid) {
		t.Errorf("a split: %v", err)
	}
}

// topicOnly is an item whose paper does not matter.
type topicOnly struct{ Topic *TopicRef }

func TestEditedFollowsChains(t *testing.T) {
	s := newSnapshot(t, samplePapers(t), "")
	edits := []Edit{{Kind: EditMerge, Topic: 1, Into: 2}, {Kind: EditMerge, Topic: 2, Into: 3}, {Kind: EditMerge, Topic: 3, Into: 1}, {Kind: EditRename, Topic: 1, Label: "One"}, {Kind: EditRename, Topic: 77, Label: "No"}}
	topics, assigned, merged := Edited(s.Topics, s.Catalog.assigned, edits)
	if len(topics) != 2 || topics[0].ID != 3 || topics[0].Label != "One" || settle(merged, 1) != 3 {
		t.Errorf("%+v %v", topics, merged)
	}
	for _, a := range assigned {
		if a.Topic != 3 {
			t.Fatalf("a paper is in topic %d", a.Topic)
		}
	}
	if s.Topics[0].Label != "Language Models" || s.Catalog.assigned[0].Topic != 1 {
		t.Error("the model's own topics were changed")
	}
}
