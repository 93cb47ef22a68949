package recommend

import (
	"cmp"
	"slices"
	"strings"
)

// maxReasons is the number of terms that explain a hit. The rest is summed up in one Reason without a term.
const maxReasons = 8

// share is the part of a term in the fused score.
type share struct {
	term            uint32
	lexical, latent float64
}

// explain decomposes the score of row for q into the parts of terms. The fused score is a sum over terms: in
// the lexical view, of the products of both texts' values; in the latent view, of what each term of the query
// and of its feedback adds to the latent product. One factor scales the parts to the calibrated score, so they
// sum to it.
func (e *Engine) explain(q *queryVector, row int, score float32) []Reason {
	shares := e.shares(q, row)
	var raw float64
	for _, s := range shares {
		raw += s.lexical + s.latent
	}
	if raw <= 0 {
		return []Reason{{Share: score}}
	}
	scale := float64(score) / raw
	common, apart := e.split(q, row, shares)
	reasons := e.byName(common, scale)
	rest := Reason{Share: score}
	n := 0
	for n < len(reasons) && n < maxReasons && reasons[n].Share > 0 {
		rest.Share -= reasons[n].Share
		n++
	}
	for _, r := range reasons[n:] {
		rest.Lexical += r.Lexical
		rest.Latent += r.Latent
	}
	for _, s := range apart {
		rest.Lexical += float32(scale * s.lexical)
		rest.Latent += float32(scale * s.latent)
	}
	if n == len(reasons) && len(apart) == 0 {
		return reasons
	}
	return append(reasons[:n:n], rest)
}

// split parts shares into those of the terms that stand in the paper of row and in a positive seed, and the others. A
// reader is told of the first alone: a word that one of the two papers lacks is no reason that they are alike.
func (e *Engine) split(q *queryVector, row int, shares []share) (common, apart []share) {
	paper := e.index.Views(row).Lexical
	for _, s := range shares {
		if paper.At(s.term) != 0 && q.asks(s.term) {
			common = append(common, s)
		} else {
			apart = append(apart, s)
		}
	}
	return common, apart
}

// asks reports whether a term stands in a positive seed.
func (q *queryVector) asks(term uint32) bool {
	for _, s := range q.summands[:q.positive] {
		if s.views.Lexical.At(term) != 0 {
			return true
		}
	}
	return false
}

// shares returns the part of every term in the score of row, ascending by term.
func (e *Engine) shares(q *queryVector, row int) []share {
	views := e.index.Views(row)
	seg, r := e.index.at(row)
	weights := seg.weights[r]
	var all []share
	for i, j := 0, 0; i < q.lexical.Len() && j < views.Lexical.Len(); {
		switch a, b := q.lexical.Index[i], views.Lexical.Index[j]; {
		case a == b:
			v := float64(weights.lexical) * float64(q.lexical.Value[i]) * float64(views.Lexical.Value[j])
			all = append(all, share{term: a, lexical: v})
			i++
			j++
		case a < b:
			i++
		default:
			j++
		}
	}
	if len(views.Latent) > 0 {
		for _, s := range q.summands {
			factor := float64(weights.latent) * float64(e.index.queryWeights(s.views).latent) * float64(s.coefficient)
			for k, v := range e.model.LatentShares(s.views.Lexical, views.Latent) {
				all = append(all, share{term: s.views.Lexical.Index[k], latent: factor * float64(v)})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b share) int { return cmp.Compare(a.term, b.term) })
	merged := all[:0]
	for _, s := range all {
		if k := len(merged) - 1; k >= 0 && merged[k].term == s.term {
			merged[k].lexical += s.lexical
			merged[k].latent += s.latent
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// byName turns shares into reasons, largest first. Terms of one readable form become one reason.
func (e *Engine) byName(shares []share, scale float64) []Reason {
	at := make(map[string]int, len(shares))
	reasons := make([]Reason, 0, len(shares))
	for _, s := range shares {
		name := e.model.Surface(s.term)
		i, ok := at[name]
		if !ok {
			i = len(reasons)
			at[name] = i
			reasons = append(reasons, Reason{Term: name})
		}
		reasons[i].Lexical += float32(scale * s.lexical)
		reasons[i].Latent += float32(scale * s.latent)
	}
	for i := range reasons {
		reasons[i].Share = reasons[i].Lexical + reasons[i].Latent
	}
	slices.SortFunc(reasons, func(a, b Reason) int {
		if a.Share != b.Share {
			return cmp.Compare(b.Share, a.Share)
		}
		return cmp.Compare(a.Term, b.Term)
	})
	return reasons
}

// Absorbed returns the reasons that have a term, largest first, words added to the first that holds them among others.
func Absorbed(reasons []Reason) []Reason {
	words := func(term string) []string {
		return strings.FieldsFunc(strings.ToLower(term), func(r rune) bool { return r == ' ' || r == '-' })
	}
	var out, single []Reason
	for _, re := range reasons {
		switch {
		case re.Term == "":
		case len(words(re.Term)) > 1:
			out = append(out, re)
		default:
			single = append(single, re)
		}
	}
	phrases := len(out)
	for _, re := range single {
		term := strings.ToLower(re.Term)
		at := slices.IndexFunc(out[:phrases], func(p Reason) bool {
			return slices.Contains(words(p.Term), term)
		})
		if at < 0 {
			out = append(out, re)
			continue
		}
		out[at].Share += re.Share
		out[at].Lexical += re.Lexical
		out[at].Latent += re.Latent
	}
	slices.SortStableFunc(out, func(x, y Reason) int { return cmp.Compare(y.Share, x.Share) })
	return out
}
