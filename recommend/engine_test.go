package recommend_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/recommendtest"
)

// corpus returns n papers made of words of five subjects; paper i is of subject i%5.
func corpus(n int) []*data.Paper {
	rng := rand.New(rand.NewPCG(7, 7))
	papers := make([]*data.Paper, n)
	word := func(subject int) string {
		if rng.IntN(4) == 0 {
			return fmt.Sprintf("common%d", rng.IntN(40))
		}
		return fmt.Sprintf("s%dw%d", subject, rng.IntN(60))
	}
	for i := range papers {
		var title, abstract []string
		for range 6 {
			title = append(title, word(i%5))
		}
		for range 60 {
			abstract = append(abstract, word(i%5))
		}
		papers[i] = &data.Paper{
			ID: fmt.Sprintf("p:%04d", i), Title: strings.Join(title, " "), Abstract: strings.Join(abstract, " "),
			Authors: []string{fmt.Sprintf("Ann Author%d", i%7)}, Published: data.Date{Year: 2000 + i%20, Month: 3},
			Categories: []string{fmt.Sprintf("cs.%c", 'A'+i%4)},
		}
	}
	return papers
}

func ask(t *testing.T, e *recommend.Engine, q recommend.Query) *recommend.Answer {
	t.Helper()
	a, err := e.Recommend(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestRecommendFindsTheSubject(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(200))
	a := ask(t, e, recommend.Query{Positive: []string{"p:0003"}})
	if len(a.Hits) != recommend.DefaultLimit {
		t.Fatalf("%d hits, want %d", len(a.Hits), recommend.DefaultLimit)
	}
	for i, h := range a.Hits {
		var n int
		if _, err := fmt.Sscanf(h.ID, "p:%d", &n); err != nil || n%5 != 3 {
			t.Errorf("hit %d is %s, not of the seed's subject", i, h.ID)
		}
		if h.ID == "p:0003" {
			t.Error("the seed is among its own hits")
		}
		if h.Rank != i+1 || h.Topic != 1+n%3 {
			t.Errorf("hit %d has rank %d and topic %d", i, h.Rank, h.Topic)
		}
		if i > 0 && h.Score > a.Hits[i-1].Score {
			t.Errorf("hit %d scores %v, above the one before it", i, h.Score)
		}
	}
}

func TestReasonsSumToTheScore(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(200))
	for _, q := range []recommend.Query{
		{Positive: []string{"p:0003"}},
		{Positive: []string{"p:0003", "p:0004", "p:0010"}},
		{Positive: []string{"p:0003", "p:0004"}, Negative: []string{"p:0005", "p:0008"}},
		{Text: "s1w1 s1w2 common3"},
		{Text: "s1w1 s1w2 common3", Positive: []string{"p:0004"}},
	} {
		q.Explain, q.Limit = true, 100
		for _, h := range ask(t, e, q).Hits {
			var share, lexical, latent float64
			for i, r := range h.Reasons {
				share += float64(r.Share)
				lexical += float64(r.Lexical)
				latent += float64(r.Latent)
				if d := float64(r.Share - r.Lexical - r.Latent); math.Abs(d) > 1e-4 {
					t.Errorf("%v: %s: reason %q: share is off its parts by %g", q.Positive, h.ID, r.Term, d)
				}
				if r.Term == "" && i != len(h.Reasons)-1 {
					t.Errorf("%s: the remainder is reason %d of %d", h.ID, i, len(h.Reasons))
				}
			}
			if math.Abs(share-float64(h.Score)) > 1e-4 || math.Abs(lexical+latent-float64(h.Score)) > 1e-4 {
				t.Errorf("%v: %s: score %v, shares %v, parts %v", q.Positive, h.ID, h.Score, share, lexical+latent)
			}
		}
	}
}

func TestUnknownSeeds(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(20))
	if _, err := e.Recommend(context.Background(), recommend.Query{Positive: []string{"nobody"}}); !errors.Is(err, recommend.ErrNotFound) {
		t.Errorf("unknown seed: error %v, want ErrNotFound", err)
	}
	a := ask(t, e, recommend.Query{Positive: []string{"nobody", "p:0001"}, Negative: []string{"neither"}})
	if fmt.Sprint(a.Missing) != "[nobody neither]" || fmt.Sprint(a.Seeds) != "[p:0001]" || len(a.Hits) == 0 {
		t.Errorf("missing %v, seeds %v, %d hits", a.Missing, a.Seeds, len(a.Hits))
	}
}
