package read

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"kindred/data"
	"kindred/data/readable"
)

// textKeys are the keys under which an object holds the text that it stands for, the preferred one first.
var textKeys = []string{"value", "text", "name", "title", "displayname", "fullname", "category", "tag", "term", "keyword", "subject",
	"description", "journaltitle", "journal", "url", "href", "id", "oid", "raw", "literal", "p", "paragraph",
	"rendered", "html", "plain", "formatted", "default", "en", "eng", "english"}

// jsonText returns the text of any JSON value: of a string; of a number; of the first element of a list that
// has one; of an object under one of textKeys.
func jsonText(raw []byte) string { return textWithin(raw, 0) }

func textWithin(raw []byte, depth int) string {
	switch raw[0] {
	case '"':
		return jsonString(raw)
	case 'n', 't', 'f':
		return ""
	case '[', '{':
		if depth > maxPath {
			return ""
		}
	default:
		return strings.TrimSuffix(string(raw), ".0")
	}
	if raw[0] == '[' {
		first := ""
		eachItem(raw, func(value []byte) {
			if first == "" {
				first = strings.TrimSpace(textWithin(value, depth+1))
			}
		})
		return first
	}
	best, at := "", len(textKeys)
	eachMember(raw, func(key, value []byte) {
		name := plainName(string(key))
		i := slices.Index(textKeys, name)
		switch {
		case name == "": // $, as some programs turn XML into JSON
			i = 0
		case i < 0 && len(name) <= 3 && value[0] == '"': // by language, of which English is the language of most papers
			i = len(textKeys) - 1
		}
		if i >= 0 && i < at {
			if s := textWithin(value, depth+1); strings.TrimSpace(s) != "" {
				best, at = s, i
			}
		}
	})
	return best
}

// jsonParagraphs returns the text of a value as jsonText does, and of a list of paragraphs all of them, one a
// line: texts, or objects with a text, as in S2ORC. In a list of objects with a value (INSPIRE), each is the whole.
func jsonParagraphs(raw []byte) string {
	if raw[0] != '[' {
		return jsonText(raw)
	}
	var parts []string
	paragraphs := true
	eachItem(raw, func(value []byte) {
		if s := strings.TrimSpace(jsonText(value)); s != "" {
			parts = append(parts, s)
			paragraphs = paragraphs && (value[0] == '"' || value[0] == '{' && newRecord(value, maxPath).get("text") != nil)
		}
	})
	if !paragraphs {
		parts = parts[:1]
	}
	return strings.Join(parts, "\n")
}

// jsonList returns the texts of a list, or of a text that is one (see splitList).
func jsonList(raw []byte) []string {
	switch raw[0] {
	case '[':
		var out []string
		eachItem(raw, func(value []byte) {
			if s := known(jsonText(value)); s != "" {
				out = append(out, s)
			}
		})
		return out
	case '{':
		for _, m := range newRecord(raw, maxPath) { // {"keyword": [ … ]}
			if m.raw[0] == '[' {
				return jsonList(m.raw)
			}
		}
	}
	s := known(jsonText(raw))
	if arxivClasses(s) {
		return strings.Fields(s)
	}
	return splitList(s)
}

// jsonPeople returns the names of people in a value: a text that lists them, or a list of texts or of objects.
// Objects for people in other roles than that of an author are left out where there are authors.
func jsonPeople(raw []byte) []string {
	switch raw[0] {
	case '[':
		var texts, authors, others []string
		eachItem(raw, func(value []byte) {
			switch value[0] {
			case '{':
				name, author := jsonPerson(value, 0)
				if name = known(name); name == "" {
					return
				}
				if author {
					authors = append(authors, name)
				} else {
					others = append(others, name)
				}
			case '[': // family, given, suffix
				var parts []string
				eachItem(value, func(v []byte) { parts = append(parts, jsonText(v)) })
				if len(parts) > 1 {
					parts[0], parts[1] = parts[1], parts[0]
				}
				authors = append(authors, readable.OneLine(strings.Join(parts, " ")))
			default:
				texts = append(texts, jsonText(value))
			}
		})
		if len(authors) == 0 && len(texts) == 0 {
			return others
		}
		return append(tidyPeople(texts), authors...)
	case '{':
		for _, m := range newRecord(raw, maxPath) { // {"author": [ … ]}, {"authors": [ … ]}, {"value": [ … ]}
			if m.raw[0] == '[' && (m.field == "authors" || m.name == "value") || m.raw[0] == '{' && m.name == "author" {
				return jsonPeople(m.raw)
			}
		}
		if name, _ := jsonPerson(raw, 0); known(name) != "" {
			return []string{name}
		}
		return nil
	}
	names := splitNames(known(jsonText(raw)))
	for i, n := range names {
		names[i] = data.GivenFirst(n)
	}
	return names
}

// tidyPeople returns names without placeholders, a list in one text divided, and the given names first where
// all names are written family name first.
func tidyPeople(names []string) []string {
	names = slices.DeleteFunc(names, func(n string) bool { return len(n) < 32 && known(n) == "" || len(n) < 12 && isOthers(n) })
	if len(names) == 1 && (strings.ContainsAny(names[0], ",;|") || fullNames(strings.Split(names[0], " and "))) {
		names = splitNames(names[0])
	}
	for _, n := range names {
		if strings.Count(n, ",") != 1 {
			return names
		}
	}
	for i, n := range names {
		names[i] = data.GivenFirst(n)
	}
	return names
}

// isOthers reports whether a name stands for those that are left out.
func isOthers(name string) bool {
	switch strings.ToLower(strings.Trim(name, " .")) {
	case "et al", "others", "and others", "":
		return true
	}
	return false
}

// personKeys are the parts of a name, in the order in which they are written.
var personKeys = [][]string{
	{"given", "first", "firstname", "givenname", "givennames", "forenames", "forename"},
	{"middle", "middlename"},
	{"droppingparticle"},
	{"nondroppingparticle", "particle"},
	{"family", "last", "lastname", "familyname", "surname", "keyname"},
	{"suffix"},
}

// wholeKeys hold a whole name, and personWithin an object that has it.
var (
	wholeKeys    = []string{"literal", "fullname", "name", "displayname", "collectivename", "text", "rawauthorname", "creatorname", "creator", "authorname"}
	personWithin = []string{"author", "person", "personororg", "user", "node"}
)

// jsonPerson returns the name of a person or a group, given names first, and whether the person is an author.
// CSL-JSON, Crossref, Zotero, Mendeley, S2ORC, DataCite, Europe PMC and OpenAlex each name the parts in their way.
func jsonPerson(raw []byte, depth int) (name string, author bool) {
	r := newRecord(raw, maxPath)
	author = true
	for _, key := range []string{"creatortype", "role", "contributortype"} {
		if role := r.get(key); role != nil && role[0] == '"' {
			author = author && strings.Contains(strings.ToLower(jsonString(role)), "author")
		}
	}
	var parts []string
	for _, keys := range personKeys {
		for _, key := range keys {
			if v := r.get(key); v != nil {
				s := jsonText(v)
				if v[0] == '[' {
					s = strings.Join(jsonList(v), " ")
				}
				parts = append(parts, s)
				break
			}
		}
	}
	if name = readable.OneLine(strings.Join(parts, " ")); name != "" {
		return name, author
	}
	group := strings.HasPrefix(strings.ToLower(jsonTextOf(r, "nametype")), "org")
	for _, key := range wholeKeys {
		s := jsonTextOf(r, key)
		switch {
		case strings.TrimSpace(s) == "":
		case group || key == "literal" || key == "collectivename":
			return readable.OneLine(s), author
		default:
			return data.GivenFirst(s), author
		}
	}
	for _, key := range personWithin {
		if v := r.get(key); v != nil && v[0] == '{' && depth < maxPath {
			name, _ = jsonPerson(v, depth+1)
			return name, author
		}
	}
	return data.GivenFirst(jsonTextOf(r, "")), author // $, as some programs turn XML into JSON
}

func jsonTextOf(r jsonRecord, name string) string {
	if v := r.get(name); v != nil {
		return jsonText(v)
	}
	return ""
}

// jsonDate returns the date that a value holds: a text or a number; CSL's and Crossref's date-parts; a list or
// an object of year, month and day; the first of several dates.
func jsonDate(raw []byte) data.Date { return dateWithin(raw, 0) }

func dateWithin(raw []byte, depth int) (d data.Date) {
	switch raw[0] {
	case 'n', 't', 'f':
		return d
	case '[':
		if depth > maxPath {
			return d
		}
		if d = listedDate(raw); !d.IsZero() {
			return d
		}
		eachItem(raw, func(value []byte) {
			if d.IsZero() {
				d = dateWithin(value, depth+1)
			}
		})
		return d
	case '{':
		if depth > maxPath {
			return d
		}
		r := newRecord(raw, maxPath)
		for _, key := range []string{"dateparts", "date", "value", "start", "raw", "literal", "datetime", "numberlong", "timestamp"} {
			if v := r.get(key); v != nil && d.IsZero() {
				d = dateWithin(v, depth+1)
			}
		}
		if year := r.get("year"); year != nil && d.IsZero() {
			d = withMonth(dateWithin(year, depth+1), jsonTextOf(r, "month"), jsonTextOf(r, "day"))
		}
		return d
	}
	return dateOfText(strings.TrimSpace(jsonText(raw)))
}

// listedDate returns the date of a list of year, month and day, the zero Date for any other list.
func listedDate(raw []byte) data.Date {
	var parts []string
	flat := true
	eachItem(raw, func(value []byte) {
		flat = flat && value[0] != '[' && value[0] != '{'
		parts = append(parts, jsonText(value))
	})
	if !flat || len(parts) == 0 || len(parts) > 3 || len(parts[0]) != 4 || !isNumber(parts[0]) {
		return data.Date{}
	}
	parts = append(parts, "", "")
	return withMonth(firstDate(parts[0]), parts[1], parts[2])
}

// dateOfText returns the date in a text, also where it is the number of seconds or milliseconds since 1970. A
// DOI is no date, though it may hold a year.
func dateOfText(s string) data.Date {
	if strings.HasPrefix(data.CanonicalID(s), "doi:") || known(s) == "" {
		return data.Date{}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && (len(s) == 10 || len(s) == 9 || len(s) == 12 || len(s) == 13) {
		if len(s) > 10 {
			n /= 1000
		}
		return data.DateOf(time.Unix(n, 0).UTC())
	}
	for strings.HasSuffix(s, "-00") { // NASA ADS: 2019-03-00
		s = strings.TrimSuffix(s, "-00")
	}
	return firstDate(s)
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// withMonth adds month, by number or name, and day to a date of which only the year is known.
func withMonth(d data.Date, month, day string) data.Date {
	month, day = strings.Trim(month, "~#{}. "), strings.TrimSpace(day)
	if d.IsZero() || d.Month != 0 || month == "" {
		return d
	}
	e := d
	if n, err := strconv.Atoi(month); err == nil {
		e.Month = time.Month(n)
	} else if m := firstDate(month + " " + strconv.Itoa(d.Year)); m.Year == d.Year {
		e.Month = m.Month
	}
	if !e.Valid() || e.Month == 0 {
		return d
	}
	full := e
	if n, err := strconv.Atoi(day); err == nil {
		full.Day = n
	}
	if full.Valid() {
		return full
	}
	return e
}
