package api

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"kindred/api/link"
	"kindred/data/cite"
)

// other is a paper of the fixture beside boot.
const other = "doi:10.1000/nasty(0)/<0>"

// follow clicks a link that leads to another page, and waits for it.
func (b *tab) follow(selector, there string) {
	b.t.Helper()
	b.run(chromedp.Click(css(selector)), chromedp.WaitVisible(css(there)))
}

// TestListJourney does what a reader does over an afternoon: adds papers from a search, from a paper's page and from the
// recommendations, reads between, and finds the list as it was left. It does so with scripts, which keep the list, and
// without, where the links carry it.
func TestListJourney(t *testing.T) {
	ctx := browser(t)
	for _, scripts := range []bool{true, false} {
		t.Run(fmt.Sprintf("scripts %v", scripts), func(t *testing.T) {
			_, base := serve(t, nil)
			b := newTab(t, ctx)
			if _, err := chromedp.Call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts}); err != nil {
				t.Fatal(err)
			}
			back := func() { // to the list
				b.follow("#mylist", "#liked")
			}
			counted := func(n int) {
				t.Helper()
				b.until(fmt.Sprintf(`document.querySelector('#mylist b') && document.querySelector('#mylist b').textContent === '%d'`, n))
			}
			b.run(chromedp.Navigate(base+"/search?q=distillation"), chromedp.WaitVisible(css(".cards li")))
			b.run(chromedp.Click(css(".cards li:nth-child(1) .add")))
			counted(1)
			if scripts { // without, the link has led to the list
				b.until(`!document.querySelector('.cards li:nth-child(1) .drop').hidden && document.activeElement.className === 'drop'`)
				back()
			}
			b.follow("section[aria-labelledby=next] .cards li:nth-child(2) h3 a", "article.paper")
			counted(1)
			b.run(chromedp.Click(css(".links .add")))
			counted(2)
			if scripts {
				back()
			}
			b.follow("section[aria-labelledby=next] .cards li:nth-child(1) .not", "#disliked + ul")
			counted(3)
			b.follow(".crumb a, .brand", "h1")
			counted(3)
			back()
			if n := eval[int](b, `document.querySelectorAll('.seeds li').length`); n != 3 {
				t.Errorf("%d papers on the list", n)
			}
			own := eval[string](b, `document.querySelector('#send').href`)
			for _, e := range []struct{ selector, part string }{{".links .export a", "the list"}, {"section[aria-labelledby=next] .export a", "recommendations"}} {
				res, err := http.Get(eval[string](b, fmt.Sprintf(`document.querySelector(%q).href`, e.selector)))
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				if res.StatusCode != 200 || !strings.Contains(res.Header.Get("Content-Disposition"), ".bib") {
					t.Errorf("%s: %d %q", e.part, res.StatusCode, res.Header.Get("Content-Disposition"))
				}
			}
			b.follow("section[aria-labelledby=liked] li:nth-child(1) .actions a:last-child", "#liked")
			counted(2)
			if got := eval[string](b, `document.cookie`); got != "" {
				t.Errorf("cookie %q", got)
			}
			if scripts {
				named(b, base, own)
			}
			if w := b.wrong(); len(w) > 0 {
				t.Error(w)
			}
		})
	}
}

// named gives the list that is kept a name, makes another one, and opens a list that somebody else sent.
func named(b *tab, base, sent string) {
	b.t.Helper()
	b.run(chromedp.Click(css("#rename")), chromedp.SendKeys(css("#listname"), "Zant studies"), chromedp.Click(css("#named-ok")))
	b.until(`document.querySelector('h1') && document.querySelector('h1').textContent === 'Zant studies' && document.querySelector('#send')`)
	if got := eval[string](b, `new URL(document.querySelector('.links .export a').href).pathname`); got != "/list/papers.bib" {
		b.t.Errorf("file %s", got)
	}
	b.run(chromedp.Click(css("#newlist")), chromedp.SendKeys(css("#listname"), "Blim"), chromedp.Click(css("#named-ok")))
	b.until(`document.querySelector('#lists') && document.querySelector('#lists').value === 'Blim' && document.querySelector('#mylist .n').hidden`)
	b.run(chromedp.Navigate(sent), chromedp.WaitVisible(css("#foreign")))
	if got := eval[int](b, `Object.keys(JSON.parse(localStorage['kindred.lists']).lists).length`); got != 2 {
		b.t.Errorf("%d lists are kept before a sent one is taken", got)
	}
	b.run(chromedp.Click(css("#adopt")))
	b.until(`document.querySelector('#lists') && document.querySelector('#lists').length === 3 && document.querySelector('#foreign').hidden`)
	b.run(chromedp.Navigate(base + "/list"))
	b.until(`document.querySelectorAll('.seeds li').length === 3`)
}

// fileForm is a posted form of a file and a list.
func fileForm(t *testing.T, name string, file []byte, positive ...string) (body, typ string) {
	t.Helper()
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for _, id := range positive {
		w.WriteField("positive", id)
	}
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	part.Write(file)
	w.Close()
	return buf.String(), w.FormDataContentType()
}

// TestListImport posts files of references, and wants those that are here to be added to the list and the others named.
func TestListImport(t *testing.T) {
	s := newSite(t, nil)
	p, err := s.current.Load().Papers.Paper(context.Background(), boot)
	if err != nil {
		t.Fatal(err)
	}
	var bib bytes.Buffer
	if err := cite.BibTeX(&bib, s.papers[:1]); err != nil {
		t.Fatal(err)
	}
	ris := "TY  - JOUR\nTI  - " + p.Title + "\nER  - \nTY  - JOUR\nTI  - Zant blimming of sorvs\nER  - \n"
	for _, c := range []struct {
		name, file string
		wants      []string
		status     int
	}{
		{"own.bib", bib.String(), []string{"1 of the references in", link.Seeds{Positive: []string{other, s.papers[0].ID}}.Path()}, 200},
		{"more.ris", ris, []string{link.Seeds{Positive: []string{other, boot}}.Path(), "1 not found", "Zant blimming of sorvs"}, 200},
		{"none.bib", "no references at all", []string{"Nothing was read"}, 400},
		{"<b>.bib", "", []string{"Nothing was read", "No file was sent"}, 400},
	} {
		body, typ := fileForm(t, c.name, []byte(c.file), other)
		rec := s.ask(http.MethodPost, "/list/import", body, "Content-Type", typ)
		if rec.Code != c.status {
			t.Errorf("%s: %d", c.name, rec.Code)
		}
		for _, want := range c.wants {
			if got := rec.Body.String(); !strings.Contains(strings.ReplaceAll(got, "&amp;", "&"), want) {
				t.Errorf("%s: %q is not on the page", c.name, want)
			}
		}
	}
	if rec := s.ask(http.MethodPost, "/list/import", "positive=x", "Content-Type", "application/x-www-form-urlencoded"); rec.Code != 400 {
		t.Errorf("a form without a file: %d", rec.Code)
	}
}

// TestListFiles wants the list and what it recommends in files of its name, and the list's feed newest first.
func TestListFiles(t *testing.T) {
	s := newSite(t, nil)
	list := link.Seeds{Positive: []string{boot, "arxiv:0000.00000"}, Negative: []string{other}, Name: "Zant & sorv"}
	file := func(name string) *httptest.ResponseRecorder { return s.get(list.ListFile(name)) }
	own := file("papers.bib")
	if got, want := own.Header().Get("Content-Disposition"), `attachment; filename="zant-sorv.bib"`; got != want {
		t.Errorf("file %s, want %s", got, want)
	}
	if n := strings.Count(own.Body.String(), "@"); n < 2 || !strings.Contains(own.Body.String(), "2306.05544") {
		t.Errorf("the list's file has %d entries: %s", n, clip(own.Body.String(), 300))
	}
	next := file("recommendations.ris")
	if got, want := next.Header().Get("Content-Disposition"), `attachment; filename="zant-sorv-recommendations.ris"`; got != want {
		t.Errorf("file %s, want %s", got, want)
	}
	if strings.Contains(next.Body.String(), "2306.05544") || !strings.Contains(next.Body.String(), "TY  -") {
		t.Error("the file of recommendations holds the list, or nothing")
	}
	feed := decode[struct {
		Title string `json:"title"`
		Items []struct {
			Date string `json:"date_published"`
		} `json:"items"`
	}](t, file("feed.json"), 200)
	if !strings.Contains(feed.Title, list.Name) || len(feed.Items) == 0 {
		t.Errorf("feed %q of %d papers", feed.Title, len(feed.Items))
	}
	for i := 1; i < len(feed.Items); i++ {
		if a, b := feed.Items[i-1].Date, feed.Items[i].Date; b != "" && a < b {
			t.Errorf("%s comes before %s", a, b)
		}
	}
	if rec := s.get("/list/recommendations.bib"); rec.Code != 200 || strings.Contains(rec.Body.String(), "@") {
		t.Errorf("recommendations of no list: %d", rec.Code)
	}
}
