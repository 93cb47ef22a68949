package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"kindred/api/problem"
	"kindred/data"
	"kindred/recommend"
)

// maxIDs is how many ids one batch may hold, as at Semantic Scholar. Package recommend has the limits of queries.
const maxIDs = 500

// params reads the query of a URL and remembers what was asked for, so that a parameter nobody reads is an error that
// lists the valid ones: a misspelt filter must not look like a filter that keeps everything.
type params struct {
	values url.Values
	known  []string
	errs   []problem.Field
	cursor *problem.Problem // what is wrong with the cursor
	strict bool             // an empty value is none of its kind; pages send their forms with empty fields
}

// parseQuery reads a raw query. A malformed escape is an error of the request.
func parseQuery(raw string) (*params, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, problem.At("", "The query of the URL cannot be read (%v); escape it with percent signs.", err)
	}
	return &params{values: values}, nil
}

func (p *params) fail(name, detail string, args ...any) {
	p.errs = append(p.errs, problem.Field{Parameter: name, Detail: fmt.Sprintf(detail, args...)})
}

// misread says that a value is none that a parameter can have; rule says which it can. A reader of pages meets that only
// where an address was changed by hand or cut off.
func (p *params) misread(name, value, rule string, args ...any) {
	p.fail(name, "%s is %q; "+rule, append([]any{name, clip(value, 40)}, args...)...)
	p.errs[len(p.errs)-1].Page = fmt.Sprintf("“%s” means nothing here as “%s” in the address of the page. Take it out of the address, or follow a link to the page.", clip(value, 40), name)
}

// one returns the value of a parameter that may be given once.
func (p *params) one(name string) string {
	p.known = append(p.known, name)
	v := p.values[name]
	if len(v) > 1 {
		p.fail(name, "%s is given %d times; give it once.", name, len(v))
		p.errs[len(p.errs)-1].Page = fmt.Sprintf("The address of the page has “%s” %d times. Leave one of them.", name, len(v))
	}
	if len(v) == 0 {
		return ""
	}
	return strings.TrimSpace(v[0])
}

// absent reports whether a value stands for none: it is not given, or empty where that is allowed.
func (p *params) absent(name, value string) bool {
	return value == "" && (!p.strict || !p.values.Has(name))
}

// list returns the values of a parameter that may be repeated; each may hold several, separated by commas.
func (p *params) list(name string) []string {
	p.known = append(p.known, name)
	var out []string
	for _, v := range p.values[name] {
		for s := range strings.SplitSeq(v, ",") {
			if s = strings.TrimSpace(s); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}

func (p *params) integer(name string, def, low, high int) int {
	s := p.one(name)
	if p.absent(name, s) {
		return def
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		p.misread(name, s, "it must be a whole number from %d to %d.", low, high)
		return def
	}
	return n
}

// fraction reads a number in [0,1].
func (p *params) fraction(name string) float32 {
	s := p.one(name)
	if p.absent(name, s) {
		return 0
	}
	v, err := strconv.ParseFloat(s, 32)
	if err != nil || math.IsNaN(v) || v < 0 || v > 1 {
		p.misread(name, s, "it must be a number from 0 to 1.")
		return 0
	}
	return float32(v)
}

func (p *params) boolean(name string) bool {
	s := p.one(name)
	switch {
	case p.absent(name, s), s == "false":
		return false
	case s == "true":
		return true
	}
	p.misread(name, s, "it must be true or false.")
	return false
}

func (p *params) date(name string) data.Date {
	s := p.one(name)
	d, err := data.ParseDate(s)
	if err != nil {
		p.fail(name, "%s is %q; it must be YYYY, YYYY-MM or YYYY-MM-DD.", name, clip(s, 40))
		p.errs[len(p.errs)-1].Page = fmt.Sprintf("“%s” is no date; write it as 2024, 2024-06 or 2024-06-30.", clip(s, 40))
	}
	return d
}

func (p *params) integers(name string) []int {
	var out []int
	for _, s := range p.list(name) {
		n, err := strconv.Atoi(s)
		if err != nil || n <= 0 || n > math.MaxInt32 {
			bad := problem.Field{Parameter: name}
			bad.Detail, bad.Page = problem.Topics.After("%s holds %q; topics are named by their numbers", name, clip(s, 40))
			p.errs = append(p.errs, bad)
			continue
		}
		out = append(out, n)
	}
	return out
}

// choice reads one of a few words, the first of which is the default.
func (p *params) choice(name string, words ...string) string {
	s := p.one(name)
	if p.absent(name, s) {
		return words[0]
	}
	if !slices.Contains(words, s) {
		p.misread(name, s, "it must be one of %s.", strings.Join(words, ", "))
		return words[0]
	}
	return s
}

// ids reads paper ids. Commas separate them only where what follows is an id again: DOIs may hold commas.
func (p *params) ids(name string) []string {
	p.known = append(p.known, name)
	var out []string
	for _, v := range p.values[name] {
		out = append(out, splitIDs(v)...)
	}
	if len(out) > recommend.MaxSeeds {
		p.fail(name, "%s holds %d ids; at most %d are allowed.", name, len(out), recommend.MaxSeeds)
		p.errs[len(p.errs)-1].Page = fmt.Sprintf("The list holds %d papers; at most %d are used.", len(out), recommend.MaxSeeds)
		return nil
	}
	return out
}

func splitIDs(v string) []string {
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

// done reports everything that is wrong with the query, unknown parameters included.
func (p *params) done() error {
	unknown := make([]string, 0)
	for name := range p.values {
		if !slices.Contains(p.known, name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	valid := slices.Clone(p.known)
	slices.Sort(valid)
	for _, name := range unknown {
		if len(valid) == 0 {
			p.fail(clip(name, 60), "%s is not a parameter; this address takes none.", clip(name, 60))
			continue
		}
		p.fail(clip(name, 60), "%s is not a parameter here; valid ones are %s.", clip(name, 60), strings.Join(slices.Compact(valid), ", "))
	}
	if len(p.errs) > 0 {
		return problem.Invalid(p.errs...)
	}
	if p.cursor != nil {
		return p.cursor
	}
	return nil
}

// readJSON decodes the body of r into v. Wrong types and unknown fields are errors that point to the field.
func readJSON(r *http.Request, v any) error { return readJSONWith(r, v, nil) }

// readJSONWith is readJSON for a body that may hold null where nullable, which takes a JSON pointer, says so.
func readJSONWith(r *http.Request, v any, nullable func(pointer string) bool) error {
	if typ, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || typ != "application/json" {
		return problem.New(http.StatusUnsupportedMediaType, "The body must be JSON, with the header Content-Type: application/json.")
	}
	var raw json.RawMessage
	dec := json.NewDecoder(r.Body)
	if err := dec.Decode(&raw); err != nil {
		return bodyError(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return problem.At("", "The body goes on after its JSON value; send one value.")
	}
	if at, ok := findNull(json.NewDecoder(bytes.NewReader(raw)), "", nullable); ok {
		return problem.At(at, "%s is null; give a value, or leave it out.", cmp.Or(at, "The body"))
	}
	dec = json.NewDecoder(bytes.NewReader(wholeNumbers(raw)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return bodyError(err)
	}
	return nil
}

// wholeNumbers returns JSON with 14.0 written as 14. To JSON Schema both are integers, to package json only the latter.
func wholeNumbers(raw []byte) []byte {
	var out []byte // nil while nothing had to change
	kept := 0      // bytes of raw that are in out or stand for themselves
	quoted := false
	for i := 0; i < len(raw); i++ {
		switch {
		case quoted && raw[i] == '\\':
			i++
		case raw[i] == '"':
			quoted = !quoted
		case !quoted && raw[i] == '.':
			end := i + 1
			for end < len(raw) && raw[end] == '0' {
				end++
			}
			if end == len(raw) || strings.IndexByte("123456789eE", raw[end]) < 0 {
				out = append(out, raw[kept:i]...)
				kept = end
			}
			i = end - 1
		}
	}
	if kept == 0 {
		return raw
	}
	return append(out, raw[kept:]...)
}

// blank reports whether a text has nothing but spaces and control characters.
func blank(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.IsControl(r) }) < 0
}

// findNull returns the JSON pointer (RFC 6901) of the first null, but for nullable ones, in the value that dec comes
// to. Package json takes null for the zero value, so that a null among ids would be the empty id.
func findNull(dec *json.Decoder, at string, nullable func(string) bool) (pointer string, ok bool) {
	t, err := dec.Token()
	if err != nil {
		return "", false
	}
	if t == nil {
		return at, nullable == nil || !nullable(at)
	}
	open, _ := t.(json.Delim)
	for i := 0; (open == '{' || open == '[') && dec.More(); i++ {
		name := strconv.Itoa(i)
		if open == '{' {
			key, err := dec.Token()
			if err != nil {
				return "", false
			}
			name = strings.NewReplacer("~", "~0", "/", "~1").Replace(fmt.Sprint(key))
		}
		if found, ok := findNull(dec, at+"/"+name, nullable); ok {
			return found, true
		}
	}
	if open == '{' || open == '[' {
		if _, err := dec.Token(); err != nil { // what closes it
			return "", false
		}
	}
	return "", false
}

func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	var typ *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &tooLarge):
		return err
	case errors.As(err, &typ):
		return problem.At(pointer(typ.Field), "%s is a JSON %s where %s is wanted.", cmp.Or(typ.Field, "The body"), typ.Value, wanted(typ.Type.Kind().String()))
	case errors.As(err, &syntax):
		return problem.At("", "The body is not JSON: %v at byte %d.", syntax, syntax.Offset)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return problem.At("", "The body ends before its JSON value does.")
	case errors.Is(err, data.ErrInvalid):
		return problem.At("", "%v", err)
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		if plain, uerr := strconv.Unquote(name); uerr == nil {
			name = plain
		}
		return problem.At(pointer(name), "%q is not a field of this body; /docs lists the fields.", clip(name, 60))
	}
	return problem.At("", "The body cannot be read: %v", err)
}

// pointer turns the dotted path of encoding/json into a JSON pointer.
func pointer(field string) string {
	if field == "" {
		return ""
	}
	field = strings.NewReplacer("~", "~0", "/", "~1").Replace(field)
	return "/" + strings.ReplaceAll(field, ".", "/")
}

func wanted(kind string) string {
	switch kind {
	case "slice", "array":
		return "an array"
	case "struct", "map":
		return "an object"
	case "int", "int64", "uint64", "float32", "float64":
		return "a number"
	case "bool":
		return "true or false"
	}
	return "a " + kind
}
