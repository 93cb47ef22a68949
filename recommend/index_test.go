package recommend

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"kindred/classifier/vec"
	"kindred/data"
)

// randomViews returns views over 50 terms and 8 dims.
func randomViews(rng *rand.Rand) vec.Views {
	v := vec.Views{Latent: make([]float32, 8)}
	for t := range uint32(50) {
		if rng.IntN(5) == 0 {
			v.Lexical.Index = append(v.Lexical.Index, t)
			v.Lexical.Value = append(v.Lexical.Value, rng.Float32())
		}
	}
	v.Lexical.Normalize()
	v.Scale = 0.8 + 0.4*rng.Float32()
	for i := range v.Latent {
		v.Latent[i] = float32(rng.NormFloat64())
	}
	vec.Normalize(v.Latent)
	return v
}

func randomIndex(t testing.TB, n int) (*Index, *rand.Rand) {
	t.Helper()
	rng := rand.New(rand.NewPCG(3, uint64(n)))
	b := Base{Lexical: &vec.CSR{Ptr: []int64{0}, Cols: 50}, Latent: &vec.Dense{Cols: 8}}
	for i := range n {
		v := randomViews(rng)
		b.IDs = append(b.IDs, fmt.Sprintf("b%d", i))
		b.Lexical.Append(v.Lexical)
		b.Scale = append(b.Scale, v.Scale)
		b.Latent.Data = append(b.Latent.Data, v.Latent...)
	}
	b.Postings = b.Lexical.Transpose()
	ix, err := NewIndex(b)
	if err != nil {
		t.Fatal(err)
	}
	return ix, rng
}

// held returns the ids of the rows that are alive.
func held(ix *Index) []string {
	var ids []string
	for row := range ix.Rows() {
		if ix.alive(row) {
			ids = append(ids, ix.ID(row))
		}
	}
	slices.Sort(ids)
	return ids
}

func TestWithAgainstAMap(t *testing.T) {
	ix, rng := randomIndex(t, 70)
	want := map[string]vec.Views{}
	for row := range ix.Rows() {
		want[ix.ID(row)] = ix.Views(row)
	}
	for step := range 200 {
		var added []Item
		var removed []string
		for range rng.IntN(4) {
			it := Item{ID: fmt.Sprintf("%c%d", 'b'+rune(rng.IntN(2)), rng.IntN(90)), Views: randomViews(rng)}
			added = append(added, it)
		}
		for range rng.IntN(3) {
			removed = append(removed, fmt.Sprintf("%c%d", 'b'+rune(rng.IntN(2)), rng.IntN(90)))
		}
		ix = ix.With(added, removed)
		for _, id := range removed {
			delete(want, id)
		}
		for _, it := range added {
			want[it.ID] = it.Views
		}
		ids := held(ix)
		if len(ids) != len(want) || ix.Len() != len(want) {
			t.Fatalf("step %d: holds %d papers, says %d, want %d", step, len(ids), ix.Len(), len(want))
		}
		for _, id := range ids {
			row, ok := ix.Row(id)
			if !ok || ix.ID(row) != id {
				t.Fatalf("step %d: Row(%q) = %d, %v", step, id, row, ok)
			}
			if got := ix.Views(row); !slices.Equal(got.Latent, want[id].Latent) || !slices.Equal(got.Lexical.Value, want[id].Lexical.Value) {
				t.Fatalf("step %d: %q has other views than were given", step, id)
			}
		}
		if _, ok := ix.Row("nobody"); ok {
			t.Fatal("an unknown id has a row")
		}
	}
}

func TestWithLeavesOlderIndexesAlone(t *testing.T) {
	first, rng := randomIndex(t, 20)
	one := first.With([]Item{{ID: "x", Views: randomViews(rng), Meta: Meta{Published: data.Date{Year: 1}}}}, []string{"b3"})
	two := one.With([]Item{{ID: "x", Views: randomViews(rng), Meta: Meta{Published: data.Date{Year: 2}}}, {ID: "y", Views: randomViews(rng)}}, nil)
	branch := one.With([]Item{{ID: "z", Views: randomViews(rng), Meta: Meta{Published: data.Date{Year: 3}}}}, []string{"x", "b4"})
	for name, c := range map[string]struct {
		ix   *Index
		ids  string
		year int // of x
	}{
		"first":  {first, "b0 b1 b10 b11 b12 b13 b14 b15 b16 b17 b18 b19 b2 b3 b4 b5 b6 b7 b8 b9", 0},
		"one":    {one, "b0 b1 b10 b11 b12 b13 b14 b15 b16 b17 b18 b19 b2 b4 b5 b6 b7 b8 b9 x", 1},
		"two":    {two, "b0 b1 b10 b11 b12 b13 b14 b15 b16 b17 b18 b19 b2 b4 b5 b6 b7 b8 b9 x y", 2},
		"branch": {branch, "b0 b1 b10 b11 b12 b13 b14 b15 b16 b17 b18 b19 b2 b5 b6 b7 b8 b9 z", 0},
	} {
		if got := strings.Join(held(c.ix), " "); got != c.ids {
			t.Errorf("%s holds %s\nwant %s", name, got, c.ids)
		}
		row, ok := c.ix.Row("x")
		if ok != (c.year > 0) || ok && c.ix.workKey(row).year != c.year {
			t.Errorf("%s: x is there: %v; want year %d", name, ok, c.year)
		}
	}
}

func TestReadersBesideAWriter(t *testing.T) {
	ix, rng := randomIndex(t, 300)
	var wg sync.WaitGroup
	views := randomViews(rng)
	for n := range 50 {
		now := ix
		wg.Go(func() {
			r, err := now.rank(context.Background(), now.buildQuery([]vec.Views{views}, nil, defaultParameters), 0, nil, func(int) bool { return false })
			if err != nil || len(r.found) == 0 {
				t.Errorf("%d hits, error %v", len(r.found), err)
			}
			if _, ok := now.Row(fmt.Sprintf("n%d", n)); ok {
				t.Error("an index sees a paper that was added later")
			}
		})
		ix = ix.With([]Item{{ID: fmt.Sprintf("n%d", n), Views: randomViews(rng), Meta: Meta{Title: "A Title", Authors: []string{"A"}}}}, nil)
	}
	wg.Wait()
}

func TestRankAgainstTheFormula(t *testing.T) {
	ix, rng := randomIndex(t, 400)
	var added []Item
	for i := range 60 {
		added = append(added, Item{ID: fmt.Sprintf("n%d", i), Views: randomViews(rng)})
	}
	ix = ix.With(added, []string{"b7", "n3"})
	q := randomViews(rng)
	s := func(a, d vec.Views) float64 {
		part := func(v vec.Views) float64 {
			n, papers := float64(v.Lexical.Len()), 400.0 // those of the model
			return latentWeight + shortWeight*math.Exp(-n/shortTerms)*smallCorpus/(smallCorpus+papers)
		}
		x, y := part(a), part(d)
		return math.Sqrt(x*y)*float64(vec.Dot(a.Latent, d.Latent)) + math.Sqrt((1-x)*(1-y))*float64(d.Scale)*float64(a.Lexical.Dot(d.Lexical))
	}
	first := map[int]float64{}
	var order []int
	for row := range ix.Rows() {
		if ix.alive(row) {
			first[row] = s(q, ix.Views(row))
			order = append(order, row)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		if first[a] > first[b] {
			return -1
		}
		return 1
	})
	order = order[:feedbackPapers]
	var sum float64
	pow := func(x float64) float64 { return x * x * x * x }
	for _, f := range order {
		sum += pow(first[f])
	}
	r, err := ix.rank(context.Background(), ix.buildQuery([]vec.Views{q}, nil, defaultParameters), 0, nil, func(int) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	positive := 0
	for i, c := range r.found {
		want := first[int(c.row)]
		for _, f := range order {
			want += feedbackWeight * pow(first[f]) / sum * s(ix.Views(f), ix.Views(int(c.row)))
		}
		want /= 1 + feedbackWeight
		if d := want - float64(c.score); d > 1e-5 || d < -1e-5 {
			t.Fatalf("row %d scores %v, the formula says %v", c.row, c.score, want)
		}
		if i > 0 && !ix.before(r.found[i-1], c) {
			t.Fatalf("place %d is out of order", i)
		}
		positive++
	}
	if positive < 100 {
		t.Fatalf("only %d rows were ranked", positive)
	}
}

func TestBestAgainstASort(t *testing.T) {
	ix, rng := randomIndex(t, 500)
	scores := make([]float32, ix.Rows())
	for i := range scores {
		scores[i] = float32(rng.IntN(12)) / 10 // many ties
	}
	keep := func(row int) bool { return row%3 != 0 }
	var all []candidate
	for row, s := range scores {
		if s > 0 && keep(row) {
			all = append(all, candidate{int32(row), s})
		}
	}
	ix.sort(all)
	for _, n := range []int{0, 1, 2, 17, 200, 5000} {
		if got := ix.topK(scores, n, 0, keep); !slices.Equal(got, all[:min(n, len(all))]) {
			t.Errorf("the best %d differ from the first %d of all", n, n)
		}
	}
}

func TestDatesOfAnyPrecision(t *testing.T) {
	for _, c := range []struct {
		date        data.Date
		first, last int32
	}{
		{data.Date{}, 0, 0},
		{data.Date{Year: 2024}, 20240101, 20241231},
		{data.Date{Year: 2024, Month: 2}, 20240201, 20240229},
		{data.Date{Year: 2024, Month: 5, Day: 27}, 20240527, 20240527},
	} {
		if first, last := dayRange(c.date); first != c.first || last != c.last {
			t.Errorf("%v: %d to %d, want %d to %d", c.date, first, last, c.first, c.last)
		}
	}
}

func TestNewIndexRefusesPartsThatDoNotFit(t *testing.T) {
	lexical := &vec.CSR{Ptr: []int64{0, 0, 0}, Cols: 3}
	good := Base{IDs: []string{"a", "b"}, Scale: []float32{1, 1}, Lexical: lexical, Postings: lexical.Transpose(), Latent: vec.NewDense(2, 4)}
	if _, err := NewIndex(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(b *Base){
		"ids":      func(b *Base) { b.IDs = b.IDs[:1] },
		"twice":    func(b *Base) { b.IDs = []string{"a", "a"} },
		"scale":    func(b *Base) { b.Scale = nil },
		"latent":   func(b *Base) { b.Latent = vec.NewDense(3, 4) },
		"postings": func(b *Base) { b.Postings = &vec.CSR{Ptr: []int64{0}} },
	} {
		b := good
		spoil(&b)
		if _, err := NewIndex(b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func BenchmarkWith(b *testing.B) {
	ix, rng := randomIndex(b, 1000)
	it := Item{Views: randomViews(rng)}
	n := 0
	for b.Loop() {
		it.ID = fmt.Sprintf("n%d", n)
		ix = ix.With([]Item{it}, nil)
		n++
	}
}

func TestFoldedWordsAreThoseOfTitles(t *testing.T) {
	for _, s := range []string{"", "Deep  Residual-Learning: 2nd ed.", "O'Brien's {k}-means", "Schrödinger's χ² test", "a < b & c", "GPT-4 (v2)!"} {
		if got, want := foldedWords(s), strings.Fields(data.NormalizeTitle(s)); !slices.Equal(got, want) {
			t.Errorf("%q folds to %q, want %q", s, got, want)
		}
	}
}

// TestAlpha wants short texts and small corpora to lean on the latent view, and an index without one on words alone.
func TestAlpha(t *testing.T) {
	for _, c := range []struct{ shorter, longer, fewer, more int }{{5, 100, 30, 1000}, {0, 1, 0, 1}, {60, 61, 1000, 300_000}} {
		if a, b := alpha(c.shorter, c.fewer), alpha(c.longer, c.fewer); !(a > b && b > latentWeight) || a > latentWeight+shortWeight {
			t.Errorf("%d terms: %v, %d terms: %v", c.shorter, a, c.longer, b)
		}
		if a, b := alpha(c.shorter, c.fewer), alpha(c.shorter, c.more); a <= b {
			t.Errorf("%d papers: %v, %d papers: %v", c.fewer, a, c.more, b)
		}
	}
	ix, rng := randomIndex(t, 3)
	q := randomViews(rng)
	plain := *ix
	plain.base = &segment{ids: ix.base.ids, latent: &vec.Dense{}}
	q.Latent, q.Scale = nil, 1
	if got := plain.similarity(q, q); got < 0.9999 || got > 1.0001 {
		t.Errorf("without a latent view a text is %v like itself", got)
	}
}
