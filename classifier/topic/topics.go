package topic

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"kindred/classifier/vec"
)

// List returns the topics, largest first. The caller must not change them.
func (t *Topics) List() []Topic {
	out := slices.Clone(t.list)
	slices.SortStableFunc(out, func(a, b Topic) int { return cmp.Or(cmp.Compare(b.Size, a.Size), a.ID-b.ID) })
	return out
}

// Docs returns the number of documents the topics were formed from.
func (t *Topics) Docs() int { return len(t.cell) }

// Dims returns the number of dimensions of the vectors the topics were formed from.
func (t *Topics) Dims() int { return t.centroids.Cols }

// Of returns the id of the topic of document i and the share of the document it has, in (0,1].
func (t *Topics) Of(i int) (id int, confidence float32) {
	return t.list[t.cell[i]].ID, t.confidence[i]
}

// Nearest returns the n topics that fit the unit vector v best, best first. The weights are shares: over all topics they
// sum to 1. A zero vector has no topics.
func (t *Topics) Nearest(v []float32, n int) []Score {
	if vec.Norm(v) == 0 {
		return nil
	}
	w := t.weights(v)
	out := make([]Score, len(w))
	for i := range w {
		out[i] = Score{Topic: t.list[i].ID, Weight: w[i]}
	}
	slices.SortStableFunc(out, func(a, b Score) int { return cmp.Or(cmp.Compare(b.Weight, a.Weight), a.Topic-b.Topic) })
	return out[:min(max(n, 0), len(out))]
}

// weights is the softmax of the cosines to all centroids, which is the posterior of a mixture of von Mises–Fisher
// distributions with equal concentration (Banerjee et al., 2005).
func (t *Topics) weights(v []float32) []float32 {
	out := make([]float32, len(t.list))
	best := float32(-1)
	for i := range out {
		out[i] = vec.Dot(v, t.centroids.Row(i))
		best = max(best, out[i])
	}
	sum := 0.0
	for i, c := range out {
		e := math.Exp(float64(t.sharpness * (c - best)))
		out[i], sum = float32(e), sum+e
	}
	for i := range out {
		out[i] = float32(float64(out[i]) / sum)
	}
	return out
}

// sharpness is the concentration of the softmax: the inverse of the mean distance of rows from their centroids, scaled so
// that a row as near to two centroids as the mean row is to its own gets about equal shares.
func sharpness(p *partition) float32 {
	mean := p.objective / float64(max(1, len(p.cosine)))
	return float32(8 / max(0.05, 1-mean))
}

// Earlier is an earlier fit whose topic ids are to be kept: its topics and the ids of its documents, in order.
type Earlier struct {
	Topics *Topics
	IDs    []string
}

// keepIDs gives each topic the id of the earlier topic with which it shares most documents, by the matching that shares
// most over all. A topic without a match gets an id never used before.
func (t *Topics) keepIDs(ids []string, old *Earlier) {
	was := make(map[string]int32, len(old.IDs))
	for i, id := range old.IDs {
		was[id] = old.Topics.cell[i]
	}
	gain := make([][]float64, len(t.list))
	for c := range gain {
		gain[c] = make([]float64, len(old.Topics.list))
	}
	for i, id := range ids {
		if c, ok := was[id]; ok {
			gain[t.cell[i]][c]++
		}
	}
	next := 1
	for _, o := range old.Topics.list {
		next = max(next, o.ID+1)
	}
	for c, m := range maximumMatching(gain) {
		if m >= 0 {
			t.list[c].ID = old.Topics.list[m].ID
			continue
		}
		t.list[c].ID = next
		next++
	}
}

// formatVersion is the version of the encoding below.
const formatVersion = 1

// MarshalBinary encodes the topics; equal topics give equal bytes.
func (t *Topics) MarshalBinary() ([]byte, error) {
	list, err := json.Marshal(t.list)
	if err != nil {
		return nil, fmt.Errorf("encode topics: %w", err)
	}
	b := binary.LittleEndian.AppendUint32(nil, formatVersion)
	for _, n := range []int{len(list), len(t.list), t.centroids.Cols, len(t.cell)} {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
	}
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(t.sharpness))
	b = append(b, list...)
	for _, v := range t.centroids.Data {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	for _, c := range t.cell {
		b = binary.LittleEndian.AppendUint32(b, uint32(c))
	}
	for _, c := range t.confidence {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(c))
	}
	return b, nil
}

var errEncoding = errors.New("topics are not encoded as they should be")

// UnmarshalBinary decodes what MarshalBinary encoded and refuses anything else.
func (t *Topics) UnmarshalBinary(b []byte) error {
	const head = 6 * 4
	if len(b) < head || binary.LittleEndian.Uint32(b) != formatVersion {
		return errEncoding
	}
	var n [4]int
	for i := range n {
		n[i] = int(binary.LittleEndian.Uint32(b[4+4*i:]))
	}
	text, k, dims, docs := n[0], n[1], n[2], n[3]
	sharp := math.Float32frombits(binary.LittleEndian.Uint32(b[20:]))
	if int64(len(b)) != head+int64(text)+4*(int64(k)*int64(dims)+2*int64(docs)) {
		return errEncoding
	}
	u := Topics{sharpness: sharp}
	if err := json.Unmarshal(b[head:head+text], &u.list); err != nil || len(u.list) != k {
		return errEncoding
	}
	b = b[head+text:]
	u.centroids = &vec.Dense{Data: make([]float32, k*dims), Cols: dims}
	take := func() uint32 {
		v := binary.LittleEndian.Uint32(b)
		b = b[4:]
		return v
	}
	for i := range u.centroids.Data {
		u.centroids.Data[i] = math.Float32frombits(take())
	}
	u.cell = make([]int32, docs)
	for i := range u.cell {
		c := take()
		if c >= uint32(k) {
			return errEncoding
		}
		u.cell[i] = int32(c)
	}
	u.confidence = make([]float32, docs)
	for i := range u.confidence {
		u.confidence[i] = math.Float32frombits(take())
	}
	*t = u
	return nil
}
