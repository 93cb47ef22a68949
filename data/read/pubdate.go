package read

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"kindred/data"
)

var (
	// yearFirst is a date in the order year, month, day, or a range of such dates (ISO 8601, EDTF, RIS 2019/03/05/Spring).
	yearFirst = regexp.MustCompile(`^(\d{4})(?:[-/.]([0-9]{1,2}|\p{L}{3,9}\.?)?(?:[-/.](\d{1,2})?)?)?(?:[/T~?%].*| \d\d?:.*)?$`)
	// yearLast is a date in the order of days and months that its country uses.
	yearLast = regexp.MustCompile(`^(\d{1,2})([./-])\s*(\d{1,2})[./-]\s*(\d{4})$`)
	// yearWithin is a year in other text, a letter after it included: 2005a.
	yearWithin    = regexp.MustCompile(`(?:^|[^\d])((?:1[4-9]|20|21)\d\d)(?:[^\d]|$)`)
	spacedNumbers = regexp.MustCompile(`^\d{4} \d{1,2}(?: \d{1,2})?$`)
	eightDigits   = regexp.MustCompile(`^(\d{4})(\d\d)(\d\d)$`)
	// dateToken is a word or a number of a date.
	dateToken = regexp.MustCompile(`\p{L}+|\d+`)
)

// monthNames are the names and usual abbreviations of the months in the languages of most bibliographies.
var monthNames = numbered(
	"january jan januar jänner janner janvier janv enero ene gennaio gen janeiro januari",
	"february feb februar février fevrier févr fevr fév fev febrero febbraio fevereiro februari",
	"march mar märz maerz marz mär mars marzo março marco mrz maart mrt",
	"april apr avril avr abril abr aprile",
	"may mai mayo maggio mag maio mei",
	"june jun juni juin junio giugno giu junho",
	"july jul juli juillet juil julio luglio lug julho",
	"august aug août aout agosto ago augustus",
	"september sep sept septembre septiembre settembre set setembro",
	"october oct oktober okt octobre octubre ottobre ott outubro out",
	"november nov novembre noviembre novembro",
	"december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro december",
)

// numbered returns the words of each line with its number, from 1.
func numbered(lines ...string) map[string]time.Month {
	m := map[string]time.Month{}
	for i, line := range lines {
		for word := range strings.FieldsSeq(line) {
			m[word] = time.Month(i + 1)
		}
	}
	return m
}

// looseDate reads a date as bibliographies write it: in any order that leaves no doubt, with names of months, as a range
// (its first day counts), with a season or without. What is in doubt is left out: the year may be all that stays.
func looseDate(s string) data.Date {
	s = strings.TrimLeft(strings.Join(strings.Fields(s), " "), "[(./ ")
	if spacedNumbers.MatchString(s) {
		s = strings.ReplaceAll(s, " ", "-")
	}
	if m := eightDigits.FindStringSubmatch(s); m != nil {
		return validDate(m[1], monthNumber(m[2]), m[3])
	}
	if m := yearFirst.FindStringSubmatch(s); m != nil {
		return validDate(m[1], cmp.Or(monthNumber(m[2]), monthNames[strings.ToLower(strings.TrimSuffix(m[2], "."))]), m[3])
	}
	if m := yearLast.FindStringSubmatch(s); m != nil {
		switch day, month := monthNumber(m[1]), monthNumber(m[3]); {
		case m[2] == "." || day == 0 || day == month: // German order, or no other is possible
			return validDate(m[4], month, m[1])
		case month == 0:
			return validDate(m[4], day, m[3])
		}
		return validDate(m[4], 0, "")
	}
	at := yearWithin.FindStringSubmatchIndex(s)
	if at == nil {
		return data.Date{}
	}
	month, day := monthAndDay(s[:at[2]]+" "+s[at[3]:], false)
	return validDate(s[at[2]:at[3]], month, strconv.Itoa(day))
}

// monthAndDay reads a month and the day beside it, as in "OCT 1", "3~jul" and "Feb.-Mar."; of a range its beginning. A
// text of numbers alone has the month first where numeric. Neither is known of a season.
func monthAndDay(s string, numeric bool) (month time.Month, day int) {
	tokens := dateToken.FindAllString(strings.ToLower(s), -1)
	tokens = withoutOrdinals(tokens)
	name := -1
	for i, t := range tokens {
		if monthNames[t] != 0 {
			name = i
			break
		}
	}
	if name < 0 {
		if len(tokens) > 0 && numeric && len(strings.Trim(s, "0123456789-–/. ~")) == 0 {
			return monthNumber(tokens[0]), 0
		}
		return 0, 0
	}
	month = monthNames[tokens[name]]
	for i := name - 1; i >= 0 && dayNumber(tokens[i]) != 0; i-- { // 3-5 May
		day = dayNumber(tokens[i])
	}
	if day == 0 && name+1 < len(tokens) {
		day = dayNumber(tokens[name+1])
	}
	return month, day
}

// withoutOrdinals drops the words that may stand between a day and its month: 3rd of March, 5 de mayo.
func withoutOrdinals(tokens []string) []string {
	var out []string
	for _, t := range tokens {
		switch t {
		case "st", "nd", "rd", "th", "of", "the", "de", "den", "er", "do":
		default:
			out = append(out, t)
		}
	}
	return out
}

// monthNumber returns the month that s writes as a number, otherwise 0.
func monthNumber(s string) time.Month {
	if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= 12 && len(s) <= 2 {
		return time.Month(n)
	}
	return 0
}

// dayNumber returns the day that s writes as a number, otherwise 0.
func dayNumber(s string) int {
	if n, err := strconv.Atoi(s); err == nil && n >= 1 && n <= 31 && len(s) <= 2 {
		return n
	}
	return 0
}

// validDate returns the date, without a day or month that the calendar does not have.
func validDate(year string, month time.Month, day string) data.Date {
	n, _ := strconv.Atoi(year)
	d := data.Date{Year: n, Month: month}
	if month != 0 {
		d.Day = dayNumber(day)
	}
	if !d.Valid() {
		d.Day = 0
	}
	if !d.Valid() {
		return data.Date{}
	}
	return d
}

// partedDate joins a year, a month that may hold a day, and a day, each as a field of its own. A month or year that is a
// whole date counts as one.
func partedDate(year, month, day string) data.Date {
	d := looseDate(year)
	if d.IsZero() {
		if d = looseDate(month); d.IsZero() {
			return d
		}
	}
	if m, within := monthAndDay(month, true); m != 0 {
		d.Month, d.Day = m, within
	}
	if digits := leadingDigits(day); d.Month != 0 && d.Day == 0 {
		d.Day = dayNumber(digits)
	}
	if !d.Valid() {
		d.Day = 0
	}
	return d
}

// leadingDigits returns the digits that s begins with: "3" of "3--5".
func leadingDigits(s string) string {
	s = strings.TrimSpace(s)
	return s[:len(s)-len(strings.TrimLeftFunc(s, unicode.IsDigit))]
}

// finer returns the more precise of two dates that can mean the same day, otherwise the first known.
func finer(a, b data.Date) data.Date {
	switch {
	case a.IsZero():
		return b
	case b.Overlaps(a) && len(b.String()) > len(a.String()):
		return b
	}
	return a
}
