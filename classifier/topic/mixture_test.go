package topic

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"kindred/classifier/vec"
)

// mixed returns the words of a corpus of k groups, and random shares of its documents in topics, rows that sum to 1.
func mixed(n, k, topics int, seed uint64) (*words, *vec.Dense) {
	in := groups(n, k, seed)
	w := &words{papers: in.Words.Counts, byWord: in.Words.Counts.Transpose()}
	rng := rand.New(rand.NewPCG(seed, 9))
	shares := vec.NewDense(n, topics)
	for i := range n {
		row, sum := shares.Row(i), float32(0)
		for j := range row {
			row[j] = float32(rng.ExpFloat64())
			sum += row[j]
		}
		vec.Scale(1/sum, row)
	}
	return w, shares
}

// TestMixtureIsDistributions wants the words of each topic, and the topics, to be probabilities that sum to 1.
func TestMixtureIsDistributions(t *testing.T) {
	w, shares := mixed(80, 4, 5, 1)
	m := &mixture{}
	m.learn(w, shares)
	prior := 0.0
	for j := range shares.Cols {
		prior += math.Exp(float64(m.prior[j]))
		sum := 0.0
		for r := range m.logs.Rows() {
			sum += math.Exp(float64(m.logs.Row(r)[j]))
		}
		if math.Abs(sum-1) > 1e-4 {
			t.Errorf("the words of topic %d have probabilities that sum to %v", j, sum)
		}
	}
	if math.Abs(prior-1) > 1e-4 {
		t.Errorf("the topics have probabilities that sum to %v", prior)
	}
	m.expect(shares, w)
	for i := range shares.Rows() {
		if sum := rowSum(shares, i); math.Abs(sum-1) > 1e-5 {
			t.Errorf("the shares of document %d sum to %v", i, sum)
		}
	}
}

func rowSum(m *vec.Dense, r int) float64 {
	sum := 0.0
	for _, v := range m.Row(r) {
		sum += float64(v)
	}
	return sum
}

// TestImproveFindsGroups starts from shares that lean a little towards the right groups.
func TestImproveFindsGroups(t *testing.T) {
	const n, k = 200, 4
	w, shares := mixed(n, k, k, 2)
	for i := range n {
		shares.Row(i)[i%k] += 0.5
	}
	if _, err := improve(context.Background(), w, shares, 10); err != nil {
		t.Fatal(err)
	}
	right := 0
	for i, c := range hard(shares) {
		if int(c) == i%k {
			right++
		}
	}
	if right < n*95/100 {
		t.Errorf("%d of %d documents are in their group", right, n)
	}
}

// TestJoinedDistances compares distances that were kept up to date with those of the joined topics computed anew.
func TestJoinedDistances(t *testing.T) {
	w, shares := mixed(60, 3, 7, 3)
	d := newDistances(w, shares)
	for len(d.counts) > 3 {
		i, j := d.nearest()
		if i >= j {
			t.Fatalf("topics %d and %d are nearest, want the first before the second", i, j)
		}
		shares = joinColumns(shares, i, j)
		d.join(i, j)
		anew := newDistances(w, shares)
		for a := range anew.cost {
			if math.Abs(anew.mass[a]-d.mass[a]) > 1e-2 {
				t.Errorf("mass of topic %d is %v, anew %v", a, d.mass[a], anew.mass[a])
			}
			for b, want := range anew.cost[a] {
				if math.Abs(d.cost[a][b]-want) > 1e-3 {
					t.Errorf("joining topics %d and %d costs %v, anew %v", a, b, d.cost[a][b], want)
				}
			}
		}
	}
}

// TestJoiningCosts wants it to cost nothing to join topics of one distribution, and something to join others.
func TestJoiningCosts(t *testing.T) {
	w, _ := mixed(60, 3, 3, 3)
	shares := vec.NewDense(60, 3)
	for i := range 60 { // the first two share the documents of a group evenly
		if i%3 == 0 {
			shares.Row(i)[0], shares.Row(i)[1] = 0.5, 0.5
		} else {
			shares.Row(i)[2] = 1
		}
	}
	d := newDistances(w, shares)
	if i, j := d.nearest(); i != 0 || j != 1 || d.cost[1][0] > 1e-6 || d.cost[2][0] < 0.01 {
		t.Errorf("topics %d and %d are nearest, costs %v", i, j, d.cost)
	}
}

// TestMergeKeepsShares wants no share of a document to be lost, both with rounds of improvement between and without.
func TestMergeKeepsShares(t *testing.T) {
	for _, k := range []int{3, eachMerge + 1} {
		w, shares := mixed(90, 6, 20, 4)
		got, err := mergeTo(context.Background(), w, shares, k)
		if err != nil {
			t.Fatal(err)
		}
		if got.Cols != k || got.Rows() != 90 {
			t.Fatalf("%d×%d shares, want 90×%d", got.Rows(), got.Cols, k)
		}
		for i := range got.Rows() {
			if sum := rowSum(got, i); math.Abs(sum-1) > 1e-4 {
				t.Errorf("%d topics: the shares of document %d sum to %v", k, i, sum)
			}
		}
	}
}

func TestWithoutSmall(t *testing.T) {
	cell := []int32{0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 3, 3, 3, 3, 3, 4}
	none := func(int) bool { return false }
	for name, c := range map[string]struct {
		least, keep int
		pinned      func(int) bool
		want        []int
	}{
		"only those without rows": {1, 1, none, []int{0, 2, 3, 4}},
		"small ones":              {3, 1, none, []int{0, 3}},
		"as many as are to stay":  {3, 3, none, []int{0, 2, 3}},
		"all but the largest":     {100, 1, none, []int{0}},
		"not the pinned":          {3, 1, func(c int) bool { return c == 4 || c == 1 }, []int{0, 3, 4}},
	} {
		left, columns := withoutSmall(oneHot(cell, 5), c.least, c.keep, c.pinned)
		if !slices.Equal(columns, c.want) || left.Cols != len(c.want) {
			t.Errorf("%s: columns %v are left, want %v", name, columns, c.want)
		}
		for i, j := range columns {
			if left.Row(0)[i] != oneHot(cell, 5).Row(0)[j] {
				t.Errorf("%s: column %d is not what column %d was", name, i, j)
			}
		}
	}
}

// TestSelectWords compares with the definition: the words of the vocabulary, renumbered, with 1 + ln of their counts.
func TestSelectWords(t *testing.T) {
	in := groups(30, 3, 5)
	vocabulary, rows := []uint32{2, 3, 11, 40}, []int{4, 0, 17}
	got := selectWords(in.Words.Counts, rows, vocabulary)
	if got.Rows() != len(rows) || got.Cols != len(vocabulary) || got.Validate() != nil {
		t.Fatalf("%d×%d: %v", got.Rows(), got.Cols, got.Validate())
	}
	for i, r := range rows {
		for j, w := range vocabulary {
			want := float32(0)
			if n := in.Words.Counts.Row(r).At(w); n > 0 {
				want = 1 + float32(math.Log(float64(n)))
			}
			if v := got.Row(i).At(uint32(j)); v != want {
				t.Errorf("document %d, word %d: %v, want %v", r, w, v, want)
			}
		}
	}
}

// TestMatched wants two divisions that differ in the numbers of their cells alone to agree wholly.
func TestMatched(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	a, b, other := make([]int32, 500), make([]int32, 500), make([]int32, 500)
	number := rng.Perm(7)
	for i := range a {
		a[i] = int32(rng.IntN(7))
		b[i], other[i] = int32(number[a[i]]), int32(rng.IntN(7))
	}
	if got := matched(a, b, 7, 7); got != 1 {
		t.Errorf("the same cells under other numbers agree to %v", got)
	}
	if got := matched(a, other, 7, 7); got < 1.0/7 || got > 0.35 {
		t.Errorf("random cells agree to %v", got)
	}
	if got := matched(a, make([]int32, 500), 7, 1); got > 0.3 {
		t.Errorf("seven cells and one agree to %v", got)
	}
}
