package recommend

import (
	"slices"
	"testing"
)

func TestTopicsOfRows(t *testing.T) {
	first, rng := randomIndex(t, 5)
	parents := map[int]int{11: 1, 12: 1, 1: 100, 2: 100, 3: 0, 7: 8, 8: 7}
	rows := []RowTopic{{1, 11}, {1, 12}, {1, 0}, {2, 0}, {}}
	one := first.WithTopics(rows, parents)
	two := one.With([]Item{{ID: "x", Views: randomViews(rng)}}, nil)
	three := two.WithTopics(append(slices.Clone(rows), RowTopic{3, 0}), parents)
	moved := three.WithTopics([]RowTopic{{3, 0}, {3, 0}, {7, 0}, {55, 0}}, parents)
	for name, c := range map[string]struct {
		ix     *Index
		wanted []int
		want   []int
	}{
		"before any topic":    {first, []int{1}, nil},
		"main topic":          {one, []int{1}, []int{0, 1, 2}},
		"subtopic":            {one, []int{12}, []int{1}},
		"field":               {one, []int{100}, []int{0, 1, 2, 3}},
		"several levels":      {one, []int{11, 2}, []int{0, 3}},
		"unknown topic":       {one, []int{44}, nil},
		"no topic at all":     {one, nil, nil},
		"zero is no topic":    {one, []int{0}, nil},
		"carried by With":     {two, []int{2}, []int{3}},
		"row of With":         {three, []int{3}, []int{5}},
		"moved":               {moved, []int{3}, []int{0, 1}},
		"left":                {moved, []int{100}, nil},
		"parents in a circle": {moved, []int{8}, []int{2}},
		"without a parent":    {moved, []int{55}, []int{3}},
	} {
		marked := c.ix.topics.subtree(c.wanted)
		var got []int
		for row := range c.ix.Rows() {
			if c.ix.topics.in(marked, row) {
				got = append(got, row)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: rows %v are in %v, want %v", name, got, c.wanted, c.want)
		}
	}
	if got := one.Topic(1); got != (RowTopic{1, 12}) {
		t.Errorf("row 1 is in %v", got)
	}
	if got := two.Topic(5); got != (RowTopic{}) {
		t.Errorf("a row without a topic is in %v", got)
	}
}
