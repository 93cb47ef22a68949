package topic

import (
	"context"
	"errors"
	"slices"
	"testing"

	"kindred/classifier/vec"
)

// TestPinnedTopicsGoOn forms other topics anew, fewer and from another seed, and wants the pinned one where it was. It
// is one that would not stand so by itself: half of a group.
func TestPinnedTopicsGoOn(t *testing.T) {
	for _, n := range []int{120, 900} {
		in := groups(n, 6, 1)
		before := fit(t, in, Options{Topics: 8})
		list := before.List()
		pin := list[len(list)-1] // the smallest, for there are but six groups
		earlier := &Earlier{Topics: before, IDs: in.IDs}
		for _, opt := range []Options{
			{Topics: 3, Seed: 4, Fresh: true}, {Topics: 6, Seed: 5}, {Seed: 2, Fresh: true}, {Topics: 8, Seed: 3},
		} {
			opt.Previous = earlier
			gone := fit(t, in, opt)
			opt.Pinned = []int{pin.ID, 4711}
			after := fit(t, in, opt)
			i := slices.IndexFunc(after.List(), func(tp Topic) bool { return tp.ID == pin.ID })
			if i < 0 || after.List()[i].Label != pin.Label {
				t.Errorf("%d documents, %+v: topic %d %q is not there any more", n, opt, pin.ID, pin.Label)
				continue
			}
			kept := 0
			for d := range n {
				was, _ := before.Of(d)
				if is, _ := after.Of(d); was == pin.ID && is == pin.ID {
					kept++
				}
			}
			if 2*kept < pin.Size {
				t.Errorf("%d documents, %d topics: the pinned topic keeps %d of %d", n, opt.Topics, kept, pin.Size)
			}
			same := func(tp Topic) bool { return tp.ID == pin.ID && tp.Size == pin.Size }
			if opt.Topics == 3 && slices.ContainsFunc(gone.List(), same) {
				t.Errorf("%d documents: the topic goes on without a pin, so this proves nothing", n)
			}
		}
	}
}

// TestPinnedTopicsStayApart pins three topics of six and wants each to keep most of its own documents.
func TestPinnedTopicsStayApart(t *testing.T) {
	for _, n := range []int{120, 900} {
		in := groups(n, 6, 2)
		before := fit(t, in, Options{Topics: 6})
		var pins []int
		for _, tp := range before.List()[1:4] {
			pins = append(pins, tp.ID)
		}
		opt := Options{Topics: 4, Seed: 8, Fresh: true, Pinned: pins, Previous: &Earlier{Topics: before, IDs: in.IDs}}
		after := fit(t, in, opt)
		if len(after.List()) != 4 {
			t.Errorf("%d documents: %d topics, want the three pinned and one", n, len(after.List()))
		}
		kept, had := map[int]int{}, map[int]int{}
		for d := range n {
			was, _ := before.Of(d)
			had[was]++
			if is, _ := after.Of(d); is == was {
				kept[was]++
			}
		}
		for _, id := range pins {
			if 10*kept[id] < 9*had[id] {
				t.Errorf("%d documents: pinned topic %d keeps %d of %d documents", n, id, kept[id], had[id])
			}
		}
	}
}

// TestAPinnedTopicWithoutDocumentsEnds removes all of a pinned topic.
func TestAPinnedTopicWithoutDocumentsEnds(t *testing.T) {
	in := groups(120, 4, 1)
	before := fit(t, in, Options{Topics: 4})
	pin, _ := before.Of(0)
	rest := groups(120, 4, 1)
	for i := range rest.IDs {
		if id, _ := before.Of(i); id == pin {
			rest.IDs[i] = "new " + rest.IDs[i]
		}
	}
	earlier := &Earlier{Topics: before, IDs: in.IDs}
	after := fit(t, rest, Options{Topics: 4, Seed: 3, Fresh: true, Pinned: []int{pin}, Previous: earlier})
	if slices.ContainsFunc(after.List(), func(tp Topic) bool { return tp.ID == pin }) || len(after.List()) != 4 {
		t.Errorf("%+v", after.List())
	}
}

// TestDivide divides documents of three groups and wants the groups, their anchors among them, and names of their own
// words.
func TestDivide(t *testing.T) {
	in := groups(90, 3, 1)
	x := vec.NewDense(90, 4)
	for i := range in.IDs {
		x.Row(i)[i%3], x.Row(i)[3] = 1, float32(i)/200
		vec.Normalize(x.Row(i))
	}
	parts, err := Divide(context.Background(), in, x, 3, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range parts {
		if p.Size != 30 || len(p.Anchors) != 30 || p.Label == "" || len(p.Terms) == 0 {
			t.Errorf("%+v", p)
		}
		group := slices.Index(in.IDs, p.Anchors[0]) % 3
		for _, id := range p.Anchors {
			if slices.Index(in.IDs, id)%3 != group {
				t.Errorf("%s is no document of group %d", id, group)
			}
		}
		if p.Label[0] != byte('a'+group) {
			t.Errorf("group %d is called %q", group, p.Label)
		}
	}
	again, err := Divide(context.Background(), in, x, 3, []string{parts[0].Label})
	if err != nil || again[0].Label == parts[0].Label {
		t.Errorf("a label that is taken is given again: %v", err)
	}
	for _, k := range []int{1, 9} {
		if _, err := Divide(context.Background(), in, x, k, nil); !errors.Is(err, ErrIndivisible) {
			t.Errorf("%d parts: %v", k, err)
		}
	}
	_, err = Divide(context.Background(), groups(7, 2, 1), vec.NewDense(7, 4), 2, nil)
	if !errors.Is(err, ErrIndivisible) {
		t.Errorf("seven documents in two parts: %v", err)
	}
}
