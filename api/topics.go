package api

import (
	"strconv"
	"strings"

	"kindred/api/link"
	"kindred/api/problem"
	"kindred/api/wire"
	"kindred/classifier/topic"
)

// topicOf returns the topic that the request's id names.
func (r *request) topicOf() (*topic.Topic, error) {
	id, err := strconv.Atoi(r.id)
	if err != nil {
		return nil, problem.NoTopic(r.id)
	}
	t, ok := r.s.Topic(id)
	if !ok {
		return nil, problem.NoTopic(r.id)
	}
	return t, nil
}

// listTopics answers with topics: by size, by how they rise, or by name.
func (a *server) listTopics(r *request) (*reply, error) {
	by := r.Choice("sort", "size", "rise", "label")
	words := strings.ToLower(r.One("q"))
	level := r.Level()
	limit := r.Integer("limit", wire.MaxTopics, 1, wire.MaxTopics)
	if err := r.Done(); err != nil {
		return nil, err
	}
	found := r.s.SortedTopics(level, by, words)
	env, err := wire.TopicList(r.context(), r.s, found, limit, "")
	if err != nil {
		return nil, err
	}
	return r.reply(env, &env.Links)
}

func (a *server) getTopic(r *request) (*reply, error) {
	if err := r.Done(); err != nil {
		return nil, err
	}
	t, err := r.topicOf()
	if err != nil {
		return nil, err
	}
	env, err := wire.Topic(r.context(), r.s, t.ID)
	if err != nil {
		return nil, err
	}
	return r.reply(env, &env.Links)
}

// topicList lists the papers of a topic, newest first.
func (a *server) topicList(r *request) (*listing, error) {
	after, before := r.Date("published_after"), r.Date("published_before")
	categories := r.List("category")
	pg := r.page("topic " + r.id)
	if err := r.Done(); err != nil {
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
	return r.rowList(t.Label, link.Topic(t.ID), rows, pg)
}
