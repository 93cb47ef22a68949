package topic

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"kindred/classifier/topic/naming"
	"kindred/classifier/vec"
)

// Input holds the documents that topics are formed of. Every matrix has one row for each document.
type Input struct {
	IDs           []string
	naming.Corpus // words, which also form the topics, and phrases
	// General holds the vectors of the documents in a latent space that was learned from other papers, unit rows or
	// zero; nil for none. Topics of a small corpus depend on it.
	General *vec.Dense
	// Space holds their vectors in the latent view of the model, unit rows or zero; nil for none. Without them topics are
	// formed by words alone, and every document is in a topic.
	Space *vec.Dense
}

// Vectors are the rows of a text in Input.General and Input.Space; nil for none.
type Vectors struct{ General, Space []float32 }

// vectors returns the vectors of document i.
func (in *Input) vectors(i int) (v Vectors) {
	if in.General != nil {
		v.General = in.General.Row(i)
	}
	if in.Space != nil {
		v.Space = in.Space.Row(i)
	}
	return v
}

// Options are the options of Fit. The zero value is the default.
type Options struct {
	Topics   int      // number of topics; 0 chooses it from the data
	Seed     uint64   // of the random starts
	Previous *Earlier // an earlier fit; topics with the same documents keep their ids
	Fresh    bool     // form the topics anew; they take ids from Previous, but do not start from its topics
	// Pinned are ids of topics of the main level of Previous. Each keeps its id and label, and starts from its
	// documents, while any of these is left. Other ids are ignored.
	Pinned []int
	// Fingerprint identifies documents and options. If Previous has the same fingerprint, Fit returns its topics.
	Fingerprint string
}

// Validate reports options out of their ranges.
func (o Options) Validate() error {
	if o.Topics < 0 {
		return errors.New("topic: Topics must not be negative")
	}
	return nil
}

// SmallCorpus is the number of documents below which a corpus is too small to estimate the word distributions of
// topics. Its topics are formed around centroids instead, of vectors that contain Input.General. Input.Words must then
// count a word in the title twice.
const SmallCorpus = 500

const (
	sampled     = 50_000 // documents of a large corpus that its topics are learned from
	papersShown = 5
)

// AutoTopics is the default number of topics for n documents, 2.4·n^0.28 and at most n/4: 6 for 26 papers, 20 for
// 2,000, 50 for 50,000.
func AutoTopics(n int) int {
	return max(1, min(n/4, int(math.Round(2.4*math.Pow(float64(n), 0.28)))))
}

// Fit forms topics of documents and names them. A document that is far from every topic is in none. The result depends on the input and the
// options alone, not on the number of cores.
func Fit(ctx context.Context, in Input, opt Options) (*Topics, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	if err := in.validate(); err != nil {
		return nil, err
	}
	if p := opt.Previous; p != nil && !opt.Fresh && opt.Fingerprint != "" && p.Topics.fingerprint == opt.Fingerprint {
		return p.Topics, nil
	}
	t := &Topics{fingerprint: opt.Fingerprint}
	f := &fitting{in: &in, opt: opt, n: len(in.IDs), t: t}
	var err error
	if f.n < SmallCorpus {
		err = f.small(ctx)
	} else {
		err = f.large(ctx)
	}
	if err != nil {
		return nil, err
	}
	f.list()
	if err := f.levels(ctx); err != nil {
		return nil, err
	}
	f.keepIDs()
	f.link()
	f.name()
	return t, ctx.Err()
}

func (in *Input) validate() error {
	n := len(in.IDs)
	if n == 0 {
		return errors.New("topic: there are no documents")
	}
	if err := in.Corpus.Validate(n); err != nil {
		return fmt.Errorf("topic: %w", err)
	}
	if in.General != nil && in.General.Rows() != n {
		return fmt.Errorf("topic: general vectors of %d documents instead of %d", in.General.Rows(), n)
	}
	if in.Space != nil && in.Space.Rows() != n {
		return fmt.Errorf("topic: latent vectors of %d documents instead of %d", in.Space.Rows(), n)
	}
	return nil
}

// fitting is the state of a fit.
type fitting struct {
	in     *Input
	opt    Options
	n      int
	t      *Topics
	papers *vec.CSR    // dampened counts, all documents × vocabulary of the scorer
	rows   []int       // documents that the topics are learned from
	space  *vec.Dense  // their vectors, unit rows
	place  placer      // computes the vectors of other documents
	cell   []int32     // topic of each of rows, by position in t.list
	pins   []int32     // of each topic: position of its pinned topic in the earlier fit, or -1; nil without pins
	labels [3][]string // by level from the subtopics up: the label that each topic keeps, or ""
}

// want returns the number of topics to form.
func (f *fitting) want() int { return max(1, min(f.n, cmp.Or(f.opt.Topics, AutoTopics(f.n)))) }

// keepWords returns the words that topics are formed by, ascending. They occur in at least `least` of the rows, and in
// at most half of them. Of more than 60,000 such words, those in most rows are kept.
func (f *fitting) keepWords(least int) []uint32 {
	const most = 60_000
	df := make([]int32, f.in.Words.Counts.Cols)
	for _, r := range f.rows {
		for _, w := range f.in.Words.Counts.Row(r).Index {
			df[w]++
		}
	}
	var kept []uint32
	for ; least > 0 && len(kept) == 0; least-- {
		for w, d := range df {
			if int(d) >= least && (int(d) <= len(f.rows)/2 || len(f.rows) < 20) {
				kept = append(kept, uint32(w))
			}
		}
	}
	if len(kept) > most {
		slices.SortFunc(kept, func(a, b uint32) int { return cmp.Or(cmp.Compare(df[b], df[a]), cmp.Compare(a, b)) })
		kept = kept[:most]
		slices.Sort(kept)
	}
	return kept
}

// list sets t.list with sizes and representative papers, and the cells and shares of all documents, by the scorer.
func (f *fitting) list() {
	t := f.t
	k := t.scorer.topics()
	scores := t.scorer.all(f.papers, f.in)
	t.assign(scores)
	t.settle(f.in.Space)
	t.list = make([]Topic, k)
	sizes := make([]int, k)
	for i, c := range t.cell {
		if t.outside[i] == 0 {
			sizes[c]++
		}
	}
	for c := range t.list {
		t.list[c].Size = sizes[c]
	}
	for i, r := range f.rows {
		f.cell[i] = t.cell[r]
	}
	members := membersOf(f.cell, k)
	centroids := centroidsOf(f.space, members)
	for c := range t.list {
		t.list[c].Papers = f.representatives(members[c], centroids.Row(c))
	}
}

// representatives returns the ids of the members nearest to a centroid, the nearest first.
func (f *fitting) representatives(members []int32, centroid []float32) []string {
	type near struct {
		id     string
		cosine float32
	}
	all := make([]near, len(members))
	for i, m := range members {
		all[i] = near{f.in.IDs[f.rows[m]], vec.Dot(f.space.Row(int(m)), centroid)}
	}
	slices.SortFunc(all, func(a, b near) int {
		return cmp.Or(cmp.Compare(b.cosine, a.cosine), cmp.Compare(a.id, b.id))
	})
	out := make([]string, 0, papersShown)
	for _, m := range all[:min(papersShown, len(all))] {
		out = append(out, m.id)
	}
	return out
}
