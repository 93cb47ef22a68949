package library

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"kindred/classifier"
	"kindred/data"
)

// foreignPapers returns n papers of words that no other paper has.
func foreignPapers(n int) []*data.Paper {
	papers := make([]*data.Paper, n)
	for i := range papers {
		papers[i] = &data.Paper{
			ID: fmt.Sprintf("foreign:%d", i), Title: fmt.Sprintf("Zorbulant quaffery of the ninefold grommish %d", i),
			Abstract: "Vexillary plondrums interfleeve with drostic wumbles, and every trundlewick of the network gets brindled.",
		}
	}
	return papers
}

// themedPapers returns n papers of words of one of four themes.
func themedPapers(first, n int) []*data.Paper {
	themes := [][]string{
		strings.Fields("tide harbour salinity estuary sediment plankton buoy current drift wave shore reef"),
		strings.Fields("loom weft warp dye fabric thread knit pattern linen spindle felt yarn"),
		strings.Fields("hive pollen nectar queen swarm brood comb forage drone wax clover meadow"),
		strings.Fields("lens prism refraction mirror telescope aperture focus beam polariser grating fringe mount"),
	}
	papers := make([]*data.Paper, n)
	for i := range papers {
		random := rand.New(rand.NewPCG(1, uint64(first+i)))
		words := make([]string, 24)
		theme := themes[random.IntN(len(themes))]
		for k := range words {
			words[k] = theme[random.IntN(len(theme))]
		}
		papers[i] = &data.Paper{
			ID: fmt.Sprintf("themed:%d", first+i), Title: strings.Join(words[:5], " "), Abstract: strings.Join(words[5:], " "),
		}
	}
	return papers
}

// TestDriftIsMeasured puts papers of the fit's kind and of foreign words.
func TestDriftIsMeasured(t *testing.T) {
	l := opened(t, Folder(t.TempDir()))
	put(t, l, themedPapers(0, 600)...)
	fit(t, l, classifier.Options{NoMap: true})
	l.serving = true
	put(t, l, themedPapers(600, 110)...)
	if err := l.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	usual := l.Current().Drift
	if usual.Papers != 110 || usual.UnknownAtFit > .2 || usual.Due != "" {
		t.Errorf("papers of the same kind: %+v", usual)
	}
	put(t, l, foreignPapers(24)...)
	if err := l.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := l.Current().Drift; d.Unknown < usual.Unknown+driftWords || d.Due != DueWords {
		t.Errorf("with papers of foreign words: %+v, before %+v", d, usual)
	}
	// A restart reads what was measured from the fold file.
	before := l.Current().Drift
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	again := opened(t, l.Folder())
	if err := again.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if d := again.Current().Drift; d != before {
		t.Errorf("after a restart %+v, want %+v", d, before)
	}
}

func TestDriftDue(t *testing.T) {
	for _, c := range []struct {
		d    Drift
		want string
	}{
		{Drift{}, ""},
		{Drift{Papers: 99, Unknown: 1, Far: 1, Outside: 1}, ""},
		{Drift{Papers: 199}, ""},
		{Drift{Papers: 200}, DueGrowth},
		{Drift{Papers: 100, Unknown: .12, UnknownAtFit: .1}, ""},
		{Drift{Papers: 100, Unknown: .14, UnknownAtFit: .1}, DueWords},
		{Drift{Papers: 100, Far: .2}, ""},
		{Drift{Papers: 100, Far: .3}, DueFar},
		{Drift{Papers: 100, Outside: .1, OutsideAtFit: .08}, ""},
		{Drift{Papers: 100, Outside: .2, OutsideAtFit: .08}, DueOutside},
	} {
		if got := c.d.due(1000); got != c.want {
			t.Errorf("%+v: %q, want %q", c.d, got, c.want)
		}
	}
}

func TestRefitsHeld(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2030, 3, 4, hour, 30, 0, 0, time.Local) }
	for _, c := range []struct {
		name string
		r    Refits
		now  time.Time
		last time.Time
		free bool
	}{
		{"any time", Refits{}, at(12), at(11), true},
		{"by day, at noon", Refits{From: 8, To: 18}, at(12), at(0), true},
		{"by day, at night", Refits{From: 8, To: 18}, at(3), at(0), false},
		{"by day, at its end", Refits{From: 8, To: 18}, at(18), at(0), false},
		{"by night, before midnight", Refits{From: 22, To: 6}, at(23), at(0), true},
		{"by night, after midnight", Refits{From: 22, To: 6}, at(2), at(0), true},
		{"by night, at noon", Refits{From: 22, To: 6}, at(12), at(0), false},
		{"soon after the last", Refits{Gap: 2 * time.Hour}, at(12), at(11), false},
		{"long after the last", Refits{Gap: 2 * time.Hour}, at(12), at(10), true},
		{"too large", Refits{Memory: FitMemory(999)}, at(12), at(0), false},
		{"small enough", Refits{Memory: FitMemory(1000)}, at(12), at(0), true},
	} {
		if held := c.r.held(c.now, c.last, 1000); (held == "") != c.free {
			t.Errorf("%s: held because %q", c.name, held)
		}
	}
}

// TestDriftStartsFit has a clock pass the hours at which fits may start. Topics keep their ids.
func TestDriftStartsFit(t *testing.T) {
	l := fitted(t, 200, 4)
	l.serving = true
	now := time.Now().Add(24 * time.Hour)
	l.now = func() time.Time { return now }
	l.refits = Refits{Enabled: true, From: 2, To: 4, Gap: time.Hour}
	put(t, l, manyPapers(0, 120)...)
	if err := l.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	ids := map[int]bool{}
	for _, topic := range l.Current().Topics {
		ids[topic.ID] = true
	}
	old := modelOf(t, l)
	now = time.Date(now.Year(), now.Month(), now.Day(), 12, 0, 0, 0, time.Local)
	if l.refitIfDue(t.Context()); l.Fitting() || l.held == "" {
		t.Fatalf("at noon: fitting %t, held %q", l.Fitting(), l.held)
	}
	now = now.Add(15 * time.Hour) // three o'clock
	l.refitIfDue(t.Context())
	l.refreshes.wait()
	s := l.Current()
	if s.Model.Version == old || s.Fit.Reason == "" || s.Lag != 0 || s.Drift.Due != "" {
		t.Errorf("at three: model %s (before %s), fit %+v, lag %d, drift %+v", s.Model.Version, old, s.Fit, s.Lag, s.Drift)
	}
	same := 0
	for _, topic := range s.Topics {
		if ids[topic.ID] {
			same++
		}
	}
	if same < 4 {
		t.Errorf("%d topics kept their ids", same)
	}
}

// TestWatchFits checks that Watch is what looks for drift.
func TestWatchFits(t *testing.T) {
	l := fitted(t, 40, 2)
	l.serving = true
	l.refits, l.now = Refits{Enabled: true}, func() time.Time { return time.Now().Add(time.Hour) }
	put(t, l, manyPapers(0, 120)...)
	old := modelOf(t, l)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); l.Watch(ctx) }()
	for modelOf(t, l) == old {
		time.Sleep(10 * time.Millisecond)
		if ctx.Err() != nil {
			t.Fatal("no fit began")
		}
	}
	stop()
	<-done
}

func TestParseHours(t *testing.T) {
	for in, want := range map[string]string{
		"any": "true 0 0", "never": "false 0 0", "22-6": "true 22 6", "0-24": "true 0 24",
		"": "", "7": "", "7-7": "", "-1-4": "", "4-25": "", "24-3": "", "a-b": "", "1-2-3": "",
	} {
		enabled, from, to, err := ParseHours(in)
		if got := fmt.Sprint(enabled, from, to); (err != nil) != (want == "") || err == nil && got != want {
			t.Errorf("%q: %s, %v", in, got, err)
		}
	}
}
