package api

import (
	"errors"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// tap puts a finger on a place of the page and lifts it.
func (b *tab) tap(x, y float64) {
	b.t.Helper()
	_, err1 := chromedp.Call(b, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchStart, TouchPoints: []*input.TouchPoint{{X: x, Y: y}}})
	_, err2 := chromedp.Call(b, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: input.DispatchTouchEventTypeTouchEnd, TouchPoints: []*input.TouchPoint{}})
	if err := errors.Join(err1, err2); err != nil {
		b.t.Fatal(err)
	}
}

// TestMapByTouch has a finger open a paper: the first tap on a point shows its title as a link, the second opens it. A
// tap beside all points takes the title away.
func TestMapByTouch(t *testing.T) {
	ctx := browser(t)
	_, base := serve(t, nil)
	b := newTab(t, ctx)
	if _, err := chromedp.Call(b, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true, MaxTouchPoints: 5}); err != nil {
		t.Fatal(err)
	}
	b.see(390, 844, "light")
	b.run(chromedp.Navigate(base + "/map"))
	b.until(`document.querySelector('#stage').dataset.ready === 'all'`)
	// One point of the fixture is in the middle of the map.
	place := eval[[]float64](b, `(() => { document.querySelector('#stage').scrollIntoView(); const r = document.querySelector('#stage canvas').getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; })()`)
	b.tap(place[0], place[1])
	b.until(`!document.querySelector('.tip').hidden`)
	href := eval[string](b, `document.querySelector('.tip').href`)
	if path := eval[string](b, `location.pathname`); path != "/map" || href == "" {
		t.Fatalf("one tap led to %s; the link is %q", path, href)
	}
	b.tap(place[0], place[1])
	b.run(chromedp.WaitVisible(css("article.paper")))
	if got := eval[string](b, `decodeURIComponent(location.href)`); got != eval[string](b, fmt.Sprintf("decodeURIComponent(%q)", href)) {
		t.Errorf("the second tap opened %s, want %s", got, href)
	}
	if w := b.wrong(); len(w) > 0 {
		t.Error(w)
	}
}

// contrasts lists the texts within a root whose contrast with a background (WCAG 2, section 1.4.3) is under 4.5, and
// how many texts there are. A canvas resolves every form of a colour.
const contrasts = `((root, ground) => {
	const c = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
	const over = (...colours) => { for (const s of colours) { c.fillStyle = s; c.fillRect(0, 0, 1, 1); } return [...c.getImageData(0, 0, 1, 1).data]; };
	const light = (p) => [.2126, .7152, .0722].reduce((sum, w, i) => { const v = p[i] / 255; return sum + w * (v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); }, 0);
	let n = 0;
	const low = [];
	for (const e of root.querySelectorAll('*')) {
		if (![...e.childNodes].some((t) => t.nodeType === 3 && t.textContent.trim())) continue;
		n++;
		const back = [];
		for (let p = e; p; p = p.parentElement) back.unshift(getComputedStyle(p).backgroundColor);
		back.unshift(ground);
		const a = light(over(...back)), b = light(over(...back, getComputedStyle(e).color));
		const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
		if (ratio < 4.5) low.push(e.localName + ' ' + ratio.toFixed(2) + ': ' + e.textContent.slice(0, 30));
	}
	return n + ' texts' + low.map((s) => '\n' + s).join('');
})`

// TestWidgetColours wants the widget legible on light and on dark pages, whatever the reader's system prefers: what
// counts is the page around it.
func TestWidgetColours(t *testing.T) {
	ctx := browser(t)
	_, server := serve(t, nil)
	for _, page := range []struct{ name, head, body, ground, darkGround string }{
		{"light", ``, ``, "#ffffff", "#ffffff"},
		{"dark", ``, `bgcolor="#14161a" text="#e4e6ea"`, "#14161a", "#14161a"},
		{"as the system", `<meta name="color-scheme" content="light dark">`, ``, "#ffffff", "#121212"},
	} {
		address := hostPage(t, server, `<!doctype html><html lang=en><title>Host</title>`+page.head+`<body `+page.body+`><script src="`+server+`/widget.v1.js" async></script><similar-papers paper="`+boot+`" limit="3"></similar-papers><similar-papers paper="`+boot+`" limit="3" theme="dark"></similar-papers><similar-papers paper="`+boot+`" limit="3" theme="light"></similar-papers>`)
		for _, scheme := range []string{"light", "dark"} {
			b := newTab(t, ctx)
			b.see(900, 700, scheme)
			b.run(chromedp.Navigate(address))
			b.until(`[...document.querySelectorAll('similar-papers')].every((e) => e.shadowRoot && e.shadowRoot.querySelectorAll('li').length === 3)`)
			ground := page.ground
			if scheme == "dark" {
				ground = page.darkGround
			}
			for i, theme := range []string{"auto", "dark", "light"} {
				got := eval[string](b, fmt.Sprintf(`(() => { const root = document.querySelectorAll('similar-papers')[%d].shadowRoot; root.querySelectorAll('details').forEach((d) => d.open = true); return %s(root, %q); })()`, i, contrasts, ground))
				t.Logf("%s page, %s system, theme %s: %s", page.name, scheme, theme, got)
				if got != "14 texts" {
					t.Errorf("%s page, %s system, theme %s: %s", page.name, scheme, theme, got)
				}
			}
		}
	}
}
