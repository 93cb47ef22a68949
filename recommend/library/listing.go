package library

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"kindred/data"
	"kindred/recommend"
)

// Orders of a listing.
const (
	Newest   = "newest"
	Trending = "trending" // see [Snapshot.Trending]
	Likeness = "likeness" // to the seeds and the text of the query
)

// Orders are the orders of a listing, the first of them the default.
var Orders = []string{Newest, Trending, Likeness}

// Listing asks for papers that are listed rather than found: those of a span that pass filters, in an order.
type Listing struct {
	Span  Span
	Order string // one of Orders; "" is Newest

	After, Before data.Date // published on or after, and on or before; undated papers fail either
	Topics        []int     // of these topics, of any level, or of topics below them
	Categories    []string  // with at least one of these; "cs" matches all that begin with "cs."
	Sources       []string  // from these sources, see SourceOf
	Linked        bool      // with an address where they can be read

	// Positive, Negative and Text are what Likeness goes by, as in a recommend.Query. Explain fills the reasons.
	Positive, Negative []string
	Text               string
	Explain            bool

	Limit, Offset int
}

// Filtered reports whether q leaves out any paper of its span.
func (q *Listing) Filtered() bool {
	return q.Linked || len(q.Topics)+len(q.Categories)+len(q.Sources) > 0 || !q.After.IsZero() || !q.Before.IsZero()
}

// Ordered says what a listing shows, and what it goes by.
type Ordered struct {
	Order string `json:"order"`
	By    string `json:"by,omitempty"` // what a trending order goes by, see [Snapshot.Trending]
	*Period
}

// Period is the span of a listing among those that have papers.
type Period struct {
	Unit     string    `json:"unit"`
	Name     string    `json:"name"` // as ParseSpan reads it
	First    data.Date `json:"first"`
	Last     data.Date `json:"last"`
	TimeZone string    `json:"time_zone"`
	Previous string    `json:"previous,omitempty"` // name of the span before that has papers
	Next     string    `json:"next,omitempty"`
}

// trendingPool is how many of the newest papers a trending order without a span looks at.
const trendingPool = 1000

// Listing returns a page of a listing. Paging of Likeness ends as in [Snapshot.Similar], whose errors it has.
func (s *Snapshot) Listing(ctx context.Context, q Listing) (*List, error) {
	rows, err := s.listed(ctx, &q)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return s.ordered(&List{Reason: recommend.ReasonFiltered}, &q, ""), nil
	}
	cut := func(rows []int32) []int32 {
		from := min(q.Offset, len(rows))
		return rows[from:min(from+q.Limit, len(rows))]
	}
	switch q.Order {
	case Likeness:
		l, err := s.Similar(ctx, s.likeness(&q, rows))
		if err != nil {
			return nil, err
		}
		return s.ordered(l, &q, ""), nil
	case Trending:
		if q.Span.IsZero() {
			rows = rows[:min(len(rows), trendingPool)]
		}
		hot, by, err := s.Trending(ctx, rows, s.trendDay(q.Span))
		if err != nil {
			return nil, err
		}
		order, trend := make([]int32, len(hot)), make(map[string]float64, len(hot))
		for i, h := range hot {
			order[i] = h.Row
			trend[s.Catalog.Row(int(h.Row)).ID] = h.Trend
		}
		items, err := s.Rows(ctx, cut(order))
		for i := range items {
			items[i].Trend = trend[items[i].Paper.ID]
		}
		return s.ordered(&List{Items: items, Total: len(order)}, &q, by), err
	}
	items, err := s.Rows(ctx, cut(rows))
	return s.ordered(&List{Items: items, Total: len(rows)}, &q, ""), err
}

// listed returns the rows that pass the filters of a listing, newest first.
func (s *Snapshot) listed(ctx context.Context, q *Listing) ([]int32, error) {
	c := s.Catalog
	rows := c.In(q.Span)
	if !q.After.IsZero() || !q.Before.IsZero() || len(q.Categories) > 0 {
		rows = c.Between(rows, q.After, q.Before, q.Categories)
	}
	if len(q.Topics) > 0 || len(q.Sources) > 0 {
		rows = slices.DeleteFunc(slices.Clone(rows), func(row int32) bool {
			return len(q.Topics) > 0 && !c.isIn(int(row), q.Topics) ||
				len(q.Sources) > 0 && !slices.Contains(q.Sources, SourceOf(c.rows[row].ID))
		})
	}
	if !q.Linked {
		return rows, nil
	}
	linked, err := s.linked(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(rows), func(row int32) bool { return !linked[row] }), nil
}

// From returns what tells of an id whether its paper comes from one of sources, any where there are none, and, where
// linked is set, has an address where it can be read; nil where every paper does.
func (s *Snapshot) From(ctx context.Context, sources []string, linked bool) (func(id string) bool, error) {
	if len(sources) == 0 && !linked {
		return nil, nil
	}
	var has []bool
	if linked {
		var err error
		if has, err = s.linked(ctx); err != nil {
			return nil, err
		}
	}
	return func(id string) bool {
		if len(sources) > 0 && !slices.Contains(sources, SourceOf(id)) {
			return false
		}
		if !linked {
			return true
		}
		row, ok := s.Catalog.Find(id)
		return ok && has[row]
	}, nil
}

// isIn reports whether the paper of a row is of one of topics or below one.
func (c *Catalog) isIn(row int, topics []int) bool {
	for t := range c.Lineage(row) {
		if slices.Contains(topics, t) {
			return true
		}
	}
	return false
}

// likeness returns the query whose answer is the part of a listing that is ordered by likeness.
func (s *Snapshot) likeness(q *Listing, rows []int32) recommend.Query {
	out := recommend.Query{
		Positive: q.Positive, Negative: q.Negative, Text: q.Text, Limit: q.Limit, Offset: q.Offset, Explain: q.Explain,
	}
	if len(rows) < len(s.Catalog.Recent()) {
		out.Only = make([]string, len(rows))
		for i, row := range rows {
			out.Only[i] = s.Catalog.Row(int(row)).ID
		}
	}
	return out
}

// ordered adds to a page of a listing what it shows.
func (s *Snapshot) ordered(l *List, q *Listing, by string) *List {
	l.Ordered = &Ordered{Order: q.Order, By: by}
	if q.Order == "" {
		l.Ordered.Order = Newest
	}
	if sp := q.Span; !sp.IsZero() {
		p := &Period{Unit: sp.Unit, Name: sp.String(), First: sp.First, Last: sp.Last(), TimeZone: "UTC"}
		if before, ok := s.Catalog.Before(sp); ok {
			p.Previous = before.String()
		}
		if after, ok := s.Catalog.After(sp); ok {
			p.Next = after.String()
		}
		l.Ordered.Period = p
	}
	return l
}

// SourceOf returns where an id comes from: the part before its colon without a year, such as arxiv, doi or icml, or the
// host of an address.
func SourceOf(id string) string {
	scheme, rest, ok := strings.Cut(id, ":")
	switch {
	case !ok:
		return ""
	case scheme == "http" || scheme == "https":
		host, _, _ := strings.Cut(strings.TrimLeft(rest, "/"), "/")
		return host
	}
	if s := strings.TrimRight(scheme, "0123456789"); s != "" {
		return s
	}
	return scheme
}

// Sources returns where the papers of the library come from, the most frequent first, ties by name.
func (s *Snapshot) Sources() []CategoryCount { return s.Holdings().Sources }

// linkCache keeps which papers of a snapshot have an address.
type linkCache struct {
	mu   sync.Mutex
	made []bool // by row; nil until it was asked for
}

// linked reports by row whether a paper has an address where it can be read. Ids tell that of most; the others are read
// once for a snapshot.
func (s *Snapshot) linked(ctx context.Context) ([]bool, error) {
	s.links.mu.Lock()
	defer s.links.mu.Unlock()
	if s.links.made != nil {
		return s.links.made, nil
	}
	made := make([]bool, s.Catalog.Len())
	var unclear []int32
	for _, row := range s.Catalog.Recent() {
		p := data.Paper{ID: s.Catalog.rows[row].ID}
		if made[row] = p.SourceURL() != ""; !made[row] {
			unclear = append(unclear, row)
		}
	}
	for batch := range slices.Chunk(unclear, readBatch) {
		papers, err := s.papersOf(ctx, batch)
		if err != nil {
			return nil, fmt.Errorf("addresses: %w", err)
		}
		for i, p := range papers {
			made[batch[i]] = p != nil && p.SourceURL() != ""
		}
	}
	s.links.made = made
	return made, nil
}

// ListingTopics returns the topics of the main level of the papers that pass the filters of a listing but that by
// topics, those with the most papers first, ties by id.
func (s *Snapshot) ListingTopics(ctx context.Context, q Listing) ([]TopicCount, error) {
	q.Topics = nil
	rows, err := s.listed(ctx, &q)
	if err != nil {
		return nil, err
	}
	count := map[int]int{}
	for _, row := range rows {
		count[s.Catalog.Assignment(int(row)).Topic]++
	}
	var out []TopicCount
	for id, n := range count {
		if label := s.Label(id); label != "" {
			out = append(out, TopicCount{TopicRef{id, label}, n})
		}
	}
	slices.SortFunc(out, func(a, b TopicCount) int { return cmp.Or(b.Papers-a.Papers, a.ID-b.ID) })
	return out, nil
}

// TopicCount is a topic with a number of papers.
type TopicCount struct {
	TopicRef
	Papers int
}
