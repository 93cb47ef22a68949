package digest_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"kindred/data"
	"kindred/recommend/digest"
)

// seeds returns the ids of papers.
func seeds(list []*data.Paper) (ids []string) {
	for _, p := range list {
		ids = append(ids, p.ID)
	}
	return ids
}

// TestChooseServesEachInterest gives a reader two interests, one of them with most papers, and wants papers of both and
// of no other subject, in two groups, with reasons.
func TestChooseServesEachInterest(t *testing.T) {
	w := newWorld(t)
	own := slices.Concat(papers(0, 100, 124), papers(1, 100, 112)) // not among the papers of the site
	s := w.add(digest.Subscription{Kind: digest.Library}, own...)
	for subject := range subjects {
		w.put(papers(subject, 40, 52)...)
	}
	c := w.preview(s)
	if c.Issue.Considered != 48 || c.Issue.Quiet != "" || len(c.Issue.Groups) < 2 {
		t.Fatalf("considered %d, quiet %q, %d groups", c.Issue.Considered, c.Issue.Quiet, len(c.Issue.Groups))
	}
	count := map[string]int{}
	for _, g := range c.Issue.Groups {
		if g.Label == "" {
			t.Error("a group without a label")
		}
		for i, p := range g.Picks {
			count[p.Paper.ID[:2]]++
			if i > 0 && p.Score > g.Picks[i-1].Score {
				t.Errorf("%s: %v after %v", g.Label, p.Score, g.Picks[i-1].Score)
			}
			if p.Score < digest.DefaultLeast || len(p.Words) == 0 || len(p.Near) == 0 || p.Summary == "" {
				t.Errorf("%s lacks something: %+v", p.Paper.ID, p)
			}
			for _, near := range p.Near {
				if near.ID[:2] != p.Paper.ID[:2] {
					t.Errorf("%s is near %s", p.Paper.ID, near.ID)
				}
			}
		}
	}
	if count["t0"]+count["t1"] != digest.DefaultPicks || count["t0"] < 4 || count["t1"] < 2 {
		t.Errorf("papers by subject: %v", count)
	}
	if again := w.preview(s); !reflect.DeepEqual(c, again) {
		t.Error("the same input gives another choice")
	}
	if !slices.Equal(w.getOwn(s.ID), seeds(own)) {
		t.Error("the library of the reader is not as it was given")
	}
	if _, err := w.Store().Paper(t.Context(), own[0].ID); err == nil {
		t.Error("a paper of a reader's library is among the papers of the site")
	}
}

func (w *world) getOwn(id string) []string {
	w.Helper()
	own, err := w.subs.Own(w.Context(), id)
	w.check(err)
	return seeds(own)
}

// TestNeverTwice makes issue after issue while the same papers change, get other editions and other ids, and wants no
// work twice, and none of the reader's own.
func TestNeverTwice(t *testing.T) {
	w := newWorld(t)
	own := papers(2, 0, 10)
	s := w.add(digest.Subscription{Kind: digest.Library, Filter: digest.Filter{Limit: 4}}, own...)
	w.put(papers(2, 40, 52)...)
	sent := map[string]int{}
	titles := map[string]bool{}
	for day := range 6 {
		at := now.Add(time.Duration(day) * 24 * time.Hour)
		if issue := w.makeDue(at); issue != nil {
			for _, g := range issue.Groups {
				for _, p := range g.Picks {
					if titles[p.Paper.Title] {
						t.Errorf("day %d: %q again", day, p.Paper.Title)
					}
					titles[p.Paper.Title] = true
					sent[p.Paper.ID]++
				}
			}
		}
		// What was sent comes again: with another count of upvotes, and as an edition with another id.
		var again []*data.Paper
		for n := 40; n < 44; n++ {
			p := paper(2, n)
			p.Upvotes = day + 1
			edition := *paper(2, n)
			edition.ID, edition.Venue = "j:"+edition.ID[3:], "Journal of Zorbs"
			again = append(again, p, &edition)
		}
		for n := range 10 { // the reader's own come as new ones
			p := paper(2, n)
			p.ID = "k:" + p.ID[3:]
			again = append(again, p)
		}
		w.put(again...)
	}
	got := w.get(s.ID)
	if got.Issued == 0 || len(sent) == 0 || got.Seen != w.Current().Seq && got.Quiet == "" {
		t.Errorf("%+v", got)
	}
	ids, err := w.subs.Sent(t.Context(), s.ID)
	w.check(err)
	if len(ids) != len(sent) {
		t.Errorf("%d recorded as sent, %d were", len(ids), len(sent))
	}
	for id := range sent {
		if strings.HasPrefix(id, "j:") || strings.HasPrefix(id, "k:") {
			t.Errorf("%s is another edition of a paper that was there", id)
		}
	}
}

// TestCountsBySequence has papers come with dates of long ago and of the future, and later change. Each is considered
// once.
func TestCountsBySequence(t *testing.T) {
	w := newWorld(t)
	s := w.add(digest.Subscription{Kind: digest.Authors, Authors: []string{"Zorb Q1x3", "Q3x1, Zorb"}})
	past, future := paper(1, 43), paper(3, 41)
	past.Published, future.Published = data.Date{Year: 1977}, data.Date{Year: 2090}
	w.put(past, future, paper(0, 40))
	issue := w.makeDue(now)
	if issue == nil || issue.Considered != 3 || len(issue.IDs()) != 2 {
		t.Fatalf("%+v", issue)
	}
	if labels := []string{issue.Groups[0].Label, issue.Groups[1].Label}; !slices.Contains(labels, "Zorb Q1x3") || !slices.Contains(labels, "Zorb Q3x1") {
		t.Errorf("groups %q", labels)
	}
	past.Upvotes = 7
	w.put(past)
	if c := w.preview(w.get(s.ID)); c.Issue.Considered != 0 {
		t.Errorf("a paper that changed is new again: %+v", c.Issue)
	}
}

// TestFirstLook wants the first issue to show papers that were there before.
func TestFirstLook(t *testing.T) {
	w := newWorld(t)
	s, err := w.subs.Add(t.Context(), digest.Subscription{Name: "Zorb", Kind: digest.Library, Seeds: seeds(papers(3, 0, 6))}, nil, now)
	w.check(err)
	if c := w.preview(s); c.Issue.Considered != 160 || len(c.Issue.IDs()) != digest.DefaultPicks {
		t.Errorf("considered %d, %d chosen", c.Issue.Considered, len(c.Issue.IDs()))
	}
}

// TestFilters wants exactly what a filter passes.
func TestFilters(t *testing.T) {
	w := newWorld(t)
	odd := paper(0, 200)
	odd.Title, odd.Venue = "On glimmering adjacency", "Journal of Zorbs"
	w.put(odd)
	all := digest.Filter{Limit: digest.MaxPicks}
	for _, test := range []struct {
		name   string
		filter func(f *digest.Filter)
		passes func(p *data.Paper) bool
	}{
		{"a phrase", func(f *digest.Filter) { f.Must = []string{"Glimmering ADJACENCY"} }, func(p *data.Paper) bool { return p.ID == odd.ID }},
		{"part of a word", func(f *digest.Filter) { f.Must = []string{"glimmer"} }, func(*data.Paper) bool { return false }},
		{"without a word", func(f *digest.Filter) { f.MustNot = []string{"trial"} }, func(p *data.Paper) bool { return p.ID == odd.ID }},
		{"a category", func(f *digest.Filter) { f.Categories = []string{"C2"} }, func(p *data.Paper) bool { return p.Categories[0] == "c2.A" }},
		{"part of a category", func(f *digest.Filter) { f.Categories = []string{"c"} }, func(*data.Paper) bool { return false }},
		{"a source", func(f *digest.Filter) { f.Sources = []string{"T1"} }, func(p *data.Paper) bool { return p.ID[:2] == "t1" }},
		{"a venue", func(f *digest.Filter) { f.Sources = []string{"journal of zorbs"} }, func(p *data.Paper) bool { return p.ID == odd.ID }},
	} {
		s := digest.Subscription{Name: test.name, Kind: digest.Authors, Filter: all}
		test.filter(&s.Filter)
		for subject := range subjects {
			for k := range 5 {
				s.Authors = append(s.Authors, paper(subject, k).Authors[0])
			}
		}
		added, err := w.subs.Add(t.Context(), s, nil, now)
		w.check(err)
		want := map[string]bool{}
		for subject := range subjects {
			for _, p := range papers(subject, 0, 40) {
				if test.passes(p) {
					want[p.ID] = true
				}
			}
		}
		if test.passes(odd) {
			want[odd.ID] = true
		}
		c := w.preview(added)
		got := c.Issue.IDs()
		for _, id := range got {
			if !want[id] {
				t.Errorf("%s: %s passes", test.name, id)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d pass, want %d", test.name, len(got), len(want))
		}
		if len(want) == 0 && !strings.Contains(c.Issue.Quiet, "your filters let none of them through") {
			t.Errorf("%s: %q", test.name, c.Issue.Quiet)
		}
	}
}

// TestQuietSaysWhy wants the true reason of an issue without papers.
func TestQuietSaysWhy(t *testing.T) {
	w := newWorld(t)
	like := digest.Subscription{Name: "like", Kind: digest.Library, Seeds: seeds(papers(0, 0, 10))}
	strict, search := like, like
	strict.Name, strict.Filter.LeastScore = "strict", 1
	search.Name, search.Kind, search.Search = "search", digest.Search, `"wobbling zorbs"`
	filtered := like
	filtered.Name, filtered.Filter.Must = "filtered", []string{"wobbling"}
	a, b, c, d := w.add(like), w.add(strict), w.add(search), w.add(filtered)
	quiet := func(s *digest.Subscription) string { return w.preview(s).Issue.Quiet }
	if got := quiet(a); got != "Quiet today, because no new papers came since Thursday, 8 May." {
		t.Errorf("nothing came: %q", got)
	}
	m := w.maker()
	in := digest.Input{Subscription: a, Now: now, Silence: "the press rests on Fridays"}
	choice, err := digest.Choose(t.Context(), w.Current(), in)
	w.check(err)
	if choice.Issue.Quiet != "Quiet today, because no new papers came since Thursday, 8 May: the press rests on Fridays." {
		t.Errorf("a silent source: %q", choice.Issue.Quiet)
	}
	w.put(paper(0, 41), paper(3, 41))
	if got := quiet(b); !strings.Contains(got, "2 new papers came, and none reaches a likeness of 1.00") {
		t.Errorf("none above the least score: %q", got)
	}
	if got := quiet(c); !strings.Contains(got, "2 new papers came, and your search finds none of them") {
		t.Errorf("a search: %q", got)
	}
	if got := quiet(d); !strings.Contains(got, "2 new papers came, and your filters let none of them through") {
		t.Errorf("filters: %q", got)
	}
	if got := quiet(a); got != "" {
		t.Errorf("there is a paper, and the issue is quiet: %q", got)
	}
	// What fits is known: it was sent in the meantime.
	if _, err := m.MakeDue(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	twin := *paper(0, 41)
	twin.ID = "j:1"
	w.put(&twin)
	if got := quiet(w.get(a.ID)); !strings.Contains(got, "1 new paper came") {
		t.Errorf("another edition: %q", got)
	}
}

// TestFavouritesComeFirst wants papers by a favourite author before all others, also where they are like nothing.
func TestFavouritesComeFirst(t *testing.T) {
	w := newWorld(t)
	s := w.add(digest.Subscription{Kind: digest.Library, Seeds: seeds(papers(0, 0, 10)), Favourites: []string{"Zorb Q3x2"}})
	w.put(slices.Concat(papers(0, 40, 46), papers(3, 40, 46))...)
	groups := w.preview(s).Issue.Groups
	if len(groups) < 2 || groups[0].Picks[0].Paper.ID != "t3:42" || groups[0].Picks[0].Author != "Zorb Q3x2" || len(groups[0].Picks) != 1 {
		t.Fatalf("%+v", groups)
	}
}

// TestVotesTurnTheChoice has a reader dislike all papers of one subject, and wants fewer of them.
func TestVotesTurnTheChoice(t *testing.T) {
	w := newWorld(t)
	s := w.add(digest.Subscription{Kind: digest.Library, Seeds: seeds(slices.Concat(papers(0, 0, 3), papers(1, 0, 3)))})
	for n := range 4 {
		_, err := w.subs.Vote(t.Context(), s.ID, paper(1, 10+n).ID, false, now)
		w.check(err)
	}
	w.put(slices.Concat(papers(0, 40, 46), papers(1, 40, 46))...)
	share := func(s *digest.Subscription) (n float64) {
		for _, g := range w.preview(s).Issue.Groups {
			for _, p := range g.Picks {
				if p.Paper.ID[:2] == "t1" {
					n += p.Score
				}
			}
		}
		return n
	}
	if before, after := share(s), share(w.get(s.ID)); after >= before {
		t.Errorf("scores of disliked papers sum to %v, %v before", after, before)
	}
	more, err := w.subs.Vote(t.Context(), s.ID, paper(1, 10).ID, true, now)
	w.check(err)
	if slices.Contains(more.Dislikes, paper(1, 10).ID) || !slices.Contains(more.Seeds, paper(1, 10).ID) {
		t.Error("the later vote does not count")
	}
}

// TestTrending wants the most upvotes first, also of papers whose upvotes came later.
func TestTrending(t *testing.T) {
	w := newWorld(t)
	s := w.add(digest.Subscription{Kind: digest.Trending, Filter: digest.Filter{Limit: 2}})
	list := papers(0, 40, 44)
	for i, p := range list {
		p.Upvotes = []int{3, 9, 0, 5}[i]
	}
	w.put(list...)
	if got := w.makeDue(now).IDs(); !slices.Equal(got, []string{"t0:41", "t0:43"}) {
		t.Errorf("first %v", got)
	}
	list[2].Upvotes = 50
	w.put(list[2], paper(1, 40))
	if got := w.makeDue(now.Add(24 * time.Hour)).IDs(); !slices.Equal(got, []string{"t0:42", "t0:40"}) {
		t.Errorf("then %v, of %+v", got, s)
	}
}

// TestByCount waits until there are enough papers, and loses none of those that it waited with.
func TestByCount(t *testing.T) {
	w := newWorld(t)
	w.add(digest.Subscription{
		Kind: digest.Authors, Authors: []string{"Zorb Q2x0", "Zorb Q2x1"}, Schedule: digest.Schedule{Every: digest.ByCount, Count: 3},
	})
	m := w.maker()
	for i, n := range []int{40, 41, 42, 45} { // the third is by another author
		w.put(paper(2, n))
		made, err := m.MakeDue(t.Context(), now.Add(time.Duration(i)*time.Hour))
		w.check(err)
		switch {
		case i < 3 && len(made) > 0:
			t.Errorf("an issue after %d papers", i+1)
		case i == 3 && (len(made) != 1 || len(made[0].IDs()) != 3):
			t.Errorf("issues after all papers: %+v", made)
		}
	}
}
