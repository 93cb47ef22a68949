package topic

import (
	"cmp"
	"slices"
)

// Earlier is an earlier fit: its topics and the ids of its documents, in order.
type Earlier struct {
	Topics *Topics
	IDs    []string
}

// cells returns the position of the topic of each document, by document id.
func (e *Earlier) cells() map[string]int32 {
	was := make(map[string]int32, len(e.IDs))
	for i, id := range e.IDs {
		was[id] = e.Topics.cell[i]
	}
	return was
}

// Limits within which topics start from an earlier fit. Beyond them they are formed anew and take their ids by
// matching.
const (
	knownShare = 0.5  // least share of the documents that the earlier fit had
	mostDrift  = 0.25 // largest relative difference in the number of topics
)

// resume returns the topics of the rows in the earlier fit. A row that it did not have joins the topic with the nearest
// centroid. k is 0 when the topics are to be formed anew.
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
	nearest := nearestOf(f.space, centroidsOf(f.space, members))
	for i, c := range cell {
		if c < 0 {
			cell[i] = nearest[i]
		}
	}
	return cell, k
}

// Change is one difference between the topics and those of the fit before.
type Change struct {
	Kind   string `json:"kind"` // see the constants
	Topic  int    `json:"topic"`
	Label  string `json:"label"`
	Other  int    `json:"other,omitempty"` // the topic that was split, or that a merged topic went to
	With   string `json:"other_label,omitempty"`
	Papers int    `json:"papers"` // papers of Topic that the change concerns
}

// Kinds of changes.
const (
	Born   = "born"   // a topic of new papers, or of papers from many topics
	Split  = "split"  // a topic most of whose papers were in Other, which still exists
	Merged = "merged" // a topic that is gone; most of its papers are in Other
	Ended  = "ended"  // a topic that is gone; its papers are in several topics or were removed
)

// keepShare is the least share of the papers of the smaller of two topics, one of them earlier, that both must have for
// the id to be kept. labelShare is the least share of the larger one, for the label to be kept as well.
const (
	keepShare  = 0.2
	labelShare = 0.5
)

// keepIDs gives each topic the id of the earlier topic of its level that it shares most documents with, by the matching
// with the largest overlap in total. A topic without a match gets an id that was never used. It also notes the changes
// of the main level.
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

// matching maps the topics of a level to those of the earlier fit.
type matching struct {
	gain   [][]float64 // number of documents that new and old topics share
	old    []int       // of each topic: position of its earlier topic, or -1
	goesOn []bool      // of each earlier topic: whether it is matched
}

// match gives ids and labels of the earlier fit to the topics of a level. It returns nil without earlier topics.
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
	met, left := make([]int, len(list)), make([]int, len(before)) // documents of each topic that both fits have
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

// numberBySize gives ids that were never used to the topics that have none, the largest first.
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

// noteChanges sets t.changes without the labels of this fit, whose topics have no names yet.
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

// nameChanges adds the labels of this fit to t.changes.
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
