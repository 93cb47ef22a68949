package data_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"kindred/data"
)

// entries returns n different strings that begin with prefix.
func entries(prefix string, n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprint(prefix, i)
	}
	return out
}

// TestBounds checks that each list is accepted at its bound and refused beyond, with what is needed to mend the
// record.
func TestBounds(t *testing.T) {
	for _, c := range []struct {
		field string
		max   int
		set   func(*data.Paper, []string)
	}{
		{"authors", data.MaxAuthors, func(p *data.Paper, l []string) { p.Authors = l }},
		{"categories", data.MaxCategories, func(p *data.Paper, l []string) { p.Categories = l }},
		{"labels", data.MaxLabels, func(p *data.Paper, l []string) { p.Labels = l }},
		{"keywords", data.MaxKeywords, func(p *data.Paper, l []string) { p.Keywords = l }},
		{"aliases", data.MaxAliases, func(p *data.Paper, l []string) { p.Aliases = l }},
	} {
		p := data.Paper{ID: "x", Title: "T"}
		c.set(&p, entries("e", c.max))
		if err := p.Normalize(); err != nil {
			t.Errorf("%d %s: %v", c.max, c.field, err)
		}
		c.set(&p, entries("e", c.max+1))
		err := p.Normalize()
		var bound *data.BoundError
		if !errors.As(err, &bound) || !errors.Is(err, data.ErrInvalid) {
			t.Fatalf("%d %s: error %v, want a BoundError", c.max+1, c.field, err)
		}
		for _, part := range []string{c.field, fmt.Sprint(c.max + 1), fmt.Sprint(c.max)} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%q does not name %s", err, part)
			}
		}
	}
}

// TestBoundOfDerivedAliases checks that the ids which Normalize adds count: a paper that passes once passes again.
func TestBoundOfDerivedAliases(t *testing.T) {
	p := data.Paper{ID: "x", Title: "T", DOI: "10.1000/x", Aliases: entries("a", data.MaxAliases)}
	if err := p.Normalize(); !errors.As(err, new(*data.BoundError)) {
		t.Errorf("%d aliases: error %v, want a BoundError", len(p.Aliases), err)
	}
}

// BenchmarkMergeAliases shows that merging is linear: the time of an entry must not grow with their number.
func BenchmarkMergeAliases(b *testing.B) {
	for _, n := range []int{10_000, 40_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := data.Paper{ID: "p", Title: "T", Aliases: entries("a", n)}
			q := data.Paper{ID: "q", Title: "T", Aliases: entries("b", n)}
			for b.Loop() {
				merged := p
				merged.Merge(&q)
				if len(merged.Aliases) != 2*n+1 {
					b.Fatalf("%d aliases, want %d", len(merged.Aliases), 2*n+1)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(2*n), "ns/entry")
		})
	}
}
