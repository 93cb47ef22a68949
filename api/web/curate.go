package web

import (
	"fmt"
	"slices"
	"strings"

	"kindred/api/link"
	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// Curating is what the curator's page is about.
type Curating struct {
	Able     bool          // there is a curator
	Open     bool          // the reader is signed in
	Signed   string        // the name of the key that did
	Refused  string        // why it did not
	Edits    []curate.Edit // in force, oldest first
	Done     string        // id of the change that was just made
	Undone   string        // id of the change that was just undone
	Problems []string      // what is wrong with a change
	Fields   CurateFields
	Preview  *library.Preview // of what the fields say
}

// CurateFields are the fields of the forms, as they were typed.
type CurateFields struct{ Kind, Topic, Into, Parts, Label, Paper, Note string }

// curateView is what the curator's page shows.
type curateView struct {
	Curating
	Topics  []topicChoice
	Edits   []editLine // newest first
	Made    *editLine  // what was just done
	Gone    bool       // what was just undone is not in force
	Forms   []curateForm
	Back    *topicLink // topic that the reader came from
	Preview *previewView
	Parts   []string
}

// topicChoice is a topic among the choices of the forms, with what tells it from others of its name.
type topicChoice struct{ Value, About string }

// curateForm is a form for one kind of change.
type curateForm struct {
	Kind, Name string
	Fields     CurateFields // those of this kind
	Previews   bool         // what it does is shown before it is done
}

var editNames = map[string]string{
	curate.Rename: "Rename", curate.Merge: "Merge", curate.Split: "Split", curate.Move: "Move a paper", curate.Hide: "Hide", curate.Pin: "Pin",
}

var levelNames = map[int]string{topic.Fields: "field", topic.Main: "topic", topic.Subtopics: "subtopic"}

type editLine struct {
	ID, Text, Made, By, Note string
	Idle                     string // why it changes nothing now
	Topics                   []topicLink
}

// previewView is what a change would do.
type previewView struct {
	Text   string
	Name   string // of the button that makes it
	Fields CurateFields
	Topics []previewTopic
	Paper  *topicLink // that is moved
}

type previewTopic struct {
	Label, Was, What string
	New              bool
	Before, After    int
	Gone             bool
	Terms            string
	Papers           []topicLink
}

// Curate returns the curator's page.
func (p *Pages) Curate(v View, in Curating) ([]byte, error) {
	view := curateView{Curating: in, Gone: in.Undone != ""}
	for i := range view.Problems {
		view.Problems[i] = readable.Heading(view.Problems[i])
	}
	for _, level := range []int{topic.Main, topic.Subtopics, topic.Fields} {
		for _, t := range v.SortedTopics(level, "label", "") {
			view.Topics = append(view.Topics, topicChoice{topicChosen(t.ID, t.Label), fmt.Sprintf("%s, %s papers", levelNames[level], count(t.Size))})
		}
	}
	for _, e := range slices.Backward(in.Edits) {
		line := v.editLine(&e)
		view.Edits = append(view.Edits, line)
		if e.ID == in.Done {
			view.Made = &line
		}
		view.Gone = view.Gone && e.ID != in.Undone
	}
	for _, kind := range curate.Kinds {
		form := curateForm{Kind: kind, Name: editNames[kind], Previews: kind != curate.Rename && kind != curate.Pin}
		form.Fields = v.chosen(in.Fields)
		if in.Fields.Kind != "" && in.Fields.Kind != kind { // what was typed belongs to another form
			form.Fields = CurateFields{Topic: form.Fields.Topic}
			if in.Problems != nil {
				form.Fields = CurateFields{}
			}
		}
		view.Forms = append(view.Forms, form)
	}
	for n := 2; n <= topic.MostParts; n++ {
		view.Parts = append(view.Parts, fmt.Sprint(n))
	}
	var id int
	if _, err := fmt.Sscan(in.Fields.Topic, &id); err == nil && v.Label(id) != "" {
		view.Back = &topicLink{readable.Heading(v.Label(id)), link.Topic(id)}
	}
	if in.Preview != nil {
		view.Preview = v.preview(in.Preview, in.Fields)
	}
	f := p.frame(v, "Curate topics", "")
	f.NoIndex = true
	f.Data = view
	return p.render("curate", f)
}

// topicChosen writes a topic as the choices of forms do.
func topicChosen(id int, label string) string { return fmt.Sprintf("%s (%d)", label, id) }

// chosen returns fields with the names of the topics that they give by number.
func (v View) chosen(f CurateFields) CurateFields {
	for _, field := range []*string{&f.Topic, &f.Into} {
		var id int
		if n, err := fmt.Sscanf(*field+"\n", "%d\n", &id); n == 1 && err == nil && v.Label(id) != "" {
			*field = topicChosen(id, v.Label(id))
		}
	}
	return f
}

func (v View) editLine(e *curate.Edit) editLine {
	line := editLine{ID: e.ID, Text: readable.Heading(v.EditText(*e)), By: e.By, Note: e.Note, Idle: v.Inapplicable[e.ID]}
	if !e.Made.IsZero() {
		line.Made = e.Made.Format("2 January 2006, 15:04 UTC")
	}
	ids := []int{e.Topic, e.Into}
	if e.Kind == curate.Move {
		ids = []int{e.Into}
	}
	for i := range e.Shares {
		ids = append(ids, e.Shares[i].ID)
	}
	seen := map[int]bool{}
	for _, id := range ids {
		if label := v.Label(id); label != "" && !seen[id] {
			seen[id] = true
			line.Topics = append(line.Topics, topicLink{readable.Heading(label), link.Topic(id)})
		}
	}
	return line
}

// preview returns the form of a preview for pages.
func (v View) preview(in *library.Preview, fields CurateFields) *previewView {
	out := &previewView{Text: readable.Heading(v.EditText(in.Edit)), Name: editNames[in.Edit.Kind], Fields: fields}
	if in.Edit.Kind == curate.Move {
		out.Paper = &topicLink{in.Edit.Was, link.Paper(in.Edit.Paper)}
	}
	for i := range in.Topics {
		t := &in.Topics[i]
		p := previewTopic{
			Label: readable.Heading(t.Label), What: levelNames[t.Level], Before: t.Before, After: t.After, Gone: t.Gone, New: t.Was == "", Terms: strings.Join(t.Terms, " · "),
		}
		if t.Was != "" && t.Was != t.Label {
			p.Was = readable.Heading(t.Was)
		}
		for _, paper := range t.Papers {
			p.Papers = append(p.Papers, topicLink{paper.Title, link.Paper(paper.ID)})
		}
		out.Topics = append(out.Topics, p)
	}
	return out
}
