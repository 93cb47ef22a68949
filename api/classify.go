package api

import (
	"cmp"

	"kindred/api/input"
	"kindred/api/wire"
)

// classifyLimit is how many topics of a text are told by default.
const classifyLimit = 5

func (a *server) classify(r *request) (*reply, error) {
	var in input.Classify
	if err := r.body(&in); err != nil {
		return nil, err
	}
	text, err := in.Words()
	if err != nil {
		return nil, err
	}
	env, err := wire.Classify(r.s, text, cmp.Or(in.Limit, classifyLimit))
	if err != nil {
		return nil, err
	}
	return r.reply(env, &env.Links)
}
