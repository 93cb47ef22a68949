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

// roundingSlack is more than what the rounding of a fused score, which is about 1, can add to the error of its parts.
const roundingSlack = 1e-6

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

// scattered is a sparse vector with a place for every term. Most terms of a text are not in the vector; has, one bit per
// term, is small enough for the fast caches and tells these without a look at value.
type scattered struct {
	value []float32
	has   []uint64
}

// scatter returns q scattered; release takes it back.
func (s *scratch) scatter(q vec.Sparse) *scattered {
	d, _ := s.dict.Get().(*scattered)
	if d == nil {
		d = &scattered{make([]float32, s.terms), make([]uint64, (s.terms+63)/64)}
	}
	for k, t := range q.Index {
		d.value[t] = q.Value[k]
		d.has[t>>6] |= 1 << (t & 63)
	}
	return d
}

func (s *scratch) release(d *scattered, q vec.Sparse) {
	for _, t := range q.Index {
		d.value[t], d.has[t>>6] = 0, 0
	}
	s.dict.Put(d)
}

// dot returns the inner product with a sparse row.
func (d *scattered) dot(row vec.Sparse) float32 {
	var sum float32
	values := row.Value[:len(row.Index)]
	for k, t := range row.Index {
		if d.has[t>>6]>>(t&63)&1 != 0 {
			sum += values[k] * d.value[t]
		}
	}
	return sum
}

// scores are those of every row for a query vector. Where the index has codes, the fused ones of its base rows are
// approximate; [scores.best] gives exact ones.
type scores struct {
	ix      *Index
	query   *queryVector
	coded   *vec.CodedQuery // nil where all scores are exact
	slack   float32         // the most that the score of any row is off
	lexical []float32       // inner product in the lexical view
	fused   []float32       // removedScore where the row has a tombstone
}

// scan scores every row for q. The caller releases the scores.
func (ix *Index) scan(ctx context.Context, q *queryVector) (*scores, error) {
	s := &scores{ix: ix, query: q, lexical: *ix.scratch.perRow(ix.Rows()), fused: *ix.scratch.perRow(ix.Rows())}
	if ix.base.codes != nil && len(q.latent) > 0 {
		s.coded = ix.base.codes.Query(q.latent)
		s.slack = ix.base.codes.GreatestBound(s.coded)*ix.base.greatestWeight + roundingSlack
	}
	n := len(ix.base.ids)
	ix.accumulate(q.lexical, s.lexical[:n])
	if len(ix.delta.ids) > 0 {
		dense := ix.scratch.scatter(q.lexical)
		for k := range ix.delta.ids {
			s.lexical[n+k] = dense.dot(ix.delta.lexical.Row(k))
		}
		ix.scratch.release(dense, q.lexical)
	}
	if err := s.fuse(ctx); err != nil {
		s.release()
		return nil, err
	}
	return s, nil
}

// release gives the memory of s back.
func (s *scores) release() {
	s.ix.scratch.rows.Put(&s.lexical)
	s.ix.scratch.rows.Put(&s.fused)
}

// fuse computes the fused scores on all cores.
func (s *scores) fuse(ctx context.Context) error {
	var next atomic.Int64
	var caught fault.Catcher
	group, ctx := errgroup.WithContext(ctx)
	rows := len(s.fused)
	for range min(runtime.GOMAXPROCS(0), (rows+chunkRows-1)/chunkRows) {
		group.Go(func() (err error) {
			caught.Run(func() {
				for err == nil {
					lo := int(next.Add(1)-1) * chunkRows
					if lo >= rows {
						return
					}
					if err = ctx.Err(); err == nil {
						s.fuseRows(lo, min(lo+chunkRows, rows))
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
	s, err := ix.scan(ctx, ix.sum([]summand{{ix.Views(row), 1}}, parameters{}))
	if err != nil {
		return nil, err
	}
	defer s.release()
	exact := make([]float32, len(s.fused))
	for row := range exact {
		exact[row] = s.exact(row)
	}
	return exact, nil
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

// fuseRows computes the fused scores of the rows in [lo,hi).
func (s *scores) fuseRows(lo, hi int) {
	if s.coded != nil && lo < len(s.ix.base.ids) {
		end := min(hi, len(s.ix.base.ids))
		s.fuseCodes(lo, end)
		lo = end
	}
	for row := lo; row < hi; row++ {
		s.fused[row] = s.exact(row)
	}
}

// fuseCodes computes the fused scores of the base rows in [lo,hi) by their codes.
func (s *scores) fuseCodes(lo, hi int) {
	fused := s.fused[lo:hi]
	s.ix.base.codes.Dot(fused, s.coded, lo)
	lexical, weights := s.lexical[lo:hi], s.ix.base.weights[lo:hi]
	for i, w := range weights {
		fused[i] = w.lexical*lexical[i] + w.latent*fused[i]
	}
	if len(s.ix.removed) == 0 {
		return
	}
	for i := range fused {
		if !s.ix.alive(lo + i) {
			fused[i] = removedScore
		}
	}
}

// exact returns the score of a row.
func (s *scores) exact(row int) float32 {
	if !s.ix.alive(row) {
		return removedScore
	}
	seg, r := s.ix.at(row)
	return seg.fuse(r, s.lexical[row], s.query.latent)
}

// off returns the most that the fused score of a row is off.
func (s *scores) off(row int32) float32 {
	if s.coded == nil || int(row) >= len(s.ix.base.ids) {
		return 0
	}
	return s.ix.base.weights[row].latent*s.ix.base.codes.Bound(s.coded, int(row)) + roundingSlack
}

// best returns the n best rows with exact scores above floor that keep passes, best first. A nil keep passes all.
func (s *scores) best(n int, floor float32, keep func(row int) bool) []candidate {
	if s.coded == nil {
		return s.ix.topK(s.fused, n, floor, keep)
	}
	found := s.set(n, floor, keep)
	for i := range found {
		found[i].score = s.exact(int(found[i].row))
	}
	s.ix.sort(found)
	return found
}

// set returns the rows of best in any order, with scores that may be approximate.
//
// A row whose approximate score is x has an exact one in [x−off, x+off]. The n-th best of the lower ends is reached by n
// rows, so no row whose upper end is below is among the best; and fewer than n rows reach what is above the n-th best of
// the upper ends, so a row whose lower end is above it is among them. Only rows between are scored by their vectors.
func (s *scores) set(n int, floor float32, keep func(row int) bool) []candidate {
	if s.coded == nil {
		return s.ix.heap(s.fused, n, floor, keep)
	}
	if n == 0 {
		return nil
	}
	least, limit := floor-s.slack, 2*n
	var found []candidate
	for row, score := range s.fused {
		if score < least || score == removedScore || keep != nil && !keep(row) {
			continue
		}
		if found = append(found, candidate{int32(row), score}); len(found) == limit {
			found, least = s.prune(found, n, floor)
			limit = len(found) + n
		}
	}
	found, _ = s.prune(found, n, floor)
	sure := floor
	if len(found) >= n {
		upper := make([]float32, len(found))
		for i, c := range found {
			upper[i] = c.score + s.off(c.row)
		}
		sure = max(floor, nthGreatest(upper, n))
	}
	var open []candidate
	certain := found[:0]
	for _, c := range found {
		if c.score-s.off(c.row) > sure {
			certain = append(certain, c)
		} else if c.score = s.exact(int(c.row)); c.score > floor {
			open = append(open, c)
		}
	}
	s.ix.sort(open)
	return append(certain, open[:min(len(open), n-len(certain))]...)
}

// prune returns those of the candidates that can be among the n best, and an approximate score that no other such row is
// below.
func (s *scores) prune(found []candidate, n int, floor float32) ([]candidate, float32) {
	if len(found) >= n {
		list := make([]float32, len(found))
		for i, c := range found {
			list[i] = c.score
		}
		floor = max(floor, nthGreatest(list, n)-s.slack)
	}
	found = slices.DeleteFunc(found, func(c candidate) bool { return c.score < floor && c.score+s.off(c.row) < floor })
	return found, floor - s.slack
}

// nthGreatest returns the n-th greatest number of list, which has as many, and moves the n greatest to the front
// (quickselect, Hoare 1961).
func nthGreatest(list []float32, n int) float32 {
	lo, hi := 0, len(list)-1
	for lo < hi {
		pivot := medianOf3(list[lo], list[lo+(hi-lo)/2], list[hi])
		i, j := lo, hi
		for i <= j {
			for list[i] > pivot {
				i++
			}
			for list[j] < pivot {
				j--
			}
			if i <= j {
				list[i], list[j] = list[j], list[i]
				i++
				j--
			}
		}
		switch {
		case n-1 <= j:
			hi = j
		case n-1 >= i:
			lo = i
		default:
			return list[n-1]
		}
	}
	return list[n-1]
}

func medianOf3(a, b, c float32) float32 { return max(min(a, b), min(max(a, b), c)) }

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
		found[i].score = s.fuse(r, dense.dot(s.lexical.Row(r)), q.latent)
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
	found := ix.heap(scores, n, floor, keep)
	ix.sort(found)
	return found
}

// heap returns the rows of topK as a heap, the last of them first.
func (ix *Index) heap(scores []float32, n int, floor float32, keep func(row int) bool) []candidate {
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
