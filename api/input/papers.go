package input

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"kindred/api/problem"
	"kindred/data"
)

// maxExact is the largest integer that every reader of JSON takes exactly (RFC 8259, section 6).
const maxExact = 1<<53 - 1

// maxPapers is how many papers one request may store.
const maxPapers = 1000

// IsField reports whether a pointer leads to a field of an object, and not to an element of an array. Programs write
// null for a field that a paper does not have.
func IsField(pointer string) bool {
	last := pointer[strings.LastIndexByte(pointer, '/')+1:]
	_, err := strconv.Atoi(last)
	return last != "" && err != nil
}

// Papers reads one paper or many, and checks each. Pointers of errors name the paper by its place.
func Papers(raw json.RawMessage) ([]*data.Paper, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '[' {
		return decodeMany(raw, "")
	}
	var wrapper map[string]json.RawMessage
	if err := strictJSON(raw, &wrapper); err != nil {
		return nil, BodyError(err)
	}
	if many, ok := wrapper["papers"]; ok {
		if len(wrapper) > 1 {
			return nil, problem.At("/papers", "Beside papers the body may hold nothing else.")
		}
		return decodeMany(many, "/papers")
	}
	p, err := decodePaper(raw, "")
	if err != nil {
		return nil, err
	}
	return []*data.Paper{p}, nil
}

func decodeMany(raw json.RawMessage, at string) ([]*data.Paper, error) {
	var each []json.RawMessage
	if err := strictJSON(raw, &each); err != nil {
		return nil, BodyError(err)
	}
	if len(each) == 0 || len(each) > maxPapers {
		return nil, problem.At(at, "The body holds %d papers; 1 to %d are allowed.", len(each), maxPapers)
	}
	papers := make([]*data.Paper, len(each))
	var errs []problem.Field
	for i, one := range each {
		p, err := decodePaper(one, fmt.Sprintf("%s/%d", at, i))
		if err != nil {
			errs = append(errs, err.Errors...)
			continue
		}
		papers[i] = p
	}
	if errs != nil {
		return nil, problem.Invalid(errs...)
	}
	return papers, nil
}

func decodePaper(raw json.RawMessage, at string) (*data.Paper, *problem.Problem) {
	var p data.Paper
	if err := strictJSON(raw, &p); err != nil {
		bad := problem.Of(BodyError(err))
		for i := range bad.Errors {
			bad.Errors[i].Pointer = at + bad.Errors[i].Pointer
		}
		return nil, bad
	}
	if Blank(p.Title) {
		return nil, problem.At(at+"/title", "title is missing; a paper needs one.")
	}
	for _, n := range []struct {
		field string
		count int
	}{{"author_count", p.AuthorCount}, {"upvotes", p.Upvotes}, {"comments", p.Comments}} {
		if n.count > maxExact || n.count < -maxExact {
			return nil, problem.At(at+"/"+n.field, "%s is %d; it must be from -%d to %d.", n.field, n.count, maxExact, maxExact)
		}
	}
	if err := p.Normalize(); err != nil {
		if bound := (*data.BoundError)(nil); errors.As(err, &bound) {
			at += "/" + bound.Field
		}
		return nil, problem.At(at, "%v", err)
	}
	return &p, nil
}

func strictJSON(raw json.RawMessage, v any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("%w: something follows the JSON value", data.ErrInvalid)
	}
	return nil
}

// Batch asks for several papers at once.
type Batch struct {
	IDs    []string `json:"ids"`
	Fields []string `json:"fields"`
}
