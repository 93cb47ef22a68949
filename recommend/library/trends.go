package library

import (
	"cmp"
	"slices"
	"sync"

	"kindred/classifier/topic"
)

// PeriodMonths are the lengths of the periods of trends, in months.
var PeriodMonths = map[string]int{"month": 1, "quarter": 3, "year": 12}

// Trends is the topics of a level over time.
type Trends struct {
	Period string       `json:"period"` // month, quarter or year
	From   string       `json:"from"`   // first period, by its first month: YYYY-MM
	Papers []int        `json:"papers"` // of each period, dated papers of all topics
	Topics []TopicTrend `json:"topics"` // rising ones first, those that rise most first
}

// TopicTrend is a topic over time, tested against chance.
type TopicTrend struct {
	TopicRef
	Direction int   `json:"direction"` // 1 rising, -1 falling, 0 neither for sure
	Counts    []int `json:"counts"`    // papers of each period
	topic.Trend
	// Recent are, of a rising topic, those of its newest papers that are surest of it, the surest first.
	Recent []PaperRef `json:"recent"`
}

const (
	recentShown   = 3  // papers of a rising topic
	recentTried   = 15 // newest papers of it that they are chosen from
	monthsByMonth = 36 // longest span in months with periods of a month
	monthsByQuart = 144
	strayShare    = 0.02 // of all dated papers: the first periods that hold no more are left out
)

// trendCache holds the trends that were asked for.
type trendCache struct {
	mu   sync.Mutex
	made map[trendKey]*Trends
}

type trendKey struct {
	period string
	level  int
}

// Trends returns the topics of a level by period: month, quarter, year, or "" for the one that suits the span of the
// papers. The caller must not change it.
func (s *Snapshot) Trends(period string, level int) *Trends {
	c := s.Catalog
	c.orders.Do(c.sort)
	first, papers := c.span()
	if period == "" {
		period = c.suited(first)
	}
	s.trends.mu.Lock()
	defer s.trends.mu.Unlock()
	key := trendKey{period, level}
	if t := s.trends.made[key]; t != nil {
		return t
	}
	t := &Trends{Period: period, Papers: []int{}, Topics: []TopicTrend{}}
	if papers > 0 {
		s.fillTrends(t, first, level)
	}
	if s.trends.made == nil {
		s.trends.made = make(map[trendKey]*Trends)
	}
	s.trends.made[key] = t
	return t
}

// span returns the first month of the trends, and the number of papers with a date.
func (c *Catalog) span() (first, papers int) {
	for _, n := range c.curves[AllTopics] {
		papers += int(n)
	}
	first = c.months[0]
	seen := 0
	for i, n := range c.curves[AllTopics] {
		if seen += int(n); float64(seen) > strayShare*float64(papers) {
			return first + i, papers
		}
	}
	return first, papers
}

// suited is the period that suits the papers from a month on. Where most are known to the year only, that is the year.
func (c *Catalog) suited(first int) string {
	years, dated := 0, 0
	for _, row := range c.recent {
		if d := c.Published(int(row)); !d.IsZero() {
			dated++
			if d.Month == 0 {
				years++
			}
		}
	}
	switch span := c.months[1] - first + 1; {
	case 2*years > dated || span > monthsByQuart:
		return "year"
	case span > monthsByMonth:
		return "quarter"
	}
	return "month"
}

func (s *Snapshot) fillTrends(t *Trends, first, level int) {
	c, months := s.Catalog, PeriodMonths[t.Period]
	from := first / months
	t.From = yearMonth(from * months)
	count := func(curve monthlies) []int {
		out := make([]int, c.months[1]/months-from+1)
		for i, n := range curve {
			if p := (c.months[0]+i)/months - from; p >= 0 {
				out[p] += int(n)
			}
		}
		return out
	}
	t.Papers = count(c.curves[AllTopics])
	list := s.SortedTopics(level, "size", "")
	counts := make([][]int, len(list))
	for i, tp := range list {
		counts[i] = count(c.curves[tp.ID])
	}
	for i, trend := range topic.Trends(counts, t.Papers) {
		tt := TopicTrend{TopicRef: TopicRef{list[i].ID, list[i].Label}, Direction: trend.Direction(), Counts: counts[i], Trend: trend, Recent: []PaperRef{}}
		if tt.Direction > 0 {
			tt.Recent = c.recentBest(list[i].ID)
		}
		t.Topics = append(t.Topics, tt)
	}
	slices.SortStableFunc(t.Topics, func(x, y TopicTrend) int {
		return cmp.Or(cmp.Compare(y.Direction, x.Direction), cmp.Compare(y.Rise, x.Rise), x.ID-y.ID)
	})
}

// recentBest returns those of the newest papers of a topic that are surest of it.
func (c *Catalog) recentBest(id int) []PaperRef {
	newest := slices.DeleteFunc(slices.Clone(c.Members(id)), func(row int32) bool { return c.Published(int(row)).IsZero() })
	newest = newest[:min(len(newest), recentTried)]
	slices.SortStableFunc(newest, func(x, y int32) int {
		return cmp.Compare(c.Assignment(int(y)).Confidence, c.Assignment(int(x)).Confidence)
	})
	out := []PaperRef{}
	for _, row := range newest[:min(len(newest), recentShown)] {
		out = append(out, PaperRef{c.rows[row].ID, c.rows[row].Title})
	}
	return out
}

// TrendOf returns the tested trend of a topic by the period that suits the papers.
func (s *Snapshot) TrendOf(t *topic.Topic) TopicTrend {
	for _, tt := range s.Trends("", t.Level).Topics {
		if tt.ID == t.ID {
			return tt
		}
	}
	return TopicTrend{Trend: topic.Trend{Rise: 1}}
}

// NamedChanges are the snapshot's Changes, with the labels that a curator gave the topics that are there now.
func (s *Snapshot) NamedChanges() []topic.Change {
	out := make([]topic.Change, len(s.Changes))
	for i, c := range s.Changes {
		c.Label, c.With = cmp.Or(s.Label(c.Topic), c.Label), cmp.Or(s.Label(c.Other), c.With)
		out[i] = c
	}
	return out
}
