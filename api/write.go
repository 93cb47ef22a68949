package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"kindred/api/problem"
	"kindred/api/wire"
	"kindred/data"
)

// maxExact is the largest integer that every reader of JSON takes exactly (RFC 8259, section 6).
const maxExact = 1<<53 - 1

// maxPapers is how many papers one request may store.
const maxPapers = 1000

// writeRoutes change something, and so need a key.
func (a *server) writeRoutes() []route {
	return []route{
		{http.MethodPost, "/v1/papers", a.write(a.putPapers)},
		{http.MethodDelete, "/v1/papers/{paper}", a.write(a.deletePaper)},
		{http.MethodPost, "/v1/refit", a.write(a.refit)},
		{http.MethodGet, "/v1/topics/edits", a.write(a.listEdits)},
		{http.MethodPost, "/v1/topics/edits", a.write(a.addEdit)},
		{http.MethodPost, "/v1/topics/edits/preview", a.write(a.previewEdit)},
		{http.MethodDelete, "/v1/topics/edits/{edit}", a.write(a.undoEdit)},
		{http.MethodGet, "/curate", a.post(a.curatePage)}, // the form of these edits
		{http.MethodPost, "/curate", a.post(a.curateForm)},
	}
}

// putPapers stores papers: one, an array of them, or {"papers": […]}. Sending the same again changes nothing.
func (a *server) putPapers(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	if a.cfg.Writer == nil {
		return nil, problem.New(http.StatusForbidden, "This server takes no papers.")
	}
	var raw json.RawMessage
	if err := readJSONWith(r.c.Request, &raw, isField); err != nil {
		return nil, err
	}
	papers, err := decodePapers(raw)
	if err != nil {
		return nil, err
	}
	out, err := a.cfg.Writer.Put(r.durable(), papers)
	if err != nil {
		return nil, fmt.Errorf("store papers: %w", err)
	}
	return jsonReply(wire.Change[any]{Data: out})
}

// isField reports whether a pointer leads to a field of an object, and not to an element of an array. Programs write
// null for a field that a paper does not have.
func isField(pointer string) bool {
	last := pointer[strings.LastIndexByte(pointer, '/')+1:]
	_, err := strconv.Atoi(last)
	return last != "" && err != nil
}

// decodePapers reads one paper or many, and checks each. Pointers of errors name the paper by its place.
func decodePapers(raw json.RawMessage) ([]*data.Paper, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '[' {
		return decodeMany(raw, "")
	}
	var wrapper map[string]json.RawMessage
	if err := strictJSON(raw, &wrapper); err != nil {
		return nil, bodyError(err)
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
		return nil, bodyError(err)
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
		bad := problem.Of(bodyError(err))
		for i := range bad.Errors {
			bad.Errors[i].Pointer = at + bad.Errors[i].Pointer
		}
		return nil, bad
	}
	if blank(p.Title) {
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

// deletePaper removes a paper. Removing one that is not there is no error: what was asked for holds.
func (a *server) deletePaper(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	if a.cfg.Writer == nil {
		return nil, problem.New(http.StatusForbidden, "This server removes no papers.")
	}
	n, err := a.cfg.Writer.Delete(r.durable(), canonical(r.id))
	if err != nil {
		return nil, fmt.Errorf("delete %s: %w", r.id, err)
	}
	return jsonReply(wire.Change[any]{Data: map[string]int{"deleted": n}})
}

// refit starts learning a new model.
func (a *server) refit(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	if a.cfg.Refit == nil {
		return nil, problem.New(http.StatusNotImplemented, "This server does not learn; run `kindred fit`.")
	}
	rep, err := jsonReply(wire.Change[any]{Data: map[string]bool{"started": a.cfg.Refit()}})
	if err == nil {
		rep.status = http.StatusAccepted
	}
	return rep, err
}
