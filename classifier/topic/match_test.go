package topic

import (
	"math/rand/v2"
	"testing"
)

// TestMaximumMatching compares the gain of the matching with the best over all permutations.
func TestMaximumMatching(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for trial := range 200 {
		rows, cols := 1+rng.IntN(5), 1+rng.IntN(5)
		gain := make([][]float64, rows)
		for r := range gain {
			gain[r] = make([]float64, cols)
			for c := range gain[r] {
				gain[r][c] = float64(rng.IntN(6))
			}
		}
		match, sum, used := maximumMatching(gain), 0.0, map[int]bool{}
		for r, c := range match {
			if c < 0 {
				continue
			}
			if used[c] {
				t.Fatalf("trial %d: column %d used twice in %v", trial, c, match)
			}
			used[c] = true
			sum += gain[r][c]
		}
		if want := bestByTrying(gain, 0, map[int]bool{}); sum != want {
			t.Errorf("trial %d: gain %v of %v, want %v for %v", trial, sum, match, want, gain)
		}
	}
}

func bestByTrying(gain [][]float64, r int, used map[int]bool) float64 {
	if r == len(gain) {
		return 0
	}
	best := bestByTrying(gain, r+1, used)
	for c, g := range gain[r] {
		if !used[c] {
			used[c] = true
			best = max(best, g+bestByTrying(gain, r+1, used))
			used[c] = false
		}
	}
	return best
}
