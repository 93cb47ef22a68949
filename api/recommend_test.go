package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

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
		get := decode[Problem](t, s.get("/v1/recommendations?"+test.values.Encode()), http.StatusBadRequest)
		post := decode[Problem](t, s.ask(http.MethodPost, "/v1/recommendations", test.body), http.StatusBadRequest)
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
