package mcp

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"kindred/classifier"
	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend"
	"kindred/recommend/library"
)

// errEmpty is told while there is no snapshot.
var errEmpty = errors.New("the library has no papers yet, or is still being loaded: its owner adds papers with " +
	"`kindred import FILE...`; tell them, or try again in a few seconds")

// unlearned says that a tool needs a model.
func unlearned(tool string, s *library.Snapshot) error {
	return fmt.Errorf("%s cannot answer now: %s. One is being fitted, or its owner runs `kindred fit`; "+
		"until then search finds papers by the words of titles, authors and venues", tool, s.Missing)
}

// noTopic says that a number names no topic.
func noTopic(id int) error {
	return fmt.Errorf("no topic has the number %d: topics lists the topics with their numbers, which may change when the "+
		"library is fitted anew", id)
}

// noTerms says that a text has no word that the model knows.
func noTerms() error {
	return errors.New("the library knows no word of the text: give a title or a few sentences in the language of its " +
		"papers")
}

// badDate says that an argument is no date.
func badDate(name, value string) error {
	return fmt.Errorf("%s is %q: want YYYY, YYYY-MM or YYYY-MM-DD", name, readable.ClipWords(value, 40))
}

// explained turns the error of an answer into what an assistant can act on. A fault of the server stays in its log.
func (s *Server) explained(tool string, snap *library.Snapshot, err error) error {
	var told *toldError
	switch {
	case errors.As(err, &told):
		return told.error
	case errors.Is(err, library.ErrNoModel):
		return unlearned(tool, snap)
	case errors.Is(err, classifier.ErrNoTerms):
		return noTerms()
	case errors.Is(err, data.ErrInvalid):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("%s took longer than %s: ask for less, or try again", tool, s.opt.Timeout)
	case errors.Is(err, context.Canceled):
		return errors.New("canceled")
	}
	s.opt.Log.Error("request failed", "tool", tool, "err", err)
	return errFailed
}

// toldError is an error that is told as it is.
type toldError struct{ error }

func tell(err error) error { return &toldError{err} }

// emptyNote says why a ranking is empty, and what to do.
func emptyNote(reason string, s *library.Snapshot) string {
	switch reason {
	case recommend.ReasonNoText:
		return "The given papers have neither title nor abstract to compare by; give a text."
	case recommend.ReasonNoKnownTerms:
		return "The library knows none of the words; use other words, in the language of its papers."
	case recommend.ReasonBelowMinScore:
		return "No paper reaches the lowest score; lower min_score."
	case recommend.ReasonFiltered:
		note := "No paper passes the filters; loosen them."
		if h := s.Holdings(); !h.First.IsZero() {
			note += fmt.Sprintf(" The papers are from %s to %s.", h.First, h.Last)
		}
		return note
	}
	return "No paper is similar."
}

func quoted(ids []string) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = strconv.Quote(id)
	}
	return strings.Join(all, ", ")
}
