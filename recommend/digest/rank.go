package digest

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"kindred/classifier/vec"
	"kindred/data"
	"kindred/recommend"
)

// own is a paper of the reader's own.
type own struct {
	paper *data.Paper
	views vec.Views
}

// Reader is whom papers are ranked for: what is known of one reader under one engine.
type Reader struct {
	engine    *recommend.Engine
	own       []own
	dislikes  []string
	interests []Interest
}

// maxInterestSeeds bounds the papers that an interest is ranked by: those nearest to its middle.
const maxInterestSeeds = 200

// NewReader returns the reader of papers, whose interests divide finds. Dislikes are ids of papers that the reader does
// not want; the engine must know them.
func NewReader(e *recommend.Engine, papers []*data.Paper, dislikes []string, divide Divide) *Reader {
	r := &Reader{engine: e, dislikes: dislikes}
	var latent [][]float32
	for _, p := range papers {
		o := own{p, e.Views(p)}
		r.own = append(r.own, o)
		latent = append(latent, o.views.Latent)
	}
	r.interests = divide(latent)
	return r
}

// Scored is a paper with its likeness to an interest of a reader.
type Scored struct {
	ID       string
	Row      int     // of the index
	Score    float64 // in [0,1]
	Interest int     // the one that it is most like
}

// Rank orders those of the papers that ids name which score at least least, best first, to at most 1,000. The score of
// a paper is its highest one by an interest.
func (r *Reader) Rank(ctx context.Context, ids []string, least float64) ([]Scored, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	best := map[string]Scored{}
	for i, in := range r.interests {
		hits, err := r.ask(ctx, in, recommend.Query{MinScore: float32(least), Filter: recommend.Filter{Only: ids}})
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			if s, known := best[h.ID]; !known || float64(h.Score) > s.Score {
				best[h.ID] = Scored{ID: h.ID, Row: h.Row, Score: float64(h.Score), Interest: i}
			}
		}
	}
	out := make([]Scored, 0, len(best))
	for _, s := range best {
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Scored) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.ID, b.ID))
	})
	return out, nil
}

// ask asks for papers like an interest and unlike what the reader dislikes.
func (r *Reader) ask(ctx context.Context, in Interest, q recommend.Query) ([]recommend.Hit, error) {
	for _, i := range in.Papers[:min(len(in.Papers), maxInterestSeeds)] {
		q.Positive = append(q.Positive, r.own[i].paper.ID)
	}
	q.Negative = r.dislikes[max(0, len(r.dislikes)-maxInterestSeeds):]
	q.Limit, q.KeepDuplicates = recommend.MaxLimit, true // the caller knows more of what is known
	answer, err := r.engine.Recommend(ctx, q)
	if err != nil {
		return nil, err
	}
	return answer.Hits, nil
}

// Share takes up to n of the ranked papers that fit allows, so that each interest is served by its weight: the next
// paper is the best one left of the interest with the largest weight over 2t+1, where t of it were taken (Webster's
// method of apportionment), papers that score higher before those that score lower.
func (r *Reader) Share(ranked []Scored, n int, fit func(Scored) bool) []Scored {
	queues := make([][]Scored, len(r.interests))
	for _, s := range ranked {
		queues[s.Interest] = append(queues[s.Interest], s)
	}
	taken := make([]int, len(queues))
	var out []Scored
	for len(out) < n {
		best, most := -1, 0.0
		for i, q := range queues {
			if len(q) == 0 {
				continue
			}
			if v := r.interests[i].Weight * q[0].Score * q[0].Score / float64(2*taken[i]+1); best < 0 || v > most {
				best, most = i, v
			}
		}
		if best < 0 {
			break
		}
		next := queues[best][0]
		queues[best] = queues[best][1:]
		if fit(next) {
			taken[best]++
			out = append(out, next)
		}
	}
	return out
}

// near returns up to n of the reader's own papers that a text is most like, nearest first.
func (r *Reader) near(v vec.Views, n int) []Neighbour {
	type place struct {
		at    int
		score float32
	}
	var places []place
	for i := range r.own {
		if s := r.engine.Likeness(r.own[i].views, v); s >= leastNear {
			places = append(places, place{i, s})
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(b.score, a.score) })
	var out []Neighbour
	for _, p := range places[:min(n, len(places))] {
		out = append(out, Neighbour{ID: r.own[p.at].paper.ID, Title: r.own[p.at].paper.Title})
	}
	return out
}

// leastNear is the likeness from which a paper of the reader's own is a reason to show another.
const leastNear = 0.15

// reasons returns for each of the chosen papers of an interest the words that it shares with it, those that count most
// first.
func (r *Reader) reasons(ctx context.Context, interest int, chosen []string) (map[string][]string, error) {
	hits, err := r.ask(ctx, r.interests[interest], recommend.Query{Explain: true, Filter: recommend.Filter{Only: chosen}})
	if err != nil {
		return nil, err
	}
	return wordsOf(hits), nil
}

// maxWords is how many shared words are shown with a paper.
const maxWords = 5

// leastShare is the share of a score from which a word is shown, in that of the first word.
const leastShare = 0.15

// wordsOf returns the named terms of the reasons of hits, a word with the phrase that has it.
func wordsOf(hits []recommend.Hit) map[string][]string {
	out := map[string][]string{}
	for _, h := range hits {
		reasons := recommend.Absorbed(h.Reasons)
		for _, reason := range reasons {
			if reason.Share >= leastShare*reasons[0].Share && len(out[h.ID]) < maxWords {
				out[h.ID] = append(out[h.ID], reason.Term)
			}
		}
	}
	return out
}
