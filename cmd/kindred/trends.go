package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"kindred/classifier/topic"
	"kindred/data"
)

// periodMonths are the lengths of the periods that trends are told by.
var periodMonths = map[string]int{"month": 1, "quarter": 3, "year": 12}

// topicTrend is a topic over time.
type topicTrend struct {
	Topic     int      `json:"topic"`
	Label     string   `json:"label"`
	Direction int      `json:"direction"` // 1 rising, -1 falling, 0 neither for sure
	Counts    []int    `json:"counts"`    // papers of each period
	Recent    []string `json:"recent"`    // the newest papers of a rising topic, the surest first
	topic.Trend
}

// trendsReport is all topics over time.
type trendsReport struct {
	By     string       `json:"by"`
	From   string       `json:"from"` // first period, by its first day
	Papers []int        `json:"papers"`
	Topics []topicTrend `json:"topics"` // those that rise most first
}

// recentShown is how many recent papers of a rising topic are shown.
const recentShown = 3

func (a *app) runTrends(ctx context.Context, by string) (err error) {
	l, err := a.openLibrary(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	e := l.current.Load()
	r := e.trends(by)
	if len(r.Papers) == 0 {
		return fmt.Errorf("no paper has a date: there are no trends")
	}
	if a.json {
		return a.printJSON(r)
	}
	a.printf("%d periods of a %s from %s\n", len(r.Papers), by, r.From)
	for _, t := range r.Topics {
		sign := map[int]string{1: "rising", -1: "falling", 0: ""}[t.Direction]
		a.printf("%4d  x%-5.2f %-8s %s\n", t.Topic, t.Rise, sign, t.Label)
		for _, id := range t.Recent {
			if p, err := l.store.Paper(ctx, id); err == nil {
				a.printf("                      %-10s  %s\n", p.Published, clipLine(p.Title, max(40, a.width()-34)))
			}
		}
	}
	return nil
}

// period is the number of the period of a date; papers known to the year only count at its beginning.
func period(d data.Date, months int) int { return (d.Year*12 + max(int(d.Month), 1) - 1) / months }

// trends counts the papers of the main topics over time.
func (e *edition) trends(by string) *trendsReport {
	months := periodMonths[by]
	list := e.mainTopics()
	number := make(map[int]int, len(list))
	for i := range list {
		number[list[i].ID] = i
	}
	first, last := 0, -1
	for _, c := range e.columns {
		if c.Published.IsZero() || c.DuplicateOf != "" {
			continue
		}
		p := period(c.Published, months)
		if last < 0 {
			first, last = p, p
		}
		first, last = min(first, p), max(last, p)
	}
	r := &trendsReport{By: by, Papers: make([]int, last-first+1), Topics: []topicTrend{}}
	r.From = fmt.Sprintf("%04d-%02d", first*months/12, first*months%12+1)
	counts := make([][]int, len(list))
	for i := range counts {
		counts[i] = make([]int, len(r.Papers))
	}
	members := make([][]int, len(list))
	for row, c := range e.columns {
		if c.Published.IsZero() || c.DuplicateOf != "" {
			continue
		}
		p := period(c.Published, months) - first
		r.Papers[p]++
		if t, ok := number[e.assigned[row].Topic]; ok {
			counts[t][p]++
			members[t] = append(members[t], row)
		}
	}
	for i, t := range topic.Trends(counts, r.Papers) {
		tt := topicTrend{Topic: list[i].ID, Label: list[i].Label, Direction: t.Direction(), Counts: counts[i], Trend: t, Recent: []string{}}
		if tt.Direction > 0 {
			tt.Recent = e.newest(members[i])
		}
		r.Topics = append(r.Topics, tt)
	}
	slices.SortStableFunc(r.Topics, func(x, y topicTrend) int {
		return cmp.Or(cmp.Compare(y.Direction, x.Direction), cmp.Compare(y.Rise, x.Rise), x.Topic-y.Topic)
	})
	return r
}

// newest returns the ids of the papers that are surest of their topic among the newest of rows.
func (e *edition) newest(rows []int) []string {
	slices.SortStableFunc(rows, func(x, y int) int { return e.columns[y].Published.Compare(e.columns[x].Published) })
	rows = rows[:min(len(rows), 5*recentShown)]
	slices.SortStableFunc(rows, func(x, y int) int { return cmp.Compare(e.assigned[y].Confidence, e.assigned[x].Confidence) })
	out := []string{}
	for _, row := range rows[:min(len(rows), recentShown)] {
		out = append(out, e.columns[row].ID)
	}
	return out
}
