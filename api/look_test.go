package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"kindred/classifier/topic"
	"kindred/data"
)

func TestRaised(t *testing.T) {
	for text, want := range map[string]string{
		"Video-Ma^2mba": "Video-Ma²mba", "V^3: viewing": "V³: viewing", "(SL^2A-INR) in O(n^10)": "(SL²A-INR) in O(n¹⁰)", "10^3 or 2^k": "10³ or 2^k",
		"x^0.5": "x^0.5", "10^100": "10^100", "^2 alone": "^2 alone", "no power": "no power", "O(T^(3/4))": "O(T^(3/4))",
	} {
		if got := raised(text); got != want {
			t.Errorf("raised(%q) is %q, want %q", text, got, want)
		}
	}
}

func TestByline(t *testing.T) {
	for want, names := range map[string][]string{
		"A":                            {"A"},
		"A, B, C, D":                   {"A", "B", "C", "D"},
		"A, B, C and\u00a02\u00a0more": {"A", "B", "C", "D", "E"},
	} {
		if got := byline(names, len(names)); got != want {
			t.Errorf("byline of %v is %q, want %q", names, got, want)
		}
	}
	if got := byline(nil, 7); got != "7 authors" {
		t.Errorf("byline of a number is %q", got)
	}
}

// TestNothingTwice wants a year and a category that the venue says already left out, and no others.
func TestNothingTwice(t *testing.T) {
	for _, test := range []struct{ venue, date, want string }{
		{"NIPS 2013", "2013", ""}, {"NIPS 2013", "4 May 2013", "4 May 2013"}, {"NIPS", "2013", "2013"}, {"", "2013", "2013"},
	} {
		if got := (card{Venue: test.venue, Date: test.date}).When(); got != test.want {
			t.Errorf("%q beside %q: %q, want %q", test.date, test.venue, got, test.want)
		}
	}
	if got := beyondVenue(&data.Paper{Venue: "NIPS 2013", Categories: []string{"nips", "cs.LG"}}); len(got) != 1 || got[0] != "cs.LG" {
		t.Errorf("categories %v", got)
	}
	var terms []topic.Term
	for _, word := range []string{"image", "edits", "editing", "FLUX", "robot", "robotic", "vision language", "prompt", "mask"} {
		terms = append(terms, topic.Term{Text: word})
	}
	got := furtherTerms(&topic.Topic{Label: "image editing", Terms: terms}, 4)
	if want := "FLUX robot vision language prompt"; strings.Join(got, " ") != want {
		t.Errorf("further terms %v, want %s", got, want)
	}
	for rise, want := range map[float64]string{1.04: "", 1.26: "×1.3", 9.96: "×10", 30: "×30"} {
		if got := riseText(rise); got != want {
			t.Errorf("a rise of %v is %s, want %s", rise, got, want)
		}
	}
}

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
	if !strings.HasSuffix(quote, " …") || len(quote) > likeQuoted+100 || strings.Contains(quote, "The end") {
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

// TestWidgetRightToLeft wants all of the widget at the right of a page that is written from there, and read in its own direction.
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
