package api

import (
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"

	"kindred/api/link"
	"kindred/api/web"
	"kindred/recommend/library"

	"github.com/getkin/kin-openapi/openapi3"
)

// widgetView is what the page for site owners shows.
type widgetView struct {
	Paper, Layout, Theme string
	Limit                int
	Layouts, Themes      []string
	Limits               []int
	Script               string // address of the widget
	Snippet, Plain       string // what to copy
	Frame, Badge         string
	Title                string // of the chosen paper
	Missing              string // what was asked for and is not there
}

// widgetPage lets a site owner set options, see the widget live and copy the snippet. The form works without scripts.
func (a *server) widgetPage(r *request) (*reply, error) {
	view := widgetView{Paper: r.one("paper"), Layouts: []string{"list", "cards", "compact"}, Themes: []string{"auto", "light", "dark"}, Limits: []int{3, 5, 8, 10}}
	view.Layout = r.choice("layout", view.Layouts...)
	view.Theme = r.choice("theme", view.Themes...)
	view.Limit = r.integer("limit", embedLimit, 1, 20)
	if err := r.done(); err != nil {
		return nil, err
	}
	if view.Paper == "" {
		view.Paper = example(r.s)
	}
	id := canonical(view.Paper)
	if p, err := (&request{params: r.params, c: r.c, s: r.s, id: id}).paper(); err == nil {
		view.Paper, view.Title = p.ID, p.Title
	} else if problemOf(err).Status != http.StatusNotFound {
		return nil, err
	} else {
		view.Missing = view.Paper
	}
	view.Script = r.base + "/widget.v1.js"
	attrs := fmt.Sprintf(`paper="%s" limit="%d"`, html.EscapeString(view.Paper), view.Limit)
	data := fmt.Sprintf(`data-paper="%s" data-limit="%d"`, html.EscapeString(view.Paper), view.Limit)
	for _, o := range []struct{ name, value string }{{"layout", view.Layout}, {"theme", view.Theme}} {
		if o.value != "list" && o.value != "auto" {
			attrs += fmt.Sprintf(` %s="%s"`, o.name, o.value)
			data += fmt.Sprintf(` data-%s="%s"`, o.name, o.value)
		}
	}
	script := fmt.Sprintf(`<script src="%s" async></script>`, html.EscapeString(view.Script))
	src := html.EscapeString(r.base + "/embed/similar/" + link.Escape(view.Paper))
	page := html.EscapeString(r.base + link.Paper(view.Paper))
	view.Snippet = script + "\n<similar-papers " + attrs + "></similar-papers>"
	view.Plain = script + "\n<div data-similar-papers " + data + "></div>"
	view.Frame = fmt.Sprintf(`<iframe src="%s?limit=%d" title="Related papers" width="100%%" height="420" loading="lazy"></iframe>`, src, view.Limit)
	view.Badge = fmt.Sprintf("[![related papers](%s/badge/%s.svg)](%s)", r.base, link.Escape(view.Paper), page)
	v := a.frame(r, "Widget", "Related papers on your own site, with two lines of HTML.")
	v.Widget, v.Script, v.Data = true, "widget-page.js", view
	return a.render("widget", v)
}

// example returns the id of a paper that is here: the newest.
func example(s *library.Snapshot) string {
	if rows := s.Catalog.Recent(); len(rows) > 0 {
		return s.Catalog.Row(int(rows[0])).ID
	}
	return "arxiv:2306.05544"
}

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
	Values               []string // all there are, of a word
	Required             bool
}

type operationGroup struct {
	Tag, Text  string
	Operations []operationView
}

// docsPage shows the contract to people, made from openapi.yaml.
func (a *server) docsPage(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	v := a.frame(r, "API", "The REST API, made from its OpenAPI description.")
	v.Data = struct {
		Intro   []string
		Base    string
		Example string // path of papers like one that is here
		Groups  []operationGroup
	}{strings.Split(strings.TrimSpace(a.spec.doc.Info.Description), "\n\n"), r.base, link.PaperAPI(example(r.s)) + "/similar", a.spec.groups()}
	return a.render("docs", v)
}

// groups returns the operations by tag, in the order of the document's tags and of the paths' names.
func (s *spec) groups() []operationGroup {
	byTag := make(map[string][]operationView)
	for _, path := range s.doc.Paths.InMatchingOrder() {
		item := s.doc.Paths.Value(path)
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
			op := item.GetOperation(method)
			if op == nil || len(op.Tags) == 0 {
				continue
			}
			byTag[op.Tags[0]] = append(byTag[op.Tags[0]], describe(method, path, op))
		}
	}
	var out []operationGroup
	for _, tag := range s.doc.Tags {
		ops := byTag[tag.Name]
		slices.SortStableFunc(ops, func(x, y operationView) int { return strings.Compare(x.Path, y.Path) })
		out = append(out, operationGroup{tag.Name, tag.Description, ops})
	}
	return out
}

func describe(method, path string, op *openapi3.Operation) operationView {
	out := operationView{ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Text: op.Description, Key: op.Security != nil && len(*op.Security) > 0}
	for _, ref := range op.Parameters {
		p := ref.Value
		out.Params = append(out.Params, paramView{p.Name, p.In, typeName(p.Schema), p.Description, enumOf(p.Schema), p.Required && p.In != "path"})
	}
	if op.RequestBody != nil {
		if media := op.RequestBody.Value.Content.Get(typeJSON); media != nil && media.Schema != nil {
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
		out = append(out, paramView{name, "body", typeName(ref), ref.Value.Description, enumOf(ref), slices.Contains(schema.Required, name)})
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

func (a *server) robots(r *request) (*reply, error) {
	return made("text/plain; charset=utf-8", web.Robots(r.base), nil)
}

func (a *server) sitemapIndex(r *request) (*reply, error) {
	body, err := web.Sitemaps(r.s, r.base)
	return made(typeXML, body, err)
}

func (a *server) sitemap(r *request) (*reply, error) {
	body, err := web.Sitemap(r.s, r.base, r.id)
	if err == nil && body == nil {
		return nil, problem(http.StatusNotFound, "There is no such sitemap; /sitemap.xml lists them.")
	}
	return made(typeXML, body, err)
}
