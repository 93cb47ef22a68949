package api

import (
	"errors"
	"net/http"
	"strings"

	"kindred/api/input"
	"kindred/api/problem"
	"kindred/api/wire"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// recommendLibrary answers a request with a library.
func (r *request) recommendLibrary(in *input.Recommendations) (*reply, error) {
	q, lq, err := in.LibraryQuery()
	if err != nil {
		return nil, err
	}
	fields, err := input.BodyFields(in.Fields, wire.ListFields)
	if err != nil {
		return nil, err
	}
	rejected := 0
	if in.Bibliography != "" {
		var papers []*data.Paper
		papers, rejected, err = library.ReadBibliography("bibliography", strings.NewReader(in.Bibliography))
		if err != nil {
			return nil, problem.At("/bibliography", "The bibliography cannot be read: %s.", err)
		}
		ids, others, err := r.s.Know(r.context(), papers)
		if err != nil {
			return nil, err
		}
		lq.Papers, lq.Records = append(lq.Papers, ids...), others
		if err := lq.Validate(); err != nil {
			return nil, problem.At("/bibliography", "%v.", err)
		}
	}
	r.resumeAt(in.Cursor)
	pg, err := r.pageIn(in, q)
	if err != nil {
		return nil, err
	}
	lq.Limit, lq.Offset = pg.limit, pg.offset
	found, err := wire.ForReader(r.context(), r.s, lq)
	var unknown *wire.NotFoundError
	switch {
	case errors.As(err, &unknown):
		p := problem.New(http.StatusNotFound, "None of the papers of the library is here: %s.", clip(strings.Join(in.Library, ", "), 300))
		p.Errors = []problem.Field{{Pointer: "/library", Detail: "no paper has one of these ids"}}
		return nil, p
	case err != nil:
		return nil, err
	case found.Reason == recommend.ReasonNoKnownTerms && len(found.Seeds) == 0:
		return nil, problem.NoKnownTerms()
	}
	return r.listReply(&listing{List: *found, page: pg, html: "/", rejected: rejected}, fields)
}
