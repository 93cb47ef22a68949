package base

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"math"
	"slices"

	"kindred/classifier/lsa"
	"kindred/classifier/section"
	"kindred/classifier/text"
	"kindred/classifier/tfidf"
	"kindred/classifier/vec"
)

// Options are the options of Build. The zero value makes the base model that ships.
type Options struct {
	Terms int // size of the vocabulary; 0 means DefaultTerms
	Dims  int // latent dimensions; 0 means lsa.DefaultDims
	Seed  uint64
}

// DefaultTerms is the size of the vocabulary that ships. It covers nearly all occurrences of words in papers.
const DefaultTerms = 45_000

// Validate reports options out of their ranges.
func (o Options) Validate() error {
	if o.Terms < 0 || o.Dims < 0 {
		return errors.New("base: Terms and Dims must not be negative")
	}
	return nil
}

// Build learns a base model from documents and returns its encoding, which Decode reads. The same documents and options
// give the same bytes.
func Build(ctx context.Context, docs iter.Seq2[string, error], opt Options) ([]byte, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	corpus, err := text.Collect(ctx, text.Analyzer{}, docs, nil)
	if err != nil {
		return nil, err
	}
	v, err := tfidf.New(tfidf.Count(corpus, 2, nil), nil, tfidf.Options{MinDF: 2, NoPairs: true, MaxTerms: cmp.Or(opt.Terms, DefaultTerms)})
	if err != nil {
		return nil, err
	}
	counts := v.Occurrences(corpus, tfidf.TitleUnit)
	rows, _ := v.Matrix(corpus)
	dampColumns(rows)
	surfaces := text.NewTable(v.Vocabulary.Surfaces(corpus))
	corpus = nil
	p, err := lsa.Fit(ctx, rows, nil, lsa.Options{Dims: opt.Dims, Skip: 1, Power: 1.5, Balance: 1, Seed: opt.Seed})
	if err != nil {
		return nil, err
	}
	if p.Dims() == 0 {
		return nil, errors.New("base: too few documents to learn from")
	}
	if err := contrast(ctx, p.Basis, pairs(counts, v), training{Seed: opt.Seed}); err != nil {
		return nil, err
	}
	about, err := json.Marshal(meta{Docs: v.Docs, Dims: p.Dims()})
	if err != nil {
		return nil, err
	}
	vectors, scale := quantize(p.Basis)
	var out bytes.Buffer
	err = section.Write(&out, format, slices.Concat(
		[]section.Section{{Name: "meta", Data: about}},
		v.Vocabulary.Sections("terms"),
		[]section.Section{{Name: "terms.slots", Data: section.Bytes(v.Vocabulary.Slots)}},
		surfaces.Sections("surfaces"),
		[]section.Section{
			{Name: "df", Data: section.Bytes(v.DF)},
			{Name: "scale", Data: section.Bytes(scale)},
			{Name: "vectors", Data: vectors},
		},
	))
	return out.Bytes(), err
}

// dampColumns divides every column by the square root of its length. This lies half-way between plain weights and
// correspondence analysis. Without it, common terms would dominate the dimensions.
func dampColumns(m *vec.CSR) {
	squares := make([]float64, m.Cols)
	for k, t := range m.Index {
		squares[t] += float64(m.Value[k]) * float64(m.Value[k])
	}
	for k, t := range m.Index {
		m.Value[k] *= float32(math.Pow(squares[t], -0.25))
	}
}

// clip is the magnitude that the largest number of four bits represents, in multiples of the root mean square of a row.
const clip = 2.8

// quantize rounds each row to a scale and integers from −7 to 7 of four bits, two of them in a byte.
func quantize(m *vec.Dense) (rows []byte, scale []float32) {
	width := (m.Cols + 1) / 2
	rows, scale = make([]byte, m.Rows()*width), make([]float32, m.Rows())
	for r := range m.Rows() {
		var largest float32
		for _, v := range m.Row(r) {
			largest = max(largest, v, -v)
		}
		if largest == 0 {
			continue
		}
		mean := float64(vec.Norm(m.Row(r))) / math.Sqrt(float64(m.Cols))
		scale[r] = min(largest, float32(clip*mean)) / 7
		for k, v := range m.Row(r) {
			q := int8(max(-7, min(7, math.Round(float64(v/scale[r])))))
			rows[r*width+k/2] |= byte(q) & 15 << (4 * (k % 2))
		}
	}
	return rows, scale
}
