package topic

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"kindred/classifier/vec"
)

// groups makes n documents in k well separated groups; each group has words of its own.
func groups(n, k, dims int, seed uint64) Input {
	rng := rand.New(rand.NewPCG(seed, 7))
	in := Input{Vectors: vec.NewDense(n, dims), Terms: &vec.CSR{Ptr: []int64{0}, Cols: 3 * k}}
	for g := range k {
		in.Names = append(in.Names, fmt.Sprintf("word%c", 'a'+g), fmt.Sprintf("other%c", 'a'+g), fmt.Sprintf("word%c other%c", 'a'+g, 'a'+g))
	}
	for i := range n {
		g := i % k
		in.IDs = append(in.IDs, fmt.Sprintf("p%04d", i))
		row := in.Vectors.Row(i)
		for d := range row {
			row[d] = float32(rng.NormFloat64()) * 0.1
		}
		row[g] += 1
		vec.Normalize(row)
		t := uint32(3 * g)
		in.Terms.Append(vec.Sparse{Index: []uint32{t, t + 1, t + 2}, Value: []float32{2, 1, 1}})
	}
	return in
}

func TestFitFindsGroups(t *testing.T) {
	in := groups(300, 6, 12, 1)
	top, err := Fit(context.Background(), in, Options{Topics: 6})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, tp := range top.List() {
		if tp.Size != 50 {
			t.Errorf("topic %d has %d papers, want 50", tp.ID, tp.Size)
		}
		if seen[tp.Label] || tp.Label == "" {
			t.Errorf("label %q is empty or not unique", tp.Label)
		}
		seen[tp.Label] = true
		letter := tp.Label[len("word")]
		for _, term := range tp.Terms {
			for _, w := range strings.Fields(term.Text) {
				if w[len(w)-1] != letter {
					t.Errorf("topic %q has the foreign term %q", tp.Label, term.Text)
				}
			}
		}
	}
	for i := range in.IDs {
		a, conf := top.Of(i)
		if b, _ := top.Of(i % 6); a != b {
			t.Fatalf("documents %d and %d of one group have topics %d and %d", i, i%6, a, b)
		}
		if conf <= 1.0/6 || conf > 1 {
			t.Errorf("document %d: confidence %v", i, conf)
		}
	}
}

func TestFitIsDeterministic(t *testing.T) {
	in := groups(1500, 9, 16, 2)
	encode := func() []byte {
		top, err := Fit(context.Background(), in, Options{Seed: 5})
		if err != nil {
			t.Fatal(err)
		}
		b, err := top.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	many := encode()
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if !bytes.Equal(many, encode()) {
		t.Error("one core gives other bytes than many")
	}
}

func TestIDsSurviveRefit(t *testing.T) {
	in := groups(240, 6, 12, 3)
	first, err := Fit(context.Background(), in, Options{Topics: 6, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	more := groups(280, 7, 12, 4) // other seed, one more group
	more.IDs = slices.Clone(more.IDs)
	again, err := Fit(context.Background(), in, Options{Topics: 7, Seed: 99, Previous: &Earlier{Topics: first, IDs: in.IDs}})
	if err != nil {
		t.Fatal(err)
	}
	kept := 0
	for i := range in.IDs {
		a, _ := first.Of(i)
		if b, _ := again.Of(i); a == b {
			kept++
		}
	}
	if kept < 200 {
		t.Errorf("%d of %d documents kept their topic id", kept, len(in.IDs))
	}
}

func TestEncodingRoundTrip(t *testing.T) {
	top, err := Fit(context.Background(), groups(60, 3, 5, 6), Options{Topics: 3})
	if err != nil {
		t.Fatal(err)
	}
	b, err := top.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var back Topics
	if err := back.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	if again, _ := back.MarshalBinary(); !bytes.Equal(b, again) {
		t.Error("decoding and encoding changed the bytes")
	}
	for i := range b {
		if back.UnmarshalBinary(b[:i]) == nil {
			t.Fatalf("the first %d of %d bytes were accepted", i, len(b))
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	top, err := Fit(context.Background(), groups(12, 3, 4, 8), Options{Topics: 3})
	if err != nil {
		f.Fatal(err)
	}
	b, err := top.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var top Topics
		if top.UnmarshalBinary(b) == nil {
			for i := range top.Docs() {
				top.Of(i)
			}
			top.Nearest(make([]float32, top.centroids.Cols), 3)
		}
	})
}
