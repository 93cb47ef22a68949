package recommend_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
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

// TestReasonsStandInBothPapers holds that no reason is a word that the hit or all seeds lack.
func TestReasonsStandInBothPapers(t *testing.T) {
	papers := corpus(200)
	e, _, _ := recommendtest.NewEngine(papers)
	named := 0
	for _, h := range ask(t, e, recommend.Query{Positive: []string{"p:0003", "p:0004"}, Negative: []string{"p:0010"}, Explain: true, Limit: 50}).Hits {
		var n int
		fmt.Sscanf(h.ID, "p:%d", &n)
		hit, seeds := recommendtest.Words(papers[n].Text()), recommendtest.Words(papers[3].Text()+" "+papers[4].Text())
		for _, r := range h.Reasons {
			if r.Term == "" {
				continue
			}
			named++
			if !slices.Contains(hit, r.Term) || !slices.Contains(seeds, r.Term) {
				t.Errorf("%s is a hit because of %q, which the hit or the seeds lack", h.ID, r.Term)
			}
		}
	}
	if named < 50 {
		t.Errorf("50 hits have %d reasons", named)
	}
}

// TestUnlikePapersAreNoHits holds that no hit is shown as 0.00, that a hit without a word of the query stands out, and
// that those who measure whole rankings still get them.
func TestUnlikePapersAreNoHits(t *testing.T) {
	papers := corpus(200)
	e, _, _ := recommendtest.NewEngine(papers)
	q := recommend.Query{Positive: []string{"p:0003"}, Limit: 1000}
	few := ask(t, e, q)
	for _, h := range few.Hits {
		if h.Score < 0.005 || h.Unscored {
			t.Errorf("%s is a hit of score %v", h.ID, h.Score)
		}
	}
	q.KeepUnlike = true
	whole := ask(t, e, q)
	if few.Total >= whole.Total || few.Total < 39 {
		t.Errorf("%d hits, %d in the whole ranking of 200 papers", few.Total, whole.Total)
	}
	for i, h := range few.Hits {
		if whole.Hits[i].ID != h.ID && i < 39 {
			t.Errorf("hit %d is %s, %s in the whole ranking", i, h.ID, whole.Hits[i].ID)
		}
	}
	q.KeepUnlike, q.Only = false, []string{"p:0000", "p:0001", "p:0002"}
	if a := ask(t, e, q); len(a.Hits) != 3 {
		t.Errorf("%d hits of a list of 3: a given list is ranked to its end", len(a.Hits))
	}
}

func TestUnknownSeeds(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(20))
	if _, err := e.Recommend(context.Background(), recommend.Query{Positive: []string{"nobody"}}); !errors.Is(err, data.ErrNotFound) {
		t.Errorf("unknown seed: error %v, want ErrNotFound", err)
	}
	a := ask(t, e, recommend.Query{Positive: []string{"nobody", "p:0001"}, Negative: []string{"neither"}})
	if fmt.Sprint(a.Missing) != "[nobody neither]" || fmt.Sprint(a.Seeds) != "[p:0001]" || len(a.Hits) == 0 {
		t.Errorf("missing %v, seeds %v, %d hits", a.Missing, a.Seeds, len(a.Hits))
	}
}

func TestCopiesAreKeptOut(t *testing.T) {
	papers := corpus(60)
	clone := func(of int, id string, change func(p *data.Paper)) {
		p := *papers[of]
		p.ID = id
		change(&p)
		papers = append(papers, &p)
	}
	clone(3, "same title", func(p *data.Paper) { p.Abstract = papers[8].Abstract })
	clone(3, "same text", func(p *data.Paper) { p.Title = "" })
	clone(13, "linked", func(p *data.Paper) {
		p.Title, p.Abstract, p.DuplicateOf = papers[23].Title+" revisited", papers[23].Abstract+" s3w1 s3w2", "p:0003"
	})
	clone(8, "copy of a hit", func(p *data.Paper) {})
	e, _, _ := recommendtest.NewEngine(papers)
	q := recommend.Query{Positive: []string{"p:0003"}, Limit: 100}
	got := map[string]bool{}
	for _, h := range ask(t, e, q).Hits {
		got[h.ID] = true
	}
	for _, id := range []string{"p:0003", "same title", "same text", "linked"} {
		if got[id] {
			t.Errorf("%q is among the hits of its own work", id)
		}
	}
	if got["copy of a hit"] == got["p:0008"] {
		t.Errorf("of two copies of a hit, the answer has original %v and copy %v", got["p:0008"], got["copy of a hit"])
	}
	q.KeepDuplicates = true
	got = map[string]bool{}
	for _, h := range ask(t, e, q).Hits {
		got[h.ID] = true
	}
	for _, id := range []string{"same title", "same text", "copy of a hit", "p:0008"} {
		if !got[id] {
			t.Errorf("%q is missing although copies are kept", id)
		}
	}
	if got["p:0003"] {
		t.Error("the seed is among its own hits")
	}
}

func TestShortTitlesAreNoProof(t *testing.T) {
	papers := corpus(40)
	papers[3].Title, papers[4].Title = "Introduction", "Introduction"
	papers[4].Abstract += " " + papers[3].Abstract[:90]
	e, _, _ := recommendtest.NewEngine(papers)
	for _, h := range ask(t, e, recommend.Query{Positive: []string{"p:0003"}, Limit: 100}).Hits {
		if h.ID == "p:0004" {
			return
		}
	}
	t.Error("a paper is taken for a copy because both are called Introduction")
}

func TestFiltersComeBeforeTheCut(t *testing.T) {
	papers := corpus(400)
	papers[40].Published = data.Date{}
	e, _, _ := recommendtest.NewEngine(papers)
	date := func(s string) data.Date {
		d, err := data.ParseDate(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	number := func(id string) (n int) {
		fmt.Sscanf(id, "p:%d", &n)
		return n
	}
	whole := ask(t, e, recommend.Query{Positive: []string{"p:0003"}, Limit: 1000, KeepUnlike: true})
	for name, c := range map[string]struct {
		filter recommend.Filter
		keep   func(n int) bool
	}{
		"after":          {recommend.Filter{After: date("2018-03-15")}, func(n int) bool { return n%20 >= 18 && n != 40 }},
		"before":         {recommend.Filter{Before: date("2000")}, func(n int) bool { return n%20 == 0 && n != 40 }},
		"topic":          {recommend.Filter{Topics: []int{2}}, func(n int) bool { return n%3 == 1 }},
		"field":          {recommend.Filter{Topics: []int{9}}, func(n int) bool { return n%3 < 2 }},
		"exclude field":  {recommend.Filter{ExcludeTopics: []int{9}}, func(n int) bool { return n%3 == 2 }},
		"exclude topic":  {recommend.Filter{ExcludeTopics: []int{1, 2}}, func(n int) bool { return n%3 == 2 }},
		"category":       {recommend.Filter{Categories: []string{"CS.b"}}, func(n int) bool { return n%4 == 1 }},
		"archive":        {recommend.Filter{Categories: []string{"cs"}}, func(n int) bool { return true }},
		"other category": {recommend.Filter{Categories: []string{"math"}}, func(n int) bool { return false }},
		"only":           {recommend.Filter{Only: []string{"p:0003", "p:0004", "p:0009", "p:0006"}}, func(n int) bool { return n == 4 || n == 9 || n == 6 }},
	} {
		a := ask(t, e, recommend.Query{Positive: []string{"p:0003"}, Limit: 1000, KeepUnlike: true, Filter: c.filter})
		var want []recommend.Hit
		for _, h := range whole.Hits {
			if c.keep(number(h.ID)) {
				h.Rank = len(want) + 1
				want = append(want, h)
			}
		}
		if name == "only" { // a given list is ranked to its end
			a.Hits = a.Hits[:min(len(want), len(a.Hits))]
		}
		if fmt.Sprint(a.Hits) != fmt.Sprint(want) {
			t.Errorf("%s: %d hits, want %d: those of the whole answer that may stay, with their scores", name, len(a.Hits), len(want))
		}
		if len(want) == 0 && a.Reason != recommend.ReasonFiltered {
			t.Errorf("%s: reason %q, want %q", name, a.Reason, recommend.ReasonFiltered)
		}
	}
	rest := ask(t, e, recommend.Query{Positive: []string{"p:0003"}, Limit: 2, Filter: recommend.Filter{Exclude: []string{whole.Hits[0].ID, whole.Hits[2].ID}}})
	if len(rest.Hits) != 2 || rest.Hits[0].ID != whole.Hits[1].ID || rest.Hits[1].ID != whole.Hits[3].ID || rest.Hits[1].Score != whole.Hits[3].Score {
		t.Errorf("after excluding the first and third of %v, hits are %v", whole.Hits[:4], rest.Hits)
	}
}

func TestPagesJoin(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(300))
	for _, diversity := range []float32{0, 0.4, 1} {
		q := recommend.Query{Positive: []string{"p:0003"}, Limit: 10, Diversity: diversity}
		var pages []recommend.Hit
		for q.Offset = 0; q.Offset < 50; q.Offset += 10 {
			pages = append(pages, ask(t, e, q).Hits...)
		}
		seen := map[string]bool{}
		for i, h := range pages {
			if h.Rank != i+1 || seen[h.ID] {
				t.Errorf("diversity %v: place %d has %s of rank %d, seen before: %v", diversity, i, h.ID, h.Rank, seen[h.ID])
			}
			seen[h.ID] = true
		}
		if len(pages) != 50 {
			t.Errorf("diversity %v: five pages have %d hits", diversity, len(pages))
		}
	}
}

func TestDiversityLowersSimilarity(t *testing.T) {
	e, model, store := recommendtest.NewEngine(corpus(300))
	alike := func(diversity float32) (sum float32) {
		var views []recommend.Item
		for _, h := range ask(t, e, recommend.Query{Positive: []string{"p:0003"}, Diversity: diversity}).Hits {
			v, err := model.Embed(store[h.ID].Text())
			if err != nil {
				t.Fatal(err)
			}
			for _, other := range views {
				sum += v.Lexical.Dot(other.Views.Lexical)
			}
			views = append(views, recommend.Item{Views: v})
		}
		return sum
	}
	if a, b, c := alike(0), alike(0.5), alike(1); !(a > b && b > c) {
		t.Errorf("similarity among the hits is %v, %v, %v at diversity 0, 0.5, 1", a, b, c)
	}
}

func TestEverySeedCounts(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(200))
	subjects := func(q recommend.Query) (count [5]int) {
		q.Limit = 40
		for _, h := range ask(t, e, q).Hits {
			var n int
			fmt.Sscanf(h.ID, "p:%d", &n)
			count[n%5]++
		}
		return count
	}
	if c := subjects(recommend.Query{Positive: []string{"p:0003", "p:0004"}}); c[3] < 10 || c[4] < 10 {
		t.Errorf("two seeds of subjects 3 and 4 give hits of subjects %v", c)
	}
	both := subjects(recommend.Query{Positive: []string{"p:0003", "p:0004"}, Negative: []string{"p:0009"}})
	if both[4] >= both[3] {
		t.Errorf("with a negative seed of subject 4, hits of subjects %v", both)
	}
	for _, id := range []string{"p:0003", "p:0009"} {
		for _, h := range ask(t, e, recommend.Query{Positive: []string{"p:0003"}, Negative: []string{"p:0009"}, Limit: 200}).Hits {
			if h.ID == id {
				t.Errorf("seed %s is among the hits", id)
			}
		}
	}
}

func TestEmptyAnswersSayWhy(t *testing.T) {
	papers := corpus(30)
	papers = append(papers, &data.Paper{ID: "blank"})
	e, _, store := recommendtest.NewEngine(papers)
	store["foreign"] = &data.Paper{ID: "foreign", Title: "zzz yyy"}
	var alike []string
	for _, h := range ask(t, e, recommend.Query{Positive: []string{"p:0003"}, Limit: 1000}).Hits {
		alike = append(alike, h.ID)
	}
	for name, c := range map[string]struct {
		query recommend.Query
		want  string
	}{
		"blank paper":   {recommend.Query{Positive: []string{"blank"}}, recommend.ReasonNoText},
		"blank text":    {recommend.Query{Text: " \n "}, recommend.ReasonNoText},
		"foreign paper": {recommend.Query{Positive: []string{"foreign"}}, recommend.ReasonNoKnownTerms},
		"foreign text":  {recommend.Query{Text: "zzz"}, recommend.ReasonNoKnownTerms},
		"high bar":      {recommend.Query{Positive: []string{"p:0003"}, MinScore: 0.99}, recommend.ReasonBelowMinScore},
		"no such topic": {recommend.Query{Positive: []string{"p:0003"}, Filter: recommend.Filter{Topics: []int{99}}}, recommend.ReasonFiltered},
		"unlike ones":   {recommend.Query{Positive: []string{"p:0003"}, Filter: recommend.Filter{Exclude: alike}}, recommend.ReasonNoneAlike},
		"an answer":     {recommend.Query{Positive: []string{"p:0003"}}, ""},
	} {
		a := ask(t, e, c.query)
		if a.Reason != c.want || (a.Reason == "") != (a.Total > 0) {
			t.Errorf("%s: reason %q with %d hits, want %q", name, a.Reason, a.Total, c.want)
		}
	}
	for _, h := range ask(t, e, recommend.Query{Positive: []string{"p:0003"}, Limit: 1000}).Hits {
		if h.ID == "blank" {
			t.Error("a paper without text is a hit")
		}
	}
}

func TestScoresKeepTheirBounds(t *testing.T) {
	papers := corpus(50)
	long := *papers[3]
	long.ID, long.Title, long.Abstract = "long", long.Title+" more", strings.Repeat(long.Abstract+" ", 9)
	e, _, _ := recommendtest.NewEngine(append(papers, &long))
	a := ask(t, e, recommend.Query{Positive: []string{"p:0003"}, KeepDuplicates: true, Limit: 1000, Filter: recommend.Filter{Only: []string{"long", "p:0001", "p:0008", "p:0013"}}})
	if len(a.Hits) != 4 {
		t.Fatalf("%d hits of a list of 4", len(a.Hits))
	}
	for _, h := range a.Hits {
		if !(h.Score >= 0 && h.Score <= 1) {
			t.Errorf("%s scores %v", h.ID, h.Score)
		}
	}
	for _, h := range ask(t, e, recommend.Query{Positive: []string{"p:0003"}, MinScore: 0.3, Limit: 1000}).Hits {
		if h.Score < 0.3 {
			t.Errorf("%s scores %v, below the bar", h.ID, h.Score)
		}
	}
}

// noStore fails every lookup.
type noStore struct{}

func (noStore) Paper(context.Context, string) (*data.Paper, error) {
	return nil, errors.New("the store was read")
}

// TestHitsNeedNoStore wants queries whose seeds are in the index to leave the store alone.
func TestHitsNeedNoStore(t *testing.T) {
	papers := corpus(200)
	full, model, _ := recommendtest.NewEngine(papers)
	e := recommend.NewEngine(full.Index(), model, noStore{})
	q := recommend.Query{
		Positive: []string{"p:0003", "p:0008"}, Negative: []string{"p:0001"}, Text: "s3w1 s3w2", Explain: true, Diversity: 0.5,
		Filter: recommend.Filter{Topics: []int{9}, Exclude: []string{"p:0013"}},
	}
	for _, h := range ask(t, e, q).Hits {
		if row, ok := full.Index().Row(h.ID); !ok || row != h.Row || h.Topic != int(full.Index().Topic(row).Topic) {
			t.Errorf("%+v: the row of the index is %d, its topic %v", h, row, full.Index().Topic(row))
		}
	}
	for _, text := range []string{`author:"ann author3"`, `-title:"s1w1 s1w2" s1w1 year:2001-`} {
		if a, err := e.Search(context.Background(), recommend.SearchQuery{Text: text}); err != nil || len(a.Hits) == 0 {
			t.Errorf("%s: %v, %v", text, a, err)
		}
	}
	phrase := strings.Join(strings.Fields(papers[3].Title)[:2], " ")
	if _, err := e.Search(context.Background(), recommend.SearchQuery{Text: `"` + phrase + `"`}); err == nil {
		t.Error("a phrase in the text was not looked up: noStore does not work")
	}
}

func TestWrongQueries(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(10))
	nan := float32(math.NaN())
	for _, q := range []recommend.Query{
		{}, {Text: "a", Limit: -1}, {Text: "a", Limit: recommend.MaxLimit + 1}, {Text: "a", Offset: -1}, {Text: "a", MinScore: 1.1},
		{Text: "a", MinScore: nan}, {Text: "a", Diversity: -0.1}, {Text: "a", Diversity: nan},
		{Positive: make([]string, recommend.MaxSeeds+1)}, {Positive: make([]string, 1), Negative: make([]string, recommend.MaxSeeds)},
		{Text: strings.Repeat("a", recommend.MaxText+1)}, {Text: "a", Filter: recommend.Filter{Exclude: make([]string, recommend.MaxExclude+1)}},
	} {
		if _, err := e.Recommend(context.Background(), q); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%+v: error %v, want ErrInvalid", q, err)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := e.Recommend(cancelled, recommend.Query{Text: "s1w1"}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled query: error %v", err)
	}
}

func TestFoldIn(t *testing.T) {
	papers := corpus(100)
	e, _, store := recommendtest.NewEngine(papers[:90])
	for _, p := range papers[90:] {
		store[p.ID] = p
	}
	store["p:0093"].Aliases = []string{"alias"}
	before := ask(t, e, recommend.Query{Positive: []string{"alias"}, Limit: 5}) // stored, not in the index yet
	if fmt.Sprint(before.Seeds) != "[p:0093]" || len(before.Hits) != 5 {
		t.Fatalf("seeds %v, %d hits", before.Seeds, len(before.Hits))
	}
	var items []recommend.Item
	for _, p := range papers[90:] {
		items = append(items, e.Item(p))
	}
	next := e.With(items, []string{before.Hits[0].ID})
	topics := make([]recommend.RowTopic, next.Index().Rows())
	for row := 90; row < len(topics); row++ {
		topics[row].Topic = 9
	}
	next = next.WithTopics(topics, nil)
	after := ask(t, next, recommend.Query{Positive: []string{"alias"}, Limit: 1000})
	got := map[string]recommend.Hit{}
	for _, h := range after.Hits {
		got[h.ID] = h
	}
	if got["p:0098"].Topic != 9 || got["p:0093"].ID != "" || got[before.Hits[0].ID].ID != "" {
		t.Errorf("after folding in: new paper %+v, seed %+v, removed paper %+v", got["p:0098"], got["p:0093"], got[before.Hits[0].ID])
	}
	whole, _, _ := recommendtest.NewEngine(papers)
	if next.Index().Len() != 99 || whole.Index().Len() != 100 || next.Index().Rows() != 100 {
		t.Errorf("%d papers in %d rows, %d in a whole index", next.Index().Len(), next.Index().Rows(), whole.Index().Len())
	}
}

func TestSameAnswersOnAnyNumberOfCores(t *testing.T) {
	e, _, _ := recommendtest.NewEngine(corpus(9000)) // more than one chunk
	q := recommend.Query{Positive: []string{"p:0003", "p:0011"}, Limit: 100, Diversity: 0.3, Explain: true}
	want := fmt.Sprint(*ask(t, e, q))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, cores := range []int{1, 7} {
		runtime.GOMAXPROCS(cores)
		if got := fmt.Sprint(*ask(t, e, q)); got != want {
			t.Errorf("on %d cores:\n%s\nwant\n%s", cores, got, want)
		}
	}
}
