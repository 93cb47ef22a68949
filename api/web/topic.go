package web

import (
	"strings"

	"kindred/api/link"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// topicView is what the page of a topic shows.
type topicView struct {
	Topic    topicCard
	Terms    []weightedTerm
	Parent   *topicLink
	Children []topicCard
	From, To string // ends of the curve
	Typical  []card
	List     listView
	Exports  []Link
	Alike    []alikeTopic // topics that resemble it
}

// alikeTopic is a topic that resembles another, with the page that compares the two.
type alikeTopic struct {
	topicLink
	Compare string
}

// alikeTopics is how many topics that resemble it the page of a topic shows.
const alikeTopics = 4

type weightedTerm struct {
	Text string
	Size int // 1 to 5, for the size of its letters
}

// TypicalPapers is how many representative papers the page of a topic shows.
const TypicalPapers = 5

// Topic returns the page of a topic: its papers, and those that represent it.
func (p *Pages) Topic(v View, t *topic.Topic, list List, typical []*data.Paper) ([]byte, error) {
	view := topicView{
		Topic: topicCards(v.Snapshot, []*topic.Topic{t})[0], Terms: sizedTerms(t), List: v.list(list),
		Exports: exports(link.TopicAPI(t.ID)+"/papers", nil),
	}
	if label := v.Label(t.Parent); label != "" {
		view.Parent = &topicLink{readable.Heading(label), link.Topic(t.Parent)}
	}
	var children []*topic.Topic
	for _, id := range t.Children {
		if child, ok := v.Snapshot.Topic(id); ok {
			children = append(children, child)
		}
	}
	view.Children = topicCards(v.Snapshot, children)
	for _, o := range v.Snapshot.Resembling(t, alikeTopics) {
		view.Alike = append(view.Alike, alikeTopic{topicLink{readable.Heading(o.Label), link.Topic(o.ID)}, link.Compare(t.ID, o.ID)})
	}
	if t.Level <= topic.Main {
		for i := range view.List.Cards {
			view.List.Cards[i].Topic = nil // it would be this topic on every one
		}
	}
	trend := since(v.Catalog.Trend(t.ID), v.Catalog.Trend(library.AllTopics))
	if last := len(trend.Counts) - 1; last > 0 {
		view.From, view.To = period(trend, 0), period(trend, last)
	}
	for _, paper := range typical {
		view.Typical = append(view.Typical, v.plainCard(paper))
	}
	f := p.frame(v, readable.Heading(t.Label), "Papers about "+strings.Join(termTexts(t, 8), ", ")+".")
	f.Script = "keys.js"
	f.Feeds = feeds(t.Label, link.TopicAPI(t.ID)+"/papers", nil)
	f.Data = view
	return p.render("topic", f)
}

// shownTerms is how many terms a topic's page shows.
const shownTerms = 16

func sizedTerms(t *topic.Topic) []weightedTerm {
	var out []weightedTerm
	for i, term := range t.Terms[:min(shownTerms, len(t.Terms))] {
		size := 5
		if top := t.Terms[0].Weight; top > 0 {
			size = 1 + int(4*max(0, min(1, term.Weight/top)))
		} else if i > 0 {
			size = 3
		}
		out = append(out, weightedTerm{term.Text, size})
	}
	return out
}
