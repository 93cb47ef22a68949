package recommend

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"kindred/classifier/vec"
)

// uncoded returns ix without codes.
func uncoded(ix *Index) *Index {
	base, plain := *ix.base, *ix
	base.codes = nil
	plain.base = &base
	return &plain
}

// TestCodesChangeNoAnswer compares the answers of an index with codes to those of the same index without, to the bit:
// under filters and floors, of any length, with papers removed, added and repeated.
func TestCodesChangeNoAnswer(t *testing.T) {
	ix, rng := randomIndex(t, 3000)
	ix.base.codes = vec.Quantize(ix.base.latent)
	var added []Item
	for i := range 100 {
		added = append(added, Item{ID: fmt.Sprintf("n%d", i), Views: randomViews(rng)})
	}
	for i := range 40 { // the same texts again: their scores tie
		added = append(added, Item{ID: fmt.Sprintf("t%d", i), Views: ix.Views(i)})
	}
	ix = ix.With(added, []string{"b7", "b8", "b100", "n3"})
	plain := uncoded(ix)
	ctx := context.Background()
	for n, keep := range []func(row int) bool{
		nil,
		func(row int) bool { return row%2 == 0 },
		func(row int) bool { return row%500 == 0 },
		func(row int) bool { return row > 2990 },
		func(int) bool { return false },
	} {
		for range 10 {
			q := ix.buildQuery([]vec.Views{randomViews(rng), ix.Views(rng.IntN(40))}, []vec.Views{randomViews(rng)}, defaultParameters)
			coded, err := ix.scan(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			exact, err := plain.scan(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			for row := range coded.fused {
				if off := math.Abs(float64(coded.fused[row]) - float64(exact.fused[row])); off > float64(coded.off(int32(row))) {
					t.Fatalf("row %d is off by %g, the bound is %g", row, off, coded.off(int32(row)))
				}
				if coded.off(int32(row)) > coded.slack {
					t.Fatalf("row %d may be off by more than any", row)
				}
			}
			for _, length := range []int{0, 1, 10, 300, 2999, 5000} {
				for _, floor := range []float32{removedScore, 0, 0.1, exact.fused[2]} {
					got, want := coded.best(length, floor, keep), exact.best(length, floor, keep)
					if !slices.Equal(got, want) {
						t.Fatalf("filter %d, the best %d above %g: codes give other rows or scores", n, length, floor)
					}
				}
			}
			coded.release()
			exact.release()
			avoid := func(row int) bool { return row%7 == 0 }
			got, err := ix.rank(ctx, q, 0, keep, avoid)
			if err != nil {
				t.Fatal(err)
			}
			want, err := plain.rank(ctx, q, 0, keep, avoid)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.found, want.found) || got.matched != want.matched {
				t.Fatalf("filter %d: codes give another ranking", n)
			}
		}
	}
}
