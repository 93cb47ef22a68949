package digest_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"kindred/classifier"
	"kindred/data"
	"kindred/recommend/digest"
	"kindred/recommend/library"
)

// now is when the tests take place, a Friday.
var now = time.Date(2031, 5, 9, 12, 0, 0, 0, time.UTC)

// subjects have words that no other has.
var subjects = []string{
	"graph node edge message passing neighbour spectral laplacian homophily aggregation clustering adjacency",
	"protein folding residue amino helix structure binding ligand sequence alignment enzyme domain",
	"translation parallel corpus decoder bilingual sentence grammar morphology syntax tokens lexicon fluency",
	"robot gripper trajectory torque planning manipulation grasp controller contact friction sensor arm",
}

// paper returns paper n of a subject. The same arguments give the same paper.
func paper(subject, n int) *data.Paper {
	rng := rand.New(rand.NewPCG(uint64(subject), uint64(n)))
	words := strings.Fields(subjects[subject])
	var text strings.Builder
	for i := range 40 {
		w := words[rng.IntN(len(words))]
		switch {
		case i%13 == 0:
			fmt.Fprintf(&text, "%s%s", strings.ToUpper(w[:1]), w[1:])
		case i%13 == 12:
			fmt.Fprintf(&text, " %s. ", w)
		default:
			fmt.Fprintf(&text, " %s", w)
		}
	}
	title := fmt.Sprintf("Trial %d of %s and %s with %s", n, words[rng.IntN(12)], words[rng.IntN(12)], words[rng.IntN(12)])
	return &data.Paper{
		ID: fmt.Sprintf("t%d:%d", subject, n), Title: title, Abstract: strings.TrimSpace(text.String()),
		Authors: []string{fmt.Sprintf("Zorb Q%dx%d", subject, n%5)}, Categories: []string{fmt.Sprintf("c%d.A", subject)},
	}
}

func papers(subject, from, to int) (out []*data.Paper) {
	for n := from; n < to; n++ {
		out = append(out, paper(subject, n))
	}
	return out
}

// world is a fitted library of 40 papers a subject, with its subscriptions.
type world struct {
	*testing.T
	*library.Library
	subs *digest.Subscriptions
}

func newWorld(t *testing.T) *world {
	t.Helper()
	l, err := library.Open(t.Context(), library.Folder(t.TempDir()), library.Options{Create: true})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t, l, digest.NewSubscriptions(l.Store())}
	t.Cleanup(func() { w.check(l.Close()) })
	for s := range subjects {
		w.put(papers(s, 0, 40)...)
	}
	m, err := l.Fit(t.Context(), library.FitOptions{Options: classifier.Options{}})
	w.check(err)
	w.check(errors.Join(m.Close(), l.Load(t.Context())))
	return w
}

func (w *world) check(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// put stores papers and waits until they are in the snapshot.
func (w *world) put(list ...*data.Paper) {
	w.Helper()
	_, err := w.Put(w.Context(), list)
	w.check(err)
	if w.Current() != nil {
		w.check(w.Refresh(w.Context()))
	}
}

// add adds a subscription whose first look is over.
func (w *world) add(s digest.Subscription, own ...*data.Paper) *digest.Subscription {
	w.Helper()
	if s.Name == "" {
		s.Name = "Zorb"
	}
	s.State = digest.Confirmed
	out, err := w.subs.Add(w.Context(), s, own, now.Add(-48*time.Hour))
	w.check(err)
	made, err := w.subs.Commit(w.Context(), out, &digest.Choice{
		Issue: &digest.Issue{Subscription: out.ID, Number: 1, Quiet: "Quiet.", Time: now.Add(-24 * time.Hour)}, Seen: w.Current().Seq,
	})
	w.check(err)
	if made != s.TellQuiet {
		w.Fatalf("an issue without papers: made %v", made)
	}
	return w.get(out.ID)
}

func (w *world) get(id string) *digest.Subscription {
	w.Helper()
	s, err := w.subs.Get(w.Context(), id)
	w.check(err)
	return s
}

func (w *world) maker() *digest.Maker {
	return &digest.Maker{Subscriptions: w.subs, Snapshot: w.Current}
}

// preview returns the next choice of a subscription.
func (w *world) preview(s *digest.Subscription) *digest.Choice {
	w.Helper()
	c, err := w.maker().Preview(w.Context(), s, now)
	w.check(err)
	return c
}

// makeDue makes what is due and returns the only issue, nil for none.
func (w *world) makeDue(at time.Time) *digest.Issue {
	w.Helper()
	made, err := w.maker().MakeDue(w.Context(), at)
	w.check(err)
	if len(made) > 1 {
		w.Fatalf("%d issues", len(made))
	}
	if len(made) == 0 {
		return nil
	}
	return made[0]
}
