package fetch

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"kindred/data/datatest"
)

// answers is a network on which every host gives the same answer.
type answers struct {
	header http.Header
	body   []byte
}

// RoundTrip implements http.RoundTripper.
func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Header: a.header.Clone(), Body: io.NopCloser(bytes.NewReader(a.body)), Request: r, ContentLength: int64(len(a.body))}, nil
}

// FuzzAnswer gives each service an arbitrary answer: it is a page of papers in their normal form, or an error.
func FuzzAnswer(f *testing.F) {
	addresses := []string{
		"dailypapers", "arxiv:cs", "arxiv-search:all:x", "arxiv-feed:cs", "oai:https://a.example/oai", "biorxiv", "openalex:a:b", "semanticscholar:x",
		"crossref:issn=1", "zotero:users/1", "openreview:X", "feed:https://a.example/rss", "file:https://a.example/x",
	}
	for i, body := range []string{
		`[{"paper":{"id":"2603.00001","title":"Kites","summary":"Of kites.","publishedAt":"2026-03-01T00:00:00.000Z"}}]`,
		`<OAI-PMH><responseDate>2026-03-01T00:00:00Z</responseDate><ListRecords><record><header status="deleted"><identifier>oai:arXiv.org:2603.00001</identifier></header></record><resumptionToken>x</resumptionToken></ListRecords></OAI-PMH>`,
		`<feed xmlns="http://www.w3.org/2005/Atom"><totalResults>1</totalResults><entry><id>http://arxiv.org/abs/2603.00001v1</id><updated>2026-03-01</updated><title>Kites</title><summary>Of</summary></entry></feed>`,
		`<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>oai:arXiv.org:2603.00001v1</id><title>Kites</title></entry></feed>`,
		`<OAI-PMH><error code="badResumptionToken">x</error></OAI-PMH>`,
		`{"messages":[{"status":"ok","total":"1"}],"collection":[{"doi":"10.1101/1","title":"Kites","server":"bioRxiv"}]}`,
		`{"meta":{"next_cursor":"x"},"results":[{"id":"https://openalex.org/W77","title":"Kites","abstract_inverted_index":{"Of":[0]}}]}`,
		`{"total":1,"token":"x","data":[{"paperId":"0000000000000000000000000000000000000001","title":"Kites"}]}`,
		`{"message":{"next-cursor":"x","total-results":1,"items":[{"DOI":"10.5555/1","title":["Kites"]}]}}`,
		`[{"key":"ABCD0001","data":{"itemType":"journalArticle","title":"Kites"}}]`,
		`{"notes":[{"id":"x","forum":"x","content":{"title":{"value":"Kites"}}}],"count":1}`,
		`<rss><channel><item><title>Kites</title></item></channel></rss>`, `{"items":[{"id":"1","title":"Kites"}]}`,
	} {
		f.Add(byte(i), false, []byte(body))
	}
	f.Fuzz(func(t *testing.T, which byte, later bool, body []byte) {
		c := NewClient(Options{
			Attempts: 1, MaxPage: 1 << 20, MaxFile: 1 << 20,
			Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
			Now:   func() time.Time { return time.Date(2026, 3, 11, 12, 0, 0, 0, time.UTC) },
		})
		c.http.Transport = answers{http.Header{"Last-Modified-Version": {"7"}, "Total-Results": {"1"}}, body}
		src, err := c.open(addresses[int(which)%len(addresses)])
		if err != nil {
			t.Fatal(err)
		}
		if closer, ok := src.(interface{ Close() }); ok {
			defer closer.Close()
		}
		at := Cursor{}
		if later {
			at = Cursor{Since: "2026-03-01", Until: "2026-03-02", Token: "x", Offset: 1, High: "2026-03-03", Version: 3}
		}
		page, err := src.Next(t.Context(), at)
		if err != nil {
			if page != nil || strings.TrimSpace(err.Error()) == "" {
				t.Fatalf("page %v beside the error %v", page, err)
			}
			return
		}
		for _, p := range page.Papers {
			datatest.CheckNormal(t, p)
		}
	})
}

// FuzzAddress has arbitrary addresses: each is refused or opens, and none shows a password.
func FuzzAddress(f *testing.F) {
	for _, s := range Services() {
		f.Add(s.Form)
	}
	f.Add("oai:https://user:hunter2@a.example/oai?key=hunter2&x=1#set=a")
	f.Fuzz(func(t *testing.T, address string) {
		_ = Check(address)
		_ = host(address)
		if once := Redact(address); Redact(once) != once && !strings.Contains(once, "%") {
			t.Errorf("%q is redacted to %q, and that to %q", address, once, Redact(once))
		}
	})
}
