package api

import (
	"errors"

	"kindred/api/problem"
	"kindred/api/web"
	"kindred/api/wire"
	"kindred/recommend/library"
)

// compareTopics answers with what two topics have in common and what sets them apart.
func (a *server) compareTopics(r *request) (*reply, error) {
	x, y := r.Topic("a"), r.Topic("b")
	limit := r.Integer("limit", wire.DefaultCompared, 1, library.MaxCompared)
	if err := r.Done(); err != nil {
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
		r.Fail("b", "b is %d, a is %d; they must differ, and neither may be part of the other.", y, x)
		return nil, r.Done()
	}
	return env, err
}

// comparePage lets a reader choose two topics, and compares them.
func (a *server) comparePage(r *request) (*reply, error) {
	x, y := 0, 0
	if r.One("a") != "" {
		x = r.Topic("a")
	}
	if r.One("b") != "" {
		y = r.Topic("b")
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
