package topic

import (
	"cmp"
	"slices"
)

// Earlier is an earlier fit whose topics are to be kept: the topics and the ids of its documents, in order.
type Earlier struct {
	Topics *Topics
	IDs    []string
}

// cells returns the position of each document's topic, by document id.
func (e *Earlier) cells() map[string]int32 {
	was := make(map[string]int32, len(e.IDs))
	for i, id := range e.IDs {
		was[id] = e.Topics.cell[i]
	}
	return was
}

// Limits within which topics go on from an earlier fit; beyond them they are formed anew and keep their ids by matching.
const (
	knownShare = 0.5  // least share of the documents that must have been there
	mostDrift  = 0.25 // most that the number of topics chosen may differ, as a share
)

// resume returns the topics that the rows are given to start with when they go on from an earlier fit: a document that was there
// keeps its topic, a new one joins the topic whose members are nearest. k is 0 when the topics are to be formed anew.
func (f *fitting) resume() (cell []int32, k int) {
	p := f.opt.Previous
	if p == nil || f.opt.Fresh {
		return nil, 0
	}
	was := p.cells()
	cell = make([]int32, len(f.rows))
	sizes := make([]int, len(p.Topics.list))
	known := 0
	for i, r := range f.rows {
		cell[i] = -1
		if c, ok := was[f.in.IDs[r]]; ok {
			cell[i] = c
			sizes[c]++
			known++
		}
	}
	number := make([]int32, len(sizes))
	for c, size := range sizes {
		if size > 0 {
			number[c] = int32(k)
			k++
		}
	}
	want := f.want()
	drift := 0.0
	if f.opt.Topics == 0 {
		drift = max(1, mostDrift*float64(want))
	}
	if d := float64(want - k); float64(known) < knownShare*float64(len(f.rows)) || d > drift || -d > drift {
		return nil, 0
	}
	members := make([][]int32, k)
	for i, c := range cell {
		if c >= 0 {
			cell[i] = number[c]
			members[cell[i]] = append(members[cell[i]], int32(i))
		}
	}
	nearest := partition{centroids: centroidsOf(f.space, members), cell: slices.Repeat([]int32{-1}, len(cell)), cosine: make([]float32, len(cell))}
	nearest.assign(f.space)
	for i, c := range cell {
		if c < 0 {
			cell[i] = nearest.cell[i]
		}
	}
	return cell, k
}

// Change is one way in which the topics differ from those of the fit before.
type Change struct {
	Kind   string `json:"kind"` // see the constants
	Topic  int    `json:"topic"`
	Label  string `json:"label"`
	Other  int    `json:"other,omitempty"` // the topic a split came from, or that a merged topic went to
	With   string `json:"other_label,omitempty"`
	Papers int    `json:"papers"` // of Topic that are meant
}

// Kinds of changes.
const (
	Born   = "born"   // a topic of new papers, or of papers from many topics
	Split  = "split"  // a topic most of whose papers were in Other, which goes on
	Merged = "merged" // a topic that is gone, most of whose papers went to Other
	Ended  = "ended"  // a topic that is gone, whose papers went many ways or were removed
)

// keepShare is the least share of a topic's papers, in the smaller of the two, for which the topic is the one it was; labelShare
// the least in the larger of the two, for which it keeps its label too.
const (
	keepShare  = 0.2
	labelShare = 0.5
)

// keepIDs gives each topic the id of the earlier topic with which it shares most documents, by the matching that shares most
// over all, and notes what became of the rest. A topic without a match gets an id never used before.
func (f *fitting) keepIDs() {
	t, p := f.t, f.opt.Previous
	f.labels = make([]string, len(t.list))
	t.next = 1
	if p == nil {
		f.numberBySize()
		return
	}
	t.next = p.Topics.next
	was := p.cells()
	gain := make([][]float64, len(t.list))
	for c := range gain {
		gain[c] = make([]float64, len(p.Topics.list))
	}
	met := make([]int, len(t.list)) // members that the earlier fit had
	left := make([]int, len(p.Topics.list))
	for i, id := range f.in.IDs {
		if c, ok := was[id]; ok {
			gain[t.cell[i]][c]++
			met[t.cell[i]]++
			left[c]++
		}
	}
	goesOn := make([]bool, len(p.Topics.list))
	match := maximumMatching(gain)
	for c, m := range match {
		if m < 0 || gain[c][m] < keepShare*float64(min(t.list[c].Size, p.Topics.list[m].Size)) {
			match[c] = -1
			continue
		}
		goesOn[m] = true
		t.list[c].ID = p.Topics.list[m].ID
		if gain[c][m] >= labelShare*float64(max(met[c], left[m])) {
			f.labels[c] = p.Topics.list[m].Label
		}
	}
	f.numberBySize()
	f.noteChanges(gain, match, goesOn)
}

// numberBySize gives ids never used before to the topics that have none, the largest first.
func (f *fitting) numberBySize() {
	list := f.t.list
	order := make([]int, len(list))
	for c := range order {
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(list[b].Size, list[a].Size) })
	for _, c := range order {
		if list[c].ID == 0 {
			list[c].ID = f.t.next
			f.t.next++
		}
	}
}

// noteChanges fills t.changes, the labels of topics of this fit left out: they are not named yet. gain counts the documents that
// new and old topics share.
func (f *fitting) noteChanges(gain [][]float64, match []int, goesOn []bool) {
	t, old := f.t, f.opt.Previous.Topics
	for c := range t.list {
		if match[c] >= 0 {
			continue
		}
		ch := Change{Kind: Born, Topic: t.list[c].ID, Papers: t.list[c].Size}
		for m := range old.list {
			if goesOn[m] && gain[c][m] > float64(t.list[c].Size)/2 {
				ch.Kind, ch.Other, ch.With, ch.Papers = Split, old.list[m].ID, old.list[m].Label, int(gain[c][m])
			}
		}
		t.changes = append(t.changes, ch)
	}
	for m := range old.list {
		if goesOn[m] {
			continue
		}
		ch := Change{Kind: Ended, Topic: old.list[m].ID, Label: old.list[m].Label, Papers: old.list[m].Size}
		for c := range t.list {
			if gain[c][m] > float64(old.list[m].Size)/2 {
				ch.Kind, ch.Other, ch.Papers = Merged, t.list[c].ID, int(gain[c][m])
			}
		}
		t.changes = append(t.changes, ch)
	}
}

// nameChanges fills in the labels of topics of this fit.
func (f *fitting) nameChanges() {
	label := map[int]string{}
	for i := range f.t.list {
		label[f.t.list[i].ID] = f.t.list[i].Label
	}
	for i := range f.t.changes {
		switch ch := &f.t.changes[i]; ch.Kind {
		case Born, Split:
			ch.Label = label[ch.Topic]
		case Merged:
			ch.With = label[ch.Other]
		}
	}
}
