package digest_test

import (
	"testing"
	"time"

	"kindred/recommend/digest"
)

// TestScheduleAcrossClockChanges wants one issue each day, at the time of day of the reader, and none lost or doubled
// where the clocks change.
func TestScheduleAcrossClockChanges(t *testing.T) {
	for _, test := range []struct{ at, from, to string }{
		{"02:30", "2031-03-28T00:00:00Z", "2031-04-02T00:00:00Z"}, // left out on 30 March in Berlin
		{"02:30", "2031-10-24T00:00:00Z", "2031-10-29T00:00:00Z"}, // twice on 26 October
		{"00:00", "2031-03-28T00:00:00Z", "2031-04-02T00:00:00Z"},
		{"23:59", "2031-10-24T00:00:00Z", "2031-10-29T00:00:00Z"},
	} {
		from, _ := time.Parse(time.RFC3339, test.from)
		to, _ := time.Parse(time.RFC3339, test.to)
		s := digest.Subscription{
			State: digest.Confirmed, Created: from.Add(-time.Hour * 48), Last: from,
			Schedule: digest.Schedule{Every: digest.Daily, At: test.at, Zone: "Europe/Berlin"},
		}
		days := map[string]int{}
		for now := from; now.Before(to); now = now.Add(10 * time.Minute) {
			if len(digest.Due([]*digest.Subscription{&s}, now)) == 0 {
				continue
			}
			s.Last = now
			zone, _ := time.LoadLocation("Europe/Berlin")
			days[s.Schedule.Before(now).In(zone).Format("01-02")]++
		}
		if len(days) != 5 {
			t.Errorf("%s from %s: issues on %v", test.at, test.from, days)
		}
		for day, n := range days {
			if n != 1 {
				t.Errorf("%s: %d issues on %s", test.at, n, day)
			}
		}
	}
}

// TestWeekly wants the day that was asked for, in the zone of the reader.
func TestWeekly(t *testing.T) {
	s := digest.Schedule{Every: digest.Weekly, Day: "monday", At: "06:15", Zone: "Pacific/Auckland"}
	got := s.Before(time.Date(2031, 5, 9, 12, 0, 0, 0, time.UTC))
	if want := time.Date(2031, 5, 4, 18, 15, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("before Friday: %s, want %s", got.UTC(), want)
	}
	if next := s.After(got); !next.Equal(got.Add(7 * 24 * time.Hour)) {
		t.Errorf("after %s: %s", got.UTC(), next.UTC())
	}
}

// TestDueOnlyActive wants nothing of subscriptions that wait, rest or have ended, nor before the first time has come,
// and one issue after a week in which nobody looked.
func TestDueOnlyActive(t *testing.T) {
	base := digest.Subscription{
		State: digest.Confirmed, Created: now.Add(-72 * time.Hour), Last: now.Add(-24 * 7 * time.Hour),
		Schedule: digest.Schedule{Every: digest.Daily, At: "07:00", Zone: "UTC"},
	}
	pending, paused, stopped, young, done := base, base, base, base, base
	pending.State, stopped.State, paused.Paused = digest.Pending, digest.Stopped, true
	young.Created = now.Add(-time.Hour)
	done.Last = now.Add(-time.Hour)
	due := digest.Due([]*digest.Subscription{&base, &pending, &paused, &stopped, &young, &done}, now)
	if len(due) != 1 || due[0] != &base {
		t.Errorf("%d are due", len(due))
	}
}
