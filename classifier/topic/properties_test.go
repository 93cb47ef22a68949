package topic

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"kindred/classifier/topic/naming"
	"kindred/classifier/vec"
)

// checkTopics holds topics of in against everything that is so for any corpus.
func checkTopics(t *testing.T, name string, in *Input, top *Topics) {
	t.Helper()
	n := len(in.IDs)
	if err := top.Fits(n, in.Words.Counts.Cols, 0); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	byID := map[int]Topic{}
	labels := map[string]bool{}
	for level := Subtopics; level <= Fields; level++ {
		list := top.Level(level)
		if !slices.IsSortedFunc(list, func(a, b Topic) int { return cmp.Compare(b.Size, a.Size) }) {
			t.Errorf("%s: level %d is not sorted by size", name, level)
		}
		for _, tp := range list {
			if _, ok := byID[tp.ID]; ok || tp.ID < 1 || tp.ID >= top.next || tp.Level != level {
				t.Errorf("%s: id %d, level %d is not new, or not below the next, %d", name, tp.ID, tp.Level, top.next)
			}
			byID[tp.ID] = tp
			if key := strings.ToLower(tp.Label); labels[key] || key == "" {
				t.Errorf("%s: label %q is empty or given twice", name, tp.Label)
			} else {
				labels[key] = true
			}
			if tp.Size < 1 || tp.Terms == nil || len(tp.Terms) > 10 {
				t.Errorf("%s: topic %q has %d documents and terms %v", name, tp.Label, tp.Size, tp.Terms)
			}
		}
	}
	checkTree(t, name, top, byID)
	members := map[int]map[string]bool{}
	for i, id := range in.IDs {
		for _, topicID := range pathOf(top, i) {
			if members[topicID] == nil {
				members[topicID] = map[string]bool{}
			}
			members[topicID][id] = true
		}
		checkWeights(t, name, top, i)
	}
	for id, tp := range byID {
		if len(members[id]) != tp.Size {
			t.Errorf("%s: topic %d has size %d and %d documents", name, id, tp.Size, len(members[id]))
		}
		for _, p := range tp.Papers {
			if !members[id][p] && tp.Level == Main && n < SmallCorpus {
				t.Errorf("%s: topic %d is represented by %s, which is not in it", name, id, p)
			}
		}
		if len(slices.Compact(slices.Sorted(slices.Values(tp.Papers)))) != len(tp.Papers) {
			t.Errorf("%s: topic %d is represented by %v", name, id, tp.Papers)
		}
	}
}

// checkTree wants each topic of a lower level once among the children of the level above, and sizes that add up.
func checkTree(t *testing.T, name string, top *Topics, byID map[int]Topic) {
	t.Helper()
	met := map[int]int{}
	for id, tp := range byID {
		sum := 0
		for _, c := range tp.Children {
			child := byID[c]
			if child.Parent != id || child.Level != tp.Level-1 {
				t.Errorf("%s: child %d of %d has parent %d, level %d", name, c, id, child.Parent, child.Level)
			}
			met[c]++
			sum += child.Size
		}
		if len(tp.Children) > 0 && sum != tp.Size {
			t.Errorf("%s: topic %d has size %d, its children %d", name, id, tp.Size, sum)
		}
	}
	for id, tp := range byID {
		under := tp.Level == Subtopics || tp.Level == Main && len(top.Level(Fields)) > 0
		if want := map[bool]int{true: 1}[under]; met[id] != want {
			t.Errorf("%s: topic %d of level %d is a child %d times, want %d", name, id, tp.Level, met[id], want)
		}
	}
}

// checkWeights wants the kept weights of a document to be its heaviest, and at most 1 together.
func checkWeights(t *testing.T, name string, top *Topics, i int) {
	t.Helper()
	weights := top.Weights(i)
	id, confidence := top.Of(i)
	if len(weights) < 1 || len(weights) > MostShares || weights[0] != (Score{id, confidence}) {
		t.Fatalf("%s: document %d has topic %d with %v, and weights %v", name, i, id, confidence, weights)
	}
	sum, topics := 0.0, map[int]bool{}
	for at, w := range weights {
		sum += float64(w.Weight)
		if topics[w.Topic] || at > 0 && (w.Weight > weights[at-1].Weight || w.Weight < leastShare) || w.Weight <= 0 {
			t.Errorf("%s: document %d has weights %v", name, i, weights)
		}
		topics[w.Topic] = true
	}
	if sum > 1+1e-5 {
		t.Errorf("%s: the weights of document %d sum to %v", name, i, sum)
	}
}

// TestTopicsOfAnyCorpus fits corpora of every kind, goes on from them, and holds the results against checkTopics.
func TestTopicsOfAnyCorpus(t *testing.T) {
	wordless := groups(40, 2, 1)
	wordless.Words.Counts = &vec.CSR{Ptr: make([]int64, 41), Cols: wordless.Words.Counts.Cols}
	wordless.Words.InTitle = nil
	general := groups(90, 5, 2)
	general.General = unitRows(rand.New(rand.NewPCG(1, 2)), 90, 7, 1)
	background := groups(300, 8, 3)
	background.BackgroundDocs, background.Background = 5000, make([]uint32, background.Words.Counts.Cols)
	for w := range background.Background {
		background.Background[w] = uint32(17 * w % 3000)
	}
	alike := groups(400, 1, 8)
	first := reordered(alike.Words, []int{0, 1, 2})
	alike.Words = reordered(first, slices.Repeat([]int{0, 0, 0, 1, 2}, 80))
	for name, in := range map[string]Input{
		"three texts over and over": alike,
		"one document":              groups(1, 1, 1), "three documents": groups(3, 3, 1),
		"few": groups(30, 4, 4), "a page": groups(140, 9, 5),
		"without words": wordless, "with general vectors": general, "with a background": background,
		"the least large corpus": groups(SmallCorpus, 9, 6), "large with levels": nested(1600, 8, 7),
	} {
		for _, k := range []int{0, 1, 5, 9} {
			name := fmt.Sprintf("%s, %d topics", name, k)
			first := fit(t, in, Options{Topics: k, Seed: 3})
			checkTopics(t, name, &in, first)
			if k == 0 || k == 9 {
				again := fit(t, in, Options{Topics: k / 2, Seed: 4, Previous: &Earlier{first, in.IDs}})
				checkTopics(t, name+" again", &in, again)
			}
		}
	}
}

// TestWeightsSumToOne sums the weights of a text in all topics, for both kinds of scorer.
func TestWeightsSumToOne(t *testing.T) {
	for _, n := range []int{80, 700} {
		in := groups(n, 7, 3)
		in.General = unitRows(rand.New(rand.NewPCG(5, 2)), n, 6, 1)
		top := fit(t, in, Options{Topics: 7})
		for i := range n {
			all, _ := top.Nearest(in.Words.Counts.Row(i), Vectors{General: in.General.Row(i)}, 100)
			sum := 0.0
			for _, s := range all {
				sum += float64(s.Weight)
			}
			if len(all) != len(top.List()) || math.Abs(sum-1) > 1e-4 {
				t.Fatalf("%d documents: %d weights of document %d sum to %v", n, len(all), i, sum)
			}
			if kept := Memberships(all); !slices.Equal(kept, top.Weights(i)) {
				t.Fatalf("%d documents: document %d keeps %v, its text would keep %v", n, i, top.Weights(i), kept)
			}
		}
	}
}

func TestMemberships(t *testing.T) {
	for _, c := range []struct {
		weights []float32
		want    int
	}{{nil, 0}, {[]float32{0.1}, 1}, {[]float32{0.5, 0.15, 0.149}, 2}, {[]float32{0.3, 0.2, 0.2, 0.2}, MostShares}} {
		var scores []Score
		for i, w := range c.weights {
			scores = append(scores, Score{i + 1, w})
		}
		got := Memberships(scores)
		if len(got) != c.want || !slices.Equal(got, scores[:c.want]) {
			t.Errorf("of %v are kept %v, want %d", scores, got, c.want)
		}
	}
}

// TestFitRefusesInput breaks one part of the input at a time.
func TestFitRefusesInput(t *testing.T) {
	for name, change := range map[string]func(in *Input){
		"no documents":          func(in *Input) { in.IDs = nil },
		"an id too many":        func(in *Input) { in.IDs = append(in.IDs, "x") },
		"no counts":             func(in *Input) { in.Phrases.Counts = nil },
		"a name too few":        func(in *Input) { in.WordNames = in.WordNames[1:] },
		"a phrase without name": func(in *Input) { in.PhraseNames = in.PhraseNames[1:] },
		"a phrase of no words":  func(in *Input) { in.PhraseWords = in.PhraseWords[1:] },
		"a mark too few":        func(in *Input) { in.Words.InTitle = in.Words.InTitle[1:] },
		"a mark too many":       func(in *Input) { in.Phrases.InTitle = append(in.Phrases.InTitle, true) },
		"a short background":    func(in *Input) { in.Background, in.BackgroundDocs = make([]uint32, 3), 5 },
		"a background of none":  func(in *Input) { in.Background = make([]uint32, len(in.WordNames)) },
		"few general vectors":   func(in *Input) { in.General = vec.NewDense(3, 2) },
	} {
		in := groups(12, 3, 1)
		change(&in)
		_, err := Fit(context.Background(), in, Options{})
		if err == nil || !strings.HasPrefix(err.Error(), "topic: ") {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := FitShares(context.Background(), in, Options{}, vec.NewDense(12, 2)); err == nil {
			t.Errorf("%s: shares are taken", name)
		}
		if _, err := Divide(context.Background(), in, vec.NewDense(12, 2), 2, nil); err == nil {
			t.Errorf("%s: a division is made", name)
		}
	}
	if _, err := Fit(context.Background(), groups(12, 3, 1), Options{Topics: -1}); err == nil {
		t.Error("a negative number of topics is taken")
	}
}

func TestFitStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, n := range []int{60, 600} {
		if _, err := Fit(ctx, groups(n, 3, 1), Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("%d documents: a fit that was called off returns %v", n, err)
		}
	}
}

// TestFitShares makes topics of given shares: each document is in the topic of its largest share, and a topic that no
// document has most of is left out.
func TestFitShares(t *testing.T) {
	const n, k = 120, 4
	in := groups(n, k, 1)
	shares := vec.NewDense(n, k+1)
	for i := range n {
		row := shares.Row(i)
		row[i%k], row[(i+1)%k], row[k] = 0.6, 0.3, 0.1
	}
	top, err := FitShares(context.Background(), in, Options{}, shares)
	if err != nil {
		t.Fatal(err)
	}
	checkTopics(t, "shares", &in, top)
	if len(top.List()) != k || together(top, n, k) != 1 {
		t.Errorf("%d topics, %.2f of the pairs of a group are together", len(top.List()), together(top, n, k))
	}
	right := 0
	for i := range n {
		w := top.Weights(i)
		next, _ := top.Of((i + 1) % k)
		if len(w) != 2 || w[1].Topic != next || math.Abs(float64(w[0].Weight/w[1].Weight)-2) > 0.01 {
			t.Errorf("document %d has weights %v", i, w)
		}
		if got, _ := top.Nearest(in.Words.Counts.Row(i), Vectors{}, 1); got[0].Topic == w[0].Topic {
			right++
		}
	}
	if right < n*9/10 {
		t.Errorf("the texts of %d of %d documents get their topic", right, n)
	}
	again, err := FitShares(context.Background(), in, Options{Previous: &Earlier{top, in.IDs}}, shares)
	if err != nil || len(again.Changes()) > 0 {
		t.Errorf("the same shares give the changes %+v, %v", again.Changes(), err)
	}
	for name, bad := range map[string]*vec.Dense{"too few": vec.NewDense(n-1, 3), "of no topics": {}} {
		if _, err := FitShares(context.Background(), in, Options{}, bad); err == nil {
			t.Errorf("shares %s are taken", name)
		}
	}
}

// TestIDsFollowDocuments refits the same documents in another order.
func TestIDsFollowDocuments(t *testing.T) {
	for _, n := range []int{120, 700} {
		in := groups(n, 6, 2)
		first := fit(t, in, Options{Topics: 6})
		order := rand.New(rand.NewPCG(2, 2)).Perm(n)
		turned := in
		turned.IDs = make([]string, n)
		turned.Words, turned.Phrases = reordered(in.Words, order), reordered(in.Phrases, order)
		for i, r := range order {
			turned.IDs[i] = in.IDs[r]
		}
		again := fit(t, turned, Options{Topics: 6, Previous: &Earlier{first, in.IDs}})
		moved := 0
		for i, r := range order {
			a, _ := first.Of(r)
			if b, _ := again.Of(i); a != b {
				moved++
			}
		}
		if moved > n/20 {
			t.Errorf("%d of %d documents changed their topic when the order changed", moved, n)
		}
		if !slices.Equal(labelsByID(first), labelsByID(again)) {
			t.Errorf("labels %v became %v", labelsByID(first), labelsByID(again))
		}
	}
}

func reordered(o naming.Occurrences, order []int) naming.Occurrences {
	out := naming.Occurrences{Counts: &vec.CSR{Ptr: []int64{0}, Cols: o.Counts.Cols}}
	for _, r := range order {
		out.Counts.Append(o.Counts.Row(r))
		out.InTitle = append(out.InTitle, o.InTitle[o.Counts.Ptr[r]:o.Counts.Ptr[r+1]]...)
	}
	return out
}

func labelsByID(top *Topics) []string {
	var out []string
	for _, tp := range top.List() {
		out = append(out, fmt.Sprint(tp.ID, " ", tp.Label))
	}
	slices.Sort(out)
	return out
}

// TestIDsAreNeverGivenTwice goes through a chain of fits and wants no id that ended to come back.
func TestIDsAreNeverGivenTwice(t *testing.T) {
	for _, n := range []int{200, 700} {
		in := groups(n, 8, 3)
		var earlier *Earlier
		alive, ended := map[int]bool{}, map[int]bool{}
		for seed, k := range []int{8, 3, 6, 12, 2, 9} {
			top := fit(t, in, Options{Topics: k, Seed: uint64(seed), Previous: earlier})
			now := map[int]bool{}
			for level := Subtopics; level <= Fields; level++ {
				for _, tp := range top.Level(level) {
					now[tp.ID] = true
					if ended[tp.ID] {
						t.Errorf("%d documents, fit %d: id %d had ended", n, seed, tp.ID)
					}
				}
			}
			for id := range alive {
				if !now[id] {
					ended[id] = true
				}
			}
			alive, earlier = now, &Earlier{top, in.IDs}
		}
		if len(ended) == 0 {
			t.Error("no topic ended, so this proves nothing")
		}
	}
}

// TestNewDocumentsJoin goes on with documents added: those that were there keep their topic, the new ones join their
// group's.
func TestNewDocumentsJoin(t *testing.T) {
	const n, k = 300, 5
	more := groups(n+60, k, 4)
	few := more
	few.IDs = more.IDs[:n]
	few.Words, few.Phrases = reordered(more.Words, spread(n, n)), reordered(more.Phrases, spread(n, n))
	first := fit(t, few, Options{Topics: k})
	again := fit(t, more, Options{Topics: k, Previous: &Earlier{first, few.IDs}})
	joined := 0
	for i := n; i < n+60; i++ {
		is, _ := again.Of(i)
		if was, _ := first.Of(i % k); is == was {
			joined++
		}
	}
	if joined < 55 || len(again.Changes()) > 0 {
		t.Errorf("%d of 60 new documents joined the topic of their group; changes %+v", joined, again.Changes())
	}
}

// TestDivisionKeepsDocuments wants each document in one part, sorted by size, and each part to be found again by its
// anchors.
func TestDivisionKeepsDocuments(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 3))
	for trial := range 12 {
		n, parts := 40+rng.IntN(200), 2+rng.IntN(MostParts-1)
		in := groups(n, 3+rng.IntN(4), uint64(trial))
		x := unitRows(rng, n, 3+rng.IntN(5), 1)
		got, err := Divide(context.Background(), in, x, parts, nil)
		if err != nil {
			t.Fatalf("%d documents, %d parts: %v", n, parts, err)
		}
		sum, used, labels := 0, map[string]bool{}, map[string]bool{}
		anchors := make([][]int32, parts)
		for j, p := range got {
			sum += p.Size
			if p.Size == 0 || j > 0 && p.Size > got[j-1].Size || labels[p.Label] || p.Label == "" {
				t.Errorf("%d documents: part %d, %q, has size %d", n, j, p.Label, p.Size)
			}
			labels[p.Label] = true
			for _, id := range p.Anchors {
				if used[id] {
					t.Errorf("%d documents: %s is an anchor twice", n, id)
				}
				used[id] = true
				anchors[j] = append(anchors[j], int32(slices.Index(in.IDs, id)))
			}
		}
		if len(got) != parts || sum != n {
			t.Errorf("%d documents in %d parts: %d parts hold %d", n, parts, len(got), sum)
		}
		sizes := make([]int, parts)
		for _, c := range nearestOf(x, centroidsOf(x, anchors)) {
			sizes[c]++
		}
		for j, p := range got {
			if sizes[j] != p.Size {
				t.Errorf("%d documents: the anchors of part %d find %d documents of %d", n, j, sizes[j], p.Size)
			}
		}
	}
}

// TestDivisionNamesItsParts divides groups of different sizes and wants each part called by words of its documents.
func TestDivisionNamesItsParts(t *testing.T) {
	all := groups(400, 4, 5)
	for _, sizes := range [][]int{
		{10, 40, 20, 30}, {30, 10, 40, 20}, {20, 30, 40, 10}, {20, 40, 30, 10}, {40, 20, 10, 30},
	} {
		var rows []int
		for i := range all.IDs {
			if i/4 < sizes[i%4] {
				rows = append(rows, i)
			}
		}
		in, x := all, vec.NewDense(len(rows), 4)
		in.IDs, in.Words, in.Phrases = pick(all.IDs, rows), reordered(all.Words, rows), reordered(all.Phrases, rows)
		for i, r := range rows {
			x.Row(i)[r%4] = 1
		}
		parts, err := Divide(context.Background(), in, x, 4, nil)
		if err != nil {
			t.Fatal(err)
		}
		for j, p := range parts {
			want := byte('a' + slices.Index(sizes, 40-10*j))
			if p.Label[0] != want || p.Terms[0].Text[0] != want || p.Size != 40-10*j {
				t.Errorf("%v: part %d, of %d documents, is %q, want words of %c", sizes, j, p.Size, p.Label, want)
			}
		}
	}
}

// TestDivisionOfOneThing asks for parts of documents that do not differ.
func TestDivisionOfOneThing(t *testing.T) {
	x := vec.NewDense(20, 3)
	for i := range 20 {
		x.Row(i)[0] = 1
	}
	if _, err := Divide(context.Background(), groups(20, 2, 1), x, 3, nil); !errors.Is(err, ErrIndivisible) {
		t.Errorf("equal documents in three parts: %v", err)
	}
}

func TestFits(t *testing.T) {
	in := groups(60, 3, 1)
	top := fit(t, in, Options{Topics: 3})
	if err := top.Fits(60, len(in.WordNames), 0); err != nil {
		t.Fatal(err)
	}
	if top.Fits(59, len(in.WordNames), 0) == nil || top.Fits(60, int(slices.Max(top.scorer.vocabulary)), 0) == nil {
		t.Error("topics fit fewer documents or terms than they have")
	}
	top.scorer.vocabulary[1] = top.scorer.vocabulary[0]
	if top.Fits(60, len(in.WordNames), 0) == nil {
		t.Error("topics fit that name a term twice")
	}
}
