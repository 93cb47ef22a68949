package topic

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

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

// TestConstantShareIsFlat gives a topic the same share of every period, however many papers that has.
func TestConstantShareIsFlat(t *testing.T) {
	all := []int{100, 2000, 300, 50, 700, 0, 900}
	counts := make([]int, len(all))
	for i, a := range all {
		counts[i] = a / 10
	}
	tr := Trends([][]int{counts}, all)[0]
	if math.Abs(tr.Z) > 1e-9 || tr.Direction() != 0 || math.Abs(tr.Rise-1) > 1e-9 {
		t.Errorf("%+v", tr)
	}
	for i, s := range tr.Shares {
		if math.Abs(s-0.1) > 1e-9 {
			t.Errorf("share %v of period %d, want 0.1", s, i)
		}
	}
}

// TestTrendsMirror turns time around: what rose falls as much.
func TestTrendsMirror(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 5))
	for range 50 {
		all, counts := make([]int, 12), make([]int, 12)
		for i := range all {
			all[i] = 50 + rng.IntN(100)
			counts[i] = rng.IntN(10 + 2*i)
		}
		there := Trends([][]int{counts}, all)[0]
		slices.Reverse(all)
		slices.Reverse(counts)
		back := Trends([][]int{counts}, all)[0]
		if math.Abs(there.Z+back.Z) > 1e-9 || there.Direction() != -back.Direction() {
			t.Fatalf("z %v, in mirrored time %v", there.Z, back.Z)
		}
		slices.Reverse(back.Shares)
		for i, s := range there.Shares {
			if math.Abs(s-back.Shares[i]) > 1e-12 {
				t.Fatalf("shares %v, in mirrored time %v", there.Shares, back.Shares)
			}
		}
	}
}

// TestTrendOfEvidence wants the same rise to be the surer the more papers show it, and a jagged one to be less sure.
func TestTrendOfEvidence(t *testing.T) {
	z := func(times int, counts ...int) float64 {
		all := make([]int, len(counts))
		for i := range counts {
			counts[i] *= times
			all[i] = 1000 * times
		}
		return Trends([][]int{counts}, all)[0].Z
	}
	few, many := z(1, 20, 22, 24, 26, 28, 30), z(10, 20, 22, 24, 26, 28, 30)
	if few <= 0 || math.Abs(many/few-math.Sqrt(10)) > 0.1 {
		t.Errorf("z %v, and %v with ten times the papers, want √10 times", few, many)
	}
	if smooth, jagged := z(10, 20, 22, 24, 26, 28, 30), z(10, 12, 32, 14, 36, 18, 38); jagged >= smooth {
		t.Errorf("z %v of a jagged rise, %v of a smooth one", jagged, smooth)
	}
}

// TestDiscoveryBounds compares with the bounds of the method: a q is no less than its p, no more than 1, and in the
// order of the p.
func TestDiscoveryBounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 5))
	p := make([]float64, 200)
	for i := range p {
		p[i] = math.Pow(rng.Float64(), 3)
	}
	q := falseDiscovery(p)
	for i := range p {
		if q[i] < p[i] || q[i] > 1 {
			t.Fatalf("q %v of p %v", q[i], p[i])
		}
		for j := range p {
			if p[i] < p[j] && q[i] > q[j] {
				t.Fatalf("p %v and %v have q %v and %v", p[i], p[j], q[i], q[j])
			}
		}
	}
}

// TestTrendsOfNothing gives topics without papers, without periods, and with all papers.
func TestTrendsOfNothing(t *testing.T) {
	for name, c := range map[string]struct{ counts, all []int }{
		"no periods":     {nil, nil},
		"no papers":      {[]int{0, 0, 0, 0}, []int{0, 0, 0, 0}},
		"an empty topic": {[]int{0, 0, 0, 0}, []int{5, 6, 7, 8}},
		"all papers":     {[]int{5, 6, 7, 8}, []int{5, 6, 7, 8}},
		"two periods":    {[]int{0, 0, 9, 1}, []int{0, 0, 10, 10}},
		"one period":     {[]int{3}, []int{9}},
	} {
		tr := Trends([][]int{c.counts}, c.all)[0]
		finite := !math.IsNaN(tr.Rise) && !math.IsInf(tr.Rise, 0) && !math.IsNaN(tr.Q)
		if tr.Direction() != 0 || !finite || len(tr.Shares) != len(c.all) {
			t.Errorf("%s: %+v", name, tr)
		}
		for _, s := range tr.Shares {
			if !(s >= 0 && s <= 1) {
				t.Errorf("%s: share %v", name, s)
			}
		}
	}
}
