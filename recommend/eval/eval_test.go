package eval

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kindred/data"
	"kindred/data/datatest"
	"kindred/recommend"
	"kindred/recommend/recommendtest"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestReadQrels(t *testing.T) {
	for name, c := range map[string]struct{ in, want, wrong string }{
		"tabs":      {"q\td\t1\nq\te\t0\n", "map[q:map[d:1 e:0]]", ""},
		"trec":      {"q 0 d 2\r\n", "map[q:map[d:2]]", ""},
		"noise":     {"\ufeff# head\n\n  \nq\td e\t1.5", "map[q:map[d e:1.5]]", ""},
		"self":      {"q\tq\t1\nq\td\t1\n", "map[q:map[d:1]]", ""},
		"again":     {"q\td\t1\nq\td\t2\n", "map[q:map[d:2]]", ""},
		"empty":     {"\n", "", "no line has one"},
		"columns":   {"q\td\t1\nq\td\n", "", "line 2"},
		"no doc":    {"q\t\t1\n", "", "line 1"},
		"grade":     {"q\td\tgood\n", "", `grade "good"`},
		"nan":       {"q\td\tNaN\n", "", "line 1"},
		"negative":  {"q\td\t-1\n", "", "line 1"},
		"long line": {"q\td\t1\n" + strings.Repeat("x", maxLine+1), "", "line 2"},
	} {
		q, err := ReadQrels(strings.NewReader(c.in))
		switch {
		case c.wrong == "" && (err != nil || fmt.Sprint(q.Grades) != c.want):
			t.Errorf("%s: %v, error %v; want %s", name, q.Grades, err, c.want)
		case c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)):
			t.Errorf("%s: error %v, want one that says %s", name, err, c.wrong)
		case c.wrong != "" && name != "long line" && !errors.Is(err, data.ErrInvalid):
			t.Errorf("%s: error %v does not wrap ErrInvalid", name, err)
		}
	}
}

func TestReadQueries(t *testing.T) {
	got, err := ReadQueries(strings.NewReader("1\tfirst text\tmore\n2\tsecond\n"))
	if err != nil || fmt.Sprint(got) != "map[1:first text\tmore 2:second]" {
		t.Errorf("%v, error %v", got, err)
	}
	for _, wrong := range []string{"1 text\n", "1\t \n", "1\ta\n1\tb\n"} {
		if _, err := ReadQueries(strings.NewReader(wrong)); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%q: error %v, want ErrInvalid", wrong, err)
		}
	}
}

func TestMeasuresByHand(t *testing.T) {
	judged := map[string]float64{"a": 2, "b": 1, "c": 1, "d": 0, "e": 0}
	m, ok := measure(judged, []string{"x", "a", "d", "c"}, 1)
	lg := math.Log2
	ideal := 3/lg(2) + 1/lg(3) + 1/lg(4)
	ndcg := (3/lg(3) + 1/lg(5)) / ideal
	want := Measures{NDCG10: ndcg, NDCG20: ndcg, NDCGPercent: 0, MAP: (1.0/2 + 2.0/4) / 3, R10: 2.0 / 3, R100: 2.0 / 3, MRR: 0.5}
	for k, v := range m.Values() {
		if !ok || !near(v, want.Values()[k]) {
			t.Errorf("%s is %v, want %v", Names[k], v, want.Values()[k])
		}
	}
	if _, ok := measure(map[string]float64{"a": 1}, nil, 2); ok {
		t.Error("a query without a relevant document was measured")
	}
}

// randomCase returns judgments and a run with ties, unjudged documents and unanswered queries.
func randomCase(seed uint64) (Qrels, Run) {
	rng := rand.New(rand.NewPCG(seed, 5))
	q, run := Qrels{Grades: map[string]map[string]float64{}}, Run{}
	for i := range 40 {
		query := fmt.Sprintf("q%d", i)
		q.Queries = append(q.Queries, query)
		q.Grades[query] = map[string]float64{}
		for range 1 + rng.IntN(40) {
			q.Grades[query][fmt.Sprintf("d%d", rng.IntN(200))] = float64(rng.IntN(5))
		}
		if i%9 == 0 {
			continue
		}
		for _, d := range rng.Perm(200)[:rng.IntN(150)] {
			run[query] = append(run[query], Scored{fmt.Sprintf("d%d", d), float64(float32(rng.IntN(40)) / 30)})
		}
		slices.SortFunc(run[query], compareScored)
	}
	return q, run
}

func TestRunFilesRoundTrip(t *testing.T) {
	_, run := randomCase(1)
	run["odd order"] = nil
	delete(run, "odd order")
	run["q0"] = []Scored{{"z", 0.5}, {"b", 0.5}, {"a", 0.5}, {"y", 0.7}, {"x", 0}, {"w", 0}, {"v", -1}}
	var file bytes.Buffer
	if err := WriteRun(&file, run, "test"); err != nil {
		t.Fatal(err)
	}
	back, err := ReadRun(&file)
	if err != nil || len(back) != len(run) {
		t.Fatalf("%d queries of %d, error %v", len(back), len(run), err)
	}
	for query, ranked := range run {
		for i, s := range ranked {
			if got := back[query][i]; got.Doc != s.Doc || query != "q0" && got.Score != s.Score {
				t.Fatalf("%s: place %d has %v, want %v", query, i, got, s)
			}
		}
	}
	if err := WriteRun(&file, Run{"q": {{"a b", 1}}}, "test"); !errors.Is(err, data.ErrInvalid) {
		t.Errorf("an id with a space: error %v, want ErrInvalid", err)
	}
	for _, wrong := range []string{"q Q0 d 1", "q Q0 d 1 high tag", "q Q0 d 1 1 t\nq Q0 d 2 0 t", "q Q0 d 1 NaN t"} {
		if _, err := ReadRun(strings.NewReader(wrong)); !errors.Is(err, data.ErrInvalid) {
			t.Errorf("%q: error %v, want ErrInvalid", wrong, err)
		}
	}
}

// TestAgreesWithTheIndependentScorer runs the scorer that stands beside the real corpora on the same files.
func TestAgreesWithTheIndependentScorer(t *testing.T) {
	script := datatest.Shared(t, "bench", "score.py")
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 absent")
	}
	dir := t.TempDir()
	for seed := range uint64(3) {
		q, run := randomCase(seed)
		var lines strings.Builder
		for _, query := range q.Queries {
			for doc, grade := range q.Grades[query] {
				fmt.Fprintf(&lines, "%s\t%s\t%v\n", query, doc, grade)
			}
		}
		qrels, runFile := filepath.Join(dir, "qrels"), filepath.Join(dir, "run")
		var file bytes.Buffer
		if err := errors.Join(WriteRun(&file, run, "test"), os.WriteFile(qrels, []byte(lines.String()), 0o600), os.WriteFile(runFile, file.Bytes(), 0o600)); err != nil {
			t.Fatal(err)
		}
		for _, pool := range []bool{false, true} {
			args := []string{script, runFile, qrels, "--relevant", "2"}
			if pool {
				args = append(args, "--pool")
			}
			out, err := exec.Command(python, args...).Output()
			if err != nil {
				t.Fatal(err)
			}
			var want map[string]float64
			if err := json.Unmarshal(out, &want); err != nil {
				t.Fatal(err)
			}
			got := Score(q, run, Options{Pool: pool, Relevant: 2})
			if len(got.Queries) != int(want["queries"]) {
				t.Errorf("pool %v: %d queries, want %v", pool, len(got.Queries), want["queries"])
			}
			for k, v := range got.Mean.Values() {
				if math.Abs(v-want[Names[k]]) > 5.1e-5 {
					t.Errorf("pool %v: %s is %v, want %v", pool, Names[k], v, want[Names[k]])
				}
			}
		}
	}
}

func TestMeasuresAreNamedInOrder(t *testing.T) {
	typ := reflect.TypeFor[Measures]()
	for i, name := range Names {
		if tag := typ.Field(i).Tag.Get("json"); tag != name {
			t.Errorf("field %d is %q, name %q", i, tag, name)
		}
	}
	if v := []float64{1, 2, 3, 4, 5, 6, 7}; !slices.Equal(new(measuresOf(v)).Values(), v) {
		t.Error("Values and measuresOf are no inverses")
	}
}

func TestCompare(t *testing.T) {
	q, run := randomCase(2)
	a := Score(q, run, Options{})
	same, err := Compare(a, a)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range same {
		if c.Change != 0 || c.Wins+c.Losses != 0 || c.P != 1 || c.Interval != (Interval{}) {
			t.Errorf("a run against itself: %+v", c)
		}
	}
	better := Result{Queries: slices.Clone(a.Queries), PerQuery: slices.Clone(a.PerQuery)}
	for i := range better.PerQuery {
		better.PerQuery[i].MAP += 0.1
	}
	changed, err := Compare(better, a)
	if err != nil {
		t.Fatal(err)
	}
	c := changed[slices.Index(Names, "map")]
	if !near(c.Change, 0.1) || c.Wins != len(a.Queries) || c.Losses != 0 || c.P > 0.001 || !near(c.Interval.Low, 0.1) || !near(c.Interval.High, 0.1) {
		t.Errorf("0.1 better on every query: %+v", c)
	}
	noise := []float64{0.1, -0.1, 0.2, -0.2, 0.3, -0.3, 0.05, -0.04}
	if p := randomisation(noise); p < 0.5 {
		t.Errorf("noise around zero has p %v", p)
	}
	if p := randomisation([]float64{1, 1, 1, 1}); math.Abs(p-2.0/16) > 0.02 {
		t.Errorf("four wins of four have p %v, want 2 of 16", p)
	}
	if _, err := Compare(a, Result{}); !errors.Is(err, data.ErrInvalid) {
		t.Errorf("nothing in common: error %v, want ErrInvalid", err)
	}
}

func TestIntervalsHoldTheMean(t *testing.T) {
	q, run := randomCase(3)
	r := Score(q, run, Options{})
	for k, in := range r.Intervals() {
		if m := r.Mean.Values()[k]; !(in.Low < m && m < in.High) {
			t.Errorf("%s: mean %v, interval %v", Names[k], m, in)
		}
	}
	if !slices.Equal(r.Intervals(), r.Intervals()) {
		t.Error("intervals differ from one call to the next")
	}
}

// The expected values of these labelings are those of scikit-learn 1.2.1.
func TestTopicMeasures(t *testing.T) {
	a, b := []int{0, 0, 0, 1, 1, 1, 2, 2, 2, 2}, []int{0, 0, 1, 1, 1, 2, 2, 2, 0, 2}
	x, y := make([]int, 40), make([]int, 40)
	all := make([]int, 10)
	for i := range all {
		all[i] = i
	}
	for i := range x {
		x[i], y[i] = i*7%5, i*i%6
	}
	for _, c := range []struct {
		labels, clusters []int
		v, ari           float64
	}{
		{a, a, 1, 1},
		{a, b, 0.44270128334605013, 0.20454545454545456},
		{a, make([]int, 10), 0, 0},
		{a, all, 0.6421375612179431, 0},
		{x, y, 0.022228018555463355, -0.07146974063400577},
		{nil, nil, 1, 1},
	} {
		if got := VMeasure(c.labels, c.clusters); !near(got, c.v) {
			t.Errorf("V-measure of %v, %v is %v, want %v", c.labels, c.clusters, got, c.v)
		}
		if got := AdjustedRand(c.labels, c.clusters); !near(got, c.ari) {
			t.Errorf("adjusted Rand index of %v, %v is %v, want %v", c.labels, c.clusters, got, c.ari)
		}
	}
}

func TestCoherenceAndDiversity(t *testing.T) {
	docs := slices.Values([][]string{{"a", "b", "b"}, {"b", "a", "c"}, {"a"}, {"c", "d"}, {"d", "e"}})
	// a, b: both in 2 of 5, in 3 and in 2. a, c: both in 1, in 3 and in 2.
	ab := math.Log(2.0/5/(3.0/5*2.0/5)) / -math.Log(2.0/5)
	ac := math.Log(1.0/5/(3.0/5*2.0/5)) / -math.Log(1.0/5)
	bc := math.Log(1.0/5/(2.0/5*2.0/5)) / -math.Log(1.0/5)
	if got, want := NPMI([][]string{{"a", "b", "c"}, {"a", "e"}, {"a"}}, docs), ((ab+ac+bc)/3-1)/2; !near(got, want) {
		t.Errorf("NPMI is %v, want %v", got, want)
	}
	if got := NPMI([][]string{{"a", "nowhere"}}, docs); got != -1 {
		t.Errorf("NPMI of a term that does not occur is %v, want −1", got)
	}
	if got := NPMI(nil, docs); got != 0 {
		t.Errorf("NPMI of nothing is %v", got)
	}
	if got := Diversity([][]string{{"a", "b"}, {"a", "c"}}); got != 0.75 {
		t.Errorf("diversity is %v, want 0.75", got)
	}
}

func TestRanking(t *testing.T) {
	var papers []*data.Paper
	for i := range 40 {
		papers = append(papers, &data.Paper{ID: fmt.Sprintf("p%02d", i), Title: fmt.Sprintf("g%d alpha%d", i%4, i%7), Abstract: fmt.Sprintf("g%d g%d beta%d", i%4, i%4, i%3)})
	}
	e, _, _ := recommendtest.NewEngine(papers)
	judgments := "p00\tp04\t1\np00\tp08\t1\np01\tp05\t2\nghost\tp01\t1\ntyped\tp02\t1\ntyped\tp06\t1\n"
	q, err := ReadQrels(strings.NewReader(judgments))
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	opt := RankingOptions{Texts: map[string]string{"typed": "g2"}, Progress: func(done, total int) {
		if calls++; done != calls || total != 4 {
			t.Errorf("call %d reports %d of %d", calls, done, total)
		}
	}}
	result, run, missing, err := Ranking(context.Background(), e, q, opt)
	if err != nil || fmt.Sprint(missing) != "[ghost]" || calls != 4 || len(result.Queries) != 4 {
		t.Fatalf("missing %v, %d calls, measured %v, error %v", missing, calls, result.Queries, err)
	}
	if result.PerQuery[0].R10 != 1 || result.PerQuery[2].MRR != 0 || result.PerQuery[3].R10 != 1 {
		t.Errorf("measures %+v", result.PerQuery)
	}
	opt.Pool, opt.Progress = true, nil
	pooled, poolRun, _, err := Ranking(context.Background(), e, q, opt)
	if err != nil || len(poolRun["p00"]) != 2 || len(run["p00"]) < 5 || pooled.PerQuery[0].MAP != 1 {
		t.Errorf("pool: %d and %d ranked, error %v", len(poolRun["p00"]), len(run["p00"]), err)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, _, err := Ranking(cancelled, e, q, opt); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: error %v", err)
	}
	if _, _, _, err := Ranking(context.Background(), broken{}, q, opt); err == nil || !strings.Contains(err.Error(), "query ") {
		t.Errorf("a ranker that fails: error %v", err)
	}
}

type broken struct{}

func (broken) Recommend(context.Context, recommend.Query) (*recommend.Answer, error) {
	return nil, errors.New("broken")
}

func FuzzReadQrels(f *testing.F) {
	f.Add("q\td\t1\n")
	f.Add("q 0 d 1\n# c\n")
	f.Fuzz(func(t *testing.T, s string) {
		q, err := ReadQrels(strings.NewReader(s))
		if err == nil && len(q.Queries) != len(q.Grades) {
			t.Errorf("%d queries in order, %d judged", len(q.Queries), len(q.Grades))
		}
	})
}

func FuzzReadRun(f *testing.F) {
	f.Add("q Q0 d 1 0.5 t\nq Q0 e 2 0.5 t\n")
	f.Fuzz(func(t *testing.T, s string) {
		run, err := ReadRun(strings.NewReader(s))
		if err != nil {
			return
		}
		var file bytes.Buffer
		if err := WriteRun(&file, run, "t"); err != nil {
			return // ids that only this format's other writers allow
		}
		again, err := ReadRun(&file)
		if err != nil || !reflect.DeepEqual(run, again) {
			t.Errorf("%v is written and read as %v, error %v", run, again, err)
		}
	})
}
