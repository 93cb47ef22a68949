package fetch_test

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"kindred/data/fetch"
	"kindred/recommend/library"
)

// item is a paper as the fakes of services hold it.
type item struct {
	n        int
	title    string
	abstract string
	author   string
	day      string
}

// items are the papers that every fake service has.
func items() []item {
	titles := []string{
		"Lichen calendars on basalt shores", "Überlauf in copper kettles of the ninth harbour", "Slow gears for paper windmills",
		"Counting moths by lantern colour", "A ledger of drowned bells", "Fumée signals between twin lighthouses", "Rope bridges under winter load",
	}
	var out []item
	for i, t := range titles {
		out = append(out, item{
			n: i + 1, title: t, author: "Ottilie Brandwein",
			abstract: "We weigh " + strings.ToLower(t) + " against a café ledger kept over twelve tides, and report what the ledger leaves out.",
			day:      fmt.Sprintf("2026-03-%02d", 5+i%5),
		})
	}
	return out
}

// now is when the tests take place: a Wednesday.
var now = time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC)

// clock is a clock that sleeping moves.
type clock struct {
	mu    sync.Mutex
	t     time.Time
	slept []time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// perPage is how many papers a fake service puts on a page.
const perPage = 3

// pageOf returns the papers of a page that begins at a number, and the number of the next page, 0 for none.
func pageOf(list []item, from int) ([]item, int) {
	if from < 0 || from >= len(list) {
		return nil, 0
	}
	to := min(from+perPage, len(list))
	if to == len(list) {
		return list[from:to], 0
	}
	return list[from:to], to
}

func esc(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	_, _ = w.Write(b)
}

// fake is a service that answers as the real one does.
type fake struct {
	service string // of fetch.Options.Base
	address string // %s stands for the address of the server
	// handler answers for the papers. today is what the service takes for now.
	handler     func(list []item, today time.Time) http.HandlerFunc
	conditional bool // it answers 304
}

type object = map[string]any

// fakes are one for each service.
var fakes = []fake{
	{service: "dailypapers", address: "dailypapers", handler: func(list []item, _ time.Time) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			out := []object{}
			for _, it := range list {
				if it.day == r.URL.Query().Get("date") && r.URL.Query().Get("p") == "0" {
					out = append(out, object{"paper": object{
						"id": fmt.Sprintf("2603.%05d", it.n), "title": it.title, "summary": it.abstract, "publishedAt": it.day + "T08:00:00.000Z",
						"upvotes": it.n, "authors": []object{{"name": it.author, "hidden": false}},
					}, "publishedAt": it.day + "T09:00:00.000Z", "title": it.title, "numComments": 1})
				}
			}
			writeJSON(w, out)
		}
	}},
	{service: "arxiv", address: "arxiv:cs.CL", handler: oaiHandler("arXiv")},
	{service: "oai", address: "oai:%s/oai#set=theses&prefix=oai_dc", handler: oaiHandler("oai_dc")},
	{service: "arxiv-search", address: "arxiv-search:cat:cs.CL", handler: func(list []item, _ time.Time) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			from, _ := strconv.Atoi(r.URL.Query().Get("start"))
			page, _ := pageOf(list, from)
			fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
<id>http://arxiv.org/api/x</id><opensearch:totalResults>%d</opensearch:totalResults>`, len(list))
			for _, it := range page {
				fmt.Fprintf(w, "<entry><id>http://arxiv.org/abs/2603.%05dv1</id><updated>%sT10:00:00Z</updated><published>%sT10:00:00Z</published>"+
					"<title>%s</title><summary>%s</summary><author><name>%s</name></author></entry>\n",
					it.n, it.day, it.day, esc(it.title), esc(it.abstract), it.author)
			}
			fmt.Fprint(w, "</feed>")
		}
	}},
	{service: "arxiv-feed", address: "arxiv-feed:cs.CL", conditional: true, handler: func(list []item, _ time.Time) http.HandlerFunc {
		return tagged(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"><id>https://rss.arxiv.org/atom/cs.CL</id>`)
			for _, it := range list {
				fmt.Fprintf(w, `<entry><id>oai:arXiv.org:2603.%05dv1</id><title>%s</title><updated>%sT00:00:00+00:00</updated><published>%sT00:00:00-05:00</published>`+
					`<link href="https://arxiv.org/abs/2603.%05d" rel="alternate"/><summary>arXiv:2603.%05dv1 Announce Type: new `+"\n"+`Abstract: %s</summary><dc:creator>%s</dc:creator></entry>`+"\n",
					it.n, esc(it.title), it.day, it.day, it.n, it.n, esc(it.abstract), it.author)
			}
			fmt.Fprint(w, "</feed>")
		})
	}},
	{service: "biorxiv", address: "biorxiv", handler: preprintHandler},
	{service: "medrxiv", address: "medrxiv", handler: preprintHandler},
	{service: "openalex", address: "openalex:primary_location.source.id:S77", handler: func(list []item, _ time.Time) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			cursor := r.URL.Query().Get("cursor")
			from := 0
			if cursor != "*" {
				from, _ = strconv.Atoi(cursor)
			}
			page, next := pageOf(list, from)
			out := []object{}
			for _, it := range page {
				inverted := map[string][]int{}
				for i, word := range strings.Fields(it.abstract) {
					inverted[word] = append(inverted[word], i)
				}
				out = append(out, object{
					"id": fmt.Sprintf("https://openalex.org/W77%05d", it.n), "title": it.title, "display_name": it.title, "publication_date": it.day,
					"abstract_inverted_index": inverted, "authorships": []object{{"author": object{"display_name": it.author}}},
				})
			}
			meta := object{"count": len(list), "next_cursor": nil}
			if next > 0 {
				meta["next_cursor"] = strconv.Itoa(next)
			}
			writeJSON(w, object{"meta": meta, "results": out})
		}
	}},
	{service: "semanticscholar", address: "semanticscholar:tides", handler: func(list []item, _ time.Time) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			from, _ := strconv.Atoi(r.URL.Query().Get("token"))
			page, next := pageOf(list, from)
			out := []object{}
			for _, it := range page {
				out = append(out, object{
					"paperId": fmt.Sprintf("%040x", it.n), "title": it.title, "abstract": it.abstract, "publicationDate": it.day, "year": 2026,
					"authors": []object{{"authorId": "7", "name": it.author}}, "externalIds": object{"CorpusId": 770000 + it.n}, "venue": "Journal of Tides",
				})
			}
			answer := object{"total": len(list), "data": out}
			if next > 0 {
				answer["token"] = strconv.Itoa(next)
			}
			writeJSON(w, answer)
		}
	}},
	{service: "crossref", address: "crossref:issn=1234-5679", handler: func(list []item, _ time.Time) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			from, _ := strconv.Atoi(strings.TrimPrefix(r.URL.Query().Get("cursor"), "*"))
			page, _ := pageOf(list, from)
			out := []object{}
			for _, it := range page {
				out = append(out, object{
					"DOI": fmt.Sprintf("10.5555/tides.%d", it.n), "title": []string{it.title}, "abstract": "<jats:p>" + it.abstract + "</jats:p>",
					"author": []object{{"given": "Ottilie", "family": "Brandwein"}}, "container-title": []string{"Journal of Tides"},
					"issued": object{"date-parts": [][]int{{2026, 3, 5}}}, "type": "journal-article",
				})
			}
			writeJSON(w, object{"status": "ok", "message-type": "work-list", "message": object{
				"next-cursor": strconv.Itoa(from + len(page)), "total-results": len(list), "items": out,
			}})
		}
	}},
	{service: "zotero", address: "zotero:users/77", conditional: true, handler: func(list []item, _ time.Time) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			version := strconv.Itoa(100 + len(list))
			w.Header().Set("Last-Modified-Version", version)
			if strings.HasSuffix(r.URL.Path, "/deleted") {
				writeJSON(w, object{"items": []string{}, "collections": []string{}})
				return
			}
			if r.Header.Get("If-Modified-Since-Version") == version {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			from, _ := strconv.Atoi(r.URL.Query().Get("start"))
			page, _ := pageOf(list, from)
			w.Header().Set("Total-Results", strconv.Itoa(len(list)))
			out := []object{}
			for _, it := range page {
				out = append(out, object{"key": fmt.Sprintf("ABCD%04d", it.n), "version": 100, "data": object{
					"key": fmt.Sprintf("ABCD%04d", it.n), "itemType": "journalArticle", "title": it.title, "abstractNote": it.abstract, "date": it.day,
					"creators": []object{{"creatorType": "author", "firstName": "Ottilie", "lastName": "Brandwein"}},
				}})
			}
			writeJSON(w, out)
		}
	}},
	{service: "openreview", address: "openreview:TIDES.cc/2026/Workshop", handler: func(list []item, _ time.Time) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			from, _ := strconv.Atoi(r.URL.Query().Get("offset"))
			page, _ := pageOf(list, from)
			out := []object{}
			for _, it := range page {
				id := fmt.Sprintf("Td7%04d", it.n)
				out = append(out, object{"id": id, "forum": id, "number": it.n, "invitations": []string{"TIDES.cc/2026/Workshop/-/Submission"}, "cdate": 1772700000000,
					"content": object{"title": object{"value": it.title}, "abstract": object{"value": it.abstract}, "authors": object{"value": []string{it.author}}}})
			}
			writeJSON(w, object{"notes": out, "count": len(list)})
		}
	}},
	{service: "feed", address: "feed:%s/rss", conditional: true, handler: func(list []item, _ time.Time) http.HandlerFunc {
		return tagged(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Journal of Tides</title>`)
			for _, it := range list {
				fmt.Fprintf(w, "<item><title>%s</title><guid>https://tides.example.org/%d</guid><description>%s</description><dc:creator>%s</dc:creator><dc:date>%s</dc:date></item>\n",
					esc(it.title), it.n, esc(it.abstract), it.author, it.day)
			}
			fmt.Fprint(w, "</channel></rss>")
		})
	}},
	{service: "file", address: "file:%s/papers.json", conditional: true, handler: func(list []item, _ time.Time) http.HandlerFunc {
		return tagged(func(w http.ResponseWriter, r *http.Request) {
			out := []object{}
			for _, it := range list {
				out = append(out, object{"id": fmt.Sprintf("10.5555/file.%d", it.n), "title": it.title, "abstract": it.abstract, "authors": []string{it.author}, "published": it.day})
			}
			writeJSON(w, out)
		})
	}},
}

// tagged answers 304 to who has the version already.
func tagged(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		next(rec, r)
		tag := fmt.Sprintf(`"%d"`, rec.Body.Len())
		w.Header().Set("ETag", tag)
		w.Header().Set("Last-Modified", "Tue, 10 Mar 2026 09:00:00 GMT")
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write(rec.Body.Bytes())
	}
}

// preprintHandler answers as bioRxiv and medRxiv do.
func preprintHandler(list []item, _ time.Time) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/") // details/SERVER/FROM/TO/CURSOR
		var there []item
		for _, it := range list {
			if it.day >= parts[2] && it.day <= parts[3] {
				there = append(there, it)
			}
		}
		from, _ := strconv.Atoi(parts[4])
		page, _ := pageOf(there, from)
		if len(page) == 0 {
			writeJSON(w, object{"messages": []object{{"status": "no posts found"}}, "collection": []object{}})
			return
		}
		out := []object{}
		for _, it := range page {
			out = append(out, object{
				"title": it.title, "abstract": it.abstract, "authors": "Brandwein, O.;", "doi": fmt.Sprintf("10.1101/2026.03.%05d", it.n),
				"date": it.day, "version": "1", "category": "zoology", "server": "bioRxiv",
			})
		}
		writeJSON(w, object{"messages": []object{{"status": "ok", "cursor": from, "count": len(page), "total": strconv.Itoa(len(there))}}, "collection": out})
	}
}

// oaiHandler answers OAI-PMH with resumption tokens and, behind the papers, a deleted record.
func oaiHandler(prefix string) func(list []item, today time.Time) http.HandlerFunc {
	return func(list []item, today time.Time) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			q := r.URL.Query()
			w.Header().Set("Content-Type", "text/xml")
			fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>%s</responseDate><request verb="ListRecords">http://archive.example.org/oai</request>`,
				today.Format(time.RFC3339))
			defer fmt.Fprint(w, "</OAI-PMH>")
			from := 0
			var there []item
			since := q.Get("from")
			if token := q.Get("resumptionToken"); token != "" {
				parts := strings.Split(token, "|")
				if len(parts) != 2 {
					fmt.Fprint(w, `<error code="badResumptionToken">expired</error>`)
					return
				}
				from, _ = strconv.Atoi(parts[0])
				since = parts[1]
			} else if q.Get("metadataPrefix") != prefix || q.Get("set") == "" {
				fmt.Fprint(w, `<error code="badArgument">no such set</error>`)
				return
			}
			for _, it := range list {
				if it.day >= since {
					there = append(there, it)
				}
			}
			page, next := pageOf(there, from)
			if len(page) == 0 {
				fmt.Fprint(w, `<error code="noRecordsMatch">nothing</error>`)
				return
			}
			fmt.Fprint(w, "<ListRecords>")
			for _, it := range page {
				fmt.Fprintf(w, "<record><header><identifier>oai:arXiv.org:2603.%05d</identifier><datestamp>%s</datestamp><setSpec>cs:cs:CL</setSpec></header><metadata>", it.n, it.day)
				if prefix == "arXiv" {
					fmt.Fprintf(w, `<arXiv xmlns="http://arxiv.org/OAI/arXiv/"><id>2603.%05d</id><created>%s</created><authors><author><keyname>Brandwein</keyname><forenames>Ottilie</forenames></author></authors>`+
						"<title>%s</title><categories>cs.CL</categories><abstract>%s</abstract></arXiv>", it.n, it.day, esc(it.title), esc(it.abstract))
				} else {
					fmt.Fprintf(w, `<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>%s</dc:title>`+
						"<dc:creator>Brandwein, Ottilie</dc:creator><dc:description>%s</dc:description><dc:date>%s</dc:date></oai_dc:dc>", esc(it.title), esc(it.abstract), it.day)
				}
				fmt.Fprint(w, "</metadata></record>\n")
			}
			if next > 0 {
				fmt.Fprintf(w, `<resumptionToken cursor="%d" completeListSize="%d">%d|%s</resumptionToken>`, from, len(there), next, since)
			} else {
				fmt.Fprint(w, `<record><header status="deleted"><identifier>oai:arXiv.org:2601.09999</identifier><datestamp>2026-03-09</datestamp></header></record>`)
				fmt.Fprint(w, `<resumptionToken></resumptionToken>`)
			}
			fmt.Fprint(w, "</ListRecords>")
		}
	}
}

// world is a data folder, a fake service and what follows it.
type world struct {
	t       *testing.T
	clock   *clock
	library *library.Library
	sources *fetch.Sources
	address string
}

// newWorld returns a world with an empty data folder, whose sources ask a handler.
func newWorld(t *testing.T, f fake, h http.Handler, change func(*fetch.Options)) *world {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	w := &world{t: t, clock: &clock{t: now}}
	opt := fetch.Options{
		Contact: "tides@example.org", Version: "test", AllowPrivate: true, Now: w.clock.now, Rand: func() float64 { return .5 },
		Sleep:   w.clock.sleep,
		MaxPage: 1 << 20, MaxFile: 1 << 20, Base: map[string]string{},
	}
	for _, f := range fakes {
		opt.Base[f.service] = server.URL
	}
	if change != nil {
		change(&opt)
	}
	w.address = f.address
	if strings.Contains(w.address, "%s") {
		w.address = fmt.Sprintf(w.address, server.URL)
	}
	var err error
	if w.library, err = library.Open(t.Context(), library.Folder(filepath.Join(t.TempDir(), "data")), library.Options{Create: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.library.Close() })
	w.sources = w.library.Sources(fetch.NewClient(opt))
	return w
}

// titles returns the titles of all papers that are stored.
func (w *world) titles() map[string]int {
	w.t.Helper()
	out := map[string]int{}
	for e, err := range w.library.Store().Since(w.t.Context(), 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		if e.Paper != nil {
			out[e.Paper.Title]++
		}
	}
	return out
}

// wantAll checks that each of the papers is there once, as it was sent, and nothing else.
func (w *world) wantAll(list []item) {
	w.t.Helper()
	got := w.titles()
	for _, it := range list {
		if got[it.title] != 1 {
			w.t.Errorf("%q is there %d times", it.title, got[it.title])
		}
	}
	if len(got) != len(list) {
		w.t.Errorf("%d papers, want %d: %v", len(got), len(list), got)
	}
	for e, err := range w.library.Store().Since(w.t.Context(), 0) {
		if err != nil {
			w.t.Fatal(err)
		}
		if e.Paper != nil && (!strings.Contains(e.Paper.Abstract, "against a café ledger") || len(e.Paper.Authors) != 1) {
			w.t.Errorf("%q came with the abstract %q and the authors %v", e.Paper.Title, e.Paper.Abstract, e.Paper.Authors)
		}
	}
}

func (w *world) add(since string) {
	w.t.Helper()
	if _, err := w.sources.Add(w.t.Context(), "tides", w.address, 0, since); err != nil {
		w.t.Fatal(err)
	}
}

// status returns how the source is, by the list that people see.
func (w *world) status() fetch.Status {
	w.t.Helper()
	list, err := w.sources.List(w.t.Context())
	if err != nil || len(list) != 1 {
		w.t.Fatalf("%d sources, %v", len(list), err)
	}
	return list[0]
}
