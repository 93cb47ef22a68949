package text

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// found is a word as scan gives it.
type found struct {
	word         string
	title, apart bool
}

func scanned(s string) (out []found) {
	scan(s, func(word string, title, apart bool) { out = append(out, found{word, title, apart}) })
	return out
}

// plainScan takes a text of ASCII without elisions apart by the definition of a word, one character at a time: letters
// and digits are of a word, and so is a hyphen between two of them, a point or comma between digits, and an apostrophe
// after one and before a letter. A closing 's is left off.
func plainScan(s string) (out []found) {
	alnum := func(i int) bool {
		return i >= 0 && i < len(s) && (unicode.IsLetter(rune(s[i])) || unicode.IsDigit(rune(s[i])))
	}
	digit := func(i int) bool { return alnum(i) && unicode.IsDigit(rune(s[i])) }
	within := func(i int) bool {
		switch {
		case alnum(i):
			return true
		case i == 0 || i >= len(s)-1:
			return false
		case s[i] == '-':
			return alnum(i-1) && alnum(i+1)
		case s[i] == '.' || s[i] == ',':
			return digit(i-1) && digit(i+1)
		case s[i] == '\'':
			return alnum(i-1) && alnum(i+1) && !digit(i+1)
		}
		return false
	}
	title := 0
	if i := strings.Index(s, "\n"); i >= 0 && strings.TrimSpace(s[i:]) != "" {
		title = i
	}
	last := 0 // where the word before ended
	for i := 0; i < len(s); i++ {
		if !alnum(i) { // behind a closing 's, a hyphen joins nothing
			continue
		}
		j := i
		for j < len(s) && within(j) {
			if strings.HasPrefix(s[j:], "'s") && !alnum(j+2) {
				break
			}
			j++
		}
		switch {
		case strings.HasPrefix(s[j:], "++") && !digit(j-1) && !alnum(j+2):
			j += 2
		case strings.HasPrefix(s[j:], "#") && j == i+1 && !digit(i) && !alnum(j+1):
			j++
		}
		between := s[last:i]
		apart := len(out) == 0 || strings.Trim(between, " \t\n") != "" || strings.Contains(between, "\n\n") || last <= title && title < i && title > 0
		out = append(out, found{s[i:j], i < title, apart})
		if last = j; strings.HasPrefix(s[j:], "'s") {
			j += 2
		}
		i = j - 1
	}
	return out
}

// TestScanAgainstPlainLoop holds the scanner against the definition of a word, over texts of the characters that it
// tells apart. None of the letters begins an elision.
func TestScanAgainstPlainLoop(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	const alphabet = "abxyBX19--..,,''++#  \n;("
	words := 0
	for range 20_000 {
		var b strings.Builder
		for range 1 + rng.IntN(24) {
			if rng.IntN(12) == 0 {
				b.WriteString("x's")
				continue
			}
			b.WriteByte(alphabet[rng.IntN(len(alphabet))])
		}
		s := b.String()
		got, want := scanned(s), plainScan(s)
		if !slices.Equal(got, want) {
			t.Fatalf("%q\n got %+v\nwant %+v", s, got, want)
		}
		words += len(got)
	}
	if words < 50_000 {
		t.Errorf("only %d words", words)
	}
}

// TestScanLosesNothing holds that every letter and digit of a text is in a word, but for elisions and the closing 's,
// and that words come in the order of the text, each a part of it.
func TestScanLosesNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	runes := []rune("aZé9ßΩжا์한韓が-‐.,'’+# \n—₂\u00ad\u0301ー")
	for range 5000 {
		list := make([]rune, 1+rng.IntN(20))
		for i := range list {
			list[i] = runes[rng.IntN(len(runes))]
		}
		s := string(list)
		covered, from, overlapping := make([]bool, len(s)), 0, 0
		for _, w := range scanned(s) {
			start := from
			if isPairOfCharacters(w.word) {
				start -= overlapping // a pair begins with the last character of the pair before
			}
			at := strings.Index(s[start:], w.word)
			if at < 0 {
				t.Fatalf("%q: the word %q does not stand behind byte %d", s, w.word, start)
			}
			at += start
			from, overlapping = at+len(w.word), 0
			for i := at; i < from; i++ {
				covered[i] = true
			}
			if isPairOfCharacters(w.word) {
				_, overlapping = utf8.DecodeLastRuneInString(w.word)
			}
		}
		for i, r := range s {
			if (unicode.IsLetter(r) || unicode.IsDigit(r)) && !covered[i] {
				t.Fatalf("%q: %q at byte %d is in none of the words %+v", s, r, i, scanned(s))
			}
		}
	}
}

// TestScanOfWrappedLines holds that where a body is wrapped changes no word of it and no phrase.
func TestScanOfWrappedLines(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	for range 300 {
		body := randomText(rng, 2+rng.IntN(20))
		want := scanned("Heading\n" + body)
		for _, space := range []string{"\n", "\t", "  ", "\r\n", " \n "} {
			if got := scanned("Heading\n" + strings.ReplaceAll(body, " ", space)); !slices.Equal(got, want) {
				t.Fatalf("%q with %q between words\n got %+v\nwant %+v", body, space, got, want)
			}
		}
		for i, w := range scanned("Heading\n" + strings.ReplaceAll(body, " ", "\n\n")) {
			if i > 0 && pair(w.word) == 0 && !w.apart {
				t.Fatalf("%q: a phrase spans the empty line before %q", body, w.word)
			}
		}
	}
}

// TestPairsOfARun holds that a run of n characters of a script without spaces gives n-1 pairs, which put together are
// the run, whatever stands around it.
func TestPairsOfARun(t *testing.T) {
	rng := rand.New(rand.NewPCG(13, 14))
	for _, script := range []string{"森林土壤养分循环", "ガラスびんサイズ", "ป่าไม้ดิน", "水ガ森ป"} {
		chars := []rune(script)
		for n := 1; n < 12; n++ {
			run := make([]rune, n)
			for i := range run {
				run[i] = chars[rng.IntN(len(chars))]
			}
			for _, around := range [][2]string{{"", ""}, {"soil", "xy"}, {"(", ")。"}, {"7", "-b"}, {" ", "\n"}} {
				s := around[0] + string(run) + around[1]
				var pairs []string
				for _, w := range scanned(s) {
					if Unspaced([]rune(w.word)[0]) {
						pairs = append(pairs, w.word)
					}
				}
				if want := max(1, n-1); len(pairs) != want {
					t.Fatalf("%q gives %q, want %d words", s, pairs, want)
				}
				joined := pairs[0]
				for i, p := range pairs[1:] {
					if !overlap(pairs[i], p) {
						t.Fatalf("%q: %q does not overlap %q", s, pairs[i], p)
					}
					joined += string([]rune(p)[1])
				}
				if joined != string(run) {
					t.Fatalf("%q: the pairs %q are %q together", s, pairs, joined)
				}
			}
		}
	}
}

// TestPartElisionsAgreesWithTerms holds that a text whose elisions are parted has the terms that it has unparted.
func TestPartElisionsAgreesWithTerms(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	nouns := []string{"érosion", "herbe", "orage", "usine", "eau", "ambre"}
	before := []string{"l'", "d’", "L’", "dell'", "qu'", "jusqu’", ""}
	for range 500 {
		var b strings.Builder
		for range 1 + rng.IntN(8) {
			b.WriteString(before[rng.IntN(len(before))] + nouns[rng.IntN(len(nouns))] + " ")
		}
		s := b.String()
		parted := PartElisions(s)
		if got, want := (Analyzer{}).Tokenise(parted), (Analyzer{}).Tokenise(s); !slices.Equal(got, want) {
			t.Fatalf("%q parted is %q with the terms %q, want %q", s, parted, got, want)
		}
		if strings.ContainsAny(parted, "'’") || PartElisions(parted) != parted {
			t.Fatalf("%q parted is %q, which has elisions left", s, parted)
		}
	}
}
