package api

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"kindred/api/link"
	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/recommend/library"
)

func (a *server) topicsPage(r *request) (*reply, error) {
	by := r.choice("sort", "size", "rise", "label")
	words := r.one("q")
	if err := r.done(); err != nil {
		return nil, err
	}
	v := a.frame(r, "Topics", "The topics that the papers form.")
	v.Data = struct {
		Sort, Words string
		Count       int
		Groups      []topicGroup
	}{by, words, len(r.s.SortedTopics(0, "size", "")), topicGroups(r.s, by, strings.ToLower(words))}
	return a.render("topics", v)
}

// topicGroup is a topic of a higher level with those below it; Parent is nil for topics that have none.
type topicGroup struct {
	Parent *topicCard
	Topics []topicCard
}

// topicGroups puts the finest topics under their parents when all are shown by size, and in one group otherwise.
func topicGroups(s *library.Snapshot, by, words string) []topicGroup {
	list := s.SortedTopics(0, by, words)
	parents := s.SortedTopics(topic.Fields, "size", "")
	if by != "size" || words != "" || len(parents) == 0 {
		return []topicGroup{{nil, topicCards(s, list)}}
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
			out = append(out, topicGroup{&head, topicCards(s, below)})
		}
	}
	var alone []*topic.Topic
	for _, t := range list {
		if _, ok := s.Topic(t.Parent); !ok {
			alone = append(alone, t)
		}
	}
	if len(alone) > 0 {
		out = append(out, topicGroup{nil, topicCards(s, alone)})
	}
	return out
}

// topicPageView is what the page of a topic shows.
type topicPageView struct {
	Topic    topicCard
	Terms    []weightedTerm
	Parent   *topicLink
	Children []topicCard
	From, To string // ends of the curve
	Peak     string
	Typical  []card
	List     listView
	Exports  []feedLink
}

type weightedTerm struct {
	Text string
	Size int // 1 to 5, for the size of its letters
}

func (a *server) topicPage(r *request) (*reply, error) {
	pg := r.pageOf("topic " + r.id)
	if err := r.done(); err != nil {
		return nil, err
	}
	t, err := r.topicOf()
	if err != nil {
		return nil, err
	}
	l, err := r.rowList(t.Label, link.Topic(t.ID), r.s.Catalog.Members(t.ID), pg)
	if err != nil {
		return nil, err
	}
	l.Reason = ""
	view := topicPageView{Topic: topicCards(r.s, []*topic.Topic{t})[0], Terms: sizedTerms(t), List: r.listView(l, link.Seeds{})}
	if label := r.s.Label(t.Parent); label != "" {
		view.Parent = &topicLink{heading(label), link.Topic(t.Parent)}
	}
	var children []*topic.Topic
	for _, id := range t.Children {
		if child, ok := r.s.Topic(id); ok {
			children = append(children, child)
		}
	}
	view.Children = topicCards(r.s, children)
	if t.Level <= topic.Main {
		for i := range view.List.Cards {
			view.List.Cards[i].Topic = nil // it would be this topic on every one
		}
	}
	if trend := since(r.s.Catalog.Trend(t.ID), r.s.Catalog.Trend(library.AllTopics)); len(trend.Counts) > 1 {
		view.From, view.To = period(trend, 0), period(trend, len(trend.Counts)-1)
	}
	if pg.offset == 0 {
		if view.Typical, err = r.typical(t); err != nil {
			return nil, err
		}
	}
	api := "/v1/topics/" + strconv.Itoa(t.ID) + "/papers"
	view.Exports = []feedLink{{"BibTeX", "", api + "/export.bib"}, {"RIS", "", api + "/export.ris"}, {"CSL-JSON", "", api + "/export.csl"}}
	v := a.frame(r, heading(t.Label), "Papers about "+strings.Join(termTexts(t, 8), ", ")+".")
	v.Feeds = feeds(t.Label, api, nil)
	v.Data = view
	return a.render("topic", v)
}

// typicalPapers is how many representative papers a topic's page shows.
const typicalPapers = 5

func (r *request) typical(t *topic.Topic) ([]card, error) {
	var out []card
	for _, id := range t.Papers[:min(typicalPapers, len(t.Papers))] {
		p, err := r.s.Papers.Paper(r.context(), id)
		if errors.Is(err, data.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("paper %s: %w", id, err)
		}
		out = append(out, cardOf(r.s, &item{Paper: p}, link.Seeds{}))
	}
	return out, nil
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

// mapPage shows all papers as points. Without scripts it shows the topics at their places.
func (a *server) mapPage(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	v := a.frame(r, "Map", "All papers as points, the alike ones close to each other.")
	v.Script = "map.js"
	m := r.s.Map()
	largest := 1
	for _, t := range m.Topics {
		largest = max(largest, t.Size)
	}
	type spot struct {
		topicLink
		X, Y, R int
		Size    int
		Colour  int
	}
	var spots []spot
	for _, t := range m.Topics {
		spots = append(spots, spot{topicLink{heading(t.Label), link.Topic(t.ID)}, 500 + int(t.X)*460/library.MapScale, 320 - int(t.Y)*290/library.MapScale, 5 + 30*t.Size/largest, t.Size, t.ID % mapColours})
	}
	v.Data = struct {
		Spots  []spot
		Papers int
	}{spots, len(m.IDs)}
	return a.render("map", v)
}

// mapColours is the number of colours in the style sheet and in map.js.
const mapColours = 12

// curateView is what the curator's page shows.
type curateView struct {
	Levels   []topicLevel // the main one first
	Edits    []editLine
	Open     bool // changes are taken without a key
	Able     bool // there is a curator
	Kinds    []string
	Done     string
	Problems []FieldError
	Chosen   int
	Label    string
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

func (a *server) curatePage(r *request) (*reply, error) {
	chosen := r.integer("topic", 0, 0, 1<<31-1)
	if err := r.done(); err != nil {
		return nil, err
	}
	return a.curate(r, curateView{Chosen: chosen})
}

func (a *server) curate(r *request, view curateView) (*reply, error) {
	for _, level := range []int{topic.Main, topic.Fields, topic.Subtopics} {
		g := topicLevel{levelNames[level], level == topic.Main, topicCards(r.s, r.s.SortedTopics(level, "label", ""))}
		view.Levels = append(view.Levels, g)
	}
	view.Able = a.cfg.Curator != nil
	view.Kinds = curate.Kinds
	view.Open = a.authorize(r.c, "") == nil
	r.c.Writer.Header().Del("WWW-Authenticate")
	if view.Able {
		edits, err := a.cfg.Curator.Edits(r.context())
		if err != nil {
			return nil, fmt.Errorf("topic edits: %w", err)
		}
		for _, e := range edits {
			line := editLine{ID: e.ID, Text: r.s.EditText(e), Idle: r.s.Inapplicable[e.ID]}
			if !e.Made.IsZero() {
				line.Made = e.Made.Format("2 January 2006")
			}
			view.Edits = append(view.Edits, line)
		}
	}
	v := a.frame(r, "Curate topics", "")
	v.NoIndex = true
	v.Data = view
	rep, err := a.render("curate", v)
	if err == nil && view.Problems != nil {
		rep.status = http.StatusBadRequest
	}
	return rep, err
}

// curateForm takes the forms of the curator's page. The key travels in the form and is kept nowhere, so another site
// cannot make a curator's browser send it; where no key is needed, the origin is checked instead.
func (a *server) curateForm(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	if err := r.c.Request.ParseForm(); err != nil {
		return nil, badRequest(FieldError{Detail: "The form cannot be read: " + err.Error()})
	}
	form := r.c.Request.PostForm
	if err := a.authorize(r.c, strings.TrimSpace(form.Get("key"))); err != nil {
		return nil, err
	}
	cur, err := a.curator()
	if err != nil {
		return nil, err
	}
	if undo := form.Get("undo"); undo != "" {
		found, err := cur.Undo(r.durable(), undo)
		if err != nil {
			return nil, fmt.Errorf("undo edit %s: %w", undo, err)
		}
		done := "The edit was undone."
		if !found {
			done = "The edit had been undone already."
		}
		return a.curateAfter(r, done)
	}
	number := func(name string) int {
		n, err := strconv.Atoi(form.Get(name))
		if err != nil {
			return 0 // names no topic, which validate reports
		}
		return n
	}
	e := curate.Edit{Kind: form.Get("kind"), Topic: number("topic"), Label: form.Get("label"), Into: number("into"), Parts: number("parts")}
	made, err := a.applyEdit(r, e)
	if err != nil {
		if p := problemOf(err); p.Status == http.StatusBadRequest {
			return a.curate(r, curateView{Problems: problemFields(p), Chosen: e.Topic, Label: e.Label})
		}
		return nil, err
	}
	return a.curateAfter(r, "Done: "+r.s.EditText(made)+".")
}

func problemFields(p *Problem) []FieldError {
	if len(p.Errors) > 0 {
		return pageErrors(p.Errors)
	}
	return []FieldError{{Detail: pageHints.Replace(p.Detail)}}
}

// curateAfter shows the page again, from the snapshot that has the change.
func (a *server) curateAfter(r *request, done string) (*reply, error) {
	if s := a.acquire(); s != nil {
		r.use(s)
	}
	return a.curate(r, curateView{Done: done})
}
