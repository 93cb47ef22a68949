package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"kindred/api/cursor"
	"kindred/api/input"
	"kindred/api/link"
	"kindred/api/problem"
	"kindred/api/wire"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// similarList lists the papers like one.
func (a *server) similarList(r *request) (*listing, error) {
	q := r.Query()
	id := canonical(r.id)
	pg := r.page("similar " + id)
	unknown := r.Choice("unknown", input.Unknown...)
	if err := r.Done(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if unknown == input.UnknownEmpty && problemStatus(err) == http.StatusNotFound {
		l := none(pg)
		l.title, l.html = "Papers like "+id, link.Search(id)
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	q.Positive = []string{p.ID}
	l, err := r.recommend(q, pg)
	if err != nil {
		return nil, err
	}
	l.title, l.html = "Papers like "+p.Title, link.Paper(p.ID)
	return l, nil
}

// none is the empty list for a paper or a text that is not known here.
func none(pg page) *listing {
	return &listing{List: library.List{Reason: reasonUnknown}, page: pg}
}

// reasonUnknown is the reason of a list that is empty for an unknown paper or text.
const reasonUnknown = "unknown"

// problemStatus returns the status that an error is answered with, 0 for nil.
func problemStatus(err error) int {
	if err == nil {
		return 0
	}
	return problem.Of(err).Status
}

// recommend asks the recommender for a page.
func (r *request) recommend(q recommend.Query, pg page) (*listing, error) {
	q.Limit, q.Offset = pg.limit, pg.offset
	found, err := r.s.Similar(r.context(), q)
	if errors.Is(err, data.ErrNotFound) {
		return nil, noSeeds(q.Positive)
	}
	if err != nil {
		return nil, err
	}
	return &listing{List: *found, page: pg}, nil
}

// noSeeds says that none of the ids that a query starts from names a paper.
func noSeeds(positive []string) *problem.Problem {
	p := problem.New(http.StatusNotFound, "None of the positive papers is here: %s.", clip(strings.Join(positive, ", "), 300))
	p.Errors = []problem.Field{{Pointer: "/positive", Detail: "no paper has one of these ids"}}
	return p
}

// recommendationList lists the papers like the seeds of the URL's parameters, so that a reader's list is a link.
func (a *server) recommendationList(r *request) (*listing, error) {
	q := r.Query()
	q.Positive, q.Negative = canonicalIDs(r.IDs("positive")), canonicalIDs(r.IDs("negative"))
	q.Text = r.One("text")
	pg := r.page("recommendations")
	input.CheckQuery(&q, r.Fail)
	if err := r.Done(); err != nil {
		return nil, err
	}
	l, err := r.recommended(q, pg)
	if err != nil {
		return nil, err
	}
	l.title, l.html = "Recommended papers", link.Seeds{Positive: q.Positive, Negative: q.Negative, Text: q.Text}.Path()
	return l, nil
}

// recommended is recommend for a query that was asked for as such: a text without a known word is an error, since the
// fault is in the request, and repeating it cannot help.
func (r *request) recommended(q recommend.Query, pg page) (*listing, error) {
	l, err := r.recommend(q, pg)
	if err == nil && l.Reason == recommend.ReasonNoKnownTerms && q.Text != "" && len(l.Seeds) == 0 {
		return nil, problem.NoKnownTerms()
	}
	return l, err
}

func (a *server) postRecommendations(r *request) (*reply, error) {
	var in input.Recommendations
	if err := r.body(&in); err != nil {
		return nil, err
	}
	if len(in.Library) > 0 || in.Bibliography != "" {
		return r.recommendLibrary(&in)
	}
	q, err := in.Query()
	if err != nil {
		return nil, err
	}
	fields, err := input.BodyFields(in.Fields, wire.ListFields)
	if err != nil {
		return nil, err
	}
	r.resumeAt(in.Cursor)
	pg, err := r.pageIn(&in, q)
	if err != nil {
		return nil, err
	}
	l, err := r.recommended(q, pg)
	if status := problemStatus(err); in.Unknown == input.UnknownEmpty && (status == http.StatusNotFound || status == http.StatusUnprocessableEntity) {
		l, err = none(pg), nil
	}
	if err != nil {
		return nil, err
	}
	l.html = link.Seeds{Positive: q.Positive, Negative: q.Negative}.Path()
	return r.listReply(l, fields)
}

// pageIn returns the part of the list that a body asks for.
func (r *request) pageIn(in *input.Recommendations, q recommend.Query) (page, error) {
	scope := fmt.Sprintf("post %q %q %q %+v %v %v %q %q %v", q.Positive, q.Negative, q.Text, q.Filter, q.MinScore, q.Diversity,
		in.Library, in.Bibliography, in.HalfLife)
	pg := page{limit: in.Limit, bound: r.bind(cursor.Fingerprint(scope, nil)), hold: r.hold}
	if pg.limit == 0 {
		pg.limit = recommend.DefaultLimit
	}
	if in.Cursor == "" {
		return pg, nil
	}
	offset, p := resume(in.Cursor, pg.bound)
	if p != nil {
		p.Errors[0].Pointer, p.Errors[0].Parameter = "/cursor", ""
		return pg, p
	}
	pg.offset = offset
	return pg, nil
}
