package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kindred/api/cursor"
	"kindred/api/problem"
)

// walk follows a list to its end, calling between before each further page, and returns the ids in order.
func (s *site) walk(t *testing.T, first string, between func(page int)) []string {
	t.Helper()
	var ids []string
	for next, page := first, 0; next != ""; page++ {
		got := decode[answerOf](t, s.get(next), http.StatusOK)
		for _, it := range got.Data {
			ids = append(ids, it.Paper.ID)
		}
		between(page)
		next = got.Links.Next
	}
	return ids
}

// TestWalksUnderWrites walks lists, one of more than 500 papers, while papers come and go before every page, and wants
// each walk to show what the first page began with, once each.
func TestWalksUnderWrites(t *testing.T) {
	s := newSite(t, nil)
	var more []string
	for i := range 200 {
		more = append(more, fmt.Sprintf(`{"id":"more:%d","title":"One model of many, number %d","published":"2020-01-01"}`, i, i))
	}
	if got := s.ask("POST", "/v1/papers", "["+strings.Join(more, ",")+"]"); got.Code != http.StatusOK {
		t.Fatal(got.Body)
	}
	for _, first := range []string{"/v1/papers?limit=25", "/v1/papers/" + boot + "/similar?limit=25", "/v1/search?q=model&limit=30"} {
		want := s.walk(t, first, func(int) {})
		if len(want) < 20 || strings.HasPrefix(first, "/v1/papers?") && len(want) < 500 {
			t.Fatalf("%s: %d papers are too few to walk", first, len(want))
		}
		gone := map[string]bool{}
		got := s.walk(t, first, func(page int) {
			s.ask("POST", "/v1/papers", fmt.Sprintf(`{"id":"walk:%d","title":"A model of models %d","published":"2030-01-01"}`, page, page))
			if at := 3 * (page + 1); page%2 == 1 && at < len(want) && !strings.HasPrefix(want[at], "walk:") {
				gone[want[at]] = true
				s.ask("DELETE", "/v1/papers/"+want[at], "")
			}
		})
		seen := map[string]bool{}
		for _, id := range got {
			if seen[id] {
				t.Errorf("%s shows %s twice", first, id)
			}
			seen[id] = true
		}
		for _, id := range want {
			if !seen[id] && !gone[id] {
				t.Errorf("%s skips %s", first, id)
			}
			delete(seen, id)
		}
		if len(seen) > 0 {
			t.Errorf("%s shows papers that came after its first page: %v", first, seen)
		}
	}
}

// TestWalkOfPosts walks a list whose cursor stands in the body.
func TestWalkOfPosts(t *testing.T) {
	s := newSite(t, nil)
	cursor, seen := "", map[string]bool{}
	for page := range 4 {
		body := fmt.Sprintf(`{"positive":[%q],"limit":10,"cursor":%q}`, boot, cursor)
		got := decode[answerOf](t, s.ask("POST", "/v1/recommendations", body), http.StatusOK)
		for _, it := range got.Data {
			if seen[it.Paper.ID] {
				t.Errorf("page %d shows %s again", page, it.Paper.ID)
			}
			seen[it.Paper.ID] = true
		}
		cursor = got.Meta.NextCursor
		s.ask("POST", "/v1/papers", fmt.Sprintf(`{"id":"post:%d","title":"Bootstrapped distillation of diffusion models %d"}`, page, page))
	}
	if len(seen) != 40 {
		t.Errorf("four pages of ten show %d papers", len(seen))
	}
}

// TestCursorOfForgottenSnapshot goes on with a list after more snapshots than are held, which is 410 and says how to go
// on.
func TestCursorOfForgottenSnapshot(t *testing.T) {
	s := newSite(t, nil)
	next := decode[answerOf](t, s.get("/v1/papers?limit=10"), http.StatusOK).Links.Next
	for i := range cursor.MaxHeld + 1 {
		s.ask("POST", "/v1/papers", fmt.Sprintf(`{"id":"new:%d","title":"New paper %d"}`, i, i))
		s.get("/v1/papers?limit=10")
	}
	p := decode[problem.Problem](t, s.get(next), http.StatusGone)
	if p.Type != problem.TypeCursor || !strings.Contains(p.Detail+p.Errors[0].Detail, "first page") {
		t.Errorf("%+v", p)
	}
}
