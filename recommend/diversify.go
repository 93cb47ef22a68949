package recommend

import (
	"math"
	"slices"
)

// diversify orders hits by maximal marginal relevance (Carbonell and Goldstein 1998). Each next hit has the largest
//
//	(1−diversity)·score − diversity·(its highest similarity to an earlier hit)
//
// The similarity is that of the ranking function, calibrated like scores. next yields candidates by score. The
// choice is among the best window candidates that are left. It returns n hits, or all there are.
func (ix *Index) diversify(next func() (candidate, bool), n, window int, diversity float32) []candidate {
	type entry struct {
		candidate
		key     workKey
		nearest float32 // highest similarity to a chosen hit
	}
	var pool []entry
	var chosen []candidate
	var keys []workKey
	refill := func() {
		for len(pool) < window {
			c, ok := next()
			if !ok {
				return
			}
			o := entry{candidate: c, key: ix.workKey(int(c.row))}
			for i := range keys {
				o.nearest = max(o.nearest, ix.calibrated(ix.likeness(&o.key, &keys[i])))
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
		chosen, keys = append(chosen, next.candidate), append(keys, next.key)
		for i := range pool {
			pool[i].nearest = max(pool[i].nearest, ix.calibrated(ix.likeness(&pool[i].key, &next.key)))
		}
	}
	return chosen
}

// likeness is the similarity of two papers without length normalisation, and so symmetric.
func (ix *Index) likeness(a, b *workKey) float32 {
	d := b.views
	d.Scale = 1
	return ix.similarity(a.views, d)
}
