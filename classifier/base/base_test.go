package base

import (
	"bytes"
	"context"
	"math"
	"runtime"
	"strconv"
	"testing"

	"kindred/classifier/vec"
)

// build makes a base model of two subjects.
func build(t testing.TB, opt Options) []byte {
	t.Helper()
	b, err := Build(context.Background(), func(yield func(string, error) bool) {
		for i := range 60 {
			s := "Graph networks\nMessage passing on graphs with attention, number" + strconv.Itoa(i%9)
			if i%2 == 1 {
				s = "Protein folding\nStructure of proteins from amino acid sequences, number" + strconv.Itoa(i%9)
			}
			if !yield(s, nil) {
				return
			}
		}
	}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBuildAndDecode(t *testing.T) {
	b := build(t, Options{Dims: 6, Terms: 20})
	m, err := Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if m.Docs != 60 || m.Dims() != 6 || m.Vocabulary.Len() != 20 || !bytes.Equal(m.Encoded(), b) {
		t.Errorf("%d papers, %d dimensions, %d terms", m.Docs, m.Dims(), m.Vocabulary.Len())
	}
	vector := func(term string) []float32 {
		id, ok := m.Vocabulary.Lookup(term)
		if !ok {
			t.Fatalf("%q is not known", term)
		}
		v := make([]float32, m.Dims())
		scale := m.Vector(v, id)
		if scale != m.Scale(id) {
			t.Errorf("%q: scales %v and %v", term, scale, m.Scale(id))
		}
		vec.Scale(scale, v)
		if n := vec.Norm(v); math.Abs(float64(n)-1) > 0.02 {
			t.Errorf("the vector of %q has length %v", term, n)
		}
		return v
	}
	near, far := vec.Dot(vector("protein"), vector("sequence")), vec.Dot(vector("protein"), vector("attention"))
	if near < far+0.5 {
		t.Errorf("protein is %v like sequence and %v like attention", near, far)
	}
	id, _ := m.Vocabulary.Lookup("protein")
	if m.DF[id] != 30 || m.Surfaces.At(int(id)) != "proteins" {
		t.Errorf("protein in %d papers, shown as %q", m.DF[id], m.Surfaces.At(int(id)))
	}
	p := m.Prior(10)
	if !p.Knows("graph") || p.Knows("absent") || p.Docs != 60 {
		t.Errorf("prior %+v", p)
	}
}

func TestBuildIsDeterministic(t *testing.T) {
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	one := build(t, Options{Dims: 6})
	runtime.GOMAXPROCS(4)
	if !bytes.Equal(one, build(t, Options{Dims: 6})) {
		t.Error("one core and four build different bytes")
	}
}

func TestBuildRefuses(t *testing.T) {
	none := func(func(string, error) bool) {}
	if _, err := Build(context.Background(), none, Options{}); err == nil {
		t.Error("a base model of nothing is built")
	}
	if _, err := Build(context.Background(), none, Options{Dims: -1}); err == nil {
		t.Error("bad options are taken")
	}
}

// TestDefault checks what ships: it decodes, is small, and knows the language of papers.
func TestDefault(t *testing.T) {
	m, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	if m == nil {
		t.Skip("built without a base model")
	}
	if n := len(m.Encoded()); n > 12_000_000 {
		t.Errorf("the base model takes %d bytes", n)
	}
	for _, term := range []string{"transformer", "reinforcement", "protein", "distillation"} {
		if _, ok := m.Vocabulary.Lookup(term); !ok {
			t.Errorf("%q is not known", term)
		}
	}
}

func FuzzDecode(f *testing.F) {
	good := build(f, Options{Dims: 3, Terms: 8})
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte("KINDREDB"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(bytes.Clone(b))
		if err != nil {
			return
		}
		dst := make([]float32, m.Dims())
		for i := range m.Vocabulary.Len() {
			m.Vector(dst, uint32(i))
			m.Vocabulary.Lookup(m.Surfaces.At(i))
		}
	})
}
