package digest

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"kindred/classifier/vec"
)

// Interest is a part of a reader's papers that are alike.
type Interest struct {
	Papers []int   // places in the list that was divided, the nearest to the middle first
	Weight float64 // share of all papers; those of all interests sum to 1
}

// Divide finds the interests in the latent vectors of a reader's papers, which have unit length or are zero. A zero one
// is in no interest. The same vectors in the same order give the same interests, largest first.
type Divide func(latent [][]float32) []Interest

const (
	// perInterest is how many papers of a reader make one interest, on average.
	perInterest = 12
	// maxInterests bounds the groups that a reader is shown.
	maxInterests = 8
	kmeansRounds = 25
	kmeansSeed   = 1
)

// DivideByMeans is spherical k-means (Dhillon and Modha 2001), started by k-means++ (Arthur and Vassilvitskii 2007). It
// makes one interest of perInterest papers, between one and maxInterests.
func DivideByMeans(latent [][]float32) []Interest {
	var known []int
	for i, v := range latent {
		if vec.Norm(v) > 0 {
			known = append(known, i)
		}
	}
	if len(known) == 0 {
		return nil
	}
	k := min(maxInterests, max(1, (len(known)+perInterest/2)/perInterest))
	centroids := spread(latent, known, k)
	of := make([]int, len(known))
	for range kmeansRounds {
		moved := false
		for n, i := range known {
			if c := nearest(centroids, latent[i]); c != of[n] {
				of[n], moved = c, true
			}
		}
		for c := range centroids {
			sum := make([]float32, len(centroids[c]))
			for n, i := range known {
				if of[n] == c {
					vec.Axpy(1, latent[i], sum)
				}
			}
			if vec.Normalize(sum) > 0 {
				centroids[c] = sum
			}
		}
		if !moved {
			break
		}
	}
	out := make([]Interest, k)
	for n, i := range known {
		out[of[n]].Papers = append(out[of[n]].Papers, i)
	}
	for c := range out {
		out[c].Weight = float64(len(out[c].Papers)) / float64(len(known))
		slices.SortStableFunc(out[c].Papers, func(a, b int) int {
			return cmp.Compare(vec.Dot(latent[b], centroids[c]), vec.Dot(latent[a], centroids[c]))
		})
	}
	out = slices.DeleteFunc(out, func(in Interest) bool { return len(in.Papers) == 0 })
	slices.SortStableFunc(out, func(a, b Interest) int { return cmp.Compare(len(b.Papers), len(a.Papers)) })
	return out
}

// spread draws k of the known vectors, each with a probability that grows with its distance from those before it.
func spread(latent [][]float32, known []int, k int) [][]float32 {
	rng := rand.New(rand.NewPCG(kmeansSeed, uint64(len(known))))
	centroids := [][]float32{latent[known[rng.IntN(len(known))]]}
	far := make([]float64, len(known))
	for len(centroids) < k {
		var sum float64
		for n, i := range known {
			d := 1 - float64(vec.Dot(latent[i], centroids[nearest(centroids, latent[i])]))
			far[n] = max(0, d)
			sum += far[n]
		}
		at := rng.Float64() * sum
		chosen := len(known) - 1
		for n := range far {
			if at -= far[n]; at < 0 {
				chosen = n
				break
			}
		}
		centroids = append(centroids, latent[known[chosen]])
	}
	return centroids
}

// nearest returns the centroid with the largest product with v, the first of several.
func nearest(centroids [][]float32, v []float32) int {
	best, most := 0, float32(-2)
	for c := range centroids {
		if p := vec.Dot(centroids[c], v); p > most {
			best, most = c, p
		}
	}
	return best
}
