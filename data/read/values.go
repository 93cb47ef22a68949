package read

import (
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"kindred/data"
	"kindred/data/readable"

	"golang.org/x/text/unicode/norm"
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

// yearAlone finds a year, also with a letter as in 2019a.
var yearAlone = regexp.MustCompile(`(?:^|[^\pL\d]|\b[cC©])((?:1[5-9]|20)\d\d)(?:[^\d]|$)`)

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
		if d := writtenDate(s, 0); !d.IsZero() {
			return d
		}
	}
	return data.Date{}
}

// monthWords has the months, in lower case and without accents, in the languages whose exports are read: English,
// German, French, Spanish, Italian, Portuguese and Dutch.
var monthWords = func() map[string]time.Month {
	out := make(map[string]time.Month)
	for i, words := range []string{
		"jan january janvier januar janner enero ene gennaio gen janeiro januari",
		"feb february fevrier fevr fev februar feber febrero febbraio fevereiro februari",
		"mar march mars marz mrz maerz marzo marco maart mrt",
		"apr april avril avr abril abr aprile",
		"may mai mayo maggio mag maio mei",
		"jun june juin juni junio giugno giu junho",
		"jul july juillet juil juli julio luglio lug julho",
		"aug august aout agosto ago augustus",
		"sep sept september septembre septiembre settembre set setembro",
		"oct october octobre oktober okt octubre ottobre ott outubro out",
		"nov november novembre noviembre novembro",
		"dec december decembre dezember dez diciembre dic dicembre dezembro",
	} {
		for word := range strings.FieldsSeq(words) {
			out[word] = time.Month(i + 1)
		}
	}
	return out
}()

var (
	dateParts     = regexp.MustCompile(`\pL[\pL\pM]*|\d+`)
	yearFirstDate = regexp.MustCompile(`^((?:1[5-9]|20)\d\d)([-/.])(\d{1,2})(?:([-/.])(\d{1,2}))?(?:\D|$)`)
	eastAsian     = regexp.MustCompile(`^((?:1[5-9]|20)\d\d)\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*日)?`)
	yearLastDate  = regexp.MustCompile(`^(\d{1,2})\s?([-/.])\s?(?:(\d{1,2})\s?([-/.])\s?)?((?:1[5-9]|20)\d\d)(?:\D|$)`)
	shortYear     = regexp.MustCompile(`^(\d{1,2})([/.])(\d{1,2})([/.])(\d\d)(?:\D|$)`)
	compactDate   = regexp.MustCompile(`^((?:1[5-9]|20)\d\d)(0[1-9]|1[0-2])([0-3]\d)?$`)
)

// writtenDate returns what is certain of a date as people and programs write it, the zero Date if that is not even the
// year: numbers in any order (2019/3, 25/03/2019, 3/25/2019, 15.03.2019, 20190315), names of months in seven languages
// (15-Mar-19, Mar-19, 15. März 2019, 1er mars 2019), ranges of days or months (2019 Mar-Apr), of which the first
// counts. Of 03/04/2019 only the year is certain, as some write the day first and others the month; a number above 12
// is the day. A season is no month. year is the year of a text that writes none, such as "MAR 15"; 0 if it is not
// known.
func writtenDate(s string, year int) data.Date {
	n := func(digits string) int { v, _ := strconv.Atoi(digits); return v }
	if len(s) == 4 && s >= "1500" && s < "2100" && n(s) != 0 { // by far the most frequent
		return data.Date{Year: n(s)}
	}
	if m := yearFirstDate.FindStringSubmatch(s); m != nil {
		if m[4] != m[2] { // 2019-05/06 is a range of months
			m[5] = ""
		}
		return certainDate(n(m[1]), n(m[3]), n(m[5]))
	}
	if m := eastAsian.FindStringSubmatch(s); m != nil {
		return certainDate(n(m[1]), n(m[2]), n(m[3]))
	}
	if m := yearLastDate.FindStringSubmatch(s); m != nil {
		switch {
		case m[3] == "":
			return certainDate(n(m[5]), n(m[1]), 0)
		case m[2] == m[4]:
			return dayAndMonth(n(m[5]), n(m[1]), n(m[3]), m[2])
		}
	}
	if m := shortYear.FindStringSubmatch(s); m != nil && m[2] == m[4] {
		return dayAndMonth(fullYear(n(m[5])), n(m[1]), n(m[3]), m[2])
	}
	if m := compactDate.FindStringSubmatch(s); m != nil {
		return certainDate(n(m[1]), n(m[2]), n(m[3]))
	}
	if d := namedMonth(s, year); !d.IsZero() {
		return d
	}
	if y := yearAlone.FindStringSubmatch(s); y != nil {
		year = n(y[1])
	}
	return certainDate(year, 0, 0)
}

// namedMonth returns the date of a text with the name of a month and a year, otherwise the zero Date.
func namedMonth(s string, year int) data.Date {
	at := dateParts.FindAllStringIndex(s, 40)
	part := func(i int) string { return s[at[i][0]:at[i][1]] }
	month, m := 0, time.Month(0)
	for ; month < len(at); month++ {
		if m = monthWords[strings.ToLower(withoutMarks(part(month)))]; m != 0 {
			break
		}
	}
	if m == 0 {
		return data.Date{}
	}
	// number returns part i where it is a number of one or two digits with nothing but runes of between before it.
	number := func(i int, between string) (value int, ok bool) {
		if i < 1 || i >= len(at) || strings.Trim(s[at[i-1][1]:at[i][0]], between) != "" {
			return 0, false
		}
		p := part(i)
		value, err := strconv.Atoi(p)
		return value, err == nil && len(p) <= 2 && value > 0
	}
	written := false
	if y := yearAlone.FindStringSubmatch(s); y != nil {
		year, _ = strconv.Atoi(y[1])
		written = true
	}
	day := 0
	for i := month - 1; i >= 0; i-- { // "15-17 March" begins on the 15th
		p := part(i)
		if v, err := strconv.Atoi(p); err == nil {
			if len(p) > 2 {
				break
			}
			day = v
		} else if !dateFiller[strings.ToLower(p)] {
			break
		}
	}
	after, ok := number(month+1, " .,-'’/")
	if ok && day != 0 && !written { // 15-Mar-19
		return certainDate(fullYear(after), int(m), day)
	}
	if ok && !written && strings.ContainsAny(s[at[month][1]:at[month+1][0]], "-'’/") { // Mar-19
		return certainDate(fullYear(after), int(m), 0)
	}
	if ok && day == 0 {
		day = after
	}
	return certainDate(year, int(m), day)
}

// dateFiller are the words between a day and its month: ordinals and prepositions.
var dateFiller = map[string]bool{
	"st": true, "nd": true, "rd": true, "th": true, "er": true, "de": true, "of": true, "del": true,
}

// dayAndMonth returns the date of two numbers that are its day and month in one order or the other. With dots the day
// is first.
func dayAndMonth(year, a, b int, sep string) data.Date {
	switch {
	case sep == "." || a > 12 || a == b:
		return certainDate(year, b, a)
	case b > 12:
		return certainDate(year, a, b)
	}
	return certainDate(year, 0, 0)
}

// certainDate returns the longest prefix of year, month and day that is a date.
func certainDate(year, month, day int) data.Date {
	d := data.Date{Year: year, Month: time.Month(month), Day: day}
	if !d.Valid() {
		d.Day = 0
	}
	if !d.Valid() {
		d.Month = 0
	}
	if !d.Valid() {
		return data.Date{}
	}
	return d
}

// fullYear returns the year of two digits: from 1930 to 2029, as Excel, which writes most dates of this kind.
func fullYear(short int) int {
	if short < 30 {
		return 2000 + short
	}
	return 1900 + short
}

// withoutMarks returns s without accents and other marks on its Latin, Greek and Cyrillic letters.
func withoutMarks(s string) string {
	if isASCII(s) {
		return s
	}
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if r >= 0x0300 && r <= 0x036f { // the block of combining diacritical marks
			return -1
		}
		return r
	}, norm.NFD.String(s)))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
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

var (
	// andOthers is the end of a list of people that was cut short.
	andOthers = regexp.MustCompile(`(?i)(?:[\s,;|]|^)*(?:\b(?:et al\b\.?|(?:and )?others\b|u\.\s?a\.)|\.\.\.|…)[\s,;.]*$`)
	// nameNumber is what databases add to a name: the number by which DBLP tells people of one name apart, an ORCID or
	// the number of an author in brackets, the number of an affiliation.
	nameNumber = regexp.MustCompile(
		`\s+00\d\d$|\s*[(\[](?:https?://orcid\.org/)?\d[\dXx-]{4,}[)\]]$|(\pL)\d{1,2}$`)
	// initials are those of one person, as in "A.", "A. B.", "A.-B." and "AB".
	initials = regexp.MustCompile(`^(?:\p{Lu}\pL?\.[\s-]*){1,5}$|^\p{Lu}{1,3}$`)
	// familyInitials is a name as PubMed writes it, the dot that ends the list included. Of a single name "Alder A."
	// the dot may be that of the initial.
	familyInitials  = regexp.MustCompile(`^[^.,]*\pL\s+\p{Lu}{1,4}\.$`)
	severalInitials = regexp.MustCompile(`\p{Lu}{2,4}\.$`)
	nameInObject    = regexp.MustCompile(
		`["'](?:name|display_name|fullname|full_name)["']\s*:\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')`)
)

// splitNames splits a list of people written as one text: as Python, R or JSON print lists; by lines, semicolons or
// bars; by "and"; by commas, if each piece is a full name or surnames and initials alternate. Any other text is one
// name. "et al." and numbers that databases add to names are dropped.
func splitNames(s string) []string {
	s = strings.TrimSpace(s)
	if list, ok := printedList(s); ok {
		return tidyNames(list)
	}
	if lines := trimAll(strings.Split(s, "\n")); len(lines) > 1 && !strings.ContainsAny(s, ";|") && fullNames(lines) {
		return tidyNames(lines)
	}
	s = readable.OneLine(s)
	if s == "" {
		return nil
	}
	if end := strings.ToLower(s[max(0, len(s)-16):]); strings.Contains(end, "al") || strings.Contains(end, "others") ||
		strings.ContainsAny(end, "…u") || strings.Contains(end, "..") { // the expression is slow
		s = strings.TrimSpace(andOthers.ReplaceAllString(s, ""))
	}
	return tidyNames(cutNames(s))
}

// tidyNames returns the names without what is no part of them.
func tidyNames(names []string) []string {
	for i, name := range names {
		names[i] = strings.Trim(withoutNumber(strings.TrimRight(name, " ,*†‡§¶¹²³⁴⁵⁶⁷⁸⁹⁰")), " ,")
	}
	last := len(names) - 1
	if last >= 0 && strings.HasSuffix(names[last], ".") && familyInitials.MatchString(names[last]) &&
		(last > 0 && !strings.Contains(names[last-1], ".") || severalInitials.MatchString(names[last])) {
		names[last] = strings.TrimSuffix(names[last], ".") // the dot that ends PubMed's "Alder A, Beech B."
	}
	return trimAll(names)
}

// withoutNumber returns a name without the number that a database added.
func withoutNumber(name string) string {
	if n := len(name); n > 0 && strings.IndexByte("0123456789)]", name[n-1]) >= 0 {
		return nameNumber.ReplaceAllString(name, "$1")
	}
	return name
}

// listWords brings what parts names to commas and "and".
var listWords = strings.NewReplacer(
	", and ", ", ", ", & ", ", ", " & ", ", ", " und ", " and ", " et ", " and ", "，", ", ",
)

// cutNames splits a list of people on one line.
func cutNames(s string) []string {
	for _, sep := range []string{";", "|", "；", "、"} {
		if strings.Contains(s, sep) {
			return trimAll(strings.Split(s, sep))
		}
	}
	s = listWords.Replace(s)
	if strings.Contains(s, " and ") {
		parts := strings.Split(s, " and ")
		commas := strings.Count(s, ",")
		if len(parts) == 2 && strings.Count(parts[0], ",") > 1 || commas == 0 || commas >= len(parts) {
			if strings.Count(parts[0], ",") > 0 && fullNames(strings.Split(parts[0], ",")) {
				return append(trimAll(strings.Split(parts[0], ",")), trimAll(parts[1:])...)
			}
			if commas == len(parts) || !alternate(trimAll(strings.Split(strings.Join(parts, ", "), ","))) {
				return trimAll(parts)
			} // otherwise "Alder, A., Beech, B. and Cedar, C."
		}
		s = strings.ReplaceAll(s, " and ", ", ")
	}
	pieces := trimAll(strings.Split(s, ","))
	if last := len(pieces) - 1; last > 0 {
		pieces[last] = withoutNumber(pieces[last])
	}
	switch {
	case len(pieces) < 2 || strings.ContainsFunc(s, wordless):
		return pieces
	case alternate(pieces), !fullNames(pieces) && len(pieces)%2 == 0 && !fullNames(pieces[:1]):
		names := make([]string, 0, len(pieces)/2)
		for i := 0; i < len(pieces); i += 2 {
			names = append(names, pieces[i+1]+" "+pieces[i])
		}
		return names
	}
	return pieces
}

// alternate reports whether every second piece is initials and no other is.
func alternate(pieces []string) bool {
	for i, p := range pieces {
		if initials.MatchString(p) != (i%2 == 1) {
			return false
		}
	}
	return len(pieces) > 0 && len(pieces)%2 == 0
}

// wordless reports whether r belongs to a script in which names have no spaces.
func wordless(r rune) bool {
	return r >= 0x3040 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// printedList returns the entries of a list as Python, R or JSON print it: ['a', 'b'], c("a", "b"), ["a"]. Of objects
// it takes the names.
func printedList(s string) (list []string, ok bool) {
	body, ok := strings.CutSuffix(s, "]")
	if body, ok = strings.CutPrefix(body, "["); !ok || !strings.HasSuffix(s, "]") {
		if body, ok = strings.CutPrefix(s, "c("); !ok || !strings.HasSuffix(body, ")") {
			return nil, false
		}
		body = body[:len(body)-1]
	}
	if strings.HasPrefix(strings.TrimSpace(body), "{") {
		for _, m := range nameInObject.FindAllStringSubmatch(body, -1) {
			list = append(list, unquoteCell(m[1]))
		}
		return trimAll(list), true
	}
	quote, start := byte(0), 0
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quote != 0 && c == '\\':
			i++
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\'') && strings.TrimSpace(body[start:i]) == "":
			quote = c
		case quote == 0 && (c == ',' || c == ';' && strings.TrimSpace(body[start:i]) != ""):
			list, start = append(list, unquoteCell(body[start:i])), i+1
		}
	}
	return trimAll(append(list, unquoteCell(body[start:]))), true
}

// unquoteCell returns s without the quotes around it and the backslashes before quotes within.
func unquoteCell(s string) string {
	s = strings.TrimSpace(s)
	if len(s) < 2 || s[0] != '"' && s[0] != '\'' || s[len(s)-1] != s[0] {
		return s
	}
	return strings.NewReplacer(`\'`, "'", `\"`, `"`, `\\`, `\`).Replace(s[1 : len(s)-1])
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

// splitList splits a list written as one text: as Python, R or JSON print lists; by semicolons; if it has none, by
// bars; if it has none, by commas.
func splitList(s string) []string {
	if list, ok := printedList(strings.TrimSpace(s)); ok {
		return list
	}
	for _, sep := range []string{";", "|", ","} {
		if strings.Contains(s, sep) {
			return trimAll(strings.Split(s, sep))
		}
	}
	return trimAll([]string{s})
}
