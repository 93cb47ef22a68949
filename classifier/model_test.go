package classifier

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"kindred/classifier/base"
	"kindred/classifier/vec"
	"kindred/data/datatest"
)

// small is a corpus of two plain subjects.
func small() []Document {
	words := []string{
		"Graph neural networks\nMessage passing on graphs with attention for node classification.",
		"Attention on graphs\nGraph attention networks classify nodes of a graph by message passing.",
		"Node classification\nNeural message passing over graph structure, with few labels.",
		"Spectral graph convolution\nConvolutional networks on graphs for semi-supervised node classification.",
		"Protein folding\nPredicting the structure of proteins from amino acid sequences.",
		"Protein language models\nAmino acid sequences as language: structure prediction of proteins.",
		"Folding with AlphaFold-2\nThe structure of a protein from multiple sequence alignments.",
		"Sequence alignment\nFast alignment of amino acid sequences of proteins with GPT-4.",
	}
	docs := make([]Document, len(words))
	for i, w := range words {
		docs[i] = Document{ID: string(rune('a' + i)), Text: w}
	}
	return docs
}

func all(docs []Document) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func mustFit(t testing.TB, docs []Document, opt Options) *Model {
	t.Helper()
	m, err := Fit(context.Background(), all(docs), opt)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// smallBase is a base model learned from the small corpus.
func smallBase(t testing.TB) *base.Model {
	t.Helper()
	b, err := base.Build(context.Background(), func(yield func(string, error) bool) {
		for _, d := range slices.Concat(small(), small()) {
			if !yield(d.Text, nil) {
				return
			}
		}
	}, base.Options{Dims: 4})
	if err != nil {
		t.Fatal(err)
	}
	m, err := base.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// papers reads a corpus of real papers.
func papers(t testing.TB, elem ...string) []Document {
	t.Helper()
	f, err := os.Open(datatest.Shared(t, elem...))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var docs []Document
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var p struct{ ID, Title, Abstract string }
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		docs = append(docs, Document{p.ID, p.Title + "\n" + p.Abstract})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return docs
}

func TestEmbedEqualsFittedRow(t *testing.T) {
	docs := small()
	m := mustFit(t, docs, Options{Base: smallBase(t)})
	for i, d := range docs {
		v, err := m.Embed(d.Text)
		if err != nil {
			t.Fatal(err)
		}
		if row := m.Lexical().Row(i); !slices.Equal(v.Lexical.Index, row.Index) || !slices.Equal(v.Lexical.Value, row.Value) {
			t.Errorf("%s: lexical vector of the text and of the document differ", d.ID)
		}
		if !slices.Equal(v.Latent, m.Latent().Row(i)) {
			t.Errorf("%s: latent vector of the text and of the document differ", d.ID)
		}
		if v.Scale != m.LexicalScale()[i] {
			t.Errorf("%s: scale %v of the text, %v of the document", d.ID, v.Scale, m.LexicalScale()[i])
		}
		if n := vec.Norm(v.Latent); math.Abs(float64(n)-1) > 1e-5 {
			t.Errorf("%s: latent vector of length %v", d.ID, n)
		}
	}
}

func TestLatentSharesSumToProduct(t *testing.T) {
	docs := small()
	m := mustFit(t, docs, Options{Base: smallBase(t)})
	for i := range docs {
		for j := range docs {
			q := m.Lexical().Row(i)
			var sum float32
			for _, s := range m.LatentShares(q, m.Latent().Row(j)) {
				sum += s
			}
			if want := vec.Dot(m.Latent().Row(i), m.Latent().Row(j)); math.Abs(float64(sum-want)) > 1e-5 {
				t.Errorf("%d, %d: shares sum to %v, product is %v", i, j, sum, want)
			}
		}
	}
}

func TestSaveAndOpen(t *testing.T) {
	docs := small()
	m := mustFit(t, docs, Options{Seq: 7})
	path := filepath.Join(t.TempDir(), "m.model")
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	o, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if o.Version() != m.Version() || o.Seq() != 7 || !slices.Equal(o.IDs(), m.IDs()) {
		t.Errorf("opened %q %d %q, saved %q 7 %q", o.Version(), o.Seq(), o.IDs(), m.Version(), m.IDs())
	}
	if again, err := o.hash(); err != nil || again != m.Version() {
		t.Errorf("the opened model hashes to %q, %v; saved %q", again, err, m.Version())
	}
	for _, d := range docs {
		a, err1 := m.Embed(d.Text)
		b, err2 := o.Embed(d.Text)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(a.Latent, b.Latent) || !slices.Equal(a.Lexical.Value, b.Lexical.Value) {
			t.Errorf("%s: the opened model embeds otherwise", d.ID)
		}
	}
}

func TestSameBytesOnAnyNumberOfCores(t *testing.T) {
	docs := small()
	if !testing.Short() {
		docs = papers(t, "data", "corpus", "corpus_2k.jsonl.gz")
	}
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	one := mustFit(t, docs, Options{Dims: 32})
	runtime.GOMAXPROCS(4)
	four := mustFit(t, docs, Options{Dims: 32})
	if one.Version() != four.Version() {
		a, _ := one.sections()
		b, _ := four.sections()
		for i := range a {
			if !slices.Equal(a[i].Data, b[i].Data) {
				t.Errorf("section %s differs between one core and four", a[i].Name)
			}
		}
		t.Errorf("version %s on one core, %s on four", one.Version(), four.Version())
	}
}

func TestOddCorpora(t *testing.T) {
	for name, docs := range map[string][]Document{
		"empty":      nil,
		"no text":    {{ID: "a"}, {ID: "b", Text: " \n "}},
		"stop words": {{ID: "a", Text: "the of and"}, {ID: "b", Text: "it is what it is"}},
	} {
		if _, err := Fit(context.Background(), all(docs), Options{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for name, docs := range map[string][]Document{
		"one":       {{ID: "a", Text: "Graph neural networks\nThey work."}},
		"one term":  {{ID: "a", Text: "graph"}, {ID: "b", Text: "graphs"}},
		"one empty": {{ID: "a", Text: "graph networks"}, {ID: "b"}, {ID: "c", Text: "graph theory"}},
	} {
		for _, opt := range []Options{{}, {NoBase: true}} {
			m := mustFit(t, docs, opt)
			v, err := m.Embed("graph")
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, x := range append(v.Latent, m.Latent().Data...) {
				if x != x {
					t.Errorf("%s: NaN", name)
				}
			}
			path := filepath.Join(t.TempDir(), "m")
			if err := m.Save(path); err != nil {
				t.Fatal(err)
			}
			o, err := Open(path)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			o.Close()
		}
	}
}

func TestUnknownText(t *testing.T) {
	m := mustFit(t, small(), Options{NoBase: true})
	for _, s := range []string{"", "the", "zzyzx qwv"} {
		if _, err := m.Embed(s); !errors.Is(err, ErrNoTerms) {
			t.Errorf("Embed(%q): %v", s, err)
		}
	}
}

func TestLookupAndSurface(t *testing.T) {
	m := mustFit(t, small(), Options{NoBase: true})
	for word, want := range map[string]string{"PROTEIN": "proteins", "gpt-4": "GPT-4", "Networks": "networks"} {
		id, ok := m.Lookup(word)
		if !ok || m.Surface(id) != want {
			t.Errorf("Lookup(%q) shows %q, %v; want %q", word, m.Surface(id), ok, want)
		}
	}
	if _, ok := m.Lookup("graph networks"); ok {
		t.Error("two words are looked up as one")
	}
	for s, df := range m.Terms() {
		if s == "" || df < 1 || strings.Contains(s, " ") {
			t.Errorf("term %q in %d documents", s, df)
		}
	}
}

// BenchmarkFit learns from 2,000 real papers.
func BenchmarkFit(b *testing.B) {
	docs := papers(b, "data", "corpus", "corpus_2k.jsonl.gz")
	for b.Loop() {
		mustFit(b, docs, Options{})
	}
}

// BenchmarkEmbed embeds one real abstract under a model of 2,000 papers.
func BenchmarkEmbed(b *testing.B) {
	docs := papers(b, "data", "corpus", "corpus_2k.jsonl.gz")
	m := mustFit(b, docs, Options{})
	for b.Loop() {
		if _, err := m.Embed(docs[0].Text); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen opens the file of a model of 50,000 real papers.
func BenchmarkOpen(b *testing.B) {
	m := mustFit(b, papers(b, "data", "corpus", "corpus_50k.jsonl.gz"), Options{Topics: 20})
	path := filepath.Join(b.TempDir(), "m.model")
	if err := m.Save(path); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		o, err := Open(path)
		if err != nil {
			b.Fatal(err)
		}
		o.Close()
	}
}
