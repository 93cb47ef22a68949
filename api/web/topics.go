package web

import (
	"slices"
	"strings"
	"unicode"

	"kindred/api/link"
	"kindred/classifier/topic"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// topicCard is a topic as lists of topics show it.
type topicCard struct {
	topicLink
	ID       int
	Size     int
	Terms    []string
	Spark    string
	SparkAlt string
	Rise     string // "×1.8", empty unless it rises beyond chance
	RiseText string // the same as shares of papers
	Share    int    // size in hundredths of the largest, for a bar
}

// cardTerms is how many terms a topic's card shows.
const cardTerms = 4

func topicCards(s *library.Snapshot, list []*topic.Topic) []topicCard {
	largest := 1
	for _, t := range list {
		largest = max(largest, t.Size)
	}
	out := make([]topicCard, len(list))
	all := s.Catalog.Trend(library.AllTopics)
	for i, t := range list {
		trend := since(s.Catalog.Trend(t.ID), all)
		out[i] = topicCard{
			topicLink: topicLink{readable.Heading(t.Label), link.Topic(t.ID)}, ID: t.ID, Size: t.Size,
			Terms: furtherTerms(t, cardTerms), Spark: spark(trend.Counts), SparkAlt: trendText(trend), Share: 100 * t.Size / largest,
		}
		if trend := s.TrendOf(t); trend.Direction > 0 {
			out[i].Rise = riseText(trend.Rise)
			out[i].RiseText = sharesText(trend.Counts, s.Trends("", t.Level).Papers)
		}
	}
	return out
}

func termTexts(t *topic.Topic, n int) []string {
	var out []string
	for _, term := range t.Terms[:min(n, len(t.Terms))] {
		out = append(out, term.Text)
	}
	return out
}

// furtherTerms returns the terms of a topic that tell more than its label and the terms before them do.
func furtherTerms(t *topic.Topic, n int) []string {
	between := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	words := func(s string) []string { return strings.FieldsFunc(strings.ToLower(s), between) }
	told := words(t.Label)
	isNew := func(word string) bool {
		return !slices.ContainsFunc(told, func(s string) bool { return alike(word, s) })
	}
	var out []string
	for _, term := range t.Terms {
		parts := words(term.Text)
		if len(out) == n || !slices.ContainsFunc(parts, isNew) {
			continue
		}
		told = append(told, parts...)
		out = append(out, term.Text)
	}
	return out
}

// alike reports whether two words are forms of one, such as edits and editing, as far as their beginnings tell.
func alike(a, b string) bool {
	if a == b {
		return true
	}
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	return same >= 4 && same >= min(len(a), len(b))-2
}

// weighted is a topic with its weight in hundredths.
type weighted struct {
	topicLink
	Percent int
}

func topicLinks(list []library.TopicRef) []topicLink {
	var out []topicLink
	for _, t := range list {
		out = append(out, topicLink{readable.Heading(t.Label), link.Topic(t.ID)})
	}
	return out
}

func weights(list []library.TopicWeight) []weighted {
	var out []weighted
	for _, t := range list {
		if percent(t.Weight) == 0 {
			continue
		}
		out = append(out, weighted{topicLink{readable.Heading(t.Label), link.Topic(t.ID)}, percent(t.Weight)})
	}
	return out
}

// Topics returns the page of all topics. by is an order of [library.Snapshot.SortedTopics], and words are what their
// labels or terms must hold.
func (p *Pages) Topics(v View, by, words string) ([]byte, error) {
	f := p.frame(v, "Topics", "The topics of the papers here.")
	f.Data = struct {
		Sort, Words string
		Count       int
		Groups      []topicGroup
	}{by, words, len(v.SortedTopics(0, "size", "")), topicGroups(v.Snapshot, by, strings.ToLower(words))}
	return p.render("topics", f)
}

// topicGroup is a topic of a higher level with those below it; Parent is nil for topics that have none, which may have
// a heading instead.
type topicGroup struct {
	Parent  *topicCard
	Heading string
	Topics  []topicCard
}

// topicGroups puts the finest topics under their parents when all are shown by size, and in one group otherwise.
func topicGroups(s *library.Snapshot, by, words string) []topicGroup {
	list := s.SortedTopics(0, by, words)
	parents := s.SortedTopics(topic.Fields, "size", "")
	if by != "size" || words != "" || len(parents) == 0 {
		out := []topicGroup{{Topics: topicCards(s, list)}}
		if subtopics := s.SortedTopics(topic.Subtopics, by, words); words != "" && len(subtopics) > 0 {
			below := topicGroup{Heading: "Subtopics", Topics: topicCards(s, subtopics)}
			if len(list) == 0 {
				out = nil
			}
			out = append(out, below)
		}
		return out
	}
	var out []topicGroup
	for _, p := range parents {
		var below []*topic.Topic
		for _, t := range list {
			if t.Parent == p.ID {
				below = append(below, t)
			}
		}
		if len(below) > 0 {
			head := topicCards(s, []*topic.Topic{p})[0]
			out = append(out, topicGroup{Parent: &head, Topics: topicCards(s, below)})
		}
	}
	var alone []*topic.Topic
	for _, t := range list {
		if _, ok := s.Topic(t.Parent); !ok {
			alone = append(alone, t)
		}
	}
	if len(alone) > 0 {
		out = append(out, topicGroup{Topics: topicCards(s, alone)})
	}
	return out
}
