package library

import (
	"errors"
	"math"
	"testing"
)

func TestContrast(t *testing.T) {
	if z := contrast(10, 100, 10, 100); z != 0 {
		t.Errorf("equal shares: z is %v", z)
	}
	if a, b := contrast(30, 100, 10, 100), contrast(10, 100, 30, 100); math.Abs(a+b) > 1e-12 || a < sureZ {
		t.Errorf("a share three times the other: z is %v, and %v the other way round", a, b)
	}
	if rare, often := contrast(1, 100, 0, 100), contrast(60, 100, 0, 100); rare > sureZ || often < 3*sureZ {
		t.Errorf("one paper that holds a term: z is %v, sixty: %v", rare, often)
	}
	if few, many := contrast(6, 20, 2, 20), contrast(60, 200, 20, 200); few >= many {
		t.Errorf("the same shares of more papers are no surer: z is %v of 20, %v of 200", few, many)
	}
	for _, c := range [][4]int{{0, 0, 0, 0}, {5, 5, 5, 5}, {3, 3, 0, 1}} {
		if z := contrast(c[0], c[1], c[2], c[3]); math.IsNaN(z) || math.IsInf(z, 0) {
			t.Errorf("%v: z is %v", c, z)
		}
	}
}

func TestCompareTopics(t *testing.T) {
	l := fitted(t, 200, 6)
	s := l.Current()
	list := s.SortedTopics(0, "size", "")
	if len(list) < 2 {
		t.Fatalf("%d topics", len(list))
	}
	a, b := list[0], list[1]
	c, err := s.CompareTopics(a, b, 5)
	if err != nil {
		t.Fatal(err)
	}
	back, err := s.CompareTopics(b, a, 5)
	if err != nil {
		t.Fatal(err)
	}
	if c.Similarity != back.Similarity || c.Similarity < -1 || c.Similarity > 1.0001 {
		t.Errorf("similarity %v, the other way round %v", c.Similarity, back.Similarity)
	}
	sides := map[bool]int{}
	other := make(map[string]float64)
	for _, w := range back.Words {
		other[w.Text] = w.Z
	}
	for _, w := range c.Words {
		sides[w.Z > 0]++
		if other[w.Text] != -w.Z {
			t.Errorf("%q has z %v, the other way round %v", w.Text, w.Z, other[w.Text])
		}
		shareA, shareB := float64(w.A)/float64(c.A.Size), float64(w.B)/float64(c.B.Size)
		if (shareA > shareB) != (w.Z > 0) {
			t.Errorf("%q: z is %v, shares are %.2f and %.2f", w.Text, w.Z, shareA, shareB)
		}
	}
	if sides[true] == 0 || sides[false] == 0 || sides[true] > 5 || sides[false] > 5 {
		t.Errorf("words of the topics: %v", sides)
	}
	if len(c.Between) != 5 || len(c.A.Trend.Counts) != len(c.All.Counts) {
		t.Errorf("%d papers between, %d of %d periods", len(c.Between), len(c.A.Trend.Counts), len(c.All.Counts))
	}
	for i, p := range c.Between {
		if i > 0 && min(p.ToA, p.ToB) > min(c.Between[i-1].ToA, c.Between[i-1].ToB) {
			t.Errorf("paper %d is nearer than the one before it", i)
		}
	}
	if _, err := s.CompareTopics(a, a, 5); !errors.Is(err, ErrSameTopic) {
		t.Errorf("a topic with itself: %v", err)
	}
	if up, ok := s.Topic(a.Parent); ok {
		if _, err := s.CompareTopics(up, a, 5); !errors.Is(err, ErrSameTopic) {
			t.Errorf("a topic with its field: %v", err)
		}
	}
	for _, o := range s.Resembling(a, 3) {
		if o.ID == a.ID || o.Similarity < 0.2 {
			t.Errorf("%d resembles %+v", a.ID, o)
		}
	}
}
