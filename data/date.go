package data

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Date is a calendar date known to the day, the month or the year, as sources give it. A zero Month or Day is
// not known; a zero Year means that nothing is known. The text form is the longest prefix of YYYY-MM-DD that is
// known.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2024", "2024-05", "2024-05-27", any of these with slashes, and RFC 3339 timestamps (the day
// in UTC). The empty string is the zero Date. Any other text is an error wrapping [ErrInvalid].
func ParseDate(s string) (Date, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return Date{}, nil
	}
	if len(s) > 10 {
		for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
			if t, err := time.Parse(layout, s); err == nil {
				return DateOf(t.UTC()), nil
			}
		}
		return Date{}, fmt.Errorf("date %q: %w: want YYYY, YYYY-MM, YYYY-MM-DD or an RFC 3339 time", s, ErrInvalid)
	}
	parts := strings.Split(strings.ReplaceAll(s, "/", "-"), "-")
	var n [3]int
	ok := len(parts) <= 3 && len(parts[0]) == 4
	for i := 0; ok && i < len(parts); i++ {
		v, err := strconv.Atoi(parts[i])
		ok = err == nil && v > 0 && len(parts[i]) <= 4 && !strings.HasPrefix(parts[i], "+")
		if ok {
			n[i] = v
		}
	}
	d := Date{Year: n[0], Month: time.Month(n[1]), Day: n[2]}
	if !ok || !d.Valid() {
		return Date{}, fmt.Errorf("date %q: %w: want YYYY, YYYY-MM or YYYY-MM-DD", s, ErrInvalid)
	}
	return d, nil
}

// DateOf returns the day of t in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{Year: y, Month: m, Day: d}
}

// Valid reports whether d is a day, month or year of the calendar from 1 on. The zero Date is not.
func (d Date) Valid() bool {
	if d.Year < 1 || d.Year > 9999 || d.Month < 0 || d.Month > 12 || d.Day < 0 || d.Month == 0 && d.Day != 0 {
		return false
	}
	return d.Day == 0 || time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Day() == d.Day
}

// IsZero reports whether nothing is known of the date.
func (d Date) IsZero() bool { return d.Year == 0 }

// Ahead reports whether d is later than the year after now's. Papers in press have dates a year ahead; later ones are
// mistakes, or stand for no date. Such a date is kept, but nothing follows from how new it is.
func (d Date) Ahead(now time.Time) bool { return d.Year > now.Year()+1 }

// String returns the known prefix of YYYY-MM-DD, empty for the zero Date.
func (d Date) String() string {
	switch {
	case d.Year == 0:
		return ""
	case d.Month == 0:
		return fmt.Sprintf("%04d", d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%04d-%02d", d.Year, int(d.Month))
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// InWords returns the date for people: 12 June 2023, June 2023 or 2023, empty for the zero Date.
func (d Date) InWords() string {
	switch {
	case d.IsZero():
		return ""
	case d.Month == 0:
		return strconv.Itoa(d.Year)
	case d.Day == 0:
		return fmt.Sprintf("%s %d", d.Month, d.Year)
	}
	return fmt.Sprintf("%d %s %d", d.Day, d.Month, d.Year)
}

// First returns the earliest day the date can mean, the zero time for the zero Date.
func (d Date) First() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(d.Year, max(d.Month, 1), max(d.Day, 1), 0, 0, 0, 0, time.UTC)
}

// Last returns the latest day the date can mean, the zero time for the zero Date.
func (d Date) Last() time.Time {
	switch {
	case d.IsZero():
		return time.Time{}
	case d.Month == 0:
		return time.Date(d.Year, time.December, 31, 0, 0, 0, 0, time.UTC)
	case d.Day == 0:
		return time.Date(d.Year, d.Month+1, 0, 0, 0, 0, 0, time.UTC)
	}
	return d.First()
}

// Overlaps reports whether d and e are both known and can mean the same day.
func (d Date) Overlaps(e Date) bool {
	return !d.IsZero() && !e.IsZero() && !d.First().After(e.Last()) && !e.First().After(d.Last())
}

// Compare orders dates by their first possible day; of two with the same one, the less precise comes first.
func (d Date) Compare(e Date) int {
	for _, v := range [3]int{d.Year - e.Year, int(d.Month - e.Month), d.Day - e.Day} {
		if v != 0 {
			return max(-1, min(1, v))
		}
	}
	return 0
}

// MarshalText implements encoding.TextMarshaler with the form of String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler with ParseDate.
func (d *Date) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDate(string(b))
	return err
}
