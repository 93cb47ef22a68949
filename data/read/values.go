package read

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"kindred/data"
	"kindred/data/readable"
)

// dateLayouts are the forms of dates, beyond those of ParseDate, that sources use.
var dateLayouts = []struct {
	layout    string
	precision int // 3 day, 2 month
}{
	{"Mon, 2 Jan 2006 15:04:05 MST", 3}, {"Mon, 2 Jan 2006 15:04:05 -0700", 3}, {"Jan 2, 2006", 3}, {"January 2, 2006", 3},
	{"2 Jan 2006", 3}, {"2 January 2006", 3}, {"02.01.2006", 3}, {"2006 Jan 2", 3}, {"20060102", 3},
	{"2006-1-2 15:04:05", 3}, {"2006-01-02T15:04Z", 3}, {"2006-01-02T15:04:05.000000", 3},
	{"Jan 2006", 2}, {"January 2006", 2}, {"2006 Jan", 2}, {"2006 January", 2}, {"Jan, 2006", 2}, {"January, 2006", 2},
}

var yearAlone = regexp.MustCompile(`\b(1[5-9]\d\d|20\d\d)\b`)

// firstDate returns the first text that is a date in any usual form or holds a year, otherwise the zero Date.
// An unreadable date is no error, because the paper is still usable.
func firstDate(texts ...string) data.Date {
	for _, s := range texts {
		s = readable.OneLine(s)
		if s == "" {
			continue
		}
		if d, err := data.ParseDate(s); err == nil {
			return d
		}
		for _, l := range dateLayouts {
			t, err := time.Parse(l.layout, s)
			if err != nil || t.Year() < 1 {
				continue
			}
			d := data.DateOf(t.UTC())
			if l.precision < 3 {
				d.Day = 0
			}
			return d
		}
		if y := yearAlone.FindString(s); y != "" {
			n, _ := strconv.Atoi(y)
			return data.Date{Year: n}
		}
	}
	return data.Date{}
}

// leadingInt returns the number that s begins with, "1,204" and "12.0" included; 0 if there is none.
func leadingInt(s string) int {
	s = strings.ReplaceAll(strings.TrimSpace(s), ",", "")
	end := 0
	for end < len(s) && end < 9 && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	n, _ := strconv.Atoi(s[:end])
	return n
}

// wholeInt returns the number that s consists of, otherwise 0: "12 pages" in a field of comments is no count.
func wholeInt(s string) int {
	if strings.Trim(s, "0123456789,. ") != "" {
		return 0
	}
	return leadingInt(s)
}

// splitNames splits a list of people written as one text: by semicolons or bars; by "and"; by commas, if each
// piece is a full name or surnames and initials alternate. Any other text is one name.
func splitNames(s string) []string {
	s = readable.OneLine(s)
	if s == "" {
		return nil
	}
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") { // a list as Python prints it
		s = strings.NewReplacer("'", "", `"`, "").Replace(s[1 : len(s)-1])
	}
	for _, sep := range []string{";", "|"} {
		if strings.Contains(s, sep) {
			return trimAll(strings.Split(s, sep))
		}
	}
	s = strings.NewReplacer(", and ", ", ", " & ", ", ").Replace(s)
	if strings.Contains(s, " and ") {
		parts := strings.Split(s, " and ")
		if len(parts) == 2 && strings.Count(parts[0], ",") > 1 || !strings.Contains(s, ",") || strings.Count(s, ",") >= len(parts) {
			if strings.Count(parts[0], ",") > 0 && fullNames(strings.Split(parts[0], ",")) {
				return append(trimAll(strings.Split(parts[0], ",")), trimAll(parts[1:])...)
			}
			return trimAll(parts)
		}
		s = strings.ReplaceAll(s, " and ", ", ")
	}
	pieces := trimAll(strings.Split(s, ","))
	switch {
	case len(pieces) < 2 || fullNames(pieces):
		return pieces
	case len(pieces)%2 == 0 && !fullNames(pieces[:1]):
		names := make([]string, 0, len(pieces)/2)
		for i := 0; i < len(pieces); i += 2 {
			names = append(names, pieces[i+1]+" "+pieces[i])
		}
		return names
	}
	return pieces
}

// fullNames reports whether each piece has at least two words.
func fullNames(pieces []string) bool {
	for _, p := range pieces {
		if len(strings.Fields(p)) < 2 {
			return false
		}
	}
	return true
}

// trimAll returns the pieces without surrounding space and without empty ones.
func trimAll(pieces []string) []string {
	var out []string
	for _, p := range pieces {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// splitList splits a list written as one text by semicolons; if it has none, by bars; if it has none, by
// commas.
func splitList(s string) []string {
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		s = strings.NewReplacer("'", "", `"`, "").Replace(s[1 : len(s)-1])
	}
	for _, sep := range []string{";", "|", ","} {
		if strings.Contains(s, sep) {
			return trimAll(strings.Split(s, sep))
		}
	}
	return trimAll([]string{s})
}
