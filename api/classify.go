package api

import (
	"cmp"
	"strings"

	"kindred/api/problem"
	"kindred/api/wire"
	"kindred/recommend"
)

// classifyLimit is how many topics of a text are told by default.
const classifyLimit = 5

// ClassifyRequest asks for the topics of a text, given whole or as title and abstract.
type ClassifyRequest struct {
	Text     string `json:"text"`
	Title    string `json:"title"`
	Abstract string `json:"abstract"`
	Limit    int    `json:"limit"`
}

func (a *server) classify(r *request) (*reply, error) {
	var in ClassifyRequest
	if err := r.body(&in); err != nil {
		return nil, err
	}
	text := strings.TrimSpace(in.Text)
	if text == "" {
		text = strings.TrimSpace(in.Title + "\n" + in.Abstract)
	}
	var wrong problem.Faults
	if blank(text) {
		wrong.Fail("text", "text is missing; give text, or title and abstract.")
	}
	if len(text) > recommend.MaxText {
		wrong.Fail("text", "text has %d bytes; at most %d are read.", len(text), recommend.MaxText)
	}
	if in.Limit < 0 || in.Limit > recommend.MaxLimit {
		wrong.Fail("limit", "limit is %d; it must be a whole number from 1 to %d.", in.Limit, recommend.MaxLimit)
	}
	if wrong != nil {
		return nil, problem.Invalid(wrong...)
	}
	env, err := wire.Classify(r.s, text, cmp.Or(in.Limit, classifyLimit))
	if err != nil {
		return nil, err
	}
	return r.reply(env, &env.Links)
}
