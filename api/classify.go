package api

import (
	"errors"
	"fmt"
	"strings"

	"kindred/classifier"
	"kindred/recommend"
)

// ClassifyRequest asks for the topics of a text, given whole or as title and abstract.
type ClassifyRequest struct {
	Text     string `json:"text"`
	Title    string `json:"title"`
	Abstract string `json:"abstract"`
	Limit    int    `json:"limit"`
}

// isNoTerms reports whether err says that a text has no term the model knows.
func isNoTerms(err error) bool { return errors.Is(err, classifier.ErrNoTerms) }

func (a *server) classify(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	var in ClassifyRequest
	if err := readJSON(r.c.Request, &in); err != nil {
		return nil, err
	}
	text := strings.TrimSpace(in.Text)
	if text == "" {
		text = strings.TrimSpace(in.Title + "\n" + in.Abstract)
	}
	switch {
	case blank(text):
		return nil, badRequest(FieldError{Pointer: "/text", Detail: "text is missing; give text, or title and abstract."})
	case len(text) > recommend.MaxText:
		return nil, badRequest(FieldError{Pointer: "/text", Detail: fmt.Sprintf("text has %d bytes; at most %d are read.", len(text), recommend.MaxText)})
	case in.Limit < 0 || in.Limit > recommend.MaxLimit:
		return nil, badRequest(FieldError{Pointer: "/limit", Detail: fmt.Sprintf("limit is %d; it must be a whole number from 1 to %d.", in.Limit, recommend.MaxLimit)})
	case in.Limit == 0:
		in.Limit = 5
	}
	env, err := ClassifyEnvelope(r.s.Snapshot, text, in.Limit)
	if err != nil {
		return nil, err
	}
	return r.reply(env, &env.Links)
}
