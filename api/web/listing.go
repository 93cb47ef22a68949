package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kindred/api/link"
	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// Views of a listing.
const (
	Comfortable = "comfortable"
	Dense       = "dense"
)

// Views are the views of a listing, the first of them the default.
var Views = []string{Comfortable, Dense}

// PageOf returns how many papers a page lists in a view.
func PageOf(view string) int {
	if view == Dense {
		return 50
	}
	return 20
}

// Listing is a part of a listing of papers, and what its reader chose.
type Listing struct {
	Query  library.Listing
	Usual  string // order of a listing of its kind where the address asks for none
	View   string
	List   List
	Topics []library.TopicCount // of its papers, whatever topic the query asks for
}

// listingView is what a page of a listing shows.
type listingView struct {
	Heading  string
	Said     string // how many papers there are, and what their order is
	Units    []tabLink
	Orders   []tabLink
	Views    []tabLink
	Before   *Link // the span before that has papers
	After    *Link
	Calendar *calendar // nil without a span
	About    []facet
	Dense    bool
	Counted  bool // its rows have a number each
	ForList  bool // ordered by likeness
	NoList   bool // there is no list to go by
	Filters  listingFilters
	List     listView
}

// tabLink is one of several views of the same.
type tabLink struct {
	Link
	Current bool
	Mine    bool // a script gives it the list that is kept in the browser
}

// facet is a topic of a listing, with the address of its papers in it.
type facet struct {
	topicLink
	Count   int
	Width   int // in hundredths of the most frequent
	Current bool
}

// listingFilters are the filters of a listing as a form.
type listingFilters struct {
	Hidden                        []hidden
	Topics, Sources               []option
	Category, After, Before       string
	Categories                    []string // that are suggested
	Linked, Dates, Active, Likely bool
	Clear                         string // address without filters
	Post                          string // where the form is posted, "" for its own address
}

// option is one of what may be chosen, with what a reader sees of it.
type option struct {
	Value, Label string
	Selected     bool
}

// How many choices the filters and the topics beside a list offer.
const (
	listedFacets     = 8
	listedSources    = 40
	listedCategories = 30
)

// Listing returns the page of a listing.
func (p *Pages) Listing(v View, in Listing) ([]byte, error) {
	q := in.Query
	view := listingView{
		Heading: "All papers", Dense: in.View == Dense, ForList: q.Order == library.Likeness, List: v.list(in.List),
		Orders: v.orderTabs(in), Views: v.viewTabs(in), Units: v.unitTabs(in), About: v.facets(in), Filters: v.listingFilters(in),
	}
	view.NoList = view.ForList && in.List.Ordered == nil
	view.Said = said(in)
	title := "All papers"
	if sp := q.Span; !sp.IsZero() {
		view.Heading, title = sp.InWords(), "Papers of "+sp.InWords()
		view.Before, view.After = v.beside(v.Catalog.Before(sp)), v.beside(v.Catalog.After(sp))
		view.Calendar = v.calendar(sp)
		if sp.Unit == library.Day { // it is in the heading
			for i := range view.List.Cards {
				view.List.Cards[i].Date = ""
			}
		}
		if view.List.Empty != "" && !view.NoList && !view.Filters.Active {
			view.List.Empty = "No paper here was published then."
		}
	}
	switch {
	case view.ForList && !v.Ready():
		view.NoList, view.List.Empty = false, learning
	case view.NoList:
		view.List.Empty = ""
	}
	view.rows(in)
	f := p.frame(v, title, strings.TrimSuffix(title+": "+strings.ToLower(view.Said), ": "))
	f.NoIndex = view.ForList || view.Filters.Active || len(in.List.Items) == 0 || in.List.Offset > 0
	f.Script, f.Listing = "keys.js", true
	f.Feeds = v.listingFeeds(in)
	f.Data = view
	return p.render("listing", f)
}

// rows shortens the papers of a dense view to what a row has place for.
func (l *listingView) rows(in Listing) {
	if l.Dense {
		for i := range l.List.Cards {
			l.List.Cards[i].Byline = firstAuthor(in.List.Items[i].Paper)
		}
	}
	l.Counted = slices.ContainsFunc(l.List.Cards, func(c card) bool { return c.Votes != "" || c.Ranked })
}

// firstAuthor names the first author of a paper, and how many more there are.
func firstAuthor(p *data.Paper) string {
	if len(p.Authors) == 0 {
		return data.Byline(nil, p.AuthorCount)
	}
	if n := max(len(p.Authors), p.AuthorCount) - 1; n > 0 {
		return fmt.Sprintf("%s and %d more", p.Authors[0], n)
	}
	return p.Authors[0]
}

// said says how many papers a listing has, and what their order is.
func said(in Listing) string {
	l := in.List.Ordered
	if l == nil {
		return ""
	}
	n := count(in.List.Total) + " papers"
	if in.List.Total == 1 {
		return "1 paper"
	}
	if in.List.Total == 0 {
		return ""
	}
	if in.List.More {
		n = "More than " + n
	}
	switch {
	case l.Order == library.Likeness:
		return n + ", closest to your list first"
	case l.By == library.ByUpvotes && in.Query.Span.Unit == library.Day: // all of one age
		return n + ", most upvotes first"
	case l.By == library.ByUpvotes:
		return n + ", most upvotes for their age first"
	case l.By == library.ByTopics:
		return n + ", closest to rising topics first"
	}
	return n + ", newest first"
}

// here returns the address of the present listing with some parameters replaced, from its first page on.
func (v View) here(pairs ...string) string {
	return pageAddress(v.URL, append([]string{"cursor", "", "limit", ""}, pairs...)...)
}

// at returns the address of another span in the same order, view and filters.
func (v View) at(sp library.Span) string {
	u := *v.URL
	u.Path, u.RawPath = link.Papers(sp.Unit, sp.String()), ""
	return View{URL: &u}.here()
}

func (v View) beside(sp library.Span, ok bool) *Link {
	if !ok {
		return nil
	}
	return &Link{Title: spanShort(sp), Href: v.at(sp)}
}

// spanShort names a span where there is little room.
func spanShort(sp library.Span) string {
	switch sp.Unit {
	case library.Day:
		return sp.First.InWords()
	case library.Week:
		year, week := sp.First.First().ISOWeek()
		return fmt.Sprintf("Week %d of %d", week, year)
	}
	return sp.InWords()
}

// unitTabs lead to the day, the week and the month of what is shown, and to all papers.
func (v View) unitTabs(in Listing) []tabLink {
	var out []tabLink
	for _, unit := range library.SpanUnits {
		sp := in.Query.Span
		switch {
		case sp.IsZero() || unit == library.Day && sp.Unit != unit, unit == library.Week && sp.Unit == library.Month:
			sp = v.newestOf(unit, sp)
		default:
			sp = library.SpanOf(unit, sp.First)
		}
		if sp.IsZero() {
			continue
		}
		out = append(out, tabLink{Link: Link{Title: readable.Heading(unit), Href: v.at(sp)}, Current: in.Query.Span.Unit == unit})
	}
	return append(out, tabLink{Link: Link{Title: "All", Href: v.at(library.Span{})}, Current: in.Query.Span.IsZero()})
}

// newestOf returns the newest span of a unit that has papers within a span.
func (v View) newestOf(unit string, within library.Span) library.Span {
	if within.IsZero() {
		sp, _ := v.Catalog.Latest(unit)
		return sp
	}
	for _, row := range v.Catalog.In(within) {
		if sp := library.SpanOf(unit, v.Catalog.Published(int(row))); !sp.IsZero() {
			return sp
		}
	}
	return library.Span{}
}

func (v View) orderTabs(in Listing) []tabLink {
	titles := map[string]string{library.Newest: "New", library.Trending: "Trending", library.Likeness: "For your list"}
	orders := []string{library.Trending, library.Newest, library.Likeness}
	switch in.Usual {
	case library.Newest:
		orders = []string{library.Newest, library.Trending, library.Likeness}
	case library.Likeness: // of what was searched for
		orders = []string{library.Likeness, library.Newest}
		titles[library.Likeness] = "Best match"
	}
	var out []tabLink
	for _, order := range orders {
		value := order
		if order == in.Usual {
			value = ""
		}
		out = append(out, tabLink{Link{Title: titles[order], Href: v.here("order", value)}, in.Query.Order == order, order == library.Likeness && in.Usual != order})
	}
	return out
}

func (v View) viewTabs(in Listing) []tabLink {
	var out []tabLink
	for _, view := range Views {
		value := view
		if view == Views[0] {
			value = ""
		}
		out = append(out, tabLink{Link: Link{Title: readable.Heading(view), Href: v.here("view", value)}, Current: in.View == view})
	}
	return out
}

// facets lists what a listing is about.
func (v View) facets(in Listing) []facet {
	var out []facet
	for _, t := range in.Topics[:min(len(in.Topics), listedFacets)] {
		f := facet{topicLink: topicLink{readable.Heading(t.Label), v.here("topic", strconv.Itoa(t.ID))}, Count: t.Papers, Width: max(2, 100*t.Papers/in.Topics[0].Papers)}
		if len(in.Query.Topics) == 1 && in.Query.Topics[0] == t.ID {
			f.Current, f.Page = true, v.here("topic", "")
		}
		out = append(out, f)
	}
	return out
}

func (v View) listingFilters(in Listing) listingFilters {
	q := in.Query
	out := listingFilters{
		After: q.After.String(), Before: q.Before.String(), Category: strings.Join(q.Categories, ","), Linked: q.Linked, Dates: q.Span.IsZero(),
		Clear: v.here("topic", "", "category", "", "source", "", "linked", "", "published_after", "", "published_before", ""), Likely: q.Order == library.Likeness && in.Usual != library.Likeness,
	}
	out.Active = q.Filtered()
	for _, name := range []string{"q", "order", "view"} {
		if value := v.URL.Query().Get(name); value != "" {
			out.Hidden = append(out.Hidden, hidden{name, value})
		}
	}
	offered := false
	for _, t := range in.Topics {
		chosen := len(q.Topics) == 1 && q.Topics[0] == t.ID
		offered = offered || chosen
		out.Topics = append(out.Topics, option{strconv.Itoa(t.ID), readable.Heading(t.Label), chosen})
	}
	if len(q.Topics) > 0 && !offered { // a subtopic, or several
		var numbers, labels []string
		for _, id := range q.Topics {
			numbers, labels = append(numbers, strconv.Itoa(id)), append(labels, v.Label(id))
		}
		out.Topics = append(out.Topics, option{strings.Join(numbers, ","), strings.Join(labels, ", "), true})
	}
	if sources := v.Sources(); len(sources) > 1 {
		chosen := strings.Join(q.Sources, ",")
		offered = chosen == ""
		for _, s := range sources[:min(len(sources), listedSources)] {
			offered = offered || s.Name == chosen
			out.Sources = append(out.Sources, option{s.Name, s.Name + " (" + count(s.Papers) + ")", s.Name == chosen})
		}
		if !offered {
			out.Sources = append(out.Sources, option{chosen, chosen, true})
		}
	}
	for _, c := range v.Holdings().Categories[:min(len(v.Holdings().Categories), listedCategories)] {
		out.Categories = append(out.Categories, c.Name)
	}
	return out
}

// listingFeeds are the feeds of a listing. That of a span tells of the newest one, since an old one has no news.
func (v View) listingFeeds(in Listing) []Link {
	q := v.asked()
	switch in.Query.Order {
	case library.Likeness:
		if v.List.Len() == 0 {
			return nil
		}
		for name, values := range v.List.Values() {
			q[name] = values
		}
		fallthrough
	case library.Trending:
		q.Set("order", in.Query.Order)
	}
	title := map[string]string{library.Newest: "New papers", library.Trending: "Trending papers", library.Likeness: "Papers for your list"}[in.Query.Order]
	if unit := in.Query.Span.Unit; unit != "" {
		q.Set(unit, "latest")
		title += " of each " + unit
	}
	return feeds(title, "/v1/papers", q)
}

// asked returns the filters of a listing that the address has.
func (v View) asked() url.Values {
	q := url.Values{}
	values := v.URL.Query()
	for _, name := range filterNames {
		if value := values.Get(name); value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// filterNames are the parameters that filter a listing.
var filterNames = []string{"topic", "category", "source", "linked", "published_after", "published_before"}

// calendar is the month of a span, with links to its days and weeks that have papers.
type calendar struct {
	Month         Link
	Before, After *Link
	Weeks         []calendarWeek
}

type calendarWeek struct {
	Link
	Current bool
	Days    [7]calendarDay
}

// calendarDay is a day of a month; one of another month has no number.
type calendarDay struct {
	Number  int
	Href    string // "" for a day without papers
	Papers  int
	Name    string
	Current bool
}

// calendar returns the month that a span begins in, or, of a week, that most of its days are in.
func (v View) calendar(sp library.Span) *calendar {
	middle := sp.First
	if sp.Unit == library.Week {
		middle = data.DateOf(sp.First.First().AddDate(0, 0, 3))
	}
	month := library.SpanOf(library.Month, middle)
	papers := map[data.Date]int{}
	for _, row := range v.Catalog.In(month) {
		papers[v.Catalog.Published(int(row))]++
	}
	out := &calendar{
		Month:  Link{Title: month.InWords(), Href: v.at(month)},
		Before: v.beside(v.Catalog.Before(month)), After: v.beside(v.Catalog.After(month)),
	}
	for day := library.SpanOf(library.Week, month.First).First.First(); !day.After(month.Last().First()); {
		week := library.SpanOf(library.Week, data.DateOf(day))
		_, number := day.ISOWeek()
		w := calendarWeek{Link: Link{Title: strconv.Itoa(number)}, Current: week == sp}
		for i := range w.Days {
			w.Days[i] = v.calendarDay(day, month, papers, sp)
			day = day.AddDate(0, 0, 1)
		}
		if len(v.Catalog.In(week)) > 0 {
			w.Href = v.at(week)
		}
		out.Weeks = append(out.Weeks, w)
	}
	return out
}

func (v View) calendarDay(day time.Time, month library.Span, papers map[data.Date]int, sp library.Span) calendarDay {
	d := data.DateOf(day)
	if d.Month != month.First.Month {
		return calendarDay{}
	}
	out := calendarDay{Number: d.Day, Papers: papers[d], Name: d.InWords(), Current: sp.Unit == library.Day && sp.First == d}
	if out.Papers > 0 {
		out.Href = v.at(library.SpanOf(library.Day, d))
	}
	return out
}
