package recommend

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"kindred/classifier/vec"
	"kindred/data"
)

// bigCorpus is an index with the shape of 294,052 real papers under their own model: 256 dims, 70 terms a paper, and
// terms as frequent as words are.
var bigCorpus = sync.OnceValue(func() *Index {
	const papers, terms, dims, perPaper = 294_052, 120_000, 256, 70
	rng := rand.New(rand.NewPCG(1, 1))
	words := rand.NewZipf(rng, 1.05, 30, terms-1)
	b := Base{Lexical: &vec.CSR{Ptr: []int64{0}, Cols: terms}, Latent: vec.NewDense(papers, dims)}
	for i := range papers {
		b.IDs = append(b.IDs, fmt.Sprintf("arxiv:%04d.%05d", i/1000, i))
		var v vec.Sparse
		for range perPaper {
			v.Index = append(v.Index, uint32(words.Uint64()))
		}
		slices.Sort(v.Index)
		v.Index = slices.Compact(v.Index)
		for range v.Index {
			v.Value = append(v.Value, 0.2+rng.Float32())
		}
		v.Normalize()
		b.Lexical.Append(v)
		b.Scale = append(b.Scale, 1)
		row := b.Latent.Row(i)
		for k := range row {
			row[k] = float32(rng.NormFloat64() / math.Sqrt(float64(k+1)))
		}
		vec.Normalize(row)
	}
	b.Postings = b.Lexical.Transpose()
	ix, err := NewIndex(b)
	if err != nil {
		panic(err)
	}
	return ix
})

// BenchmarkRank measures one query at the size of the largest real corpus, without feedback and with it.
func BenchmarkRank(b *testing.B) {
	if testing.Short() {
		b.Skip("builds an index of 294,052 papers")
	}
	ix := bigCorpus()
	plain := defaultParameters
	plain.feedback = 0
	for _, c := range []struct {
		name  string
		w     parameters
		seeds int
	}{{"plain", plain, 1}, {"feedback", defaultParameters, 1}, {"seeds5", defaultParameters, 5}} {
		b.Run(c.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				var seeds []vec.Views
				for range c.seeds {
					seeds = append(seeds, ix.Views(n*997%ix.Rows()))
					n++
				}
				r, err := ix.rank(context.Background(), ix.buildQuery(seeds, nil, c.w), 0, nil, func(int) bool { return false })
				if err != nil || len(r.found) == 0 {
					b.Fatal(err, len(r.found))
				}
			}
		})
	}
}

// BenchmarkMeta measures what taking in the Meta of one paper costs when an index is made.
func BenchmarkMeta(b *testing.B) {
	m := Meta{
		Title: "Neural machine translation by jointly learning to align and translate", Authors: []string{"Dzmitry Bahdanau", "Kyunghyun Cho", "Yoshua Bengio"},
		Categories: []string{"cs.CL", "cs.LG", "stat.ML"}, Published: data.Date{Year: 2014, Month: 9, Day: 1},
	}
	c := newColumns([]string{"arxiv:1409.0473"})
	for b.Loop() {
		c.set(0, m)
		c.titleWords.values, c.authorWords.values, c.categories.values = c.titleWords.values[:0], c.authorWords.values[:0], c.categories.values[:0]
	}
}
