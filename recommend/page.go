package recommend

import "sort"

// fill writes into answer the page of a ranking that r asks for.
func (e *Engine) fill(answer *Answer, ranked *ranking, r *request) error {
	left := ranked.found
	left = left[:sort.Search(len(left), func(i int) bool { return left[i].score < r.minScore })]
	if len(left) == 0 {
		answer.Reason = ReasonBelowMinScore
		return nil
	}
	stream := &stream{engine: e, left: left, request: r}
	page := e.page(stream, r)
	if r.verify != nil { // the total is only known once every candidate is verified
		for ok := true; ok; {
			_, ok = stream.next()
		}
	}
	if stream.err != nil {
		return stream.err
	}
	answer.Total = stream.passed + len(stream.left)
	if answer.Total == 0 {
		answer.Reason = ReasonFiltered
	}
	for k := r.offset; k < len(page); k++ {
		answer.Hits = append(answer.Hits, e.hit(ranked, page[k], k+1, r))
	}
	return nil
}

// hit returns the hit of a candidate. All of it comes from the index.
func (e *Engine) hit(ranked *ranking, c candidate, rank int, r *request) Hit {
	row := int(c.row)
	topic := e.index.Topic(row)
	h := Hit{
		ID: e.index.ID(row), Row: row, Score: c.score, Rank: rank, Topic: int(topic.Topic), Subtopic: int(topic.Sub),
	}
	if r.matched && h.Score < leastScore {
		h.Score, h.Unscored = 0, true
		return h
	}
	if r.explain {
		h.Reasons = e.explain(ranked.query, row, h.Score)
	}
	return h
}

// page returns the candidates from the first one to the end of the page that r asks for.
func (e *Engine) page(s *stream, r *request) []candidate {
	limit := r.limit
	if limit == 0 {
		limit = DefaultLimit
	}
	if r.diversity > 0 {
		return e.index.diversify(s.next, r.offset+limit, max(diversityPool*limit, minDiversityPool), r.diversity)
	}
	var page []candidate
	for len(page) < r.offset+limit {
		c, ok := s.next()
		if !ok {
			break
		}
		page = append(page, c)
	}
	return page
}

// The pool that diversity chooses from holds diversityPool candidates per hit of the page, and at least
// minDiversityPool. A pool of the size of the page could only be reordered.
const (
	diversityPool    = 5
	minDiversityPool = 50
)

// stream yields ranked candidates without copies of a seed or of a better hit, and without those that fail
// verification. It is lazy: only as many are examined as are asked for.
type stream struct {
	engine  *Engine
	request *request
	left    []candidate
	seen    dedup
	passed  int
	err     error
}

func (s *stream) next() (candidate, bool) {
	for len(s.left) > 0 && s.err == nil {
		c := s.left[0]
		s.left = s.left[1:]
		if !s.request.keepDuplicates && s.isDuplicate(int(c.row)) {
			continue
		}
		if s.request.verify != nil {
			var ok bool
			if ok, s.err = s.request.verify(s.engine.index.ID(int(c.row))); !ok {
				continue
			}
		}
		s.passed++
		return c, true
	}
	return candidate{}, false
}

// isDuplicate reports whether row is of the same work as a seed or as an earlier candidate.
func (s *stream) isDuplicate(row int) bool {
	return s.engine.isDuplicate(row, s.request.seeds) || !s.seen.add(s.engine.index.workKey(row))
}

// isDuplicate reports whether row is of the same work as a seed. Pasted text is of no work: the paper that it
// was copied from is a hit.
func (e *Engine) isDuplicate(row int, seeds []seed) bool {
	key := e.index.workKey(row)
	for i := range seeds {
		if seeds[i].id != "" && sameWork(&seeds[i].key, &key) {
			return true
		}
	}
	return false
}
