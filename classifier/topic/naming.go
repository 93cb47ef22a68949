package topic

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

const (
	termsShown   = 10
	termsTried   = 30   // of which the terms shown are chosen
	coherence    = 0.65 // of a term with the others, against how telling it is
	labelsTried  = 8
	phraseBonus  = 1.35
	titleBonus   = 0.5  // for standing in the titles of all its papers
	genericMalus = 0.5  // for words that tell nothing alone
	furtherTerms = 4    // in a description
	rareName     = 0.03 // share of a topic's documents at which a name counts half: it must stand for all of them
	fullerName   = 0.5  // of a word's score, what a phrase with it must have to take its place
)

// naming is what the topics of one scope may be called.
type naming struct {
	terms  [][]Term
	labels [][]candidate // best first
}

// name finds terms and labels for the topics of a scope.
func (s *scope) name() *naming {
	n := &naming{}
	common := int(commonTerm * float64(len(s.docs)))
	if len(s.docs) < 50 {
		common = len(s.docs) * 2 / 3
	}
	n.terms = s.terms(s.best(func(c *candidate, _ int, ratio float64) float64 {
		if !c.plain || c.df > common {
			return 0
		}
		return ratio
	}))
	least := int32(min(2, minDocuments(len(s.in.IDs))))
	labels := s.best(func(c *candidate, t int, ratio float64) float64 {
		if !c.named || c.inTopic[t] < least {
			return 0
		}
		share := float64(c.inTopic[t]) / float64(s.sizes[t])
		v := ratio * (1 - genericMalus*c.generic) * (1 + titleBonus*float64(c.inTitle[t])/float64(c.inTopic[t])) * share / (share + rareName)
		if len(c.words) > 1 {
			v *= phraseBonus
		}
		return v
	})
	n.labels = make([][]candidate, len(labels))
	for t, list := range labels {
		n.labels[t] = s.distinct(list)
	}
	return n
}

// distinct returns the first names of list of which no two are alike. A word gives way to the first phrase with it that is not much
// less telling.
func (s *scope) distinct(list []owned) []candidate {
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
		case len(out[i].words) == 1 && len(c.words) > 1 && o.score >= fullerName*score[i]:
			out[i] = c
		}
	}
	return out
}

// alike reports that two names share two words, or all words of one, or that one is the initials of the other.
func alike(a, b []string) bool {
	if isInitials(a, b) || isInitials(b, a) {
		return true
	}
	shared := 0
	for i, w := range a {
		same := func(v string) bool { return sameStem(v, w) }
		if slices.ContainsFunc(b, same) && !slices.ContainsFunc(a[:i], same) {
			shared++
		}
	}
	return shared >= min(2, len(a), len(b))
}

func isInitials(a, b []string) bool {
	if len(a) != 1 || len(b) < 2 || len(a[0]) != len(b) {
		return false
	}
	for i, w := range b {
		if w == "" || w[0] != a[0][i] {
			return false
		}
	}
	return true
}

// sameStem reports that two words are most likely forms of one: matrix and matrices, sort and sorting.
func sameStem(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	shared := 0
	for shared < len(a) && a[shared] == b[shared] {
		shared++
	}
	return a == b || shared >= max(4, len(a)-2)
}

// terms chooses the terms of each topic from its best words: those that also stand together, by normalised pointwise mutual
// information. The best word always stays.
func (s *scope) terms(best [][]owned) [][]Term {
	var candidates [][]owned
	slot := make([]int32, len(s.list)) // of each candidate: topic·termsTried + place among its candidates, or -1
	for i := range slot {
		slot[i] = -1
	}
	for t, list := range best {
		list = list[:min(termsTried, len(list))]
		candidates = append(candidates, list)
		for place, o := range list {
			slot[o.at] = int32(t*termsTried + place)
		}
	}
	together := s.together(slot)
	out := make([][]Term, len(best))
	for t, list := range candidates {
		for _, i := range s.coherent(list, together[t]) {
			out[t] = append(out[t], Term{Text: s.list[list[i].at].text, Weight: float32(list[i].score)})
		}
	}
	return out
}

// together counts the documents in which two candidates of one topic stand: a square of termsTried for each topic.
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

// coherent returns the places of the terms to show, ascending.
func (s *scope) coherent(list []owned, together []int32) []int {
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

// apply names the topics at positions of list, in the order given. A kept label stays; taken are the labels in use, in lower
// case.
func (n *naming) apply(list []*Topic, kept []string, forms spellings, taken map[string]bool) {
	keeps := make([]bool, len(list))
	for t := range kept {
		if key := strings.ToLower(kept[t]); key != "" && !taken[key] {
			keeps[t], taken[key] = true, true
		}
	}
	for t, topic := range list {
		topic.Terms = n.terms[t]
		if topic.Terms == nil {
			topic.Terms = []Term{}
		}
		parts := make([]string, len(n.labels[t]))
		for i, c := range n.labels[t] {
			parts[i] = forms.write(c.text)
		}
		if keeps[t] {
			topic.Label = kept[t]
		} else {
			topic.Label = choose(parts, topic.ID, taken)
		}
		topic.Description = describe(topic.Label, parts)
	}
}

// choose makes a label of the best names: a phrase by itself, a word with a second name beside it. More names are added while
// the label is taken.
func choose(parts []string, id int, taken map[string]bool) string {
	if len(parts) == 0 {
		return unique("Topic", id, taken)
	}
	used := 1
	if !strings.Contains(parts[0], " ") {
		used = min(2, len(parts))
	}
	label := strings.Join(parts[:used], ", ")
	for used < len(parts) && taken[strings.ToLower(label)] {
		used++
		label = strings.Join(parts[:used], ", ")
	}
	return unique(label, id, taken)
}

// unique marks text as taken; where it already was, the topic's id tells it apart.
func unique(text string, id int, taken map[string]bool) string {
	if key := strings.ToLower(text); taken[key] || text == "Topic" {
		text += " (" + strconv.Itoa(id) + ")"
	}
	taken[strings.ToLower(text)] = true
	return text
}

// describe is one line made from the names that are not in the label.
func describe(label string, parts []string) string {
	var further []string
	words := stems(strings.ToLower(strings.ReplaceAll(label, ",", "")))
	for _, p := range parts {
		if len(further) < furtherTerms && !alike(stems(strings.ToLower(p)), words) {
			further = append(further, p)
		}
	}
	if len(further) == 0 {
		return ""
	}
	list := further[0]
	if len(further) > 1 {
		list = strings.Join(further[:len(further)-1], ", ") + " and " + further[len(further)-1]
	}
	return "Papers on " + label + ": " + list + "."
}

// spellings are the words that are mostly written in lower case.
type spellings map[string]bool

func newSpellings(names []string) spellings {
	s := make(spellings)
	for _, name := range names {
		if name != "" && name == strings.ToLower(name) {
			s[strings.TrimSuffix(name, "s")] = true
		}
	}
	return s
}

// write returns a name with the words that only titles and the beginnings of sentences capitalise in lower case.
func (s spellings) write(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		parts := strings.Split(w, "-")
		for j, p := range parts {
			lower := strings.ToLower(p)
			if p != lower && (p[:1]+lower[min(1, len(lower)):] == p) && (s[strings.TrimSuffix(lower, "s")] || s[strings.TrimSuffix(lower, "ies")+"y"]) {
				parts[j] = lower
			}
		}
		words[i] = strings.Join(parts, "-")
	}
	return strings.Join(words, " ")
}
