package mcp

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"kindred/classifier/topic"
	"kindred/data/readable"
	"kindred/recommend"
	"kindred/recommend/library"
)

// TopicsArgs are the arguments of topics.
type TopicsArgs struct {
	Level string `json:"level,omitempty" jsonschema:"fields are broad, subtopics fine; tree shows all"`
	Words string `json:"words,omitempty" jsonschema:"only topics whose name or terms hold these words as they are"`
	N     int    `json:"n,omitempty" jsonschema:"how many topics"`
}

// TopicArgs are the arguments of topic.
type TopicArgs struct {
	ID int `json:"id" jsonschema:"the topic's number, from topics or another answer"`
	dates
	page
}

// TrendsArgs are the arguments of trends.
type TrendsArgs struct {
	Level     string `json:"level,omitempty" jsonschema:"fields are broad, subtopics fine"`
	Period    string `json:"period,omitempty" jsonschema:"length of a period; without it the one that suits the papers"`
	Direction string `json:"direction,omitempty" jsonschema:"only rising or only falling topics"`
	N         int    `json:"n,omitempty" jsonschema:"how many topics"`
}

// ClassifyArgs are the arguments of classify.
type ClassifyArgs struct {
	Text string `json:"text" jsonschema:"a title, on a line of its own, and an abstract work best"`
	N    int    `json:"n,omitempty" jsonschema:"how many topics"`
}

// Topics is a list of topics.
type Topics struct {
	Topics []Topic `json:"topics" jsonschema:"largest first; of a tree, every topic before those below it"`
	Total  int     `json:"total" jsonschema:"topics that there are, shown or not"`
}

// Topic is a topic of a list.
type Topic struct {
	ID     int      `json:"id"`
	Label  string   `json:"label"`
	Papers int      `json:"papers" jsonschema:"how many"`
	Level  string   `json:"level" jsonschema:"fields, topics or subtopics"`
	Parent int      `json:"parent,omitempty" jsonschema:"the topic above"`
	Terms  []string `json:"terms,omitempty"`
}

// TopicDetail is a topic with its papers.
type TopicDetail struct {
	Topic
	Description string             `json:"description,omitempty"`
	Above       *library.TopicRef  `json:"above,omitempty"`
	Below       []library.TopicRef `json:"below,omitempty"`
	Direction   string             `json:"direction" jsonschema:"rising, falling, or steady where neither is sure"`
	Typical     []library.PaperRef `json:"typical_papers,omitempty"`
	Newest      []Hit              `json:"newest_papers"`
	Total       int                `json:"total" jsonschema:"papers of the whole list"`
	NextOffset  int                `json:"next_offset,omitempty" jsonschema:"offset of the next papers; absent at the end"`
	Note        string             `json:"note,omitempty" jsonschema:"why no papers are shown"`
}

// Trends are topics over time.
type Trends struct {
	Period  string  `json:"period" jsonschema:"month, quarter or year"`
	Periods int     `json:"periods" jsonschema:"how many were compared"`
	From    string  `json:"from,omitempty" jsonschema:"the first period"`
	Topics  []Trend `json:"topics" jsonschema:"rising ones first, those that rise most first"`
	Total   int     `json:"total" jsonschema:"topics that rise or fall, shown or not"`
	Note    string  `json:"note,omitempty" jsonschema:"why no topics are shown"`
}

// Trend is a topic over time.
type Trend struct {
	library.TopicRef
	Direction string             `json:"direction" jsonschema:"rising or falling"`
	Rise      float64            `json:"rise" jsonschema:"its share of the newest fifth of the periods, by that before"`
	Counts    []int              `json:"latest_counts" jsonschema:"papers of the latest 12 periods, the newest last"`
	Recent    []library.PaperRef `json:"recent_papers,omitempty"`
}

// Classes are the topics of a text.
type Classes struct {
	Topics []library.TopicWeight `json:"topics" jsonschema:"heaviest first"`
	Other  float32               `json:"other,omitempty" jsonschema:"how sure it is, from 0 to 1, that the text is in no topic because it is far from all"`
}

const (
	listTerms     = 5  // of a topic in a list
	detailTerms   = 12 // of a topic alone
	latestPeriods = 12
	treeLevel     = "tree"
)

// levels names the levels of topics, the broadest first.
var levels = []struct {
	name  string
	level int
}{{"fields", topic.Fields}, {"topics", topic.Main}, {"subtopics", topic.Subtopics}}

// levelOf returns the level of a name that the schema allows.
func levelOf(name string) int {
	for _, l := range levels {
		if l.name == name {
			return l.level
		}
	}
	return topic.Main
}

func nameOf(level int) string {
	for _, l := range levels {
		if l.level == level {
			return l.name
		}
	}
	return fmt.Sprintf("level %d", level)
}

func (s *Server) topics(_ context.Context, snap *library.Snapshot, in TopicsArgs) (*Topics, string, error) {
	if !snap.Ready() {
		return nil, "", tell(unlearned("topics", snap))
	}
	words := strings.ToLower(strings.TrimSpace(in.Words))
	var found []*topic.Topic
	if in.Level == treeLevel {
		found = tree(snap, words)
	} else {
		found = snap.SortedTopics(levelOf(in.Level), "size", words)
	}
	out := &Topics{Topics: []Topic{}, Total: len(found)}
	shown := found[:min(len(found), cmp.Or(in.N, defaultTopics))]
	for _, t := range shown {
		out.Topics = append(out.Topics, topicOf(t, listTerms))
	}
	return out, topicsText(out, in), nil
}

// tree returns the topics of all levels that words occur in, and those above them, every topic before those below it.
func tree(s *library.Snapshot, words string) []*topic.Topic {
	wanted := map[int]bool{}
	for _, l := range levels {
		for _, t := range s.SortedTopics(l.level, "size", words) {
			for depth := 0; t != nil && !wanted[t.ID] && depth < len(levels); depth++ {
				wanted[t.ID] = true
				t, _ = s.Topic(t.Parent)
			}
		}
	}
	below := map[int][]*topic.Topic{} // by the topic above, 0 for those that are under none
	for _, l := range levels {
		for _, t := range s.SortedTopics(l.level, "size", "") {
			above := t.Parent
			if _, ok := s.Topic(above); !ok {
				above = 0
			}
			if wanted[t.ID] {
				below[above] = append(below[above], t)
			}
		}
	}
	var out []*topic.Topic
	var walk func(id, depth int)
	walk = func(id, depth int) {
		for _, t := range below[id] {
			out = append(out, t)
			if depth < len(levels) { // topics that are each other's parents do no harm
				walk(t.ID, depth+1)
			}
		}
	}
	walk(0, 1)
	return out
}

func topicOf(t *topic.Topic, terms int) Topic {
	out := Topic{ID: t.ID, Label: t.Label, Papers: t.Size, Level: nameOf(t.Level), Parent: t.Parent}
	for _, term := range t.Terms[:min(len(t.Terms), terms)] {
		out.Terms = append(out.Terms, term.Text)
	}
	return out
}

func topicsText(out *Topics, in TopicsArgs) string {
	var b strings.Builder
	what := in.Level
	if what == treeLevel {
		what = "topics of all levels"
	}
	fmt.Fprintf(&b, "%d %s", out.Total, what)
	if in.Words != "" {
		fmt.Fprintf(&b, " with %q", readable.ClipWords(in.Words, 80))
	}
	switch {
	case len(out.Topics) == 0 && in.Words != "":
		b.WriteString(". Leave words out to see all, or find papers by them with search.")
		return b.String()
	case len(out.Topics) == 0:
		b.WriteString(": the papers are too few.")
		return b.String()
	}
	b.WriteString(", by number, name, papers and terms:\n")
	depth := map[int]int{}
	for _, t := range out.Topics {
		if above, ok := depth[t.Parent]; ok && in.Level == treeLevel {
			depth[t.ID] = above + 1
		} else {
			depth[t.ID] = 0
		}
		indent := strings.Repeat("  ", depth[t.ID])
		fmt.Fprintf(&b, "%s%d %s (%d): %s\n", indent, t.ID, t.Label, t.Papers, strings.Join(t.Terms, ", "))
	}
	if more := out.Total - len(out.Topics); more > 0 {
		fmt.Fprintf(&b, "%d more: raise n (at most %d), or name words.\n", more, maxTopics)
	}
	return strings.TrimSpace(b.String())
}

func (s *Server) topic(ctx context.Context, snap *library.Snapshot, in TopicArgs) (*TopicDetail, string, error) {
	if !snap.Ready() {
		return nil, "", tell(unlearned("topic", snap))
	}
	t, ok := snap.Topic(in.ID)
	if !ok {
		return nil, "", tell(noTopic(in.ID))
	}
	after, before, err := in.span()
	if err != nil {
		return nil, "", err
	}
	trend := snap.TrendOf(t)
	out := &TopicDetail{
		Topic: topicOf(t, detailTerms), Description: t.Description, Direction: direction(trend.Direction), Newest: []Hit{},
	}
	if label := snap.Label(t.Parent); label != "" {
		out.Above = &library.TopicRef{ID: t.Parent, Label: label}
	}
	for _, id := range t.Children {
		if label := snap.Label(id); label != "" {
			out.Below = append(out.Below, library.TopicRef{ID: id, Label: label})
		}
	}
	for _, id := range t.Papers {
		if row, ok := snap.Catalog.Find(id); ok { // else it was deleted since the fit
			out.Typical = append(out.Typical, library.PaperRef{ID: id, Title: snap.Catalog.Row(row).Title})
		}
	}
	rows := snap.Catalog.Members(t.ID)
	if !after.IsZero() || !before.IsZero() || len(in.Category) > 0 {
		rows = snap.Catalog.Between(rows, after, before, in.Category)
	}
	if err := out.fill(ctx, snap, rows, in.page); err != nil {
		return nil, "", err
	}
	return out, out.text(), nil
}

// fill adds the papers of a page.
func (d *TopicDetail) fill(ctx context.Context, s *library.Snapshot, rows []int32, pg page) error {
	d.Total = len(rows)
	from := min(pg.Offset, len(rows))
	shown := rows[from:min(len(rows), from+cmp.Or(pg.N, recommend.DefaultLimit))]
	items, err := s.Rows(ctx, shown)
	if err != nil {
		return fmt.Errorf("topic %d: %w", d.ID, err)
	}
	for i := range items {
		if items[i].Topic == d.ID {
			items[i].Topic = 0 // it goes without saying
		}
		d.Newest = append(d.Newest, hitOf(s, &items[i], pg.Abstracts))
	}
	d.NextOffset = next(pg, len(shown), d.Total)
	switch {
	case d.Total == 0:
		d.Note = emptyNote(recommend.ReasonFiltered, s)
	case len(shown) == 0:
		d.Note = endsBefore(pg, d.Total)
	}
	return nil
}

func direction(d int) string {
	switch {
	case d > 0:
		return "rising"
	case d < 0:
		return "falling"
	}
	return "steady"
}

func (d *TopicDetail) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Topic %d %s (%s, %s, %s)\n", d.ID, d.Label, d.Level, count(d.Papers, "paper"), d.Direction)
	if d.Description != "" {
		b.WriteString(d.Description + "\n")
	}
	fmt.Fprintf(&b, "Terms: %s\n", strings.Join(d.Terms, ", "))
	if d.Above != nil {
		fmt.Fprintf(&b, "Above: %d %s\n", d.Above.ID, d.Above.Label)
	}
	if len(d.Below) > 0 {
		names := make([]string, len(d.Below))
		for i, t := range d.Below {
			names[i] = fmt.Sprintf("%d %s", t.ID, t.Label)
		}
		fmt.Fprintf(&b, "Below: %s\n", strings.Join(names, ", "))
	}
	writeRefs(&b, "Typical papers:", d.Typical)
	if len(d.Newest) > 0 {
		fmt.Fprintf(&b, "Newest papers, %d of %d:\n", len(d.Newest), d.Total)
	}
	for i := range d.Newest {
		d.Newest[i].write(&b)
	}
	if d.NextOffset > 0 {
		fmt.Fprintf(&b, "More from offset %d on.\n", d.NextOffset)
	}
	b.WriteString(d.Note)
	return strings.TrimSpace(b.String())
}

func writeRefs(b *strings.Builder, title string, refs []library.PaperRef) {
	if len(refs) == 0 {
		return
	}
	b.WriteString(title + "\n")
	for _, p := range refs {
		fmt.Fprintf(b, "- %s | %s\n", p.Title, p.ID)
	}
}

func (s *Server) trends(_ context.Context, snap *library.Snapshot, in TrendsArgs) (*Trends, string, error) {
	if !snap.Ready() {
		return nil, "", tell(unlearned("trends", snap))
	}
	level := levelOf(in.Level)
	t := snap.Trends(in.Period, level)
	out := &Trends{Period: t.Period, Periods: len(t.Papers), From: t.From, Topics: []Trend{}}
	most := cmp.Or(in.N, defaultTrends)
	for i := range t.Topics {
		tt := &t.Topics[i]
		name := direction(tt.Direction)
		if tt.Direction == 0 || in.Direction != "" && in.Direction != name {
			continue
		}
		if out.Total++; out.Total > most {
			continue
		}
		out.Topics = append(out.Topics, Trend{
			TopicRef: tt.TopicRef, Direction: name, Rise: math.Round(100*tt.Rise) / 100,
			Counts: tt.Counts[max(0, len(tt.Counts)-latestPeriods):], Recent: tt.Recent,
		})
	}
	switch {
	case out.Periods == 0:
		out.Note = "There are no trends: no paper has a date."
	case out.Total == 0:
		out.Note = "No topic rises or falls by more than chance explains."
	}
	return out, out.text(nameOf(level)), nil
}

func (t *Trends) text(level string) string {
	var b strings.Builder
	if len(t.Topics) > 0 {
		fmt.Fprintf(&b, "%d of the %s rise or fall over %d periods of a %s from %s:\n",
			t.Total, level, t.Periods, t.Period, t.From)
	}
	for i := range t.Topics {
		tt := &t.Topics[i]
		fmt.Fprintf(&b, "%s x%.2f: topic %d %s; papers a %s lately: %s\n",
			tt.Direction, tt.Rise, tt.ID, tt.Label, t.Period, numbersText(tt.Counts))
		for _, p := range tt.Recent {
			fmt.Fprintf(&b, "  - %s | %s\n", p.Title, p.ID)
		}
	}
	if more := t.Total - len(t.Topics); more > 0 {
		fmt.Fprintf(&b, "%d more: raise n, or name a direction.\n", more)
	}
	b.WriteString(t.Note)
	return strings.TrimSpace(b.String())
}

func numbersText(list []int) string { return strings.Trim(fmt.Sprint(list), "[]") }

func (s *Server) classify(_ context.Context, snap *library.Snapshot, in ClassifyArgs) (*Classes, string, error) {
	if !snap.Ready() {
		return nil, "", tell(unlearned("classify", snap))
	}
	text := strings.TrimSpace(in.Text)
	switch {
	case text == "":
		return nil, "", tell(errors.New("classify needs a text: give a title and an abstract"))
	case len(text) > recommend.MaxText:
		err := fmt.Errorf("text has %d bytes, at most %d: give a title and an abstract", len(text), recommend.MaxText)
		return nil, "", tell(err)
	}
	scores, other, err := snap.Classifier.Classify(text, cmp.Or(in.N, defaultClass))
	if err != nil {
		return nil, "", fmt.Errorf("classify: %w", err)
	}
	out := &Classes{Topics: snap.TopicWeights(scores)}
	lines := []string{"Topics of the text, by weight:"}
	for i := range out.Topics {
		t := &out.Topics[i]
		t.Weight = float32(round2(t.Weight))
		lines = append(lines, fmt.Sprintf("%.2f topic %d %s", t.Weight, t.ID, t.Label))
	}
	if len(out.Topics) == 0 {
		lines = []string{"The text belongs to no topic of this library."}
		out.Other = float32(round2(other))
	}
	return out, strings.Join(lines, "\n"), nil
}
