package base

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"iter"
	"math"

	"kindred/classifier/lsa"
	"kindred/classifier/section"
	"kindred/classifier/text"
	"kindred/classifier/tfidf"
	"kindred/classifier/vec"
)

// Options steer Build. The zero value makes the base model that ships.
type Options struct {
	Terms int // vocabulary; 0 means DefaultTerms
	Dims  int // latent dimensions; 0 means lsa.DefaultDims
	Seed  uint64
	Text  text.Options
}

// DefaultTerms keeps the base model below 12 MB at 256 dimensions.
const DefaultTerms = 40_000

// Validate reports options that cannot be meant.
func (o Options) Validate() error {
	if o.Terms < 0 || o.Dims < 0 {
		return errors.New("base: Terms and Dims must not be negative")
	}
	return o.Text.Validate()
}

// Build learns a base model from documents and returns it as Decode reads it. The same documents and options give the same
// bytes.
func Build(ctx context.Context, docs iter.Seq2[string, error], opt Options) ([]byte, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	analyzer, err := text.New(opt.Text)
	if err != nil {
		return nil, err
	}
	corpus, err := text.Collect(ctx, analyzer, docs, nil)
	if err != nil {
		return nil, err
	}
	v, err := tfidf.New(tfidf.Count(corpus, 2, nil), nil, tfidf.Options{MinDF: 2, NoPairs: true, MaxTerms: cmp.Or(opt.Terms, DefaultTerms)})
	if err != nil {
		return nil, err
	}
	rows, _ := v.Matrix(corpus)
	surfaces := text.NewTable(v.Vocabulary.Surfaces(corpus))
	corpus = nil
	p, err := lsa.Fit(ctx, rows, nil, lsa.Options{Dims: opt.Dims, Skip: 1, Power: 1.5, Balance: 1, Seed: opt.Seed})
	if err != nil {
		return nil, err
	}
	if p.Dims() == 0 {
		return nil, errors.New("base: too few documents to learn from")
	}
	about, err := json.Marshal(meta{Docs: v.Docs, Dims: p.Dims(), Text: analyzer.Options()})
	if err != nil {
		return nil, err
	}
	vectors, scale := quantize(p.Basis)
	var out bytes.Buffer
	err = section.Write(&out, format, []section.Section{
		{Name: "meta", Data: about},
		{Name: "terms", Data: []byte(v.Vocabulary.Data)},
		{Name: "terms.ends", Data: section.Bytes(v.Vocabulary.Ends)},
		{Name: "terms.slots", Data: section.Bytes(v.Vocabulary.Slots)},
		{Name: "surfaces", Data: []byte(surfaces.Data)},
		{Name: "surfaces.ends", Data: section.Bytes(surfaces.Ends)},
		{Name: "df", Data: section.Bytes(v.DF)},
		{Name: "scale", Data: section.Bytes(scale)},
		{Name: "vectors", Data: vectors},
	})
	return out.Bytes(), err
}

// quantize takes each row to signed bytes and a scale: the row's largest magnitude becomes 127.
func quantize(m *vec.Dense) (rows []byte, scale []float32) {
	rows, scale = make([]byte, len(m.Data)), make([]float32, m.Rows())
	for r := range m.Rows() {
		var largest float32
		for _, v := range m.Row(r) {
			largest = max(largest, v, -v)
		}
		if largest == 0 {
			continue
		}
		scale[r] = largest / 127
		for k, v := range m.Row(r) {
			rows[r*m.Cols+k] = byte(int8(math.Round(float64(v / scale[r]))))
		}
	}
	return rows, scale
}
