package library

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"kindred/classifier/curate"
	"kindred/classifier/topic"
	"kindred/data"
)

// Catalog lists the papers of a snapshot for everything that is not ranked by likeness: what is new, the members of a
// topic, counts over time. It is immutable; its orders are computed when first asked for, so making one costs nothing
// on the way of a write.
type Catalog struct {
	rows    []Row
	find    func(id string) (row int, ok bool) // nil: by byID
	now     time.Time                          // when the catalog was made, see Published
	parents map[int]int                        // topic one level up, by topic

	orders sync.Once
	recent []int32           // all papers but duplicates, newest first
	topics map[int][]int32   // members by topic, newest first
	names  sync.Once         // guards byID
	byID   map[string]int32  // row by id
	months [2]int            // first and last month with a paper, as year*12+month-1; both 0 without dates
	curves map[int]monthlies // papers per month by topic, 0 for all

	looked atomic.Pointer[lookups]
}

// lookups find papers of a catalog by their titles and authors. Together they take more memory than the rows.
type lookups struct {
	titles  titleIndex
	authors authorIndex
}

// lookup returns the lookups, which compute what they are asked for.
func (c *Catalog) lookup() *lookups {
	for {
		if x := c.looked.Load(); x != nil {
			return x
		}
		c.looked.CompareAndSwap(nil, new(lookups))
	}
}

// retire drops the lookups of a catalog that a newer one has replaced. Pages of lists may still be answered from it for a
// while; one that needs them has them made again.
func (c *Catalog) retire() { c.looked.Store(nil) }

// monthlies counts papers per month, the first being Catalog.months[0].
type monthlies []int32

// NewCatalog returns a catalog of rows. The papers of a topic are also those of its ancestors among topics. It keeps
// rows; the caller must not change them afterwards.
func NewCatalog(rows []Row, topics []topic.Topic) *Catalog {
	parents := make(map[int]int, len(topics))
	for i := range topics {
		if p := topics[i].Parent; p != 0 && topics[i].Level < maxLevels {
			parents[topics[i].ID] = p
		}
	}
	return &Catalog{rows: rows, parents: parents, now: time.Now()}
}

// maxLevels bounds how far a paper is counted upwards, so that topics that are each other's parents do no harm.
const maxLevels = 8

// Lineage yields a row's subtopic, its topic and the topic's ancestors.
func (c *Catalog) Lineage(row int) iter.Seq[int] {
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
func (c *Catalog) Len() int { return len(c.rows) }

// Find returns the row of the paper with a canonical id.
func (c *Catalog) Find(id string) (int, bool) {
	if c.find != nil {
		return c.find(id)
	}
	c.names.Do(func() {
		c.byID = make(map[string]int32, len(c.rows))
		for i := range c.rows {
			c.byID[c.rows[i].ID] = int32(i)
		}
	})
	row, ok := c.byID[id]
	return int(row), ok
}

// Assignment returns the topic of row.
func (c *Catalog) Assignment(row int) curate.Assignment { return c.rows[row].Topic }

// Published returns the date of a row's paper by which papers are ordered and counted: the zero Date for one that is
// too far ahead to be meant, see [data.Date.Ahead].
func (c *Catalog) Published(row int) data.Date {
	if d := c.rows[row].Published; !d.Ahead(c.now) {
		return d
	}
	return data.Date{}
}

// Recent returns the rows of all papers, newest first, undated ones last; another edition of a listed paper is left
// out. The caller must not change the slice.
func (c *Catalog) Recent() []int32 {
	c.orders.Do(c.sort)
	return c.recent
}

// Members returns the rows of a topic's papers in the order of Recent.
func (c *Catalog) Members(topic int) []int32 {
	c.orders.Do(c.sort)
	return c.topics[topic]
}

// AllTopics is the topic that [Catalog.Trend] takes for all papers.
const AllTopics = 0

func (c *Catalog) sort() {
	c.recent = make([]int32, 0, len(c.rows))
	for i := range c.rows {
		if c.rows[i].DuplicateOf == "" {
			c.recent = append(c.recent, int32(i))
		}
	}
	slices.SortFunc(c.recent, func(a, b int32) int {
		x, y := c.Published(int(a)), c.Published(int(b))
		return cmp.Or(y.Compare(x), strings.Compare(c.rows[a].ID, c.rows[b].ID))
	})
	c.topics = make(map[int][]int32)
	for _, row := range c.recent {
		for t := range c.Lineage(int(row)) {
			c.topics[t] = append(c.topics[t], row)
		}
	}
	c.count()
}

// count fills months and curves. Papers known to the year only are spread over no month: they count in January.
func (c *Catalog) count() {
	for _, row := range c.recent {
		d := c.Published(int(row))
		if d.IsZero() {
			continue
		}
		m := monthOf(d)
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
		d := c.Published(int(row))
		if d.IsZero() {
			continue
		}
		m := monthOf(d) - c.months[0]
		add(AllTopics, m)
		for t := range c.Lineage(int(row)) {
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

// monthsByYear is the span in months from which trends are by year.
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

// Between returns the rows that were published between two dates, both inclusive, and are in one of categories or below
// it.
func (c *Catalog) Between(rows []int32, after, before data.Date, categories []string) []int32 {
	var out []int32
	for _, row := range rows {
		col := &c.rows[row]
		switch {
		case !after.IsZero() && (col.Published.IsZero() || col.Published.Last().Before(after.First())):
		case !before.IsZero() && (col.Published.IsZero() || col.Published.First().After(before.Last())):
		case len(categories) > 0 && !slices.ContainsFunc(categories, func(s string) bool { return InCategory(col.Categories, s) }):
		default:
			out = append(out, row)
		}
	}
	return out
}

// InCategory reports whether one of the categories of a paper is want or below it: "cs" holds "cs.LG".
func InCategory(categories []string, want string) bool {
	return slices.ContainsFunc(categories, func(have string) bool {
		head := have[:min(len(have), len(want))]
		return strings.EqualFold(head, want) && (len(have) == len(want) || have[len(want)] == '.')
	})
}

// Row returns a row. The caller must not change it.
func (c *Catalog) Row(row int) *Row { return &c.rows[row] }
