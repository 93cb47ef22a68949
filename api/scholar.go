package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"kindred/data"
	"kindred/recommend"
)

// This file answers in the shapes of Semantic Scholar's Graph and Recommendations APIs, so that a client of theirs works
// after its host is changed. Fields that we know nothing of are left out.

// ScholarPaper is a paper under Semantic Scholar's names.
type ScholarPaper struct {
	PaperID       string            `json:"paperId"`
	Title         string            `json:"title,omitempty"`
	Abstract      string            `json:"abstract,omitempty"`
	Year          int               `json:"year,omitempty"`
	Date          string            `json:"publicationDate,omitempty"`
	Venue         string            `json:"venue,omitempty"`
	URL           string            `json:"url,omitempty"`
	Authors       []ScholarAuthor   `json:"authors,omitempty"`
	ExternalIDs   map[string]string `json:"externalIds,omitempty"`
	FieldsOfStudy []string          `json:"fieldsOfStudy,omitempty"`
	Score         *float32          `json:"score,omitempty"` // ours: on request, among the fields
}

// ScholarAuthor is an author under Semantic Scholar's names; we give authors no ids.
type ScholarAuthor struct {
	AuthorID *string `json:"authorId"`
	Name     string  `json:"name"`
}

var scholarFields = []string{"paperId", "title", "abstract", "year", "publicationDate", "venue", "url", "authors", "externalIds", "fieldsOfStudy", "score"}

// scholarFields reads fields; sub-fields such as authors.name count as their field.
func (r *request) scholarFields() []string {
	names := r.list("fields")
	if len(names) == 0 {
		return []string{"paperId", "title"}
	}
	for i, name := range names {
		name, _, _ = strings.Cut(name, ".")
		if !slices.Contains(scholarFields, name) {
			r.fail("fields", "fields holds %q; valid ones are %s.", clip(name, 40), strings.Join(scholarFields, ", "))
		}
		names[i] = name
	}
	return names
}

func scholarPaper(it *item, fields []string) ScholarPaper {
	p := it.Paper
	out := ScholarPaper{PaperID: p.ID}
	for _, f := range fields {
		switch f {
		case "title":
			out.Title = p.Title
		case "abstract":
			out.Abstract = p.Abstract
		case "year":
			out.Year = p.Published.Year
		case "publicationDate":
			if p.Published.Day != 0 {
				out.Date = p.Published.String()
			}
		case "venue":
			out.Venue = p.Venue
		case "url":
			out.URL = p.SourceURL()
		case "authors":
			for _, name := range p.Authors {
				out.Authors = append(out.Authors, ScholarAuthor{Name: name})
			}
		case "externalIds":
			out.ExternalIDs = externalIDs(p)
		case "fieldsOfStudy":
			out.FieldsOfStudy = p.Categories
		case "score":
			if it.Ranked {
				out.Score = &it.Score
			}
		}
	}
	return out
}

// externalIDs returns the ids of p by Semantic Scholar's names for where they come from.
func externalIDs(p *data.Paper) map[string]string {
	out := make(map[string]string)
	names := map[string]string{"arxiv": "ArXiv", "doi": "DOI", "acl": "ACL", "pmid": "PubMed", "pmc": "PubMedCentral", "mag": "MAG", "openalex": "OpenAlex"}
	for _, id := range append([]string{p.ID}, p.Aliases...) {
		kind, rest, _ := strings.Cut(id, ":")
		if name, ok := names[kind]; ok && out[name] == "" {
			out[name] = rest
		}
	}
	if p.ArXiv != "" {
		out["ArXiv"] = p.ArXiv
	}
	if p.DOI != "" {
		out["DOI"] = p.DOI
	}
	return out
}

func (a *server) scholarRoutes(get func(string, time.Duration, handler) route, post func(string, handler) route) []route {
	return []route{
		get("/graph/v1/paper/search", time.Minute, a.scholarSearch),
		get("/graph/v1/paper/{paper}", time.Minute, a.scholarPaper),
		post("/graph/v1/paper/batch", a.scholarBatch),
		get("/recommendations/v1/papers/forpaper/{paper}", time.Minute, a.scholarSimilar),
		post("/recommendations/v1/papers", a.scholarRecommend),
	}
}

func (a *server) scholarPaper(r *request) (*reply, error) {
	fields := r.scholarFields()
	if err := r.done(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	return jsonReply(scholarPaper(&item{Paper: p}, fields))
}

// scholarBatch answers with an array in the order of the ids, null where there is none.
func (a *server) scholarBatch(r *request) (*reply, error) {
	fields := r.scholarFields()
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
	out := make([]*ScholarPaper, len(in.IDs))
	for i, id := range in.IDs {
		if len(missing) > 0 && missing[0] == id {
			missing = missing[1:]
			continue
		}
		p := scholarPaper(&item{Paper: papers[0]}, fields)
		papers = papers[1:]
		out[i] = &p
	}
	return jsonReply(out)
}

// scholarSearch pages by offset, as theirs does.
func (a *server) scholarSearch(r *request) (*reply, error) {
	words := r.one("query")
	fields := r.scholarFields()
	pg := page{limit: r.integer("limit", scholarLimit, 1, scholarLimit), offset: r.integer("offset", 0, 0, recommend.MaxLimit-1)}
	var q recommend.Query
	q.After, q.Before = r.years("year")
	q.Categories = r.list("fieldsOfStudy")
	if words == "" {
		r.fail("query", "query is missing; give the words to search for.")
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	l, err := r.find(words, q, pg)
	if err != nil {
		return nil, err
	}
	out := map[string]any{"total": l.Total, "offset": pg.offset, "data": scholarPapers(l, fields)}
	if next := pg.offset + len(l.Items); len(l.Items) > 0 && next < l.Total {
		out["next"] = next
	}
	return jsonReply(out)
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
		y, err := strconv.Atoi(v.text)
		if err != nil || y < 1 || y > 9999 {
			p.fail(name, "%s is %q; it must be a year or a range of years such as 2016-2020.", name, clip(s, 40))
			return data.Date{}, data.Date{}
		}
		v.date.Year = y
	}
	return after, before
}

func scholarPapers(l *listing, fields []string) []ScholarPaper {
	out := make([]ScholarPaper, len(l.Items))
	for i := range l.Items {
		out[i] = scholarPaper(&l.Items[i], fields)
	}
	return out
}

// scholarLimit is the number of papers in their answers by default, and their largest number of search results.
// maxScholarLimit is their largest number of recommendations.
const (
	scholarLimit    = 100
	maxScholarLimit = 500
)

// scholarSimilar takes their parameter from, which chooses a pool of papers, and answers from all papers for each.
func (a *server) scholarSimilar(r *request) (*reply, error) {
	r.choice("from", "recent", "all-cs")
	fields := r.scholarFields()
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
	return jsonReply(map[string]any{"recommendedPapers": scholarPapers(l, fields)})
}

func (a *server) scholarRecommend(r *request) (*reply, error) {
	fields := r.scholarFields()
	pg := page{limit: r.integer("limit", scholarLimit, 1, maxScholarLimit)}
	if err := r.done(); err != nil {
		return nil, err
	}
	var in struct {
		Positive []string `json:"positivePaperIds"`
		Negative []string `json:"negativePaperIds"`
	}
	if err := readJSON(r.c.Request, &in); err != nil {
		return nil, err
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
			bad.Errors[0].Pointer = "/positivePaperIds"
		}
		return nil, bad
	}
	return jsonReply(map[string]any{"recommendedPapers": scholarPapers(l, fields)})
}
