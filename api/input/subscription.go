package input

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"kindred/api/problem"
	"kindred/data"
	"kindred/recommend/digest"
)

// SubscriptionProblem says what is wrong with a change of a subscription.
func SubscriptionProblem(err error) error {
	var invalid *digest.InvalidError
	switch {
	case errors.As(err, &invalid):
		errs := make([]problem.Field, len(invalid.Faults))
		for i, f := range invalid.Faults {
			errs[i] = problem.Field{Pointer: fieldPointer(f.Field), Detail: f.Field + ": " + f.Detail + "."}
		}
		return problem.Invalid(errs...)
	case errors.Is(err, digest.ErrNotFound):
		return problem.New(http.StatusNotFound, "There is no such subscription; GET /v1/subscriptions lists them.")
	}
	return err
}

// fieldPointer returns where a field of a subscription stands in a body.
func fieldPointer(field string) string {
	for parent, names := range map[string][]string{
		"/filter/":   {"must", "must_not", "categories", "sources", "least_score", "limit"},
		"/schedule/": {"every", "day", "papers", "at", "zone"},
		"/to/":       {"mail", "webhook", "secret"},
	} {
		if slices.Contains(names, field) {
			return parent + field
		}
	}
	switch field {
	case "library":
		return "/bibliography"
	case "subscriptions": // all of them
		return ""
	}
	return "/" + field
}

// Subscription is the body of a request that adds a subscription, or changes one: then what is absent stays as it
// is, and what is there replaces the whole field.
type Subscription struct {
	Name         *string             `json:"name"`
	Kind         *string             `json:"kind"`
	Seeds        *[]string           `json:"seeds"`
	Dislikes     *[]string           `json:"dislikes"`
	Bibliography *string             `json:"bibliography"` // the text of a file of the reader's papers, in any form that import reads
	Zotero       *Zotero             `json:"zotero"`
	Search       *string             `json:"search"`
	Topics       *[]int              `json:"topics"`
	Authors      *[]string           `json:"authors"`
	Favourites   *[]string           `json:"favourites"`
	Filter       *digest.Filter      `json:"filter"`
	Schedule     *digest.Schedule    `json:"schedule"`
	To           *digest.Destination `json:"to"`
	TellQuiet    *bool               `json:"tell_quiet"`
	Paused       *bool               `json:"paused"`
	State        *string             `json:"state"` // of a change: confirmed or stopped
}

// Zotero names the Zotero library of a reader. An empty one takes it away.
type Zotero struct {
	Library    string `json:"library"`
	Collection string `json:"collection"`
	Key        string `json:"key"`
}

// apply puts the library into s. That which s has already stays as it was read; so does its key, which no answer shows.
func (in *Zotero) apply(s *digest.Subscription) {
	if *in == (Zotero{}) {
		s.Zotero = nil
		return
	}
	z, was := &digest.Zotero{Library: in.Library, Collection: in.Collection, Key: in.Key}, s.Zotero
	if was != nil && z.Library == was.Library && z.Key == "" {
		z.Key = was.Key
	}
	s.Follow(z)
}

// Apply puts what the body says into s.
func (in *Subscription) Apply(s *digest.Subscription) {
	set(in.Name, &s.Name)
	set(in.Kind, &s.Kind)
	set(in.Seeds, &s.Seeds)
	set(in.Dislikes, &s.Dislikes)
	set(in.Search, &s.Search)
	set(in.Topics, &s.Topics)
	set(in.Authors, &s.Authors)
	set(in.Favourites, &s.Favourites)
	set(in.Filter, &s.Filter)
	set(in.Schedule, &s.Schedule)
	set(in.TellQuiet, &s.TellQuiet)
	if in.Zotero != nil {
		in.Zotero.apply(s)
	}
	set(in.Paused, &s.Paused)
	if in.To != nil {
		secret := s.To.Secret
		if s.To = *in.To; s.To.Secret == "" && s.To.Webhook != "" {
			s.To.Secret = secret // no answer shows it, so it stays where none is sent
		}
	}
}

// set puts a value where one is given.
func set[T any](from, to *T) {
	if from != nil {
		*to = *from
	}
}

// Papers returns the papers of the bibliography, nil where none is given, and how many records of it cannot be used.
func (in *Subscription) Papers(ctx context.Context) (own []*data.Paper, rejected int, err error) {
	switch {
	case in.Bibliography != nil && in.Zotero != nil:
		return nil, 0, problem.At("/bibliography", "bibliography and zotero both name the reader's library; give one.")
	case in.Bibliography == nil:
		return nil, 0, nil
	case Blank(*in.Bibliography):
		return []*data.Paper{}, 0, nil
	}
	own, rejected, err = digest.ReadBibliography(ctx, *in.Bibliography)
	if err != nil {
		return nil, 0, problem.At("/bibliography", "The bibliography cannot be read: %s.", err)
	}
	return own, rejected, nil
}
