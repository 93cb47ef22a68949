package library

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"kindred/data"
)

// Units of a Span.
const (
	Day   = "day"
	Week  = "week" // from Monday, as ISO 8601 numbers them
	Month = "month"
)

// SpanUnits are the units of a Span, the shortest first.
var SpanUnits = []string{Day, Week, Month}

// Span is a day, a week or a month of the calendar in UTC. The zero Span is all time.
type Span struct {
	Unit  string
	First data.Date // its first day
}

// ParseSpan reads a day as 2026-08-21, a week as 2026-W34 and a month as 2026-08. The error wraps [data.ErrInvalid].
func ParseSpan(unit, s string) (Span, error) {
	var sp Span
	switch unit {
	case Day, Month:
		if d, err := data.ParseDate(s); err == nil {
			sp = SpanOf(unit, d)
		}
	case Week:
		year, week, ok := strings.Cut(s, "-W")
		y, err1 := strconv.Atoi(year)
		w, err2 := strconv.Atoi(week)
		if ok && err1 == nil && err2 == nil && y >= 1 && y <= 9998 {
			// The fourth of January is in the first week.
			sp = SpanOf(Week, data.DateOf(time.Date(y, time.January, 4+7*(w-1), 0, 0, 0, 0, time.UTC)))
		}
	}
	if sp.Unit == "" || sp.String() != s {
		return Span{}, fmt.Errorf("%s %q: %w: want %s", unit, s, data.ErrInvalid, spanForms[unit])
	}
	return sp, nil
}

// spanForms says how a span of a unit is written.
var spanForms = map[string]string{Day: "YYYY-MM-DD", Week: "YYYY-Www, such as 2026-W34", Month: "YYYY-MM"}

// SpanOf returns the span of a unit that a date is in, the zero Span where the date is not known well enough.
func SpanOf(unit string, d data.Date) Span {
	if !knownTo(unit, d) {
		return Span{}
	}
	switch unit {
	case Week:
		t := d.First()
		d = data.DateOf(t.AddDate(0, 0, -(int(t.Weekday())+6)%7))
	case Month:
		d.Day = 1
	}
	return Span{unit, d}
}

// knownTo reports whether a date says which span of a unit it is in.
func knownTo(unit string, d data.Date) bool {
	return d.Day != 0 || unit == Month && d.Month != 0
}

// IsZero reports whether the span is all time.
func (sp Span) IsZero() bool { return sp.Unit == "" }

// Last returns the last day of the span.
func (sp Span) Last() data.Date {
	t := sp.First.First()
	switch sp.Unit {
	case Week:
		t = t.AddDate(0, 0, 6)
	case Month:
		t = t.AddDate(0, 1, -1)
	}
	return data.DateOf(t)
}

// String returns the form that ParseSpan reads, "" for the zero Span.
func (sp Span) String() string {
	switch sp.Unit {
	case Day:
		return sp.First.String()
	case Week:
		year, week := sp.First.First().ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	case Month:
		return data.Date{Year: sp.First.Year, Month: sp.First.Month}.String()
	}
	return ""
}

// InWords returns the span for people: Friday, 21 August 2026; 17 to 23 August 2026; August 2026.
func (sp Span) InWords() string {
	first, last := sp.First, sp.Last()
	switch {
	case sp.Unit == Day:
		return first.First().Weekday().String() + ", " + first.InWords()
	case sp.Unit == Month:
		return data.Date{Year: first.Year, Month: first.Month}.InWords()
	case sp.IsZero():
		return ""
	case first.Month == last.Month:
		return fmt.Sprintf("%d to %s", first.Day, last.InWords())
	case first.Year == last.Year:
		return fmt.Sprintf("%d %s to %s", first.Day, first.Month, last.InWords())
	}
	return first.InWords() + " to " + last.InWords()
}

// In returns the rows of the papers of a span, newest first: those whose date says that they are of it. For the zero
// Span these are all papers. The caller must not change the slice.
func (c *Catalog) In(sp Span) []int32 {
	recent := c.Recent()
	if sp.IsZero() {
		return recent
	}
	from, to := c.bounds(sp)
	rows := recent[from:to]
	vague := func(row int32) bool { return !knownTo(sp.Unit, c.Published(int(row))) }
	if slices.ContainsFunc(rows, vague) {
		rows = slices.DeleteFunc(slices.Clone(rows), vague)
	}
	return rows
}

// bounds returns between which places of Recent the papers of a span are.
func (c *Catalog) bounds(sp Span) (from, to int) {
	first, last := sp.First, sp.Last()
	if sp.Unit == Month {
		first.Day = 0
	}
	return c.firstUpTo(last), c.place(func(d data.Date) bool { return d.Compare(first) < 0 })
}

// firstUpTo returns the place in Recent of the first paper that is not later than a day.
func (c *Catalog) firstUpTo(day data.Date) int {
	return c.place(func(d data.Date) bool { return d.Compare(day) <= 0 })
}

// place returns the first place of Recent whose date is as old as old says, which must hold for all that follow.
func (c *Catalog) place(old func(data.Date) bool) int {
	recent := c.Recent()
	return sort.Search(len(recent), func(i int) bool { return old(c.Published(int(recent[i]))) })
}

// Before returns the last span before sp, of the same unit, that has papers.
func (c *Catalog) Before(sp Span) (Span, bool) {
	_, to := c.bounds(sp)
	return c.older(sp.Unit, to)
}

// After returns the first span after sp, of the same unit, that has papers.
func (c *Catalog) After(sp Span) (Span, bool) {
	from, _ := c.bounds(sp)
	return c.newer(sp.Unit, from)
}

// older returns the first span of a unit among the papers from a place of Recent on.
func (c *Catalog) older(unit string, from int) (Span, bool) {
	for _, row := range c.Recent()[from:] {
		if d := c.Published(int(row)); knownTo(unit, d) {
			return SpanOf(unit, d), true
		}
	}
	return Span{}, false
}

// newer returns the last span of a unit among the papers before a place of Recent.
func (c *Catalog) newer(unit string, before int) (Span, bool) {
	for _, row := range slices.Backward(c.Recent()[:before]) {
		if d := c.Published(int(row)); knownTo(unit, d) {
			return SpanOf(unit, d), true
		}
	}
	return Span{}, false
}

// Latest returns the span of today, where that has papers, and else the last one before that has; where all papers are
// of later days, the first of them. Today is the day on which the catalog was made. It reports false where no date says
// enough.
func (c *Catalog) Latest(unit string) (Span, bool) {
	today := SpanOf(unit, data.DateOf(c.now.UTC()))
	from := c.firstUpTo(today.Last())
	if sp, ok := c.older(unit, from); ok {
		return sp, true
	}
	return c.newer(unit, from)
}
