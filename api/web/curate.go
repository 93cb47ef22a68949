package web

import (
	"kindred/classifier/curate"
	"kindred/classifier/topic"
)

// Curating is what the curator's page is about.
type Curating struct {
	Able     bool          // there is a curator
	Open     bool          // the reader's browser has the key
	Edits    []curate.Edit // in force, oldest first
	Done     string        // what was just done
	Problems []string      // why it was not
	Chosen   int           // topic of the forms
	Label    string        // its new name, as it was typed
}

// curateView is what the curator's page shows.
type curateView struct {
	Curating
	Levels []topicLevel // the main one first
	Edits  []editLine
	Kinds  []string
}

// topicLevel is the topics of a level.
type topicLevel struct {
	Name   string
	Main   bool
	Topics []topicCard
}

var levelNames = map[int]string{topic.Fields: "Fields", topic.Main: "Topics", topic.Subtopics: "Subtopics"}

type editLine struct {
	ID, Text, Made string
	Idle           string // why it changes nothing now
}

// Curate returns the curator's page.
func (p *Pages) Curate(v View, in Curating) ([]byte, error) {
	view := curateView{Curating: in, Kinds: curate.Kinds}
	for _, level := range []int{topic.Main, topic.Fields, topic.Subtopics} {
		topics := topicCards(v.Snapshot, v.SortedTopics(level, "label", ""))
		view.Levels = append(view.Levels, topicLevel{levelNames[level], level == topic.Main, topics})
	}
	for _, e := range in.Edits {
		line := editLine{ID: e.ID, Text: v.EditText(e), Idle: v.Inapplicable[e.ID]}
		if !e.Made.IsZero() {
			line.Made = e.Made.Format("2 January 2006")
		}
		view.Edits = append(view.Edits, line)
	}
	f := p.frame(v, "Curate topics", "")
	f.NoIndex = true
	f.Data = view
	return p.render("curate", f)
}
