package classifier

import (
	"context"
	"errors"
	"math"
	"slices"

	"kindred/classifier/layout"
	"kindred/classifier/section"
)

// fitMap computes the map. Where there is a model before, the map is arranged like its map, and is the same when the
// vectors are the same.
func (m *Model) fitMap(ctx context.Context, opt Options) error {
	if m.about.NoMap = opt.NoMap; opt.NoMap {
		return nil
	}
	options := layout.Options{Seed: opt.Seed, Progress: func(done, total int) { opt.Progress("map", done, total) }}
	if p := opt.Previous; p != nil && p.layout != nil && !opt.FreshTopics {
		if slices.Equal(p.ids, m.ids) && p.latent.Cols == m.latent.Cols && slices.Equal(p.latent.Data, m.latent.Data) {
			m.layout = p.layout
			return nil
		}
		options.Start = m.placesBefore(p)
	}
	var err error
	m.layout, err = layout.Fit(ctx, m.latent, m.Docs(), options)
	return err
}

// placesBefore returns the positions that the documents of this model have on the map of an earlier one, NaN for
// documents that it does not have.
func (m *Model) placesBefore(p *Model) []float32 {
	row := make(map[string]int, len(p.ids))
	for i, id := range p.ids {
		row[id] = i
	}
	out := make([]float32, 0, 2*len(m.ids))
	for _, id := range m.ids {
		x, y := float32(math.NaN()), float32(math.NaN())
		if i, ok := row[id]; ok && p.place(i) {
			x, y = p.layout.At(i)
		}
		out = append(out, x, y)
	}
	return out
}

// place reports whether the position of document i depends on its text. That of a document without terms does not.
func (m *Model) place(i int) bool {
	return slices.ContainsFunc(m.latent.Row(i), func(v float32) bool { return v != 0 })
}

// mapSections returns the sections of the map in the model file.
func (m *Model) mapSections() ([]section.Section, error) {
	if m.layout == nil {
		return nil, nil
	}
	b, err := m.layout.MarshalBinary()
	return []section.Section{{Name: "map", Data: b}}, err
}

func (m *Model) readMap(f *section.File) error {
	if m.about.NoMap {
		return nil
	}
	b, err := f.Bytes("map")
	if err != nil {
		return err
	}
	m.layout = &layout.Map{}
	if err := m.layout.UnmarshalBinary(b); err != nil {
		return err
	}
	if m.layout.Docs() != m.Docs() {
		return errors.New("its map is of other documents")
	}
	return nil
}

// Points returns the positions of the documents on the map, documents × 2, x and y in turn, each in [-1,1]; nil when
// there is no map. The caller must not change them. Documents without terms are on the rim.
func (m *Model) Points() []float32 {
	if m.layout == nil {
		return nil
	}
	return m.layout.Points()
}

// PointOf returns the position of a document on the map. ok is false when there is no map.
func (m *Model) PointOf(doc int) (x, y float32, ok bool) {
	if m.layout == nil {
		return 0, 0, false
	}
	x, y = m.layout.At(doc)
	return x, y, true
}

// Place returns the position on the map of a text that is not in the model, by its latent vector. No document moves.
// number separates texts without known terms, which are on the rim. ok is false when there is no map.
func (m *Model) Place(latent []float32, number int) (x, y float32, ok bool) {
	if m.layout == nil {
		return 0, 0, false
	}
	if x, y, ok = m.layout.Place(m.latent, latent); !ok {
		x, y = layout.Rim(number)
	}
	return x, y, true
}

// MapQuality measures how well the map preserves the k nearest documents of each document, see layout.Measure. ok is
// false when there is no map.
func (m *Model) MapQuality(k, sample int) (q layout.Quality, ok bool) {
	if m.layout == nil {
		return layout.Quality{}, false
	}
	return layout.Measure(m.latent, m.Points(), k, sample), true
}
