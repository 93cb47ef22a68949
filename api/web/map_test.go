package web

import (
	"math"
	"strings"
	"testing"

	"kindred/classifier/topic"
	"kindred/recommend/library"
)

// TestMapColours wants one hue for the topics of a field, and other colours for those next to each other.
func TestMapColours(t *testing.T) {
	var topics []library.MapTopic
	at := func(id int) (x, y int32) {
		sin, cos := math.Sincos(float64(id) * 2.4)
		return int32(8000 * cos * float64(id%7) / 7), int32(8000 * sin * float64(id%7) / 7)
	}
	for id := 1; id <= 24; id++ {
		x, y := at(id)
		topics = append(topics, library.MapTopic{TopicRef: library.TopicRef{ID: id}, Parent: 100 + id%6, Size: 10, X: x, Y: y})
	}
	for f := range 6 {
		topics = append(topics, library.MapTopic{TopicRef: library.TopicRef{ID: 100 + f}, Level: topic.Fields, X: int32(1000 * f)})
	}
	colours := mapColours(topics)
	hue := func(id int) string {
		h, _, _ := strings.Cut(colours[id], " ")
		return h
	}
	if len(colours) != 24 {
		t.Fatalf("%d colours", len(colours))
	}
	for _, a := range topics[:24] {
		nearest, least := 0, math.Inf(1)
		for _, b := range topics[:24] {
			if (hue(a.ID) == hue(b.ID)) != (a.Parent == b.Parent) {
				t.Errorf("topics %d and %d of fields %d and %d have %s and %s", a.ID, b.ID, a.Parent, b.Parent, colours[a.ID], colours[b.ID])
			}
			if d := math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y)); a.ID != b.ID && d < least {
				nearest, least = b.ID, d
			}
		}
		if colours[a.ID] == colours[nearest] {
			t.Errorf("topic %d has the colour of its neighbour %d", a.ID, nearest)
		}
	}
	if alone := mapColours(topics[:3:3]); alone[1] == alone[2] || alone[2] == alone[3] {
		t.Errorf("topics without fields: %v", alone)
	}
}

func TestLabelsOfTheStillMap(t *testing.T) {
	a := spot{topicLink: topicLink{Label: "Distillation"}, X: 500, Y: 300, Named: true}
	for _, c := range []struct {
		x, y int
		want bool
	}{{510, 305, true}, {500, 320, false}, {700, 300, false}} {
		if got := covers([]spot{a}, spot{topicLink: topicLink{Label: "Diffusion"}, X: c.x, Y: c.y}); got != c.want {
			t.Errorf("a label at %d, %d covers the other: %v", c.x, c.y, got)
		}
	}
}
