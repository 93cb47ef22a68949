package printer

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"kindred/api/wire"
	"kindred/classifier/topic"
	"kindred/data"
	"kindred/data/fetch"
	"kindred/data/read"
	"kindred/data/store"
	"kindred/mail/outbox"
	"kindred/recommend"
	"kindred/recommend/eval"
	"kindred/recommend/library"
)

// printed is what a function must print.
type printed struct {
	print func(*Printer) error
	want  string
}

// check prints and compares.
func check(t *testing.T, tests map[string]printed) {
	t.Helper()
	for name, test := range tests {
		var out bytes.Buffer
		if err := test.print(New(&out)); err != nil || out.String() != test.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", name, err, &out, test.want)
		}
	}
}

var paper = &data.Paper{ID: "t:1", Title: "Lichen on granite", Published: data.Date{Year: 2021, Month: 3}}

func TestRankings(t *testing.T) {
	score := float32(.875)
	ranking := &wire.Answer[[]wire.Item]{Data: []wire.Item{{
		Paper: wire.View{Paper: paper}, Rank: 1, Score: &score, Topic: &library.TopicRef{ID: 4, Label: "Lichens"}, Interest: 2, Near: []string{"t:2", "t:3"},
		Reasons: []recommend.Reason{{Term: "lichen", Share: .6}, {Term: "granite", Share: .2}, {Share: .2}},
	}}}
	ranking.Meta.DidYouMean = "lichen"
	check(t, map[string]printed{
		"ranking": {func(p *Printer) error { return p.Ranking(ranking) },
			"Did you mean: lichen\n  1  0.88  2021-03     Lichen on granite\n                       t:1  ·  Lichens\n" +
				"                       for interest 2, near t:2, t:3\n                       because of lichen 60 %, granite 20 %\n"},
		"no ranking": {func(p *Printer) error {
			return p.Ranking(&wire.Answer[[]wire.Item]{Meta: wire.Meta{Reason: recommend.ReasonFiltered}})
		}, "No papers: none passes the filters.\n"},
	})
}

func TestTopics(t *testing.T) {
	check(t, map[string]printed{
		"topics": {func(p *Printer) error {
			return p.Topics([]wire.TopicView{{ID: 4, Size: 12, Label: "Lichens", Terms: []topic.Term{{Text: "lichen"}, {Text: "moss"}}}}, "topics")
		}, "   4      12  Lichens\n              lichen, moss\n"},
		"no topics": {func(p *Printer) error { return p.Topics(nil, "fields") }, "There are no fields: the papers are too few.\n"},
		"topic": {func(p *Printer) error {
			v := &wire.TopicView{ID: 4, Size: 12, Label: "Lichens", Papers: []library.PaperRef{{ID: "t:1", Title: "Lichen on granite"}}}
			return p.Topic(v, func(string) data.Date { return paper.Published })
		}, "Lichens (topic 4, 12 papers)\n\n\nRepresentative papers\n  2021-03     Lichen on granite\n              t:1\n"},
		"paper of no topic": {func(p *Printer) error { return p.PaperTopics(&wire.PaperDetail{View: wire.View{Paper: paper}}, nil) },
			"Lichen on granite (t:1)\nThe paper has no topic.\n"},
		"weights": {func(p *Printer) error {
			return p.Weights([]library.TopicWeight{{TopicRef: library.TopicRef{ID: 4, Label: "Lichens"}, Weight: .25}}, nil)
		}, "0.25     4  Lichens\n"},
		"changes": {func(p *Printer) error {
			return p.Changes([]topic.Change{{Kind: topic.Split, Topic: 5, Label: "Moss", Other: 4, With: "Lichens", Papers: 3},
				{Kind: topic.Merged, Topic: 6, Label: "Ferns", Other: 4, With: "Lichens", Papers: 2}})
		}, "split      5  Moss, from 4 Lichens (3 papers)\nmerged     6  Ferns, into 4 Lichens (2 papers)\n"},
		"no changes": {func(p *Printer) error { return p.Changes(nil) }, "The topics are those of the fit before.\n"},
		"no trends":  {func(p *Printer) error { return p.Trends(&library.Trends{}) }, "There are no trends: no paper has a date.\n"},
		"guided": {func(p *Printer) error {
			g := &library.GuidedTopic{Name: "rocks", Papers: []library.GuidedPaper{{ID: "t:1", Fit: .75}, {ID: "t:2", Fit: .6}}}
			return p.Guided(g, true, 1, func(id string) string { return "title of " + id })
		}, "     2  rocks\n        0.75  title of t:1\n"},
		"others": {func(p *Printer) error {
			g := &library.GuidedTopic{Name: "other", Papers: []library.GuidedPaper{{ID: "t:3", Topic: "Tides"}}}
			return p.Guided(g, false, 5, func(id string) string { return id })
		}, "     1  other\n              t:3 (Tides)\n"},
	})
}

func TestMeasurements(t *testing.T) {
	interval := eval.Interval{Low: .1, High: .3}
	check(t, map[string]printed{
		"labels": {func(p *Printer) error {
			return p.Labels(&eval.LabelReport{Papers: 3, Folds: 2, Accuracy: .5, MacroF1: .25, Classes: []eval.LabelScore{{Label: "a", Papers: 3}}, Confusion: [][]int{{3}}})
		}, "3 labelled papers, 2 folds\naccuracy  0.5000\nmacro-F1  0.2500\n\n    papers  precision  recall  F1      label\n" +
			" 1       3      0.000   0.000   0.000  a\n\nlabel (row) and predicted label (column)\n       1\n 1     3\n"},
		"libraries": {func(p *Printer) error {
			return p.Libraries(&eval.LibraryComparison{Join: 2, Libraries: 7, Methods: map[string]eval.Measures{"mean": {NDCG10: .5, MAP: .25}},
				Against: map[string]eval.Comparison{"mean": {Mean: .6, Against: .5, Interval: interval, Wins: 4, Losses: 2, P: .05}}})
		}, "7 libraries of 2 groups\n  mean          ndcg@10 0.5000  map 0.2500  interests +20.0 %  [+0.1000, +0.3000]  4/2  p 0.0500\n"},
		"cuts": {func(p *Printer) error {
			return p.Cuts(3, []eval.ScoreCut{{MinScore: .2, Hits: 4, Precision: .5, Recall: .25, Answered: 1}})
		}, "3 queries, the first 1000 answers of each\nscore   answers  precision  recall  queries answered\n≥ 0.2       4.0      0.500   0.250   1.000\n"},
		"digest": {func(p *Printer) error {
			return p.Digest(&eval.DigestReport{Readers: 2, Library: 6.5, Sections: 1, Day: 507, Wanted: 7, Digest: 6, Mean: 5.5, Change: .5, Interval: interval, Wins: 2, P: .25})
		}, "2 readers, each with 6.5 papers of 1 sections; a day has 507.0 papers, 7.0 of them wanted\n" +
			"wanted among the first ten   digest 6.00   mean vector 5.50   change +0.50 [+0.10, +0.30]   wins 2, losses 0, p 0.2500\n"},
	})
}

func TestOperation(t *testing.T) {
	at := time.Date(2026, 3, 1, 7, 5, 0, 0, time.UTC)
	source := fetch.Status{Name: "tides", Address: "arxiv:cs.CL", Service: "arXiv", Says: "3 new papers.", Next: at}
	source.Run.Reasons = append(source.Run.Reasons, read.Note{Text: "no title", Count: 2})
	check(t, map[string]printed{
		"backup": {func(p *Printer) error {
			return p.Backup(&library.Backup{Created: at, Papers: 3, Files: []library.BackupFile{{Size: 1_500_000}, {Size: 500_000}}}, "written to x")
		}, "3 papers and no model of 2026-03-01 07:05 UTC, 2.0 MB, written to x\n"},
		"findings": {func(p *Printer) error {
			return p.Findings(&library.Report{Findings: []library.Finding{{Part: "store", What: "3 papers"}, {Part: "model", What: "is cut short", Remedy: "fit again"}}})
		}, "store   3 papers\nmodel   FAULT is cut short: fit again\n"},
		"messages": {func(p *Printer) error {
			return p.Messages([]outbox.Message{{Key: "k", State: store.Queued, Attempts: 2, Due: at.Add(time.Hour), Changed: at, Error: "no route"}})
		}, "queued   2026-03-01 07:05  2 attempts  k\n         again at 2026-03-01 08:05\n         no route\n"},
		"no messages": {func(p *Printer) error { return p.Messages(nil) }, "No letters were queued yet.\n"},
		"sources": {func(p *Printer) error { return p.Sources([]fetch.Status{source}) },
			"tides  arxiv:cs.CL (arXiv), every 0s\n  Due at 2026-03-01 07:05 UTC.\n  3 new papers.\n  skipped 2: no title\n"},
		"fetched": {func(p *Printer) error { return p.Fetched(&source) }, "arxiv:cs.CL (arXiv)\n  3 new papers.\n  skipped 2: no title\n"},
		"fit": {func(p *Printer) error {
			return p.Fit(&library.FitReport{Version: "feed", Docs: 3, Terms: 20, Dims: 2, Topics: 1, Explained: .5, Seconds: map[string]float64{"total": 1.25}}, []string{"a", "b"})
		}, "model feed: 3 papers, 20 terms, 2 dimensions (50 % of the variance), 1 topics, in 1.2 s\ntopics: a · b\n"},
	})
}

// TestClip keeps a line within the width, which is that of a terminal or 100 columns.
func TestClip(t *testing.T) {
	var out bytes.Buffer
	long := strings.Repeat("lichen ", 40)
	if got := Clip(&out, long, 20); len(got) > 100-20+len("…") || len(got) < 60 || Width(&out) != 100 {
		t.Errorf("%d bytes: %s", len(got), got)
	}
	if got := Clip(&out, "short", 99); got != "short" {
		t.Error(got)
	}
}

// broken takes nothing.
type broken struct{ writes int }

var errBroken = errors.New("the pipe is closed")

// Write implements io.Writer.
func (b *broken) Write([]byte) (int, error) { b.writes++; return 0, errBroken }

// TestBrokenPipe ends at the first write that fails, and says so.
func TestBrokenPipe(t *testing.T) {
	w := &broken{}
	if err := New(w).Findings(&library.Report{Findings: make([]library.Finding, 5)}); !errors.Is(err, errBroken) || w.writes != 1 {
		t.Errorf("%v after %d writes", err, w.writes)
	}
}

// TestProgressOfPipes draws nothing where nobody looks, however long a step takes.
func TestProgressOfPipes(t *testing.T) {
	var out bytes.Buffer
	p := NewProgress(&out, false)
	p.begun = p.begun.Add(-time.Hour)
	p.Stages("fit", 1, 2)
	p.Set("bytes", 5, -1)
	p.End()
	p.End() // ends once
	if out.Len() > 0 || Terminal(&out) {
		t.Errorf("a pipe got %q", &out)
	}
}
