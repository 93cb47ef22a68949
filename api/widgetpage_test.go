package api

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// article is a page of another site with a widget at its top, the worst place for one.
func article(t *testing.T, lang, widget string) string {
	t.Helper()
	text := strings.Repeat("<p>Blim vorn zant, and a few more words that fill some lines of an article.</p>", 30)
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang=%q><title>Blim</title><link rel=icon href="data:,"><meta name=viewport content="width=device-width"><body><main style="max-width:44rem;margin:auto"><h1>Blim</h1>%s%s</main>`, lang, widget, text)
	}))
	t.Cleanup(host.Close)
	return host.URL
}

// shifts adds up how far the page's content has moved (cumulative layout shift, as the Layout Instability API has it).
const shifts = `new Promise((done) => {
	let sum = 0;
	const add = (list) => list.forEach((e) => { sum += e.value; });
	const o = new PerformanceObserver((l) => add(l.getEntries()));
	o.observe({ type: 'layout-shift', buffered: true });
	setTimeout(() => { add(o.takeRecords()); done(sum); }, 300);
})`

// TestWidgetKeepsItsPlace copies the snippets that the widget's page offers into an article, and wants the text under
// them to stay where it is.
func TestWidgetKeepsItsPlace(t *testing.T) {
	ctx := browser(t)
	_, server := serve(t, nil)
	for _, query := range []string{"", "limit=10", "layout=cards", "layout=cards&limit=10", "layout=compact", "layout=compact&limit=10", "theme=dark&lang=de"} {
		b := newTab(t, ctx)
		b.run(chromedp.Navigate(server+"/widget?paper="+boot+"&"+query), chromedp.WaitVisible(css("#shown pre")))
		snippet := eval[string](b, `document.querySelector('#shown pre').textContent`)
		for _, width := range []int64{390, 768, 1440} {
			b := newTab(t, ctx)
			b.see(width, 844, "light")
			b.run(chromedp.Navigate(article(t, "en", snippet)))
			b.until(`document.querySelector('similar-papers').shadowRoot?.querySelectorAll('li').length`)
			sum := eval[float64](b, shifts)
			height := eval[[]float64](b, `(() => { const e = document.querySelector('similar-papers'); return [e.offsetHeight, e.shadowRoot.querySelector('nav').offsetHeight]; })()`)
			t.Logf("%s at %d: shift %.3f, %.0f pixels held for %.0f", query, width, sum, height[0], height[1])
			if sum >= .1 {
				t.Errorf("%q at %d pixels: a layout shift of %.3f", query, width, sum)
			}
			if height[0] > 1.6*height[1] {
				t.Errorf("%q at %d pixels: %.0f pixels are held for %.0f", query, width, height[0], height[1])
			}
			if w := b.wrong(); len(w) > 0 {
				t.Error(w)
			}
		}
	}
}

// TestWidgetWhenThereIsNothing wants quiet: no error on the console, and the link, ours or that of the page, or nothing.
func TestWidgetWhenThereIsNothing(t *testing.T) {
	ctx := browser(t)
	_, server := serve(t, nil)
	script := `<script src="` + server + `/widget.v1.js" async></script>`
	for name, c := range map[string]struct{ lang, body, want string }{
		"a link":             {"en", script + `<similar-papers paper="arxiv:0000.00000"></similar-papers>`, "Find related papers"},
		"in German":          {"de-CH", script + `<similar-papers paper="arxiv:0000.00000"></similar-papers>`, "Verwandte Arbeiten suchen"},
		"in any language":    {"sv", script + `<similar-papers paper="arxiv:0000.00000" label-find="Hitta liknande"></similar-papers>`, "Hitta liknande"},
		"the page's link":    {"en", script + `<similar-papers paper="arxiv:0000.00000"><a href="/">Blim</a></similar-papers>`, "Blim"},
		"nothing":            {"en", script + `<similar-papers paper="arxiv:0000.00000" empty="nothing"><a href="/">Blim</a></similar-papers>`, ""},
		"nothing in the div": {"en", script + `<div data-similar-papers data-paper="arxiv:0000.00000" data-empty="nothing" class="similar-papers"><a href="/">Blim</a></div>`, ""},
	} {
		b := newTab(t, ctx)
		b.run(chromedp.Navigate(article(t, c.lang, c.body)))
		const host = `document.querySelector('similar-papers,[data-similar-papers]')`
		b.until(host + `.shadowRoot && !` + host + `.shadowRoot.textContent.includes('\u00a0')`)
		b.until(fmt.Sprintf(`%s.innerText.trim() === %q || [...%s.shadowRoot.querySelectorAll('slot')].some((s) => s.textContent === %q)`, host, c.want, host, c.want))
		if got := eval[int](b, host+`.shadowRoot.querySelectorAll('nav').length`); got != 0 {
			t.Errorf("%s: a heading over nothing", name)
		}
		if shown := eval[float64](b, `(() => { const a = document.querySelector('main a'); return a ? a.offsetHeight : -1; })()`); c.want == "" && shown > 0 {
			t.Errorf("%s: the page's link is shown", name)
		}
		if w := b.wrong(); len(w) > 0 {
			t.Errorf("%s: %v", name, w)
		}
	}
	b := newTab(t, ctx)
	b.run(chromedp.Navigate(article(t, "en", `<script src="http://127.0.0.1:1/widget.v1.js" async></script><similar-papers paper="`+boot+`"><a href="/blim">Blim</a></similar-papers>`)), chromedp.WaitVisible(css("similar-papers a")))
}

// TestWidgetSpeaks wants all words of the widget in the language of the page, or of the attribute, or as they are given.
func TestWidgetSpeaks(t *testing.T) {
	ctx := browser(t)
	_, server := serve(t, nil)
	script := `<script src="` + server + `/widget.v1.js" async></script>`
	for _, c := range []struct {
		lang, attributes string
		want             [4]string // heading, why, alike, more
	}{
		{"en", "", [4]string{"Related papers", "Why?", "% alike", "More related papers"}},
		{"de", "", [4]string{"Verwandte Arbeiten", "Warum?", "\u00a0% ähnlich", "Weitere verwandte Arbeiten"}},
		{"en", `lang="fr"`, [4]string{"Articles similaires", "Pourquoi\u00a0?", "similarité\u00a0:", "Plus d’articles similaires"}},
		{"es-MX", "", [4]string{"Artículos relacionados", "¿Por qué?", "de similitud", "Más artículos relacionados"}},
		{"zh-Hans", "", [4]string{"相关论文", "为什么？", "相似度", "更多相关论文"}},
		{"ar", `heading="أبحاث" label-why="لماذا؟" label-alike="تشابه {n}" label-more="المزيد"`, [4]string{"أبحاث", "لماذا؟", "تشابه", "المزيد"}},
	} {
		b := newTab(t, ctx)
		b.run(chromedp.Navigate(article(t, c.lang, script+`<similar-papers paper="`+boot+`" limit="1" `+c.attributes+`></similar-papers>`)))
		const root = `document.querySelector('similar-papers').shadowRoot`
		b.until(root + `?.querySelector('nav')`)
		got := eval[[]string](b, `['h2', 'summary', 'details p', '.foot'].map((s) => `+root+`.querySelector(s).textContent)`)
		for i, want := range c.want {
			if !strings.Contains(got[i], want) || strings.Contains(got[i], "{") {
				t.Errorf("%s %s: %q, want %q", c.lang, c.attributes, got[i], want)
			}
		}
	}
}

// TestFrames wants the frame on a foreign page with its papers, or a short message, in the language that was asked for,
// and never refused.
func TestFrames(t *testing.T) {
	ctx := browser(t)
	s, server := serve(t, nil)
	for _, c := range []struct {
		path, says string
		code       int
	}{
		{"/embed/similar/" + boot + "?lang=de", "Verwandte Arbeiten", 200},
		{"/embed/similar/arxiv:0000.00000?lang=es", "Este artículo todavía no está en Kindred.", 404},
		{"/embed/similar/arxiv:0000.00000?empty=nothing", "", 404},
		{"/embed/similar/" + boot + "?limit=x&theme=dark", "The address of this frame is not right.", 400},
		{"/embed/nothing", "The address of this frame is not right.", 404},
	} {
		rec := s.get(c.path, "Accept", "text/html")
		csp := rec.Header().Get("Content-Security-Policy")
		if rec.Code != c.code || rec.Header().Get("X-Frame-Options") != "" || !strings.Contains(csp, "frame-ancestors *") || strings.Contains(rec.Body.String(), "<header") {
			t.Errorf("%s: %d, policy %q, %s", c.path, rec.Code, csp, rec.Body)
		}
		if body := rec.Body.String(); c.says != "" && !strings.Contains(body, c.says) || c.says == "" && strings.Contains(body, "<main") {
			t.Errorf("%s: want %q in %s", c.path, c.says, body)
		}
		b := newTab(t, ctx)
		b.run(chromedp.Navigate(article(t, "en", `<iframe src="`+server+c.path+`" title="x"></iframe><script>addEventListener('load', () => document.body.id = 'loaded')</script>`)), chromedp.WaitVisible(css("#loaded")))
		for _, w := range b.wrong() {
			if !strings.Contains(w, "status of 4") {
				t.Errorf("%s: %s", c.path, w)
			}
		}
		axe := axeSource(t)
		b = newTab(t, ctx)
		b.run(chromedp.Navigate(server + c.path))
		if c.says != "" {
			accessible(b, axe)
		}
	}
	s.current.Store(nil)
	if rec := s.get("/embed/similar/" + boot + "?lang=zh"); rec.Code != 503 || !strings.Contains(rec.Body.String(), "暂时无法显示相关论文。") || !strings.Contains(rec.Header().Get("Content-Security-Policy"), "frame-ancestors *") {
		t.Errorf("while nothing is loaded: %d %s", rec.Code, rec.Body)
	}
}

func TestBadge(t *testing.T) {
	s := newSite(t, nil)
	for path, want := range map[string]string{
		"/badge/" + boot + ".svg": "see 10 related papers", "/badge/" + boot + ".svg?lang=fr": "voir 10 articles similaires", "/badge/x:none.svg": "no related papers yet",
	} {
		rec := s.get(path)
		if rec.Code != 200 || rec.Header().Get("Content-Type") != "image/svg+xml" || !strings.Contains(rec.Body.String(), "Kindred: "+want) {
			t.Errorf("%s: %d %s", path, rec.Code, rec.Body)
		}
	}
}

// TestWidgetPage changes options by keys and wants the focus to stay, and snippets that follow; an unknown paper has
// none of its own.
func TestWidgetPage(t *testing.T) {
	ctx := browser(t)
	s, base := serve(t, nil)
	b := newTab(t, ctx)
	b.run(chromedp.Navigate(base+"/widget?paper="+boot), chromedp.WaitVisible(css("#shown pre")))
	eval[bool](b, `(() => { const e = document.querySelector('select[name=lang]'); e.focus(); e.value = 'de'; e.dispatchEvent(new Event('change', { bubbles: true })); return true; })()`)
	b.until(`document.querySelector('#shown pre').textContent.includes('lang="de"') && document.querySelector('#shown .copy')`)
	if got := eval[string](b, `document.activeElement.name + ' ' + new URL(location).searchParams.get('lang')`); got != "lang de" {
		t.Errorf("focus and address: %s", got)
	}
	b.until(`document.querySelector('#shown similar-papers').shadowRoot.querySelector('h2')?.textContent === 'Verwandte Arbeiten'`)
	accessible(b, axeSource(t))
	if w := b.wrong(); len(w) > 0 {
		t.Error(w)
	}
	title := s.papers[0].Title
	if body := s.get("/widget?paper=" + url.QueryEscape(title)).Body.String(); !strings.Contains(body, "paper=&#34;"+s.papers[0].ID) {
		t.Errorf("a title is not understood: %s", title)
	}
	if body := s.get("/widget?paper=zzqq").Body.String(); strings.Contains(body, "iframe") || strings.Contains(body, "/badge/") || !strings.Contains(body, "There is no paper") || !strings.Contains(body, "similar-papers limit=") {
		t.Error("an unknown paper has snippets of its own")
	}
}
