package recommend

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"kindred/classifier/vec"
)

// The interests of a library are clusters of its papers in the latent view, by average linkage (Sokal and Michener
// 1958): the two clusters whose papers are most alike on average are joined, until no two are alike by more than
// chance. Their number so follows from the papers.
const (
	// linkDeviations is how many σ above μ, of the latent products of random pairs of papers, two clusters of one
	// interest are alike.
	linkDeviations = 0.5
	// maxInterests is the largest number of interests. Each costs a scan of the index.
	maxInterests = 12
	// leastPart is the part of a library, one in so many papers, that an interest has at least. The papers of smaller
	// clusters join the nearest interest.
	leastPart = 40
	// linkedPapers is the number of papers that are clustered. In a larger library they are drawn from it at equal
	// steps, and the others join the nearest interest.
	linkedPapers = 500
)

// interests parts a library of papers with known terms. Each part lists papers by their number, ascending.
func (ix *Index) interests(library []vec.Views) [][]int {
	n := len(library)
	if n == 0 {
		return nil
	}
	if len(library[0].Latent) == 0 {
		return [][]int{numbers(n)}
	}
	drawn := make([]int, 0, min(n, linkedPapers))
	for i := range min(n, linkedPapers) {
		drawn = append(drawn, i*n/min(n, linkedPapers))
	}
	mean, deviation := ix.latentChance()
	clusters := link(library, drawn, float32(mean+linkDeviations*deviation))
	slices.SortStableFunc(clusters, func(a, b []int) int { return cmp.Compare(len(b), len(a)) })
	kept := 1
	for kept < min(len(clusters), maxInterests) && len(clusters[kept])*leastPart >= len(drawn) {
		kept++
	}
	centres := make([][]float32, kept)
	in := make([]int, n) // 1 + cluster, 0 for none yet
	for c, members := range clusters[:kept] {
		centres[c] = make([]float32, len(library[0].Latent))
		for _, i := range members {
			vec.Axpy(1, library[i].Latent, centres[c])
			in[i] = c + 1
		}
		vec.Normalize(centres[c])
	}
	parts := make([][]int, kept)
	for i, v := range library {
		if in[i] == 0 {
			best := vec.Dot(centres[0], v.Latent)
			in[i] = 1
			for c := 1; c < kept; c++ {
				if s := vec.Dot(centres[c], v.Latent); s > best {
					best, in[i] = s, c+1
				}
			}
		}
		parts[in[i]-1] = append(parts[in[i]-1], i)
	}
	return parts
}

func numbers(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// latentChance returns the mean and the deviation of the latent products of random pairs of base rows, the same pairs
// every time, drawn to the usual ones where pairs are few.
func (ix *Index) latentChance() (mean, deviation float64) {
	usualMean, usualDeviation := usual(1)
	n := len(ix.base.ids)
	if n < 2 {
		return usualMean, usualDeviation
	}
	rng := rand.New(rand.NewPCG(2, uint64(n)))
	var count, sum, squares float64
	for range randomPairs {
		if a, b := rng.IntN(n), rng.IntN(n); a != b {
			s := float64(vec.Dot(ix.base.latent.Row(a), ix.base.latent.Row(b)))
			count, sum, squares = count+1, sum+s, squares+s*s
		}
	}
	own := 1 - ix.few
	mean = sum / max(1, count)
	variance := max(0, squares/max(1, count)-mean*mean)
	return own*mean + (1-own)*usualMean, math.Sqrt(own*variance + (1-own)*usualDeviation*usualDeviation)
}

// link joins the chosen papers into clusters while two of them have a mean latent product of least or more.
func link(library []vec.Views, chosen []int, least float32) [][]int {
	n := len(chosen)
	clusters := make([][]int, n)
	alike := vec.NewDense(n, n) // mean product of two clusters
	for a, i := range chosen {
		clusters[a] = []int{i}
		for b := range a {
			s := vec.Dot(library[i].Latent, library[chosen[b]].Latent)
			alike.Row(a)[b], alike.Row(b)[a] = s, s
		}
	}
	nearest := make([]int, n) // of each cluster; -1 for none
	find := func(a int) {
		nearest[a] = -1
		for b, s := range alike.Row(a) {
			if b != a && clusters[b] != nil && (nearest[a] < 0 || s > alike.Row(a)[nearest[a]]) {
				nearest[a] = b
			}
		}
	}
	for a := range clusters {
		find(a)
	}
	for {
		best := -1
		for a, b := range nearest {
			if clusters[a] != nil && b >= 0 && (best < 0 || alike.Row(a)[b] > alike.Row(best)[nearest[best]]) {
				best = a
			}
		}
		if best < 0 || alike.Row(best)[nearest[best]] < least {
			break
		}
		a, b := best, nearest[best]
		x, y := float32(len(clusters[a])), float32(len(clusters[b]))
		clusters[a], clusters[b] = append(clusters[a], clusters[b]...), nil
		for c := range clusters {
			s := (x*alike.Row(a)[c] + y*alike.Row(b)[c]) / (x + y)
			alike.Row(a)[c], alike.Row(c)[a] = s, s
		}
		for c := range clusters {
			if clusters[c] != nil && (c == a || nearest[c] == a || nearest[c] == b || alike.Row(c)[a] > alike.Row(c)[max(0, nearest[c])]) {
				find(c)
			}
		}
	}
	out := slices.DeleteFunc(clusters, func(c []int) bool { return c == nil })
	for _, c := range out {
		slices.Sort(c)
	}
	return out
}

// Labels of interests.
const (
	// labelTerms is the number of terms of a label.
	labelTerms = 2
	// labelCoverage is the share of the papers of an interest that a term of its label stands in.
	labelCoverage = 0.25
)

// Label names a part of a library by what its papers share and the rest of the library lacks: a phrase where the term that
// counts most stands in one, else up to two terms; "" where there are none. A term counts by its mean weight in the papers, less
// that in the rest, and by the root of the number of papers that have it.
func (e *Engine) Label(library []vec.Views, members []int) string {
	type entry struct {
		in, out float64
		papers  int
	}
	terms := map[uint32]entry{}
	inside := make([]bool, len(library))
	for _, i := range members {
		inside[i] = true
	}
	rest := float64(max(1, len(library)-len(members)))
	for i, v := range library {
		for k, t := range v.Lexical.Index {
			n := terms[t]
			if inside[i] {
				n.in += float64(v.Lexical.Value[k]) / float64(len(members))
				n.papers++
			} else {
				n.out += float64(v.Lexical.Value[k]) / rest
			}
			terms[t] = n
		}
	}
	type choice struct {
		name  string
		value float64
	}
	var choices []choice
	for t, n := range terms {
		if float64(n.papers) >= labelCoverage*float64(len(members)) && n.in > n.out {
			choices = append(choices, choice{e.model.Surface(t), (n.in - n.out) * math.Sqrt(float64(n.papers))})
		}
	}
	slices.SortFunc(choices, func(a, b choice) int {
		return cmp.Or(cmp.Compare(b.value, a.value), strings.Compare(a.name, b.name))
	})
	sorted := make([]string, len(choices))
	for i, c := range choices {
		sorted[i] = c.name
	}
	if phrase := phraseOf(sorted); phrase != "" {
		return phrase
	}
	var names []string
	for _, c := range choices {
		if len(names) == labelTerms {
			break
		}
		if !slices.ContainsFunc(names, func(name string) bool { return sharesWord(name, c.name) }) {
			names = append(names, c.name)
		}
	}
	return strings.Join(names, ", ")
}

// phraseOf returns the first of the terms, best first, that is a phrase and has the best term in it, "" for none. A phrase that
// goes on where it ends makes it longer: "graph neural" and "neural networks".
func phraseOf(terms []string) string {
	if len(terms) == 0 {
		return ""
	}
	parts := func(term string) (first, last string, ok bool) {
		words := strings.Fields(term)
		return words[0], words[len(words)-1], len(words) > 1
	}
	at := slices.IndexFunc(terms, func(t string) bool {
		_, _, phrase := parts(t)
		return phrase && sharesWord(t, terms[0])
	})
	if at < 0 {
		return ""
	}
	phrase := terms[at]
	_, last, _ := parts(phrase)
	for _, next := range terms {
		if first, _, ok := parts(next); ok && strings.EqualFold(first, last) {
			return phrase + strings.TrimPrefix(next, first)
		}
	}
	return phrase
}

func sharesWord(a, b string) bool {
	split := func(r rune) bool { return r == ' ' || r == '-' }
	words := strings.FieldsFunc(strings.ToLower(a), split)
	return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(b), split), func(w string) bool { return slices.Contains(words, w) })
}
