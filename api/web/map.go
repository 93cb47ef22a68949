package web

import (
	"fmt"
	"math"

	"kindred/api/link"
	"kindred/classifier/topic"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// mapHues and mapShades are the numbers of hues and of shades of each in the style sheet. A field has a hue, and its
// topics have shades of it.
const (
	mapHues   = 8
	mapShades = 3
)

// spot is a topic on the map, in the units of its drawing.
type spot struct {
	topicLink
	ID      int
	X, Y, R int
	Size    int
	Colour  string // classes of the style sheet
	Named   bool   // whether its label covers that of no larger topic
}

// Map returns the page that shows all papers as points. Without scripts it shows the topics at their places.
func (p *Pages) Map(v View) ([]byte, error) {
	f := p.frame(v, "Map", "All papers as points, the alike ones close to each other.")
	f.Script = "map.js"
	m := v.Snapshot.Map()
	colours := mapColours(m.Topics)
	var spots []spot
	for _, t := range m.Topics {
		if t.Level != topic.Main {
			continue
		}
		s := spot{
			topicLink: topicLink{readable.Heading(t.Label), link.Topic(t.ID)}, ID: t.ID,
			X: 500 + int(t.X)*460/library.MapScale, Y: 320 - int(t.Y)*290/library.MapScale,
			R: 5 + 30*t.Size/m.Topics[0].Size, Size: t.Size, Colour: colours[t.ID],
		}
		s.Named = !covers(spots, s)
		spots = append(spots, s)
	}
	f.Data = struct {
		Spots  []spot
		Papers int
	}{spots, len(m.IDs)}
	return p.render("map", f)
}

// covers reports whether the label of s covers that of one of the spots.
func covers(spots []spot, s spot) bool {
	const letter, line = 7, 16 // mean width and height, in the units of the drawing
	for _, o := range spots {
		apart := letter * (len([]rune(o.Label)) + len([]rune(s.Label))) / 2
		if o.Named && max(o.X-s.X, s.X-o.X) < apart && max(o.Y-s.Y, s.Y-o.Y) < line {
			return true
		}
	}
	return false
}

// mapColours returns the colours of the topics of the main level, by id. Each field gets the hue whose other fields are
// farthest from it on the map, and each topic the shade whose topics of the same hue are. The largest choose first.
// Topics without a field are each their own.
func mapColours(topics []library.MapTopic) map[int]string {
	byID := make(map[int]library.MapTopic, len(topics))
	for _, t := range topics {
		byID[t.ID] = t
	}
	fieldOf := func(t library.MapTopic) library.MapTopic {
		if f, ok := byID[t.Parent]; ok {
			return f
		}
		return t
	}
	hues, hueOf := make([][]library.MapTopic, mapHues), make(map[int]int)
	colour := func(f library.MapTopic) {
		if _, ok := hueOf[f.ID]; !ok {
			hueOf[f.ID] = farthest(hues, f)
		}
	}
	for _, t := range topics {
		if t.Level == topic.Fields {
			colour(t)
		}
	}
	shades, out := make(map[int][][]library.MapTopic), make(map[int]string)
	for _, t := range topics {
		if t.Level != topic.Main {
			continue
		}
		f := fieldOf(t)
		colour(f)
		hue := hueOf[f.ID]
		if shades[hue] == nil {
			shades[hue] = make([][]library.MapTopic, mapShades)
		}
		out[t.ID] = fmt.Sprintf("hue%d shade%d", hue, farthest(shades[hue], t))
	}
	return out
}

// farthest adds t to the group whose nearest member is farthest from it, the first on ties, and returns its number.
func farthest(groups [][]library.MapTopic, t library.MapTopic) int {
	best, at := -1.0, 0
	for i, group := range groups {
		near := math.Inf(1)
		for _, o := range group {
			near = min(near, math.Hypot(float64(o.X-t.X), float64(o.Y-t.Y)))
		}
		if near > best {
			best, at = near, i
		}
	}
	groups[at] = append(groups[at], t)
	return at
}
