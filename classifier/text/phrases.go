package text

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/bits"
	"slices"
	"sync/atomic"
)

// PhraseOptions steer LearnPhrases. The zero value is the default.
type PhraseOptions struct {
	MinDocs int     // documents a phrase must stand in; 0 means √documents / 20 and at least 2
	MinNPMI float64 // least association of its words, see LearnPhrases; 0 means DefaultNPMI
	Max     int     // most phrases, those in most documents being kept; 0 means DefaultPhrases
}

// Defaults of PhraseOptions.
const (
	DefaultNPMI    = 0.3
	DefaultPhrases = 20_000
)

// Validate reports options that cannot be meant.
func (o PhraseOptions) Validate() error {
	if o.MinDocs < 0 || o.Max < 0 || !(o.MinNPMI >= 0 && o.MinNPMI <= 1) {
		return errors.New("text: MinDocs and Max must not be negative, MinNPMI between 0 and 1")
	}
	return nil
}

// Phrases are the frequent phrases of a corpus: two or three terms that follow each other more often than by chance.
type Phrases struct {
	Names []string   // surface form of each, in ascending order of their terms
	Terms [][]string // the terms of each
	DF    []uint32   // documents that have it
	// The phrases of document d are Index[Ptr[d]:Ptr[d+1]], ascending; Counts says how often each stands there, InTitle
	// whether in the title.
	Ptr     []int64
	Index   []uint32
	Counts  []uint32
	InTitle []bool
}

// phrase is a candidate: its words by number of their term.
type phrase struct {
	terms [3]uint32 // the third is noTerm in a pair
	count uint64    // occurrences
	docs  uint32
}

const noTerm = math.MaxUint32

// LearnPhrases finds the frequent pairs and triples of words of a corpus. The words of a phrase follow each other with
// nothing but space between, no stop word and no punctuation. A phrase stands in enough documents, and its words are
// associated by normalised pointwise mutual information
//
//	ln(p(xy) / (p(x)·p(y))) / −ln p(xy)
//
// of at least MinNPMI. It is 0 for independent words, and 1 for words that never occur apart (Bouma, "Normalized
// (pointwise) mutual information in collocation extraction", GSCL 2009). In a triple, x is a phrase itself. Memory is
// bounded by a first pass that counts pairs in hash buckets (Park, Chen, Yu, "An effective hash-based algorithm for
// mining association rules", SIGMOD 1995).
func LearnPhrases(ctx context.Context, c *Corpus, opt PhraseOptions) (*Phrases, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	opt.MinDocs = cmp.Or(opt.MinDocs, max(2, int(math.Round(math.Sqrt(float64(c.docs))/20))))
	opt.MinNPMI, opt.Max = cmp.Or(opt.MinNPMI, DefaultNPMI), cmp.Or(opt.Max, DefaultPhrases)
	l := &learner{c: c, opt: opt}
	l.countWords()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	pairs := l.pairs()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return l.finish(append(l.triples(pairs), pairs...)), ctx.Err()
}

// learner holds what the passes of LearnPhrases share.
type learner struct {
	c     *Corpus
	opt   PhraseOptions
	count []uint64 // occurrences of each term as a whole word
	total float64
	plain []bool // terms that may be part of a phrase: not numbers
}

func (l *learner) countWords() {
	l.count, l.plain = make([]uint64, len(l.c.terms)), make([]bool, len(l.c.terms))
	for i, u := range l.c.uses() {
		n := uint64(u.body) + uint64(u.title)
		l.count[l.c.expand[l.c.words[i].from]] += n
		l.total += float64(n)
	}
	for i, t := range l.c.terms {
		l.plain[i] = !numeric(t)
	}
}

// term returns the term that a token stands for as a whole.
func (l *learner) term(token uint32) uint32 { return l.c.expand[l.c.words[token&tokenWord].from] }

// joined reports that token i+1 follows token i within a phrase.
func (l *learner) joined(tokens []uint32, i int) bool {
	return i+1 < len(tokens) && tokens[i+1]&tokenApart == 0
}

// npmi returns the normalised pointwise mutual information of two events that occur x and y times, and together xy
// times.
func (l *learner) npmi(x, y, xy uint64) float64 {
	pxy := float64(xy) / l.total
	if pxy >= 1 {
		return 1
	}
	return math.Log(pxy*l.total/float64(x)*l.total/float64(y)) / -math.Log(pxy)
}

// tally counts keys over the documents: how often each stands in the corpus and in how many documents.
type tally struct{ count, docs uint32 }

// frequent counts the keys that keys gives for each document and returns those in at least MinDocs documents.
func (l *learner) frequent(keys func(tokens []uint32, dst []uint64) []uint64) map[uint64]tally {
	size := min(max(bits.Len(uint(l.total)), 12), 24)
	buckets := make([]atomic.Uint32, 1<<size)
	bucket := func(key uint64) uint64 { return key * 0x9e3779b97f4a7c15 >> (64 - size) }
	scratch := make([][]uint64, Workers())
	perDoc := func(worker int, tokens []uint32, f func(key uint64, count uint32)) {
		list := keys(tokens, scratch[worker][:0])
		slices.Sort(list)
		for i := 0; i < len(list); {
			j := i + 1
			for j < len(list) && list[j] == list[i] {
				j++
			}
			f(list[i], uint32(j-i))
			i = j
		}
		scratch[worker] = list
	}
	l.c.each(func(worker, _ int, tokens []uint32) {
		perDoc(worker, tokens, func(key uint64, _ uint32) { buckets[bucket(key)].Add(1) })
	})
	parts := make([]map[uint64]tally, Workers())
	for i := range parts {
		parts[i] = make(map[uint64]tally)
	}
	least := uint32(l.opt.MinDocs)
	l.c.each(func(worker, _ int, tokens []uint32) {
		perDoc(worker, tokens, func(key uint64, count uint32) {
			if buckets[bucket(key)].Load() >= least {
				t := parts[worker][key]
				parts[worker][key] = tally{t.count + count, t.docs + 1}
			}
		})
	})
	all := parts[0]
	for _, p := range parts[1:] {
		for key, t := range p {
			s := all[key]
			all[key] = tally{s.count + t.count, s.docs + t.docs}
		}
	}
	for key, t := range all {
		if t.docs < least {
			delete(all, key)
		}
	}
	return all
}

// frequentPairs counts the pairs of different words, neither a number, that follow each other, and returns those in at
// least MinDocs documents. The corpus keeps the count, because pairs are counted for terms and for phrases.
func (l *learner) frequentPairs() map[uint64]tally {
	if l.c.met != nil && l.c.metIn <= l.opt.MinDocs {
		found := make(map[uint64]tally)
		for key, t := range l.c.met {
			if int(t.docs) >= l.opt.MinDocs {
				found[key] = t
			}
		}
		return found
	}
	l.c.metIn = l.opt.MinDocs
	l.c.met = l.frequent(func(tokens []uint32, dst []uint64) []uint64 {
		for i := range tokens {
			if l.joined(tokens, i) {
				if x, y := l.term(tokens[i]), l.term(tokens[i+1]); x != y && l.plain[x] && l.plain[y] {
					dst = append(dst, pairKey(x, y))
				}
			}
		}
		return dst
	})
	return l.c.met
}

// pairs returns the phrases of two words.
func (l *learner) pairs() []phrase {
	var out []phrase
	for key, t := range l.frequentPairs() {
		x, y := uint32(key>>32), uint32(key)
		if l.npmi(l.count[x], l.count[y], uint64(t.count)) >= l.opt.MinNPMI {
			out = append(out, phrase{[3]uint32{x, y, noTerm}, uint64(t.count), t.docs})
		}
	}
	return out
}

// triples returns the phrases of three words that extend pairs by a word at the end.
func (l *learner) triples(pairs []phrase) []phrase {
	number := make(map[uint64]uint32, len(pairs))
	for i, p := range pairs {
		number[pairKey(p.terms[0], p.terms[1])] = uint32(i)
	}
	found := l.frequent(func(tokens []uint32, dst []uint64) []uint64 {
		for i := range tokens {
			if !l.joined(tokens, i) || !l.joined(tokens, i+1) {
				continue
			}
			x, y, z := l.term(tokens[i]), l.term(tokens[i+1]), l.term(tokens[i+2])
			p, ok := number[pairKey(x, y)]
			if _, tail := number[pairKey(y, z)]; ok && tail && z != x {
				dst = append(dst, pairKey(p, z))
			}
		}
		return dst
	})
	var out []phrase
	for key, t := range found {
		p, z := pairs[key>>32], uint32(key)
		if l.npmi(p.count, l.count[z], uint64(t.count)) >= l.opt.MinNPMI {
			out = append(out, phrase{[3]uint32{p.terms[0], p.terms[1], z}, uint64(t.count), t.docs})
		}
	}
	return out
}

// compare orders phrases by their terms.
func (l *learner) compare(a, b phrase) int {
	for k := range a.terms {
		switch {
		case a.terms[k] == b.terms[k]:
		case a.terms[k] == noTerm:
			return -1
		case b.terms[k] == noTerm:
			return 1
		default:
			return cmp.Compare(l.c.terms[a.terms[k]], l.c.terms[b.terms[k]])
		}
	}
	return 0
}

// finish chooses and orders the phrases, finds them in the documents and names them.
func (l *learner) finish(list []phrase) *Phrases {
	if len(list) > l.opt.Max {
		slices.SortFunc(list, func(a, b phrase) int { return cmp.Or(cmp.Compare(b.docs, a.docs), l.compare(a, b)) })
		list = list[:l.opt.Max]
	}
	slices.SortFunc(list, l.compare)
	out := &Phrases{DF: make([]uint32, len(list)), Terms: make([][]string, len(list)), Ptr: make([]int64, l.c.docs+1)}
	number := make(map[[3]uint32]uint32, len(list))
	for i, p := range list {
		number[p.terms] = uint32(i)
		out.DF[i] = p.docs
		for _, t := range p.terms {
			if t != noTerm {
				out.Terms[i] = append(out.Terms[i], l.c.terms[t])
			}
		}
	}
	spellings := l.place(number, out)
	out.Names = l.name(spellings, len(list))
	return out
}

// spelling is a phrase, by its number, with the words that it is written with.
type spelling struct {
	phrase uint32
	words  [3]uint32
}

// place fills in which phrases each document has, and counts their spellings.
func (l *learner) place(number map[[3]uint32]uint32, out *Phrases) map[spelling]use {
	rows := make([][]uint32, l.c.docs) // number of the phrase times 2, plus 1 in the title
	parts := make([]map[spelling]use, Workers())
	for i := range parts {
		parts[i] = make(map[spelling]use)
	}
	l.c.each(func(worker, doc int, tokens []uint32) {
		var row []uint32
		meet := func(terms, words [3]uint32, title bool) {
			id, ok := number[terms]
			if !ok {
				return
			}
			at := id << 1
			if title {
				at |= 1
			}
			row = append(row, at)
			key := spelling{id, words}
			u := parts[worker][key]
			if title {
				u.title++
			} else {
				u.body++
			}
			parts[worker][key] = u
		}
		for i, t := range tokens {
			if !l.joined(tokens, i) {
				continue
			}
			u, title := tokens[i+1], t&tokenTitle != 0
			meet([3]uint32{l.term(t), l.term(u), noTerm}, [3]uint32{t & tokenWord, u & tokenWord, noTerm}, title)
			if l.joined(tokens, i+1) {
				v := tokens[i+2]
				meet([3]uint32{l.term(t), l.term(u), l.term(v)}, [3]uint32{t & tokenWord, u & tokenWord, v & tokenWord}, title)
			}
		}
		slices.Sort(row)
		rows[doc] = row
	})
	for d, row := range rows {
		for i := 0; i < len(row); {
			j := i + 1
			for j < len(row) && row[j]>>1 == row[i]>>1 {
				j++
			}
			out.Index, out.Counts = append(out.Index, row[i]>>1), append(out.Counts, uint32(j-i))
			out.InTitle = append(out.InTitle, row[j-1]&1 == 1)
			i = j
		}
		out.Ptr[d+1] = int64(len(out.Index))
	}
	all := parts[0]
	for _, p := range parts[1:] {
		for key, u := range p {
			s := all[key]
			all[key] = use{s.body + u.body, s.title + u.title}
		}
	}
	return all
}

// name returns the spelling that each phrase has most often, as a term's surface form is chosen.
func (l *learner) name(spellings map[spelling]use, n int) []string {
	type candidate struct {
		text string
		use  use
	}
	best := make([]candidate, n)
	merged := make(map[uint32]map[string]use)
	for s, u := range spellings {
		words := make([]string, 0, 3)
		for _, w := range s.words {
			if w != noTerm {
				words = append(words, l.c.forms[l.c.words[w].from])
			}
		}
		text := joinWords(words)
		if merged[s.phrase] == nil {
			merged[s.phrase] = make(map[string]use)
		}
		m := merged[s.phrase][text]
		merged[s.phrase][text] = use{m.body + u.body, m.title + u.title}
	}
	for id, texts := range merged {
		for text, u := range texts {
			b := &best[id]
			if c := u.compare(b.use); b.text == "" || c > 0 || c == 0 && text < b.text {
				*b = candidate{text, u}
			}
		}
	}
	names := make([]string, n)
	for i, b := range best {
		names[i] = b.text
	}
	return names
}
