package api

import (
	"slices"
	"strings"

	"kindred/recommend/library"
)

func (a *server) mapData(r *request) (*reply, error) {
	names := r.list("fields")
	for _, name := range names {
		if !slices.Contains(mapFields, name) {
			r.fail("fields", "fields holds %q; valid ones are %s.", clip(name, 40), strings.Join(mapFields, ", "))
		}
	}
	if err := r.done(); err != nil {
		return nil, err
	}
	m := r.s.Map()
	if len(names) > 0 {
		keepFields(&m, names)
	}
	return r.single(m, "/map")
}

// mapFields are the parts of the map that may be asked for by themselves: places are a tenth of the bytes, and enough to draw.
var mapFields = []string{"ids", "titles", "x", "y", "topic", "topics"}

// keepFields leaves out all but the named fields.
func keepFields(m *library.MapData, names []string) {
	has := func(name string) bool { return slices.Contains(names, name) }
	all := *m
	*m = library.MapData{}
	if has("ids") {
		m.IDs = all.IDs
	}
	if has("titles") {
		m.Titles = all.Titles
	}
	if has("x") {
		m.X = all.X
	}
	if has("y") {
		m.Y = all.Y
	}
	if has("topic") {
		m.Topic = all.Topic
	}
	if has("topics") {
		m.Topics = all.Topics
	}
}
