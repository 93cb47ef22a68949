package read

import (
	"html"
	"regexp"
	"strings"

	"kindred/data"
	"kindred/data/readable"
)

var (
	// surnameInitials is a name of the Vancouver style: a surname and initials without dots.
	surnameInitials = regexp.MustCompile(`^[\p{L}'’\- ]*\p{L}{2,}[\p{L}'’\-]* \p{Lu}{1,4}(?: (?:Jr|Sr|II|III|2nd|3rd))?$`)
	// shortGiven are given names cut short: A. or A.-B. C.
	shortGiven = regexp.MustCompile(`^(?:\p{Lu}\p{Ll}?\.?[ \-]?){1,4}$`)
	// initialsSurname is a name that begins with initials: A. B. Alder.
	initialsSurname = regexp.MustCompile(`^(?:\p{Lu}\.[ \-]?)+ ?(?:\p{Ll}+ )*\p{Lu}[\p{L}'’\-]+$`)
)

// personName returns one name as it is spoken, empty where the words name nobody. EndNote writes the name of an
// organisation with a comma behind it, and a comma within it twice.
func personName(name string) string {
	name = strings.TrimSpace(andOthers.ReplaceAllString(readable.OneLine(name), ""))
	if strings.Contains(name, ",,") {
		return strings.ReplaceAll(strings.TrimSuffix(name, ","), ",,", ",")
	}
	name = strings.TrimRight(name, ", ")
	name = data.GivenFirst(withoutNumber(name))
	switch strings.ToLower(strings.Trim(name, "[]().")) {
	case "anonymous", "anon", "anonym", "no author", "no authors listed", "unknown":
		return ""
	}
	return known(name)
}

// personNames returns the names of one field that may list several: by semicolons, or by " and " between names that
// have their family name first.
func personNames(list string) []string {
	list = strings.ReplaceAll(html.UnescapeString(list), "；", ";") // the latter of Chinese databases
	var parts []string
	switch and, ampersand := " and ", " & "; {
	case strings.Contains(list, ",,"):
		parts = []string{list}
	case strings.Contains(list, ";"):
		parts = strings.Split(list, ";")
	case strings.Contains(list, and) && strings.Count(list, ",") > strings.Count(list, and):
		parts = strings.Split(list, and)
	case strings.Contains(list, ampersand) && strings.Count(list, ",") > strings.Count(list, ampersand):
		parts = strings.Split(list, ampersand)
	default:
		parts = vancouver(list)
	}
	return namesOf(parts)
}

// namesOf returns the people among names.
func namesOf(names []string) []string {
	var out []string
	for _, n := range names {
		if n = personName(n); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// surnamesFirst joins the pieces of "Ash, A., Beech, B." to names, nil where surnames and initials do not take turns.
func surnamesFirst(parts []string) []string {
	if len(parts) < 4 || len(parts)%2 != 0 {
		return nil
	}
	var out []string
	for i := 0; i < len(parts); i += 2 {
		if shortGiven.MatchString(parts[i]) || !shortGiven.MatchString(parts[i+1]) {
			return nil
		}
		out = append(out, parts[i]+", "+parts[i+1])
	}
	return out
}

// vancouver divides a list of names at commas where surnames and initials take turns, or where every piece is a surname
// with initials before or behind it, or where there are three or more and every piece has several words. Any other text
// is one name.
func vancouver(list string) []string {
	parts := trimAll(strings.Split(andOthers.ReplaceAllString(list, ""), ","))
	if len(parts) < 2 {
		return []string{list}
	}
	if pairs := surnamesFirst(parts); pairs != nil {
		return pairs
	}
	for _, p := range parts {
		if !surnameInitials.MatchString(p) && !initialsSurname.MatchString(p) && (len(parts) < 3 || len(strings.Fields(p)) < 2) {
			return []string{list}
		}
	}
	return parts
}
