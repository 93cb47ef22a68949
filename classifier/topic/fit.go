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

// Input is what topics are formed from. Every matrix has one row a document.
type Input struct {
	IDs           []string
	naming.Corpus // the words that topics are formed of, and the words and phrases that name them
	// General holds the documents' vectors in a latent space learned elsewhere, unit rows or zero; nil for none. A
	// small corpus leans on it.
	General *vec.Dense
}

// Options steer Fit; the zero value means defaults.
type Options struct {
	Topics   int      // number of topics; 0 chooses it from the data
	Seed     uint64   // of the random starts
	Previous *Earlier // an earlier fit, whose topics are kept where members overlap
	Fresh    bool     // form the topics anew and take from Previous no more than the ids
	// Pinned are ids of topics of Previous's main level that go on with id and label, however the others are formed,
	// while any document is in them. Ids that name none are passed over.
	Pinned []int
	// Fingerprint names documents and options. An earlier fit of the same fingerprint is returned as it is.
	Fingerprint string
}

// Validate reports options that cannot be meant.
func (o Options) Validate() error {
	if o.Topics < 0 {
		return errors.New("topic: Topics must not be negative")
	}
	return nil
}

// SmallCorpus is the number of documents below which a corpus is too small to say what its topics are made of: topics
// are then formed around centroids in a space that leans on Input.General. A title then counts twice in Input.Words.
const SmallCorpus = 500

const (
	sampled     = 50_000 // documents that a large corpus's topics are learned from
	papersShown = 5
)

// AutoTopics is the number of topics chosen for n documents, 2.4·n^0.28: 6 for a page of 26 papers, 20 for 2,000, 50
// for 50,000, and no fewer than four papers a topic.
func AutoTopics(n int) int {
	return max(1, min(n/4, int(math.Round(2.4*math.Pow(float64(n), 0.28)))))
}

// Fit groups the documents and names the groups. Every document gets a topic. The result depends on the input and the
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
	return nil
}

// fitting is a fit under way.
type fitting struct {
	in     *Input
	opt    Options
	n      int
	t      *Topics
	papers *vec.CSR    // all documents × the scorer's vocabulary, dampened counts
	rows   []int       // documents that the topics are learned from
	space  *vec.Dense  // their vectors, unit rows
	place  placer      // gives other documents their vectors
	cell   []int32     // topic of each of rows, by position in t.list
	pins   []int32     // of each topic: position of the pinned topic of the earlier fit that it is, or -1; nil without pins
	labels [3][]string // of each topic, by level from the subtopics up: the label it keeps from the earlier fit, or ""
}

// want is the number of topics to form.
func (f *fitting) want() int { return max(1, min(f.n, cmp.Or(f.opt.Topics, AutoTopics(f.n)))) }

// keepWords chooses the words that shape the topics: those in at least least of the rows and at most half of them; of
// too many, those in most. They are ascending.
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

// list fills t.list with sizes and representative papers, and cells and shares of all documents, by the scorer.
func (f *fitting) list() {
	t := f.t
	k := t.scorer.topics()
	scores := t.scorer.all(f.papers, f.in.General)
	t.assign(scores)
	t.list = make([]Topic, k)
	sizes := make([]int, k)
	for _, c := range t.cell {
		sizes[c]++
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

// representatives returns the ids of the members nearest to a centroid.
func (f *fitting) representatives(members []int32, centroid []float32) []string {
	type near struct {
		id     string
		cosine float32
	}
	all := make([]near, len(members))
	for i, m := range members {
		all[i] = near{f.in.IDs[f.rows[m]], vec.Dot(f.space.Row(int(m)), centroid)}
	}
	slices.SortFunc(all, func(a, b near) int { return cmp.Or(cmp.Compare(b.cosine, a.cosine), cmp.Compare(a.id, b.id)) })
	out := make([]string, 0, papersShown)
	for _, m := range all[:min(papersShown, len(all))] {
		out = append(out, m.id)
	}
	return out
}
