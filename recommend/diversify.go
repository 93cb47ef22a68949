package recommend

import (
	"math"
	"slices"

	"kindred/classifier/vec"
)

// diversify orders hits by maximal marginal relevance (Carbonell and Goldstein 1998): each next one has the largest
//
//	(1−diversity)·score − diversity·(its highest similarity to a hit before it)
//
// where the similarity is that of the ranking function, shown as scores are. It chooses among the best window hits that are left, and returns
// n of them or all there are. next yields the hits by score.
func (ix *Index) diversify(next func() (candidate, bool), n, window int, diversity float32, w *weights) []candidate {
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
				o.nearest = max(o.nearest, ix.shown(w.similarity(&o.edition, &editions[i])))
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
			pool[i].nearest = max(pool[i].nearest, ix.shown(w.similarity(&pool[i].edition, &next.edition)))
		}
	}
	return chosen
}

// similarity is the fused cosine of two papers: the score without the correction for length.
func (w *weights) similarity(a, b *edition) float32 {
	var lat float32
	if len(a.views.Latent) > 0 {
		lat = vec.Dot(a.views.Latent, b.views.Latent)
	}
	return w.fuse(a.views.Lexical.Dot(b.views.Lexical), lat)
}
