package scholar

import (
	"strconv"
	"strings"

	"kindred/data"
)

// Dates reads a range of dates such as 2016-03-05:2020, 2016-03: or :2020. A single date stands for all of its days, and
// "" for no bounds.
func Dates(s string) (after, before data.Date, ok bool) {
	if s == "" {
		return after, before, true
	}
	from, to, ranged := strings.Cut(s, ":")
	if !ranged {
		to = from
	}
	after, err := data.ParseDate(from)
	if err == nil {
		before, err = data.ParseDate(to)
	}
	if err != nil {
		return data.Date{}, data.Date{}, false
	}
	return after, before, true
}

// Years reads a year or a range such as 2016-2020, 2016- or -2020, and "" as no bounds.
func Years(s string) (after, before data.Date, ok bool) {
	if s == "" {
		return after, before, true
	}
	from, to, ranged := strings.Cut(s, "-")
	if !ranged {
		to = from
	}
	for _, v := range []struct {
		text string
		date *data.Date
	}{{from, &after}, {to, &before}} {
		if v.text == "" {
			continue
		}
		y, err := strconv.ParseUint(v.text, 10, 16)
		if err != nil || y < 1 || len(v.text) != 4 {
			return data.Date{}, data.Date{}, false
		}
		v.date.Year = int(y)
	}
	return after, before, true
}

// Later returns that of two lower bounds which leaves less, where a zero date bounds nothing.
func Later(a, b data.Date) data.Date {
	if a.IsZero() || !b.IsZero() && b.First().After(a.First()) {
		return b
	}
	return a
}

// Earlier is Later for upper bounds.
func Earlier(a, b data.Date) data.Date {
	if a.IsZero() || !b.IsZero() && b.Last().Before(a.Last()) {
		return b
	}
	return a
}
