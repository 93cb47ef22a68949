package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"kindred/api/wire"
	"kindred/classifier/curate"
	"kindred/recommend/library"
)

func (a *server) curator() (Curator, error) {
	if a.cfg.Curator == nil {
		return nil, problem(http.StatusNotImplemented, "This server keeps no topic edits.")
	}
	return a.cfg.Curator, nil
}

func (a *server) listEdits(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	cur, err := a.curator()
	if err != nil {
		return nil, err
	}
	env, err := wire.Edits(r.context(), r.s, cur)
	if err != nil {
		return nil, err
	}
	return jsonReply(env)
}

func (a *server) addEdit(r *request) (*reply, error) {
	var e curate.Edit
	if err := r.body(&e); err != nil {
		return nil, err
	}
	if len(e.Label) > curate.MaxLabel { // of any kind of edit, though only a rename has use for it
		return nil, badRequest(FieldError{Pointer: "/label", Detail: fmt.Sprintf("label has %d bytes; at most %d are allowed.", len(e.Label), curate.MaxLabel)})
	}
	out, err := a.applyEdit(r, e)
	if err != nil {
		return nil, err
	}
	return jsonReply(wire.Change[any]{Data: out})
}

// applyEdit hands an edit to the curator.
func (a *server) applyEdit(r *request, e curate.Edit) (curate.Edit, error) {
	cur, err := a.curator()
	if err != nil {
		return e, err
	}
	if r.s == nil {
		return e, loading()
	}
	out, err := cur.Edit(r.durable(), e)
	var wrong *library.EditError
	if errors.As(err, &wrong) {
		return e, badRequest(editFaults(wrong)...)
	}
	return out, err
}

// editFaults says what is wrong with an edit in the API's form.
func editFaults(wrong *library.EditError) []FieldError {
	errs := make([]FieldError, len(wrong.Faults))
	for i, f := range wrong.Faults {
		errs[i] = FieldError{Pointer: "/" + f.Field, Detail: f.Detail + "."}
		if f.Field == "topic" && strings.Contains(f.Detail, "no such topic") {
			errs[i].Detail, errs[i].page = topicsHint.after("%s", f.Detail)
		}
	}
	return errs
}

func (a *server) undoEdit(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	cur, err := a.curator()
	if err != nil {
		return nil, err
	}
	found, err := cur.Undo(r.durable(), r.id)
	if err != nil {
		return nil, fmt.Errorf("undo edit %s: %w", r.id, err)
	}
	return jsonReply(wire.Change[any]{Data: map[string]bool{"undone": found}})
}
