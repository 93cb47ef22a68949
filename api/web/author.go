package web

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"kindred/api/link"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// authorView is what the page of an author shows.
type authorView struct {
	Name    string
	Papers  int
	Periods []string      // years of the papers, oldest first
	Topics  []authorTopic // what they are about, the most papers first
	Others  []Link        // who the papers were written with most
	List    listView
}

// authorTopic is a topic with an author's papers in it.
type authorTopic struct {
	topicLink
	Papers int
	Years  []int // papers by period
}

const (
	authorTopics  = 6
	authorOthers  = 8
	authorPeriods = 12
)

// Author returns the page of an author: the papers, newest first, and what they are about over time.
func (p *Pages) Author(v View, a *library.Author, list List) ([]byte, error) {
	view := authorView{Name: a.Name, Papers: len(a.Rows), List: v.list(list)}
	view.Periods, view.Topics = v.authorTopics(a)
	view.Others = v.writtenWith(a)
	f := p.frame(v, a.Name, "Papers by "+a.Name+", and what they are about.")
	f.NoIndex, f.Script = true, "keys.js"
	f.Data = view
	return p.render("author", f)
}

// authorTopics counts an author's papers by topic and year. Of many years it has the last.
func (v View) authorTopics(a *library.Author) (periods []string, topics []authorTopic) {
	var years []int
	counts := make(map[int]map[int]int) // papers by topic and year
	for _, row := range a.Rows {
		y, t := v.Catalog.Published(int(row)).Year, v.Catalog.Assignment(int(row)).Topic
		if y == 0 || v.Label(t) == "" {
			continue
		}
		if !slices.Contains(years, y) {
			years = append(years, y)
		}
		if counts[t] == nil {
			counts[t] = make(map[int]int)
		}
		counts[t][y]++
	}
	slices.Sort(years)
	years = years[max(0, len(years)-authorPeriods):]
	for _, y := range years {
		periods = append(periods, strconv.Itoa(y))
	}
	for id, by := range counts {
		t := authorTopic{topicLink: topicLink{readable.Heading(v.Label(id)), link.Topic(id)}}
		for _, n := range by {
			t.Papers += n
		}
		for _, y := range years {
			t.Years = append(t.Years, by[y])
		}
		topics = append(topics, t)
	}
	slices.SortFunc(topics, func(x, y authorTopic) int { return cmp.Or(y.Papers-x.Papers, cmp.Compare(x.Label, y.Label)) })
	return periods, topics[:min(len(topics), authorTopics)]
}

// writtenWith returns who an author wrote most papers with.
func (v View) writtenWith(a *library.Author) []Link {
	counts, names := make(map[string]int), make(map[string]string)
	for _, row := range a.Rows {
		for _, name := range v.Catalog.Row(int(row)).Authors {
			if id := library.AuthorID(name); id != a.ID && id != "" {
				counts[id]++
				names[id] = name
			}
		}
	}
	ids := slices.SortedFunc(maps.Keys(counts), func(x, y string) int {
		return cmp.Or(counts[y]-counts[x], cmp.Compare(names[x], names[y]))
	})
	var out []Link
	for _, id := range ids[:min(len(ids), authorOthers)] {
		out = append(out, Link{Title: names[id], Href: link.Author(names[id])})
	}
	return out
}
