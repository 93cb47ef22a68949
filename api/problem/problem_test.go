package problem

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"kindred/api/wire"
	"kindred/classifier"
	"kindred/data"
	"kindred/data/store"
	"kindred/recommend/library"
)

// TestOf gives each error its status, also where it is wrapped, and tells a client nothing of an internal one.
func TestOf(t *testing.T) {
	secret := errors.New("the disk at /var/x")
	for _, test := range []struct {
		err    error
		status int
		typ    string
		says   string // "" for nothing
		logged bool
	}{
		{New(http.StatusTeapot, "no %s", "tea"), 418, TypeBlank, "no tea", false},
		{&http.MaxBytesError{Limit: 7}, 413, TypeBlank, "7 bytes", false},
		{&wire.NotFoundError{Kind: "topic", ID: "9"}, 404, TypeBlank, "/v1/topics lists them", false},
		{&wire.NotFoundError{Kind: "paper", ID: "x:9"}, 404, TypeBlank, `"x:9"`, false},
		{data.ErrNotFound, 404, TypeBlank, "No paper", false},
		{library.ErrNoModel, 503, TypeLoading, "being learned", false},
		{store.ErrFull, 507, TypeFull, "disk is full", true},
		{classifier.ErrNoTerms, 422, TypeNoTerms, "none of the words", false},
		{fmt.Errorf("%w: year 0", data.ErrInvalid), 400, TypeBlank, "year 0", false},
		{context.DeadlineExceeded, 503, TypeBlank, "too long", true},
		{context.Canceled, StatusClientGone, TypeBlank, "", true},
		{secret, 500, TypeBlank, "The server failed", true},
	} {
		p := Of(fmt.Errorf("asked: %w", test.err))
		if p.Status != test.status || p.Type != test.typ || !strings.Contains(p.Detail, test.says) || (p.Cause != nil) != test.logged {
			t.Errorf("%v: %+v", test.err, p)
		}
		body, err := json.Marshal(p)
		if err != nil || strings.Contains(string(body), "/var/x") || strings.Contains(string(body), "ause") {
			t.Errorf("%v: %s %v", test.err, body, err)
		}
	}
	if p := Of(secret); !errors.Is(p, secret) {
		t.Error("the log has no cause")
	}
}

// TestInvalid counts the fields, and quotes the first.
func TestInvalid(t *testing.T) {
	one := At("/filter/limit", "limit is %d.", 0)
	if one.Detail != "limit is 0." || one.Errors[0].Pointer != "/filter/limit" || one.Status != http.StatusBadRequest || one.Type != TypeParameters {
		t.Errorf("%+v", one)
	}
	var wrong Faults
	wrong.Fail("vote", "vote is %q.", "up")
	wrong.Topics("topic", []int{4, -1, 1 << 40})
	many := Invalid(wrong...)
	if len(many.Errors) != 3 || !strings.HasPrefix(many.Detail, "3 fields are wrong; the first: vote is") {
		t.Errorf("%+v", many)
	}
	if bad := many.Errors[1]; bad.Pointer != "/topic/1" || !strings.Contains(bad.Detail, "/v1/topics") || strings.Contains(bad.Page, "/v1/") {
		t.Errorf("%+v", bad)
	}
	if p := Parameter("q", "q is empty."); p.Errors[0].Parameter != "q" || p.Errors[0].Pointer != "" || p.Error() != "Invalid request: q is empty." {
		t.Errorf("%+v: %v", p, p)
	}
}

// TestWords leads a client of the API to an address of it, and a reader to a page.
func TestWords(t *testing.T) {
	for _, p := range []*Problem{NoPaper("x"), NoTopic("7"), Docs.Missing("Nothing is at %s", "/x")} {
		if p.Status != http.StatusNotFound || !strings.HasSuffix(p.Detail, ".") || !strings.HasSuffix(p.Page, ".") || p.Detail == p.Page || strings.Contains(p.Page, "/v1/") {
			t.Errorf("%+v", p)
		}
	}
	if long := NoPaper(strings.Repeat("x", 5000)); len(long.Detail) > 400 {
		t.Errorf("%d bytes of an id are said back", len(long.Detail))
	}
	for _, p := range []*Problem{Loading(), Learning(), Unreadable(errors.New("x")), Empty()} {
		if p.Status != http.StatusServiceUnavailable || p.RetryAfter <= 0 {
			t.Errorf("%+v does not say when to ask again", p)
		}
	}
}
