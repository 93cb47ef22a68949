package api

import (
	"errors"
	"strconv"

	"kindred/api/problem"
	"kindred/api/web"
	"kindred/api/wire"
	"kindred/recommend/library"
)

// comparedTopic reads the id of one side of a comparison, 0 where it is none.
func (p *params) comparedTopic(name string) int {
	s := p.one(name)
	id, err := strconv.Atoi(s)
	if err != nil || id < 1 {
		p.fail(name, "%s is %q; it must be the id of a topic.", name, clip(s, 40))
		return 0
	}
	return id
}

// compareTopics answers with what two topics have in common and what sets them apart.
func (a *server) compareTopics(r *request) (*reply, error) {
	x, y := r.comparedTopic("a"), r.comparedTopic("b")
	limit := r.integer("limit", wire.DefaultCompared, 1, library.MaxCompared)
	if err := r.done(); err != nil {
		return nil, err
	}
	env, err := r.comparison(x, y, limit)
	if err != nil {
		return nil, err
	}
	return r.reply(env, &env.Links)
}

func (r *request) comparison(x, y, limit int) (*wire.Answer[*library.Comparison], error) {
	env, err := wire.Compare(r.s, x, y, limit)
	var missing *wire.NotFoundError
	switch {
	case errors.As(err, &missing):
		return nil, problem.NoTopic(missing.ID)
	case errors.Is(err, library.ErrSameTopic):
		r.fail("b", "b is %d, a is %d; they must differ, and neither may be part of the other.", y, x)
		return nil, r.done()
	}
	return env, err
}

// comparePage lets a reader choose two topics, and compares them.
func (a *server) comparePage(r *request) (*reply, error) {
	x, y := 0, 0
	if r.one("a") != "" {
		x = r.comparedTopic("a")
	}
	if r.one("b") != "" {
		y = r.comparedTopic("b")
	}
	if err := r.asked(); err != nil {
		return nil, err
	}
	in := web.Compared{A: x, B: y}
	if x != 0 && y != 0 {
		env, err := wire.Compare(r.s, x, y, wire.DefaultCompared)
		var missing *wire.NotFoundError
		switch {
		case errors.As(err, &missing):
			return nil, problem.NoTopic(missing.ID)
		case errors.Is(err, library.ErrSameTopic):
			in.Same = true
		case err != nil:
			return nil, err
		default:
			in.Found = env.Data
		}
	}
	return pageReply(a.pages.Compare(r.view(), in))
}
