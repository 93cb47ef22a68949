package recommend

import (
	"fmt"
	"iter"
	"slices"
	"sync"

	"kindred/classifier/vec"
)

// Index holds both views of every paper, an inverted index of the lexical view, and the columns that filters
// read. It is immutable and safe for concurrent use; [Index.With] and [Index.WithTopics] return changed copies
// that share memory.
//
// The base rows belong to the model and may lie in a memory-mapped file; they are never written. Papers that
// came after the fit follow in a delta. A paper that was removed or replaced keeps its row, with a tombstone.
// Rows are numbered through base and delta.
type Index struct {
	base     *segment
	byID     map[string]int32 // rows of base
	postings *vec.CSR         // terms × base rows
	delta    segment          // a prefix of tail.rows
	tail     *tail
	removed  []uint64 // tombstones, one bit per row; rows beyond the end have none
	size     int      // rows without a tombstone
	topics   topicColumn
	scratch  *scratch
	calibration
}

// segment is a run of rows.
type segment struct {
	ids     []string
	lexical *vec.CSR
	scale   []float32     // vec.Views.Scale of each row
	weights []viewWeights // documentWeights of each row
	latent  *vec.Dense
	codes   *vec.Codes // of latent, for the first look at a row; nil in a small index, and in a delta
	// greatestWeight is the greatest weight of the latent view of any row.
	greatestWeight float32
	columns
}

// tail is the append-only delta that successive indexes share. Each index sees a prefix; the newest one appends
// behind all prefixes.
type tail struct {
	mu   sync.RWMutex
	rows segment
	byID map[string]int32 // newest delta row by id
	prev []int32          // earlier delta row of the same id, -1 for none
}

// Base holds the parts of an index that belong to the model.
type Base struct {
	IDs      []string
	Lexical  *vec.CSR   // docs × terms, rows of unit length or empty
	Postings *vec.CSR   // terms × docs, the transpose of Lexical
	Scale    []float32  // vec.Views.Scale of each row
	Latent   *vec.Dense // docs × dims, rows of unit length or zero
	Codes    *vec.Codes // of Latent; nil for none, then a scan reads Latent itself
	// Meta yields the metadata of papers, in any order. Ids that are not in IDs are ignored, and rows that it
	// does not name have the zero Meta. It may be nil.
	Meta iter.Seq2[string, Meta]
}

// Item is a paper to be added to an index.
type Item struct {
	ID    string
	Views vec.Views
	Meta  Meta
}

// NewIndex returns the index over base rows. It fails when the shapes of the parts disagree or an id occurs twice.
func NewIndex(b Base) (*Index, error) {
	n := len(b.IDs)
	if b.Lexical.Rows() != n || len(b.Scale) != n || b.Latent.Rows() != n && b.Latent.Cols > 0 ||
		b.Postings.Rows() != b.Lexical.Cols || b.Codes != nil && (b.Codes.Rows() != n || b.Codes.Cols != b.Latent.Cols) {
		return nil, fmt.Errorf("index: %d ids, %d lexical rows of %d terms, %d scales, %d latent rows, "+
			"postings of %d terms: the parts are not of one model",
			n, b.Lexical.Rows(), b.Lexical.Cols, len(b.Scale), b.Latent.Rows(), b.Postings.Rows())
	}
	ix := &Index{
		base:     &segment{ids: b.IDs, lexical: b.Lexical, scale: b.Scale, latent: b.Latent, columns: newColumns(b.IDs)},
		byID:     make(map[string]int32, n),
		postings: b.Postings,
		size:     n,
	}
	if vec.FastCodes() {
		ix.base.codes = b.Codes
	}
	ix.base.weights = make([]viewWeights, n)
	for i, id := range b.IDs {
		ix.base.weights[i] = ix.documentWeights(vec.Views{Lexical: b.Lexical.Row(i), Scale: b.Scale[i]})
		ix.base.greatestWeight = max(ix.base.greatestWeight, ix.base.weights[i].latent)
		if _, twice := ix.byID[id]; twice {
			return nil, fmt.Errorf("index: id %q occurs twice", id)
		}
		ix.byID[id] = int32(i)
	}
	if b.Meta != nil {
		for id, m := range b.Meta {
			if row, ok := ix.byID[id]; ok {
				ix.base.set(int(row), m)
			}
		}
	}
	ix.tail = &tail{rows: emptySegment(b.Lexical.Cols, b.Latent.Cols), byID: map[string]int32{}}
	ix.delta = ix.tail.rows.prefix()
	ix.scratch = newScratch(b.Lexical.Cols)
	ix.calibration = ix.calibrate()
	return ix, nil
}

func emptySegment(terms, dims int) segment {
	return segment{
		lexical: &vec.CSR{Ptr: []int64{0}, Cols: terms},
		latent:  &vec.Dense{Cols: dims},
		columns: newColumns(nil),
	}
}

// Len returns the number of papers, removed ones excluded.
func (ix *Index) Len() int { return ix.size }

// Row returns the row of the paper with this id, false if the index does not hold it. It costs a map lookup or two.
func (ix *Index) Row(id string) (int, bool) {
	n := len(ix.base.ids)
	ix.tail.mu.RLock()
	k, ok := ix.tail.byID[id]
	for ok && k >= 0 && int(k) >= len(ix.delta.ids) {
		k = ix.tail.prev[k]
	}
	ix.tail.mu.RUnlock()
	if ok && k >= 0 {
		return n + int(k), ix.alive(n + int(k))
	}
	b, ok := ix.byID[id]
	return int(b), ok && ix.alive(int(b))
}

// Views returns both views of a row. They share memory with the index and must not be changed.
func (ix *Index) Views(row int) vec.Views {
	s, r := ix.at(row)
	v := vec.Views{Lexical: s.lexical.Row(r), Scale: s.scale[r]}
	if s.latent.Cols > 0 {
		v.Latent = s.latent.Row(r)
	}
	return v
}

// ID returns the id of a row.
func (ix *Index) ID(row int) string {
	s, r := ix.at(row)
	return s.ids[r]
}

// With returns an index with the papers of added and without those of removed. A paper of added replaces one
// with the same id. The cost is proportional to the papers given, not to those held. Views must have the shapes
// of the index. New rows are in no topic.
func (ix *Index) With(added []Item, removed []string) *Index {
	next := *ix
	t := ix.tail
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.rows.ids) != len(ix.delta.ids) { // another index continues ix already
		t = ix.fork()
		next.tail = t
	}
	marks := &tombstones{old: ix.removed}
	for _, id := range removed {
		next.tombstone(t, id, marks)
	}
	for i := range added {
		next.tombstone(t, added[i].ID, marks)
		t.push(&added[i], ix.documentWeights(added[i].Views))
		next.size++
	}
	next.delta = t.rows.prefix()
	if marks.new != nil {
		next.removed = marks.new
	}
	return &next
}

// tombstones copies the bits of an index on the first write.
type tombstones struct{ old, new []uint64 }

func (m *tombstones) has(row int) bool {
	bits := m.old
	if m.new != nil {
		bits = m.new
	}
	return row>>6 < len(bits) && bits[row>>6]&(1<<(row&63)) != 0
}

func (m *tombstones) set(row int) {
	if m.new == nil {
		m.new = slices.Clone(m.old)
	}
	if need := row>>6 + 1; need > len(m.new) {
		m.new = append(m.new, make([]uint64, need-len(m.new))...)
	}
	m.new[row>>6] |= 1 << (row & 63)
}

// tombstone marks the row of id as removed, if there is one. t is locked, and its newest rows are those of ix.
func (ix *Index) tombstone(t *tail, id string, marks *tombstones) {
	row, ok := 0, false
	if k, in := t.byID[id]; in {
		row, ok = len(ix.base.ids)+int(k), true
	} else if b, in := ix.byID[id]; in {
		row, ok = int(b), true
	}
	if ok && !marks.has(row) {
		marks.set(row)
		ix.size--
	}
}

func (ix *Index) alive(row int) bool {
	return row>>6 >= len(ix.removed) || ix.removed[row>>6]&(1<<(row&63)) == 0
}

// fork returns a new tail with a copy of the delta of ix.
func (ix *Index) fork() *tail {
	d := ix.delta
	t := &tail{byID: make(map[string]int32, len(d.ids)), rows: segment{
		ids: slices.Clone(d.ids),
		lexical: &vec.CSR{
			Ptr: slices.Clone(d.lexical.Ptr), Index: slices.Clone(d.lexical.Index), Value: slices.Clone(d.lexical.Value),
			Cols: d.lexical.Cols,
		},
		scale:   slices.Clone(d.scale),
		weights: slices.Clone(d.weights),
		latent:  &vec.Dense{Data: slices.Clone(d.latent.Data), Cols: d.latent.Cols},
		columns: d.columns.clone(),
	}}
	for i, id := range d.ids {
		t.link(id, int32(i))
	}
	return t
}

func (t *tail) link(id string, row int32) {
	prev, ok := t.byID[id]
	if !ok {
		prev = -1
	}
	t.prev = append(t.prev, prev)
	t.byID[id] = row
}

// push appends one paper.
func (t *tail) push(it *Item, w viewWeights) {
	row := len(t.rows.ids)
	if got, want := len(it.Views.Latent), t.rows.latent.Cols; got != want {
		panic(fmt.Sprintf("recommend: latent vector of %d dims in an index of %d", got, want))
	}
	t.link(it.ID, int32(row))
	t.rows.ids = append(t.rows.ids, it.ID)
	t.rows.lexical.Append(it.Views.Lexical)
	t.rows.scale = append(t.rows.scale, it.Views.Scale)
	t.rows.weights = append(t.rows.weights, w)
	t.rows.latent.Data = append(t.rows.latent.Data, it.Views.Latent...)
	t.rows.grow(it.ID)
	t.rows.set(row, it.Meta)
}

// prefix returns the present rows under headers of their own, which later appends do not change.
func (s *segment) prefix() segment {
	p := *s
	lex, lat := *s.lexical, *s.latent
	p.lexical, p.latent = &lex, &lat
	return p
}

func (c *columns) clone() columns {
	own := func(r ragged) ragged { return ragged{at: slices.Clone(r.at), values: slices.Clone(r.values)} }
	return columns{
		first: slices.Clone(c.first), last: slices.Clone(c.last),
		title: slices.Clone(c.title), group: slices.Clone(c.group),
		titleWords: own(c.titleWords), authorWords: own(c.authorWords), venueWords: own(c.venueWords), categories: own(c.categories),
	}
}

// Rows returns the number of rows, those of removed papers included. A paper keeps its row in the indexes that
// With makes of this one, until it is removed or replaced; papers that are added get the rows from Rows on, in
// the order of added.
func (ix *Index) Rows() int { return len(ix.base.ids) + len(ix.delta.ids) }

// at returns the segment of a row and its number there.
func (ix *Index) at(row int) (*segment, int) {
	if n := len(ix.base.ids); row >= n {
		return &ix.delta, row - n
	}
	return ix.base, row
}
