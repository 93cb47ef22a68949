package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"kindred/data"
	"kindred/data/fetch"
)

// holder returns a client that asks a handler in place of Zotero, and has a key of its own for it.
func holder(t *testing.T, h http.HandlerFunc) *fetch.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return fetch.NewClient(fetch.Options{
		AllowPrivate: true, Base: map[string]string{"zotero": server.URL}, Key: func(string) string { return "the-server's-own" },
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
}

// TestHolding reads a collection page by page with the reader's key, does not read it again while it is as it was, and
// reads it whole where it changed, since what was taken out of a collection is nowhere said to be gone.
func TestHolding(t *testing.T) {
	all := items()
	pages := 0
	c := holder(t, func(rw http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Zotero-Api-Key"); got != "reader" || !strings.HasPrefix(r.URL.Path, "/users/77/collections/ABCD2345/") {
			t.Errorf("asked for %s with the key %q", r.URL, got)
		}
		pages++
		fakeOf(t, "zotero").handler(all, now)(rw, r)
	})
	read := func(known int64) *fetch.Holding {
		t.Helper()
		h, err := c.Holding(t.Context(), "users/77/collections/ABCD2345", "reader", known)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	h := read(0)
	if len(h.Papers) != len(all) || h.Version != int64(100+len(all)) || pages != 3 {
		t.Fatalf("%d papers of version %d in %d pages", len(h.Papers), h.Version, pages)
	}
	if again := read(h.Version); again != nil || pages != 4 {
		t.Errorf("unchanged: %+v, %d pages", again, pages)
	}
	all = all[:2]
	c2 := holder(t, func(rw http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		fakeOf(t, "zotero").handler(all, now)(rec, r)
		rw.Header().Set("Last-Modified-Version", "200")
		rw.Header().Set("Total-Results", "2")
		rw.Write(rec.Body.Bytes())
	})
	if fewer, err := c2.Holding(t.Context(), "users/77/collections/ABCD2345", "reader", h.Version); err != nil || len(fewer.Papers) != 2 || fewer.Version != 200 {
		t.Errorf("after papers were taken out: %+v, %v", fewer, err)
	}
}

// TestHoldingChangesMeanwhile begins again where the library changes between two pages.
func TestHoldingChangesMeanwhile(t *testing.T) {
	all, asked := items(), 0
	c := holder(t, func(rw http.ResponseWriter, r *http.Request) {
		if asked++; asked == 2 {
			all = all[1:]
		}
		fakeOf(t, "zotero").handler(all, now)(rw, r)
	})
	h, err := c.Holding(t.Context(), "groups/5", "", 0)
	if err != nil || len(h.Papers) != len(items())-1 {
		t.Errorf("%+v, %v", h, err)
	}
}

// TestHoldingFails names the remedy of a reader, never a key, and never asks with the key of the server.
func TestHoldingFails(t *testing.T) {
	for status, want := range map[int]string{403: "key of Zotero's API", 404: "number of the library", 500: "500"} {
		c := holder(t, func(rw http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.Header.Get("Zotero-Api-Key"), "server") {
				t.Error("asked with the key of the server")
			}
			http.Error(rw, "no: "+r.Header.Get("Zotero-Api-Key"), status)
		})
		for _, key := range []string{"", "geheim-geheim"} {
			_, err := c.Holding(t.Context(), "users/1", key, 0)
			if said := fmt.Sprint(err); err == nil || !strings.Contains(said, want) || strings.Contains(said, "geheim") || strings.Contains(said, "KINDRED") {
				t.Errorf("%d: %v, want %q", status, err, want)
			}
		}
	}
	c := holder(t, func(http.ResponseWriter, *http.Request) { t.Error("asked") })
	for _, address := range []string{"", "users/me", "users/1/collections/x", "https://example.org/users/1"} {
		if _, err := c.Holding(t.Context(), address, "", 0); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%q: %v", address, err)
		}
	}
}
