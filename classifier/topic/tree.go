package topic

import (
	"context"
	"math"
	"slices"

	"kindred/classifier/topic/naming"
	"kindred/classifier/vec"
)

// Constants of the levels above and below the main one.
const (
	leastTopics  = 8   // least number of topics that are joined to fields
	fieldFactor  = 1.3 // there are fieldFactor·√topics fields
	leastDivided = 40  // least number of papers of a topic that is divided
	mostDivided  = 8   // largest number of subtopics of a topic
	subRestarts  = 4
	subRounds    = 25
)

// levels forms fields and subtopics.
func (f *fitting) levels(ctx context.Context) error {
	f.joinFields()
	return f.divide(ctx)
}

// joinFields joins the topics to fields by Ward's criterion on their unit centroids (Ward, "Hierarchical grouping to
// optimize an objective function", 1963).
func (f *fitting) joinFields() {
	t := f.t
	k := len(t.list)
	if k < leastTopics {
		return
	}
	centroids := centroidsOf(f.space, membersOf(f.cell, k))
	t.fieldOf = ward(centroids, int(math.Round(fieldFactor*math.Sqrt(float64(k)))))
	t.fields = make([]Topic, slices.Max(t.fieldOf)+1)
	for c, p := range t.fieldOf {
		t.fields[p].Size += t.list[c].Size
	}
	members := make([][]int32, len(t.fields))
	for i, c := range f.cell {
		members[t.fieldOf[c]] = append(members[t.fieldOf[c]], int32(i))
	}
	centroids = centroidsOf(f.space, members)
	for p := range t.fields {
		t.fields[p].Level, t.fields[p].Papers = Fields, f.representatives(members[p], centroids.Row(p))
	}
}

// ward joins rows by agglomerative clustering until k groups are left: each time the two groups whose joining adds
// least to the sum of squared distances from the means of the groups. It returns the group of each row, numbered in the
// order of their first rows.
func ward(x *vec.Dense, k int) []int32 {
	n := x.Rows()
	sums, sizes, group := make([][]float64, n), make([]float64, n), make([]int32, n)
	for i := range n {
		for _, v := range x.Row(i) {
			sums[i] = append(sums[i], float64(v))
		}
		sizes[i], group[i] = 1, int32(i)
	}
	for left := n; left > k; left-- {
		best, a, b := math.Inf(1), 0, 0
		for i := range n {
			for j := range i {
				if sizes[i] == 0 || sizes[j] == 0 {
					continue
				}
				d := 0.0
				for c, v := range sums[i] {
					e := v/sizes[i] - sums[j][c]/sizes[j]
					d += e * e
				}
				if d *= sizes[i] * sizes[j] / (sizes[i] + sizes[j]); d < best {
					best, a, b = d, j, i
				}
			}
		}
		for c, v := range sums[b] {
			sums[a][c] += v
		}
		sizes[a], sizes[b] = sizes[a]+sizes[b], 0
		for i, g := range group {
			if g == int32(b) {
				group[i] = int32(a)
			}
		}
	}
	number, next := make(map[int32]int32), int32(0)
	for i, g := range group {
		if _, ok := number[g]; !ok {
			number[g] = next
			next++
		}
		group[i] = number[g]
	}
	return group
}

// divide divides each topic that is large enough into subtopics. A topic of the earlier fit keeps its subtopics; other
// topics are clustered.
func (f *fitting) divide(ctx context.Context) error {
	t := f.t
	t.subCell = slices.Repeat([]int32{-1}, f.n)
	earlier := f.earlierSubs()
	all := membersOf(t.cell, len(t.list))
	learned := membersOf(f.cell, len(t.list))
	for c, rows := range learned {
		if len(rows) < leastDivided {
			continue
		}
		x := vec.NewDense(len(rows), f.space.Cols)
		for i, r := range rows {
			copy(x.Row(i), f.space.Row(int(r)))
		}
		cell, k := f.resumeSubs(rows, earlier)
		if k == 0 {
			k = max(2, min(mostDivided, int(math.Round(1.2*math.Pow(float64(len(rows)), 0.28)))))
			p, err := sphericalKMeans(ctx, x, kmeansOptions{
				k: k, restarts: subRestarts, iterations: subRounds, seed: f.opt.Seed, trial: trialDocs,
			})
			if err != nil {
				return err
			}
			var left []int
			if cell, left = withoutEmpty(p.cell, p.centroids.Rows()); len(left) < 2 {
				continue // all its documents are alike
			}
			k = len(left)
		}
		f.addSubs(all[c], rows, cell, centroidsOf(x, membersOf(cell, k)))
	}
	return nil
}

// addSubs adds the cells of one topic as subtopics. cell is the cell of each of rows. The other documents of the topic
// join the nearest cell.
func (f *fitting) addSubs(docs, rows, cell []int32, centroids *vec.Dense) {
	t := f.t
	first := int32(len(t.subs))
	k := centroids.Rows()
	for i, r := range rows {
		t.subCell[f.rows[r]] = first + cell[i]
	}
	if len(docs) > len(rows) {
		vec.Parallel(len(docs), chunk, func(lo, hi int) {
			place := make([]float32, f.space.Cols)
			near := make([]float32, k)
			for _, d := range docs[lo:hi] {
				if t.subCell[d] >= 0 {
					continue
				}
				f.place(place, f.papers.Row(int(d)))
				for j := range near {
					near[j] = vec.Dot(place, centroids.Row(j))
				}
				t.subCell[d] = first + int32(argmax(near))
			}
		})
	}
	sizes := make([]int, k)
	for _, d := range docs {
		if t.outside[d] == 0 {
			sizes[t.subCell[d]-first]++
		}
	}
	for j, members := range membersOf(cell, k) {
		for i, m := range members {
			members[i] = rows[m]
		}
		papers := f.representatives(members, centroids.Row(j))
		t.subs = append(t.subs, Topic{Level: Subtopics, Size: sizes[j], Papers: papers})
	}
}

// earlierSubs returns the position of the subtopic of each document in the earlier fit, by document id; nil when the
// topics do not start from that fit.
func (f *fitting) earlierSubs() map[string]int32 {
	p := f.opt.Previous
	if p == nil || f.opt.Fresh || len(p.Topics.subs) == 0 {
		return nil
	}
	was := make(map[string]int32, len(p.IDs))
	for i, id := range p.IDs {
		was[id] = p.Topics.subCell[i]
	}
	return was
}

// resumeSubs returns the earlier subtopics of the rows of one topic. A row without one joins the nearest. k is 0 when
// too few rows have one, or when they have too few or too many different ones.
func (f *fitting) resumeSubs(rows []int32, earlier map[string]int32) (cell []int32, k int) {
	if earlier == nil {
		return nil, 0
	}
	count := make(map[int32]int)
	known := 0
	for _, r := range rows {
		if s, ok := earlier[f.in.IDs[f.rows[r]]]; ok && s >= 0 {
			count[s]++
			known++
		}
	}
	var subs []int32
	for s, n := range count {
		if n*50 >= len(rows) { // fewer are papers that changed their topic
			subs = append(subs, s)
		}
	}
	slices.Sort(subs)
	if float64(known) < knownShare*float64(len(rows)) || len(subs) < 2 || len(subs) > mostDivided {
		return nil, 0
	}
	cell = make([]int32, len(rows))
	members := make([][]int32, len(subs))
	for i, r := range rows {
		cell[i] = -1
		if s, ok := earlier[f.in.IDs[f.rows[r]]]; ok {
			if at, found := slices.BinarySearch(subs, s); found {
				cell[i] = int32(at)
				members[at] = append(members[at], r)
			}
		}
	}
	centroids := centroidsOf(f.space, members)
	near := make([]float32, len(subs))
	for i, r := range rows {
		if cell[i] >= 0 {
			continue
		}
		for j := range near {
			near[j] = vec.Dot(f.space.Row(int(r)), centroids.Row(j))
		}
		cell[i] = int32(argmax(near))
	}
	return cell, len(subs)
}

// link sets parents and children by id.
func (f *fitting) link() {
	t := f.t
	for c, p := range t.fieldOf {
		t.list[c].Parent = t.fields[p].ID
		t.fields[p].Children = append(t.fields[p].Children, t.list[c].ID)
	}
	parent := slices.Repeat([]int32{-1}, len(t.subs))
	for i, s := range t.subCell {
		if s >= 0 && parent[s] < 0 {
			parent[s] = t.cell[i]
			t.subs[s].Parent = t.list[t.cell[i]].ID
			t.list[t.cell[i]].Children = append(t.list[t.cell[i]].Children, t.subs[s].ID)
		}
	}
	for _, list := range [][]Topic{t.list, t.fields} {
		for i := range list {
			slices.Sort(list[i].Children)
		}
	}
}

// name names the topics of every level. The main level takes its labels first.
func (f *fitting) name() {
	t := f.t
	namer := naming.New(&f.in.Corpus)
	docs, cell := t.inside()
	f.nameTopics(namer, namer.Propose(docs, cell, len(t.list), naming.Topics), t.list, f.labels[Main-Subtopics])
	if len(t.fields) > 0 {
		for i, c := range cell {
			cell[i] = t.fieldOf[c]
		}
		f.nameTopics(namer, namer.Propose(docs, cell, len(t.fields), naming.Fields), t.fields, f.labels[Fields-Subtopics])
	}
	f.nameSubs(namer)
	f.nameChanges()
}

// nameTopics names the topics of list, kept being the labels that they keep from the earlier fit.
func (f *fitting) nameTopics(namer *naming.Namer, p *naming.Proposals, list []Topic, kept []string) {
	ids := make([]int, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	for i, n := range namer.Name(p, ids, kept) {
		list[i].Label, list[i].Terms, list[i].Description = n.Label, n.Terms, n.Description
	}
}

// nameSubs names the subtopics, each against its siblings.
func (f *fitting) nameSubs(namer *naming.Namer) {
	t := f.t
	docs, cells := t.inside()
	members := membersOf(cells, len(t.list))
	first := slices.Repeat([]int32{-1}, len(t.list)) // position of each topic's first subtopic
	count := make([]int, len(t.list))
	number := make(map[int]int, len(t.list))
	for c := range t.list {
		number[t.list[c].ID] = c
	}
	for s := range t.subs {
		c := number[t.subs[s].Parent]
		if first[c] < 0 {
			first[c] = int32(s)
		}
		count[c]++
	}
	proposals := make([]*naming.Proposals, len(t.list))
	vec.Parallel(len(t.list), 1, func(c, _ int) {
		if first[c] < 0 {
			return
		}
		own, cell := make([]int32, len(members[c])), make([]int32, len(members[c]))
		for i, m := range members[c] {
			own[i] = docs[m]
			cell[i] = t.subCell[own[i]] - first[c]
		}
		proposals[c] = namer.Propose(own, cell, count[c], naming.Parts)
	})
	for c, p := range proposals {
		if p != nil {
			lo, hi := int(first[c]), int(first[c])+count[c]
			f.nameTopics(namer, p, t.subs[lo:hi], f.labels[0][lo:hi])
		}
	}
}

// inside returns the documents that are in topics, and the position of the topic of each.
func (t *Topics) inside() (docs, cell []int32) {
	for i, c := range t.cell {
		if t.outside[i] == 0 {
			docs, cell = append(docs, int32(i)), append(cell, c)
		}
	}
	return docs, cell
}
