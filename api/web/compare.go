package web

import (
	"fmt"
	"slices"
	"strings"

	"kindred/api/link"
	"kindred/classifier/topic"
	"kindred/data/readable"
	"kindred/recommend/library"
)

// Compared is what the page of a comparison was asked for, and what was found.
type Compared struct {
	A, B  int                 // ids of the topics, 0 for one that is still to be chosen
	Same  bool                // whether one topic holds the other
	Found *library.Comparison // nil without two topics to compare
}

// compareView is what the page of a comparison shows.
type compareView struct {
	Compared
	Groups  []choiceGroup
	Sides   []comparedSide
	Alike   string
	Between []betweenLink
	From    string // ends of the curves
	To      string
}

// choiceGroup is the topics that may be chosen under a field.
type choiceGroup struct {
	Label  string
	Topics []library.TopicRef
}

type comparedSide struct {
	topicLink
	Size     int
	Words    []comparedWord
	Spark    string
	SparkAlt string
}

type comparedWord struct {
	Text        string
	Own, Others int // hundredths of the papers that hold it
	Width       int // of its bar, hundredths
}

type betweenLink struct {
	Title, Page string
	Topic       topicLink
}

// Compare returns the page that compares two topics, or lets them be chosen.
func (p *Pages) Compare(v View, in Compared) ([]byte, error) {
	view := compareView{Compared: in, Groups: choices(v.Snapshot, in)}
	title := "Compare topics"
	if c := in.Found; c != nil {
		title = readable.Heading(c.A.Label) + " and " + readable.Heading(c.B.Label)
		view.Alike = alikeText(c.Similarity)
		view.Sides = []comparedSide{side(c, c.A, c.B, 1), side(c, c.B, c.A, -1)}
		for _, b := range c.Between {
			view.Between = append(view.Between, betweenLink{b.Title, link.Paper(b.ID), topicLink{readable.Heading(v.Label(b.Topic)), link.Topic(b.Topic)}})
		}
		if shown := since(c.All, c.All); len(shown.Counts) > 1 {
			view.From, view.To = period(shown, 0), period(shown, len(shown.Counts)-1)
		}
	}
	f := p.frame(v, title, "What two topics have in common, and what sets them apart.")
	f.Data = view
	return p.render("compare", f)
}

// choices lists the topics of the main level by field, and those that are compared where they are of another level.
func choices(s *library.Snapshot, in Compared) []choiceGroup {
	var out []choiceGroup
	at := make(map[string]int)
	add := func(group string, t *topic.Topic) {
		i, ok := at[group]
		if !ok {
			i = len(out)
			at[group] = i
			out = append(out, choiceGroup{Label: group})
		}
		out[i].Topics = append(out[i].Topics, library.TopicRef{ID: t.ID, Label: readable.Heading(t.Label)})
	}
	for _, t := range s.SortedTopics(topic.Main, "label", "") {
		group := "Topics"
		if label := s.Label(t.Parent); label != "" {
			group = readable.Heading(label)
		}
		add(group, t)
	}
	slices.SortStableFunc(out, func(a, b choiceGroup) int { return strings.Compare(a.Label, b.Label) })
	for i, group := range out {
		at[group.Label] = i
	}
	for _, id := range []int{in.A, in.B} {
		if t, ok := s.Topic(id); ok && t.Level != topic.Main {
			add("Other levels", t)
		}
	}
	return out
}

// side returns what one topic of a comparison shows. sign is that of the z-scores of its words.
func side(c *library.Comparison, t, other library.ComparedTopic, sign float64) comparedSide {
	out := comparedSide{topicLink: topicLink{readable.Heading(t.Label), link.Topic(t.ID)}, Size: t.Size}
	top := 0.0
	for _, w := range c.Words {
		z := sign * w.Z
		if z <= 0 {
			continue
		}
		top = max(top, z)
		own, others := w.A, w.B
		if sign < 0 {
			own, others = w.B, w.A
		}
		out.Words = append(out.Words, comparedWord{w.Text, hundredths(own, t.Size), hundredths(others, other.Size), int(100 * z / top)})
	}
	trend := since(t.Trend, c.All)
	out.Spark, out.SparkAlt = spark(trend.Counts), trendText(trend)
	return out
}

func hundredths(part, whole int) int { return (200*part + whole) / max(1, 2*whole) }

// alikeText says a similarity of topics in words.
func alikeText(v float32) string {
	switch how := "similarity " + strings.Replace(fmt.Sprintf("%.2f", v), "-", "−", 1) + ", where 1 is the same and 0 what any two topics have"; {
	case v >= 0.5:
		return "Much alike: " + how
	case v >= 0.2:
		return "Somewhat alike: " + how
	default:
		return "Not alike: " + how
	}
}
