package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"kindred/api/problem"
	"kindred/api/wire"
	"kindred/classifier/curate"
	"kindred/recommend/library"
)

func (a *server) curator() (Curator, error) {
	if a.cfg.Curator == nil {
		return nil, problem.New(http.StatusNotImplemented, "This server keeps no topic edits.")
	}
	return a.cfg.Curator, nil
}

func (a *server) listEdits(r *request) (*reply, error) {
	if err := r.Done(); err != nil {
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
	e, err := r.edit()
	if err != nil {
		return nil, err
	}
	out, err := a.applyEdit(r, e)
	if err != nil {
		return nil, err
	}
	return jsonReply(wire.Change[any]{Data: out})
}

// edit reads an edit from the body.
func (r *request) edit() (e curate.Edit, err error) {
	if err := r.body(&e); err != nil {
		return e, err
	}
	if len(e.Label) > curate.MaxLabel { // of any kind of edit, though only a rename has use for it
		err = problem.At("/label", "label has %d bytes; at most %d are allowed.", len(e.Label), curate.MaxLabel)
	}
	return e, err
}

// previewEdit says what an edit would change.
func (a *server) previewEdit(r *request) (*reply, error) {
	e, err := r.edit()
	if err != nil {
		return nil, err
	}
	out, err := a.preview(r, e)
	if err != nil {
		return nil, err
	}
	return jsonReply(wire.Change[any]{Data: out})
}

// applyEdit hands an edit to the curator, under the name of the key that made it.
func (a *server) applyEdit(r *request, e curate.Edit) (curate.Edit, error) {
	cur, err := a.curator()
	if err != nil {
		return e, err
	}
	if r.s == nil {
		return e, problem.Loading()
	}
	key, err := a.authorize(r.c, "")
	if err != nil {
		return e, err
	}
	e.By = key.Name
	out, err := cur.Edit(r.durable(), e)
	return out, editProblem(err)
}

// preview asks the curator what an edit would change.
func (a *server) preview(r *request, e curate.Edit) (*library.Preview, error) {
	cur, err := a.curator()
	if err != nil {
		return nil, err
	}
	if r.s == nil {
		return nil, problem.Loading()
	}
	out, err := cur.Preview(r.context(), e)
	return out, editProblem(err)
}

// editProblem returns the error of an edit, one that cannot be made as an error of the request.
func editProblem(err error) error {
	var wrong *library.EditError
	if errors.As(err, &wrong) {
		return problem.Invalid(editFaults(wrong)...)
	}
	return err
}

// editFaults says what is wrong with an edit in the API's form.
func editFaults(wrong *library.EditError) []problem.Field {
	errs := make([]problem.Field, len(wrong.Faults))
	for i, f := range wrong.Faults {
		errs[i] = problem.Field{Pointer: "/" + f.Field, Detail: f.Detail + "."}
		if f.Field == "topic" && strings.Contains(f.Detail, "no such topic") {
			errs[i].Detail, errs[i].Page = problem.Topics.After("%s", f.Detail)
		}
	}
	return errs
}

func (a *server) undoEdit(r *request) (*reply, error) {
	if err := r.Done(); err != nil {
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
