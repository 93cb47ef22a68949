package layout

import (
	"slices"

	"kindred/classifier/vec"
)

// Quality is how well a map preserves neighbourhoods. Both figures are in [0,1], and 1 for a map that preserves all.
type Quality struct {
	// Trust is the trustworthiness of Venna and Kaski ("Neighborhood preservation in nonlinear projection methods",
	// ICANN 2001). It is 1 less the mean rank, beyond k, in latent space of papers that are among the k nearest on the
	// map, scaled so that the worst map has 0.
	Trust float64 `json:"trustworthiness"`
	// Recall is the share of the k nearest papers in latent space that are among the k nearest on the map.
	Recall float64 `json:"recall"`
}

// Measure compares a map, rows × 2, with the unit rows of x, by the k nearest of each row. It measures at most sample
// rows, evenly spaced, each against all. k is at most half of the number of rows.
func Measure(x *vec.Dense, points []float32, k, sample int) Quality {
	n := x.Rows()
	k = min(k, n/2-1)
	if k < 1 || sample < 1 {
		return Quality{1, 1}
	}
	count := min(n, sample)
	penalty, kept := make([]int, count), make([]int, count)
	vec.Parallel(count, 4, func(lo, hi int) {
		cosine, distance := make([]float32, n), make([]float32, n)
		for q := lo; q < hi; q++ {
			i := q * n / count
			for j := range n {
				dx, dy := points[2*j]-points[2*i], points[2*j+1]-points[2*i+1]
				cosine[j], distance[j] = vec.Dot(x.Row(i), x.Row(j)), -(dx*dx + dy*dy)
			}
			near := first(cosine, i, k)
			for _, j := range first(distance, i, k) {
				if slices.Contains(near, j) {
					kept[q]++
					continue
				}
				rank := 1
				for l, c := range cosine {
					if l != i && (c > cosine[j] || c == cosine[j] && l < int(j)) {
						rank++
					}
				}
				penalty[q] += rank - k
			}
		}
	})
	var far, same float64
	for q := range penalty {
		far, same = far+float64(penalty[q]), same+float64(kept[q])
	}
	worst := float64(count) * float64(k) * float64(2*n-3*k-1) / 2
	return Quality{Trust: 1 - far/worst, Recall: same / float64(count*k)}
}

// first returns the k indices of the highest values other than index i, the lower index on ties.
func first(values []float32, i, k int) []int32 {
	b := newNeighbors(1, k)
	for j, v := range values {
		if j != i {
			b.offer(0, int32(j), v)
		}
	}
	return b.row
}
