package text

import "strings"

// stem takes the plural ending from a folded word: the S stemmer of Harman, "How effective is suffixing?", JASIS 42(1),
// 1991, with the endings -xes, -ches and -shes. Other suffixes stay. A word with other characters than a to z is a name
// and stays whole. Korean words lose the particle at their end.
func stem(word string) string {
	if len(word) < 4 {
		return word
	}
	for i := range len(word) {
		if c := word[i]; c < 'a' || c > 'z' {
			if c >= 0xea { // Hangul syllables begin there
				return withoutParticle(word)
			}
			return word
		}
	}
	return singular(word)
}

// singular takes the plural ending from an English word of at least four letters.
func singular(word string) string {
	if word[len(word)-1] != 's' {
		return word
	}
	switch word[len(word)-2:] {
	case "ss", "us", "is":
		return word
	}
	if strings.HasSuffix(word, "ies") && len(word) > 4 {
		return word[:len(word)-3] + "y"
	}
	for _, ending := range []string{"sses", "shes", "ches", "xes", "zes"} {
		if strings.HasSuffix(word, ending) {
			return word[:len(word)-2]
		}
	}
	return word[:len(word)-1]
}
