package library

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"kindred/classifier/topic"
	"kindred/classifier/vec"
)

// Comparison says what two topics have in common and what sets them apart.
type Comparison struct {
	A ComparedTopic `json:"a"`
	B ComparedTopic `json:"b"`
	// Similarity is the cosine, in [-1,1], of the mean latent vectors of the papers of A and of B, each less the mean of
	// all papers. Topics that have no more in common than any two have 0 or less.
	Similarity float32 `json:"similarity"`
	// Words set the topics apart: first those of A, the surest first, then those of B.
	Words   []WordContrast `json:"words"`
	Between []BetweenPaper `json:"between"` // papers of either topic that are near both, the nearest first
	All     Trend          `json:"all"`     // all papers over time, by the periods of the topics' trends
}

// ComparedTopic is one side of a comparison.
type ComparedTopic struct {
	TopicRef
	Size  int   `json:"size"`
	Trend Trend `json:"trend"`
}

// WordContrast is a term that papers of one topic hold more often than those of the other.
type WordContrast struct {
	Text string `json:"text"`
	// Z is the log-odds ratio of the shares of papers that hold the term, divided by its standard error: positive for
	// terms of A, negative for terms of B. See contrast.
	Z float64 `json:"z"`
	A int     `json:"a"` // papers of A that hold the term
	B int     `json:"b"`
}

// BetweenPaper is a paper with its cosines to the mean latent vectors of two topics.
type BetweenPaper struct {
	PaperRef
	Topic int     `json:"topic"` // which of the two it belongs to
	ToA   float32 `json:"to_a"`
	ToB   float32 `json:"to_b"`
}

// ResemblingTopic is a topic with its similarity to another, see [Comparison].
type ResemblingTopic struct {
	TopicRef
	Similarity float32 `json:"similarity"`
}

// Bounds of a comparison.
const (
	MaxCompared     = 50   // words of one side, and papers between
	leastHolders    = 3    // papers that hold a word
	commonShare     = 0.25 // of the papers of both topics: words that more hold are of style, not of subject
	sureZ           = 1.96 // of a word: 95 %, two-sided
	priorPapers     = 10   // weight of the prior of a word's share, in papers
	resembleLeast   = 0.2  // similarity of topics that resemble each other
	maxWordsOfTerms = 4    // of a phrase
)

// ErrSameTopic is the error of a comparison of a topic with itself, or with one that it is part of.
var ErrSameTopic = errors.New("the topics must differ, and neither may be part of the other")

// CompareTopics compares two topics of the snapshot, with at most limit words of each and limit papers between them.
// The error wraps [ErrSameTopic] where one holds the other.
func (s *Snapshot) CompareTopics(a, b *topic.Topic, limit int) (*Comparison, error) {
	if s.within(a, b) || s.within(b, a) {
		return nil, fmt.Errorf("%d %s and %d %s: %w", a.ID, a.Label, b.ID, b.Label, ErrSameTopic)
	}
	c := &Comparison{A: s.compared(a), B: s.compared(b), Words: []WordContrast{}, Between: []BetweenPaper{}, All: s.Catalog.Trend(AllTopics)}
	if s.Views == nil {
		return c, nil
	}
	means := s.means()
	c.Similarity = means.similarity(a.ID, b.ID)
	c.Words = s.words(a.ID, b.ID, limit)
	c.Between = s.between(a.ID, b.ID, limit)
	return c, nil
}

// Resembling returns the topics of a topic's level that are most similar to it, at most n.
func (s *Snapshot) Resembling(t *topic.Topic, n int) []ResemblingTopic {
	out := []ResemblingTopic{}
	if s.Views == nil {
		return out
	}
	means := s.means()
	for _, o := range s.TopicList() {
		if o.Level != t.Level || o.ID == t.ID {
			continue
		}
		if v := means.similarity(t.ID, o.ID); v >= resembleLeast {
			out = append(out, ResemblingTopic{TopicRef{o.ID, o.Label}, v})
		}
	}
	slices.SortStableFunc(out, func(x, y ResemblingTopic) int { return cmp.Compare(y.Similarity, x.Similarity) })
	return out[:min(n, len(out))]
}

func (s *Snapshot) compared(t *topic.Topic) ComparedTopic {
	return ComparedTopic{TopicRef{t.ID, t.Label}, len(s.Catalog.Members(t.ID)), s.Catalog.Trend(t.ID)}
}

// within reports whether topic t is o or a part of it.
func (s *Snapshot) within(t, o *topic.Topic) bool {
	for range maxLevels {
		if t.ID == o.ID {
			return true
		}
		up, ok := s.Topic(t.Parent)
		if !ok {
			return false
		}
		t = up
	}
	return false
}

// words returns the terms that set two topics apart, at most limit of each. Left out are terms of which a surer one
// holds a word, and those that a quarter of both topics hold.
func (s *Snapshot) words(a, b, limit int) []WordContrast {
	inA, inB := s.holders(a), s.holders(b)
	nA, nB := len(s.Catalog.Members(a)), len(s.Catalog.Members(b))
	type found struct {
		term uint32
		WordContrast
	}
	var all []found
	add := func(term uint32) {
		common := float64(inA[term]) > commonShare*float64(nA) && float64(inB[term]) > commonShare*float64(nB)
		if inA[term]+inB[term] >= leastHolders && !common {
			if z := contrast(inA[term], nA, inB[term], nB); math.Abs(z) >= sureZ {
				all = append(all, found{term, WordContrast{Z: math.Round(100*z) / 100, A: inA[term], B: inB[term]}})
			}
		}
	}
	for term := range inA {
		add(term)
	}
	for term := range inB {
		if _, both := inA[term]; !both {
			add(term)
		}
	}
	slices.SortFunc(all, func(x, y found) int {
		return cmp.Or(cmp.Compare(math.Abs(y.Z), math.Abs(x.Z)), cmp.Compare(x.term, y.term))
	})
	said := make(map[string]bool)
	var sides [2][]WordContrast
	for _, f := range all {
		side := &sides[0]
		if f.Z < 0 {
			side = &sides[1]
		}
		f.Text = s.Surface(f.term)
		words := strings.FieldsFunc(strings.ToLower(f.Text), func(r rune) bool { return r == ' ' || r == '-' })
		if len(*side) == limit || len(words) > maxWordsOfTerms || slices.ContainsFunc(words, func(w string) bool { return said[w] }) {
			continue
		}
		for _, w := range words {
			said[w] = true
		}
		*side = append(*side, f.WordContrast)
	}
	return slices.Concat([]WordContrast{}, sides[0], sides[1])
}

// holders returns how many papers of a topic hold each term.
func (s *Snapshot) holders(id int) map[uint32]int {
	count := make(map[uint32]int)
	for _, row := range s.Catalog.Members(id) {
		for _, term := range s.Views(int(row)).Lexical.Index {
			count[term]++
		}
	}
	return count
}

// contrast returns the z-score of the log-odds ratio of a term that a of nA papers hold, and b of nB others. Both
// shares have a Dirichlet prior with the mean of the share in both together, which keeps rare terms from the extremes
// (Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 16, 2008).
func contrast(a, nA, b, nB int) float64 {
	prior := priorPapers * (float64(a+b) + 0.5) / float64(nA+nB+1)
	holdA, holdB := float64(a)+prior, float64(b)+prior
	lackA, lackB := float64(nA)+priorPapers-holdA, float64(nB)+priorPapers-holdB
	ratio := math.Log(holdA/lackA) - math.Log(holdB/lackB)
	return ratio / math.Sqrt(1/holdA+1/holdB+1/lackA+1/lackB)
}

// between returns the papers of two topics whose lesser cosine to the two means is greatest.
func (s *Snapshot) between(a, b, limit int) []BetweenPaper {
	means := s.means()
	meanA, meanB := means.unit(a), means.unit(b)
	var out []BetweenPaper
	for _, id := range []int{a, b} {
		for _, row := range s.Catalog.Members(id) {
			v := s.Views(int(row)).Latent
			if len(v) == 0 {
				continue
			}
			r := &s.Catalog.rows[row]
			out = append(out, BetweenPaper{PaperRef{r.ID, r.Title}, id, vec.Dot(v, meanA), vec.Dot(v, meanB)})
		}
	}
	slices.SortStableFunc(out, func(x, y BetweenPaper) int { return cmp.Compare(min(y.ToA, y.ToB), min(x.ToA, x.ToB)) })
	return append([]BetweenPaper{}, out[:min(limit, len(out))]...)
}

// topicMeans are the mean latent vectors of the topics of a snapshot.
type topicMeans struct {
	of  map[int][]float32
	all []float32
}

// meansCache keeps the means of a snapshot.
type meansCache struct {
	once sync.Once
	made topicMeans
}

// means returns the mean latent vectors of all topics, computed once for a snapshot.
func (s *Snapshot) means() *topicMeans {
	s.topicMeans.once.Do(func() {
		m := &s.topicMeans.made
		m.all = s.mean(s.Catalog.Recent())
		m.of = make(map[int][]float32)
		for _, t := range s.TopicList() {
			m.of[t.ID] = s.mean(s.Catalog.Members(t.ID))
		}
	})
	return &s.topicMeans.made
}

func (s *Snapshot) mean(rows []int32) []float32 {
	var sum []float32
	for _, row := range rows {
		if v := s.Views(int(row)).Latent; len(v) > 0 {
			if sum == nil {
				sum = make([]float32, len(v))
			}
			vec.Axpy(1, v, sum)
		}
	}
	vec.Scale(1/float32(max(1, len(rows))), sum)
	return sum
}

// unit returns the direction of a topic's mean.
func (m *topicMeans) unit(id int) []float32 {
	v := slices.Clone(m.of[id])
	vec.Normalize(v)
	return v
}

// similarity returns the cosine of the means of two topics, each less the mean of all papers; 0 where one has no
// vector.
func (m *topicMeans) similarity(a, b int) float32 {
	x, y := slices.Clone(m.of[a]), slices.Clone(m.of[b])
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	vec.Axpy(-1, m.all, x)
	vec.Axpy(-1, m.all, y)
	vec.Normalize(x)
	vec.Normalize(y)
	return vec.Dot(x, y)
}
