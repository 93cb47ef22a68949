package digest

import (
	"slices"
	"strings"
	"time"
)

// How often issues come.
const (
	Daily   = "daily"
	Weekly  = "weekly"
	ByCount = "count" // as soon as Schedule.Count papers are there
)

// DefaultAt is the time of day where a schedule names none.
const DefaultAt = "07:00"

// Schedule says when issues are made.
type Schedule struct {
	Every string `json:"every"`            // daily, weekly or count
	Day   string `json:"day,omitempty"`    // day of a weekly issue, such as monday
	Count int    `json:"papers,omitempty"` // papers of an issue by count
	At    string `json:"at,omitempty"`     // time of day, HH:MM
	Zone  string `json:"zone,omitempty"`   // of the IANA database, such as Europe/Berlin
}

// weekdays are the names of the days, Sunday first as in package time.
var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

func (s *Schedule) validate(v *faults) {
	if s.Every == "" {
		s.Every = Daily
	}
	if s.Every == ByCount {
		v.when(s.Count < 1 || s.Count > MaxPicks, "papers", "%d, want 1 to %d", s.Count, MaxPicks)
		s.Day, s.At, s.Zone = "", "", ""
		return
	}
	s.Count = 0
	v.when(s.Every != Daily && s.Every != Weekly, "every", "%q is none of daily, weekly, count", clip(s.Every))
	if s.At == "" {
		s.At = DefaultAt
	}
	if t, err := time.Parse("15:04", s.At); !v.when(err != nil, "at", "%q: want a time of day such as 07:00", clip(s.At)) {
		s.At = t.Format("15:04")
	}
	if s.Zone == "" {
		s.Zone = "UTC"
	}
	_, err := time.LoadLocation(s.Zone)
	v.when(err != nil || s.Zone == "Local", "zone", "%q is no time zone: want one such as Europe/Berlin", clip(s.Zone))
	s.Day = strings.ToLower(s.Day)
	if s.Every == Daily {
		s.Day = ""
		return
	}
	if s.Day == "" {
		s.Day = "monday"
	}
	v.when(!slices.Contains(weekdays, s.Day), "day", "%q is no day of the week", clip(s.Day))
}

// Before returns the last time up to now at which an issue is due, in the zone of the schedule. A time of day that a
// change of the clocks leaves out is that much later on that day; one that comes twice counts once. A schedule by count
// is due at any time: it returns now.
func (s *Schedule) Before(now time.Time) time.Time {
	if s.Every == ByCount {
		return now
	}
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		zone = time.UTC
	}
	at, err := time.Parse("15:04", s.At)
	if err != nil {
		at, _ = time.Parse("15:04", DefaultAt)
	}
	year, month, day := now.In(zone).Date()
	for back := 0; ; back++ { // ends within nine days
		t := time.Date(year, month, day-back, at.Hour(), at.Minute(), 0, 0, zone)
		if !t.After(now) && (s.Every != Weekly || weekdays[t.Weekday()] == s.Day || back > 8) {
			return t
		}
	}
}

// After returns the first time after now at which an issue is due. It is the zero Time for a schedule by count, which
// nobody knows that of.
func (s *Schedule) After(now time.Time) time.Time {
	if s.Every == ByCount {
		return time.Time{}
	}
	for hours := 1; ; hours++ { // ends within nine days
		if t := s.Before(now.Add(time.Duration(hours) * time.Hour)); t.After(now) {
			return t
		}
	}
}

// Due returns those of the subscriptions of which an issue is to be made now: a time of theirs has passed since the
// last choice. A time that passed while nobody looked is made up for, once.
func Due(list []*Subscription, now time.Time) []*Subscription {
	var out []*Subscription
	for _, s := range list {
		slot := s.Schedule.Before(now)
		if s.Active() && s.Last.Before(slot) && s.Created.Before(slot) {
			out = append(out, s)
		}
	}
	return out
}
