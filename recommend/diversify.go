package recommend

import (
	"math"
	"slices"
)

// diversify orders hits by maximal marginal relevance (Carbonell and Goldstein 1998): each next one has the largest
//
//	(1−diversity)·score − diversity·(its highest similarity to a hit before it)
//
// where the similarity is that of the ranking function, shown as scores are. It chooses among the best window hits that are left, and returns
// n of them or all there are. next yields the hits by score.
func (ix *Index) diversify(next func() (candidate, bool), n, window int, diversity float32) []candidate {
	type open struct {
		candidate
		edition edition
		nearest float32 // similarity to the nearest chosen hit
	}
	var pool []open
	var chosen []candidate
	var editions []edition
	refill := func() {
		for len(pool) < window {
			c, ok := next()
			if !ok {
				return
			}
			o := open{candidate: c, edition: ix.edition(int(c.row))}
			for i := range editions {
				o.nearest = max(o.nearest, ix.shown(ix.alike(&o.edition, &editions[i])))
			}
			pool = append(pool, o)
		}
	}
	for refill(); len(chosen) < n && len(pool) > 0; refill() {
		best, bestValue := 0, float32(math.Inf(-1))
		for i, o := range pool {
			if v := (1-diversity)*o.score - diversity*o.nearest; v > bestValue {
				best, bestValue = i, v
			}
		}
		next := pool[best]
		pool = slices.Delete(pool, best, best+1)
		chosen, editions = append(chosen, next.candidate), append(editions, next.edition)
		for i := range pool {
			pool[i].nearest = max(pool[i].nearest, ix.shown(ix.alike(&pool[i].edition, &next.edition)))
		}
	}
	return chosen
}

// alike is the similarity of two papers without the correction for length, which would depend on the order they come in.
func (ix *Index) alike(a, b *edition) float32 {
	d := b.views
	d.Scale = 1
	return ix.similarity(a.views, d)
}
