package naming

import (
	"cmp"
	_ "embed"
	"slices"
	"strings"
	"sync"
)

// Level says which list of subjects may name the topics of a scope.
type Level int

// Levels of naming.
const (
	Parts  Level = iota // parts of a topic: no list, for their names are narrower than any
	Topics              // main topics
	Fields              // fields, each with several topics
)

// Constants of the choice of a subject.
const (
	aboutWeight     = 2    // weight of the seeds that a document about a subject has
	subjectCoverage = 0.35 // least share of a topic's documents that are about the subject
	fieldCoverage   = 0.25 // the same for a field, which is wider
	subjectLift     = 1.5  // least ratio of that share to the one outside the topic
	phraseCoverage  = 0.35 // share of a topic's documents at which a phrase of its own is the better name
)

//go:embed subjects.txt
var subjectList string

// subject is a subject of research that may name a topic.
type subject struct {
	name  string
	level Level
}

// seed is a word or phrase of a subject.
type seed struct {
	subject uint32
	weight  uint8
}

// inventory holds all subjects and finds their seeds. A seed is known by its number.
type inventory struct {
	subjects []subject
	seeds    []seed
	exact    map[string][]uint32 // seeds by spelled
	prefixes []prefixSeed
}

type prefixSeed struct {
	prefix string
	seed   uint32
}

// subjects returns the inventory that the binary holds.
var subjects = sync.OnceValue(func() *inventory { return parseSubjects(subjectList) })

// parseSubjects reads a list of subjects, whose syntax stands at its head.
func parseSubjects(list string) *inventory {
	inv := &inventory{exact: make(map[string][]uint32)}
	level := Parts
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		switch line {
		case "= fields":
			level = Fields
		case "= topics":
			level = Topics
		}
		name, seeds, ok := strings.Cut(line, ": ")
		if !ok || line[0] == '#' {
			continue
		}
		for text := range strings.SplitSeq(seeds, ",") {
			s := seed{subject: uint32(len(inv.subjects)), weight: 1}
			text = strings.TrimSpace(text)
			if strings.Contains(text, " ") {
				s.weight = aboutWeight
			}
			if strong, ok := strings.CutPrefix(text, "!"); ok {
				text, s.weight = strong, aboutWeight
			}
			number := uint32(len(inv.seeds))
			inv.seeds = append(inv.seeds, s)
			if prefix, ok := strings.CutSuffix(text, "*"); ok {
				inv.prefixes = append(inv.prefixes, prefixSeed{prefix, number})
			} else {
				inv.exact[spelled(text)] = append(inv.exact[spelled(text)], number)
			}
		}
		inv.subjects = append(inv.subjects, subject{name, level})
	}
	return inv
}

// spelled returns a name as seeds are compared: in lower case, with spaces for hyphens, each word in the singular.
func spelled(name string) string { return strings.Join(stems(strings.ToLower(name)), " ") }

// find returns the seeds that a name is one of.
func (inv *inventory) find(name string) []uint32 {
	if name == "" {
		return nil
	}
	out := inv.exact[spelled(name)]
	lower := strings.ToLower(name)
	for _, p := range inv.prefixes {
		if strings.HasPrefix(lower, p.prefix) {
			out = append(out[:len(out):len(out)], p.seed)
		}
	}
	return out
}

// subjectsOf returns the subjects of each document, ascending.
func (c *Corpus) subjectsOf(inv *inventory) [][]uint32 {
	byWord, byPhrase := make([][]uint32, len(c.WordNames)), make([][]uint32, len(c.PhraseNames))
	for i, name := range c.WordNames {
		byWord[i] = inv.find(name)
	}
	for i, name := range c.PhraseNames {
		byPhrase[i] = inv.exact[spelled(name)]
	}
	out := make([][]uint32, c.Words.Counts.Rows())
	lastSeed, weight := slices.Repeat([]int{-1}, len(inv.seeds)), make([]uint8, len(inv.subjects))
	var touched []uint32
	for d := range out {
		touched = touched[:0]
		meet := func(seeds []uint32) {
			for _, number := range seeds {
				if lastSeed[number] == d {
					continue
				}
				lastSeed[number] = d
				s := inv.seeds[number]
				if weight[s.subject] == 0 {
					touched = append(touched, s.subject)
				}
				weight[s.subject] += s.weight
			}
		}
		for _, w := range c.Words.Counts.Row(d).Index {
			meet(byWord[w])
		}
		for _, p := range c.Phrases.Counts.Row(d).Index {
			meet(byPhrase[p])
		}
		for _, s := range touched {
			if weight[s] >= aboutWeight {
				out[d] = append(out[d], s)
			}
			weight[s] = 0
		}
		slices.Sort(out[d])
	}
	return out
}

// subjects chooses a subject for the topics of the scope, "" for a topic that none fits. No two topics get the same.
// A subject fits if enough documents of the topic are about it, and a smaller share of the others. It counts by the
// likelihood ratio of the documents about it, times share / (share + lowCoverage).
func (s *scope) subjects(inv *inventory, about [][]uint32, level Level) []string {
	k := len(s.sizes)
	out := make([]string, k)
	if level == Parts || k < 2 {
		return out
	}
	inside := make([]int32, len(inv.subjects)*k)
	total := make([]int32, len(inv.subjects))
	for i, d := range s.docs {
		for _, j := range about[d] {
			inside[int(j)*k+int(s.cell[i])]++
			total[j]++
		}
	}
	type pairing struct {
		topic, subject int
		value          float64
	}
	var list []pairing
	n, least := float64(len(s.docs)), subjectCoverage
	if level == Fields {
		least = fieldCoverage
	}
	for j := range inv.subjects {
		if inv.subjects[j].level != level {
			continue
		}
		for t := range k {
			a, size := float64(inside[j*k+t]), float64(s.sizes[t])
			b, rest := float64(total[j])-a, n-size
			share := a / size
			if a < 3 || share < least || a*rest < subjectLift*b*size {
				continue
			}
			list = append(list, pairing{t, j, likelihoodRatio(a, size, b, rest) * share / (share + lowCoverage)})
		}
	}
	slices.SortFunc(list, func(a, b pairing) int {
		return cmp.Or(cmp.Compare(b.value, a.value), cmp.Compare(a.topic, b.topic), cmp.Compare(a.subject, b.subject))
	})
	used := make([]bool, len(inv.subjects))
	for _, p := range list {
		if out[p.topic] == "" && !used[p.subject] {
			out[p.topic], used[p.subject] = inv.subjects[p.subject].name, true
		}
	}
	return out
}
