package naming

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kindred/classifier/vec"
)

// library makes n documents in k groups with words and phrases of their own, some of which say much the same, and some
// words of no group.
func library(n, k int, seed uint64) (*Corpus, []int32) {
	rng := rand.New(rand.NewPCG(seed, 1))
	stems := []string{"lorim", "munast", "pexo", "quibble", "runtor", "savelk"}
	endings := []string{"", "s", "ing"}
	c := &Corpus{}
	for g := range k {
		for _, s := range stems {
			for _, e := range endings {
				c.WordNames = append(c.WordNames, fmt.Sprintf("%c%c%s%s", 'a'+g, 'e'+g, s, e))
			}
		}
		first := uint32(g * len(stems) * len(endings))
		for w := range uint32(4) {
			a, b := first+3*w, first+3*w+3
			c.PhraseNames = append(c.PhraseNames, c.WordNames[a]+" "+c.WordNames[b])
			c.PhraseWords = append(c.PhraseWords, []uint32{a, b})
		}
	}
	own, phrases := len(stems)*len(endings), 4
	for w := range 20 {
		c.WordNames = append(c.WordNames, fmt.Sprintf("zu%cvor", 'a'+w))
	}
	c.Words.Counts = &vec.CSR{Ptr: []int64{0}, Cols: len(c.WordNames)}
	c.Phrases.Counts = &vec.CSR{Ptr: []int64{0}, Cols: len(c.PhraseNames)}
	cell := make([]int32, n)
	for i := range n {
		g := i % k
		cell[i] = int32(g)
		add := func(o *Occurrences, columns, from, to int, inside, outside float64) {
			var row vec.Sparse
			for w := range columns {
				share := outside
				if w >= from && w < to {
					share = inside
				}
				if rng.Float64() < share {
					row.Index, row.Value = append(row.Index, uint32(w)), append(row.Value, 1)
					o.InTitle = append(o.InTitle, rng.IntN(3) == 0)
				}
			}
			o.Counts.Append(row)
		}
		add(&c.Words, len(c.WordNames), g*own, (g+1)*own, 0.3, 0.05)
		add(&c.Phrases, len(c.PhraseNames), g*phrases, (g+1)*phrases, 0.2, 0.01)
	}
	return c, cell
}

func consecutive(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	return out
}

// TestNames holds the names of random libraries against what is so for all names.
func TestNames(t *testing.T) {
	for seed := range uint64(30) {
		n, k := 5+int(seed)*7, 1+int(seed)%8
		c, cell := library(n, k, seed)
		if err := c.Validate(n); err != nil {
			t.Fatal(err)
		}
		ids, kept := make([]int, k), make([]string, k)
		for i := range ids {
			ids[i] = 10 + i
		}
		kept[k/2] = "A name from before"
		namer := New(c, "Taken")
		used, owner := map[string]bool{"taken": true}, map[string]int{}
		for round := range 3 { // the same topics over and over: the namer must find further labels
			names := namer.Name(namer.Propose(consecutive(n), cell, k, Parts), ids, kept)
			if len(names) != k || round == 0 && names[k/2].Label != kept[k/2] {
				t.Fatalf("seed %d: %d names of %d topics, the kept label is %q", seed, len(names), k, names[k/2].Label)
			}
			for i, name := range names {
				if key := strings.ToLower(name.Label); used[key] || key == "" {
					t.Errorf("seed %d, round %d: label %q is empty or given twice", seed, round, name.Label)
				} else {
					used[key] = true
				}
				if len(name.Terms) > termsShown || name.Terms == nil {
					t.Errorf("seed %d: %d terms", seed, len(name.Terms))
				}
				for at, term := range name.Terms {
					if at > 0 && term.Weight > name.Terms[at-1].Weight || !(term.Weight > 0) {
						t.Errorf("seed %d: terms %v are not best first", seed, name.Terms)
					}
					if was, ok := owner[term.Text]; ok && was != i {
						t.Errorf("seed %d: term %q is of topics %d and %d", seed, term.Text, was, i)
					}
					owner[term.Text] = i
				}
				d := name.Description
				if strings.Contains(d, "\n") || d != "" && !strings.HasPrefix(d, "Papers on "+name.Label+": ") {
					t.Errorf("seed %d: description %q", seed, d)
				}
			}
		}
	}
}

// TestNamesAreOfTheirGroup wants the words and labels of a topic to be those of its documents.
func TestNamesAreOfTheirGroup(t *testing.T) {
	const n, k = 400, 5
	c, cell := library(n, k, 3)
	namer := New(c)
	for g, name := range namer.Name(namer.Propose(consecutive(n), cell, k, Parts), []int{1, 2, 3, 4, 5}, nil) {
		prefix := string([]rune{rune('a' + g), rune('e' + g)})
		for _, term := range name.Terms {
			if !strings.HasPrefix(term.Text, prefix) {
				t.Errorf("topic %d has the term %q", g, term.Text)
			}
		}
		for part := range strings.SplitSeq(name.Label, ", ") {
			for word := range strings.FieldsSeq(part) {
				if !strings.HasPrefix(word, prefix) {
					t.Errorf("topic %d is called %q", g, name.Label)
				}
			}
		}
	}
}

// TestLabelsThatLookAlike keeps a label that is what another topic would get with its id behind it.
func TestLabelsThatLookAlike(t *testing.T) {
	c := &Corpus{}
	n := New(c, "Topic (7)", "topic (7) (7)")
	two := &Proposals{subjects: make([]string, 2), terms: make([][]Term, 2), labels: [][]string{nil, {"lorim munast"}}}
	names := n.Name(two, []int{7, 8}, []string{"", "Lorim Munast"})
	if names[0].Label != "Topic (7) (7) (7)" || names[1].Label != "Lorim Munast" {
		t.Errorf("%+v", names)
	}
	one := &Proposals{subjects: make([]string, 1), terms: make([][]Term, 1), labels: [][]string{{"lorim munast"}}}
	again := n.Name(one, []int{9}, []string{"lorim munast"})
	if again[0].Label != "lorim munast (9)" {
		t.Errorf("a label that is taken is kept: %+v", again)
	}
}

// TestLabelGrowsUntilFree lets a topic take further names into its label while that is taken.
func TestLabelGrowsUntilFree(t *testing.T) {
	for name, c := range map[string]struct {
		names, taken []string
		want         string
	}{
		"a phrase stands alone":   {[]string{"lorim munast", "pexo"}, nil, "lorim munast"},
		"a word takes a second":   {[]string{"pexo", "lorim munast", "runtor"}, nil, "pexo, lorim munast"},
		"a word alone":            {[]string{"pexo"}, nil, "pexo"},
		"the next when taken":     {[]string{"lorim munast", "pexo"}, []string{"Lorim munast"}, "lorim munast, pexo"},
		"an id when all is taken": {[]string{"pexo"}, []string{"pexo"}, "pexo (4)"},
		"nothing to say":          {nil, nil, "Topic (4)"},
	} {
		if got := New(&Corpus{}, c.taken...).label("", c.names, 4); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestDescribe(t *testing.T) {
	for _, c := range []struct {
		label string
		names []string
		want  string
	}{
		{"pexo", []string{"pexo", "pexos"}, ""},
		{"pexo", []string{"pexo", "runtor"}, "Papers on pexo: runtor."},
		{"pexo", []string{"runtor", "savelk"}, "Papers on pexo: runtor and savelk."},
		{
			"pexo, lorim munast", []string{"runtor", "lorim", "a1a1", "b2b2", "c3c3", "d4d4"},
			"Papers on pexo, lorim munast: runtor, a1a1, b2b2 and c3c3.",
		},
	} {
		if got := describe(c.label, c.names); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestRaised compares with the definition, over random frequencies.
func TestRaised(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 1))
	for range 200 {
		df := make([]int, rng.IntN(60))
		for i := range df {
			df[i] = rng.IntN(12)
		}
		least, most := 1+rng.IntN(4), rng.IntN(40)
		reach := func(d int) int {
			n := 0
			for _, v := range df {
				if v >= d {
					n++
				}
			}
			return n
		}
		want := least
		for reach(want) > most {
			want++
		}
		if got := raised(df, least, most); got != want {
			t.Fatalf("%v: at most %d columns reach %d, not %d", df, most, want, got)
		}
	}
}

// TestCountsOfScope compares the counts of candidates and pairs with those by the definition.
func TestCountsOfScope(t *testing.T) {
	const n, k = 90, 3
	c, cell := library(n, k, 5)
	docs := []int32{}
	for d := range int32(n) {
		if d%4 != 0 {
			docs = append(docs, d)
		}
	}
	in := make([]int32, len(docs))
	for i, d := range docs {
		in[i] = cell[d]
	}
	s := newScope(c, docs, in, k)
	if len(s.list) == 0 {
		t.Fatal("there are no candidates")
	}
	has := func(o *Occurrences, d int32, column int) (stored, title bool) {
		for at := o.Counts.Ptr[d]; at < o.Counts.Ptr[d+1]; at++ {
			if int(o.Counts.Index[at]) == column {
				return true, o.InTitle[at]
			}
		}
		return false, false
	}
	for what, o := range map[string]*Occurrences{"word": &c.Words, "phrase": &c.Phrases} {
		number := map[string][]int32{"word": s.word, "phrase": s.phrase}[what]
		for column, i := range number {
			if i < 0 {
				continue
			}
			inTopic, inTitle, df := make([]int32, k), make([]int32, k), 0
			for at, d := range docs {
				stored, title := has(o, d, column)
				if stored {
					inTopic[in[at]]++
					df++
				}
				if title {
					inTitle[in[at]]++
				}
			}
			got := s.list[i]
			if !slices.Equal(got.inTopic, inTopic) || !slices.Equal(got.inTitle, inTitle) || got.df != df {
				t.Fatalf("%s %q: %+v, want %v, %v in %d documents", what, got.text, got, inTopic, inTitle, df)
			}
		}
	}
	slot := slices.Repeat([]int32{-1}, len(s.list))
	a, b := s.word[0], s.word[3]
	slot[a], slot[b] = termsTried+2, termsTried+5
	want := int32(0)
	for _, d := range docs {
		x, _ := has(&c.Words, d, 0)
		if y, _ := has(&c.Words, d, 3); x && y {
			want++
		}
	}
	if got := s.together(slot)[1][2*termsTried+5]; got != want || want == 0 {
		t.Errorf("%d documents have both words, want %d", got, want)
	}
}

// TestCoherentTerms has ten words that occur together and two, more frequent in the topic, that occur with none of
// them.
func TestCoherentTerms(t *testing.T) {
	s := &scope{docs: make([]int32, 100)}
	together := make([]int32, termsTried*termsTried)
	var list []scored
	for i := range 13 {
		s.list = append(s.list, candidate{text: fmt.Sprint(i), df: 20})
		list = append(list, scored{int32(i), 13 - float64(i)/10})
	}
	apart := func(i int) bool { return i == 2 || i == 3 || i == 12 }
	for i := range 13 {
		for j := i + 1; j < 13; j++ {
			if !apart(i) && !apart(j) {
				together[i*termsTried+j] = 15
			}
		}
	}
	if got, want := s.coherent(list, together), []int{0, 1, 4, 5, 6, 7, 8, 9, 10, 11}; !slices.Equal(got, want) {
		t.Errorf("terms %v, want %v", got, want)
	}
	for i := range 13 {
		for j := i + 1; j < 13; j++ {
			together[i*termsTried+j] = int32(15 * min(i, 1))
		}
	}
	if got := s.coherent(list, together); got[0] != 0 || len(got) != termsShown {
		t.Errorf("terms %v, want the best word among them although it meets no other", got)
	}
}

// TestRatioOfSizes wants more evidence from more documents, none from equal shares, and the same size either way round.
func TestRatioOfSizes(t *testing.T) {
	for _, c := range [][4]float64{
		{5, 10, 5, 50}, {9, 10, 0, 50}, {0, 10, 5, 50}, {10, 10, 50, 50}, {1, 1, 0, 1}, {0, 5, 0, 5},
	} {
		v := likelihoodRatio(c[0], c[1], c[2], c[3])
		if w := likelihoodRatio(c[2], c[3], c[0], c[1]); math.Abs(v+w) > 1e-6 && math.Abs(v-w) > 1e-6 || math.IsNaN(v) {
			t.Errorf("%v: %v, and %v the other way round", c, v, w)
		}
		if w := likelihoodRatio(4*c[0], 4*c[1], 4*c[2], 4*c[3]); math.Abs(w-2*v) > 1e-6 {
			t.Errorf("%v: %v, and %v with four times the documents, want twice", c, v, w)
		}
	}
}

func TestLabelWords(t *testing.T) {
	got := LabelWords("Lorim-Munasts, (pexo): \"Class\" GAS!")
	if want := []string{"lorim", "munast", "pexo", "class", "gas"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestBackground has a word in every document of a library on one thing: papers elsewhere tell that it is its name.
func TestBackground(t *testing.T) {
	c := &Corpus{WordNames: []string{"lorim", "munast"}, Background: []uint32{2, 900}, BackgroundDocs: 1000}
	c.Words.Counts = &vec.CSR{Ptr: []int64{0}, Cols: 2}
	c.Phrases.Counts = &vec.CSR{Ptr: make([]int64, 13)}
	for range 12 {
		c.Words.Counts.Append(vec.Sparse{Index: []uint32{0, 1}, Value: []float32{1, 1}})
		c.Words.InTitle = append(c.Words.InTitle, false, false)
	}
	label := func() string {
		n := New(c)
		return n.Name(n.Propose(consecutive(12), make([]int32, 12), 1, Parts), []int{1}, nil)[0].Label
	}
	if got := label(); !strings.HasPrefix(got, "lorim") {
		t.Errorf("the topic is called %q, want the word that is rare elsewhere first", got)
	}
	c.Background, c.BackgroundDocs = nil, 0
	if got := label(); got != "Topic (1)" {
		t.Errorf("without a background the topic is called %q, and no word tells it from others", got)
	}
}
