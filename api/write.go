package api

import (
	"encoding/json"
	"fmt"
	"net/http"

	"kindred/api/input"
	"kindred/api/problem"
	"kindred/api/wire"
)

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
	if err := r.Done(); err != nil {
		return nil, err
	}
	if a.cfg.Writer == nil {
		return nil, problem.New(http.StatusForbidden, "This server takes no papers.")
	}
	var raw json.RawMessage
	if err := input.JSONWith(r.c.Request, &raw, input.IsField); err != nil {
		return nil, err
	}
	papers, err := input.Papers(raw)
	if err != nil {
		return nil, err
	}
	out, err := a.cfg.Writer.Put(r.durable(), papers)
	if err != nil {
		return nil, fmt.Errorf("store papers: %w", err)
	}
	return jsonReply(wire.Change[any]{Data: out})
}

// deletePaper removes a paper. Removing one that is not there is no error: what was asked for holds.
func (a *server) deletePaper(r *request) (*reply, error) {
	if err := r.Done(); err != nil {
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
	if err := r.Done(); err != nil {
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
