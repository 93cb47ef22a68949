package api

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"kindred/api/link"
	"kindred/data"
	"kindred/data/read"
)

// dated are papers with dates known to the year and the month, and ids and names of unusual forms.
func dated() []*data.Paper {
	return []*data.Paper{
		{ID: "title:0123456789abcdef", Title: "Known to the year", Abstract: "We sieve <b>quarry</b> dust & sand.", Authors: []string{"Olga Fir"}, Published: data.Date{Year: 2018}},
		{ID: "arxiv:1804.00001", ArXiv: "1804.00001", Title: "Known to the month", Authors: []string{"Pau van den Elm", "Sand Group"}, Published: data.Date{Year: 2018, Month: 4}},
		{ID: "doi:10.1000/a(b)<c>;d", DOI: "10.1000/a(b)<c>;d", Title: "Known to the first of January", Authors: []string{"Cher"}, Published: data.Date{Year: 2018, Month: 1, Day: 1}},
		{ID: "acl:P18-1001", Title: "Without a date", URL: "https://aclanthology.org/P18-1001", Categories: []string{"cs.CL", "a; b, c"}},
	}
}

// TestRereads reads back what the API writes, and wants the same papers: ids, titles, dates and authors.
func TestRereads(t *testing.T) {
	s := newSite(t, nil)
	papers := append(dated(), s.papers[:40]...)
	s.current.Store(newSnapshot(t, papers, "reread"))
	byID := map[string]*data.Paper{}
	for _, p := range papers {
		byID[p.ID] = p
	}
	for _, path := range []string{
		"/v1/papers?limit=100", "/v1/papers?limit=100&fields=id,title,abstract,authors,published,venue,categories,doi,arxiv,aliases,original,url",
		"/v1/papers.atom?limit=100", "/v1/papers.rss?limit=100", "/v1/papers.json?limit=100", "/v1/topics/1/papers/export.csl?limit=100", "/v1/topics/2/papers/export.csl?limit=100", "/v1/topics/3/papers/export.csl?limit=100",
		link.PaperAPI(papers[1].ID), link.PaperAPI(papers[8].ID) + "/similar?limit=20", link.PaperAPI(papers[8].ID) + "/similar.json?limit=20", "/v1/topics/2/papers.atom?limit=20",
	} {
		rec := s.get(path)
		if rec.Code != http.StatusOK {
			t.Errorf("%s: status %d: %s", path, rec.Code, clip(rec.Body.String(), 200))
			continue
		}
		src, err := read.NewSource(path, bytes.NewReader(rec.Body.Bytes()), read.Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		n := 0
		for p, err := range src.Papers() {
			if err != nil {
				t.Error(err)
				continue
			}
			n++
			want := byID[p.ID]
			if want == nil {
				t.Errorf("%s (%s): read %s %q, which is not there", path, src.Format(), p.ID, p.Title)
				continue
			}
			if g, w := identity(p), identity(want); g != w {
				t.Errorf("%s (%s):\n got %s\nwant %s", path, src.Format(), g, w)
			}
		}
		if whole := strings.HasPrefix(path, "/v1/papers") && !strings.HasPrefix(path, "/v1/papers/"); whole && n != len(papers) || n == 0 {
			t.Errorf("%s (%s): %d papers, want %d", path, src.Format(), n, len(papers))
		}
	}
}

// identity is what must be the same of a paper after it was written and read again.
func identity(p *data.Paper) string {
	words := strings.Fields(strings.Join(slices.Concat(p.Authors), " ; "))
	return fmt.Sprintf("%s | %s | %s | %s", p.ID, p.Title, p.Published, strings.Join(words, " "))
}
