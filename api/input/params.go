// Package input reads what a request says: the parameters of its address, and the bodies of the API, each checked with
// everything that is wrong named in one answer.
//
// What belongs here is the form of requests, and what they mean as a query. What does not belong here: how an error is
// worded as a whole (api/problem), and what needs a snapshot or a server to be found wrong (api).
package input

import (
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kindred/api/problem"
	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend"
)

// MaxIDs is how many ids one batch may hold, as at Semantic Scholar. Package recommend has the limits of queries.
const MaxIDs = 500

// Params reads the query of a URL and remembers what was asked for, so that a parameter nobody reads is an error that
// lists the valid ones: a misspelt filter must not look like a filter that keeps everything.
type Params struct {
	Values url.Values
	Cursor *problem.Problem // what is wrong with the cursor
	Strict bool             // an empty value is none of its kind; pages send their forms with empty fields

	known []string
	errs  []problem.Field
}

// Parse reads a raw query. A malformed escape is an error of the request.
func Parse(raw string) (*Params, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, problem.At("", "The query of the URL cannot be read (%v); escape it with percent signs.", err)
	}
	return &Params{Values: values}, nil
}

// Fail adds what is wrong with a parameter.
func (p *Params) Fail(name, detail string, args ...any) {
	p.errs = append(p.errs, problem.Field{Parameter: name, Detail: fmt.Sprintf(detail, args...)})
}

// page words the last error for a reader of pages. Such a reader meets it only where an address was changed by hand or cut
// off.
func (p *Params) page(text string, args ...any) {
	p.errs[len(p.errs)-1].Page = fmt.Sprintf(text, args...)
}

// misread says that a value is none that a parameter can have; rule says which it can.
func (p *Params) misread(name, value, rule string, args ...any) {
	value = readable.Clip(value, 40)
	p.Fail(name, "%s is %q; "+rule, append([]any{name, value}, args...)...)
	p.page("“%s” means nothing here as “%s” in the address of the page. Take it out of the address, or follow a link to the page.", value, name)
}

// One returns the value of a parameter that may be given once.
func (p *Params) One(name string) string {
	p.known = append(p.known, name)
	v := p.Values[name]
	if len(v) > 1 {
		p.Fail(name, "%s is given %d times; give it once.", name, len(v))
		p.page("The address of the page has “%s” %d times. Leave one of them.", name, len(v))
	}
	if len(v) == 0 {
		return ""
	}
	return strings.TrimSpace(v[0])
}

// Know takes parameters for known that are not read.
func (p *Params) Know(names ...string) { p.known = append(p.known, names...) }

// DoneAmong is Done for pages, which ignore what they do not know: newsletters and social networks append parameters of
// their own to the links that they pass on. names are known beside what was read.
func (p *Params) DoneAmong(names ...string) error {
	p.Know(names...)
	maps.DeleteFunc(p.Values, func(name string, _ []string) bool { return !slices.Contains(p.known, name) })
	return p.Done()
}

// Absent reports whether a value stands for none: it is not given, or empty where that is allowed.
func (p *Params) Absent(name, value string) bool {
	return value == "" && (!p.Strict || !p.Values.Has(name))
}

// List returns the values of a parameter that may be repeated; each may hold several, separated by commas.
func (p *Params) List(name string) []string {
	p.known = append(p.known, name)
	var out []string
	for _, v := range p.Values[name] {
		for s := range strings.SplitSeq(v, ",") {
			if s = strings.TrimSpace(s); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

// Integer reads a whole number from low to high, def where none is given.
func (p *Params) Integer(name string, def, low, high int) int {
	s := p.One(name)
	if p.Absent(name, s) {
		return def
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		p.misread(name, s, "it must be a whole number from %d to %d.", low, high)
		return def
	}
	return n
}

// Fraction reads a number in [0,1].
func (p *Params) Fraction(name string) float32 {
	s := p.One(name)
	if p.Absent(name, s) {
		return 0
	}
	v, err := strconv.ParseFloat(s, 32)
	if err != nil || math.IsNaN(v) || v < 0 || v > 1 {
		p.misread(name, s, "it must be a number from 0 to 1.")
		return 0
	}
	return float32(v)
}

// Boolean reads true or false, false where none is given.
func (p *Params) Boolean(name string) bool {
	s := p.One(name)
	switch {
	case p.Absent(name, s), s == "false":
		return false
	case s == "true":
		return true
	}
	p.misread(name, s, "it must be true or false.")
	return false
}

// Date reads a day, a month or a year, the zero date where none is given.
func (p *Params) Date(name string) data.Date {
	s := p.One(name)
	d, err := data.ParseDate(s)
	if err != nil {
		p.Fail(name, "%s is %q; it must be YYYY, YYYY-MM or YYYY-MM-DD.", name, readable.Clip(s, 40))
		p.page("“%s” is no date; write it as 2024, 2024-06 or 2024-06-30.", readable.Clip(s, 40))
	}
	return d
}

// Integers reads numbers of topics.
func (p *Params) Integers(name string) []int {
	var out []int
	for _, s := range p.List(name) {
		n, err := strconv.Atoi(s)
		if err != nil || n <= 0 || n > math.MaxInt32 {
			bad := problem.Field{Parameter: name}
			bad.Detail, bad.Page = problem.Topics.After("%s holds %q; topics are named by their numbers", name, readable.Clip(s, 40))
			p.errs = append(p.errs, bad)
			continue
		}
		out = append(out, n)
	}
	return out
}

// Choice reads one of a few words, the first of which is the default.
func (p *Params) Choice(name string, words ...string) string {
	s := p.One(name)
	if p.Absent(name, s) {
		return words[0]
	}
	if !slices.Contains(words, s) {
		p.misread(name, s, "it must be one of %s.", strings.Join(words, ", "))
		return words[0]
	}
	return s
}

// IDs reads paper ids. Commas separate them only where what follows is an id again: DOIs may hold commas.
func (p *Params) IDs(name string) []string {
	p.known = append(p.known, name)
	var out []string
	for _, v := range p.Values[name] {
		out = append(out, SplitIDs(v)...)
	}
	if len(out) > recommend.MaxSeeds {
		p.Fail(name, "%s holds %d ids; at most %d are allowed.", name, len(out), recommend.MaxSeeds)
		p.page("The list holds %d papers; at most %d are used.", len(out), recommend.MaxSeeds)
		return nil
	}
	return out
}

// SplitIDs returns the ids that a value lists, separated by commas; see [Params.IDs].
func SplitIDs(v string) []string {
	var out []string
	for s := range strings.SplitSeq(v, ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		// A piece such as "2-a" after "doi:10.1/x" is the rest of that DOI.
		last := len(out) - 1
		if last >= 0 && strings.Contains(out[last], "10.") && !strings.ContainsAny(s, ":./") {
			out[last] += "," + s
			continue
		}
		out = append(out, s)
	}
	return out
}

// Done reports everything that is wrong with the query, unknown parameters included.
func (p *Params) Done() error {
	unknown := make([]string, 0)
	for name := range p.Values {
		if !slices.Contains(p.known, name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	valid := slices.Clone(p.known)
	slices.Sort(valid)
	for _, name := range unknown {
		if len(valid) == 0 {
			p.Fail(readable.Clip(name, 60), "%s is not a parameter; this address takes none.", readable.Clip(name, 60))
			continue
		}
		p.Fail(readable.Clip(name, 60), "%s is not a parameter here; valid ones are %s.", readable.Clip(name, 60), strings.Join(slices.Compact(valid), ", "))
	}
	if len(p.errs) > 0 {
		return problem.Invalid(p.errs...)
	}
	if p.Cursor != nil {
		return p.Cursor
	}
	return nil
}
