package curate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"kindred/classifier/topic"
)

// library is a model of 30 papers: topics 1 to 3 of ten papers each, subtopics 11 and 12 of topic 1, field 9 above 1
// and 2. Papers are called p0 to p29, by row; the latent vector of a row is the direction of its parity.
func library() *Base {
	return &Base{
		Topics: []topic.Topic{
			{ID: 1, Label: "one", Parent: 9, Children: []int{11, 12}}, {ID: 2, Label: "two", Parent: 9}, {ID: 3, Label: "three"},
			{ID: 9, Label: "field", Level: topic.Fields, Children: []int{1, 2}},
			{ID: 11, Label: "one even", Level: topic.Subtopics, Parent: 1}, {ID: 12, Label: "one odd", Level: topic.Subtopics, Parent: 1},
		},
		Row: func(id string) (row int, ok bool) {
			_, err := fmt.Sscanf(id, "p%d", &row)
			return row, err == nil && row >= 0 && row < 30
		},
		Assigned: func(row int) Assignment {
			a := Assignment{Topic: 1 + row/10, Confidence: .75}
			if row < 10 {
				a.Sub = 11 + row%2
			}
			return a
		},
		Vector: parity,
	}
}

func parity(row int) []float32 { return []float32{float32(1 - row%2), float32(row % 2)} }

func papers(rows ...int) []string {
	out := make([]string, len(rows))
	for i, row := range rows {
		out[i] = fmt.Sprint("p", row)
	}
	return out
}

// assigned returns the topics of all rows after the edits. Each paper has half of its topic and a quarter of the next
// one.
func assigned(b *Base, c *Curated) []Assignment {
	out := make([]Assignment, 30)
	for row := range out {
		a := b.Assigned(row)
		weights := func() []topic.Score {
			return []topic.Score{{Topic: a.Topic, Weight: .5}, {Topic: a.Topic%3 + 1, Weight: .25}}
		}
		out[row] = c.Assign(papers(row)[0], a, weights, func() []float32 { return parity(row) })
	}
	return out
}

// sized returns the topics with their sizes after the edits.
func sized(b *Base, c *Curated) []topic.Topic {
	sizes := map[int]int{}
	for _, a := range assigned(b, c) {
		sizes[a.Topic]++
		if a.Sub != 0 {
			sizes[a.Sub]++
		}
	}
	return c.Sized(sizes)
}

func TestMergesInChains(t *testing.T) {
	b := library()
	c := b.Apply([]Edit{
		{ID: "a", Kind: Merge, Topic: 1, Into: 2}, {ID: "b", Kind: Merge, Topic: 2, Into: 3}, {ID: "c", Kind: Merge, Topic: 3, Into: 1},
		{ID: "d", Kind: Rename, Topic: 3, Label: "all"}, {ID: "e", Kind: Rename, Topic: 77, Label: "no"},
	})
	for row, a := range assigned(b, c) {
		if a.Topic != 3 {
			t.Fatalf("row %d is in topic %d", row, a.Topic)
		}
	}
	topics := sized(b, c)
	if at := find(topics, 3); at == nil || at.Label != "all" || at.Size != 30 || find(topics, 1) != nil {
		t.Errorf("%+v", topics)
	}
	if c.Inapplicable["c"] == "" || c.Inapplicable["e"] == "" || c.Inapplicable["a"] != "" {
		t.Errorf("inapplicable: %v", c.Inapplicable)
	}
	if b.Topics[0].Label != "one" || len(b.Topics[0].Children) != 2 {
		t.Error("the topics of the model were changed")
	}
}

func TestHide(t *testing.T) {
	b := library()
	c := b.Apply([]Edit{{ID: "a", Kind: Hide, Topic: 1}})
	if find(c.Topics, 11) != nil || find(c.Topics, 1) != nil {
		t.Error("a hidden topic or a subtopic of it is listed")
	}
	for row, a := range assigned(b, c)[:10] {
		if a != (Assignment{Topic: 2, Confidence: .25}) {
			t.Fatalf("row %d went to %+v, want its next topic", row, a)
		}
	}
	if field := find(sized(b, c), 9); field == nil || field.Size != 20 || !slices.Equal(field.Children, []int{2}) {
		t.Errorf("the field is %+v", field)
	}
}

func TestSplit(t *testing.T) {
	b := library()
	split := Edit{ID: EditID(3), Kind: Split, Topic: 1, Parts: 2, Shares: []Share{
		{ID: 1, Label: "even", Anchors: papers(0, 2, 4)}, {ID: PartID(3, 1), Label: "odd", Anchors: papers(1, 3, 5)},
	}}
	odd := PartID(3, 1)
	edits := []Edit{split, {ID: EditID(4), Kind: Pin, Topic: odd}, {ID: EditID(5), Kind: Pin, Topic: 2}}
	c := b.Apply(edits)
	for row, a := range assigned(b, c)[:10] {
		if want := []int{1, odd}[row%2]; a.Topic != want || a.Sub != 0 {
			t.Errorf("row %d is in %+v, want topic %d", row, a, want)
		}
	}
	if !slices.Equal(c.Pinned, []int{1, 2}) {
		t.Errorf("pinned topics of the model: %v, want the split topic and topic 2", c.Pinned)
	}
	if find(c.Topics, 11) != nil {
		t.Error("a subtopic of the split topic is listed")
	}
	if part := find(c.Topics, odd); part == nil || part.Parent != 9 || !slices.Equal(part.Papers, papers(1, 3, 5)) {
		t.Errorf("the part is %+v", part)
	}
	split.Shares[1].Anchors = []string{"gone"}
	if c := b.Apply([]Edit{split}); !strings.Contains(c.Inapplicable[split.ID], "no longer") {
		t.Errorf("a split without the papers of a part: %v", c.Inapplicable)
	}
}

// TestEditsFindTheirTopics applies edits to a model that numbers its topics anew: by papers where the edit names some,
// by the label otherwise.
func TestEditsFindTheirTopics(t *testing.T) {
	for name, c := range map[string]struct {
		edit Edit
		want int    // topic that has the label x afterwards, 0 for none
		why  string // part of the reason where none has it
	}{
		"same number":            {Edit{Topic: 1, Was: "one", Papers: papers(0, 1, 2)}, 1, ""},
		"renamed since":          {Edit{Topic: 1, Was: "other", Papers: papers(0, 1, 2)}, 1, ""},
		"another number":         {Edit{Topic: 1, Was: "one", Papers: papers(20, 21, 22, 0)}, 3, ""},
		"number unknown":         {Edit{Topic: 50, Was: "fifty", Papers: papers(12, 13)}, 2, ""},
		"most papers removed":    {Edit{Topic: 1, Was: "one", Papers: []string{"a", "b", "c", "p25"}}, 3, ""},
		"papers scattered":       {Edit{Topic: 7, Was: "seven", Papers: papers(0, 10, 20)}, 0, "no single topic"},
		"papers gone":            {Edit{Topic: 1, Was: "one", Papers: []string{"a", "b"}}, 0, "is in the library"},
		"a subtopic":             {Edit{Topic: 99, Level: topic.Subtopics, Was: "s", Papers: papers(1, 3, 5)}, 12, ""},
		"a field":                {Edit{Topic: 99, Level: topic.Fields, Was: "f", Papers: papers(1, 3, 15)}, 9, ""},
		"no papers, same label":  {Edit{Topic: 1, Was: "one"}, 1, ""},
		"no papers, other label": {Edit{Topic: 1, Was: "three"}, 3, ""},
		"no papers, no such":     {Edit{Topic: 1, Was: "gone"}, 0, "was called"},
		"no evidence":            {Edit{Topic: 2}, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := c.edit
			e.ID, e.Kind, e.Label = "1", Rename, "x"
			got := library().Apply([]Edit{e})
			at := slices.IndexFunc(got.Topics, func(tp topic.Topic) bool { return tp.Label == "x" })
			switch {
			case c.want == 0 && (at >= 0 || !strings.Contains(got.Inapplicable["1"], c.why)):
				t.Errorf("%v, %v", got.Topics, got.Inapplicable)
			case c.want != 0 && (at < 0 || got.Topics[at].ID != c.want):
				t.Errorf("%v, %v; want topic %d renamed", got.Topics, got.Inapplicable, c.want)
			}
		})
	}
}

// TestMergeFindsBoth merges two topics whose numbers were exchanged.
func TestMergeFindsBoth(t *testing.T) {
	b := library()
	c := b.Apply([]Edit{{ID: "1", Kind: Merge, Topic: 3, Was: "x", Papers: papers(0, 1), Into: 1, IntoWas: "y", IntoPapers: papers(20, 21)}})
	for row, a := range assigned(b, c) {
		if row < 10 && a.Topic != 3 || row >= 20 && a.Topic != 3 {
			t.Errorf("row %d is in topic %d", row, a.Topic)
		}
	}
}

func TestValidate(t *testing.T) {
	topics := library().Topics
	for _, good := range []Edit{
		{Kind: Rename, Topic: 1, Label: "x"}, {Kind: Rename, Topic: 1, Label: "One"}, {Kind: Merge, Topic: 1, Into: 2},
		{Kind: Merge, Topic: 11, Into: 12}, {Kind: Move, Paper: "p1", Into: 2}, {Kind: Move, Paper: "p1", Into: 11}, {Kind: Split, Topic: 1, Parts: 2}, {Kind: Hide, Topic: 9}, {Kind: Pin, Topic: 3},
	} {
		if faults := good.Validate(topics); faults != nil {
			t.Errorf("%+v: %v", good, faults)
		}
	}
	for want, bad := range map[string]Edit{
		"no such topic":        {Kind: Rename, Topic: 77, Label: "x"},
		"1 to 80":              {Kind: Rename, Topic: 1, Label: strings.Repeat("x", MaxLabel+1)},
		"already has this":     {Kind: Rename, Topic: 1, Label: "TWO "},
		"another topic":        {Kind: Merge, Topic: 1, Into: 1},
		"not into itself":      {Kind: Merge, Topic: 2, Into: 2},
		"no paper is named":    {Kind: Move, Into: 2},
		"to move the paper":    {Kind: Move, Paper: "p1", Into: 77},
		"a paper is moved to":  {Kind: Move, Paper: "p1", Into: 9},
		"at most 300":          {Kind: Pin, Topic: 1, Note: strings.Repeat("x", MaxNote+1)},
		"one level":            {Kind: Merge, Topic: 1, Into: 9},
		"from 2 to 8, not 1":   {Kind: Split, Topic: 1, Parts: 1},
		"a topic can be split": {Kind: Split, Topic: 9, Parts: 2},
		"it must be one of ":   {Kind: "scatter", Topic: 1},
	} {
		faults := bad.Validate(topics)
		if len(faults) != 1 || !strings.Contains(faults[0].Detail, want) {
			t.Errorf("%+v: %v, want %q", bad, faults, want)
		}
	}
}

// TestMove moves single papers, and wants them to follow what is decided about the topic later, and nothing else.
func TestMove(t *testing.T) {
	b := library()
	move := Edit{ID: "1", Kind: Move, Paper: "p0", Into: 2, IntoPapers: papers(10, 11)}
	for name, c := range map[string]struct {
		edits []Edit
		want  int
	}{
		"a topic":             {[]Edit{move}, 2},
		"and back":            {[]Edit{move, {ID: "2", Kind: Move, Paper: "p0", Into: 1, IntoPapers: papers(1, 2)}}, 1},
		"merged afterwards":   {[]Edit{move, {ID: "2", Kind: Merge, Topic: 2, Into: 3}}, 3},
		"merged before":       {[]Edit{{ID: "0", Kind: Merge, Topic: 1, Into: 3}, move}, 2},
		"a topic of the past": {[]Edit{{ID: "1", Kind: Move, Paper: "p0", Into: 77, IntoWas: "gone"}}, 1},
	} {
		got := b.Apply(c.edits)
		for row, a := range assigned(b, got) {
			if row == 0 && (a.Topic != c.want || c.want != 1 && a.Confidence != 1) {
				t.Errorf("%s: the paper is in %+v, want %d", name, a, c.want)
			}
		}
		if !got.Moves() && len(got.Inapplicable) == 0 {
			t.Errorf("%s: nothing moves", name)
		}
	}
	hidden := b.Apply([]Edit{move, {ID: "2", Kind: Hide, Topic: 2}})
	if a := assigned(b, hidden)[0]; a.Topic == 2 || a.Topic == 0 {
		t.Errorf("moved to a topic that was hidden since: %+v", a)
	}
	if sizes := sized(b, b.Apply([]Edit{move})); sizes[0].Size != 9 || sizes[1].Size != 11 {
		t.Errorf("sizes %d and %d", sizes[0].Size, sizes[1].Size)
	}
	gone := move
	gone.Paper = "p99"
	if why := b.Apply([]Edit{gone}).Inapplicable["1"]; !strings.Contains(why, "not in the library") {
		t.Errorf("a paper that is gone: %q", why)
	}
	if w := b.Apply([]Edit{move}).PaperWeights("p0", []topic.Score{{Topic: 1, Weight: .5}}, nil); len(w) != 1 || w[0].Topic != 2 {
		t.Errorf("weights %v", w)
	}
}

// TestMergedTerms wants the terms of both topics by the papers that each brings.
func TestMergedTerms(t *testing.T) {
	into := topic.Topic{Size: 30, Terms: []topic.Term{{Text: "blim", Weight: 1}, {Text: "vorn", Weight: .2}}}
	gone := topic.Topic{Size: 10, Terms: []topic.Term{{Text: "zant", Weight: 1}, {Text: "vorn", Weight: .9}}}
	got := mergedTerms(&into, &gone)
	if len(got) != 2 || got[0].Text != "blim" || got[1].Text != "vorn" {
		t.Errorf("%v", got)
	}
}

func TestInForce(t *testing.T) {
	edits := []Edit{{ID: "1", Kind: Rename, Topic: 1, Label: "a"}, {ID: "2", Kind: Rename, Topic: 1, Label: "b"}, {ID: "3", Kind: Pin, Topic: 1}}
	if old, same := InForce(edits, &Edit{Kind: Rename, Topic: 1, Label: "b"}); !same || old.ID != "2" {
		t.Errorf("%v %v", old, same)
	}
	if _, same := InForce(edits, &Edit{Kind: Rename, Topic: 1, Label: "a"}); same {
		t.Error("an edit that a later one overruled is in force")
	}
}
