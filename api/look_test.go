package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestPastedTextStays wants the text that was pasted back in the form, whole, to go on from.
func TestPastedTextStays(t *testing.T) {
	s := newSite(t, nil)
	text := "We distill language models & others. " + strings.Repeat("The student learns from its teacher. ", 20) + "The end."
	rec := s.ask(http.MethodPost, "/like", url.Values{"text": {text}}.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	body := rec.Body.String()
	if rec.Code != http.StatusOK || !strings.Contains(body, "The end.</textarea>") {
		t.Errorf("%d: the form has lost the text", rec.Code)
	}
	_, quote, _ := strings.Cut(body, "<blockquote")
	quote, _, _ = strings.Cut(quote, "</blockquote>")
	if !strings.HasSuffix(quote, " …") || len(quote) > 460 || strings.Contains(quote, "The end") {
		t.Errorf("the quotation is not the beginning alone: %s", quote)
	}
}

// TestExampleWorks follows the example of the documentation, whose paper must be here.
func TestExampleWorks(t *testing.T) {
	s := newSite(t, nil)
	_, line, _ := strings.Cut(s.get("/docs").Body.String(), "curl '")
	address, _, _ := strings.Cut(line, "'<")
	_, path, _ := strings.Cut(address, "/v1/")
	if rec := s.get("/v1/" + strings.ReplaceAll(path, "&amp;", "&")); rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), `"reasons"`) {
		t.Errorf("%s: %d %s", address, rec.Code, clip(rec.Body.String(), 200))
	}
}

// smallTargets are the controls too small for a finger: under 24 pixels either way, links within sentences excepted.
const smallTargets = `[...document.querySelectorAll('a,button,input:not([type=hidden]),select,textarea,summary')].filter((e) => {
	const r = e.getBoundingClientRect();
	if (r.width < 3 || r.height < 3 || r.width >= 24 && r.height >= 24) return false;
	return !(getComputedStyle(e).display === 'inline' && [...e.parentNode.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim().length > 3));
}).map((e) => e.textContent.trim().slice(0, 40) + ' ' + e.getBoundingClientRect().width + 'x' + e.getBoundingClientRect().height).join('\n')`

// TestPhoneInABrowser opens every page on a phone: nothing to tap is small, and tables stay tables.
func TestPhoneInABrowser(t *testing.T) {
	ctx := browser(t)
	_, base := serve(t, nil)
	for name, path := range pagesForPeople() {
		b := newTab(t, ctx)
		b.see(390, 844, "light")
		b.run(chromedp.Navigate(base+path), chromedp.WaitVisible(css("h1")))
		if small := eval[string](b, smallTargets); small != "" {
			t.Errorf("%s: small for a finger:\n%s", name, small)
		}
		if name != "api" {
			continue
		}
		got := eval[string](b, `(() => { document.querySelectorAll('details').forEach((d) => d.open = true);
			return [...new Set([...document.querySelectorAll('table, tr, th, td')].map((e) => e.localName + ' ' + getComputedStyle(e).display))].sort().join(', '); })()`)
		if want := "table table, td table-cell, th table-cell, tr table-row"; got != want {
			t.Errorf("tables are laid out as %s, want %s", got, want)
		}
		if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > 390 {
			t.Errorf("the open documentation is %d pixels wide on a phone of 390", wide)
		}
	}
}

// TestExponentsStayInLine looks at where a browser without a font for mathematics of its own puts an exponent: on the
// shoulder of its base, not above it.
func TestExponentsStayInLine(t *testing.T) {
	ctx := browser(t)
	_, base := siteWithMaths(t)
	b := newTab(t, ctx)
	b.run(chromedp.Navigate(base+"/papers/arxiv:2401.00001"), chromedp.WaitVisible(css("h1")))
	b.until(`document.querySelector('.abstract msup')`)
	overlap := eval[float64](b, `document.fonts.ready.then(() => {
		const sup = document.querySelector('.abstract msup'), base = sup.firstElementChild.getBoundingClientRect(), exponent = sup.lastElementChild.getBoundingClientRect();
		return (exponent.bottom - base.top) / base.height;
	})`)
	t.Logf("the exponent reaches %.2f of its base's height down", overlap)
	if overlap < 0.2 {
		t.Errorf("the exponent reaches %.2f of its base's height down: it stands above the line", overlap)
	}
}

// TestWidgetRightToLeft wants all of the widget at the right of a page that is written from there, and read in its own
// direction.
func TestWidgetRightToLeft(t *testing.T) {
	ctx := browser(t)
	_, server := serve(t, nil)
	b := newTab(t, ctx)
	b.run(chromedp.Navigate(hostPage(t, server, fmt.Sprintf(`<!doctype html><html dir="rtl"><body><script src="%s/widget.v1.js" async></script><similar-papers paper="%s" limit="3"></similar-papers>`, server, boot))))
	root := `document.querySelector('similar-papers').shadowRoot`
	b.until(root + ` && ` + root + `.querySelectorAll('li').length === 3`)
	left := eval[string](b, root+`.querySelectorAll('details').forEach((d) => d.open = true) || [...`+root+`.querySelectorAll('li > a, li > p, details p, summary')].filter((e) => {
		const r = document.createRange();
		r.selectNodeContents(e);
		const edge = Math.max(...[...r.getClientRects()].map((x) => x.right));
		return Math.abs(edge - e.closest('ol').getBoundingClientRect().right) > 2;
	}).map((e) => e.localName + ': ' + e.textContent).join('\n')`)
	if left != "" {
		t.Errorf("not at the right edge:\n%s", left)
	}
	if got := eval[string](b, `getComputedStyle(`+root+`.querySelector('summary')).direction`); got != "ltr" {
		t.Errorf("Why? is read %s, so that its mark comes first", got)
	}
}

// lightPage is the most that a page and all it loads may weigh, in bytes as they are sent. The map, formulas and their
// font are left out, and the documentation of the API, which is one long page.
const lightPage = 30 << 10

// TestPagesAreLight weighs every page with its style sheet and scripts.
func TestPagesAreLight(t *testing.T) {
	s := newSite(t, nil)
	_, add := daysOfPapers(60)
	add(s)
	pages := pagesForPeople()
	pages["full"], pages["full-dense"] = "/papers?source=blim", "/papers?source=blim&view=dense"
	for name, path := range pages {
		if name == "map" || name == "api" || name == "embed" {
			continue
		}
		weight := s.get(path, "Accept-Encoding", "gzip").Body.Len()
		body := s.get(path).Body.String()
		for _, asset := range []string{"style.css", "site.js", "keys.js", "graph.js", "widget-page.js"} {
			if _, at, ok := strings.Cut(body, `"/assets/`+asset); ok {
				query, _, _ := strings.Cut(at, `"`)
				weight += s.get("/assets/"+asset+query, "Accept-Encoding", "gzip").Body.Len()
			}
		}
		if weight > lightPage {
			t.Errorf("%s weighs %d bytes, want at most %d", name, weight, lightPage)
		}
		t.Logf("%s: %d bytes", name, weight)
	}
}
