package topic

import (
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"kindred/classifier/vec"
)

func TestReadGuides(t *testing.T) {
	const file = "# mine\n\nlosses: loss function, cross-entropy,\n distillation \nfound:arxiv:2306.05544"
	got, err := ReadGuides(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	want := []Guide{
		{"losses", []string{"loss function", "cross-entropy"}},
		{"distillation", nil},
		{"found", []string{"arxiv:2306.05544"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	for name, in := range map[string]string{
		"nothing": "# only\n", "no name": ": a, b", "twice": "a: x\nA: y",
		"too many seeds":  "a:" + strings.Repeat("x,", maxSeeds+1),
		"too many topics": strings.Repeat("a", 1) + ":x\n" + manyGuides(maxGuides+1),
	} {
		if _, err := ReadGuides(strings.NewReader(in)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func manyGuides(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("b", 1+i%50) + strings.Repeat("c", 1+i/50) + ": x\n")
	}
	return b.String()
}

func FuzzReadGuides(f *testing.F) {
	f.Add("losses: loss function, cross-entropy\n# c\n\nb")
	f.Fuzz(func(t *testing.T, s string) {
		list, err := ReadGuides(strings.NewReader(s))
		if err == nil && len(list) == 0 {
			t.Error("no topics and no error")
		}
		for _, g := range list {
			if strings.TrimSpace(g.Name) == "" {
				t.Errorf("a topic without a name in %+v", list)
			}
		}
	})
}

func TestSteer(t *testing.T) {
	for _, n := range []int{60, 2400} {
		in := groups(n, 6, 11)
		latent, lexical := vec.NewDense(n, 6), &vec.CSR{Ptr: []int64{0}, Cols: in.Words.Counts.Cols}
		rng := rand.New(rand.NewPCG(3, 3))
		for i := range n {
			for d := range 6 {
				latent.Row(i)[d] = float32(rng.NormFloat64() * 0.1)
			}
			if i%6 < 4 { // the last two groups have a direction that no query asks for
				latent.Row(i)[i%6]++
			} else {
				latent.Row(i)[4]++
			}
			vec.Normalize(latent.Row(i))
			x := in.Words.Counts.Row(i)
			row := vec.Sparse{Index: x.Index, Value: append([]float32(nil), x.Value...)}
			row.Normalize()
			lexical.Append(row)
		}
		var queries []vec.Views
		for g := range 4 {
			q := vec.Views{Latent: make([]float32, 6)}
			q.Lexical = vec.Sparse{Index: []uint32{uint32(12 * g), uint32(12*g + 1)}, Value: []float32{0.7, 0.7}}
			q.Latent[g] = 1
			queries = append(queries, q)
		}
		s := Steer(latent, lexical, queries)
		right := 0
		for i, best := range s.Best {
			if want := i % 6; best == want || want >= 4 && best == -1 {
				right++
			}
			if best >= 0 && s.Fit(i, best) < 0.5 {
				t.Errorf("document %d fits %d by %v", i, best, s.Fit(i, best))
			}
		}
		if right < n*9/10 {
			t.Errorf("%d of %d documents are steered right", right, n)
		}
	}
}

// TestStandardized wants mean 0 and spread 1 of a large corpus, and lets a small one lean on the usual mean and spread.
func TestStandardized(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 3))
	for _, n := range []int{20, feedbackLeast + 500} {
		value := make([]float32, n)
		for i := range value {
			value[i] = 0.3 + 0.1*float32(rng.NormFloat64())
		}
		got := standardized(n, usual[0], func(i int) float32 { return value[i] })
		mean, squares := 0.0, 0.0
		for i, v := range got {
			mean += float64(v) / float64(n)
			squares += float64(v) * float64(v) / float64(n)
			if j := rng.IntN(n); (v < got[j]) != (value[i] < value[j]) && value[i] != value[j] {
				t.Fatalf("%d documents: %v and %v are %v and %v, out of order", n, value[i], value[j], v, got[j])
			}
		}
		spread := math.Sqrt(squares - mean*mean)
		if n > feedbackLeast && (math.Abs(mean) > 1e-3 || math.Abs(spread-1) > 1e-3) {
			t.Errorf("mean %v and spread %v of a large corpus", mean, spread)
		}
		if n < feedbackLeast && mean < 1 {
			t.Errorf("mean %v of a few documents that are all near the query, want them far above the usual", mean)
		}
	}
	if got := standardized(feedbackLeast, usual[0], func(int) float32 { return 0.5 }); math.IsNaN(float64(got[0])) {
		t.Error("equal cosines have no finite score")
	}
}
