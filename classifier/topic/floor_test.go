package topic

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"kindred/classifier/vec"
)

// besideStrangers returns a corpus of k groups whose documents lie near to the axis of their group in the latent view,
// except for every tenth one, which lies across all of them in a direction of its own.
func besideStrangers(n, k int) Input {
	in := groups(n, k, 4)
	const across = 60
	in.Space = vec.NewDense(n, k+across)
	rng := rand.New(rand.NewPCG(4, 4))
	for i := range n {
		row := in.Space.Row(i)
		for d := range row {
			row[d] = float32(0.05 * rng.NormFloat64())
		}
		if i%10 == 7 {
			for d := range across {
				row[k+d] = float32(rng.NormFloat64())
			}
		} else {
			row[i%k] = 1
		}
		vec.Normalize(row)
	}
	return in
}

// TestStrangersAreInNoTopic wants the papers that are far from every topic to be in none, on every level and in every
// size, and their texts as well.
func TestStrangersAreInNoTopic(t *testing.T) {
	for _, n := range []int{240, 1200} {
		in := besideStrangers(n, 12)
		top := fit(t, in, Options{Topics: 12})
		strangers, wrong, sizes, texts := 0, 0, 0, 0
		for i := range n {
			id, confidence := top.Of(i)
			out := id == 0
			switch {
			case out != (i%10 == 7):
				wrong++
			case out:
				strangers++
				_, none := top.Nearest(in.Words.Counts.Row(i), in.vectors(i), 3)
				if confidence < 0.5 || confidence > 1 || top.Sub(i) != 0 || top.Weights(i) != nil {
					t.Errorf("%d documents: stranger %d has confidence %v and weights %v", n, i, confidence, top.Weights(i))
				}
				if none >= 0.5 {
					texts++
				}
			default:
				if scores, none := top.Nearest(in.Words.Counts.Row(i), in.vectors(i), 1); none > 0 || scores[0].Topic != id {
					t.Errorf("%d documents: the text of document %d has %v and is in none by %v", n, i, scores, none)
				}
			}
		}
		for _, topic := range top.List() {
			sizes += topic.Size
		}
		if wrong > n/50 || strangers < n/12 || sizes > n-strangers || texts < strangers*9/10 {
			t.Errorf("%d documents: %d strangers found, %d by their text, %d wrong, %d documents in topics", n, strangers, texts, wrong, sizes)
		}
	}
}

// TestNoLatentViewNoStrangers wants every document in a topic where nothing says how far it is from one.
func TestNoLatentViewNoStrangers(t *testing.T) {
	in := groups(300, 5, 1)
	top := fit(t, in, Options{})
	for i := range 300 {
		if id, _ := top.Of(i); id == 0 {
			t.Fatalf("document %d is in no topic", i)
		}
	}
	in.Space = vec.NewDense(299, 3)
	if _, err := Fit(t.Context(), in, Options{}); err == nil {
		t.Error("vectors of fewer documents give no error")
	}
}

// TestLeftOutOfItsOwnCentroid compares the closeness to the centroid of the other documents with the one by hand.
func TestLeftOutOfItsOwnCentroid(t *testing.T) {
	x := vec.NewDense(3, 4)
	copy(x.Data, []float32{1, 0, 0, 0, 0, 1, 0, 0, 0.6, 0, 0.8, 0})
	members := [][]int32{{0, 1, 2}, {1}}
	s := scorer{space: centroidsOf(x, members)}
	sum := make([]float32, 4)
	for i := range 3 {
		vec.Axpy(1, x.Row(i), sum)
	}
	mass := float64(vec.Norm(sum))
	for i := range 3 {
		rest := append([]float32(nil), sum...)
		vec.Axpy(-1, x.Row(i), rest)
		vec.Normalize(rest)
		want := vec.Dot(rest, x.Row(i))
		if got, _ := s.place(x.Row(i), 0, mass); math.Abs(float64(got-want)) > 1e-5 {
			t.Errorf("document %d has closeness %v, not %v", i, got, want)
		}
	}
	if got, lead := s.place(x.Row(1), 1, 1); got != 0 || lead >= 0 {
		t.Errorf("a document alone has closeness %v and lead %v", got, lead)
	}
}

// TestReadsTopicsOfTheVersionBefore decodes topics in which every paper is in a topic.
func TestReadsTopicsOfTheVersionBefore(t *testing.T) {
	in := groups(60, 3, 1)
	top := fit(t, in, Options{Topics: 3, Fingerprint: "same"})
	b, err := top.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	// The version before had no number for each paper before those of the topics' general centroids.
	tail := 4 * (len(top.scorer.idf) + len(top.scorer.general.Data))
	old := append(append([]byte(nil), b[:len(b)-tail-4*60]...), b[len(b)-tail:]...)
	binary.LittleEndian.PutUint32(old, wholeVersion)
	var got Topics
	if err := got.UnmarshalBinary(old); err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		id, share := got.Of(i)
		if want, same := top.Of(i); id != want || share != same {
			t.Fatalf("document %d is in topic %d with %v", i, id, share)
		}
	}
	if got.fingerprint != "" || got.scorer.floor != nil {
		t.Error("topics of the version before would be kept by the next fit")
	}
}
