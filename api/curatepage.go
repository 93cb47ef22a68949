package api

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"kindred/api/guard"
	"kindred/api/problem"
	"kindred/api/web"
	"kindred/classifier/curate"
	"kindred/recommend/library"
)

// curatePage shows the forms of the curator and the changes in force. With the fields of a change in its address it
// shows what that would change.
func (a *server) curatePage(r *request) (*reply, error) {
	key := r.One("key")
	view := web.Curating{
		Done: r.One("done"), Undone: r.One("undone"),
		Fields: web.CurateFields{Kind: r.One("kind"), Topic: r.One("topic"), Into: r.One("into"), Parts: r.One("parts"), Label: r.One("label"), Paper: r.One("paper"), Note: r.One("note")},
	}
	if err := r.asked(); err != nil {
		return nil, err
	}
	if key != "" { // the address that the server prints when it starts
		if err := a.signIn(r.c, key); err != nil {
			return a.curateRefused(r, view, err)
		}
		return seeCurate(nil), nil
	}
	return a.curate(r, view)
}

// curate answers with the curator's page, which says what view does.
func (a *server) curate(r *request, view web.Curating) (*reply, error) {
	view.Able = a.cfg.Curator != nil
	signed, err := a.authorize(r.c, "")
	r.c.Writer.Header().Del("WWW-Authenticate")
	view.Open, view.Signed = err == nil, signed.Name
	if view.Able {
		if view.Edits, err = a.cfg.Curator.Edits(r.context()); err != nil {
			return nil, fmt.Errorf("topic edits: %w", err)
		}
	}
	if view.Open && view.Able && view.Fields.Kind != "" && view.Problems == nil {
		if err := a.previewPage(r, &view); err != nil {
			return nil, err
		}
	}
	rep, err := pageReply(a.pages.Curate(r.view(), view))
	if err == nil && view.Problems != nil {
		rep.status = http.StatusBadRequest
	}
	return rep, err
}

// previewPage adds to view what its change would do, or why it cannot be made.
func (a *server) previewPage(r *request, view *web.Curating) error {
	e, wrong := r.namedEdit(view.Fields)
	if wrong == nil {
		var err error
		view.Preview, err = a.preview(r, e)
		if wrong = problemsOf(err); err != nil && wrong == nil {
			return err
		}
	}
	view.Problems = wrong
	return nil
}

// curateForm takes the forms of the curator's page: those that sign in and out, and those of changes. Every one that is
// carried out is answered with a redirection, so that a page that is loaded again repeats nothing.
func (a *server) curateForm(r *request) (*reply, error) {
	form, err := r.postForm()
	if err != nil {
		return nil, err
	}
	field := func(name string) string { return strings.TrimSpace(form.Get(name)) }
	fields := web.CurateFields{
		Kind: field("kind"), Topic: field("topic"), Into: field("into"), Parts: field("parts"), Label: field("label"), Paper: field("paper"), Note: field("note"),
	}
	view := web.Curating{Fields: fields}
	switch {
	case form.Has("key"):
		if err := a.signIn(r.c, field("key")); err != nil {
			return a.curateRefused(r, view, err)
		}
		return seeCurate(url.Values{"topic": {fields.Topic}, "paper": {fields.Paper}}), nil
	case form.Has("out"):
		if guard.Token(r.c.Request) != "" {
			a.signOut(r.c)
		}
		return seeCurate(nil), nil
	}
	if _, err := a.authorize(r.c, ""); err != nil {
		return a.curateRefused(r, view, err)
	}
	cur, err := a.curator()
	if err != nil {
		return nil, err
	}
	if undo := field("undo"); undo != "" {
		if _, err := cur.Undo(r.durable(), undo); err != nil {
			return nil, fmt.Errorf("undo edit %s: %w", undo, err)
		}
		return seeCurate(url.Values{"undone": {undo}}), nil
	}
	e, wrong := r.namedEdit(fields)
	if wrong == nil {
		made, err := a.applyEdit(r, e)
		if err == nil {
			return seeCurate(url.Values{"done": {made.ID}}), nil
		}
		if wrong = problemsOf(err); wrong == nil {
			return nil, err
		}
	}
	view.Problems = wrong
	return a.curate(r, view)
}

// curateRefused shows the page to who has no valid key, with what was typed.
func (a *server) curateRefused(r *request, view web.Curating, err error) (*reply, error) {
	var p *problem.Problem
	if !errors.As(err, &p) || p.Status != http.StatusUnauthorized {
		return nil, err
	}
	challenge := r.c.Writer.Header().Get("WWW-Authenticate")
	view.Refused = cmp.Or(p.Page, p.Detail)
	rep, err := a.curate(r, view)
	if err == nil {
		r.c.Header("WWW-Authenticate", challenge)
		rep.status = http.StatusUnauthorized
	}
	return rep, err
}

// seeCurate sends a browser on to the curator's page with the parameters that have a value.
func seeCurate(query url.Values) *reply {
	for name, v := range query {
		if v[0] == "" {
			delete(query, name)
		}
	}
	to := "/curate"
	if len(query) > 0 {
		to += "?" + query.Encode()
	}
	return &reply{status: http.StatusSeeOther, typ: typeHTML, header: map[string]string{"Location": to}}
}

// namedEdit returns the change that the fields of a form describe, or what is wrong with them in the words of pages.
func (r *request) namedEdit(f web.CurateFields) (e curate.Edit, wrong []string) {
	e = curate.Edit{Kind: f.Kind, Label: f.Label, Paper: f.Paper, Note: f.Note}
	named := func(typed string) int {
		if typed == "" || r.s == nil {
			return 0 // which validating reports
		}
		id := topicNamed(r.s, typed)
		if id == 0 {
			wrong = append(wrong, fmt.Sprintf("No topic is called “%s”; choose one from the list.", clip(typed, 100)))
		}
		return id
	}
	if f.Kind != curate.Move {
		e.Topic = named(f.Topic)
	}
	e.Into = named(f.Into)
	if f.Parts != "" {
		e.Parts, _ = strconv.Atoi(f.Parts)
	}
	return e, wrong
}

// numbered matches a topic as the choices of the page write it, such as “Zant and blim (12)”.
var numbered = regexp.MustCompile(`^(.*) \((\d{1,9})\)$`)

// topicNamed returns the id of the topic that a person names: by its number, its name, or both. It is 0 for none.
func topicNamed(s *library.Snapshot, typed string) int {
	if n, err := strconv.Atoi(typed); err == nil {
		return n // validating says whether there is one
	}
	if m := numbered.FindStringSubmatch(typed); m != nil {
		n, _ := strconv.Atoi(m[2]) // nine digits fit
		if strings.EqualFold(s.Label(n), strings.TrimSpace(m[1])) {
			return n
		}
	}
	for i := range s.Topics {
		if strings.EqualFold(s.Topics[i].Label, typed) {
			return s.Topics[i].ID
		}
	}
	return 0
}

// problemsOf says what is wrong with a change in the words of pages, nil where the change is not at fault.
func problemsOf(err error) []string {
	if err == nil {
		return nil
	}
	p := problem.Of(err)
	if p.Status != http.StatusBadRequest {
		return nil
	}
	if len(p.Errors) > 0 {
		return pageErrors(p.Errors)
	}
	return []string{cmp.Or(p.Page, p.Detail)}
}
