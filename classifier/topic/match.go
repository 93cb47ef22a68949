package topic

import "math"

// maximumMatching solves the linear assignment problem for a gain matrix, gain[r][c] ≥ 0. It returns for each row the
// column it is matched with, or -1, such that no column is used twice and the sum of gains is largest. The method is
// the shortest augmenting path form of the Hungarian algorithm (Kuhn, 1955; Jonker and Volgenant, 1987), cubic in the
// longer side. A pair without gain is not matched.
func maximumMatching(gain [][]float64) []int {
	rows := len(gain)
	if rows == 0 {
		return nil
	}
	n := max(rows, len(gain[0])) // padded to a square
	cost := func(r, c int) float64 {
		if r < rows && c < len(gain[r]) {
			return -gain[r][c]
		}
		return 0
	}
	rowPrice, colPrice := make([]float64, n+1), make([]float64, n+1)
	owner, from := make([]int, n+1), make([]int, n+1) // 1-based; column 0 is the start of each path
	for r := 1; r <= n; r++ {
		owner[0] = r
		slack, done := make([]float64, n+1), make([]bool, n+1)
		for c := range slack {
			slack[c] = math.Inf(1)
		}
		at := 0
		for owner[at] != 0 {
			done[at] = true
			least, next := math.Inf(1), 0
			for c := 1; c <= n; c++ {
				if done[c] {
					continue
				}
				if d := cost(owner[at]-1, c-1) - rowPrice[owner[at]] - colPrice[c]; d < slack[c] {
					slack[c], from[c] = d, at
				}
				if slack[c] < least {
					least, next = slack[c], c
				}
			}
			for c := 0; c <= n; c++ {
				if done[c] {
					rowPrice[owner[c]] += least
					colPrice[c] -= least
				} else {
					slack[c] -= least
				}
			}
			at = next
		}
		for at != 0 {
			owner[at] = owner[from[at]]
			at = from[at]
		}
	}
	match := make([]int, rows)
	for r := range match {
		match[r] = -1
	}
	for c := 1; c <= n; c++ {
		if r := owner[c] - 1; r < rows && c-1 < len(gain[r]) && gain[r][c-1] > 0 {
			match[r] = c - 1
		}
	}
	return match
}
