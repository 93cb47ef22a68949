package api

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"kindred/classifier/topic"
	"kindred/data/store"
)

// Catalog lists the papers of a snapshot for everything that is not ranked by likeness: what is new, the members of a
// topic, counts over time. It is immutable; its orders are computed when first asked for, so making one costs nothing
// on the way of a write.
type Catalog struct {
	columns  []store.Column
	assigned []Assignment
	parents  map[int]int // topic one level up, by topic

	orders sync.Once
	recent []int32           // all papers but duplicates, newest first
	topics map[int][]int32   // members by topic, newest first
	names  sync.Once         // guards rows
	rows   map[string]int32  // row by id
	months [2]int            // first and last month with a paper, as year*12+month-1; both 0 without dates
	curves map[int]monthlies // papers per month by topic, 0 for all
}

// monthlies counts papers per month, the first being Catalog.months[0].
type monthlies []int32

// NewCatalog returns a catalog of columns and, row by row, the topics of these papers; a topic's papers are also those
// of its ancestors among topics. Rows without an assignment are in no topic. It keeps both slices of rows; the caller
// must not change them afterwards.
func NewCatalog(columns []store.Column, assigned []Assignment, topics []topic.Topic) *Catalog {
	parents := make(map[int]int, len(topics))
	for i := range topics {
		if p := topics[i].Parent; p != 0 && topics[i].Level < maxLevels {
			parents[topics[i].ID] = p
		}
	}
	return &Catalog{columns: columns, assigned: assigned, parents: parents}
}

// maxLevels bounds how far a paper is counted upwards, so that topics that are each other's parents do no harm.
const maxLevels = 8

// lineage yields a row's subtopic, its topic and the topic's ancestors.
func (c *Catalog) lineage(row int) iter.Seq[int] {
	return func(yield func(int) bool) {
		as := c.Assignment(row)
		if as.Sub != 0 && !yield(as.Sub) {
			return
		}
		t := as.Topic
		for range maxLevels {
			if t == 0 || !yield(t) {
				return
			}
			t = c.parents[t]
		}
	}
}

// Len returns the number of papers.
func (c *Catalog) Len() int { return len(c.columns) }

// Row returns the row of the paper with a canonical id.
func (c *Catalog) Row(id string) (int, bool) {
	c.names.Do(func() {
		c.rows = make(map[string]int32, len(c.columns))
		for i := range c.columns {
			c.rows[c.columns[i].ID] = int32(i)
		}
	})
	row, ok := c.rows[id]
	return int(row), ok
}

// Assignment returns the topic of row.
func (c *Catalog) Assignment(row int) Assignment {
	if row >= len(c.assigned) {
		return Assignment{}
	}
	return c.assigned[row]
}

// Recent returns the rows of all papers, newest first, undated ones last; another edition of a listed paper is left out.
// The caller must not change the slice.
func (c *Catalog) Recent() []int32 {
	c.orders.Do(c.sort)
	return c.recent
}

// Members returns the rows of a topic's papers in the order of Recent.
func (c *Catalog) Members(topic int) []int32 {
	c.orders.Do(c.sort)
	return c.topics[topic]
}

// Topic 0 stands for all papers in curves.
const allTopics = 0

func (c *Catalog) sort() {
	c.recent = make([]int32, 0, len(c.columns))
	for i := range c.columns {
		if c.columns[i].DuplicateOf == "" {
			c.recent = append(c.recent, int32(i))
		}
	}
	slices.SortFunc(c.recent, func(a, b int32) int {
		x, y := &c.columns[a], &c.columns[b]
		return cmp.Or(y.Published.Compare(x.Published), strings.Compare(x.ID, y.ID))
	})
	c.topics = make(map[int][]int32)
	for _, row := range c.recent {
		for t := range c.lineage(int(row)) {
			c.topics[t] = append(c.topics[t], row)
		}
	}
	c.count()
}

// count fills months and curves. Papers known to the year only are spread over no month: they count in January.
func (c *Catalog) count() {
	for _, row := range c.recent {
		d := c.columns[row].Published
		if d.IsZero() {
			continue
		}
		m := d.Year*12 + max(int(d.Month), 1) - 1
		if c.months[0] == 0 || m < c.months[0] {
			c.months[0] = m
		}
		c.months[1] = max(c.months[1], m)
	}
	c.curves = make(map[int]monthlies)
	if c.months[0] == 0 {
		return
	}
	span := c.months[1] - c.months[0] + 1
	add := func(topic, month int) {
		curve, ok := c.curves[topic]
		if !ok {
			curve = make(monthlies, span)
			c.curves[topic] = curve
		}
		curve[month]++
	}
	for _, row := range c.recent {
		d := c.columns[row].Published
		if d.IsZero() {
			continue
		}
		m := d.Year*12 + max(int(d.Month), 1) - 1 - c.months[0]
		add(allTopics, m)
		for t := range c.lineage(int(row)) {
			add(t, m)
		}
	}
}

// Trend is a topic's papers over time, by month while all papers span at most three years and by year beyond.
type Trend struct {
	Unit   string `json:"unit"`   // month or year
	From   string `json:"from"`   // first period: YYYY-MM or YYYY
	Counts []int  `json:"counts"` // papers per period, none left out
}

// yearMonth writes a month, year*12+month-1.
func yearMonth(m int) string {
	return time.Date(m/12, time.Month(m%12+1), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
}

// monthsByYear is the span in months from which trends are told by year.
const monthsByYear = 36

// Trend returns the curve of a topic, or of all papers for 0. Without dates Counts is empty.
func (c *Catalog) Trend(topic int) Trend {
	c.orders.Do(c.sort)
	curve := c.curves[topic]
	first := c.months[0]
	if c.months[0] == 0 {
		return Trend{Unit: "year", Counts: []int{}}
	}
	span := c.months[1] - c.months[0] + 1
	if span <= monthsByYear {
		t := Trend{Unit: "month", From: yearMonth(first), Counts: make([]int, span)}
		for i, n := range curve {
			t.Counts[i] = int(n)
		}
		return t
	}
	t := Trend{Unit: "year", From: time.Date(first/12, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006"), Counts: make([]int, c.months[1]/12-first/12+1)}
	for i, n := range curve {
		t.Counts[(first+i)/12-first/12] += int(n)
	}
	return t
}

// derived holds what is computed once per snapshot from its topics.
type derived struct {
	once  sync.Once
	byID  map[int]*topic.Topic
	order []*topic.Topic // of all levels, the finest and the largest first
}

// topics returns the snapshot's topics, the finest level first, the largest of a level first, ties by id.
func (s *Snapshot) topics() []*topic.Topic {
	s.derived.once.Do(s.derive)
	return s.derived.order
}

// topic returns a topic of any level by its id.
func (s *Snapshot) topic(id int) (*topic.Topic, bool) {
	s.derived.once.Do(s.derive)
	t, ok := s.derived.byID[id]
	return t, ok
}

func (s *Snapshot) derive() {
	d := &s.derived
	d.byID = make(map[int]*topic.Topic, len(s.Topics))
	for i := range s.Topics {
		t := &s.Topics[i]
		d.byID[t.ID] = t
		d.order = append(d.order, t)
	}
	slices.SortFunc(d.order, func(a, b *topic.Topic) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(b.Size, a.Size), cmp.Compare(a.ID, b.ID))
	})
}

// label returns the label of a topic, "" for one that is not there.
func (s *Snapshot) label(id int) string {
	if t, ok := s.topic(id); ok {
		return t.Label
	}
	return ""
}
