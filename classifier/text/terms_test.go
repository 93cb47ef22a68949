package text

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kindred/classifier/section"
)

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"graph":           "graph",
		"BERT":            "bert",
		"naïve":           "naive",
		"Poincaré":        "poincare",
		"Erdős":           "erdos",
		"Łojasiewicz":     "lojasiewicz",
		"Støren":          "storen",
		"Weiß":            "weiss",
		"ﬁne-tuning":      "fine-tuning",
		"non\u2011convex": "non-convex",
		"don\u2019t":      "dont",
		"O'Neill":         "oneill",
		"H₂O":             "h2o",
		"ｄｅｅｐ":            "deep",
		"co\u00adoperate": "cooperate",
		"Αλφα":            "αλφα",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestStem(t *testing.T) {
	for in, want := range map[string]string{
		"networks": "network", "studies": "study", "classes": "class", "boxes": "box", "batches": "batch", "meshes": "mesh",
		"losses": "loss", "quizzes": "quizz", "analyses": "analyse", "series": "sery", // regular, if not always right
		"bus": "bus", "loss": "loss", "analysis": "analysis", "corpus": "corpus", "ties": "tie", // no plural, or too short for -y
		"gas": "gas", "learning": "learning", "learned": "learned", "gpt-4s": "gpt-4s", "naïves": "naïves",
	} {
		if got := stem(in); got != want {
			t.Errorf("stem(%q) = %q, want %q", in, got, want)
		}
	}
}

// TestSpellingsOfOneTerm holds forms together that a reader takes for one thing, and apart those that are two.
func TestSpellingsOfOneTerm(t *testing.T) {
	first := func(s string) string { return append(Analyzer{}.Tokenise(s), "")[0] }
	for _, same := range [][]string{
		{"k-means", "K-Means", "k\u2010means", "k\u2011means"},
		{"Transformer", "transformers", "TRANSFORMERS", "transformer's", "transformer\u2019s"},
		{"Schrödinger", "SCHRÖDINGER", "schrodinger", "Schro\u0308dinger"},
		{"C++", "c++"},
		{"Llama-3.1", "LLAMA-3.1"},
	} {
		for _, s := range same[1:] {
			if first(s) != first(same[0]) {
				t.Errorf("%q is the term %q, %q is %q", s, first(s), same[0], first(same[0]))
			}
		}
	}
	for _, apart := range [][2]string{{"C++", "C#"}, {"GPT-3", "GPT-4"}, {"o1", "o3"}, {"2019", "2020"}, {"learning", "learner"}, {"ResNet-50", "ResNet-101"}} {
		if first(apart[0]) == first(apart[1]) {
			t.Errorf("%q and %q are one term, %q", apart[0], apart[1], first(apart[0]))
		}
	}
}

func TestStopWordsAreFoldedAndNoTerms(t *testing.T) {
	for w, set := range functionWords {
		if Fold(w) != w {
			t.Errorf("stop word %q is never met: words are compared as %q", w, Fold(w))
		}
		if set&english == 0 {
			continue
		}
		if terms := (Analyzer{}).Tokenise(w); len(terms) > 0 {
			t.Errorf("stop word %q gives %q", w, terms)
		}
	}
	for _, w := range []string{"model", "learning", "not-a-stop-word", "data"} {
		if Stop(w) {
			t.Errorf("%q is a stop word", w)
		}
	}
}

// pieces are parts of text of every kind that the scanner tells apart.
var pieces = []string{
	"graph", "Networks", "the", "of", "GPT-4", "k-means", "state-of-the-art", "naïve", "don't", "author's", "C++", "C#", "3.14", "100,000", "2023",
	"α-divergence", "深度学习", "x", "e.g.", "(cf.", "512)", "\u2014", "…", "word2vec", "Llama-3.1-8B", "a\u00adb", "ﬁne",
}

func randomText(rng *rand.Rand, words int) string {
	list := make([]string, words)
	for i := range list {
		list[i] = pieces[rng.IntN(len(pieces))]
	}
	return strings.Join(list, " ")
}

// TestTermsOfJoinedTexts checks that texts do not influence each other: the terms of two sentences are those of the
// first and those of the second, and how a text is wrapped in lines changes nothing but the title.
func TestTermsOfJoinedTexts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	a := Analyzer{}
	for range 500 {
		x, y := randomText(rng, 1+rng.IntN(12)), randomText(rng, 1+rng.IntN(12))
		want := append(a.Tokenise(x), a.Tokenise(y)...)
		for _, joint := range []string{". ", " ", "\n", "\n\n", "\t— "} {
			if got := a.Tokenise(x + joint + y); !slices.Equal(got, want) {
				t.Fatalf("%q + %q + %q gives %q, apart %q", x, joint, y, got, want)
			}
		}
		if got := a.Tokenise(strings.ToUpper(x)); !slices.Equal(got, a.Tokenise(x)) {
			t.Fatalf("%q in capitals gives %q, else %q", x, got, a.Tokenise(x))
		}
	}
}

// TestTermsOfTerms checks that a query by a single term finds that term: the term of a term is the term itself.
func TestTermsOfTerms(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		for _, term := range (Analyzer{}).Tokenise(randomText(rng, 10)) {
			got := Analyzer{}.Tokenise(term)
			if len(got) == 0 || got[0] != term {
				t.Errorf("the term %q is read as %q", term, got)
			}
		}
	}
}

// neighbours returns by a plain loop in how many documents, and how often, each pair of terms follows each other.
func neighbours(docs []string) (df, count map[string]int, word map[string]int, total int) {
	df, count, word = map[string]int{}, map[string]int{}, map[string]int{}
	for _, d := range docs {
		met, last := map[string]bool{}, ""
		for term := range (Analyzer{}).Terms(d) {
			if term.Part {
				continue
			}
			word[term.Text]++
			total++
			if last != "" && !term.Apart && last != term.Text && !numeric(last) && !numeric(term.Text) {
				pair := PairTerm(last, term.Text)
				count[pair]++
				met[pair] = true
			}
			last = term.Text
		}
		for pair := range met {
			df[pair]++
		}
	}
	return df, count, word, total
}

func someDocs(n int) []string {
	rng := rand.New(rand.NewPCG(5, 6))
	docs := make([]string, n)
	for i := range docs {
		docs[i] = randomText(rng, 6) + "\n" + randomText(rng, 40) + ". Graph networks learn."
	}
	return docs
}

// TestPairsAgainstPlainLoop holds AddPairs against a loop over the terms of each document.
func TestPairsAgainstPlainLoop(t *testing.T) {
	docs := someDocs(400)
	want, _, _, _ := neighbours(docs)
	const least = 3
	c := mustCollect(t, docs...)
	c.AddPairs(least, 1<<20)
	df := map[string]int{}
	terms := c.Terms()
	parts := make([]map[string]int, Workers())
	c.Count(func(worker, _ int, counts *Counts) {
		if parts[worker] == nil {
			parts[worker] = map[string]int{}
		}
		for _, id := range counts.Terms {
			if IsPair(terms[id]) {
				parts[worker][terms[id]]++
			}
		}
	})
	for _, p := range parts {
		for pair, n := range p {
			df[pair] += n
		}
	}
	for pair, n := range want {
		if n >= least && df[pair] != n {
			t.Errorf("%q: in %d documents, want %d", pair, df[pair], n)
		}
	}
	for pair, n := range df {
		if want[pair] != n {
			t.Errorf("%q: in %d documents, the loop has %d", pair, n, want[pair])
		}
	}
	if len(df) < 20 {
		t.Errorf("only %d pairs", len(df))
	}
}

func TestMostFrequentPairsAreKept(t *testing.T) {
	c := mustCollect(t, "graph attention network", "graph attention", "attention network. graph attention", "deep network", "deep network")
	c.AddPairs(1, 1)
	var pairs []string
	for _, term := range c.Terms() {
		if IsPair(term) {
			pairs = append(pairs, term)
		}
	}
	if !slices.Equal(pairs, []string{"graph attention"}) {
		t.Errorf("pairs %q", pairs)
	}
}

// TestAssociationAgainstPlainLoop holds the phrases of two words against the definition of normalised pointwise mutual
// information.
func TestAssociationAgainstPlainLoop(t *testing.T) {
	docs := someDocs(300)
	df, count, word, total := neighbours(docs)
	opt := PhraseOptions{MinDocs: 3, MinNPMI: 0.1, Max: 1 << 20}
	p, err := LearnPhrases(context.Background(), mustCollect(t, docs...), opt)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, terms := range p.Terms {
		if len(terms) == 2 {
			found[PairTerm(terms[0], terms[1])] = true
		}
	}
	for pair, n := range df {
		x, y, _ := strings.Cut(pair, " ")
		pxy := float64(count[pair]) / float64(total)
		npmi := math.Log(pxy/(float64(word[x])/float64(total)*float64(word[y])/float64(total))) / -math.Log(pxy)
		if want := n >= opt.MinDocs && npmi >= opt.MinNPMI; want != found[pair] && math.Abs(npmi-opt.MinNPMI) > 1e-9 {
			t.Errorf("%q in %d documents with NPMI %.3f: found %v", pair, n, npmi, found[pair])
		}
	}
	if len(found) == 0 || len(found) == len(df) {
		t.Errorf("%d phrases of %d pairs", len(found), len(df))
	}
}

func TestPhraseOptionsValidate(t *testing.T) {
	for _, o := range []PhraseOptions{{MinDocs: -1}, {Max: -1}, {MinNPMI: -0.1}, {MinNPMI: 1.1}, {MinNPMI: math.NaN()}} {
		if _, err := LearnPhrases(context.Background(), mustCollect(t, "graph"), o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

func TestCountsSaturate(t *testing.T) {
	c := mustCollect(t, strings.Repeat("graph ", 70_000)+"network")
	c.Count(func(_, _ int, counts *Counts) {
		for i, id := range counts.Terms {
			if want := map[string]uint16{"graph": math.MaxUint16, "network": 1}[c.Terms()[id]]; counts.Body[i] != want {
				t.Errorf("%q counted %d times, want %d", c.Terms()[id], counts.Body[i], want)
			}
		}
	})
}

func TestTableInAFile(t *testing.T) {
	format := section.Format{Magic: "KINDREDT", Version: 1, Name: "test file"}
	read := func(sections []section.Section) (Table, error) {
		var b bytes.Buffer
		if err := section.Write(&b, format, sections); err != nil {
			t.Fatal(err)
		}
		f, err := section.Read(b.Bytes(), format)
		if err != nil {
			t.Fatal(err)
		}
		return ReadTable(f, "words")
	}
	list := []string{"graph", "", "naïve", "k-means"}
	sections := NewTable(list).Sections("words")
	if got, err := read(sections); err != nil || !slices.Equal(got.Strings(), list) {
		t.Errorf("%q, %v", got.Strings(), err)
	}
	for name, bad := range map[string][]section.Section{
		"no strings": sections[1:],
		"no ends":    sections[:1],
		"cut":        {{Name: "words", Data: []byte("gr")}, sections[1]},
		"odd ends":   {sections[0], {Name: "words.ends", Data: []byte{1, 0, 0}}},
	} {
		if _, err := read(bad); err == nil {
			t.Errorf("%s: the table is read", name)
		}
	}
}

// FuzzAnalyzer checks what matching rests on: folding a folded word changes nothing, and a corpus counts the terms that
// the analyzer yields.
func FuzzAnalyzer(f *testing.F) {
	for _, s := range pieces {
		f.Add(s)
	}
	f.Add("Title of it\nBody, of it. " + strings.Join(pieces, " "))
	for _, s := range abstracts {
		f.Add(s)
	}
	f.Add("모델을 이용한 분석에서는\n研究的目的はデータを l’étude dOBrien")
	f.Fuzz(func(t *testing.T, s string) {
		for term := range (Analyzer{}).Terms(s) {
			if again := Fold(term.Text); again != term.Text {
				t.Errorf("the term %q folds to %q", term.Text, again)
			}
			if !strings.Contains(s, term.Surface) && !term.Part {
				t.Errorf("the form %q does not stand in %q", term.Surface, s)
			}
		}
		c, err := Collect(context.Background(), Analyzer{}, from(s), nil)
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		c.Count(func(_, _ int, counts *Counts) {
			for i := range counts.Terms {
				total += int(counts.Body[i]) + int(counts.Title[i])
			}
		})
		if want := len((Analyzer{}).Tokenise(s)); total != want && want < math.MaxUint16 {
			t.Errorf("%d terms counted, %d yielded", total, want)
		}
	})
}
