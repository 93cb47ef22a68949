package library

import (
	"cmp"
	"slices"

	"kindred/classifier/topic"
	"kindred/data"
)

// MapData is the map of a snapshot, with one array for each property and one element for each paper. This suits
// drawing, and is a third of the size of an array of objects. A field that was not asked for is nil and omitted. X and
// Y are positions in steps of 1/10,000 of half the width of the map; see MapScale.
type MapData struct {
	IDs    []string   `json:"ids,omitzero"`
	Titles []string   `json:"titles,omitzero"`
	X      []int32    `json:"x,omitzero"`      // -10000 to 10000
	Y      []int32    `json:"y,omitzero"`      // -10000 to 10000, upwards
	Topic  []int      `json:"topic,omitzero"`  // of the main level
	Month  []int      `json:"month,omitzero"`  // of publication: year·12 + month − 1, with month 1 where only the year is known; 0 without date
	Topics []MapTopic `json:"topics,omitzero"` // of all levels, the main one first, largest first
}

// MapTopic is the position of the label of a topic, where its papers are densest.
type MapTopic struct {
	TopicRef
	Level  int   `json:"level"`  // topic.Fields, Main or Subtopics
	Parent int   `json:"parent"` // id of the topic one level up, 0 for none
	Size   int   `json:"size"`
	X      int32 `json:"x"`
	Y      int32 `json:"y"`
}

// MapScale is the number of steps from the middle of the map to its edge.
const MapScale = 10000

func (s *Snapshot) Map() MapData {
	var points []Point
	if s.Points != nil {
		points = s.Points()
	}
	n := len(points)
	out := MapData{IDs: make([]string, 0, n), Titles: make([]string, 0, n), X: make([]int32, 0, n), Y: make([]int32, 0, n), Topic: make([]int, 0, n), Month: make([]int, 0, n), Topics: []MapTopic{}}
	members := make(map[int][]int)
	for i := range points {
		p := &points[i]
		row, ok := s.Catalog.Find(p.ID)
		if !ok {
			continue
		}
		at := s.Catalog.Assignment(row)
		members[at.Topic] = append(members[at.Topic], len(out.IDs))
		if at.Sub != 0 {
			members[at.Sub] = append(members[at.Sub], len(out.IDs))
		}
		out.IDs = append(out.IDs, p.ID)
		out.Titles = append(out.Titles, s.Catalog.rows[row].Title)
		out.X = append(out.X, scaled(p.X))
		out.Y = append(out.Y, scaled(p.Y))
		out.Topic = append(out.Topic, at.Topic)
		out.Month = append(out.Month, monthOf(s.Catalog.Published(row)))
	}
	out.Topics = s.mapTopics(&out, members)
	return out
}

// mapTopics returns the topics with their places. members holds the papers of each topic and subtopic.
func (s *Snapshot) mapTopics(m *MapData, members map[int][]int) []MapTopic {
	list := s.TopicList()
	for _, t := range list {
		if rows := members[t.ID]; t.Level == topic.Main && t.Parent != 0 {
			members[t.Parent] = append(members[t.Parent], rows...)
		}
	}
	out := []MapTopic{}
	for _, t := range list {
		if rows := members[t.ID]; len(rows) > 0 {
			x, y := densest(m.X, m.Y, rows)
			out = append(out, MapTopic{TopicRef{t.ID, t.Label}, t.Level, t.Parent, len(rows), x, y})
		}
	}
	slices.SortStableFunc(out, func(a, b MapTopic) int { return cmp.Compare(abs(a.Level), abs(b.Level)) })
	return out
}

func abs(v int) int { return max(v, -v) }

// monthOf returns the number of a date's month, 0 for none.
func monthOf(d data.Date) int {
	if d.IsZero() {
		return 0
	}
	return d.Year*12 + max(int(d.Month), 1) - 1
}

// scaled returns v in steps, clipped to the edge of the map; 0 for NaN.
func scaled(v float32) int32 {
	if v != v {
		return 0
	}
	return int32(max(-1, min(1, v)) * MapScale)
}

// labelCell is the side of the squares in which the papers of a topic are counted, in steps of the map.
const labelCell = MapScale / 20

// densest returns the mean position of those points at rows that lie in the three by three squares with the most of
// them. The mean of all may lie among the papers of another topic, where a topic is in two places.
func densest(xs, ys []int32, rows []int) (x, y int32) {
	type square struct{ x, y int32 }
	of := func(row int) square {
		return square{(xs[row] + MapScale) / labelCell, (ys[row] + MapScale) / labelCell}
	}
	count := make(map[square]int)
	for _, row := range rows {
		count[of(row)]++
	}
	best, at := 0, square{}
	for _, row := range rows {
		s, n := of(row), 0
		for dx := int32(-1); dx <= 1; dx++ {
			for dy := int32(-1); dy <= 1; dy++ {
				n += count[square{s.x + dx, s.y + dy}]
			}
		}
		if n > best {
			best, at = n, s
		}
	}
	var sumX, sumY int
	for _, row := range rows {
		if s := of(row); max(s.x-at.x, at.x-s.x) <= 1 && max(s.y-at.y, at.y-s.y) <= 1 {
			sumX, sumY = sumX+int(xs[row]), sumY+int(ys[row])
		}
	}
	return int32(sumX / best), int32(sumY / best)
}
