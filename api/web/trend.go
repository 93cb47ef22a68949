package web

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"kindred/recommend/library"
)

// recentPart is the part of the periods that counts as recent, as in the trend's test.
const recentPart = .2

// sharesText says the shares of a topic in the newest papers and in those before.
func sharesText(counts, all []int) string {
	edge := len(all) - max(1, int(math.Round(recentPart*float64(len(all)))))
	share := func(from, to int) string {
		x, n := 0, 0
		for i := from; i < min(to, len(counts)); i++ {
			x, n = x+counts[i], n+all[i]
		}
		if n == 0 {
			return "0%"
		}
		return strings.TrimSuffix(fmt.Sprintf("%.1f", 100*float64(x)/float64(n)), ".0") + "%"
	}
	return share(edge, len(all)) + " of the newest papers, " + share(0, edge) + " before"
}

// riseText says how many times its share a topic has now, nothing where that would read as once.
func riseText(rise float64) string {
	if rise < 1.05 {
		return ""
	}
	if rise >= 9.95 {
		return "new" // a ratio to almost nothing
	}
	return fmt.Sprintf("×%.1f", rise)
}

// trendText says a curve in words: its ends and its highest period.
func trendText(t library.Trend) string {
	if len(t.Counts) == 0 {
		return "no dates known"
	}
	top := 0
	for i, n := range t.Counts {
		if n > t.Counts[top] {
			top = i
		}
	}
	last := len(t.Counts) - 1
	text := fmt.Sprintf("papers per %s, %s to %s: peak %s (%d)", t.Unit, period(t, 0), period(t, last), period(t, top), t.Counts[top])
	if top != last {
		text += fmt.Sprintf(", %d in %s", t.Counts[last], period(t, last))
	}
	return text
}

// since leaves out the periods before the first in which all papers are more than sparse: a corpus often has a few
// strays decades before the rest, and a curve that shows them shows little else.
func since(t, all library.Trend) library.Trend {
	sum := 0
	for _, n := range all.Counts {
		sum += n
	}
	first, seen := 0, 0
	for i, n := range all.Counts {
		if seen += n; 100*seen > 2*sum {
			first = i
			break
		}
	}
	if first == 0 || first >= len(t.Counts) {
		return t
	}
	out := library.Trend{Unit: t.Unit, From: period(t, first), Counts: t.Counts[first:]}
	if t.Unit == "month" {
		if from, err := time.Parse("2006-01", t.From); err == nil {
			out.From = from.AddDate(0, first, 0).Format("2006-01")
		}
	}
	return out
}

// period names the i-th period of a trend.
func period(t library.Trend, i int) string {
	if t.Unit == "year" {
		y, err := strconv.Atoi(t.From)
		if err != nil {
			return t.From
		}
		return strconv.Itoa(y + i)
	}
	from, err := time.Parse("2006-01", t.From)
	if err != nil {
		return t.From
	}
	return from.AddDate(0, i, 0).Format("January 2006")
}

// spark draws counts as the points of an SVG polyline, 100 wide and 24 high.
func spark(counts []int) string {
	if len(counts) < 2 {
		return ""
	}
	top := max(1, slices.Max(counts))
	var b strings.Builder
	for i, n := range counts {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%.1f,%.1f", 100*float64(i)/float64(len(counts)-1), 22.5-21*float64(n)/float64(top))
	}
	return b.String()
}
