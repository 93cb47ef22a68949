// Package base holds the base model, which describes the language of research papers in general. It is learned once
// from a large corpus. It holds terms and numbers only: the document frequency of each term in that corpus, and the
// vector of each term in its latent space. A fit of a small corpus uses it as prior knowledge. See
// embedded/PROVENANCE.md.
package base

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"kindred/classifier/section"
	"kindred/classifier/text"
	"kindred/classifier/tfidf"
	"kindred/classifier/vec"
)

//go:embed embedded
var embedded embed.FS

var format = section.Format{Magic: "KINDREDB", Version: 1, Name: "base model"}

// Model is a base model. It is immutable.
type Model struct {
	Docs       int // papers it was learned from
	Vocabulary *tfidf.Vocabulary
	Surfaces   text.Table // readable form of each term
	DF         []uint32   // papers that have the term
	IDF        []float32  // weight of the term among those papers
	dims       int
	scale      []float32 // factor of each term's vector
	vectors    []byte    // terms × dims signed numbers of four bits, two a byte, the first in the lower half
	encoded    []byte
}

// meta is the section of single values.
type meta struct {
	Docs int `json:"docs"`
	Dims int `json:"dims"`
}

// Default returns the base model that ships inside the program, or nil when the program was built without one. It is
// decoded at first use.
func Default() (*Model, error) { return decodeEmbedded() }

var decodeEmbedded = sync.OnceValues(func() (*Model, error) {
	b, err := embedded.ReadFile("embedded/base.bin")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return Decode(b)
})

// Decode reads a base model. The model uses the memory of b, which must not change.
func Decode(b []byte) (*Model, error) {
	m, err := decode(b)
	if err != nil {
		return nil, fmt.Errorf("base model: %w", err)
	}
	return m, nil
}

func decode(b []byte) (*Model, error) {
	f, err := section.Read(b, format)
	if err != nil {
		return nil, err
	}
	m := &Model{encoded: b, Vocabulary: &tfidf.Vocabulary{}}
	var about meta
	raw, err := f.Bytes("meta")
	if err == nil {
		err = json.Unmarshal(raw, &about)
	}
	if err != nil {
		return nil, fmt.Errorf("section meta: %w", err)
	}
	m.Docs, m.dims = about.Docs, about.Dims
	terms, err1 := text.ReadTable(f, "terms")
	slots, err2 := section.Numbers[uint32](f, "terms.slots")
	surfaces, err3 := text.ReadTable(f, "surfaces")
	df, err4 := section.Numbers[uint32](f, "df")
	scale, err5 := section.Numbers[float32](f, "scale")
	vectors, err6 := f.Bytes("vectors")
	if err := errors.Join(err1, err2, err3, err4, err5, err6); err != nil {
		return nil, err
	}
	m.Vocabulary.Table, m.Vocabulary.Slots, m.Surfaces, m.DF, m.scale, m.vectors = terms, slots, surfaces, df, scale, vectors
	if err := m.Vocabulary.Validate(); err != nil {
		return nil, err
	}
	n := terms.Len()
	if m.Docs < 1 || m.dims < 1 || m.dims > 1<<16 || surfaces.Len() != n || len(df) != n || len(scale) != n || len(vectors) != n*((m.dims+1)/2) {
		return nil, errors.New("its parts differ in length")
	}
	m.IDF = make([]float32, n)
	for i, d := range df {
		m.IDF[i] = weight(m.Docs, d)
	}
	return m, nil
}

func weight(docs int, df uint32) float32 {
	return float32(tfidf.IDF(float64(docs), float64(df)))
}

// Encoded returns the bytes that the model was decoded from. The caller must not change them.
func (m *Model) Encoded() []byte { return m.encoded }

// Dims returns the number of latent dimensions.
func (m *Model) Dims() int { return m.dims }

// Prior returns the document frequencies of m as prior knowledge, which counts for weight documents of a corpus.
func (m *Model) Prior(weight float64) *tfidf.Prior {
	return &tfidf.Prior{Terms: m.Vocabulary, DF: m.DF, Docs: m.Docs, Weight: weight}
}

// Vector sets dst, of length Dims, to the vector of a term divided by its scale, and returns the scale.
func (m *Model) Vector(dst []float32, term uint32) (scale float32) {
	width := (m.dims + 1) / 2
	row := m.vectors[int(term)*width:][:width]
	for k := 0; k+1 < m.dims; k += 2 {
		v := row[k/2]
		dst[k], dst[k+1] = float32(int8(v<<4)>>4), float32(int8(v)>>4)
	}
	if m.dims%2 == 1 {
		dst[m.dims-1] = float32(int8(row[width-1]<<4) >> 4)
	}
	return m.scale[term]
}

// UnknownIDF returns the inverse document frequency that is assumed for a word outside the vocabulary.
func (m *Model) UnknownIDF() float32 { return weight(m.Docs, tfidf.UnknownDF) }

// Scale returns the scale of a term's vector.
func (m *Model) Scale(term uint32) float32 { return m.scale[term] }

// Basis returns the vectors of all terms divided by their scales, terms × dimensions.
func (m *Model) Basis() *vec.Dense {
	d := vec.NewDense(len(m.scale), m.dims)
	vec.Parallel(len(m.scale), 1024, func(lo, hi int) {
		for t := lo; t < hi; t++ {
			m.Vector(d.Row(t), uint32(t))
		}
	})
	return d
}
