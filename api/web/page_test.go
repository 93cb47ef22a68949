package web

import (
	"encoding/xml"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"kindred/api/link"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/store"
	"kindred/recommend/library"
)

// small returns a snapshot of one paper whose texts would be markup if anything took them for it.
func small() (*library.Snapshot, *data.Paper) {
	p := &data.Paper{
		ID: "doi:10.1000/<b>", Title: `<script>blim</script> & "vorn"`, Abstract: "zant </p>\x01",
		Authors: []string{"<i>Ada", "\x02"}, Published: data.Date{Year: 2024, Month: 2},
	}
	rows := []library.Row{{Column: store.Column{ID: p.ID, Title: p.Title, Published: p.Published}}}
	rows[0].Topic.Topic = 1
	topics := []topic.Topic{{ID: 1, Label: "<u>sorv", Size: 1, Terms: []topic.Term{{Text: "<em>zant", Weight: 1}}}}
	return &library.Snapshot{
		Model: library.ModelInfo{Version: "v"}, Topics: topics, Catalog: library.NewCatalog(rows, topics),
	}, p
}

// TestPagesEscape wants the text of papers, topics and readers shown as text on every page.
func TestPagesEscape(t *testing.T) {
	pages, err := Load("Site <x>")
	if err != nil {
		t.Fatal(err)
	}
	s, p := small()
	here := &url.URL{Path: "/here", RawQuery: "q=<a>&cursor=b"}
	view := View{Snapshot: s, Base: "https://papers.example.org", URL: here}
	items := []library.Item{{Paper: p, Ranked: true, Score: .5, Rank: 1, Topic: 1}}
	found := &library.List{Items: items, Total: 3, DidYouMean: "<s>", Missing: []string{"<samp>"}}
	list := List{List: found, Next: "c", Offset: 2}
	made := map[string]func() ([]byte, error){
		"home":   func() ([]byte, error) { return pages.Home(view, found) },
		"search": func() ([]byte, error) { return pages.Search(view, "<a>", false, Listing{List: list, View: Dense}) },
		"like":   func() ([]byte, error) { return pages.Like(view, "<a>", nil, 0.7, Listing{List: list}) },
		"topics": func() ([]byte, error) { return pages.Topics(view, "size", "<em>") },
		"topic":  func() ([]byte, error) { return pages.Topic(view, &s.Topics[0], list, []*data.Paper{p}) },
		"paper":  func() ([]byte, error) { return pages.Paper(view, p, []*data.Paper{p}, list, nil) },
		"reader": func() ([]byte, error) {
			seeds := link.Seeds{Positive: []string{p.ID}, Text: "<a>", Name: "<a>"}
			in := Reader{
				Positive: []Seed{{p.ID, p}}, Typed: "<a>", Found: items, List: list,
				File: &ReadFile{Name: "<a>", Found: []*data.Paper{p}, Missing: []string{"<a>"}, Wrong: ""},
			}
			view := view
			view.List = seeds
			return pages.Reader(view, in)
		},
		"curate": func() ([]byte, error) {
			return pages.Curate(view, Curating{Able: true, Open: true, Signed: "<a>", Problems: []string{"<a>"}, Fields: CurateFields{Label: "<a>", Paper: "<a>", Note: "<a>"}})
		},
		"widget": func() ([]byte, error) {
			return pages.Widget(view, Widget{Paper: p.ID, Title: p.Title, Missing: "<a>"})
		},
		"embed": func() ([]byte, error) { return pages.Embed(view, Frame{Theme: "auto", Lang: "de"}, p, list.Items) },
		"error": func() ([]byte, error) { return pages.Error(Problem{Status: 400, Detail: "<a>"}) },
	}
	markup := []string{"<script>blim", "<u>sorv", "<em>zant", "<i>Ada", "<a>", "<s>", "<samp>", "<x>", "zant </p>"}
	for name, page := range made {
		body, err := page()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, wrong := range markup {
			if strings.Contains(string(body), wrong) {
				t.Errorf("%s: %s is markup", name, wrong)
			}
		}
	}
}

// TestSeedsByAlias wants a paper taken off a reader's list, and put on its other side, by the id that the list has for
// it.
func TestSeedsByAlias(t *testing.T) {
	pages, err := Load("Kindred")
	if err != nil {
		t.Fatal(err)
	}
	s, p := small()
	list := link.Seeds{Positive: []string{"alias", "vorn"}}
	body, err := pages.Reader(View{Snapshot: s, URL: &url.URL{Path: "/list"}, List: list}, Reader{
		Positive: []Seed{{"alias", p}}, List: List{List: &library.List{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`href="/list?positive=vorn"`, `href="/list?negative=alias&amp;positive=vorn"`} {
		if !strings.Contains(string(body), want) {
			t.Errorf("%s is not on the page", want)
		}
	}
}

// TestListIsCarried wants the reader's list in every link and form that leads to another page, and in no other.
func TestListIsCarried(t *testing.T) {
	pages, err := Load("Kindred")
	if err != nil {
		t.Fatal(err)
	}
	s, p := small()
	list := link.Seeds{Positive: []string{"vorn"}, Name: `"Blim" & sorv`}
	view := View{Snapshot: s, URL: &url.URL{Path: "/search"}, List: list}
	body, err := pages.Search(view, "zant", false, Listing{List: List{List: &library.List{Items: []library.Item{{Paper: p}}, Total: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	const params = "name=%22Blim%22+%26+sorv&amp;positive=vorn"
	for _, want := range []string{
		`href="/topics?` + params + `"`, `href="/?` + params + `"`, `href="` + link.Paper(p.ID) + `?` + params + `"`,
		`id="mylist"`, `href="/list?` + strings.ReplaceAll(params, "+", "&#43;") + `"`, `name="name" value="&#34;Blim&#34; &amp; sorv"`,
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("%s is not on the page", want)
		}
	}
	if n := strings.Count(string(body), `data-carry name="positive"`); n != 3 {
		t.Errorf("%d forms carry the list, want those of the menu, of the filters and of the text", n)
	}
	for _, m := range regexp.MustCompile(`href="[^"]*"`).FindAllString(string(body), -1) {
		if strings.HasPrefix(m, `href="/v1/`) && strings.Contains(m, "positive=") || strings.Count(m, "positive=vorn") > 1 {
			t.Errorf("%s carries the list", m)
		}
	}
}

// TestFileNames wants files named after the list, in letters that every system takes.
func TestFileNames(t *testing.T) {
	for name, want := range map[string]string{"": "list", "Zant & Blim 2": "zant-blim-2", "../../é\"": "list", "\r\nX": "x"} {
		if got := FileName(link.Seeds{Name: name}, "papers"); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
	if got := FileName(link.Seeds{Name: "Zant"}, "recommendations"); got != "zant-recommendations" {
		t.Errorf("recommendations: %s", got)
	}
}

// TestListLinks wants the links of a list to keep the parameters of the page.
func TestListLinks(t *testing.T) {
	s, _ := small()
	view := View{Snapshot: s, URL: &url.URL{Path: "/search", RawQuery: "q=blim&diversity=0.3&cursor=old"}}
	got := view.list(List{List: &library.List{DidYouMean: "vorn"}, Next: "new", Offset: 20})
	if want := "/search?cursor=new&diversity=0.3&q=blim"; got.Next != want {
		t.Errorf("next %s, want %s", got.Next, want)
	}
	if want := "/search?diversity=0.3&q=blim"; got.Back != want {
		t.Errorf("back %s, want %s", got.Back, want)
	}
	if want := "/search?diversity=0.3&q=vorn"; got.MeanPath != want {
		t.Errorf("correction %s, want %s", got.MeanPath, want)
	}
	if got.First != 21 || got.Empty != "The list ends here." {
		t.Errorf("list %+v", got)
	}
}

// TestFeedDates wants a feed as new as its newest paper, and entries without a date as new as the feed.
func TestFeedDates(t *testing.T) {
	_, p := small()
	items := []library.Item{{Paper: p}, {Paper: &data.Paper{ID: "bare", Authors: []string{" "}}}}
	fitted := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	typ, body, err := Feed{Title: "blim\x01", Self: "s", Updated: fitted}.Encode("atom", items)
	var got AtomFeed
	if err == nil {
		err = xml.Unmarshal(body, &got)
	}
	if err != nil || typ != "application/atom+xml; charset=utf-8" || len(got.Entries) != 2 {
		t.Fatalf("%s, %v: %s", typ, err, body)
	}
	dated, bare := got.Entries[0], got.Entries[1]
	const day = "2024-02-01T00:00:00Z"
	if got.Updated != day || dated.Updated != day || dated.Published != day {
		t.Errorf("dates of %+v", got)
	}
	if bare.Updated != day || bare.Published != "" || bare.Title != "Untitled" || len(bare.Authors) != 0 {
		t.Errorf("entry %+v", bare)
	}
	if len(dated.Authors) != 1 || dated.Summary != "zant </p>" {
		t.Errorf("entries %+v", got.Entries)
	}
}

// TestTrends wants a curve without the strays before it, and its periods by name.
func TestTrends(t *testing.T) {
	all := library.Trend{Unit: "month", From: "2019-11", Counts: []int{1, 0, 0, 60, 60}}
	got := since(library.Trend{Unit: "month", From: "2019-11", Counts: []int{1, 0, 0, 2, 5}}, all)
	if got.From != "2020-02" || len(got.Counts) != 2 || period(got, 1) != "March 2020" {
		t.Errorf("trend %+v", got)
	}
	if want := "papers per month, February 2020 to March 2020: peak March 2020 (5)"; trendText(got) != want {
		t.Errorf("said as %s, want %s", trendText(got), want)
	}
	years := library.Trend{Unit: "year", From: "2001", Counts: []int{3}}
	if got := period(years, 4); got != "2005" {
		t.Errorf("year %s", got)
	}
	if got := spark([]int{0, 2, 1}); got != "0.0,22.5 50.0,1.5 100.0,12.0" {
		t.Errorf("points %s", got)
	}
}
