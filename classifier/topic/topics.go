package topic

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"kindred/classifier/vec"
)

// Topics is the immutable result of Fit.
type Topics struct {
	list        []Topic // of the main level, by column of the scorer
	fields      []Topic
	fieldOf     []int32 // position in list → position in fields; empty without fields
	subs        []Topic
	subCell     []int32 // document → position in subs, or -1
	scorer      scorer
	cell        []int32   // document → position in list of the nearest topic
	outside     []float32 // how sure it is that a document is in no topic; 0 where it is in its nearest one
	shares      []float32 // sharesKept of each document, heaviest first; 0 for none
	others      []int32   // positions in list of the topics of the shares after the first
	changes     []Change
	next        int // least id that was never used
	fingerprint string
}

// sharesKept is the largest number of topics that a document keeps. Shares after the first are kept from leastShare up.
const (
	sharesKept = 3
	leastShare = 0.15
)

// MostShares is the largest number of topics that a document keeps.
const MostShares = sharesKept

// Memberships returns those scores of a text that a document would keep: the best, and each of the next while its
// weight is at least 0.15, at most MostShares together. scores must be sorted in descending order.
func Memberships(scores []Score) []Score {
	out := slices.Clone(scores[:min(len(scores), sharesKept)])
	for i := 1; i < len(out); i++ {
		if out[i].Weight < leastShare {
			return out[:i]
		}
	}
	return out
}

// assign sets cells and shares of all documents from their scores, documents × topics, which it changes.
func (t *Topics) assign(scores *vec.Dense) {
	n := scores.Rows()
	t.cell, t.shares, t.others = make([]int32, n), make([]float32, n*sharesKept), make([]int32, n*(sharesKept-1))
	vec.Parallel(n, chunk, func(lo, hi int) {
		for i := lo; i < hi; i++ {
			row := scores.Row(i)
			vec.Softmax(row, t.scorer.sharpness)
			best := argmax(row)
			t.cell[i], t.shares[i*sharesKept] = int32(best), row[best]
			for place := range sharesKept - 1 {
				row[best] = -1
				best = argmax(row)
				if row[best] < leastShare {
					break
				}
				t.others[i*(sharesKept-1)+place], t.shares[i*sharesKept+place+1] = int32(best), row[best]
			}
		}
	})
}

// List returns the topics of the main level, largest first. The caller must not change their slices.
func (t *Topics) List() []Topic { return t.Level(Main) }

// Level returns the topics of a level, largest first, none for a level that does not exist. The caller must not change
// their slices.
func (t *Topics) Level(level int) []Topic {
	out := slices.Clone(t.at(level))
	slices.SortStableFunc(out, func(a, b Topic) int { return cmp.Or(cmp.Compare(b.Size, a.Size), a.ID-b.ID) })
	return out
}

// at returns the topics of a level by position.
func (t *Topics) at(level int) []Topic {
	switch level {
	case Main:
		return t.list
	case Fields:
		return t.fields
	case Subtopics:
		return t.subs
	}
	return nil
}

// position returns the position of document i among the topics of a level, or -1.
func (t *Topics) position(level, i int) int32 {
	switch {
	case level == Main:
		return t.cell[i]
	case level == Fields && len(t.fieldOf) > 0:
		return t.fieldOf[t.cell[i]]
	case level == Subtopics:
		return t.subCell[i]
	}
	return -1
}

// Sub returns the id of the subtopic of document i, 0 for none.
func (t *Topics) Sub(i int) int {
	if t.outside[i] > 0 {
		return 0
	}
	if p := t.subCell[i]; p >= 0 {
		return t.subs[p].ID
	}
	return 0
}

// Docs returns the number of documents the topics were formed from.
func (t *Topics) Docs() int { return len(t.cell) }

// Changes returns how the topics differ from those of the fit before; none after the first fit.
func (t *Topics) Changes() []Change { return slices.Clone(t.changes) }

// Of returns the id of the topic of document i and its share in the document, in (0,1]. A document in no topic has the
// id 0, and the confidence is that of being in none.
func (t *Topics) Of(i int) (id int, confidence float32) {
	if t.outside[i] > 0 {
		return 0, t.outside[i]
	}
	return t.list[t.cell[i]].ID, t.shares[i*sharesKept]
}

// Weights returns the topics that document i keeps and their shares in it, heaviest first; see Memberships. A document in
// no topic has none.
func (t *Topics) Weights(i int) []Score {
	if t.outside[i] > 0 {
		return nil
	}
	out := []Score{{t.list[t.cell[i]].ID, t.shares[i*sharesKept]}}
	for place := range sharesKept - 1 {
		if w := t.shares[i*sharesKept+place+1]; w > 0 {
			out = append(out, Score{t.list[t.others[i*(sharesKept-1)+place]].ID, w})
		}
	}
	return out
}

// Nearest returns the n topics with the largest shares in a text, best first, and how sure it is that the text is in none
// of them, 0 where it is in the first. counts holds the counts of the terms of the model. The shares of all topics sum
// to 1. A text without known words has none.
func (t *Topics) Nearest(counts vec.Sparse, v Vectors, n int) (list []Score, none float32) {
	x := t.scorer.text(counts)
	if x.Len() == 0 && (t.scorer.idf == nil || vec.Norm(v.General) == 0) {
		return nil, 0
	}
	w := make([]float32, len(t.list))
	t.scorer.score(w, x, v)
	none = t.scorer.none(argmax(w), v.Space)
	vec.Softmax(w, t.scorer.sharpness)
	out := make([]Score, len(w))
	for i := range w {
		out[i] = Score{Topic: t.list[i].ID, Weight: w[i]}
	}
	slices.SortStableFunc(out, func(a, b Score) int { return cmp.Or(cmp.Compare(b.Weight, a.Weight), a.Topic-b.Topic) })
	return out[:min(max(n, 0), len(out))], none
}

// Fits returns an error for topics of another number of documents than docs, of terms that are not below terms, or of
// another latent view than one of dims dimensions.
func (t *Topics) Fits(docs, terms, dims int) error {
	if d := t.scorer.space.Cols; d != 0 && d != dims {
		return fmt.Errorf("topics in a space of %d dimensions instead of %d", d, dims)
	}
	if len(t.cell) != docs {
		return fmt.Errorf("topics of %d documents instead of %d", len(t.cell), docs)
	}
	last := int64(-1)
	for _, w := range t.scorer.vocabulary {
		if int64(w) <= last || int64(w) >= int64(terms) {
			return errors.New("a term of the topics is out of range")
		}
		last = int64(w)
	}
	return nil
}
