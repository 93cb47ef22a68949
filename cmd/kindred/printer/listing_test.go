package printer

import (
	"testing"
	"time"

	"kindred/api/wire"
	"kindred/classifier/curate"
	"kindred/data"
	"kindred/data/read"
	"kindred/data/store"
	"kindred/recommend"
	"kindred/recommend/digest"
	"kindred/recommend/eval"
	"kindred/recommend/library"
)

var at = time.Date(2026, 3, 2, 7, 5, 0, 0, time.UTC)

// item returns paper as an item of a list, with a score unless that is 0.
func item(p *data.Paper, score float32, topic *library.TopicRef) wire.Item {
	it := wire.Item{Paper: wire.View{Paper: p}, Topic: topic}
	if score != 0 {
		it.Score = &score
	}
	return it
}

func TestListings(t *testing.T) {
	total, none, one := 2, 0, 1
	loved := &data.Paper{ID: "t:2", Title: "Tides", Published: data.Date{Year: 2021, Month: 3, Day: 4}, Upvotes: 7, Comments: 3}
	listing := func(total *int, l library.Ordered, items ...wire.Item) *wire.Answer[[]wire.Item] {
		return &wire.Answer[[]wire.Item]{Data: items, Meta: wire.Meta{Total: total, Listing: &l}}
	}
	march, err := library.ParseSpan(library.Month, "2021-03")
	if err != nil {
		t.Fatal(err)
	}
	check(t, map[string]printed{
		"newest": {func(p *Printer) error {
			return p.Papers(listing(&total, library.Ordered{}, item(paper, 0, &library.TopicRef{Label: "Lichens"}), item(loved, 0, nil)), library.Span{})
		}, "2 papers, newest first\n      2021-03     Lichen on granite\n                  t:1  ·  Lichens\n" +
			"   7  2021-03-04  Tides\n                  t:2  ·  3 comments\n"},
		"month by likeness": {func(p *Printer) error {
			l := library.Ordered{Order: library.Likeness, Period: &library.Period{Previous: "2021-02"}}
			return p.Papers(listing(&one, l, item(loved, .75, nil)), march)
		}, "March 2021 (2021-03, UTC): 1 paper, by likeness\n0.75  2021-03-04  Tides\n                  t:2  ·  3 comments\nbefore: 2021-02  after: none\n"},
		"the only month": {func(p *Printer) error {
			return p.Papers(listing(&none, library.Ordered{By: library.ByUpvotes, Period: &library.Period{}}), march)
		}, "March 2021 (2021-03, UTC): 0 papers, by upvotes and age\n"},
		"no upvotes": {func(p *Printer) error {
			return p.Papers(listing(&none, library.Ordered{By: library.ByTopics}), library.Span{})
		}, "0 papers, by closeness to rising topics\n"},
	})
}

func TestNeighbourhoods(t *testing.T) {
	answer := &wire.Answer[wire.NeighbourhoodView]{Data: wire.NeighbourhoodView{
		Paper:  item(paper, 0, nil),
		Papers: []wire.Item{item(&data.Paper{ID: "t:2", Title: "Moss\non granite"}, .5, &library.TopicRef{Label: "Moss"}), item(&data.Paper{ID: "t:3", Title: "Ferns"}, .25, nil)},
		Edges:  []recommend.Edge{{A: 0, B: 1}, {A: 1, B: 2}},
	}}
	alone := &wire.Answer[wire.NeighbourhoodView]{Data: wire.NeighbourhoodView{Paper: item(paper, 0, nil)}, Meta: wire.Meta{Reason: recommend.ReasonNoText}}
	check(t, map[string]printed{
		"neighbourhood": {func(p *Printer) error { return p.Neighbourhood(answer) },
			"  0        2021-03     Lichen on granite\n                       t:1  ·  near 1\n" +
				"  1  0.50              Moss on granite\n                       t:2  ·  Moss  ·  near 0, 2\n" +
				"  2  0.25              Ferns\n                       t:3  ·  near 1\n"},
		"alone": {func(p *Printer) error { return p.Neighbourhood(alone) },
			"  0        2021-03     Lichen on granite\n                       t:1\nNo papers: the seed has neither title nor abstract.\n"},
	})
}

func TestIssues(t *testing.T) {
	issue := &digest.Issue{Name: "mornings", Number: 3, Time: at, Considered: 40, Groups: []digest.Group{{Label: "lichens", Picks: []digest.Pick{
		{Paper: data.Paper{ID: "t:1", Title: "Lichen on granite", Authors: []string{"A. Bee", "C. Dee"}}, Score: .5, Summary: "It grows.",
			Words: []string{"lichen", "granite"}, Near: []digest.Neighbour{{Title: "Moss on granite"}}},
		{Paper: data.Paper{ID: "t:2", Title: "Tides"}},
	}}}}
	check(t, map[string]printed{
		"issue": {func(p *Printer) error { return p.Issue(issue) },
			"mornings, issue 3, Monday, 2 March 2026\nchosen from 40 new papers\n\nLICHENS\n0.50  Lichen on granite\n      t:1  A. Bee, C. Dee\n" +
				"      It grows.\n      shares lichen, granite\n      near yours: Moss on granite\n      Tides\n      t:2  \n"},
		"quiet issue": {func(p *Printer) error {
			return p.Issue(&digest.Issue{Name: "mornings", Number: 4, Time: at, Quiet: "No paper is near."})
		}, "mornings, issue 4, Monday, 2 March 2026\n\nNo paper is near.\n"},
	})
}

func TestSubscriptions(t *testing.T) {
	s := digest.Subscription{ID: "ab", Name: "tides", Kind: digest.Search, Search: "neap", State: digest.Confirmed, Issued: 2}
	s.Schedule = digest.Schedule{Every: digest.Weekly, Day: "friday", At: "06:30", Zone: "UTC"}
	paused, pending, stopped, full := s, s, s, s
	paused.Paused, pending.State, stopped.State = true, digest.Pending, "stopped"
	full.To.Mail, full.To.Webhook, full.Quiet = "me@example.org", "https://hook.example.org", "No paper is near."
	full.Zotero = &digest.Zotero{Library: "users/1", Collection: "KEY"}
	check(t, map[string]printed{
		"none": {func(p *Printer) error { return p.Subscriptions(nil) }, "There are no subscriptions; kindred subscriptions add makes one.\n"},
		"states": {func(p *Printer) error {
			return p.Subscriptions([]*digest.Subscription{&s, &paused, &pending, &stopped})
		},
			"ab  search     active        2 issues  tides\nab  search     paused        2 issues  tides\n" +
				"ab  search     waits for a confirmation    2 issues  tides\nab  search     stopped       2 issues  tides\n"},
		"feed alone": {func(p *Printer) error { return p.Subscription(&Managed{Subscription: &s, Token: "x", Feed: "y"}) },
			"tides (ab): papers that a search for “neap” finds, active\n  issues    2 so far, each Friday at 06:30 (UTC)\n" +
				"  manage    /subscriptions/x\n  feed      /subscriptions/y.atom\n"},
		"all of it": {func(p *Printer) error {
			return p.Subscription(&Managed{Subscription: &full, Next: at, Token: "x", Feed: "y"})
		},
			"tides (ab): papers that a search for “neap” finds, active\n  goes to   me@example.org, https://hook.example.org\n" +
				"  Zotero    users/1/collections/KEY, not read yet\n  issues    2 so far, each Friday at 06:30 (UTC)\n" +
				"  next      Monday, 2 March 07:05 UTC\n  last      No paper is near.\n  manage    /subscriptions/x\n  feed      /subscriptions/y.atom\n"},
	})
}

func TestZotero(t *testing.T) {
	for want, z := range map[string]digest.Zotero{
		"users/1, not read yet":                                                               {},
		"users/1, could not be read: no such key":                                             {Failed: "no such key"},
		"users/1, read on 2 March 2026, 07:05 UTC":                                            {Read: at},
		"users/1, read on 2 March 2026, 07:05 UTC; since then it cannot be read: no such key": {Read: at, Failed: "no such key"},
	} {
		z.Library = "users/1"
		if got := zoteroOf(&z); got != want {
			t.Errorf("%s; want %s", got, want)
		}
	}
}

func TestCurating(t *testing.T) {
	words := func(e curate.Edit) string { return "Edit of " + e.Label }
	parts := &curate.Edit{ID: "0007", Label: "moss", Shares: []curate.Share{{ID: 4, Label: "Moss"}, {ID: 12, Label: "Peat moss"}}}
	edits := []curate.Edit{{ID: "0001", Label: "a", Made: at, By: "bo", Note: "too wide"}, {ID: "0012", Label: "b", Note: "so"}, {ID: "0100", Label: "c", Inapplicable: "it is gone"}}
	preview := &library.Preview{Topics: []library.TopicPreview{
		{TopicRef: library.TopicRef{ID: 4, Label: "Moss"}, Before: 3, Gone: true},
		{TopicRef: library.TopicRef{ID: 5, Label: "Peat"}, Was: "Bogs", Before: 2, After: 5, Papers: []library.PaperRef{{ID: "t:1", Title: "Lichen on granite"}}},
		{TopicRef: library.TopicRef{ID: 6, Label: "Ferns"}, Was: "Ferns", Before: 2, After: 1},
	}}
	check(t, map[string]printed{
		"edited": {func(p *Printer) error { return p.Edited(parts, words(*parts)) }, "Edit of moss (edit 7)\n       4  Moss\n      12  Peat moss\n"},
		"edits": {func(p *Printer) error { return p.Edits(edits, words) },
			"   1  Edit of a\n      2026-03-02 07:05 by bo: too wide\n  12  Edit of b\n      so\n 100  Edit of c\n      no effect: it is gone\n"},
		"no edits": {func(p *Printer) error { return p.Edits(nil, words) }, "There are no edits.\n"},
		"preview": {func(p *Printer) error { return p.Preview(preview, "It") },
			"It would change:\n       4  Moss: 3 papers, goes\n       5  Peat, was Bogs: 2 papers, then 5\n          + t:1  Lichen on granite\n       6  Ferns: 2 papers, then 1\n"},
		"preview of nothing": {func(p *Printer) error { return p.Preview(&library.Preview{}, "It") },
			"It would change:\nno topic's name, and no paper's topic\n"},
	})
}

func TestImports(t *testing.T) {
	f := &library.ImportedFile{Name: "a.bib", Format: "BibTeX", Rejects: "rejected/a.bib.rejected", Empty: true, Notes: []read.Note{{Text: "no date", Count: 2}}}
	f.Imported, f.Rejected = 3, 1
	r := &library.ImportResult{Apart: []store.Apart{{ID: "doi:1", Title: "Tides", Stored: "title:2", Other: "Moss"}}}
	for range named + 2 {
		r.Retitled = append(r.Retitled, store.Retitled{ID: "t:1", Old: "a", New: "b"})
	}
	line := "  t:1: \"a\" is now \"b\"\n"
	check(t, map[string]printed{
		"imported": {func(p *Printer) error { return p.Imported(f) }, "a.bib (BibTeX)\n             3 imported, 0 updated, 0 unchanged, 0 duplicates, 1 rejected\n"},
		"notes": {func(p *Printer) error { return p.ImportNotes(f) },
			"a.bib: no date (2)\n1 records of a.bib could not be used; the reasons are in rejected/a.bib.rejected\na.bib holds no records: nothing to import\n"},
		"nothing to note": {func(p *Printer) error { return p.ImportNotes(&library.ImportedFile{Name: "a"}) }, ""},
		"unexpected": {func(p *Printer) error { return p.Unexpected(r) },
			"Papers that now have quite another title (7):\n" + line + line + line + line + line +
				"Kept apart from a paper that shares nothing but an id with them (1):\n  doi:1 is \"Moss\"; \"Tides\" is kept as title:2\n"},
		"as expected": {func(p *Printer) error { return p.Unexpected(&library.ImportResult{}) }, ""},
	})
}

func TestComparisons(t *testing.T) {
	side := func(id int, label string, counts ...int) library.ComparedTopic {
		return library.ComparedTopic{TopicRef: library.TopicRef{ID: id, Label: label}, Size: 3, Trend: library.Trend{Counts: counts}}
	}
	c := &library.Comparison{A: side(4, "Moss", 1, 0), B: side(5, "Ferns", 0, 2), Similarity: -.125,
		Words: []library.WordContrast{{Text: "moss", Z: 2.5, A: 3}, {Text: "fern", Z: -1.25, B: 2}}}
	full := *c
	full.Between = []library.BetweenPaper{{PaperRef: library.PaperRef{ID: "t:1", Title: "Lichen on granite"}, ToA: .5, ToB: .25}}
	full.All = library.Trend{Unit: "year", From: "2020", Counts: []int{4, 6}}
	head := "A  4 Moss (3 papers)\nB  5 Ferns (3 papers)\nsimilarity -0.12\n\n     z     A     B  word\n  +2.5     3     0  moss\n  -1.2     0     2  fern\n"
	check(t, map[string]printed{
		"words alone": {func(p *Printer) error { return p.Comparison(c) }, head},
		"comparison": {func(p *Printer) error { return p.Comparison(&full) },
			head + "\nPapers between them, with their cosines to A and to B\n0.50 0.25  Lichen on granite\n           t:1\n" +
				"\nPapers a year from 2020: A, B, all\n    1     0      4\n    0     2      6\n"},
	})
}

func TestTopicReports(t *testing.T) {
	half, third := .5, .25
	bare := &eval.TopicReport{Topics: 2, Papers: 9, Other: .125, NPMI: .25, Diversity: 1, LabelWords: .5, LabelTitles: .75, Names: eval.NameReport{Verbatim: .1, Coverage: .2, Covering: .3, Distinctness: .4, InTitles: .5}}
	full := *bare
	full.Labelled, full.VMeasure, full.VInTopics, full.ARI = 4, &half, &third, &third
	full.FieldNames, full.Stability = &eval.NameReport{Intrusion: &half}, &eval.Stability{Seed: .9, Names: .8, Added: .7, Fresh: .6}
	middle := "NPMI                     0.2500\ndiversity                1.0000\nlabel words in titles    0.5000\ntitles with label words  0.7500\n" +
		"names of topics\n  verbatim               0.1000\n  coverage               0.2000\n  covering a quarter     0.3000\n  distinctness           0.4000\n  in titles              0.5000\n"
	check(t, map[string]printed{
		"without labels": {func(p *Printer) error { return p.TopicReport(bare) }, "2 topics of 9 papers, 0 of them labelled\npapers in no topic       0.1250\n" + middle},
		"all of it": {func(p *Printer) error { return p.TopicReport(&full) },
			"2 topics of 9 papers, 4 of them labelled\npapers in no topic       0.1250\nV-measure                0.5000\n  of papers in topics    0.2500\nARI                      0.2500\n" + middle +
				"names of fields\n  verbatim               0.0000\n  coverage               0.0000\n  covering a quarter     0.0000\n  distinctness           0.0000\n  in titles              0.0000\n  word intrusion         0.5000\n" +
				"papers that keep their topic\n  another seed           0.9000 (labels 0.8000)\n  a tenth added          0.7000\n  formed anew            0.6000\n"},
		"map": {func(p *Printer) error { return p.Map(&eval.MapReport{Papers: 9, Neighbors: 5, Trust: .75, Recall: .5}) },
			"9 papers, 5 nearest\ntrustworthiness  0.750\nrecall           0.500\n"},
	})
}
