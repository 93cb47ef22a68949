package eval

import (
	"slices"
	"strings"

	"kindred/classifier/topic"
	"kindred/classifier/topic/naming"
)

// NameReport says how well the names of the topics of a level fit their papers. A label of several names, "a, b", counts
// as each of them.
type NameReport struct {
	// Coverage is the share of a topic's papers that are covered by its label, mean over topics. A paper is covered if
	// it has one of the names word for word, one of their telling words, or a synonym of such a word. A word is telling
	// if its share of the papers of the topic is at least tellingRatio times that of the papers of the other topics.
	// A synonym is a telling word whose vector in the base model has a cosine of at least synonymCosine.
	Coverage float64 `json:"coverage"`
	// Verbatim is the share of a topic's papers that have one of its names word for word, mean over topics.
	Verbatim float64 `json:"verbatim"`
	// Covering is the share of topics whose coverage is at least leastCoverage.
	Covering float64 `json:"covering"`
	// Distinctness is the mean, over topics, of a/(a+b): a is the coverage of a topic's label in its own papers, and b
	// the largest one in the papers of another topic. 1 means nowhere else, ½ as often in another topic.
	Distinctness float64 `json:"distinctness"`
	// InTitles is the share of names that stand word for word in the title of one of the topic's papers.
	InTitles float64 `json:"in_titles"`
	// Intrusion is the precision of word intrusion; see [Intrusion]. It is nil where too few terms are known.
	Intrusion *float64 `json:"intrusion"`
}

const (
	tellingRatio  = 2
	synonymCosine = 0.7
	leastCoverage = 0.25
)

// namedPaper is a fitted paper of a topic, in the words that names are compared by.
type namedPaper struct {
	title, text []string
	topic       int // position of its topic
}

// measureNames measures the labels and terms of topics by their papers.
func measureNames(topics []topic.Topic, papers []namedPaper, w *wordVectors, seed uint64) NameReport {
	var r NameReport
	if len(topics) == 0 {
		return r
	}
	share := wordShares(len(topics), papers)
	names, titled := 0, 0
	n := float64(len(topics))
	for t := range topics {
		name := newTopicName(topics[t].Label, t, share, w)
		cover := covered(len(topics), papers, name.covers)
		r.Verbatim += covered(len(topics), papers, name.in)[t] / n
		r.Coverage += cover[t] / n
		if cover[t] >= leastCoverage {
			r.Covering += 1 / n
		}
		other := 0.0
		for o, c := range cover {
			if o != t {
				other = max(other, c)
			}
		}
		if cover[t] > 0 {
			r.Distinctness += cover[t] / (cover[t] + other) / n
		}
		names, titled = names+len(name.names), titled+name.inTitles(t, papers)
	}
	r.InTitles = float64(titled) / float64(max(1, names))
	r.Intrusion = Intrusion(termsOf(topics), w.vector, seed)
	return r
}

func termsOf(topics []topic.Topic) [][]string {
	terms := make([][]string, len(topics))
	for i, t := range topics {
		for _, term := range t.Terms[:min(termsMeasured, len(t.Terms))] {
			terms[i] = append(terms[i], term.Text)
		}
	}
	return terms
}

// shares holds, for each word, the number of papers that have it, by topic and in total.
type shares struct {
	sizes []int // papers of each topic
	all   int
	of    map[string][]int // last element: of all topics
}

func wordShares(topics int, papers []namedPaper) *shares {
	s := &shares{sizes: make([]int, topics), all: len(papers), of: map[string][]int{}}
	for _, p := range papers {
		s.sizes[p.topic]++
		words := slices.Clone(p.text)
		slices.Sort(words)
		for _, word := range slices.Compact(words) {
			if s.of[word] == nil {
				s.of[word] = make([]int, topics+1)
			}
			s.of[word][p.topic]++
			s.of[word][topics]++
		}
	}
	return s
}

// telling reports whether a word is telling for a topic.
func (s *shares) telling(word string, topic int) bool {
	count := s.of[word]
	if count == nil || count[topic] == 0 {
		return false
	}
	in, out := count[topic], count[len(count)-1]-count[topic]
	return in*(s.all-s.sizes[topic]) >= tellingRatio*out*s.sizes[topic]
}

// topicName is the label of a topic.
type topicName struct {
	names [][]string      // words of each name
	words map[string]bool // telling words and their synonyms
}

func newTopicName(label string, topic int, s *shares, w *wordVectors) *topicName {
	out := &topicName{words: map[string]bool{}}
	var vectors [][]float32
	for name := range strings.SplitSeq(label, ", ") {
		words := naming.LabelWords(name)
		out.names = append(out.names, words)
		for _, word := range words {
			if !s.telling(word, topic) {
				continue
			}
			out.words[word] = true
			if v := w.vector(word); v != nil {
				vectors = append(vectors, v)
			}
		}
	}
	for word := range s.of {
		if !out.words[word] && s.telling(word, topic) && w.near(word, vectors) {
			out.words[word] = true
		}
	}
	return out
}

// covered returns the share of the papers of each topic for which covers holds.
func covered(topics int, papers []namedPaper, covers func(text []string) bool) []float64 {
	found, sizes := make([]float64, topics), make([]float64, topics)
	for i := range papers {
		sizes[papers[i].topic]++
		if covers(papers[i].text) {
			found[papers[i].topic]++
		}
	}
	for t := range found {
		found[t] /= max(1, sizes[t])
	}
	return found
}

// in reports whether a text has one of the names word for word.
func (n *topicName) in(text []string) bool {
	return slices.ContainsFunc(n.names, func(name []string) bool { return hasRun(text, name) })
}

// covers reports whether a text has one of the names, their telling words or synonyms of these.
func (n *topicName) covers(text []string) bool {
	return slices.ContainsFunc(text, func(word string) bool { return n.words[word] }) || n.in(text)
}

// inTitles counts the names that stand word for word in the title of a paper of a topic.
func (n *topicName) inTitles(topic int, papers []namedPaper) int {
	found := 0
	for _, name := range n.names {
		if slices.ContainsFunc(papers, func(p namedPaper) bool { return p.topic == topic && hasRun(p.title, name) }) {
			found++
		}
	}
	return found
}

// hasRun reports whether words hold run, word for word. An empty run is held by nothing.
func hasRun(words, run []string) bool {
	if len(run) == 0 {
		return false
	}
	for i := 0; i+len(run) <= len(words); i++ {
		if slices.Equal(words[i:i+len(run)], run) {
			return true
		}
	}
	return false
}
