package api

import (
	"errors"
	"fmt"
	"slices"

	"kindred/classifier/topic"
	"kindred/data"
	"kindred/recommend"
)

// newestList lists all papers, newest first.
func (a *server) newestList(r *request) (*listing, error) {
	after, before := r.date("published_after"), r.date("published_before")
	categories := r.list("category")
	pg := r.page(r.s, "papers")
	if err := r.done(); err != nil {
		return nil, err
	}
	rows := r.s.Catalog.Recent()
	if !after.IsZero() || !before.IsZero() || len(categories) > 0 {
		rows = r.s.Catalog.filter(rows, after, before, categories)
	}
	return r.rowList("New papers", "/", rows, pg)
}

// filter returns the rows that were published between two dates, both inclusive, and are in one of categories.
func (c *Catalog) filter(rows []int32, after, before data.Date, categories []string) []int32 {
	var out []int32
	for _, row := range rows {
		col := &c.columns[row]
		switch {
		case !after.IsZero() && (col.Published.IsZero() || col.Published.Last().Before(after.First())):
		case !before.IsZero() && (col.Published.IsZero() || col.Published.First().After(before.Last())):
		case len(categories) > 0 && !slices.ContainsFunc(categories, func(s string) bool { return slices.Contains(col.Categories, s) }):
		default:
			out = append(out, row)
		}
	}
	return out
}

func (r *request) rowList(title, html string, rows []int32, pg page) (*listing, error) {
	items, err := r.s.rows(r.context(), pg.cut(rows))
	if err != nil {
		return nil, err
	}
	l := &listing{title: title, html: html, items: items, total: len(rows), page: pg}
	if len(rows) == 0 {
		l.reason = recommend.ReasonFiltered
	}
	return l, nil
}

func (a *server) listPapers(r *request) (*reply, error) { return a.jsonList(a.newestList)(r) }

// PaperDetail is a paper with its topics.
type PaperDetail struct {
	view
	topics []TopicWeight
	path   []TopicRef
}

// MarshalJSON implements json.Marshaler: the paper's fields, and topics and path after them.
func (p PaperDetail) MarshalJSON() ([]byte, error) {
	b, err := p.view.MarshalJSON()
	if err != nil {
		return b, err
	}
	t, err := jsonReply(p.topics)
	if err != nil {
		return nil, err
	}
	path, err := jsonReply(p.path)
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(b[:len(b)-1], `,"topics":%s,"path":%s}`, t.body, path.body), nil
}

func (a *server) getPaper(r *request) (*reply, error) {
	fields := r.fields(allFields)
	if err := r.done(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	rep, err := r.single(PaperDetail{view{p, fields}, r.s.topicsOf(p), r.s.pathOf(p)}, paperPath(p.ID))
	if err != nil {
		return nil, err
	}
	rep.header = map[string]string{"Link": "<" + apiPath(p.ID) + `>; rel="canonical", <` + apiPath(p.ID) + `/similar>; rel="related"`}
	return rep, nil
}

// topicsOf returns the topics that have a fair share of a paper, the one it is in first. A paper without known terms has none.
func (s *Snapshot) topicsOf(p *data.Paper) []TopicWeight {
	row, ok := s.Catalog.Row(p.ID)
	if !ok {
		return []TopicWeight{}
	}
	if s.Weights != nil {
		return s.weights(s.Weights(row))
	}
	as := s.Catalog.Assignment(row)
	return s.weights([]topic.Score{{Topic: as.Topic, Weight: as.Confidence}})
}

// pathOf returns the topics that a paper is in, from its field down to its subtopic.
func (s *Snapshot) pathOf(p *data.Paper) []TopicRef {
	out := []TopicRef{}
	row, ok := s.Catalog.Row(p.ID)
	if !ok {
		return out
	}
	for id := range s.Catalog.lineage(row) {
		if label := s.label(id); label != "" {
			out = append(out, TopicRef{id, label})
		}
	}
	slices.Reverse(out)
	return out
}

// BatchRequest asks for several papers at once.
type BatchRequest struct {
	IDs    []string `json:"ids"`
	Fields []string `json:"fields"`
}

// batch answers with the papers that ids name, in their order, and lists in meta those that are not there.
func (a *server) batch(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	var in BatchRequest
	if err := readJSON(r.c.Request, &in); err != nil {
		return nil, err
	}
	fields, err := bodyFields(in.Fields, allFields)
	if err != nil {
		return nil, err
	}
	papers, missing, err := r.lookup(in.IDs)
	if err != nil {
		return nil, err
	}
	out := make([]view, len(papers))
	for i, p := range papers {
		out[i] = view{p, fields}
	}
	count := len(out)
	return jsonReply(Envelope{Data: out, Meta: Meta{Count: &count, Missing: missing, Model: &r.s.Model}, Links: Links{Self: r.c.Request.URL.RequestURI()}})
}

// lookup returns the papers that ids name and the ids that name none, both in the order of ids.
func (r *request) lookup(ids []string) (papers []*data.Paper, missing []string, err error) {
	if len(ids) == 0 || len(ids) > maxIDs {
		return nil, nil, badRequest(FieldError{Pointer: "/ids", Detail: fmt.Sprintf("ids holds %d ids; 1 to %d are allowed.", len(ids), maxIDs)})
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

// bodyFields is params.fields for a list in a body.
func bodyFields(names []string, def uint32) (uint32, error) {
	if len(names) == 0 {
		return def, nil
	}
	set, unknown := parseFields(names)
	if unknown != "" {
		return 0, badRequest(FieldError{Pointer: "/fields", Detail: fmt.Sprintf("fields holds %q, which no paper has; valid ones are %s.", clip(unknown, 40), fieldNames())})
	}
	return set, nil
}
