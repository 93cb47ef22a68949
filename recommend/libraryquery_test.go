package recommend_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"kindred/data"
	"kindred/recommend"
	"kindred/recommend/recommendtest"
)

func forLibrary(t *testing.T, e *recommend.Engine, q recommend.LibraryQuery) *recommend.LibraryAnswer {
	t.Helper()
	a, err := e.RecommendLibrary(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// subject returns the subject of a paper of corpus.
func subject(t *testing.T, id string) int {
	t.Helper()
	var n int
	if _, err := fmt.Sscanf(id, "p:%d", &n); err != nil {
		t.Fatal(err)
	}
	return n % 5
}

// ofSubject returns n papers of corpus of subject s.
func ofSubject(s, n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("p:%04d", 5*i+s)
	}
	return ids
}

// TestInterests wants the subjects of a library found, named and weighed, and each hit to serve the one it is of.
func TestInterests(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(300))
	library := slices.Concat(ofSubject(2, 4), ofSubject(0, 12))
	a := forLibrary(t, e, recommend.LibraryQuery{Papers: library, Limit: 40, Explain: true})
	if len(a.Interests) < 2 || len(a.Interests) > 4 || len(a.Hits) != 40 {
		t.Fatalf("%d hits for the interests %+v", len(a.Hits), a.Interests)
	}
	var weights float32
	sizes := map[int]int{}
	var of []int // subject of each interest; the model of this test is coarse, so one subject may be two
	for i, in := range a.Interests {
		if weights += in.Weight; i > 0 && in.Weight > a.Interests[i-1].Weight {
			t.Errorf("interest %d weighs more than the one before it", i)
		}
		of = append(of, subject(t, in.Papers[0]))
		sizes[of[i]] += in.Size
		for _, word := range strings.Split(in.Label, ", ") {
			if !strings.HasPrefix(word, fmt.Sprintf("s%dw", of[i])) {
				t.Errorf("interest %d is called %q", i, in.Label)
			}
		}
		for _, id := range in.Papers {
			if subject(t, id) != of[i] || !slices.Contains(library, id) {
				t.Errorf("interest %d has %s", i, id)
			}
		}
	}
	if math.Abs(float64(weights)-1) > 1e-5 || sizes[0] != 12 || sizes[2] != 4 {
		t.Errorf("interests weigh %v together and have %v papers", weights, sizes)
	}
	served := map[int]int{}
	for i, h := range a.Hits {
		if slices.Contains(library, h.ID) {
			t.Errorf("%s of the library is a hit", h.ID)
		}
		if h.Rank != i+1 || subject(t, h.ID) != of[h.Interest-1] {
			t.Errorf("hit %d, %s, has rank %d and serves interest %d", i, h.ID, h.Rank, h.Interest)
		}
		served[subject(t, h.ID)]++
		var sum float32
		for _, r := range h.Reasons {
			sum += r.Share
		}
		if math.Abs(float64(sum-h.Score)) > 1e-4 {
			t.Errorf("reasons of %s sum to %v, and its score is %v", h.ID, sum, h.Score)
		}
		for _, id := range h.Near {
			if subject(t, id) != subject(t, h.ID) || !slices.Contains(library, id) {
				t.Errorf("%s is said to be near to %s", h.ID, id)
			}
		}
	}
	if served[2] < 5 || served[0] < 20 {
		t.Errorf("of 40 hits, %v serve the subjects", served)
	}
}

// TestLibraryRecords wants papers that the index lacks compared by their text, and copies of them kept out.
func TestLibraryRecords(t *testing.T) {
	papers := corpus(200)
	e, _, _ := recommendtest.NewEngine(papers)
	copied := *papers[51]
	copied.ID = "doi:10.9999/other"
	a := forLibrary(t, e, recommend.LibraryQuery{Records: []*data.Paper{&copied}})
	for _, h := range a.Hits {
		if h.ID == papers[51].ID || subject(t, h.ID) != 1 || !slices.Equal(h.Near, []string{copied.ID}) {
			t.Errorf("hit %s, near to %v", h.ID, h.Near)
		}
	}
	if len(a.Hits) != recommend.DefaultLimit {
		t.Errorf("%d hits", len(a.Hits))
	}
}

// TestLibraryDislikes wants papers near to a dislike lower, and the dislike itself away.
func TestLibraryDislikes(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(200))
	q := recommend.LibraryQuery{Papers: slices.Concat(ofSubject(1, 4), ofSubject(3, 4)), Limit: 100}
	before := forLibrary(t, e, q)
	disliked := before.Hits[0].ID
	q.Negative = []string{disliked}
	after := forLibrary(t, e, q)
	at := func(a *recommend.LibraryAnswer, id string) int {
		return slices.IndexFunc(a.Hits, func(h recommend.Hit) bool { return h.ID == id })
	}
	if at(after, disliked) >= 0 {
		t.Error("a dislike is a hit")
	}
	near := ask(t, e, recommend.Query{Positive: []string{disliked}, Limit: 50}).Hits
	fell, rose := 0, 0
	for _, h := range near[:10] {
		was, is := at(before, h.ID), at(after, h.ID)
		if was < 0 {
			continue
		}
		if is < 0 || is > was {
			fell++
		} else if is < was-1 {
			rose++
		}
	}
	if fell <= rose {
		t.Errorf("of the papers nearest to a dislike, %d fell and %d rose", fell, rose)
	}
}

// TestLibraryCandidates wants hits only among the rows asked for, and those of a list of ids to its end.
func TestLibraryCandidates(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(200))
	q := recommend.LibraryQuery{Papers: ofSubject(4, 6), Limit: 100, Candidates: func(row int) bool { return row >= 150 }}
	a := forLibrary(t, e, q)
	if len(a.Hits) < 8 || a.Total != len(a.Hits) {
		t.Errorf("%d hits of %d among 50 rows, ten of them of the subject", len(a.Hits), a.Total)
	}
	for _, h := range a.Hits {
		if h.Row < 150 {
			t.Errorf("hit %s is of row %d", h.ID, h.Row)
		}
	}
	q = recommend.LibraryQuery{Papers: ofSubject(4, 6), Filter: recommend.Filter{Only: []string{"p:0199", "p:0190", "p:0004", "p:0198"}}}
	a = forLibrary(t, e, q)
	if len(a.Hits) != 3 || a.Hits[0].ID != "p:0199" {
		t.Errorf("of three papers outside the library, the hits are %+v", a.Hits)
	}
}

// TestLibraryHalfLife wants newer papers first where age counts, and papers of one day as without it.
func TestLibraryHalfLife(t *testing.T) {
	e, _, store := recommendtest.NewEngine(corpus(200))
	q := recommend.LibraryQuery{Papers: ofSubject(0, 6), Limit: 10, Today: time.Date(2019, 4, 1, 0, 0, 0, 0, time.UTC)}
	years := func(a *recommend.LibraryAnswer) (sum int) {
		for _, h := range a.Hits {
			sum += store[h.ID].Published.Year
		}
		return sum
	}
	plain := forLibrary(t, e, q)
	q.HalfLife = 365
	if fresh := forLibrary(t, e, q); len(fresh.Hits) != 10 || years(fresh) <= years(plain) {
		t.Errorf("years sum to %d with a half-life and to %d without", years(fresh), years(plain))
	}
}

// TestLibraryPagesJoin wants pages that follow each other to be the answer as a whole.
func TestLibraryPagesJoin(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(300))
	q := recommend.LibraryQuery{Papers: slices.Concat(ofSubject(1, 7), ofSubject(3, 5)), Limit: 30}
	whole := forLibrary(t, e, q)
	q.Limit = 7
	var joined []recommend.Hit
	for q.Offset = 0; q.Offset < 30; q.Offset += 7 {
		joined = append(joined, forLibrary(t, e, q).Hits...)
	}
	for i, h := range whole.Hits {
		if joined[i].ID != h.ID || joined[i].Rank != h.Rank || joined[i].Interest != h.Interest {
			t.Errorf("hit %d is %s on pages and %s as a whole", i, joined[i].ID, h.ID)
		}
	}
}

// TestWrongLibraries wants every wrong question told from a library without known papers.
func TestWrongLibraries(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(50))
	for name, q := range map[string]recommend.LibraryQuery{
		"empty":     {},
		"too large": {Papers: make([]string, recommend.MaxLibrary+1)},
		"half-life": {Papers: []string{"p:0001"}, HalfLife: math.NaN()},
		"limit":     {Papers: []string{"p:0001"}, Limit: -1},
	} {
		if _, err := e.RecommendLibrary(t.Context(), q); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := e.RecommendLibrary(t.Context(), recommend.LibraryQuery{Papers: []string{"nobody"}}); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("a library without a known paper: %v", err)
	}
	a := forLibrary(t, e, recommend.LibraryQuery{Papers: []string{"p:0001", "nobody"}})
	if !slices.Equal(a.Missing, []string{"nobody"}) || !slices.Equal(a.Seeds, []string{"p:0001"}) {
		t.Errorf("missing %v, seeds %v", a.Missing, a.Seeds)
	}
	a = forLibrary(t, e, recommend.LibraryQuery{Records: []*data.Paper{{ID: "title:zzqy", Title: "Zzqy"}}})
	if a.Reason != recommend.ReasonNoKnownTerms {
		t.Errorf("words that nobody knows: reason %q", a.Reason)
	}
}
