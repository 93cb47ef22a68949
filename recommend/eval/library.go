package eval

import (
	"bufio"
	"cmp"
	"context"
	"crypto/md5"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"kindred/data"
	"kindred/recommend"
)

// Sizes of the groups that libraries are made of.
const (
	leastGroup = 4
	mostGroup  = 60
)

// ReaderLibrary is a library made of judgments: half of each of some groups, which stand for a reader's interests.
type ReaderLibrary struct {
	ID       string
	Groups   int      // number of interests
	Papers   []string // the library
	Relevant []string // the other halves
}

// Groups returns groups of papers that are judged relevant to each other, as disjoint lists of ids in ascending order.
// A group is a query with its documents of a grade of least or more, those aside that an earlier group has; queries come
// in the order of a hash. Where judgments say who is of one section, the groups are the sections.
func Groups(q Qrels, least float64) [][]string {
	queries := slices.Clone(q.Queries)
	slices.SortFunc(queries, func(a, b string) int {
		if x, y := hash(a), hash(b); x != y {
			return cmp.Compare(x, y)
		}
		return strings.Compare(a, b)
	})
	used := map[string]bool{}
	var groups [][]string
	for _, query := range queries {
		if used[query] {
			continue
		}
		group := []string{query}
		for doc, grade := range q.Grades[query] {
			if grade >= least && !used[doc] {
				group = append(group, doc)
			}
		}
		if len(group) < leastGroup || len(group) > mostGroup {
			continue
		}
		slices.Sort(group)
		for _, id := range group {
			used[id] = true
		}
		groups = append(groups, group)
	}
	return groups
}

func hash(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s)) // never fails
	return h.Sum64()
}

// Half returns the groups of one half, 1 or 2. Constants are chosen on the first and reported on the second.
func Half(groups [][]string, half int) [][]string {
	var out [][]string
	for _, g := range groups {
		if sum := md5.Sum([]byte(g[0])); int(sum[md5.Size-1]&1) == half-1 { // spreads ids that differ in a digit
			out = append(out, g)
		}
	}
	return out
}

// DrawLibraries joins groups, so many at a time, each in one library of a draw, and puts a random half of each group
// into the library. The same seed gives the same libraries.
func DrawLibraries(groups [][]string, join, draws int, seed uint64) []ReaderLibrary {
	rng := rand.New(rand.NewPCG(seed, uint64(join)))
	var out []ReaderLibrary
	for range draws {
		order := rng.Perm(len(groups))
		for ; len(order) >= join; order = order[join:] {
			l := ReaderLibrary{ID: fmt.Sprintf("library-%d-%d", join, len(out)+1), Groups: join}
			for _, g := range order[:join] {
				group := slices.Clone(groups[g])
				rng.Shuffle(len(group), func(i, k int) { group[i], group[k] = group[k], group[i] })
				half := (len(group) + 1) / 2
				l.Papers = append(l.Papers, group[:half]...)
				l.Relevant = append(l.Relevant, group[half:]...)
			}
			out = append(out, l)
		}
	}
	return out
}

// WriteLibraries writes libraries for other programs to answer: lines of library, paper, and "has" for a paper that is
// in it or "wants" for one to be found.
func WriteLibraries(w io.Writer, libraries []ReaderLibrary) error {
	out := bufio.NewWriter(w)
	for _, l := range libraries {
		for _, id := range l.Papers {
			fmt.Fprintf(out, "%s\t%s\thas\n", l.ID, id)
		}
		for _, id := range l.Relevant {
			fmt.Fprintf(out, "%s\t%s\twants\n", l.ID, id)
		}
	}
	return out.Flush()
}

// LibraryMethods are the ways to rank for a library that [RankLibraries] compares: by its interests, by the mean of its
// papers, by the nearest of them, and as a query with all of them as seeds.
var LibraryMethods = []string{"interests", "mean", "nearest", "seeds"}

// LibraryRuns are the rankings of libraries by each of [LibraryMethods], with the judgments that they are measured by.
type LibraryRuns struct {
	Qrels Qrels
	Runs  map[string]Run
}

// RankLibraries asks e for every library in every way. Ids of papers are resolved by papers; what of a library is
// unknown is left out, and a library that has nothing to find is as well. Editions are answers like others, because
// judgments treat them so.
func RankLibraries(ctx context.Context, e *recommend.Engine, papers recommend.Papers, libraries []ReaderLibrary, progress func(done, total int)) (*LibraryRuns, error) {
	out := &LibraryRuns{Qrels: Qrels{Grades: map[string]map[string]float64{}}, Runs: map[string]Run{}}
	for _, m := range LibraryMethods {
		out.Runs[m] = Run{}
	}
	here := func(ids []string) (rows []int, known []string) {
		for _, id := range ids {
			p, err := papers.Paper(ctx, data.CanonicalID(id))
			if err != nil {
				continue
			}
			if row, ok := e.Index().Row(p.ID); ok && !slices.Contains(rows, row) {
				rows, known = append(rows, row), append(known, p.ID)
			}
		}
		return rows, known
	}
	type result struct {
		relevant []string
		ranked   map[string][]Scored
	}
	results := make([]result, len(libraries))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	var mu sync.Mutex
	done := 0
	for i, l := range libraries {
		group.Go(func() error {
			rows, has := here(l.Papers)
			_, wants := here(l.Relevant)
			wants = slices.DeleteFunc(wants, func(id string) bool { return slices.Contains(has, id) })
			if len(has) == 0 || len(wants) == 0 {
				return nil
			}
			ranked, err := rankLibrary(ctx, e, rows, has)
			results[i] = result{wants, ranked}
			mu.Lock()
			defer mu.Unlock()
			if done++; progress != nil {
				progress(done, len(libraries))
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for i, r := range results {
		if r.relevant == nil {
			continue
		}
		id := libraries[i].ID
		out.Qrels.Queries = append(out.Qrels.Queries, id)
		out.Qrels.Grades[id] = map[string]float64{}
		for _, doc := range r.relevant {
			out.Qrels.Grades[id][doc] = 1
		}
		for m, list := range r.ranked {
			out.Runs[m][id] = list
		}
	}
	return out, nil
}

// rankLibrary ranks for one library in every way.
func rankLibrary(ctx context.Context, e *recommend.Engine, rows []int, ids []string) (map[string][]Scored, error) {
	ix := e.Index()
	mean, nearest := make([]float32, ix.Rows()), make([]float32, ix.Rows())
	for k, row := range rows {
		scores, err := ix.Similarities(ctx, row)
		if err != nil {
			return nil, err
		}
		for d, s := range scores {
			mean[d] += s / float32(len(rows))
			if k == 0 || s > nearest[d] {
				nearest[d] = s
			}
		}
	}
	out := map[string][]Scored{"mean": best(ix, mean, rows), "nearest": best(ix, nearest, rows)}
	q := recommend.Query{Positive: ids, Limit: Depth, KeepDuplicates: true, KeepUnlike: true}
	seeds, err := e.Recommend(ctx, q)
	if err != nil {
		return nil, err
	}
	out["seeds"] = scored(seeds.Hits)
	ours, err := e.RecommendLibrary(ctx, recommend.LibraryQuery{Papers: ids, Limit: Depth, KeepDuplicates: true, KeepUnlike: true})
	if err != nil {
		return nil, err
	}
	out["interests"] = scored(ours.Hits)
	return out, nil
}

func scored(hits []recommend.Hit) []Scored {
	out := make([]Scored, len(hits))
	for i, h := range hits {
		out[i] = Scored{h.ID, -float64(i)} // interests take turns, so that hits are in no order of their scores
	}
	return out
}

// best returns the best Depth rows by score, those of the library aside.
func best(ix *recommend.Index, scores []float32, library []int) []Scored {
	order := make([]int, 0, len(scores))
	for row := range scores {
		if !slices.Contains(library, row) {
			order = append(order, row)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(sign(float64(scores[b]) - float64(scores[a]))) })
	out := make([]Scored, 0, Depth)
	for _, row := range order[:min(len(order), Depth)] {
		out = append(out, Scored{ix.ID(row), float64(scores[row])})
	}
	return out
}

// LibraryTrial says which libraries are drawn from judgments.
type LibraryTrial struct {
	Relevant float64 // lowest grade that counts as relevant
	Half     int     // the groups of this half only, 1 or 2; 0 for both
	Join     []int   // groups of a library; libraries are drawn for each number
	Draws    int     // libraries that each group is part of
}

// Draw returns the libraries of a trial. The same judgments give the same libraries.
func (t LibraryTrial) Draw(q Qrels) []ReaderLibrary {
	groups := Groups(q, t.Relevant)
	if t.Half > 0 {
		groups = Half(groups, t.Half)
	}
	var out []ReaderLibrary
	for _, join := range t.Join {
		out = append(out, DrawLibraries(groups, join, t.Draws, 1)...)
	}
	return out
}

// LibraryComparison has the measures of every method on the libraries of so many groups, on all for 0.
type LibraryComparison struct {
	Join      int                   `json:"join"`
	Libraries int                   `json:"libraries"`
	Methods   map[string]Measures   `json:"methods"`
	Against   map[string]Comparison `json:"against"` // nDCG@10 of the interests against every other method, library by library
}

// CompareEach measures the runs on the libraries of each number of groups of a trial, and on all.
func (r *LibraryRuns) CompareEach(libraries []ReaderLibrary, join []int) ([]LibraryComparison, error) {
	var out []LibraryComparison
	for _, n := range append(slices.Clone(join), 0) {
		c, err := r.Compare(libraries, n)
		if err != nil {
			return nil, err
		}
		out = append(out, *c)
	}
	return out, nil
}

// Compare measures the runs on the libraries of join groups, on all libraries for 0.
func (r *LibraryRuns) Compare(libraries []ReaderLibrary, join int) (*LibraryComparison, error) {
	chosen := Qrels{Grades: r.Qrels.Grades}
	for _, l := range libraries {
		if _, here := r.Qrels.Grades[l.ID]; here && (join == 0 || l.Groups == join) {
			chosen.Queries = append(chosen.Queries, l.ID)
		}
	}
	if len(chosen.Queries) == 0 {
		return nil, fmt.Errorf("%w: the judgments make no library of %d groups of papers that are here", data.ErrNotFound, join)
	}
	out := &LibraryComparison{Join: join, Libraries: len(chosen.Queries), Methods: map[string]Measures{}, Against: map[string]Comparison{}}
	ours := Score(chosen, r.Runs[LibraryMethods[0]], Options{})
	for name, run := range r.Runs {
		result := Score(chosen, run, Options{})
		out.Methods[name] = result.Mean
		if name == LibraryMethods[0] {
			continue
		}
		all, err := Compare(ours, result)
		if err != nil {
			return nil, err
		}
		out.Against[name] = all[0]
	}
	return out, nil
}
