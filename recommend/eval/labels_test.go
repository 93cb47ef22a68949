package eval

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kindred/classifier"
	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// TestMeasureLabelsByHand compares with figures that were worked out by hand.
func TestMeasureLabelsByHand(t *testing.T) {
	r := MeasureLabels([]string{"a", "b", "never predicted"}, []int{0, 0, 0, 1, 1, 2}, []int{0, 0, 1, 1, 0, 0})
	if want := [][]int{{2, 1, 0}, {1, 1, 0}, {1, 0, 0}}; !reflect.DeepEqual(r.Confusion, want) {
		t.Errorf("confusion %v, want %v", r.Confusion, want)
	}
	want := []LabelScore{
		{Label: "a", Papers: 3, Precision: 2. / 4, Recall: 2. / 3, F1: 4. / 7},
		{Label: "b", Papers: 2, Precision: 1. / 2, Recall: 1. / 2, F1: 1. / 2},
		{Label: "never predicted", Papers: 1},
	}
	for i, w := range want {
		got := r.Classes[i]
		if got.Label != w.Label || got.Papers != w.Papers || !near(got.Precision, w.Precision) || !near(got.Recall, w.Recall) ||
			!near(got.F1, w.F1) {
			t.Errorf("label %d: %+v, want %+v", i, got, w)
		}
	}
	if !near(r.Accuracy, 3./6) || !near(r.MacroF1, (4./7+1./2)/3) || r.Papers != 6 {
		t.Errorf("accuracy %v, macro-F1 %v, %d papers", r.Accuracy, r.MacroF1, r.Papers)
	}
}

// labelledLibrary returns a library of n papers about robots and as many about grammar, each with a label and a model.
func labelledLibrary(t *testing.T, n int) *library.Library {
	t.Helper()
	l, err := library.Open(t.Context(), library.Folder(t.TempDir()), library.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	var papers []*data.Paper
	for i := range n {
		papers = append(papers,
			&data.Paper{ID: fmt.Sprint("r:", i), Title: fmt.Sprint("Grasping objects with a soft robot hand ", i),
				Abstract: "A robot hand grasps an object by force control of soft fingers.", Labels: []string{"robots", "hands"}},
			&data.Paper{ID: fmt.Sprint("g:", i), Title: fmt.Sprint("Parsing sentences with a neural grammar ", i),
				Abstract: "A parser reads sentences of a treebank by a neural grammar.", Labels: []string{"language"}})
	}
	papers = append(papers, &data.Paper{ID: "u:1", Title: "A paper without a label", Abstract: "A parser of a robot."})
	if _, err := l.Put(t.Context(), papers); err != nil {
		t.Fatal(err)
	}
	m, err := l.Fit(t.Context(), library.FitOptions{Options: classifier.Options{Topics: 2, NoMap: true}})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(m.Close(), l.Load(t.Context())); err != nil {
		t.Fatal(err)
	}
	return l
}

// TestLabels cross-validates and predicts the labels of two subjects that share no word.
func TestLabels(t *testing.T) {
	l := labelledLibrary(t, 12)
	p, err := ReadLabelled(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(p.Names, []string{"robots", "language"}) || len(p.Rows) != 24 || len(p.ClassOf) != 24 {
		t.Fatalf("labels %q of %d papers", p.Names, len(p.Rows))
	}
	var file strings.Builder
	for i := range 12 {
		fmt.Fprintf(&file, "r:%d %d\n\ng:%d\t%d\n", i, i%3, i, i%3)
	}
	fold, err := p.ReadFolds(strings.NewReader(file.String()))
	if err != nil || slices.Max(fold) != 2 {
		t.Fatalf("folds %d, %v", fold, err)
	}
	report, err := p.CrossValidate(t.Context(), fold, nil)
	if err != nil || report.Folds != 3 || report.Papers != 24 || report.Accuracy < 0.99 {
		t.Errorf("cross-validation: %+v, %v", report, err)
	}
	scores, err := p.Label(t.Context(), "Fingers of a soft hand")
	if err != nil || len(scores) != 2 || scores[0].Label != "robots" || !(scores[0].Score > scores[1].Score) {
		t.Errorf("labels of a text: %+v, %v", scores, err)
	}
	for wrong, says := range map[string]string{
		"r:1 one": "line 1", "r:1 1 1": "line 1", "r:1 -1": "line 1", "r:1 1000": "line 1", "r:0 1\n": "has no fold",
	} {
		if _, err := p.ReadFolds(strings.NewReader(wrong)); !errors.Is(err, data.ErrInvalid) || !strings.Contains(err.Error(), says) {
			t.Errorf("folds %q: %v", wrong, err)
		}
	}
	p.Names = p.Names[:1]
	if _, err := p.CrossValidate(t.Context(), fold, nil); !errors.Is(err, data.ErrInvalid) {
		t.Errorf("a single label: %v", err)
	}
}

// TestTopicReport measures topics that agree with the labels.
func TestTopicReport(t *testing.T) {
	l := labelledLibrary(t, 12)
	r, err := MeasureTopics(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	if r.Topics != 2 || r.Papers != 25 || r.Labelled != 24 || *r.VMeasure < 0.99 || *r.ARI < 0.99 {
		t.Errorf("measured %+v, V-measure %v, ARI %v", r, *r.VMeasure, *r.ARI)
	}
	if r.Diversity < 0.8 || r.LabelTitles < 0.8 || r.LabelWords <= 0 || r.LabelWords > 1 ||
		r.Names.Coverage < 0.9 || r.Names.Covering < 0.99 || r.FieldNames != nil {
		t.Errorf("measured %+v", r)
	}
	s, err := MeasureStability(t.Context(), l, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, share := range []float64{s.Seed, s.Added, s.Fresh} {
		if share < 0.9 || share > 1 {
			t.Errorf("stability of two plain subjects: %+v", s)
		}
	}
}

// answers is a Ranker with one ranking for every query, which it keeps.
type answers struct {
	hits  []recommend.Hit
	asked recommend.Query
}

func (a *answers) Recommend(_ context.Context, q recommend.Query) (*recommend.Answer, error) {
	a.asked = q
	return &recommend.Answer{Hits: a.hits}, nil
}

// TestNamed asks and answers in the names of judgments, of which one paper has two.
func TestNamed(t *testing.T) {
	l := labelledLibrary(t, 4)
	p := &data.Paper{ID: "arxiv:2306.05544", Title: "Grasping", Aliases: []string{"doi:10.1000/x"}}
	if _, err := l.Put(t.Context(), []*data.Paper{p}); err != nil {
		t.Fatal(err)
	}
	q := Qrels{Queries: []string{"r:0"}, Grades: map[string]map[string]float64{
		"r:0": {"2306.05544v2": 1, "https://doi.org/10.1000/X": 1, "elsewhere:1": 0},
	}}
	ranker := &answers{hits: []recommend.Hit{{ID: "arxiv:2306.05544", Score: 0.9}, {ID: "g:0", Score: 0.5}}}
	named, err := NewNamed(t.Context(), l.Store(), ranker, q)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := named.Recommend(t.Context(), recommend.Query{Positive: []string{"r:0"},
		Filter: recommend.Filter{Only: []string{"2306.05544v2", "elsewhere:1"}}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range answer.Hits {
		got = append(got, h.ID)
	}
	if want := []string{"2306.05544v2", "https://doi.org/10.1000/X", "g:0"}; !slices.Equal(got, want) {
		t.Errorf("answers %q, want %q", got, want)
	}
	if want := []string{"arxiv:2306.05544", "elsewhere:1"}; !slices.Equal(ranker.asked.Only, want) {
		t.Errorf("asked among %q, want %q", ranker.asked.Only, want)
	}
}
