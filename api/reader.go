package api

import (
	"errors"
	"math"
	"net/http"
	"strings"

	"kindred/api/problem"
	"kindred/api/wire"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// libraryQuery checks a request with a library and returns what to ask, but for the papers of its bibliography.
func (in *RecommendationRequest) libraryQuery() (recommend.Query, recommend.LibraryQuery, error) {
	q, wrong := in.read()
	switch {
	case len(q.Positive) > 0 || q.Text != "":
		wrong.Fail("library", "library and bibliography stand instead of positive and text; give one or the other.")
	case q.Diversity != 0:
		wrong.Fail("diversity", "diversity does not go with a library; its interests take turns.")
	}
	if n := len(in.Library) + len(q.Negative); n > recommend.MaxLibrary {
		wrong.Fail("library", "library and negative hold %d ids; at most %d are allowed.", n, recommend.MaxLibrary)
	}
	if !(in.HalfLife >= 0) || math.IsInf(in.HalfLife, 1) {
		wrong.Fail("half_life", "half_life is %v; it must be a number of days, 0 or more.", in.HalfLife)
	}
	checked := q
	checked.Positive, checked.Negative = []string{"library"}, nil // checked above
	checkQuery(&checked, wrong.Fail)
	if wrong != nil {
		return q, recommend.LibraryQuery{}, problem.Invalid(wrong...)
	}
	return q, recommend.LibraryQuery{
		Papers: canonicalIDs(in.Library), Negative: q.Negative, HalfLife: in.HalfLife, Limit: q.Limit, MinScore: q.MinScore,
		Explain: q.Explain, Filter: q.Filter,
	}, nil
}

// recommendLibrary answers a request with a library.
func (r *request) recommendLibrary(in *RecommendationRequest) (*reply, error) {
	q, lq, err := in.libraryQuery()
	if err != nil {
		return nil, err
	}
	fields, err := bodyFields(in.Fields, wire.ListFields)
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
	pg, err := in.page(r, q)
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
