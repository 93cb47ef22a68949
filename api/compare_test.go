package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"kindred/classifier/topic"
	"kindred/recommend/library"
)

// TestCompare compares two topics over the API and on a page, and wants bad questions refused by name.
func TestCompare(t *testing.T) {
	s := newSite(t, nil)
	s.current.Store(fittedSnapshot(t))
	list := s.current.Load().SortedTopics(topic.Main, "size", "")
	a, b := list[0], list[1]
	rec := s.get(fmt.Sprintf("/v1/topics/compare?a=%d&b=%d&limit=4", a.ID, b.ID))
	c := decode[struct{ Data library.Comparison }](t, rec, http.StatusOK).Data
	if c.A.ID != a.ID || c.B.ID != b.ID || len(c.Between) != 4 {
		t.Fatalf("%d %s", rec.Code, clip(rec.Body.String(), 300))
	}
	words := map[bool]int{}
	for _, w := range c.Words {
		words[w.Z > 0]++
	}
	if words[true] == 0 || words[true] > 4 || words[false] == 0 || words[false] > 4 {
		t.Errorf("words of the topics: %v", words)
	}
	page := s.get(fmt.Sprintf("/topics/compare?a=%d&b=%d&utm_source=x", a.ID, b.ID)).Body.String()
	for _, want := range []string{c.Words[0].Text, "Papers between them", "/papers/"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for query, want := range map[string]int{
		"": 400, "?a=1": 400, "?a=x&b=1": 400, "?a=-1&b=1": 400, fmt.Sprintf("?a=%d&b=%d", a.ID, a.ID): 400, fmt.Sprintf("?a=%d&b=987654", a.ID): 404,
		fmt.Sprintf("?a=%d&b=%d&limit=51", a.ID, b.ID): 400,
	} {
		if rec := s.get("/v1/topics/compare" + query); rec.Code != want {
			t.Errorf("%s: %d, want %d: %s", query, rec.Code, want, clip(rec.Body.String(), 200))
		}
	}
	if rec := s.get(fmt.Sprintf("/topics/compare?a=%d&b=%d", a.ID, a.ID)); rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), "neither is part") {
		t.Errorf("a topic with itself: %d", rec.Code)
	}
}

// TestMapByKeys walks from paper to paper and opens one, and wants the view back from its address.
func TestMapByKeys(t *testing.T) {
	ctx := browser(t)
	s, base := serve(t, nil)
	s.current.Store(fittedSnapshot(t))
	b := newTab(t, ctx)
	b.run(chromedp.Navigate(base + "/map"))
	b.until(`document.querySelector('#stage').dataset.ready === 'all'`)
	press := func(key string) {
		b.t.Helper()
		eval[bool](b, fmt.Sprintf(`(() => { const c = document.querySelector('#stage canvas'); c.focus(); return c.dispatchEvent(new KeyboardEvent('keydown', {key: %q, cancelable: true})); })()`, key))
	}
	press("+")
	press("Enter")
	b.until(`!document.querySelector('.tip').hidden`)
	first := eval[string](b, `document.querySelector('.tip').href`)
	for _, key := range []string{"ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"} {
		press(key)
	}
	b.until(fmt.Sprintf(`!document.querySelector('.tip').hidden && document.querySelector('#said').textContent !== '' && document.querySelector('.tip').href !== %q`, first))
	// The view is in the address, and comes back from it.
	b.until(`new URLSearchParams(location.search).has('at')`)
	at := eval[string](b, `new URLSearchParams(location.search).get('at')`)
	b.run(chromedp.Navigate(eval[string](b, `location.href`)))
	b.until(`document.querySelector('#stage') && document.querySelector('#stage').dataset.ready === 'all'`)
	press("+")
	press("-")
	b.until(`new URLSearchParams(location.search).get('at') === ` + fmt.Sprintf("%q", at))
	// A wheel alone is the page's; hits are listed, and lead to papers.
	if trapped := eval[bool](b, `!document.querySelector('#stage canvas').dispatchEvent(new WheelEvent('wheel', {deltaY: 60, cancelable: true}))`); trapped {
		t.Error("the map takes the wheel from the page")
	}
	b.run(chromedp.SendKeys(css("#find"), "distillation"))
	b.until(`document.querySelectorAll('#hits a').length > 2`)
	b.run(chromedp.SendKeys(css("#find"), "\r"))
	b.until(`!document.querySelector('.tip').hidden && /distillation/i.test(document.querySelector('.tip').textContent)`)
	accessible(b, axeSource(t))
	want := eval[string](b, `document.querySelector('#hits a').pathname`)
	eval[bool](b, `document.querySelector('#hits a').click() || true`)
	b.until(fmt.Sprintf(`location.pathname === %q`, want))
	if w := b.wrong(); len(w) > 0 {
		t.Error(w)
	}
}
