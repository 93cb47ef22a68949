// Package tfidf weighs terms: the weight of a term in a document is its dampened frequency there times its inverse
// document frequency (idf) in the corpus. The weights of a document are a sparse row of unit length, so that the inner
// product of two rows is their cosine. A document without a known term has an empty row.
//
// The package holds vocabulary, counting and weighting, and their stages for the pipeline of
// github.com/james-bowman/nlp. How text becomes terms belongs in package text; dense vectors belong in package lsa.
package tfidf

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"kindred/classifier/text"
	"kindred/classifier/vec"
)

// Weighting is the function of the count tf of a term in a document.
type Weighting int

// Weightings.
const (
	Sublinear Weighting = iota // 1 + ln tf
	Linear                     // tf
)

// Options say which terms are kept and how they are weighted. The zero value is the default.
type Options struct {
	Weighting Weighting `json:"weighting,omitempty"`
	// TitleWeight is the weight of an occurrence in the title, where one in the body has 1; 0 means DefaultTitleWeight.
	TitleWeight float64 `json:"title_weight,omitempty"`
	// Slope is the slope of the pivoted length normalisation of ranked documents, in (0,1], see Vectorizer.Pivot; 0
	// means DefaultSlope, 1 is plain cosine.
	Slope float64 `json:"slope,omitempty"`
	// NoPairs leaves out terms of two words. PairWeight is the factor of their weights; 0 means DefaultPairWeight.
	NoPairs    bool    `json:"no_pairs,omitempty"`
	PairWeight float64 `json:"pair_weight,omitempty"`
	// MinDF is the least document frequency of a term; 0 chooses it by the size of the corpus, see DefaultMinDF.
	MinDF int `json:"min_df,omitempty"`
	// MaxDF is the largest share of the documents that may have a term; 0 means DefaultMaxDF.
	MaxDF float64 `json:"max_df,omitempty"`
	// MaxTerms is the largest number of single words in the vocabulary. Words of the highest document frequency are
	// kept. 0 means DefaultMaxTerms.
	MaxTerms int `json:"max_terms,omitempty"`
}

// Defaults of Options.
const (
	DefaultTitleWeight = 2
	DefaultMaxDF       = 1 // the idf of common terms is small already
	DefaultMaxTerms    = 250_000
	DefaultSlope       = 0.7
	DefaultPairWeight  = 0.5
	DefaultMaxPairs    = 500_000
)

// DefaultMinDF is the least document frequency of a term in a corpus of docs documents. A small corpus keeps every
// term, because there is little to learn from. In a large corpus a term of one document is noise.
func DefaultMinDF(docs int) int {
	switch {
	case docs < 20_000:
		return 1
	case docs < 100_000:
		return 2
	}
	return 3
}

// DefaultPairMinDF is the least document frequency of a pair of words in a corpus of docs documents.
func DefaultPairMinDF(docs int) int {
	switch {
	case docs < 20_000:
		return 2
	case docs < 100_000:
		return 3
	}
	return 5
}

// Validate reports options out of their ranges.
func (o Options) Validate() error {
	switch {
	case o.Weighting < Sublinear || o.Weighting > Linear:
		return errors.New("tfidf: unknown weighting")
	case !(o.TitleWeight >= 0 && o.TitleWeight <= 100):
		return errors.New("tfidf: TitleWeight must be between 0 and 100")
	case !(o.Slope >= 0 && o.Slope <= 1):
		return errors.New("tfidf: Slope must be between 0 and 1")
	case !(o.PairWeight >= 0 && o.PairWeight <= 10):
		return errors.New("tfidf: PairWeight must be between 0 and 10")
	case o.MinDF < 0 || o.MaxTerms < 0 || !(o.MaxDF >= 0 && o.MaxDF <= 1):
		return errors.New("tfidf: MinDF and MaxTerms must not be negative, MaxDF between 0 and 1")
	}
	return nil
}

func (o Options) withDefaults(docs int) Options {
	o.TitleWeight = cmp.Or(o.TitleWeight, DefaultTitleWeight)
	o.Slope = cmp.Or(o.Slope, DefaultSlope)
	o.PairWeight = cmp.Or(o.PairWeight, DefaultPairWeight)
	o.MinDF = cmp.Or(o.MinDF, DefaultMinDF(docs))
	o.MaxDF = cmp.Or(o.MaxDF, DefaultMaxDF)
	o.MaxTerms = cmp.Or(o.MaxTerms, DefaultMaxTerms)
	return o
}

// Prior is knowledge of terms from another corpus. Its terms are in the vocabulary however rare they are in the corpus.
type Prior struct {
	Terms *Vocabulary
	DF    []uint32 // documents of the other corpus that have the term
	Docs  int      // documents of the other corpus
	// Weight is the number of documents that the prior counts for in the weights of terms; with 0 they depend on the
	// corpus alone.
	Weight float64
	// Extend adds terms that the corpus does not have to the vocabulary, numbered after those it has.
	Extend bool
}

// Knows reports whether the prior has a term.
func (p *Prior) Knows(term string) bool {
	if p == nil {
		return false
	}
	_, ok := p.Terms.Lookup(term)
	return ok
}

// Vectorizer is a vocabulary with its weights. It is immutable and safe for concurrent use.
type Vectorizer struct {
	Options    Options // with the defaults filled in
	Vocabulary *Vocabulary
	Docs       int
	DF         []uint32  // documents that have the term; 0 for terms of the prior alone
	IDF        []float32 // weight of the term
	MeanLength float64   // mean length of the rows before normalisation, without empty rows
}

// New chooses the vocabulary and weighs its terms:
//
//	idf(t) = ln((1 + N) / (1 + df(t))) + 1
//
// where prior, which may be nil, adds its weight in documents to N and the corresponding share of them to df. Reconcile
// then interpolates between that idf and the idf in the corpus alone. The idf of a pair is multiplied by PairWeight.
// The terms of the corpus are numbered in ascending order.
func New(s *Statistics, prior *Prior, opt Options) (*Vectorizer, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	opt = opt.withDefaults(s.Docs)
	vocabulary, err := chooseVocabulary(s, prior, opt)
	if err != nil {
		return nil, err
	}
	v := &Vectorizer{Options: opt, Docs: s.Docs, Vocabulary: vocabulary, DF: make([]uint32, vocabulary.Len())}
	for i, t := range s.Terms {
		if id, ok := vocabulary.Lookup(t); ok {
			v.DF[id] = s.DF[i]
		}
	}
	v.weighTerms(prior)
	return v, nil
}

// chooseVocabulary chooses the terms to keep. It numbers them in ascending order, and after them the terms that prior
// adds.
func chooseVocabulary(s *Statistics, prior *Prior, opt Options) (*Vocabulary, error) {
	kept := choose(s, prior.Knows, opt)
	if len(kept) == 0 {
		return nil, fmt.Errorf("tfidf: %d documents have no term to learn from: all %d terms are too rare or too common", s.Docs, len(s.Terms))
	}
	terms := make([]string, len(kept))
	for i, k := range kept {
		terms[i] = s.Terms[k]
	}
	if prior != nil && prior.Extend {
		for i := range prior.Terms.Len() {
			t := prior.Terms.At(i)
			if _, met := slices.BinarySearch(s.Terms, t); !met {
				terms = append(terms, t)
			}
		}
	}
	return NewVocabulary(terms), nil
}

// weigh learns the weights of terms from counts, documents × terms. vocabulary names the terms and may be nil.
func weigh(counts *vec.CSR, vocabulary *Vocabulary, prior *Prior, opt Options) *Vectorizer {
	v := &Vectorizer{Options: opt, Docs: counts.Rows(), Vocabulary: vocabulary, DF: make([]uint32, counts.Cols)}
	for _, t := range counts.Index {
		v.DF[t]++
	}
	v.weighTerms(prior)
	return v
}

// weighTerms sets IDF from DF.
func (v *Vectorizer) weighTerms(prior *Prior) {
	v.IDF = make([]float32, len(v.DF))
	for i, df := range v.DF {
		if v.Vocabulary == nil {
			v.IDF[i] = float32(IDF(float64(v.Docs), float64(df)))
			continue
		}
		t := v.Vocabulary.At(i)
		weight := idf(t, float64(v.Docs), float64(df), prior)
		if text.IsPair(t) {
			weight *= v.Options.PairWeight
		}
		v.IDF[i] = float32(weight)
	}
}

func idf(term string, docs, df float64, prior *Prior) float64 {
	own := IDF(docs, df)
	if prior == nil || prior.Weight == 0 {
		return own
	}
	if text.IsPair(term) { // the prior has no pairs
		return IDF(docs+prior.Weight, df)
	}
	elsewhere := float64(UnknownDF)
	if id, ok := prior.Terms.Lookup(term); ok {
		elsewhere = float64(prior.DF[id])
	}
	return Reconcile(IDF(docs+prior.Weight, df+prior.Weight*elsewhere/float64(prior.Docs)), own, df)
}

// IDF returns the inverse document frequency of a term in df of docs documents, ln((1 + docs)/(1 + df)) + 1. It is 1
// for a term in all of them and larger for a rarer one.
func IDF(docs, df float64) float64 { return math.Log((1+docs)/(1+df)) + 1 }

// Reconcile interpolates between the idf of a word by the prior and its idf in the corpus alone. The share of the
// corpus grows with the number df of its documents that have the word. A word that is rare in general may be in every
// document of a small corpus; only the corpus shows then that it distinguishes none.
func Reconcile(elsewhere, own, df float64) float64 {
	return elsewhere + df/(df+evenDF)*(own-elsewhere)
}

// evenDF is the document frequency at which both idfs have the same share. Values from 5 to 20 change little.
const evenDF = 10

// UnknownDF is the document frequency that is assumed for a word that the prior does not have. It is below that of any
// word that it has.
const UnknownDF = 5

// choose returns the positions of the terms to keep, ascending.
func choose(s *Statistics, known func(term string) bool, opt Options) []int {
	most := int(opt.MaxDF * float64(s.Docs))
	var kept []int
	for i, df := range s.DF {
		if (int(df) >= opt.MinDF || known(s.Terms[i])) && int(df) <= most {
			kept = append(kept, i)
		}
	}
	slices.SortFunc(kept, func(a, b int) int { return cmp.Or(cmp.Compare(s.DF[b], s.DF[a]), cmp.Compare(a, b)) })
	words := 0
	kept = slices.DeleteFunc(kept, func(i int) bool {
		if text.IsPair(s.Terms[i]) {
			return opt.NoPairs
		}
		words++
		return words > opt.MaxTerms
	})
	slices.Sort(kept)
	return kept
}

// Weigh turns the counts of a document's terms, numbered by the vocabulary and ascending, into its row, in place. It
// returns the length the row had before it was made unit length, 0 for an empty row.
func (v *Vectorizer) Weigh(row vec.Sparse) float32 {
	for i, t := range row.Index {
		row.Value[i] = v.count(row.Value[i]) * v.IDF[t]
	}
	return row.Normalize()
}

// Pivot returns the factor of products with the row of a ranked document, by pivoted length normalisation. length is
// that of the row before normalisation:
//
//	length / ((1 − slope)·mean length + slope·length)
//
// Plain cosine favours short documents (Singhal, Buckley, Mitra, "Pivoted document length normalization", SIGIR 1996).
func (v *Vectorizer) Pivot(length float32) float32 {
	n, s := float64(length), v.Options.Slope
	if n <= 0 {
		return 0
	}
	return float32(n / ((1-s)*v.MeanLength + s*n))
}

// count returns the weighted value of one count.
func (v *Vectorizer) count(tf float32) float32 {
	switch {
	case v.Options.Weighting == Linear:
		return tf
	case tf <= 0:
		return 0
	}
	return 1 + float32(math.Log(float64(tf)))
}

// Counts counts the known terms of s. An occurrence in the title counts TitleWeight times.
func (v *Vectorizer) Counts(s string) vec.Sparse {
	return CountTerms(s, v.Options.TitleWeight, v.Vocabulary.Lookup)
}

// CountTerms counts the terms of s that lookup knows. An occurrence in the title counts titleWeight times.
func CountTerms(s string, titleWeight float64, lookup func(string) (uint32, bool)) vec.Sparse {
	type hit struct {
		term  uint32
		title bool
	}
	var hits []hit
	last := "" // the whole term of the word before, "" where no pair spans it and the next
	for t := range (text.Analyzer{}).Terms(s) {
		if id, ok := lookup(t.Text); ok {
			hits = append(hits, hit{id, t.Title})
		}
		if t.Part {
			continue
		}
		if last != "" && !t.Apart {
			if id, ok := lookup(text.PairTerm(last, t.Text)); ok {
				hits = append(hits, hit{id, t.Title})
			}
		}
		last = t.Text
	}
	slices.SortFunc(hits, func(a, b hit) int { return cmp.Compare(a.term, b.term) })
	var row vec.Sparse
	for i := 0; i < len(hits); {
		term, body, title := hits[i].term, 0, 0
		for ; i < len(hits) && hits[i].term == term; i++ {
			if hits[i].title {
				title++
			} else {
				body++
			}
		}
		row.Index = append(row.Index, term)
		row.Value = append(row.Value, float32(float64(body)+titleWeight*float64(title)))
	}
	return row
}

// Row returns the row of a text: unit length, or empty when no term is known.
func (v *Vectorizer) Row(s string) vec.Sparse {
	row := v.Counts(s)
	v.Weigh(row)
	return row
}

// Matrix returns the rows of a corpus, documents × terms, and their lengths before normalisation. It sets MeanLength,
// so that it is for the making of v alone.
func (v *Vectorizer) Matrix(c *text.Corpus) (rows *vec.CSR, lengths []float32) {
	rows, lengths = v.weighRows(v.Occurrences(c, v.Options.TitleWeight))
	v.MeanLength = meanPositive(lengths)
	return rows, lengths
}

// TitleUnit is a title weight for Occurrences that keeps both counts in one number. SplitCount takes them apart.
const TitleUnit = 4096

// SplitCount returns the two parts of a count that was made with TitleUnit.
func SplitCount(count float32) (body, title float32) {
	title = float32(int(count) / TitleUnit)
	return count - title*TitleUnit, title
}

// Occurrences counts the terms of each document, documents × terms. An occurrence in the title counts titleWeight
// times.
func (v *Vectorizer) Occurrences(c *text.Corpus, titleWeight float64) *vec.CSR {
	return occurrences(c, v.Vocabulary, titleWeight)
}

func occurrences(c *text.Corpus, vocabulary *Vocabulary, titleWeight float64) *vec.CSR {
	const unknown = math.MaxUint32
	number := make([]uint32, len(c.Terms()))
	for i, t := range c.Terms() {
		number[i] = unknown
		if id, ok := vocabulary.Lookup(t); ok {
			number[i] = id
		}
	}
	type cell struct {
		term uint32
		tf   float32
	}
	const block = 1 << 16 // cells that are allocated together
	rows := make([][]cell, c.Docs())
	free := make([][]cell, text.Workers())
	c.Count(func(worker, doc int, counts *text.Counts) {
		if cap(free[worker]) < len(counts.Terms) {
			free[worker] = make([]cell, 0, max(block, len(counts.Terms)))
		}
		row := free[worker][:0]
		for i, t := range counts.Terms {
			if id := number[t]; id != unknown {
				row = append(row, cell{id, float32(float64(counts.Body[i]) + titleWeight*float64(counts.Title[i]))})
			}
		}
		slices.SortFunc(row, func(a, b cell) int { return cmp.Compare(a.term, b.term) })
		rows[doc], free[worker] = row[:len(row):len(row)], row[len(row):]
	})
	m := &vec.CSR{Ptr: make([]int64, c.Docs()+1), Cols: vocabulary.Len()}
	for d, row := range rows {
		m.Ptr[d+1] = m.Ptr[d] + int64(len(row))
	}
	nnz := m.Ptr[c.Docs()]
	m.Index, m.Value = make([]uint32, nnz), make([]float32, nnz)
	vec.Parallel(c.Docs(), 256, func(lo, hi int) {
		for d := lo; d < hi; d++ {
			row := m.Row(d)
			for k, e := range rows[d] {
				row.Index[k], row.Value[k] = e.term, e.tf
			}
			rows[d] = nil
		}
	})
	return m
}

func meanPositive(x []float32) float64 {
	var sum float64
	n := 0
	for _, v := range x {
		if v > 0 {
			sum += float64(v)
			n++
		}
	}
	return sum / float64(max(1, n))
}
