package api

import (
	"fmt"
	"net/http"

	"kindred/api/scholar"
	"kindred/recommend/library"
)

// This file answers for the authors of Semantic Scholar's Academic Graph API. An author here is a name.

func noAuthor(id string) *Problem {
	return problem(http.StatusNotFound, "Author with id %s not found; /graph/v1/author/search finds authors by name.", clip(id, 100))
}

// scholarAuthors returns authors with the fields that are asked for, their papers among them. An author that is nil
// gives nil.
func (r *request) scholarAuthors(authors []*library.Author, fields scholar.Fields) ([]scholar.Object, error) {
	var rows []int32
	if fields.Has("papers") {
		for _, a := range authors {
			if a != nil {
				rows = append(rows, a.Rows...)
			}
		}
		if len(rows) > maxScholarPapers {
			return nil, badRequest(FieldError{Parameter: "fields", Detail: fmt.Sprintf(
				"Response would exceed maximum size: the authors have %d papers, and an answer holds %d. Use a smaller limit, or ask for papers at /graph/v1/author/{author}/papers.",
				len(rows), maxScholarPapers)})
		}
	}
	items, err := r.s.Rows(r.context(), rows)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*item, len(items))
	for i := range items {
		byID[items[i].Paper.ID] = &items[i]
	}
	paperFields := fields.Parts("papers").OrTitle()
	out := make([]scholar.Object, len(authors))
	for i, a := range authors {
		if a == nil {
			continue
		}
		out[i] = r.shape().Author(a, fields)
		if !fields.Has("papers") {
			continue
		}
		papers := []scholar.Object{}
		for _, row := range a.Rows {
			if it := byID[r.s.Catalog.Row(int(row)).ID]; it != nil {
				papers = append(papers, r.shape().Paper(it, paperFields))
			}
		}
		out[i]["papers"] = papers
	}
	return out, nil
}

// authorFields reads the fields of authors.
func (r *request) authorFields() scholar.Fields {
	fields := r.scholarFields(scholar.AuthorFields)
	if len(fields) == 0 {
		return scholar.Fields{"name": {""}}
	}
	return fields
}

// author returns the author that the path names.
func (r *request) author() (*library.Author, error) {
	a, ok := r.s.Catalog.Author(r.id)
	if !ok {
		return nil, noAuthor(r.id)
	}
	return a, nil
}

// listPage reads limit and offset of a list that is not ranked.
func (r *request) listPage() page {
	return page{limit: r.integer("limit", scholarLimit, 1, maxScholarPage), offset: r.integer("offset", 0, 0, maxScholarOffset)}
}

func (a *server) scholarAuthorOne(r *request) (*reply, error) {
	fields := r.authorFields()
	if err := r.done(); err != nil {
		return nil, err
	}
	author, err := r.author()
	if err != nil {
		return nil, err
	}
	out, err := r.scholarAuthors([]*library.Author{author}, fields)
	if err != nil {
		return nil, err
	}
	return jsonReply(out[0])
}

// scholarAuthorBatch answers with an array in the order of the ids, null where there is none.
func (a *server) scholarAuthorBatch(r *request) (*reply, error) {
	fields := r.authorFields()
	if err := r.done(); err != nil {
		return nil, err
	}
	var in struct {
		IDs []string `json:"ids"`
	}
	if err := readJSON(r.c.Request, &in); err != nil {
		return nil, err
	}
	if len(in.IDs) == 0 || len(in.IDs) > maxScholarAuthors {
		return nil, badRequest(FieldError{Pointer: "/ids", Detail: fmt.Sprintf("ids holds %d ids; 1 to %d are allowed.", len(in.IDs), maxScholarAuthors)})
	}
	authors := make([]*library.Author, len(in.IDs))
	for i, id := range in.IDs {
		authors[i], _ = r.s.Catalog.Author(id)
	}
	out, err := r.scholarAuthors(authors, fields)
	if err != nil {
		return nil, err
	}
	return jsonReply(out)
}

func (a *server) scholarAuthorSearch(r *request) (*reply, error) {
	name := r.words("query", maxScholarQuery)
	fields := r.authorFields()
	pg := r.listPage()
	if err := r.done(); err != nil {
		return nil, err
	}
	found := r.s.Catalog.AuthorsNamed(name)
	out, err := r.scholarAuthors(cutList(found, pg), fields)
	if err != nil {
		return nil, err
	}
	return scholarPage(len(found), pg, out)
}

func (a *server) scholarAuthorPapers(r *request) (*reply, error) {
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	pg := r.listPage()
	after, before := r.dates("publicationDateOrYear")
	if err := r.done(); err != nil {
		return nil, err
	}
	author, err := r.author()
	if err != nil {
		return nil, err
	}
	rows := author.Rows
	if !after.IsZero() || !before.IsZero() {
		rows = r.s.Catalog.Between(rows, after, before, nil)
	}
	items, err := r.s.Rows(r.context(), pg.cut(rows))
	if err != nil {
		return nil, err
	}
	return jsonReply(scholarPart(len(rows), pg, r.scholarPapers(items, fields)))
}

// scholarAuthorsOf lists the authors of a paper in their order.
func (a *server) scholarAuthorsOf(r *request) (*reply, error) {
	fields := r.authorFields()
	pg := r.listPage()
	if err := r.done(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	authors := make([]*library.Author, len(p.Authors))
	for i, name := range p.Authors {
		authors[i] = &library.Author{ID: library.AuthorID(name), Name: name}
		if found, ok := r.s.Catalog.Author(authors[i].ID); ok {
			authors[i].Rows = found.Rows
		}
	}
	out, err := r.scholarAuthors(cutList(authors, pg), fields)
	if err != nil {
		return nil, err
	}
	return jsonReply(scholarPart(len(authors), pg, out))
}

// cutList returns the part of a list that a page shows.
func cutList[T any](list []T, pg page) []T {
	at := min(pg.offset, len(list))
	return list[at:min(len(list), at+pg.limit)]
}
