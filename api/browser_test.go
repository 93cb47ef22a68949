package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	devpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"kindred/recommend/library"
)

// browser starts a headless Chromium, and skips the test where there is none.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		if path, err = exec.LookPath("google-chrome"); err != nil {
			t.Skip("no chromium: apt-get install chromium")
		}
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("use-gl", "angle"), chromedp.Flag("use-angle", "swiftshader"), chromedp.Flag("enable-unsafe-swiftshader", true), chromedp.WindowSize(1280, 900))
	alloc, stopAlloc := chromedp.NewExecAllocator(t.Context(), opts...)
	ctx, stop := chromedp.NewContext(alloc)
	t.Cleanup(func() { stop(); stopAlloc() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	return ctx
}

// tab is one page of the browser, with what went wrong on it.
type tab struct {
	context.Context
	t *testing.T

	mu       sync.Mutex
	wrongs   []string // console errors, exceptions, refusals by the policy
	requests []string
}

func newTab(t *testing.T, parent context.Context) *tab {
	t.Helper()
	ctx, stop := chromedp.NewContext(parent)
	ctx, cancel := context.WithTimeout(ctx, 60*time.Second)
	t.Cleanup(func() { cancel(); stop() })
	b := &tab{Context: ctx, t: t}
	err := chromedp.Listen(ctx, func(ev any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			b.wrongs = append(b.wrongs, "exception: "+ev.ExceptionDetails.Text+" "+description(ev.ExceptionDetails))
		case *log.EventEntryAdded:
			if ev.Entry.Level == log.EntryLevelError {
				b.wrongs = append(b.wrongs, string(ev.Entry.Source)+": "+ev.Entry.Text+" "+ev.Entry.URL)
			}
		case *devpage.EventJavascriptDialogOpening:
			b.wrongs = append(b.wrongs, "a dialog: "+ev.Message)
			// Answering here would wait for ourselves; nobody waits for the answer.
			go chromedp.Call(ctx, devpage.HandleJavaScriptDialog, devpage.HandleJavaScriptDialogParams{})
		case *network.EventRequestWillBeSent:
			b.requests = append(b.requests, ev.Request.URL)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err1 := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	_, err2 := chromedp.Call(ctx, log.Enable, cdp.Empty{})
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return b
}

// description says what an exception was.
func description(d *runtime.ExceptionDetails) string {
	if d.Exception == nil {
		return ""
	}
	return d.Exception.Description
}

func (b *tab) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b, actions...); err != nil {
		b.t.Fatalf("browser: %v; wrong so far: %v", err, b.wrong())
	}
}

func (b *tab) wrong() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.wrongs...)
}

// eval returns the value of a script's expression; promises are awaited.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %v; wrong so far: %v", clip(expression, 200), err, b.wrong())
	}
	return v
}

// until waits for an expression to be true, on this page or on one that a click leads to.
func (b *tab) until(expression string) {
	b.t.Helper()
	var err error
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var ok bool
		// Between two pages there is nothing to ask.
		if ok, err = chromedp.Run(b, chromedp.Evaluate[bool]("!!("+expression+")")); err == nil && ok {
			return
		}
	}
	b.t.Fatalf("waiting for %s: %v; wrong so far: %v", expression, err, b.wrong())
}

// see shows the page in a size and a colour scheme.
func (b *tab) see(width, height int64, scheme string) {
	b.t.Helper()
	_, err1 := chromedp.Call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1, Mobile: width < 600})
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}
	_, err2 := chromedp.Call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
	if err := errors.Join(err1, err2); err != nil {
		b.t.Fatal(err)
	}
}

type css = chromedp.CSS

// serve starts a site on a port of its own.
func serve(t *testing.T, change func(*Config)) (*site, string) {
	t.Helper()
	s := newSite(t, func(c *Config) {
		c.BaseURL = ""
		if change != nil {
			change(c)
		}
	})
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return s, srv.URL
}

// pagesForPeople are all pages, by a name for their pictures.
func pagesForPeople() map[string]string {
	return map[string]string{
		"home": "/", "search": "/search?q=distillation", "search-empty": "/search", "paper": "/papers/" + boot, "topics": "/topics", "author": "/authors/Anna%20van%20der%20Berg", "topic": "/topics/1", "compare": "/topics/compare?a=1&b=2", "compare-empty": "/topics/compare",
		"day": "/days/2024-05-10", "week": "/weeks/2024-W19?view=dense", "month": "/months/2024-05?order=newest", "day-empty": "/days/2001-01-01", "papers": "/papers?linked=true", "papers-dense": "/papers?view=dense", "papers-list": "/papers?order=likeness&positive=" + boot, "papers-nolist": "/papers?order=likeness",
		"list": "/list?positive=" + boot + "&negative=" + url.QueryEscape("doi:10.1000/nasty(1)/<1>"), "list-empty": "/list", "map": "/map", "widget": "/widget?paper=" + boot,
		"api": "/docs", "curate": "/curate", "sources": "/sources", "missing": "/papers/nobody", "embed": "/embed/similar/" + boot, "nasty": "/papers/" + url.PathEscape("doi:10.1000/nasty(1)/<1>"),
	}
}

// TestPagesInABrowser opens every page and wants no error, no refusal by the page's own policy, no foreign request, and
// the nasty titles as text.
func TestPagesInABrowser(t *testing.T) {
	ctx := browser(t)
	_, base := serve(t, nil)
	axe := axeSource(t)
	for name, path := range pagesForPeople() {
		t.Run(name, func(t *testing.T) {
			b := newTab(t, ctx)
			b.run(chromedp.Navigate(base+path), chromedp.WaitVisible(css("h1")))
			if name == "map" {
				b.until(`document.querySelector('#stage').dataset.ready !== undefined`)
			}
			if name == "widget" {
				b.until(`document.querySelector('similar-papers').shadowRoot.querySelectorAll('li').length === 5`)
			}
			for _, w := range b.wrong() {
				if name != "missing" || !strings.Contains(w, "404") {
					t.Error(w)
				}
			}
			for _, r := range b.requests {
				if !strings.HasPrefix(r, base+"/") && !strings.HasPrefix(r, "data:") {
					t.Errorf("asks %s", r)
				}
			}
			if n := eval[int](b, `document.querySelectorAll('img:not([src^="/badge/"]),main script,iframe:not([src^="/embed"])').length`); n != 0 {
				t.Errorf("%d elements that no template wrote", n)
			}
			if got := eval[string](b, `document.cookie + Object.keys(localStorage) + Object.keys(sessionStorage)`); got != "" {
				t.Errorf("stores %q", got)
			}
			if name == "nasty" {
				if got := eval[string](b, `document.querySelector('h1').textContent`); got != nasty[1] {
					t.Errorf("title %q, want %q", got, nasty[1])
				}
			}
			// No page may scroll sideways, on a phone least of all.
			b.see(360, 740, "light")
			if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > 360 {
				t.Errorf("%d pixels wide on a phone of 360", wide)
			}
			accessible(b, axe)
		})
	}
}

// axeSource returns axe-core's script from the file that KINDRED_AXE names, "" where it names none.
func axeSource(t *testing.T) string {
	path := os.Getenv("KINDRED_AXE")
	if path == "" {
		t.Log("KINDRED_AXE names no axe.min.js (npm install axe-core): accessibility is not checked")
		return ""
	}
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

// accessible runs axe-core on the page, in both colour schemes.
func accessible(b *tab, axe string) {
	b.t.Helper()
	if axe == "" {
		return
	}
	for _, scheme := range []string{"light", "dark"} {
		b.see(1280, 900, scheme)
		found := eval[string](b, axe+`; axe.run(document, {resultTypes: ['violations']}).then((r) => JSON.stringify(r.violations.map((v) => v.id + ' [' + v.impact + ']: ' + v.help + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' ' + (n.any[0] ? n.any[0].message : '')).join(' | '))))`)
		var list []string
		if err := json.Unmarshal([]byte(found), &list); err != nil {
			b.t.Fatal(err)
		}
		for _, v := range list {
			b.t.Errorf("axe, %s: %s", scheme, v)
		}
	}
}

// TestReaderInABrowser does what a reader does: searches, opens a paper, starts a list, finds the feed, pastes a text.
func TestReaderInABrowser(t *testing.T) {
	ctx := browser(t)
	_, base := serve(t, nil)
	b := newTab(t, ctx)
	b.run(chromedp.Navigate(base+"/"), chromedp.SendKeys(css("#q"), "distillation\r"))
	b.until(`location.pathname === '/search' && document.readyState === 'complete' && document.querySelector('.cards li')`) // the first page has cards as well
	if n := eval[int](b, `document.querySelectorAll('.cards > li').length`); n < 5 {
		t.Errorf("%d results", n)
	}
	title := eval[string](b, `document.querySelector('.card h3').textContent`)
	b.run(chromedp.Click(css(".card h3 a")), chromedp.WaitVisible(css("article.paper")))
	if got := eval[string](b, `document.querySelector('h1').textContent`); got != title {
		t.Errorf("opened %q, want %q", got, title)
	}
	if eval[int](b, `document.querySelectorAll('.chips li').length`) == 0 {
		t.Error("no reasons")
	}
	b.run(chromedp.Click(css(".links .add")))
	b.until(`document.querySelector('#mylist b').textContent === '1'`)
	b.run(chromedp.Click(css("#mylist")), chromedp.WaitVisible(css(".seeds")))
	b.run(chromedp.Click(css("section[aria-labelledby=next] .actions .not")), chromedp.WaitVisible(css("section[aria-labelledby=disliked] li")))
	if got := eval[string](b, `new URL(location).search`); !strings.Contains(got, "positive=") || !strings.Contains(got, "negative=") {
		t.Errorf("the list is not in the address: %s", got)
	}
	feed := eval[string](b, `document.querySelector('link[type="application/atom+xml"]').href`)
	res, err := http.Get(feed)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("feed %s: %d", feed, res.StatusCode)
	}
	b.run(chromedp.Navigate(base+"/"), chromedp.Click(css(".pastebox summary")), chromedp.SendKeys(css("#text"), "We distill large language models into small ones."), chromedp.Click(css(".paste button")), chromedp.WaitVisible(css(".quoted")))
	if n := eval[int](b, `document.querySelectorAll('.cards > li').length`); n == 0 {
		t.Error("nothing like the text")
	}
	if w := b.wrong(); len(w) > 0 {
		t.Error(w)
	}
}

// TestCuratorInABrowser renames a topic on the curator's page and undoes it.
func TestCuratorInABrowser(t *testing.T) {
	ctx := browser(t)
	s, base := serve(t, nil)
	b := newTab(t, ctx)
	axe := axeSource(t)
	b.run(chromedp.Navigate(base+"/topics/3"), chromedp.Click(css(`a[href^="/curate"]`)), chromedp.WaitVisible(css("input[name=key]")))
	b.run(chromedp.SendKeys(css("input[name=key]"), "nonsense\r"), chromedp.WaitVisible(css(".wrong")))
	accessible(b, axe)
	b.run(chromedp.SendKeys(css("input[name=key]"), ownerSecret+"\r"), chromedp.WaitVisible(css(".signed")))
	if got := eval[string](b, `location.pathname + location.search + document.cookie + Object.keys(localStorage) + Object.keys(sessionStorage)`); got != "/curate?topic=3" {
		t.Errorf("signed in, the browser shows or keeps %q", got)
	}
	accessible(b, axe)
	b.run(chromedp.SendKeys(css(`#rename input[name=label]`), "Seeing"), chromedp.Click(css(`#rename button`)), chromedp.WaitVisible(css(".note.good")))
	if s.current.Load().Label(3) != "Seeing" {
		t.Errorf("topic 3 is called %q", s.current.Load().Label(3))
	}
	b.run(chromedp.Navigate(eval[string](b, `location.href`)), chromedp.WaitVisible(css(".note.good")))
	if len(s.edits) != 1 {
		t.Errorf("%d edits after the page was loaded again", len(s.edits))
	}
	b.run(chromedp.Click(css(".edits button")), chromedp.WaitNotPresent(css(".edits")))
	if len(s.edits) != 0 {
		t.Error("the edit is still there")
	}
	// A split is looked at, with a topic that is found by typing, before it is made.
	b.run(chromedp.SendKeys(css(`#split input[name=topic]`), "Language Models"), chromedp.Click(css(`#split button`)), chromedp.WaitVisible(css("#preview")))
	accessible(b, axe)
	if got := eval[string](b, `document.querySelector('.preview').textContent`); !strings.Contains(got, "Even") || !strings.Contains(got, "Odd") || len(s.edits) != 0 {
		t.Errorf("the preview says %s, %d edits", got, len(s.edits))
	}
	b.run(chromedp.SendKeys(css(`.preview input[name=note]`), "They differ."), chromedp.Click(css(`.preview button`)), chromedp.WaitVisible(css(".edits q")))
	accessible(b, axe)
	b.run(chromedp.Navigate(base+"/papers/"+boot), chromedp.Click(css(`a[href^="/curate?paper"]`)), chromedp.WaitVisible(css("#move")))
	if got := eval[string](b, `document.querySelector('#move input[name=paper]').value`); got != boot {
		t.Errorf("from the paper the form has %q", got)
	}
	b.run(chromedp.Click(css(".signed button")), chromedp.WaitVisible(css("input[name=key]")))
	for _, w := range b.wrong() {
		if !strings.Contains(w, "401") { // the wrong key
			t.Error(w)
		}
	}
}

// hostPage is a page of another site, under the strictest policy that lets the widget work.
func hostPage(t *testing.T, server, body string) string {
	t.Helper()
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src "+server+"; connect-src "+server)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, body)
	}))
	t.Cleanup(host.Close)
	return host.URL
}

// TestWidgetOnAForeignPage puts the widget on pages of another origin under a strict policy, in all the ways it can be
// asked for.
func TestWidgetOnAForeignPage(t *testing.T) {
	ctx := browser(t)
	s, server := serve(t, nil)
	nastyID := "doi:10.1000/nasty(0)/<0>"
	script := `<script src="` + server + `/widget.v1.js" async></script>`
	cases := []struct {
		name, body, selector string
		requests             int // to the server: the script and the questions
		items                int
	}{
		{"element", `<body>` + script + `<similar-papers paper="` + boot + `" limit="5"></similar-papers>`, "similar-papers", 2, 5},
		{"div by DOI", `<body>` + script + `<div data-similar-papers data-doi="10.1000/nasty(0)/&lt;0&gt;" data-limit="20" data-layout="cards"></div>`, "div", 2, 20},
		{"the page's own id", `<head><meta name="citation_arxiv_id" content="2306.05544v2"></head><body>` + script + `<similar-papers></similar-papers>`, "similar-papers", 2, 5},
		{"the page's own title", `<head><meta name="citation_doi" content="10.1/none"><meta name="citation_title" content="Knowledge distillation of language models"></head><body>` + script + `<similar-papers></similar-papers>`, "similar-papers", 4, 5},
		{"the page's text", `<title>Notes</title><body>` + script + `<main><p>Scaling laws of language models and data-free distillation.</p></main><similar-papers limit="3"></similar-papers>`, "similar-papers", 3, 3},
		{"nothing to go by", `<title>zzqq</title><body>` + script + `<similar-papers></similar-papers>`, "similar-papers", 3, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newTab(t, ctx)
			b.run(chromedp.Navigate(hostPage(t, server, "<!doctype html><html lang=en>"+c.body)))
			root := fmt.Sprintf("document.querySelector(%q).shadowRoot", c.selector)
			b.until(root + " && (" + root + ".querySelector('nav') || " + root + ".querySelector('slot').textContent !== '\u00a0')")
			if n := eval[int](b, root+".querySelectorAll('li').length"); n != c.items {
				t.Errorf("%d papers, want %d", n, c.items)
			}
			if n := eval[int](b, root+".querySelectorAll('script,img').length"); n != 0 {
				t.Errorf("%d elements came out of a title", n)
			}
			if c.items > 0 && eval[string](b, "getComputedStyle("+root+".querySelector('li a')).fontWeight") != "600" {
				t.Error("the style is not applied under the policy")
			}
			if c.items > 0 {
				if got := eval[string](b, root+".querySelector('.foot a').href"); !strings.HasPrefix(got, server+"/") {
					t.Errorf("the link leads to %q", got)
				}
			} else if got := eval[string](b, root+".textContent"); got != "" {
				t.Errorf("with nothing to go by it says %q", got)
			}
			asked := 0
			for _, r := range b.requests {
				if strings.HasPrefix(r, server) {
					asked++
				}
			}
			t.Logf("%d requests to the server", asked)
			if asked > c.requests {
				t.Errorf("%d requests, at most %d wanted: %v", asked, c.requests, b.requests)
			}
			for _, w := range b.wrong() {
				if !strings.Contains(w, "favicon") {
					t.Error(w)
				}
			}
			if c.name == "element" {
				attributesAndTitles(b, root, nastyID)
			}
		})
	}
	t.Run("server gone", func(t *testing.T) {
		s.current.Store(nil)
		b := newTab(t, ctx)
		b.run(chromedp.Navigate(hostPage(t, server, `<!doctype html><body>`+script+`<similar-papers paper="x" heading="Related work"></similar-papers>`)))
		b.until(`document.querySelector('similar-papers').shadowRoot && document.querySelector('similar-papers').shadowRoot.querySelector('slot a')`)
		if got := eval[string](b, `document.querySelector('similar-papers').shadowRoot.textContent`); got != "Find related papers" {
			t.Errorf("shows %q, want only a link", got)
		}
	})
}

// attributesAndTitles changes the widget's paper and layout, and looks for the nasty titles as text.
func attributesAndTitles(b *tab, root, id string) {
	b.t.Helper()
	eval[bool](b, `(() => { const e = document.querySelector('similar-papers'); e.setAttribute('limit', '20'); e.setAttribute('layout', 'compact'); e.setAttribute('paper', `+fmt.Sprintf("%q", id)+`); return true; })()`)
	b.until(root + ".querySelector('nav.compact') && " + root + ".querySelectorAll('li').length === 20")
	shown := 0
	for _, title := range nasty {
		want, err := json.Marshal(title)
		if err != nil {
			b.t.Fatal(err)
		}
		if eval[bool](b, "[..."+root+".querySelectorAll('li > a')].some((a) => a.textContent === "+string(want)+")") {
			shown++
		}
	}
	if shown < 2 {
		b.t.Errorf("%d of the nasty titles are shown as they are", shown)
	}
	if eval[string](b, `document.cookie + Object.keys(localStorage).length`) != "0" {
		b.t.Error("the widget stores something")
	}
}

// TestMapOf50000 draws 50,000 points, finds, zooms, and measures frames.
func TestMapOf50000(t *testing.T) {
	ctx := browser(t)
	s, base := serve(t, nil)
	big := loadSnapshot(50_000)
	big.Points = func() []library.Point {
		out := make([]library.Point, 50_000)
		for i := range out {
			// Thirty clouds on a spiral, each a lattice disturbed by multiplication: no generator, always the same.
			c := i % 30
			cx, cy := spiral(c)
			out[i] = library.Point{ID: fmt.Sprintf("load:%d", i), X: cx + float32(i*7919%1000-500)/6000, Y: cy + float32(i*104729%1000-500)/6000}
		}
		return out
	}
	s.current.Store(big)
	b := newTab(t, ctx)
	b.run(chromedp.Navigate(base + "/map"))
	b.until(`document.querySelector('#stage').dataset.ready !== undefined`)
	frames := eval[float64](b, `new Promise((done) => {
		const c = document.querySelector('#stage canvas'), r = c.getBoundingClientRect(), start = performance.now();
		let n = 0;
		const step = () => {
			c.dispatchEvent(new WheelEvent('wheel', {deltaY: n % 60 < 30 ? -60 : 60, clientX: r.left + r.width / 2, clientY: r.top + r.height / 2, ctrlKey: true, cancelable: true}));
			if (++n < 90) requestAnimationFrame(step); else done(1000 * n / (performance.now() - start));
		};
		requestAnimationFrame(step);
	})`)
	t.Logf("%.0f frames a second while zooming 50,000 points, in software", frames)
	b.run(chromedp.SendKeys(css("#find"), "paper 49777"))
	b.until(`document.querySelector('#found').textContent === '1 paper'`)
	b.run(chromedp.SendKeys(css("#find"), "\r"))
	b.until(`document.querySelector('#found').textContent !== ''`)
	if w := b.wrong(); len(w) > 0 {
		t.Error(w)
	}
}

func spiral(c int) (x, y float32) {
	steps := [][2]float32{{0, 0}, {.3, .1}, {-.25, .3}, {.1, -.4}, {-.4, -.2}, {.5, .4}, {-.1, .6}, {.6, -.3}, {-.6, .1}, {.2, .7}}
	s := steps[c%len(steps)]
	k := 1 + float32(c/len(steps))*.25
	return s[0] * k, s[1] * k
}

// A canvas of a new size is black: the map has to be drawn before the frame in which it was resized is shown.
func TestMapIsDrawnAsItIsResized(t *testing.T) {
	ctx := browser(t)
	s, base := serve(t, nil)
	s.current.Store(fittedSnapshot(t))
	b := newTab(t, ctx)
	b.run(chromedp.Navigate(base + "/map"))
	b.until(`document.querySelector('#stage').dataset.ready !== undefined`)
	// The page's observer was there first, so the test's sees what it left.
	got := eval[string](b, `new Promise((done) => {
		const stage = document.querySelector('#stage'), c = stage.querySelector('canvas');
		stage.style.height = '300px';
		new ResizeObserver(() => done(c.height + ' ' + c.getContext('2d').getImageData(1, 1, 1, 1).data.join())).observe(stage);
	})`)
	if want := "298 255,255,255,255"; got != want {
		t.Errorf("height and first pixel are %s, want %s", got, want)
	}
	if w := b.wrong(); len(w) > 0 {
		t.Error(w)
	}
}

// screenshots of every page, in both schemes, on a phone and a desktop, when KINDRED_SCREENSHOTS names a folder.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("KINDRED_SCREENSHOTS")
	if dir == "" {
		t.Skip("KINDRED_SCREENSHOTS names no folder")
	}
	ctx := browser(t)
	s, base := serve(t, nil)
	s.current.Store(fittedSnapshot(t))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	sizes := map[string][2]int64{"phone": {390, 844}, "desktop": {1280, 900}}
	for name, path := range pagesForPeople() {
		for size, wh := range sizes {
			for _, scheme := range []string{"light", "dark"} {
				b := newTab(t, ctx)
				b.see(wh[0], wh[1], scheme)
				b.run(chromedp.Navigate(base+path), chromedp.WaitReady(css("body")))
				switch name {
				case "map":
					b.until(`!document.querySelector('#stage') || document.querySelector('#stage').dataset.ready !== undefined`)
				case "widget":
					b.until(`document.querySelector('similar-papers').shadowRoot.querySelector('nav')`)
				}
				picture, err := chromedp.Run(b, chromedp.FullScreenshot(85))
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%s-%s.jpg", name, size, scheme)), picture, 0o644); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
