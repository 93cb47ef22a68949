package eval

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"golang.org/x/sync/errgroup"

	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/library"
)

// Depth is how many documents of each ranking are kept and measured.
const Depth = 1000

// Ranker answers the queries of a measurement. A *recommend.Engine is one.
type Ranker interface {
	Recommend(ctx context.Context, q recommend.Query) (*recommend.Answer, error)
}

// RankingOptions say how queries are asked and scored. The zero value asks for papers similar to the query paper.
type RankingOptions struct {
	Options
	// Texts are the texts of queries that are not papers: a query that has one is asked with it, and
	// with it alone.
	Texts map[string]string
	// Progress, if set, is called after every query, from one goroutine at a time.
	Progress func(done, total int)
}

// Ranking asks r for every judged query and measures the answers. Queries that name no paper of r are
// returned as missing; they count 0, as they do for a program that scores the run file. Editions of the
// seed are answers like others here, because judgments treat them so.
func Ranking(ctx context.Context, r Ranker, q Qrels, opt RankingOptions) (result Result, run Run, missing []string, err error) {
	ranked := make([][]Scored, len(q.Queries))
	absent := make([]bool, len(q.Queries))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	done := make(chan struct{})
	reported := make(chan struct{})
	go func() {
		defer close(reported)
		n := 0
		for range done {
			if n++; opt.Progress != nil {
				opt.Progress(n, len(q.Queries))
			}
		}
	}()
	for i, query := range q.Queries {
		group.Go(func() error {
			answer, err := ask(ctx, r, q, query, opt)
			switch {
			case errors.Is(err, data.ErrNotFound):
				absent[i] = true
			case err != nil:
				return fmt.Errorf("query %s: %w", query, err)
			default:
				for _, h := range answer.Hits {
					ranked[i] = append(ranked[i], Scored{h.ID, float64(h.Score)})
				}
			}
			done <- struct{}{}
			return nil
		})
	}
	err = group.Wait()
	close(done)
	<-reported
	if err != nil {
		return Result{}, nil, nil, err
	}
	run = Run{}
	for i, query := range q.Queries {
		if absent[i] {
			missing = append(missing, query)
		}
		if len(ranked[i]) > 0 {
			run[query] = ranked[i]
		}
	}
	return Score(q, run, opt.Options), run, missing, nil
}

func ask(ctx context.Context, r Ranker, q Qrels, query string, opt RankingOptions) (*recommend.Answer, error) {
	var filter recommend.Filter
	if opt.Pool {
		for doc := range q.Grades[query] { // a set: its order does not matter
			filter.Only = append(filter.Only, doc)
		}
	}
	seed := recommend.Query{Positive: []string{query}, Limit: Depth, KeepDuplicates: true, KeepUnlike: true, Filter: filter}
	if text, ok := opt.Texts[query]; ok {
		seed.Positive, seed.Text = nil, text
	}
	return r.Recommend(ctx, seed)
}

// Measurement holds the rankings of the judged queries of a library, and their measures.
type Measurement struct {
	Result  Result
	Run     Run
	Missing []string // queries that name no paper of the library

	qrels Qrels
	opt   Options
}

// MeasureRanking asks a library every judged query and measures the rankings.
func MeasureRanking(ctx context.Context, l *library.Library, q Qrels, opt RankingOptions) (*Measurement, error) {
	ranker, err := NewNamed(ctx, l.Store(), l.Current().Engine(), q)
	if err != nil {
		return nil, err
	}
	m := &Measurement{qrels: q, opt: opt.Options}
	m.Result, m.Run, m.Missing, err = Ranking(ctx, ranker, q, opt)
	return m, err
}

// Cuts measures what each of [Thresholds] leaves of the answers.
func (m *Measurement) Cuts() []ScoreCut {
	return CutScores(m.qrels, m.Run, m.Result.Queries, m.opt.Relevant)
}

// RankingReport is what a measurement says.
type RankingReport struct {
	Queries int `json:"queries"`
	Measures
	Intervals map[string]Interval `json:"intervals"` // 95 % bootstrap interval by measure
	Missing   []string            `json:"missing,omitempty"`
	Against   []Comparison        `json:"against,omitempty"`
}

// Report sums the measurement up, and compares it query by query with another run if that is not nil.
func (m *Measurement) Report(against Run) (*RankingReport, error) {
	r := &RankingReport{Queries: len(m.Result.Queries), Measures: m.Result.Mean, Missing: m.Missing, Intervals: map[string]Interval{}}
	for i, interval := range m.Result.Intervals() {
		r.Intervals[Names[i]] = interval
	}
	if against == nil {
		return r, nil
	}
	var err error
	r.Against, err = Compare(m.Result, Score(m.qrels, against, m.opt))
	return r, err
}
