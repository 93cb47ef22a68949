package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/mmcdole/gofeed"
	jsonfeed "github.com/mmcdole/gofeed/json"

	"kindred/api/link"
	"kindred/api/web"
	"kindred/data"
)

// feedLists are the lists that have feeds, each with a query that finds papers, the nasty ones where it can.
func feedLists(s *site) []struct{ path, query string } {
	last := s.papers[len(s.papers)-1].ID
	return []struct{ path, query string }{
		{"/v1/papers", "limit=100"},
		{"/v1/papers", "limit=3"}, // with a next page
		{link.PaperAPI(last) + "/similar", "limit=50"},
		{"/v1/search", "limit=50&q=scaling"},
		{"/v1/search", "limit=50&q=single+textarea"},
		{"/v1/recommendations", "limit=50&positive=" + url.QueryEscape(last)},
		{"/v1/topics/2/papers", "limit=50"},
	}
}

// xmlSchema holds a document against a RELAX NG schema of testdata, and returns what the validator has against it.
func xmlSchema(schema string, doc []byte) error {
	cmd := exec.Command("xmllint", "--noout", "--nonet", "--relaxng", filepath.Join("testdata", schema), "-")
	cmd.Stdin = bytes.NewReader(doc)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", schema, err, clip(string(out), 800))
	}
	return nil
}

// needXMLLint skips the test where there is no xmllint, unless KINDRED_REQUIRE_XMLLINT says that there must be.
func needXMLLint(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("xmllint"); err != nil {
		if os.Getenv("KINDRED_REQUIRE_XMLLINT") != "" {
			t.Fatal(err)
		}
		t.Skipf("feeds are not held against their schemas: %v (Debian's libxml2-utils has it)", err)
	}
}

// jsonSchema holds a document against the schema of JSON Feed.
func jsonSchema(t *testing.T, doc []byte) error {
	t.Helper()
	b, err := os.ReadFile("testdata/jsonfeed.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema openapi3.Schema
	if err := json.Unmarshal(b, &schema); err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(doc, &v); err != nil {
		return err
	}
	return schema.VisitJSON(v, openapi3.MultiErrors())
}

func TestFeedsFollowTheirSchemas(t *testing.T) {
	s := newSite(t, nil)
	for _, l := range feedLists(s) {
		if err := jsonSchema(t, s.get(l.path+".json?"+l.query).Body.Bytes()); err != nil {
			t.Errorf("%s.json?%s: %v", l.path, l.query, err)
		}
	}
	needXMLLint(t)
	for _, l := range feedLists(s) {
		for _, kind := range []string{"atom", "rss"} {
			if err := xmlSchema(kind+".rng", s.get(l.path+"."+kind+"?"+l.query).Body.Bytes()); err != nil {
				t.Errorf("%s.%s?%s: %v", l.path, kind, l.query, err)
			}
		}
	}
	for _, path := range []string{"/sitemap.xml", "/sitemaps/topics.xml", "/sitemaps/papers-1.xml"} {
		if err := xmlSchema("sitemap.rng", s.get(path).Body.Bytes()); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestFeedsOfBarePapers has papers in which everything but the title is missing or blank.
func TestFeedsOfBarePapers(t *testing.T) {
	s := newSite(t, nil)
	bare := []*data.Paper{
		{ID: "title:bare", Title: "Bare"},
		{ID: "title:blank", Title: "Blank \x00\a", Abstract: " \n", Authors: []string{"", "  ", "\x01", "Ada"}, Categories: []string{"", " "}, Published: data.Date{Year: 2031}},
		{ID: "title:void", Title: "\x01", Abstract: "\x02", URL: "https://example.org/a b?<c>|\"", Published: data.Date{Year: 2030}},
	}
	s.current.Store(newSnapshot(t, bare, "bare"))
	if err := jsonSchema(t, s.get("/v1/papers.json").Body.Bytes()); err != nil {
		t.Error(err)
	}
	needXMLLint(t)
	for _, kind := range []string{"atom", "rss"} {
		if err := xmlSchema(kind+".rng", s.get("/v1/papers."+kind).Body.Bytes()); err != nil {
			t.Error(err)
		}
	}
}

// TestSchemasFindFaults breaks one thing at a time in a sound document, and wants the schema to say so.
func TestSchemasFindFaults(t *testing.T) {
	s := newSite(t, nil)
	faults := map[string][][2]string{ // what is replaced where it is found first, and by what
		"/v1/papers.json": {
			{`"version":"https://jsonfeed.org/version/1.1"`, `"version":"1.1"`}, {`"title":`, `"titel":`}, {`"items":[`, `"items":[{"title":"no id","content_text":"x"},`},
			{`"content_text":`, `"content":`}, {`"date_published":"`, `"date_published":"on `}, {`"tags":[`, `"tags":[1,`}, {`"authors":[{"name":`, `"authors":[{"nom":`},
			{`"url":"https:`, `"url":"javascript:`},
		},
		"/v1/papers.atom": {
			{"<updated>", "<updated>on "}, {"<id>", "<id>http://a b/"}, {"<entry><id>", "<entry><id>x</id><id>"}, {"<published>20", "<published>"}, {"</author>", "</author><author/>"},
			{`href="`, `ref="`}, {"<title>", `<title type="xhtml">`}, {"<entry>", "<entry><pubDate>x</pubDate>"}, {"<author><name>Kindred</name></author>", ""}, {"http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"},
		},
		"/v1/papers.rss": {
			{`version="2.0"`, `version="0.91"`}, {"<pubDate>", "<pubDate>2024-01-01 "}, {`isPermaLink="true">https`, `isPermaLink="true">urn`}, {"<item>", "<item/><item>"}, {"<description>", "<summary/><description>"},
			{"<channel><title>", "<channel><name>x</name><title>"}, {"<lastBuildDate>", "<lastBuildDate>Foo, "}, {"<item><title>", "<item><author/><title>"}, {"<link>https:", "<link>"},
		},
		"/sitemap.xml": {{"<loc>", "<loc>/"}, {"<sitemap>", "<sitemap/><sitemap>"}, {"0.9", "0.8"}},
	}
	for path, list := range faults {
		schema := map[string]string{"/v1/papers.atom": "atom.rng", "/v1/papers.rss": "rss.rng", "/sitemap.xml": "sitemap.rng"}[path]
		t.Run(path, func(t *testing.T) {
			hold := func(doc []byte) error { return jsonSchema(t, doc) }
			if schema != "" {
				needXMLLint(t)
				hold = func(doc []byte) error { return xmlSchema(schema, doc) }
			}
			sound := s.get(path).Body.String()
			if err := hold([]byte(sound)); err != nil {
				t.Fatal(err)
			}
			for _, f := range list {
				broken := strings.Replace(sound, f[0], f[1], 1)
				if broken == sound {
					t.Errorf("%q is not in %s", f[0], path)
				}
				err := hold([]byte(broken))
				if exit := new(exec.ExitError); err == nil || errors.As(err, &exit) && exit.ExitCode() != 3 { // 3 is what xmllint says of a document that breaks its schema
					t.Errorf("%q for %q: %v", f[1], f[0], err)
				}
			}
		})
	}
}

// TestReadersUnderstandFeeds has a feed reader's parser, which is not ours, read every feed, and wants back what went
// in.
func TestReadersUnderstandFeeds(t *testing.T) {
	s := newSite(t, nil)
	found := make(map[string]bool)
	for _, l := range feedLists(s) {
		list := decode[answerOf](t, s.get(l.path+"?"+l.query), http.StatusOK)
		for _, kind := range web.FeedKinds {
			target := l.path + "." + kind + "?" + l.query
			parser := gofeed.NewParser()
			parser.KeepOriginalFeed = true
			f, err := parser.Parse(s.get(target).Body)
			if err != nil {
				t.Errorf("%s: %v", target, err)
				continue
			}
			if want := map[string]string{"atom": "atom 1.0", "rss": "rss 2.0", "json": "json 1.1"}[kind]; f.FeedType+" "+f.FeedVersion != want && f.FeedType+" "+strings.TrimPrefix(f.FeedVersion, "https://jsonfeed.org/version/") != want {
				t.Errorf("%s: %s %s, want %s", target, f.FeedType, f.FeedVersion, want)
			}
			if f.FeedLink != s.server.cfg.BaseURL+target || f.Title == "" || len(f.Items) != len(list.Data) || len(f.Items) == 0 {
				t.Errorf("%s: link %s, title %q, %d items, want %d", target, f.FeedLink, f.Title, len(f.Items), len(list.Data))
				continue
			}
			original, _ := f.OriginalFeed().(*jsonfeed.Feed)
			for i, it := range f.Items {
				if original != nil { // what the universal form splits into names and addresses of e-mail
					it.Authors = nil
					for _, a := range original.Items[i].Authors {
						it.Authors = append(it.Authors, &gofeed.Person{Name: a.Name})
					}
				}
				p := s.papers[slices.IndexFunc(s.papers, func(p *data.Paper) bool { return p.ID == list.Data[i].Paper.ID })]
				s.checkItem(t, kind, it, p)
				found[p.Title] = true
			}
		}
	}
	for _, title := range nasty {
		if !found[title] {
			t.Errorf("no feed has %q", title)
		}
	}
}

// checkItem compares what a reader shows with the paper.
func (s *site) checkItem(t *testing.T, kind string, it *gofeed.Item, p *data.Paper) {
	t.Helper()
	title, text := it.Title, it.Description
	switch kind {
	case "rss": // what is shown as HTML
		title, text = html.UnescapeString(title), html.UnescapeString(text)
	case "json":
		text = it.Content
	}
	// The parser trims what stands around a text.
	if title != strings.TrimSpace(p.Title) || strings.TrimSpace(text) != strings.TrimSpace(p.Abstract) {
		t.Errorf("%s of %s: title %q, text %q\nwant %q, %q", kind, p.ID, title, text, p.Title, p.Abstract)
	}
	page := s.server.cfg.BaseURL + link.Paper(p.ID)
	if it.GUID != page || it.Link != page {
		t.Errorf("%s of %s: guid %s, link %s, want %s", kind, p.ID, it.GUID, it.Link, page)
	}
	if rec := s.get(strings.TrimPrefix(it.Link, s.server.cfg.BaseURL)); rec.Code != http.StatusOK {
		t.Errorf("%s of %s: %s answers %d", kind, p.ID, it.Link, rec.Code)
	}
	want := p.Published.First()
	if got := it.PublishedParsed; (got == nil) != want.IsZero() || got != nil && !got.Equal(want) {
		t.Errorf("%s of %s: published %v, want %s", kind, p.ID, got, want.Format(time.RFC3339))
	}
	var authors []string
	for _, a := range it.Authors {
		authors = append(authors, a.Name)
	}
	if kind == "rss" {
		authors = nil // Dublin Core has them, and the parser's own list the first only
		if it.DublinCoreExt != nil {
			authors = it.DublinCoreExt.Creator
		}
	}
	if !slices.Equal(authors, p.Authors) || !slices.Equal(it.Categories, p.Categories) {
		t.Errorf("%s of %s: authors %q, categories %q\nwant %q, %q", kind, p.ID, authors, it.Categories, p.Authors, p.Categories)
	}
}
