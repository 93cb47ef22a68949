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
// on unit vectors. scale_d is the model's pivoted length normalisation (Singhal, Buckley and Mitra 1996). α_t
// is the weight of the latent view in a text of t terms. A title alone has few words that another paper could
// repeat, and a small corpus has few papers that repeat them; both depend more on the latent view. Function alpha
// has the formula. The similarity to several seeds is the mean of their similarities, less negativeWeight times
// the mean of those of the negative seeds.
//
// The best papers f_i of a first round are then assumed to be relevant (pseudo-relevance feedback after Rocchio
// 1971), in a small corpus those that stand out from chance, and the best rankDepth papers of that round are
// reranked by
//
//	s'(q,d) = [s(q,d) + β·Σ v_i·s(f_i,d)] / (1+β),   v_i = s(q,f_i)^4 / Σ_j s(q,f_j)^4
//
// With several seeds, each has its own f_i, the papers nearest to it alone, and a weight in inverse proportion
// to their mean similarity to it. Otherwise the seed with the closest relatives would fill the answer, and its
// relatives the feedback.
//
// All of it is linear in the views of q, which makes reasons exact. The calibration of the scores
// (calibrate.go) changes no order.
const (
	// latentWeight is α of a long text or in a large corpus. From 0.2 to 0.3 little changes: citations and
	// typed questions gain from less of the latent view, papers of one subject from more.
	latentWeight = 0.2
	// shortWeight is added to α for the shortest text in the smallest corpus. It decays by 1/e with every
	// shortTerms terms of the text, and to a half at smallCorpus papers.
	shortWeight = 0.5
	shortTerms  = 60
	smallCorpus = 200
	// feedbackPapers is the number of papers f_i, and feedbackWeight is β. Questions of a line or two gain
	// most, papers without close relatives least, and no collection loses. The same values are best for both.
	feedbackPapers = 5
	feedbackWeight = 0.7

	// negativeWeight is the weight of the negative seeds relative to the positive ones. Half moves the answer
	// away without turning the query into the opposite of the negatives.
	negativeWeight = 0.5

	// maxBalanced is the number of seeds up to which each has its own weight and feedback. One of more is too
	// small a part of the query to fill the answer. balanceDepth is the number of first-round papers among
	// which the nearest of a seed are sought.
	maxBalanced  = 20
	balanceDepth = 1000

	// rankDepth is the number of first-round papers that are reranked, and so the length of the longest answer.
	rankDepth = 3000
)

// parameters are those of relevance feedback.
type parameters struct {
	feedback       int     // papers f_i per seed
	feedbackWeight float32 // β
}

// defaultParameters are those of every query, be it a paper, pasted text or a few words.
var defaultParameters = parameters{feedbackPapers, feedbackWeight}

// viewWeights are the factors of a text in the products of each view: √(1−α) and √α.
type viewWeights struct{ lexical, latent float32 }

// alpha returns α, in (0,1), of a text of that many terms (words and pairs of words) in a corpus of that many
// papers.
func alpha(terms, papers int) float32 {
	few := float64(smallCorpus) / float64(smallCorpus+papers)
	return float32(latentWeight + shortWeight*few*math.Exp(-float64(terms)/shortTerms))
}

// queryWeights returns the view weights of a query. The number of papers is that of the fit, so scores keep
// their meaning until the next fit. Without a latent view, all weight is lexical.
func (ix *Index) queryWeights(v vec.Views) viewWeights {
	if ix.base.latent.Cols == 0 {
		return viewWeights{lexical: 1}
	}
	a := alpha(v.Lexical.Len(), len(ix.base.ids))
	return viewWeights{lexical: sqrt(1 - a), latent: sqrt(a)}
}

// documentWeights returns the view weights of a ranked text, length normalisation included.
func (ix *Index) documentWeights(v vec.Views) viewWeights {
	w := ix.queryWeights(v)
	w.lexical *= v.Scale
	return w
}

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// similarity returns s(q,d).
func (ix *Index) similarity(q, d vec.Views) float32 {
	query, document := ix.queryWeights(q), ix.documentWeights(d)
	s := query.lexical * document.lexical * q.Lexical.Dot(d.Lexical)
	if len(q.Latent) > 0 && len(d.Latent) > 0 {
		s += query.latent * document.latent * vec.Dot(q.Latent, d.Latent)
	}
	return s
}

// summand is a text with its coefficient in a query vector.
type summand struct {
	views       vec.Views
	coefficient float32
}

// queryVector is the linear combination of its summands in each view, view weights included.
type queryVector struct {
	parameters
	lexical  vec.Sparse
	latent   []float32
	summands []summand
	positive int // number of positive seeds, the first of the summands
}

// buildQuery returns the query vector of positive and negative seeds. Seeds of one kind have equal coefficients.
func (ix *Index) buildQuery(positive, negative []vec.Views, p parameters) *queryVector {
	summands := make([]summand, 0, len(positive)+len(negative))
	for _, v := range positive {
		summands = append(summands, summand{v, 1 / float32(len(positive))})
	}
	for _, v := range negative {
		summands = append(summands, summand{v, -negativeWeight / float32(len(negative))})
	}
	q := ix.sum(summands, p)
	q.positive = len(positive)
	return q
}

// sum returns the linear combination of summands. Values of one term are added in the order of the summands.
func (ix *Index) sum(summands []summand, p parameters) *queryVector {
	q := &queryVector{parameters: p, summands: summands}
	type entry struct {
		term  uint32
		value float32
	}
	var entries []entry
	for _, s := range summands {
		w := ix.queryWeights(s.views)
		for k, term := range s.views.Lexical.Index {
			entries = append(entries, entry{term, s.coefficient * w.lexical * s.views.Lexical.Value[k]})
		}
		if len(s.views.Latent) == 0 {
			continue
		}
		if q.latent == nil {
			q.latent = make([]float32, len(s.views.Latent))
		}
		vec.Axpy(s.coefficient*w.latent, s.views.Latent, q.latent)
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.term, b.term) })
	for _, e := range entries {
		if k := len(q.lexical.Index) - 1; k >= 0 && q.lexical.Index[k] == e.term {
			q.lexical.Value[k] += e.value
			continue
		}
		q.lexical.Index = append(q.lexical.Index, e.term)
		q.lexical.Value = append(q.lexical.Value, e.value)
	}
	return q
}

// ranking is the outcome of rank.
type ranking struct {
	found   []candidate  // best first
	query   *queryVector // of the last round
	matched bool         // whether any paper scored above zero, filtered or not
}

// rank returns the best rows that keep passes and that score above floor. Feedback comes from all papers except
// those that avoid names, whatever the filters, so that the score of a paper does not depend on them.
func (ix *Index) rank(
	ctx context.Context, q *queryVector, floor float32, keep, avoid func(row int) bool,
) (ranking, error) {
	scores, err := ix.scan(ctx, q)
	if err != nil {
		return ranking{}, err
	}
	defer scores.release()
	sets, matched := ix.feedbackSets(q, scores, avoid)
	if q.feedback == 0 || !slices.ContainsFunc(sets, func(s []candidate) bool { return len(s) > 0 }) {
		return ranking{scores.best(rankDepth, floor, keep), q, matched}, nil
	}
	q = q.rocchio(ix, sets)
	found := scores.set(rankDepth, floor, keep)
	ix.rescore(q, found)
	found = slices.DeleteFunc(found, func(c candidate) bool { return c.score <= floor })
	ix.sort(found)
	return ranking{found, q, matched}, nil
}

// feedbackSets returns the papers f_i, best first: one set for every seed, or one for all seeds together.
// matched reports whether any paper scored above zero.
func (ix *Index) feedbackSets(
	q *queryVector, scores *scores, avoid func(row int) bool,
) (sets [][]candidate, matched bool) {
	balanced := q.positive > 1 && q.positive <= maxBalanced
	depth := q.positive + 2*q.feedback + 1 // the seeds themselves are likely to come first
	if balanced {
		depth = balanceDepth
	}
	pool := scores.best(depth, 0, nil)
	if !balanced {
		pool = firstN(pool, max(1, q.feedback), avoid)
		return [][]candidate{ix.relevant(pool)}, len(pool) > 0
	}
	for _, s := range q.summands[:q.positive] {
		own := slices.Clone(pool)
		ix.rescore(ix.sum([]summand{{s.views, 1}}, q.parameters), own)
		own = slices.DeleteFunc(own, func(c candidate) bool { return c.score <= 0 })
		ix.sort(own)
		own = firstN(own, q.feedback, avoid)
		sets = append(sets, ix.relevant(own))
		matched = matched || len(own) > 0
	}
	return sets, matched
}

// relevant returns those of the candidates, best first, that feedback may assume to be relevant. Among many papers the
// best stand out from chance by themselves. Among a handful they need not, and as feedback the best would be like
// itself, so the fewer papers there are, the more is asked of it.
func (ix *Index) relevant(list []candidate) []candidate {
	least := float32(ix.few * (ix.mean + chanceDeviations*ix.deviation))
	for i, c := range list {
		if c.score <= least {
			return list[:i]
		}
	}
	return list
}

// firstN returns the first n candidates that avoid does not name.
func firstN(list []candidate, n int, avoid func(row int) bool) []candidate {
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

// rocchio returns the query vector after feedback from the sets of feedbackSets.
func (q *queryVector) rocchio(ix *Index, sets [][]candidate) *queryVector {
	scale := 1 / (1 + q.feedbackWeight)
	balance := balance(sets)
	summands := make([]summand, 0, len(q.summands)+len(balance)*q.feedback)
	for i, s := range q.summands {
		c := scale
		if len(balance) > 1 && i < len(balance) {
			c *= balance[i] * float32(len(balance))
		}
		summands = append(summands, summand{s.views, c * s.coefficient})
	}
	for i, set := range sets {
		var sum float32
		for _, c := range set {
			sum += fourth(c.score)
		}
		for _, c := range set {
			coefficient := scale * q.feedbackWeight * balance[i] * fourth(c.score) / sum
			summands = append(summands, summand{ix.Views(int(c.row)), coefficient})
		}
	}
	next := ix.sum(summands, q.parameters)
	next.positive = q.positive
	return next
}

func fourth(x float32) float32 { return x * x * x * x }

// balance returns the weights of the seeds, which sum to 1: inverse to the mean similarity of their feedback
// sets. A seed without a set has the mean weight of the others.
func balance(sets [][]candidate) []float32 {
	weight := make([]float32, len(sets))
	var sum, nonempty float32
	for i, set := range sets {
		var mean float32
		for _, c := range set {
			mean += c.score / float32(len(set))
		}
		if mean > 0 {
			weight[i] = 1 / mean
			sum += weight[i]
			nonempty++
		}
	}
	for i := range weight {
		if weight[i] == 0 {
			weight[i] = 1 / float32(len(weight))
			continue
		}
		weight[i] *= nonempty / float32(len(weight)) / sum
	}
	return weight
}
