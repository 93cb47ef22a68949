package text

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// TestFoldOfLetters folds every letter of the Latin, Greek and Cyrillic blocks: composed or not, capital or small, it is
// the same, and folding again changes nothing. Latin letters of European languages become those of ASCII.
func TestFoldOfLetters(t *testing.T) {
	for r := rune(0xc0); r < 0x530; r++ {
		if !unicode.IsLetter(r) || unicode.Is(unicode.Lm, r) {
			continue
		}
		s := string(r)
		folded := Fold(s)
		if again := Fold(folded); again != folded {
			t.Errorf("%q folds to %q, and that to %q", s, folded, again)
		}
		if apart := Fold(norm.NFD.String(s)); apart != folded {
			t.Errorf("%q folds to %q, its decomposed form to %q", s, folded, apart)
		}
		if up := unicode.ToUpper(r); unicode.ToLower(up) == r && r != 0x3f2 { // the lunate sigma is spelled out as the one that ends words
			if capital := Fold(string(up)); capital != folded {
				t.Errorf("%q folds to %q, its capital %q to %q", s, folded, string(up), capital)
			}
		}
		if r > 0x17e || strings.ContainsRune("ĸĿŀŉŦŧ", r) { // a letter with a sign beside it, and those of no language known here
			continue
		}
		if strings.Trim(folded, "abcdefghijklmnopqrstuvwxyz") != "" || folded == "" {
			t.Errorf("%q folds to %q, want letters of ASCII", s, folded)
		}
	}
}

// TestStemOfPlurals holds that a regular plural and its singular are one term, and that stems are stems.
func TestStemOfPlurals(t *testing.T) {
	rng := rand.New(rand.NewPCG(17, 18))
	const vowels, consonants = "aiou", "bdfgklmnprtvw"
	for range 5000 {
		var b strings.Builder
		for range 2 + rng.IntN(3) {
			b.WriteByte(consonants[rng.IntN(len(consonants))])
			b.WriteByte(vowels[rng.IntN(len(vowels))])
		}
		root := b.String()
		for singular, plural := range map[string]string{
			root + "n": root + "ns", root + "re": root + "res", root + "ty": root + "ties", root + "x": root + "xes", root + "ss": root + "sses",
			root + "sh": root + "shes", root + "tch": root + "tches", root + "oy": root + "oys",
		} {
			if one, many := stem(singular), stem(plural); one != singular || many != singular {
				t.Fatalf("%q has the stem %q, %q has %q", singular, one, plural, many)
			}
		}
		for _, kept := range []string{root + "us", root + "is", root + "ness", root + "ing", root + "ed", root + "-2s", root + "sö", root[:2] + "s"} {
			if got := stem(kept); got != kept {
				t.Fatalf("%q has the stem %q", kept, got)
			}
		}
	}
}

// TestLanguageOfWords puts texts together from function words of one language among invented words: the text is of the
// language whatever the order, spelling of accents and capitals at the start, and of none where English has as many.
func TestLanguageOfWords(t *testing.T) {
	rng := rand.New(rand.NewPCG(19, 20))
	of := map[languages][]string{}
	for _, w := range slices.Sorted(maps.Keys(functionWords)) {
		if set := functionWords[w]; set&(set-1) == 0 && len(w) > 2 {
			of[set] = append(of[set], w)
		}
	}
	if len(of) != 11 {
		t.Fatalf("%d languages have function words of their own", len(of))
	}
	draw := func(list []string, n int) (out []string) {
		for _, i := range rng.Perm(len(list))[:n] {
			out = append(out, list[i])
		}
		return out
	}
	for l, own := range of {
		if l == english {
			continue
		}
		for range 200 {
			n := leastFunctionWords + rng.IntN(4)
			words := draw(own, n)
			for i := range n * (maxPerFunctionWord - 1) {
				words = append(words, fmt.Sprintf("qu%czzoft", 'a'+i))
			}
			rng.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
			s := strings.ToUpper(words[0][:1]) + strings.Join(words, " ")[1:]
			if got := textLanguage(s); got != l {
				t.Fatalf("%q is taken for %b, want %b", s, got, l)
			}
			for _, term := range (Analyzer{}).Tokenise(s) {
				if functionWords[term]&l != 0 {
					t.Fatalf("%q has the term %q", s, term)
				}
			}
			if got := textLanguage(s + " quzz"); got != 0 {
				t.Fatalf("one function word in more than %d: %q is taken for %b", maxPerFunctionWord, s, got)
			}
			mixed := s + " " + strings.Join(draw(of[english], n), " ")
			if got := textLanguage(mixed); got != 0 {
				t.Fatalf("%q is taken for %b, and has as many words of English", mixed, got)
			}
		}
		if s := own[0] + " " + own[0] + " " + own[0]; textLanguage(s) != 0 {
			t.Errorf("%q, one word three times, is taken for %b", s, textLanguage(s))
		}
	}
}

// TestSurfacesAgainstPlainLoop holds the form that each term is shown in against a count over the terms of each text,
// on one core and on four.
func TestSurfacesAgainstPlainLoop(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	spellings := []string{"Graph", "graphs", "GRAPH", "graph", "k-means", "K-Means", "k\u2010means", "naïve", "Naive", "naive", "Erosion", "erosion"}
	docs := make([]string, 600)
	for i := range docs {
		words := make([]string, 12)
		for j := range words {
			words[j] = spellings[min(rng.IntN(len(spellings)), rng.IntN(len(spellings)))]
		}
		docs[i] = strings.Join(words[:4], ", ") + "\n" + strings.Join(words[4:], ", ")
	}
	docs = append(docs, "Levee\nDikes", "LEVEE\nDikes", "Levee levee LEVEE\ndikes") // ties, and a term of titles alone
	counted := map[string]map[string]use{}
	for _, d := range docs {
		for term := range (Analyzer{}).Terms(d) {
			if counted[term.Text] == nil {
				counted[term.Text] = map[string]use{}
			}
			u := counted[term.Text][term.Surface]
			if term.Title {
				u.title++
			} else {
				u.body++
			}
			counted[term.Text][term.Surface] = u
		}
	}
	for _, cores := range []int{1, 4} {
		before := runtime.GOMAXPROCS(cores)
		c := mustCollect(t, docs...)
		surfaces := c.Surfaces()
		runtime.GOMAXPROCS(before)
		if len(surfaces) != len(counted) {
			t.Fatalf("%d terms, want %d", len(surfaces), len(counted))
		}
		for id, term := range c.Terms() {
			shown := counted[term][surfaces[id]]
			for form, u := range counted[term] {
				if better := u.compare(shown); better > 0 || better == 0 && form < surfaces[id] {
					t.Errorf("%d cores: %q is shown as %q, which stands %v times; %q stands %v times", cores, term, surfaces[id], shown, form, u)
				}
			}
		}
	}
}

// TestPhrasesOfDocuments holds what LearnPhrases says of each document against a loop over its terms, triples among
// them, and that neither the order of the documents nor the number of cores changes the phrases.
func TestPhrasesOfDocuments(t *testing.T) {
	docs := someDocs(400)
	for i := range docs {
		if i%3 == 0 {
			docs[i] = "Gravel bed rivers\n" + docs[i] + " A gravel bed river, gravel bed rivers. Gravel, bed river."
		}
	}
	opt := PhraseOptions{MinDocs: 4, MinNPMI: 0.2}
	learn := func(docs []string, cores int) *Phrases {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
		p, err := LearnPhrases(context.Background(), mustCollect(t, docs...), opt)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := learn(docs, 4)
	number, triples := map[string]uint32{}, 0
	for i, terms := range p.Terms {
		number[strings.Join(terms, " ")] = uint32(i)
		if len(terms) == 3 {
			triples++
		}
	}
	if i, ok := number["gravel bed river"]; !ok || p.Names[i] != "gravel bed rivers" && p.Names[i] != "gravel bed river" || triples == len(number) {
		t.Fatalf("phrases %q", p.Names)
	}
	df := make([]uint32, len(p.DF))
	for d, s := range docs {
		count, inTitle := map[uint32]uint32{}, map[uint32]bool{}
		var run []Term // terms that follow each other
		for term := range (Analyzer{}).Terms(s) {
			if term.Part {
				continue
			}
			if term.Apart {
				run = run[:0]
			}
			run = append(run, term)
			for n := 2; n <= min(3, len(run)); n++ {
				var key []string
				for _, w := range run[len(run)-n:] {
					key = append(key, w.Text)
				}
				if id, ok := number[strings.Join(key, " ")]; ok {
					count[id]++
					inTitle[id] = inTitle[id] || run[len(run)-n].Title
				}
			}
		}
		for id := range count {
			df[id]++
		}
		from, to := p.Ptr[d], p.Ptr[d+1]
		if !slices.Equal(p.Index[from:to], slices.Sorted(maps.Keys(count))) {
			t.Fatalf("document %d has the phrases %v, want %v", d, p.Index[from:to], count)
		}
		for i := from; i < to; i++ {
			if id := p.Index[i]; p.Counts[i] != count[id] || p.InTitle[i] != inTitle[id] {
				t.Fatalf("document %d: %q %d times, in the title %v; want %d, %v", d, p.Names[id], p.Counts[i], p.InTitle[i], count[id], inTitle[id])
			}
		}
	}
	if !slices.Equal(df, p.DF) {
		t.Errorf("documents of the phrases %v, want %v", p.DF, df)
	}
	slices.Reverse(docs)
	for _, cores := range []int{1, 4} {
		if again := learn(docs, cores); !slices.Equal(again.Names, p.Names) || !slices.Equal(again.DF, p.DF) {
			t.Errorf("the other way round on %d cores: %q, want %q", cores, again.Names, p.Names)
		}
	}
	opt.Max = 5
	few := learn(docs, 4)
	least := slices.Min(few.DF)
	for i, n := range p.DF {
		if n > least && !slices.Contains(few.Names, p.Names[i]) {
			t.Errorf("of %d phrases, %q in %d documents is left out, and one in %d is kept", opt.Max, p.Names[i], n, least)
		}
	}
	if len(few.Names) != opt.Max {
		t.Errorf("%d phrases, want %d", len(few.Names), opt.Max)
	}
}

// TestShownPairsHoldTheirCharacters holds that a pair of characters is shown in a run that stands in a text, of at most
// maxJoined characters, whatever the words.
func TestShownPairsHoldTheirCharacters(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	chars := []rune("森林土壤养分循环坡地侵蚀模型")
	var docs []string
	for range 200 {
		at := rng.IntN(len(chars) - 5)
		docs = append(docs, string(chars[at:at+2+rng.IntN(4)])+"。"+string(chars[rng.IntN(len(chars)-2):]))
	}
	all := strings.Join(docs, "\n")
	c := mustCollect(t, docs...)
	c.AddPairs(2, 1<<20)
	joined := 0
	for i, s := range c.Surfaces() {
		n := utf8.RuneCountInString(s)
		if n > maxJoined || !strings.Contains(strings.ReplaceAll(all, "\n", ""), strings.ReplaceAll(s, " ", "")) {
			t.Errorf("%q is shown as %q", c.Terms()[i], s)
		}
		if n > 2 {
			joined++
		}
	}
	if joined == 0 {
		t.Error("no pair was joined with another")
	}
}
