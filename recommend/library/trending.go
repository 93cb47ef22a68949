package library

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"kindred/classifier/topic"
	"kindred/data"
)

// What a trending order goes by.
const (
	ByUpvotes = "upvotes"
	ByTopics  = "topics" // closeness to rising topics
)

// Hot is a paper of a trending order.
type Hot struct {
	Row     int32
	Upvotes int
	// Trend orders: upvotes where there are some, closeness to rising topics otherwise, either by age. The two are
	// not compared; see [Snapshot.Trending].
	Trend float64
}

// undatedAge is the age of a paper without a date: old enough to be no news.
const undatedAge = 52 * 7

// byAge returns v / (1 + age in weeks): a paper that is a week older needs twice the upvotes, one that is two weeks older
// three times as many.
func byAge(v float64, published, at data.Date) float64 {
	days := float64(undatedAge)
	if !published.IsZero() {
		days = max(0, at.First().Sub(published.First()).Hours()/24)
	}
	return v / (1 + days/7)
}

// Trending returns rows, those that are most talked about on a day first. Papers with upvotes come first, by
// upvotes / (1 + age in weeks). The others follow by closeness to rising topics / (1 + age in weeks): closeness is the
// sum, over the topics of a paper that rise more than chance explains, of the topic's share in the paper times the
// logarithm of its rise. Ties go to the newer paper. by says what the first papers are ordered by: ByUpvotes, ByTopics, or "" where nothing is known of
// either and the newest come first. A paper that was deleted meanwhile is left out.
func (s *Snapshot) Trending(ctx context.Context, rows []int32, at data.Date) (order []Hot, by string, err error) {
	rise := s.rising()
	order = make([]Hot, 0, len(rows))
	for batch := range slices.Chunk(rows, readBatch) {
		papers, err := s.papersOf(ctx, batch)
		if err != nil {
			return nil, "", err
		}
		for i, p := range papers {
			if p == nil {
				continue
			}
			warmth := float64(p.Upvotes)
			if p.Upvotes <= 0 {
				warmth = s.closeness(int(batch[i]), rise)
			}
			trend := byAge(warmth, s.Catalog.Published(int(batch[i])), at)
			order = append(order, Hot{Row: batch[i], Upvotes: p.Upvotes, Trend: trend})
		}
	}
	slices.SortStableFunc(order, func(a, b Hot) int {
		x, y := s.Catalog.Row(int(a.Row)), s.Catalog.Row(int(b.Row))
		return cmp.Or(compareBool(b.Upvotes > 0, a.Upvotes > 0), cmp.Compare(b.Trend, a.Trend),
			y.Published.Compare(x.Published), cmp.Compare(x.ID, y.ID))
	})
	switch {
	case len(order) == 0:
	case order[0].Upvotes > 0:
		by = ByUpvotes
	case order[0].Trend > 0:
		by = ByTopics
	}
	return order, by, nil
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// rising returns the logarithm of the rise of each topic of the main level that rises.
func (s *Snapshot) rising() map[int]float64 {
	out := map[int]float64{}
	for _, t := range s.Trends("", topic.Main).Topics {
		if t.Direction > 0 && t.Rise > 1 {
			out[t.ID] = math.Log(t.Rise)
		}
	}
	return out
}

// closeness returns how close a paper is to the rising topics, whatever its age; see [Snapshot.Trending].
func (s *Snapshot) closeness(row int, rise map[int]float64) float64 {
	if len(rise) == 0 {
		return 0
	}
	if s.Weights == nil {
		as := s.Catalog.Assignment(row)
		return float64(as.Confidence) * rise[as.Topic]
	}
	sum := 0.0
	for _, w := range s.Weights(row) {
		sum += float64(w.Weight) * rise[w.Topic]
	}
	return sum
}

// trendDay returns the day at which the age of the papers of a span is taken: its last, or the newest with papers where
// that is earlier. So the order depends on the papers, and not on the hour of the question.
func (s *Snapshot) trendDay(sp Span) data.Date {
	day, ok := s.Catalog.Latest(Day)
	if !ok {
		day.First = data.DateOf(s.Catalog.now.UTC())
	}
	if !sp.IsZero() && sp.Last().Compare(day.First) < 0 {
		return sp.Last()
	}
	return day.First
}

// readBatch is how many papers are read at once to look at all of many.
const readBatch = 1000

// papersOf returns the papers of rows, nil for one that was deleted meanwhile.
func (s *Snapshot) papersOf(ctx context.Context, rows []int32) ([]*data.Paper, error) {
	ids := make([]string, len(rows))
	for i, row := range rows {
		ids[i] = s.Catalog.Row(int(row)).ID
	}
	papers, err := s.Papers.Papers(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("papers of a list: %w", err)
	}
	return papers, nil
}
