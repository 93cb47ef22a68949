package naming

import (
	"math"
	"slices"
	"strings"
)

// weighCoverage multiplies the score of each name by what it covers, and sorts the names of each topic anew. A name is
// good if most of a topic's documents are about it. A phrase is rarely in most of them word for word, but its telling
// words are. The coverage of a name is the mean of two shares of the topic's documents: those that have the name, and
// those that have the name or one of its telling words. The second share also counts by how much it tells the topic
// from the others: the score is the geometric mean of the likelihood ratios of both sets of documents.
func (s *scope) weighCoverage(best [][]scored) {
	inside, outside := s.spread(best)
	all, extra := float64(len(s.docs)), 0.0
	if s.in.Background != nil {
		extra = backgroundDocs
	}
	for t, list := range best {
		size := float64(s.sizes[t])
		for i := range list {
			c := &s.list[list[i].at]
			a := float64(inside[t][i])
			elsewhere := extra * s.spreadElsewhere(c, t)
			wide := likelihoodRatio(a, size, float64(outside[t][i])+elsewhere, all+extra-size)
			own := float64(c.inTopic[t])
			narrow := likelihoodRatio(own, size, float64(c.df)-own+extra*c.elseDF, all+extra-size)
			coverage := (own + a) / (2 * size)
			v := list[i].score * coverage / (coverage + lowCoverage)
			if narrow > 0 {
				v *= math.Sqrt(max(0, wide) / narrow)
			}
			list[i].score = v
		}
		s.sort(list)
	}
}

// spread counts, for each name of each topic, the documents inside and outside the topic that have the name or one of
// its telling words.
func (s *scope) spread(best [][]scored) (inside, outside [][]int32) {
	slots := 0
	first := make([]int, len(best)) // slot of each topic's first name
	slotOf := slices.Repeat([]int32{-1}, len(s.list))
	byWord := make(map[uint32][]int32)
	var topicOf []int32 // of each slot
	for t, list := range best {
		first[t] = slots
		for _, o := range list {
			slotOf[o.at] = int32(slots)
			for _, w := range s.telling(&s.list[o.at], t) {
				byWord[w] = append(byWord[w], int32(slots))
			}
			topicOf = append(topicOf, int32(t))
			slots++
		}
	}
	in, out, last := make([]int32, slots), make([]int32, slots), slices.Repeat([]int32{-1}, slots)
	for i, d := range s.docs {
		meet := func(slot int32) {
			if slot < 0 || last[slot] == d {
				return
			}
			last[slot] = d
			if topicOf[slot] == s.cell[i] {
				in[slot]++
			} else {
				out[slot]++
			}
		}
		for _, p := range s.in.Phrases.Counts.Row(int(d)).Index {
			if c := s.phrase[p]; c >= 0 {
				meet(slotOf[c])
			}
		}
		for _, w := range s.in.Words.Counts.Row(int(d)).Index {
			if c := s.word[w]; c >= 0 {
				meet(slotOf[c])
			}
			for _, slot := range byWord[w] {
				meet(slot)
			}
		}
	}
	for t, list := range best {
		inside = append(inside, in[first[t]:first[t]+len(list)])
		outside = append(outside, out[first[t]:first[t]+len(list)])
	}
	return inside, outside
}

// telling returns the words of a phrase that tell a topic from the others, as columns of Corpus.Words: words that
// characterise a subject and whose share of documents inside the topic is tellingLift times that outside.
func (s *scope) telling(name *candidate, topic int) []uint32 {
	var out []uint32
	size, rest := float64(s.sizes[topic]), float64(len(s.docs)-s.sizes[topic])
	for _, w := range name.parts {
		i := s.word[w]
		if i < 0 || !s.list[i].plain {
			continue
		}
		a := float64(s.list[i].inTopic[topic])
		if b := float64(s.list[i].df) - a; a*rest >= tellingLift*b*size {
			out = append(out, w)
		}
	}
	return out
}

// spreadElsewhere is the share of papers elsewhere that have a name or one of its telling words, at most 1.
func (s *scope) spreadElsewhere(name *candidate, topic int) float64 {
	share := name.elseDF
	for _, w := range s.telling(name, topic) {
		share += s.in.elsewhere(w)
	}
	return min(1, share)
}

// covers reports that a name is a phrase that enough documents of a topic have word for word.
func (s *scope) covers(name *candidate, topic int) bool {
	return strings.Contains(name.text, " ") && float64(name.inTopic[topic]) >= phraseCoverage*float64(s.sizes[topic])
}
