package api

import (
	"errors"
	"fmt"

	"kindred/api/input"
	"kindred/api/link"
	"kindred/api/problem"
	"kindred/api/wire"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// listedList lists the papers of a span that pass filters, in an order: all of them, newest first, for no parameters.
func (a *server) listedList(r *request) (*listing, error) {
	q := r.listingQuery()
	q.Span = r.span()
	seeded := len(q.Positive)+len(q.Negative) > 0 || q.Text != ""
	switch {
	case q.Order == library.Likeness:
		input.CheckQuery(&recommend.Query{Positive: q.Positive, Negative: q.Negative, Text: q.Text}, r.Fail)
	case seeded:
		r.Fail("order", "positive, negative and text say what to resemble; give order=likeness with them.")
	}
	pg := r.page("papers")
	if err := r.Done(); err != nil {
		return nil, err
	}
	return r.listed(q, pg)
}

// listingQuery reads the order, the filters and the seeds of a listing.
func (r *request) listingQuery() library.Listing {
	q := r.listingFilters()
	q.Order = r.Choice("order", library.Orders...)
	q.Positive, q.Negative, q.Text = canonicalIDs(r.IDs("positive")), canonicalIDs(r.IDs("negative")), r.One("text")
	return q
}

// listingFilters reads the filters of a listing.
func (r *request) listingFilters() library.Listing {
	return library.Listing{
		After: r.Date("published_after"), Before: r.Date("published_before"),
		Topics: r.Integers("topic"), Categories: r.List("category"), Sources: r.List("source"), Linked: r.Boolean("linked"),
	}
}

// latest names, as the value of a span, the newest one that has papers.
const latest = "latest"

// span reads the day, week or month of a listing, of which at most one may be given.
func (r *request) span() (sp library.Span) {
	given := 0
	for _, unit := range library.SpanUnits {
		s := r.One(unit)
		if r.Absent(unit, s) {
			continue
		}
		if given++; given > 1 {
			r.Fail(unit, "%s is given beside another span; give one of day, week and month.", unit)
		}
		if s == latest {
			sp, _ = r.s.Catalog.Latest(unit)
			continue
		}
		var err error
		if sp, err = library.ParseSpan(unit, s); err != nil {
			r.Fail(unit, "%s is %q; it must be such as %s, or latest.", unit, clip(s, 40), spanExamples[unit])
		}
	}
	return sp
}

// spanExamples show how spans are written.
var spanExamples = map[string]string{library.Day: "2026-08-21", library.Week: "2026-W34", library.Month: "2026-08"}

// listed returns a page of a listing.
func (r *request) listed(q library.Listing, pg page) (*listing, error) {
	q.Limit, q.Offset = pg.limit, pg.offset
	found, err := r.s.Listing(r.context(), q)
	if errors.Is(err, data.ErrNotFound) {
		return nil, noSeeds(q.Positive)
	}
	if err != nil {
		return nil, err
	}
	return &listing{List: *found, title: listingTitle(q), html: link.Papers(q.Span.Unit, q.Span.String()), page: pg}, nil
}

// listingTitle says what a listing shows.
func listingTitle(q library.Listing) string {
	title := map[string]string{library.Trending: "Trending papers", library.Likeness: "Papers for your list"}[q.Order]
	if title == "" {
		title = "New papers"
	}
	if !q.Span.IsZero() {
		title += ", " + q.Span.InWords()
	}
	return title
}

// neighbourhood answers with the papers nearest to one, and which of them are near each other.
func (a *server) neighbourhood(r *request) (*reply, error) {
	fields := r.Fields(wire.ListFields)
	limit := r.Integer("limit", recommend.DefaultNeighbours, 1, recommend.MaxNeighbours)
	if err := r.Done(); err != nil {
		return nil, err
	}
	env, err := wire.Neighbourhood(r.context(), r.s, r.id, limit, fields)
	if err != nil {
		return nil, err
	}
	return r.reply(env, &env.Links)
}

func (a *server) getPaper(r *request) (*reply, error) {
	fields := r.Fields(wire.AllFields)
	if err := r.Done(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	env := wire.Detail(r.s, p, fields)
	rep, err := r.reply(env, &env.Links)
	if err != nil {
		return nil, err
	}
	path := link.PaperAPI(p.ID)
	rep.header = map[string]string{"Link": "<" + path + `>; rel="canonical", <` + path + `/similar>; rel="related"`}
	return rep, nil
}

// batch answers with the papers that ids name, in their order, and lists in meta those that are not there.
func (a *server) batch(r *request) (*reply, error) {
	var in input.Batch
	if err := r.body(&in); err != nil {
		return nil, err
	}
	fields, err := input.BodyFields(in.Fields, wire.AllFields)
	if err != nil {
		return nil, err
	}
	papers, missing, err := r.lookup(in.IDs)
	if err != nil {
		return nil, err
	}
	out := make([]wire.View, len(papers))
	for i, p := range papers {
		out[i] = wire.View{Paper: p, Fields: fields}
	}
	count := len(out)
	env := wire.Envelope{Data: out, Meta: wire.Meta{Count: &count, Missing: missing, Model: &r.s.Model}}
	return r.reply(&env, &env.Links)
}

// lookup returns the papers that ids name and the ids that name none, both in the order of ids.
func (r *request) lookup(ids []string) (papers []*data.Paper, missing []string, err error) {
	if len(ids) == 0 || len(ids) > input.MaxIDs {
		var wrong problem.Faults
		wrong.Fail("ids", "ids holds %d ids; 1 to %d are allowed.", len(ids), input.MaxIDs)
		return nil, nil, problem.Invalid(wrong...)
	}
	for _, id := range ids {
		p, err := r.s.Papers.Paper(r.context(), canonical(id))
		switch {
		case errors.Is(err, data.ErrNotFound):
			missing = append(missing, id)
		case err != nil:
			return nil, nil, fmt.Errorf("paper %s: %w", id, err)
		default:
			papers = append(papers, p)
		}
	}
	return papers, missing, nil
}
