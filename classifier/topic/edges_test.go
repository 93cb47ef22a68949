package topic

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kindred/classifier/vec"
)

// rowsOf returns a matrix of rows.
func rowsOf(rows ...[]float32) *vec.Dense {
	out := vec.NewDense(len(rows), len(rows[0]))
	for i, r := range rows {
		copy(out.Row(i), r)
	}
	return out
}

// TestTies settles what is equally good by order, so that the same papers give the same topics.
func TestTies(t *testing.T) {
	if got := argmax([]float32{1, 3, 3, 2}); got != 1 {
		t.Errorf("argmax of two largest is %d, want the first", got)
	}
	if got := argmax([]float32{-2, -1, -1}); got != 1 {
		t.Errorf("argmax below 0 is %d", got)
	}
	if got := hard(rowsOf([]float32{.5, .5}, []float32{0, 0}, []float32{.2, .8})); !slices.Equal(got, []int32{0, 0, 1}) {
		t.Errorf("rows of equal shares are in %v", got)
	}
	x := rowsOf([]float32{1, 0}, []float32{0, 1}, []float32{float32(math.Sqrt2 / 2), float32(math.Sqrt2 / 2)})
	if got := nearestOf(x, x); !slices.Equal(got, []int32{0, 1, 2}) {
		t.Errorf("each row is nearest to %v", got)
	}
	if got := nearestOf(x, rowsOf([]float32{1, 0}, []float32{1, 0})); !slices.Equal(got, []int32{0, 0, 0}) {
		t.Errorf("of two equal centroids, %v are taken", got)
	}
	// The first two pairs are as near; the first in the order of rows is joined.
	if got := ward(rowsOf([]float32{0}, []float32{1}, []float32{10}, []float32{11}), 3); !slices.Equal(got, []int32{0, 0, 1, 2}) {
		t.Errorf("ward joins %v", got)
	}
	top := &Topics{list: []Topic{{ID: 7, Size: 3}, {ID: 2, Size: 3}, {ID: 5, Size: 4}}}
	var ids []int
	for _, tp := range top.List() {
		ids = append(ids, tp.ID)
	}
	if !slices.Equal(ids, []int{5, 2, 7}) {
		t.Errorf("topics of one size are listed as %v", ids)
	}
}

// TestWardEnds joins all rows to one group, and none where as many groups as rows are asked for.
func TestWardEnds(t *testing.T) {
	x := rowsOf([]float32{0, 1}, []float32{5, 5}, []float32{0, 2}, []float32{5, 6})
	for k, want := range map[int][]int32{
		1: {0, 0, 0, 0}, 2: {0, 1, 0, 1}, 4: {0, 1, 2, 3}, 9: {0, 1, 2, 3},
	} {
		if got := ward(x, k); !slices.Equal(got, want) {
			t.Errorf("%d groups: %v, want %v", k, got, want)
		}
	}
}

// TestEmptyTopics removes topics without papers and numbers the others on.
func TestEmptyTopics(t *testing.T) {
	for _, test := range []struct {
		cell []int32
		k    int
		want []int32
		left []int
	}{
		{[]int32{0, 2, 2}, 4, []int32{0, 1, 1}, []int{0, 2}},
		{[]int32{1, 0}, 2, []int32{1, 0}, []int{0, 1}},
		{[]int32{3, 3, 3}, 4, []int32{0, 0, 0}, []int{3}},
		{nil, 2, []int32{}, nil},
	} {
		got, left := withoutEmpty(test.cell, test.k)
		if !slices.Equal(got, test.want) || !slices.Equal(left, test.left) {
			t.Errorf("%v of %d: %v and %v, want %v and %v", test.cell, test.k, got, left, test.want, test.left)
		}
	}
	shares := rowsOf([]float32{.9, .1, 0}, []float32{.9, .1, 0}, []float32{.2, .3, .5})
	no := func(int) bool { return false }
	for name, test := range map[string]struct {
		least, keep int
		pinned      func(int) bool
		left        []int
	}{
		"without papers":          {1, 3, no, []int{0, 2}}, // also where three should stay
		"with one":                {2, 1, no, []int{0}},
		"with one, two to stay":   {2, 2, no, []int{0, 2}},
		"with one, pinned":        {2, 1, func(c int) bool { return c == 2 }, []int{0, 2}},
		"without any, and pinned": {1, 1, func(c int) bool { return c == 1 }, []int{0, 2}},
		"all small":               {9, 1, no, []int{0}},
	} {
		m, left := withoutSmall(shares, test.least, test.keep, test.pinned)
		if !slices.Equal(left, test.left) || m.Cols != len(left) || m.Row(2)[len(left)-1] != shares.Row(2)[left[len(left)-1]] {
			t.Errorf("%s: left are %v, want %v", name, left, test.left)
		}
	}
	zero := centroidsOf(shares, [][]int32{{}, {0}})
	if !isZero(zero.Row(0)) || math.Abs(float64(vec.Norm(zero.Row(1)))-1) > 1e-6 {
		t.Errorf("the centroid of nothing is %v, of one row %v", zero.Row(0), zero.Row(1))
	}
	f := &fitting{pins: []int32{4, -1, 6}}
	p := &partition{centroids: rowsOf([]float32{1}, []float32{2}, []float32{3}), cell: []int32{2, 0, 2}}
	f.dropEmpty(p)
	if !slices.Equal(f.pins, []int32{4, 6}) || !slices.Equal(p.cell, []int32{1, 0, 1}) || p.centroids.Row(1)[0] != 3 {
		t.Errorf("pins %v, cells %v, centroids %v", f.pins, p.cell, p.centroids.Data)
	}
}

// TestMatchedPartitions is 1 for the same parts under other numbers, and does not depend on which comes first.
func TestMatchedPartitions(t *testing.T) {
	for name, test := range map[string]struct {
		a, b []int32
		want float64
	}{
		"the same":        {[]int32{0, 0, 1, 2}, []int32{0, 0, 1, 2}, 1},
		"other numbers":   {[]int32{0, 0, 1, 2}, []int32{2, 2, 0, 1}, 1},
		"one moved":       {[]int32{0, 0, 1, 1}, []int32{0, 1, 1, 1}, .75},
		"one topic":       {[]int32{0, 0, 1, 1}, []int32{0, 0, 0, 0}, .5},
		"across":          {[]int32{0, 0, 1, 1}, []int32{0, 1, 0, 1}, .5},
		"of no documents": {nil, nil, 0},
	} {
		if got := matched(test.a, test.b, 3, 3); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
		if got := matched(test.b, test.a, 3, 3); got != test.want {
			t.Errorf("%s, the other way: %v, want %v", name, got, test.want)
		}
	}
}

// TestPinnedGain lets a matching keep pinned topics, whatever others would gain.
func TestPinnedGain(t *testing.T) {
	gain := [][]float64{{9, 0, 0}, {8, 1, 0}, {0, 0, 5}}
	f := &fitting{n: 20, pins: []int32{-1, 0, -1}} // the second topic continues the first one, by its pin
	if got := maximumMatching(gain); !slices.Equal(got, []int{0, 1, 2}) {
		t.Fatalf("without pins: %v", got)
	}
	if got := maximumMatching(f.pinnedGain(Main, gain)); !slices.Equal(got, []int{-1, 0, 2}) {
		t.Errorf("with a pin: %v", got)
	}
	if gain[1][0] != 8 {
		t.Error("the gains of the caller have changed")
	}
	if got := f.pinnedGain(Subtopics, gain); &got[0] != &gain[0] {
		t.Error("pins are of the main level alone")
	}
	// A pinned topic keeps its id even where none of the old papers is left in it.
	f.pins = []int32{2, -1, -1}
	if got := maximumMatching(f.pinnedGain(Main, gain)); got[0] != 2 || got[2] == 2 {
		t.Errorf("a pin without shared papers: %v", got)
	}
}

// TestCalibrationReaches the share that is asked for, within what the number of topics allows.
func TestCalibrationReaches(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	scores := vec.NewDense(300, 4)
	for i := range scores.Data {
		scores.Data[i] = rng.Float32()
	}
	mean := func(sharpness float32) float64 {
		sum := 0.0
		for i := range scores.Rows() {
			row := slices.Clone(scores.Row(i))
			vec.Softmax(row, sharpness)
			sum += float64(row[argmax(row)])
		}
		return sum / float64(scores.Rows())
	}
	for target, want := range map[float64]float64{.5: .5, .8: .8, 0: .3, 1: .98} {
		if got := mean(calibrate(scores, target)); math.Abs(got-want) > .005 {
			t.Errorf("asked for %v: the mean share is %v, want %v", target, got, want)
		}
	}
	if a, b := calibrate(scores, .5), calibrate(scores, .8); a >= b {
		t.Errorf("a share of .5 takes a sharpness of %v, .8 one of %v", a, b)
	}
	one := calibrate(vec.NewDense(5, 1), .7) // there is nothing to be unsure of
	if math.IsNaN(float64(one)) || math.IsInf(float64(one), 0) {
		t.Errorf("of one topic: %v", one)
	}
}

// TestFloorOfLikePapers divides by no deviation of 0, and counts topics of few papers by the others.
func TestFloorOfLikePapers(t *testing.T) {
	same := floorOf([][2]float32{{.5, .2}, {.5, .2}, {.5, .2}}, []int32{0, 0, 1}, 3)
	for c, d := range same.Closeness {
		if d[1] <= 0 || math.IsNaN(float64(d[0])) {
			t.Errorf("topic %d: mean and deviation %v", c, d)
		}
	}
	if got := same.standing(0, .5, .2); got != 0 {
		t.Errorf("a paper like all others stands at %v", got)
	}
	f := floorOf([][2]float32{{.9, .2}, {.7, .2}, {.8, .2}, {.8, .4}}, []int32{0, 0, 0, 1}, 2)
	if f.Closeness[1][1] <= 1e-5 {
		t.Errorf("one paper alone has a deviation of %v, and is not counted by the others", f.Closeness[1][1])
	}
	far, near := f.outside(0, -.9, -.9), f.outside(0, .8, .2)
	if near != 0 || far < .5 || far > 1 {
		t.Errorf("a paper like the others is outside by %v, one far away by %v", near, far)
	}
	if got := f.outside(0, -.9, clearLead); got != 0 {
		t.Errorf("a clear lead is outside by %v", got)
	}
	if a, b := f.outside(0, .2, -.2), f.outside(0, .1, -.3); a > b {
		t.Errorf("a farther paper is less sure to be outside: %v, %v", a, b)
	}
}

// TestNumberOfTopics grows with the papers, slower than they do, and is at least 1.
func TestNumberOfTopics(t *testing.T) {
	for n, want := range map[int]int{0: 1, 1: 1, 4: 1, 8: 2, 26: 6, 2000: 20, 50_000: 50} {
		if got := AutoTopics(n); got != want {
			t.Errorf("%d papers: %d topics, want %d", n, got, want)
		}
	}
	for n := 1; n < 5000; n++ {
		if AutoTopics(n+1) < AutoTopics(n) {
			t.Fatalf("%d papers have fewer topics than %d", n+1, n)
		}
	}
	for _, test := range []struct{ n, asked, want int }{{10, 3, 3}, {10, 40, 10}, {1, 0, 1}, {2000, 0, 20}} {
		if got := (&fitting{n: test.n, opt: Options{Topics: test.asked}}).want(); got != test.want {
			t.Errorf("%d papers, %d asked for: %d, want %d", test.n, test.asked, got, test.want)
		}
	}
}

// TestWordsThatFormTopics leaves out words of one paper and words of most papers, unless nothing else is left.
func TestWordsThatFormTopics(t *testing.T) {
	counts := func(n int, in func(doc, word int) bool) *fitting {
		f := &fitting{n: n, in: &Input{}, rows: spread(n, n)}
		f.in.Words.Counts = &vec.CSR{Ptr: []int64{0}, Cols: 4}
		for d := range n {
			var row vec.Sparse
			for w := range 4 {
				if in(d, w) {
					row.Index, row.Value = append(row.Index, uint32(w)), append(row.Value, 1)
				}
			}
			f.in.Words.Counts.Append(row)
		}
		return f
	}
	// Word 0 stands in all papers, 1 in every other, 2 in three, 3 in one.
	stands := func(d, w int) bool { return w == 0 || w == 1 && d%2 == 0 || w == 2 && d < 3 || w == 3 && d == 0 }
	for _, test := range []struct {
		n, least int
		want     []uint32
	}{
		{40, 1, []uint32{1, 2, 3}}, {40, 2, []uint32{1, 2}}, {40, 4, []uint32{1}},
		{40, 30, []uint32{1}},      // none stands in so many: those in most
		{10, 2, []uint32{0, 1, 2}}, // of a small corpus, words of all papers stay
	} {
		if got := counts(test.n, stands).keepWords(test.least); !slices.Equal(got, test.want) {
			t.Errorf("%d papers, in %d at least: %v, want %v", test.n, test.least, got, test.want)
		}
	}
	if got := counts(40, func(int, int) bool { return false }).keepWords(2); len(got) != 0 {
		t.Errorf("papers without words: %v", got)
	}
}

// TestIDFOfBackground weighs a word by the papers at large, where these are known.
func TestIDFOfBackground(t *testing.T) {
	in := groups(24, 3, 1)
	f := &fitting{n: 24, in: &in}
	vocabulary := []uint32{0, 40} // a word of one group, and one of all
	alone := f.idf(vocabulary)
	if alone[0] <= alone[1] {
		t.Errorf("a word of one group weighs %v, one of all %v", alone[0], alone[1])
	}
	in.Background, in.BackgroundDocs = make([]uint32, in.Words.Counts.Cols), 10_000
	in.Background[0] = 9_000 // a usual word elsewhere
	if among := f.idf(vocabulary); among[0] >= alone[0] || among[1] <= alone[1] || among[0] <= 0 {
		t.Errorf("beside others: %v, alone: %v", among, alone)
	}
}

// TestSeeds fits with several seeds, each of which finds the groups that are there, and each the same twice.
func TestSeeds(t *testing.T) {
	const n, k = 90, 3
	in := groups(n, k, 3)
	for seed := range uint64(5) {
		opt := Options{Topics: k, Seed: seed}
		top := fit(t, in, opt)
		if share := together(top, n, k); share < .95 {
			t.Errorf("seed %d: %v of the pairs are together", seed, share)
		}
		again := fit(t, in, opt)
		for i := range n {
			a, x := top.Of(i)
			if b, y := again.Of(i); a != b || x != y {
				t.Fatalf("seed %d: document %d is in %d, and the second time in %d", seed, i, a, b)
			}
		}
	}
}

// TestCorporaWithoutTopics forms what can be formed of papers that have nothing to tell them apart.
func TestCorporaWithoutTopics(t *testing.T) {
	one := groups(1, 1, 1)
	same := groups(12, 1, 1)
	row := same.Words.Counts.Row(0)
	same.Words.Counts, same.Words.InTitle = &vec.CSR{Ptr: []int64{0}, Cols: same.Words.Counts.Cols}, nil
	empty := groups(12, 1, 1)
	empty.Words.Counts, empty.Words.InTitle = &vec.CSR{Ptr: []int64{0}, Cols: empty.Words.Counts.Cols}, nil
	for range 12 {
		same.Words.Counts.Append(row)
		same.Words.InTitle = append(same.Words.InTitle, make([]bool, row.Len())...)
		empty.Words.Counts.Append(vec.Sparse{})
	}
	for name, in := range map[string]Input{"one paper": one, "one paper twelve times": same, "papers without words": empty} {
		for _, topics := range []int{0, 1, 5} {
			top := fit(t, in, Options{Topics: topics})
			checkTopics(t, name, &in, top)
			if len(top.List()) != 1 {
				t.Errorf("%s, %d topics asked for: %d are there", name, topics, len(top.List()))
			}
			if _, none := top.Nearest(vec.Sparse{}, Vectors{}, 3); none != 0 {
				t.Errorf("%s: a text without words is in no topic by %v", name, none)
			}
			if list, _ := top.Nearest(in.Words.Counts.Row(0), Vectors{}, -1); len(list) != 0 {
				t.Errorf("%s: -1 topics of a text are %v", name, list)
			}
		}
	}
}

// TestDivisionRefuses what cannot be divided, and says what can.
func TestDivisionRefuses(t *testing.T) {
	in := groups(12, 3, 1)
	x := vec.NewDense(12, 3)
	for i := range 12 {
		x.Row(i)[i%3] = 1
	}
	for parts, ok := range map[int]bool{-1: false, 0: false, 1: false, 2: true, 3: true, 4: false, MostParts + 1: false} {
		got, err := Divide(context.Background(), in, x, parts, nil)
		if (err == nil) != ok || ok && len(got) != parts {
			t.Errorf("%d parts: %d, %v", parts, len(got), err)
		}
		if !ok && !strings.Contains(err.Error(), "want 2 to 8 parts") && !strings.Contains(err.Error(), "too similar") {
			t.Errorf("%d parts: %v does not say what can be", parts, err)
		}
	}
}

// TestGuidesAsWritten reads what people write: marks of a byte order, spaces, colons of ids, other alphabets.
func TestGuidesAsWritten(t *testing.T) {
	for in, want := range map[string]Guide{
		"\ufefflosses: a":             {"losses", []string{"a"}},
		"  two  words :  a  b ,, c, ": {"two words", []string{"a b", "c"}},
		"moss:doi:10.1/x:y":           {"moss", []string{"doi:10.1/x:y"}},
		"模型: 深度 学习":                   {"模型", []string{"深度 学习"}},
		"alone":                       {"alone", nil},
		"alone:":                      {"alone", nil},
		"crlf: a\r":                   {"crlf", []string{"a"}},
	} {
		got, err := ReadGuides(strings.NewReader("# comment\n\n" + in + "\n"))
		if err != nil || len(got) != 1 || got[0].Name != want.Name || !slices.Equal(got[0].Seeds, want.Seeds) {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
	for in, line := range map[string]string{"a: x\n\n: y": "line 3", "a: x\nb: y\nA : z": "line 3"} {
		if _, err := ReadGuides(strings.NewReader(in)); err == nil || !strings.Contains(err.Error(), line) {
			t.Errorf("%q: %v does not name %s", in, err, line)
		}
	}
}

// TestTrendsOfEqualEvidence gives topics with the same counts the same trend, and more of them no more certainty.
func TestTrendsOfEqualEvidence(t *testing.T) {
	all := []int{100, 100, 100, 100, 100}
	up, down := []int{5, 10, 15, 20, 25}, []int{25, 20, 15, 10, 5}
	two := Trends([][]int{up, up}, all)
	if two[0].Z != two[1].Z || two[0].Q != two[1].Q || two[0].Direction() != 1 {
		t.Errorf("equal counts: %+v", two)
	}
	both := Trends([][]int{up, down}, all)
	if math.Abs(both[0].Z+both[1].Z) > 1e-9 || both[0].Q != both[1].Q || both[1].Direction() != -1 {
		t.Errorf("mirrored counts: %+v", both)
	}
	flat := make([][]int, 60)
	for i := range flat {
		flat[i] = []int{10, 11, 10, 9, 10}
	}
	among := Trends(append(flat, up), all)
	if alone := Trends([][]int{up}, all); among[60].Q <= alone[0].Q {
		t.Errorf("among 60 flat topics a rise is as sure, %v, as alone, %v", among[60].Q, alone[0].Q)
	}
	if few := Trends([][]int{{1, 2}}, []int{10, 10}); few[0].Z != 0 || few[0].Direction() != 0 {
		t.Errorf("two periods have the trend %+v", few[0])
	}
}
