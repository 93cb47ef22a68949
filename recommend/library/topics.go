package library

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/data"
)

// derived holds what is computed once per snapshot from its topics.
type derived struct {
	once  sync.Once
	byID  map[int]*topic.Topic
	order []*topic.Topic // of all levels, the finest and the largest first
}

// TopicList returns the snapshot's topics, the finest level first, the largest of a level first, ties by id.
func (s *Snapshot) TopicList() []*topic.Topic {
	s.derived.once.Do(s.derive)
	return s.derived.order
}

// Topic returns a topic of any level by its id.
func (s *Snapshot) Topic(id int) (*topic.Topic, bool) {
	s.derived.once.Do(s.derive)
	t, ok := s.derived.byID[id]
	return t, ok
}

func (s *Snapshot) derive() {
	d := &s.derived
	d.byID = make(map[int]*topic.Topic, len(s.Topics))
	for i := range s.Topics {
		t := &s.Topics[i]
		d.byID[t.ID] = t
		d.order = append(d.order, t)
	}
	slices.SortFunc(d.order, func(a, b *topic.Topic) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(b.Size, a.Size), cmp.Compare(a.ID, b.ID))
	})
}

// Label returns the label of a topic, "" for one that is not there.
func (s *Snapshot) Label(id int) string {
	if t, ok := s.Topic(id); ok {
		return t.Label
	}
	return ""
}

// SortedTopics returns the topics of a level whose label or terms hold words, in an order that listTopics names.
func (s *Snapshot) SortedTopics(level int, by, words string) []*topic.Topic {
	var found []*topic.Topic
	for _, t := range s.TopicList() {
		if t.Level == level && (words == "" || topicMentions(t, words)) {
			found = append(found, t)
		}
	}
	switch by {
	case "rise":
		place := make(map[int]int, len(found))
		for i, t := range s.Trends("", level).Topics {
			place[t.ID] = i
		}
		slices.SortFunc(found, func(x, y *topic.Topic) int { return place[x.ID] - place[y.ID] })
	case "label":
		slices.SortStableFunc(found, func(x, y *topic.Topic) int {
			return strings.Compare(strings.ToLower(x.Label), strings.ToLower(y.Label))
		})
	}
	return found
}

func topicMentions(t *topic.Topic, words string) bool {
	if strings.Contains(strings.ToLower(t.Label), words) {
		return true
	}
	return slices.ContainsFunc(t.Terms, func(term topic.Term) bool { return strings.Contains(strings.ToLower(term.Text), words) })
}

// TopicWeights names the topics of scores.
func (s *Snapshot) TopicWeights(scores []topic.Score) []TopicWeight {
	out := make([]TopicWeight, 0, len(scores))
	for _, sc := range scores {
		if label := s.Label(sc.Topic); label != "" {
			out = append(out, TopicWeight{TopicRef{sc.Topic, label}, sc.Weight})
		}
	}
	return out
}

// TopicsOf returns the topics that have a fair share of a paper, the one it is in first. A paper that is far
// from every topic has none, nor has one without known terms.
func (s *Snapshot) TopicsOf(p *data.Paper) []TopicWeight {
	row, ok := s.Catalog.Find(p.ID)
	if !ok {
		return []TopicWeight{}
	}
	if s.Weights != nil {
		return s.TopicWeights(s.Weights(row))
	}
	as := s.Catalog.Assignment(row)
	return s.TopicWeights([]topic.Score{{Topic: as.Topic, Weight: as.Confidence}})
}

// OtherOf returns how sure it is that a paper is in no topic because it is far from all, 0 for a paper in a topic or
// without known terms.
func (s *Snapshot) OtherOf(p *data.Paper) float32 {
	if row, ok := s.Catalog.Find(p.ID); ok {
		if as := s.Catalog.Assignment(row); as.Topic == 0 {
			return as.Confidence
		}
	}
	return 0
}

// PathOf returns the topics that a paper is in, from its field down to its subtopic.
func (s *Snapshot) PathOf(p *data.Paper) []TopicRef {
	out := []TopicRef{}
	row, ok := s.Catalog.Find(p.ID)
	if !ok {
		return out
	}
	for id := range s.Catalog.Lineage(row) {
		if label := s.Label(id); label != "" {
			out = append(out, TopicRef{id, label})
		}
	}
	slices.Reverse(out)
	return out
}

// EditText says an edit in words, with the labels of the snapshot.
func (s *Snapshot) EditText(e curate.Edit) string { return e.Text(s.Label) }
