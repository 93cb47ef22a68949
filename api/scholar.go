package api

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kindred/api/scholar"
	"kindred/data"
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

// Limits of the service. scholarLimit is the number of papers in its answers by default, and its largest number of
// search results on a page.
const (
	scholarLimit       = 100
	maxScholarLimit    = 500   // recommendations
	maxScholarPage     = 1000  // entries of the other lists
	maxScholarOffset   = 9999  // of the other lists
	maxScholarAuthors  = 1000  // ids of a batch
	scholarCompletions = 10    // of a title
	maxScholarQuery    = 300   // bytes of a query for authors or titles
	maxScholarPapers   = 10000 // that one answer about authors may hold
)

func (r *request) scholarPapers(items []item, fields scholar.Fields) []scholar.Object {
	out := make([]scholar.Object, len(items))
	for i := range items {
		out[i] = r.shape().Paper(&items[i], fields)
	}
	return out
}

func (a *server) scholarOne(r *request) (*reply, error) {
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	if err := r.done(); err != nil {
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
	if err := r.done(); err != nil {
		return nil, err
	}
	var in struct {
		IDs []string `json:"ids"`
	}
	if err := readJSON(r.c.Request, &in); err != nil {
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
	f.After, f.Before = r.years("year")
	if after, before := r.dates("publicationDateOrYear"); !after.IsZero() || !before.IsZero() {
		f.After, f.Before = later(f.After, after), earlier(f.Before, before)
	}
	f.Categories = r.list("fieldsOfStudy")
	for _, name := range []string{"publicationTypes", "minCitationCount", "openAccessPdf"} {
		if r.values.Has(name) {
			r.known = append(r.known, name)
			r.fail(name, "%s is not possible here: the papers of this library say nothing of it.", name)
		}
	}
	return f, r.list("venue")
}

// later returns that of two bounds which leaves less, where a zero date bounds nothing.
func later(a, b data.Date) data.Date {
	if a.IsZero() || !b.IsZero() && b.First().After(a.First()) {
		return b
	}
	return a
}

// earlier is later for upper bounds.
func earlier(a, b data.Date) data.Date {
	if a.IsZero() || !b.IsZero() && b.Last().Before(a.Last()) {
		return b
	}
	return a
}

// dates reads a range of dates such as 2016-03-05:2020, 2016-03: or :2020. A single date stands for all of its days.
func (p *params) dates(name string) (after, before data.Date) {
	s := p.one(name)
	if s == "" {
		return after, before
	}
	from, to, ranged := strings.Cut(s, ":")
	if !ranged {
		to = from
	}
	var err error
	if after, err = data.ParseDate(from); err == nil {
		before, err = data.ParseDate(to)
	}
	if err != nil {
		p.fail(name, "%s is %q; it must be a date or a range of dates such as 2016-03-05:2020-06, each YYYY, YYYY-MM or YYYY-MM-DD.", name, clip(s, 40))
		return data.Date{}, data.Date{}
	}
	return after, before
}

// years reads a year or a range such as 2016-2020, 2016- or -2020.
func (p *params) years(name string) (after, before data.Date) {
	s := p.one(name)
	if s == "" {
		return after, before
	}
	from, to, ranged := strings.Cut(s, "-")
	if !ranged {
		to = from
	}
	for _, v := range []struct {
		text string
		date *data.Date
	}{{from, &after}, {to, &before}} {
		if v.text == "" {
			continue
		}
		y, err := strconv.ParseUint(v.text, 10, 16)
		if err != nil || y < 1 || len(v.text) != 4 {
			p.fail(name, "%s is %q; it must be a year of four digits or a range of years such as 2016-2020.", name, clip(s, 40))
			return data.Date{}, data.Date{}
		}
		v.date.Year = int(y)
	}
	return after, before
}

// scholarFind returns the papers that words are about, up to the deepest rank that a search may ask for where venues
// have to be looked at.
func (r *request) scholarFind(words string, f recommend.Filter, venues []string, pg page) (items []item, total int, err error) {
	whole := pg
	if len(venues) > 0 {
		whole = page{limit: recommend.MaxLimit}
	}
	l, err := r.find(words, recommend.Query{Filter: f}, whole)
	if err != nil {
		return nil, 0, renamed(err, "q", "query")
	}
	if len(venues) == 0 {
		return l.Items, l.Total, nil
	}
	items = slices.DeleteFunc(l.Items, func(it item) bool { return !inVenues(it.Paper.Venue, venues) })
	at := min(pg.offset, len(items))
	return items[at:min(len(items), at+pg.limit)], len(items), nil
}

// renamed returns a problem with a parameter under the name that the request gave it.
func renamed(err error, from, to string) error {
	p := problemOf(err)
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

func inVenues(venue string, venues []string) bool {
	return slices.ContainsFunc(venues, func(v string) bool { return strings.EqualFold(v, venue) })
}

// words reads a query that must be given.
func (r *request) words(name string, longest int) string {
	words := r.one(name)
	switch {
	case blank(words):
		r.fail(name, "Missing required parameter: '%s'", name)
	case len(words) > longest:
		r.fail(name, "%s has %d bytes; at most %d are allowed.", name, len(words), longest)
	}
	return words
}

// scholarSearch pages by offset, as theirs does.
func (a *server) scholarSearch(r *request) (*reply, error) {
	words := r.words("query", recommend.MaxQuery)
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	pg := page{limit: r.integer("limit", scholarLimit, 1, scholarLimit), offset: r.integer("offset", 0, 0, recommend.MaxLimit-1)}
	filter, venues := r.scholarFilter()
	if err := r.done(); err != nil {
		return nil, err
	}
	items, total, err := r.scholarFind(words, filter, venues, pg)
	if err != nil {
		return nil, err
	}
	return scholarPage(total, pg, r.scholarPapers(items, fields))
}

// scholarPage answers with a part of a list of total entries, and where the next part begins.
func scholarPage(total int, pg page, entries []scholar.Object) (*reply, error) {
	out := scholarPart(total, pg, entries)
	out["total"] = total
	return jsonReply(out)
}

// scholarPart is scholarPage for lists that do not tell their length.
func scholarPart(total int, pg page, entries []scholar.Object) map[string]any {
	out := map[string]any{"offset": pg.offset, "data": entries}
	if next := pg.offset + len(entries); len(entries) > 0 && next < total {
		out["next"] = next
	}
	return out
}

// bulkOrders are the orders of a bulk search. Their third, by citations, is none that we could keep to.
var bulkOrders = []string{"paperId", "paperId:asc", "paperId:desc", "publicationDate", "publicationDate:asc", "publicationDate:desc"}

// scholarBulk lists the papers that pass the filters, a thousand at a time; with words the thousand that are most about
// them, since a deeper rank says nothing.
func (a *server) scholarBulk(r *request) (*reply, error) {
	words := r.one("query")
	if len(words) > recommend.MaxQuery {
		r.fail("query", "query has %d bytes; at most %d are allowed.", len(words), recommend.MaxQuery)
	}
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	order := r.choice("sort", bulkOrders...)
	filter, venues := r.scholarFilter()
	// Their client sends these two along, and their service does not look at them either.
	r.integer("limit", scholarLimit, 1, maxScholarPage)
	r.integer("offset", 0, 0, recommend.MaxSeeds*maxScholarPage)
	bound := r.bind(fingerprint("bulk", withoutPaging(r.values)))
	pg := page{limit: maxScholarPage, bound: bound, hold: r.hold}
	if raw := r.one("token"); raw != "" {
		var wrong *Problem
		if pg.offset, wrong = resume(raw, bound); wrong != nil {
			wrong.Errors[0].Parameter = "token"
			return nil, wrong
		}
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	var items []item
	total := 0
	if !blank(words) {
		found, n, err := r.scholarFind(words, filter, venues, page{limit: maxScholarPage})
		if err != nil {
			return nil, err
		}
		slices.SortStableFunc(found, func(x, y item) int {
			return bulkCompare(order, x.Paper.ID, y.Paper.ID, x.Paper.Published, y.Paper.Published)
		})
		items, total = found, n
	} else {
		rows, err := r.bulkRows(order, filter, venues)
		if err != nil {
			return nil, err
		}
		if items, err = r.s.Rows(r.context(), pg.cut(rows)); err != nil {
			return nil, err
		}
		total = len(rows)
	}
	out := map[string]any{"total": total, "token": nil, "data": r.scholarPapers(items, fields)}
	if token := pg.next(min(pg.limit, total-pg.offset), total); token != "" && blank(words) {
		out["token"] = token
	}
	return jsonReply(out)
}

// withoutPaging returns values without what tells pages of a bulk search apart.
func withoutPaging(values url.Values) url.Values {
	out := make(url.Values, len(values))
	for name, v := range values {
		if name != "token" && name != "offset" {
			out[name] = v
		}
	}
	return out
}

// bulkRows returns the rows that pass the filters, in an order of bulkOrders.
func (r *request) bulkRows(order string, f recommend.Filter, venues []string) ([]int32, error) {
	c := r.s.Catalog
	rows := c.Between(c.Recent(), f.After, f.Before, f.Categories)
	if len(venues) > 0 {
		rows = slices.DeleteFunc(rows, func(row int32) bool { return !inVenues(c.Row(int(row)).Venue, venues) })
	}
	slices.SortFunc(rows, func(i, j int32) int {
		x, y := c.Row(int(i)), c.Row(int(j))
		return bulkCompare(order, x.ID, y.ID, x.Published, y.Published)
	})
	return rows, r.context().Err()
}

// bulkCompare orders two papers. Those without a date come last in both directions.
func bulkCompare(order, xID, yID string, x, y data.Date) int {
	by, direction, _ := strings.Cut(order, ":")
	sign := 1
	if direction == "desc" {
		sign = -1
	}
	byID := strings.Compare(xID, yID)
	if by == "paperId" {
		return sign * byID
	}
	switch {
	case x.IsZero() != y.IsZero():
		if x.IsZero() {
			return 1
		}
		return -1
	default:
		return cmp.Or(sign*x.Compare(y), byID)
	}
}

// minMatch is the likeness of titles, in [0,1], from which one is taken for the other.
const minMatch = 0.5

// scholarMatch answers with the one paper whose title is nearest to the query, or 404. matchScore is the likeness of
// the titles, in [0,1].
func (a *server) scholarMatch(r *request) (*reply, error) {
	words := r.words("query", recommend.MaxQuery)
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	filter, venues := r.scholarFilter()
	r.integer("limit", 1, 1, maxScholarPage) // their client sends both, to no effect there
	r.integer("offset", 0, 0, 0)
	if err := r.done(); err != nil {
		return nil, err
	}
	c := r.s.Catalog
	rows := c.Between(c.Recent(), filter.After, filter.Before, filter.Categories)
	if len(venues) > 0 {
		rows = slices.DeleteFunc(rows, func(row int32) bool { return !inVenues(c.Row(int(row)).Venue, venues) })
	}
	row, likeness := c.Nearest(words, rows)
	for _, same := range c.Titled(words) {
		if slices.Contains(rows, same) {
			row, likeness = int(same), 1
			break
		}
	}
	if likeness < minMatch {
		return nil, problem(http.StatusNotFound, "Title match not found")
	}
	items, err := r.s.Rows(r.context(), []int32{int32(row)})
	if err != nil {
		return nil, err
	}
	if len(items) == 0 { // removed since the snapshot
		return nil, problem(http.StatusNotFound, "Title match not found")
	}
	out := r.shape().Paper(&items[0], fields)
	out["matchScore"] = likeness
	return jsonReply(map[string]any{"data": []scholar.Object{out}})
}

// scholarComplete answers with the papers whose titles a reader may be typing.
func (a *server) scholarComplete(r *request) (*reply, error) {
	typed := r.words("query", maxScholarQuery)
	if err := r.done(); err != nil {
		return nil, err
	}
	matches := []map[string]string{}
	for _, row := range r.s.Catalog.Complete(typed, scholarCompletions) {
		p := r.s.Catalog.Row(int(row))
		matches = append(matches, map[string]string{"id": p.ID, "title": p.Title, "authorsYear": authorsYear(p.Authors, p.Published.Year)})
	}
	return jsonReply(map[string]any{"matches": matches})
}

// authorsYear names a paper as texts do: "Doe et al., 2019".
func authorsYear(authors []string, year int) string {
	var parts []string
	if len(authors) > 0 {
		words := strings.Fields(data.GivenFirst(authors[0]))
		name := ""
		if len(words) > 0 {
			name = words[len(words)-1]
		}
		switch len(authors) {
		case 1:
		case 2:
			if second := strings.Fields(data.GivenFirst(authors[1])); len(second) > 0 {
				name += " & " + second[len(second)-1]
			}
		default:
			name += " et al."
		}
		parts = append(parts, name)
	}
	if year != 0 {
		parts = append(parts, strconv.Itoa(year))
	}
	return strings.Join(parts, ", ")
}

// scholarCitations answers with the empty list: no paper here knows what it cites, or who cites it.
func (a *server) scholarCitations(other string) handler {
	return func(r *request) (*reply, error) {
		r.scholarFields(scholar.CitedFields, scholar.FieldTree{other: scholar.CitedFields}, scholar.CitationFields)
		pg := page{limit: r.integer("limit", scholarLimit, 1, maxScholarPage), offset: r.integer("offset", 0, 0, maxScholarOffset)}
		if other == "citingPaper" {
			r.dates("publicationDateOrYear")
		}
		if err := r.done(); err != nil {
			return nil, err
		}
		if _, err := r.paper(); err != nil {
			return nil, err
		}
		return jsonReply(scholarPart(0, pg, []scholar.Object{}))
	}
}

// scholarSimilar takes their parameter from, which chooses a pool of papers, and answers from all papers for each.
func (a *server) scholarSimilar(r *request) (*reply, error) {
	r.choice("from", "recent", "all-cs")
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	pg := page{limit: r.integer("limit", scholarLimit, 1, maxScholarLimit)}
	if err := r.done(); err != nil {
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
	return jsonReply(map[string]any{"recommendedPapers": r.scholarPapers(l.Items, fields)})
}

func (a *server) scholarRecommend(r *request) (*reply, error) {
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	pg := page{limit: r.integer("limit", scholarLimit, 1, maxScholarLimit)}
	if err := r.done(); err != nil {
		return nil, err
	}
	var in struct {
		Positive []string `json:"positivePaperIds"`
		Negative []string `json:"negativePaperIds"`
	}
	if err := readJSONWith(r.c.Request, &in, func(at string) bool { return at == "/negativePaperIds" }); err != nil {
		return nil, err
	}
	if len(in.Positive) == 0 {
		return nil, badRequest(FieldError{Pointer: "/positivePaperIds", Detail: "positivePaperIds is empty; give the ids of papers to be like."})
	}
	body := RecommendationRequest{Positive: in.Positive, Negative: in.Negative}
	q, err := body.query()
	if err != nil {
		bad := problemOf(err)
		for i := range bad.Errors {
			bad.Errors[i].Pointer = "/positivePaperIds"
		}
		return nil, bad
	}
	l, err := r.recommend(q, pg)
	if err != nil {
		bad := problemOf(err)
		if bad.Status == http.StatusNotFound {
			bad.Detail = fmt.Sprintf("Input papers not found: %s", clip(strings.Join(in.Positive, ", "), 300))
			bad.Errors = []FieldError{{Pointer: "/positivePaperIds", Detail: "no paper has one of these ids"}}
		}
		return nil, bad
	}
	return jsonReply(map[string]any{"recommendedPapers": r.scholarPapers(l.Items, fields)})
}
