package api

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kindred/classifier/topic"
	"kindred/data"
	"kindred/recommend/library"
)

// topicOf returns the topic that the request's id names.
func (r *request) topicOf() (*topic.Topic, error) {
	id, err := strconv.Atoi(r.id)
	if err != nil {
		return nil, noTopic(r.id)
	}
	t, ok := r.s.Topic(id)
	if !ok {
		return nil, noTopic(r.id)
	}
	return t, nil
}

// wireTopic returns the API's form of t, its representative papers by title.
func (r *request) wireTopic(t *topic.Topic) (TopicView, error) {
	out := TopicView{
		ID: t.ID, Label: t.Label, Terms: t.Terms, Size: t.Size, Description: t.Description, Level: t.Level,
		Papers: make([]library.PaperRef, 0, len(t.Papers)), Trend: r.s.Catalog.Trend(t.ID),
	}
	trend := r.s.TrendOf(t)
	out.Rise, out.Direction = round3(trend.Rise), trend.Direction
	if out.Terms == nil {
		out.Terms = []topic.Term{}
	}
	if label := r.s.Label(t.Parent); label != "" {
		out.Parent = &library.TopicRef{ID: t.Parent, Label: label}
	}
	for _, id := range t.Children {
		if label := r.s.Label(id); label != "" {
			out.Children = append(out.Children, library.TopicRef{ID: id, Label: label})
		}
	}
	for _, id := range t.Papers {
		if row, ok := r.s.Catalog.Find(id); ok {
			out.Papers = append(out.Papers, library.PaperRef{ID: id, Title: r.s.Catalog.Row(int(row)).Title})
			continue
		}
		p, err := r.s.Papers.Paper(r.context(), id)
		if errors.Is(err, data.ErrNotFound) {
			continue
		}
		if err != nil {
			return out, fmt.Errorf("topic %d: paper %s: %w", t.ID, id, err)
		}
		out.Papers = append(out.Papers, library.PaperRef{ID: id, Title: p.Title})
	}
	return out, nil
}

func round3(v float64) float64 { return float64(int64(v*1000+0.5)) / 1000 }

// Levels names the levels of topics: in parameters, either the name or the number is written.
var Levels = map[string]int{"fields": topic.Fields, "topics": topic.Main, "subtopics": topic.Subtopics}

// level reads which level of topics is meant, the main one if none is named.
func (p *params) level() int {
	s := p.one("level")
	if s == "" {
		return topic.Main
	}
	for name, level := range Levels {
		if s == name || s == strconv.Itoa(level) {
			return level
		}
	}
	p.fail("level", "level is %q; it must be fields, topics or subtopics, or their numbers 1, 0, -1.", clip(s, 40))
	return topic.Main
}

// maxTopics is the most topics one answer lists: all of them, for any model that a person can browse.
const maxTopics = 1000

// listTopics answers with topics: by size, by how they rise, or by name.
func (a *server) listTopics(r *request) (*reply, error) {
	by := r.choice("sort", "size", "rise", "label")
	words := strings.ToLower(r.one("q"))
	level := r.level()
	limit := r.integer("limit", maxTopics, 1, maxTopics)
	if err := r.done(); err != nil {
		return nil, err
	}
	found := r.s.SortedTopics(level, by, words)
	total := len(found)
	out := make([]TopicView, 0, min(total, limit))
	for _, t := range found[:min(total, limit)] {
		v, err := r.wireTopic(t)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	count := len(out)
	return jsonReply(Envelope{Data: out, Meta: Meta{Count: &count, Total: &total, Limit: limit, Model: &r.s.Model}, Links: Links{Self: r.c.Request.URL.RequestURI(), HTML: "/topics"}})
}

func (a *server) getTopic(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	t, err := r.topicOf()
	if err != nil {
		return nil, err
	}
	v, err := r.wireTopic(t)
	if err != nil {
		return nil, err
	}
	return r.single(v, topicPath(t.ID))
}

// topicList lists the papers of a topic, newest first.
func (a *server) topicList(r *request) (*listing, error) {
	after, before := r.date("published_after"), r.date("published_before")
	categories := r.list("category")
	pg := r.page("topic " + r.id)
	if err := r.done(); err != nil {
		return nil, err
	}
	t, err := r.topicOf()
	if err != nil {
		return nil, err
	}
	rows := r.s.Catalog.Members(t.ID)
	if !after.IsZero() || !before.IsZero() || len(categories) > 0 {
		rows = r.s.Catalog.Between(rows, after, before, categories)
	}
	return r.rowList(t.Label, topicPath(t.ID), rows, pg)
}

func (a *server) topicPapers(r *request) (*reply, error) { return a.jsonList(a.topicList)(r) }

// topicPath returns the path of a topic's page.
func topicPath(id int) string { return "/topics/" + strconv.Itoa(id) }
