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

// bigCorpus is an index with the shape of the largest real corpus.
var bigCorpus = sync.OnceValue(func() *Index { return syntheticIndex(294_052) })

// syntheticIndex returns an index with the shape of real papers under their own model: 256 dims, 70 terms per
// paper, and Zipfian term frequencies.
func syntheticIndex(papers int) *Index {
	const terms, dims, perPaper = 120_000, 256, 70
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
	b.Postings, b.Codes = b.Lexical.Transpose(), vec.Quantize(b.Latent)
	ix, err := NewIndex(b)
	if err != nil {
		panic(err)
	}
	return ix
}

// BenchmarkTopicFilter measures a query for ten papers like one, with and without a filter by topics, among
// 50,000 papers in 60 topics with 5 subtopics each and 10 fields above. "curated" has the topics of a snapshot
// after edits: one topic merged into another, and one without its papers.
func BenchmarkTopicFilter(b *testing.B) {
	if testing.Short() {
		b.Skip("builds an index of 50,000 papers")
	}
	const papers, fields, topics, subtopics = 50_000, 10, 60, 5
	rows, parents := make([]RowTopic, papers), map[int]int{}
	for t := range topics {
		parents[1+t] = 1000 + t%fields
		for s := range subtopics {
			parents[100+t*subtopics+s] = 1 + t
		}
	}
	for i := range rows {
		t := i * 7919 % topics
		rows[i] = RowTopic{int32(1 + t), int32(100 + t*subtopics + i/topics%subtopics)}
	}
	engine := NewEngine(syntheticIndex(papers), nil, nil)
	plain := engine.WithTopics(rows, parents)
	curated := slices.Clone(rows)
	for i := range curated {
		switch curated[i].Topic {
		case 1:
			curated[i] = RowTopic{Topic: 2}
		case 3:
			curated[i] = RowTopic{}
		}
	}
	edited := plain.WithTopics(curated, parents)
	for _, c := range []struct {
		name   string
		engine *Engine
		filter Filter
	}{
		{"none", engine, Filter{}},
		{"topic", plain, Filter{Topics: []int{2}}},
		{"subtopic", plain, Filter{Topics: []int{107}}},
		{"field", plain, Filter{Topics: []int{1003}}},
		{"exclude", plain, Filter{ExcludeTopics: []int{2}}},
		{"curated", edited, Filter{Topics: []int{2}}},
		{"curated-exclude", edited, Filter{ExcludeTopics: []int{2}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			n := 0
			for b.Loop() {
				n++
				id := c.engine.index.ID(n * 997 % papers)
				q := Query{Positive: []string{id}, Filter: c.filter}
				if a, err := c.engine.Recommend(context.Background(), q); err != nil || len(a.Hits) == 0 {
					b.Fatal(a, err)
				}
			}
		})
	}
	b.Run("WithTopics", func(b *testing.B) {
		for b.Loop() {
			plain.WithTopics(curated, parents)
		}
	})
}

// BenchmarkRank measures one query at the size of the largest real corpus, without feedback and with it.
func BenchmarkRank(b *testing.B) {
	if testing.Short() {
		b.Skip("builds an index of 294,052 papers")
	}
	plain := defaultParameters
	plain.feedback = 0
	coded := bigCorpus()
	for _, c := range []struct {
		name  string
		ix    *Index
		w     parameters
		seeds int
	}{
		{"plain", coded, plain, 1}, {"feedback", coded, defaultParameters, 1}, {"seeds5", coded, defaultParameters, 5},
		{"uncoded", uncoded(coded), defaultParameters, 1},
	} {
		b.Run(c.name, func(b *testing.B) {
			ix := c.ix
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

// BenchmarkMeta measures the cost of the metadata of one paper when an index is built.
func BenchmarkMeta(b *testing.B) {
	m := Meta{
		Title:      "Neural machine translation by jointly learning to align and translate",
		Authors:    []string{"Dzmitry Bahdanau", "Kyunghyun Cho", "Yoshua Bengio"},
		Categories: []string{"cs.CL", "cs.LG", "stat.ML"}, Published: data.Date{Year: 2014, Month: 9, Day: 1},
	}
	c := newColumns([]string{"arxiv:1409.0473"})
	for b.Loop() {
		c.set(0, m)
		for _, r := range []*ragged{&c.titleWords, &c.authorWords, &c.categories} {
			r.values = r.values[:0]
		}
	}
}
