package api

import (
	"errors"
	"net/http"

	"kindred/api/input"
	"kindred/api/problem"
	"kindred/api/scholar"
	"kindred/recommend/library"
)

// This file answers for the authors of Semantic Scholar's Academic Graph API. An author here is a name.

func noAuthor(id string) *problem.Problem {
	return problem.New(http.StatusNotFound, "Author with id %s not found; /graph/v1/author/search finds authors by name.", clip(id, 100))
}

// scholarAuthors returns authors with the fields that are asked for, their papers among them. An author that is nil
// gives nil.
func (r *request) scholarAuthors(authors []*library.Author, fields scholar.Fields) ([]scholar.Object, error) {
	out, err := r.shape().Authors(r.context(), authors, fields)
	var many *scholar.TooManyError
	if errors.As(err, &many) {
		return nil, problem.Invalid(problem.Field{Parameter: "fields", Detail: many.Error() +
			" Use a smaller limit, or ask for papers at /graph/v1/author/{author}/papers."})
	}
	return out, err
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
	return page{limit: r.Integer("limit", scholar.DefaultLimit, 1, scholar.MaxPage), offset: r.Integer("offset", 0, 0, scholar.MaxOffset)}
}

func (a *server) scholarAuthorOne(r *request) (*reply, error) {
	fields := r.authorFields()
	if err := r.Done(); err != nil {
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
	if err := r.Done(); err != nil {
		return nil, err
	}
	var in struct {
		IDs []string `json:"ids"`
	}
	if err := input.JSON(r.c.Request, &in); err != nil {
		return nil, err
	}
	if len(in.IDs) == 0 || len(in.IDs) > scholar.MaxBatch {
		return nil, problem.At("/ids", "ids holds %d ids; 1 to %d are allowed.", len(in.IDs), scholar.MaxBatch)
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
	name := r.words("query", scholar.MaxName)
	fields := r.authorFields()
	pg := r.listPage()
	if err := r.Done(); err != nil {
		return nil, err
	}
	found := r.s.Catalog.AuthorsNamed(name)
	out, err := r.scholarAuthors(cutList(found, pg), fields)
	if err != nil {
		return nil, err
	}
	return jsonReply(scholar.Page(len(found), pg.offset, out))
}

func (a *server) scholarAuthorPapers(r *request) (*reply, error) {
	fields := r.scholarFields(scholar.PaperFields).OrTitle()
	pg := r.listPage()
	after, before := r.Dates("publicationDateOrYear")
	if err := r.Done(); err != nil {
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
	return jsonReply(scholar.Part(len(rows), pg.offset, r.shape().Papers(items, fields)))
}

// scholarAuthorsOf lists the authors of a paper in their order.
func (a *server) scholarAuthorsOf(r *request) (*reply, error) {
	fields := r.authorFields()
	pg := r.listPage()
	if err := r.Done(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	authors := r.shape().AuthorsOf(p)
	out, err := r.scholarAuthors(cutList(authors, pg), fields)
	if err != nil {
		return nil, err
	}
	return jsonReply(scholar.Part(len(authors), pg.offset, out))
}
