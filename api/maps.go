package api

import (
	"cmp"
	"slices"
)

// MapData is the map: one array a property, one entry a paper, which is what a browser wants to put on a canvas, and a
// third of the size of an array of objects. X and Y are in thousandths of a percent of the map's half width.
type MapData struct {
	IDs    []string   `json:"ids"`
	Titles []string   `json:"titles"`
	X      []int32    `json:"x"` // -10000 to 10000
	Y      []int32    `json:"y"` // -10000 to 10000, upwards
	Topic  []int      `json:"topic"`
	Topics []MapTopic `json:"topics"`
}

// MapTopic places a topic's label at the middle of its papers.
type MapTopic struct {
	TopicRef
	Size int   `json:"size"`
	X    int32 `json:"x"`
	Y    int32 `json:"y"`
}

// mapScale is the number of steps from the middle of the map to its edge.
const mapScale = 10000

func (a *server) mapData(r *request) (*reply, error) {
	if err := r.done(); err != nil {
		return nil, err
	}
	return r.single(r.s.mapData(), "/map")
}

func (s *Snapshot) mapData() MapData {
	var points []Point
	if s.Points != nil {
		points = s.Points()
	}
	n := len(points)
	out := MapData{IDs: make([]string, 0, n), Titles: make([]string, 0, n), X: make([]int32, 0, n), Y: make([]int32, 0, n), Topic: make([]int, 0, n), Topics: []MapTopic{}}
	members := make(map[int][]int)
	for i := range points {
		p := &points[i]
		row, ok := s.Catalog.Row(p.ID)
		if !ok {
			continue
		}
		members[p.Topic] = append(members[p.Topic], len(out.IDs))
		out.IDs = append(out.IDs, p.ID)
		out.Titles = append(out.Titles, s.Catalog.columns[row].Title)
		out.X = append(out.X, scaled(p.X))
		out.Y = append(out.Y, scaled(p.Y))
		out.Topic = append(out.Topic, p.Topic)
	}
	for _, t := range s.topics() {
		if rows := members[t.ID]; len(rows) > 0 {
			out.Topics = append(out.Topics, MapTopic{TopicRef{t.ID, t.Label}, len(rows), middle(out.X, rows), middle(out.Y, rows)})
		}
	}
	return out
}

// scaled returns v in steps. Anything beyond the edge, or not a number, is put on it.
func scaled(v float32) int32 {
	if v != v {
		return 0
	}
	return int32(max(-1, min(1, v)) * mapScale)
}

// middle returns the median of the values at rows: a label in the thick of a topic, whatever its strays.
func middle(values []int32, rows []int) int32 {
	own := make([]int32, len(rows))
	for i, row := range rows {
		own[i] = values[row]
	}
	slices.SortFunc(own, cmp.Compare)
	return own[len(own)/2]
}
