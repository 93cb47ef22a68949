package naming

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"kindred/classifier/vec"
)

// Constants of the choice of terms and labels.
const (
	termsShown   = 10
	termsTried   = 30   // best words of a topic that its terms are chosen from
	commonTerm   = 0.3  // largest share of the documents that may have a term
	coherence    = 0.65 // weight of a term's association with the others; its score has the rest
	labelsTried  = 8    // names of a topic
	namesTried   = 60   // best names of a topic whose coverage is counted
	phraseBonus  = 1.35
	titleBonus   = 0.5  // for a name that is in the title of all documents that have it
	genericMalus = 0.5  // for a name of generic words
	rareName     = 0.03 // share of a topic's documents at which a name counts half
	lowCoverage  = 0.25 // coverage at which a name counts half
	tellingLift  = 2    // least ratio of a telling word's shares inside a topic and outside
	fullerName   = 0.5  // part of a word's score that a phrase with the word must have to take its place
	chunk        = 512  // candidates that one task of a parallel pass takes
)

// backgroundDocs is the number of papers elsewhere that count among the documents outside a topic. They tell the words
// of the topic from those of all papers where nearly all documents are on one subject.
const backgroundDocs = 500

// likelihoodRatio is the signed root of the log-likelihood ratio of two binomial counts (Dunning, "Accurate methods for
// the statistics of surprise and coincidence", Computational Linguistics 19(1), 1993): a of the n documents inside a
// topic have a candidate, and b of the m outside. It is positive where the candidate is more frequent inside.
func likelihoodRatio(a, n, b, m float64) float64 {
	all := n + m
	p := (a + b) / all
	term := func(x, expected float64) float64 {
		if x <= 0 || expected <= 0 {
			return 0
		}
		return x * math.Log(x/expected)
	}
	g := 2 * (term(a, n*p) + term(n-a, n*(1-p)) + term(b, m*p) + term(m-b, m*(1-p)))
	root := math.Sqrt(max(0, g))
	if a < n*p {
		return -root
	}
	return root
}

// scored is a candidate with its score in the topic where the score is highest.
type scored struct {
	at    int32 // in scope.list
	score float64
}

// best returns the candidates of each topic, best first. value is the score of a candidate in a topic, given its
// likelihood ratio there. Each candidate belongs to the one topic in which its score is highest, and to none without a
// positive score.
func (s *scope) best(value func(c *candidate, topic int, ratio float64) float64) [][]scored {
	k := len(s.sizes)
	extra := 0.0
	if s.in.Background != nil {
		extra = backgroundDocs
	}
	top := make([]scored, len(s.list))
	owner := make([]int32, len(s.list))
	n := float64(len(s.docs))
	vec.Parallel(len(s.list), chunk, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			c := &s.list[i]
			owner[i] = -1
			all := float64(c.df) + extra*c.elseDF
			for t := range k {
				a, size := float64(c.inTopic[t]), float64(s.sizes[t])
				if a == 0 {
					continue
				}
				v := value(c, t, likelihoodRatio(a, size, all-a, n+extra-size))
				if v > 0 && (owner[i] < 0 || v > top[i].score) {
					owner[i], top[i] = int32(t), scored{int32(i), v}
				}
			}
		}
	})
	out := make([][]scored, k)
	for i, t := range owner {
		if t >= 0 {
			out[t] = append(out[t], top[i])
		}
	}
	for t := range out {
		s.sort(out[t])
	}
	return out
}

// sort puts the highest score first.
func (s *scope) sort(list []scored) {
	slices.SortFunc(list, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(s.list[a.at].text, s.list[b.at].text))
	})
}

// labels returns up to labelsTried names of each topic, best first, no two of a topic alike.
func (s *scope) labels() [][]candidate {
	least := int32(min(2, minDocuments(s.in.Words.Counts.Rows())))
	best := s.best(func(c *candidate, t int, ratio float64) float64 {
		if !c.named || c.inTopic[t] < least {
			return 0
		}
		share := float64(c.inTopic[t]) / float64(s.sizes[t])
		titled := float64(c.inTitle[t]) / float64(c.inTopic[t])
		v := ratio * (1 - genericMalus*c.generic) * (1 + titleBonus*titled) * share / (share + rareName)
		if strings.Contains(c.text, " ") {
			v *= phraseBonus
		}
		return v
	})
	for t := range best {
		best[t] = best[t][:min(namesTried, len(best[t]))]
	}
	s.weighCoverage(best)
	out := make([][]candidate, len(best))
	for t, list := range best {
		out[t] = s.distinct(list)
	}
	return out
}

// distinct returns the first names of list of which no two are alike. A word gives way to the first phrase with it
// whose score is not much lower.
func (s *scope) distinct(list []scored) []candidate {
	var out []candidate
	var score []float64
	for _, o := range list {
		c := s.list[o.at]
		i := slices.IndexFunc(out, func(d candidate) bool { return alike(c.words, d.words) })
		switch {
		case i < 0 && len(out) == labelsTried:
			return out
		case i < 0:
			out, score = append(out, c), append(score, o.score)
		case !strings.Contains(out[i].text, " ") && strings.Contains(c.text, " ") && o.score >= fullerName*score[i]:
			out[i] = c
		}
	}
	return out
}

// terms returns up to termsShown terms of each topic, best first: of its best words those that are also associated with
// each other.
func (s *scope) terms() [][]Term {
	common := int(commonTerm * float64(len(s.docs)))
	if len(s.docs) < 50 {
		common = len(s.docs) * 2 / 3
	}
	best := s.best(func(c *candidate, _ int, ratio float64) float64 {
		if !c.plain || c.df > common {
			return 0
		}
		return ratio
	})
	slot := make([]int32, len(s.list)) // of each candidate: topic·termsTried + its place in best[topic], or -1
	for i := range slot {
		slot[i] = -1
	}
	for t := range best {
		best[t] = best[t][:min(termsTried, len(best[t]))]
		for place, o := range best[t] {
			slot[o.at] = int32(t*termsTried + place)
		}
	}
	together := s.together(slot)
	out := make([][]Term, len(best))
	for t, list := range best {
		for _, i := range s.coherent(list, together[t]) {
			out[t] = append(out[t], Term{Text: s.list[list[i].at].text, Weight: float32(list[i].score)})
		}
	}
	return out
}

// together counts the documents that have two words of one topic: for each topic a termsTried × termsTried matrix by
// place, of which the part above the diagonal is filled.
func (s *scope) together(slot []int32) [][]int32 {
	out := make([][]int32, len(s.sizes))
	for t := range out {
		out[t] = make([]int32, termsTried*termsTried)
	}
	var met []int32
	for _, d := range s.docs {
		met = met[:0]
		for _, w := range s.in.Words.Counts.Row(int(d)).Index {
			if i := s.word[w]; i >= 0 && slot[i] >= 0 {
				met = append(met, slot[i])
			}
		}
		slices.Sort(met)
		for i, a := range met {
			for _, b := range met[i+1:] {
				if a/termsTried != b/termsTried {
					break
				}
				out[a/termsTried][a%termsTried*termsTried+b%termsTried]++
			}
		}
	}
	return out
}

// coherent returns the places in list of the terms to show, ascending. While there are more than termsShown, it removes
// the word with the lowest weighted sum of two figures: its mean normalised pointwise mutual information with the words
// left, and its score relative to the best word. The best word always stays.
func (s *scope) coherent(list []scored, together []int32) []int {
	k := len(list)
	n := float64(len(s.docs))
	npmi := make([]float64, k*k)
	for i := range k {
		for j := i + 1; j < k; j++ {
			v := -1.0
			if both := float64(together[i*termsTried+j]); both >= n {
				v = 1
			} else if both > 0 {
				v = math.Log(both*n/(float64(s.list[list[i].at].df)*float64(s.list[list[j].at].df))) / -math.Log(both/n)
			}
			npmi[i*k+j], npmi[j*k+i] = v, v
		}
	}
	left := make([]int, k)
	for i := range left {
		left[i] = i
	}
	for len(left) > termsShown {
		worst, least := 1, math.Inf(1)
		for at := 1; at < len(left); at++ {
			sum := 0.0
			for _, j := range left {
				sum += npmi[left[at]*k+j]
			}
			v := coherence*sum/float64(len(left)-1) + (1-coherence)*list[left[at]].score/list[0].score
			if v < least {
				worst, least = at, v
			}
		}
		left = slices.Delete(left, worst, worst+1)
	}
	return left
}
