package api

import (
	"slices"
	"strings"

	"kindred/recommend/library"
)

// mapFields are the parts of the map that may be asked for by themselves, and how each is left out: places are a tenth
// of the bytes, and enough to draw.
var mapFields = []struct {
	name string
	drop func(m *library.MapData)
}{
	{"ids", func(m *library.MapData) { m.IDs = nil }},
	{"titles", func(m *library.MapData) { m.Titles = nil }},
	{"x", func(m *library.MapData) { m.X = nil }},
	{"y", func(m *library.MapData) { m.Y = nil }},
	{"topic", func(m *library.MapData) { m.Topic = nil }},
	{"month", func(m *library.MapData) { m.Month = nil }},
	{"topics", func(m *library.MapData) { m.Topics = nil }},
}

func (a *server) mapData(r *request) (*reply, error) {
	wanted := r.List("fields")
	names := make([]string, len(mapFields))
	for i := range mapFields {
		names[i] = mapFields[i].name
	}
	for _, name := range wanted {
		if !slices.Contains(names, name) {
			r.Fail("fields", "fields holds %q; valid ones are %s.", clip(name, 40), strings.Join(names, ", "))
		}
	}
	if err := r.Done(); err != nil {
		return nil, err
	}
	m := r.s.Map()
	for _, f := range mapFields {
		if len(wanted) > 0 && !slices.Contains(wanted, f.name) {
			f.drop(&m)
		}
	}
	return r.single(m, "/map")
}
