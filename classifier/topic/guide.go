package topic

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"kindred/classifier/vec"
)

// Guide is a topic that a user named. Its seeds are words, phrases or ids of papers.
type Guide struct {
	Name  string   `json:"name"`
	Seeds []string `json:"seeds"`
}

// Limits of a file of named topics, in topics and in seeds of a topic.
const (
	maxGuides = 1000
	maxSeeds  = 200
)

// ReadGuides reads named topics, one a line, in the form "name: seed, seed". The name is a seed as well. Empty lines
// and those that begin with # are ignored. An error names the line.
func ReadGuides(r io.Reader) ([]Guide, error) {
	var out []Guide
	s := bufio.NewScanner(r)
	s.Buffer(nil, 1<<20)
	for line := 1; s.Scan(); line++ {
		text := strings.TrimSpace(strings.TrimPrefix(s.Text(), "\ufeff"))
		if text == "" || text[0] == '#' {
			continue
		}
		name, seeds, _ := strings.Cut(text, ":")
		g := Guide{Name: strings.Join(strings.Fields(name), " ")}
		if g.Name == "" {
			return nil, fmt.Errorf("line %d: a topic has no name: want name: seed, seed", line)
		}
		if slices.ContainsFunc(out, func(o Guide) bool { return strings.EqualFold(o.Name, g.Name) }) {
			return nil, fmt.Errorf("line %d: topic %q is named twice", line, g.Name)
		}
		for seed := range strings.SplitSeq(seeds, ",") {
			if seed = strings.Join(strings.Fields(seed), " "); seed != "" {
				g.Seeds = append(g.Seeds, seed)
			}
		}
		if len(g.Seeds) > maxSeeds {
			return nil, fmt.Errorf("line %d: topic %q has %d seeds, and at most %d are allowed",
				line, g.Name, len(g.Seeds), maxSeeds)
		}
		if out = append(out, g); len(out) > maxGuides {
			return nil, fmt.Errorf("line %d: more than %d topics", line, maxGuides)
		}
	}
	if err := s.Err(); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, errors.New("there is no topic: want lines of name: seed, seed")
	}
	return out, nil
}

// Constants of Steer.
const (
	feedbackRounds = 2
	feedbackDocs   = 100   // best documents that a query moves towards
	feedbackLeast  = 2000  // least number of documents of a corpus with feedback
	priorSpread    = 200.0 // number of documents that the usual mean and standard deviation count for
	otherBelow     = 1.0   // least score of a document of a named topic
	otherSmall     = 2.5   // the same in a corpus without feedback
)

// usual holds the mean and the standard deviation of the cosines of a query with unrelated papers, in the latent and in
// the lexical view.
var usual = [2][2]float64{{0.03, 0.07}, {0.008, 0.02}}

// Steered holds the scores of documents in named topics.
type Steered struct {
	Scores *vec.Dense // documents × topics: sum of the standard scores of both cosines
	Best   []int      // of each document: the topic with the highest score, -1 where all are below Least
	Least  float64    // least score of a document of a topic
}

// Fit returns a logistic function of the score of a document in a topic, in (0,1). It is 0.5 at the score Least.
func (s *Steered) Fit(doc, topic int) float32 {
	return float32(1 / (1 + math.Exp(s.Least-float64(s.Scores.Row(doc)[topic]))))
}

// Steer scores documents against queries, by their latent and lexical vectors. The score is the sum over both views of
// the standard score of the cosine: its distance from the mean over the documents, in standard deviations. In a small
// corpus, mean and standard deviation are averaged with usual ones. In a large one, the latent queries move half-way
// towards the mean of the best documents, twice (Rocchio, "Relevance feedback in information retrieval", 1971).
func Steer(latent *vec.Dense, lexical *vec.CSR, queries []vec.Views) *Steered {
	n, k := lexical.Rows(), len(queries)
	s := &Steered{Scores: vec.NewDense(n, k), Best: make([]int, n), Least: otherBelow}
	if n < feedbackLeast {
		s.Least = otherSmall
	}
	vec.Parallel(k, 1, func(q, _ int) {
		lex := standardized(n, usual[1], func(i int) float32 { return lexical.Row(i).Dot(queries[q].Lexical) })
		query := slices.Clone(queries[q].Latent)
		for round := 0; ; round++ {
			lat := standardized(n, usual[0], func(i int) float32 { return vec.Dot(latent.Row(i), query) })
			for i := range n {
				s.Scores.Data[i*k+q] = lat[i] + lex[i]
			}
			if round == feedbackRounds || n < feedbackLeast {
				return
			}
			moveTowards(query, latent, s.Scores, q)
		}
	})
	for i := range n {
		row := s.Scores.Row(i)
		if s.Best[i] = argmax(row); float64(row[s.Best[i]]) < s.Least {
			s.Best[i] = -1
		}
	}
	return s
}

// standardized returns the standard scores of n values: value less mean, divided by the standard deviation.
func standardized(n int, usual [2]float64, value func(i int) float32) []float32 {
	out := make([]float32, n)
	sum, squares := priorSpread*usual[0], priorSpread*(usual[1]*usual[1]+usual[0]*usual[0])
	if n >= feedbackLeast {
		sum, squares = 0, 0
	}
	weight := float64(n)
	if n < feedbackLeast {
		weight += priorSpread
	}
	for i := range out {
		out[i] = value(i)
		sum += float64(out[i])
		squares += float64(out[i]) * float64(out[i])
	}
	mean := sum / weight
	spread := math.Sqrt(max(1e-12, squares/weight-mean*mean))
	for i, v := range out {
		out[i] = float32((float64(v) - mean) / spread)
	}
	return out
}

// moveTowards moves a query half-way towards the mean of the latent vectors of the documents with the highest scores in
// column q.
func moveTowards(query []float32, latent, scores *vec.Dense, q int) {
	best := make([]int32, scores.Rows())
	for i := range best {
		best[i] = int32(i)
	}
	at := func(i int32) float32 { return scores.Data[int(i)*scores.Cols+q] }
	slices.SortFunc(best, func(a, b int32) int {
		switch {
		case at(a) > at(b):
			return -1
		case at(a) < at(b):
			return 1
		}
		return int(a - b)
	})
	mean := centroidsOf(latent, [][]int32{best[:min(feedbackDocs, len(best))]}).Row(0)
	vec.Normalize(query)
	vec.Axpy(1, mean, query)
	vec.Normalize(query)
}
