package classifier

import (
	"context"
	"math"
	"slices"

	"kindred/classifier/base"
	"kindred/classifier/lsa"
	"kindred/classifier/text"
	"kindred/classifier/tfidf"
	"kindred/classifier/vec"
)

// Constants of the latent view. Each was chosen on several judged collections.
const (
	latentShare = 2.0 / 3 // weight of the base model in the latent view of a corpus whose vocabulary it knows
	priorDocs   = 1000    // n₀, the number of documents that the base model counts for
	maxBaseDocs = 200_000 // least number of documents of a corpus that needs no base model
	minLatentDF = 2       // least document frequency of a term in the latent space of the corpus
	knownFrom   = 0.68    // share of the corpus's term mass in the base model's vocabulary up to which its weight is 0
	knownTo     = 0.80    // share from which on its weight is latentShare
)

// ownSpace are the options of the corpus's own latent space.
var ownSpace = lsa.Options{Power: 1.5, Balance: 0.5}

// chooseBase returns the base model for a corpus of docs documents, or nil for none.
func chooseBase(opt Options, docs int) (*base.Model, error) {
	switch {
	case opt.NoBase || docs >= maxBaseDocs:
		return nil, nil
	case opt.Base != nil:
		return opt.Base, nil
	}
	return base.Default()
}

// known returns how well the base model knows the vocabulary of the corpus, in [0,1], 0 for another field. The measure
// of one document is the share of its squared length, under the weights of the base model, on terms of the base model.
// The mean over the documents is mapped from [knownFrom, knownTo] to [0, 1]. It is measured before pairs of words are
// added.
func known(corpus *text.Corpus, b *base.Model) float64 {
	id := make([]uint32, len(corpus.Terms()))
	for i, t := range corpus.Terms() {
		id[i] = none
		if k, ok := b.Vocabulary.Lookup(t); ok {
			id[i] = k
		}
	}
	share := make([]float64, corpus.Docs())
	corpus.Count(func(_, doc int, counts *text.Counts) {
		var in, all float64
		for i, t := range counts.Terms {
			w := float64(b.UnknownIDF())
			if id[t] != none {
				w = float64(b.IDF[id[t]])
			}
			w *= 1 + math.Log(float64(counts.Body[i])+2*float64(counts.Title[i]))
			all += w * w
			if id[t] != none {
				in += w * w
			}
		}
		share[doc] = -1
		if all > 0 {
			share[doc] = in / all
		}
	})
	var sum, n float64
	for _, s := range share {
		if s >= 0 {
			sum += s
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return min(1, max(0, (sum/n-knownFrom)/(knownTo-knownFrom)))
}

// fitLatent learns the latent space of the corpus itself and computes the latent vectors of the documents.
func (m *Model) fitLatent(ctx context.Context, opt Options) error {
	opt.Progress("latent", 0, m.Docs())
	x := m.latentRows()
	options := ownSpace
	options.Dims, options.Seed = opt.Dims, opt.Seed
	var err error
	if m.projection, err = fitSpace(ctx, x, options); err != nil {
		return err
	}
	m.about.LSA, m.about.OwnDims = options, m.projection.Dims()
	m.about.Values, m.about.Explained = m.projection.Values, m.projection.Explained
	m.latent = m.project(m.lexical)
	if m.Docs() >= codedDocs {
		m.codes = vec.Quantize(m.latent)
	}
	return ctx.Err()
}

// latentRows returns the documents over the single words that occur in at least minLatentDF documents, and numbers
// these words in ownRow. Before rare words are left out, rows have unit length under the weights of the corpus alone.
func (m *Model) latentRows() *vec.CSR {
	least := uint32(minLatentDF)
	if slices.Max(m.vectorizer.DF) < least {
		least = 1 // no two documents share a word: every document is a dimension
	}
	single := make([]bool, m.TermCount())
	m.ownRow = make([]uint32, m.TermCount())
	n := uint32(0)
	for t, df := range m.vectorizer.DF {
		m.ownRow[t] = none
		single[t] = !text.IsPair(m.vectorizer.Vocabulary.At(t))
		if df >= least && single[t] {
			m.ownRow[t] = n
			n++
		}
	}
	m.weighTerms()
	entries := 0
	for _, t := range m.lexical.Index {
		if m.ownRow[t] != none {
			entries++
		}
	}
	x := &vec.CSR{Ptr: make([]int64, 1, m.Docs()+1), Index: make([]uint32, 0, entries), Value: make([]float32, 0, entries), Cols: int(n)}
	var row vec.Sparse
	for d := range m.Docs() {
		row.Index, row.Value = row.Index[:0], row.Value[:0]
		var squares float64
		lexical := m.lexical.Row(d)
		for k, t := range lexical.Index {
			if !single[t] {
				continue
			}
			v := lexical.Value[k] * m.ownFactor[t]
			squares += float64(v) * float64(v)
			if r := m.ownRow[t]; r != none {
				row.Index, row.Value = append(row.Index, r), append(row.Value, v)
			}
		}
		if squares > 0 {
			vec.Scale(float32(1/math.Sqrt(squares)), row.Value)
		}
		x.Append(row)
	}
	return x
}

// weighTerms sets the factors that turn lexical weights into the weights of the two latent spaces. The space of the
// corpus uses the idf in the corpus alone. The space of the base model uses the idf there, reconciled with the corpus.
func (m *Model) weighTerms() {
	m.ownFactor, m.baseFactor = make([]float32, m.TermCount()), make([]float32, m.TermCount())
	vec.Parallel(m.TermCount(), 4096, func(lo, hi int) {
		for t := lo; t < hi; t++ {
			idf := m.vectorizer.IDF[t]
			if idf == 0 {
				continue
			}
			df := float64(m.vectorizer.DF[t])
			own := tfidf.IDF(float64(m.Docs()), df)
			if m.ownRow[t] != none {
				m.ownFactor[t] = float32(own) / idf
			}
			if m.about.BaseDims > 0 && m.baseRow[t] != none {
				m.baseFactor[t] = float32(tfidf.Reconcile(float64(m.base.IDF[m.baseRow[t]]), own, df)) / idf
			}
		}
	})
}
