package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"kindred/data"
)

// scholarList is a page of papers in the shape of Semantic Scholar.
type scholarList struct {
	Total, Offset, Next int
	Token               *string
	Data                []map[string]any
}

// TestScholarFields asks for fields that the service has, whole and in parts, and for some that it does not have.
func TestScholarFields(t *testing.T) {
	s := newSite(t, nil)
	p := decode[map[string]any](t, s.get("/graph/v1/paper/"+boot+"?fields="+allScholarFields), http.StatusOK)
	for _, null := range []string{"citationCount", "tldr", "embedding", "openAccessPdf", "corpusId"} {
		if v, given := p[null]; !given || v != nil {
			t.Errorf("%s is %v, given %v; want null", null, v, given)
		}
	}
	if _, given := p["score"]; given {
		t.Error("a score that was not asked for")
	}
	nasty := decode[map[string]any](t, s.get("/graph/v1/paper/"+url.PathEscape("doi:10.1000/nasty(0)/<0>")+"?fields=authors.paperCount"), 200)
	for _, a := range nasty["authors"].([]any) {
		if author := a.(map[string]any); len(author) != 2 || author["authorId"] == nil || author["paperCount"] != float64(len(nastyTitles(author, s))) {
			t.Errorf("%v", author)
		}
	}
	bad := decode[map[string]any](t, s.get("/graph/v1/paper/"+boot+"?fields=title,zorp,authors.zorp,tldr.text"), http.StatusBadRequest)
	if want := "Unrecognized or unsupported fields: [zorp, authors.zorp, tldr.text]"; bad["error"] != want || bad["message"] != want {
		t.Errorf("%v", bad)
	}
}

// nastyTitles returns the papers of an author, as the endpoint of authors gives them.
func nastyTitles(author map[string]any, s *site) []map[string]any {
	return decode[scholarList](s.tb, s.get("/graph/v1/author/"+author["authorId"].(string)+"/papers"), http.StatusOK).Data
}

// TestScholarBulk walks all papers by tokens, in both orders of dates, and with a token that is gone.
func TestScholarBulk(t *testing.T) {
	s := newSite(t, nil)
	for i := range 1500 {
		s.papers = append(s.papers, &data.Paper{ID: fmt.Sprintf("zorp:%04d", i), Title: fmt.Sprintf("Plinth %d", i), Published: data.Date{Year: 1900 + i%100}})
	}
	s.swap()
	for _, order := range []string{"paperId", "paperId:desc", "publicationDate:asc", "publicationDate:desc"} {
		seen := make(map[string]bool)
		path := "/graph/v1/paper/search/bulk?fields=year&sort=" + order
		page := decode[scholarList](t, s.get(path), http.StatusOK)
		pages, last := 0, ""
		for {
			pages++
			for _, p := range page.Data {
				id := p["paperId"].(string)
				if seen[id] {
					t.Fatalf("%s: %s twice", order, id)
				}
				if order == "paperId" && id < last {
					t.Fatalf("%s after %s", id, last)
				}
				seen[id], last = true, id
			}
			if page.Token == nil {
				break
			}
			page = decode[scholarList](t, s.get(path+"&offset=100&limit=100&token="+*page.Token), http.StatusOK)
		}
		if len(seen) != page.Total || pages != 2 {
			t.Errorf("%s: %d papers on %d pages, total %d", order, len(seen), pages, page.Total)
		}
	}
	few := decode[scholarList](t, s.get("/graph/v1/paper/search/bulk?year=1910-1911"), http.StatusOK)
	if few.Total != 30 || few.Token != nil {
		t.Errorf("of two years: %d", few.Total)
	}
	first := decode[scholarList](t, s.get("/graph/v1/paper/search/bulk"), http.StatusOK)
	decode[map[string]any](t, s.get("/graph/v1/paper/search/bulk?year=1910&token="+*first.Token), http.StatusBadRequest)
	s.swap()
	s.swap()
	gone := s.get("/graph/v1/paper/search/bulk?token=eyJtIjoiYWFhYWFhYWEi")
	if gone.Code != http.StatusNotFound || !strings.Contains(gone.Body.String(), `"error":`) {
		t.Errorf("a token that is gone: %d %s", gone.Code, gone.Body)
	}
}

// TestScholarFilters holds searches against the papers that they may find.
func TestScholarFilters(t *testing.T) {
	s := newSite(t, nil)
	venue := nasty[0]
	for _, path := range []string{"/graph/v1/paper/search?query=distillation&", "/graph/v1/paper/search/bulk?query=distillation&", "/graph/v1/paper/search/bulk?"} {
		list := decode[scholarList](t, s.get(path+"fields=venue&venue="+url.QueryEscape(strings.ToUpper(venue))), http.StatusOK)
		if list.Total != 1 || len(list.Data) != 1 || list.Data[0]["venue"] != venue {
			t.Errorf("%s by venue: %+v", path, list)
		}
		dated := decode[scholarList](t, s.get(path+"fields=publicationDate&publicationDateOrYear=2024-05-11:2024-05-12&year=2020-"), http.StatusOK)
		for _, p := range dated.Data {
			if d, _ := p["publicationDate"].(string); d != "" && (d < "2024-05-11" || d > "2024-05-12") {
				t.Errorf("%s by dates: %v", path, p)
			}
		}
		for _, unknown := range []string{"minCitationCount=1", "publicationTypes=Review", "openAccessPdf"} {
			decode[map[string]any](t, s.get(path+unknown), http.StatusBadRequest)
		}
	}
}

// TestScholarErrors wants the statuses and members that the service's clients read.
func TestScholarErrors(t *testing.T) {
	s := newSite(t, nil)
	empty := newSite(t, nil)
	empty.current.Store(nil)
	for _, c := range []struct {
		site         *site
		method, path string
		body         string
		status       int
	}{
		{empty, "GET", "/graph/v1/paper/" + boot, "", 504},
		{s, "GET", "/graph/v1/paper/doi:10.1/nobody", "", 404},
		{s, "GET", "/graph/v1/author/1", "", 404},
		{s, "GET", "/graph/v1/paper/search", "", 400},
		{s, "GET", "/graph/v1/paper/search?query=x&zorp=1", "", 400},
		{s, "POST", "/graph/v1/paper/batch", `{"ids":[]}`, 400},
		{s, "POST", "/recommendations/v1/papers/", `{"positivePaperIds":[]}`, 400},
		{s, "POST", "/recommendations/v1/papers/", `{"positivePaperIds":["nobody"]}`, 404},
		{s, "GET", "/datasets/v1/release/", "", 404},
	} {
		got := decode[map[string]any](t, c.site.ask(c.method, c.path, c.body), c.status)
		if text, _ := got["error"].(string); text == "" || got["message"] != text {
			t.Errorf("%s %s: %v", c.method, c.path, got)
		}
	}
}
