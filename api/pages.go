package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"kindred/api/cached"
	"kindred/api/link"
	"kindred/api/problem"
	"kindred/api/web"
	"kindred/api/wire"
	"kindred/classifier"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// pageRoutes serve people.
func (a *server) pageRoutes(get func(string, time.Duration, handler) route) []route {
	return append(append(a.listRoutes(get), a.listingRoutes(get)...), []route{
		get("/", 0, a.homePage),
		get("/search", 0, a.searchPage),
		{http.MethodPost, "/like", a.post(a.likePage)},
		get("/papers/{paper}", 0, a.paperPage),
		get("/authors/{name}", 0, a.authorPage),
		get("/topics", 0, learned(a.topicsPage)),
		get("/topics/compare", 0, learned(a.comparePage)),
		get("/topics/{topic}", 0, learned(a.topicPage)),
		get("/map", 0, learned(a.mapPage)),
		get("/widget", 0, a.widgetPage),
		get("/docs", 0, a.docsPage),
		get("/topics/", 0, goes("/topics")),
		get("/search/", 0, goes("/search")),
		get("/list/", 0, goes("/list")),
		get("/map/", 0, goes("/map")),
		get("/like", 0, goes("/search")),
		get("/robots.txt", time.Hour, a.robots),
		get("/sitemap.xml", time.Hour, a.sitemapIndex),
		get("/sitemaps/{name}", time.Hour, a.sitemap),
		get("/opensearch.xml", time.Hour, a.openSearch),
		get("/favicon.ico", time.Hour, goes("/favicon.svg")),
		{http.MethodGet, "/favicon.svg", func(c *gin.Context, _ string) { a.serveAsset(c, "favicon.svg") }},
		{http.MethodGet, "/assets/{name}", a.serveAsset},
	}...)
}

// goes returns a handler that sends a reader on to a page.
func goes(to string) handler {
	return func(*request) (*reply, error) { return redirect(to), nil }
}

// asked is input.Params.Done for pages, whose addresses may carry a reader's list.
func (r *request) asked() error { return r.DoneAmong(carriedNames...) }

func (a *server) homePage(r *request) (*reply, error) {
	if err := r.asked(); err != nil {
		return nil, err
	}
	q := library.Listing{Limit: web.HomePapers}
	if week, ok := r.s.Catalog.Latest(library.Week); ok {
		q.Span, q.Order = week, library.Trending
	}
	newest, err := r.s.Listing(r.context(), q)
	if err != nil {
		return nil, err
	}
	return pageReply(a.pages.Home(r.view(), newest))
}

func (a *server) searchPage(r *request) (*reply, error) {
	words := r.One("q")
	in, pg := r.found("search", searchOrders...)
	if len(words) > recommend.MaxQuery {
		r.Fail("q", "These are too many words for a search; paste longer texts into the field for abstracts.")
	}
	if err := r.asked(); err != nil {
		return nil, err
	}
	l := &listing{page: pg}
	meant, err := r.meant(words)
	if err != nil {
		return nil, err
	}
	if meant.Certain() && pg.offset == 0 && !in.Query.Filtered() {
		return redirect(link.Paper(meant.Paper.ID)), nil
	}
	unknown := meant.Paper == nil && meant.ID != ""
	if words != "" && !unknown {
		q, err := r.sifted(in.Query)
		if err != nil {
			return nil, err
		}
		if l, err = r.find(words, q, in.Query.Order == library.Newest, pg); err != nil {
			return nil, err
		}
	}
	if in.Topics, err = r.s.ListingTopics(r.context(), in.Query); err != nil {
		return nil, err
	}
	in.List = shown(l, web.Form{})
	return pageReply(a.pages.Search(r.view(), words, unknown, in))
}

// found reads what a reader chose of a list of papers that were found: filters, order, view, and the page.
func (r *request) found(scope string, orders ...string) (web.Listing, page) {
	q := r.listingFilters()
	q.Order = r.Choice("order", orders...)
	view := r.Choice("view", web.Views...)
	return web.Listing{Query: q, Usual: orders[0], View: view}, r.pageOf(scope, web.PageOf(view))
}

// sifted returns a query with the filters of a listing, and with reasons.
func (r *request) sifted(from library.Listing) (recommend.Query, error) {
	q := recommend.Query{Explain: true, Filter: recommend.Filter{
		After: from.After, Before: from.Before, Topics: from.Topics, Categories: from.Categories,
	}}
	return q, r.sift(&q.Filter, from)
}

// likeTopics is how many topics of a pasted text a page shows.
const likeTopics = 3

// likePage answers a pasted text. It is posted, so that a draft ends up in no log and no history.
func (a *server) likePage(r *request) (*reply, error) {
	form, err := r.postForm()
	if err != nil {
		return nil, err
	}
	text := strings.TrimSpace(strings.ReplaceAll(form.Get("text"), "\r\n", "\n"))
	// The next page is of the same text and filters, whatever list the form carries.
	r.Values = maps.Clone(form)
	r.Values.Set("text", text)
	maps.DeleteFunc(r.Values, func(name string, _ []string) bool { return name != "text" && slices.Contains(carriedNames, name) })
	in, pg := r.found("like", library.Likeness)
	r.Know("text")
	if text == "" {
		r.Fail("text", "The field is empty; paste a title, an abstract or a few sentences.")
	}
	if len(text) > recommend.MaxText {
		r.Fail("text", "The text has %d bytes; at most %d are read.", len(text), recommend.MaxText)
	}
	if err := r.asked(); err != nil {
		return nil, err
	}
	r.Values = form // the list that the form carries, with the text as its own
	q, err := r.sifted(in.Query)
	if err != nil {
		return nil, err
	}
	q.Text = text
	l, err := r.alike(q, pg)
	if err != nil {
		return nil, err
	}
	if in.Topics, err = r.s.ListingTopics(r.context(), in.Query); err != nil {
		return nil, err
	}
	in.List = shown(l, web.Form{})
	scores, other, err := r.s.Classifier.Classify(text, likeTopics)
	if err != nil && !errors.Is(err, classifier.ErrNoTerms) {
		return nil, fmt.Errorf("classify: %w", err)
	}
	return pageReply(a.pages.Like(r.view(), text, r.s.TopicWeights(scores), other, in))
}

func (a *server) paperPage(r *request) (*reply, error) {
	if r.id == "" { // the address of all papers, with a slash
		return redirect("/papers"), nil
	}
	q := recommend.Query{Explain: true}
	form := r.form(&q)
	pg := r.pageOf("similar "+canonical(r.id), recommend.DefaultLimit)
	if err := r.asked(); err != nil {
		return nil, err
	}
	p, err := r.paper()
	if err != nil {
		return nil, err
	}
	q.Positive = []string{p.ID}
	l := &listing{page: pg}
	if r.s.Ready() {
		if l, err = r.recommend(q, pg); err != nil {
			return nil, err
		}
	}
	near, err := r.near(p, pg, form)
	if err != nil {
		return nil, err
	}
	var editions []*data.Paper
	if p.DuplicateOf != "" {
		if editions, err = r.present(p.DuplicateOf); err != nil {
			return nil, err
		}
	}
	return pageReply(a.pages.Paper(r.view(), p, editions, shown(l, form), near))
}

// near returns the neighbourhood of a paper, for the page that has the first of its papers; nil for others.
func (r *request) near(p *data.Paper, pg page, form web.Form) (*library.Neighbourhood, error) {
	if !r.s.Ready() || pg.offset > 0 || form != (web.Form{}) {
		return nil, nil
	}
	return r.s.Neighbourhood(r.context(), p.ID, 0)
}

// seeds returns the papers that ids name, without those that are not here.
func (r *request) seeds(ids []string) ([]web.Seed, error) {
	var out []web.Seed
	for _, id := range ids {
		p, err := r.s.Papers.Paper(r.context(), id)
		if errors.Is(err, data.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("paper %s: %w", id, err)
		}
		out = append(out, web.Seed{ID: id, Paper: p})
	}
	return out, nil
}

// present is seeds for those who need no ids.
func (r *request) present(ids ...string) (papers []*data.Paper, err error) {
	seeds, err := r.seeds(ids)
	for i := range seeds {
		papers = append(papers, seeds[i].Paper)
	}
	return papers, err
}

// authorPage shows the papers of an author, who is named in any way that has the same words.
func (a *server) authorPage(r *request) (*reply, error) {
	pg := r.pageOf("author "+r.id, pageLimit)
	if err := r.asked(); err != nil {
		return nil, err
	}
	author, ok := r.s.Catalog.Author(library.AuthorID(r.id))
	if !ok {
		if close := r.s.Catalog.AuthorsNamed(r.id); len(close) > 0 {
			return redirect(link.Author(close[0].Name)), nil
		}
		return nil, problem.Search.Missing("No paper here is by an author called %q", clip(r.id, 100))
	}
	l, err := r.rowList(author.Name, link.Author(author.Name), author.Rows, pg)
	if err != nil {
		return nil, err
	}
	return pageReply(a.pages.Author(r.view(), author, shown(l, web.Form{})))
}

func (a *server) topicsPage(r *request) (*reply, error) {
	by := r.Choice("sort", "size", "rise", "label")
	words := r.One("q")
	if err := r.asked(); err != nil {
		return nil, err
	}
	return pageReply(a.pages.Topics(r.view(), by, words))
}

func (a *server) topicPage(r *request) (*reply, error) {
	pg := r.pageOf("topic "+r.id, pageLimit)
	if err := r.asked(); err != nil {
		return nil, err
	}
	t, err := r.topicOf()
	if err != nil {
		return nil, err
	}
	l, err := r.rowList(t.Label, link.Topic(t.ID), r.s.Catalog.Members(t.ID), pg)
	if err != nil {
		return nil, err
	}
	l.Reason = ""
	var typical []*data.Paper
	if pg.offset == 0 {
		if typical, err = r.present(t.Papers[:min(web.TypicalPapers, len(t.Papers))]...); err != nil {
			return nil, err
		}
	}
	return pageReply(a.pages.Topic(r.view(), t, shown(l, web.Form{}), typical))
}

func (a *server) mapPage(r *request) (*reply, error) {
	if err := r.asked(); err != nil {
		return nil, err
	}
	return pageReply(a.pages.Map(r.view()))
}

// widgetPage lets a site owner set options, see the widget live and copy the snippet.
func (a *server) widgetPage(r *request) (*reply, error) {
	asked := r.One("paper")
	in := web.Widget{
		Layout: r.Choice("layout", web.WidgetLayouts...), Theme: r.Choice("theme", web.WidgetThemes...),
		Lang: r.Choice("lang", web.WidgetLangs...), Empty: r.Choice("empty", web.WidgetEmpty...),
		Limit: r.Integer("limit", web.EmbedLimit, 1, web.MaxEmbedLimit),
	}
	if err := r.asked(); err != nil {
		return nil, err
	}
	meant, err := r.meant(cmp.Or(asked, web.Example(r.s)))
	if err != nil {
		return nil, err
	}
	if meant.Paper != nil {
		in.Paper, in.Title = meant.Paper.ID, meant.Paper.Title
	} else {
		in.Missing = asked
	}
	return pageReply(a.pages.Widget(r.view(), in))
}

// docsPage shows the contract to people, made from openapi.yaml.
func (a *server) docsPage(r *request) (*reply, error) {
	if err := r.asked(); err != nil {
		return nil, err
	}
	example, err := r.exampleAnswer()
	if err != nil {
		return nil, err
	}
	return pageReply(a.pages.Docs(r.view(), a.spec.doc, example))
}

// exampleAnswer returns what the example of the documentation is answered with, "" where nothing can be.
func (r *request) exampleAnswer() (string, error) {
	id := web.Example(r.s)
	if _, err := findPaper(r.context(), r.s, id); err != nil || !r.s.Ready() {
		return "", nil
	}
	l, err := r.recommend(recommend.Query{Positive: []string{id}, Explain: true}, page{limit: 1})
	if err != nil {
		return "", err
	}
	env := wire.List(r.s, &l.List, 1, wire.ListFields, wire.Links{Self: web.ExampleCall(r.s), HTML: link.Paper(id)})
	out, err := json.MarshalIndent(env, "", "  ")
	return string(out), err
}

func (a *server) robots(r *request) (*reply, error) {
	return made("text/plain; charset=utf-8", web.Robots(r.base), nil)
}

// openSearch tells browsers how to search the site from their address bar.
func (a *server) openSearch(r *request) (*reply, error) {
	body, err := a.pages.OpenSearch(r.base)
	return made("application/opensearchdescription+xml; charset=utf-8", body, err)
}

func (a *server) sitemapIndex(r *request) (*reply, error) {
	body, err := web.Sitemaps(r.s, r.base)
	return made(typeXML, body, err)
}

func (a *server) sitemap(r *request) (*reply, error) {
	body, err := web.Sitemap(r.s, r.base, r.id)
	if err == nil && body == nil {
		return nil, problem.New(http.StatusNotFound, "There is no such sitemap; /sitemap.xml lists them.")
	}
	return made(typeXML, body, err)
}

// serveAsset answers with an embedded style sheet or script. With the hash of its content in the address it may be kept
// for ever.
func (a *server) serveAsset(c *gin.Context, name string) {
	kept, ok := a.assets[name]
	if !ok {
		a.notFound(c)
		return
	}
	if c.Request.URL.RawQuery == "v="+kept.passing[cached.None].Tag() {
		kept.forever.Write(c.Writer, c.Request)
		return
	}
	kept.passing.Write(c.Writer, c.Request)
}
