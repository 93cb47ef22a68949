package text

import (
	"cmp"
	"context"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Corpus is a sequence of tokenised documents. Words are held as numbers, about four bytes for each content word. The
// numbers of words and terms depend on which core read them first. So whatever is made from a Corpus must order terms
// by their text.
type Corpus struct {
	words  []word
	terms  []string
	expand []uint32 // term numbers of all words, see word
	forms  []string // their surface forms, beside expand
	chunks []chunk  // in the order of the documents
	docs   int
	pairs  map[uint64]uint32 // see AddPairs: terms of two words by the numbers of their words' terms
	met    map[uint64]tally  // pairs in at least metIn documents, once they were counted
	metIn  int
}

// word is one spelling that occurs in the corpus. It stands for the terms expand[from:to]; the first of them is that of
// the whole word.
type word struct{ from, to uint32 }

// chunk is a run of documents: the words of document i are tokens[ends[i-1]:ends[i]].
type chunk struct {
	first  int // number of its first document
	tokens []uint32
	pairs  []uint32 // the pair that each token ends, or noTerm; empty without pairs
	ends   []uint32
}

// A token is a word's number with two flags.
const (
	tokenTitle = 1 << 31 // stands in the title
	tokenApart = 1 << 30 // no phrase spans it and the token before
	tokenWord  = tokenApart - 1
)

// dropped is the number of spellings that stand for no term.
const dropped = tokenWord

// functional is set beside the number of a spelling that is a function word of another language than English.
const functional = 1 << 31

// Documents are handed to the workers in chunks of at most this many documents and bytes.
const (
	chunkDocs  = 256
	chunkBytes = 1 << 18
)

// Docs returns the number of documents.
func (c *Corpus) Docs() int { return c.docs }

// Terms returns every term of the corpus, by number. The caller must not change the slice.
func (c *Corpus) Terms() []string { return c.terms }

// Collect reads all documents, on all cores. It stops at the first error of docs, and when ctx is done. progress, if
// not nil, is called from time to time, from the calling goroutine, with the number of documents read.
func Collect(ctx context.Context, a Analyzer, docs iter.Seq2[string, error], progress func(done int)) (*Corpus, error) {
	type job struct {
		number, first int
		texts         []string
	}
	jobs := make(chan job, runtime.GOMAXPROCS(0))
	workers := make([]*collector, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for i := range workers {
		workers[i] = newCollector(a)
		wg.Go(func() {
			for j := range jobs {
				workers[i].read(j.number, j.first, j.texts)
			}
		})
	}
	n, number := 0, 0
	var err error
	var texts []string
	size := 0
	flush := func() {
		if len(texts) > 0 {
			jobs <- job{number, n - len(texts), texts}
			number++
			texts, size = nil, 0
			if progress != nil {
				progress(n)
			}
		}
	}
	for s, e := range docs {
		if err = e; err == nil {
			err = ctx.Err()
		}
		if err != nil {
			break
		}
		texts = append(texts, s)
		size += len(s)
		n++
		if len(texts) == chunkDocs || size >= chunkBytes {
			flush()
		}
	}
	flush()
	close(jobs)
	wg.Wait()
	if err != nil {
		return nil, err
	}
	return merge(workers, n, number), nil
}

// collector is one worker's part of a corpus, with numbers of its own.
type collector struct {
	analyzer Analyzer
	wordOf   map[string]uint32
	termOf   map[string]uint32
	spelling []string // of each word
	part     Corpus
	numbers  []int // of the chunks of part
	// functional has the languages other than English that a word is a function word of, by its number.
	functional map[uint32]languages
}

func newCollector(a Analyzer) *collector {
	return &collector{
		analyzer: a, wordOf: make(map[string]uint32), termOf: make(map[string]uint32), functional: make(map[uint32]languages),
	}
}

// read tokenises a chunk of documents.
func (w *collector) read(number, first int, texts []string) {
	k := chunk{first: first, ends: make([]uint32, 0, len(texts))}
	pending := true
	var doc reading
	take := func(spelling string, title, apart bool) {
		id, known := w.wordOf[spelling]
		if !known {
			id = w.learn(spelling)
		}
		pending = pending || apart
		if id == dropped {
			pending = true
			return
		}
		if id&functional != 0 {
			if id &= tokenWord; doc.stops(w.functional[id]) {
				pending = true
				return
			}
		}
		if title {
			id |= tokenTitle
		}
		if pending {
			id |= tokenApart
		}
		pending = false
		k.tokens = append(k.tokens, id)
	}
	for _, s := range texts {
		pending, doc = true, reading{text: s}
		scan(s, take)
		k.ends = append(k.ends, uint32(len(k.tokens)))
	}
	k.tokens = slices.Clip(k.tokens)
	w.part.chunks = append(w.part.chunks, k)
	w.numbers = append(w.numbers, number)
}

// learn gives a number to a spelling that has none yet.
func (w *collector) learn(spelling string) uint32 {
	spelling = strings.Clone(spelling)
	from := uint32(len(w.part.expand))
	w.analyzer.expand(spelling, nil, func(term, form string) {
		id, known := w.termOf[term]
		if !known {
			id = uint32(len(w.part.terms))
			w.termOf[term] = id
			w.part.terms = append(w.part.terms, term)
		}
		w.part.expand = append(w.part.expand, id)
		w.part.forms = append(w.part.forms, form)
	})
	id := uint32(dropped)
	if to := uint32(len(w.part.expand)); to > from {
		id = uint32(len(w.part.words))
		w.part.words = append(w.part.words, word{from, to})
		w.spelling = append(w.spelling, spelling)
		if set := functionWord(Fold(spelling)); set != 0 {
			w.functional[id] = set
			id |= functional
		}
	}
	w.wordOf[spelling] = id
	return id
}

// merge joins the workers' parts under the numbers of the first, and puts the chunks in order.
func merge(workers []*collector, docs, chunks int) *Corpus {
	to := workers[0]
	ordered := make([]chunk, chunks)
	for i, w := range workers {
		if i > 0 {
			renumber(w, to)
			w.wordOf, w.termOf = nil, nil
		}
		for j, number := range w.numbers {
			ordered[number] = w.part.chunks[j]
		}
	}
	to.part.docs, to.part.chunks = docs, ordered
	c := to.part // a copy, so that the tables of the workers can be let go
	return &c
}

// renumber adds the spellings and terms of w to those of to, and gives the tokens of w the numbers of to.
func renumber(w, to *collector) {
	number := make([]uint32, len(w.spelling))
	for i, s := range w.spelling {
		id, known := to.wordOf[s]
		if id &= tokenWord; !known {
			id = uint32(len(to.part.words))
			from := uint32(len(to.part.expand))
			for k := w.part.words[i].from; k < w.part.words[i].to; k++ {
				term := w.part.terms[w.part.expand[k]]
				t, ok := to.termOf[term]
				if !ok {
					t = uint32(len(to.part.terms))
					to.termOf[term] = t
					to.part.terms = append(to.part.terms, term)
				}
				to.part.expand = append(to.part.expand, t)
				to.part.forms = append(to.part.forms, w.part.forms[k])
			}
			to.part.words = append(to.part.words, word{from, uint32(len(to.part.expand))})
			to.wordOf[s] = id
		}
		number[i] = id
	}
	for _, k := range w.part.chunks {
		for i, t := range k.tokens {
			k.tokens[i] = t&^tokenWord | number[t&tokenWord]
		}
	}
}

// Counts holds how often each term stands in one document. It is handed on by [Corpus.Count] and reused.
type Counts struct {
	Terms []uint32 // numbers of the terms in the document, ascending
	Body  []uint16 // how often each stands outside the title
	Title []uint16 // how often each stands in the title
}

// Count calls f for every document of the corpus, on all cores, in no order between documents. worker says which of
// [Workers] runs f, for results that are summed per worker; counts is valid during the call.
func (c *Corpus) Count(f func(worker, doc int, counts *Counts)) {
	type scratch struct {
		seen   []uint32 // position in counts + 1, 0 for a term not met in this document
		counts Counts
	}
	own := make([]scratch, Workers())
	c.eachWithPairs(func(worker, doc int, tokens, pairs []uint32) {
		s := &own[worker]
		if s.seen == nil {
			s.seen = make([]uint32, len(c.terms))
		}
		c.countDoc(tokens, pairs, s.seen, &s.counts)
		f(worker, doc, &s.counts)
	})
}

// each calls f with the tokens of every document, on all cores.
func (c *Corpus) each(f func(worker, doc int, tokens []uint32)) {
	c.eachWithPairs(func(worker, doc int, tokens, _ []uint32) { f(worker, doc, tokens) })
}

// eachWithPairs calls f with the tokens of every document and the pairs that they end, on all cores.
func (c *Corpus) eachWithPairs(f func(worker, doc int, tokens, pairs []uint32)) {
	c.eachChunk(func(worker int, k *chunk) {
		from := uint32(0)
		for d, to := range k.ends {
			var pairs []uint32
			if k.pairs != nil {
				pairs = k.pairs[from:to]
			}
			f(worker, k.first+d, k.tokens[from:to], pairs)
			from = to
		}
	})
}

// eachChunk calls f with every chunk, on all cores.
func (c *Corpus) eachChunk(f func(worker int, k *chunk)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for worker := range Workers() {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(c.chunks) {
					return
				}
				f(worker, &c.chunks[i])
			}
		})
	}
	wg.Wait()
}

// Workers returns how many workers a parallel pass over a corpus has.
func Workers() int { return runtime.GOMAXPROCS(0) }

// countDoc fills counts from the tokens and pairs of one document; seen is all zero before and after.
func (c *Corpus) countDoc(tokens, pairs, seen []uint32, counts *Counts) {
	counts.Terms, counts.Body, counts.Title = counts.Terms[:0], counts.Body[:0], counts.Title[:0]
	c.occurrences(tokens, pairs, func(term uint32, _ bool) {
		if seen[term] == 0 {
			counts.Terms = append(counts.Terms, term)
			seen[term] = 1
		}
	})
	slices.Sort(counts.Terms)
	for i, term := range counts.Terms {
		seen[term] = uint32(i) + 1
	}
	counts.Body = append(counts.Body, make([]uint16, len(counts.Terms))...)
	counts.Title = append(counts.Title, make([]uint16, len(counts.Terms))...)
	c.occurrences(tokens, pairs, func(term uint32, title bool) {
		n := &counts.Body[seen[term]-1]
		if title {
			n = &counts.Title[seen[term]-1]
		}
		if *n < 1<<16-1 {
			*n++
		}
	})
	for _, term := range counts.Terms {
		seen[term] = 0
	}
}

// occurrences calls f for every term of a document: those of its words, and the pairs that were added.
func (c *Corpus) occurrences(tokens, pairs []uint32, f func(term uint32, title bool)) {
	for i, t := range tokens {
		w := c.words[t&tokenWord]
		for _, term := range c.expand[w.from:w.to] {
			f(term, t&tokenTitle != 0)
		}
		if pairs != nil && pairs[i] != noTerm {
			f(pairs[i], t&tokenTitle != 0)
		}
	}
}

func pairKey(x, y uint32) uint64 { return uint64(x)<<32 | uint64(y) }

// AddPairs makes terms of the pairs of words that follow each other, with nothing but space between, in at least
// minDocs documents: PairTerm of both words' terms. Of more than limit such pairs, those in most documents are taken.
func (c *Corpus) AddPairs(minDocs, limit int) {
	l := &learner{c: c, opt: PhraseOptions{MinDocs: minDocs}}
	l.countWords()
	found := l.frequentPairs()
	type pair struct {
		key  uint64
		docs uint32
	}
	list := make([]pair, 0, len(found))
	for key, t := range found {
		list = append(list, pair{key, t.docs})
	}
	first := func(p pair) string { return c.terms[p.key>>32] }
	second := func(p pair) string { return c.terms[uint32(p.key)] }
	slices.SortFunc(list, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.docs, a.docs), strings.Compare(first(a), first(b)), strings.Compare(second(a), second(b)))
	})
	c.pairs = make(map[uint64]uint32, min(limit, len(list)))
	for _, p := range list[:min(limit, len(list))] {
		c.pairs[p.key] = uint32(len(c.terms))
		c.terms = append(c.terms, PairTerm(first(p), second(p)))
	}
	c.eachChunk(func(_ int, k *chunk) {
		k.pairs = make([]uint32, len(k.tokens))
		for i, t := range k.tokens {
			k.pairs[i] = noTerm
			if i > 0 && t&tokenApart == 0 {
				if term, ok := c.pairs[pairKey(l.term(k.tokens[i-1]), l.term(t))]; ok {
					k.pairs[i] = term
				}
			}
		}
	})
}

// PairTerm is the term for two terms that follow each other.
func PairTerm(first, second string) string { return first + " " + second }

// IsPair reports whether a term is a pair of words.
func IsPair(term string) bool { return strings.Contains(term, " ") }
