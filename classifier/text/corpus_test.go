package text

import (
	"context"
	"errors"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func from(docs ...string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, d := range docs {
			if !yield(d, nil) {
				return
			}
		}
	}
}

func mustCollect(t testing.TB, docs ...string) *Corpus {
	t.Helper()
	c, err := Collect(context.Background(), Analyzer{}, from(docs...), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// many makes n documents that differ, with words of every kind.
func many(n int) []string {
	docs := make([]string, n)
	for i := range docs {
		docs[i] = "Scaling Laws " + strconv.Itoa(i) + "\nScaling laws for GPT-4 and word" + strconv.Itoa(i%97) + "s, knowledge distillation; the k-means."
	}
	return docs
}

func TestCountAgreesWithTerms(t *testing.T) {
	docs := many(700)
	before := runtime.GOMAXPROCS(4)
	defer runtime.GOMAXPROCS(before)
	c := mustCollect(t, docs...)
	a := Analyzer{}
	got := make([]map[string][2]int, len(docs))
	c.Count(func(_, doc int, counts *Counts) {
		got[doc] = make(map[string][2]int)
		for i, term := range counts.Terms {
			got[doc][c.Terms()[term]] = [2]int{int(counts.Body[i]), int(counts.Title[i])}
		}
	})
	for d, s := range docs {
		want := make(map[string][2]int)
		for term := range a.Terms(s) {
			n := want[term.Text]
			if term.Title {
				n[1]++
			} else {
				n[0]++
			}
			want[term.Text] = n
		}
		if len(got[d]) != len(want) {
			t.Fatalf("document %d: %v, want %v", d, got[d], want)
		}
		for term, n := range want {
			if got[d][term] != n {
				t.Fatalf("document %d: %q counted %v, want %v", d, term, got[d][term], n)
			}
		}
	}
}

func TestCollectStops(t *testing.T) {
	broken := errors.New("broken")
	docs := func(yield func(string, error) bool) {
		_ = yield("graph", nil) && yield("", broken)
	}
	if _, err := Collect(context.Background(), Analyzer{}, docs, nil); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Collect(ctx, Analyzer{}, from("graph"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestSurfaces(t *testing.T) {
	c := mustCollect(t,
		"Transformers Everywhere\nA transformer and transformers. GPT-4 is a Transformer; transformers learn.",
		"gpt-4 Only\nGPT-4, GPT-4 and ImageNet.",
		"Titled Once\nbody")
	surfaces := c.Surfaces()
	for term, want := range map[string]string{"transformer": "transformers", "gpt-4": "GPT-4", "gpt": "GPT", "imagenet": "ImageNet", "titled": "Titled"} {
		i := slices.Index(c.Terms(), term)
		if i < 0 || surfaces[i] != want {
			t.Errorf("term %q shows %q, want %q", term, surfaces[max(0, i)], want)
		}
	}
}

func TestPhrases(t *testing.T) {
	docs := many(300)
	for i := range docs {
		docs[i] += " Large language models are large. We propose filler" + strconv.Itoa(i) + "."
	}
	var want *Phrases
	for _, cores := range []int{1, 4} {
		before := runtime.GOMAXPROCS(cores)
		p, err := LearnPhrases(context.Background(), mustCollect(t, docs...), PhraseOptions{})
		runtime.GOMAXPROCS(before)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"Scaling laws", "knowledge distillation", "Large language models"} {
			i := slices.Index(p.Names, name)
			if i < 0 {
				t.Fatalf("%q is not among %q", name, p.Names)
			}
			if p.DF[i] != 300 {
				t.Errorf("%q stands in %d documents", name, p.DF[i])
			}
		}
		for _, name := range p.Names {
			if strings.Contains(name, "distillation k-means") || strings.Contains(name, "laws GPT-4") {
				t.Errorf("%q spans punctuation or a stop word", name)
			}
		}
		if want == nil {
			want = p
		} else if !slices.Equal(p.Names, want.Names) || !slices.Equal(p.Index, want.Index) || !slices.Equal(p.Counts, want.Counts) || !slices.Equal(p.DF, want.DF) {
			t.Error("phrases depend on the number of cores")
		}
	}
}

func TestTable(t *testing.T) {
	list := []string{"", "a", "", "bcd"}
	table := NewTable(list)
	if err := table.Validate(); err != nil || !slices.Equal(table.Strings(), list) {
		t.Errorf("%q, %v", table.Strings(), err)
	}
	for _, bad := range []Table{{Ends: []uint32{2, 1}, Data: "ab"}, {Ends: []uint32{3}, Data: "ab"}} {
		if bad.Validate() == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// BenchmarkCollect takes 500 texts of a paper's length apart.
func BenchmarkCollect(b *testing.B) {
	docs := make([]string, 500)
	for i := range docs {
		docs[i] = benchmarkText
	}
	b.SetBytes(int64(len(docs) * len(benchmarkText)))
	for b.Loop() {
		if _, err := Collect(context.Background(), Analyzer{}, from(docs...), nil); err != nil {
			b.Fatal(err)
		}
	}
}
