package topic

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// candidatesNamed is the number of best terms of a topic from which its label is chosen.
const candidatesNamed = 40

// scoredTerm is a label term with its class-based weight in one topic.
type scoredTerm struct {
	term   uint32
	docs   int // members the term stands in
	weight float64
}

// name fills Terms, Label and Description of every topic: terms by class-based TF-IDF over document frequencies, the label
// from the best terms and phrases, no two labels alike.
func name(list []Topic, in Input, members [][]int32) {
	df := make([]int32, len(in.Names))
	for _, t := range in.Terms.Index {
		df[t]++
	}
	ranked := make([][]scoredTerm, len(list))
	parallel(len(list), func(c int) { ranked[c] = rankTerms(in, members[c], df) })
	order := make([]int, len(list))
	for c := range order {
		order[c] = c
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(list[b].Size, list[a].Size), a-b) })
	taken := map[string]bool{}
	for _, c := range order {
		list[c].Terms = distinctTerms(in.Names, ranked[c])
		list[c].Label = label(in.Names, ranked[c], list[c].ID, taken)
		list[c].Description = describe(list[c])
	}
}

// rankTerms scores the terms of one topic by the pointwise gain of the topic over the corpus, weighted by how much of the
// topic the term covers (class-based TF-IDF; Grootendorst, 2022, with document frequencies for counts, so that one paper
// repeating a word does not name a topic).
func rankTerms(in Input, members []int32, df []int32) []scoredTerm {
	inside := map[uint32]int{}
	for _, i := range members {
		for _, t := range in.Terms.Row(int(i)).Index {
			inside[t]++
		}
	}
	n, m := float64(in.Terms.Rows()), float64(max(1, len(members)))
	floor := max(1, int(m/50))
	if m > 3 {
		floor = max(2, floor)
	}
	out := make([]scoredTerm, 0, len(inside))
	for t, docs := range inside {
		if docs < floor {
			continue
		}
		share, all := float64(docs)/m, float64(df[t])/n
		gain := math.Log(share / all)
		if gain <= 0 && len(members) < in.Terms.Rows() {
			continue
		}
		out = append(out, scoredTerm{term: t, docs: docs, weight: math.Sqrt(share) * max(gain, 1e-3)})
	}
	slices.SortFunc(out, func(a, b scoredTerm) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(in.Names[a.term], in.Names[b.term]))
	})
	return out
}

// distinctTerms returns the first termsShown terms, leaving out one whose words all stand in a better one or contain it.
func distinctTerms(names []string, ranked []scoredTerm) []Term {
	var out []Term
	for _, s := range ranked {
		if len(out) == termsShown {
			break
		}
		name := names[s.term]
		if !slices.ContainsFunc(out, func(t Term) bool { return overlaps(t.Text, name) }) {
			out = append(out, Term{Text: name, Weight: float32(s.weight)})
		}
	}
	return out
}

// overlaps reports whether the words of one name are all among those of the other, plural s aside.
func overlaps(a, b string) bool {
	x, y := stems(a), stems(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	for _, w := range x {
		if !slices.Contains(y, w) {
			return false
		}
	}
	return true
}

func stems(s string) []string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ' ' || r == '-' })
	for i, w := range words {
		words[i] = strings.TrimSuffix(w, "s")
	}
	return words
}

// label picks the name of a topic: the best phrase where one carries the topic nearly as well as the best word, else the
// best two words; further terms are added while the name is taken.
func label(names []string, ranked []scoredTerm, id int, taken map[string]bool) string {
	ranked = ranked[:min(len(ranked), candidatesNamed)]
	if len(ranked) == 0 {
		return unique("Topic", id, taken)
	}
	first := 0
	for i, s := range ranked {
		if strings.Contains(names[s.term], " ") && s.weight >= 0.6*ranked[0].weight {
			first = i
			break
		}
	}
	parts := []string{names[ranked[first].term]}
	for i, s := range ranked {
		text := strings.Join(parts, ", ")
		if len(parts) >= 2 && !taken[strings.ToLower(text)] {
			break
		}
		if i != first && !slices.ContainsFunc(parts, func(p string) bool { return overlaps(p, names[s.term]) }) {
			parts = append(parts, names[s.term])
		}
	}
	return unique(strings.Join(parts, ", "), id, taken)
}

// unique marks text as taken; where it already was, the topic's id tells it apart.
func unique(text string, id int, taken map[string]bool) string {
	if key := strings.ToLower(text); taken[key] || text == "Topic" {
		text += " (" + strconv.Itoa(id) + ")"
	}
	taken[strings.ToLower(text)] = true
	return text
}

// describe is one line made from the terms.
func describe(t Topic) string {
	var further []string
	for _, term := range t.Terms {
		if !strings.Contains(strings.ToLower(t.Label), strings.ToLower(term.Text)) {
			further = append(further, term.Text)
		}
	}
	further = further[:min(5, len(further))]
	if len(further) == 0 {
		return ""
	}
	return "Papers on " + t.Label + ": " + strings.Join(further, ", ") + "."
}
