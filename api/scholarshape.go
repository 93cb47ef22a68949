package api

import (
	"bytes"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"kindred/data"
	"kindred/data/cite"
	"kindred/recommend/library"
)

// This file gives papers, authors and errors the shapes of Semantic Scholar's Academic Graph API. A field that was asked for
// and that nothing is known of is null, as there; counts of citations are among them, since 0 would be a statement.

// scholarObject is a paper or an author under Semantic Scholar's names.
type scholarObject map[string]any

// fieldTree holds the names of fields, and the trees of those that have parts such as authors.name.
type fieldTree map[string]fieldTree

func leaves(names string) fieldTree {
	out := make(fieldTree)
	for name := range strings.FieldsSeq(names) {
		out[name] = nil
	}
	return out
}

// with returns a copy of t that has name with parts.
func (t fieldTree) with(name string, parts fieldTree) fieldTree {
	out := fieldTree{name: parts}
	for n, p := range t {
		if n != name {
			out[n] = p
		}
	}
	return out
}

// The fields that the service documents, and score, which is ours: the likeness in [0,1], where a list is ranked by it.
var (
	scholarAuthorLeaves = leaves("authorId externalIds url name aliases affiliations homepage paperCount citationCount hIndex")
	scholarPaperLeaves  = leaves("paperId corpusId externalIds url title abstract venue publicationVenue year referenceCount citationCount "+
		"influentialCitationCount isOpenAccess openAccessPdf fieldsOfStudy s2FieldsOfStudy publicationTypes publicationDate journal "+
		"citationStyles tldr textAvailability score").with("authors", scholarAuthorLeaves).with("embedding", leaves("specter_v1 specter_v2"))
	scholarPaperFields    = scholarPaperLeaves.with("citations", scholarPaperLeaves).with("references", scholarPaperLeaves)
	scholarAuthorFields   = scholarAuthorLeaves.with("papers", scholarPaperLeaves)
	scholarCitationFields = fieldTree{"contexts": nil, "intents": nil, "contextsWithIntent": nil, "isInfluential": nil, "citingPaper": scholarPaperLeaves, "citedPaper": scholarPaperLeaves}
)

// scholarFields are the fields that a request asks for, with the parts of each. A field of parts that is asked for as a
// whole has "" among them.
type scholarFields map[string][]string

// has reports whether name, or a part of it, is asked for.
func (f scholarFields) has(name string) bool { _, ok := f[name]; return ok }

// parts returns the fields within name.
func (f scholarFields) parts(name string) scholarFields {
	out := make(scholarFields)
	for _, path := range f[name] {
		if path == "" {
			continue
		}
		top, rest, _ := strings.Cut(path, ".")
		out[top] = append(out[top], rest)
	}
	return out
}

// scholarFields reads fields, which trees know. Those that they do not know are refused in the words of the service.
func (r *request) scholarFields(trees ...fieldTree) scholarFields {
	out := make(scholarFields)
	var unknown []string
	for _, path := range r.list("fields") {
		if !slices.ContainsFunc(trees, func(t fieldTree) bool { return t.knows(path) }) {
			unknown = append(unknown, clip(path, 60))
			continue
		}
		top, rest, _ := strings.Cut(path, ".")
		out[top] = append(out[top], rest)
	}
	if unknown != nil {
		r.fail("fields", "Unrecognized or unsupported fields: [%s]", strings.Join(unknown[:min(len(unknown), 20)], ", "))
	}
	return out
}

// knows reports whether a path of names separated by dots is in the tree.
func (t fieldTree) knows(path string) bool {
	top, rest, more := strings.Cut(path, ".")
	parts, ok := t[top]
	return ok && (!more || parts.knows(rest))
}

// orTitle returns f, or the fields that the service answers with where none are asked for.
func (f scholarFields) orTitle() scholarFields {
	if len(f) == 0 {
		return scholarFields{"title": {""}}
	}
	return f
}

// known returns v, or nil for the zero value: what is not known is null.
func known[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// scholarPaper returns an item with the fields that are asked for, and always its id.
func (r *request) scholarPaper(it *item, fields scholarFields) scholarObject {
	p := it.Paper
	out := scholarObject{"paperId": p.ID}
	for name := range fields {
		switch name {
		case "paperId":
		case "corpusId":
			out[name] = corpusID(p)
		case "externalIds":
			out[name] = externalIDs(p)
		case "url":
			out[name] = known(p.SourceURL())
		case "title":
			out[name] = p.Title
		case "abstract":
			out[name] = known(p.Abstract)
		case "venue":
			out[name] = p.Venue
		case "journal":
			out[name] = nil
			if p.Venue != "" {
				out[name] = map[string]string{"name": p.Venue}
			}
		case "year":
			out[name] = known(p.Published.Year)
		case "publicationDate":
			out[name] = nil
			if p.Published.Day != 0 {
				out[name] = p.Published.String()
			}
		case "fieldsOfStudy":
			out[name] = texts(p.Categories)
		case "s2FieldsOfStudy":
			studies := make([]map[string]string, len(p.Categories))
			for i, c := range p.Categories {
				studies[i] = map[string]string{"category": c, "source": "external"}
			}
			out[name] = studies
		case "citationStyles":
			out[name] = citationStyles(p)
		case "authors":
			out[name] = r.scholarNames(p.Authors, fields.parts(name).orName(fields[name]))
		case "citations", "references":
			out[name] = []any{} // no paper here knows what it cites
		case "score":
			if it.Ranked {
				out[name] = it.Score
			}
		default:
			out[name] = nil
		}
	}
	return out
}

// orName adds the name of an author where the whole author is asked for.
func (f scholarFields) orName(paths []string) scholarFields {
	if slices.Contains(paths, "") {
		f["name"] = nil
	}
	return f
}

// scholarNames returns the authors of a paper in their order.
func (r *request) scholarNames(names []string, fields scholarFields) []scholarObject {
	out := make([]scholarObject, len(names))
	for i, name := range names {
		a := &library.Author{ID: library.AuthorID(name), Name: name}
		if fields.has("paperCount") {
			if found, ok := r.s.Catalog.Author(a.ID); ok {
				a.Rows = found.Rows
			}
		}
		out[i] = r.scholarAuthor(a, fields)
	}
	return out
}

// scholarAuthor returns an author with the fields that are asked for, and always the id. Papers are added by whoever has them.
func (r *request) scholarAuthor(a *library.Author, fields scholarFields) scholarObject {
	out := scholarObject{"authorId": known(a.ID)}
	for name := range fields {
		switch name {
		case "authorId", "papers":
		case "name":
			out[name] = a.Name
		case "url":
			out[name] = r.base + "/search?" + url.Values{"q": {`author:"` + strings.ReplaceAll(a.Name, `"`, "") + `"`}}.Encode()
		case "paperCount":
			out[name] = len(a.Rows)
		case "affiliations":
			out[name] = []string{}
		case "externalIds":
			out[name] = map[string]any{}
		default:
			out[name] = nil
		}
	}
	return out
}

// externalIDs returns the ids of p by Semantic Scholar's names for where they come from.
func externalIDs(p *data.Paper) map[string]any {
	out := make(map[string]any)
	names := map[string]string{"arxiv": "ArXiv", "doi": "DOI", "acl": "ACL", "pmid": "PubMed", "pmc": "PubMedCentral", "mag": "MAG", "openalex": "OpenAlex"}
	for _, id := range append([]string{p.ID}, p.Aliases...) {
		kind, rest, _ := strings.Cut(id, ":")
		if name, ok := names[kind]; ok && out[name] == nil {
			out[name] = strings.TrimPrefix(rest, "PMC")
		}
	}
	if p.ArXiv != "" {
		out["ArXiv"] = p.ArXiv
	}
	if p.DOI != "" {
		out["DOI"] = p.DOI
	}
	if n := corpusID(p); n != nil {
		out["CorpusId"] = n
	}
	return out
}

// corpusID returns the number of p in Semantic Scholar's corpus, nil where it is not known.
func corpusID(p *data.Paper) any {
	for _, id := range p.IDs() {
		if digits, ok := strings.CutPrefix(id, "s2:CorpusId:"); ok {
			if n, err := strconv.ParseInt(digits, 10, 64); err == nil {
				return n
			}
		}
	}
	return nil
}

// citationStyles returns p as BibTeX.
func citationStyles(p *data.Paper) any {
	var buf bytes.Buffer
	if err := cite.BibTeX(&buf, []*data.Paper{p}); err != nil { // a buffer takes everything
		return nil
	}
	return map[string]string{"bibtex": strings.TrimSpace(buf.String())}
}

// isScholar reports whether a path belongs to the APIs that Semantic Scholar's clients call.
func isScholar(path string) bool {
	for _, prefix := range []string{"/graph/", "/recommendations/", "/datasets/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

// scholarProblem returns p as the service's clients read errors. They look for the members error and message, and take a
// status that the service does not use for an empty answer: what is wrong with the request is 400, what is no longer there
// 404, and what may be right in a moment 504.
func scholarProblem(p *Problem) *Problem {
	out := *p
	switch p.Status {
	case 410:
		out.Status = 404
	case 413, 415, 422:
		out.Status = 400
	case 503:
		out.Status = 504
	}
	out.ErrorText = p.Detail
	if out.ErrorText == "" {
		out.ErrorText = p.Title
	}
	out.Message = out.ErrorText
	return &out
}
