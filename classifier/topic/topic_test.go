package topic

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"kindred/classifier/topic/naming"
	"kindred/classifier/vec"
)

// groups makes n documents in k groups: the words of a group stand in most of its documents and in few others, words of
// no group in all. Each group has a phrase.
func groups(n, k int, seed uint64) Input {
	rng := rand.New(rand.NewPCG(seed, 7))
	const own, shared = 12, 30
	var in Input
	in.Words.Counts = &vec.CSR{Ptr: []int64{0}, Cols: k*own + shared}
	in.Phrases.Counts = &vec.CSR{Ptr: []int64{0}, Cols: k}
	for g := range k {
		for w := range own {
			in.WordNames = append(in.WordNames, fmt.Sprintf("%c%cword", 'a'+g, 'a'+w))
		}
		first := uint32(g * own)
		in.PhraseNames = append(in.PhraseNames, in.WordNames[first]+" "+in.WordNames[first+1])
		in.PhraseWords = append(in.PhraseWords, []uint32{first, first + 1})
	}
	for w := range shared {
		in.WordNames = append(in.WordNames, fmt.Sprintf("zz%cword", 'a'+w%26))
	}
	for i := range n {
		in.IDs = append(in.IDs, fmt.Sprintf("p%05d", i))
		var row vec.Sparse
		for w := range in.WordNames {
			share := 0.3
			if w < k*own {
				share = 0.05
				if w/own == i%k {
					share = 0.6
				}
			}
			if rng.Float64() < share {
				row.Index, row.Value = append(row.Index, uint32(w)), append(row.Value, float32(1+rng.IntN(3)))
				in.Words.InTitle = append(in.Words.InTitle, rng.IntN(4) == 0)
			}
		}
		in.Words.Counts.Append(row)
		var phrase vec.Sparse
		if rng.IntN(2) == 0 {
			phrase = vec.Sparse{Index: []uint32{uint32(i % k)}, Value: []float32{1}}
			in.Phrases.InTitle = append(in.Phrases.InTitle, false)
		}
		in.Phrases.Counts.Append(phrase)
	}
	return in
}

func fit(t testing.TB, in Input, opt Options) *Topics {
	t.Helper()
	top, err := Fit(context.Background(), in, opt)
	if err != nil {
		t.Fatal(err)
	}
	return top
}

// together is the share of pairs of neighbouring documents of one group that have one topic.
func together(top *Topics, n, k int) float64 {
	same := 0
	for i := k; i < n; i++ {
		a, _ := top.Of(i)
		if b, _ := top.Of(i - k); a == b {
			same++
		}
	}
	return float64(same) / float64(n-k)
}

func TestFitFindsGroups(t *testing.T) {
	for _, n := range []int{60, 300, 1200} {
		in := groups(n, 6, 1)
		top := fit(t, in, Options{Topics: 6})
		if s := together(top, n, 6); s < 0.9 {
			t.Errorf("%d documents: %.2f of the pairs of a group are together", n, s)
		}
		labels, terms, sizes := map[string]bool{}, map[string]bool{}, 0
		for _, tp := range top.List() {
			sizes += tp.Size
			if labels[strings.ToLower(tp.Label)] || tp.Label == "" {
				t.Errorf("%d documents: label %q is empty or not unique", n, tp.Label)
			}
			labels[strings.ToLower(tp.Label)] = true
			for _, term := range tp.Terms {
				if terms[term.Text] || term.Weight <= 0 || strings.Contains(term.Text, " ") {
					t.Errorf("%d documents: topic %q has term %+v: taken, not positive or no word", n, tp.Label, term)
				}
				terms[term.Text] = true
			}
			if len(tp.Papers) != papersShown || tp.Description == "" {
				t.Errorf("%d documents: topic %q has papers %v, description %q", n, tp.Label, tp.Papers, tp.Description)
			}
		}
		if sizes != n {
			t.Errorf("the topics hold %d of %d documents", sizes, n)
		}
	}
}

func TestATextGetsTheTopicOfItsDocument(t *testing.T) {
	for _, n := range []int{100, 800} {
		in := groups(n, 5, 2)
		top := fit(t, in, Options{Topics: 5})
		for i := range n {
			id, share := top.Of(i)
			got, _ := top.Nearest(in.Words.Counts.Row(i), Vectors{}, 5)
			if len(got) != 5 || got[0].Topic != id || got[0].Weight != share {
				t.Fatalf("document %d of %d has topic %d with %v, its text %+v", i, n, id, share, got)
			}
			sum := 0.0
			for _, s := range got {
				sum += float64(s.Weight)
			}
			if math.Abs(sum-1) > 1e-4 {
				t.Fatalf("shares sum to %v", sum)
			}
			if w := top.Weights(i); w[0] != got[0] || len(w) > 1 && w[1] != got[1] {
				t.Fatalf("document %d has weights %+v, its text %+v", i, w, got)
			}
		}
		if got, _ := top.Nearest(vec.Sparse{}, Vectors{}, 3); got != nil {
			t.Error("a text without words has topics")
		}
	}
}

func TestFitIsDeterministic(t *testing.T) {
	for _, n := range []int{200, 1500} {
		in := groups(n, 9, 2)
		encode := func() []byte {
			b, err := fit(t, in, Options{Seed: 5}).MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		many := encode()
		before := runtime.GOMAXPROCS(1)
		if !bytes.Equal(many, encode()) {
			t.Errorf("%d documents: one core gives other bytes than many", n)
		}
		runtime.GOMAXPROCS(before)
	}
}

func TestTheSamePapersKeepTheirTopicsWhole(t *testing.T) {
	in := groups(600, 6, 3)
	first := fit(t, in, Options{Fingerprint: "x"})
	if again := fit(t, in, Options{Fingerprint: "x", Previous: &Earlier{first, in.IDs}}); again != first {
		t.Error("a fit of the same fingerprint is not the earlier one")
	}
}

func TestIDsSurviveRefit(t *testing.T) {
	for _, n := range []int{240, 1200} {
		in := groups(n, 6, 3)
		first := fit(t, in, Options{Topics: 6, Seed: 1})
		more := groups(n*11/10, 6, 3)
		for name, opt := range map[string]Options{
			"going on": {Topics: 6, Seed: 99, Previous: &Earlier{first, in.IDs}},
			"anew":     {Topics: 6, Seed: 99, Previous: &Earlier{first, in.IDs}, Fresh: true},
		} {
			again := fit(t, more, opt)
			kept := 0
			for i := range in.IDs {
				a, _ := first.Of(i)
				if b, _ := again.Of(i); a == b {
					kept++
				}
			}
			if kept < n*9/10 {
				t.Errorf("%s: %d of %d documents kept their topic id", name, kept, n)
			}
			if len(again.Changes()) > 0 {
				t.Errorf("%s: changes %+v", name, again.Changes())
			}
		}
	}
}

func TestChanges(t *testing.T) {
	in := groups(1200, 6, 4)
	six := fit(t, in, Options{Topics: 6})
	three := fit(t, in, Options{Topics: 3, Previous: &Earlier{six, in.IDs}})
	kinds := map[string]int{}
	for _, c := range three.Changes() {
		kinds[c.Kind]++
		if c.Label == "" || c.Kind == Merged && (c.With == "" || c.Other == 0) {
			t.Errorf("change %+v", c)
		}
	}
	if kinds[Merged] != 3 || len(three.Changes()) != 3 {
		t.Errorf("six topics become three by %+v", three.Changes())
	}
	again := fit(t, in, Options{Topics: 6, Previous: &Earlier{three, in.IDs}})
	kinds = map[string]int{}
	used := map[int]bool{}
	for _, tp := range six.List() {
		used[tp.ID] = true
	}
	for _, c := range again.Changes() {
		kinds[c.Kind]++
		if used[c.Topic] {
			t.Errorf("id %d is used a second time: %+v", c.Topic, c)
		}
	}
	if kinds[Split]+kinds[Born] != 3 {
		t.Errorf("three topics become six by %+v", again.Changes())
	}
}

func TestAutoTopics(t *testing.T) {
	for n, want := range map[int]int{1: 1, 3: 1, 8: 2, 26: 6, 300: 12, 2000: 20, 50_000: 50} {
		if got := AutoTopics(n); got != want {
			t.Errorf("%d documents: %d topics, want %d", n, got, want)
		}
	}
}

func TestFitTakesAnyCorpus(t *testing.T) {
	empty := Input{IDs: []string{"a", "b"}}
	empty.Words.Counts, empty.Phrases.Counts = &vec.CSR{Ptr: []int64{0, 0, 0}}, &vec.CSR{Ptr: []int64{0, 0, 0}}
	if top := fit(t, empty, Options{}); len(top.List()) != 1 || top.List()[0].Size != 2 {
		t.Errorf("topics of papers without words: %+v", top.List())
	}
	one := groups(1, 2, 9)
	if top := fit(t, one, Options{Topics: 50}); len(top.List()) != 1 {
		t.Errorf("topics of one paper: %+v", top.List())
	}
	same := groups(700, 1, 9)
	if top := fit(t, same, Options{Topics: 10}); len(top.List()) == 0 {
		t.Error("papers on one thing have no topics")
	}
	if _, err := Fit(context.Background(), Input{IDs: []string{"a"}}, Options{}); err == nil {
		t.Error("an input without counts is taken")
	}
	bad := groups(10, 2, 9)
	bad.WordNames = bad.WordNames[1:]
	if _, err := Fit(context.Background(), bad, Options{}); err == nil {
		t.Error("an input whose names do not fit is taken")
	}
}

func TestCalibrate(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	scores := vec.NewDense(400, 5)
	for i := range scores.Data {
		scores.Data[i] = float32(rng.NormFloat64() * 7)
	}
	for _, target := range []float64{0.4, 0.7, 0.9} {
		s := calibrate(scores, target)
		mean := 0.0
		for i := range scores.Rows() {
			row := slices.Clone(scores.Row(i))
			vec.Softmax(row, s)
			mean += float64(row[argmax(row)]) / 400
		}
		if math.Abs(mean-target) > 0.01 {
			t.Errorf("mean share %v, want %v", mean, target)
		}
	}
}

// nested makes n documents in k groups of which those of one pair share further words, and each of which falls in two
// halves.
func nested(n, k int, seed uint64) Input {
	in := groups(n, k, seed)
	rng := rand.New(rand.NewPCG(seed, 8))
	first := uint32(in.Words.Counts.Cols)
	const each = 8
	add := k/2*each + 2*k*each
	out := &vec.CSR{Ptr: []int64{0}, Cols: in.Words.Counts.Cols + add}
	for w := range add {
		in.WordNames = append(in.WordNames, fmt.Sprintf("y%03dword", w))
	}
	var title []bool
	for i := range n {
		row := in.Words.Counts.Row(i)
		title = append(title, in.Words.InTitle[in.Words.Counts.Ptr[i]:in.Words.Counts.Ptr[i+1]]...)
		g := i % k
		row = vec.Sparse{Index: slices.Clone(row.Index), Value: slices.Clone(row.Value)}
		half := k/2*each + (2*g+i/k%2)*each
		for w := range add {
			if (w/each == g/2 && w < k/2*each || w >= half && w < half+each) && rng.Float64() < 0.5 {
				row.Index, row.Value = append(row.Index, first+uint32(w)), append(row.Value, 1)
				title = append(title, false)
			}
		}
		out.Append(row)
	}
	in.Words = naming.Occurrences{Counts: out, InTitle: title}
	return in
}

// pathOf returns the ids of the topics of document i from its field down to its subtopic, as far as there are any.
func pathOf(t *Topics, i int) []int {
	var out []int
	for level := Fields; level >= Subtopics; level-- {
		if p := t.position(level, i); p >= 0 {
			out = append(out, t.at(level)[p].ID)
		}
	}
	return out
}

func TestLevels(t *testing.T) {
	const n, k = 1600, 8
	in := nested(n, k, 5)
	top := fit(t, in, Options{Topics: k})
	if s := together(top, n, k); s < 0.9 {
		t.Fatalf("%.2f of the pairs of a group are together", s)
	}
	ids := map[int]Topic{}
	for level := Subtopics; level <= Fields; level++ {
		size := 0
		for _, tp := range top.Level(level) {
			if _, ok := ids[tp.ID]; ok || tp.Level != level || tp.ID < 1 || tp.Label == "" {
				t.Errorf("level %d: topic %+v", level, tp)
			}
			ids[tp.ID] = tp
			size += tp.Size
		}
		if size != n {
			t.Errorf("level %d holds %d of %d documents", level, size, n)
		}
	}
	count := map[int]int{}
	same := [2]int{}           // neighbours of one pair, of one group that have one field, one topic
	halves := map[int][2]int{} // documents of each subtopic by the half of their group
	for i := range n {
		path := pathOf(top, i)
		if len(path) != 3 {
			t.Fatalf("document %d has path %v", i, path)
		}
		for d, id := range path {
			count[id]++
			if d > 0 && (ids[id].Parent != path[d-1] || !slices.Contains(ids[path[d-1]].Children, id)) {
				t.Fatalf("path %v: parent of %d is %d", path, id, ids[id].Parent)
			}
		}
		if id, _ := top.Of(i); id != path[1] {
			t.Fatalf("document %d has topic %d and path %v", i, id, path)
		}
		h := halves[path[2]]
		h[i/k%2]++
		halves[path[2]] = h
		if j := i - 2*k; j >= 0 {
			other := pathOf(top, j)
			for d := range same {
				if path[d] == other[d] {
					same[d]++
				}
			}
		}
	}
	for id, tp := range ids {
		if tp.Size != count[id] {
			t.Errorf("topic %d has size %d and %d documents", id, tp.Size, count[id])
		}
	}
	for d, s := range same {
		if float64(s) < 0.8*n {
			t.Errorf("depth %d: %d of %d documents are with their like", d, s, n)
		}
	}
	mixed := 0
	for _, h := range halves {
		mixed += min(h[0], h[1])
	}
	if mixed > n/5 {
		t.Errorf("%d of %d documents are in a subtopic of the other half", mixed, n)
	}
	again := fit(t, in, Options{Topics: k, Seed: 7, Previous: &Earlier{top, in.IDs}})
	kept := 0
	for i := range n {
		if slices.Equal(pathOf(top, i), pathOf(again, i)) {
			kept++
		}
	}
	if kept < n*9/10 {
		t.Errorf("%d of %d documents kept their path", kept, n)
	}
}

func TestWard(t *testing.T) {
	x := &vec.Dense{Cols: 1, Data: []float32{0, 10, 0.1, 10.1, 5, 0.2}}
	if got, want := ward(x, 3), []int32{0, 1, 0, 1, 2, 0}; !slices.Equal(got, want) {
		t.Errorf("groups %v, want %v", got, want)
	}
}

// TestPiecesOfLongerNames has a name of four words in every document of a topic, known by its parts of two and three.
func TestPiecesOfLongerNames(t *testing.T) {
	in := groups(400, 4, 1)
	words := []uint32{0, 1, 2, 3}
	names := [][]uint32{words[:2], words[1:3], words[2:], words[:3], words[1:]}
	in.PhraseNames, in.PhraseWords = nil, names
	for _, n := range names {
		var parts []string
		for _, w := range n {
			parts = append(parts, in.WordNames[w])
		}
		in.PhraseNames = append(in.PhraseNames, strings.Join(parts, " "))
	}
	in.Phrases = naming.Occurrences{Counts: &vec.CSR{Ptr: []int64{0}, Cols: len(names)}}
	for i := range in.IDs {
		var row vec.Sparse
		if i%4 == 0 {
			for p := range names {
				// The last three words stand by themselves as well, so they are no piece.
				if p == 1 || p == 2 || p == 4 || i%12 == 0 {
					row.Index, row.Value = append(row.Index, uint32(p)), append(row.Value, 1)
					in.Phrases.InTitle = append(in.Phrases.InTitle, false)
				}
			}
		}
		in.Phrases.Counts.Append(row)
	}
	top := fit(t, in, Options{Topics: 4})
	var labels []string
	for _, tp := range top.List() {
		labels = append(labels, tp.Label)
	}
	all := strings.Join(labels, "; ")
	for phrase, want := range map[int]bool{0: false, 3: false, 4: true} {
		if strings.Contains(all, in.PhraseNames[phrase]) != want {
			t.Errorf("%q is a label: %v, want %v, in %s", in.PhraseNames[phrase], !want, want, all)
		}
	}
}
