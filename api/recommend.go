package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"kindred/api/cursor"
	"kindred/api/link"
	"kindred/api/problem"
	"kindred/api/wire"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// similarList lists the papers like one.
func (a *server) similarList(r *request) (*listing, error) {
	q := r.query()
	id := canonical(r.id)
	pg := r.page("similar " + id)
	unknown := r.choice("unknown", unknownIs...)
	if err := r.done(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if unknown == unknownEmpty && problemStatus(err) == http.StatusNotFound {
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

// What an unknown paper, or a text without a known word, is answered with: an error, by default, or an empty list. A
// browser tells every error on the console of the page that asked, so the widget asks for lists.
const unknownEmpty = "empty"

var unknownIs = []string{"error", unknownEmpty}

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
	q := r.query()
	q.Positive, q.Negative = canonicalIDs(r.ids("positive")), canonicalIDs(r.ids("negative"))
	q.Text = r.one("text")
	pg := r.page("recommendations")
	checkQuery(&q, r.fail)
	if err := r.done(); err != nil {
		return nil, err
	}
	l, err := r.recommended(q, pg)
	if err != nil {
		return nil, err
	}
	l.title, l.html = "Recommended papers", link.Seeds{Positive: q.Positive, Negative: q.Negative, Text: q.Text}.Path()
	return l, nil
}

// filter reads the filters that every ranked answer takes. RecommendationRequest has the same for bodies.
func (p *params) filter() recommend.Filter {
	return recommend.Filter{
		After:         p.date("published_after"),
		Before:        p.date("published_before"),
		Topics:        p.integers("topic"),
		ExcludeTopics: p.integers("exclude_topic"),
		Categories:    p.list("category"),
		Exclude:       canonicalIDs(p.ids("exclude")),
	}
}

// query reads what shapes a ranked answer, but for seeds and paging.
func (p *params) query() recommend.Query {
	return recommend.Query{
		MinScore:  p.fraction("min_score"),
		Diversity: p.fraction("diversity"),
		Explain:   p.boolean("explain"),
		Filter:    p.filter(),
	}
}

// checkQuery calls fail for everything that is wrong with a query, with the name that the field has among parameters as
// well as in a body.
func checkQuery(q *recommend.Query, fail func(name, detail string, args ...any)) {
	if len(q.Positive) == 0 && blank(q.Text) {
		fail("positive", "positive and text are both missing; give ids of papers, a text, or both.")
	}
	if n := len(q.Positive) + len(q.Negative); n > recommend.MaxSeeds {
		fail("positive", "positive and negative hold %d ids; at most %d are allowed.", n, recommend.MaxSeeds)
	}
	if n := len(q.Text); n > recommend.MaxText {
		fail("text", "text has %d bytes; at most %d are read.", n, recommend.MaxText)
	}
	if n := len(q.Exclude); n > recommend.MaxExclude {
		fail("exclude", "exclude holds %d ids; at most %d are allowed.", n, recommend.MaxExclude)
	}
	if v := q.MinScore; !(v >= 0 && v <= 1) {
		fail("min_score", "min_score is %v; it must be a number from 0 to 1.", v)
	}
	if v := q.Diversity; !(v >= 0 && v <= 1) {
		fail("diversity", "diversity is %v; it must be a number from 0 to 1.", v)
	}
	if q.Limit < 0 || q.Limit > recommend.MaxLimit {
		fail("limit", "limit is %d; it must be a whole number from 1 to %d.", q.Limit, recommend.MaxLimit)
	}
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

// RecommendationRequest asks for papers like Positive and Text and unlike Negative. The names that Semantic Scholar
// gives the two lists are understood as well, so that its clients need only another host.
type RecommendationRequest struct {
	Positive         []string `json:"positive"`
	Negative         []string `json:"negative"`
	PositivePaperIDs []string `json:"positivePaperIds"`
	NegativePaperIDs []string `json:"negativePaperIds"`
	Text             string   `json:"text"`
	Library          []string `json:"library"`      // ids of a reader's own papers, instead of Positive and Text
	Bibliography     string   `json:"bibliography"` // the same as the text of a file that an import reads
	HalfLife         float64  `json:"half_life"`    // days, of answers to a library
	Exclude          []string `json:"exclude"`
	ExcludeTopics    []int    `json:"exclude_topic"`
	Topics           []int    `json:"topic"`
	Categories       []string `json:"category"`
	PublishedAfter   string   `json:"published_after"`
	PublishedBefore  string   `json:"published_before"`
	MinScore         float32  `json:"min_score"`
	Diversity        float32  `json:"diversity"`
	Explain          bool     `json:"explain"`
	Unknown          string   `json:"unknown"` // one of unknownIs
	Limit            int      `json:"limit"`
	Cursor           string   `json:"cursor"`
	Fields           []string `json:"fields"`
}

// query checks the request and returns what to ask. Every field that is wrong is reported, by its pointer.
func (in *RecommendationRequest) query() (recommend.Query, error) {
	q, wrong := in.read()
	if in.HalfLife != 0 {
		wrong.Fail("half_life", "half_life goes with library or bibliography alone.")
	}
	checkQuery(&q, wrong.Fail)
	if wrong != nil {
		return q, problem.Invalid(wrong...)
	}
	return q, nil
}

// read returns the query of the fields, and what is wrong with them one by one.
func (in *RecommendationRequest) read() (q recommend.Query, wrong problem.Faults) {
	q = recommend.Query{
		Positive: canonicalIDs(append(in.Positive, in.PositivePaperIDs...)),
		Negative: canonicalIDs(append(in.Negative, in.NegativePaperIDs...)),
		Text:     strings.TrimSpace(in.Text), MinScore: in.MinScore, Diversity: in.Diversity, Explain: in.Explain,
		Limit: in.Limit,
		Filter: recommend.Filter{
			Topics: in.Topics, ExcludeTopics: in.ExcludeTopics, Categories: in.Categories,
			Exclude: canonicalIDs(in.Exclude),
		},
	}
	date := func(name, s string) data.Date {
		d, err := data.ParseDate(s)
		if err != nil {
			wrong.Fail(name, "%s is %q; it must be YYYY, YYYY-MM or YYYY-MM-DD.", name, clip(s, 40))
		}
		return d
	}
	q.After, q.Before = date("published_after", in.PublishedAfter), date("published_before", in.PublishedBefore)
	if in.Unknown != "" && !slices.Contains(unknownIs, in.Unknown) {
		wrong.Fail("unknown", "unknown is %q; it must be one of %s.", clip(in.Unknown, 40), strings.Join(unknownIs, ", "))
	}
	wrong.Topics("topic", in.Topics)
	wrong.Topics("exclude_topic", in.ExcludeTopics)
	return q, wrong
}

func (a *server) postRecommendations(r *request) (*reply, error) {
	var in RecommendationRequest
	if err := r.body(&in); err != nil {
		return nil, err
	}
	if len(in.Library) > 0 || in.Bibliography != "" {
		return r.recommendLibrary(&in)
	}
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	fields, err := bodyFields(in.Fields, wire.ListFields)
	if err != nil {
		return nil, err
	}
	r.resumeAt(in.Cursor)
	pg, err := in.page(r, q)
	if err != nil {
		return nil, err
	}
	l, err := r.recommended(q, pg)
	if status := problemStatus(err); in.Unknown == unknownEmpty && (status == http.StatusNotFound || status == http.StatusUnprocessableEntity) {
		l, err = none(pg), nil
	}
	if err != nil {
		return nil, err
	}
	l.html = link.Seeds{Positive: q.Positive, Negative: q.Negative}.Path()
	return r.listReply(l, fields)
}

// page returns the part of the list that the request asks for.
func (in *RecommendationRequest) page(r *request, q recommend.Query) (page, error) {
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
