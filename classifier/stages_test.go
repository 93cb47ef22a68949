package classifier

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/james-bowman/nlp"
	"gonum.org/v1/gonum/mat"

	"kindred/classifier/tfidf"
	"kindred/classifier/vec"
)

// stageFunc is a stage of nlp's contract whose FitTransform and Transform are one function.
type stageFunc func(mat.Matrix) (mat.Matrix, error)

func (f stageFunc) Fit(mat.Matrix) nlp.Transformer                { return f }
func (f stageFunc) Transform(m mat.Matrix) (mat.Matrix, error)    { return f(m) }
func (f stageFunc) FitTransform(m mat.Matrix) (mat.Matrix, error) { return f(m) }
func byStage(s nlp.Transformer) func(int, uint64) nlp.Transformer {
	return func(int, uint64) nlp.Transformer { return s }
}
func fitError(opt Options) error { _, err := Fit(context.Background(), all(small()), opt); return err }
func scaled(by float64) stageFunc {
	return func(m mat.Matrix) (mat.Matrix, error) {
		var out mat.Dense
		out.Scale(by, m)
		return &out, nil
	}
}

// TestWeightsOfNLP holds the lexical vectors of a fit with nlp's TfidfTransformer against nlp's own pipeline over the
// same counts.
func TestWeightsOfNLP(t *testing.T) {
	m := mustFit(t, small(), Options{NoBase: true, Weighting: nlp.NewTfidfTransformer()})
	texts := make([]string, 0, m.Docs())
	for _, d := range small() {
		texts = append(texts, d.Text)
	}
	counter := &tfidf.Counter{}
	want, err := nlp.NewPipeline(counter, nlp.NewTfidfTransformer()).FitTransform(texts...)
	if err != nil {
		t.Fatal(err)
	}
	if terms, _ := want.Dims(); terms != m.TermCount() {
		t.Fatalf("%d terms, nlp's pipeline has %d", m.TermCount(), terms)
	}
	for d := range m.Docs() {
		var squares float64
		for term := range m.TermCount() {
			squares += want.At(term, d) * want.At(term, d)
		}
		for term := range m.TermCount() {
			got, exact := float64(m.Lexical().Row(d).At(uint32(term))), want.At(term, d)/math.Sqrt(squares)
			if math.Abs(got-exact) > 1e-6 {
				t.Errorf("document %d, %s: weight %v, by nlp %v", d, m.Surface(uint32(term)), got, exact)
			}
		}
	}
}

// TestWeightsOfNLPAfterReopening embeds texts by a model whose weighting stage is gone.
func TestWeightsOfNLPAfterReopening(t *testing.T) {
	m := mustFit(t, small(), Options{Base: smallBase(t), Weighting: PlainTFIDF()})
	if plain := mustFit(t, small(), Options{Base: smallBase(t)}); plain.Version() == m.Version() {
		t.Fatal("the weighting changes nothing")
	}
	path := filepath.Join(t.TempDir(), "m.model")
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	o, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	for i, d := range small() {
		v, err := o.Embed(d.Text)
		if err != nil {
			t.Fatal(err)
		}
		if row := o.Lexical().Row(i); !slices.Equal(v.Lexical.Value, row.Value) || !slices.Equal(v.Latent, m.Latent().Row(i)) {
			t.Errorf("%s: the reopened model embeds it otherwise", d.ID)
		}
	}
	v, err := o.Embed("A new paper\nAttention for protein sequences")
	if err != nil || v.Lexical.Len() == 0 || math.Abs(float64(vec.Norm(v.Latent))-1) > 1e-5 {
		t.Errorf("a new paper: %v, %v", v, err)
	}
}

func TestTopicsOfLDA(t *testing.T) {
	opt := Options{Topics: 2, Seed: 1, Base: smallBase(t), TopicStage: LDA}
	m := mustFit(t, small(), opt)
	of := func(m *Model, doc int) int { id, _ := m.TopicOf(doc); return id }
	for d := range m.Docs() {
		if want := of(m, d/4*4); of(m, d) != want {
			t.Errorf("document %d has topic %d, its subject %d", d, of(m, d), want)
		}
		if _, share := m.TopicOf(d); !(share > 0.5 && share <= 1) {
			t.Errorf("document %d has its topic to %v", d, share)
		}
	}
	if of(m, 0) == of(m, 7) {
		t.Error("graphs and proteins are one topic")
	}
	for _, topic := range m.Topics() {
		if topic.ID == 0 || topic.Label == "" || len(topic.Terms) == 0 || len(topic.Papers) == 0 || topic.Size != 4 {
			t.Errorf("topic %+v", topic)
		}
	}
	for text, doc := range map[string]int{"message passing on graphs": 0, "the structure of proteins": 7} {
		if got, _, err := m.Classify(text, 1); err != nil || got[0].Topic != of(m, doc) {
			t.Errorf("%s: topic %v, %v; want %d", text, got, err, of(m, doc))
		}
	}
	opt.Previous, opt.Seed = m, 5
	for d, again := 0, mustFit(t, small(), opt); d < m.Docs(); d++ {
		if of(again, d) != of(m, d) {
			t.Errorf("document %d: topic %d, and %d in the fit after", d, of(m, d), of(again, d))
		}
	}
}

// TestLDAOnAnyNumberOfCores fits real papers twice: nlp's LDA by itself neither seeds its random numbers nor keeps the
// order of its sums.
func TestLDAOnAnyNumberOfCores(t *testing.T) {
	docs := papers(t, "data", "corpus", "corpus_2k.jsonl.gz")[:600]
	opt := Options{Dims: 16, NoMap: true, Weighting: PlainTFIDF(), TopicStage: LDA}
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	one := mustFit(t, docs, opt)
	runtime.GOMAXPROCS(4)
	if four := mustFit(t, docs, opt); one.Version() != four.Version() {
		t.Errorf("version %s on one core, %s on four", one.Version(), four.Version())
	}
	if n := len(one.Topics()); n < 8 || n > 16 {
		t.Errorf("%d topics", n)
	}
}

// TestDefaultTopicsAfterLDA checks that the default method does not go on from topics of another.
func TestDefaultTopicsAfterLDA(t *testing.T) {
	before := mustFit(t, small(), Options{Topics: 2, NoBase: true, TopicStage: byStage(stageFunc(func(m mat.Matrix) (mat.Matrix, error) {
		_, docs := m.Dims()
		out := mat.NewDense(2, docs, nil)
		for d := range docs {
			out.Set(d%2, d, 1) // as bad as can be
		}
		return out, nil
	}))})
	if a, _ := before.TopicOf(0); a == 0 {
		t.Fatal("no topic")
	}
	m := mustFit(t, small(), Options{Topics: 2, NoBase: true, Previous: before})
	fresh := mustFit(t, small(), Options{Topics: 2, NoBase: true})
	for d := 1; d < m.Docs(); d++ {
		same := func(m *Model) bool { a, _ := m.TopicOf(0); b, _ := m.TopicOf(d); return a == b }
		if same(m) != same(fresh) {
			t.Errorf("document %d is grouped as the other method had it", d)
		}
	}
}

func TestFaultyStages(t *testing.T) {
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		stage stageFunc
		want  string
	}{
		"panics":       {func(mat.Matrix) (mat.Matrix, error) { panic("index out of range") }, "panicked: index out of range"},
		"fails":        {func(mat.Matrix) (mat.Matrix, error) { return nil, broken }, "broken"},
		"nothing":      {func(mat.Matrix) (mat.Matrix, error) { return nil, nil }, "no matrix"},
		"other papers": {func(mat.Matrix) (mat.Matrix, error) { return mat.NewDense(3, 3, nil), nil }, "3 columns for 8"},
		"negative":     {scaled(-1), "document 0"},
	} {
		err := fitError(Options{NoBase: true, TopicStage: byStage(c.stage)})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "topic stage classifier.stageFunc") {
			t.Errorf("topics, %s: %v", name, err)
		}
		if name == "negative" {
			c.want = "0 or more"
		}
		err = fitError(Options{NoBase: true, Weighting: c.stage})
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "weighting stage classifier.stageFunc") {
			t.Errorf("weighting, %s: %v", name, err)
		}
	}
	if err := fitError(Options{NoBase: true, Weighting: stageFunc(func(mat.Matrix) (mat.Matrix, error) { return nil, broken })}); !errors.Is(err, broken) {
		t.Errorf("the stage's own error is lost: %v", err)
	}
	squared := stageFunc(func(m mat.Matrix) (mat.Matrix, error) {
		var out mat.Dense
		out.MulElem(m, m)
		return &out, nil
	})
	if err := fitError(Options{NoBase: true, Weighting: squared}); err == nil || !strings.Contains(err.Error(), "counts times a weight") {
		t.Errorf("a weighting that is not linear: %v", err)
	}
	if err := fitError(Options{NoBase: true, Weighting: scaled(2)}); err != nil {
		t.Errorf("a weighting that is linear: %v", err)
	}
}

func TestForeignStageIsLeftWhenTheFitStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	release := make(chan struct{})
	defer close(release)
	_, err := Fit(ctx, all(small()), Options{NoBase: true, TopicStage: byStage(stageFunc(func(m mat.Matrix) (mat.Matrix, error) {
		cancel()
		select {
		case <-release:
		case <-time.After(time.Minute):
		}
		return m, nil
	}))})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestTooManyPapersForAnotherStage(t *testing.T) {
	docs := make([]Document, maxForeignDocs+1)
	for i := range docs {
		docs[i] = Document{fmt.Sprint(i), "graph"}
	}
	_, err := Fit(context.Background(), all(docs), Options{NoBase: true, TopicStage: LDA})
	if err == nil || !strings.Contains(err.Error(), "10001 papers") || !strings.Contains(err.Error(), "10000 at most") {
		t.Errorf("%v", err)
	}
}
