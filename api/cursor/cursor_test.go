package cursor

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"kindred/recommend/library"
)

// TestResume goes on with cursors that match and such that do not.
func TestResume(t *testing.T) {
	bound := Cursor{Model: "m1", Revision: "r1", Query: "q1"}
	of := func(model, revision, query string, offset int) string {
		return Cursor{Model: model, Revision: revision, Query: query, Offset: offset}.String()
	}
	for _, test := range []struct {
		raw    string
		offset int
		why    Fault
	}{
		{of("m1", "r1", "q1", 20), 20, None},
		{of("m2", "r1", "q1", 20), 0, Expired},
		{of("m1", "r2", "q1", 20), 0, Expired},
		{of("m1", "r1", "q2", 20), 0, OfOtherQuery},
		{of("m1", "r1", "q1", 0), 0, Foreign},
		{of("m1", "r1", "q1", -1), 0, Foreign},
		{of("m1", "r1", "", 20), 0, Foreign},
		{of("m1", "r1", "q1", 1<<40), 0, Foreign},
		{of("m1", "r1", "q1", 20)[:20], 0, Foreign},
		{"garbage", 0, Unreadable},
		{"", 0, Unreadable},
		{of(strings.Repeat("m", 2000), "r1", "q1", 0), 0, Unreadable},
	} {
		if offset, why := Resume(test.raw, bound); offset != test.offset || why != test.why {
			t.Errorf("%.60s: offset %d, fault %d; want %d, %d", test.raw, offset, why, test.offset, test.why)
		}
	}
}

// TestFingerprint wants queries told apart by what they ask and not by where a page begins.
func TestFingerprint(t *testing.T) {
	of := func(scope, query string) string {
		t.Helper()
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		return Fingerprint(scope, values)
	}
	one := of("search", "q=lichen&topic=1&topic=2")
	for _, same := range []string{"topic=1&topic=2&q=lichen", "q=lichen&topic=1&topic=2&limit=5&cursor=x&fields=id"} {
		if of("search", same) != one {
			t.Errorf("%s is another query", same)
		}
	}
	for _, other := range []string{"q=lichen&topic=2&topic=1", "q=lichens&topic=1&topic=2", "q=lichen"} {
		if of("search", other) == one {
			t.Errorf("%s is the same query", other)
		}
	}
	if of("papers", "q=lichen&topic=1&topic=2") == one {
		t.Error("another list has the same query")
	}
}

// TestHeldSnapshotsExpire lets the time pass for which a snapshot is held.
func TestHeldSnapshotsExpire(t *testing.T) {
	h, s := &Held{}, snapshot("r1")
	of := Cursor{Model: "m", Revision: "r1"}
	h.Keep(s)
	h.expire(time.Now().Add(holdFor / 2))
	if h.Find(of) != s {
		t.Error("a snapshot is let go of too early")
	}
	if h.Find(Cursor{Model: "m", Revision: "r2"}) != nil {
		t.Error("a cursor of another revision finds it")
	}
	h.expire(time.Now().Add(holdFor + time.Minute))
	if h.Find(of) != nil {
		t.Error("a snapshot is held for ever")
	}
}

// TestHeldSnapshotsAreBounded holds more snapshots than there is room for: the one that was asked for least recently goes.
func TestHeldSnapshotsAreBounded(t *testing.T) {
	h := &Held{}
	first, second := snapshot("first"), snapshot("second")
	h.Keep(first)
	h.Keep(second)
	h.Keep(first) // is asked for again
	for range MaxHeld - 1 {
		h.Keep(snapshot("more"))
	}
	if h.Find(Cursor{Model: "m", Revision: "first"}) != first || h.Find(Cursor{Model: "m", Revision: "second"}) != nil {
		t.Errorf("%d are held, and not those that were asked for last", len(h.list))
	}
	if len(h.list) != MaxHeld {
		t.Errorf("%d are held, at most %d should be", len(h.list), MaxHeld)
	}
}

// snapshot returns a snapshot of a revision without papers.
func snapshot(revision string) *library.Snapshot {
	s := &library.Snapshot{Revision: revision, Catalog: &library.Catalog{}}
	s.Model.Version = "m"
	return s
}
