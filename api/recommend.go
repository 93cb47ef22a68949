package api

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"

	"kindred/data"
	"kindred/recommend"
)

// similarList lists the papers like one.
func (a *server) similarList(r *request) (*listing, error) {
	q := r.query()
	id := canonical(r.id)
	pg := r.page("similar " + id)
	if err := r.done(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	q.Positive = []string{p.ID}
	l, err := r.recommend(q, pg)
	if err != nil {
		return nil, err
	}
	l.title, l.html = "Papers like "+p.Title, paperPath(p.ID)
	return l, nil
}

func (a *server) similar(r *request) (*reply, error) { return a.jsonList(a.similarList)(r) }

// recommend asks the recommender for a page.
func (r *request) recommend(q recommend.Query, pg page) (*listing, error) {
	l, err := r.s.recommend(r.context(), q, pg)
	if errors.Is(err, data.ErrNotFound) {
		p := problem(http.StatusNotFound, "None of the positive papers is here: %s.", clip(strings.Join(q.Positive, ", "), 300))
		p.Errors = []FieldError{{Pointer: "/positive", Detail: "no paper has one of these ids"}}
		return nil, p
	}
	return l, err
}

// recommendationList lists the papers like the seeds of the URL's parameters, so that a reader's list is a link.
func (a *server) recommendationList(r *request) (*listing, error) {
	q := r.query()
	q.Positive, q.Negative = canonicalIDs(r.ids("positive")), canonicalIDs(r.ids("negative"))
	q.Text = r.one("text")
	pg := r.page("recommendations")
	if len(q.Positive) == 0 && blank(q.Text) {
		r.fail("positive", "positive and text are both missing; give ids of papers, a text, or both.")
	}
	if len(q.Positive)+len(q.Negative) > recommend.MaxSeeds {
		r.fail("positive", "positive and negative hold %d ids; at most %d are allowed.", len(q.Positive)+len(q.Negative), recommend.MaxSeeds)
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	l, err := r.recommend(q, pg)
	if err != nil {
		return nil, err
	}
	if err := refuseUnknown(l, q); err != nil {
		return nil, err
	}
	l.title, l.html = "Recommended papers", "/list?"+seedQuery(q).Encode()
	return l, nil
}

// refuseUnknown turns an answer about a text without a known word into an error: the fault is in the request, and
// repeating it cannot help.
func refuseUnknown(l *listing, q recommend.Query) error {
	if l.reason == recommend.ReasonNoKnownTerms && q.Text != "" && len(l.seeds) == 0 {
		return noKnownTerms()
	}
	return nil
}

// seedQuery returns the parameters of a reader's list.
func seedQuery(q recommend.Query) url.Values {
	v := url.Values{}
	if len(q.Positive) > 0 {
		v["positive"] = q.Positive
	}
	if len(q.Negative) > 0 {
		v["negative"] = q.Negative
	}
	if q.Text != "" {
		v.Set("text", q.Text)
	}
	return v
}

func (a *server) getRecommendations(r *request) (*reply, error) {
	return a.jsonList(a.recommendationList)(r)
}

// RecommendationRequest asks for papers like Positive and Text and unlike Negative. The names that Semantic Scholar
// gives the two lists are understood as well, so that its clients need only another host.
type RecommendationRequest struct {
	Positive         []string `json:"positive"`
	Negative         []string `json:"negative"`
	PositivePaperIDs []string `json:"positivePaperIds"`
	NegativePaperIDs []string `json:"negativePaperIds"`
	Text             string   `json:"text"`
	Exclude          []string `json:"exclude"`
	ExcludeTopics    []int    `json:"exclude_topic"`
	Topics           []int    `json:"topic"`
	Categories       []string `json:"category"`
	PublishedAfter   string   `json:"published_after"`
	PublishedBefore  string   `json:"published_before"`
	MinScore         float32  `json:"min_score"`
	Diversity        float32  `json:"diversity"`
	Explain          bool     `json:"explain"`
	Limit            int      `json:"limit"`
	Cursor           string   `json:"cursor"`
	Fields           []string `json:"fields"`
}

// query checks the request and returns what to ask. Every field that is wrong is reported, by its pointer.
func (in *RecommendationRequest) query() (recommend.Query, error) {
	q := recommend.Query{
		Positive: canonicalIDs(append(in.Positive, in.PositivePaperIDs...)),
		Negative: canonicalIDs(append(in.Negative, in.NegativePaperIDs...)),
		Text:     strings.TrimSpace(in.Text), MinScore: in.MinScore, Diversity: in.Diversity, Explain: in.Explain,
		Filter: recommend.Filter{Topics: in.Topics, ExcludeTopics: in.ExcludeTopics, Categories: in.Categories, Exclude: canonicalIDs(in.Exclude)},
	}
	var errs []FieldError
	fail := func(pointer, detail string, args ...any) {
		errs = append(errs, FieldError{Pointer: pointer, Detail: fmt.Sprintf(detail, args...)})
	}
	date := func(pointer, s string) data.Date {
		d, err := data.ParseDate(s)
		if err != nil {
			fail(pointer, "%s is %q; it must be YYYY, YYYY-MM or YYYY-MM-DD.", pointer[1:], clip(s, 40))
		}
		return d
	}
	q.After, q.Before = date("/published_after", in.PublishedAfter), date("/published_before", in.PublishedBefore)
	if len(q.Positive) == 0 && blank(q.Text) {
		fail("/positive", "positive and text are both empty; give ids of papers, a text, or both.")
	}
	if n := len(q.Positive) + len(q.Negative); n > recommend.MaxSeeds {
		fail("/positive", "positive and negative hold %d ids; at most %d are allowed.", n, recommend.MaxSeeds)
	}
	if len(in.Text) > recommend.MaxText {
		fail("/text", "text has %d bytes; at most %d are read.", len(in.Text), recommend.MaxText)
	}
	for _, list := range []struct {
		name   string
		topics []int
	}{{"topic", in.Topics}, {"exclude_topic", in.ExcludeTopics}} {
		for i, t := range list.topics {
			if t <= 0 || t > math.MaxInt32 {
				fail(fmt.Sprintf("/%s/%d", list.name, i), "%s holds %d; topics are named by their numbers; "+TopicsHint+".", list.name, t)
			}
		}
	}
	if len(in.Exclude) > recommend.MaxExclude {
		fail("/exclude", "exclude holds %d ids; at most %d are allowed.", len(in.Exclude), recommend.MaxExclude)
	}
	if !(in.MinScore >= 0 && in.MinScore <= 1) {
		fail("/min_score", "min_score is %v; it must be a number from 0 to 1.", in.MinScore)
	}
	if !(in.Diversity >= 0 && in.Diversity <= 1) {
		fail("/diversity", "diversity is %v; it must be a number from 0 to 1.", in.Diversity)
	}
	if in.Limit < 0 || in.Limit > recommend.MaxLimit {
		fail("/limit", "limit is %d; it must be a whole number from 1 to %d.", in.Limit, recommend.MaxLimit)
	}
	if errs != nil {
		return q, badRequest(errs...)
	}
	return q, nil
}

func (a *server) postRecommendations(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	var in RecommendationRequest
	if err := readJSON(r.c.Request, &in); err != nil {
		return nil, err
	}
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	fields, err := bodyFields(in.Fields, listFields)
	if err != nil {
		return nil, err
	}
	r.resumeAt(in.Cursor)
	pg, err := in.page(r, q)
	if err != nil {
		return nil, err
	}
	l, err := r.recommend(q, pg)
	if err != nil {
		return nil, err
	}
	if err := refuseUnknown(l, q); err != nil {
		return nil, err
	}
	l.html = "/list?" + seedQuery(recommend.Query{Positive: q.Positive, Negative: q.Negative}).Encode()
	return r.listReply(l, fields)
}

// page returns the part of the list that the request asks for.
func (in *RecommendationRequest) page(r *request, q recommend.Query) (page, error) {
	scope := fmt.Sprintf("post %q %q %q %+v %v %v", q.Positive, q.Negative, q.Text, q.Filter, q.MinScore, q.Diversity)
	pg := page{limit: in.Limit, bound: r.bind(fingerprint(scope, nil)), hold: r.hold}
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
