package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"kindred/data"
)

// daysOfPapers returns a site with the sample, and n more papers on each of three days of May 2024, the last of which
// has upvotes.
func daysOfPapers(n int) (days []string, add func(s *site)) {
	days = []string{"2024-05-20", "2024-05-22", "2024-05-27"}
	add = func(s *site) {
		var papers []*data.Paper
		for d, day := range days {
			date, err := data.ParseDate(day)
			if err != nil {
				panic(err)
			}
			for i := range n {
				papers = append(papers, &data.Paper{
					ID: fmt.Sprintf("blim:%d-%03d", d, i), Title: fmt.Sprintf("Drum skins %d of the day %d, distilled", i, d), Abstract: "We stretch $x^2$ skins over models of drums.",
					Published: date, Upvotes: d / 2 * i, Comments: i % 3,
				})
			}
		}
		if _, err := s.Put(s.tb.(*testing.T).Context(), papers); err != nil {
			s.tb.Fatal(err)
		}
	}
	return days, add
}

// TestDays asks for days, weeks and months: those with papers, those without, and what is none.
func TestDays(t *testing.T) {
	s := newSite(t, nil)
	days, add := daysOfPapers(3)
	add(s)
	latest, _ := s.current.Load().Catalog.Latest("day")
	for path, to := range map[string]string{
		"/days": "/days/" + latest.String(), "/days/?order=newest&utm_source=x": "/days/" + latest.String() + "?order=newest&utm_source=x", "/papers/": "/papers",
	} {
		if rec := s.get(path); rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != to {
			t.Errorf("%s: %d to %s, want %s", path, rec.Code, rec.Header().Get("Location"), to)
		}
	}
	for path, want := range map[string][]string{
		"/days/" + days[1]:            {"Wednesday, 22 May 2024", "3 papers", `" rel="prev"`, `" rel="next"`, `/weeks/2024-W21"`, "22 May 2024, papers: 3"},
		"/days/2024-05-21":            {"No paper here was published then.", `/days/` + days[0] + `" rel="prev"`, `/days/` + days[1] + `" rel="next"`, "noindex"},
		"/weeks/2024-W21":             {"20 to 26 May 2024", "6 papers"},
		"/months/2024-05":             {"May 2024"},
		"/days/" + days[2]:            {"3 papers, most upvotes first", "day=latest&amp;order=trending", "2 comments"},
		"/papers?topic=2&linked=true": {"All papers", "Clear", "noindex"},
		"/papers?view=dense":          {`class="cards dense`, "newest first"},
		"/papers?source=blim":         {"9 papers"},
		"/papers?order=likeness":      {"Your list is empty"},
		"/days/" + days[0] + "?order=likeness&positive=" + boot: {"3 papers, closest to your list first", `<span class="sr"> match`},
		"/papers?order=likeness&positive=nobody":                {"Your list is empty"},
		"/days/" + days[0] + "?fbclid=1":                        {"3 papers"},
	} {
		rec := s.get(path)
		for _, text := range want {
			if !strings.Contains(rec.Body.String(), text) {
				t.Errorf("%s: %d without %s", path, rec.Code, text)
			}
		}
		if rec.Code != http.StatusOK {
			t.Errorf("%s: %d", path, rec.Code)
		}
	}
	for _, path := range []string{"/days/2024-05-32", "/days/yesterday", "/weeks/2024-W60", "/months/2024", "/days/" + url.PathEscape("<u>"+days[0])} {
		if rec := s.get(path); rec.Code != http.StatusNotFound || !strings.Contains(rec.Body.String(), "write it as in") {
			t.Errorf("%s: %d %s", path, rec.Code, clip(rec.Body.String(), 200))
		}
	}
	for _, query := range []string{"day=2024-05-20&week=2024-W21", "day=soon", "order=best", "positive=" + boot, "order=likeness", "week=2024-05-20", "linked=maybe"} {
		if rec := s.get("/v1/papers?" + query); rec.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", query, rec.Code)
		}
	}
}

// TestListingWithoutScripts walks all pages of a listing by their links, and wants each paper once, in both views.
func TestListingWithoutScripts(t *testing.T) {
	s := newSite(t, nil)
	_, add := daysOfPapers(70)
	add(s)
	for _, path := range []string{"/papers?source=blim", "/papers?source=blim&view=dense&order=trending", "/months/2024-05?source=blim", "/papers?order=likeness&source=blim&positive=blim:0-001"} {
		seen := map[string]bool{}
		pages, repeated := 0, 0
		for next := path; next != ""; pages++ {
			body := s.get(next).Body.String()
			next = ""
			for _, part := range strings.Split(body, `<h3 dir="auto"><a href="`)[1:] {
				address, _, _ := strings.Cut(part, `"`)
				address, _, _ = strings.Cut(address, "?")
				if seen[address] {
					repeated++
				}
				seen[address] = true
			}
			if _, after, ok := strings.Cut(body, `id="next" href="`); ok {
				next, _, _ = strings.Cut(after, `"`)
				next = strings.ReplaceAll(next, "&amp;", "&")
			}
		}
		want := 210
		if strings.Contains(path, "likeness") {
			want-- // the seed itself
		}
		if len(seen) != want || repeated > 0 || pages < 5 {
			t.Errorf("%s: %d papers on %d pages, %d twice, want %d", path, len(seen), pages, repeated, want)
		}
	}
}

// TestListingByKeys goes through a list as one reads it: down and up, onto the list of the reader and off it, on to the
// day before, and to the search; and not while keys are off.
func TestListingByKeys(t *testing.T) {
	ctx := browser(t)
	s, base := serve(t, nil)
	days, add := daysOfPapers(60)
	add(s)
	b := newTab(t, ctx)
	b.see(1280, 800, "light")
	b.run(chromedp.Navigate(base+"/days/"+days[2]), chromedp.WaitVisible(css("#found li")))
	at := func(n int) {
		t.Helper()
		b.until(fmt.Sprintf(`document.querySelectorAll('#found > li')[%d].contains(document.activeElement)`, n))
	}
	press := func(keys string) {
		t.Helper()
		b.run(chromedp.KeyEvent(keys))
	}
	press("j")
	at(0)
	press("jjk")
	at(1)
	press("a")
	b.until(`document.querySelector('#mylist b').textContent === '1'`)
	at(1)
	press("a")
	b.until(`document.querySelector('#mylist b').textContent === '0'`)
	press("?")
	b.until(`document.querySelector('#keys').open`)
	accessible(b, axeSource(t))
	b.run(chromedp.Click(css("#keyson")), chromedp.Click(css("#keys form button")))
	eval[int](b, `(document.querySelector('#found h3 a').focus(), 1)`)
	press("jj")
	at(0) // keys that are off move nothing
	b.run(chromedp.Click(css("#showkeys")), chromedp.Click(css("#keyson")), chromedp.Click(css("#keys form button")))
	press("p")
	b.until(`location.pathname < '/days/` + days[2] + `' && document.querySelector('#showkeys') && !document.querySelector('#showkeys').hidden`)
	press("j")
	title := eval[string](b, `document.activeElement.textContent`)
	press("o")
	b.until(`document.querySelector('article.paper h1') && document.querySelector('h1').textContent === ` + fmt.Sprintf("%q", title))
	b.run(chromedp.Navigate(base+"/papers?view=dense"), chromedp.WaitVisible(css("#found li")))
	press("/")
	b.until(`document.activeElement.name === 'q'`)
	b.run(chromedp.Navigate(base+"/search?q=distillation"), chromedp.WaitVisible(css("#showkeys")))
	press("jj")
	at(1)
	b.run(chromedp.Navigate(base+"/papers?view=dense"), chromedp.WaitVisible(css("#showkeys")))
	// The next pages come as one scrolls, formulas set and lists painted, and the way to the end stays open.
	for shown := 100; shown <= 250; shown += 50 {
		eval[int](b, `(scrollTo(0, document.body.scrollHeight), 1)`)
		b.until(fmt.Sprintf(`document.querySelectorAll('#found > li').length === %d`, shown))
	}
	eval[int](b, `(scrollTo(0, document.body.scrollHeight), 1)`)
	b.until(`document.querySelector('#next') && document.querySelector('footer').getBoundingClientRect().top < innerHeight`)
	if n := eval[int](b, `new Set([...document.querySelectorAll('#found h3 a')].map((a) => a.href)).size`); n != 250 {
		t.Errorf("%d papers among 250", n)
	}
	if w := b.wrong(); len(w) > 0 {
		t.Error(w)
	}
}

// TestNeighbourhoodInABrowser wants the picture of a paper's neighbours alive by pointer and keys, its links to lead on,
// and all of it as links without scripts.
func TestNeighbourhoodInABrowser(t *testing.T) {
	ctx := browser(t)
	_, base := serve(t, nil)
	b := newTab(t, ctx)
	b.see(1280, 900, "dark")
	b.run(chromedp.Navigate(base+"/papers/"+boot), chromedp.WaitVisible(css("#graph svg a")))
	if n := eval[int](b, `document.querySelectorAll('#graph a').length`); n != 21 {
		t.Fatalf("%d papers, want 21", n)
	}
	if n := eval[int](b, `document.querySelectorAll('#graph a[tabindex="0"]').length`); n != 1 {
		t.Errorf("%d stops of the tab key, want 1", n)
	}
	// The number before a title counts papers, and not the reasons of those above it.
	if n := eval[int](b, `[...document.querySelectorAll('ol.cards li li')].filter((e) => getComputedStyle(e).counterIncrement !== 'list-item 0').length`); n != 0 {
		t.Errorf("%d items within papers are counted as papers", n)
	}
	// No two papers cover each other, and none leaves the picture.
	if got := eval[string](b, `(() => { const c = [...document.querySelectorAll('#graph .node')].map((n) => n.getBoundingClientRect()), f = document.querySelector('#graph svg').getBoundingClientRect();
		for (const [i, a] of c.entries()) {
			if (a.left < f.left || a.right > f.right || a.top < f.top || a.bottom > f.bottom) return 'outside: ' + i;
			for (const [j, b] of c.entries()) if (j > i && Math.hypot(a.x + a.width / 2 - b.x - b.width / 2, a.y + a.height / 2 - b.y - b.height / 2) < (a.width + b.width) / 2) return i + ' covers ' + j;
		} return ''; })()`); got != "" {
		t.Error(got)
	}
	eval[int](b, `(document.querySelector('#graph a').focus(), 1)`)
	b.until(`!document.querySelector('#neartip').hidden && document.querySelector('#graph').classList.contains('lit')`)
	want := eval[string](b, `document.querySelector('#graph a').dataset.near`)
	if got := eval[string](b, `[...document.querySelectorAll('#graph a.on')].slice(1).map((a) => a.dataset.place).join(' ')`); got != want {
		t.Errorf("lit are %q, want %q", got, want)
	}
	moved := eval[string](b, `(() => { const seen = new Set(); for (const key of ['ArrowLeft', 'ArrowDown', 'ArrowRight', 'ArrowUp', 'ArrowLeft']) {
		document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })); seen.add(document.activeElement.dataset.place); } return [...seen].join(' '); })()`)
	if len(strings.Fields(moved)) < 2 {
		t.Errorf("arrow keys lead to %q", moved)
	}
	accessible(b, axeSource(t))
	eval[int](b, `(document.querySelector('#graph a[data-place="3"]').focus(), 1)`)
	title := eval[string](b, `document.querySelector('#neartip').textContent`)
	b.run(chromedp.KeyEvent("\r"))
	b.until(`document.querySelector('article.paper h1') && document.querySelector('h1').textContent.startsWith(` + fmt.Sprintf("%q", title[:12]) + `)`)
	if w := b.wrong(); len(w) > 0 {
		t.Error(w)
	}
	plain := newTab(t, ctx)
	if _, err := chromedp.Call(plain, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	plain.run(chromedp.Navigate(base+"/papers/"+boot), chromedp.WaitVisible(css("#graph svg a")), chromedp.Click(css(`#graph a[data-place="1"] .node`)), chromedp.WaitVisible(css(".paper")))
}

// TestForMyList wants the tab of a day to have the list that the browser keeps, and a list that was sent to stay as it is.
func TestForMyList(t *testing.T) {
	ctx := browser(t)
	s, base := serve(t, nil)
	days, add := daysOfPapers(40)
	add(s)
	b := newTab(t, ctx)
	b.run(chromedp.Navigate(base+"/days/"+days[0]), chromedp.WaitVisible(css("#found li")), chromedp.Click(css("#found li:nth-child(3) .add")))
	b.until(`document.querySelector('#mylist b').textContent === '1'`)
	id := eval[string](b, `document.querySelector('#found li:nth-child(3) .actions').dataset.paper`)
	b.run(chromedp.Click(css("[data-mine]")), chromedp.WaitVisible(css(".listing[data-keep] #found .score")))
	if got := eval[string](b, `new URL(location).searchParams.get('positive')`); got != id {
		t.Errorf("ordered by %q, want %q", got, id)
	}
	b.run(chromedp.Navigate(base+"/days/"+days[1]+"?order=likeness&positive="+boot), chromedp.WaitVisible(css("#found .score")))
	if got := eval[string](b, `new URL(document.querySelector('.when a[rel=next]').href).searchParams.get('positive')`); got != boot {
		t.Errorf("the next day is ordered by %q, want %q", got, boot)
	}
	if got := eval[string](b, `new URL(document.querySelector('#found h3 a').href).search`); got != "" {
		t.Errorf("a paper's link has %q", got)
	}
	b.run(chromedp.Click(css("[data-mine]")))
	b.until(`new URL(location).searchParams.get('positive') === ` + fmt.Sprintf("%q", id))
	if w := b.wrong(); len(w) > 0 {
		t.Error(w)
	}
}
