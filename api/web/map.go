package web

import (
	"kindred/api/link"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// mapColours is the number of colours in the style sheet and in map.js.
const mapColours = 12

// spot is a topic on the map, in the units of its drawing.
type spot struct {
	topicLink
	X, Y, R int
	Size    int
	Colour  int
}

// Map returns the page that shows all papers as points. Without scripts it shows the topics at their places.
func (p *Pages) Map(v View) ([]byte, error) {
	f := p.frame(v, "Map", "All papers as points, the alike ones close to each other.")
	f.Script = "map.js"
	m := v.Snapshot.Map()
	largest := 1
	for _, t := range m.Topics {
		largest = max(largest, t.Size)
	}
	var spots []spot
	for _, t := range m.Topics {
		spots = append(spots, spot{
			topicLink: topicLink{readable.Heading(t.Label), link.Topic(t.ID)},
			X:         500 + int(t.X)*460/library.MapScale,
			Y:         320 - int(t.Y)*290/library.MapScale,
			R:         5 + 30*t.Size/largest,
			Size:      t.Size, Colour: t.ID % mapColours,
		})
	}
	f.Data = struct {
		Spots  []spot
		Papers int
	}{spots, len(m.IDs)}
	return p.render("map", f)
}
