package api

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"kindred/api/link"
	"kindred/api/problem"
	"kindred/recommend"
	"kindred/recommend/library"
)

// TestEmpty has a server without papers say so, instead of asking for patience.
func TestEmpty(t *testing.T) {
	waiting := true
	s := newSite(t, func(c *Config) { c.Empty = func() bool { return waiting } })
	s.current.Store(nil)
	if rec := s.get("/"); rec.Code != 503 || !strings.Contains(rec.Body.String(), "No papers yet") || strings.Contains(rec.Body.String(), "Just a moment") {
		t.Errorf("home: %d %s", rec.Code, rec.Body)
	}
	if p := decode[problem.Problem](t, s.get("/v1/topics"), 503); p.Type != problem.TypeEmpty || !strings.Contains(p.Detail, "kindred import") {
		t.Errorf("topics: %+v", p)
	}
	waiting = false
	if p := decode[problem.Problem](t, s.get("/v1/topics"), 503); p.Type != problem.TypeLoading {
		t.Errorf("while loading: %+v", p)
	}
}

// TestErrorPagesSpeakOfPages wants no path of the API, and no request id to report, where a reader went astray.
func TestErrorPagesSpeakOfPages(t *testing.T) {
	s := newSite(t, nil)
	for path, want := range map[string]string{
		"/papers/nobody":                            "No paper has the id",
		"/topics/99999":                             "No topic has the id",
		"/nothing/here":                             "Nothing is at /nothing/here",
		"/search?q=x&published_after=yesterday":     "is no date",
		"/search?q=x&published_after=yesterday&z=1": "is no date",
	} {
		body := s.get(path, "Accept", "text/html").Body.String()
		_, main, _ := strings.Cut(body, "<main")
		main, _, _ = strings.Cut(main, "</main>")
		if !strings.Contains(main, want) {
			t.Errorf("%s: %q is not in %s", path, want, main)
		}
		for _, wrong := range []string{"/v1/", "/docs", "fields are wrong"} {
			if strings.Contains(main, wrong) {
				t.Errorf("%s: %q is in %s", path, wrong, main)
			}
		}
	}
	if p := decode[problem.Problem](t, s.get("/v1/papers/nobody"), 404); !strings.Contains(p.Detail, problem.Search.API) {
		t.Errorf("the API's own answer: %+v", p)
	}
}

// TestPagesIgnoreForeignParameters opens links as newsletters and social networks pass them on.
func TestPagesIgnoreForeignParameters(t *testing.T) {
	s := newSite(t, nil)
	for name, path := range pagesForPeople() {
		if name == "missing" {
			continue
		}
		mark := "?"
		if strings.Contains(path, "?") {
			mark = "&"
		}
		if rec := s.get(path + mark + "utm_source=letter&fbclid=Qx1&ref=wobble&ref=twice"); rec.Code != 200 {
			t.Errorf("%s: %d %s", path, rec.Code, clip(rec.Body.String(), 200))
		}
	}
	if rec := s.get("/v1/papers?utm_source=letter"); rec.Code != 400 {
		t.Errorf("the API takes a parameter that it does not know: %d", rec.Code)
	}
}

// TestAddressesLeadSomewhere opens what a reader may shorten an address to.
func TestAddressesLeadSomewhere(t *testing.T) {
	s := newSite(t, nil)
	for from, to := range map[string]string{
		"/topics/": "/topics", "/papers/": "/papers", "/list/": "/list", "/map/": "/map", "/search/": "/search", "/like": "/search",
	} {
		if rec := s.get(from); rec.Code != 303 || rec.Header().Get("Location") != to {
			t.Errorf("%s: %d to %q, want %q", from, rec.Code, rec.Header().Get("Location"), to)
		}
		if rec := s.get(to); rec.Code != 200 {
			t.Errorf("%s: %d", to, rec.Code)
		}
	}
}

// manyFound is a recommender that says it found total papers.
type manyFound struct {
	library.Recommender
	total int
}

func (m manyFound) Search(ctx context.Context, q recommend.SearchQuery) (*recommend.Answer, error) {
	ans, err := m.Recommender.Search(ctx, q)
	if err == nil {
		ans.Total = m.total
	}
	return ans, err
}

// TestSearchPageCounts wants a number where, and only where, no more was found than is ranked: nearly every paper is
// somewhat close to any words.
func TestSearchPageCounts(t *testing.T) {
	s := newSite(t, nil)
	for total, want := range map[int]string{
		1: "1 result for", 999: "999 results for", recommend.MaxLimit: "1,000 results for", recommend.MaxLimit + 1: "Results for",
	} {
		snap := newSnapshot(t, s.papers, fmt.Sprint("found ", total))
		snap.Recommender = manyFound{snap.Recommender, total}
		s.current.Store(snap)
		if body := s.get("/search?q=distillation").Body.String(); !strings.Contains(body, want) {
			t.Errorf("%d found: the page does not say %q", total, want)
		}
	}
}

// TestAuthorPage opens the page of a name, in any order of its words, from the page of a paper.
func TestAuthorPage(t *testing.T) {
	s := newSite(t, nil)
	if body := s.get(link.Paper(other)).Body.String(); !strings.Contains(body, `href="`+link.Author("van der Berg, Anna")+`"`) {
		t.Error("the page of a paper does not lead to its author")
	}
	for _, name := range []string{"van der Berg, Anna", "Anna van der Berg", "josé maría núñez"} {
		rec := s.get(link.Author(name))
		if body := rec.Body.String(); rec.Code != 200 || strings.Count(body, "<article") != len(nasty) || !strings.Contains(body, "4 papers here") {
			t.Errorf("%s: %d %s", name, rec.Code, clip(body, 200))
		}
	}
	if rec := s.get(link.Author("A. Berg")); rec.Code != 303 || rec.Header().Get("Location") != link.Author("Anna van der Berg") {
		t.Errorf("initials: %d to %s", rec.Code, rec.Header().Get("Location"))
	}
	if rec := s.get(link.Author("Nobody Zant")); rec.Code != 404 {
		t.Errorf("nobody: %d", rec.Code)
	}
}

// TestPaperInABrowser wants the papers like one beside its abstract on a wide screen, and within the first screen of a
// phone, whose abstract opens as a whole.
func TestPaperInABrowser(t *testing.T) {
	ctx := browser(t)
	_, base := serve(t, nil)
	b := newTab(t, ctx)
	b.see(1440, 900, "light")
	b.run(chromedp.Navigate(base+"/papers/"+boot), chromedp.WaitVisible(css("#similar")))
	const top = `document.querySelector(%q).getBoundingClientRect().top`
	if y := eval[float64](b, fmt.Sprintf(top, ".sheet .card")); y > 300 {
		t.Errorf("the first of the papers like it stands at %.0f of 900 pixels", y)
	}
	b.see(390, 844, "light")
	if y := eval[float64](b, fmt.Sprintf(top, "#similar")); y > 800 {
		t.Errorf("on a phone of 844 pixels, the papers like it begin at %.0f", y)
	}
	const height = `document.querySelector('#abstract').offsetHeight`
	short := eval[int](b, height)
	b.run(chromedp.Click(css(".whole a")))
	if whole := eval[int](b, height); whole <= short {
		t.Errorf("the whole abstract is %d pixels high, and the beginning %d", whole, short)
	}
	if w := b.wrong(); len(w) > 0 {
		t.Error(w)
	}
}

// TestPaperPageIsSaved wants what Zotero's button reads on the page of a paper, and nowhere else.
func TestPaperPageIsSaved(t *testing.T) {
	s := newSite(t, nil)
	body := s.get("/papers/" + boot).Body.String()
	for _, want := range []string{
		`<meta name="citation_title" content="BOOT: `, `<meta name="citation_publication_date" content="2023/`,
		`<meta name="citation_arxiv_id" content="2306.05544">`, `<meta property="og:title" content="BOOT: `, `<meta property="og:image" content="https://papers.example.org/assets/preview.png">`, `<meta name="citation_abstract" content="`, `<script type="application/ld+json">`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%s is not on the page of a paper", want)
		}
	}
	if authors := strings.Count(s.get(link.Paper("doi:10.1000/nasty(0)/<0>")).Body.String(), `<meta name="citation_author"`); authors != 3 {
		t.Errorf("%d authors, want 3", authors)
	}
	if strings.Contains(s.get("/topics").Body.String(), "citation_") {
		t.Error("the page of topics is about a paper")
	}
}

// TestSearchOffers wants words that are a name, a year or a venue to lead to the papers of that, whatever the results
// are, and a search for nothing said in plain words.
func TestSearchOffers(t *testing.T) {
	s := newSite(t, nil)
	venue := ""
	for _, p := range s.papers[:len(s.papers)-len(nasty)] {
		if p.Venue != "" {
			venue = p.Venue
		}
	}
	if venue == "" {
		t.Fatal("no paper of the sample has a venue")
	}
	for words, want := range map[string]string{
		"núñez josé": link.Author("José María Núñez"), "2024": link.Search("year:2024"), strings.ToUpper(venue): "All papers that appeared at",
	} {
		body := html.UnescapeString(s.get(link.Search(words)).Body.String())
		if !strings.Contains(body, want) {
			t.Errorf("a search for %s does not lead to %s", words, want)
		}
	}
	if body := s.get(link.Search(`"`)).Body.String(); !strings.Contains(body, "There is no word to search for.") {
		t.Errorf("nothing: %s", body)
	}
	late := s.get("/search?q=distillation&published_after=2023-06&published_before=2023").Body.String()
	early := s.get("/search?q=distillation&published_before=1980").Body.String()
	if !strings.Contains(late, `name="published_before" value="2023"`) || strings.Contains(early, "<article") || !strings.Contains(early, "No paper is left after the filters.") {
		t.Errorf("published before: %s", early)
	}
}

// TestSearchFilters narrows and orders a search, on its page, in its feed and over the API, and walks its next pages.
func TestSearchFilters(t *testing.T) {
	s := newSite(t, nil)
	_, add := daysOfPapers(30)
	add(s)
	rec := s.get("/search?q=models&source=blim&order=newest&view=dense")
	body := rec.Body.String()
	for _, want := range []string{`class="cards dense`, "90 results", "newest first", `name="q" value="models"`, "order=newest&amp;q=models&amp;source=blim", `id="next"`, "Best match"} {
		if !strings.Contains(body, want) {
			t.Errorf("%d: the page of a search has no %s", rec.Code, want)
		}
	}
	seen := pathsOf(body)
	_, next, _ := strings.Cut(body, `id="next" href="`)
	next, _, _ = strings.Cut(next, `"`)
	more := pathsOf(s.get(html.UnescapeString(next)).Body.String())
	if len(seen) != 50 || len(more) != 40 || seen[0] == more[0] {
		t.Errorf("%d papers, then %d", len(seen), len(more))
	}
	if feed := s.get("/v1/search.atom?q=models&source=blim&order=newest").Body.String(); strings.Count(feed, "<entry>") != 10 || strings.Contains(feed, "arxiv:") {
		t.Errorf("a feed of %d entries", strings.Count(feed, "<entry>"))
	}
	for query, want := range map[string]string{"linked=true&source=blim": `"data":[]`, "order=best": "must be one of likeness, newest", "linked=maybe": "true or false"} {
		if body := s.get("/v1/search?q=models&" + query).Body.String(); !strings.Contains(body, want) {
			t.Errorf("%s: %s", query, clip(body, 200))
		}
	}
	if body := s.get("/search?q=models&linked=true&source=blim").Body.String(); !strings.Contains(body, "No paper is left after the filters") || !strings.Contains(body, "Clear") {
		t.Error("filters that leave nothing do not say so, or cannot be cleared")
	}
}

// pathsOf returns the addresses of the papers that a page lists.
func pathsOf(body string) (out []string) {
	for _, m := range regexp.MustCompile(`<h3[^>]*><a href="(/papers/[^"?]+)`).FindAllStringSubmatch(body, -1) {
		out = append(out, m[1])
	}
	return out
}

// TestTextGoesOn asks for the second page of the papers like a pasted text, and for those that pass a filter.
func TestTextGoesOn(t *testing.T) {
	s := newSite(t, nil)
	post := func(form url.Values) string {
		rec := s.ask(http.MethodPost, "/like", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
		if rec.Code != http.StatusOK {
			t.Fatalf("%v: %d %s", form, rec.Code, clip(rec.Body.String(), 300))
		}
		return rec.Body.String()
	}
	text := "Distillation of language models.\r\nThe student learns from its teacher."
	first := post(url.Values{"text": {text}, "positive": {boot}})
	m := regexp.MustCompile(`name="cursor" value="([^"]+)"`).FindStringSubmatch(first)
	if m == nil {
		t.Fatal("no next page")
	}
	second := post(url.Values{"text": {strings.ReplaceAll(text, "\r", "")}, "cursor": {m[1]}})
	a, b := pathsOf(first), pathsOf(second)
	if len(a) != pageLimit || len(b) == 0 || slices.ContainsFunc(b, func(p string) bool { return slices.Contains(a, p) }) || !strings.Contains(second, "First page") {
		t.Errorf("%d papers, then %d", len(a), len(b))
	}
	some := post(url.Values{"text": {text}, "published_after": {"2023"}, "view": {"dense"}})
	if got := pathsOf(some); len(got) == 0 || !strings.Contains(some, `name="published_after" value="2023"`) || !strings.Contains(some, `class="cards dense`) {
		t.Errorf("%d papers after the filter", len(got))
	}
}

// TestPagesSpeakToReaders breaks the parameters of pages by hand; what is said has no word of the API.
func TestPagesSpeakToReaders(t *testing.T) {
	s := newSite(t, nil)
	for path, want := range map[string]string{
		"/papers?order=sideways": "“sideways” means nothing here", "/papers?linked=perhaps": "“perhaps” means nothing here",
		"/search?q=a&order=best": "“best” means nothing here", "/search?q=a&q=b": "has “q” 2 times", "/topics?sort=up": "“up” means nothing here",
		"/papers/" + boot + "?diversity=9": "“9” means nothing here", "/search?q=a&published_after=soon": "“soon” is no date", "/papers?topic=x": "the page of topics lists them",
	} {
		rec := s.get(path)
		if body := html.UnescapeString(rec.Body.String()); rec.Code != http.StatusBadRequest || !strings.Contains(body, want) || strings.Contains(body, "parameter") || strings.Contains(body, "it must be") {
			t.Errorf("%s: %d without %s", path, rec.Code, want)
		}
	}
}
