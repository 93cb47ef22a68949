package classifier

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"kindred/classifier/layout"
)

func TestMap(t *testing.T) {
	docs := append(small(), Document{ID: "unknown", Text: "!!"})
	m := mustFit(t, docs, Options{})
	if got := len(m.Points()); got != 2*len(docs) {
		t.Fatalf("%d numbers for %d documents", got, len(docs))
	}
	path := filepath.Join(t.TempDir(), "x.model")
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	back, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	if !slices.Equal(back.Points(), m.Points()) {
		t.Error("the map changes on its way through a file")
	}
	x, y, ok := back.PointOf(3)
	if !ok || x != m.Points()[6] || y != m.Points()[7] {
		t.Errorf("document 3 is at %v, %v, and among all at %v", x, y, m.Points()[6:8])
	}
	if x, y, _ := back.PointOf(8); math.Abs(math.Hypot(float64(x), float64(y))-1) > 1e-5 {
		t.Errorf("a document without terms is at %v, %v, not on the rim", x, y)
	}
}

func TestPlaceOfNewTexts(t *testing.T) {
	m := mustFit(t, small(), Options{})
	near := func(text string) int { // the document nearest to where a text is placed
		v, err := m.Embed(text)
		if err != nil {
			t.Fatal(err)
		}
		x, y, ok := m.Place(v.Latent, 0)
		if !ok {
			t.Fatal("no place")
		}
		best, at := math.Inf(1), 0
		for i := range m.Docs() {
			px, py, _ := m.PointOf(i)
			if d := math.Hypot(float64(px-x), float64(py-y)); d < best {
				best, at = d, i
			}
		}
		return at
	}
	if got := near("Attention for message passing on a graph"); got > 3 {
		t.Errorf("a text on graphs is placed beside document %d", got)
	}
	if got := near("Structure of amino acid sequences of proteins"); got < 4 {
		t.Errorf("a text on proteins is placed beside document %d", got)
	}
	x, y, ok := m.Place(make([]float32, m.Dims()), 5)
	if rx, ry := layout.Rim(5); !ok || x != rx || y != ry {
		t.Errorf("a text of which nothing is known is placed at %v, %v", x, y)
	}
}

func TestNoMap(t *testing.T) {
	m := mustFit(t, small(), Options{NoMap: true})
	if _, _, ok := m.PointOf(0); ok || m.Points() != nil {
		t.Error("a place on a map that was not drawn")
	}
	if _, _, ok := m.Place(m.Latent().Row(0), 0); ok {
		t.Error("a text placed on a map that was not drawn")
	}
	path := filepath.Join(t.TempDir(), "x.model")
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	back, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	if back.Points() != nil {
		t.Error("a map came out of a file that has none")
	}
}

func TestMapGoesOnFromTheOneBefore(t *testing.T) {
	first := mustFit(t, small(), Options{})
	same := mustFit(t, small(), Options{Previous: first})
	if !slices.Equal(same.Points(), first.Points()) {
		t.Error("the same documents have other places after a second fit")
	}
	more := append(small(), Document{ID: "new", Text: "Proteins and graphs\nGraph networks over protein structure and amino acid sequences."})
	m := mustFit(t, more, Options{Previous: first})
	if len(m.Points()) != 2*len(more) {
		t.Fatalf("%d numbers for %d documents", len(m.Points()), len(more))
	}
	unlike := mustFit(t, more, Options{Previous: mustFit(t, small(), Options{NoMap: true})})
	fresh := mustFit(t, more, Options{})
	if !slices.Equal(unlike.Points(), fresh.Points()) {
		t.Error("a model before without a map changes the map")
	}
}

func TestMapStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Fit(ctx, all(small()), Options{Progress: func(stage string, done, _ int) {
		if stage == "map" && done == 3 {
			cancel()
		}
	}})
	if err == nil {
		t.Error("a fit that was stopped while it drew the map has a model")
	}
}
