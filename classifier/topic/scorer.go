package topic

import (
	"math"
	"slices"

	"kindred/classifier/vec"
)

// scorer scores texts in topics. It is one of two kinds. A mixture of word distributions gives log-likelihoods.
// Centroids give cosines; only they have idf.
type scorer struct {
	vocabulary []uint32   // terms of the model, ascending
	weights    *vec.Dense // words × topics
	bias       []float32  // log-prior of each topic; for a mixture alone
	idf        []float32  // of each word; for centroids alone
	general    *vec.Dense // topics × dimensions: general part of the centroids; no rows where there is none
	space      *vec.Dense // topics × dimensions: centroids in the latent view; no rows where there is none
	floor      *floor     // nil where every paper is in a topic
	sharpness  float32    // inverse temperature: shares are the softmax of sharpness·scores
}

func (s *scorer) topics() int { return s.weights.Cols }

// split sets weights and general to the two parts of centroids of joined vectors.
func (s *scorer) split(centroids *vec.Dense) {
	own := len(s.vocabulary)
	s.weights, s.general = vec.NewDense(own, centroids.Rows()), vec.NewDense(centroids.Rows(), centroids.Cols-own)
	for j := range centroids.Rows() {
		row := centroids.Row(j)
		for w, v := range row[:own] {
			s.weights.Data[w*s.weights.Cols+j] = v
		}
		copy(s.general.Data[j*s.general.Cols:], row[own:])
	}
}

// weigh turns dampened counts into the own part of a joined vector, unit length, in place.
func (s *scorer) weigh(x vec.Sparse) {
	for k, w := range x.Index {
		x.Value[k] *= s.idf[w]
	}
	x.Normalize()
}

// score sets dst to the scores of a text. x holds the dampened counts of the words of the vocabulary.
func (s *scorer) score(dst []float32, x vec.Sparse, v Vectors) {
	if s.idf == nil {
		vec.Combine(dst, x, s.weights)
		finish(dst, s.bias)
		addCosines(dst, v.Space, s.space)
		return
	}
	x = vec.Sparse{Index: x.Index, Value: slices.Clone(x.Value)}
	s.weigh(x)
	vec.Combine(dst, x, s.weights)
	if len(v.General) == 0 || len(v.General) != s.general.Cols {
		return
	}
	for j := range dst {
		dst[j] = (dst[j] + generalWeight*vec.Dot(v.General, s.general.Row(j))) / sqrt1p(generalWeight)
	}
}

// sqrt1p is √(1 + w²), the length of a joined vector of two unit parts with weights 1 and w.
func sqrt1p(w float64) float32 { return float32(math.Sqrt(1 + w*w)) }

// all returns the scores of all documents, documents × topics, given their dampened counts.
func (s *scorer) all(papers *vec.CSR, in *Input) *vec.Dense {
	out := vec.NewDense(papers.Rows(), s.topics())
	vec.Parallel(papers.Rows(), chunk, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			s.score(out.Row(i), papers.Row(i), in.vectors(i))
		}
	})
	return out
}

// text returns the dampened counts of the words of the vocabulary, given the counts of the terms of the model in a
// text.
func (s *scorer) text(counts vec.Sparse) vec.Sparse {
	var x vec.Sparse
	i := 0
	for k, t := range counts.Index {
		for i < len(s.vocabulary) && s.vocabulary[i] < t {
			i++
		}
		if i < len(s.vocabulary) && s.vocabulary[i] == t && counts.Value[k] > 0 {
			x.Index, x.Value = append(x.Index, uint32(i)), append(x.Value, dampened(counts.Value[k]))
		}
	}
	return x
}

// calibrate returns the sharpness at which the mean share of the best topic is target, by bisection. With target from
// agreement, a share of 70 % means that the paper keeps its topic in 70 of 100 cases when topics are formed of other
// papers.
func calibrate(scores *vec.Dense, target float64) float32 {
	k := float64(scores.Cols)
	target = min(max(target, 1.2/k), 0.98)
	rows := spread(scores.Rows(), 5000)
	mean := func(sharpness float64) float64 {
		sum := 0.0
		for _, r := range rows {
			row := scores.Row(r)
			best, total := row[argmax(row)], 0.0
			for _, v := range row {
				total += math.Exp(sharpness * float64(v-best))
			}
			sum += 1 / total
		}
		return sum / float64(len(rows))
	}
	lo, hi := -12.0, 12.0 // natural logarithms
	for range 40 {
		mid := (lo + hi) / 2
		if mean(math.Exp(mid)) < target {
			lo = mid
		} else {
			hi = mid
		}
	}
	return float32(math.Exp((lo + hi) / 2))
}
