package eval

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"kindred/classifier/vec"
	"kindred/data"
	"kindred/recommend/digest"
	"kindred/recommend/library"
)

// DigestTrial says what readers a digest is measured with. A reader has half of the papers of some sections of reading
// lists. Of the day's papers, the other halves are what the reader wants, and the rest is drawn at random.
type DigestTrial struct {
	Sections int // sections of a reader
	Least    int // papers of a section, at least; 0 means 8
	Others   int // papers of a day that are of no section of the reader; 0 means 500
	Seed     uint64
	Divide   digest.Divide // nil means digest.DivideByMeans
	// Progress, if set, is called after each reader.
	Progress func(done, total int)
}

// DigestReport says how many of the papers that a reader wants are among the first ten of a day.
type DigestReport struct {
	Readers  int      `json:"readers"`
	Sections int      `json:"sections"` // of a reader
	Library  float64  `json:"library"`  // papers of a reader, mean
	Wanted   float64  `json:"wanted"`   // papers of the day that the reader wants, mean
	Day      float64  `json:"day"`      // papers of the day, mean
	Digest   float64  `json:"digest"`   // wanted among the first ten, mean
	Mean     float64  `json:"mean_vector"`
	Change   float64  `json:"change"` // Digest − Mean
	Interval Interval `json:"interval"`
	Wins     int      `json:"wins"`
	Losses   int      `json:"losses"`
	P        float64  `json:"p"` // of Change, by a paired randomisation test
}

// firstTen is how far a reader looks.
const firstTen = 10

// MeasureDigest ranks the day of each reader as a digest does, and by the product with the mean of the latent vectors
// of the reader's papers, which is what scripts do that rank the day's papers by a library. The papers of q are those of
// l; ones that are missing there are left out.
func MeasureDigest(ctx context.Context, l *library.Library, q Qrels, trial DigestTrial) (*DigestReport, error) {
	least, others := cmp.Or(trial.Least, 8), cmp.Or(trial.Others, 500)
	named, err := NewNamed(ctx, l.Store(), nil, q)
	if err != nil {
		return nil, err
	}
	s := l.Current()
	sections := sectionsOf(q, named.id, least, func(id string) bool {
		_, ok := s.Engine().Index().Row(id)
		return ok
	})
	readers := len(sections)
	if trial.Sections < 1 || readers < trial.Sections {
		return nil, fmt.Errorf("digest: %w: %d sections of %d papers or more, for readers of %d: other judgments are needed",
			data.ErrInvalid, len(sections), least, trial.Sections)
	}
	rng := rand.New(rand.NewPCG(trial.Seed, uint64(len(sections))))
	report := &DigestReport{Readers: readers, Sections: trial.Sections}
	changes := make([]float64, readers)
	for n := range readers {
		r := drawReader(rng, s, sections, n, trial.Sections, others)
		ours, err := r.byDigest(ctx, s, trial.Divide)
		if err != nil {
			return nil, err
		}
		a, b := r.hits(ours), r.hits(r.byMean(s))
		changes[n] = a - b
		switch {
		case a > b:
			report.Wins++
		case a < b:
			report.Losses++
		}
		for _, m := range []struct {
			to    *float64
			value float64
		}{
			{&report.Digest, a}, {&report.Mean, b}, {&report.Change, a - b}, {&report.Library, float64(len(r.own))},
			{&report.Wanted, float64(len(r.wanted))}, {&report.Day, float64(len(r.day))},
		} {
			*m.to += m.value / float64(readers)
		}
		if trial.Progress != nil {
			trial.Progress(n+1, readers)
		}
	}
	report.Interval, report.P = bootstrap(changes), randomisation(changes)
	return report, nil
}

// sectionsOf returns the sets of papers that are judged to be of one section, by canonical ids. A query and what is
// relevant to it are its section; a paper of several sections, whose set is that of none, makes none.
func sectionsOf(q Qrels, id map[string]string, least int, known func(id string) bool) [][]string {
	count := map[string]int{}
	for _, query := range q.Queries {
		set := map[string]bool{}
		for _, name := range append(slices.Collect(maps.Keys(q.Grades[query])), query) {
			if (name == query || q.Grades[query][name] > 0) && known(id[name]) {
				set[id[name]] = true
			}
		}
		if len(set) >= least {
			count[strings.Join(slices.Sorted(maps.Keys(set)), "\n")]++
		}
	}
	var out [][]string
	for _, key := range slices.Sorted(maps.Keys(count)) {
		if set := strings.Split(key, "\n"); 2*count[key] >= len(set) {
			out = append(out, set)
		}
	}
	return out
}

// digestReader is a reader of a trial.
type digestReader struct {
	own    []string
	wanted map[string]bool
	day    []string // ascending
}

// drawReader draws reader n: section n and as many random ones as are missing to the number.
func drawReader(rng *rand.Rand, s *library.Snapshot, sections [][]string, n, number, others int) *digestReader {
	r := &digestReader{wanted: map[string]bool{}}
	of := map[string]bool{}
	order := rng.Perm(len(sections))
	order = slices.Insert(slices.DeleteFunc(order, func(i int) bool { return i == n }), 0, n)
	for _, i := range order[:number] {
		papers := slices.DeleteFunc(slices.Clone(sections[i]), func(id string) bool { return of[id] })
		rng.Shuffle(len(papers), func(a, b int) { papers[a], papers[b] = papers[b], papers[a] })
		for k, id := range papers {
			of[id] = true
			if k < len(papers)/2 {
				r.own = append(r.own, id)
			} else {
				r.wanted[id] = true
			}
		}
	}
	day := maps.Clone(r.wanted)
	for tries := 0; len(day) < len(r.wanted)+others && tries < 100*others; tries++ {
		if row := s.Catalog.Row(rng.IntN(s.Catalog.Len())); !of[row.ID] && row.DuplicateOf == "" {
			day[row.ID] = true
		}
	}
	r.day = slices.Sorted(maps.Keys(day))
	return r
}

// hits counts the wanted papers among the first ten.
func (r *digestReader) hits(ranked []string) (n float64) {
	for _, id := range ranked[:min(firstTen, len(ranked))] {
		if r.wanted[id] {
			n++
		}
	}
	return n
}

// byDigest ranks the day as a digest does.
func (r *digestReader) byDigest(ctx context.Context, s *library.Snapshot, divide digest.Divide) ([]string, error) {
	papers, err := s.Papers.Papers(ctx, r.own)
	if err != nil {
		return nil, err
	}
	if slices.Contains(papers, nil) {
		return nil, errors.New("digest: a paper of the model is not stored: fit again (kindred fit)")
	}
	if divide == nil {
		divide = digest.DivideByMeans
	}
	reader := digest.NewReader(s.Engine(), papers, nil, divide)
	ranked, err := reader.Rank(ctx, r.day, digest.DefaultLeast)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, p := range reader.Share(ranked, firstTen, func(digest.Scored) bool { return true }) {
		ids = append(ids, p.ID)
	}
	return ids, nil
}

// byMean ranks the day by the product with the mean of the latent vectors of the reader's papers.
func (r *digestReader) byMean(s *library.Snapshot) []string {
	index := s.Engine().Index()
	latent := func(id string) []float32 {
		row, _ := index.Row(id) // all are of the model
		return index.Views(row).Latent
	}
	mean := make([]float32, len(latent(r.own[0])))
	for _, id := range r.own {
		vec.Axpy(1, latent(id), mean)
	}
	ids := slices.Clone(r.day)
	slices.SortStableFunc(ids, func(a, b string) int { return cmp.Compare(vec.Dot(mean, latent(b)), vec.Dot(mean, latent(a))) })
	return ids
}
