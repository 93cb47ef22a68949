package topic

import (
	"context"
	"math"
	"slices"

	"kindred/classifier/vec"
)

// pinned returns the positions of the pinned topics in the earlier fit, ascending.
func (f *fitting) pinned() []int32 {
	if f.opt.Previous == nil {
		return nil
	}
	var out []int32
	for o := range f.opt.Previous.Topics.list {
		if slices.Contains(f.opt.Pinned, f.opt.Previous.Topics.list[o].ID) {
			out = append(out, int32(o))
		}
	}
	return out
}

// withPinned adds the documents of pinned topics to a sample of the numbers below n. doc gives the document of each
// number.
func (f *fitting) withPinned(sample []int, doc func(i int) int, n int) []int {
	pinned := f.pinned()
	if len(pinned) == 0 || len(sample) == n {
		return sample
	}
	was := f.opt.Previous.cells()
	for i := range n {
		if o, known := was[f.in.IDs[doc(i)]]; known && slices.Contains(pinned, o) {
			sample = append(sample, i)
		}
	}
	slices.Sort(sample)
	return slices.Compact(sample)
}

// besidePins divides rows, positions in f.rows, into documents of pinned topics and others. column is the place among
// f.pins of each row, or -1, and rest lists the places in rows of the others. It sets f.pins to the pinned topics that
// have any of the rows.
func (f *fitting) besidePins(rows []int) (column []int32, rest []int) {
	column = slices.Repeat([]int32{-1}, len(rows))
	f.pins = nil
	var was map[string]int32
	place := map[int32]int32{}
	for _, o := range f.pinned() {
		place[o] = -1
	}
	if len(place) > 0 {
		was = f.opt.Previous.cells()
	}
	for i, r := range rows {
		o, known := was[f.in.IDs[f.rows[r]]]
		at, pin := place[o]
		if !known || !pin {
			rest = append(rest, i)
			continue
		}
		if at < 0 {
			at = int32(len(f.pins))
			place[o] = at
			f.pins = append(f.pins, o)
		}
		column[i] = at
	}
	return column, rest
}

// coldBesidePins forms topics without an earlier fit, except for pinned topics, which come first and start from the
// documents they had. The others are formed of the rest. w holds the words of rows.
func (f *fitting) coldBesidePins(ctx context.Context, w *words, rows []int) (*vec.Dense, error) {
	column, rest := f.besidePins(rows)
	p := len(f.pins)
	if p == 0 {
		return cold(ctx, everyRow(f.space, rows), w, f.want(), restarts, f.opt.Seed)
	}
	others := vec.NewDense(0, 0)
	if len(rest) > 0 {
		at := make([]int, len(rest))
		for i, r := range rest {
			at[i] = rows[r]
		}
		var err error
		k := min(len(rest), max(1, f.want()-p))
		x, own := everyRow(f.space, at), w.some(rest)
		if others, err = cold(ctx, x, own, k, restarts, f.opt.Seed); err != nil {
			return nil, err
		}
	}
	out := vec.NewDense(len(rows), p+others.Cols)
	for i, c := range column {
		if c >= 0 {
			out.Row(i)[c] = 1
		}
	}
	for i, r := range rest {
		copy(out.Row(r)[p:], others.Row(i))
	}
	f.pins = append(f.pins, slices.Repeat([]int32{-1}, others.Cols)...)
	return out, nil
}

// smallBesidePins is coldBesidePins for a small corpus.
func (f *fitting) smallBesidePins(ctx context.Context) (*partition, error) {
	column, rest := f.besidePins(f.rows)
	p := len(f.pins)
	if p == 0 {
		return f.smallCells(ctx, f.space, f.want(), f.opt.Seed)
	}
	members := make([][]int32, p)
	for i, c := range column {
		if c >= 0 {
			members[c] = append(members[c], int32(i))
		}
	}
	if len(rest) > 0 {
		others, err := f.smallCells(ctx, everyRow(f.space, rest), min(len(rest), max(1, f.want()-p)), f.opt.Seed)
		if err != nil {
			return nil, err
		}
		for _, list := range membersOf(others.cell, others.centroids.Rows()) {
			for i, m := range list {
				list[i] = int32(rest[m])
			}
			members = append(members, list)
		}
	}
	f.pins = append(f.pins, slices.Repeat([]int32{-1}, len(members)-p)...)
	return lloyd(ctx, f.space, centroidsOf(f.space, members), 1)
}

// pinnedGain returns gain, changed so that a matching keeps pinned topics: each is worth more than all others together
// in its own topic, and nothing in another.
func (f *fitting) pinnedGain(level int, gain [][]float64) [][]float64 {
	if level != Main || f.pins == nil {
		return gain
	}
	out := make([][]float64, len(gain))
	for c, row := range gain {
		out[c] = slices.Clone(row)
	}
	for c, o := range f.pins {
		if o < 0 {
			continue
		}
		for other := range out {
			out[other][o] = 0
		}
		for other := range out[c] {
			out[c][other] = 0
		}
		out[c][o] = math.Max(1, float64(f.n)*float64(len(out)))
	}
	return out
}
