// Package scholar answers as Semantic Scholar's Academic Graph API does (api.semanticscholar.org/api-docs): the shapes of
// papers and authors, the fields that may be asked for, the orders and ranges of lists, and the limits. It knows no request:
// what a client asked, and what it is told of a wrong one, is decided in api. A field that was asked for and that nothing is
// known of is null, as there; counts of citations are among them, since 0 would be a statement.
package scholar

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

// Shape writes the papers and authors of a snapshot.
type Shape struct {
	*library.Snapshot
	Base string // where the site is reached, for links
}

// Object is a paper or an author under Semantic Scholar's names.
type Object map[string]any

// FieldTree holds the names of fields, and the trees of those that have parts such as authors.name.
type FieldTree map[string]FieldTree

func leaves(names string) FieldTree {
	out := make(FieldTree)
	for name := range strings.FieldsSeq(names) {
		out[name] = nil
	}
	return out
}

// with returns a copy of t that has name with parts.
func (t FieldTree) with(name string, parts FieldTree) FieldTree {
	out := FieldTree{name: parts}
	for n, p := range t {
		if n != name {
			out[n] = p
		}
	}
	return out
}

// The fields that the service documents, and score, which is ours: the likeness in [0,1], where a list is ranked by it.
var (
	// CitedFields are those of a paper within another object.
	CitedFields = leaves("paperId corpusId externalIds url title abstract venue publicationVenue year referenceCount "+
		"citationCount influentialCitationCount isOpenAccess openAccessPdf fieldsOfStudy s2FieldsOfStudy publicationTypes "+
		"publicationDate journal citationStyles tldr textAvailability score").
		with("authors", authorLeaves).with("embedding", leaves("specter_v1 specter_v2"))
	// PaperFields are those of a paper.
	PaperFields = CitedFields.with("citations", CitedFields).with("references", CitedFields)
	// AuthorFields are those of an author.
	AuthorFields = authorLeaves.with("papers", CitedFields)
	// CitationFields are those of a citation.
	CitationFields = leaves("contexts intents contextsWithIntent isInfluential").
			with("citingPaper", CitedFields).with("citedPaper", CitedFields)

	authorLeaves = leaves("authorId externalIds url name aliases affiliations homepage paperCount citationCount hIndex")
)

// Fields are the fields that a request asks for, with the parts of each. A field of parts that is asked for as a
// whole has "" among them.
type Fields map[string][]string

// Has reports whether name, or a part of it, is asked for.
func (f Fields) Has(name string) bool { _, ok := f[name]; return ok }

// Parts returns the fields within name.
func (f Fields) Parts(name string) Fields {
	out := make(Fields)
	for _, path := range f[name] {
		if path == "" {
			continue
		}
		top, rest, _ := strings.Cut(path, ".")
		out[top] = append(out[top], rest)
	}
	return out
}

// Parse returns the fields that paths name, and the paths that no tree knows.
func Parse(paths []string, trees ...FieldTree) (fields Fields, unknown []string) {
	fields = make(Fields)
	for _, path := range paths {
		if !slices.ContainsFunc(trees, func(t FieldTree) bool { return t.knows(path) }) {
			unknown = append(unknown, path)
			continue
		}
		top, rest, _ := strings.Cut(path, ".")
		fields[top] = append(fields[top], rest)
	}
	return fields, unknown
}

// knows reports whether a path of names separated by dots is in the tree.
func (t FieldTree) knows(path string) bool {
	top, rest, more := strings.Cut(path, ".")
	parts, ok := t[top]
	return ok && (!more || parts.knows(rest))
}

// OrTitle returns f, or the fields that the service answers with where none are asked for.
func (f Fields) OrTitle() Fields {
	if len(f) == 0 {
		return Fields{"title": {""}}
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

// Paper returns an item with the fields that are asked for, and always its id.
func (s Shape) Paper(it *library.Item, fields Fields) Object {
	p := it.Paper
	out := Object{"paperId": p.ID}
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
			out[name] = nil
			if len(p.Categories) > 0 {
				out[name] = p.Categories
			}
		case "s2FieldsOfStudy":
			studies := make([]map[string]string, len(p.Categories))
			for i, c := range p.Categories {
				studies[i] = map[string]string{"category": c, "source": "external"}
			}
			out[name] = studies
		case "citationStyles":
			out[name] = citationStyles(p)
		case "authors":
			out[name] = s.names(p.Authors, fields.Parts(name).orName(fields[name]))
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
func (f Fields) orName(paths []string) Fields {
	if slices.Contains(paths, "") {
		f["name"] = nil
	}
	return f
}

// names returns the authors of a paper in their order.
func (s Shape) names(names []string, fields Fields) []Object {
	out := make([]Object, len(names))
	for i, name := range names {
		a := &library.Author{ID: library.AuthorID(name), Name: name}
		if fields.Has("paperCount") {
			if found, ok := s.Catalog.Author(a.ID); ok {
				a.Rows = found.Rows
			}
		}
		out[i] = s.Author(a, fields)
	}
	return out
}

// Author returns an author with the fields that are asked for, and always the id. Papers are added by whoever has them.
func (s Shape) Author(a *library.Author, fields Fields) Object {
	out := Object{"authorId": known(a.ID)}
	for name := range fields {
		switch name {
		case "authorId", "papers":
		case "name":
			out[name] = a.Name
		case "url":
			out[name] = s.Base + "/search?" + url.Values{"q": {`author:"` + strings.ReplaceAll(a.Name, `"`, "") + `"`}}.Encode()
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
