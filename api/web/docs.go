package web

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"kindred/api/link"
	"kindred/recommend/library"
)

// operationView is one operation of the API as the documentation shows it.
type operationView struct {
	ID, Method, Path, Summary, Text string
	Params                          []paramView
	Body                            []paramView
	Statuses                        []string
	Key                             bool
}

type paramView struct {
	Name, In, Type, Text string
	Bounds               string   // what a value may be, and is where none is given
	Values               []string // all there are, of a word
	Required             bool
}

type operationGroup struct {
	Tag, Text  string
	Operations []operationView
}

// Docs returns the page that shows a contract, an OpenAPI document, to people. answer is that of [ExampleCall], "" for
// none.
func (p *Pages) Docs(v View, doc *openapi3.T, answer string) ([]byte, error) {
	f := p.frame(v, "API", "The REST API, made from its OpenAPI description.")
	f.Data = struct {
		Intro   []string
		Base    string
		Example string // path of papers like one that is here
		Answer  string
		Groups  []operationGroup
	}{
		strings.Split(strings.TrimSpace(doc.Info.Description), "\n\n"), v.Base,
		ExampleCall(v.Snapshot), answer, groups(doc),
	}
	return p.render("docs", f)
}

// ExampleCall returns the path of a call of the API whose answer shows what answers look like.
func ExampleCall(s *library.Snapshot) string {
	return link.PaperAPI(Example(s)) + "/similar?explain=true&limit=1"
}

// Example returns the id of a paper that is here, the newest, or of one that people know.
func Example(s *library.Snapshot) string {
	if rows := s.Catalog.Recent(); len(rows) > 0 {
		return s.Catalog.Row(int(rows[0])).ID
	}
	return "arxiv:2306.05544"
}

// groups returns the operations by tag, in the order of the document's tags and of the paths' names.
func groups(doc *openapi3.T) []operationGroup {
	byTag := make(map[string][]operationView)
	for _, path := range doc.Paths.InMatchingOrder() {
		item := doc.Paths.Value(path)
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
			op := item.GetOperation(method)
			if op == nil || len(op.Tags) == 0 {
				continue
			}
			byTag[op.Tags[0]] = append(byTag[op.Tags[0]], describe(method, path, op))
		}
	}
	var out []operationGroup
	for _, tag := range doc.Tags {
		ops := byTag[tag.Name]
		slices.SortStableFunc(ops, func(x, y operationView) int { return strings.Compare(x.Path, y.Path) })
		out = append(out, operationGroup{tag.Name, tag.Description, ops})
	}
	return out
}

func describe(method, path string, op *openapi3.Operation) operationView {
	out := operationView{
		ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Text: op.Description,
		Key: op.Security != nil && len(*op.Security) > 0,
	}
	for _, ref := range op.Parameters {
		p := ref.Value
		out.Params = append(out.Params, paramView{
			p.Name, p.In, typeName(p.Schema), p.Description, boundsOf(p.Schema), enumOf(p.Schema), p.Required && p.In != "path",
		})
	}
	if op.RequestBody != nil {
		if media := op.RequestBody.Value.Content.Get("application/json"); media != nil && media.Schema != nil {
			out.Body = bodyParams(media.Schema.Value)
		}
	}
	for _, status := range op.Responses.Keys() {
		out.Statuses = append(out.Statuses, status)
	}
	slices.Sort(out.Statuses)
	return out
}

func bodyParams(schema *openapi3.Schema) []paramView {
	var out []paramView
	for name, ref := range schema.Properties {
		out = append(out, paramView{
			name, "body", typeName(ref), ref.Value.Description, boundsOf(ref), enumOf(ref), slices.Contains(schema.Required, name),
		})
	}
	slices.SortFunc(out, func(x, y paramView) int { return strings.Compare(x.Name, y.Name) })
	return out
}

// typeName says a schema's type in a word or two.
func typeName(ref *openapi3.SchemaRef) string {
	if ref == nil || ref.Value == nil || ref.Value.Type == nil {
		return ""
	}
	s := ref.Value
	name := strings.Join(s.Type.Slice(), " or ")
	if s.Type.Is("array") && s.Items != nil {
		return "array of " + typeName(s.Items)
	}
	if s.Format != "" {
		name += ", " + s.Format
	}
	return name
}

// boundsOf says in words which numbers, or how many characters or items, a schema allows, and its default.
func boundsOf(ref *openapi3.SchemaRef) string {
	if ref == nil || ref.Value == nil {
		return ""
	}
	s := ref.Value
	var out []string
	switch number := func(v *float64) string { return strconv.FormatFloat(*v, 'f', -1, 64) }; {
	case s.Min != nil && s.Max != nil:
		out = append(out, "From "+number(s.Min)+" to "+number(s.Max))
	case s.Min != nil:
		out = append(out, "At least "+number(s.Min))
	case s.Max != nil:
		out = append(out, "At most "+number(s.Max))
	case s.MaxLength != nil:
		out = append(out, fmt.Sprintf("At most %s characters", count(int(*s.MaxLength))))
	case s.MaxItems != nil:
		out = append(out, fmt.Sprintf("At most %s", count(int(*s.MaxItems))))
	}
	if s.Default != nil {
		out = append(out, fmt.Sprintf("%v by default", s.Default))
	}
	if len(out) == 0 {
		return ""
	}
	return strings.Join(out, "; ") + "."
}

// enumOf returns the values that a schema, or that of an array's items, allows; nil for any.
func enumOf(ref *openapi3.SchemaRef) []string {
	if ref == nil || ref.Value == nil {
		return nil
	}
	if ref.Value.Type.Is("array") {
		return enumOf(ref.Value.Items)
	}
	var out []string
	for _, e := range ref.Value.Enum {
		out = append(out, fmt.Sprint(e))
	}
	return out
}
