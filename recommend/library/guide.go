package library

import (
	"cmp"
	"slices"

	"kindred/classifier"
	"kindred/classifier/topic"
)

// GuidedPaper is a paper with its score for a named topic.
type GuidedPaper struct {
	ID    string  `json:"id"`
	Fit   float32 `json:"fit"` // in (0,1); 0.5 is the lowest of a match
	Topic string  `json:"topic,omitempty"`
}

// GuidedTopic is a named topic with its papers, best first. The last one, "other", has the papers without a match, each
// with its topic of the model.
type GuidedTopic struct {
	Name   string        `json:"name"`
	Seeds  []string      `json:"seeds,omitempty"`
	Papers []GuidedPaper `json:"papers"`
}

// Guided sorts the fitted papers into topics that a person named: those of guides in their order, and "other".
func Guided(m *classifier.Model, guides []topic.Guide) ([]GuidedTopic, error) {
	s, err := m.Guide(guides)
	if err != nil {
		return nil, err
	}
	out := make([]GuidedTopic, len(guides)+1)
	for i, g := range guides {
		out[i] = GuidedTopic{Name: g.Name, Seeds: g.Seeds, Papers: []GuidedPaper{}}
	}
	other := &out[len(guides)]
	*other = GuidedTopic{Name: "other", Papers: []GuidedPaper{}}
	labels := map[int]string{}
	for _, t := range m.Topics() {
		labels[t.ID] = t.Label
	}
	for d, id := range m.IDs() {
		if best := s.Best[d]; best >= 0 {
			out[best].Papers = append(out[best].Papers, GuidedPaper{ID: id, Fit: s.Fit(d, best)})
			continue
		}
		own, _ := m.TopicOf(d)
		other.Papers = append(other.Papers, GuidedPaper{ID: id, Topic: labels[own]})
	}
	for i := range out {
		slices.SortStableFunc(out[i].Papers, func(x, y GuidedPaper) int {
			return cmp.Or(cmp.Compare(y.Fit, x.Fit), cmp.Compare(x.Topic, y.Topic))
		})
	}
	return out, nil
}
