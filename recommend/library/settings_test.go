package library

import (
	"errors"
	"os"
	"strings"
	"testing"

	"kindred/classifier"
)

// TestSettingsAreKept fits with settings, then without any, on request of a server and over a damaged model: each fit
// goes on with them.
func TestSettingsAreKept(t *testing.T) {
	l := opened(t, Folder(t.TempDir()))
	put(t, l, samplePapers(t, 40)...)
	want := Settings{Topics: 2, NoMap: true, Weighting: "nlp-tfidf", TopicsBy: "lda"}
	adjusted := func(change func(*Settings)) {
		t.Helper()
		m, err := l.Fit(t.Context(), FitOptions{Adjust: change})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(m.Close(), l.Refresh(t.Context())); err != nil {
			t.Fatal(err)
		}
	}
	adjusted(func(s *Settings) { *s = want })
	first := modelOf(t, l)
	if got := l.Current().Fit.Settings; got != want {
		t.Errorf("kept %+v, want %+v", got, want)
	}

	done := make(chan error)
	if !l.RefitInBackground(t.Context(), "growth", func(err error) { done <- err }) {
		t.Fatal("no fit began")
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	path, err := l.Folder().Current()
	if err != nil {
		t.Fatal(err)
	}
	if o, err := readOrigin(path); err != nil || *o.Settings != want || o.Reason != "growth" || modelOf(t, l) != first {
		t.Errorf("the server's fit is on file as %+v, %v", o, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	adjusted(AsBefore)
	if again := modelOf(t, l); again != first {
		t.Errorf("without the model before, the settings give model %s, want %s", again, first)
	}

	adjusted(func(s *Settings) { s.Weighting, s.TopicsBy = "", "" })
	if got := l.Current().Fit.Settings; got != (Settings{Topics: 2, NoMap: true}) || modelOf(t, l) == first {
		t.Errorf("after a change of two settings: %+v", got)
	}
	fit(t, l, classifier.Options{Topics: 3})
	if got := l.Current().Fit.Settings; got != (Settings{Topics: 3}) {
		t.Errorf("options without Adjust left %+v", got)
	}
	if _, err := l.Fit(t.Context(), FitOptions{Adjust: func(s *Settings) { s.Weighting = "bm25" }}); err == nil || !strings.Contains(err.Error(), "nlp-tfidf") {
		t.Errorf("an unknown weighting: %v", err)
	}
}

func modelOf(t *testing.T, l *Library) string {
	t.Helper()
	return l.Current().Model.Version
}
