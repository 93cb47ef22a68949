package tfidf

import (
	"context"
	"math"
	"runtime"
	"slices"
	"strconv"
	"testing"

	"github.com/james-bowman/nlp"
	"gonum.org/v1/gonum/mat"

	"kindred/classifier/text"
	"kindred/classifier/vec"
)

var corpus = []string{
	"Graph networks\nMessage passing on graphs with attention for node classification.",
	"Attention on graphs\nGraph attention networks classify the nodes of a graph.",
	"Protein folding\nPredicting the structure of proteins from amino acid sequences.",
	"Sequence alignment\nFast alignment of amino acid sequences with GPT-4 and GPT-4.",
	"the of and",
}

func collect(t testing.TB, docs []string) *text.Corpus {
	t.Helper()
	c, err := text.Collect(context.Background(), text.Analyzer{}, func(yield func(string, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestAgainstNLP holds counting and weighing against nlp's CountVectoriser and TfidfTransformer, given the same tokens.
// nlp's idf lacks the 1 that is added here, and its columns are not made unit length.
func TestAgainstNLP(t *testing.T) {
	theirs := nlp.NewCountVectoriser()
	theirs.Tokeniser = text.Analyzer{}
	want, err := theirs.FitTransform(corpus...)
	if err != nil {
		t.Fatal(err)
	}
	ours := &Counter{Options: Options{NoPairs: true, TitleWeight: 1, Weighting: Linear}}
	got, err := ours.FitTransform(corpus...)
	if err != nil {
		t.Fatal(err)
	}
	weighted, err := nlp.NewTfidfTransformer().FitTransform(want)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := (&Weighter{Options: ours.Options}).FitTransform(got)
	if err != nil {
		t.Fatal(err)
	}
	terms, docs := got.Dims()
	if n, d := want.Dims(); n != terms || d != docs {
		t.Fatalf("%d×%d, nlp has %d×%d", terms, docs, n, d)
	}
	for d := range docs {
		var squares float64
		plus := func(k int) float64 { return weighted.At(k, d) + want.At(k, d) } // tf·(idf+1)
		for k := range terms {
			squares += plus(k) * plus(k)
		}
		for term, k := range theirs.Vocabulary {
			id, ok := ours.Vocabulary.Lookup(term)
			if !ok {
				t.Fatalf("%q is not in the vocabulary", term)
			}
			if got.At(int(id), d) != want.At(k, d) {
				t.Errorf("%q in document %d: counted %v, nlp %v", term, d, got.At(int(id), d), want.At(k, d))
			}
			exact := 0.0
			if squares > 0 {
				exact = plus(k) / math.Sqrt(squares)
			}
			if w := rows.At(int(id), d); math.Abs(w-exact) > 1e-6 {
				t.Errorf("%q in document %d: weight %v, from nlp %v", term, d, w, exact)
			}
		}
	}
}

func TestRowsOfTextsAndOfCorpusAgree(t *testing.T) {
	for _, opt := range []Options{{}, {Weighting: Linear, NoPairs: true}} {
		c := collect(t, corpus)
		if !opt.NoPairs {
			c.AddPairs(2, 100)
		}
		v, err := New(Count(c, 1, nil), nil, opt)
		if err != nil {
			t.Fatal(err)
		}
		m, lengths := v.Matrix(c)
		if err := m.Validate(); err != nil {
			t.Error(err)
		}
		for d, s := range corpus {
			row := v.Row(s)
			if !slices.Equal(row.Index, m.Row(d).Index) || !slices.Equal(row.Value, m.Row(d).Value) {
				t.Errorf("%+v: document %d: row %v, of its text %v", opt, d, m.Row(d), row)
			}
			if n := float64(vec.Norm(row.Value)); row.Len() > 0 && math.Abs(n-1) > 1e-6 || row.Len() == 0 && lengths[d] != 0 {
				t.Errorf("%+v: document %d: length %v", opt, d, n)
			}
		}
		if empty := m.Row(len(corpus) - 1); empty.Len() != 0 || v.Pivot(0) != 0 {
			t.Errorf("a document of stop words has the row %v", empty)
		}
	}
}

func TestPruning(t *testing.T) {
	docs := make([]string, 200)
	for i := range docs {
		docs[i] = "common word" + strconv.Itoa(i%20) + " rare" + strconv.Itoa(i)
	}
	c := collect(t, docs)
	for _, k := range []struct {
		opt  Options
		want int
	}{
		{Options{}, 221},
		{Options{MinDF: 2}, 21},
		{Options{MaxDF: 0.5}, 220},
		{Options{MinDF: 2, MaxDF: 0.5}, 20},
		{Options{MaxTerms: 5}, 5},
	} {
		v, err := New(Count(c, 1, nil), nil, k.opt)
		if err != nil {
			t.Fatal(err)
		}
		if n := v.Vocabulary.Len(); n != k.want {
			t.Errorf("%+v keeps %d terms, want %d", k.opt, n, k.want)
		}
		if !slices.IsSorted(v.Vocabulary.Strings()) {
			t.Errorf("%+v: terms are out of order", k.opt)
		}
	}
	if _, err := New(Count(c, 1, nil), nil, Options{MinDF: 201}); err == nil {
		t.Error("a vocabulary of nothing is made")
	}
}

func TestPairs(t *testing.T) {
	c := collect(t, []string{"graph attention networks", "graph attention", "attention networks; graph attention", "graph. attention"})
	c.AddPairs(2, 100)
	v, err := New(Count(c, 1, nil), nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"attention", "attention network", "graph", "graph attention", "network"}
	if got := v.Vocabulary.Strings(); !slices.Equal(got, want) {
		t.Fatalf("terms %q, want %q", got, want)
	}
	if !slices.Equal(v.DF, []uint32{4, 2, 4, 3, 2}) {
		t.Errorf("document frequencies %v", v.DF)
	}
	if single := 1 + math.Log(5.0/3); math.Abs(float64(v.IDF[1])-DefaultPairWeight*single) > 1e-6 {
		t.Errorf("a pair weighs %v, a word %v", v.IDF[1], single)
	}
	if names := v.Vocabulary.Surfaces(c); names[1] != "attention networks" {
		t.Errorf("the pair is shown as %q", names[1])
	}
}

func TestPrior(t *testing.T) {
	prior := &Prior{Terms: NewVocabulary([]string{"graph", "transformer"}), DF: []uint32{50, 100}, Docs: 1000, Weight: 10, Extend: true}
	v, err := New(Count(collect(t, corpus), 1, prior), prior, Options{NoPairs: true})
	if err != nil {
		t.Fatal(err)
	}
	id, ok := v.Vocabulary.Lookup("transformer")
	if !ok || int(id) != v.Vocabulary.Len()-1 || v.DF[id] != 0 {
		t.Errorf("transformer is term %d of %d, %v", id, v.Vocabulary.Len(), ok)
	}
	for word, want := range map[string]float64{
		"transformer": math.Log(16/(1+10*0.1)) + 1,                                                     // not in the corpus: from elsewhere
		"graph":       10.0/12*(math.Log(16/(1+2+10*0.05))+1) + 2.0/12*(math.Log(6.0/3)+1),             // in two papers of five
		"protein":     10.0/11*(math.Log(16/(1+1+10*UnknownDF/1000.0))+1) + 1.0/11*(math.Log(6.0/2)+1), // not known elsewhere
	} {
		id, ok := v.Vocabulary.Lookup(word)
		if !ok || math.Abs(float64(v.IDF[id])-want) > 1e-6 {
			t.Errorf("idf of %s %v, want %v", word, v.IDF[id], want)
		}
	}
}

// TestReconcile holds the ends: a word that the corpus has not met weighs what it weighs elsewhere, one that many of
// its papers have what it weighs here, and between the two nothing turns back.
func TestReconcile(t *testing.T) {
	if got := Reconcile(5, 1, 0); got != 5 {
		t.Errorf("in no paper it weighs %v", got)
	}
	if got := Reconcile(5, 1, evenDF); got != 3 {
		t.Errorf("in %d papers it weighs %v", evenDF, got)
	}
	if got := Reconcile(5, 1, 1e6); got > 1.001 || got < 1 {
		t.Errorf("in a million papers it weighs %v", got)
	}
	for df, before := 1, Reconcile(5, 1, 0); df < 100; df++ {
		got := Reconcile(5, 1, float64(df))
		if got >= before {
			t.Fatalf("in %d papers it weighs %v, in one less %v", df, got, before)
		}
		before = got
	}
}

func TestSameOnAnyNumberOfCores(t *testing.T) {
	docs := make([]string, 1500)
	for i := range docs {
		docs[i] = corpus[i%5] + " filler" + strconv.Itoa(i*i%331) + " other" + strconv.Itoa(i%17)
	}
	run := func(cores int) (*Vectorizer, *vec.CSR) {
		before := runtime.GOMAXPROCS(cores)
		defer runtime.GOMAXPROCS(before)
		c := collect(t, docs)
		c.AddPairs(2, 50)
		v, err := New(Count(c, 1, nil), nil, Options{})
		if err != nil {
			t.Fatal(err)
		}
		m, _ := v.Matrix(c)
		return v, m
	}
	v1, m1 := run(1)
	v4, m4 := run(4)
	if v1.Vocabulary.Data != v4.Vocabulary.Data || !slices.Equal(v1.IDF, v4.IDF) || !slices.Equal(m1.Value, m4.Value) || !slices.Equal(m1.Index, m4.Index) || v1.MeanLength != v4.MeanLength {
		t.Error("one core and four give different rows")
	}
}

func TestVocabulary(t *testing.T) {
	var terms []string
	for i := range 3000 {
		terms = append(terms, "term"+strconv.Itoa(i))
	}
	for _, list := range [][]string{nil, terms[:1], terms} {
		v := NewVocabulary(list)
		if err := v.Validate(); err != nil {
			t.Error(err)
		}
		for i, s := range list {
			if id, ok := v.Lookup(s); !ok || int(id) != i {
				t.Errorf("Lookup(%q) = %d, %v; want %d", s, id, ok, i)
			}
		}
		if _, ok := v.Lookup("absent"); ok {
			t.Error("an absent term is found")
		}
	}
	v := NewVocabulary(terms[:2])
	for name, bad := range map[string]*Vocabulary{
		"no table":   {Table: v.Table},
		"odd table":  {Table: v.Table, Slots: make([]uint32, 3)},
		"full table": {Table: v.Table, Slots: make([]uint32, 2)},
		"wrong term": {Table: v.Table, Slots: []uint32{0, 9, 0, 0}},
		"no strings": {Table: text.Table{Ends: []uint32{5}}, Slots: make([]uint32, 4)},
	} {
		if bad.Validate() == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestStagesBeforeFit(t *testing.T) {
	if _, err := (&Counter{}).Transform("graph"); err == nil {
		t.Error("Counter counts before Fit")
	}
	if _, err := (&Counter{}).Fit("the of").Transform("graph"); err == nil {
		t.Error("Counter counts without a vocabulary")
	}
	if _, err := (&Weighter{}).Transform(mat.NewDense(1, 1, nil)); err == nil {
		t.Error("Weighter weighs before Fit")
	}
	if _, err := (&Weighter{Options: Options{Slope: 2}}).FitTransform(mat.NewDense(1, 1, nil)); err == nil {
		t.Error("Weighter takes bad options")
	}
}

func TestValidate(t *testing.T) {
	for _, o := range []Options{{Weighting: 9}, {TitleWeight: -1}, {MinDF: -1}, {MaxDF: 1.5}, {Slope: 2}, {PairWeight: math.NaN()}} {
		if o.Validate() == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}
