// Package storetest holds the test that every backend of store.Store passes.
package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"kindred/data"
	"kindred/data/store"
)

// TestStore runs the conformance test. Each call of open returns an empty store of its own, which the test closes.
func TestStore(t *testing.T, open func(t *testing.T) store.Store) {
	for _, test := range []struct {
		name string
		run  func(*harness)
	}{
		{"Empty", (*harness).empty},
		{"PutAndRead", (*harness).putAndRead},
		{"CountsApart", (*harness).countsApart},
		{"InvalidIsAllOrNothing", (*harness).invalid},
		{"Bounds", (*harness).bounds},
		{"Sequence", (*harness).sequence},
		{"SinceIsASnapshot", (*harness).snapshot},
		{"Columns", (*harness).columns},
		{"Delete", (*harness).delete},
		{"Aliases", (*harness).aliases},
		{"TitleMeetsID", (*harness).titleMeetsID},
		{"IDMeetsTitle", (*harness).idMeetsTitle},
		{"Editions", (*harness).editions},
		{"FieldIDs", (*harness).fieldIDs},
		{"TwoBecomeOne", (*harness).twoBecomeOne},
		{"SharedDOI", (*harness).sharedDOI},
		{"Apart", (*harness).apart},
		{"ThirdID", (*harness).thirdID},
		{"Retitled", (*harness).retitled},
		{"Canceled", (*harness).canceled},
		{"Batch", (*harness).batch},
		{"Concurrent", (*harness).concurrent},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			test.run(&harness{T: t, Store: s})
		})
	}
}

// TestSettings runs the conformance test of store.Settings on an empty one.
func TestSettings(t *testing.T, s store.Settings) {
	ctx := t.Context()
	get := func(bucket, key, want string, there bool) {
		t.Helper()
		if v, err := s.Setting(ctx, bucket, key); err != nil || string(v) != want || (v != nil) != there {
			t.Errorf("Setting(%q, %q) = %q (nil: %v), %v; want %q (there: %v)", bucket, key, v, v == nil, err, want, there)
		}
	}
	get("b", "k", "", false)
	for _, set := range []struct{ bucket, key, value string }{
		{"b", "k2", "two"}, {"b", "k", "one"}, {"b", "k", "uno"}, {"c", "k", ""}, {"b", "k10", "\x00\xff"},
	} {
		if err := s.SetSetting(ctx, set.bucket, set.key, []byte(set.value)); err != nil {
			t.Fatal(err)
		}
	}
	get("b", "k", "uno", true)
	get("c", "k", "", true)
	get("b", "k10", "\x00\xff", true)
	if keys, err := s.SettingKeys(ctx, "b"); err != nil || !slices.Equal(keys, []string{"k", "k10", "k2"}) {
		t.Errorf("SettingKeys(b) = %q, %v", keys, err)
	}
	if err := s.SetSetting(ctx, "b", "k", nil); err != nil {
		t.Fatal(err)
	}
	get("b", "k", "", false)
	if keys, err := s.SettingKeys(ctx, "none"); err != nil || len(keys) != 0 {
		t.Errorf("SettingKeys(none) = %q, %v", keys, err)
	}
}

// harness is a store under test, with helpers that fail the test.
type harness struct {
	*testing.T
	store.Store
}

func (h *harness) put(want store.Counts, papers ...*data.Paper) {
	h.Helper()
	got, err := h.Put(h.Context(), papers)
	if err != nil {
		h.Fatalf("Put: %v", err)
	}
	if got.Counts != want || len(got.IDs) != len(papers) {
		h.Errorf("Put = %+v, want %+v", got, want)
	}
}

func (h *harness) paper(id string) *data.Paper {
	h.Helper()
	p, err := h.Paper(h.Context(), id)
	if err != nil {
		h.Fatalf("Paper(%q): %v", id, err)
	}
	return p
}

func (h *harness) missing(ids ...string) {
	h.Helper()
	for _, id := range ids {
		if p, err := h.Paper(h.Context(), id); !errors.Is(err, store.ErrNotFound) || p != nil {
			h.Errorf("Paper(%q) = %v, %v; want ErrNotFound", id, p, err)
		} else if !strings.Contains(err.Error(), id) {
			h.Errorf("Paper(%q): error %q does not name the id", id, err)
		}
	}
}

// resolves checks that every id names the paper want.
func (h *harness) resolves(want string, ids ...string) {
	h.Helper()
	for _, id := range append(ids, want) {
		if p := h.paper(id); p.ID != want {
			h.Errorf("Paper(%q).ID = %q, want %q", id, p.ID, want)
		}
	}
}

func (h *harness) stats(papers int) int64 {
	h.Helper()
	st, err := h.Stats(h.Context())
	if err != nil || st.Papers != papers {
		h.Errorf("Stats = %d papers, %v; want %d", st.Papers, err, papers)
	}
	return st.Seq
}

// log returns the entries above seq as "+id" and "-id", and checks their order.
func (h *harness) log(seq int64) []string {
	h.Helper()
	var out []string
	for e, err := range h.Since(h.Context(), seq) {
		if err != nil {
			h.Fatalf("Since(%d): %v", seq, err)
		}
		if e.Seq <= seq {
			h.Errorf("Since: sequence number %d after %d", e.Seq, seq)
		}
		seq = e.Seq
		switch {
		case e.Paper == nil:
			out = append(out, "-"+e.ID)
		case e.Paper.ID != e.ID:
			h.Errorf("entry %q carries paper %q", e.ID, e.Paper.ID)
		default:
			out = append(out, "+"+e.ID)
		}
	}
	return out
}

func (h *harness) wantLog(seq int64, want ...string) {
	h.Helper()
	if got := h.log(seq); !slices.Equal(got, want) {
		h.Errorf("Since(%d) = %q, want %q", seq, got, want)
	}
}

// numbered returns a paper like no other number's.
func numbered(n int) *data.Paper {
	return &data.Paper{
		ID: fmt.Sprintf("x:%d", n), Title: fmt.Sprintf("On the number %d and what it is good for", n),
		Abstract: strings.Repeat(fmt.Sprintf("Of %d we know more than others. ", n), 5), Authors: []string{"A. Author", "B. Author"},
		Published: data.Date{Year: 2000 + n%20, Month: 5},
	}
}

func numberedRange(from, to int) []*data.Paper {
	var out []*data.Paper
	for n := from; n < to; n++ {
		out = append(out, numbered(n))
	}
	return out
}

func (h *harness) empty() {
	if seq := h.stats(0); seq != 0 {
		h.Errorf("an empty store is at %d, want 0", seq)
	}
	h.missing("x:1", "")
	h.wantLog(0)
	h.put(store.Counts{})
	if n, err := h.Delete(h.Context(), "x:1"); n != 0 || err != nil {
		h.Errorf("Delete = %d, %v", n, err)
	}
	if seq := h.stats(0); seq != 0 {
		h.Errorf("after nothing the store is at %d, want 0", seq)
	}
}

func (h *harness) putAndRead() {
	want := &data.Paper{
		ID: "arxiv:2306.05544", Title: "Größe: π ≠ 3 — a \"study\"", Abstract: "First line.\nSecond, with a \x00 in it, 文字.",
		Authors: []string{"Ada Lovelace", "李四"}, AuthorCount: 7, Published: data.Date{Year: 2023, Month: 6, Day: 8},
		Venue: "arXiv", Categories: []string{"cs.CV", "cs.LG"}, Labels: []string{"vision"}, Keywords: []string{"data-free", "k-means"},
		URL: "https://arxiv.org/abs/2306.05544", DOI: "10.48550/arxiv.2306.05544", ArXiv: "2306.05544", Upvotes: 4, Comments: 2,
		Aliases: []string{"s2:1234"}, DuplicateOf: "elsewhere:1", Original: &data.Original{Title: "Gr\\\"o{\\ss}e", Abstract: "raw"},
	}
	h.put(store.Counts{Imported: 1}, want)
	if got := h.paper(want.ID); !equal(got, want) {
		h.Errorf("read back\n%+v\nwant\n%+v", got, want)
	}
	bare := &data.Paper{ID: "x:bare"}
	h.put(store.Counts{Imported: 1}, bare)
	if got := h.paper("x:bare"); !equal(got, bare) {
		h.Errorf("read back %+v", got)
	}
	h.stats(2)
}

func (h *harness) countsApart() {
	papers := numberedRange(0, 10)
	h.put(store.Counts{Imported: 10}, papers...)
	seq := h.stats(10)
	h.put(store.Counts{Unchanged: 10}, papers...)
	h.wantLog(seq)
	changed := numbered(3)
	changed.Abstract = "Something quite different is said of it now, and it is longer than what was said before, too. " + changed.Abstract
	h.put(store.Counts{Imported: 1, Updated: 1, Unchanged: 1}, numbered(2), changed, numbered(10))
	if got := h.paper("x:3").Abstract; got != changed.Abstract {
		h.Errorf("abstract %q, want the new one", got)
	}
	h.wantLog(seq, "+x:3", "+x:10")
	h.put(store.Counts{Imported: 1, Unchanged: 2}, numbered(11), numbered(11), numbered(11)) // within one Put
}

func (h *harness) invalid() {
	for _, bad := range []*data.Paper{nil, {Title: "No id"}} {
		if _, err := h.Put(h.Context(), []*data.Paper{numbered(1), bad}); !errors.Is(err, data.ErrInvalid) {
			h.Errorf("Put of %v: %v, want ErrInvalid", bad, err)
		}
	}
	h.stats(0)
}

func (h *harness) bounds() {
	refused := func(what string, p *data.Paper) {
		h.Helper()
		var bound *data.BoundError
		if _, err := h.Put(h.Context(), []*data.Paper{p}); !errors.As(err, &bound) || bound.Field != "aliases" || !errors.Is(err, data.ErrInvalid) {
			h.Errorf("%s: %v, want a BoundError of aliases", what, err)
		}
	}
	for i, prefix := range []string{"a:", "b:"} {
		long := numbered(i)
		for n := range 20_000 {
			long.Aliases = append(long.Aliases, fmt.Sprint(prefix, n))
		}
		refused("20,000 aliases", long)
	}
	h.stats(0)
	// Each list is within the bound, but the two together are not.
	p, q, r := numbered(1), numbered(1), numbered(2)
	for n := range data.MaxAliases {
		p.Aliases = append(p.Aliases, fmt.Sprint("a:", n))
		r.Aliases = append(r.Aliases, fmt.Sprint("c:", n))
	}
	q.Aliases = []string{"b:1"}
	h.put(store.Counts{Imported: 2}, p, r)
	seq := h.stats(2)
	refused("one alias more than a paper can have", q)
	q.Aliases = []string{r.ID}
	refused("a record that joins two papers with many aliases", q)
	h.resolves(p.ID, "a:0", "a:999")
	h.resolves(r.ID, "c:0", "c:999")
	h.wantLog(seq)
	h.missing("b:1")
}

func (h *harness) sequence() {
	h.put(store.Counts{Imported: 5}, numberedRange(0, 5)...)
	h.wantLog(0, "+x:0", "+x:1", "+x:2", "+x:3", "+x:4")
	mid := h.stats(5)
	one := numbered(1)
	one.Venue = "A later venue"
	h.put(store.Counts{Updated: 1}, one)
	h.wantLog(mid, "+x:1")
	h.wantLog(0, "+x:0", "+x:2", "+x:3", "+x:4", "+x:1") // once, at its new place
	if top := h.stats(5); top <= mid {
		h.Errorf("the sequence stands at %d after %d and a change", top, mid)
	}
}

func (h *harness) snapshot() {
	h.put(store.Counts{Imported: 50}, numberedRange(0, 50)...)
	seen := map[string]bool{}
	for e, err := range h.Since(h.Context(), 0) {
		if err != nil {
			h.Fatal(err)
		}
		if seen[e.ID] {
			h.Errorf("%s came twice", e.ID)
		}
		seen[e.ID] = true
		if len(seen) == 10 { // writing while reading neither waits nor shows
			moved := numbered(20)
			moved.Venue = "moved"
			h.put(store.Counts{Imported: 1, Updated: 1}, moved, numbered(99))
		}
	}
	if len(seen) != 50 || seen["x:99"] {
		h.Errorf("saw %d papers, the later one among them: %v; want the 50 there were", len(seen), seen["x:99"])
	}
	for range h.Since(h.Context(), 0) {
		break
	}
	for range h.Store.Columns(h.Context(), 0) {
		break
	}
	h.stats(51)
}

func (h *harness) columns() {
	p := numbered(1)
	p.Categories, p.Venue, p.DuplicateOf = []string{"cs.LG", "stat.ML"}, "NeurIPS", "x:0"
	h.put(store.Counts{Imported: 2}, numbered(0), p)
	var got []store.Column
	for c, err := range h.Store.Columns(h.Context(), 1) {
		if err != nil {
			h.Fatal(err)
		}
		got = append(got, c)
	}
	want := store.Column{Seq: 2, Added: 2, ID: p.ID, Title: p.Title, Authors: p.Authors, Published: p.Published, Categories: p.Categories, Venue: p.Venue, DuplicateOf: p.DuplicateOf}
	if len(got) != 1 || fmt.Sprintf("%+v", got[0]) != fmt.Sprintf("%+v", want) {
		h.Errorf("Columns(1) = %+v, want %+v", got, want)
	}
}

func (h *harness) delete() {
	h.put(store.Counts{Imported: 4}, numberedRange(0, 4)...)
	seq := h.stats(4)
	if n, err := h.Delete(h.Context(), "x:1", "none", "x:2", "x:1"); n != 2 || err != nil {
		h.Errorf("Delete = %d, %v; want 2", n, err)
	}
	h.missing("x:1", "x:2")
	h.wantLog(seq, "-x:1", "-x:2")
	h.wantLog(0, "+x:0", "+x:3", "-x:1", "-x:2")
	h.put(store.Counts{Imported: 1}, numbered(1))
	h.wantLog(seq, "-x:2", "+x:1") // come back, it is not deleted any more
	all := []string{"x:0", "x:1", "x:3"}
	if n, err := h.Delete(h.Context(), all...); n != 3 || err != nil {
		h.Errorf("Delete = %d, %v; want 3", n, err)
	}
	if top := h.stats(0); top <= seq {
		h.Errorf("the sequence went back to %d", top)
	}
}

func (h *harness) aliases() {
	p := numbered(1)
	p.Aliases = []string{"s2:abc", "openalex:W1234"}
	h.put(store.Counts{Imported: 1}, p)
	h.resolves("x:1", "s2:abc", "openalex:W1234")
	other := numbered(1)
	other.ID = "s2:abc"
	h.put(store.Counts{Unchanged: 1}, other)
	h.stats(1)
	if n, err := h.Delete(h.Context(), "openalex:W1234"); n != 1 || err != nil {
		h.Errorf("Delete by alias = %d, %v", n, err)
	}
	h.missing("x:1", "s2:abc", "openalex:W1234")
	h.put(store.Counts{Imported: 1}, other)
	h.resolves("s2:abc")
}

// nameless returns a paper whose only id is that of its title.
func nameless(title string, d data.Date) *data.Paper {
	return &data.Paper{ID: data.TitleID(title), Title: title, Published: d, AuthorCount: 3}
}

const boot = "BOOT: Data-free Distillation of Denoising Diffusion Models with Bootstrapping"

func (h *harness) titleMeetsID() {
	p := nameless(boot, data.Date{Year: 2023, Month: 6, Day: 9})
	h.put(store.Counts{Imported: 1}, p)
	pointing := numbered(1)
	pointing.DuplicateOf = p.ID
	h.put(store.Counts{Imported: 1}, pointing)
	seq := h.stats(2)
	known := &data.Paper{ID: "arxiv:2306.05544", Title: boot, Abstract: "Diffusion models, but quicker.", Published: data.Date{Year: 2023, Month: 6, Day: 8}}
	h.put(store.Counts{Updated: 1}, known)
	h.stats(2)
	h.resolves("arxiv:2306.05544", p.ID)
	got := h.paper(p.ID)
	if got.Abstract != known.Abstract || got.AuthorCount != 3 || !slices.Equal(got.Aliases, []string{p.ID}) {
		h.Errorf("one paper of both records is %+v", got)
	}
	h.wantLog(seq, "-"+p.ID, "+arxiv:2306.05544", "+x:1")
	if d := h.paper("x:1").DuplicateOf; d != "arxiv:2306.05544" {
		h.Errorf("another paper still points to %q", d)
	}
	seq = h.stats(2)
	h.put(store.Counts{Unchanged: 2}, p, known)
	h.wantLog(seq)
	if n, err := h.Delete(h.Context(), p.ID); n != 1 || err != nil {
		h.Errorf("Delete by the old id = %d, %v", n, err)
	}
	h.missing(p.ID, "arxiv:2306.05544")
}

func (h *harness) idMeetsTitle() {
	known := &data.Paper{ID: "arxiv:2306.05544", Title: boot, Abstract: "Diffusion models, but quicker.", AuthorCount: 3, Published: data.Date{Year: 2023, Month: 6, Day: 8}}
	h.put(store.Counts{Imported: 1}, known)
	p := nameless("BOOT: data free distillation of denoising diffusion models with bootstrapping.", data.Date{Year: 2023})
	h.put(store.Counts{Unchanged: 1}, p)
	h.stats(1)
	h.resolves("arxiv:2306.05544", p.ID)
	h.put(store.Counts{Unchanged: 1}, p)
	// Twenty years apart, one title is two papers.
	early := nameless(boot, data.Date{Year: 2003})
	h.put(store.Counts{Imported: 1}, early)
	h.put(store.Counts{Unchanged: 2}, early, p)
	h.stats(2)
	h.resolves("arxiv:2306.05544", p.ID)
	h.put(store.Counts{Updated: 1}, &data.Paper{ID: "x:early", Title: boot, Published: data.Date{Year: 2003, Month: 2}})
	h.resolves("x:early", p.ID+"-2003")
	h.put(store.Counts{Unchanged: 1}, early)
	h.stats(2)
}

func (h *harness) editions() {
	preprint := &data.Paper{ID: "arxiv:2001.00001", Title: "An edition among editions: the preprint", Authors: []string{"Ada Lovelace"}, Published: data.Date{Year: 2020}}
	proceedings, journal := *preprint, *preprint
	proceedings.ID, proceedings.Published = "acl:2020.acl-main.9999", data.Date{Year: 2020, Month: 7}
	journal.ID = "doi:10.1000/journal"
	h.put(store.Counts{Imported: 1, Duplicates: 2}, preprint, &proceedings, &journal)
	if preprint.DuplicateOf+proceedings.DuplicateOf != "" {
		h.Error("Put wrote into a paper it was given")
	}
	h.stats(3)
	for _, id := range []string{proceedings.ID, journal.ID} {
		if d := h.paper(id).DuplicateOf; d != preprint.ID {
			h.Errorf("%s is an edition of %q, want %q", id, d, preprint.ID)
		}
	}
	h.put(store.Counts{Unchanged: 3}, &journal, &proceedings, preprint)
	// The same without an id is the paper the others point to.
	h.put(store.Counts{Unchanged: 1}, &data.Paper{ID: data.TitleID(preprint.Title), Title: preprint.Title})
	h.resolves(preprint.ID, data.TitleID(preprint.Title))
	if _, err := h.Delete(h.Context(), preprint.ID); err != nil {
		h.Fatal(err)
	}
	if d := h.paper(proceedings.ID).DuplicateOf; d != "" {
		h.Errorf("the first edition that is left points to %q", d)
	}
	if d := h.paper(journal.ID).DuplicateOf; d != proceedings.ID {
		h.Errorf("the second edition that is left points to %q, want %q", d, proceedings.ID)
	}
}

func (h *harness) fieldIDs() {
	p := numbered(1)
	p.ID, p.DOI, p.ArXiv = "acl:2020.acl-main.1", "10.18653/v1/2020.acl-main.1", "2001.00002"
	h.put(store.Counts{Imported: 1}, p)
	h.resolves(p.ID, "doi:10.18653/v1/2020.acl-main.1", "arxiv:2001.00002")
	byDOI := numbered(1)
	byDOI.ID = "doi:10.18653/v1/2020.acl-main.1"
	h.put(store.Counts{Unchanged: 1}, byDOI)
	later := numbered(1)
	later.ID, later.ArXiv = "openalex:W12345", "2001.00002"
	h.put(store.Counts{Unchanged: 1}, later)
	h.stats(1)
	h.resolves(p.ID, "openalex:W12345")
	// The other way round: the DOI is stored as a paper, then one comes that has it in its field.
	first := numbered(2)
	first.ID = "doi:10.1000/2"
	second := numbered(2)
	second.ID, second.DOI = "acl:2020.acl-main.2", "10.1000/2"
	h.put(store.Counts{Imported: 1}, first)
	if _, err := h.Put(h.Context(), []*data.Paper{second}); err != nil {
		h.Fatal(err)
	}
	h.stats(2)
	h.resolves(first.ID, second.ID)
}

func (h *harness) twoBecomeOne() {
	a, b := numbered(1), numbered(2)
	b.Title = a.Title + ", revisited"
	a.Aliases, b.Aliases = []string{"alias:a"}, []string{"alias:b"}
	h.put(store.Counts{Imported: 2}, a, b)
	seq := h.stats(2)
	joint := numbered(1)
	joint.Aliases = []string{b.ID}
	h.put(store.Counts{Updated: 1}, joint)
	h.stats(1)
	h.resolves(a.ID, b.ID, "alias:a", "alias:b")
	h.wantLog(seq, "-"+b.ID, "+"+a.ID)
}

func (h *harness) sharedDOI() {
	// One DOI for a whole volume must not make its papers one.
	a, b := numbered(1), numbered(2)
	b.Title = "Parsing sentences without trees"
	a.DOI, b.DOI = "10.1000/volume", "10.1000/volume"
	h.put(store.Counts{Imported: 2}, a, b)
	h.resolves(a.ID, "doi:10.1000/volume")
	h.resolves(b.ID)
	h.put(store.Counts{Unchanged: 2}, b, a)
}

func (h *harness) canceled() {
	ctx, cancel := context.WithCancel(h.Context())
	cancel()
	if _, err := h.Put(ctx, numberedRange(0, 3)); !errors.Is(err, context.Canceled) {
		h.Errorf("Put under a canceled context: %v", err)
	}
	h.stats(0)
	h.put(store.Counts{Imported: 3}, numberedRange(0, 3)...)
	var last error
	for _, err := range h.Since(ctx, 0) {
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		h.Errorf("Since under a canceled context ends with %v", last)
	}
}

func (h *harness) concurrent() {
	const writers, batches, size = 3, 5, 20
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for b := range batches {
				from := (w*batches + b) * size
				if _, err := h.Put(h.Context(), numberedRange(from, from+size)); err != nil {
					h.Errorf("Put: %v", err)
				}
				if _, err := h.Put(h.Context(), numberedRange(0, size)); err != nil { // all at the same papers
					h.Errorf("Put: %v", err)
				}
			}
		})
		wg.Go(func() {
			for range batches {
				n := 0
				var last int64
				for e, err := range h.Since(h.Context(), 0) {
					if err != nil || e.Seq <= last {
						h.Errorf("Since: %d after %d, %v", e.Seq, last, err)
						return
					}
					last = e.Seq
					n++
				}
				if n%size != 0 {
					h.Errorf("a reader saw %d papers: part of a batch", n)
				}
			}
		})
	}
	wg.Wait()
	h.stats(writers * batches * size)
}

func equal(a, b *data.Paper) bool {
	x, y := *a, *b
	if (x.Original == nil) != (y.Original == nil) || x.Original != nil && *x.Original != *y.Original {
		return false
	}
	x.Original, y.Original = nil, nil
	return fmt.Sprintf("%#v", x) == fmt.Sprintf("%#v", y)
}
