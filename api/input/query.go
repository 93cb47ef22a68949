package input

import (
	"math"
	"slices"
	"strings"

	"kindred/api/problem"
	"kindred/api/wire"
	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend"
)

// Filter reads the filters that every ranked answer takes. [Recommendations] has the same for bodies.
func (p *Params) Filter() recommend.Filter {
	return recommend.Filter{
		After:         p.Date("published_after"),
		Before:        p.Date("published_before"),
		Topics:        p.Integers("topic"),
		ExcludeTopics: p.Integers("exclude_topic"),
		Categories:    p.List("category"),
		Exclude:       wire.CanonicalIDs(p.IDs("exclude")),
	}
}

// Query reads what shapes a ranked answer, but for seeds and paging.
func (p *Params) Query() recommend.Query {
	return recommend.Query{
		MinScore:  p.Fraction("min_score"),
		Diversity: p.Fraction("diversity"),
		Explain:   p.Boolean("explain"),
		Filter:    p.Filter(),
	}
}

// CheckQuery calls fail for everything that is wrong with a query, with the name that the field has among parameters as
// well as in a body.
func CheckQuery(q *recommend.Query, fail func(name, detail string, args ...any)) {
	if len(q.Positive) == 0 && Blank(q.Text) {
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

// What an unknown paper, or a text without a known word, is answered with: an error, by default, or an empty list. A
// browser tells every error on the console of the page that asked, so the widget asks for lists.
const UnknownEmpty = "empty"

var Unknown = []string{"error", UnknownEmpty}

// Recommendations asks for papers like Positive and Text and unlike Negative. The names that Semantic Scholar
// gives the two lists are understood as well, so that its clients need only another host.
type Recommendations struct {
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

// Query checks the request and returns what to ask. Every field that is wrong is reported, by its pointer.
func (in *Recommendations) Query() (recommend.Query, error) {
	q, wrong := in.read()
	if in.HalfLife != 0 {
		wrong.Fail("half_life", "half_life goes with library or bibliography alone.")
	}
	CheckQuery(&q, wrong.Fail)
	if wrong != nil {
		return q, problem.Invalid(wrong...)
	}
	return q, nil
}

// read returns the query of the fields, and what is wrong with them one by one.
func (in *Recommendations) read() (q recommend.Query, wrong problem.Faults) {
	q = recommend.Query{
		Positive: wire.CanonicalIDs(append(in.Positive, in.PositivePaperIDs...)),
		Negative: wire.CanonicalIDs(append(in.Negative, in.NegativePaperIDs...)),
		Text:     strings.TrimSpace(in.Text), MinScore: in.MinScore, Diversity: in.Diversity, Explain: in.Explain,
		Limit: in.Limit,
		Filter: recommend.Filter{
			Topics: in.Topics, ExcludeTopics: in.ExcludeTopics, Categories: in.Categories,
			Exclude: wire.CanonicalIDs(in.Exclude),
		},
	}
	date := func(name, s string) data.Date {
		d, err := data.ParseDate(s)
		if err != nil {
			wrong.Fail(name, "%s is %q; it must be YYYY, YYYY-MM or YYYY-MM-DD.", name, readable.Clip(s, 40))
		}
		return d
	}
	q.After, q.Before = date("published_after", in.PublishedAfter), date("published_before", in.PublishedBefore)
	if in.Unknown != "" && !slices.Contains(Unknown, in.Unknown) {
		wrong.Fail("unknown", "unknown is %q; it must be one of %s.", readable.Clip(in.Unknown, 40), strings.Join(Unknown, ", "))
	}
	wrong.Topics("topic", in.Topics)
	wrong.Topics("exclude_topic", in.ExcludeTopics)
	return q, wrong
}

// LibraryQuery checks a request with a library and returns what to ask, but for the papers of its bibliography.
func (in *Recommendations) LibraryQuery() (recommend.Query, recommend.LibraryQuery, error) {
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
	CheckQuery(&checked, wrong.Fail)
	if wrong != nil {
		return q, recommend.LibraryQuery{}, problem.Invalid(wrong...)
	}
	return q, recommend.LibraryQuery{
		Papers: wire.CanonicalIDs(in.Library), Negative: q.Negative, HalfLife: in.HalfLife, Limit: q.Limit, MinScore: q.MinScore,
		Explain: q.Explain, Filter: q.Filter,
	}, nil
}

// Classify asks for the topics of a text, given whole or as title and abstract.
type Classify struct {
	Text     string `json:"text"`
	Title    string `json:"title"`
	Abstract string `json:"abstract"`
	Limit    int    `json:"limit"`
}

// Words checks the request and returns the text.
func (in *Classify) Words() (string, error) {
	text := strings.TrimSpace(in.Text)
	if text == "" {
		text = strings.TrimSpace(in.Title + "\n" + in.Abstract)
	}
	var wrong problem.Faults
	if Blank(text) {
		wrong.Fail("text", "text is missing; give text, or title and abstract.")
	}
	if len(text) > recommend.MaxText {
		wrong.Fail("text", "text has %d bytes; at most %d are read.", len(text), recommend.MaxText)
	}
	if in.Limit < 0 || in.Limit > recommend.MaxLimit {
		wrong.Fail("limit", "limit is %d; it must be a whole number from 1 to %d.", in.Limit, recommend.MaxLimit)
	}
	if wrong != nil {
		return "", problem.Invalid(wrong...)
	}
	return text, nil
}
