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

// Limits within which topics go on from an earlier fit; beyond them they are formed anew and keep their ids by
// matching.
const (
	knownShare = 0.5  // least share of the documents that must have been there
	mostDrift  = 0.25 // most that the number of topics chosen may differ, as a share
)

// resume returns the topics that the rows are given to start with when they go on from an earlier fit: a document that
// was there keeps its topic, a new one joins the topic whose members are nearest. k is 0 when the topics are to be
// formed anew.
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
	f.pins = slices.Repeat([]int32{-1}, k)
	for _, c := range f.pinned() {
		if sizes[c] > 0 {
			f.pins[number[c]] = c
		}
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

// keepShare is the least share of a topic's papers, in the smaller of the two, for which the topic is the one it was;
// labelShare the least in the larger of the two, for which it keeps its label too.
const (
	keepShare  = 0.2
	labelShare = 0.5
)

// keepIDs gives each topic of every level the id of the earlier topic with which it shares most documents, by the
// matching that shares most over all, and notes what became of the rest of the main level. A topic without a match gets
// an id never used before.
func (f *fitting) keepIDs() {
	t := f.t
	t.next = 1
	if p := f.opt.Previous; p != nil {
		t.next = p.Topics.next
	}
	for _, level := range []int{Main, Fields, Subtopics} {
		m := f.match(level)
		f.numberBySize(t.at(level))
		if level == Main && m != nil {
			f.noteChanges(m)
		}
	}
}

// matching says which topics of a level are which of the earlier fit.
type matching struct {
	gain   [][]float64 // documents that new and old topics share
	old    []int       // of each topic: position of the topic it was, or -1
	goesOn []bool      // of each earlier topic
}

// match gives ids and labels of the earlier fit to the topics of a level; nil without earlier topics.
func (f *fitting) match(level int) *matching {
	p := f.opt.Previous
	list := f.t.at(level)
	f.labels[level-Subtopics] = make([]string, len(list))
	if p == nil || len(list) == 0 || len(p.Topics.at(level)) == 0 {
		return nil
	}
	before := p.Topics.at(level)
	m := &matching{gain: make([][]float64, len(list)), goesOn: make([]bool, len(before))}
	for c := range m.gain {
		m.gain[c] = make([]float64, len(before))
	}
	was := make(map[string]int32, len(p.IDs))
	for i, id := range p.IDs {
		was[id] = p.Topics.position(level, i)
	}
	met, left := make([]int, len(list)), make([]int, len(before)) // documents that were and are in the topics
	for i, id := range f.in.IDs {
		c := f.t.position(level, i)
		if o, ok := was[id]; ok && c >= 0 && o >= 0 {
			m.gain[c][o]++
			met[c]++
			left[o]++
		}
	}
	isPin := func(c, o int) bool { return level == Main && f.pins != nil && f.pins[c] == int32(o) }
	m.old = maximumMatching(f.pinnedGain(level, m.gain))
	for c, o := range m.old {
		if o < 0 || !isPin(c, o) && m.gain[c][o] < keepShare*float64(min(list[c].Size, before[o].Size)) {
			m.old[c] = -1
			continue
		}
		m.goesOn[o] = true
		list[c].ID = before[o].ID
		if isPin(c, o) || m.gain[c][o] >= labelShare*float64(max(met[c], left[o])) {
			f.labels[level-Subtopics][c] = before[o].Label
		}
	}
	return m
}

// numberBySize gives ids never used before to the topics that have none, the largest first.
func (f *fitting) numberBySize(list []Topic) {
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

// noteChanges fills t.changes, the labels of topics of this fit left out: they are not named yet.
func (f *fitting) noteChanges(m *matching) {
	t, old := f.t, f.opt.Previous.Topics
	for c := range t.list {
		if m.old[c] >= 0 {
			continue
		}
		ch := Change{Kind: Born, Topic: t.list[c].ID, Papers: t.list[c].Size}
		for o := range old.list {
			if m.goesOn[o] && m.gain[c][o] > float64(t.list[c].Size)/2 {
				ch.Kind, ch.Other, ch.With, ch.Papers = Split, old.list[o].ID, old.list[o].Label, int(m.gain[c][o])
			}
		}
		t.changes = append(t.changes, ch)
	}
	for o := range old.list {
		if m.goesOn[o] {
			continue
		}
		ch := Change{Kind: Ended, Topic: old.list[o].ID, Label: old.list[o].Label, Papers: old.list[o].Size}
		for c := range t.list {
			if m.gain[c][o] > float64(old.list[o].Size)/2 {
				ch.Kind, ch.Other, ch.Papers = Merged, t.list[c].ID, int(m.gain[c][o])
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
