package api

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/nickng/bibtex"
	"golang.org/x/net/html"

	"kindred/api/link"
	"kindred/api/web"
	"kindred/data"
)

// elements counts the elements of a page by name, and returns all of its text.
func elements(t *testing.T, page string) (count map[string]int, text string) {
	t.Helper()
	count = make(map[string]int)
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for n := range root.Descendants() {
		switch n.Type {
		case html.ElementNode:
			count[n.Data]++
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || slices.Contains([]string{"href", "src", "action"}, a.Key) && strings.HasPrefix(strings.TrimSpace(strings.ToLower(a.Val)), "javascript:") {
					t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
				}
			}
		case html.TextNode:
			b.WriteString(n.Data)
		}
	}
	return count, b.String()
}

// TestNothingIsTakenForCode looks for the nasty titles in every form we give them: they are text, whole, and never
// more.
func TestNothingIsTakenForCode(t *testing.T) {
	s := newSite(t, nil)
	for i, title := range nasty {
		id := s.papers[len(s.papers)-len(nasty)+i].ID
		for _, path := range []string{link.Paper(id), "/search?q=" + url.QueryEscape(`"`+strings.NewReplacer(`"`, "").Replace(title)), "/list?positive=" + url.QueryEscape(id), "/topics/2", "/topics", "/embed/similar/" + link.Escape(id), "/widget?paper=" + url.QueryEscape(title), "/papers/" + url.PathEscape(title)} {
			rec := s.get(path)
			if rec.Code >= 500 {
				t.Errorf("%s: %d", path, rec.Code)
			}
			count, text := elements(t, rec.Body.String())
			count["img"] -= strings.Count(rec.Body.String(), `<img src="/badge/`)
			if count["img"]+count["iframe"] > 0 || count["script"] > 3 {
				t.Errorf("%s: elements %v", path, count)
			}
			if path == link.Paper(id) && !strings.Contains(text, title) {
				t.Errorf("%s does not say %s", path, title)
			}
			if csp := rec.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
				t.Errorf("%s: policy %q", path, csp)
			}
		}
		body := s.get(link.PaperAPI(id)).Body.String()
		if strings.ContainsAny(body, "<>") {
			t.Errorf("JSON of %s holds angle brackets as they are", id)
		}
		if p := decode[struct{ Data data.Paper }](t, s.get(link.PaperAPI(id)), 200).Data; p.Title != title || p.URL == "javascript:alert(1)" {
			t.Errorf("%+v", p)
		}
	}
}

// wellFormed reads XML to its end.
func wellFormed(t *testing.T, body []byte) {
	t.Helper()
	dec := xml.NewDecoder(bytes.NewReader(body))
	for {
		_, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in %s", err, clip(string(body), 500))
		}
	}
}

func TestFeeds(t *testing.T) {
	s := newSite(t, nil)
	id := s.papers[len(s.papers)-1].ID
	for _, list := range []string{"/v1/papers", link.PaperAPI(id) + "/similar", "/v1/search", "/v1/recommendations", "/v1/topics/2/papers"} {
		query := map[string]string{"/v1/search": "?q=scaling&limit=50", "/v1/recommendations": "?limit=50&positive=" + url.QueryEscape(id)}[list]
		if query == "" {
			query = "?limit=50"
		}
		t.Run(list, func(t *testing.T) {
			rec := s.get(list + ".atom" + query)
			var atom web.AtomFeed
			if err := xml.Unmarshal(rec.Body.Bytes(), &atom); err != nil {
				t.Fatal(err)
			}
			wellFormed(t, rec.Body.Bytes())
			checkAtom(t, &atom, s.server.cfg.BaseURL+list+".atom"+query)
			rss := s.get(list + ".rss" + query)
			wellFormed(t, rss.Body.Bytes())
			checkRSS(t, rss.Body.Bytes(), len(atom.Entries))
			feed := decode[web.JSONFeed](t, s.get(list+".json"+query), http.StatusOK)
			if feed.Version != "https://jsonfeed.org/version/1.1" || feed.Title == "" || len(feed.Items) != len(atom.Entries) {
				t.Errorf("JSON Feed: %q, %d items", feed.Version, len(feed.Items))
			}
			for i, it := range feed.Items {
				if it.ID != atom.Entries[i].ID || it.Text == "" {
					t.Errorf("item %d: %+v", i, it)
				}
			}
		})
	}
}

// checkAtom holds a feed against what RFC 4287 asks of one.
func checkAtom(t *testing.T, f *web.AtomFeed, self string) {
	t.Helper()
	if f.ID == "" || f.Title == "" || f.Author == nil || !slices.ContainsFunc(f.Links, func(l web.AtomLink) bool { return l.Rel == "self" && l.Href == self }) {
		t.Errorf("feed %q %q by %v, links %v, want self %s", f.ID, f.Title, f.Author, f.Links, self)
	}
	seen := make(map[string]bool)
	for _, e := range append([]web.AtomEntry{{ID: "feed", Title: "feed", Updated: f.Updated, Links: f.Links}}, f.Entries...) {
		if _, err := time.Parse(time.RFC3339, e.Updated); err != nil || e.ID == "" || e.Title == "" || seen[e.ID] {
			t.Errorf("entry %+v: %v", e, err)
		}
		seen[e.ID] = true
		if !slices.ContainsFunc(e.Links, func(l web.AtomLink) bool { return l.Rel == "alternate" }) {
			t.Errorf("entry %s has no alternate link, which it needs as it has no content", e.ID)
		}
	}
	if len(f.Entries) < 5 {
		t.Errorf("%d entries", len(f.Entries))
	}
}

// checkRSS holds a feed against what RSS 2.0 asks of one; titles are HTML there, so nothing may come out of them.
func checkRSS(t *testing.T, body []byte, items int) {
	t.Helper()
	var f struct {
		Version string `xml:"version,attr"`
		Channel struct {
			Title       string   `xml:"title"`
			Link        []string `xml:"link"` // and those of Atom
			Description string   `xml:"description"`
			Items       []struct {
				Title   string `xml:"title"`
				GUID    string `xml:"guid"`
				PubDate string `xml:"pubDate"`
			} `xml:"item"`
		} `xml:"channel"`
	}
	if err := xml.Unmarshal(body, &f); err != nil {
		t.Fatal(err)
	}
	c := f.Channel
	if f.Version != "2.0" || c.Title == "" || strings.Join(c.Link, "") == "" || c.Description == "" || len(c.Items) != items {
		t.Errorf("RSS %s, %q %q %q, %d items, want %d", f.Version, c.Title, c.Link, c.Description, len(c.Items), items)
	}
	for _, it := range c.Items {
		count, _ := elements(t, it.Title)
		if count["script"]+count["img"] > 0 || it.GUID == "" {
			t.Errorf("item %q, guid %q", it.Title, it.GUID)
		}
		if it.PubDate != "" {
			if _, err := time.Parse(time.RFC1123Z, it.PubDate); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestFeedsTakeControlCharacters(t *testing.T) {
	s := newSite(t, nil)
	papers := append(slices.Clone(s.papers), &data.Paper{ID: "odd", Title: "Bell\a and null\x00 and \ufffe of distillation", Abstract: "a\x0bb", Published: data.Date{Year: 2030}})
	s.current.Store(newSnapshot(t, papers, "odd"))
	for _, kind := range []string{"atom", "rss"} {
		wellFormed(t, s.get("/v1/papers."+kind).Body.Bytes())
	}
}

func TestBibTeX(t *testing.T) {
	s := newSite(t, nil)
	body := s.get("/v1/topics/1/papers/export.bib?limit=100").Body.String()
	parsed, err := bibtex.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%v in %s", err, clip(body, 500))
	}
	if len(parsed.Entries) < 50 {
		t.Errorf("%d entries", len(parsed.Entries))
	}
	keys := make(map[string]bool)
	for _, e := range parsed.Entries {
		if keys[e.CiteName] || e.Fields["title"] == nil {
			t.Errorf("key %s twice or no title", e.CiteName)
		}
		keys[e.CiteName] = true
	}
	for i := range nasty {
		one := s.get(link.PaperAPI(s.papers[len(s.papers)-len(nasty)+i].ID) + "/export.bib").Body.String()
		if n := strings.Count(strings.ReplaceAll(strings.ReplaceAll(one, `\{`, ""), `\}`, ""), "{") - strings.Count(strings.ReplaceAll(strings.ReplaceAll(one, `\{`, ""), `\}`, ""), "}"); n != 0 {
			t.Errorf("braces do not balance in %s", one)
		}
		if strings.Contains(one, `\input`) || strings.Contains(one, `\bf`) {
			t.Errorf("a command comes through in %s", one)
		}
		// Names stay in the order of the paper, the family first where the source has it so.
		if !strings.Contains(one, "van der Berg, Anna and Núñez, José María") {
			t.Errorf("authors of %s", one)
		}
	}
}

func TestRISAndCSL(t *testing.T) {
	s := newSite(t, nil)
	id := s.papers[len(s.papers)-1].ID
	ris := s.get(link.PaperAPI(id) + "/export.ris").Body.String()
	if !strings.HasPrefix(ris, "TY  - ") || !strings.Contains(ris, "\r\nER  - \r\n") || strings.Count(ris, "\r\nAU  - ") != 3 || !strings.Contains(ris, "DA  - 2024/05/13/") {
		t.Errorf("%q", ris)
	}
	for line := range strings.SplitSeq(strings.TrimSpace(ris), "\r\n") {
		if len(line) < 5 || line[2:5] != "  -" {
			t.Errorf("line %q", line)
		}
	}
	var csl []struct {
		Author []struct{ Family, Given string }
		Issued struct {
			Parts [][]int `json:"date-parts"`
		}
	}
	if err := json.Unmarshal(s.get(link.PaperAPI(id)+"/export.csl").Body.Bytes(), &csl); err != nil || len(csl) != 1 || csl[0].Author[2].Family != "Núñez" || csl[0].Issued.Parts[0][2] != 13 {
		t.Errorf("%v %+v", err, csl)
	}
}

func TestSitemap(t *testing.T) {
	s := newSite(t, nil)
	var index web.SitemapIndex
	if err := xml.Unmarshal(s.get("/sitemap.xml").Body.Bytes(), &index); err != nil || len(index.Maps) != 2 {
		t.Fatalf("%v %+v", err, index)
	}
	total := 0
	for _, m := range index.Maps {
		var set web.SitemapSet
		if err := xml.Unmarshal(s.get(strings.TrimPrefix(m.Loc, s.server.cfg.BaseURL)).Body.Bytes(), &set); err != nil {
			t.Fatal(err)
		}
		total += len(set.URLs)
		for _, u := range set.URLs[:min(len(set.URLs), 20)] {
			if rec := s.get(strings.TrimPrefix(u.Loc, s.server.cfg.BaseURL)); rec.Code != 200 {
				t.Errorf("%s: %d", u.Loc, rec.Code)
			}
		}
	}
	if total < len(s.papers) {
		t.Errorf("%d addresses for %d papers", total, len(s.papers))
	}
	if robots := s.get("/robots.txt").Body.String(); !strings.Contains(robots, "Sitemap: https://papers.example.org/sitemap.xml") {
		t.Error(robots)
	}
	if rec := s.get("/sitemaps/papers-9.xml"); rec.Code != 404 {
		t.Errorf("a map that is not there: %d", rec.Code)
	}
}

// TestStructuredData reads what a paper's page tells search engines and oEmbed consumers.
func TestStructuredData(t *testing.T) {
	s := newSite(t, nil)
	for _, id := range []string{boot, s.papers[len(s.papers)-len(nasty)].ID} {
		root, err := html.Parse(s.get(link.Paper(id)).Body)
		if err != nil {
			t.Fatal(err)
		}
		var ld map[string]any
		var oembed []string
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && n.Data == "script" && n.FirstChild != nil {
				if err := json.Unmarshal([]byte(n.FirstChild.Data), &ld); err != nil {
					t.Fatalf("%v in %s", err, n.FirstChild.Data)
				}
			}
			if n.Type == html.ElementNode && n.Data == "link" {
				a := map[string]string{}
				for _, x := range n.Attr {
					a[x.Key] = x.Val
				}
				if strings.HasSuffix(a["type"], "+oembed") {
					oembed = append(oembed, a["href"])
				}
			}
		}
		p := decode[struct{ Data data.Paper }](t, s.get(link.PaperAPI(id)), 200).Data
		if ld["@type"] != "ScholarlyArticle" || ld["name"] != p.Title || ld["datePublished"] != p.Published.String() {
			t.Errorf("%v", ld)
		}
		if len(oembed) != 2 {
			t.Fatalf("oEmbed links %v", oembed)
		}
		for _, link := range oembed {
			rec := s.get(strings.TrimPrefix(link, s.server.cfg.BaseURL))
			if rec.Code != 200 {
				t.Errorf("%s: %d %s", link, rec.Code, rec.Body)
			}
			if strings.Contains(link, "format=xml") {
				wellFormed(t, rec.Body.Bytes())
				continue
			}
			o := decode[web.OEmbed](t, rec, 200)
			count, _ := elements(t, o.HTML)
			if o.Type != "rich" || count["iframe"] != 1 || count["img"]+count["script"] > 0 {
				t.Errorf("%+v", o)
			}
		}
	}
}

func TestWidgetSize(t *testing.T) {
	script := newSite(t, nil).get("/widget.v1.js").Body.Bytes()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(script)
	w.Close()
	t.Logf("the widget is %d bytes, %d gzipped", len(script), b.Len())
	if b.Len() > 8<<10 {
		t.Errorf("%d bytes gzipped, at most %d allowed", b.Len(), 8<<10)
	}
	for _, forbidden := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "localStorage", "sessionStorage", "cookie", "new Function"} {
		if bytes.Contains(script, []byte(forbidden)) {
			t.Errorf("the widget uses %s", forbidden)
		}
	}
}

func TestClicks(t *testing.T) {
	s := newSite(t, nil)
	for range 3 {
		s.ask("POST", "/v1/clicks", boot, "Content-Type", "text/plain")
	}
	got := decode[struct{ Data map[string]int }](t, s.get("/v1/clicks"), 200).Data
	if len(got) != 1 || got[boot] != 3 {
		t.Errorf("%v", got)
	}
	off := newSite(t, func(c *Config) { c.CountClicks = false })
	if rec := off.ask("POST", "/v1/clicks", boot, "Content-Type", "text/plain"); rec.Code != 404 && rec.Code != 405 {
		t.Errorf("counting is off, and answers %d", rec.Code)
	}
}
