package fetch

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"kindred/data/readable"
)

// shownSilences bounds the sources of which [Sources.Silence] tells.
const shownSilences = 3

// Silence says why the sources that are followed brought nothing, as [Silence] does.
func (s *Sources) Silence(ctx context.Context, now time.Time) string {
	list, err := s.List(ctx)
	if err != nil {
		return ""
	}
	return Silence(list, now)
}

// Silence says why sources brought nothing, as a clause for readers: which services rest, cannot be reached or have been
// silent for longer than usual, and when they are asked again. It is empty where they say nothing about it.
func Silence(list []Status, now time.Time) string {
	if len(list) == 0 {
		return ""
	}
	var out []string
	paused := 0
	for i := range list {
		st := list[i].Public()
		if st.Paused {
			paused++
			continue
		}
		if said := st.silence(now); said != "" && !slices.Contains(out, said) {
			out = append(out, said)
		}
	}
	if paused == len(list) {
		return "no source is asked at present, since all are paused"
	}
	if more := len(out) - shownSilences; more > 0 {
		out = append(out[:shownSilences], fmt.Sprintf("and so with %s more", several(more, "source")))
	}
	return strings.Join(out, "; ")
}

// dull are reasons for a run without papers that tell a reader nothing.
var dull = []string{"nothing new came", "what came was known"}

// silence is the clause of one source, "" where its last run brought papers or says nothing about why not.
func (s *Status) silence(now time.Time) string {
	switch {
	case s.Error != "" && !s.Running:
		why := readable.Clip(strings.TrimSuffix(s.Error, "."), 160)
		said := fmt.Sprintf("%s could not be asked on %s (%s)", s.Service, s.Last.UTC().Format("2 January, 15:04 MST"), why)
		if !s.Next.IsZero() {
			said += " and is asked again on " + s.Next.UTC().Format("2 January, 15:04 MST")
		}
		return said
	case s.Last.IsZero():
		return s.Service + " was not asked yet"
	case s.Silent:
		return fmt.Sprintf("%s has been silent for %s, longer than usual (%s)", s.Service, span(now.Sub(s.Arrived)), span(s.Usual))
	case s.Quiet == "" || slices.ContainsFunc(dull, func(d string) bool { return strings.HasPrefix(s.Quiet, d) }):
		return ""
	}
	if name, _, _ := strings.Cut(s.Service, " "); strings.Contains(s.Quiet, name) { // it names the service
		return s.Quiet
	}
	return s.Service + ": " + s.Quiet
}
