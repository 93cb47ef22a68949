package api

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kindred/api/cursor"
	"kindred/api/web"
	"kindred/data"
	"kindred/data/store"
	"kindred/recommend/digest"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"kindred/recommend/library"
)

const boot = "arxiv:2306.05544"

// call is one request of the contract test: an operation of openapi.yaml, and what to ask it.
type call struct {
	method, pattern string
	names           map[string]string // values of the pattern's names
	query, body     string
	status          int // 0 means 200
	headers         []string
}

func (c call) target() string {
	path := c.pattern
	for name, v := range c.names {
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(v))
	}
	if c.query != "" {
		path += "?" + c.query
	}
	return path
}

// allScholarFields asks for every field of a paper that Semantic Scholar documents, as its Python client does.
const allScholarFields = "abstract,authors,authors.affiliations,authors.authorId,authors.citationCount,authors.externalIds,authors.hIndex," +
	"authors.homepage,authors.name,authors.paperCount,authors.url,citationCount,citationStyles,citations,citations.title,citations.authors," +
	"corpusId,embedding,embedding.specter_v2,externalIds,fieldsOfStudy,influentialCitationCount,isOpenAccess,journal,openAccessPdf,paperId," +
	"publicationDate,publicationTypes,publicationVenue,referenceCount,references,references.year,s2FieldsOfStudy,title,tldr,url,venue,year"

// goodCalls ask every operation what it can answer, in several ways where that matters.
func goodCalls() []call {
	paper := map[string]string{"paper": boot}
	hurt := map[string]string{"paper": "doi:10.1000/nasty(0)/<0>"}
	topic := map[string]string{"topic": "1"}
	berg := map[string]string{"author": library.AuthorID("Anna van der Berg")}
	calls := []call{
		{method: "GET", pattern: "/v1/papers"},
		{method: "GET", pattern: "/v1/papers", query: "limit=2&published_after=2020&published_before=2024-05&category=cs.CL&fields=id,abstract,authors,original"},
		{method: "GET", pattern: "/v1/papers", query: "order=trending&day=latest&fields=title,upvotes"},
		{method: "GET", pattern: "/v1/papers", query: "order=likeness&month=2024-05&positive=" + boot + "&source=doi&topic=1,2&linked=true"},
		{method: "GET", pattern: "/v1/papers", query: "week=2024-W19&category=none"},
		{method: "GET", pattern: "/v1/papers/{paper}/neighbourhood", names: paper},
		{method: "GET", pattern: "/v1/papers/{paper}/neighbourhood", names: hurt, query: "limit=3&fields=title"},
		{method: "POST", pattern: "/v1/papers", body: `{"title":"A paper on contracts","abstract":"It says what is answered."}`},
		{method: "POST", pattern: "/v1/papers", body: `[{"id":"doi:10.5555/Contract","title":"Another"}]`},
		{method: "POST", pattern: "/v1/papers", body: `{"papers":[{"arxiv":"2101.00001","title":"Third","published":"2021-01"}]}`},
		{method: "GET", pattern: "/v1/papers/{paper}", names: paper},
		{method: "GET", pattern: "/v1/papers/{paper}", names: hurt},
		{method: "GET", pattern: "/v1/papers/{paper}/similar", names: paper},
		{method: "GET", pattern: "/v1/papers/{paper}/similar", names: hurt, query: "explain=true&limit=3&min_score=0.01&diversity=0.5&topic=1,2&exclude_topic=3&exclude=arxiv:2306.00001&fields=title"},
		{method: "GET", pattern: "/v1/papers/{paper}/similar", names: paper, query: "min_score=1"},
		{method: "POST", pattern: "/v1/papers/batch", body: `{"ids":["2306.05544v2","doi:10.1/none"],"fields":["title"]}`},
		{method: "GET", pattern: "/v1/recommendations", query: "positive=" + boot + "&text=distillation"},
		{method: "POST", pattern: "/v1/recommendations", body: `{"positive":["` + boot + `"],"negative":["doi:10.1000/nasty(1)/<1>"],"exclude":["x"],"explain":true,"limit":4,"diversity":0.2,"topic":[1,2],"published_after":"2019"}`},
		{method: "POST", pattern: "/v1/recommendations", body: `{"positivePaperIds":["` + boot + `"],"negativePaperIds":[]}`},
		{method: "POST", pattern: "/v1/recommendations", body: `{"text":"Knowledge distillation of language models\nWe distill."}`},
		{method: "GET", pattern: "/v1/search", query: "q=distillation&explain=true"},
		{method: "GET", pattern: "/v1/topics"},
		{method: "GET", pattern: "/v1/topics", query: "sort=rise&q=scaling&level=0&limit=2"},
		{method: "GET", pattern: "/v1/topics", query: "level=fields"},
		{method: "GET", pattern: "/v1/topics", query: "level=-1"},
		{method: "GET", pattern: "/v1/topics/changes"},
		{method: "GET", pattern: "/v1/topics/trends"},
		{method: "GET", pattern: "/v1/topics/trends", query: "period=quarter&level=fields"},
		{method: "GET", pattern: "/v1/topics/compare", query: "a=1&b=2"},
		{method: "GET", pattern: "/v1/topics/compare", query: "a=1&b=987654", status: 404},
		{method: "GET", pattern: "/v1/topics/{topic}", names: topic},
		{method: "GET", pattern: "/v1/topics/{topic}", names: map[string]string{"topic": "9"}},
		{method: "GET", pattern: "/v1/topics/{topic}/papers", names: topic, query: "limit=3"},
		{method: "POST", pattern: "/v1/classify", body: `{"title":"Scaling laws","abstract":"of language models","limit":2}`},
		{method: "GET", pattern: "/v1/stats"},
		{method: "GET", pattern: "/v1/map"},
		{method: "POST", pattern: "/v1/sources", body: `{"address":"arxiv:cs.CL"}`},
		{method: "POST", pattern: "/v1/sources", body: `{"address":"feed:https://tides.example.org/rss","name":"tides","every_seconds":3600,"since":"2026-01-01"}`},
		{method: "GET", pattern: "/v1/sources"},
		{method: "POST", pattern: "/v1/sources/{source}", names: map[string]string{"source": "tides"}, body: `{"action":"pause"}`},
		{method: "POST", pattern: "/v1/sources/{source}", names: map[string]string{"source": "tides"}, body: `{"action":"resume"}`},
		{method: "POST", pattern: "/v1/sources/{source}", names: map[string]string{"source": "tides"}, body: `{"action":"run"}`},
		{method: "DELETE", pattern: "/v1/sources/{source}", names: map[string]string{"source": "tides"}},
		{method: "POST", pattern: "/v1/refit", status: 202},
		{method: "POST", pattern: "/v1/topics/edits", body: `{"kind":"rename","topic":3,"label":"Seeing"}`},
		{method: "POST", pattern: "/v1/topics/edits", body: `{"kind":"split","topic":1,"parts":2}`},
		{method: "POST", pattern: "/v1/topics/edits/preview", body: `{"kind":"merge","topic":2,"into":1,"note":"blim"}`},
		{method: "POST", pattern: "/v1/topics/edits", body: `{"kind":"hide","topic":2}`},
		{method: "POST", pattern: "/v1/topics/edits", body: `{"kind":"move","paper":"` + boot + `","into":3,"note":"It sees."}`},
		{method: "GET", pattern: "/v1/topics/edits"},
		{method: "DELETE", pattern: "/v1/topics/edits/{edit}", names: map[string]string{"edit": "00000003"}},
		{method: "DELETE", pattern: "/v1/papers/{paper}", names: map[string]string{"paper": "doi:10.5555/contract"}},
		{method: "GET", pattern: "/embed/similar/{paper}", names: hurt},
		{method: "GET", pattern: "/oembed", query: "maxwidth=300&url=" + url.QueryEscape("https://papers.example.org/papers/"+boot)},
		{method: "GET", pattern: "/badge/{paper}.svg", names: paper},
		{method: "GET", pattern: "/widget.v1.js"}, {method: "GET", pattern: "/widget.js"},
		{method: "GET", pattern: "/graph/v1/paper/search", query: "query=distillation&fields=title,year,authors.name,externalIds&year=2019-&limit=3"},
		{method: "GET", pattern: "/graph/v1/paper/search", query: "query=distillation&venue=arXiv,none&publicationDateOrYear=2015:2030-12&fieldsOfStudy=cs.CL&offset=2"},
		{method: "GET", pattern: "/graph/v1/paper/search/bulk", query: "sort=publicationDate:desc&limit=100&offset=100&fields=" + allScholarFields},
		{method: "GET", pattern: "/graph/v1/paper/search/bulk", query: "query=distillation&sort=paperId&year=-2023"},
		{method: "GET", pattern: "/graph/v1/paper/search/match", query: "query=scaling+laws+considered&fields=title&offset=0&limit=100"},
		{method: "GET", pattern: "/graph/v1/paper/autocomplete", query: "query=distil"},
		{method: "GET", pattern: "/graph/v1/paper/{paper}", names: hurt, query: "fields=" + allScholarFields},
		{method: "GET", pattern: "/graph/v1/paper/{paper}/authors", names: hurt, query: "offset=1&limit=1"},
		{method: "GET", pattern: "/graph/v1/paper/{paper}/citations", names: paper, query: "fields=contexts,title,citingPaper.title&publicationDateOrYear=2020"},
		{method: "GET", pattern: "/graph/v1/paper/{paper}/references", names: paper, query: "fields=citedPaper.authors,isInfluential"},
		{method: "POST", pattern: "/graph/v1/paper/batch", query: "fields=title", body: `{"ids":["` + boot + `","nobody"]}`},
		{method: "GET", pattern: "/graph/v1/author/search", query: "query=Anna+van+der+Berg&fields=name,paperCount,hIndex,papers,papers.title&limit=2"},
		{method: "GET", pattern: "/graph/v1/author/{author}", names: berg, query: "fields=name,url,affiliations,homepage,externalIds,citationCount,papers.authors"},
		{method: "GET", pattern: "/graph/v1/author/{author}/papers", names: berg, query: "limit=2&offset=1&fields=title,year&publicationDateOrYear=2024-05:"},
		{method: "POST", pattern: "/graph/v1/author/batch", query: "fields=name", body: `{"ids":["` + berg["author"] + `","1"]}`},
		{method: "GET", pattern: "/recommendations/v1/papers/forpaper/{paper}", names: paper, query: "from=all-cs&limit=5&fields=title,score"},
		{method: "POST", pattern: "/recommendations/v1/papers", query: "limit=5", body: `{"positivePaperIds":["` + boot + `"],"negativePaperIds":["doi:10.1000/nasty(1)/<1>"]}`},
		{method: "POST", pattern: "/recommendations/v1/papers/", query: "limit=5", body: `{"positivePaperIds":["` + boot + `"],"negativePaperIds":null}`},
		{method: "POST", pattern: "/v1/clicks", body: boot, status: 204, headers: []string{"Content-Type", "text/plain"}},
		{method: "GET", pattern: "/v1/clicks"},
		{method: "GET", pattern: "/healthz"}, {method: "GET", pattern: "/readyz"}, {method: "GET", pattern: "/metrics"},
		{method: "GET", pattern: "/openapi.json"}, {method: "GET", pattern: "/openapi.yaml"},
	}
	lists := []call{
		{pattern: "/v1/papers"}, {pattern: "/v1/papers/{paper}/similar", names: hurt}, {pattern: "/v1/recommendations", query: "positive=" + boot},
		{pattern: "/v1/search", query: "q=scaling"}, {pattern: "/v1/topics/{topic}/papers", names: map[string]string{"topic": "2"}},
	}
	for _, l := range lists {
		l.method = "GET"
		for _, kind := range web.FeedKinds {
			f := l
			f.pattern += "." + kind
			calls = append(calls, f)
		}
		base, ok := map[string]string{"/v1/papers/{paper}/similar": "/v1/papers/{paper}", "/v1/recommendations": "/v1/recommendations", "/v1/topics/{topic}/papers": "/v1/topics/{topic}/papers"}[l.pattern]
		for _, kind := range exportKinds {
			if ok {
				e := l
				e.pattern = base + "/export." + kind
				calls = append(calls, e)
			}
		}
	}
	return calls
}

// subscriptionCalls ask what can be asked of subscriptions, two of which have the ids.
func subscriptionCalls(id, gone string) []call {
	one := map[string]string{"subscription": id}
	const pattern = "/v1/subscriptions/{subscription}"
	return []call{
		{method: "POST", pattern: "/v1/subscriptions", status: 201, body: `{"name":"Mornings","kind":"library","seeds":["` + boot + `"],"dislikes":["2306.00001v2"],
			"bibliography":"@article{a, title={Scaling laws of tides}, year=2024}","favourites":["Anna van der Berg"],"filter":{"must":["law"],"must_not":["survey"],"categories":["cs"],"sources":["arxiv"],"least_score":0.2,"limit":7},
			"schedule":{"every":"weekly","day":"friday","at":"18:30","zone":"Europe/Rome"},"to":{"mail":"zorb@example.org","webhook":"https://example.org/hook#slack","secret":"0123456789abcdef"},"tell_quiet":true}`},
		{method: "POST", pattern: "/v1/subscriptions", status: 201, body: `{"name":"Searched","kind":"search","search":"distillation","schedule":{"every":"count","papers":5}}`},
		{method: "POST", pattern: "/v1/subscriptions", status: 201, body: `{"name":"Collected","kind":"library","zotero":{"library":"groups/77","collection":"ABCD2345","key":"k"}}`},
		{method: "POST", pattern: "/v1/subscriptions", status: 201, body: `{"name":"Topical","kind":"topic","topics":[1,2]}`},
		{method: "POST", pattern: "/v1/subscriptions", status: 201, body: `{"name":"Theirs","kind":"authors","authors":["Anna van der Berg"],"paused":true}`},
		{method: "POST", pattern: "/v1/subscriptions", status: 201, body: `{"name":"Voted","kind":"trending","schedule":{"every":"daily"}}`},
		{method: "GET", pattern: "/v1/subscriptions"},
		{method: "GET", pattern: "/v1/subscriptions", query: "limit=2&after=" + id},
		{method: "GET", pattern: pattern, names: one},
		{method: "PATCH", pattern: pattern, names: one, body: `{"name":"Evenings","filter":{"limit":3},"state":"confirmed"}`},
		{method: "PATCH", pattern: pattern, names: one, body: `{"paused":true}`},
		{method: "POST", pattern: pattern + "/votes", names: one, body: `{"paper":"2306.00001v2","vote":"less"}`},
		{method: "GET", pattern: pattern + "/issues", names: one},
		{method: "GET", pattern: pattern + "/preview", names: one},
		{method: "DELETE", pattern: pattern, names: map[string]string{"subscription": gone}},
	}
}

// contractSubscriptions returns subscriptions with two in them, the first with an issue.
func contractSubscriptions(t *testing.T) (u *digest.Subscriptions, id, gone string) {
	t.Helper()
	st, err := store.Open(t.Context(), t.TempDir()+"/papers.db")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	u = digest.NewSubscriptions(st)
	var ids []string
	for _, name := range []string{"First", "Second"} {
		s, err := u.Add(t.Context(), digest.Subscription{Name: name, Kind: digest.Library, Seeds: []string{boot}}, nil, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, s.ID)
		issue := &digest.Issue{Subscription: s.ID, Number: 1, Name: s.Name, Time: time.Now(), Groups: []digest.Group{{Label: "Zorbs", Picks: []digest.Pick{{
			Paper: data.Paper{ID: boot, Title: "Zorbs"}, Score: .5, Words: []string{"zorb"}, Near: []digest.Neighbour{{ID: "x:1", Title: "Blim"}},
			Links: []digest.Link{{Text: "PDF", URL: "https://example.org"}},
		}}}}}
		if _, err := u.Commit(t.Context(), s, &digest.Choice{Issue: issue}); err != nil {
			t.Fatal(err)
		}
	}
	return u, ids[0], ids[1]
}

// contract checks exchanges against openapi.yaml.
type contract struct {
	t    *testing.T
	doc  *openapi3.T
	seen map[string]bool // method, pattern and status
}

func newContract(t *testing.T) *contract {
	t.Helper()
	s, err := loadSpec()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.validate(context.Background()); err != nil {
		t.Fatalf("openapi.yaml is not valid: %v", err)
	}
	for _, typ := range []string{"application/atom+xml", "application/rss+xml", "application/x-bibtex", "application/x-research-info-systems", "text/html", "image/svg+xml", "text/javascript", "application/yaml"} {
		openapi3filter.RegisterBodyDecoder(typ, openapi3filter.PlainBodyDecoder)
	}
	for _, typ := range []string{"application/feed+json", "application/vnd.citationstyles.csl+json"} {
		openapi3filter.RegisterBodyDecoder(typ, openapi3filter.JSONBodyDecoder)
	}
	return &contract{t: t, doc: s.doc, seen: make(map[string]bool)}
}

// check holds one exchange against the contract; the request only when it should have been understood.
func (k *contract) check(c call, rec *httptest.ResponseRecorder) {
	k.t.Helper()
	name := fmt.Sprintf("%s %s?%s %s", c.method, c.pattern, c.query, c.body)
	if rec.Code != c.status {
		k.t.Errorf("%s: status %d, want %d: %s", clip(name, 200), rec.Code, c.status, clip(rec.Body.String(), 400))
		return
	}
	item := k.doc.Paths.Value(c.pattern)
	if item == nil || item.GetOperation(c.method) == nil {
		k.t.Errorf("%s is not in openapi.yaml", name)
		return
	}
	k.seen[fmt.Sprintf("%s %s %d", c.method, c.pattern, rec.Code)] = true
	req := httptest.NewRequest(c.method, c.target(), strings.NewReader(c.body))
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(c.headers); i += 2 {
		req.Header.Set(c.headers[i], c.headers[i+1])
	}
	input := &openapi3filter.RequestValidationInput{
		Request: req, PathParams: c.names,
		Route:   &routers.Route{Spec: k.doc, Path: c.pattern, PathItem: item, Method: c.method, Operation: item.GetOperation(c.method)},
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: true, SkipSettingDefaults: true},
	}
	if rec.Code < 400 {
		if err := openapi3filter.ValidateRequest(context.Background(), input); err != nil {
			k.t.Errorf("%s: request: %v", name, err)
		}
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: input, Status: rec.Code, Header: rec.Header(), Options: input.Options}
	out.SetBodyBytes(rec.Body.Bytes())
	if err := openapi3filter.ValidateResponse(context.Background(), out); err != nil {
		k.t.Errorf("%s: response: %v\n%s", name, err, clip(rec.Body.String(), 600))
	}
	if rec.Code >= 400 && rec.Header().Get("Content-Type") != "application/problem+json" && c.pattern != "/embed/similar/{paper}" {
		k.t.Errorf("%s: a %d of type %q", name, rec.Code, rec.Header().Get("Content-Type"))
	}
}

func (c call) send(s *site) *httptest.ResponseRecorder {
	return s.ask(c.method, c.target(), c.body, c.headers...)
}

// badCall turns a good call into one that must end with status, false when that is not to be had this way.
func badCall(c call, status int) (call, bool) {
	c.status, c.headers = status, slices.Clone(c.headers)
	switch status {
	case 400:
		wrong := "nonsense=1"
		if isPage(c.pattern) { // a page ignores what it does not know
			wrong = "limit=nonsense"
		}
		c.query = strings.TrimPrefix(c.query+"&"+wrong, "&")
	case 401:
		c.headers = append(c.headers, "X-API-Key", "")
	case 403, 501:
		// Asked of a server that cannot do it.
	case 404:
		switch {
		case c.names["paper"] != "":
			c.names = map[string]string{"paper": "doi:10.1/nobody"}
		case c.names["subscription"] != "":
			c.names = map[string]string{"subscription": "nobody"}
		case c.names["source"] != "":
			c.names = map[string]string{"source": "nobody"}
		case c.names["topic"] != "":
			c.names = map[string]string{"topic": "4711"}
		case c.pattern == "/oembed":
			c.query = "url=https%3A%2F%2Felsewhere.example"
		case strings.HasPrefix(c.pattern, "/v1/recommendations") && c.method == "GET":
			c.query = "positive=nobody"
		case strings.HasPrefix(c.pattern, "/v1/papers"):
			c.query = "order=likeness&positive=nobody"
		case c.pattern == "/v1/recommendations":
			c.body = `{"positive":["nobody"]}`
		case c.names["author"] != "":
			c.names = map[string]string{"author": "4711"}
		case strings.HasSuffix(c.pattern, "/bulk"):
			c.query = "token=eyJtIjoiABCDEFGHIJKL"
		case strings.HasSuffix(c.pattern, "/match"):
			c.query = "query=zzzzqqq"
		case strings.HasPrefix(c.pattern, "/recommendations/v1/papers"):
			c.body = `{"positivePaperIds":["nobody"]}`
		case c.pattern == "/v1/clicks":
			c.body = "nobody"
		default:
			return c, false
		}
	case 405:
		c.names = map[string]string{"paper": "batch"}
	case 409: // the same again
	case 410:
		old := cursor.Cursor{Model: "0ld", Query: "x", Offset: 10}.String()
		if c.method == "POST" {
			c.body = `{"text":"distillation","cursor":"` + old + `"}`
		} else {
			c.query = strings.TrimPrefix(c.query+"&cursor="+old, "&")
		}
	case 413:
		c.body = `{"text":"` + strings.Repeat("x", 1<<20) + `"}`
	case 415:
		c.headers = append(c.headers, "Content-Type", "text/plain")
	case 422:
		if c.method == "GET" {
			c.query = "text=zzzzqqq"
			break
		}
		c.body = `{"text":"zzzzqqq"}`
	case 429:
		c.headers = append(c.headers, "RemoteAddr", "198.51.100.9:1", "X-API-Key", "")
	case 503, 504, 507:
	default:
		return c, false
	}
	return c, true
}

// TestContract walks every route of the API, asks it for all that openapi.yaml says it answers, errors too, and holds
// requests and answers against it. Pages for people are no part of the contract.
func TestContract(t *testing.T) {
	k := newContract(t)
	subs, id, gone := contractSubscriptions(t)
	s := newSite(t, func(c *Config) { c.MaxBody, c.Subscriptions = 1<<19, subs })
	first := make(map[string]call)
	for _, c := range append(goodCalls(), subscriptionCalls(id, gone)...) {
		if c.status == 0 {
			c.status = http.StatusOK
		}
		k.check(c, c.send(s))
		if key := c.method + " " + c.pattern; first[key].pattern == "" {
			first[key] = c
		}
	}
	k.everyRoute(s.server.routes, first)
	empty := newSite(t, func(c *Config) { c.Subscriptions = subs })
	empty.current.Store(nil)
	unable := newSite(t, func(c *Config) { c.Writer, c.Curator, c.Refit, c.Subscriptions = nil, nil, nil, subs })
	noEdits := newSite(t, func(c *Config) { c.Curator, c.Refit, c.Sources = nil, nil, nil })
	limited := newSite(t, func(c *Config) { c.Rate, c.Burst = 0.001, 1 })
	limited.get("/healthz", "RemoteAddr", "198.51.100.9:1")
	full := newSite(t, nil)
	full.failing = fmt.Errorf("write: %w", store.ErrFull)
	where := map[int]*site{403: unable, 429: limited, 501: noEdits, 503: empty, 504: empty, 507: full}
	for key, c := range first {
		op := k.doc.Paths.Value(c.pattern).GetOperation(c.method)
		for _, name := range op.Responses.Keys() {
			status, err := strconv.Atoi(name)
			if err != nil || status < 400 {
				continue
			}
			bad, ok := badCall(c, status)
			if !ok {
				continue
			}
			to := where[status]
			if to == nil {
				to = s
			}
			t.Run(fmt.Sprintf("%s %d", key, status), func(t *testing.T) {
				sub := *k
				sub.t = t
				sub.check(bad, bad.send(to))
			})
		}
		if op.Responses.Value("304") != nil {
			k.unchanged(s, c)
		}
	}
	k.unseen()
}

// everyRoute fails for a route without an operation, an operation without a route, and either without a good call.
func (k *contract) everyRoute(routes []route, asked map[string]call) {
	k.t.Helper()
	served := make(map[string]bool)
	for _, r := range routes {
		served[r.method+" "+r.pattern] = true
		item := k.doc.Paths.Value(r.pattern)
		if isPage(r.pattern) && !strings.HasPrefix(r.pattern, "/embed/") || strings.HasPrefix(r.pattern, "/assets/") {
			continue
		}
		if item == nil || item.GetOperation(r.method) == nil {
			k.t.Errorf("%s %s is served, and not in openapi.yaml", r.method, r.pattern)
		} else if asked[r.method+" "+r.pattern].pattern == "" {
			k.t.Errorf("%s %s is never asked here", r.method, r.pattern)
		}
	}
	for path, item := range k.doc.Paths.Map() {
		for method := range item.Operations() {
			if !served[method+" "+path] {
				k.t.Errorf("%s %s is in openapi.yaml, and not served", method, path)
			}
		}
	}
}

// unchanged asks again with the entity tag of the answer.
func (k *contract) unchanged(s *site, c call) {
	k.t.Helper()
	tag := c.send(s).Header().Get("ETag")
	c.headers = append(slices.Clone(c.headers), "If-None-Match", tag)
	c.status = http.StatusNotModified
	rec := c.send(s)
	if rec.Body.Len() > 0 {
		k.t.Errorf("%s %s: a 304 with a body", c.method, c.pattern)
	}
	k.check(c, rec)
}

// unseen fails for documented answers that were never given.
func (k *contract) unseen() {
	k.t.Helper()
	for path, item := range k.doc.Paths.Map() {
		for method, op := range item.Operations() {
			for _, status := range op.Responses.Keys() {
				key := method + " " + path + " " + status
				if !k.seen[key] {
					k.t.Errorf("%s is documented, and was never answered", key)
				}
			}
		}
	}
}

// TestServedContract compares the two forms in which the contract is served.
func TestServedContract(t *testing.T) {
	s := newSite(t, nil)
	yaml, err := openapi3.NewLoader().LoadFromIoReader(io.Reader(s.get("/openapi.yaml").Body))
	if err != nil {
		t.Fatal(err)
	}
	js, err := openapi3.NewLoader().LoadFromData(s.get("/openapi.json").Body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if a, b := yaml.Paths.Len(), js.Paths.Len(); a != b || a == 0 {
		t.Errorf("YAML has %d paths, JSON %d", a, b)
	}
}
