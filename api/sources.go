package api

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"kindred/api/problem"
	"kindred/api/wire"
	"kindred/data/fetch"
)

// sourceRoutes say how the sources are, and change what is followed.
func (a *server) sourceRoutes() []route {
	return []route{
		{http.MethodGet, "/sources", a.fresh(a.sourcesPage)},
		{http.MethodGet, "/v1/sources", a.fresh(a.listSources)},
		{http.MethodPost, "/v1/sources", a.write(a.addSource)},
		{http.MethodPost, "/v1/sources/{source}", a.write(a.changeSource)},
		{http.MethodDelete, "/v1/sources/{source}", a.write(a.removeSource)},
	}
}

// statuses returns how the sources are, as anyone may know it.
func (a *server) statuses(r *request) ([]fetch.Status, error) {
	if a.cfg.Sources == nil {
		return nil, problem.New(http.StatusNotImplemented, "This server follows no sources.")
	}
	list, err := a.cfg.Sources.List(r.context())
	for i := range list {
		list[i] = list[i].Public()
	}
	return list, err
}

func (a *server) listSources(r *request) (*reply, error) {
	if err := r.Done(); err != nil {
		return nil, err
	}
	list, err := a.statuses(r)
	if err != nil {
		return nil, err
	}
	return jsonReply(wire.Change[any]{Data: list})
}

func (a *server) sourcesPage(r *request) (*reply, error) {
	var list []fetch.Status
	if a.cfg.Sources != nil {
		var err error
		if list, err = a.statuses(r); err != nil {
			return nil, err
		}
	}
	return pageReply(a.pages.Sources(r.view(), list))
}

// SourceBody is the body of a request that follows a source.
type SourceBody struct {
	Address string `json:"address"`
	Name    string `json:"name"`
	Every   int    `json:"every_seconds"`
	Since   string `json:"since"`
}

// addSource follows a source. A key for changes is no key to the files of the machine, so files are added on it alone.
func (a *server) addSource(r *request) (*reply, error) {
	var in SourceBody
	if err := r.body(&in); err != nil {
		return nil, err
	}
	if _, err := a.statuses(r); err != nil {
		return nil, err
	}
	if rest, ok := strings.CutPrefix(strings.ToLower(strings.TrimSpace(in.Address)), "file:"); ok && !strings.HasPrefix(rest, "http") {
		return nil, problem.At("/address", "Files and folders of the server are added on the server: kindred sources add file:PATH.")
	}
	if most := int(fetch.MaxEvery / time.Second); in.Every < 0 || in.Every > most { // more would overflow a duration
		return nil, problem.At("/every_seconds", "every_seconds must be 0 to %d.", most)
	}
	c, err := a.cfg.Sources.Add(r.durable(), in.Name, in.Address, time.Duration(in.Every)*time.Second, in.Since)
	if err != nil {
		return nil, sourceProblem(err)
	}
	return a.oneSource(r, c.Name)
}

// changeSource pauses a source, resumes it or has it run at once.
func (a *server) changeSource(r *request) (*reply, error) {
	var in struct {
		Action string `json:"action"`
	}
	if err := r.body(&in); err != nil {
		return nil, err
	}
	if _, err := a.statuses(r); err != nil {
		return nil, err
	}
	var err error
	switch in.Action {
	case "pause", "resume":
		_, err = a.cfg.Sources.Pause(r.durable(), r.id, in.Action == "pause")
	case "run":
		err = a.cfg.Sources.Due(r.durable(), r.id)
	default:
		return nil, problem.At("/action", "action is none of pause, resume and run.")
	}
	if err != nil {
		return nil, sourceProblem(err)
	}
	return a.oneSource(r, r.id)
}

func (a *server) removeSource(r *request) (*reply, error) {
	if err := r.Done(); err != nil {
		return nil, err
	}
	if _, err := a.statuses(r); err != nil {
		return nil, err
	}
	if err := a.cfg.Sources.Remove(r.durable(), r.id); err != nil {
		return nil, sourceProblem(err)
	}
	return jsonReply(wire.Change[any]{Data: map[string]string{"removed": r.id}})
}

// oneSource answers with how a source is now.
func (a *server) oneSource(r *request, name string) (*reply, error) {
	list, err := a.statuses(r)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Name == name {
			return jsonReply(wire.Change[any]{Data: list[i]})
		}
	}
	return nil, problem.New(http.StatusNotFound, "The source was removed meanwhile.")
}

// sourceProblem says what is wrong with a change of a source.
func sourceProblem(err error) error {
	switch {
	case errors.Is(err, fetch.ErrUnknown):
		return problem.New(http.StatusNotFound, "%s.", err)
	case errors.Is(err, fetch.ErrExists), errors.Is(err, fetch.ErrBusy):
		return problem.New(http.StatusConflict, "%s.", err)
	}
	return err
}
