package topic

import (
	"context"

	"kindred/classifier/vec"
)

// halfDocs is the number of documents of each half of the corpus in agreement.
const halfDocs = 4000

// agreement returns how stable k topics are (Lange et al., "Stability-based validation of clustering solutions", 2004):
// the share of documents that get the same topic from two fits, one to each half of the corpus, under the best matching
// of topics.
func (f *fitting) agreement(ctx context.Context, w *words, k int) (float64, error) {
	if k < 2 {
		return 1, nil
	}
	take := spread(len(f.rows), 2*halfDocs)
	both := w.some(take)
	var cells [2][]int32
	for half := range cells {
		var rows []int
		for i := half; i < len(take); i += 2 {
			rows = append(rows, take[i])
		}
		hw := w.some(rows)
		shares, err := cold(ctx, everyRow(f.space, rows), hw, min(k, len(rows)), 1, f.opt.Seed)
		if err != nil {
			return 0, err
		}
		m, err := improve(ctx, hw, shares, warmRounds)
		if err != nil {
			return 0, err
		}
		scores := vec.NewDense(len(take), shares.Cols)
		m.scores(scores, both)
		cells[half] = hard(scores)
	}
	return matched(cells[0], cells[1], k, k), nil
}

// matched returns the share of rows on which two partitions agree under the best matching of their cells.
func matched(a, b []int32, ka, kb int) float64 {
	gain := overlaps(a, b, ka, kb)
	sum := 0.0
	for i, j := range maximumMatching(gain) {
		if j >= 0 {
			sum += gain[i][j]
		}
	}
	return sum / float64(max(1, len(a)))
}

// overlaps returns the number of rows that each pair of cells shares.
func overlaps(a, b []int32, ka, kb int) [][]float64 {
	gain := make([][]float64, ka)
	for i := range gain {
		gain[i] = make([]float64, kb)
	}
	for i, c := range a {
		gain[c][b[i]]++
	}
	return gain
}
