package library_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/store"
	"kindred/recommend"
	"kindred/recommend/library"
)

// shelf is papers in memory.
type shelf map[string]*data.Paper

func (s shelf) Paper(_ context.Context, id string) (*data.Paper, error) {
	if p := s[id]; p != nil {
		return p, nil
	}
	return nil, data.ErrNotFound
}

func (s shelf) Papers(_ context.Context, ids []string) ([]*data.Paper, error) {
	out := make([]*data.Paper, len(ids))
	for i, id := range ids {
		out[i] = s[id]
	}
	return out, nil
}

// listedSnapshot returns a snapshot of papers, the i-th in topic topics[i%len(topics)].
func listedSnapshot(papers []*data.Paper, topics ...int) *library.Snapshot {
	byID := shelf{}
	rows := make([]library.Row, len(papers))
	for i, p := range papers {
		byID[p.ID] = p
		rows[i].Column = store.Column{ID: p.ID, Title: p.Title, Published: p.Published, Categories: p.Categories}
		rows[i].Topic = curate.Assignment{Topic: topics[i%len(topics)], Confidence: 0.5}
	}
	all := []topic.Topic{{ID: 1, Label: "drums"}, {ID: 2, Label: "bees"}, {ID: 3, Label: "drum skins", Level: topic.Subtopics, Parent: 1}}
	return &library.Snapshot{Topics: all, Papers: byID, Catalog: library.NewCatalog(rows, all)}
}

func ids(l *library.List) (out []string) {
	for i := range l.Items {
		out = append(out, l.Items[i].Paper.ID)
	}
	return out
}

// TestSpans wants every day in the span that says so, spans that do not overlap, and names that are read back.
func TestSpans(t *testing.T) {
	for _, unit := range library.SpanUnits {
		var last library.Span
		for day := time.Date(1999, 12, 20, 0, 0, 0, 0, time.UTC); day.Year() < 2027; day = day.AddDate(0, 0, 1) {
			d := data.DateOf(day)
			sp := library.SpanOf(unit, d)
			if d.Compare(sp.First) < 0 || d.Compare(sp.Last()) > 0 {
				t.Fatalf("%s is not in its %s %s", d, unit, sp)
			}
			if sp != last && !last.IsZero() && data.DateOf(last.Last().First().AddDate(0, 0, 1)) != sp.First {
				t.Fatalf("%s does not follow %s", sp, last)
			}
			if back, err := library.ParseSpan(unit, sp.String()); err != nil || back != sp {
				t.Fatalf("%s is read as %v, %v", sp, back, err)
			}
			last = sp
		}
	}
	for unit, wrong := range map[string][]string{
		library.Day:   {"", "2026", "2026-08", "2026-8-1", "2026-02-30", "2026/08/21", "2026-08-21T00:00:00Z", "day"},
		library.Week:  {"", "2026-08-21", "2026-W00", "2026-W54", "2025-W53", "2026-w34", "2026-W3", "0000-W01", "-W1", "2026-W034"},
		library.Month: {"", "2026", "2026-13", "2026-08-21", "2026-8"},
		"year":        {"2026"},
	} {
		for _, s := range wrong {
			if sp, err := library.ParseSpan(unit, s); !errors.Is(err, data.ErrInvalid) {
				t.Errorf("%s %q is read as %v, %v", unit, s, sp, err)
			}
		}
	}
	if got := library.SpanOf(library.Day, data.Date{Year: 2026, Month: 8}); !got.IsZero() {
		t.Errorf("a month is in the day %s", got)
	}
	words := map[string]string{"2026-W34": "17 to 23 August 2026", "2026-W31": "27 July to 2 August 2026", "2026-W01": "29 December 2025 to 4 January 2026"}
	for name, want := range words {
		if sp, err := library.ParseSpan(library.Week, name); err != nil || sp.InWords() != want {
			t.Errorf("%s is %q, %v, want %q", name, sp.InWords(), err, want)
		}
	}
}

// TestPapersOfSpans compares the papers of spans, and the spans beside them, with a walk over all papers.
func TestPapersOfSpans(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	var papers []*data.Paper
	for i := range 300 {
		d := data.DateOf(time.Date(2023, 11, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rng.IntN(150)))
		switch i % 9 {
		case 0:
			d.Day = 0
		case 1:
			d.Day, d.Month = 0, 0
		case 2:
			d = data.Date{}
		}
		papers = append(papers, &data.Paper{ID: fmt.Sprintf("blim:%03d", i), Published: d})
	}
	c := listedSnapshot(papers, 1).Catalog
	for _, unit := range library.SpanUnits {
		want := map[library.Span][]string{}
		for _, p := range papers {
			if sp := library.SpanOf(unit, p.Published); !sp.IsZero() {
				want[sp] = append(want[sp], p.ID)
			}
		}
		sp, ok := c.Latest(unit)
		var previous library.Span
		seen := 0
		for ; ok; sp, ok = c.Before(sp) {
			var got []string
			for _, row := range c.In(sp) {
				got = append(got, c.Row(int(row)).ID)
			}
			slices.Sort(got)
			if !slices.Equal(got, want[sp]) || len(got) == 0 {
				t.Fatalf("%s has %v, want %v", sp, got, want[sp])
			}
			if after, ok := c.After(sp); ok == previous.IsZero() || after != previous {
				t.Fatalf("after %s comes %s, want %s", sp, after, previous)
			}
			previous = sp
			seen++
		}
		if seen != len(want) {
			t.Errorf("%d spans of a %s, want %d", seen, unit, len(want))
		}
	}
	if got := c.In(library.SpanOf(library.Day, data.Date{Year: 2020, Month: 1, Day: 1})); len(got) != 0 {
		t.Errorf("a day without papers has %v", got)
	}
}

// TestLatestSkipsTheFuture wants the newest span that is not later than today, and the first one where all are.
func TestLatestSkipsTheFuture(t *testing.T) {
	now := time.Now().UTC()
	dated := func(days ...int) *library.Catalog {
		var papers []*data.Paper
		for _, n := range days {
			papers = append(papers, &data.Paper{ID: fmt.Sprint("blim:", n), Published: data.DateOf(now.AddDate(0, 0, n))})
		}
		return listedSnapshot(papers, 1).Catalog
	}
	for _, test := range []struct {
		days []int
		want int
	}{{[]int{-9, -3, 7}, -3}, {[]int{0, -3, 7}, 0}, {[]int{20, 9, 30}, 9}} {
		got, ok := dated(test.days...).Latest(library.Day)
		if want := data.DateOf(now.AddDate(0, 0, test.want)); !ok || got.First != want {
			t.Errorf("%v days from now: latest is %s, want %s", test.days, got, want)
		}
	}
	if got, ok := listedSnapshot([]*data.Paper{{ID: "blim:1", Published: data.Date{Year: 2020}}}, 1).Catalog.Latest(library.Month); ok {
		t.Errorf("a year has the month %s", got)
	}
}

// TestTrendingByUpvotes holds the formula: upvotes by one plus the age in weeks, upvotes before none.
func TestTrendingByUpvotes(t *testing.T) {
	day := func(d int) data.Date { return data.Date{Year: 2024, Month: 5, Day: d} }
	s := listedSnapshot([]*data.Paper{
		{ID: "blim:old", Published: day(1), Upvotes: 29}, {ID: "blim:new", Published: day(15), Upvotes: 10},
		{ID: "blim:none", Published: day(15)}, {ID: "blim:undated", Upvotes: 50}, {ID: "blim:ahead", Published: day(16), Upvotes: 9},
	}, 1)
	hot, by, err := s.Trending(t.Context(), s.Catalog.Recent(), day(15))
	if err != nil || by != library.ByUpvotes {
		t.Fatalf("by %q, %v", by, err)
	}
	var got []string
	for _, h := range hot {
		got = append(got, fmt.Sprintf("%s %.3f", s.Catalog.Row(int(h.Row)).ID, h.Trend))
	}
	want := []string{"blim:new 10.000", "blim:old 9.667", "blim:ahead 9.000", "blim:undated 0.943", "blim:none 0.000"}
	if !slices.Equal(got, want) {
		t.Errorf("order %q, want %q", got, want)
	}
}

// TestTrendingByTopics wants papers of a topic that rises first where nobody has voted.
func TestTrendingByTopics(t *testing.T) {
	var papers []*data.Paper
	topics := []int{}
	for year := 2015; year < 2025; year++ {
		for i := range 30 {
			in := 2
			if i < 3*(year-2014) {
				in = 1
			}
			papers = append(papers, &data.Paper{ID: fmt.Sprintf("blim:%d.%02d", year, i), Published: data.Date{Year: year, Month: 6, Day: 1 + i%28}})
			topics = append(topics, in)
		}
	}
	s := listedSnapshot(papers, topics...)
	var rise float64
	for _, tt := range s.Trends("", topic.Main).Topics {
		if tt.ID == 1 {
			rise = tt.Rise
		}
	}
	l, err := s.Listing(t.Context(), library.Listing{Order: library.Trending, Limit: 300, Span: library.Span{}})
	if err != nil || l.Ordered.By != library.ByTopics || l.Total != 300 {
		t.Fatalf("%+v, %v", l.Ordered, err)
	}
	falls := false
	for _, it := range l.Items {
		weeks := time.Date(2024, 6, 28, 0, 0, 0, 0, time.UTC).Sub(it.Paper.Published.First()).Hours() / 24 / 7
		switch want := 0.5 * math.Log(rise) / (1 + weeks); {
		case it.Topic == 1 && (falls || math.Abs(it.Trend-want) > 1e-9):
			t.Fatalf("%s of the rising topic has %v, want %v, and comes before the others", it.Paper.ID, it.Trend, want)
		case it.Topic == 2 && it.Trend != 0:
			t.Fatalf("%s has %v", it.Paper.ID, it.Trend)
		}
		falls = it.Topic == 2
	}
	if falls != true {
		t.Error("no paper of the other topic")
	}
}

// TestListingFilters compares listings with a walk over all papers.
func TestListingFilters(t *testing.T) {
	papers := []*data.Paper{
		{ID: "arxiv:2405.00001", Published: data.Date{Year: 2024, Month: 5, Day: 1}, Categories: []string{"cs.LG"}},
		{ID: "icml2019:7", Published: data.Date{Year: 2019}, Categories: []string{"icml"}},
		{ID: "icml2020:8", Published: data.Date{Year: 2020}, Categories: []string{"icml", "cs.CV"}, URL: "https://blim.example/8"},
		{ID: "blim:9", URL: "javascript:alert(1)"},
	}
	s := listedSnapshot(papers, 1, 2, 3, 2)
	for name, test := range map[string]struct {
		q    library.Listing
		want []string
	}{
		"all":      {library.Listing{}, []string{"arxiv:2405.00001", "icml2020:8", "icml2019:7", "blim:9"}},
		"source":   {library.Listing{Sources: []string{"icml"}}, []string{"icml2020:8", "icml2019:7"}},
		"linked":   {library.Listing{Linked: true}, []string{"arxiv:2405.00001", "icml2020:8"}},
		"category": {library.Listing{Categories: []string{"cs"}}, []string{"arxiv:2405.00001", "icml2020:8"}},
		"subtopic": {library.Listing{Topics: []int{3}}, []string{"icml2020:8"}},
		"topic":    {library.Listing{Topics: []int{2}}, []string{"icml2019:7", "blim:9"}},
		"after":    {library.Listing{After: data.Date{Year: 2020}}, []string{"arxiv:2405.00001", "icml2020:8"}},
		"day":      {library.Listing{Span: library.SpanOf(library.Day, papers[0].Published)}, []string{"arxiv:2405.00001"}},
		"both":     {library.Listing{Linked: true, Sources: []string{"icml", "blim"}}, []string{"icml2020:8"}},
		"none":     {library.Listing{Linked: true, Topics: []int{2}}, nil},
	} {
		test.q.Limit = 10
		l, err := s.Listing(t.Context(), test.q)
		if err != nil || !slices.Equal(ids(l), test.want) || l.Total != len(test.want) {
			t.Errorf("%s: %v of %d, %v, want %v", name, ids(l), l.Total, err, test.want)
		}
		if test.want == nil && l.Reason != recommend.ReasonFiltered {
			t.Errorf("%s: reason %q", name, l.Reason)
		}
		test.q.Offset, test.q.Limit = 1, 1
		if l, err = s.Listing(t.Context(), test.q); err != nil || len(test.want) > 1 && !slices.Equal(ids(l), test.want[1:2]) {
			t.Errorf("%s: second %v, %v", name, ids(l), err)
		}
	}
	if got, want := s.Sources(), []library.CategoryCount{{Name: "icml", Papers: 2}, {Name: "arxiv", Papers: 1}, {Name: "blim", Papers: 1}}; !slices.Equal(got, want) {
		t.Errorf("sources %v, want %v", got, want)
	}
}
