package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"kindred/classifier/topic"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// pageRoutes serve people.
func (a *server) pageRoutes(get func(string, time.Duration, handler) route) []route {
	return []route{
		get("/", 0, a.homePage),
		get("/search", 0, a.searchPage),
		{http.MethodPost, "/like", a.post(a.likePage)},
		get("/papers/{paper}", 0, a.paperPage),
		get("/topics", 0, learned(a.topicsPage)),
		get("/topics/{topic}", 0, learned(a.topicPage)),
		get("/list", 0, a.listPage),
		get("/map", 0, learned(a.mapPage)),
		get("/widget", 0, a.widgetPage),
		get("/docs", 0, a.docsPage),
		{http.MethodGet, "/curate", a.post(a.curatePage)},
		{http.MethodPost, "/curate", a.post(a.curateForm)},
		get("/robots.txt", time.Hour, a.robots),
		get("/sitemap.xml", time.Hour, a.sitemapIndex),
		get("/sitemaps/{name}", time.Hour, a.sitemap),
		{http.MethodGet, "/favicon.svg", func(c *gin.Context, _ string) { a.serveAsset(c, "favicon.svg") }},
		{http.MethodGet, "/assets/{name}", a.serveAsset},
	}
}

// frame is what every page needs around its own data.
type frame struct {
	Site        string
	Title       string
	Description string
	Here        string // path, for the navigation's current entry
	Canonical   string // address under which search engines should know the page
	Words       string // in the search box
	Theme       string // of embedded pages
	Feeds       []feedLink
	OEmbed      []feedLink
	LD          any // schema.org description, nil for none
	Script      string
	Widget      bool
	NoIndex     bool
	Learning    bool // no model is there yet
	Stats       Stats
	Since       string // dates of the first and last paper, for people
	Until       string
	Data        any
}

// feedLink is an alternate form of a page.
type feedLink struct{ Title, Type, Href string }

// pageCSP allows a page what it needs: our own files, and nothing inline.
const pageCSP = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"

func (a *server) frame(r *request, title, description string) frame {
	stats := r.s.stats()
	return frame{
		Site: a.cfg.Name, Title: title, Description: description, Here: r.c.Request.URL.Path, Canonical: r.base + r.c.Request.URL.EscapedPath(),
		Theme: "auto", Learning: !r.s.Ready(), Stats: stats, Since: dayText(stats.First), Until: dayText(stats.Last),
	}
}

// dayText writes a date of the API for people.
func dayText(date string) string {
	d, err := data.ParseDate(date)
	if err != nil {
		return date
	}
	return publishedLong(d)
}

// render returns a page as a reply.
func (a *server) render(page string, v frame) (*reply, error) {
	body, err := a.pages.Render(page, v)
	if err != nil {
		return nil, err
	}
	return &reply{typ: typeHTML, body: body, header: pageHeader()}, nil
}

func pageHeader() map[string]string {
	return map[string]string{"Content-Security-Policy": pageCSP, "Referrer-Policy": "same-origin", "X-Frame-Options": "SAMEORIGIN"}
}

// feeds lists the feeds of a list of the API, for discovery.
func feeds(title, path string, query url.Values) []feedLink {
	tail := ""
	if len(query) > 0 {
		tail = "?" + query.Encode()
	}
	return []feedLink{
		{title + " (Atom)", "application/atom+xml", path + ".atom" + tail},
		{title + " (RSS)", "application/rss+xml", path + ".rss" + tail},
		{title + " (JSON)", "application/feed+json", path + ".json" + tail},
	}
}

// topicCard is a topic as lists of topics show it.
type topicCard struct {
	topicLink
	ID       int
	Size     int
	Terms    []string
	Spark    string
	SparkAlt string
	Rise     string // "×1.8", empty unless it rises beyond chance
	Share    int    // size in hundredths of the largest, for a bar
}

const (
	cardTerms  = 4
	homeTopics = 12
	homePapers = 6
	homeRising = 6
	homeRecent = 2 // papers of each rising topic
)

// trending is a rising topic with the best of its newest papers.
type trending struct {
	topicCard
	Recent []topicLink
}

func (s snapshot) topicCards(list []*topic.Topic) []topicCard {
	largest := 1
	for _, t := range list {
		largest = max(largest, t.Size)
	}
	out := make([]topicCard, len(list))
	all := s.Catalog.Trend(library.AllTopics)
	for i, t := range list {
		trend := since(s.Catalog.Trend(t.ID), all)
		out[i] = topicCard{
			topicLink: topicLink{heading(t.Label), topicPath(t.ID)}, ID: t.ID, Size: t.Size, Terms: furtherTerms(t, cardTerms), Spark: spark(trend.Counts),
			SparkAlt: trendText(trend), Share: 100 * t.Size / largest,
		}
		if trend := s.TrendOf(t); trend.Direction > 0 {
			out[i].Rise = riseText(trend.Rise)
		}
	}
	return out
}

func termTexts(t *topic.Topic, n int) []string {
	var out []string
	for _, term := range t.Terms[:min(n, len(t.Terms))] {
		out = append(out, term.Text)
	}
	return out
}

// furtherTerms returns the terms of a topic that tell more than its label and the terms before them do.
func furtherTerms(t *topic.Topic, n int) []string {
	words := func(s string) []string {
		return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	}
	told := words(t.Label)
	var out []string
	for _, term := range t.Terms {
		parts := words(term.Text)
		if len(out) == n || !slices.ContainsFunc(parts, func(w string) bool { return !slices.ContainsFunc(told, func(s string) bool { return alike(w, s) }) }) {
			continue
		}
		told = append(told, parts...)
		out = append(out, term.Text)
	}
	return out
}

// alike reports whether two words are forms of one, such as edits and editing, as far as their beginnings tell.
func alike(a, b string) bool {
	if a == b {
		return true
	}
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	return same >= 4 && same >= min(len(a), len(b))-2
}

// riseText says how many times its share a topic has now, nothing where that would read as once.
func riseText(rise float64) string {
	if rise < 1.05 {
		return ""
	}
	if rise >= 9.95 {
		return fmt.Sprintf("×%.0f", rise)
	}
	return fmt.Sprintf("×%.1f", rise)
}

// trendText says a curve in words: its first, highest and last period.
func trendText(t library.Trend) string {
	if len(t.Counts) == 0 {
		return "no dates known"
	}
	top := 0
	for i, n := range t.Counts {
		if n > t.Counts[top] {
			top = i
		}
	}
	last := len(t.Counts) - 1
	return fmt.Sprintf("papers per %s: %d in %s, most in %s (%d), %d in %s", t.Unit, t.Counts[0], period(t, 0), period(t, top), t.Counts[top], t.Counts[last], period(t, last))
}

// since leaves out the periods before the first in which all papers are more than sparse: a corpus often has a few
// strays decades before the rest, and a curve that shows them shows little else.
func since(t, all library.Trend) library.Trend {
	sum := 0
	for _, n := range all.Counts {
		sum += n
	}
	first, seen := 0, 0
	for i, n := range all.Counts {
		if seen += n; 100*seen > 2*sum {
			first = i
			break
		}
	}
	if first == 0 || first >= len(t.Counts) {
		return t
	}
	out := library.Trend{Unit: t.Unit, From: period(t, first), Counts: t.Counts[first:]}
	if t.Unit == "month" {
		if from, err := time.Parse("2006-01", t.From); err == nil {
			out.From = from.AddDate(0, first, 0).Format("2006-01")
		}
	}
	return out
}

// heading writes a topic's label with a capital, as the start of a line deserves; names such as gpt-4 stay.
func heading(label string) string {
	word, _, _ := strings.Cut(label, " ")
	if strings.ContainsFunc(word, func(r rune) bool { return r >= '0' && r <= '9' }) {
		return label
	}
	r, size := utf8.DecodeRuneInString(label)
	return string(unicode.ToUpper(r)) + label[size:]
}

// period names the i-th period of a trend.
func period(t library.Trend, i int) string {
	if t.Unit == "year" {
		y, err := strconv.Atoi(t.From)
		if err != nil {
			return t.From
		}
		return strconv.Itoa(y + i)
	}
	from, err := time.Parse("2006-01", t.From)
	if err != nil {
		return t.From
	}
	return from.AddDate(0, i, 0).Format("January 2006")
}

func (a *server) homePage(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	fresh, err := r.s.rows(r.context(), page{limit: homePapers}.cut(r.s.Catalog.Recent()))
	if err != nil {
		return nil, err
	}
	v := a.frame(r, a.cfg.Name, "Papers like this one, and the topics they form, from nothing but their titles and abstracts.")
	v.Feeds = feeds("New papers", "/v1/papers", nil)
	all := r.s.SortedTopics(0, "size", "")
	var rising []trending
	for _, trend := range r.s.Trends("", topic.Main).Topics {
		if t, ok := r.s.Topic(trend.ID); ok && trend.Direction > 0 && len(rising) < homeRising {
			rise := trending{topicCard: r.s.topicCards([]*topic.Topic{t})[0]}
			if rise.Rise == "" {
				continue
			}
			for _, p := range trend.Recent[:min(homeRecent, len(trend.Recent))] {
				rise.Recent = append(rise.Recent, topicLink{p.Title, paperPath(p.ID)})
			}
			rising = append(rising, rise)
		}
	}
	v.Data = struct {
		Topics []topicCard
		Rising []trending
		Count  int // of all topics
		Papers []card
		Map    bool
	}{r.s.topicCards(all[:min(homeTopics, len(all))]), rising, len(all), r.s.cards(&listing{items: fresh}), r.s.Points != nil}
	v.LD = map[string]any{
		"@context": "https://schema.org", "@type": "WebSite", "name": a.cfg.Name, "url": r.base + "/",
		"potentialAction": map[string]string{"@type": "SearchAction", "target": r.base + "/search?q={q}", "query-input": "required name=q"},
	}
	return a.render("home", v)
}

// pageLimit is how many papers a page lists.
const pageLimit = 20

// listView is a list of papers on a page.
type listView struct {
	Cards      []card
	Total      int
	More       bool // than Total
	First      int  // rank of the first card
	Empty      string
	DidYouMean string
	MeanPath   string
	Next, Back string
	Form       filterForm
	Missing    []string
}

// filterForm keeps what the reader chose.
type filterForm struct {
	Hidden    []hidden
	After     string
	Diversity string
}

type hidden struct{ Name, Value string }

// form reads the filters that pages offer.
func (r *request) form(q *recommend.Query, keep ...hidden) filterForm {
	q.After = r.date("published_after")
	q.Diversity = r.fraction("diversity")
	return filterForm{Hidden: keep, After: q.After.String(), Diversity: r.values.Get("diversity")}
}

func (r *request) pageOf(scope string) page {
	r.known = append(r.known, "limit")
	pg := r.page(scope)
	pg.limit = pageLimit
	return pg
}

func (r *request) listView(l *listing, seeds *recommend.Query) listView {
	out := listView{Total: l.total, More: l.more, First: l.page.offset + 1, Empty: emptyReason(l), DidYouMean: l.didYouMean, Missing: l.missing}
	for i := range l.items {
		out.Cards = append(out.Cards, r.s.card(&l.items[i], seeds))
	}
	here := r.c.Request.URL
	if next := l.page.next(len(l.items), l.total); next != "" {
		out.Next = pageAddress(here, "cursor", next)
	}
	if l.page.offset > 0 {
		out.Back = pageAddress(here, "cursor", "")
	}
	if l.didYouMean != "" {
		out.MeanPath = pageAddress(here, "q", l.didYouMean, "cursor", "")
	}
	return out
}

func (a *server) searchPage(r *request) (*reply, error) {
	words := r.one("q")
	var q recommend.Query
	q.Explain = true
	form := r.form(&q, hidden{"q", words})
	pg := r.pageOf("search")
	if len(words) > recommend.MaxQuery {
		r.fail("q", "These are too many words for a search; paste longer texts into the field for abstracts.")
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	l := &listing{page: pg}
	var topics []*topic.Topic
	meant, err := r.meant(words)
	if err != nil {
		return nil, err
	}
	if meant.Certain() && pg.offset == 0 && form.After == "" && form.Diversity == "" {
		return redirect(paperPath(meant.Paper.ID)), nil
	}
	unknown := meant.Paper == nil && meant.ID != ""
	if words != "" && !unknown {
		if l, err = r.find(words, q, pg); err != nil {
			return nil, err
		}
		topics = r.s.SortedTopics(0, "size", strings.ToLower(words))
		topics = topics[:min(len(topics), 6)]
	}
	title := "Search"
	if words != "" {
		title = words + " – search"
	}
	v := a.frame(r, title, "")
	v.Words, v.NoIndex = words, true
	if words != "" {
		v.Feeds = feeds("Papers about "+words, "/v1/search", url.Values{"q": {words}})
	}
	list := r.listView(l, nil)
	list.Form = form
	v.Data = struct {
		Words   string
		Unknown bool // Words are an id that no paper has
		Topics  []topicCard
		List    listView
	}{words, unknown, r.s.topicCards(topics), list}
	return a.render("search", v)
}

// likePage answers a pasted text. It is posted, so that a draft ends up in no log and no history.
func (a *server) likePage(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	if err := r.c.Request.ParseForm(); err != nil {
		return nil, badRequest(FieldError{Detail: "The form cannot be read: " + err.Error()})
	}
	text := strings.TrimSpace(r.c.Request.PostForm.Get("text"))
	if text == "" {
		return nil, badRequest(FieldError{Pointer: "/text", Detail: "The field is empty; paste a title, an abstract or a few sentences."})
	}
	if len(text) > recommend.MaxText {
		return nil, badRequest(FieldError{Pointer: "/text", Detail: fmt.Sprintf("The text has %d bytes; at most %d are read.", len(text), recommend.MaxText)})
	}
	l, err := r.recommend(recommend.Query{Text: text, Explain: true}, page{limit: pageLimit})
	if err != nil && !isNoTerms(err) {
		return nil, err
	}
	if err != nil {
		l = &listing{reason: recommend.ReasonNoKnownTerms}
	}
	scores, err := r.s.Classifier.Classify(text, likeTopics)
	if err != nil && !isNoTerms(err) {
		return nil, fmt.Errorf("classify: %w", err)
	}
	topics := r.s.TopicWeights(scores)
	v := a.frame(r, "Papers like your text", "")
	v.NoIndex = true
	list := r.listView(l, nil)
	list.Next = ""
	v.Data = struct {
		Text   string
		Start  string // of the text
		Topics []weighted
		List   listView
	}{text, opening(text), weights(topics), list}
	return a.render("like", v)
}

// likeQuoted is how many bytes of a pasted text stand above its results; all of it is in the form below them.
const likeQuoted = 360

// opening returns the first words of a text.
func opening(text string) string {
	short := clip(text, likeQuoted)
	if i := strings.LastIndexByte(short, ' '); short != text && i > likeQuoted/2 {
		short = short[:i] + " …"
	}
	return short
}

// likeTopics is how many topics of a pasted text are told.
const likeTopics = 3

// weighted is a topic with its weight in hundredths.
type weighted struct {
	topicLink
	Percent int
}

func topicLinks(list []library.TopicRef) []topicLink {
	var out []topicLink
	for _, t := range list {
		out = append(out, topicLink{heading(t.Label), topicPath(t.ID)})
	}
	return out
}

func weights(list []library.TopicWeight) []weighted {
	var out []weighted
	for _, t := range list {
		if percent(t.Weight) == 0 {
			continue
		}
		out = append(out, weighted{topicLink{heading(t.Label), topicPath(t.ID)}, percent(t.Weight)})
	}
	return out
}

// pageErrors returns errs in the words of pages.
func pageErrors(errs []FieldError) []FieldError {
	out := slices.Clone(errs)
	for i := range out {
		out[i].Detail = pageHints.Replace(out[i].Detail)
	}
	return out
}

// errorPage tells a reader what is wrong. It must work while nothing is loaded, so it asks no snapshot.
func (a *server) errorPage(c *gin.Context, p *Problem) {
	v := frame{Site: a.cfg.Name, Title: p.Title, Here: c.Request.URL.Path, NoIndex: true, Theme: "auto"}
	errs := pageErrors(p.Errors)
	v.Data = struct {
		Status int
		Empty  bool // there is nothing to search
		Detail string
		Errors []FieldError
		ID     string
	}{p.Status, p.Type == problemEmpty, pageHints.Replace(p.Detail), errs, requestID(c)}
	body, err := a.pages.Render("error", v)
	if err != nil {
		a.cfg.Log.Error("error page", "id", requestID(c), "err", err)
		writeProblem(c, p)
		return
	}
	h := c.Writer.Header()
	for name, value := range pageHeader() {
		h.Set(name, value)
	}
	h.Set("Cache-Control", "no-store")
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(int(p.retryAfter.Seconds())))
	}
	c.Data(p.Status, typeHTML, body)
}
