package recommend

import (
	"cmp"
	"context"
	"math"
	"slices"

	"kindred/classifier/vec"
)

// The ranking function. The similarity of a text q and a paper d is
//
//	s(q,d) = √(α_q·α_d)·⟨q_latent, d_latent⟩ + √((1−α_q)·(1−α_d))·scale_d·⟨q_lexical, d_lexical⟩
//
// on unit vectors, where scale_d is the model's correction for long and short papers (pivoted length normalisation,
// Singhal, Buckley and Mitra 1996), and α_t is the part of the latent view in a text of t terms: a title alone has few words
// that another paper could repeat, and a small corpus few papers that repeat them, so that both lean more on what words mean.
// latentPart is the rule. Several seeds give the mean of their similarities, less negativeWeight times the mean of those of
// the negative seeds.
//
// The best papers f_i of a first round are then taken for relevant (pseudo-relevance feedback after Rocchio 1971), and
// the best rankDepth of it are ordered anew by
//
//	s'(q,d) = [s(q,d) + β·Σ v_i·s(f_i,d)] / (1+β),   v_i = s(q,f_i)^4 / Σ_j s(q,f_j)^4
//
// With several seeds, each is given the f_i that are nearest to it alone, and counts in inverse proportion to their mean
// similarity to it: otherwise the seed with the closest relatives would fill the answer, and its relatives the feedback.
//
// All of it is linear in the views of q, which is what makes reasons exact. The score that is shown comes from s' by the
// curve in calibrate.go, which changes no order.
const (
	// latentWeight is α of a long text or in a large corpus. From 0.2 to 0.3 little changes: citations and typed questions
	// want less of the latent view, papers of one subject more.
	latentWeight = 0.2
	// shortWeight is what α of the shortest text in the smallest corpus has more. It falls by 1/e with every shortTerms terms
	// of the text, and to a half at smallCorpus papers.
	shortWeight = 0.5
	shortTerms  = 60
	smallCorpus = 200
	// feedbackPapers is the number of papers f_i, and feedbackWeight is β. Questions of a line or two gain most from them,
	// papers that stand alone least, and nothing loses; the same values are best for both.
	feedbackPapers = 5
	feedbackWeight = 0.7

	// negativeWeight is what the negative seeds count beside the positive ones. Half of it moves the answer away without
	// turning the query into the opposite of the negatives.
	negativeWeight = 0.5

	// maxBalanced is the number of seeds up to which each is given its own weight and feedback. One of more is too small a
	// part of the query to fill the answer. balanceDepth is the number of first-round papers in which a seed's nearest are
	// looked for.
	maxBalanced  = 20
	balanceDepth = 1000

	// rankDepth is how many papers of the first round the second one orders, and so the longest answer over all pages.
	rankDepth = 3000
)

// weights are the parameters of the ranking function.
type weights struct {
	feedback       int
	feedbackWeight float32
}

// standard are the weights of every query, be it a paper, pasted text or a few words.
var standard = weights{feedbackPapers, feedbackWeight}

// sides are what products with a text are multiplied by in each view.
type sides struct{ lexical, latent float32 }

// latentPart returns α, in (0,1), of a text with that many terms, words and pairs of them, in a corpus of that many papers.
func latentPart(terms, papers int) float32 {
	few := float64(smallCorpus) / float64(smallCorpus+papers)
	return float32(latentWeight + shortWeight*few*math.Exp(-float64(terms)/shortTerms))
}

// sides returns those of a text that asks. The number of papers is that of the model: scores keep their meaning until the
// next one. Without a latent view all of a text is lexical.
func (ix *Index) sides(v vec.Views) sides {
	if ix.base.latent.Cols == 0 {
		return sides{lexical: 1}
	}
	a := latentPart(v.Lexical.Len(), len(ix.base.ids))
	return sides{lexical: sqrt(1 - a), latent: sqrt(a)}
}

// ranked returns the sides of a text that is ranked.
func (ix *Index) ranked(v vec.Views) sides {
	w := ix.sides(v)
	w.lexical *= v.Scale
	return w
}

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// source is one text that a query is made of, and its coefficient there.
type source struct {
	views  vec.Views
	weight float32
}

// target is a query ready to be scored: in each view, the sum of its sources with their coefficients and sides.
type target struct {
	weights
	lexical vec.Sparse
	latent  []float32
	sources []source

	positive int // sources that are positive seeds; they come first
}

// aim makes the target of positive and negative seeds. No seed counts for more than another one of its kind.
func (ix *Index) aim(positive, negative []vec.Views, w weights) *target {
	sources := make([]source, 0, len(positive)+len(negative))
	for _, v := range positive {
		sources = append(sources, source{v, 1 / float32(len(positive))})
	}
	for _, v := range negative {
		sources = append(sources, source{v, -negativeWeight / float32(len(negative))})
	}
	t := ix.compose(sources, w)
	t.positive = len(positive)
	return t
}

// compose sums sources in each view.
func (ix *Index) compose(sources []source, w weights) *target {
	t := &target{weights: w, sources: sources}
	type entry struct {
		term  uint32
		value float32
	}
	var entries []entry
	for _, s := range sources {
		side := ix.sides(s.views)
		for k, term := range s.views.Lexical.Index {
			entries = append(entries, entry{term, s.weight * side.lexical * s.views.Lexical.Value[k]})
		}
		if len(s.views.Latent) == 0 {
			continue
		}
		if t.latent == nil {
			t.latent = make([]float32, len(s.views.Latent))
		}
		vec.Axpy(s.weight*side.latent, s.views.Latent, t.latent)
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.term, b.term) })
	for _, e := range entries {
		if k := len(t.lexical.Index) - 1; k >= 0 && t.lexical.Index[k] == e.term {
			t.lexical.Value[k] += e.value
			continue
		}
		t.lexical.Index = append(t.lexical.Index, e.term)
		t.lexical.Value = append(t.lexical.Value, e.value)
	}
	return t
}

// similarity is s(q,d) of two texts.
func (ix *Index) similarity(q, d vec.Views) float32 {
	asks, ranked := ix.sides(q), ix.ranked(d)
	s := asks.lexical * ranked.lexical * q.Lexical.Dot(d.Lexical)
	if len(q.Latent) > 0 && len(d.Latent) > 0 {
		s += asks.latent * ranked.latent * vec.Dot(q.Latent, d.Latent)
	}
	return s
}

// expand returns the target after feedback. nearest lists, for each positive seed, the papers nearest to it with their
// similarity; a single list is that of all seeds together.
func (t *target) expand(ix *Index, nearest [][]candidate) *target {
	scale := 1 / (1 + t.feedbackWeight)
	part := t.balance(nearest)
	sources := make([]source, 0, len(t.sources)+len(part)*t.feedback)
	for i, s := range t.sources {
		c := scale
		if len(part) > 1 && i < len(part) {
			c *= part[i] * float32(len(part))
		}
		sources = append(sources, source{s.views, c * s.weight})
	}
	for i, found := range nearest {
		var sum float32
		for _, c := range found {
			sum += fourth(c.score)
		}
		for _, c := range found {
			sources = append(sources, source{ix.Views(int(c.row)), scale * t.feedbackWeight * part[i] * fourth(c.score) / sum})
		}
	}
	return ix.compose(sources, t.weights)
}

func fourth(x float32) float32 { return x * x * x * x }

// balance returns the parts of the seeds in the query, which sum to 1: inverse to the mean similarity of their nearest
// papers. A seed without any has the mean part of the others.
func (t *target) balance(nearest [][]candidate) []float32 {
	part := make([]float32, len(nearest))
	var sum, with float32
	for i, found := range nearest {
		var mean float32
		for _, c := range found {
			mean += c.score / float32(len(found))
		}
		if mean > 0 {
			part[i] = 1 / mean
			sum += part[i]
			with++
		}
	}
	for i := range part {
		switch {
		case with == 0:
			part[i] = 1 / float32(len(part))
		case part[i] == 0:
			part[i] = 1 / float32(len(part))
		default:
			part[i] *= with / float32(len(part)) / sum
		}
	}
	return part
}

// ranking is what rank found.
type ranking struct {
	found   []candidate // best first
	target  *target     // what they were scored with in the end
	matched bool        // whether anything scored above zero, let through or not
}

// rank returns the best rows for t that keep lets through and that score above floor. Feedback
// comes from all papers but those that avoid names, whatever the filters, so that a paper's score does not depend on them.
func (ix *Index) rank(ctx context.Context, t *target, floor float32, keep, avoid func(row int) bool) (ranking, error) {
	buf := ix.scratch.perRow(ix.Rows())
	defer ix.scratch.rows.Put(buf)
	if err := ix.scan(ctx, t, *buf); err != nil {
		return ranking{}, err
	}
	found := ix.best(*buf, rankDepth, floor, keep)
	nearest, matched := ix.nearest(t, *buf, avoid)
	if t.feedback > 0 && matched && len(found) > 0 {
		t = t.expand(ix, nearest)
		ix.rescore(t, found)
		found = slices.DeleteFunc(found, func(c candidate) bool { return c.score <= floor })
		ix.sort(found)
	}
	return ranking{found, t, matched}, nil
}

// nearest returns the papers that feedback is taken from, for every seed or for all together, and whether there are any.
func (ix *Index) nearest(t *target, scores []float32, avoid func(row int) bool) (nearest [][]candidate, matched bool) {
	balanced := t.positive > 1 && t.positive <= maxBalanced
	depth := t.positive + 2*t.feedback + 1 // the seeds themselves are likely to come first
	if balanced {
		depth = balanceDepth
	}
	pool := ix.best(scores, depth, 0, nil)
	if !balanced {
		pool = firstOf(pool, max(1, t.feedback), avoid)
		return [][]candidate{pool}, len(pool) > 0
	}
	for _, s := range t.sources[:t.positive] {
		own := slices.Clone(pool)
		ix.rescore(ix.compose([]source{{s.views, 1}}, t.weights), own)
		own = slices.DeleteFunc(own, func(c candidate) bool { return c.score <= 0 })
		ix.sort(own)
		own = firstOf(own, t.feedback, avoid)
		nearest = append(nearest, own)
		matched = matched || len(own) > 0
	}
	return nearest, matched
}

// firstOf returns the first n candidates that avoid does not name.
func firstOf(list []candidate, n int, avoid func(row int) bool) []candidate {
	out := make([]candidate, 0, n)
	for _, c := range list {
		if len(out) == n {
			break
		}
		if !avoid(int(c.row)) {
			out = append(out, c)
		}
	}
	return out
}
