package api

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"kindred/api/web"
	"kindred/classifier/curate"
)

func (a *server) curatePage(r *request) (*reply, error) {
	chosen, key := r.integer("topic", 0, 0, 1<<31-1), r.one("key")
	if err := r.asked(); err != nil {
		return nil, err
	}
	if key != "" { // the address that the server prints when it starts
		if err := a.authorize(r.c, key); err != nil {
			return nil, err
		}
		a.signIn(r.c, key)
		return &reply{status: http.StatusSeeOther, typ: typeHTML, header: map[string]string{"Location": "/curate"}}, nil
	}
	return a.curate(r, web.Curating{Chosen: chosen})
}

// curate answers with the curator's page, which says what view does.
func (a *server) curate(r *request, view web.Curating) (*reply, error) {
	view.Able = a.cfg.Curator != nil
	view.Open = a.authorize(r.c, "") == nil
	r.c.Writer.Header().Del("WWW-Authenticate")
	if view.Able {
		var err error
		if view.Edits, err = a.cfg.Curator.Edits(r.context()); err != nil {
			return nil, fmt.Errorf("topic edits: %w", err)
		}
	}
	rep, err := pageReply(a.pages.Curate(r.view(), view))
	if err == nil && view.Problems != nil {
		rep.status = http.StatusBadRequest
	}
	return rep, err
}

// curateForm takes the forms of the curator's page: the one that signs in, whose key the browser keeps, and those of
// edits.
func (a *server) curateForm(r *request) (*reply, error) {
	form, err := r.postForm()
	if err != nil {
		return nil, err
	}
	number := func(name string) int {
		n, err := strconv.Atoi(form.Get(name))
		if err != nil {
			return 0 // names no topic, which validate reports
		}
		return n
	}
	key := strings.TrimSpace(form.Get("key"))
	if err := a.authorize(r.c, key); err != nil {
		return nil, err
	}
	if key != "" {
		a.signIn(r.c, key)
		to := "/curate"
		if topic := number("topic"); topic > 0 {
			to += "?topic=" + strconv.Itoa(topic)
		}
		return &reply{status: http.StatusSeeOther, typ: typeHTML, header: map[string]string{"Location": to}}, nil
	}
	cur, err := a.curator()
	if err != nil {
		return nil, err
	}
	if undo := form.Get("undo"); undo != "" {
		found, err := cur.Undo(r.durable(), undo)
		if err != nil {
			return nil, fmt.Errorf("undo edit %s: %w", undo, err)
		}
		done := "The edit was undone."
		if !found {
			done = "The edit had been undone already."
		}
		return a.curateAfter(r, done)
	}
	e := curate.Edit{
		Kind: form.Get("kind"), Topic: number("topic"), Label: form.Get("label"), Into: number("into"),
		Parts: number("parts"),
	}
	made, err := a.applyEdit(r, e)
	if err != nil {
		if p := problemOf(err); p.Status == http.StatusBadRequest {
			return a.curate(r, web.Curating{Problems: problemFields(p), Chosen: e.Topic, Label: e.Label})
		}
		return nil, err
	}
	return a.curateAfter(r, "Done: "+r.s.EditText(made)+".")
}

// problemFields says what is wrong in the words of pages.
func problemFields(p *Problem) []string {
	if len(p.Errors) > 0 {
		return pageErrors(p.Errors)
	}
	return []string{cmp.Or(p.page, p.Detail)}
}

// curateAfter shows the page again, from the snapshot that has the change.
func (a *server) curateAfter(r *request, done string) (*reply, error) {
	if s := a.acquire(); s != nil {
		r.use(s)
	}
	return a.curate(r, web.Curating{Done: done})
}
