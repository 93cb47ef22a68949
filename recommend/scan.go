package recommend

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"kindred/classifier/vec"
	"kindred/fault"
)

// chunkRows is the number of rows that a worker scores at a time. The score of a row does not depend on its
// chunk, so answers are the same on any number of cores.
const chunkRows = 4096

// removedScore is the score of a row with a tombstone.
var removedScore = float32(math.Inf(-1))

// candidate is a row and its score.
type candidate struct {
	row   int32
	score float32
}

// scratch pools the two arrays of a query: one number per row, and one per term.
type scratch struct {
	terms      int
	rows, dict sync.Pool
}

func newScratch(terms int) *scratch { return &scratch{terms: terms} }

// perRow returns n zeros.
func (s *scratch) perRow(n int) *[]float32 {
	p, _ := s.rows.Get().(*[]float32)
	if p == nil || cap(*p) < n {
		a := make([]float32, n+n/8)
		p = &a
	}
	*p = (*p)[:n]
	clear(*p)
	return p
}

// scatter returns a dense copy of q; release clears it and takes it back.
func (s *scratch) scatter(q vec.Sparse) *[]float32 {
	p, _ := s.dict.Get().(*[]float32)
	if p == nil {
		a := make([]float32, s.terms)
		p = &a
	}
	for k, t := range q.Index {
		(*p)[t] = q.Value[k]
	}
	return p
}

func (s *scratch) release(p *[]float32, q vec.Sparse) {
	for _, t := range q.Index {
		(*p)[t] = 0
	}
	s.dict.Put(p)
}

// dotScattered returns the inner product of a sparse row with a scattered vector.
func dotScattered(row vec.Sparse, dense []float32) float32 {
	var sum float32
	for k, t := range row.Index {
		sum += row.Value[k] * dense[t]
	}
	return sum
}

// scan sets scores[row] to the fused score of every row for q, and to removedScore where the row has a
// tombstone. Scores must be zero before.
func (ix *Index) scan(ctx context.Context, q *queryVector, scores []float32) error {
	n := len(ix.base.ids)
	ix.accumulate(q.lexical, scores[:n])
	if len(ix.delta.ids) > 0 {
		dense := ix.scratch.scatter(q.lexical)
		for k := range ix.delta.ids {
			scores[n+k] = dotScattered(ix.delta.lexical.Row(k), *dense)
		}
		ix.scratch.release(dense, q.lexical)
	}
	var next atomic.Int64
	var caught fault.Catcher
	group, ctx := errgroup.WithContext(ctx)
	for range min(runtime.GOMAXPROCS(0), (len(scores)+chunkRows-1)/chunkRows) {
		group.Go(func() (err error) {
			caught.Run(func() {
				for err == nil {
					lo := int(next.Add(1)-1) * chunkRows
					if lo >= len(scores) {
						return
					}
					if err = ctx.Err(); err == nil {
						ix.fuseRows(q, scores, lo, min(lo+chunkRows, len(scores)))
					}
				}
			})
			return err
		})
	}
	err := group.Wait()
	caught.Rethrow()
	return err
}

// Similarities returns the similarity of every row to one, without feedback and calibration, by row; −∞ for a removed
// paper.
func (ix *Index) Similarities(ctx context.Context, row int) ([]float32, error) {
	scores := make([]float32, ix.Rows())
	return scores, ix.scan(ctx, ix.sum([]summand{{ix.Views(row), 1}}, parameters{}), scores)
}

// accumulate adds the inner product of q with every base row to sums, term at a time.
func (ix *Index) accumulate(q vec.Sparse, sums []float32) {
	for k, t := range q.Index {
		w := q.Value[k]
		list := ix.postings.Row(int(t))
		values := list.Value[:len(list.Index)]
		for i, row := range list.Index {
			sums[row] += w * values[i]
		}
	}
}

// fuseRows turns the lexical products in scores[lo:hi] into fused scores.
func (ix *Index) fuseRows(q *queryVector, scores []float32, lo, hi int) {
	for row := lo; row < hi; row++ {
		if !ix.alive(row) {
			scores[row] = removedScore
			continue
		}
		s, r := ix.at(row)
		scores[row] = s.fuse(r, scores[row], q.latent)
	}
}

// fuse returns the score of row r for a query with latent vector q and lexical product lex.
func (s *segment) fuse(r int, lex float32, q []float32) float32 {
	w := s.weights[r]
	if s.latent.Cols == 0 || len(q) == 0 {
		return w.lexical * lex
	}
	return w.lexical*lex + w.latent*vec.Dot(q, s.latent.Row(r))
}

// rescore sets the scores of candidates to those for q.
func (ix *Index) rescore(q *queryVector, found []candidate) {
	dense := ix.scratch.scatter(q.lexical)
	for i := range found {
		s, r := ix.at(int(found[i].row))
		found[i].score = s.fuse(r, dotScattered(s.lexical.Row(r), *dense), q.latent)
	}
	ix.scratch.release(dense, q.lexical)
}

// before reports whether a ranks before b. The order is total: by score, then by id.
func (ix *Index) before(a, b candidate) bool {
	if a.score != b.score {
		return a.score > b.score
	}
	return ix.ID(int(a.row)) < ix.ID(int(b.row))
}

func (ix *Index) sort(found []candidate) {
	slices.SortFunc(found, func(a, b candidate) int {
		switch {
		case a.row == b.row:
			return 0
		case ix.before(a, b):
			return -1
		}
		return 1
	})
}

// topK returns the n best rows that score above floor and that keep passes, best first. A nil keep passes all.
func (ix *Index) topK(scores []float32, n int, floor float32, keep func(row int) bool) []candidate {
	heap := make([]candidate, 0, min(n, len(scores)))
	for row, score := range scores {
		if score <= floor || n == 0 {
			continue
		}
		c := candidate{int32(row), score}
		full := len(heap) == n
		if full && !ix.before(c, heap[0]) || keep != nil && !keep(row) {
			continue
		}
		if full {
			heap[0] = c
			ix.sift(heap, 0)
			continue
		}
		heap = append(heap, c)
		for i := len(heap) - 1; i > 0; {
			up := (i - 1) / 2
			if !ix.before(heap[up], heap[i]) {
				break
			}
			heap[up], heap[i] = heap[i], heap[up]
			i = up
		}
	}
	ix.sort(heap)
	return heap
}

// sift restores the heap order below element i. The first element of the heap ranks last.
func (ix *Index) sift(heap []candidate, i int) {
	for {
		last := i
		for _, down := range [2]int{2*i + 1, 2*i + 2} {
			if down < len(heap) && ix.before(heap[last], heap[down]) {
				last = down
			}
		}
		if last == i {
			return
		}
		heap[i], heap[last] = heap[last], heap[i]
		i = last
	}
}
