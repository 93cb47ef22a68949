package api

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"kindred/data"
	"kindred/data/readable"
)

// mathsPaper is a paper whose formulas are sound, broken and hostile, as a source would give it.
func mathsPaper() *data.Paper {
	original := data.Original{
		Title: `Learning $\mathcal{V}_2$ with <script>alert(1)</script> and distillation`,
		Abstract: `A rate of $\mathcal{O}(T^{3/4})$, and $$\frac{a+b}{2} < \sqrt{c}$$ as shown. Unknown $\nobodyknows_x$,` +
			` a link $\href{javascript:alert(1)}{x_1}$, a style $\style{position:fixed}{x_2}$, a class $\class{wrap}{x_3}$, an image` +
			` $\includegraphics{https://evil.example/x.png}$, a tag $"><img src=x onerror=alert(1)>^2$, and $\def\a{\a\a}\a^2$. It costs $5.`,
	}
	return &data.Paper{ID: "arxiv:2401.00001", Title: readable.Text(original.Title), Abstract: readable.Text(original.Abstract), Original: &original}
}

func siteWithMaths(t *testing.T) (*site, string) {
	s, base := serve(t, nil)
	s.current.Store(newSnapshot(t, slices.Insert(s.papers, 0, mathsPaper()), "maths"))
	return s, base
}

// TestMathsWithoutScripts reads the page as it is sent: the text is readable, and the TeX is there for those who can
// set it.
func TestMathsWithoutScripts(t *testing.T) {
	s, _ := siteWithMaths(t)
	body := s.get("/papers/arxiv:2401.00001").Body.String()
	for _, want := range []string{
		`<span data-tex="\mathcal{O}(T^{3/4})">O(T^(3/4))</span>`, `<span data-tex="\mathcal{V}_2">V_2</span>`,
		`data-display>(a&#43;b)/2 &lt; √c</span>`, `It costs $5.`, `/assets/temml.min.js?v=`, `/assets/maths.js?v=`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if body := s.get("/papers/" + boot).Body.String(); strings.Contains(body, "temml") {
		t.Error("a page without formulas loads what sets them")
	}
	got := decode[struct{ Data data.Paper }](t, s.get("/v1/papers/arxiv:2401.00001?fields=title,abstract,original"), http.StatusOK).Data
	if p := mathsPaper(); got.Title != p.Title || got.Abstract != p.Abstract || got.Original == nil || *got.Original != *p.Original {
		t.Errorf("the API gives %+v, want readable text and what it was made of", got)
	}
}

// TestMathsInABrowser sets the formulas of a page: the sound ones as MathML, the others as readable text, none as
// anything else.
func TestMathsInABrowser(t *testing.T) {
	ctx := browser(t)
	_, base := siteWithMaths(t)
	for _, path := range []string{"/papers/arxiv:2401.00001", "/embed/similar/" + boot + "?limit=20"} {
		b := newTab(t, ctx)
		b.run(chromedp.Navigate(base+path), chromedp.WaitVisible(css("h1")))
		if strings.HasPrefix(path, "/papers/") {
			b.until(`document.querySelectorAll('h1 math').length === 1`)
			if n := eval[int](b, `document.querySelectorAll('.abstract math').length`); n < 2 || n > 4 {
				t.Errorf("%d formulas are set in the abstract, want the sound ones", n)
			}
			if !eval[bool](b, `!!document.querySelector('.abstract math[display=block] mfrac') && !!document.querySelector('.abstract msup')`) {
				t.Error("the fraction or the power is not set")
			}
			if got := eval[string](b, `document.querySelector('.abstract').textContent`); !strings.Contains(got, "nobodyknows_x") {
				t.Errorf("an unknown command is not left as readable text: %s", got)
			}
		}
		if n := eval[int](b, `document.querySelectorAll('math a, math [href], math .wrap, main img, main script, math mglyph').length`); n != 0 {
			t.Errorf("%s: formulas made %d elements that they must not make", path, n)
		}
		if got := eval[string](b, `[...document.querySelectorAll('math *')].map((e) => getComputedStyle(e).position).find((p) => p === 'fixed') || ''`); got != "" {
			t.Errorf("%s: a formula is placed %s", path, got)
		}
		if w := b.wrong(); len(w) > 0 {
			t.Errorf("%s: %v", path, w)
		}
	}
}
