package curate

import (
	"fmt"
	"slices"

	"kindred/classifier/topic"
)

// minWitnessShare is the share of the located papers that must be in one topic for the topic to be recognised by them.
const minWitnessShare = 0.5

// mention is a topic as an edit names it.
type mention struct {
	id, level int
	label     string
	papers    []string
}

// locate returns e with its topics replaced by those of the model that hold its papers now. It returns why not where
// there are none. now holds the topics with the earlier edits applied. Parts of splits are not looked up: their ids are
// given out once and mean the same under every model.
func (b *Base) locate(e *Edit, now []topic.Topic) (Edit, string) {
	out := *e
	var why string
	if e.Kind == Move {
		if b.Row != nil {
			if _, ok := b.Row(e.Paper); !ok {
				return out, "The paper is not in the library now."
			}
		}
		out.Into, why = b.topicOf(now, mention{e.Into, e.IntoLevel, e.IntoWas, e.IntoPapers})
		return out, why
	}
	if out.Topic, why = b.topicOf(now, mention{e.Topic, e.Level, e.Was, e.Papers}); why != "" {
		return out, why
	}
	if e.Kind == Merge {
		if out.Into, why = b.topicOf(now, mention{e.Into, e.Level, e.IntoWas, e.IntoPapers}); why != "" {
			return out, why
		}
	}
	if out.Topic != e.Topic {
		out.Shares = slices.Clone(e.Shares)
		for i := range out.Shares {
			if out.Shares[i].ID == e.Topic {
				out.Shares[i].ID = out.Topic // the largest part has the id of the topic
			}
		}
	}
	return out, ""
}

// topicOf returns the topic of the model that an edit mentions.
func (b *Base) topicOf(now []topic.Topic, m mention) (int, string) {
	if m.id >= FirstPart {
		return m.id, ""
	}
	if len(m.papers) == 0 || b.Row == nil || b.Assigned == nil {
		return labelled(now, m)
	}
	votes, located := map[int]int{}, 0
	for _, p := range m.papers {
		row, ok := b.Row(p)
		if !ok {
			continue
		}
		located++
		for _, t := range b.topicsOfRow(row) {
			votes[t]++
		}
	}
	if located == 0 {
		return m.id, fmt.Sprintf("None of the papers of topic %d, %q, is in the library now.", m.id, m.label)
	}
	enough := func(t int) bool { return float64(votes[t]) >= minWitnessShare*float64(located) }
	if t := find(b.Topics, m.id); t != nil && t.Level == m.level && votes[m.id] > 0 && enough(m.id) {
		return m.id, ""
	}
	best := 0
	for i := range b.Topics {
		if t := &b.Topics[i]; t.Level == m.level && votes[t.ID] > votes[best] {
			best = t.ID
		}
	}
	if best != 0 && enough(best) {
		return best, ""
	}
	return m.id, fmt.Sprintf("The papers of topic %d, %q, are in no single topic now.", m.id, m.label)
}

// labelled returns the topic of a mention without papers: the topic with its number, if that has the label still or the
// mention has none, or else the only topic that has the label.
func labelled(now []topic.Topic, m mention) (int, string) {
	t := find(now, m.id)
	if t != nil && (m.label == "" || t.Label == m.label) {
		return m.id, ""
	}
	found := 0
	for i := range now {
		if now[i].Label != m.label || m.label == "" {
			continue
		}
		if found != 0 {
			return m.id, fmt.Sprintf("More than one topic is called %q now.", m.label)
		}
		found = now[i].ID
	}
	switch {
	case found != 0:
		return found, ""
	case t == nil:
		return m.id, fmt.Sprintf("There is no topic %d now.", m.id)
	}
	return m.id, fmt.Sprintf("Topic %d was called %q when this was decided and is called %q now.", m.id, m.label, t.Label)
}

// topicsOfRow returns the ids of the topic of the paper at a row, of its subtopic and of the fields above it.
func (b *Base) topicsOfRow(row int) []int {
	a := b.Assigned(row)
	var ids []int
	if a.Sub != 0 {
		ids = append(ids, a.Sub)
	}
	for id := a.Topic; id != 0 && !slices.Contains(ids, id); {
		ids = append(ids, id)
		t := find(b.Topics, id)
		if t == nil {
			break
		}
		id = t.Parent
	}
	return ids
}
