package text

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTokenise(t *testing.T) {
	a := Analyzer{}
	for _, c := range []struct{ in, want string }{
		{"GPT-4 and Llama-3.1-8B on CIFAR-100", "gpt-4 gpt llama-3.1-8b llama 8b cifar-100 cifar 100"},
		{"k-means in 3D with C++, C# or word2vec; o1 and T5.", "k-mean mean 3d c++ c# word2vec o1 t5"},
		{"state-of-the-art", "state-of-the-art state art"},
		{"a one-of-a-very-long-kind compound", "long kind compound"},
		{"The networks' weights; the network's weight", "network weight network weight"},
		{"don’t Schrödinger’s naïve Łukasz Ångström ﬁne", "schrodinger naive lukasz angstrom fine"},
		{"losses boxes queries bias analysis corpus class", "loss box query bia analysis corpus class"},
		{"in 2023 with 100,000 samples, 5.7% and 12345", "2023 sample"},
		{"2019-2020", "2019 2020"},
		{"non‑breaking and soft\u00adhyphen", "non-breaking non breaking softhyphen"},
		{"α-divergence and β", "α-divergence divergence"},
		{"深度学习 模型", "深度 度学 学习 模型"},
		{"鸟 歌", "鸟 歌"},
		{"データ", "デー ータ"},
		{"e.g. i.e. (cf. Fig. 2)", "cf fig"},
		{"x", ""},
		{"", ""},
		{strings.Repeat("a", 100) + " fine", "fine"},
		{"-- ' . # ++ -a- 'b'", ""},
		{"issue# 7++ F#", "issue f#"},
	} {
		if got := strings.Join(a.Tokenise(c.in), " "); got != c.want {
			t.Errorf("Tokenise(%q)\n got %q\nwant %q", c.in, got, c.want)
		}
	}
}

func TestTerms(t *testing.T) {
	a := Analyzer{}
	var got []Term
	for term := range a.Terms("Scaling Laws for GPT-4\nWe study scaling laws. Wrapped\nlines go on.") {
		got = append(got, term)
	}
	want := []Term{
		{"scaling", "Scaling", 0, true, false, true},
		{"law", "Laws", 1, true, false, false},
		{"gpt-4", "GPT-4", 3, true, false, true},
		{"gpt", "GPT", 3, true, true, false},
		{"study", "study", 5, false, false, true},
		{"scaling", "scaling", 6, false, false, false},
		{"law", "laws", 7, false, false, false},
		{"wrapped", "Wrapped", 8, false, false, true},
		{"line", "lines", 9, false, false, false},
		{"go", "go", 10, false, false, false},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestTitle(t *testing.T) {
	a := Analyzer{}
	for _, c := range []struct {
		in    string
		title int
	}{{"Only a heading", 0}, {"Only a heading\n \n", 0}, {"Heading here\nBody text", 2}, {"\nBody text", 0}} {
		n := 0
		for term := range a.Terms(c.in) {
			if term.Title {
				n++
			}
		}
		if want := map[int]int{0: 0, 2: 1}[c.title]; n != want {
			t.Errorf("%q: %d terms in the title, want %d", c.in, n, want)
		}
	}
}

func TestTermsStopsEarly(t *testing.T) {
	n := 0
	for range (Analyzer{}).Terms("graph neural networks learn-fast") {
		if n++; n == 2 {
			break
		}
	}
	if n != 2 {
		t.Errorf("%d terms", n)
	}
}

func FuzzTerms(f *testing.F) {
	for _, s := range []string{"GPT-4's k-means\nC++ “naïve” 3.1", "a-\u2011b’s", "深度学习\xff\xfe", "ﬁ½²", "\n\n-'.+#", "words\ufc5eend \ufc5e\ufc5e"} {
		f.Add(s)
	}
	a := Analyzer{}
	f.Fuzz(func(t *testing.T, s string) {
		position := 0
		for term := range a.Terms(s) {
			if term.Text == "" || term.Surface == "" || strings.ContainsAny(term.Text, " \n\t") {
				t.Errorf("term %+v", term)
			}
			if utf8.ValidString(s) && !utf8.ValidString(term.Text) {
				t.Errorf("term %q is not UTF-8", term.Text)
			}
			if term.Position < position {
				t.Errorf("position %d after %d", term.Position, position)
			}
			position = term.Position
		}
		var each []string
		a.ForEachIn(s, func(token string) { each = append(each, token) })
		if !slices.Equal(each, a.Tokenise(s)) {
			t.Error("ForEachIn and Tokenise differ")
		}
	})
}

// benchmarkText has the length of a paper's title and abstract.
var benchmarkText = "Attention is all you need\n" +
	strings.Repeat("The dominant sequence transduction models are based on complex recurrent or convolutional neural networks. ", 10)

func BenchmarkTokenise(b *testing.B) {
	a := Analyzer{}
	b.SetBytes(int64(len(benchmarkText)))
	for b.Loop() {
		a.ForEachIn(benchmarkText, func(string) {})
	}
}
