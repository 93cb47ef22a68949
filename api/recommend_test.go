package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"kindred/api/problem"
	"kindred/api/wire"
	"kindred/recommend"
)

// TestSameFaultsByBothMethods wants a query that is wrong refused in the same words and for the same fields, whether it
// is in the address or in the body.
func TestSameFaultsByBothMethods(t *testing.T) {
	s := newSite(t, nil)
	many := make([]string, recommend.MaxSeeds/2+1)
	for i := range many {
		many[i] = "blim:" + strings.Repeat("v", i%7+1)
	}
	long := strings.Repeat("vorn ", recommend.MaxText/5+1)
	for _, test := range []struct {
		values url.Values
		body   string
		want   []string // fields
	}{
		{nil, `{}`, []string{"positive"}},
		{url.Values{"negative": {"a"}}, `{"negative": ["a"]}`, []string{"positive"}},
		{
			url.Values{"positive": many, "negative": many},
			mustJSON(map[string]any{"positive": many, "negative": many}), []string{"positive"},
		},
		{url.Values{"text": {long}}, mustJSON(map[string]any{"text": strings.TrimSpace(long)}), []string{"text"}},
		{
			url.Values{"text": {"blim"}, "published_after": {"dawn"}, "published_before": {"2020-13"}},
			`{"text": "blim", "published_after": "dawn", "published_before": "2020-13"}`,
			[]string{"published_after", "published_before"},
		},
	} {
		get := decode[problem.Problem](t, s.get("/v1/recommendations?"+test.values.Encode()), http.StatusBadRequest)
		post := decode[problem.Problem](t, s.ask(http.MethodPost, "/v1/recommendations", test.body), http.StatusBadRequest)
		var fields []string
		for i := range get.Errors {
			fields = append(fields, get.Errors[i].Parameter)
			get.Errors[i].Parameter, get.Errors[i].Pointer = "", "/"+get.Errors[i].Parameter
		}
		slices.Sort(fields)
		if get.Detail != post.Detail || !slices.Equal(get.Errors, post.Errors) || !slices.Equal(fields, test.want) {
			t.Errorf("%s:\nGET  %v\nPOST %v\nwant %v", clip(test.body, 80), get.Errors, post.Errors, test.want)
		}
	}
}

// TestLibraryOverHTTP wants a library answered by ids and by a file, its interests named, none of its papers among the
// hits, pages that join, and what is wrong with it said.
func TestLibraryOverHTTP(t *testing.T) {
	s := newSite(t, nil)
	type paper struct {
		ID, Title, Published string
	}
	type answer struct {
		Data []struct {
			Paper    paper
			Interest int
			Near     []string
		}
		Meta wire.Meta
	}
	all := decode[answer](t, s.get("/v1/papers?limit=12"), http.StatusOK).Data
	var ids []string
	var file strings.Builder
	for _, it := range all[:4] {
		p := it.Paper
		ids = append(ids, p.ID)
		file.WriteString("@article{k, title={" + p.Title + "}, year={" + p.Published[:4] + "}}\n")
	}
	ask := func(body map[string]any) answer {
		return decode[answer](t, s.ask(http.MethodPost, "/v1/recommendations", mustJSON(body)), http.StatusOK)
	}
	byID := ask(map[string]any{"library": ids, "limit": 4})
	if len(byID.Data) == 0 || len(byID.Meta.Interests) == 0 {
		t.Fatalf("%d hits for the interests %v", len(byID.Data), byID.Meta.Interests)
	}
	for _, it := range byID.Data {
		if slices.Contains(ids, it.Paper.ID) || it.Interest < 1 || it.Interest > len(byID.Meta.Interests) || len(it.Near) == 0 {
			t.Errorf("hit %s serves interest %d and is near %v", it.Paper.ID, it.Interest, it.Near)
		}
	}
	byFile := ask(map[string]any{"bibliography": file.String(), "limit": 4})
	if !slices.Equal(byFile.Meta.Seeds, byID.Meta.Seeds) || len(byFile.Data) != len(byID.Data) {
		t.Errorf("by file the seeds are %v, by id %v", byFile.Meta.Seeds, byID.Meta.Seeds)
	}
	first := ask(map[string]any{"library": ids, "limit": 1})
	second := ask(map[string]any{"library": ids, "limit": 1, "cursor": first.Meta.NextCursor})
	if second.Data[0].Paper.ID != byID.Data[1].Paper.ID {
		t.Errorf("the second page begins with %s, want %s", second.Data[0].Paper.ID, byID.Data[1].Paper.ID)
	}
	for field, body := range map[string]map[string]any{
		"/library":      {"library": ids, "positive": ids},
		"/diversity":    {"library": ids, "diversity": 0.5},
		"/half_life":    {"library": ids, "half_life": -1},
		"/bibliography": {"bibliography": "nothing of any form"},
	} {
		p := decode[problem.Problem](t, s.ask(http.MethodPost, "/v1/recommendations", mustJSON(body)), http.StatusBadRequest)
		if len(p.Errors) != 1 || p.Errors[0].Pointer != field {
			t.Errorf("%v: %+v", body, p.Errors)
		}
	}
	decode[problem.Problem](t, s.ask(http.MethodPost, "/v1/recommendations", `{"library": ["nobody:1"]}`), http.StatusNotFound)
}
