package fetch_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kindred/data"
	"kindred/data/datatest"
	"kindred/data/fetch"
	"kindred/recommend/library"
)

func fakeOf(t *testing.T, service string) fake {
	t.Helper()
	for _, f := range fakes {
		if f.service == service {
			return f
		}
	}
	t.Fatalf("no fake of %s", service)
	return fake{}
}

func (w *world) run() fetch.Status {
	w.t.Helper()
	st, err := w.sources.Run(w.t.Context(), "tides")
	if err != nil {
		w.t.Fatal(err)
	}
	return st
}

// TestResume ends a run between two of its pages: the papers of the pages before are stored, and the next run asks for
// the page after them.
func TestResume(t *testing.T) {
	for _, s := range fakes {
		if s.conditional && s.service != "zotero" || s.service == "dailypapers" {
			continue // one page, or a day
		}
		t.Run(s.service, func(t *testing.T) {
			var asked atomic.Int32
			h := s.handler(items(), now)
			var w *world
			ctx, cancel := context.WithCancel(t.Context())
			w = newWorld(t, s, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if asked.Add(1) == 2 {
					cancel()
				}
				h(rw, r)
			}), nil)
			w.add("")
			if _, err := w.sources.Run(ctx, "tides"); !errors.Is(err, context.Canceled) {
				t.Fatalf("error %v", err)
			}
			if n := len(w.titles()); n != perPage {
				t.Fatalf("%d papers after the first page", n)
			}
			if st := w.status(); !st.Cut || !strings.Contains(st.Says, "cut off after 3 papers") {
				t.Errorf("the source says %+v", st)
			}
			w.clock.add(time.Minute)
			st := w.run()
			w.wantAll(items())
			if st.Run.New != len(items())-perPage || st.Run.Got != len(items())-perPage {
				t.Errorf("the second run got %d papers, %d of them new", st.Run.Got, st.Run.New)
			}
		})
	}
}

// TestDeletedRecords has an archive delete a paper.
func TestDeletedRecords(t *testing.T) {
	s := fakeOf(t, "arxiv")
	w := newWorld(t, s, s.handler(items(), now), nil)
	gone := &data.Paper{ID: "arxiv:2601.09999", Title: "Withdrawn thoughts on kites", Abstract: "Kites."}
	if _, err := w.library.Put(t.Context(), []*data.Paper{gone}); err != nil {
		t.Fatal(err)
	}
	w.add("")
	st := w.run()
	if st.Run.Deleted != 1 || st.Run.Skipped != 0 || !strings.Contains(st.Says, "Removed, as gone there: 1 paper.") {
		t.Errorf("the run says %+v", st)
	}
	w.wantAll(items())
}

// TestDeletedElsewhere has an archive that is not arXiv say that a paper of arXiv is gone, and one of its own.
func TestDeletedElsewhere(t *testing.T) {
	s := fakeOf(t, "oai")
	h := s.handler(items(), now)
	w := newWorld(t, s, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		h(rec, r)
		own := `<record><header status="deleted"><identifier>oai:archive.example.org:7</identifier></header></record><resumptionToken></resumptionToken>`
		fmt.Fprint(rw, strings.Replace(rec.Body.String(), "<resumptionToken></resumptionToken>", own, 1))
	}), nil)
	papers := []*data.Paper{{ID: "arxiv:2601.09999", ArXiv: "2601.09999", Title: "Thoughts on kites"}, {ID: "oai:archive.example.org:7", Title: "Withdrawn thoughts on bells"}}
	if _, err := w.library.Put(t.Context(), papers); err != nil {
		t.Fatal(err)
	}
	w.add("")
	st := w.run()
	if got := w.titles(); st.Run.Deleted != 1 || got["Thoughts on kites"] != 1 || got["Withdrawn thoughts on bells"] != 0 {
		t.Errorf("the run says %+v; there are %v", st.Run, got)
	}
}

// TestStaleToken has an archive forget its token between two runs: the run begins again, and doubles nothing.
func TestStaleToken(t *testing.T) {
	s := fakeOf(t, "arxiv")
	h := s.handler(items(), now)
	var asked, stale atomic.Int32
	w := newWorld(t, s, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		token := r.URL.Query().Get("resumptionToken")
		switch n := asked.Add(1); {
		case n == 3:
			rw.WriteHeader(http.StatusNotFound)
			return
		case n == 4 && token != "":
			stale.Add(1)
			r.URL.RawQuery = "verb=ListRecords&resumptionToken=forgotten"
		}
		h(rw, r)
	}), nil)
	w.add("")
	if _, err := w.sources.Run(t.Context(), "tides"); err == nil {
		t.Fatal("no error")
	}
	st := w.run()
	w.wantAll(items())
	if stale.Load() != 1 || st.Run.New != 1 || st.Run.Unchanged != 6 {
		t.Errorf("%d stale tokens; the run says %+v", stale.Load(), st.Run)
	}
}

// TestZoteroDeletions removes a paper that only the library has, and keeps one that others may know.
func TestZoteroDeletions(t *testing.T) {
	s := fakeOf(t, "zotero")
	var h http.Handler = s.handler(items(), now)
	w := newWorld(t, s, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { h.ServeHTTP(rw, r) }), nil)
	w.add("")
	w.run()
	known := &data.Paper{ID: "doi:10.5555/tides.2", Title: items()[1].title, Aliases: []string{"zotero:ABCD0002"}, Authors: []string{"Ottilie Brandwein"}}
	if err := known.Normalize(); err != nil {
		t.Fatal(err)
	}
	if _, err := w.library.Put(t.Context(), []*data.Paper{known}); err != nil {
		t.Fatal(err)
	}
	h = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Last-Modified-Version", "200")
		if !strings.HasSuffix(r.URL.Path, "/deleted") {
			if r.URL.Query().Get("since") != "107" || r.Header.Get("If-Modified-Since-Version") != "107" {
				t.Errorf("asked for %s with %v", r.URL, r.Header)
			}
			writeJSON(rw, []object{})
			return
		}
		writeJSON(rw, object{"items": []string{"ABCD0001", "ABCD0002", "NOTHERE1"}})
	})
	w.clock.add(time.Hour)
	st := w.run()
	got := w.titles()
	if st.Run.Deleted != 1 || got[items()[0].title] != 0 || got[items()[1].title] != 1 || len(got) != len(items())-1 {
		t.Errorf("the run says %+v; there are %v", st.Run, got)
	}
	if len(st.Run.Reasons) != 1 || !strings.Contains(st.Run.Reasons[0].Text, "kept here") {
		t.Errorf("reasons %+v", st.Run.Reasons)
	}
}

// TestZoteroChangesMeanwhile has the library change while its pages are read, which moves an item from a page to come to
// one that was read.
func TestZoteroChangesMeanwhile(t *testing.T) {
	s := fakeOf(t, "zotero")
	all := items()
	asked := 0
	w := newWorld(t, s, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if asked++; asked == 2 {
			all = all[1:] // an item of the first page is gone
		}
		s.handler(all, now)(rw, r)
	}), nil)
	w.add("")
	w.run()
	if got := w.titles(); len(got) != len(items()) {
		t.Errorf("%d papers: %v", len(got), got)
	}
}

// TestCrossrefKeepsThePlace has Crossref keep the place of a cursor itself: an answer that is lost is a page that is
// skipped, and the run begins again until all have come.
func TestCrossrefKeepsThePlace(t *testing.T) {
	s := fakeOf(t, "crossref")
	at, lost := 0, false
	w := newWorld(t, s, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("cursor") == "*" {
			at = 0
		}
		r.URL.RawQuery = "cursor=" + strconv.Itoa(at)
		rec := httptest.NewRecorder()
		s.handler(items(), now)(rec, r)
		body := strings.ReplaceAll(rec.Body.String(), fmt.Sprintf(`"next-cursor":"%d"`, min(at+perPage, len(items()))), `"next-cursor":"same"`)
		if at == perPage && !lost {
			lost, body = true, body[:len(body)/2]
		}
		at += perPage
		fmt.Fprint(rw, body)
	}), nil)
	w.add("")
	w.run()
	w.wantAll(items())
	if !lost {
		t.Error("no answer was lost")
	}
}

// TestVotesAreRenewed asks Daily Papers again for days of the last month.
func TestVotesAreRenewed(t *testing.T) {
	s := fakeOf(t, "dailypapers")
	more := 0
	days := map[string]int{}
	w := newWorld(t, s, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		days[r.URL.Query().Get("date")]++
		rec := httptest.NewRecorder()
		s.handler(items(), now)(rec, r)
		fmt.Fprint(rw, strings.ReplaceAll(rec.Body.String(), `"upvotes":1`, `"upvotes":`+strconv.Itoa(1+more)))
	}), nil)
	w.add("2026-01-20")
	w.run()
	if days["2026-01-20"] == 0 || days["2026-03-11"] == 0 || days["2026-01-19"] != 0 || days["2026-03-12"] != 0 {
		t.Errorf("the first run asked for %v", days)
	}
	more = 41
	clear(days)
	w.clock.add(2 * time.Hour)
	st := w.run()
	if st.Run.New != 0 || st.Run.Updated != 1 || days["2026-02-08"] == 0 || days["2026-02-07"] != 0 {
		t.Errorf("the second run says %+v and asked for %v", st.Run, days)
	}
	p, err := w.library.Store().Paper(t.Context(), "arxiv:2603.00001")
	if err != nil || p.Upvotes != 42 {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestWeekend says why nothing comes.
func TestWeekend(t *testing.T) {
	s := fakeOf(t, "arxiv")
	w := newWorld(t, s, s.handler(items(), now), nil)
	w.add("")
	w.run()
	w.clock.add(3 * 24 * time.Hour) // to Saturday
	w.run()
	if st := w.status(); !strings.Contains(st.Says, "arXiv announces nothing on Saturdays and Sundays") {
		t.Errorf("the source says %q", st.Says)
	}
}

// TestFolder follows a folder: files that are new or changed are read, others are not, and one that is no list of papers
// is passed over.
func TestFolder(t *testing.T) {
	w := newWorld(t, fake{address: "file:"}, http.NotFoundHandler(), nil)
	dir := t.TempDir()
	w.address = "file:" + dir
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var lines strings.Builder
	for n := range 2500 {
		fmt.Fprintf(&lines, `{"id":"x:%d","title":"Kite number %d over the %d fields"}`+"\n", n, n, n)
	}
	write("a.jsonl", lines.String())
	write("b.jsonl", `{"id":"x:b","title":"Lichen calendars"}`+"\n{\"id\":\"x:none\"}\n")
	write("notes.txt", "Nothing of this is a list.\n")
	w.add("")
	st := w.run()
	if st.Run.New != 2501 || st.Run.Skipped != 2 || st.Run.Pages != 6 {
		t.Errorf("the first run says %+v", st.Run)
	}
	if again := w.run(); again.Run.Got != 0 || again.Quiet != "no file has changed since the last run" {
		t.Errorf("the second run says %+v, %q", again.Run, again.Quiet)
	}
	write("c.jsonl", `{"id":"x:c","title":"Moth counts"}`)
	if third := w.run(); third.Run.New != 1 || third.Run.Got != 1 {
		t.Errorf("the third run says %+v", third.Run)
	}
	if public := w.status().Public(); strings.Contains(fmt.Sprint(public), dir) {
		t.Errorf("everybody sees the folder: %+v", public)
	}
}

// TestOneAtATime has two processes follow the same folder: while one fetches from a host, the other does not.
func TestOneAtATime(t *testing.T) {
	s := fakeOf(t, "arxiv")
	reached, release := make(chan struct{}), make(chan struct{})
	h := s.handler(items(), now)
	var asked atomic.Int32
	w := newWorld(t, s, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			close(reached)
			<-release
		}
		h(rw, r)
	}), nil)
	w.add("")
	other, err := library.Open(t.Context(), w.library.Folder(), library.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	second := other.Sources(w.sources.Client)
	done := make(chan error)
	go func() {
		_, err := w.sources.Run(t.Context(), "tides")
		done <- err
	}()
	<-reached
	if _, err := second.Run(t.Context(), "tides"); !errors.Is(err, fetch.ErrBusy) {
		t.Errorf("a second process runs it too: %v", err)
	}
	if err := second.Remove(t.Context(), "tides"); !errors.Is(err, fetch.ErrBusy) {
		t.Errorf("a source that runs is removed: %v", err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if _, err := second.Run(t.Context(), "tides"); err != nil {
		t.Errorf("after the first: %v", err)
	}
	w.wantAll(items())
}

// TestSchedule lets two days pass: each source runs when it is due, a paused one does not, and all end with ctx.
func TestSchedule(t *testing.T) {
	s := fakeOf(t, "feed")
	var asked atomic.Int32
	h := s.handler(items(), now)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var ended func()
	w := newWorld(t, s, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		h(rw, r)
	}), func(o *fetch.Options) {
		sleep := o.Sleep
		o.Sleep = func(c context.Context, d time.Duration) error {
			if d != fetch.Look {
				return sleep(c, d)
			}
			if o.Now().Sub(now) > 48*time.Hour {
				cancel()
			}
			ended()
			return sleep(c, time.Minute)
		}
	})
	ended = func() { // the clock stands while a source is due, so that a slow machine runs as many as a fast one
		for range 10_000 {
			list, err := w.sources.List(ctx)
			if err == nil && !slices.ContainsFunc(list, func(s fetch.Status) bool { return !s.Paused && (s.Cut || s.Running || !s.Next.After(w.clock.now())) }) {
				return
			}
			runtime.Gosched()
		}
	}
	if _, err := w.sources.Add(ctx, "tides", w.address, 6*time.Hour, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.sources.Add(ctx, "still", strings.Replace(w.address, "/rss", "/other", 1), time.Hour, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := w.sources.Pause(ctx, "still", true); err != nil {
		t.Fatal(err)
	}
	var runs atomic.Int32
	w.sources.Schedule(ctx, func(fetch.Status) { runs.Add(1) })
	most := int32(w.clock.now().Sub(now)/(6*time.Hour)) + 1
	if n := runs.Load(); n < 7 || n > most || asked.Load() < 7 {
		t.Errorf("%d runs, at most %d were due, and the service was asked %d times", n, most, asked.Load())
	}
	w.wantAll(items())
}

// TestAddRefuses has wrong sources.
func TestAddRefuses(t *testing.T) {
	w := newWorld(t, fakeOf(t, "arxiv"), http.NotFoundHandler(), nil)
	add := func(name, address string, every time.Duration, since string) error {
		_, err := w.sources.Add(t.Context(), name, address, every, since)
		return err
	}
	for _, err := range []error{
		add("", "nonsense", 0, ""), add("a b", "arxiv:cs", 0, ""), add("", "arxiv:cs", time.Second, ""), add("", "arxiv:cs", 0, "soon"),
	} {
		if !errors.Is(err, data.ErrInvalid) {
			t.Errorf("error %v", err)
		}
	}
	if err := add("", "arxiv:cs", 0, ""); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{add("arxiv-cs", "arxiv:math", 0, ""), add("other", "arxiv:cs", 0, "")} {
		if !errors.Is(err, fetch.ErrExists) {
			t.Errorf("error %v", err)
		}
	}
	if err := w.sources.Remove(t.Context(), "nobody"); !errors.Is(err, fetch.ErrUnknown) || !strings.Contains(err.Error(), "arxiv-cs") {
		t.Errorf("error %v", err)
	}
}

// TestOnce fetches an address twice without following it.
func TestOnce(t *testing.T) {
	s := fakeOf(t, "arxiv")
	w := newWorld(t, s, s.handler(items(), now), nil)
	if st, err := w.sources.Once(t.Context(), w.address, "2026-03-08"); err != nil || st.Run.New != 2 {
		t.Errorf("since the 8th: %+v, %v", st.Run, err)
	}
	if st, err := w.sources.Once(t.Context(), w.address, ""); err != nil || st.Run.New != 0 {
		t.Errorf("from there on: %+v, %v", st.Run, err)
	}
	if st, err := w.sources.Once(t.Context(), w.address, "2026-03-01"); err != nil || st.Run.New != 5 {
		t.Errorf("from an earlier day: %+v, %v", st.Run, err)
	}
	if list, err := w.sources.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("it is followed: %v, %v", list, err)
	}
}

// TestSamples replays answers that services really gave.
func TestSamples(t *testing.T) {
	for _, c := range []struct{ service, file, since string }{
		{"dailypapers", "hf_daily_papers_2026-08-21.json", "2026-03-01"}, {"arxiv", filepath.Join("oai", "arxiv-physics-hep-th.xml"), "2010-01-01"},
		{"arxiv-search", "arxiv_atom_2019_query_all_science.xml", "2010-01-01"},
	} {
		t.Run(c.service, func(t *testing.T) {
			body, err := os.ReadFile(datatest.Shared(t, "data", "formats", c.file))
			if err != nil {
				t.Fatal(err)
			}
			s := fakeOf(t, c.service)
			asked := 0
			w := newWorld(t, s, http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if asked++; asked > 1 && c.service == "dailypapers" {
					fmt.Fprint(rw, "[]")
					return
				}
				_, _ = rw.Write(body)
			}), nil)
			w.add(c.since)
			st, err := w.sources.Run(t.Context(), "tides")
			if st.Run.New == 0 || st.Run.Skipped > 0 {
				t.Errorf("the run says %+v, %v", st.Run, err)
			}
			t.Logf("%d papers of %s", st.Run.New, c.file)
		})
	}
}
