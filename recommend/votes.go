package recommend

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"kindred/classifier/vec"
	"kindred/data"
)

// A library ranks by the votes of its papers (nearest neighbours with weighted votes, after Dudani 1976). Each paper i
// of an interest votes for the votedPapers papers nearest to it, by how much nearer they are than the next, and a little
// for all that are nearer than chance:
//
//	v(d) = Σ max(0, s(i,d) − s_i) + chanceShare·max(0, s(i,d) − μ)
//
// s is the similarity of the ranking function, s_i that of the next paper, and μ that of random pairs. The first summand
// adapts to how crowded the surroundings of i are; the second tells the rest of the papers apart. Only the
// papers nearest to the mean of an interest are voted on. A paper that is as near to a dislike as to the library loses
// half its votes, and one that is nearer by √2 all.
//
// The interests are interleaved by highest averages: the next hit is the paper with the most votes, times the mean
// freshness of the papers of its interest, over headStart plus the number of hits that its interest has. At the top the
// votes decide, further down every interest has its share. The freshness of a paper is
//
//	w = ½ + ½·2^(−years older than the newest paper of the library / freshYears)
const (
	votedPapers = 30
	chanceShare = 0.2
	headStart   = 5
	freshYears  = 5

	// A pool has mostVoted papers, or fewer where many papers vote: pairs of voters and papers cost the most time.
	mostVoted  = 500
	leastVoted = 250
	votedPairs = 400_000

	// maxNear is the number of voters that a hit names, and that its score and reasons are about.
	maxNear = 3
	// maxTypical is the number of papers that an interest names.
	maxTypical = 5
)

// reader is a library while it is asked for.
type reader struct {
	known     []seed // papers with known terms
	views     []vec.Views
	weights   []float32 // w of each
	negatives []vec.Views
	parts     [][]int // interests, the weightiest first, as numbers of known
}

// elected is a row with the votes of one interest.
type elected struct {
	row    int32
	part   int
	votes  float32 // dislikes and age included
	mean   float32 // similarity to the mean of the interest, which decides between rows without a vote
	voters []voter // most votes first
}

type voter struct {
	paper             int // number of reader.known
	votes, similarity float32
}

// RecommendLibrary returns papers that serve the interests of a reader, never one of the library itself nor a copy of
// one. Ids that name no paper are listed in Answer.Missing; where no paper of the library is left, the error wraps
// [data.ErrNotFound]. The error of an invalid query wraps [data.ErrInvalid].
//
// A hit's score is its calibrated similarity to the papers in Hit.Near. Hits are not in the order of their scores,
// because interests take turns.
func (e *Engine) RecommendLibrary(ctx context.Context, q LibraryQuery) (*LibraryAnswer, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	answer := &LibraryAnswer{}
	library, err := e.seeds(ctx, q.Papers, &answer.Answer)
	if err != nil {
		return nil, err
	}
	for _, p := range q.Records {
		library = append(library, e.recordSeed(p))
	}
	if len(library) == 0 {
		return nil, fmt.Errorf("%w: %s", data.ErrNotFound, strings.Join(q.Papers[:min(len(q.Papers), 10)], ", "))
	}
	negative, err := e.seeds(ctx, q.Negative, &answer.Answer)
	if err != nil {
		return nil, err
	}
	r := e.reader(library, negative)
	if len(r.known) == 0 {
		answer.Reason = unknownReason(library)
		return answer, nil
	}
	answer.Interests = e.describe(r)
	filter, err := e.rowFilter(ctx, &q.Filter)
	if err != nil {
		return nil, err
	}
	seeds := append(library, negative...)
	seedRows := map[int]bool{}
	for _, s := range seeds {
		seedRows[s.row] = true
	}
	keep := func(row int) bool {
		return !seedRows[row] && (q.Candidates == nil || q.Candidates(row)) && filter(row)
	}
	lists, err := e.elect(ctx, r, &q, keep)
	if err != nil {
		return nil, err
	}
	e.serve(answer, r, lists, &q, seeds)
	return answer, nil
}

// recordSeed returns the seed of a paper that the index need not hold.
func (e *Engine) recordSeed(p *data.Paper) seed {
	if row, ok := e.index.Row(p.ID); ok {
		return seed{id: p.ID, row: row, key: e.index.workKey(row)}
	}
	it := e.Item(p)
	return seed{id: p.ID, row: -1, key: workKeyOf(&it), noText: strings.TrimSpace(p.Text()) == ""}
}

// reader returns the library with its interests.
func (e *Engine) reader(library, negative []seed) *reader {
	r := &reader{negatives: viewsOf(negative)}
	newest := 0
	for _, s := range library {
		if !isZero(s.key.views) {
			r.known = append(r.known, s)
			r.views = append(r.views, s.key.views)
			newest = max(newest, s.key.year)
		}
	}
	for _, s := range r.known {
		age := freshYears // of a paper without a date
		if s.key.year > 0 {
			age = newest - s.key.year
		}
		r.weights = append(r.weights, 0.5+0.5*float32(math.Exp2(-float64(age)/freshYears)))
	}
	r.parts = e.index.interests(r.views)
	slices.SortStableFunc(r.parts, func(a, b []int) int { return compareDown(r.weight(a), r.weight(b)) })
	return r
}

// weight returns the weight of a part.
func (r *reader) weight(part []int) float32 {
	var sum float32
	for _, i := range part {
		sum += r.weights[i]
	}
	return sum
}

// describe returns the interests for the answer.
func (e *Engine) describe(r *reader) []Interest {
	all := r.weight(numbers(len(r.known)))
	out := make([]Interest, len(r.parts))
	for k, part := range r.parts {
		it := Interest{Label: e.Label(r.views, part), Weight: r.weight(part) / all, Size: len(part)}
		topics := map[int32]int{}
		for _, i := range part {
			if row := r.known[i].row; row >= 0 {
				t := e.index.Topic(row).Topic
				if topics[t]++; t != 0 && 2*topics[t] >= len(part) {
					it.Topic = int(t)
				}
			}
		}
		centre := e.index.sum(equalSummands(r.views, part), parameters{})
		typical := make([]candidate, len(part))
		dense := e.index.scratch.scatter(centre.lexical)
		for k, i := range part {
			v := r.views[i]
			w := e.index.documentWeights(v)
			s := w.lexical * dense.dot(v.Lexical)
			if len(v.Latent) > 0 {
				s += w.latent * vec.Dot(v.Latent, centre.latent)
			}
			typical[k] = candidate{int32(i), s}
		}
		e.index.scratch.release(dense, centre.lexical)
		slices.SortStableFunc(typical, func(a, b candidate) int { return compareDown(a.score, b.score) })
		for _, c := range typical[:min(len(typical), maxTypical)] {
			it.Papers = append(it.Papers, r.known[c.row].id)
		}
		out[k] = it
	}
	return out
}

func equalSummands(views []vec.Views, part []int) []summand {
	out := make([]summand, len(part))
	for k, i := range part {
		out[k] = summand{views[i], 1 / float32(len(part))}
	}
	return out
}

// elect returns, for each interest, the rows that keep passes, most votes first. A row is in the list of the interest
// that has the most votes for it.
func (e *Engine) elect(ctx context.Context, r *reader, q *LibraryQuery, keep func(row int) bool) ([][]elected, error) {
	pool := max(leastVoted, min(mostVoted, votedPairs/len(r.known)))
	floor := float32(0)
	toTheEnd := len(q.Only) > 0
	if toTheEnd {
		pool, floor = max(pool, len(q.Only)), removedScore
	}
	if q.KeepUnlike {
		pool = max(pool, MaxLimit)
	}
	ix := e.index
	lists := make([][]elected, len(r.parts))
	best := map[int32]*elected{}
	for k, part := range r.parts {
		scores, err := ix.scan(ctx, ix.sum(equalSummands(r.views, part), parameters{}))
		if err != nil {
			return nil, err
		}
		list := e.vote(r, k, scores.best(pool, floor, keep))
		scores.release()
		for i := range list {
			d := &list[i]
			d.votes *= r.liked(ix, d) * e.decay(int(d.row), q)
			if b := best[d.row]; b == nil || d.votes > b.votes || d.votes == b.votes && d.mean > b.mean {
				best[d.row] = d
			}
		}
	}
	for _, d := range best {
		if d.votes > 0 || toTheEnd || q.KeepUnlike {
			lists[d.part] = append(lists[d.part], *d)
		}
	}
	for _, list := range lists {
		slices.SortFunc(list, func(a, b elected) int {
			switch {
			case a.votes != b.votes:
				return compareDown(a.votes, b.votes)
			case a.mean != b.mean:
				return compareDown(a.mean, b.mean)
			}
			return strings.Compare(ix.ID(int(a.row)), ix.ID(int(b.row)))
		})
	}
	return lists, nil
}

func compareDown(a, b float32) int { return cmp.Compare(b, a) }

// vote returns the votes of the papers of an interest for the rows of a pool.
func (e *Engine) vote(r *reader, part int, pool []candidate) []elected {
	list := make([]elected, len(pool))
	for i, c := range pool {
		list[i] = elected{row: c.row, part: part, mean: c.score}
	}
	if len(pool) == 0 {
		return list
	}
	last := min(votedPapers, (len(pool)-1)/2)
	own, sorted := slices.Clone(pool), make([]float32, len(pool))
	for _, i := range r.parts[part] {
		e.index.rescore(e.index.sum([]summand{{r.views[i], 1}}, parameters{}), own)
		for k, c := range own {
			sorted[k] = c.score
		}
		slices.SortFunc(sorted, compareDown)
		least := sorted[last]
		for k, c := range own {
			v := max(0, c.score-least) + chanceShare*max(0, c.score-float32(e.index.mean))
			list[k].count(voter{i, v, c.score})
		}
	}
	return list
}

// count adds a vote, and keeps the voters with the most votes, or with the highest similarity where none votes.
func (d *elected) count(v voter) {
	d.votes += v.votes
	at := len(d.voters)
	for at > 0 && d.voters[at-1].before(v) {
		at--
	}
	if at == maxNear {
		return
	}
	d.voters = slices.Insert(d.voters[:min(len(d.voters), maxNear-1)], at, v)
}

// before reports whether w is named before v.
func (v voter) before(w voter) bool {
	if v.votes != w.votes {
		return v.votes < w.votes
	}
	return v.similarity < w.similarity
}

// liked returns the part of its votes, in [0,1], that dislikes leave to a row.
func (r *reader) liked(ix *Index, d *elected) float32 {
	if len(r.negatives) == 0 || len(d.voters) == 0 {
		return 1
	}
	views := ix.Views(int(d.row))
	var for_, against float32
	for _, v := range d.voters {
		for_ = max(for_, v.similarity-float32(ix.mean))
	}
	for _, n := range r.negatives {
		against = max(against, ix.similarity(n, views)-float32(ix.mean))
	}
	if for_ <= 0 {
		return 1
	}
	return max(0, 1-negativeWeight*(against/for_)*(against/for_))
}

// decay returns the part of its votes, in (0,1], that its age leaves to a row.
func (e *Engine) decay(row int, q *LibraryQuery) float32 {
	if q.HalfLife == 0 {
		return 1
	}
	s, i := e.index.at(row)
	day := int(s.last[i])
	if day == 0 {
		return 0.5
	}
	today := q.Today
	if today.IsZero() {
		today = time.Now()
	}
	published := time.Date(day/10000, time.Month(day/100%100), day%100, 0, 0, 0, 0, time.UTC)
	age := max(0, today.Sub(published).Hours()/24)
	return float32(math.Exp2(-age / q.HalfLife))
}

// serve interleaves the lists of the interests into the page that q asks for.
func (e *Engine) serve(answer *LibraryAnswer, r *reader, lists [][]elected, q *LibraryQuery, seeds []seed) {
	ix := e.index
	limit := q.Limit
	if limit == 0 {
		limit = DefaultLimit
	}
	var seen dedup
	taken, fresh := make([]int, len(lists)), make([]float32, len(lists))
	for k, part := range r.parts {
		fresh[k] = r.weight(part) / float32(len(part))
	}
	chance := ix.calibrated(float32(ix.mean + chanceDeviations*ix.deviation))
	any, alike, rank := false, false, 0
	for {
		next := -1
		var most float32
		for k, list := range lists {
			if len(list) == 0 {
				continue
			}
			if v := list[0].votes * fresh[k] / float32(headStart+taken[k]); next < 0 || v > most {
				next, most = k, v
			}
		}
		if next < 0 {
			break
		}
		d := lists[next][0]
		lists[next] = lists[next][1:]
		any = true
		about, similarity := r.about(ix, &d)
		score := ix.calibrated(similarity)
		if score < chance && len(q.Only) == 0 && !q.KeepUnlike {
			continue
		}
		alike = true
		if score < q.MinScore {
			continue
		}
		if rank < q.Offset+limit && !q.KeepDuplicates && (e.isDuplicate(int(d.row), seeds) || !seen.add(ix.workKey(int(d.row)))) {
			continue
		}
		rank++
		taken[next]++
		if rank <= q.Offset || rank > q.Offset+limit {
			continue
		}
		topic := ix.Topic(int(d.row))
		h := Hit{
			ID: ix.ID(int(d.row)), Row: int(d.row), Score: score, Rank: rank, Topic: int(topic.Topic), Subtopic: int(topic.Sub),
			Interest: next + 1,
		}
		for _, v := range d.voters {
			h.Near = append(h.Near, r.known[v.paper].id)
		}
		if q.Explain {
			h.Reasons = e.explain(about, int(d.row), score)
		}
		answer.Hits = append(answer.Hits, h)
	}
	answer.Total = rank
	switch {
	case rank > 0:
	case alike:
		answer.Reason = ReasonBelowMinScore
	case any:
		answer.Reason = ReasonNoneAlike
	default:
		answer.Reason = ReasonFiltered
	}
}

// about returns the query vector of the papers that a hit is near to, and its similarity to them: the mean over its
// voters by their votes.
func (r *reader) about(ix *Index, d *elected) (*queryVector, float32) {
	var sum, similarity float32
	for _, v := range d.voters {
		sum += v.votes
	}
	var summands []summand
	for _, v := range d.voters {
		c := v.votes / sum
		if sum == 0 {
			c = 1 / float32(len(d.voters))
		}
		if c > 0 {
			summands = append(summands, summand{r.views[v.paper], c})
			similarity += c * v.similarity
		}
	}
	q := ix.sum(summands, parameters{})
	q.positive = len(summands)
	return q, similarity
}
