// Package recommendtest has a small deterministic model and store for tests of recommend and of what is built
// on it. The model counts words, and its latent view is a random projection of the counts, so its answers are
// of no use.
package recommendtest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"

	"kindred/classifier/vec"
	"kindred/data"
	"kindred/recommend"
)

// Dims is the length of the latent vectors.
const Dims = 16

// ErrNoTerms is what Embed fails with.
var ErrNoTerms = errors.New("no known term")

// Model is a recommend.Embedder and a recommend.Vocabulary: its terms are the words of the texts it was made of.
type Model struct {
	words     []string
	term      map[string]uint32
	frequency []int
	idf       []float32
	basis     *vec.Dense // terms × Dims
}

// NewModel learns words, in ascending order, and their idf from texts.
func NewModel(texts []string) *Model {
	m := &Model{term: map[string]uint32{}}
	df := map[string]int{}
	for _, t := range texts {
		words := Words(t)
		slices.Sort(words)
		for _, w := range slices.Compact(words) {
			df[w]++
		}
	}
	for w := range df {
		m.words = append(m.words, w)
	}
	slices.Sort(m.words)
	rng := rand.New(rand.NewPCG(1, 2))
	m.basis = vec.NewDense(len(m.words), Dims)
	for i := range m.basis.Data {
		m.basis.Data[i] = float32(rng.NormFloat64())
	}
	for i, w := range m.words {
		m.term[w] = uint32(i)
		m.frequency = append(m.frequency, df[w])
		m.idf = append(m.idf, float32(math.Log(float64(1+len(texts))/float64(1+df[w]))+1))
	}
	return m
}

// Words returns the runs of letters and digits of s in lower case.
func Words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
}

// Embed implements recommend.Embedder.
func (m *Model) Embed(text string) (vec.Views, error) {
	count := map[uint32]float32{}
	for _, w := range Words(text) {
		if t, ok := m.term[w]; ok {
			count[t]++
		}
	}
	v := vec.Views{Latent: make([]float32, Dims), Scale: 0.9 + 0.002*float32(min(100, len(text)%101))}
	if len(count) == 0 {
		return v, ErrNoTerms
	}
	for t := range count {
		v.Lexical.Index = append(v.Lexical.Index, t)
	}
	slices.Sort(v.Lexical.Index)
	for _, t := range v.Lexical.Index {
		v.Lexical.Value = append(v.Lexical.Value, (1+float32(math.Log(float64(count[t]))))*m.idf[t])
	}
	v.Lexical.Normalize()
	copy(v.Latent, m.project(v.Lexical))
	vec.Normalize(v.Latent)
	return v, nil
}

func (m *Model) project(q vec.Sparse) []float32 {
	out := make([]float32, Dims)
	for k, t := range q.Index {
		vec.Axpy(q.Value[k], m.basis.Row(int(t)), out)
	}
	return out
}

// Surface implements recommend.Embedder.
func (m *Model) Surface(term uint32) string { return m.words[term] }

// LatentShares implements recommend.Embedder.
func (m *Model) LatentShares(q vec.Sparse, target []float32) []float32 {
	n := vec.Norm(m.project(q))
	out := make([]float32, q.Len())
	for k, t := range q.Index {
		if n > 0 {
			out[k] = q.Value[k] * vec.Dot(m.basis.Row(int(t)), target) / n
		}
	}
	return out
}

// Lookup returns the term of a word.
func (m *Model) Lookup(word string) (uint32, bool) {
	t, ok := m.term[strings.ToLower(word)]
	return t, ok
}

// Terms yields the words with the number of texts they stand in.
func (m *Model) Terms() iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for i, w := range m.words {
			if !yield(w, m.frequency[i]) {
				return
			}
		}
	}
}

// Papers is a recommend.Papers in memory.
type Papers map[string]*data.Paper

// Paper implements recommend.Papers.
func (p Papers) Paper(_ context.Context, id string) (*data.Paper, error) {
	if q, ok := p[id]; ok {
		return q, nil
	}
	for _, q := range p {
		if slices.Contains(q.Aliases, id) {
			return q, nil
		}
	}
	return nil, fmt.Errorf("%q: %w", id, data.ErrNotFound)
}

// Papers returns the papers with ids, nil for those that are not there.
func (p Papers) Papers(_ context.Context, ids []string) ([]*data.Paper, error) {
	out := make([]*data.Paper, len(ids))
	for i, id := range ids {
		out[i] = p[id]
	}
	return out, nil
}

// NewEngine fits a Model on papers and returns an engine that has all of them in its base, with topic 1 +
// row%3, together with the model and the store. Topic 9 is the parent of 1 and 2.
func NewEngine(papers []*data.Paper) (*recommend.Engine, *Model, Papers) {
	texts, ids, store := make([]string, len(papers)), make([]string, len(papers)), Papers{}
	for i, p := range papers {
		texts[i], ids[i] = p.Text(), p.ID
		store[p.ID] = p
	}
	m := NewModel(texts)
	var scale []float32
	lexical, latent := &vec.CSR{Ptr: []int64{0}, Cols: len(m.words)}, &vec.Dense{Cols: Dims}
	for _, t := range texts {
		v, _ := m.Embed(t) // a text without words is a row of zeros
		lexical.Append(v.Lexical)
		scale = append(scale, v.Scale)
		latent.Data = append(latent.Data, v.Latent...)
	}
	ix, err := recommend.NewIndex(recommend.Base{
		IDs: ids, Lexical: lexical, Postings: lexical.Transpose(), Scale: scale, Latent: latent,
		Meta: func(yield func(string, recommend.Meta) bool) {
			for _, p := range papers {
				if !yield(p.ID, recommend.MetaOf(p)) {
					return
				}
			}
		},
	})
	if err != nil {
		panic(err) // ids of a test stand twice
	}
	topics := make([]recommend.RowTopic, len(papers))
	for row := range topics {
		topics[row].Topic = int32(1 + row%3)
	}
	return recommend.NewEngine(ix, m, store).WithTopics(topics, map[int]int{1: 9, 2: 9}), m, store
}
