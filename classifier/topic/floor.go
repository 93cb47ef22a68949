package topic

import (
	"math"

	"kindred/classifier/vec"
)

// A floor says which papers are in none of the topics: strangers, which even the nearest topic is far from.
//
// The closeness of a paper to a topic is the cosine of its vector in the latent view with the centroid of the topic. Its
// lead is the closeness less the largest one to another topic. The closeness is taken in standard deviations from its
// mean over the topic's own papers, because a broad topic is less close to its papers than a narrow one, and the lead in
// those from its mean over all papers. The mean of both is the paper's standing. Below leastStanding it is in no topic,
// unless its lead is clear: where papers differ little, a deviation is little, too.
type floor struct {
	Closeness [][2]float32 `json:"closeness"` // of each topic: mean and standard deviation
	Lead      [2]float32   `json:"lead"`
}

const (
	leastStanding = -1.6
	clearLead     = 0.1
	slope         = 2.5 // of the logistic confidence that a paper is in no topic, by standing
	pooledPapers  = 20  // papers that the deviation in all topics counts for in the one of a topic
)

// standing returns the standing of a paper in topic c.
func (f *floor) standing(c int, closeness, lead float32) float32 {
	own := f.Closeness[c]
	return ((closeness-own[0])/own[1] + (lead-f.Lead[0])/f.Lead[1]) / 2
}

// outside returns how sure it is that a paper whose best topic is c is in none, from ½, or 0 for one that is in c.
func (f *floor) outside(c int, closeness, lead float32) float32 {
	standing := f.standing(c, closeness, lead)
	if standing >= leastStanding || lead >= clearLead {
		return 0
	}
	return float32(1 / (1 + math.Exp(slope*float64(standing-leastStanding))))
}

// place returns closeness and lead of a vector in topic c. mass is the length of the sum of the vectors of the topic's
// papers where the paper is one of them, so that it is not compared with itself, and 0 otherwise.
func (s *scorer) place(vector []float32, c int, mass float64) (closeness, lead float32) {
	other := float32(-1)
	for j := range s.space.Rows() {
		cosine := vec.Dot(vector, s.space.Row(j))
		if j == c {
			closeness = cosine
		} else {
			other = max(other, cosine)
		}
	}
	if mass > 0 {
		x := float64(closeness)
		closeness = 0
		if rest := mass*mass - 2*mass*x + 1; rest > 1e-6 {
			closeness = float32((mass*x - 1) / math.Sqrt(rest))
		}
	}
	return closeness, closeness - other
}

// none returns how sure it is that a new text is in no topic, c being the nearest; 0 where it is in c.
func (s *scorer) none(c int, vector []float32) float32 {
	if s.floor == nil || len(vector) != s.space.Cols || isZero(vector) {
		return 0
	}
	closeness, lead := s.place(vector, c, 0)
	return s.floor.outside(c, closeness, lead)
}

// settle finds the floor of the topics and the documents that are in none of them. space holds the vectors of all
// documents.
func (t *Topics) settle(space *vec.Dense) {
	s := &t.scorer
	k, n := s.topics(), len(t.cell)
	t.outside = make([]float32, n)
	switch {
	case space == nil:
		s.space = &vec.Dense{}
	case s.space == nil:
		s.space = centroidsOf(space, membersOf(t.cell, k))
	}
	if space == nil || k < 2 {
		return // there is nothing to be far from
	}
	mass := make([]float64, k)
	for i, c := range t.cell {
		mass[c] += float64(vec.Dot(space.Row(i), s.space.Row(int(c))))
	}
	at := make([][2]float32, n)
	vec.Parallel(n, chunk, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			c := int(t.cell[i])
			at[i][0], at[i][1] = s.place(space.Row(i), c, mass[c])
		}
	})
	s.floor = floorOf(at, t.cell, k)
	for i, c := range t.cell {
		if !isZero(space.Row(i)) {
			t.outside[i] = s.floor.outside(int(c), at[i][0], at[i][1])
		}
	}
}

// floorOf returns the floor of k topics, given closeness and lead of documents in their topics.
func floorOf(at [][2]float32, cell []int32, k int) *floor {
	own, lead, pooled := make([]moments, k), moments{}, 0.0
	for i, c := range cell {
		own[c].add(at[i][0])
		lead.add(at[i][1])
	}
	for c := range own {
		pooled += own[c].squares() / float64(max(1, len(cell)))
	}
	out := &floor{Closeness: make([][2]float32, k), Lead: [2]float32{lead.mean(), deviation(lead.squares() / lead.n)}}
	for c := range own {
		m := &own[c]
		out.Closeness[c] = [2]float32{m.mean(), deviation((m.squares() + pooledPapers*pooled) / (m.n + pooledPapers))}
	}
	return out
}

// deviation returns the standard deviation for a variance. It is never 0, so that it can be divided by.
func deviation(variance float64) float32 { return float32(math.Sqrt(variance) + 1e-6) }

// moments are the number, the sum and the sum of squares of values.
type moments struct{ n, sum, sum2 float64 }

func (m *moments) add(v float32) {
	m.n++
	m.sum += float64(v)
	m.sum2 += float64(v) * float64(v)
}

func (m *moments) mean() float32 { return float32(m.sum / max(1, m.n)) }

// squares returns the sum of the squared distances from the mean.
func (m *moments) squares() float64 { return max(0, m.sum2-m.sum*m.sum/max(1, m.n)) }

func isZero(x []float32) bool {
	for _, v := range x {
		if v != 0 {
			return false
		}
	}
	return true
}
