package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"kindred/api/cursor"
	"kindred/api/input"
	"kindred/api/problem"
	"kindred/api/scholar"
	"kindred/recommend"
)

// This file answers as Semantic Scholar's Academic Graph and Recommendations APIs do, so that a client of theirs works
// after its host is changed. What the papers are found by is ours.

func (a *server) scholarRoutes(get func(string, time.Duration, handler) route, post func(string, handler) route) []route {
	return []route{
		get("/graph/v1/paper/search", time.Minute, a.scholarSearch),
		get("/graph/v1/paper/search/bulk", time.Minute, a.scholarBulk),
		get("/graph/v1/paper/search/match", time.Minute, a.scholarMatch),
		get("/graph/v1/paper/autocomplete", time.Minute, a.scholarComplete),
		get("/graph/v1/paper/{paper}", time.Minute, a.scholarOne),
		get("/graph/v1/paper/{paper}/authors", time.Minute, a.scholarAuthorsOf),
		get("/graph/v1/paper/{paper}/citations", time.Minute, a.scholarCitations("citingPaper")),
		get("/graph/v1/paper/{paper}/references", time.Minute, a.scholarCitations("citedPaper")),
		post("/graph/v1/paper/batch", a.scholarBatch),
		get("/graph/v1/author/search", time.Minute, a.scholarAuthorSearch),
		get("/graph/v1/author/{author}", time.Minute, a.scholarAuthorOne),
		get("/graph/v1/author/{author}/papers", time.Minute, a.scholarAuthorPapers),
		post("/graph/v1/author/batch", a.scholarAuthorBatch),
		get("/recommendations/v1/papers/forpaper/{paper}", time.Minute, a.scholarSimilar),
		post("/recommendations/v1/papers", a.scholarRecommend),
		post("/recommendations/v1/papers/", a.scholarRecommend),
	}
}

func (a *server) scholarOne(r *request) (*reply, error) {
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	if err := r.Done(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	return jsonReply(r.shape().Paper(&item{Paper: p}, fields))
}

// scholarBatch answers with an array in the order of the ids, null where there is none.
func (a *server) scholarBatch(r *request) (*reply, error) {
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	if err := r.Done(); err != nil {
		return nil, err
	}
	var in struct {
		IDs []string `json:"ids"`
	}
	if err := input.JSON(r.c.Request, &in); err != nil {
		return nil, err
	}
	papers, missing, err := r.lookup(in.IDs)
	if err != nil {
		return nil, err
	}
	out := make([]scholar.Object, len(in.IDs))
	for i, id := range in.IDs {
		if len(missing) > 0 && missing[0] == id {
			missing = missing[1:]
			continue
		}
		out[i] = r.shape().Paper(&item{Paper: papers[0]}, fields)
		papers = papers[1:]
	}
	return jsonReply(out)
}

// scholarFilter reads the filters of a search. Filters by what no paper here has are refused, because an answer that
// disregards one looks like an answer that keeps to it.
func (r *request) scholarFilter() (f recommend.Filter, venues []string) {
	f.After, f.Before = r.Years("year")
	if after, before := r.Dates("publicationDateOrYear"); !after.IsZero() || !before.IsZero() {
		f.After, f.Before = scholar.Later(f.After, after), scholar.Earlier(f.Before, before)
	}
	f.Categories = r.List("fieldsOfStudy")
	for _, name := range []string{"publicationTypes", "minCitationCount", "openAccessPdf"} {
		if r.Values.Has(name) {
			r.Know(name)
			r.Fail(name, "%s is not possible here: the papers of this library say nothing of it.", name)
		}
	}
	return f, r.List("venue")
}

// scholarFind returns the papers that words are about, up to the deepest rank that a search may ask for where venues
// have to be looked at.
func (r *request) scholarFind(words string, f recommend.Filter, venues []string, pg page) (items []item, total int, err error) {
	whole := pg
	if len(venues) > 0 {
		whole = page{limit: recommend.MaxLimit}
	}
	l, err := r.find(words, recommend.Query{Filter: f}, false, whole)
	if err != nil {
		return nil, 0, renamed(err, "q", "query")
	}
	if len(venues) == 0 {
		return l.Items, l.Total, nil
	}
	items = slices.DeleteFunc(l.Items, func(it item) bool { return !scholar.InVenues(it.Paper.Venue, venues) })
	at := min(pg.offset, len(items))
	return items[at:min(len(items), at+pg.limit)], len(items), nil
}

// renamed returns a problem with a parameter under the name that the request gave it.
func renamed(err error, from, to string) error {
	p := problem.Of(err)
	if p.Status != http.StatusBadRequest {
		return err
	}
	for i := range p.Errors {
		if p.Errors[i].Parameter == from {
			p.Errors[i].Parameter = to
		}
	}
	return p
}

// words reads a query that must be given.
func (r *request) words(name string, longest int) string {
	words := r.One(name)
	switch {
	case input.Blank(words):
		r.Fail(name, "Missing required parameter: '%s'", name)
	case len(words) > longest:
		r.Fail(name, "%s has %d bytes; at most %d are allowed.", name, len(words), longest)
	}
	return words
}

// scholarSearch pages by offset, as theirs does.
func (a *server) scholarSearch(r *request) (*reply, error) {
	words := r.words("query", recommend.MaxQuery)
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	pg := page{limit: r.Integer("limit", scholar.DefaultLimit, 1, scholar.DefaultLimit), offset: r.Integer("offset", 0, 0, recommend.MaxLimit-1)}
	filter, venues := r.scholarFilter()
	if err := r.Done(); err != nil {
		return nil, err
	}
	items, total, err := r.scholarFind(words, filter, venues, pg)
	if err != nil {
		return nil, err
	}
	return jsonReply(scholar.Page(total, pg.offset, r.shape().Papers(items, fields)))
}

// scholarBulk lists the papers that pass the filters, a thousand at a time; with words the thousand that are most about
// them, since a deeper rank says nothing.
func (a *server) scholarBulk(r *request) (*reply, error) {
	words := r.One("query")
	if len(words) > recommend.MaxQuery {
		r.Fail("query", "query has %d bytes; at most %d are allowed.", len(words), recommend.MaxQuery)
	}
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	order := r.Choice("sort", scholar.BulkOrders...)
	filter, venues := r.scholarFilter()
	// Their client sends these two along, and their service does not look at them either.
	r.Integer("limit", scholar.DefaultLimit, 1, scholar.MaxPage)
	r.Integer("offset", 0, 0, recommend.MaxSeeds*scholar.MaxPage)
	bound := r.bind(cursor.Fingerprint("bulk", scholar.WithoutPaging(r.Values)))
	pg := page{limit: scholar.MaxPage, bound: bound, hold: r.hold}
	if raw := r.One("token"); raw != "" {
		var wrong *problem.Problem
		if pg.offset, wrong = resume(raw, bound); wrong != nil {
			wrong.Errors[0].Parameter = "token"
			return nil, wrong
		}
	}
	if err := r.Done(); err != nil {
		return nil, err
	}
	var items []item
	total := 0
	if !input.Blank(words) {
		found, n, err := r.scholarFind(words, filter, venues, page{limit: scholar.MaxPage})
		if err != nil {
			return nil, err
		}
		scholar.SortBulk(found, order)
		items, total = found, n
	} else {
		rows := r.shape().Bulk(order, filter, venues)
		if err := r.context().Err(); err != nil {
			return nil, err
		}
		var err error
		if items, err = r.s.Rows(r.context(), pg.cut(rows)); err != nil {
			return nil, err
		}
		total = len(rows)
	}
	out := map[string]any{"total": total, "token": nil, "data": r.shape().Papers(items, fields)}
	if token := pg.next(min(pg.limit, total-pg.offset), total); token != "" && input.Blank(words) {
		out["token"] = token
	}
	return jsonReply(out)
}

// scholarMatch answers with the one paper whose title is nearest to the query, or 404. matchScore is the likeness of
// the titles, in [0,1].
func (a *server) scholarMatch(r *request) (*reply, error) {
	words := r.words("query", recommend.MaxQuery)
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	filter, venues := r.scholarFilter()
	r.Integer("limit", 1, 1, scholar.MaxPage) // their client sends both, to no effect there
	r.Integer("offset", 0, 0, 0)
	if err := r.Done(); err != nil {
		return nil, err
	}
	row, likeness := r.shape().Match(words, filter, venues)
	if row < 0 {
		return nil, problem.New(http.StatusNotFound, "Title match not found")
	}
	items, err := r.s.Rows(r.context(), []int32{row})
	if err != nil {
		return nil, err
	}
	if len(items) == 0 { // removed since the snapshot
		return nil, problem.New(http.StatusNotFound, "Title match not found")
	}
	out := r.shape().Paper(&items[0], fields)
	out["matchScore"] = likeness
	return jsonReply(map[string]any{"data": []scholar.Object{out}})
}

// scholarComplete answers with the papers whose titles a reader may be typing.
func (a *server) scholarComplete(r *request) (*reply, error) {
	typed := r.words("query", scholar.MaxName)
	if err := r.Done(); err != nil {
		return nil, err
	}
	return jsonReply(map[string]any{"matches": r.shape().Complete(typed)})
}

// scholarCitations answers with the empty list: no paper here knows what it cites, or who cites it.
func (a *server) scholarCitations(other string) handler {
	return func(r *request) (*reply, error) {
		r.scholarFields(scholar.CitedFields, scholar.FieldTree{other: scholar.CitedFields}, scholar.CitationFields)
		pg := page{limit: r.Integer("limit", scholar.DefaultLimit, 1, scholar.MaxPage), offset: r.Integer("offset", 0, 0, scholar.MaxOffset)}
		if other == "citingPaper" {
			r.Dates("publicationDateOrYear")
		}
		if err := r.Done(); err != nil {
			return nil, err
		}
		if _, err := r.paper(); err != nil {
			return nil, err
		}
		return jsonReply(scholar.Part(0, pg.offset, []scholar.Object{}))
	}
}

// scholarSimilar takes their parameter from, which chooses a pool of papers, and answers from all papers for each.
func (a *server) scholarSimilar(r *request) (*reply, error) {
	r.Choice("from", "recent", "all-cs")
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	pg := page{limit: r.Integer("limit", scholar.DefaultLimit, 1, scholar.MaxRecommended)}
	if err := r.Done(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	l, err := r.recommend(recommend.Query{Positive: []string{p.ID}}, pg)
	if err != nil {
		return nil, err
	}
	return jsonReply(map[string]any{"recommendedPapers": r.shape().Papers(l.Items, fields)})
}

func (a *server) scholarRecommend(r *request) (*reply, error) {
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	pg := page{limit: r.Integer("limit", scholar.DefaultLimit, 1, scholar.MaxRecommended)}
	if err := r.Done(); err != nil {
		return nil, err
	}
	var in struct {
		Positive []string `json:"positivePaperIds"`
		Negative []string `json:"negativePaperIds"`
	}
	if err := input.JSONWith(r.c.Request, &in, func(at string) bool { return at == "/negativePaperIds" }); err != nil {
		return nil, err
	}
	if len(in.Positive) == 0 {
		return nil, problem.At("/positivePaperIds", "positivePaperIds is empty; give the ids of papers to be like.")
	}
	body := input.Recommendations{Positive: in.Positive, Negative: in.Negative}
	q, err := body.Query()
	if err != nil {
		bad := problem.Of(err)
		for i := range bad.Errors {
			bad.Errors[i].Pointer = "/positivePaperIds"
		}
		return nil, bad
	}
	l, err := r.recommend(q, pg)
	if err != nil {
		bad := problem.Of(err)
		if bad.Status == http.StatusNotFound {
			bad.Detail = fmt.Sprintf("Input papers not found: %s", clip(strings.Join(in.Positive, ", "), 300))
			bad.Errors = []problem.Field{{Pointer: "/positivePaperIds", Detail: "no paper has one of these ids"}}
		}
		return nil, bad
	}
	return jsonReply(map[string]any{"recommendedPapers": r.shape().Papers(l.Items, fields)})
}
