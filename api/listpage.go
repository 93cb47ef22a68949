package api

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"kindred/api/input"
	"kindred/api/link"
	"kindred/api/problem"
	"kindred/api/web"
	"kindred/classifier"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// listRoutes serve the list that a reader collects, its files and its feeds.
func (a *server) listRoutes(get func(string, time.Duration, handler) route) []route {
	routes := []route{get("/list", 0, a.listPage), {http.MethodPost, "/list/import", a.post(a.importPage)}}
	for _, kind := range exportKinds {
		routes = append(routes,
			get("/list/papers."+kind, 0, a.listFile(kind, "papers", listedPapers)),
			get("/list/recommendations."+kind, 0, a.listFile(kind, "recommendations", recommendedPapers)))
	}
	for _, kind := range web.FeedKinds {
		routes = append(routes, get("/list/feed."+kind, 5*time.Minute, a.feed(kind, a.listFeed)))
	}
	return routes
}

// carriedNames are the parameters of pages that hold a reader's list.
var carriedNames = []string{"positive", "negative", "text", "name"}

// Limits of a list whose links carry it.
const (
	maxCarried  = 4000 // bytes of its text
	maxListName = 80   // bytes of its name
)

// carried returns the reader's list. It stands in the address of a page, and goes on with its links. What is too much
// to be carried is cut short.
func (r *request) carried() link.Seeds {
	ids := func(name string) []string {
		var out []string
		for _, v := range r.Values[name] {
			out = append(out, input.SplitIDs(v)...)
		}
		return canonicalIDs(out[:min(len(out), recommend.MaxSeeds)])
	}
	return link.Seeds{
		Positive: ids("positive"), Negative: ids("negative"),
		Text: clip(r.Values.Get("text"), maxCarried), Name: clip(r.Values.Get("name"), maxListName),
	}
}

// seedQuery asks for papers like those of the reader's list.
func (r *request) seedQuery() recommend.Query {
	list := r.carried()
	return recommend.Query{Positive: list.Positive, Negative: list.Negative, Text: list.Text}
}

func (a *server) listPage(r *request) (*reply, error) {
	q := r.seedQuery()
	q.Explain = true
	in := web.Reader{Typed: r.One("add")}
	form := r.form(&q)
	pg := r.pageOf("list", pageLimit)
	if n := len(r.Values["positive"]) + len(r.Values["negative"]); n > recommend.MaxSeeds {
		r.Fail("positive", "The list holds %d papers; at most %d are used.", n, recommend.MaxSeeds)
	}
	if err := r.asked(); err != nil {
		return nil, err
	}
	var err error
	if in.Typed != "" {
		if in.Found, err = r.offers(in.Typed); err != nil {
			return nil, err
		}
	}
	return a.showList(r, in, q, pg, form)
}

// showList answers with the page of the reader's list, which q is about.
func (a *server) showList(r *request, in web.Reader, q recommend.Query, pg page, form web.Form) (*reply, error) {
	var err error
	if in.Positive, err = r.seeds(q.Positive); err != nil {
		return nil, err
	}
	if in.Negative, err = r.seeds(q.Negative); err != nil {
		return nil, err
	}
	l := &listing{page: pg}
	if len(in.Positive) > 0 || q.Text != "" {
		if l, err = r.alike(q, pg); err != nil {
			return nil, err
		}
	}
	in.List = shown(l, form)
	return pageReply(a.pages.Reader(r.view(), in))
}

// alike is recommend for a page, which says it in its own words where the model knows no word of a text.
func (r *request) alike(q recommend.Query, pg page) (*listing, error) {
	l, err := r.recommend(q, pg)
	if errors.Is(err, classifier.ErrNoTerms) {
		return &listing{List: library.List{Reason: recommend.ReasonNoKnownTerms}, page: pg}, nil
	}
	return l, err
}

// maxFound is how many papers are offered for what a reader typed.
const maxFound = 5

// offers returns the papers that a reader may mean: the one with the id, or those that a search finds.
func (r *request) offers(typed string) ([]library.Item, error) {
	p, err := findPaper(r.context(), r.s, typed)
	if err == nil {
		return []library.Item{{Paper: p}}, nil
	}
	if !errors.Is(err, data.ErrNotFound) {
		return nil, err
	}
	l, err := r.find(clip(typed, recommend.MaxQuery), recommend.Query{}, false, page{limit: maxFound})
	if err != nil {
		return nil, err
	}
	return l.Items, nil
}

// importPage shows which references of a file are papers of the library, to be added to the list. Nothing of the file is
// kept.
func (a *server) importPage(r *request) (*reply, error) {
	if err := r.asked(); err != nil {
		return nil, err
	}
	req := r.c.Request
	if err := req.ParseMultipartForm(a.cfg.MaxBody); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, err
		}
		return nil, problem.At("/file", "The form cannot be read: choose a file of references, and send it again.")
	}
	defer req.MultipartForm.RemoveAll()
	r.Values = req.MultipartForm.Value
	in := web.Reader{File: &web.ReadFile{}}
	if err := r.readReferences(in.File); err != nil {
		return nil, err
	}
	list := r.carried()
	for _, p := range in.File.Found {
		list = list.Like(p.ID)
	}
	in.File.TooMany = len(list.Positive)+len(list.Negative) > recommend.MaxSeeds
	q := r.seedQuery()
	q.Explain = true
	rep, err := a.showList(r, in, q, page{limit: pageLimit}, web.Form{})
	if err == nil && in.File.Wrong != "" {
		rep.status = http.StatusBadRequest
	}
	return rep, err
}

// readReferences looks up the references of the file that the request's form has.
func (r *request) readReferences(out *web.ReadFile) error {
	file, head, err := r.c.Request.FormFile("file")
	if err != nil || head.Size == 0 {
		out.Wrong = "No file was sent, or an empty one. Choose a file that your reference manager exported, and send it again."
		return nil
	}
	defer file.Close()
	out.Name = clip(head.Filename, 100)
	refs, err := r.s.References(r.context(), out.Name, file)
	switch {
	case errors.Is(err, data.ErrInvalid):
		out.Wrong = "This file cannot be read as references (" + clip(err.Error(), 300) + "). Export it as BibTeX or RIS, and send it again."
		return nil
	case err != nil:
		return fmt.Errorf("references of a file: %w", err)
	}
	out.Found = refs.Found
	for _, p := range refs.Missing {
		out.Missing = append(out.Missing, library.ReferenceName(p))
	}
	return nil
}

// paperLister makes the papers of a file.
type paperLister func(r *request) ([]*data.Paper, error)

// listedPapers returns the papers of the reader's list, those that are liked first.
func listedPapers(r *request) ([]*data.Paper, error) {
	list := r.carried()
	return r.present(slices.Concat(list.Positive, list.Negative)...)
}

// recommendedPapers returns the papers that a page of the list recommends.
func recommendedPapers(r *request) ([]*data.Paper, error) {
	items, err := r.recommendedItems(recommend.Query{Limit: pageLimit})
	papers := make([]*data.Paper, len(items))
	for i := range items {
		papers[i] = items[i].Paper
	}
	return papers, err
}

// recommendedItems returns what the reader's list recommends, at most q.Limit; nothing for a list that recommends
// nothing.
func (r *request) recommendedItems(q recommend.Query) ([]library.Item, error) {
	seeds := r.seedQuery()
	q.Positive, q.Negative, q.Text = seeds.Positive, seeds.Negative, seeds.Text
	liked, err := r.present(q.Positive...)
	if err != nil || len(liked) == 0 && q.Text == "" {
		return nil, err
	}
	l, err := r.alike(q, page{limit: q.Limit})
	if err != nil {
		return nil, err
	}
	return l.Items, nil
}

// listFile answers with papers of the list as references, in a file that has its name.
func (a *server) listFile(kind, part string, list paperLister) handler {
	return func(r *request) (*reply, error) {
		if err := r.asked(); err != nil {
			return nil, err
		}
		papers, err := list(r)
		if err != nil {
			return nil, err
		}
		rep, err := exported(kind, papers)
		if err != nil {
			return nil, err
		}
		if kind == "csl" {
			kind = "csl.json"
		}
		rep.header["Content-Disposition"] = `attachment; filename="` + web.FileName(r.carried(), part) + "." + kind + `"`
		return rep, nil
	}
}

// What a feed of a list tells of: papers that are at least so much like it, the newest first, so that a new paper comes
// first and not only where it beats all older ones.
const (
	feedScore  = 0.5
	feedDepth  = 200 // papers that are looked at
	feedLength = 50
)

// listFeed lists the newest papers that the reader's list recommends.
func (a *server) listFeed(r *request) (*listing, error) {
	if err := r.asked(); err != nil {
		return nil, err
	}
	items, err := r.recommendedItems(recommend.Query{Limit: feedDepth, MinScore: feedScore})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(items, func(x, y library.Item) int { return y.Paper.Published.Compare(x.Paper.Published) })
	items = items[:min(len(items), feedLength)]
	list := r.carried()
	return &listing{
		List: library.List{Items: items, Total: len(items)}, title: cmp.Or(list.Name, "New for your list"), html: list.Path(),
		page: page{limit: feedLength},
	}, nil
}
