package data

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"kindred/data/readable"
)

// organisationWord is a word that is part of the names of organisations, and not of people's.
var organisationWord = regexp.MustCompile(`(?i)(?:^|\s)(?:and|of|for|the|institut\p{L}*|universit\p{L}*|offic\p{L}*|group|team|department|consortium|` +
	`collaboration|committee|society|association|organi[sz]ation|inc\.?|ltd\.?|gmbh|&)(?:[\s,]|$)`)

// IsOrganisation reports whether a name is likely to be that of an organisation, which has no family name.
func IsOrganisation(name string) bool { return organisationWord.MatchString(name) }

// nameSuffixes are the words, in lower case and without a dot, that follow a family name and are no part of it.
var nameSuffixes = []string{"jr", "sr", "ii", "iii", "iv", "2nd", "3rd", "4th"}

// IsNameSuffix reports whether a word is a suffix of names: Jr., Sr., III.
func IsNameSuffix(word string) bool {
	return slices.Contains(nameSuffixes, strings.ToLower(strings.TrimSuffix(word, ".")))
}

// GivenFirst returns a name that is written family name first as it is spoken: "Doe, Jane" as "Jane Doe", "King, Jr., Martin"
// (BibTeX), "King, Martin, Jr." (RIS) and "King, Martin Jr" (MEDLINE) as "Martin King Jr.". Any other name is returned on
// one line.
func GivenFirst(name string) string {
	name = readable.OneLine(name)
	family, rest, ok := strings.Cut(name, ",")
	if !ok {
		return name
	}
	given, suffix, both := strings.Cut(rest, ",")
	given, suffix = strings.TrimSpace(given), strings.TrimSpace(suffix)
	switch {
	case strings.Contains(suffix, ","):
		return name
	case both && suffix != "" && IsNameSuffix(given):
		given, suffix = suffix, given
	case both && suffix != "" && !IsNameSuffix(suffix):
		return name
	case !both && suffixAlone(given):
		given, suffix = "", given
	case suffix == "":
		family, suffix = cutSuffix(family)
		if suffix == "" {
			given, suffix = cutSuffix(given)
		}
	}
	if suffix == "" && eastAsian(family) && eastAsian(given) { // is spoken family name first, and written without a space
		return strings.TrimSpace(family) + given
	}
	return readable.OneLine(given + " " + family + " " + suffix)
}

// eastAsian reports whether a name is written in Chinese, Japanese or Korean script.
func eastAsian(name string) bool {
	for _, r := range strings.TrimSpace(name) {
		if !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			return false
		}
	}
	return strings.TrimSpace(name) != ""
}

// suffixAlone reports whether a word in the place of a given name is a suffix. "Ivanov, II" has initials.
func suffixAlone(word string) bool {
	return IsNameSuffix(word) && !strings.EqualFold(word, "II") && !strings.EqualFold(word, "IV")
}

// cutSuffix divides words from a suffix behind them.
func cutSuffix(words string) (before, suffix string) {
	words = strings.TrimSpace(words)
	i := strings.LastIndexByte(words, ' ')
	if i < 0 || !IsNameSuffix(words[i+1:]) {
		return words, ""
	}
	return words[:i], words[i+1:]
}
