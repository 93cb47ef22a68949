package topic

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"kindred/classifier/vec"
)

func TestReadGuides(t *testing.T) {
	got, err := ReadGuides(strings.NewReader("# mine\n\nlosses: loss function, cross-entropy,\n distillation \nfound:arxiv:2306.05544"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[0].Name != "losses" || len(got[0].Seeds) != 2 || got[1].Name != "distillation" || got[2].Seeds[0] != "arxiv:2306.05544" {
		t.Errorf("%+v", got)
	}
	for name, in := range map[string]string{
		"nothing": "# only\n", "no name": ": a, b", "twice": "a: x\nA: y", "too many seeds": "a:" + strings.Repeat("x,", maxSeeds+1),
		"too many topics": strings.Repeat("a", 1) + ":x\n" + manyGuides(maxGuides+1),
	} {
		if _, err := ReadGuides(strings.NewReader(in)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func manyGuides(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("b", 1+i%50) + strings.Repeat("c", 1+i/50) + ": x\n")
	}
	return b.String()
}

func FuzzReadGuides(f *testing.F) {
	f.Add("losses: loss function, cross-entropy\n# c\n\nb")
	f.Fuzz(func(t *testing.T, s string) {
		list, err := ReadGuides(strings.NewReader(s))
		if err == nil && len(list) == 0 {
			t.Error("no topics and no error")
		}
		for _, g := range list {
			if strings.TrimSpace(g.Name) == "" {
				t.Errorf("a topic without a name in %+v", list)
			}
		}
	})
}

func TestSteer(t *testing.T) {
	for _, n := range []int{60, 2400} {
		in := groups(n, 6, 11)
		latent, lexical := vec.NewDense(n, 6), &vec.CSR{Ptr: []int64{0}, Cols: in.Words.Counts.Cols}
		rng := rand.New(rand.NewPCG(3, 3))
		for i := range n {
			for d := range 6 {
				latent.Row(i)[d] = float32(rng.NormFloat64() * 0.1)
			}
			if i%6 < 4 { // the last two groups have a direction that no query asks for
				latent.Row(i)[i%6]++
			} else {
				latent.Row(i)[4]++
			}
			vec.Normalize(latent.Row(i))
			x := in.Words.Counts.Row(i)
			row := vec.Sparse{Index: x.Index, Value: append([]float32(nil), x.Value...)}
			row.Normalize()
			lexical.Append(row)
		}
		var queries []vec.Views
		for g := range 4 {
			q := vec.Views{Latent: make([]float32, 6), Lexical: vec.Sparse{Index: []uint32{uint32(12 * g), uint32(12*g + 1)}, Value: []float32{0.7, 0.7}}}
			q.Latent[g] = 1
			queries = append(queries, q)
		}
		s := Steer(latent, lexical, queries)
		right := 0
		for i, best := range s.Best {
			if want := i % 6; best == want || want >= 4 && best == -1 {
				right++
			}
			if best >= 0 && s.Fit(i, best) < 0.5 {
				t.Errorf("document %d fits %d by %v", i, best, s.Fit(i, best))
			}
		}
		if right < n*9/10 {
			t.Errorf("%d of %d documents are steered right", right, n)
		}
	}
}

func TestTrends(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	const topics, periods = 40, 24
	all, counts := make([]int, periods), make([][]int, topics)
	for i := range all {
		all[i] = 1000
	}
	for k := range counts {
		counts[k] = make([]int, periods)
		for i := range counts[k] {
			share := 0.02
			switch k {
			case 0:
				share *= 0.5 + float64(i)/periods
			case 1:
				share *= 1.5 - float64(i)/periods
			}
			for range all[i] {
				if rng.Float64() < share {
					counts[k][i]++
				}
			}
		}
	}
	got := Trends(counts, all)
	if got[0].Direction() != 1 || got[0].Rise < 1.2 || got[1].Direction() != -1 || got[1].Rise > 0.8 {
		t.Errorf("rising: %+v, falling: %+v", got[0], got[1])
	}
	alarms := 0
	for _, tr := range got[2:] {
		if tr.Direction() != 0 {
			alarms++
		}
		for _, s := range tr.Shares {
			if math.Abs(s-0.02) > 0.015 {
				t.Errorf("smoothed share %v of 0.02", s)
			}
		}
	}
	if alarms > 2 {
		t.Errorf("%d alarms in noise", alarms)
	}
	for _, tr := range Trends([][]int{{0, 0}, {3, 4}}, []int{3, 4}) {
		if tr.Direction() != 0 {
			t.Errorf("two periods have the trend %+v", tr)
		}
	}
	if len(Trends(nil, nil)) != 0 {
		t.Error("no topics have trends")
	}
}

func TestFalseDiscovery(t *testing.T) {
	got := falseDiscovery([]float64{0.01, 0.04, 0.03, 0.9})
	for i, want := range []float64{0.04, 0.16 / 3, 0.16 / 3, 0.9} {
		if math.Abs(got[i]-want) > 1e-12 {
			t.Errorf("q of %d is %v, want %v", i, got[i], want)
		}
	}
}
