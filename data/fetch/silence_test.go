package fetch_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"kindred/data/fetch"
)

// TestSilence has a feed of arXiv bring papers, rest over a weekend, a holiday and a failure, and wants each said so that a
// reader of a digest knows, and nothing where there is no reason.
func TestSilence(t *testing.T) {
	down, list := false, items()
	s := fakeOf(t, "arxiv-feed")
	w := newWorld(t, s, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if down {
			http.Error(rw, "no", http.StatusBadGateway)
			return
		}
		s.handler(list, now)(rw, r)
	}), func(o *fetch.Options) { o.Attempts = 1 })
	says := func(want ...string) {
		t.Helper()
		got := w.sources.Silence(t.Context(), w.clock.now())
		for _, part := range want {
			if !strings.Contains(got, part) || part == "" && got != "" {
				t.Errorf("on %s: %q, want %q", w.clock.now().Format("Monday, 2 January"), got, part)
			}
		}
	}
	says("") // no source is followed
	w.add("")
	says("was not asked yet")
	w.run()
	says("") // it brought papers
	to := func(day time.Weekday) {
		for w.clock.now().Weekday() != day {
			w.clock.add(24 * time.Hour)
		}
	}
	list = nil
	to(time.Saturday)
	w.run()
	says("arXiv announces nothing on Saturdays and Sundays")
	list = items()
	to(time.Tuesday)
	w.run()
	says("") // what came was known
	list = nil
	to(time.Wednesday)
	w.run()
	says("arXiv announced nothing that day, as on its holidays")
	down = true
	if _, err := w.sources.Run(t.Context(), "tides"); err == nil {
		t.Fatal("no error")
	}
	says("arXiv (daily feed) could not be asked on", "502", "is asked again on")
	if _, err := w.sources.Pause(t.Context(), "tides", true); err != nil {
		t.Fatal(err)
	}
	says("all are paused")
}

// TestHolidays has the archive of arXiv on a day without announcements: it repeats the records of the day before, which are
// known, or has none. Before the hour of announcements no holiday is told.
func TestHolidays(t *testing.T) {
	s := fakeOf(t, "arxiv")
	list, stamp := items(), now
	w := newWorld(t, s, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { s.handler(list, stamp)(rw, r) }), nil)
	w.add("")
	w.run()
	w.clock.add(14 * time.Hour) // to Thursday, two in the night
	w.run()
	if st := w.status(); strings.Contains(st.Quiet, "holidays") {
		t.Errorf("before the announcements: %q", st.Quiet)
	}
	w.clock.add(10 * time.Hour)
	for _, want := range []string{"arXiv announced nothing since 2026-03-1", "as on its holidays"} {
		w.run()
		if got := w.sources.Silence(t.Context(), w.clock.now()); !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	list = nil
	w.run()
	if st := w.status(); !strings.Contains(st.Quiet, "as on its holidays") {
		t.Errorf("without records: %q", st.Quiet)
	}
}
