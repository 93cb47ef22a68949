package web

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"kindred/data"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// graphView is the neighbourhood of a paper as a picture: a column for each period, oldest first, and a lane for each
// topic. The papers of a column and a lane stand together, oldest first.
type graphView struct {
	Width, Height int
	Lanes         []graphLane
	Columns       []graphColumn
	Nodes         []graphNode
	Edges         []graphEdge
	Said          string // what it shows, in a sentence
}

type graphLane struct {
	Label string
	Y     int // of its upper end
	Text  int // of the foot of its label
}

type graphColumn struct {
	Label string
	X     int // of its middle
}

type graphNode struct {
	card
	Place  int    // 0 for the paper itself, else its rank
	Number string // in the circle
	X, Y   int
	R      int
	Near   string // places that an edge leads to, separated by spaces
	Alt    string // what it is and what it is near, in words
}

type graphEdge struct {
	A, B   int
	Path   string
	Weight int // 1 to 3, for the width of its line
}

// Measures of the picture, in its own units. Nodes stand so far apart that a finger finds each.
const (
	graphStep   = 31  // between two nodes
	graphHead   = 22  // of a lane, for its label
	graphFoot   = 26  // for the labels of the columns
	graphGap    = 10  // between columns
	graphWidest = 3   // nodes beside each other in a column
	graphLanes  = 5   // topics that have a lane of their own
	graphTime   = 8   // columns, at most
	graphWidth  = 400 // of the picture, at least
	graphLabel  = 44  // of a column
)

// graph draws a neighbourhood, nil for one without neighbours.
func (v View) graph(n *library.Neighbourhood) *graphView {
	if n == nil || len(n.Items) == 0 {
		return nil
	}
	items := append([]library.Item{n.Center}, n.Items...)
	laneOf, lanes := v.graphLanes(items)
	columnOf, columns := graphPeriods(items)
	out := &graphView{}
	cells := make(map[[2]int][]int) // papers by lane and column
	for i := range items {
		at := [2]int{laneOf[i], columnOf[i]}
		cells[at] = append(cells[at], i)
	}
	for _, cell := range cells {
		slices.SortStableFunc(cell, func(a, b int) int { return items[a].Paper.Published.Compare(items[b].Paper.Published) })
	}
	x, width, whole := graphColumns(cells, len(columns), len(lanes))
	for c, label := range columns {
		out.Columns = append(out.Columns, graphColumn{Label: label, X: x[c] + width[c]*graphStep/2})
	}
	out.Width = whole
	out.Nodes = make([]graphNode, len(items))
	y := 0
	for l, label := range lanes {
		out.Lanes = append(out.Lanes, graphLane{Label: label, Y: y, Text: y + 15})
		rows := 1
		for c := range columns {
			cell := cells[[2]int{l, c}]
			rows = max(rows, (len(cell)+width[c]-1)/width[c])
			for k, i := range cell {
				out.Nodes[i].X = x[c] + (k%width[c])*graphStep + graphStep/2
				out.Nodes[i].Y = y + graphHead + (k/width[c])*graphStep + graphStep/2
			}
		}
		y += graphHead + rows*graphStep
	}
	out.Height = y + graphFoot
	v.graphNodes(out, items)
	out.join(n)
	return out
}

// graphLanes returns the lane of each item by its topic, and the labels of the lanes: the topic of the paper itself first,
// then those with the most papers. Further topics share the last lane.
func (v View) graphLanes(items []library.Item) (laneOf []int, labels []string) {
	papers := map[int]int{}
	var topics []int
	for i := range items {
		t := items[i].Topic
		if v.Label(t) == "" {
			t = 0
		}
		if papers[t] == 0 {
			topics = append(topics, t)
		}
		papers[t]++
	}
	slices.SortStableFunc(topics[1:], func(a, b int) int { return cmp.Compare(papers[b], papers[a]) })
	lane := map[int]int{}
	for k, t := range topics {
		switch {
		case k >= graphLanes && len(topics) > graphLanes+1:
			lane[t] = graphLanes
			if len(labels) == graphLanes {
				labels = append(labels, "Other topics")
			}
		default:
			lane[t] = k
			labels = append(labels, cmp.Or(readable.Heading(cmp.Or(v.Label(t), "no topic")), "No topic"))
		}
	}
	for i := range items {
		t := items[i].Topic
		if v.Label(t) == "" {
			t = 0
		}
		laneOf = append(laneOf, lane[t])
	}
	return laneOf, labels
}

// graphPeriods returns the column of each item by its date, and the labels of the columns. Periods are as short as their
// number allows: a month, a quarter, a year or several. A paper that is known to the year alone counts in its first
// month; one without a date stands in a column of its own, the first.
func graphPeriods(items []library.Item) (columnOf []int, labels []string) {
	years := false
	for i := range items {
		years = years || items[i].Paper.Published.Month == 0 && items[i].Paper.Published.Year > 0
	}
	for _, months := range []int{1, 3, 12, 24, 60, 120, 600, 120000} {
		if years && months < 12 {
			continue
		}
		period := func(d data.Date) int {
			if d.IsZero() {
				return -1
			}
			return (d.Year*12 + max(int(d.Month), 1) - 1) / months
		}
		var used []int
		for i := range items {
			if p := period(items[i].Paper.Published); !slices.Contains(used, p) {
				used = append(used, p)
			}
		}
		if len(used) > graphTime {
			continue
		}
		slices.Sort(used)
		for i := range items {
			columnOf = append(columnOf, slices.Index(used, period(items[i].Paper.Published)))
		}
		for _, p := range used {
			labels = append(labels, periodLabel(p, months))
		}
		return columnOf, labels
	}
	return columnOf, labels // not reached: the last period holds all dates
}

// periodLabel names a period of a number of months.
func periodLabel(p, months int) string {
	if p < 0 {
		return "no date"
	}
	year, month := p*months/12, p*months%12
	switch {
	case months == 1:
		return fmt.Sprintf("%d-%02d", year, month+1)
	case months == 3:
		return fmt.Sprintf("%d Q%d", year, month/3+1)
	case months == 12:
		return strconv.Itoa(year)
	case months > 1200:
		return "all"
	}
	return fmt.Sprintf("%d–%02d", year, (year+months/12-1)%100)
}

// graphColumns returns the left end of the nodes of each column, how many of them stand beside each other, and the width
// of the picture. What the columns leave of the least width is shared among them.
func graphColumns(cells map[[2]int][]int, columns, lanes int) (x, width []int, whole int) {
	room := make([]int, columns)
	for c := range columns {
		most := 1
		for l := range lanes {
			most = max(most, len(cells[[2]int{l, c}]))
		}
		beside := min(graphWidest, int(math.Ceil(math.Sqrt(float64(most)))))
		if columns == 1 {
			beside = min(most, 2*graphWidest)
		}
		width = append(width, beside)
		room[c] = max(beside*graphStep, graphLabel) + graphGap
		whole += room[c]
	}
	spare := max(0, graphWidth-whole) / columns
	at := graphGap / 2
	for c := range columns {
		room[c] += spare
		x = append(x, at+(room[c]-width[c]*graphStep)/2)
		at += room[c]
	}
	return x, width, max(graphWidth, whole+graphGap)
}

// graphNodes fills the nodes with their papers. The more alike one is to the paper itself, the larger it is.
func (v View) graphNodes(g *graphView, items []library.Item) {
	for i := range items {
		node := &g.Nodes[i]
		node.card, node.Place, node.Number = v.card(&items[i]), i, strconv.Itoa(i)
		node.R = 9 + int(items[i].Score*4+.5)
		if i == 0 {
			node.Number, node.R = "", 12
		}
	}
}

// join draws the edges, and says of each node what it is near.
func (g *graphView) join(n *library.Neighbourhood) {
	near := make([][]string, len(g.Nodes))
	for _, e := range n.Edges {
		a, b := &g.Nodes[e.A], &g.Nodes[e.B]
		near[e.A], near[e.B] = append(near[e.A], strconv.Itoa(e.B)), append(near[e.B], strconv.Itoa(e.A))
		// A curve passes by the nodes between its ends.
		dx, dy := float64(b.X-a.X), float64(b.Y-a.Y)
		mx, my := float64(a.X+b.X)/2-dy*.14, float64(a.Y+b.Y)/2+dx*.14
		weight := 1 + min(2, int(e.Score*3))
		g.Edges = append(g.Edges, graphEdge{A: e.A, B: e.B, Weight: weight, Path: fmt.Sprintf("M%d %dQ%.0f %.0f %d %d", a.X, a.Y, mx, my, b.X, b.Y)})
	}
	for i := range g.Nodes {
		node := &g.Nodes[i]
		node.Near = strings.Join(near[i], " ")
		said := []string{readable.OneLine(node.Title)}
		if node.Date != "" {
			said = append(said, node.Date)
		}
		if i == 0 {
			said = append([]string{"This paper"}, said...)
		} else {
			said = append([]string{node.Number}, append(said, strconv.Itoa(node.Percent)+"% alike")...)
		}
		if near[i] != nil {
			said = append(said, "near "+namedPlaces(near[i]))
		}
		node.Alt = strings.Join(said, "; ")
	}
	g.Said = fmt.Sprintf("The %d nearest papers by date, from left to right, and by topic. Numbers are ranks in the list; the full circle is this paper. Lines join papers that are near each other: %d pairs.", len(g.Nodes)-1, len(g.Edges))
}

// namedPlaces lists the places of papers; that of the paper itself, which comes first, in words.
func namedPlaces(places []string) string {
	if places[0] == "0" {
		places = append([]string{"this paper"}, places[1:]...)
	}
	return strings.Join(places, ", ")
}
