package data

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// genericTitles are normalised titles that many different papers have.
var genericTitles = map[string]bool{
	"introduction": true, "editorial": true, "preface": true, "foreword": true, "erratum": true,
	"corrigendum": true, "front matter": true, "book review": true, "book reviews": true,
	"letter to the editor": true, "letters to the editor": true, "table of contents": true,
	"guest editorial": true, "guest editors introduction": true, "message from the chairs": true,
	"message from the program chairs": true, "in this issue": true, "call for papers": true,
	"author index": true, "conference report": true, "welcome message": true,
	"introduction to the special issue": true, "guest editors introduction to the special issue": true,
	"editors note": true, "invited talk": true, "keynote": true, "keynote speech": true,
	"technical report": true, "response to the reviewers": true,
}

// genericTitle reports whether a normalised title is too common, or too short, to identify a paper.
func genericTitle(title string) bool {
	return genericTitles[title] || strings.Count(title, " ") < 2
}

// MaxYearsApart is how many years may lie between two editions of one paper, such as preprint and proceedings.
const MaxYearsApart = 2

// Thresholds of SamePaper.
const (
	titleLikeness  = 0.9  // share of title words in common from which two titles may be one, given other evidence
	abstractSame   = 0.6  // share of abstract words in common that by itself shows one paper
	abstractOther  = 0.33 // share below which two abstracts under one title are of different papers
	abstractEnough = 20   // distinct words an abstract needs to count as evidence
)

// SamePaper reports whether a and b are editions of one paper, such as preprint and proceedings. It is
// symmetric, and prefers keeping papers apart to joining different ones. All of these must hold:
//   - The titles agree after NormalizeTitle, except for spaces, or share nine of ten words.
//   - The dates, where known, are at most MaxYearsApart apart.
//   - The authors, where both records name them, share a surname.
//   - The abstracts, where both records have one, overlap.
//
// The abstracts must overlap strongly where the titles agree only nearly, where the title is generic
// ("Editorial") or shorter than three words, and where both records come from one source: it seldom lists a
// paper twice, but often a paper and the comments on it.
func SamePaper(a, b *Paper) bool {
	ta, tb := NormalizeTitle(a.Title), NormalizeTitle(b.Title)
	if ta == "" || tb == "" {
		return false
	}
	exact := ta == tb || strings.ReplaceAll(ta, " ", "") == strings.ReplaceAll(tb, " ", "")
	if !exact && (differsByNumber(ta, tb) || overlap(wordSet(ta), wordSet(tb)) < titleLikeness) {
		return false
	}
	if !DatesAgree(a.Published, b.Published) || !authorsAgree(a, b) {
		return false
	}
	wa, wb := wordSet(NormalizeTitle(a.Abstract)), wordSet(NormalizeTitle(b.Abstract))
	if len(wa) < abstractEnough || len(wb) < abstractEnough {
		return exact && !genericTitle(ta) && !sameSource(a, b)
	}
	shared := overlap(wa, wb)
	if !exact || genericTitle(ta) || sameSource(a, b) {
		return shared >= abstractSame
	}
	return shared >= abstractOther
}

// sameSource reports whether the ids of two papers have the same scheme, other than title, and their venues
// agree.
func sameSource(a, b *Paper) bool {
	scheme, _, _ := strings.Cut(a.ID, ":")
	return !TitleOnly(a.ID) && strings.HasPrefix(b.ID, scheme+":") && NormalizeTitle(a.Venue) == NormalizeTitle(b.Venue)
}

// DatesAgree reports whether two dates can be those of one paper: at most [MaxYearsApart] lie between them, or
// one is unknown.
func DatesAgree(a, b Date) bool {
	return a.IsZero() || b.IsZero() || a.Year-b.Year <= MaxYearsApart && b.Year-a.Year <= MaxYearsApart
}

// PlausibleTitles reports whether two titles can be those of one paper whose identifiers agree: at least half
// the words of the shorter one occur in the other, words of few letters aside. A missing title is no evidence
// against it. It is far weaker than [SamePaper].
func PlausibleTitles(a, b string) bool {
	x, y := tellingWords(a), tellingWords(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	other := make(map[string]bool, len(y))
	for _, word := range y {
		other[word] = true
	}
	shared := 0
	for _, word := range x {
		if other[word] {
			shared++
		}
	}
	return 2*shared >= len(x)
}

// tellingWords returns the words of a title that are long enough to tell it from others, all words where none is.
func tellingWords(title string) []string {
	all := strings.Fields(NormalizeTitle(title))
	var out []string
	for _, word := range all {
		if utf8.RuneCountInString(word) >= shortestTellWord || word[0] >= utf8.RuneSelf {
			out = append(out, word)
		}
	}
	if out == nil {
		return all
	}
	return out
}

// authorsAgree reports whether the authors of two records can be those of one paper: they share a surname, or
// one record names none. If a record only counts its authors, the numbers may differ by two.
func authorsAgree(a, b *Paper) bool {
	if len(a.Authors) == 0 || len(b.Authors) == 0 {
		na, nb := max(len(a.Authors), a.AuthorCount), max(len(b.Authors), b.AuthorCount)
		return na == 0 || nb == 0 || na-nb <= 2 && nb-na <= 2
	}
	names := map[string]bool{}
	for _, n := range a.Authors {
		for _, k := range nameKeys(n) {
			names[k] = true
		}
	}
	for _, n := range b.Authors {
		for _, k := range nameKeys(n) {
			if names[k] {
				return true
			}
		}
	}
	return false
}

// nameKeys returns the parts by which two forms of one name are compared: the surname, which is the last word
// that is neither an initial nor a suffix, and all words in alphabetical order.
func nameKeys(name string) []string {
	words := strings.Fields(NormalizeTitle(GivenFirst(name)))
	var keys []string
	for i := len(words) - 1; i >= 0; i-- {
		if i > 0 && IsNameSuffix(words[i]) {
			continue
		}
		if utf8.RuneCountInString(words[i]) > 1 || words[i][0] >= utf8.RuneSelf {
			keys = append(keys, words[i])
			break
		}
	}
	slices.Sort(words)
	return append(keys, strings.Join(words, " "))
}

// differsByNumber reports whether one title has a number, or the numeral of a part, that the other lacks.
// "Part I" and "Part II" are different papers, however similar the rest is.
func differsByNumber(a, b string) bool {
	na, nb := numerals(a), numerals(b)
	if len(na) != len(nb) {
		return true
	}
	for w := range na {
		if !nb[w] {
			return true
		}
	}
	return false
}

func numerals(title string) map[string]bool {
	out := map[string]bool{}
	for w := range wordSet(title) {
		if strings.ContainsAny(w, "0123456789") || strings.Trim(w, "ivx") == "" {
			out[w] = true
		}
	}
	return out
}

func wordSet(s string) map[string]bool {
	words := strings.Fields(s)
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}

// overlap returns the Jaccard index of two sets of words, |a∩b| / |a∪b|, between 0 and 1.
func overlap(a, b map[string]bool) float64 {
	if len(a) > len(b) {
		a, b = b, a
	}
	both := 0
	for w := range a {
		if b[w] {
			both++
		}
	}
	if len(b) == 0 {
		return 0
	}
	return float64(both) / float64(len(a)+len(b)-both)
}
