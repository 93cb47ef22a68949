package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Chinese, Japanese and Thai are written without spaces, and their terms are overlapping pairs of characters. A pair
// that has a particle is no term. What is shown for a pair is the word that it mostly stands in, which is put together
// from pairs by how often they follow each other in the corpus (有限 and 限元 are 有限元).
//
// A segmenter would need a dictionary: the one of github.com/go-ego/gse alone has more megabytes than the base model.

// Particles: a pair with one of them is part of no word, but for the words of particleWords.
const (
	chineseParticles = "的了与與及是们們吗嗎呢吧"
	kanaParticles    = "をのはがにとでもへやてたしるすなれこそありけかっう"
)

// particleWords are the words of two characters that have a particle.
var particleWords = wordsOf("目的 标的 標的 的确 的確 了解 参与 參與 涉及 普及 埃及 及时 及時 危及 波及")

func wordsOf(list string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// isGrammar reports that a pair of characters is no word or part of one: it has a particle, or joins the end of a
// Japanese word to its ending.
func isGrammar(pair string) bool {
	first, w := utf8.DecodeRuneInString(pair)
	second, _ := utf8.DecodeRuneInString(pair[w:])
	a, b := unicode.Is(unicode.Hiragana, first), unicode.Is(unicode.Hiragana, second)
	switch {
	case a && b:
		return strings.ContainsRune(kanaParticles, first) || strings.ContainsRune(kanaParticles, second)
	case a || b:
		return true
	case strings.ContainsRune(chineseParticles, first) || strings.ContainsRune(chineseParticles, second):
		return !particleWords[pair]
	}
	return false
}

// Joining of pairs: a pair is shown within the word that it stands in at least withinWord of the times, which has at
// most maxJoined characters, if pair and neighbour stand together in minJoined documents. It is no part of a word, but
// the end of one and the beginning of the next, if its characters stand together less than cohesive of the times that
// the rarer of them is met.
const (
	withinWord = 0.55
	cohesive   = 0.35
	maxJoined  = 8
	minJoined  = 2
)

// joiner knows, of every pair of characters, the pair that mostly comes before and after it.
type joiner struct {
	form         map[uint32]string // of each term that is a pair
	before, next map[uint32]uint32
	seam         map[uint32]bool // pairs that are the end of a word and the beginning of the next
}

// newJoiner returns the joiner of a corpus, nil if it has no pairs of characters.
func newJoiner(c *Corpus) *joiner {
	j := &joiner{
		form: make(map[uint32]string), before: make(map[uint32]uint32), next: make(map[uint32]uint32), seam: make(map[uint32]bool),
	}
	for _, w := range c.words {
		if f := c.forms[w.from]; f[0] >= utf8.RuneSelf && isPairOfCharacters(f) {
			j.form[c.expand[w.from]] = f
		}
	}
	if len(j.form) == 0 {
		return nil
	}
	l := &learner{c: c, opt: PhraseOptions{MinDocs: max(minJoined, c.metIn)}}
	l.countWords()
	j.findSeams(l)
	for key, t := range l.frequentPairs() {
		x, y := uint32(key>>32), uint32(key)
		if !overlap(j.form[x], j.form[y]) {
			continue
		}
		// More than half of the times can be met by one neighbour alone, whatever the order of the keys.
		if !j.seam[y] && float64(t.count) >= withinWord*float64(l.count[x]) {
			j.next[x] = y
		}
		if !j.seam[x] && float64(t.count) >= withinWord*float64(l.count[y]) {
			j.before[y] = x
		}
	}
	return j
}

// findSeams fills seam.
func (j *joiner) findSeams(l *learner) {
	first, second := make(map[rune]uint64), make(map[rune]uint64)
	ends := func(form string) (a, b rune) {
		a, w := utf8.DecodeRuneInString(form)
		b, _ = utf8.DecodeRuneInString(form[w:])
		return a, b
	}
	for term, form := range j.form {
		a, b := ends(form)
		first[a] += l.count[term]
		second[b] += l.count[term]
	}
	for term, form := range j.form {
		a, b := ends(form)
		// A character is the first of a pair, the last of one, or mostly both.
		if rarer := min(max(first[a], second[a]), max(first[b], second[b])); float64(l.count[term]) < cohesive*float64(rarer) {
			j.seam[term] = true
		}
	}
}

// isPairOfCharacters reports that s is two characters of a script without spaces.
func isPairOfCharacters(s string) bool {
	return pair(s) == len(s) && utf8.RuneCountInString(s) == 2
}

// overlap reports that two pairs of characters share one: the last of the first is the first of the second.
func overlap(x, y string) bool {
	if x == "" || y == "" {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(x)
	first, _ := utf8.DecodeRuneInString(y)
	return last == first
}

// wordOf returns the word that a pair mostly stands in. Of a pair that is a seam, that is the word before or after it,
// if there is one that it always stands beside.
func (j *joiner) wordOf(term uint32) string {
	if j.seam[term] {
		if x, ok := j.before[term]; ok {
			return j.word(x, x, j.form[x])
		}
		if y, ok := j.next[term]; ok {
			return j.word(y, y, j.form[y])
		}
		return j.form[term]
	}
	return j.word(term, term, j.form[term])
}

// word returns the word that the run of pairs from first to last mostly stands in; run is how it is written itself.
func (j *joiner) word(first, last uint32, run string) string {
	length := utf8.RuneCountInString(run)
	for ; length < maxJoined; length++ {
		x, ok := j.before[first]
		if !ok {
			break
		}
		r, _ := utf8.DecodeRuneInString(j.form[x])
		run, first = string(r)+run, x
	}
	for ; length < maxJoined; length++ {
		y, ok := j.next[last]
		if !ok {
			break
		}
		r, _ := utf8.DecodeLastRuneInString(j.form[y])
		run, last = run+string(r), y
	}
	return run
}

// joinWords writes the words of a phrase: with spaces, and pairs of characters that overlap as one word.
func joinWords(words []string) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i == 0:
		case isPairOfCharacters(w) && overlap(words[i-1], w) && isPairOfCharacters(words[i-1]):
			_, n := utf8.DecodeRuneInString(w)
			w = w[n:]
		default:
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

// Korean writes particles to the words before them. Those that follow a syllable with a final consonant, those that
// follow one without, and those that follow either.
var (
	afterFinal = wordsOf("을 은 이 과 으로 이나")
	afterOpen  = wordsOf("를 는 가 와 로 나")
	afterAny   = wordsOf("에 의 에서 에게 부터 까지 에는 에서는")
)

// leastSyllables is how many syllables a Korean word has at least from which a particle is taken. Shorter ones are too
// often words whose last syllable looks like one (평가, 효과).
const leastSyllables = 3

// withoutParticle takes the particle from a folded Korean word.
func withoutParticle(word string) string {
	syllables := []rune(word)
	for _, r := range syllables {
		if r < '가' || r > '힣' {
			return word
		}
	}
	for n := min(3, len(syllables)-2); n > 0; n-- {
		at := len(syllables) - n
		particle, final := string(syllables[at:]), (syllables[at-1]-'가')%28
		const rieul = 8
		switch {
		case len(syllables) < leastSyllables:
		case particle == "의" && strings.ContainsRune("주정논회강", syllables[at-1]): // 주의, 정의, 논의, 회의, 강의
		case afterAny[particle], final != 0 && afterFinal[particle], (final == 0 || final == rieul && particle == "로") && afterOpen[particle]:
			return string(syllables[:at])
		}
	}
	return word
}
