package api

import (
	"errors"
	"fmt"

	"kindred/api/link"
	"kindred/api/wire"
	"kindred/data"
)

// newestList lists all papers, newest first.
func (a *server) newestList(r *request) (*listing, error) {
	after, before := r.date("published_after"), r.date("published_before")
	categories := r.list("category")
	pg := r.page("papers")
	if err := r.done(); err != nil {
		return nil, err
	}
	rows := r.s.Catalog.Recent()
	if !after.IsZero() || !before.IsZero() || len(categories) > 0 {
		rows = r.s.Catalog.Between(rows, after, before, categories)
	}
	return r.rowList("New papers", "/", rows, pg)
}

func (a *server) getPaper(r *request) (*reply, error) {
	fields := r.fields(wire.AllFields)
	if err := r.done(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	env := wire.Detail(r.s, p, fields)
	rep, err := r.reply(env, &env.Links)
	if err != nil {
		return nil, err
	}
	path := link.PaperAPI(p.ID)
	rep.header = map[string]string{"Link": "<" + path + `>; rel="canonical", <` + path + `/similar>; rel="related"`}
	return rep, nil
}

// BatchRequest asks for several papers at once.
type BatchRequest struct {
	IDs    []string `json:"ids"`
	Fields []string `json:"fields"`
}

// batch answers with the papers that ids name, in their order, and lists in meta those that are not there.
func (a *server) batch(r *request) (*reply, error) {
	var in BatchRequest
	if err := r.body(&in); err != nil {
		return nil, err
	}
	fields, err := bodyFields(in.Fields, wire.AllFields)
	if err != nil {
		return nil, err
	}
	papers, missing, err := r.lookup(in.IDs)
	if err != nil {
		return nil, err
	}
	out := make([]wire.View, len(papers))
	for i, p := range papers {
		out[i] = wire.View{Paper: p, Fields: fields}
	}
	count := len(out)
	env := wire.Envelope{Data: out, Meta: wire.Meta{Count: &count, Missing: missing, Model: &r.s.Model}}
	return r.reply(&env, &env.Links)
}

// lookup returns the papers that ids name and the ids that name none, both in the order of ids.
func (r *request) lookup(ids []string) (papers []*data.Paper, missing []string, err error) {
	if len(ids) == 0 || len(ids) > maxIDs {
		var wrong faults
		wrong.fail("ids", "ids holds %d ids; 1 to %d are allowed.", len(ids), maxIDs)
		return nil, nil, badRequest(wrong...)
	}
	for _, id := range ids {
		p, err := r.s.Papers.Paper(r.context(), canonical(id))
		switch {
		case errors.Is(err, data.ErrNotFound):
			missing = append(missing, id)
		case err != nil:
			return nil, nil, fmt.Errorf("paper %s: %w", id, err)
		default:
			papers = append(papers, p)
		}
	}
	return papers, missing, nil
}
